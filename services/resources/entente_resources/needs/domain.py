"""Rules of needs."""

from collections.abc import Collection, Sequence
from uuid import UUID

from entente_shared.errors import N_, NotFound, Unprocessable


class NeedNotFound(NotFound):
    slug, title = "need-not-found", N_("There is no such need")


class InvalidNeed(Unprocessable):
    slug, title = "invalid-need", N_("The need cannot be met as it stands")


def check_amounts(least: float, most: float) -> None:
    if least > most:
        raise InvalidNeed(N_("least is above most; lower it, or raise most."), pointer="/least")


def check_resources(asked: Sequence[UUID], known: Collection[UUID]) -> None:
    """Each eligible resource is one of the partnership's, and stands there once."""
    for index, resource_id in enumerate(asked):
        if resource_id not in known:
            raise InvalidNeed(
                N_("No resource of this partnership has this id; GET .../resources lists them."),
                pointer=f"/resource_ids/{index}",
            )
        if resource_id in asked[:index]:
            raise InvalidNeed(N_("This resource stands there twice; name it once."), pointer=f"/resource_ids/{index}")
