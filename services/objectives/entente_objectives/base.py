"""The declarative base of this service's tables."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Dialect, Enum, Numeric, TypeDecorator

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


class Exact(TypeDecorator[Decimal]):
    """A numeric column that reads 20000 as it was written; asyncpg reads 2E+4, and that would be shown and signed."""

    impl = Numeric
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - its interface
        return None if value is None else Decimal(format(value, "f"))
