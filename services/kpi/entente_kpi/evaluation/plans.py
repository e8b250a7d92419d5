"""What ingest has to know of a KPI to evaluate it, remembered in the process until the KPI's plan changes."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ..definitions.domain import OnConflict
from ..formulas import queries as formulas
from ..series.moments import FIRST, to_us
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path, Trajectory
from . import queries
from .domain import Rule

_CAPACITY = 20_000

Line: TypeAlias = tuple[float, float, float, float, float, float]
"""Baseline, width, start and length of a trajectory, the threshold, and 1 where what is not above it is beyond, else -1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Nobody pushes to a `derived` KPI; one that `feeds` is an input of some formula.

    `lines` are what is not to be crossed while it is FIRING, and while it is OK.

    `in_force_from` is when (microseconds) the last segment of the path came into force.
    """

    version: int
    correcting: bool
    sources: Collection[UUID] | None
    derived: bool
    feeds: bool
    rule: Rule
    path: Path
    in_force_from: int
    lines: tuple[Line, Line] | None

    @property
    def trajectory(self) -> Trajectory | None:
        return self.path.current


class Plans:
    """The last used plans by KPI. A track says under its lock which version holds; nothing else may be used."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Plan] = OrderedDict()

    async def of(self, session: AsyncSession, partnership_id: UUID, versions: Mapping[UUID, int]) -> dict[UUID, Plan]:
        """The plans of KPIs whose tracks the caller has locked; `versions` are what those say."""
        plans = {kpi_id: self._known[kpi_id] for kpi_id, version in versions.items() if self._has(kpi_id, version)}
        missing = [kpi_id for kpi_id in versions if kpi_id not in plans]
        if missing:
            paths = await trajectories.load_paths(session, partnership_id, missing)
            derived = await formulas.load_derived(session, partnership_id, missing)
            inputs = await formulas.load_inputs(session, partnership_id, missing)
            for tracked in await queries.read(session, partnership_id, missing):
                kpi_id = tracked.kpi.id
                plan = _plan(tracked, paths[kpi_id], derived=kpi_id in derived, feeds=kpi_id in inputs)
                # By the version that the caller saw first: whoever holds no lock may read parts of two.
                plans[kpi_id] = replace(plan, version=versions[kpi_id])
        for kpi_id, plan in plans.items():
            self._known[kpi_id] = plan
            self._known.move_to_end(kpi_id)
        while len(self._known) > _CAPACITY:
            self._known.popitem(last=False)
        return plans

    def _has(self, kpi_id: UUID, version: int) -> bool:
        known = self._known.get(kpi_id)
        return known is not None and known.version == version


def _line(trajectory: Trajectory, rule: Rule, *, ok: bool) -> Line:
    starts_at = to_us(trajectory.starts_at)
    return (
        trajectory.baseline,
        trajectory.target - trajectory.baseline or 1.0,  # of a band they may be the same; it is judged by itself
        float(starts_at),
        float(to_us(trajectory.due_at) - starts_at),
        rule.theta_on if ok else rule.theta_off,
        1.0 if ok else -1.0,
    )


def _plan(tracked: queries.Tracked, path: Path, *, derived: bool, feeds: bool) -> Plan:
    return Plan(
        version=tracked.track.plan_version,
        correcting=tracked.kpi.on_conflict == OnConflict.CORRECT,
        sources=tracked.kpi.sources,
        derived=derived,
        feeds=feeds,
        rule=tracked.rule,
        path=path,
        in_force_from=to_us(path.segments[-1].effective_from) if path else FIRST,
        lines=(_line(path.current, tracked.rule, ok=False), _line(path.current, tracked.rule, ok=True))
        if path.current
        else None,
    )
