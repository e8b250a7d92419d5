"""Pushes without options are answered before FastAPI looks at them: finding the route, resolving its dependencies and the layers
around it are a tenth of what a push costs. The answer is the same function's, and errors are answered by the same handlers.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .routes import push

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PUSH = re.compile(f"/v1/partnerships/(?P<partnership_id>{_UUID})(?:/kpis/(?P<kpi_id>{_UUID}))?/samples")


class Direct:
    """ASGI middleware around the application's own exception handling; what it does not know goes on to the routes."""

    def __init__(self, app: ASGIApp, handlers: Mapping[Any, Any]) -> None:
        self._app, self._pushes = app, ExceptionMiddleware(_answer, handlers=handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and scope["method"] == "POST" and not scope["query_string"]
        found = _PUSH.fullmatch(scope["path"]) if plain else None
        if found is None:
            await self._app(scope, receive, send)
        else:
            given = {name: value for name, value in found.groupdict().items() if value}
            scope["endpoint"], scope["path_params"] = push, given
            await self._pushes(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    ids = {name: UUID(value) for name, value in scope["path_params"].items()}
    response = await push(Request(scope, receive, send), ids["partnership_id"], ids.get("kpi_id"))
    await response(scope, receive, send)
