"""The declarative base of this service's tables."""

from enum import StrEnum

from sqlalchemy import Enum

from entente_shared.db import EntenteBase, new_metadata


class Base(EntenteBase):
    __abstract__ = True
    metadata = new_metadata()


def text_of(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of `kind` as text, so that a new value needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
