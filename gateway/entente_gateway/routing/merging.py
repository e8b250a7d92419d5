"""One OpenAPI document out of several. Pure."""

import copy
from collections.abc import Mapping
from typing import Any

from .domain import METHODS, SERVICE

_REF = "#/components/schemas/"
_PROBLEM = {"application/problem+json": {"schema": {"$ref": f"{_REF}ProblemBody"}}}
_OF_THE_PROXY = {
    "502": "the service behind the gateway broke off",
    "504": "the service behind the gateway took too long",
}
_WRITES = frozenset({"post", "put", "patch", "delete"})
_PARAMETERS: dict[str, dict[str, Any]] = {
    "ConsistencyToken": {
        "name": "Consistency-Token",
        "in": "header",
        "description": "What an earlier write answered: wait until its effects are visible, at most 2 s, then 503.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "1 to 200 characters, new for each write. A write that is sent again is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
}
_DESCRIPTION = (
    "Organisations that form a partnership run it inside rules that they signed. "
    "Send your key as `Authorization: Bearer ent_live_...`. "
    "Errors are `application/problem+json` (RFC 9457), in English or French by `Accept-Language`."
)


class MergeConflictError(ValueError):
    """Two documents claim the same operation or operation id."""


def merge(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The merged document of `documents` by service. Each operation says whose it is; schemas that differ under one
    name get their service's name in front.
    """
    named = {service: _with_own_names(service, documents) for service in sorted(documents)}
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    for service, document in named.items():
        for path, item in document.get("paths", {}).items():
            _add_path(paths.setdefault(path, {}), path, service, item)
        schemas.update(document.get("components", {}).get("schemas", {}))
        tags.update({tag["name"]: tag for tag in document.get("tags", [])})
    _check_operation_ids(paths)
    merged: dict[str, Any] = {
        "openapi": max((str(document["openapi"]) for document in documents.values()), default="3.1.0"),
        "info": {"title": "Entente", "version": "1", "description": _DESCRIPTION},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": _PARAMETERS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "ent_live_..."}},
        },
    }
    return merged | ({"tags": [tags[name] for name in sorted(tags)]} if tags else {})


def _with_own_names(service: str, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A copy of the service's document, in which schemas that another document defines otherwise have names of their
    own.
    """
    document: dict[str, Any] = copy.deepcopy(dict(documents[service]))
    renamed = {
        name: f"{service.capitalize()}{name}"
        for name, schema in _schemas(documents[service]).items()
        if any(_schemas(other).get(name, schema) != schema for other in documents.values())
    }
    if renamed:
        _rename_refs(document, renamed)
        schemas = document["components"]["schemas"]
        document["components"]["schemas"] = {renamed.get(name, name): schema for name, schema in schemas.items()}
    return document


def _schemas(document: Mapping[str, Any]) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    return schemas


def _rename_refs(node: Any, renamed: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REF):
            name = reference.removeprefix(_REF)
            node["$ref"] = _REF + renamed.get(name, name)
        mapping = node.get("mapping")
        if isinstance(mapping, dict):
            for key, target in mapping.items():
                if isinstance(target, str) and target.startswith(_REF):
                    name = target.removeprefix(_REF)
                    mapping[key] = _REF + renamed.get(name, name)
        for value in node.values():
            _rename_refs(value, renamed)
    elif isinstance(node, list):
        for value in node:
            _rename_refs(value, renamed)


def _add_path(merged: dict[str, Any], path: str, service: str, item: Mapping[str, Any]) -> None:
    for method, operation in item.items():
        if method in merged:
            raise MergeConflictError(f"{method.upper()} {path} is claimed twice, once by {service}")
        merged[method] = operation
        if method not in METHODS:
            continue
        operation[SERVICE] = service
        for status, text in _OF_THE_PROXY.items():
            operation["responses"].setdefault(status, {"description": text, "content": _PROBLEM})
        wanted = ["ConsistencyToken", *(["IdempotencyKey"] if method in _WRITES else [])]
        known = {parameter.get("name") for parameter in operation.setdefault("parameters", [])}
        operation["parameters"] += [
            {"$ref": f"#/components/parameters/{name}"} for name in wanted if _PARAMETERS[name]["name"] not in known
        ]


def _check_operation_ids(paths: Mapping[str, Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for item in paths.values():
        for method, operation in item.items():
            if method in METHODS and (operation_id := operation.get("operationId")) is not None:
                if operation_id in seen:
                    raise MergeConflictError(f"the operation id {operation_id} is used twice")
                seen.add(operation_id)
