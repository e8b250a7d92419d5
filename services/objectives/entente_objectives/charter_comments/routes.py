"""Comments on a version of the charter over HTTP."""

from typing import Annotated

from fastapi import Path, Query

from entente_objectives.bodies import page_of
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import commands, queries
from .schemas import CommentCreate, CommentRead

router = Router(tags=["charter"])
COMMENTS = "/partnerships/{partnership_id}/charter/versions/{version}/comments"
Number = Annotated[int, Path(ge=1, le=1_000_000)]
OnPath = Annotated[
    str | None,
    Query(max_length=1000, pattern=r"^(/[^\x00]*)?$", description="only comments on this path and on what lies in it"),
]


@router.post(
    COMMENTS,
    status_code=201,
    operation_id="objectives_comment_charter_version",
    summary="Comment on a place in the text",
)
async def create_comment(
    version: Number, body: CommentCreate, member: CurrentMember, session: CurrentSession
) -> CommentRead:
    """For everyone with a role except observers; all parties see it. It is no part of what is signed."""
    member.require(*(role for role in Role if role is not Role.OBSERVER))
    return CommentRead.model_validate(await commands.comment(session, member, version, body.path, body.text))


@router.get(COMMENTS, operation_id="objectives_list_charter_comments", summary="What the parties say of a version")
async def list_comments(
    *,
    version: Number,
    member: CurrentMember,
    session: CurrentSession,
    path: OnPath = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[CommentRead]:
    found = await queries.list_comments(session, member.partnership_id, version, path=path, cursor=cursor, limit=limit)
    return page_of(CommentRead, found)
