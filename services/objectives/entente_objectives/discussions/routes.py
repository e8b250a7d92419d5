"""Discussions over HTTP."""

from uuid import UUID

from fastapi import Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.queries import sight_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .dependencies import HeldDiscussion, LockedDiscussion, LockedPost, MyMention, SeenDiscussion, SeenPost
from .domain import Reaction
from .schemas import (
    DiscussionCreate,
    DiscussionRead,
    MentionRead,
    PostCreate,
    PostRead,
    PostRevisionRead,
    PostUpdate,
)

router = Router(tags=["discussions"])
PARTNERSHIP = "/partnerships/{partnership_id}"
DISCUSSIONS = f"{PARTNERSHIP}/discussions"
ONE = f"{DISCUSSIONS}/{{discussion_id}}"
POSTS = f"{ONE}/posts"
POST = f"{POSTS}/{{post_id}}"


@router.post(DISCUSSIONS, status_code=201, operation_id="objectives_open_discussion")
async def open_discussion(
    body: DiscussionCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> DiscussionRead:
    """Open a discussion on a record, or on a free topic, with all parties, your own, or those that you name."""
    actor = actors.speaker(member)
    sight = await sight_of(session, actor, body.visibility, body.party_ids)
    subject = body.subject.subject() if body.subject else None
    opened = await commands.open_discussion(session, actor, body.topic, subject, sight)
    return await get_discussion(opened, response)


@router.get(DISCUSSIONS, operation_id="objectives_list_discussions")
async def list_discussions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    subject_kind: RecordKind | None = None,
    subject_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DiscussionRead]:
    """The discussions that your party sees."""
    found = await queries.list_discussions(
        session, member.partnership_id, kind=subject_kind, subject_id=subject_id, cursor=cursor, limit=limit
    )
    return page_of(DiscussionRead, found)


@router.get(ONE, operation_id="objectives_get_discussion")
async def get_discussion(discussion: SeenDiscussion, response: Response) -> DiscussionRead:
    """One discussion."""
    set_etag(response, discussion.version)
    return DiscussionRead.model_validate(discussion)


@router.post(f"{ONE}/closures", status_code=201, operation_id="objectives_close_discussion")
async def close_discussion(
    discussion: LockedDiscussion, member: CurrentMember, session: CurrentSession, response: Response
) -> DiscussionRead:
    """Close a discussion (who opened it, or a manager of their party); it stays readable."""
    await commands.close_discussion(session, actors.person(member), discussion)
    return await get_discussion(discussion, response)


@router.post(POSTS, status_code=201, operation_id="objectives_create_post")
async def create_post(
    body: PostCreate, discussion: HeldDiscussion, member: CurrentMember, session: CurrentSession, response: Response
) -> PostRead:
    """Write in a discussion, or reply; members whom you mention find it among their mentions."""
    actor = actors.speaker(member)
    post = await commands.publish_post(session, actor, discussion, body.text, body.reply_to, body.mentions)
    return await get_post(post, session, response)


@router.get(POSTS, operation_id="objectives_list_posts")
async def list_posts(
    discussion: SeenDiscussion, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[PostRead]:
    """What was written, from the first."""
    return page_of(PostRead, await queries.list_posts(session, discussion, cursor, limit))


@router.get(POST, operation_id="objectives_get_post")
async def get_post(post: SeenPost, session: CurrentSession, response: Response) -> PostRead:
    """One post."""
    set_etag(response, post.version)
    return PostRead.model_validate((await queries.shown(session, [post]))[0])


@router.put(POST, operation_id="objectives_update_post")
async def update_post(
    *,
    body: PostUpdate,
    post: LockedPost,
    discussion: HeldDiscussion,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> PostRead:
    """Say it otherwise (its author); what it said before stays readable."""
    await commands.edit_post(session, actors.speaker(member), discussion, post, body.text, body.mentions)
    return await get_post(post, session, response)


@router.delete(POST, status_code=204, operation_id="objectives_delete_post")
async def delete_post(post: LockedPost, member: CurrentMember, session: CurrentSession) -> None:
    """Delete what it says and said (its author, or a manager of their party); its place stays."""
    await commands.delete_post(session, actors.person(member), post)


@router.get(f"{POST}/revisions", operation_id="objectives_list_post_revisions")
async def list_revisions(
    post: SeenPost, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[PostRevisionRead]:
    """What a post said before it was edited."""
    return page_of(PostRevisionRead, await queries.list_revisions(session, post, cursor, limit))


@router.put(f"{POST}/reactions/{{kind}}", operation_id="objectives_react_to_post")
async def react(
    kind: Reaction, post: LockedPost, member: CurrentMember, session: CurrentSession, response: Response
) -> PostRead:
    """React to a post; once for each kind."""
    await commands.react(session, actors.person(member), post, kind)
    return await get_post(post, session, response)


@router.delete(f"{POST}/reactions/{{kind}}", status_code=204, operation_id="objectives_take_back_reaction")
async def take_back(kind: Reaction, post: LockedPost, member: CurrentMember, session: CurrentSession) -> None:
    """Take your reaction back."""
    await commands.take_back(session, actors.person(member), post, kind)


@router.get(f"{PARTNERSHIP}/mentions", operation_id="objectives_list_mentions")
async def list_mentions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    read: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[MentionRead]:
    """Where you are mentioned: all, those that you have read, or those that you have not."""
    found = await queries.list_my_mentions(
        session, member.partnership_id, member.caller.person_id, read=read, cursor=cursor, limit=limit
    )
    return page_of(MentionRead, found)


@router.post(f"{PARTNERSHIP}/mentions/{{mention_id}}/readings", status_code=201, operation_id="objectives_read_mention")
async def read_mention(mention: MyMention, session: CurrentSession) -> MentionRead:
    """Note that you have read where you are mentioned."""
    await commands.read_mention(session, mention)
    return MentionRead.model_validate(mention)
