"""What the parties agree on about a KPI, and what it must be to make sense."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from entente_shared.errors import N_, Unprocessable

from ...evaluation.domain import Rule
from ...units.domain.syntax import check_unit
from .rules import LONGEST, check_rule


class OnConflict(StrEnum):
    """What becomes of another value for a time that has one, where the sender cannot mark it as a correction."""

    REJECT = "reject"
    CORRECT = "correct"


class Level(StrEnum):
    OPERATIONAL = "operational"
    TACTICAL = "tactical"
    STRATEGIC = "strategic"


class Direction(StrEnum):
    """Where better lies. An objective's baseline and target decide what progress is; this says what the KPI is meant for."""

    RISING = "rising"
    FALLING = "falling"
    BAND = "band"


class Aggregation(StrEnum):
    """How samples are combined into one figure, by a chart or over a period."""

    MEAN = "mean"
    SUM = "sum"
    LAST = "last"
    MIN = "min"
    MAX = "max"


class Approval(StrEnum):
    """When a definition takes effect: at once (but see revisions.domain), or when every party approved it."""

    NOT_REQUIRED = "not_required"
    REQUIRED = "required"


class KpiStatus(StrEnum):
    """A draft takes samples, which are evaluated once every party approved its definition."""

    DRAFT = "draft"
    ACTIVE = "active"


class InvalidCadence(Unprocessable):
    slug = "invalid-cadence"
    title = N_("The cadence makes no sense")


class InvalidRetention(Unprocessable):
    slug = "invalid-retention"
    title = N_("The retention makes no sense")


class UnknownSource(Unprocessable):
    slug = "unknown-source"
    title = N_("That is no party of this partnership")


class MissingField(Unprocessable):
    slug = "missing-field"
    title = N_("A field is missing")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each level of detail is kept, counted back from the newest sample; None: for ever."""

    raw: timedelta | None = None
    minute: timedelta | None = None
    hour: timedelta | None = None
    day: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """All that the parties agree on about a KPI. `sources` are the organisations that may push it; None: any of them."""

    name: str
    unit: str
    cadence: timedelta
    on_conflict: OnConflict
    rule: Rule
    description: str | None = None
    template: str | None = None
    level: Level = Level.OPERATIONAL
    direction: Direction | None = None
    aggregation: Aggregation = Aggregation.MEAN
    sources: tuple[UUID, ...] | None = None
    retention: Retention = Retention()
    approval: Approval = Approval.NOT_REQUIRED


def check(definition: Definition) -> None:
    """Raises InvalidCadence, InvalidRule, InvalidRetention and InvalidUnit."""
    check_unit(definition.unit)
    check_cadence(definition.cadence)
    check_rule(definition.rule)
    check_retention(definition.retention)


def may_push(sources: Collection[UUID] | None, organisation_id: UUID | None) -> bool:
    """Whether an organisation's samples are accepted. The service itself (no organisation) always delivers, to any KPI."""
    return sources is None or organisation_id is None or organisation_id in sources


def name_sources(given: Iterable[UUID], organisations: dict[UUID, UUID]) -> tuple[UUID, ...]:
    """The organisations among `given` ids, which may be of parties; `organisations` maps parties to them. Raises UnknownSource."""
    known, named = set(organisations.values()), []
    for place, each in enumerate(given):
        organisation_id = organisations.get(each, each)
        if organisation_id not in known:
            raise UnknownSource(
                N_("sources must name parties of this partnership, or their organisations."),
                pointer=f"/sources/{place}",
            )
        named.append(organisation_id)
    return tuple(sorted(set(named), key=lambda each: each.bytes))


def check_retention(retention: Retention) -> None:
    """What is coarser is kept at least as long: else a chart of the past would have holes that a finer one fills."""
    kept = {field.name: getattr(retention, field.name) for field in fields(Retention)}
    for name, duration in kept.items():
        if duration is not None and not timedelta(0) < duration <= LONGEST:
            raise InvalidRetention(
                N_("{field} must be kept longer than zero and at most 100 years, or null for ever."),
                pointer=f"/retention/{name}",
                field=name,
            )
    for (finer, short), (coarser, long) in pairwise(kept.items()):
        if long is not None and (short is None or short > long):
            raise InvalidRetention(
                N_("{coarser} must be kept at least as long as {finer}."),
                pointer=f"/retention/{coarser}",
                coarser=coarser,
                finer=finer,
            )


def check_cadence(cadence: timedelta) -> None:
    if not timedelta(0) < cadence <= LONGEST:
        raise InvalidCadence(N_("The cadence must be longer than zero and at most 100 years."), pointer="/cadence")
