"""JSON as RFC 8259 has it, and no more: NaN, infinities, numbers out of range, NUL and lone surrogates are refused."""

from typing import Any

import msgspec

from ..errors import N_, Unprocessable

_MAX_DEPTH_ERROR = N_("The body is nested too deeply; flatten it.")


def decode(body: bytes) -> Any:
    """The value of a JSON text. Raises Unprocessable without repeating any of the input."""
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise Unprocessable(_MAX_DEPTH_ERROR) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unprocessable(
            N_(
                "The body is not valid JSON (RFC 8259): check quotes, commas and numbers; NaN and infinity do not exist in it."
            )
        ) from None
    if b"\\u0000" in body:
        refuse_nul(value, "")
    return value


def refuse_nul(value: Any, pointer: str) -> None:
    """Raises Unprocessable, with the pointer, where a text holds the character NUL, which no column can store."""
    if isinstance(value, str) and "\0" in value:
        raise Unprocessable(N_("The text at {pointer} holds the character NUL; remove it."), pointer=pointer)
    if isinstance(value, dict):
        for key, item in value.items():
            refuse_nul(key, pointer or "/")
            refuse_nul(item, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_nul(item, f"{pointer}/{index}")
