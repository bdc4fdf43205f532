"""Every error as RFC 9457 tells it: one shape, one stable code, one table of statuses.

Nothing internal leaves: an unforeseen error is told as such, with the id by which the log is found.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
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

from api.engine import EngineAway
from definitions.errors import Code, Refused
from definitions.rules.calendar import BeyondCalendar

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


class ApiCode(StrEnum):
    """Codes that only HTTP has; those of the core are `definitions.errors.Code`."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    SIGN_IN_FAILED = "sign-in-failed"
    CROSS_SITE = "cross-site"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    UNKNOWN_FIRM = "unknown-firm"
    UNKNOWN_DRAFT = "unknown-draft"
    UNKNOWN_FILE = "unknown-file"
    UNKNOWN_FINDING = "unknown-finding"
    DRAFT_CLOSED = "draft-closed"
    DRAFT_SUBMITTED = "draft-submitted"
    UNKNOWN_CREDIT = "unknown-credit"
    CREDIT_REPAIRED = "credit-repaired"
    KEY_MISSING = "idempotency-key-missing"
    VERSION_MISSING = "version-missing"
    TOO_LARGE = "too-large"
    MEDIA_TYPE = "media-type"
    FILE_UNUSABLE = "file-unusable"
    TOO_MANY = "too-many-requests"
    STORAGE_FULL = "storage-full"
    ENGINE_AWAY = "engine-away"
    REGISTER_AWAY = "register-away"
    INTERNAL = "internal"


