"""What a charter says: objectives, levers, mandates, the ladder, floors, how it lets itself be adjusted, and clauses."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from entente_objectives.clauses import domain as clauses
from entente_objectives.clauses.domain import (
    CommunicationTerm,
    ConfidentialityTerm,
    EquityTerm,
    IntellectualPropertyTerm,
)
from entente_objectives.clauses.sharing import Sharing, check_sharing
from entente_objectives.mandates import domain as mandates
from entente_objectives.mandates.domain import Mandate
from entente_objectives.objectives.domain import Band, Curve, Path, Step, check_path
from entente_objectives.partnerships.domain import Role
from entente_shared.errors import N_, Unprocessable

LEAST_LEVELS = 3


class InvalidTerms(Unprocessable):
    slug, title = "invalid-terms", N_("The charter's terms contradict themselves")


@dataclass(frozen=True, kw_only=True)
class ObjectiveTerm:
    key: str
    title: str
    kpi_id: UUID
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: Curve = Curve.LINEAR
    steps: tuple[Step, ...] = ()
    band: Band | None = None

    @property
    def path(self) -> Path:
        return Path(self.baseline, self.target, self.starts_at, self.due_at, self.curve, self.steps, self.band)


@dataclass(frozen=True, kw_only=True)
class LeverTerm:
    key: str
    resource_id: UUID
    kpi_id: UUID
    effect: float
    effect_low: float
    effect_high: float
    lag: timedelta
    source: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Level:
    name: str
    responders: tuple[Role, ...]
    limit: timedelta


@dataclass(frozen=True, kw_only=True)
class FloorTerm:
    party_id: UUID
    share: float


@dataclass(frozen=True, kw_only=True)
class Policy:
    churn_budget: float
    rollback_on_failure: bool
    verify_samples: int
    damping_half_life: timedelta
    cap_per_period: int
    review_period: timedelta
    cool_down: timedelta


@dataclass(frozen=True, kw_only=True)
class Terms:
    objectives: tuple[ObjectiveTerm, ...]
    levers: tuple[LeverTerm, ...]
    mandates: tuple[Mandate, ...]
    ladder: tuple[Level, ...]
    floors: tuple[FloorTerm, ...]
    policy: Policy
    equity: tuple[EquityTerm, ...] = ()
    shares: Sharing | None = None
    confidentiality: tuple[ConfidentialityTerm, ...] = ()
    intellectual_property: tuple[IntellectualPropertyTerm, ...] = ()
    communication: tuple[CommunicationTerm, ...] = ()


def check(terms: Terms, parties: Collection[UUID]) -> None:
    """Refuse terms that could not be followed. `parties` are the partnership's."""
    _check_objectives(terms.objectives)
    _check_unique("levers", "key", [lever.key for lever in terms.levers])
    _check_unique("mandates", "key", [mandate.key for mandate in terms.mandates])
    mandates.check(terms.mandates)
    for pointer, detail in (*_levers(terms.levers), *_ladder(terms.ladder), *_floors(terms.floors, parties)):
        raise InvalidTerms(detail, pointer=pointer)
    for pointer, detail in (*_policy(terms.policy), *_clauses(terms, parties)):
        raise InvalidTerms(detail, pointer=pointer)


def _clauses(terms: Terms, parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    yield from clauses.check_equity(terms.equity)
    yield from check_sharing(terms.shares, parties)
    yield from clauses.check_confidentiality(terms.confidentiality)
    yield from clauses.check_rights(terms.intellectual_property, parties)
    yield from clauses.check_communication(terms.communication)


def _check_objectives(objectives: Sequence[ObjectiveTerm]) -> None:
    if not objectives:
        raise InvalidTerms(N_("objectives: none; a charter names at least one."), pointer="/objectives")
    _check_unique("objectives", "key", [term.key for term in objectives])
    _check_unique("objectives", "kpi_id", [term.kpi_id for term in objectives])
    for index, term in enumerate(objectives):
        check_path(term.path, f"/objectives/{index}")


def _check_unique(section: str, field: str, values: Sequence[object]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise InvalidTerms(
                N_("{field}: stands twice in {section}; use each once."),
                pointer=f"/{section}/{index}/{field}",
                field=field,
                section=section,
            )


def _levers(levers: Sequence[LeverTerm]) -> Iterator[tuple[str, str]]:
    for index, lever in enumerate(levers):
        if lever.effect == 0:
            yield f"/levers/{index}/effect", N_("effect: 0 moves nothing; leave the lever out or give its effect.")
        if not lever.effect_low <= lever.effect <= lever.effect_high:
            yield (
                f"/levers/{index}/effect",
                N_("effect: lies outside effect_low to effect_high; widen the interval or correct the effect."),
            )
        if lever.lag < timedelta():
            yield f"/levers/{index}/lag", N_("lag: is negative; no lever works before it is used.")


def _ladder(ladder: Sequence[Level]) -> Iterator[tuple[str, str]]:
    if len(ladder) < LEAST_LEVELS:
        yield "/ladder", N_("ladder: has fewer than three levels; add levels, so that a conflict can climb.")
    for index, level in enumerate(ladder):
        if level.name in [other.name for other in ladder[:index]]:
            yield f"/ladder/{index}/name", N_("name: stands twice on the ladder; name each level once.")
        if not level.responders:
            yield f"/ladder/{index}/responders", N_("responders: nobody answers at this level; name at least one role.")
        if level.limit <= timedelta():
            yield f"/ladder/{index}/limit", N_("limit: must be longer than nothing, or the level is skipped unseen.")


def _floors(floors: Sequence[FloorTerm], parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    for index, floor in enumerate(floors):
        if floor.party_id not in parties:
            yield (
                f"/floors/{index}/party_id",
                N_("party_id: no party of this partnership; use the id of one of its parties."),
            )
        if floor.party_id in [other.party_id for other in floors[:index]]:
            yield f"/floors/{index}/party_id", N_("party_id: has a floor already; keep one floor for each party.")
        if not 0 <= floor.share <= 1:
            yield f"/floors/{index}/share", N_("share: must be from 0 to 1.")


def _policy(policy: Policy) -> Iterator[tuple[str, str]]:
    if policy.churn_budget < 0:
        yield "/policy/churn_budget", N_("churn_budget: must be 0 or more.")
    if policy.verify_samples < 1:
        yield "/policy/verify_samples", N_("verify_samples: at least one sample is needed to verify anything.")
    if policy.damping_half_life <= timedelta():
        yield "/policy/damping_half_life", N_("damping_half_life: must be longer than nothing.")
    if policy.cap_per_period < 0:
        yield "/policy/cap_per_period", N_("cap_per_period: must be 0 or more.")
    if policy.review_period <= timedelta():
        yield "/policy/review_period", N_("review_period: must be longer than nothing.")
    if policy.cool_down < timedelta():
        yield "/policy/cool_down", N_("cool_down: must be 0 or longer.")
