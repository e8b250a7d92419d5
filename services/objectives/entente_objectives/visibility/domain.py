"""Who sees a record, and which record it is about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Unprocessable

MOST_PARTIES = 50


class Visibility(StrEnum):
    """SHARED: all parties. PARTY: the author's own. NAMED: the author's own and those that are listed."""

    SHARED = "shared"
    PARTY = "party"
    NAMED = "named"


class RecordKind(StrEnum):
    """What can be talked about, in whichever service it is kept. The id is taken as it is given: services ask no other."""

    # objectives
    PARTNERSHIP = "partnership"
    PROFILE = "profile"
    OPPORTUNITY = "opportunity"
    DIAGNOSIS = "diagnosis"
    CHARTER = "charter"
    OBJECTIVE = "objective"
    GOAL = "goal"
    DECISION = "decision"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    ACTION = "action"
    REVIEW = "review"
    RISK = "risk"
    MESSAGE = "message"
    WORKSPACE = "workspace"
    RITUAL = "ritual"
    GATHERING = "gathering"
    RECOGNITION = "recognition"
    IDEA = "idea"
    PROJECT = "project"
    SECONDMENT = "secondment"
    # kpi
    KPI = "kpi"
    DEVIATION = "deviation"
    CONTEST = "contest"
    VARIANCE_REVIEW = "variance_review"
    SURVEY = "survey"
    BENEFIT = "benefit"
    COST = "cost"
    # resources
    RESOURCE = "resource"
    NEED = "need"
    CONTRIBUTION = "contribution"
    ALLOCATION = "allocation"
    ADJUSTMENT = "adjustment"
    TRAINING = "training"
    # conflicts
    CASE = "case"
    SETTLEMENT = "settlement"
    PRACTICE = "practice"


class InvalidVisibility(Unprocessable):
    slug, title = "invalid-visibility", N_("The record cannot be shown like this")


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that something is about."""

    kind: RecordKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Sight:
    """Who sees a record: `parties` by their ids, `organisations` by those that row-level security knows."""

    visibility: Visibility
    parties: tuple[UUID, ...]
    organisations: tuple[UUID, ...]


def sight(visibility: Visibility, own: UUID, named: Collection[UUID], parties: Mapping[UUID, UUID]) -> Sight:
    """Who sees what a member of the party `own` writes; `parties` gives each party's organisation.

    Raises InvalidVisibility.
    """
    _check(visibility, named, parties)
    seen = sorted(parties) if visibility is Visibility.SHARED else sorted({own, *named})
    return Sight(visibility, tuple(seen), tuple(sorted({parties[party] for party in seen})))


def _check(visibility: Visibility, named: Collection[UUID], parties: Collection[UUID]) -> None:
    if visibility is Visibility.NAMED and not named:
        raise InvalidVisibility(
            N_("party_ids: list the parties that may see it, or choose another visibility."), pointer="/party_ids"
        )
    if visibility is not Visibility.NAMED and named:
        raise InvalidVisibility(
            N_("party_ids: only the visibility named lists parties; leave them out."), pointer="/party_ids"
        )
    for index, party in enumerate(named):
        if party not in parties:
            raise InvalidVisibility(
                N_("party_ids: no party of the partnership has this id; the partnership's record lists them."),
                pointer=f"/party_ids/{index}",
            )
