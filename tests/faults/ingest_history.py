"""What was pushed, what was answered, and whether what is there now can have come of it. Pure.

A history is a file of JSON lines: `{"request": n, "keyed": bool, "parts": [...]}` before a request is sent for the first time, and
`{"attempt": n, "begun": s, "ended": s, "status": s, "outcomes": {index: outcome}}` after each time that it was sent. A part is
`{"kpi": number, "at": [microseconds] or the first one with "step", "values": [...], "correction": bool}`; the samples of a
request are counted through, and `outcomes` leaves out those that were stored. Status 0: there was no answer.

An answer of 2xx acknowledges. Any other one, and none, leaves open whether the request took effect, or still will.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

OUTCOMES = ("stored", "unchanged", "corrected", "conflict", "rejected", "unknown")
STORED, UNCHANGED, CORRECTED, CONFLICT, REJECTED, UNKNOWN = range(len(OUTCOMES))
NEVER = math.inf
_LATER = (408, 409, 429)  # of the 4xx those that ask for the same request again


class Write(NamedTuple):
    """One sample of one attempt. What is unknown may take effect at any time from `begun` on."""

    at: int
    value: float
    correction: bool
    outcome: int
    begun: float
    ended: float


@dataclass
class Writes:
    """All that was sent of one KPI, by time, as columns."""

    at: np.ndarray
    value: np.ndarray
    correction: np.ndarray
    outcome: np.ndarray
    begun: np.ndarray
    ended: np.ndarray

    def rows(self, begin: int, end: int) -> list[Write]:
        columns = (self.at, self.value, self.correction, self.outcome, self.begun, self.ended)
        return [Write(*row) for row in zip(*(column[begin:end].tolist() for column in columns), strict=True)]


@dataclass
class History:
    writes: dict[int, Writes]
    refused: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class _Request:
    kpi: np.ndarray
    at: np.ndarray
    value: np.ndarray
    correction: np.ndarray
    keyed: bool
    unknown_since: float = NEVER
    acknowledged: int = 0


def read(lines: Iterable[str]) -> History:
    requests: dict[int, _Request] = {}
    history = History({})
    found: list[tuple[_Request, np.ndarray, float, float]] = []
    for line in lines:
        record = json.loads(line)
        if "request" in record:
            requests[record["request"]] = _request(record)
            history.counts["requests"] += 1
            continue
        request = requests[record["attempt"]]
        history.counts["attempts"] += 1
        if 200 <= record["status"] < 300:
            if request.keyed and request.acknowledged:
                continue  # the first answer again
            request.acknowledged += 1
            outcomes = _outcomes(record["outcomes"], len(request.at))
            found.append((request, outcomes, record["begun"], record["ended"]))
            history.counts["acknowledged samples"] += int((outcomes != CONFLICT).sum() - (outcomes == REJECTED).sum())
            if (outcomes == REJECTED).any():
                history.refused.append(f"request {record['attempt']}: good samples were rejected")
            continue
        if 400 <= record["status"] < 500 and record["status"] not in _LATER:
            history.refused.append(f"request {record['attempt']}: refused with {record['status']}")
            continue
        history.counts["unanswered or failed"] += 1
        request.unknown_since = min(request.unknown_since, record["begun"])
    for request in requests.values():
        history.counts["never acknowledged"] += not request.acknowledged
        if request.unknown_since < NEVER:
            found.append((request, np.full(len(request.at), UNKNOWN, np.int8), request.unknown_since, NEVER))
    history.writes = _by_kpi(found)
    return history


def _request(record: dict[str, Any]) -> _Request:
    columns: list[tuple[np.ndarray, ...]] = []
    for part in record["parts"]:
        size = len(part["values"])
        at = np.array(part["at"], np.int64)
        if at.ndim == 0:
            at = at + np.arange(size, dtype=np.int64) * part["step"]
        filled = (np.full(size, part["kpi"], np.int32), at, np.array(part["values"]), np.full(size, part["correction"]))
        columns.append(filled)
    return _Request(*(np.concatenate(column) for column in zip(*columns, strict=True)), keyed=record["keyed"])


def _outcomes(told: dict[str, str], size: int) -> np.ndarray:
    outcomes = np.full(size, STORED, np.int8)
    for index, outcome in told.items():
        outcomes[int(index)] = OUTCOMES.index(outcome)
    return outcomes


def _by_kpi(found: Sequence[tuple[_Request, np.ndarray, float, float]]) -> dict[int, Writes]:
    if not found:
        return {}
    sizes = [len(outcomes) for _, outcomes, _, _ in found]
    kpi = np.concatenate([request.kpi for request, *_ in found])
    columns = [np.concatenate([getattr(each[0], name) for each in found]) for name in ("at", "value", "correction")]
    columns.append(np.concatenate([outcomes for _, outcomes, _, _ in found]))
    columns += [np.repeat([each[place] for each in found], sizes) for place in (2, 3)]
    order = np.lexsort((columns[0], kpi))
    kpi, columns = kpi[order], [column[order] for column in columns]
    numbers, starts = np.unique(kpi, return_index=True)
    ends = np.append(starts[1:], len(kpi))
    return {
        int(number): Writes(*(column[begin:end] for column in columns))
        for number, begin, end in zip(numbers, starts, ends, strict=True)
    }


def check_samples(writes: Writes, at: np.ndarray, value: np.ndarray, *, correcting: bool = False) -> list[str]:
    """The samples that are there (`at` in microseconds) against what was sent. `correcting`: whatever is sent replaces."""
    wrong = [f"{_at(moment)} is there {amount} times" for moment, amount in Counter(at.tolist()).items() if amount > 1]
    wrong += [f"{_at(moment)} was never sent" for moment in np.setdiff1d(at, writes.at).tolist()]
    keys, starts = np.unique(writes.at, return_index=True)
    ends = np.append(starts[1:], len(writes.at))
    place = np.searchsorted(at, keys) if len(at) else np.zeros(len(keys), np.int64)
    place = np.minimum(place, max(len(at) - 1, 0))
    present = at[place] == keys if len(at) else np.zeros(len(keys), bool)
    kept = value[place] if len(at) else np.full(len(keys), np.nan)

    def count(outcome: int) -> np.ndarray:
        return np.add.reduceat((writes.outcome == outcome).astype(np.int64), starts)

    stored, unknown = count(STORED), count(UNKNOWN)
    acknowledged = (ends - starts) - unknown > 0
    single = np.minimum.reduceat(writes.value, starts) == np.maximum.reduceat(writes.value, starts)
    strange = count(CONFLICT) + count(CORRECTED) > 0
    for mask, what in (
        (acknowledged & ~present, "was acknowledged and is lost"),
        (stored > 1, "was stored twice: it was lost or doubled in between"),
        (acknowledged & (stored == 0) & (unknown == 0), "was acknowledged as there, and nobody stored it"),
        (present & single & (kept != writes.value[starts]), "has a value that was never sent"),
        (single & strange, "was in conflict with its own value"),
    ):
        wrong += [f"{_at(moment)} {what}" for moment in keys[mask].tolist()]
    for n in np.flatnonzero(present & ~single).tolist():
        found = _check_value(writes.rows(int(starts[n]), int(ends[n])), float(kept[n]), correcting=correcting)
        wrong += [f"{_at(int(keys[n]))} {found}"] if found else []
    return wrong


def _check_value(rows: Sequence[Write], value: float, *, correcting: bool) -> str | None:
    """Whether some write may have left this value: no answer to a later one says that another value was there."""
    elsewhere = any(row.outcome == STORED and row.value != value for row in rows)
    writers = [row for row in rows if row.value == value and _may_have_written(row, elsewhere and not correcting)]
    if not writers:
        return f"has the value {value}, which nobody may have left there: {_told(rows)}"
    otherwise = [
        row
        for row in rows
        if (row.value != value and row.outcome in (STORED, UNCHANGED, CORRECTED))
        or (row.value == value and row.outcome == CONFLICT)
    ]
    last = max(row.ended for row in writers)
    if any(row.begun > last for row in otherwise):
        return f"has the value {value}, which was replaced: {_told(rows)}"
    return None


def _may_have_written(row: Write, only_corrections: bool) -> bool:  # noqa: FBT001
    if row.outcome == UNKNOWN:
        return row.correction or not only_corrections
    return row.outcome in (STORED, UNCHANGED, CORRECTED)


class Correction(NamedTuple):
    at: int
    replaced: float
    value: float


def check_corrections(
    writes: Writes, corrections: Iterable[Correction], at: np.ndarray, value: np.ndarray
) -> list[str]:
    """Every correction that was acknowledged is told, and those told lead from the first value to the one that is there."""
    told: dict[int, list[Correction]] = {}
    for each in corrections:
        told.setdefault(each.at, []).append(each)
    corrected = set(writes.at[writes.outcome == CORRECTED].tolist())
    wrong = []
    for moment in sorted(corrected | set(told)):
        begin, end = np.searchsorted(writes.at, [moment, moment + 1])
        rows, chain = writes.rows(int(begin), int(end)), told.get(moment, [])
        missing = Counter(row.value for row in rows if row.outcome == CORRECTED) - Counter(each.value for each in chain)
        if missing:
            wrong.append(f"{_at(moment)} was corrected to {sorted(missing)}, which is not told")
        place = int(np.searchsorted(at, moment))
        if place == len(at) or at[place] != moment:
            wrong.append(f"{_at(moment)} was corrected and is lost")
        elif not _leads(rows, chain, float(value[place])):
            wrong.append(f"{_at(moment)} has the value {value[place]}, to which {chain} do not lead: {_told(rows)}")
    return wrong


def _leads(rows: Sequence[Write], chain: Sequence[Correction], value: float) -> bool:
    first = Counter(each.replaced for each in chain)
    first[value] += 1
    first.subtract(each.value for each in chain)
    left = [each for each, amount in first.items() if amount]
    if len(left) != 1 or first[left[0]] != 1:
        return False
    return any(row.value == left[0] and row.outcome in (STORED, UNKNOWN) for row in rows)


class Deviation(NamedTuple):
    id: str
    crossing: int
    opened_at: Any
    closed_at: Any
    annulled: bool


def check_deviations(deviations: Sequence[Deviation], expected: Sequence[tuple[Any, Any]]) -> list[str]:
    """One deviation for each crossing; those that stand are `expected` [(opened, closed or None)]."""
    numbers = sorted(each.crossing for each in deviations)
    wrong = []
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"crossings are not numbered one by one: {numbers[:50]}")
    standing = Counter((each.opened_at, each.closed_at) for each in deviations if not each.annulled)
    wrong += [
        f"{amount} too many stand of the crossing {span}" for span, amount in (standing - Counter(expected)).items()
    ]
    wrong += [f"the crossing {span} has no deviation" for span in (Counter(expected) - standing)]
    return wrong


def check_events(deviations: Iterable[str], told: Iterable[str], arrived: Iterable[str]) -> list[str]:
    """Ids of deviations that there are, that events in the outbox have opened, and that came to the gateway's log."""
    wrong, wanted = [], set(deviations)
    for where, ids in (("in the outbox", Counter(told)), ("in the gateway's log", Counter(arrived))):
        wrong += [f"deviation {each} was opened {ids[each]} times {where}" for each in wanted if ids[each] != 1]
        wrong += [f"deviation {each} is {where} only" for each in ids if each not in wanted]
    return wrong


