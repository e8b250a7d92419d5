"""When each party was told of an outcome, and until when it may therefore veto it.

After the DESCA model consortium agreement, a veto has so many days after the minutes were sent. Here each party's window
runs from its own receipt, or from when it counts as told, whichever comes first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from entente_objectives.mandates.domain import Mandate
from entente_shared.errors import N_, Conflict

FRIDAY, WEEK = 4, 5


class NothingToReceive(Conflict):
    slug, title = "nothing-to-receive", N_("There is no outcome whose receipt counts")


class ReceiptTooLate(Conflict):
    slug, title = "receipt-too-late", N_("The window for a veto has run out")


@dataclass(frozen=True)
class Notice:
    """A party counts as told at `deemed_at`, unless it confirmed the receipt before."""

    party_id: UUID
    deemed_at: datetime
    received_at: datetime | None = None

    @property
    def given_at(self) -> datetime:
        return self.deemed_at if self.received_at is None else min(self.received_at, self.deemed_at)

    def until(self, window: timedelta) -> datetime:
        return self.given_at + window


def after_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day `days` working days later: Monday to Friday, in UTC, as the parties have no common holidays."""
    start = moment.astimezone(UTC)
    start -= timedelta(days=max(0, start.weekday() - FRIDAY))
    weeks, rest = divmod(days, WEEK)
    weekend = 2 if start.weekday() + rest > FRIDAY else 0
    return start + timedelta(days=7 * weeks + rest + weekend)


def counts_receipts(mandate: Mandate) -> bool:
    return mandate.veto is not None and mandate.veto.deemed_after is not None


def notices(mandate: Mandate, passed_at: datetime, parties: Collection[UUID], concerned: UUID | None) -> list[Notice]:
    """Whom an outcome goes to: every party that may veto it."""
    assert mandate.veto is not None, "only where receipts count"
    assert mandate.veto.deemed_after is not None, "only where receipts count"
    deemed_at = after_working_days(passed_at, mandate.veto.deemed_after.days)
    return [Notice(party_id, deemed_at) for party_id in parties if party_id != concerned]


def final_moment(told: Collection[Notice], window: timedelta) -> datetime:
    """When nobody can veto any more."""
    return max(notice.until(window) for notice in told)


def check_receipt(mandate: Mandate, *, passed: bool, now: datetime, notice: Notice | None) -> None:
    """Refuse a receipt that would change nothing."""
    if mandate.veto is None or mandate.veto.deemed_after is None:
        raise NothingToReceive(N_("The mandate counts no receipts: a veto's window runs from the decision's opening."))
    if not passed:
        raise NothingToReceive(N_("The votes have not passed the decision, or it is final; there is nothing to veto."))
    if notice is None:
        raise NothingToReceive(N_("The decision is about your party, which cannot veto it."))
    if now >= notice.until(mandate.veto.window):
        raise ReceiptTooLate(
            N_("Your party's window closed at {until}; it had counted as told before."),
            until=notice.until(mandate.veto.window).isoformat(),
        )
