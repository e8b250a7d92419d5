"""Configuration of a service, read once at the edge from `ENTENTE_*` environment variables, or from files in ENTENTE_SECRETS_DIR."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every service needs. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="ENTENTE_",
        extra="ignore",
        secrets_dir=os.environ.get(
            "ENTENTE_SECRETS_DIR"
        ),  # one file per setting, so that no password is in an environment
    )

    database_url: str = Field(description="the application role's, as postgresql+asyncpg://user:password@host/database")
    nats_url: str = "nats://127.0.0.1:4222"
    nats_user: str | None = None
    nats_password: str | None = None
    token_public_key: Path = Field(description="PEM file with the gateway's Ed25519 public key")
    host: str = "127.0.0.1"
    port: int = 8100
    log_level: str = "info"
    log_format: str = "json"
    pool_size: int = 8
    statement_timeout: float = 15.0
    max_body_bytes: int = 8 * 1024 * 1024
    consistency_wait: float = 2.0
    relay_poll: float = 1.0
    relay_window: int = 512
    outbox_horizon: float = 7 * 86400.0
    delivery_batch: int = 256
    delivery_attempts: int = 10
    delivery_backoff: float = 0.25
    timer_poll: float = 0.25
    leader_timeout: float = 3.0

    @property
    def dsn(self) -> str:
        """The same address for plain asyncpg."""
        return self.database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
