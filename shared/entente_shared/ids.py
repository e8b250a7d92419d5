"""Identifiers. UUIDv7 sorts roughly by creation, which keeps indexes compact; it is never used as an order."""

from uuid import NAMESPACE_URL, UUID, uuid5

from uuid_utils.compat import uuid7

__all__ = ["derived_id", "new_id"]


def new_id() -> UUID:
    return uuid7()


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, so that an effect handled again names the record it already made."""
    return uuid5(NAMESPACE_URL, "entente:" + "/".join(str(part) for part in parts))
