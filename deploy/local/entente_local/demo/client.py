"""The public API over HTTP, as a partner's program would use it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from ..failure import Failure
from ..i18n import _, language

T = TypeVar("T")
_TOKEN = "Consistency-Token"  # noqa: S105 - the name of a header, which says what this client has seen
_PASSING = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_PATIENCE = 60.0
_SHORTEST, _LONGEST = 0.02, 0.25


class Door:
    """The one connection to the gateway. It sends back the last Consistency-Token, so that every read sees every write.

    A request that meets a service in a restart is repeated; the Idempotency-Key keeps a repeated write from being done twice.
    """

    def __init__(self, base_url: str, patience: float = _PATIENCE) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, headers={"Accept-Language": language()}, timeout=30)
        self._token: str | None = None
        self._patience = patience

    def close(self) -> None:
        self._http.close()

    def ask(self, key: str, method: str, path: str, **content: Any) -> Any:
        """The decoded answer. Raises Failure with one sentence where the request is refused, or nobody answers."""
        headers = {"Authorization": f"Bearer {key}"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        deadline = time.monotonic() + self._patience
        for pause in _pauses():
            response = self._send(method, path, headers, content)
            if isinstance(response, httpx.Response) and response.status_code not in _PASSING:
                return self._read(response)
            if time.monotonic() > deadline:
                break
            time.sleep(pause)
        if isinstance(response, httpx.Response):
            return self._read(response)
        raise Failure(_("{url} does not answer ({reason})."), url=self.base_url, reason=response)

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx.Response | httpx.TransportError:
        seen = {_TOKEN: self._token} if self._token else {}
        try:
            response = self._http.request(method, f"/v1{path}", headers={**headers, **seen}, **content)
        except httpx.TransportError as error:
            return error
        self._token = response.headers.get(_TOKEN, self._token)
        return response

    def _read(self, response: httpx.Response) -> Any:
        if response.is_success:
            return response.json() if response.content else None
        raise Failure(
            _("{method} {path} was answered with {status}: {problem}"),
            method=response.request.method,
            path=response.request.url.path,
            status=response.status_code,
            problem=_problem(response),
        )


@dataclass(frozen=True)
class Caller:
    """Somebody with a key: a person, an organisation's system or the operator."""

    name: str
    key: str
    door: Door

    def get(self, path: str, **parameters: Any) -> Any:
        return self.door.ask(self.key, "GET", path, params=parameters)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self.door.ask(self.key, "POST", path, json=body)

    def list(self, path: str, **parameters: Any) -> list[Any]:
        """All items of a list, page by page."""
        items: list[Any] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.get(path, **parameters, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}


def until(read: Callable[[], T], holds: Callable[[T], bool], sentence: str, seconds: float = _PATIENCE) -> T:
    """Read until it `holds`. Raises Failure with `sentence`, which may name the last reading as {last}."""
    deadline = time.monotonic() + seconds
    for pause in _pauses():
        last = read()
        if holds(last):
            return last
        if time.monotonic() > deadline:
            break
        time.sleep(pause)
    raise Failure(sentence.replace("{last}", str(last)))


def _pauses() -> Iterator[float]:
    pause = _SHORTEST
    while True:
        yield pause
        pause = min(pause * 1.4, _LONGEST)


def _problem(response: httpx.Response) -> str:
    try:
        problem = response.json()
        told = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
        told += [f"{each.get('pointer', '')} {each.get('detail', '')}".strip() for each in problem.get("errors") or []]
    except (ValueError, AttributeError, TypeError):
        return response.text[:200]
    return " ".join(told)
