"""The discussion and the post that a path names."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentMember, CurrentSession, check_if_match

from . import queries
from .models import Discussion, Mention, Post


async def _seen(discussion_id: UUID, member: CurrentMember, session: CurrentSession) -> Discussion:
    return await queries.get_discussion(session, member.partnership_id, discussion_id)


async def _held(discussion_id: UUID, member: CurrentMember, session: CurrentSession) -> Discussion:
    return await queries.get_discussion(session, member.partnership_id, discussion_id, queries.FOR_SHARE)


async def _locked(discussion_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Discussion:
    found = await queries.get_discussion(session, member.partnership_id, discussion_id, queries.FOR_UPDATE)
    check_if_match(request, found.version)
    return found


SeenDiscussion = Annotated[Discussion, Depends(_seen)]
HeldDiscussion = Annotated[Discussion, Depends(_held)]
"""Nobody closes it meanwhile."""
LockedDiscussion = Annotated[Discussion, Depends(_locked)]


async def _seen_post(post_id: UUID, discussion: SeenDiscussion, session: CurrentSession) -> Post:
    return await queries.get_post(session, discussion, post_id)


async def _locked_post(post_id: UUID, discussion: HeldDiscussion, session: CurrentSession, request: Request) -> Post:
    found = await queries.get_post(session, discussion, post_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenPost = Annotated[Post, Depends(_seen_post)]
LockedPost = Annotated[Post, Depends(_locked_post)]


async def _my_mention(mention_id: UUID, member: CurrentMember, session: CurrentSession) -> Mention:
    return await queries.get_my_mention(session, member.partnership_id, member.caller.person_id, mention_id)


MyMention = Annotated[Mention, Depends(_my_mention)]
