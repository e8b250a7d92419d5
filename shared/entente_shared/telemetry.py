"""Traces that follow a loop through HTTP and NATS (W3C Trace Context), structured logs and the process's metrics.

Trace ids are always there, so that a log line, an error and an event can be joined; spans are recorded and exported only
where OTEL_EXPORTER_OTLP_ENDPOINT is set.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import context, propagate, trace
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

_ids = RandomIdGenerator()
_carrier = TraceContextTextMapPropagator()

REQUESTS = Histogram(
    "entente_http_request_seconds", "Time to answer a request", ["service", "method", "route", "status"]
)
UNPUBLISHED = Gauge("entente_outbox_unpublished", "Events that the relay has still to publish", ["service"])
PUBLISHED = Counter("entente_outbox_published", "Events published", ["service"])
HANDLED = Counter("entente_events_handled", "Events handled", ["service", "producer"])
LAG = Gauge("entente_consumer_lag", "Events in the stream that are not handled yet", ["service", "producer"])
PARKED = Gauge(
    "entente_events_parked", "Events that wait for a retry or behind one that failed", ["service", "producer"]
)
DEAD = Gauge("entente_events_dead", "Events that failed for good and wait for a person", ["service", "producer"])
LEADING = Gauge("entente_leading", "1 where this process leads a background task", ["service", "task"])


def exporting() -> bool:
    """Whether spans are recorded and exported."""
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))


def traceparent() -> str | None:
    """The present trace context as a W3C `traceparent`, if there is one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


@contextmanager
def continued(name: str, parent: str | None, kind: SpanKind = SpanKind.CONSUMER, **attributes: Any) -> Iterator[None]:
    """Run a block within the trace that `parent` (a traceparent) belongs to, or within a new one."""
    within = _carrier.extract({"traceparent": parent or ""}, context.get_current())
    if not trace.get_current_span(within).get_span_context().is_valid:
        within = trace.set_span_in_context(NonRecordingSpan(_fresh_context()))
    if exporting():
        with trace.get_tracer("entente").start_as_current_span(name, context=within, kind=kind, attributes=attributes):
            yield
        return
    token = context.attach(within)  # where nothing is recorded, making spans is a good part of what an event costs
    try:
        yield
    finally:
        context.detach(token)


def _fresh_context() -> SpanContext:
    return SpanContext(_ids.generate_trace_id(), _ids.generate_span_id(), is_remote=True, trace_flags=TraceFlags(1))


def _add_trace(_logger: Any, _method: str, entry: dict[str, Any]) -> dict[str, Any]:
    found = trace_id()
    if found:
        entry["trace_id"] = found
    return entry


def set_up_logs(service: str, level: str, log_format: str) -> None:
    """Send the logs of the process, the libraries' too, to standard output as JSON lines or for a person to read."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    # Tracebacks without local variables: those hold tenants' content and secrets, and take seconds to print.
    renderer: list[Any] = [
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    ]
    if log_format == "json":
        plain = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        renderer = [structlog.processors.ExceptionRenderer(plain), structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True
    structlog.contextvars.bind_contextvars(service=service)


def set_up_traces(service: str) -> None:
    """Export spans over OTLP/HTTP where an endpoint is configured; else the process records none."""
    if not exporting():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"entente-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    AsyncPGInstrumentor().instrument()  # type: ignore[no-untyped-call]
