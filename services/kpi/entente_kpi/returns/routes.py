"""Read what the partnership returns."""

import asyncio
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, Router, Timestamp

from ..benefits.domain import check_moment
from ..costs.domain import Basis
from . import domain, queries
from .schemas import CurrencyReturn, InputRead, ReturnsRead, RubricRead

router = Router(tags=["benefits"])

Rate = Annotated[Decimal, Query(ge=0, le=1, max_digits=7, decimal_places=6, description="discount a year, as a ratio")]
Reference = Annotated[
    Timestamp | None,
    Query(description="the moment that amounts are discounted to; the partnership's present by default"),
]


@router.get(
    "/partnerships/{partnership_id}/returns",
    operation_id="kpi_get_returns",
    summary="Return on investment, jointly and by party, with what it was computed from",
)
async def get_returns(
    *,
    member: CurrentMember,
    session: CurrentSession,
    basis: Basis = Basis.REALISED,
    rate: Rate = Decimal(0),
    reference_at: Reference = None,
    since: Annotated[Timestamp | None, Query(description="amounts from this time on")] = None,
    until: Annotated[Timestamp | None, Query(description="amounts before this time")] = None,
    own: Annotated[bool, Query(description="count also what only your party sees")] = False,
) -> ReturnsRead:
    """Money only, currency by currency; what is measured by a rubric stands apart. All parties get the same figures, but
    with `own`.
    """
    reference = reference_at or await partnership_now(session, member.partnership_id)
    check_moment(reference, "/reference_at")
    scope = queries.Scope(member, basis, own, since, until)
    lines = await queries.lines(session, scope)
    valued = await asyncio.to_thread(
        domain.value, lines, rate, reference
    )  # thousands of lines take a quarter of a second
    return ReturnsRead(
        basis=basis,
        rate=rate,
        reference_at=reference,
        rule_version=domain.RULE_VERSION,
        items=[CurrencyReturn.of(each) for each in domain.returns(valued)],
        rubrics=[RubricRead.of(each) for each in await queries.scored(session, scope)],
        inputs=[InputRead.of(each) for each in valued],
    )
