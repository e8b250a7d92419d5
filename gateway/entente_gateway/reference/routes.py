"""The reference of the API: the merged document, and a page that shows it with assets of our own."""

from importlib import resources
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from entente_shared.errors import N_, NotFound

from ..routing import document

router = APIRouter(include_in_schema=False)

_STATIC = Path(str(resources.files(__package__) / "static"))
_ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png", "LICENSE", "NOTICE"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/openapi.json")
async def read_document() -> Response:
    return Response(document.text(), media_type="application/json", headers={"Cache-Control": "no-cache"})


@router.get("/docs")
async def read_page() -> FileResponse:
    return FileResponse(
        _STATIC / "page.html", headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    )


@router.get("/docs/{name}")
async def read_asset(name: str) -> FileResponse:
    if name not in _ASSETS:
        raise NotFound(N_("There is nothing at this address; /docs lists what there is."))
    return FileResponse(
        _STATIC / name, headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    )
