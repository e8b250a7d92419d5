"""Rules of resources."""

from collections.abc import Sequence

from entente_shared.errors import N_, NotFound, Unprocessable


class ResourceNotFound(NotFound):
    slug, title = "resource-not-found", N_("There is no such resource")


class InvalidCapacity(Unprocessable):
    slug, title = "invalid-capacity", N_("The capacity does not fit the resource")


def check_capacity(capacity: Sequence[float], *, indivisible: bool) -> None:
    """An indivisible resource has whole units only."""
    for period, amount in enumerate(capacity):
        if indivisible and amount != int(amount):
            raise InvalidCapacity(
                N_("An indivisible resource has whole units; give whole numbers, or make it divisible."),
                pointer=f"/capacity/{period}",
            )
