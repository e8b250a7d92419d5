"""Declarative base and the version-gated write of projections."""

import enum
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Enum, Executable, Interval, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase


class EntenteBase(DeclarativeBase):
    """Base of every table. Enums are stored as text by their value; `int` is a bigint."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        timedelta: Interval(),
        Decimal: Numeric(),
        int: BigInteger(),
        str: Text(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


async def upsert_newer(
    session: AsyncSession, model: type[EntenteBase], key: dict[str, Any], values: dict[str, Any], version: int
) -> bool:
    """Write a projection row if `version` is newer than the row's own (column `version`). Says whether it was written."""
    row = {**key, **values, "version": version}
    written = await session.execute(_upsert(model, tuple(key), tuple(values)), row)
    return written.first() is not None


@cache
def _upsert(model: type[EntenteBase], key: tuple[str, ...], values: tuple[str, ...]) -> Executable:
    """Made once: making it costs more than running it."""
    table = model.__table__
    assert isinstance(table, Table)
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=key,
        set_={name: statement.excluded[name] for name in (*values, "version")},
        where=table.c.version < statement.excluded.version,
    ).returning(*(table.c[name] for name in key))
