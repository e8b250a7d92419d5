"""Threads and their posts: who may write, change and delete what."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable

MOST_MENTIONS = 50


class Reaction(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    THANKS = "thanks"
    CELEBRATE = "celebrate"


class DiscussionNotFound(NotFound):
    slug, title = "discussion-not-found", N_("There is no such discussion")


class PostNotFound(NotFound):
    slug, title = "post-not-found", N_("There is no such post")


class MentionNotFound(NotFound):
    slug, title = "mention-not-found", N_("There is no such mention")


class DiscussionClosed(Conflict):
    slug, title = "discussion-closed", N_("The discussion is closed")


class PostDeleted(Conflict):
    slug, title = "post-deleted", N_("The post was deleted")


class NotYourPost(Forbidden):
    slug, title = "not-your-post", N_("Only its author may do this")


class InvalidMention(Unprocessable):
    slug, title = "invalid-mention", N_("This person cannot be mentioned here")


def require_open(*, closed: bool) -> None:
    if closed:
        raise DiscussionClosed(N_("Nothing more is written here; open another discussion on the same record."))


def check_closer(opened_by: UUID, person: UUID, *, own_party: bool, manages: bool) -> None:
    """Who opened a discussion closes it, or a sponsor or alliance manager of their party."""
    if person != opened_by and not (own_party and manages):
        raise NotYourPost(N_("Ask who opened the discussion, or a manager of their party, to close it."))


def require_standing(*, deleted: bool) -> None:
    if deleted:
        raise PostDeleted(N_("Of a deleted post only its place is left; write another."))


def check_editor(author: UUID, person: UUID) -> None:
    if person != author:
        raise NotYourPost(N_("Nobody changes another's words; reply instead."))


def check_deleter(author: UUID, person: UUID, *, own_party: bool, manages: bool) -> None:
    """An author deletes, or a sponsor or alliance manager of the author's party, who answers for what it says."""
    if person != author and not (own_party and manages):
        raise NotYourPost(N_("Ask its author, or a manager of the author's party, to delete it."))


def check_mentions(
    wanted: Sequence[UUID], member_parties: Mapping[UUID, UUID], seen_by_parties: Collection[UUID]
) -> None:
    """Mentioned are members, by ids, of parties that see the discussion. `member_parties` are those that there are."""
    for index, member in enumerate(wanted):
        if member not in member_parties:
            raise InvalidMention(
                N_("mentions: no member of the partnership has this id; GET .../members lists them."),
                pointer=f"/mentions/{index}",
            )
        if member_parties[member] not in seen_by_parties:
            raise InvalidMention(
                N_("mentions: this member's party does not see the discussion; leave the member out."),
                pointer=f"/mentions/{index}",
            )
