"""Mapping rules over HTTP, and trials of them."""

from fastapi import Request, Response

from entente_shared.errors import N_
from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Member,
    Page,
    Router,
    check_if_match,
    paginate,
    set_etag,
)

from ..sources import line_protocol
from ..sources.line_values import Precision
from . import commands, queries
from .domain import Match, Ruleset, Verdict
from .queries import LoadedMapping, LockedMapping
from .schemas import (
    MappingCreate,
    MappingPatch,
    MappingRead,
    MappingTrial,
    Refusal,
    TrialReport,
    frozen,
    verdict,
)

router = Router(tags=["mappings"])
MANY = "/partnerships/{partnership_id}/sources/mappings"
ONE = f"{MANY}/{{mapping_id}}"
_WHY = {
    Verdict.MAPPED: N_(
        "Of {fitting} rules that fit, this one ranks highest: by priority, exact name and number of labels."
    ),
    Verdict.UNMATCHED: N_("No rule fits this name and these labels; the samples would go to quarantine."),
    Verdict.AMBIGUOUS: N_(
        "Several rules of the same rank fit and lead elsewhere; the samples would go to quarantine. Give one a higher priority."
    ),
}


def _require_editor(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")


@router.post(MANY, status_code=201, operation_id="kpi_create_mapping", summary="Map foreign series to a KPI")
async def create_mapping(
    body: MappingCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> MappingRead:
    _require_editor(member)
    row = await commands.add_rule(session, member.partnership_id, member.caller.principal, body.rule())
    set_etag(response, row.version)
    return MappingRead.of(row)


@router.get(MANY, operation_id="kpi_list_mappings", summary="The mapping rules of a partnership")
async def list_mappings(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[MappingRead]:
    statement = queries.of_partnership(member.partnership_id)
    page, next_cursor = await paginate(session, statement, queries.rules_by_id, cursor, limit)
    return Page(items=[MappingRead.of(row) for row in page], next_cursor=next_cursor)


@router.post(f"{MANY}/trials", operation_id="kpi_create_mapping_trial", summary="Say which KPI each series would go to")
async def try_mappings(
    body: MappingTrial, member: CurrentMember, session: CurrentSession, request: Request
) -> TrialReport:
    language = preferred_language(request.headers.get("accept-language", ""))
    tried = [each.rule() for each in body.rules or ()]
    rules = await queries.ruleset(session, member.partnership_id) if body.rules is None else Ruleset(tried)
    indices = {id(rule): index for index, rule in enumerate(tried)}
    found = [(each.name, frozen(each.labels)) for each in body.series]
    refused = []
    if body.line_protocol is not None:
        reading = line_protocol.read(body.line_protocol.encode(), Precision.NS)
        found += [(each.name, each.labels) for each in reading.series]
        refused = [
            Refusal(line=reading.origin(place), field=fault.field, reason=translate(fault.reason, language))
            for place, fault in sorted(reading.faults.items())
        ]
    items = []
    for name, labels in found:
        match = rules.match(name, labels)
        items.append(verdict(name, labels, match, indices, _why(match, language)))
    return TrialReport(items=items, refused=refused)


def _why(match: Match, language: str) -> str:
    return translate(_WHY[match.verdict], language).format(fitting=match.fitting)


@router.get(ONE, operation_id="kpi_get_mapping", summary="One mapping rule")
async def get_mapping(mapping: LoadedMapping, response: Response) -> MappingRead:
    set_etag(response, mapping.version)
    return MappingRead.of(mapping)


@router.patch(ONE, operation_id="kpi_update_mapping", summary="Change a mapping rule")
async def update_mapping(
    *,
    body: MappingPatch,
    mapping: LockedMapping,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> MappingRead:
    _require_editor(member)
    check_if_match(request, mapping.version)
    await commands.change_rule(session, mapping, member.caller.principal, body.changes())
    set_etag(response, mapping.version)
    return MappingRead.of(mapping)


@router.delete(ONE, status_code=204, operation_id="kpi_delete_mapping", summary="Delete a mapping rule")
async def delete_mapping(
    mapping: LockedMapping, member: CurrentMember, session: CurrentSession, request: Request
) -> None:
    _require_editor(member)
    check_if_match(request, mapping.version)
    await commands.delete_rule(session, mapping)
