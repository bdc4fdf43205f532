"""A receiver of OTLP/HTTP spans, as an OpenTelemetry collector would be."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class Seen:
    """One span as it came in; `text` is all of it, to be searched."""

    service: str
    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, str]
    text: str


class Collector:
    """The spans received so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[Seen] = []
        self.endpoint = ""

    @property
    def spans(self) -> tuple[Seen, ...]:
        """In the order they came."""
        with self._lock:
            return tuple(self._spans)

    def trace(self, trace: str) -> tuple[Seen, ...]:
        """Those of one trace."""
        return tuple(span for span in self.spans if span.trace == trace)

    def take(self, body: bytes) -> None:
        """Keep what a process exported."""
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            for resource in request.resource_spans:
                service = next(
                    (
                        attribute.value.string_value
                        for attribute in resource.resource.attributes
                        if attribute.key == "service.name"
                    ),
                    "",
                )
                for scope in resource.scope_spans:
                    self._spans.extend(
                        Seen(
                            service=service,
                            name=span.name,
                            trace=span.trace_id.hex(),
                            span=span.span_id.hex(),
                            parent=span.parent_span_id.hex(),
                            attributes={a.key: a.value.string_value for a in span.attributes},
                            text=span.SerializeToString().decode(errors="replace"),
                        )
                        for span in scope.spans
                    )


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of the loopback; `endpoint` is for YIJIANSHI_OTLP_ENDPOINT."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            collector.take(gzip.decompress(body) if is_packed else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector.endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
