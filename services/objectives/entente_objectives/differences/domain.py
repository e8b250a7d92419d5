"""What changed between two versions of a charter, field by field. Pure; documents are JSON as `json.loads` gives it.

A path is a JSON pointer (RFC 6901) in which an item of a keyed list is named by its key instead of its place:
`/objectives/drivers/target`. So a path means the same in every version, however the lists are ordered.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# How the items of a list are known from version to version: by these fields, or by themselves (texts). The parts of a
# composite key are joined by a colon. A list that is not named here is compared as one value.
KEYS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("parties",): ("party_id",),
    ("objectives",): ("key",),
    ("levers",): ("key",),
    ("mandates",): ("key",),
    ("mandates", "*", "veto", "grounds"): (),
    ("ladder",): ("name",),
    ("ladder", "*", "responders"): (),
    ("floors",): ("party_id",),
    ("equity",): ("key",),
    ("shares", "bands"): ("key",),
    ("shares", "bands", "*", "shares"): ("party_id",),
    ("confidentiality",): ("record",),
    ("confidentiality", "*", "roles"): (),
    ("intellectual_property",): ("key",),
    ("intellectual_property", "*", "granted_to"): (),
    ("communication",): ("type", "urgency"),
    ("communication", "*", "channels"): (),
    ("communication", "*", "roles"): (),
}
# What every version has of its own, and its head says.
HEAD = frozenset({"version", "based_on"})


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """`before` and `after` are what stands at `path`; `position_*` the place in its keyed list, from 0, None elsewhere.

    An item that moved and changed is two changes: its place, and what changed in it.
    """

    kind: ChangeKind
    path: str
    before: Any = None
    after: Any = None
    position_before: int | None = None
    position_after: int | None = None


def differences(before: Any, after: Any) -> tuple[Change, ...]:
    """All changes that turn the document `before` into `after`, section by section: first what went, then what came."""
    return tuple(_compare(before, after, ()))


def without_head(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in HEAD}


def pointer(path: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def parts(path: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])


def touches(one: str, other: str) -> bool:
    """Whether one path is the other, or lies in it."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def exists(content: Any, path: str) -> bool:
    """Whether a path leads to something in a document."""
    value, way = content, tuple[str, ...]()
    for part in parts(path):
        fields = value if isinstance(value, dict) else keyed(value, way)
        if fields is None or part not in fields:
            return False
        value, way = fields[part], (*way, part)
    return True


def keyed(items: Any, path: Sequence[str]) -> dict[str, Any] | None:
    """The items of a list by their keys, None where the list is not keyed or its keys do not tell the items apart."""
    fields = KEYS.get(_pattern(path))
    if fields is None or not isinstance(items, list):
        return None
    if not all(isinstance(item, dict if fields else str) for item in items):
        return None
    found = {(":".join(str(item.get(field)) for field in fields) if fields else item): item for item in items}
    return found if len(found) == len(items) else None


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _pattern(path: Sequence[str]) -> tuple[str, ...]:
    """The path with `*` for the keys of items."""
    pattern: tuple[str, ...] = ()
    for part in path:
        pattern += ("*",) if pattern in KEYS else (part,)
    return pattern


def _compare(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_fields(before, after, path)
        return
    ours, theirs = keyed(before, path), keyed(after, path)
    if ours is not None and theirs is not None:
        yield from _compare_items(ours, theirs, path)
    elif not same(before, after):
        yield Change(ChangeKind.CHANGED, pointer(path), before, after)


def _compare_fields(before: dict[str, Any], after: dict[str, Any], path: tuple[str, ...]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        here = (*path, name)
        if name not in after:
            yield Change(ChangeKind.REMOVED, pointer(here), before=before[name])
        elif name not in before:
            yield Change(ChangeKind.ADDED, pointer(here), after=after[name])
        else:
            yield from _compare(before[name], after[name], here)


def _compare_items(ours: dict[str, Any], theirs: dict[str, Any], path: tuple[str, ...]) -> Iterator[Change]:
    was, now = {key: place for place, key in enumerate(ours)}, {key: place for place, key in enumerate(theirs)}
    for key, item in ours.items():
        if key not in theirs:
            yield Change(ChangeKind.REMOVED, pointer((*path, key)), before=item, position_before=was[key])
    stay = _longest_rising([(key, now[key]) for key in ours if key in theirs])
    for key, item in theirs.items():
        here = (*path, key)
        if key not in ours:
            yield Change(ChangeKind.ADDED, pointer(here), after=item, position_after=now[key])
            continue
        if key not in stay:
            places = {"position_before": was[key], "position_after": now[key]}
            yield Change(ChangeKind.MOVED, pointer(here), **places)
        yield from _compare(ours[key], item, here)


def _longest_rising(places: Sequence[tuple[str, int]]) -> set[str]:
    """The most keys whose order stayed as it was: a longest rising subsequence (Schensted 1961), so that few moves are told."""
    ends: list[int] = []
    at: list[int] = []
    for _, place in places:
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        at.append(length)
    kept, wanted = set(), len(ends) - 1
    for (key, _), length in zip(reversed(places), reversed(at), strict=True):
        if length == wanted:
            kept.add(key)
            wanted -= 1
    return kept


def origins(changes: Sequence[Change], steps: Mapping[int, Sequence[Change]]) -> list[int | None]:
    """For each change the newest version whose step (what it changed in the one before it) touched the path."""
    return [
        max(
            (number for number, step in steps.items() if any(touches(change.path, own.path) for own in step)),
            default=None,
        )
        for change in changes
    ]
