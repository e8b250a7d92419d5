"""Applies differences of charters to a text: written from what the API says of them, not from the code that finds them."""

import copy

from entente_objectives.differences.domain import KEYS


def key_of(item, fields):
    return ":".join(str(item[field]) for field in fields) if fields else item


def apply(content, changes):
    """`content` with `changes` (as the API gives them) made."""
    return _apply(copy.deepcopy(content), [(_parts(change["path"]), change) for change in changes], ())


def _parts(path):
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _apply(value, changes, pattern):
    own = [change for parts, change in changes if not parts]
    if own:
        assert [change["kind"] for change in own] == ["changed"]
        assert len(changes) == 1
        assert own[0]["before"] == value
        return own[0]["after"]
    return (_items if pattern in KEYS else _fields)(value, changes, pattern)


def _inner(changes, name):
    return [(parts[1:], change) for parts, change in changes if parts[0] == name]


def _fields(value, changes, pattern):
    for name in {parts[0] for parts, _ in changes}:
        inner = _inner(changes, name)
        (rest, change) = inner[0]
        if not rest and change["kind"] == "removed":
            assert value.pop(name) == change["before"]
        elif not rest and change["kind"] == "added":
            assert name not in value
            value[name] = change["after"]
        else:
            value[name] = _apply(value[name], inner, (*pattern, name))
    return value


def _items(value, changes, pattern):
    fields = KEYS[pattern]
    before = {key_of(item, fields): (place, item) for place, item in enumerate(value)}
    kept, placed = {key: item for key, (_, item) in before.items()}, []
    for key in {parts[0] for parts, _ in changes}:
        inner = _inner(changes, key)
        whole = [change for rest, change in inner if not rest and change["kind"] != "changed"]
        within = [(rest, change) for rest, change in inner if rest or change["kind"] == "changed"]
        if within:
            kept[key] = _apply(kept[key], within, (*pattern, "*"))
        for change in whole:
            if change["kind"] != "added":
                assert change["position_before"] == before[key][0]
            item = change["after"] if change["kind"] == "added" else kept.pop(key)
            if change["kind"] == "removed":
                assert item == change["before"]
            else:
                placed.append((change["position_after"], item))
    result = list(kept.values())
    for place, item in sorted(placed, key=lambda pair: pair[0]):
        result.insert(place, item)
    return result
