"""The key that a route is about."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentCaller, CurrentSession, check_if_match

from . import queries
from .models import ApiKey


async def load_key(key_id: UUID, request: Request, session: CurrentSession, caller: CurrentCaller) -> ApiKey:
    """The key, locked where it is to be changed."""
    key = await queries.load(session, queries.holder_of(caller), key_id, lock=request.method != "GET")
    check_if_match(request, key.version)
    return key


LoadedKey = Annotated[ApiKey, Depends(load_key)]
