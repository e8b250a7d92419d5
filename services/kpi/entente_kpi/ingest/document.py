"""The bodies of ingest in the OpenAPI document: they are decoded by hand, so that FastAPI does not know them."""

from typing import Any

from . import schemas

_POINT: dict[str, Any] = {
    "at": {"type": "string", "format": "date-time", "description": "RFC 3339 with an offset"},
    "value": {"type": "number", "minimum": -1e100, "maximum": 1e100},
    "correction": {
        "type": "boolean",
        "default": False,
        "description": "replace another value that is stored for this time",
    },
}
_KPI: dict[str, Any] = {"kpi_id": {"type": "string", "format": "uuid"}}
_VALUES: dict[str, Any] = {"type": "array", "items": _POINT["value"]}
_TIMES: dict[str, Any] = {
    "at": {
        "type": "array",
        "items": _POINT["at"],
        "description": "a time for each value; or give at_ms, or start and step",
    },
    "at_ms": {"type": "array", "items": {"type": "integer"}, "description": "milliseconds since 1970-01-01T00:00:00Z"},
    "start": {**_POINT["at"], "description": "the time of the first value"},
    "step": {"type": "string", "format": "duration", "description": "between two values, as ISO 8601"},
    "correction": _POINT["correction"],
}
_SERIES: dict[str, Any] = {**_KPI, "values": _VALUES, **_TIMES}
_TABLE: dict[str, Any] = {
    "values": {
        "type": "object",
        "additionalProperties": _VALUES,
        "description": "by the id of the KPI, each list with a value for every time; of an id that comes twice the last list counts",
    },
    **_TIMES,
}
_ID = "01939f61-2d01-7f61-b141-a3548fc06001"
_OTHER = "01939f61-2d01-7f61-b141-a3548fc06002"
_EXAMPLE = {"at": "2026-01-31T00:00:00Z", "value": 397.5}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "maxItems": schemas.MOST, "items": items}


def _body(schema: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    shown = {name: {"value": value} for name, value in examples.items()}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "examples": shown}}}}


OF_ONE = _body(
    _object({"samples": _list(_object(_POINT, ["at", "value"]))}, ["samples"]), {"samples": {"samples": [_EXAMPLE]}}
)
OF_MANY = _body(
    {
        "oneOf": [
            _object({"samples": _list(_object({**_KPI, **_POINT}, ["kpi_id", "at", "value"]))}, ["samples"]),
            _object({"series": _list(_object(_SERIES, ["kpi_id", "values"]))}, ["series"]),
            _object({"table": _object(_TABLE, ["values"])}, ["table"]),
        ]
    },
    {
        "samples": {"samples": [{"kpi_id": _ID, **_EXAMPLE}]},
        "series": {
            "series": [{"kpi_id": _ID, "start": "2026-01-31T00:00:00Z", "step": "PT1M", "values": [397.5, 398, 401.25]}]
        },
        "table": {
            "table": {
                "start": "2026-01-31T00:00:00Z",
                "step": "PT1M",
                "values": {_ID: [397.5, 398, 401.25], _OTHER: [12, 12, 13]},
            }
        },
    },
)
