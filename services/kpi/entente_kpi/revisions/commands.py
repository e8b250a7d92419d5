"""Define a KPI and change its definition: each change is a version, which may have to wait for every party."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import Role
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from ..definitions import commands as definitions
from ..definitions import documents
from ..definitions import queries as definition_queries
from ..definitions.domain import Approval, Definition, KpiStatus, check, name_sources, with_windows
from ..evaluation import commands as evaluation
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from ..series import store
from ..series.moments import INSTANT
from ..trajectories import commands as trajectories
from ..trajectories import queries as trajectory_queries
from . import domain, queries
from .domain import VersionState
from .models import KpiApproval, KpiVersion

APPROVERS = (Role.SPONSOR, Role.ALLIANCE_MANAGER)


async def define(session: AsyncSession, member: Member, definition: Definition) -> Tracked:
    """A new KPI, usable at once, or a draft where its definition asks for approval. Raises what `check` does."""
    partnership_id = member.partnership_id
    definition = await _checked(session, partnership_id, definition)
    waits = definition.approval is Approval.REQUIRED
    status = KpiStatus.DRAFT if waits else KpiStatus.ACTIVE
    kpi_id = await definitions.define_kpi(session, partnership_id, definition, status)
    [tracked] = await tracks.read(session, partnership_id, [kpi_id])
    await _add(session, member, tracked, definition, changes=frozenset(), reason=None)
    await _settle(session, member, tracked, 1, waits=waits)
    return tracked


async def propose(
    session: AsyncSession, member: Member, tracked: Tracked, given: Mapping[str, Any], reason: str | None
) -> int:
    """Change fields of a locked KPI's definition; returns the version's number. Raises ProposalOpen, NothingChanged."""
    kpi = tracked.kpi
    before = documents.of(tracked)
    after = await _checked(session, kpi.partnership_id, replace(before, **given))
    domain.check_proposal(before, after, await queries.find_open(session, kpi.partnership_id, kpi.id))
    agreed = bool(await trajectory_queries.load_candidates(session, kpi.partnership_id, kpi.id))
    kpi.newest += 1
    await _add(session, member, tracked, after, changes=domain.changed(before, after), reason=reason)
    await _settle(session, member, tracked, kpi.newest, waits=domain.needs_approval(before, after, agreed=agreed))
    return kpi.newest


async def approve(session: AsyncSession, member: Member, tracked: Tracked, number: int) -> None:
    """Approve a version of a locked KPI for the caller's party; the last party's approval puts it into force."""
    row = await queries.get_version(session, member.partnership_id, tracked.kpi.id, number)
    domain.check_open(VersionState(row.state))
    await _settle(session, member, tracked, number, waits=True)


async def refuse(session: AsyncSession, member: Member, tracked: Tracked, number: int, reason: str) -> None:
    """Any party may refuse a version, its own too; then another can be proposed."""
    row = await queries.get_version(session, member.partnership_id, tracked.kpi.id, number)
    domain.check_open(VersionState(row.state))
    row.state, row.refused_because, row.refused_by = VersionState.REFUSED, reason, member.party_id
    definitions.tell(session, tracked, None)


async def _checked(session: AsyncSession, partnership_id: UUID, definition: Definition) -> Definition:
    """The definition with its sources named as organisations, and its rule's windows by its cadence."""
    definition = replace(definition, rule=with_windows(definition.rule, definition.cadence))
    check(definition)
    if definition.sources is None:
        return definition
    parties = await definition_queries.load_parties(session, partnership_id)
    return replace(definition, sources=name_sources(definition.sources, parties))


async def _add(
    session: AsyncSession,
    member: Member,
    tracked: Tracked,
    definition: Definition,
    *,
    changes: frozenset[str],
    reason: str | None,
) -> None:
    session.add(
        KpiVersion(
            partnership_id=member.partnership_id,
            kpi_id=tracked.kpi.id,
            number=tracked.kpi.newest,
            state=VersionState.PROPOSED,
            definition=documents.to_json(definition),
            changes=sorted(changes),
            reason=reason,
            principal=member.caller.principal,
            proposed_at=await partnership_now(session, member.partnership_id),
        )
    )
    await session.flush()


async def _settle(session: AsyncSession, member: Member, tracked: Tracked, number: int, *, waits: bool) -> None:
    """Count the caller's approval, if they may give it, and put the version into force if nothing more is missing."""
    kpi, now = tracked.kpi, await partnership_now(session, member.partnership_id)
    approved = {each.party_id for each in (await _approvals(session, tracked, number))}
    if waits and member.roles.intersection(APPROVERS) and member.party_id not in approved:
        _approve(session, member, tracked, number, now)
        approved.add(member.party_id)
    parties = await definition_queries.load_parties(session, kpi.partnership_id)
    if waits and not domain.agreed_by_all(approved, parties.keys()):
        definitions.tell(session, tracked, number)
        return
    await _put_into_force(session, tracked, number, now)


async def _approvals(session: AsyncSession, tracked: Tracked, number: int) -> list[KpiApproval]:
    return (await queries.load_approvals(session, tracked.kpi.partnership_id, tracked.kpi.id, [number]))[number]


def _approve(session: AsyncSession, member: Member, tracked: Tracked, number: int, now: datetime) -> None:
    assert member.caller.person_id is not None, "a system holds no role"
    session.add(
        KpiApproval(
            partnership_id=member.partnership_id,
            kpi_id=tracked.kpi.id,
            number=number,
            party_id=member.party_id,
            person_id=member.caller.person_id,
            approved_at=now,
        )
    )


async def _put_into_force(session: AsyncSession, tracked: Tracked, number: int, now: datetime) -> None:
    kpi, rule, was_draft = tracked.kpi, tracked.rule, tracked.kpi.status == KpiStatus.DRAFT
    row = await queries.get_version(session, kpi.partnership_id, kpi.id, number)
    if not was_draft and kpi.version != number:
        replaced = await queries.get_version(session, kpi.partnership_id, kpi.id, kpi.version)
        replaced.state = VersionState.SUPERSEDED
    row.state, row.effective_at = VersionState.IN_FORCE, now
    definitions.redefine(tracked, documents.from_json(row.definition), number)
    definitions.tell(session, tracked, None)
    await session.flush()
    if was_draft:
        await trajectories.bring_into_force(session, tracked)
    elif tracked.rule != rule:
        await _judge_by_new_rule(session, tracked)


async def _judge_by_new_rule(session: AsyncSession, tracked: Tracked) -> None:
    """From now on: what was judged stays judged by the rule that was in force, and only what was not is read."""
    kpi, track = tracked.kpi, tracked.track
    track.silent, track.silence_armed = track.silent and tracked.rule.stale_after is not None, False
    since = track.until + INSTANT
    unseen = (await store.read_since(session, kpi.partnership_id, {kpi.id: since}))[kpi.id]
    change = evaluation.Change(since, unseen, "The rule was changed")
    await evaluation.evaluate(session, kpi.partnership_id, [tracked], {kpi.id: change})
