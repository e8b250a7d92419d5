"""What a cost is: money that a party spends, or expects to."""

from datetime import datetime
from enum import StrEnum

from entente_shared.errors import N_, Unprocessable

from ..moments import storable


class Basis(StrEnum):
    """REALISED: it was had or spent. EXPECTED: it is foreseen."""

    REALISED = "realised"
    EXPECTED = "expected"


class InvalidCost(Unprocessable):
    slug = "invalid-cost"
    title = N_("The cost makes no sense")


def check_moment(basis: Basis, at: datetime, now: datetime) -> None:
    if not storable(at):
        raise InvalidCost(N_("The time must lie between the years 1900 and 2199."), pointer="/at")
    if basis is Basis.REALISED and at > now:
        raise InvalidCost(N_("What is still to come is expected, not realised."), pointer="/at")
