"""What a KPI and its threshold rule must be to make sense."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from entente_shared.errors import N_, Unprocessable

from ..evaluation.domain import BurnRate, Rule, RuleKind, usual_windows
from ..units.domain.syntax import check_unit

LONGEST = timedelta(days=36_525)


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


class InvalidRule(Unprocessable):
    slug = "invalid-rule"
    title = N_("The threshold rule makes no sense")


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


def check_rule(rule: Rule) -> None:
    """Hysteresis needs a recovery threshold that is strictly better than the one that fires."""
    if rule.theta_off <= rule.theta_on:
        raise InvalidRule(
            N_("theta_off must be above theta_on, so that a value cannot both fire and recover."),
            pointer="/rule/theta_off",
        )
    durations = {"for": rule.hold, "keep": rule.keep, "evaluation_delay": rule.evaluation_delay}
    for field, duration in durations.items():
        if not timedelta(0) <= duration <= LONGEST:
            raise InvalidRule(
                N_("{field} must be zero or longer, and at most 100 years."), pointer=f"/rule/{field}", field=field
            )
    if rule.stale_after is not None and not timedelta(0) < rule.stale_after <= LONGEST:
        raise InvalidRule(
            N_("stale_after must be longer than zero and at most 100 years."), pointer="/rule/stale_after"
        )
    if rule.burn is not None:
        _check_burn(rule.burn)


def with_windows(rule: Rule, cadence: timedelta) -> Rule:
    """A burn rate that names no windows has the usual ones, by the KPI's cadence."""
    if rule.burn is None or rule.burn.windows:
        return rule
    return replace(rule, burn=replace(rule.burn, windows=usual_windows(cadence)))


def check_kind(kind: RuleKind, *, burns: bool) -> None:
    if burns != (kind is RuleKind.BURN_RATE):
        raise InvalidRule(
            N_("burn: belongs to rules of the kind burn_rate, and only to them; give both or neither."),
            pointer="/rule/burn",
        )


def _check_burn(burn: BurnRate) -> None:
    if not burn.windows:
        raise InvalidRule(N_("windows: none; give at least one."), pointer="/rule/burn/windows")
    for index, window in enumerate(burn.windows):
        pointer = f"/rule/burn/windows/{index}"
        if not timedelta(0) < window.short < window.long <= LONGEST:
            raise InvalidRule(
                N_(
                    "The short window must be longer than zero and shorter than the long one, which is at most 100 years."
                ),
                pointer=f"{pointer}/short",
            )
        if window.factor * burn.allowed >= 1:
            raise InvalidRule(
                N_("factor: times the allowed share is 1 or more, which no share exceeds; lower one of the two."),
                pointer=f"{pointer}/factor",
            )
