"""The merged OpenAPI document, which the gateway routes by and publishes: package data, written by
`entente_gateway.merge`.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

FILE = "openapi.json"


@cache
def text() -> bytes:
    return (resources.files("entente_gateway") / FILE).read_bytes()


def load() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text())
    return document