def check_alike(at: np.ndarray, value: np.ndarray, view_at: np.ndarray, view_value: np.ndarray) -> list[str]:
    """The samples as the API and as the view `sample` give them, both by time."""
    wrong = [f"the view has {_at(moment)} {amount} times" for moment, amount in _repeated(view_at)]
    if len(at) != len(view_at) or (at != view_at).any():
        others = np.setxor1d(at, view_at).tolist()
        return [
            *wrong,
            f"the API has {len(at)} samples and the view {len(view_at)}: {[_at(each) for each in others[:5]]}",
        ]
    return [*wrong, *(f"the view has another value for {_at(each)}" for each in at[value != view_value].tolist())]


def _repeated(at: np.ndarray) -> list[tuple[int, int]]:
    moments, amounts = np.unique(at, return_counts=True)
    return [(int(moment), int(amount)) for moment, amount in zip(moments, amounts, strict=True) if amount > 1]


def check_rollup(value: np.ndarray, counts: Collection[int], low: Sequence[float], high: Sequence[float]) -> list[str]:
    """A chart's buckets over all time against the samples."""
    charted = (sum(counts), min(low, default=None), max(high, default=None))
    stored = (len(value), min(value.tolist(), default=None), max(value.tolist(), default=None))
    return [] if charted == stored else [f"the chart has (count, min, max) {charted}, the samples {stored}"]


def _at(moment: int) -> str:
    return str(np.datetime64(moment, "us"))


def _told(rows: Sequence[Write]) -> str:
    return "; ".join(f"{row.value} {OUTCOMES[row.outcome]} {row.begun:.3f}..{row.ended:.3f}" for row in rows[:8])
