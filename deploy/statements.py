"""A span per SQL statement: its text with placeholders, never its values.

Our own, because the published instrumentation refuses SQLAlchemy 2.1, and because it puts the words
of a driver's error into the span: PostgreSQL quotes the failing row in them.
"""

from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider
from sqlalchemy import Connection, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_SPAN = "yijianshi.span"


def trace_statements(engine: AsyncEngine, provider: TracerProvider) -> None:
    """Spans of this engine's statements join whatever span is current when they run."""
    tracer = provider.get_tracer("yijianshi.sql")

    def begin(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        connection.info[_SPAN] = tracer.start_span(
            statement.split(maxsplit=1)[0],
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "postgresql", "db.query.text": statement},
        )

    event.listen(engine.sync_engine, "before_cursor_execute", begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def _end(connection: Connection, *_: object) -> None:
    span = connection.info.pop(_SPAN, None)
    if isinstance(span, Span):
        span.end()


def _fail(failed: ExceptionContext) -> None:
    if failed.connection is None or failed.connection.invalidated:
        return
    span = failed.connection.info.get(_SPAN)
    if isinstance(span, Span):
        span.set_status(StatusCode.ERROR, type(failed.original_exception).__name__)
        _end(failed.connection)
