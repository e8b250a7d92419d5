"""The connection to NATS JetStream, and what a service's stream looks like."""

import nats
import structlog
from nats.aio.client import Client
from nats.js.api import RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from .settings import ServiceSettings

log = structlog.get_logger(__name__)

PRODUCERS = ("objectives", "kpi", "conflicts", "resources")


def stream_name(producer: str) -> str:
    return f"ENTENTE_{producer.upper()}"


def snapshot_subject(producer: str) -> str:
    return f"entente_control.{producer}.snapshot"


async def connect(settings: ServiceSettings, service: str) -> Client:
    """A connection that reconnects for ever. Its inbox prefix is the service's own, so that no other user can read replies."""

    async def note(error: Exception) -> None:
        log.warning("broker", error=repr(error))

    return await nats.connect(
        settings.nats_url,
        user=settings.nats_user,
        password=settings.nats_password,
        name=service,
        inbox_prefix=f"_INBOX_{service}".encode(),
        connect_timeout=5,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.25,
        ping_interval=5,
        max_outstanding_pings=2,
        error_cb=note,
    )


async def ensure_stream(js: JetStreamContext, producer: str, horizon: float) -> StreamInfo:
    """The producer's stream, created where it is missing: file storage, kept for the outbox's horizon."""
    try:
        return await js.stream_info(stream_name(producer))
    except NotFoundError:
        log.info("creating stream", stream=stream_name(producer))
        return await js.add_stream(
            StreamConfig(
                name=stream_name(producer),
                subjects=[f"entente.{producer}.>"],
                storage=StorageType.FILE,
                retention=RetentionPolicy.LIMITS,
                max_age=horizon,
                duplicate_window=120,
            )
        )
