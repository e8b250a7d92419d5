"""Writes of actions and dependencies. The roadmap's row is locked before (`revision.begin_revision`)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.calendars import queries as calendars
from entente_objectives.partnerships.models import Member as Membership
from entente_objectives.partnerships.queries import parties_of
from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .models import Action, Dependency
from .schemas import ActionCreate, DependencyCreate, ReportCreate


async def add_action(session: AsyncSession, partnership_id: UUID, party_id: UUID, body: ActionCreate) -> Action:
    """Raises InvalidAction, UnknownCalendar and RoadmapFull."""
    domain.check_room(await queries.count_of(session, Action, partnership_id), domain.MOST_ACTIONS)
    action = Action(
        partnership_id=partnership_id,
        id=new_id(),
        party_id=party_id,
        status=domain.ActionStatus.PLANNED,
        progress=0.0,
    )
    await _write(session, action, body)
    session.add(action)
    await session.flush()
    return action


async def change_action(session: AsyncSession, action: Action, party_id: UUID, body: ActionCreate) -> None:
    """Its planned days stay until another schedule is accepted. Raises as `add_action`, NotYourAction and ActionEnded."""
    check_answers(action, party_id)
    if action.status in {domain.ActionStatus.DONE, domain.ActionStatus.DROPPED}:
        raise domain.ActionEnded(N_("It is done or dropped; add another action for what is left."))
    await _write(session, action, body)
    await session.flush()


def check_answers(action: Action, party_id: UUID) -> None:
    if action.party_id != party_id:
        raise domain.NotYourAction(N_("This is an action of another party; ask that party."))


async def _write(session: AsyncSession, action: Action, body: ActionCreate) -> None:
    domain.check_action(body.kind, body.process_before, body.process_after, body.earliest_on, body.deadline_on)
    await _check_accountable(session, action, body.accountable_id)
    chosen = await calendars.chosen(session, action.partnership_id, body.calendar_ids, "/calendar_ids")
    await _check_parties(session, action, body)
    for name, value in body.model_dump(exclude={"calendar_ids", "validator_ids"}).items():
        setattr(action, name, value)
    action.calendar_ids = [row.id for row in chosen]
    action.validator_ids = list(dict.fromkeys(body.validator_ids))
    action.changed_at = await partnership_now(session, action.partnership_id)


async def _check_accountable(session: AsyncSession, action: Action, member_id: UUID) -> None:
    member = await session.get(Membership, (action.partnership_id, member_id))
    if member is None or not member.active or member.party_id != action.party_id:
        raise domain.InvalidAction(
            N_("accountable_id: is no member of your party; GET .../members lists them."), pointer="/accountable_id"
        )


async def _check_parties(session: AsyncSession, action: Action, body: ActionCreate) -> None:
    """Whoever validates has a calendar to count its days by, and whoever waits for windows has windows."""
    known = {row.party_id: row for row in (await calendars.calendars_of(session, action.partnership_id)).values()}
    parties = {party.id for party in (await parties_of(session, [action.partnership_id]))[action.partnership_id]}
    for index, party_id in enumerate(body.validator_ids):
        if party_id not in parties or party_id not in known:
            raise domain.InvalidAction(
                N_(
                    "validator_ids: this is no party with a calendar, by which its days are counted; it needs to add one."
                ),
                pointer=f"/validator_ids/{index}",
            )
    own = known.get(action.party_id)
    for wanted, kind, name in (
        (body.needs_budget, "budget_windows", "needs_budget"),
        (body.at_cycle_start, "cycles", "at_cycle_start"),
    ):
        if wanted and (own is None or not own.content[kind]):
            raise domain.InvalidAction(
                N_("{name}: your party's calendar has none of {kind} to begin in; add some to it first."),
                pointer=f"/{name}", name=name, kind=kind,
            )  # fmt: skip


async def report(session: AsyncSession, action: Action, body: ReportCreate) -> None:
    """Say how the action stands. Raises InvalidReport and ActionEnded."""
    today = await queries.today_of(session, action.partnership_id, action.party_id)
    wanted = domain.Report(body.status, body.progress, body.began_on, body.finished_on)
    said = domain.check_report(action.status, action.began_on, wanted, today)
    action.status, action.progress = said.status, said.progress
    action.began_on, action.finished_on = said.began_on, said.finished_on
    action.changed_at = await partnership_now(session, action.partnership_id)
    await session.flush()


async def add_dependency(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, body: DependencyCreate
) -> Dependency:
    """Raises DependencyCycle, DependencyKnown, RoadmapFull, NotYourAction."""
    ends = [await _end(session, partnership_id, getattr(body, name), name) for name in ("before_id", "after_id")]
    _check_ends(ends, party_id)
    links = await queries.links_of(session, partnership_id)
    domain.check_room(len(links), domain.MOST_DEPENDENCIES)
    domain.check_dependency([(before, after) for before, after, _ in links], body.before_id, body.after_id)
    row = Dependency(partnership_id=partnership_id, id=new_id(), **body.model_dump())
    session.add(row)
    await session.flush()
    return row


async def _end(session: AsyncSession, partnership_id: UUID, action_id: UUID, name: str) -> Action:
    found = await session.get(Action, (partnership_id, action_id))
    if found is None:
        raise domain.InvalidAction(
            N_("{name}: no action of this partnership has this id; GET .../roadmap/actions lists them."),
            pointer=f"/{name}",
            name=name,
        )
    return found


def _check_ends(ends: list[Action], party_id: UUID) -> None:
    if all(end.party_id != party_id for end in ends):
        raise domain.NotYourAction(N_("Neither action is your party's; ask one of the two parties."))


async def remove_dependency(session: AsyncSession, row: Dependency, party_id: UUID) -> None:
    statement = select(Action).where(
        Action.partnership_id == row.partnership_id, Action.id.in_([row.before_id, row.after_id])
    )
    _check_ends(list((await session.execute(statement)).scalars()), party_id)
    await session.delete(row)
    await session.flush()
