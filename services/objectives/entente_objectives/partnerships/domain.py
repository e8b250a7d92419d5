"""What a partnership is made of, and how its clock moves."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Unprocessable

SMALLEST, LARGEST = 2, 50


class ClockMode(StrEnum):
    REAL = "real"
    REPLAY = "replay"


class Stage(StrEnum):
    """The eight stages of a collaborative relationship (ISO 44001:2017, clause 8)."""

    AWARENESS = "awareness"
    KNOWLEDGE = "knowledge"
    INTERNAL_ASSESSMENT = "internal_assessment"
    PARTNER_SELECTION = "partner_selection"
    WORKING_TOGETHER = "working_together"
    VALUE_CREATION = "value_creation"
    STAYING_TOGETHER = "staying_together"
    EXIT = "exit"


STARTS = (Stage.AWARENESS, Stage.PARTNER_SELECTION)


class Role(StrEnum):
    SPONSOR = "sponsor"
    ALLIANCE_MANAGER = "alliance_manager"
    COMMITTEE_MEMBER = "committee_member"
    MEDIATOR = "mediator"
    CONTRIBUTOR = "contributor"
    OBSERVER = "observer"


class InvalidPartnership(Unprocessable):
    slug, title = "invalid-partnership", N_("The partnership cannot be formed like this")


class ClockIsReal(Conflict):
    slug, title = "clock-is-real", N_("The partnership follows real time")


class ClockRunsForward(Conflict):
    slug, title = "clock-runs-forward", N_("The partnership's clock only runs forward")


class AlreadyMember(Conflict):
    slug, title = "already-member", N_("The person already has this role")


class LastSponsor(Conflict):
    slug, title = "last-sponsor", N_("A party keeps at least one sponsor")


def check_parties(organisations: Sequence[UUID], weights: Sequence[Decimal]) -> None:
    """Refuse a partnership of one, of too many, of the same organisation twice, or with a party that weighs nothing."""
    if not SMALLEST <= len(organisations) <= LARGEST:
        raise InvalidPartnership(
            N_("parties: {count} parties; a partnership has {smallest} to {largest}."),
            pointer="/parties",
            count=len(organisations),
            smallest=SMALLEST,
            largest=LARGEST,
        )
    for index, organisation in enumerate(organisations):
        if organisation in organisations[:index]:
            raise InvalidPartnership(
                N_("organisation_id: stands here twice; name each organisation once."),
                pointer=f"/parties/{index}/organisation_id",
            )
    for index, weight in enumerate(weights):
        if weight <= 0:
            raise InvalidPartnership(
                N_("weight: is not above 0; give each party a positive weight."),
                pointer=f"/parties/{index}/weight",
            )


def check_first_stage(stage: Stage) -> None:
    """A partnership starts where the parties meet, or where they have chosen each other; later stages are entered."""
    if stage not in STARTS:
        raise InvalidPartnership(
            N_("stage: a partnership starts at awareness or at partner_selection; enter later stages one by one."),
            pointer="/stage",
        )


def check_start(mode: ClockMode, starts_at: datetime | None) -> None:
    """A replayed clock needs its first moment; a real one has none."""
    if mode is ClockMode.REPLAY and starts_at is None:
        raise InvalidPartnership(
            N_("starts_at: missing; a replayed clock needs its first moment."), pointer="/starts_at"
        )
    if mode is ClockMode.REAL and starts_at is not None:
        raise InvalidPartnership(
            N_("starts_at: only a replayed clock has a first moment; leave it out or choose clock: replay."),
            pointer="/starts_at",
        )


def advance(mode: ClockMode, now: datetime, to: datetime) -> bool:
    """Whether the clock moves: False where it stands at `to` already."""
    if mode is ClockMode.REAL:
        raise ClockIsReal(
            N_("now: this partnership follows real time; only a replay partnership's clock can be moved.")
        )
    if to < now:
        raise ClockRunsForward(
            N_("now: is before the partnership's {now}; send a later time."),
            pointer="/now",
            now=now.isoformat(),
        )
    return to > now


def check_removal(remaining_sponsors: int) -> None:
    """A party without a sponsor could neither sign nor veto."""
    if remaining_sponsors == 0:
        raise LastSponsor(N_("This is the party's last sponsor; name another sponsor first."))
