"""The life of a case: open, settled, closed. Only the parties' signed settlement leads out of a conflict."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, NotFound, Unprocessable


class CaseState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    CLOSED = "closed"


@dataclass(frozen=True)
class Actor:
    """A person who acts for a party."""

    party_id: UUID
    person_id: UUID


class CaseNotFound(NotFound):
    slug, title = "case-not-found", N_("There is no such case")


class CaseNotOpen(Conflict):
    slug, title = "case-not-open", N_("The case is no longer open")


class CaseNotSettled(Conflict):
    slug, title = "case-not-settled", N_("The case is not settled")


class DeviationUnknown(Unprocessable):
    slug, title = "deviation-unknown", N_("There is no such deviation")


def require_open(state: CaseState) -> None:
    if state is not CaseState.OPEN:
        raise CaseNotOpen(N_("This case is {state}; open a new one if the conflict has come back."), state=state.value)


def require_settled(state: CaseState) -> None:
    if state is CaseState.OPEN:
        raise CaseNotSettled(N_("This case is still open; have every party sign a settlement before you close it."))
    if state is CaseState.CLOSED:
        raise CaseNotOpen(N_("This case is closed already; nothing is left to do."))
