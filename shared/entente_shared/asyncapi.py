"""The event catalogue as an AsyncAPI 3.0 document, built from the contracts.

`python -m entente_shared.asyncapi > clients/asyncapi.json` writes it. Each event is one channel (its NATS subject), one
message (CloudEvents 1.0 in binary mode) and one operation of its producer.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from .events import Event, Kind

_UUID = {"type": "string", "format": "uuid"}
_MEANING = {
    Kind.STATE: "State event: the full public state of its aggregate. Apply it if its version is newer.",
    Kind.EFFECT: "Effect event: handle it once (by ce-id), in the order of its aggregate's versions.",
}
_ATTRIBUTES: dict[str, Any] = {
    "ce-specversion": {"const": "1.0"},
    "ce-id": {**_UUID, "description": "UUIDv7, also the Nats-Msg-Id: the same event again has the same id."},
    "ce-source": {"type": "string", "examples": ["/services/kpi"]},
    "ce-type": {"type": "string", "examples": ["entente.kpi.deviation_opened.v1"]},
    "ce-subject": {"type": "string", "description": "The aggregate: its name, a slash and its id."},
    "ce-time": {"type": "string", "format": "date-time"},
    "ce-aggregateversion": {"type": "string", "pattern": "^[0-9]+$"},
    "ce-correlationid": {**_UUID, "description": "The id of the event that started the saga."},
    "ce-audience": {"type": "string", "description": "Who may see it: `shared`, or `parties:` and organisation ids."},
}
_OPTIONAL: dict[str, Any] = {
    "ce-partnershipid": {**_UUID, "description": "Absent for an event outside any partnership."},
    "ce-causationid": {**_UUID, "description": "The id of the event that this one follows from."},
    "ce-snapshotof": {**_UUID, "description": "The state event that this one repeats, for a consumer that asked."},
    "traceparent": {"type": "string", "description": "W3C trace context."},
}
HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 attributes: what places the event in its partnership, its aggregate and its saga.",
    "required": list(_ATTRIBUTES),
    "properties": {**_ATTRIBUTES, **_OPTIONAL},
}


def document(version: str = "1.0.0") -> dict[str, Any]:
    """The whole document. The same contracts give the same document, key by key."""
    events = [Event.registry[name] for name in sorted(Event.registry)]
    schemas = models_json_schema(
        [(event, "serialization") for event in events], ref_template="#/components/schemas/{model}"
    )[1]["$defs"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Entente events",
            "version": version,
            "description": "Facts on NATS JetStream. Contracts are additive; a breaking change is a new `.v2`.",
        },
        "defaultContentType": "application/json",
        "channels": {_key(event): _channel(event) for event in events},
        "operations": {f"publish_{_key(event)}": _operation(event) for event in events},
        "components": {
            "messages": {event.__name__: _message(event) for event in events},
            "schemas": {"CloudEventHeaders": HEADERS, **{name: _plain(schemas[name]) for name in sorted(schemas)}},
            "parameters": {"partnership_id": {"description": "The partnership that the event belongs to (a UUID)."}},
        },
    }


def _plain(schema: Any) -> Any:
    """Without OpenAPI's `discriminator`, which AsyncAPI reads otherwise; the alternatives' constants say the same."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if key != "discriminator"}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def _key(event: type[Event]) -> str:
    return f"{event.contract.producer}_{event.contract.name}"


def _channel(event: type[Event]) -> dict[str, Any]:
    messages = {"messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}}}
    address = event.contract.subject(None)
    if "partnership_id" not in event.model_fields:
        return {"address": address, **messages}
    parameters = {"partnership_id": {"$ref": "#/components/parameters/partnership_id"}}
    return {"address": address.replace("._.", ".{partnership_id}."), **messages, "parameters": parameters}


def _operation(event: type[Event]) -> dict[str, Any]:
    channel = f"#/channels/{_key(event)}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"}],
        "tags": [{"name": event.contract.producer}],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    contract = event.contract
    described = event.__dict__.get("__doc__")
    return {
        "name": contract.type,
        "title": event.__name__,
        "summary": " ".join(described.split()) if described else contract.name.replace("_", " ").capitalize(),
        "description": f"{_MEANING[contract.kind]} Its aggregate is the {contract.aggregate}, by `{contract.key}`.",
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


def render() -> str:
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
