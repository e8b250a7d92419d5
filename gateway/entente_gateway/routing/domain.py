"""Which service answers which request, from the merged OpenAPI document.

Paths are kept in a trie of segments. A literal segment wins over a parameter, as `allocations/current` over
`allocations/{allocation_id}`. Segments are compared as they were sent: an encoded slash or dot never becomes a
separator here and something else behind the gateway, because such paths match nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SERVICE = "x-entente-service"
METHODS = frozenset({"get", "put", "post", "delete", "patch", "options", "head", "trace"})
_SUSPECT = ("%2f", "%5c", "%2e", "%00")


@dataclass(frozen=True, slots=True)
class Target:
    """One operation. `partnership_at` is the index of the path's segment that names the partnership."""

    service: str
    method: str
    path: str
    partnership_at: int | None

    def partnership(self, path: str) -> str | None:
        return None if self.partnership_at is None else path.split("/")[self.partnership_at]


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    targets: dict[str, Target] = field(default_factory=dict)


class RouteConflictError(ValueError):
    """Two services claim one operation."""


class Routes:
    """The compiled table. `find` answers the operations of a path by method, or None where there is no such path."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._root = _Node()
        for path, item in document.get("paths", {}).items():
            for method, operation in item.items():
                if method in METHODS:
                    self._add(path, method.upper(), operation[SERVICE])

    def _add(self, path: str, method: str, service: str) -> None:
        segments = path.split("/")
        partnership_at = segments.index("{partnership_id}") if "{partnership_id}" in segments else None
        node = self._root
        for segment in segments:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        known = node.targets.setdefault(method, Target(service, method, path, partnership_at))
        if known.service != service:
            raise RouteConflictError(f"{method} {path} is claimed by {known.service} and by {service}")

    def find(self, path: str) -> Mapping[str, Target] | None:
        if "%" in path and any(mark in path.lower() for mark in _SUSPECT):
            return None
        return _descend(self._root, path.split("/"), 0) or None


def _descend(node: _Node, segments: list[str], at: int) -> dict[str, Target] | None:
    if at == len(segments):
        return node.targets
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _descend(literal, segments, at + 1)
        if found:
            return found
    if node.parameter is None or segment in {"", ".", ".."}:
        return None
    return _descend(node.parameter, segments, at + 1)
