"""Everything that is said to a person is there in French too, with the same parts to fill in."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PACKAGES = (
    "entente_shared", "entente_objectives", "entente_kpi", "entente_conflicts", "entente_resources", "entente_gateway", "entente_local",
)  # fmt: skip
KEYWORDS = {"N_": None, "_": None}


def texts(folder: Path) -> set[str]:
    found = extract_from_dir(folder, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def translations(folder: Path) -> dict[str, str]:
    known: dict[str, str] = {}
    for path in (folder / "locale" / "fr" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as source:
            known.update(
                {str(message.id): str(message.string) for message in read_po(source, locale="fr") if message.id}
            )
    return known


def parts(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_is_translated_with_its_parts(package):
    folder = Path(str(import_module(package).__file__)).parent
    wanted, known = texts(folder), translations(folder)
    if package != "entente_shared":
        known = {**translations(Path(str(import_module("entente_shared").__file__)).parent), **known}
    missing = sorted(text for text in wanted if not known.get(text))
    assert missing == []
    assert {text: parts(known[text]) for text in wanted} == {text: parts(text) for text in wanted}
