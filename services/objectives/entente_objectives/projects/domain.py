"""Cross projects: several parties, one aim, one person who answers for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable

FEWEST = 2


class ProjectState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class Ending(StrEnum):
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class ProjectNotFound(NotFound):
    slug, title = "project-not-found", N_("There is no such project")


class InvalidProject(Unprocessable):
    slug, title = "invalid-project", N_("The project makes no sense")


class ProjectEnded(Conflict):
    slug, title = "project-ended", N_("The project has ended")


class NotYourProject(Forbidden):
    slug, title = "not-your-project", N_("This is for those who run the project")


def check(parties: Sequence[UUID], known: Collection[UUID], starts_on: date, ends_on: date) -> None:
    for index, party in enumerate(parties):
        if party not in known or party in parties[:index]:
            raise InvalidProject(
                N_("party_ids: is no party of the partnership, or stands here twice; name each party once."),
                pointer=f"/party_ids/{index}",
            )
    if len(parties) < FEWEST:
        raise InvalidProject(N_("party_ids: a cross project takes at least two parties."), pointer="/party_ids")
    if ends_on < starts_on:
        raise InvalidProject(N_("ends_on: lies before starts_on; exchange them."), pointer="/ends_on")


def check_lead(lead: UUID, member_parties: Mapping[UUID, UUID], parties: Collection[UUID]) -> None:
    """The one who is accountable is a member of a party that takes part."""
    if member_parties.get(lead) not in parties:
        raise InvalidProject(
            N_("lead_member_id: is no member of a party that takes part; GET .../members lists them."),
            pointer="/lead_member_id",
        )


def require_running(state: ProjectState) -> None:
    if state is not ProjectState.RUNNING:
        raise ProjectEnded(N_("It is {state}; begin another."), state=state.value)


def check_runs(
    lead: UUID, member_ids: Collection[UUID], own: UUID, parties: Collection[UUID], *, manages: bool
) -> None:
    """The lead runs it, or a manager of a party that takes part."""
    if lead not in member_ids and not (manages and own in parties):
        raise NotYourProject(N_("Ask its lead, or a manager of a party that takes part."))


def check_founder(own: UUID, parties: Collection[UUID]) -> None:
    if own not in parties:
        raise NotYourProject(N_("party_ids: lacks your own party; a project is begun by those who take part."))
