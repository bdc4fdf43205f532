"""Every error as RFC 9457 tells it: one shape, one stable code, one table of statuses.

Nothing internal leaves: an unforeseen error is told as such, with the id by which the log is found.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from opentelemetry import trace
from pydantic import BaseModel, Field
from sqlalchemy import exc as sql
from starlette.exceptions import HTTPException

from api.codes import TABLE, ApiCode
from api.engine import EngineAway
from definitions.errors import Code, Refused
from definitions.rules.calendar import BeyondCalendar

__all__ = [
    "MEDIA_TYPE",
    "TABLE",
    "ApiCode",
    "Fault",
    "Problem",
    "ProblemBody",
    "of_refusal",
    "problem_of",
    "register",
    "rendered",
    "responses",
    "too_many",
    "trace_id",
]

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


S = HTTPStatus
_HTTP = {
    S.UNAUTHORIZED: ApiCode.UNAUTHENTICATED,
    S.NOT_FOUND: ApiCode.NOT_FOUND,
    S.METHOD_NOT_ALLOWED: ApiCode.METHOD_NOT_ALLOWED,
    S.REQUEST_ENTITY_TOO_LARGE: ApiCode.TOO_LARGE,
    S.UNSUPPORTED_MEDIA_TYPE: ApiCode.MEDIA_TYPE,
}
# Whose firm is asked about, and words of ours that would stand for other log fields.
_NOT_IDS = {"uscc", "code", "method", "event"}
_RETRY = {ApiCode.ENGINE_AWAY: "2", ApiCode.REGISTER_AWAY: "2"}


class Fault(BaseModel):
    """One thing to mend: where (JSON pointer into what was sent), which rule, what to do."""

    pointer: str = Field(examples=["/form/new_name"])
    rule: str = Field(examples=["required"])
    message: str = Field(examples=["请填写拟变更的名称"])
    line: int | None = Field(default=None, examples=[12])
    column: int | None = Field(default=None, examples=[5])


class ProblemBody(BaseModel):
    """The body of every error (RFC 9457). Branch on `code`, never on texts."""

    type: str = Field(examples=["/problems/invalid"])
    code: str = Field(examples=["invalid"])
    title: str = Field(examples=["填写内容有误"])
    status: int = Field(examples=[422])
    detail: str
    instance: str | None = None
    trace_id: str
    errors: list[Fault] = []
    details: dict[str, str | int] = {}


class Problem(Exception):
    """An answer that is an error. The core's own is `Refused`."""

    def __init__(
        self,
        code: Code | ApiCode,
        detail: str | None = None,
        *,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or TABLE[code][1]
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.details = dict(details or {})


def wrong(pointer: str, rule: str, message: str) -> Problem:
    """One place of what was sent is wrong."""
    fault = Fault(pointer=pointer, rule=rule, message=message)
    return Problem(Code.INVALID, message, errors=[fault])


def too_many(wait: timedelta) -> Problem:
    """Slow down, and for how long."""
    seconds = ceil(wait.total_seconds())
    return Problem(
        ApiCode.TOO_MANY,
        f"尝试次数过多，请 {ceil(seconds / 60)} 分钟后再试",
        headers={"Retry-After": str(seconds)},
    )


def of_refusal(refused: Refused) -> Problem:
    """The core's refusal as a problem."""
    field = refused.field
    errors = [Fault(pointer=field, rule=refused.code, message=refused.message)] if field else []
    return Problem(refused.code, refused.message, errors=errors, details=refused.details)


def rendered(problem: Problem, *, path: str | None = None) -> JSONResponse:
    """The problem as a response."""
    status, title = TABLE[problem.code]
    body = ProblemBody(
        type=f"/problems/{problem.code}",
        code=problem.code,
        title=title,
        status=status,
        detail=problem.detail,
        instance=path,
        trace_id=trace_id(),
        errors=list(problem.errors),
        details=problem.details,
    )
    headers = dict(problem.headers)
    if status is S.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    if isinstance(problem.code, ApiCode) and problem.code in _RETRY:
        headers.setdefault("Retry-After", _RETRY[problem.code])
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def problem_of(error: Exception) -> Problem:
    """Any error as a problem; what nobody foresaw becomes `internal`."""
    match error:
        case Problem():
            return error
        case Refused():
            return of_refusal(error)
        case BeyondCalendar():
            said = f"{error.until} 以外的工作日历还没有公布，算不出期限，请管理员先发布日历"
            return Problem(Code.UNKNOWN_CALENDAR, said)
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            code = _HTTP.get(HTTPStatus(error.status_code), ApiCode.MALFORMED)
            return Problem(code, headers=error.headers)
        case _:
            return _of_trouble(error)


def _of_trouble(error: Exception) -> Problem:
    match error:
        case EngineAway():
            return Problem(
                ApiCode.ENGINE_AWAY, "办理引擎暂时没有答复；请稍后用同一幂等键重试，不会重复办理"
            )
        case sql.OperationalError() | sql.InterfaceError() | sql.TimeoutError():
            return Problem(ApiCode.REGISTER_AWAY, "登记库暂时没有答复，请稍后再试")
        case _:
            return Problem(ApiCode.INTERNAL, "系统内部错误，已记录；请稍后再试")


def trace_id() -> str:
    """By which the log finds this request: the trace, or the request's own id."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        return format(context.trace_id, "032x")
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def register(app: FastAPI) -> None:
    """Let the application answer every error this way."""
    kinds: tuple[type[Exception], ...] = (
        *(Problem, Refused, RequestValidationError, HTTPException, EngineAway, BeyondCalendar),
        *(sql.OperationalError, sql.InterfaceError, sql.TimeoutError),
    )
    for kind in kinds:
        app.add_exception_handler(kind, _handle)


def responses(*codes: Code | ApiCode) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a route's problems, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = TABLE[code]
        entry = found.setdefault(int(status), _entry())
        entry["description"] = "；".join(filter(None, (entry["description"], f"`{code}` {title}")))
        entry["content"][MEDIA_TYPE]["examples"][str(code)] = {"value": _example(code)}
    return found


def _entry() -> dict[str, Any]:
    # `api.docs` puts `ProblemBody` among the components: FastAPI would call it application/json.
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {"description": "", "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}}}


def _example(code: Code | ApiCode) -> dict[str, Any]:
    status, title = TABLE[code]
    return {
        "type": f"/problems/{code}",
        "code": code,
        "title": title,
        "status": int(status),
        "detail": title,
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "errors": [],
        "details": {},
    }


async def _handle(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    ids = {name: value for name, value in request.path_params.items() if name not in _NOT_IDS}
    log.info("refused", code=problem.code, method=request.method, **ids)
    return rendered(problem, path=request.url.path)


def _of_validation(error: RequestValidationError) -> Problem:
    faults = [_fault(found) for found in error.errors()]
    if any(fault.rule == "json_invalid" for fault in faults):
        return Problem(ApiCode.MALFORMED, "请求体不是有效的 JSON", errors=faults)
    return Problem(Code.INVALID, "填写内容有误，请按所列各处更正", errors=faults)


def _fault(found: Mapping[str, Any]) -> Fault:
    place, *rest = found["loc"]
    parts = rest if place == "body" else [place, *rest]
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return Fault(pointer=pointer, rule=found["type"], message=_message(found))


def _message(found: Mapping[str, Any]) -> str:
    context = found.get("ctx", {})
    template = _MESSAGES.get(found["type"])
    return template.format(**context) if template else "这一项不合要求"


_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "date_from_datetime_parsing": "应为日期（年-月-日）",
    "date_type": "应为日期（年-月-日）",
    "time_parsing": "应为时间（时:分）",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "json_invalid": "不是有效的 JSON",
}
