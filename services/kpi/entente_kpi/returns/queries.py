"""What returns are computed from."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_shared.errors import N_, Unprocessable
from entente_shared.web import Member

from ..attestation.domain import Standing, Visibility
from ..benefits.models import Benefit, Realisation
from ..costs.domain import Basis
from ..costs.models import Cost
from .domain import Line, Side

MOST_LINES = 5_000


class TooManyLines(Unprocessable):
    slug = "too-many-lines"
    title = N_("There is too much to compute the return from at once")


@dataclass(frozen=True)
class Scope:
    """Which records count: shared ones, with `own` also those that only the caller's party sees; of a period by their time."""

    member: Member
    basis: Basis
    own: bool
    since: datetime | None
    until: datetime | None

    def of(self, table: type[Benefit] | type[Cost]) -> list[ColumnElement[bool]]:
        mine = table.organisation_id == self.member.organisation_id if self.own else false()
        return [
            table.partnership_id == self.member.partnership_id,
            table.standing != Standing.WITHDRAWN,
            (table.visibility == Visibility.SHARED) | mine,
        ]

    def within(self, at: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
        since = [] if self.since is None else [at >= self.since]
        return since if self.until is None else [*since, at < self.until]


@dataclass(frozen=True, slots=True)
class Scored:
    """A benefit by the rubric: what was expected, and where it last stood."""

    benefit_id: UUID
    title: str
    kind: str
    expected: int
    realised: int | None
    standing: Standing


async def lines(session: AsyncSession, scope: Scope) -> list[Line]:
    """Amounts of money by time. Raises TooManyLines."""
    benefits = _realised(scope) if scope.basis is Basis.REALISED else _expected(scope)
    costs = select(Cost).where(*scope.of(Cost), Cost.basis == scope.basis, *scope.within(Cost.at.expression))
    had = (await session.execute(benefits.limit(MOST_LINES + 1))).all()
    spent = (await session.scalars(costs.limit(MOST_LINES + 1))).all()
    if len(had) + len(spent) > MOST_LINES:
        raise TooManyLines(N_("Narrow the period with since and until: at most {most} amounts."), most=MOST_LINES)
    found = [
        _benefit_line(benefit, line_id, at, amount, standing) for benefit, line_id, at, amount, standing in had
    ] + [_cost_line(cost) for cost in spent]
    return sorted(found, key=lambda line: (line.at, line.id))


def _realised(scope: Scope) -> Select[Benefit, UUID, datetime, Decimal | None, Standing]:
    return (
        select(Benefit, Realisation.id, Realisation.at, Realisation.amount, Realisation.standing)
        .join(
            Realisation,
            (Realisation.partnership_id == Benefit.partnership_id) & (Realisation.benefit_id == Benefit.id),
        )
        .where(
            *scope.of(Benefit),
            Realisation.standing != Standing.WITHDRAWN,
            Realisation.amount.is_not(None),
            *scope.within(Realisation.at.expression),
        )
        .options(selectinload(Benefit.shares))
    )


def _expected(scope: Scope) -> Select[Benefit, UUID, datetime, Decimal | None, Standing]:
    return (
        select(Benefit, Benefit.id, Benefit.expected_at, Benefit.expected_amount, Benefit.standing)
        .where(*scope.of(Benefit), Benefit.expected_amount.is_not(None), *scope.within(Benefit.expected_at.expression))
        .options(selectinload(Benefit.shares))
    )


def _benefit_line(benefit: Benefit, line_id: UUID, at: datetime, amount: Decimal | None, standing: Standing) -> Line:
    shares = {share.party_id: share.share for share in benefit.shares}
    return Line(
        Side.BENEFIT, line_id, benefit.title, at, amount or Decimal(0), benefit.currency or "", standing, shares
    )


def _cost_line(cost: Cost) -> Line:
    return Line(
        Side.COST, cost.id, cost.title, cost.at, cost.amount, cost.currency, cost.standing, {cost.party_id: Decimal(1)}
    )


async def scored(session: AsyncSession, scope: Scope) -> list[Scored]:
    """The benefits by the rubric, by rising id; `realised` is the latest that nobody disputed or withdrew."""
    benefits = (
        await session.scalars(
            select(Benefit)
            .where(*scope.of(Benefit), Benefit.expected_score.is_not(None))
            .order_by(Benefit.id)
            .limit(MOST_LINES + 1)
        )
    ).all()
    if len(benefits) > MOST_LINES:
        raise TooManyLines(N_("There are more than {most} benefits by the rubric."), most=MOST_LINES)
    latest = await session.execute(
        select(Realisation.benefit_id, Realisation.score)
        .where(
            Realisation.partnership_id == scope.member.partnership_id,
            Realisation.score.is_not(None),
            Realisation.standing.in_((Standing.CLAIMED, Standing.ATTESTED)),
        )
        .ext(distinct_on(Realisation.benefit_id))
        .order_by(Realisation.benefit_id, Realisation.at.desc(), Realisation.recorded_at.desc(), Realisation.id.desc())
    )
    scores: dict[UUID, int | None] = {row.benefit_id: row.score for row in latest}
    return [
        Scored(each.id, each.title, each.kind, each.expected_score or 0, scores.get(each.id), each.standing)
        for each in benefits
    ]
