"""What each party declares for itself, seen by nobody else until all have declared."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden


class Kind(StrEnum):
    PROFILE = "profile"
    ASSESSMENT = "assessment"


class RoundOpen(Conflict):
    slug, title = "round-open", N_("A round is open already")


class RoundRevealed(Conflict):
    slug, title = "round-revealed", N_("The round has been revealed")


class RoundWithdrawn(Conflict):
    slug, title = "round-withdrawn", N_("The round was withdrawn")


class StillSealed(Conflict):
    slug, title = "still-sealed", N_("Not every party has declared yet")


def check_may_open(*, one_is_open: bool) -> None:
    if one_is_open:
        raise RoundOpen(N_("A round is open that not every party has declared in; declare in it, then open another."))


def check_open(*, revealed: bool, withdrawn: bool) -> None:
    """What all have seen is not rewritten, and nobody declares who knows what the others did."""
    _check_stands(withdrawn=withdrawn)
    if revealed:
        raise RoundRevealed(N_("This round has been revealed to all parties; open another round to declare anew."))


def check_withdrawable(asker: UUID, opened_by: UUID, *, revealed: bool, withdrawn: bool) -> None:
    check_open(revealed=revealed, withdrawn=withdrawn)
    if asker != opened_by:
        raise Forbidden(N_("A round is withdrawn by the party that opened it; `party_id` names that party."))


def _check_stands(*, withdrawn: bool) -> None:
    if withdrawn:
        raise RoundWithdrawn(N_("This round was withdrawn, and what was declared in it stays sealed; open another."))


def check_revealed(*, revealed: bool, withdrawn: bool) -> None:
    _check_stands(withdrawn=withdrawn)
    if not revealed:
        raise StillSealed(N_("There is nothing to see before every party has declared; the round names the awaited."))


def complete(declared: Collection[UUID], parties: Collection[UUID]) -> bool:
    """Whether every party of the partnership has declared."""
    return bool(parties) and set(declared) >= set(parties)
