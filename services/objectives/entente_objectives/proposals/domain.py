"""What may be proposed."""

from collections.abc import Collection
from uuid import UUID

from entente_shared.errors import N_, Unprocessable


class UnknownParty(Unprocessable):
    slug, title = "unknown-party", N_("There is no such party in the partnership")


def check_concerned(concerns_party_id: UUID | None, parties: Collection[UUID]) -> None:
    if concerns_party_id is not None and concerns_party_id not in parties:
        raise UnknownParty(
            N_("concerns_party_id: no party of this partnership; use the id of one of its parties, or leave it out."),
            pointer="/concerns_party_id",
        )
