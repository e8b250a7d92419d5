"""The engine and the transaction. Application code never commits: the edge opens `transaction` and it commits on leaving."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from .. import outbox
from ..auth import Caller
from ..settings import ServiceSettings
from . import liveness, transaction

_SET_TENANT = text("SELECT set_config('entente.partnership_id', :tenant, true)")


async def set_tenant(session: AsyncSession, partnership_id: UUID | None) -> None:
    """Open one partnership for the rest of the transaction (work without a caller; the creation of a partnership)."""
    session.info["tenant"] = partnership_id
    await session.execute(_SET_TENANT, {"tenant": str(partnership_id or "")})


class _CallerSession(Session):
    """A session class of our own, so that the listener below is ours alone."""


@event.listens_for(_CallerSession, "after_begin")
def _set_caller(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    caller: Caller | None = session.info.get("caller")
    transaction.open_for(
        connection,
        organisation_id=caller.organisation_id if caller else None,
        person_id=caller.person_id if caller else None,
        partnership_id=session.info.get("tenant"),
    )


class Database:
    """One per process. `on_commit` is called after each commit that wrote events."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.engine = create_async_engine(
            settings.database_url,
            hide_parameters=True,  # they are tenants' content, and errors are logged
            pool_size=settings.pool_size,
            max_overflow=settings.pool_size,
            pool_timeout=5,
            pool_use_lifo=True,  # the connection that was used last has what it needs at hand
            connect_args={
                "connection_class": transaction.Opening,
                "timeout": 5,
                "command_timeout": settings.statement_timeout,
                "server_settings": {
                    "application_name": type(settings).__module__.split(".")[0],
                    "statement_timeout": str(int(settings.statement_timeout * 1000)),
                    "idle_in_transaction_session_timeout": "10000",
                    "jit": "off",
                },
            },
        )
        liveness.install(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=_CallerSession)
        self.on_commit: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def transaction(
        self, caller: Caller | None = None, tenant: UUID | None = None, *, snapshot: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: events are written to the outbox and all is committed on leaving, or nothing is.

        In a `snapshot` all statements see the database as the first one did.
        """
        async with self._sessions() as session:
            session.info["caller"], session.info["tenant"] = caller, tenant
            if snapshot:
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
            published = await outbox.write_pending(session)
            await session.commit()
        if published:
            self.on_commit()

    async def close(self) -> None:
        await self.engine.dispose()
