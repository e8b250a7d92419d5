"""Configuration of the gateway, besides what every service has."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from entente_shared.settings import ServiceSettings

_LOCAL = {
    "objectives": "http://127.0.0.1:8101",
    "kpi": "http://127.0.0.1:8102",
    "conflicts": "http://127.0.0.1:8103",
    "resources": "http://127.0.0.1:8104",
}


class Settings(ServiceSettings):
    """Durations are in seconds."""

    token_private_key: Path = Field(description="PEM file with the gateway's Ed25519 private key")
    upstreams: Annotated[dict[str, str], NoDecode] = _LOCAL
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    upstream_connect: float = 2.0
    upstream_idle: float = 30.0
    upstream_total: float = 300.0
    upstream_in_flight: int = 1024
    upstream_keep_alive: float = 30.0
    hint_seconds: float = 5.0
    key_cache_seconds: float = Field(default=1.0, le=1.0, description="how long a revoked key may still be accepted")
    stream_poll: float = 5.0
    stream_heartbeat: float = 15.0
    stream_stall: float = 30.0
    streams: int = 1000
    streams_per_key: int = 20

    @field_validator("upstreams", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        """`objectives=http://host:port,kpi=...`"""
        if not isinstance(value, str):
            return value
        pairs = [item.partition("=") for item in value.split(",") if item.strip()]
        return {service.strip(): address.strip().rstrip("/") for service, _, address in pairs}

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        origins = tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value
        if isinstance(origins, list | tuple) and "*" in origins:
            raise ValueError("name each origin; * would let any page use a key that it got hold of")
        return origins
