"""Each mutant still fits the code that it breaks: one that does not would guard nothing, and be noticed only when all are run."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MUTANTS = sorted((ROOT / "tests" / "mutants").glob("*.toml"))


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: path.stem)
def test_mutant_fits_the_code(path):
    mutant = tomllib.loads(path.read_text())
    file, _, test = mutant["test"].partition("::")
    assert f"def {test.partition('[')[0]}" in (ROOT / file).read_text()
    texts: dict[str, str] = {}
    for edit in mutant["edit"]:
        text = texts.setdefault(edit["file"], (ROOT / edit["file"]).read_text())
        assert text.count(edit["remove"]) == 1, edit["remove"]
        texts[edit["file"]] = text.replace(edit["remove"], edit.get("insert", ""))
