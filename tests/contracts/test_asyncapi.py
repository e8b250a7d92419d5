"""The committed event catalogue is the one that the contracts give, and it describes the golden samples."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from entente_shared import asyncapi
from entente_shared.events import Event
from entente_shared.relay import message_headers

COMMITTED = Path(__file__).parents[2] / "clients" / "asyncapi.json"
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def document():
    return asyncapi.document()


def test_committed_catalogue_has_not_drifted_from_the_contracts():
    assert COMMITTED.read_text() == asyncapi.render(), "run `make contracts` and commit clients/asyncapi.json"


def test_every_event_has_a_channel_a_message_and_an_operation_of_its_producer(document):
    types = {message["name"] for message in document["components"]["messages"].values()}
    assert types == set(Event.registry)
    assert len(document["channels"]) == len(document["operations"]) == len(Event.registry)
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert "entente.kpi.{partnership_id}.deviation_opened.v1" in addresses
    assert "entente.objectives._.organisation_changed.v1" in addresses


def test_every_reference_resolves(document):
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}
    assert references
    for reference in references:
        node = document
        for key in reference.split("/"):
            node = node[key]


@pytest.mark.parametrize("event_type", sorted(Event.registry))
def test_payload_schema_accepts_the_golden_sample_and_refuses_it_without_a_field(document, event_type):
    name = Event.registry[event_type].__name__
    validator = jsonschema.Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})
    body = json.loads((SAMPLES / f"{event_type}.json").read_text())
    validator.validate(body)
    del body[Event.registry[event_type].contract.key]
    assert not validator.is_valid(body)


def test_headers_that_the_relay_writes_are_those_of_the_catalogue(document):
    row = {
        "event_id": uuid4(),
        "type": "entente.kpi.kpi_changed.v1",
        "aggregate": "kpi",
        "aggregate_id": uuid4(),
        "aggregate_version": 7,
        "occurred_at": datetime.now(UTC),
        "correlation_id": uuid4(),
        "causation_id": uuid4(),
        "partnership_id": uuid4(),
        "snapshot_of": uuid4(),
        "audience": "shared",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    headers = message_headers(row, "kpi")
    schema = document["components"]["schemas"]["CloudEventHeaders"]
    jsonschema.validate(headers, schema, format_checker=jsonschema.FormatChecker())
    assert headers.keys() - {"Nats-Msg-Id", "content-type"} == schema["properties"].keys()
    bare = message_headers(
        {**row, **dict.fromkeys(("causation_id", "partnership_id", "snapshot_of", "traceparent"))}, "kpi"
    )
    assert bare.keys() - {"Nats-Msg-Id", "content-type"} == set(schema["required"])


def test_two_renderings_are_the_same_text():
    assert asyncapi.render() == asyncapi.render()
