"""Who acts, where only a person can."""

from uuid import UUID

from entente_shared.errors import N_, Forbidden
from entente_shared.web import Member


def person_of(member: Member) -> UUID:
    """The person behind the caller. Raises Forbidden for a system, which can neither promise nor sign."""
    if member.caller.person_id is None:
        raise Forbidden(N_("A person does this; use a person's key instead of a system's."))
    return member.caller.person_id
