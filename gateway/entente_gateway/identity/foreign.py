"""How other systems' clients send a key: below `/v1/partnerships/<id>/ingest/`, and nowhere else, InfluxDB's
`Authorization: Token <key>`, Basic with the key as password, and version 1's query parameters `u` and `p` are taken too.
"""

import base64
import binascii
import re
from urllib.parse import unquote_plus

_INGEST = re.compile(r"/v1/partnerships/[^/]+/ingest/")
_SECRET = frozenset({"u", "p"})


def is_ingest(path: str) -> bool:
    return _INGEST.match(path) is not None


def as_bearer(header: bytes | None, query: bytes) -> bytes | None:
    """The header as `Bearer <key>` where the key stands elsewhere; else as it came."""
    if header is None:
        secret = next((value for name, value in _pairs(query) if name == "p" and value), None)
        return None if secret is None else b"Bearer " + unquote_plus(secret).encode()
    scheme, _, rest = header.partition(b" ")
    if scheme.lower() == b"token":
        return b"Bearer " + rest.strip().rpartition(b":")[2]  # InfluxDB 1.8 takes `Token user:password`
    if scheme.lower() == b"basic":
        try:
            return b"Bearer " + base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
        except binascii.Error:
            return header
    return header


def without_secret(query: bytes) -> bytes:
    """The query as the service may see it."""
    kept = [part for part in query.split(b"&") if _name(part.decode("latin-1")) not in _SECRET]
    return b"&".join(kept)


def _pairs(query: bytes) -> list[tuple[str, str]]:
    parts = query.decode("latin-1").split("&")
    return [(_name(part), part.partition("=")[2]) for part in parts]


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
