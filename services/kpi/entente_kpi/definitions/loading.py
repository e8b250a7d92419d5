"""The KPI that a path names, for the routes of all slices."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession

from ..evaluation import queries
from ..evaluation.queries import Tracked


class KpiNotFound(NotFound):
    slug = "kpi-not-found"
    title = N_("There is no such KPI")


def unknown_kpi() -> KpiNotFound:
    return KpiNotFound(N_("No KPI of this partnership has this id; GET .../kpis lists them."))


async def _load(kpi_id: UUID, member: CurrentMember, session: CurrentSession) -> Tracked:
    found = await queries.read(session, member.partnership_id, [kpi_id])
    if not found:
        raise unknown_kpi()
    return found[0]


LoadedKpi = Annotated[Tracked, Depends(_load)]
