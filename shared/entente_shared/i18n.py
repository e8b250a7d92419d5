"""English and French texts from gettext catalogues, compiled in memory from the packages' `locale/*.po` files."""

import gettext
import io
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "fr")
_packages: list[str] = ["entente_shared"]


def register(package: str) -> None:
    """Let the catalogues of `package` be looked up too."""
    if package not in _packages:
        _packages.append(package)
        _catalogue.cache_clear()


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    merged: gettext.NullTranslations = gettext.NullTranslations()
    for package in _packages:
        path = Path(str(import_module(package).__file__)).parent / "locale" / language / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            compiled = io.BytesIO()
            with path.open("rb") as source:
                write_mo(compiled, read_po(source, locale=language))
            compiled.seek(0)
            translations = gettext.GNUTranslations(compiled)
            translations.add_fallback(merged)
            merged = translations
    return merged


def translate(message: str, language: str) -> str:
    return _catalogue(language).gettext(message) if language != "en" else message


@lru_cache(maxsize=256)
def preferred_language(accept_language: str) -> str:
    """The best of LANGUAGES for an Accept-Language header (RFC 9110, 12.5.4); English where none fits."""
    ranked = []
    for index, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=") or "1"
        try:
            ranked.append((-float(weight), index, tag.strip()))
        except ValueError:
            continue
    wanted = [tag for negative, _, tag in sorted(ranked) if negative < 0]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or "en"
