"""Logs, traces and metrics of any process, set up once by whoever starts it.

Everything else only asks structlog for a logger or OpenTelemetry for a tracer. Ids go out, personal
data never does: hence no local variables in tracebacks, no query strings, no access log.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, TextIO

import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Span, TracerProvider
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.client import Plugin
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin, create_tracer_provider
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from deploy.settings import Settings
from deploy.statements import trace_statements

# They log addresses with query strings, or a line per request that the spans tell better.
_QUIET = ("uvicorn.access", "httpx2", "httpcore2", "urllib3")
# The route and the ids on other spans tell enough. Paths and queries hold what people typed, and an
# applicant on the public page has an address of their own.
_PERSONAL = (
    *("http.url", "http.target", "url.full", "url.path", "url.query"),
    *("net.peer.ip", "net.peer.port", "client.address", "client.port"),
)
_PROBES = "healthz,readyz,metrics"
_TRANSFORM = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """One JSON object a line, for what logs through structlog and for the standard library."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_transformed),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The ids stand in fields of their own, not in the text of each message.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False


def start_tracing(
    settings: Settings, *, process: str, exporter: SpanExporter | None = None
) -> TracerProvider | None:
    """The process's tracer provider; None, at no cost, without an endpoint or a test's exporter."""
    if exporter is None and settings.otlp_endpoint is None:
        return None
    provider = create_tracer_provider(
        resource=Resource.create({"service.name": f"yijianshi-{process}"})
    )
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    if settings.otlp_endpoint is not None:
        endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return provider


def temporal_plugins(provider: TracerProvider | None) -> Sequence[Plugin]:
    """For `Client.connect(plugins=…)`: an update's spans join the caller's trace."""
    return [] if provider is None else [OpenTelemetryPlugin(add_temporal_spans=True)]


def temporal_runtime(settings: Settings) -> Runtime | None:
    """With Prometheus metrics where a port is set; None is the SDK's own default runtime.

    Must be made before anything else connects, and once a process.
    """
    if settings.metrics_port is None:
        return None
    metrics = PrometheusConfig(
        bind_address=f"{settings.host}:{settings.metrics_port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


def trace_api(app: FastAPI, provider: TracerProvider | None) -> None:
    """A span per request, except the probes'."""
    if provider is not None:
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=provider,
            excluded_urls=_PROBES,
            exclude_spans=["receive", "send"],
            server_request_hook=_drop_personal,
        )


def trace_store(engine: AsyncEngine, provider: TracerProvider | None) -> None:
    """A span per statement; statements carry placeholders, so no values leave."""
    if provider is not None:
        trace_statements(engine, provider)


def _add_trace(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
        event["span_id"] = format(context.span_id, "016x")
    return event


def _transformed(exc_info: ExcInfo) -> list[dict[str, Any]]:
    return _shortened(_TRANSFORM(exc_info))


def _shortened(raised: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """First lines only: PostgreSQL quotes the failing row in those that follow."""
    for each in raised:
        each["exc_value"] = each["exc_value"].partition("\n")[0]
        each["exc_notes"] = []
        for inner in each["exceptions"]:
            _shortened(inner)
    return raised


def _drop_personal(span: Span, _scope: MutableMapping[str, object]) -> None:
    attributes = getattr(span, "attributes", None)
    if isinstance(attributes, Mapping):
        for name in _PERSONAL:
            if name in attributes:
                span.set_attribute(name, "")
