"""What is said of a field that fails validation: the problem and the remedy, never the value."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import N_
from ..i18n import translate

_MESSAGES = {
    "missing": N_("This field is required; add it."),
    "extra_forbidden": N_("This field is not known here; remove it, or check its spelling."),
    "json_invalid": N_("The body is not valid JSON."),
    "model_attributes_type": N_("An object is expected here."),
    "model_type": N_("An object is expected here."),
    "dict_type": N_("An object is expected here."),
    "list_type": N_("A list is expected here."),
    "string_type": N_("A text is expected here."),
    "string_too_short": N_("This text is too short; it needs at least {min_length} characters."),
    "string_too_long": N_("This text is too long; it may have at most {max_length} characters."),
    "string_pattern_mismatch": N_("This text does not have the form {pattern}."),
    "too_short": N_("Too few items; at least {min_length} are needed."),
    "too_long": N_("Too many items; at most {max_length} are allowed."),
    "int_type": N_("A whole number is expected here."),
    "int_parsing": N_("A whole number is expected here."),
    "int_from_float": N_("A whole number is expected here."),
    "float_type": N_("A number is expected here."),
    "float_parsing": N_("A number is expected here."),
    "finite_number": N_("A finite number is expected here."),
    "decimal_parsing": N_('A decimal number as text is expected here, such as "12.50".'),
    "decimal_type": N_('A decimal number as text is expected here, such as "12.50".'),
    "bool_type": N_("true or false is expected here."),
    "bool_parsing": N_("true or false is expected here."),
    "greater_than": N_("This number must be greater than {gt}."),
    "greater_than_equal": N_("This number must be at least {ge}."),
    "less_than": N_("This number must be less than {lt}."),
    "less_than_equal": N_("This number must be at most {le}."),
    "enum": N_("One of these is expected: {expected}."),
    "literal_error": N_("One of these is expected: {expected}."),
    "union_tag_invalid": N_("The field {discriminator} must be one of {expected_tags}."),
    "union_tag_not_found": N_("The field {discriminator} is required here."),
    "uuid_parsing": N_("A UUID is expected here."),
    "uuid_type": N_("A UUID is expected here."),
    "timestamp": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "duration": N_(
        "A duration as ISO 8601 in weeks, days, hours, minutes or seconds is expected here, such as P14D or PT1H30M."
    ),
}
_OTHER = N_("This value does not have the expected form.")
_SAFE = ("min_length", "max_length", "pattern", "gt", "ge", "lt", "le", "expected", "discriminator", "expected_tags")


def pointer(location: tuple[Any, ...], body: Any = None) -> str:
    """A JSON pointer into the body, or the name of the query parameter, path part or header at fault.

    pydantic puts the tag of a union into the location; it is no part of the body, and left out.
    """
    where, *rest = location or ("body",)
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in _without_tags(rest, body)]
    return "".join(f"/{part}" for part in parts) if where == "body" else f"{where}: {'.'.join(parts)}"


def _without_tags(location: list[Any], body: Any) -> Iterator[Any]:
    for part in location:
        if isinstance(body, dict) and part not in body and part in body.values():
            continue
        yield part
        if isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list):
            body = body[part] if isinstance(part, int) and part < len(body) else None


def field_message(error: Mapping[str, Any], language: str, body: Any = None) -> dict[str, str]:
    """One entry of errors[]. A validator's own ValueError is a message of ours, which holds no input."""
    context = error.get("ctx") or {}
    if error["type"] == "value_error" and isinstance(context.get("error"), ValueError):
        text = translate(str(context["error"]), language)
    else:
        template = translate(_MESSAGES.get(error["type"], _OTHER), language)
        text = template.format(**{name: context[name] for name in _SAFE if name in context})
    return {"pointer": pointer(tuple(error["loc"]), body), "detail": text}
