"""Every JSON body is shown by an example in the OpenAPI document, and every example is a body that is taken."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter

from entente_gateway.app import create_own
from entente_kpi.ingest import decoding
from entente_kpi.sources import otlp

JSON = "application/json"
NAMES = ("objectives", "kpi", "conflicts", "resources", "gateway")
KPI = UUID("01939f61-2d01-7f61-b141-a3548fc06001")
# Bodies that are decoded by hand, by their operation: FastAPI knows no model of them.
READERS = {
    "kpi_create_kpi_samples": lambda body: decoding.decode_for(KPI, body).columns,
    "kpi_create_samples": lambda body: decoding.decode(body).columns,
    "kpi_write_otlp_metrics": lambda body: otlp.read(otlp.decode(body, as_json=True)).series,
}
# What the ids are of in fields that do not say it: `owner_member_id` does.
KINDS = {
    **dict.fromkeys(
        ("attendance", "mentions", "responsible", "consulted", "informed", "chair", "accountable"), "member"
    ),
    **dict.fromkeys(("readers", "validator"), "party"),
    **dict.fromkeys(("before", "after"), "action"),
    **dict.fromkeys(("values", "benefit", "cost"), "kpi"),
    "delegate": "person",
}


@dataclass(frozen=True)
class Body:
    """The JSON body of an operation: its examples as a whole, and the type that its route takes (None: it has a reader)."""

    operation: str
    examples: list[Any]
    taken: Any


@cache
def application(name: str) -> FastAPI:
    return create_own(None) if name == "gateway" else import_module(f"entente_{name}.app").create_app()


@cache
def bodies(name: str) -> list[Body]:
    app = application(name)
    taken = {
        (method.lower(), route.path_format): route.body_field.field_info.annotation
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and route.body_field is not None
        for method in route.methods
    }
    document = app.openapi()
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            media = operation.get("requestBody", {}).get("content", {}).get(JSON)
            if media is not None:
                shown = list(examples(media, document))
                found.append(Body(operation["operationId"], shown, taken.pop((method, path), None)))
    assert not taken, "bodies that the document does not have"
    return found


def examples(media: dict[str, Any], document: dict[str, Any]) -> Iterator[Any]:
    """Those at the body itself and those at its schema; those of single properties are none of the body."""
    yield from (shown["value"] for shown in media.get("examples", {}).values())
    schema = media["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield from schema.get("examples", ())


def models(base: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from models(model)


@pytest.mark.parametrize("name", NAMES)
def test_every_json_body_has_an_example(name):
    assert bodies(name)
    assert [body.operation for body in bodies(name) if not body.examples] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_body_that_is_taken(name):
    for body in bodies(name):
        assert (body.taken is None) == (body.operation in READERS)
        for example in body.examples:
            take(body, example)


def take(body: Body, example: Any) -> None:
    """Raises where the operation would refuse it as it is written."""
    try:
        if body.taken is None:
            assert len(READERS[body.operation](json.dumps(example).encode())), "nothing is found in it"
        else:
            TypeAdapter(body.taken).validate_python(example)
    except Exception as error:
        error.add_note(body.operation)
        raise


def test_every_example_of_a_part_is_such_a_part():
    """Models inherit the examples of those that they extend, though they may ask for more."""
    for name in NAMES:
        application(name)
    shown = 0
    for model in models():
        extra = model.model_config.get("json_schema_extra")
        if model.__module__.startswith("entente_") and isinstance(extra, dict):
            for example in extra.get("examples", ()):
                model.model_validate(example)
                shown += 1
    assert shown > 100


def ids(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """The ids in an example, each with what it is the id of."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ids(name, field)
            yield from ids(inner, f"{value.get('kind')}_id" if name == "id" else name)
    elif isinstance(value, list):
        for inner in value:
            yield from ids(inner, field)
    elif isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        name = re.sub(r"_ids?$", "", field).rpartition("_")[2]
        yield value, KINDS.get(name, name)


def test_an_id_is_that_of_one_thing_in_all_examples():
    """Who sends one example after the other meets the same parties, members and KPIs in all."""
    found: dict[str, set[str]] = {}
    for name in NAMES:
        for body in bodies(name):
            for id_, kind in ids(body.examples):
                found.setdefault(id_, set()).add(kind)
    assert {id_: kinds for id_, kinds in found.items() if len(kinds) > 1} == {}
    assert sum(kinds == {"party"} for kinds in found.values()) == 3
