"""Write, change and delete in discussions.

Whoever writes holds the discussion's row for share, and whoever closes it for themselves: nothing is written after the end.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.partnerships.queries import load_members
from entente_objectives.visibility.domain import Sight, Subject
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Reaction
from .models import Discussion, Mention, Post, PostReaction, PostRevision


async def open_discussion(
    session: AsyncSession, actor: Actor, topic: str, subject: Subject | None, sight: Sight
) -> Discussion:
    discussion = Discussion(
        partnership_id=actor.partnership_id,
        id=new_id(),
        topic=topic,
        party_id=actor.party_id,
        person_id=actor.person_id,
        opened_at=await partnership_now(session, actor.partnership_id),
        closed_at=None,
    )
    discussion.be_about(subject)
    discussion.show_to(sight)
    session.add(discussion)
    await session.flush()
    return discussion


async def close_discussion(session: AsyncSession, actor: Actor, discussion: Discussion) -> None:
    """Raises DiscussionClosed and NotYourPost."""
    domain.require_open(closed=discussion.closed_at is not None)
    own = discussion.party_id == actor.party_id
    domain.check_closer(discussion.person_id, actor.person_id, own_party=own, manages=actor.manages)
    discussion.closed_at = await partnership_now(session, actor.partnership_id)
    await session.flush()


async def publish_post(
    session: AsyncSession,
    actor: Actor,
    discussion: Discussion,
    text: str,
    reply_to: UUID | None,
    mentions: Sequence[UUID],
) -> Post:
    """Raises DiscussionClosed, PostNotFound and InvalidMention."""
    domain.require_open(closed=discussion.closed_at is not None)
    if reply_to is not None:
        await queries.get_post(session, discussion, reply_to)
    post = Post(
        partnership_id=actor.partnership_id,
        id=new_id(),
        discussion_id=discussion.id,
        reply_to=reply_to,
        party_id=actor.party_id,
        person_id=actor.person_id,
        text=text,
        revision=1,
        posted_at=await partnership_now(session, actor.partnership_id),
        edited_at=None,
        deleted_at=None,
    )
    session.add(post)
    await session.flush()
    mentioned = await _mention(session, discussion, post, mentions)
    _tell(session, discussion, post, mentioned)
    return post


def _tell(session: AsyncSession, discussion: Discussion, post: Post, mentioned: list[UUID]) -> None:
    """That there is a post, to those who see it; what it says they read themselves."""
    subject = discussion.subject
    event = events.PostPublished(
        partnership_id=post.partnership_id,
        post_id=post.id,
        discussion_id=discussion.id,
        subject=events.RecordReference(kind=subject.kind, id=subject.id) if subject else None,
        reply_to=post.reply_to,
        party_id=post.party_id,
        person_id=post.person_id,
        mentioned_member_ids=mentioned,
        posted_at=post.posted_at,
    )
    publish(session, event, audience=discussion.audience)


async def _mention(session: AsyncSession, discussion: Discussion, post: Post, wanted: Sequence[UUID]) -> list[UUID]:
    """Have the post mention exactly these; those whom it mentioned before keep what they have read."""
    members = await load_members(session, post.partnership_id, wanted)
    parties = {member.id: member.party_id for member in members.values()}
    domain.check_mentions(wanted, parties, discussion.party_ids)
    standing = await queries.mentions_of(session, post)
    for member_id in standing.keys() - set(wanted):
        await session.delete(standing[member_id])
    now = await partnership_now(session, post.partnership_id)
    added = [member_id for member_id in dict.fromkeys(wanted) if member_id not in standing]
    for member_id in added:
        session.add(
            Mention(
                partnership_id=post.partnership_id,
                id=new_id(),
                post_id=post.id,
                discussion_id=discussion.id,
                member_id=member_id,
                person_id=members[member_id].person_id,
                mentioned_at=now,
                read_at=None,
            )
        )
    await session.flush()
    return added


async def edit_post(
    session: AsyncSession, actor: Actor, discussion: Discussion, post: Post, text: str, mentions: Sequence[UUID]
) -> None:
    """Say something else; what it said is kept. Raises DiscussionClosed, PostDeleted, NotYourPost and InvalidMention."""
    domain.require_open(closed=discussion.closed_at is not None)
    domain.require_standing(deleted=post.deleted_at is not None)
    domain.check_editor(post.person_id, actor.person_id)
    await _mention(session, discussion, post, mentions)
    if post.text == text:
        return
    session.add(
        PostRevision(
            partnership_id=post.partnership_id,
            id=new_id(),
            post_id=post.id,
            revision=post.revision,
            text=post.text,
            written_at=post.edited_at or post.posted_at,
        )
    )
    post.text, post.revision = text, post.revision + 1
    post.edited_at = await partnership_now(session, post.partnership_id)
    await session.flush()


async def delete_post(session: AsyncSession, actor: Actor, post: Post) -> None:
    """Leave its place alone: what it said, and says now, is gone. Raises PostDeleted and NotYourPost."""
    domain.require_standing(deleted=post.deleted_at is not None)
    own = post.party_id == actor.party_id
    domain.check_deleter(post.person_id, actor.person_id, own_party=own, manages=actor.manages)
    for table in (PostRevision, Mention, PostReaction):
        await session.execute(
            delete(table).where(table.partnership_id == post.partnership_id, table.post_id == post.id)
        )
    post.text, post.deleted_at = None, await partnership_now(session, post.partnership_id)
    await session.flush()


async def react(session: AsyncSession, actor: Actor, post: Post, kind: Reaction) -> None:
    """Reacting the same way again changes nothing. Raises PostDeleted."""
    domain.require_standing(deleted=post.deleted_at is not None)
    row = {"partnership_id": post.partnership_id, "post_id": post.id, "person_id": actor.person_id, "kind": kind}
    await session.execute(insert(PostReaction).values(row).on_conflict_do_nothing())


async def take_back(session: AsyncSession, actor: Actor, post: Post, kind: Reaction) -> None:
    await session.execute(
        delete(PostReaction).where(
            PostReaction.partnership_id == post.partnership_id,
            PostReaction.post_id == post.id,
            PostReaction.person_id == actor.person_id,
            PostReaction.kind == kind,
        )
    )


async def read_mention(session: AsyncSession, mention: Mention) -> None:
    """The first reading counts."""
    if mention.read_at is None:
        mention.read_at = await partnership_now(session, mention.partnership_id)
        await session.flush()
