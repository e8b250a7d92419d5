"""The exact text that is signed: RFC 8785 canonical JSON, and its SHA-256."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import rfc8785
from pydantic import TypeAdapter

from entente_objectives.terms.domain import Terms

_TERMS = TypeAdapter(Terms)


@dataclass(frozen=True)
class Text:
    """A canonical text. The rules read what the parties sign, and nothing beside it."""

    canonical: str

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Text":
        return cls(rfc8785.dumps(document).decode())

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.canonical)
        return document

    @property
    def terms(self) -> Terms:
        return _TERMS.validate_json(self.canonical)
