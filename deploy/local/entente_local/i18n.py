"""The terminal's language: English, or French where LANGUAGE, LC_ALL, LC_MESSAGES or LANG ask for it."""

import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """The first variable that is set decides; LANGUAGE may list several languages."""
    wanted = next((value for name in _VARIABLES if (value := os.environ.get(name))), "en")
    known = (part[:2].lower() for part in wanted.split(":") if part[:2].lower() in {"en", "fr"})
    return next(known, "en")


def _(message: str) -> str:
    return catalogue(language()).get(message, message)


@cache
def catalogue(code: str) -> dict[str, str]:
    """The translations by their English text. Babel is loaded only where there is something to translate."""
    files = sorted((LOCALE / code / "LC_MESSAGES").glob("*.po"))
    if not files:
        return {}
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in files:
        with path.open("rb") as source:
            entries = [entry for entry in read_po(source, locale=code) if entry.id and entry.string and not entry.fuzzy]
        found |= {str(entry.id): str(entry.string) for entry in entries}
    return found
