"""Log lines as they leave a process."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.settings import Settings
from deploy.telemetry import configure_logging, start_tracing, temporal_plugins, temporal_runtime


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    lines = io.StringIO()
    configure_logging(Settings(home=tmp_path), stream=lines)
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class TestConfigureLogging:
    def test_both_kinds_of_loggers_write_one_json_object_a_line(self, stream: io.StringIO) -> None:
        structlog.get_logger("a").info("bundle_started", bundle="SJ-1")
        logging.getLogger("b").warning("plain", extra={"bundle": "SJ-2"})
        first, second = (json.loads(line) for line in stream.getvalue().splitlines())
        assert first["event"] == "bundle_started"
        assert first["bundle"] == "SJ-1"
        assert second["bundle"] == "SJ-2"
        assert second["level"] == "warning"

    def test_a_traceback_shows_no_values(self, stream: io.StringIO) -> None:
        def fail() -> None:
            applicant = "张三"
            assert applicant
            raise ValueError("no")

        try:
            fail()
        except ValueError:
            structlog.get_logger("a").exception("failed")
        assert "张三" not in stream.getvalue()
        assert json.loads(stream.getvalue())["exception"]

    def test_no_line_per_request(self, stream: io.StringIO) -> None:
        logging.getLogger("uvicorn.access").info("GET /progress/1?code=secret")
        assert stream.getvalue() == ""


class TestStartTracing:
    def test_it_costs_nothing_unless_asked_for(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path)
        assert start_tracing(settings, process="worker") is None
        assert temporal_plugins(None) == []
        assert temporal_runtime(settings) is None

    def test_a_log_line_carries_the_trace(self, tmp_path: Path, stream: io.StringIO) -> None:
        exporter = InMemorySpanExporter()
        provider = start_tracing(Settings(home=tmp_path), process="worker", exporter=exporter)
        assert provider is not None
        with provider.get_tracer("test").start_as_current_span("act"):
            structlog.get_logger("a").info("inside")
        (span,) = exporter.get_finished_spans()
        assert json.loads(stream.getvalue())["trace_id"] == format(span.context.trace_id, "032x")
