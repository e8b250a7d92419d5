"""Ideas gather support, and become objectives or goals.

An idea is supported once at least half of the parties and at least a quarter of the people who act in the partnership support
it, both rounded up: a single party cannot carry it by number, and a single enthusiast in each party cannot either.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound

PARTIES, PEOPLE = Fraction(1, 2), Fraction(1, 4)


class IdeaState(StrEnum):
    OPEN = "open"
    SUPPORTED = "supported"
    ADOPTED = "adopted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Became(StrEnum):
    OBJECTIVE = "objective"
    GOAL = "goal"


class IdeaNotFound(NotFound):
    slug, title = "idea-not-found", N_("There is no such idea")


class IdeaSettled(Conflict):
    slug, title = "idea-state", N_("What has become of the idea does not allow this")


class NotYourIdea(Forbidden):
    slug, title = "not-your-idea", N_("Others support an idea, and its author withdraws it")


@dataclass(frozen=True, slots=True)
class Needed:
    """How many people, of how many parties, make an idea a supported one."""

    people: int
    parties: int


def needed(people: int, parties: int) -> Needed:
    """Of so many who act in the partnership, and so many parties."""
    return Needed(max(1, ceil(PEOPLE * people)), max(1, ceil(PARTIES * parties)))


def state(supporters: int, supporting_parties: int, threshold: Needed) -> IdeaState:
    enough = supporters >= threshold.people and supporting_parties >= threshold.parties
    return IdeaState.SUPPORTED if enough else IdeaState.OPEN


def require_undecided(present: IdeaState) -> None:
    if present not in (IdeaState.OPEN, IdeaState.SUPPORTED):
        raise IdeaSettled(N_("It is {state} already; propose another idea."), state=present.value)


def check_supporter(author: UUID, person: UUID) -> None:
    if person == author:
        raise NotYourIdea(N_("The support of others counts; your own is in the proposal."))


def check_withdrawal(author: UUID, person: UUID) -> None:
    if person != author:
        raise NotYourIdea(N_("Its author withdraws an idea; sponsors and alliance managers decline it."))


def check_adoption(present: IdeaState) -> None:
    require_undecided(present)
    if present is not IdeaState.SUPPORTED:
        raise IdeaSettled(N_("It has not gathered enough support yet; `needed` says how much."))
