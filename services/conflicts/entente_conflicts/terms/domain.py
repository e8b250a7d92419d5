"""What the terms of a settlement must satisfy before a party is asked to sign them, and what they come to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from entente_shared.errors import N_, Unprocessable

LATEST = 2199


class TermRefused(Unprocessable):
    slug, title = "term-refused", N_("A term of the settlement cannot be carried out")


@dataclass(frozen=True)
class Cell:
    """One cell of the allocation that an adjustment moves from `before` to `after` units."""

    need_id: UUID
    resource_id: UUID
    party_id: UUID
    period: int
    before: float
    after: float


@dataclass(frozen=True)
class Rebaseline:
    objective_id: UUID
    baseline: float
    target: float
    due_at: datetime


@dataclass(frozen=True)
class Adjustment:
    """Either `changes`, or the key of an `alternative` of the proposal `adjustment_id`, resolved to its changes."""

    adjustment_id: UUID | None
    kpi_id: UUID | None
    alternative: str | None
    changes: tuple[Cell, ...] | None


@dataclass(frozen=True)
class Commitment:
    party_id: UUID
    what: str
    due_at: datetime


Draft = Rebaseline | Adjustment | Commitment


@dataclass(frozen=True)
class Proposal:
    """An adjustment that was proposed in this partnership."""

    kpi_id: UUID
    alternatives: Mapping[str, tuple[Cell, ...]]


@dataclass(frozen=True)
class Ground:
    """What terms are checked against: `adjustment_id` and `kpi_id` are those that the case is about."""

    parties: Collection[UUID]
    objectives: Collection[UUID]
    now: datetime
    adjustment_id: UUID | None = None
    kpi_id: UUID | None = None
    proposals: Mapping[UUID, Proposal] = field(default_factory=dict)


def resolve(pointer: str, draft: Draft, ground: Ground) -> Draft:
    """The draft as it can be carried out. Raises `TermRefused` at the JSON pointer of the field that keeps it back."""
    if isinstance(draft, Rebaseline):
        return _resolve_rebaseline(pointer, draft, ground)
    if isinstance(draft, Adjustment):
        return _resolve_adjustment(pointer, draft, ground)
    _check_party(pointer, draft.party_id, ground.parties)
    _check_due(pointer, draft.due_at, ground.now)
    return draft


def _resolve_rebaseline(pointer: str, draft: Rebaseline, ground: Ground) -> Rebaseline:
    if draft.objective_id not in ground.objectives:
        _refuse(N_("The partnership has no such objective; name one of its own."), f"{pointer}/objective_id")
    if draft.baseline == draft.target:  # A3 divides by their difference
        _refuse(N_("The target equals the baseline; choose one that differs from it."), f"{pointer}/target")
    _check_due(pointer, draft.due_at, ground.now)
    return draft


def _resolve_adjustment(pointer: str, draft: Adjustment, ground: Ground) -> Adjustment:
    if (draft.alternative is None) == (draft.changes is None):
        _refuse(N_("Give either the changes or the key of an alternative."), f"{pointer}/changes")
    if draft.changes is not None:
        _check_known_adjustment(pointer, draft.adjustment_id, ground)
        _check_changes(pointer, draft.changes, ground.parties)
        return replace(draft, kpi_id=draft.kpi_id or ground.kpi_id)
    adjustment_id = draft.adjustment_id or ground.adjustment_id
    proposal = ground.proposals.get(adjustment_id) if adjustment_id else None
    if proposal is None:
        _refuse(
            N_("No such adjustment was proposed here; name one, or give the changes yourself."),
            f"{pointer}/adjustment_id",
        )
    changes = proposal.alternatives.get(draft.alternative or "")
    if changes is None:
        keys = ", ".join(sorted(proposal.alternatives)) or "-"
        _refuse(N_("The proposal has no such alternative; it has: {keys}."), f"{pointer}/alternative", keys=keys)
    return Adjustment(adjustment_id, proposal.kpi_id, alternative=None, changes=changes)


def _check_known_adjustment(pointer: str, adjustment_id: UUID | None, ground: Ground) -> None:
    if adjustment_id not in {None, ground.adjustment_id, *ground.proposals}:
        _refuse(N_("No such adjustment was proposed here; name one, or leave it out."), f"{pointer}/adjustment_id")


def _check_changes(pointer: str, changes: Sequence[Cell], parties: Collection[UUID]) -> None:
    """Changes move something, and each cell once."""
    seen: set[tuple[UUID, UUID, int]] = set()
    for index, change in enumerate(changes):
        here = f"{pointer}/changes/{index}"
        _check_party(here, change.party_id, parties)
        cell = (change.need_id, change.resource_id, change.period)
        if cell in seen:
            _refuse(N_("This need, resource and period come twice; keep one change for them."), here)
        seen.add(cell)
        if change.before == change.after:
            _refuse(N_("The change moves nothing; give another amount or leave it out."), f"{here}/after")


def _check_due(pointer: str, due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        _refuse(
            N_("The due date is not after the partnership's present, {now}; choose a later one."),
            f"{pointer}/due_at",
            now=now.isoformat(),
        )
    if due_at.year > LATEST:
        _refuse(N_("The due date is too far away; choose one before the year 2200."), f"{pointer}/due_at")


def _check_party(pointer: str, party_id: UUID, parties: Collection[UUID]) -> None:
    if party_id not in parties:
        _refuse(N_("The partnership has no such party; name one of its own."), f"{pointer}/party_id")


def _refuse(detail: str, pointer: str, **params: Any) -> NoReturn:
    raise TermRefused(detail, pointer=pointer, **params)
