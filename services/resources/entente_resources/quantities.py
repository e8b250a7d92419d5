"""Types of fields in HTTP bodies. Quantities have at most three decimals, the smallest unit that is allocated."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from entente_shared.errors import N_


def _in_smallest_units(value: float) -> float:
    if round(value, 3) != value:
        raise ValueError(N_("has more than three decimals; a thousandth is the smallest unit that is allocated"))
    return value


Quantity = Annotated[float, Field(ge=0, le=1e9, examples=[12.5]), AfterValidator(_in_smallest_units)]


def unchanged() -> Any:
    """A field of a PATCH body that may be left out. Null is no value for it, unless its type says so."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
