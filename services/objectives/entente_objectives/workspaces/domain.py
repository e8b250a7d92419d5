"""Links to where parties work together: what an address may be."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from entente_shared.errors import N_, Forbidden, NotFound, Unprocessable

LONGEST_URL = 2000


class LinkKind(StrEnum):
    WORKSPACE = "workspace"
    DOCUMENT = "document"
    FOLDER = "folder"
    BOARD = "board"
    REPOSITORY = "repository"
    CHANNEL = "channel"
    CALENDAR = "calendar"
    DASHBOARD = "dashboard"
    OTHER = "other"


class WorkspaceNotFound(NotFound):
    slug, title = "workspace-not-found", N_("There is no such link")


class InvalidLink(Unprocessable):
    slug, title = "invalid-link", N_("The link cannot be kept like this")


class NotYourLink(Forbidden):
    slug, title = "not-your-link", N_("Only the party that keeps the link may do this")


def check_url(url: str) -> None:
    """An https address with a host, no name or password in it, and nothing that a browser would read otherwise."""
    if any(not sign.isprintable() or sign in ' "<>\\^`{|}' for sign in url):
        raise InvalidLink(N_("url: holds blanks or signs that an address has not; encode them."), pointer="/url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InvalidLink(N_("url: is no address; copy it from the browser's address bar."), pointer="/url") from None
    if parts.scheme != "https" or not url[:8].lower().startswith("https://"):
        raise InvalidLink(N_("url: must begin with https://, so that it is read by nobody in between."), pointer="/url")
    if not host or "." not in host.strip("."):
        raise InvalidLink(N_("url: names no host, such as docs.example.org."), pointer="/url")
    if "@" in parts.netloc:
        raise InvalidLink(
            N_("url: holds a name or password; leave them out, everybody here would read them."), pointer="/url"
        )


def check_owner(kept_by: UUID, party: UUID) -> None:
    if party != kept_by:
        raise NotYourLink(N_("Ask the party that keeps it; `party_id` names it."))


def check_responsible(member: UUID, own_members: Mapping[UUID, UUID], own: UUID) -> None:
    """Who looks after the place is a member of the party that keeps the link."""
    if own_members.get(member) != own:
        raise InvalidLink(
            N_("owner_member_id: is no member of your party; GET .../members lists them."), pointer="/owner_member_id"
        )