S = HTTPStatus
TABLE: Mapping[Code | ApiCode, tuple[HTTPStatus, str]] = {
    Code.INVALID: (S.UNPROCESSABLE_ENTITY, "填写内容有误"),
    Code.UNKNOWN_SERVICE: (S.NOT_FOUND, "没有这项服务"),
    Code.NO_SITUATION: (S.UNPROCESSABLE_ENTITY, "没有对应的办理情形"),
    Code.BLOCKED: (S.CONFLICT, "现在不能办理本项"),
    Code.UNKNOWN_BUNDLE: (S.NOT_FOUND, "没有这个办件"),
    Code.UNKNOWN_MATTER: (S.NOT_FOUND, "没有这个事项"),
    Code.UNKNOWN_TASK: (S.NOT_FOUND, "没有这项待办"),
    Code.UNKNOWN_MATERIAL: (S.NOT_FOUND, "没有这份材料"),
    Code.UNKNOWN_DOCUMENT: (S.NOT_FOUND, "没有这份文书"),
    Code.BUNDLE_CLOSED: (S.CONFLICT, "本件已办结"),
    Code.TASK_NOT_OPEN: (S.CONFLICT, "待办已办结或取消"),
    Code.TASK_TAKEN: (S.CONFLICT, "待办已由他人领取"),
    Code.OUTCOME_NOT_POSSIBLE: (S.UNPROCESSABLE_ENTITY, "没有这种办理结果"),
    Code.REASONS_MISSING: (S.UNPROCESSABLE_ENTITY, "缺少理由或依据"),
    Code.FOUR_EYES: (S.FORBIDDEN, "审查与决定须由两人分别作出"),
    Code.MATERIAL_NOT_AWAITED: (S.CONFLICT, "材料现在不需要补交"),
    Code.FILES_MISSING: (S.UNPROCESSABLE_ENTITY, "缺少材料文件"),
    Code.NOT_FILING: (S.CONFLICT, "不在申请期内"),
    Code.NOT_IN_PUBLICITY: (S.CONFLICT, "不在公示期内"),
    Code.NOT_DELIVERABLE: (S.CONFLICT, "文书不需要送达"),
    Code.NOT_WITHDRAWABLE: (S.CONFLICT, "不能撤回"),
    Code.ITEM_NOT_IN_FORCE: (S.UNPROCESSABLE_ENTITY, "事项不在有效期内"),
    Code.PROMISE_NOT_OPEN: (S.UNPROCESSABLE_ENTITY, "不能以承诺代替材料"),
    Code.SECOND_NOTICE: (S.CONFLICT, "补正应当一次告知"),
    Code.SUPPLEMENT_LATE: (S.CONFLICT, "补正、补交的期限已过"),
    Code.DEADLINE_PAST: (S.UNPROCESSABLE_ENTITY, "期限已经过去"),
    Code.LIMIT_TOO_LONG: (S.UNPROCESSABLE_ENTITY, "期限过长"),
    Code.LIMIT_TOO_SHORT: (S.UNPROCESSABLE_ENTITY, "期限过短"),
    Code.MATERIAL_MISSING: (S.CONFLICT, "材料不齐，不能受理"),
    Code.NOT_ASKABLE: (S.UNPROCESSABLE_ENTITY, "不得要求提交这份材料"),
    Code.NOT_CORRECTABLE: (S.CONFLICT, "不能当场更正"),
    Code.CAUSE_UNKNOWN: (S.UNPROCESSABLE_ENTITY, "不在法定情形之内"),
    Code.NOT_IN_HAND: (S.CONFLICT, "事项不在办理中"),
    Code.SUSPENDED: (S.CONFLICT, "特别程序正在进行"),
    Code.NOT_SUSPENDED: (S.CONFLICT, "没有正在进行的特别程序"),
    Code.ALREADY_EXTENDED: (S.CONFLICT, "期限只能延长一次"),
    Code.NOT_EXTENDABLE: (S.CONFLICT, "这个期限不能延长"),
    Code.HEARING_DUE: (S.CONFLICT, "须先完成听证程序"),
    Code.HEARING_NOT_OPEN: (S.CONFLICT, "现在不能办理这一步听证程序"),
    Code.OFFICERS_MISSING: (S.UNPROCESSABLE_ENTITY, "核查人员不足"),
    Code.NOT_RETURNABLE: (S.CONFLICT, "不能退件"),
    Code.NOT_REVOCABLE: (S.CONFLICT, "不能撤销"),
    Code.TASK_NOT_HELD: (S.CONFLICT, "待办不在您手上"),
    Code.UNKNOWN_DEPARTMENT: (S.UNPROCESSABLE_ENTITY, "部门不对"),
    Code.UNKNOWN_REQUEST: (S.NOT_FOUND, "没有这项协同请求"),
    Code.REQUESTS_OPEN: (S.CONFLICT, "还有部门没有答复"),
    Code.RECUSED: (S.FORBIDDEN, "须回避"),
    Code.CALENDAR_DAY_TWICE: (S.UNPROCESSABLE_ENTITY, "日历里同一天写了两次"),
    Code.CALENDAR_YEAR_MISSING: (S.UNPROCESSABLE_ENTITY, "日历中间缺少年份"),
    Code.CALENDAR_INVALID: (S.UNPROCESSABLE_ENTITY, "日历不合规则"),
    Code.UNKNOWN_CALENDAR: (S.NOT_FOUND, "没有这个日历"),
    Code.UNKNOWN_RECALCULATION: (S.NOT_FOUND, "没有这次重算"),
    Code.RECALCULATION_DONE: (S.CONFLICT, "重算已经结束"),
    Code.SERVICE_RETIRED: (S.CONFLICT, "这项服务已经停办"),
    Code.UNKNOWN_DEFINITION: (S.NOT_FOUND, "没有这一版定义"),
    Code.DEFINITION_INVALID: (S.UNPROCESSABLE_ENTITY, "定义没有通过检查"),
    Code.DEFINITION_CASES: (S.UNPROCESSABLE_ENTITY, "金例与定义不符"),
    Code.DEFINITION_PUBLISHED: (S.CONFLICT, "已发布的版本不能改动"),
    Code.DEFINITION_PROPOSED: (S.CONFLICT, "这一版已有文本在等批准"),
    Code.DEFINITION_NOT_PROPOSED: (S.CONFLICT, "没有等待批准的文本"),
    Code.DEFINITION_FOUR_EYES: (S.FORBIDDEN, "定义须由另一人批准"),
    Code.DEFINITION_RETIRED: (S.CONFLICT, "这一版已经停用"),
    Code.FORBIDDEN: (S.FORBIDDEN, "您的岗位不能办理这一步"),
    Code.VERSION_CONFLICT: (S.PRECONDITION_FAILED, "内容已被他人更新"),
    Code.KEY_REUSED: (S.UNPROCESSABLE_ENTITY, "幂等键已用于另一内容的请求"),
    ApiCode.MALFORMED: (S.BAD_REQUEST, "请求格式有误"),
    ApiCode.UNAUTHENTICATED: (S.UNAUTHORIZED, "请先登录"),
    ApiCode.SIGN_IN_FAILED: (S.UNAUTHORIZED, "账号或口令不对"),
    ApiCode.CROSS_SITE: (S.FORBIDDEN, "请求来自其他网站"),
    ApiCode.NOT_FOUND: (S.NOT_FOUND, "没有这个地址"),
    ApiCode.METHOD_NOT_ALLOWED: (S.METHOD_NOT_ALLOWED, "这个地址不接受这种请求"),
    ApiCode.UNKNOWN_FIRM: (S.NOT_FOUND, "登记库没有这家企业"),
    ApiCode.UNKNOWN_DRAFT: (S.NOT_FOUND, "没有这份草稿"),
    ApiCode.UNKNOWN_FILE: (S.NOT_FOUND, "没有这个文件"),
    ApiCode.UNKNOWN_FINDING: (S.NOT_FOUND, "没有这条预审提示"),
    ApiCode.DRAFT_CLOSED: (S.CONFLICT, "草稿已移交"),
    ApiCode.DRAFT_SUBMITTED: (S.CONFLICT, "草稿已经提交"),
    ApiCode.UNKNOWN_CREDIT: (S.NOT_FOUND, "没有这条信用记录"),
    ApiCode.CREDIT_REPAIRED: (S.CONFLICT, "信用记录已经修复"),
    ApiCode.KEY_MISSING: (S.BAD_REQUEST, "缺少幂等键"),
    ApiCode.VERSION_MISSING: (S.PRECONDITION_REQUIRED, "缺少版本"),
    ApiCode.TOO_LARGE: (S.REQUEST_ENTITY_TOO_LARGE, "内容过大"),
    ApiCode.MEDIA_TYPE: (S.UNSUPPORTED_MEDIA_TYPE, "文件类型不接收"),
    ApiCode.FILE_UNUSABLE: (S.UNPROCESSABLE_ENTITY, "文件打不开或者不完整"),
    ApiCode.TOO_MANY: (S.TOO_MANY_REQUESTS, "尝试次数过多"),
    ApiCode.STORAGE_FULL: (S.INSUFFICIENT_STORAGE, "存储空间不足"),
    ApiCode.ENGINE_AWAY: (S.SERVICE_UNAVAILABLE, "办理引擎暂时不可用"),
    ApiCode.REGISTER_AWAY: (S.SERVICE_UNAVAILABLE, "登记库暂时不可用"),
    ApiCode.INTERNAL: (S.INTERNAL_SERVER_ERROR, "系统内部错误"),
}
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
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "json_invalid": "不是有效的 JSON",
}
