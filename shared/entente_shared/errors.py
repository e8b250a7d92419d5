"""Errors that a caller can act on. A rule raises the meaning; the edge renders it once, as problem+json (RFC 9457).

`detail` is an English `str.format` template, marked by `N_` for the gettext catalogues; `params` fill it after translation.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for a message that is translated later
    return message


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Base of all errors shown to callers. `pointer` is the JSON pointer of the field at fault.

    `also`: other faults of the same request, each with its pointer, which are listed with this one.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = N_("Something went wrong on our side")

    def __init__(
        self, detail: str, *, pointer: str | None = None, headers: Mapping[str, str] | None = None, **params: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.headers = dict(headers or {})
        self.params = params
        self.also: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.detail.format(**self.params)


class BadRequest(Problem):
    status, slug, title = 400, "bad-request", N_("The request cannot be understood")


class Unauthenticated(Problem):
    status, slug, title = 401, "unauthenticated", N_("A valid key is needed")


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", N_("Your role does not allow this")


class NotFound(Problem):
    status, slug, title = 404, "not-found", N_("There is no such record")


class MethodNotAllowed(Problem):
    status, slug, title = 405, "method-not-allowed", N_("This address does not take that method")


class Conflict(Problem):
    status, slug, title = 409, "conflict", N_("The request does not fit the present state")


class PreconditionFailed(Problem):
    status, slug, title = 412, "precondition-failed", N_("The record has changed since you read it")


class TooLarge(Problem):
    status, slug, title = 413, "too-large", N_("The request is too large")


class UnsupportedMedia(Problem):
    status, slug, title = 415, "unsupported-media", N_("This kind of body is not understood")


class Unprocessable(Problem):
    status, slug, title = 422, "unprocessable", N_("The request holds values that cannot be accepted")


class TooMany(Problem):
    status, slug, title = 429, "too-many-requests", N_("Too many requests")


class BadGateway(Problem):
    status, slug, title = 502, "bad-gateway", N_("The service behind the gateway did not answer properly")


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", N_("The service cannot answer right now")


class GatewayTimeout(Problem):
    status, slug, title = 504, "gateway-timeout", N_("The service behind the gateway took too long")
