"""Events of the partnership, as people call them: planned, held with an outcome, or called off."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable


class GatheringState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class GatheringNotFound(NotFound):
    slug, title = "gathering-not-found", N_("There is no such gathering")


class InvalidGathering(Unprocessable):
    slug, title = "invalid-gathering", N_("The gathering makes no sense")


class GatheringSettled(Conflict):
    slug, title = "gathering-state", N_("What has become of the gathering does not allow this")


class NotYourGathering(Forbidden):
    slug, title = "not-your-gathering", N_("Only the party that organises it may do this")


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise InvalidGathering(N_("ends_at: must lie after starts_at."), pointer="/ends_at")


def check_organiser(organised_by: UUID, party: UUID) -> None:
    if party != organised_by:
        raise NotYourGathering(N_("Ask the party that organises it; `party_id` names it."))


def require_planned(state: GatheringState) -> None:
    if state is not GatheringState.PLANNED:
        raise GatheringSettled(N_("It is {state}; plan another."), state=state.value)


def check_held(starts_at: datetime, now: datetime) -> None:
    if now < starts_at:
        raise GatheringSettled(N_("It has not begun yet; say what came of it afterwards, or cancel it."))
