"""Reads of discussions, posts and mentions. What the caller may not see, the database does not give."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.models import about
from entente_shared.errors import N_
from entente_shared.web import paginate

from . import domain
from .domain import Reaction
from .models import Discussion, Mention, Post, PostReaction, PostRevision

FOR_SHARE, FOR_UPDATE = {"read": True}, {"read": False}


@dataclass(frozen=True)
class Shown:
    """A post with whom it mentions and what others think of it."""

    row: Post
    mentions: list[UUID]
    reactions: dict[Reaction, int]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


async def get_discussion(
    session: AsyncSession, partnership_id: UUID, discussion_id: UUID, lock: dict[str, bool] | None = None
) -> Discussion:
    found = await session.get(Discussion, (partnership_id, discussion_id), with_for_update=lock)
    if found is None:
        raise domain.DiscussionNotFound(
            N_("No discussion that you may see has this id; GET .../discussions lists them.")
        )
    return found


async def list_discussions(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kind: RecordKind | None,
    subject_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Discussion).where(
        Discussion.partnership_id == partnership_id, *about(Discussion, kind, subject_id)
    )
    return await paginate(session, statement, Discussion.id, cursor, limit)


async def get_post(session: AsyncSession, discussion: Discussion, post_id: UUID, *, lock: bool = False) -> Post:
    found = await session.get(Post, (discussion.partnership_id, post_id), with_for_update=lock or None)
    if found is None or found.discussion_id != discussion.id:
        raise domain.PostNotFound(N_("No post of this discussion has this id; GET .../posts lists them."))
    return found


async def list_posts(
    session: AsyncSession, discussion: Discussion, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Post).where(
        Post.partnership_id == discussion.partnership_id, Post.discussion_id == discussion.id
    )
    rows, next_cursor = await paginate(session, statement, Post.id, cursor, limit)
    return await shown(session, rows), next_cursor


async def shown(session: AsyncSession, posts: Sequence[Post]) -> list[Shown]:
    if not posts:
        return []
    partnership_id, ids = posts[0].partnership_id, [post.id for post in posts]
    mentions = defaultdict[UUID, list[UUID]](list)
    mentioned = select(Mention).where(Mention.partnership_id == partnership_id, Mention.post_id.in_(ids))
    for mention in (await session.scalars(mentioned.order_by(Mention.id))).all():
        mentions[mention.post_id].append(mention.member_id)
    reactions = defaultdict[UUID, Counter[Reaction]](Counter)
    reacted = select(PostReaction).where(PostReaction.partnership_id == partnership_id, PostReaction.post_id.in_(ids))
    for reaction in (await session.scalars(reacted)).all():
        reactions[reaction.post_id][reaction.kind] += 1
    return [Shown(post, mentions[post.id], dict(reactions[post.id])) for post in posts]


async def list_revisions(
    session: AsyncSession, post: Post, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(PostRevision).where(
        PostRevision.partnership_id == post.partnership_id, PostRevision.post_id == post.id
    )
    return await paginate(session, statement, PostRevision.id, cursor, limit)


async def mentions_of(session: AsyncSession, post: Post) -> dict[UUID, Mention]:
    """By member."""
    rows = await session.scalars(
        select(Mention).where(Mention.partnership_id == post.partnership_id, Mention.post_id == post.id)
    )
    return {row.member_id: row for row in rows}


async def list_my_mentions(
    session: AsyncSession,
    partnership_id: UUID,
    person_id: UUID | None,
    *,
    read: bool | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    """A system is nobody's person, and mentioned nowhere."""
    statement = select(Mention).where(Mention.partnership_id == partnership_id, Mention.person_id == person_id)
    if read is not None:
        statement = statement.where(Mention.read_at.is_not(None) if read else Mention.read_at.is_(None))
    return await paginate(session, statement, Mention.id, cursor, limit)


async def get_my_mention(
    session: AsyncSession, partnership_id: UUID, person_id: UUID | None, mention_id: UUID
) -> Mention:
    """Locked."""
    found = await session.get(Mention, (partnership_id, mention_id), with_for_update=True)
    if found is None or found.person_id != person_id:
        raise domain.MentionNotFound(N_("No mention of you has this id; GET .../mentions lists them."))
    return found
