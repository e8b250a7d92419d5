"""The routes that the guide of a partnership's life names are there."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WITHIN = "/v1/partnerships/{}/"


def plain(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path.partition("?")[0])


def named(guide: str) -> list[str]:
    """`POST charter/versions`, `.../scores`, `/v1/...` or a bare `committees`, in the last column of the table."""
    cells = [
        line.rstrip("| ").rpartition("|")[2] for line in guide.splitlines() if line.startswith("| ") and "`" in line
    ]
    found = [text.split(" ")[-1] for cell in cells for text in re.findall(r"`([^`]+)`", cell)]
    return [
        plain(text) for text in found if re.fullmatch(r"[./\w{}?=-]+", text) and text not in {"Purpose", "raised_by"}
    ]


def test_every_route_that_is_named_exists():
    document = json.loads((ROOT / "gateway" / "entente_gateway" / "openapi.json").read_text())
    paths = {plain(path) for path in document["paths"]}
    routes = named((ROOT / "docs" / "partnerships.md").read_text())
    assert len(routes) > 60
    unknown = [
        route
        for route in routes
        if route not in paths
        and WITHIN + route not in paths
        and not (route.startswith("...") and any(path.endswith(route[3:]) for path in paths))
    ]
    assert unknown == []
