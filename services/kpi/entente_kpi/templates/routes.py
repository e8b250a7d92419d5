"""Read the templates of KPIs."""

from fastapi import Request

from entente_shared.i18n import preferred_language
from entente_shared.web import CurrentCaller, Page, Router

from .domain import TEMPLATES
from .schemas import TemplateRead

router = Router(tags=["kpis"])


@router.get("/kpi-templates", operation_id="kpi_list_kpi_templates", summary="KPIs to start from")
async def list_templates(request: Request, _caller: CurrentCaller) -> Page[TemplateRead]:
    language = preferred_language(request.headers.get("accept-language", ""))
    return Page(items=[TemplateRead.of(template, language) for template in TEMPLATES], next_cursor=None)
