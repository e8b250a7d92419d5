"""GET /v1/me."""

from entente_shared.web import CurrentCaller, CurrentSession, Router

from ..keys.queries import holder_of
from . import queries
from .schemas import Me

router = Router(tags=["me"])


@router.get("/me", operation_id="gateway_read_me", summary="Who am I, and what may I do where")
async def read_me(session: CurrentSession, caller: CurrentCaller) -> Me:
    return Me(
        kind=caller.kind,
        key_id=holder_of(caller).key_id,
        organisation_id=caller.organisation_id,
        person_id=caller.person_id,
        scopes=sorted(caller.scopes),
        partnerships=await queries.my_partnerships(session, caller),
    )
