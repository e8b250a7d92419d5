"""A promise's life: who may change it, when it counts as kept, late or broken, and who says so."""

from datetime import datetime, timedelta
from enum import StrEnum

from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable

GRACE = timedelta(days=7)


class CommitmentStatus(StrEnum):
    """`declared`: its party says that it is done, and no other party has confirmed it yet."""

    OPEN = "open"
    DECLARED = "declared"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WAIVED = "waived"


UNRESOLVED = (CommitmentStatus.OPEN, CommitmentStatus.DECLARED)


class Part(StrEnum):
    """Who else has a part in it (RACI); the one accountable is the commitment's owner."""

    RESPONSIBLE = "responsible"
    CONSULTED = "consulted"
    INFORMED = "informed"


class ChangeKind(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    DECLARED = "declared"
    REJECTED = "rejected"
    RESOLVED = "resolved"


class InvalidCommitment(Unprocessable):
    slug, title = "invalid-commitment", N_("The commitment makes no sense")


class CommitmentResolved(Conflict):
    slug, title = "commitment-resolved", N_("The commitment is resolved")


class NothingDeclared(Conflict):
    slug, title = "nothing-declared", N_("The commitment was not declared done")


class AlreadyDeclared(Conflict):
    slug, title = "commitment-declared", N_("The commitment is declared done")


class NotYours(Forbidden):
    slug, title = "not-your-commitment", N_("Another party has to do this")


def check_due(due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        raise InvalidCommitment(N_("due_at: is not after the present; choose a later due date."), pointer="/due_at")


def check_unresolved(status: CommitmentStatus) -> None:
    if status not in UNRESOLVED:
        raise CommitmentResolved(N_("The commitment is {status}, and stays so."), status=status.value)


def check_undecided(status: CommitmentStatus, now: datetime, decides_at: datetime) -> None:
    """Time decides, not the timer that follows it: what silence has decided by now, nobody says otherwise."""
    check_unresolved(status)
    if now >= decides_at:
        raise CommitmentResolved(
            N_("The time to answer is over: silence has decided on the commitment, and it stays so.")
        )


def check_own(*, own: bool) -> None:
    if not own:
        raise NotYours(N_("A commitment is given and declared done by its own party; ask somebody of that party."))


def check_other(*, own: bool) -> None:
    """Nobody confirms or waives what their own party promised."""
    if own:
        raise NotYours(N_("What your party promised is confirmed, waived, reworded or put off by another party."))


def check_change(*, own: bool, rewords: bool, puts_off: bool, brings_forward: bool, reassigns: bool) -> None:
    """The promise itself is eased by those whom it was given to; who keeps it, and sooner, is its own party's affair."""
    if own and (rewords or puts_off):
        check_other(own=own)
    if not own and reassigns:
        check_own(own=own)
    if not own and brings_forward:
        raise NotYours(
            N_("due_at: is earlier than what was promised; ask the commitment's own party to bring it forward.")
        )


def check_rewording(status: CommitmentStatus) -> None:
    """Its party declared these words done, and no others: nobody confirms what was never declared."""
    if status is CommitmentStatus.DECLARED:
        raise AlreadyDeclared(
            N_("what: was declared done as it is worded; contradict the declaration first, then reword it."),
            pointer="/what",
        )


def outcome(declared_at: datetime, due_at: datetime) -> CommitmentStatus:
    return CommitmentStatus.KEPT if declared_at <= due_at else CommitmentStatus.LATE


def decides_at(due_at: datetime, grace: timedelta, declared_at: datetime | None) -> datetime:
    """When silence decides: once the grace is over, and the other parties had as long to answer a declaration."""
    end = due_at + grace
    return end if declared_at is None else max(end, declared_at + grace)


def after_silence(status: CommitmentStatus, declared_at: datetime | None, due_at: datetime) -> CommitmentStatus:
    """A declaration that nobody contradicted holds; without one, the word was broken."""
    if status is CommitmentStatus.DECLARED and declared_at is not None:
        return outcome(declared_at, due_at)
    return CommitmentStatus.BROKEN


def check_declaration(status: CommitmentStatus, now: datetime, due_at: datetime, grace: timedelta) -> None:
    """Time decides, not the timer that follows it."""
    check_unresolved(status)
    if now >= due_at + grace:
        raise CommitmentResolved(N_("The time for it, with its grace, is over; the commitment counts as broken."))


def check_answer(status: CommitmentStatus) -> None:
    check_unresolved(status)
    if status is not CommitmentStatus.DECLARED:
        raise NothingDeclared(N_("There is nothing to confirm: its party has not declared the commitment done."))
