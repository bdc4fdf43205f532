"""Definitions of services: reading them, judging a text, proposing, publishing and retiring."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from api import definitions
from api.auth.identity import DefinitionProposer, DefinitionPublisher, Overseer
from api.definition_views import ServiceVersions, VersionView
from api.definitions import Diff, Impact
from api.problems import ApiCode, Problem, responses, wrong
from api.routes.answers import READING, V1
from api.routes.texts import ACTING, Reason, Version
from api.sent import Key, sent
from api.services import Given
from api.texts import LARGEST, NOTE
from definitions.errors import Code
from definitions.lifecycle.judging import CaseFile, Report

router = APIRouter(prefix=V1, tags=["业务定义"])

Service = Annotated[str, Path(max_length=48, examples=["company_change"])]
_YAML = {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"}
_TEXT = (ApiCode.TOO_LARGE, ApiCode.MEDIA_TYPE)
_UNFIT = (Code.DEFINITION_INVALID, Code.DEFINITION_CASES)
_FILE = {"type": "object", "required": ["name", "text"], "additionalProperties": False}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": False,
                    "properties": {
                        "text": {"type": "string"},
                        "cases": {
                            "type": "array",
                            "maxItems": 50,
                            "items": _FILE
                            | {
                                "properties": {
                                    "name": {"type": "string", "maxLength": 100},
                                    "text": {"type": "string"},
                                }
                            },
                        },
                        "note": {"type": "string", "maxLength": NOTE},
                    },
                }
            },
        },
    }
}


class CasesBody(BaseModel):
    """One file of golden cases."""

    model_config = {"extra": "forbid"}

    name: str = Field(max_length=100, examples=["v2.cases.yaml"])
    text: str


class DefinitionBody(BaseModel):
    """A definition as YAML text with its golden cases, and why it is proposed."""

    model_config = {"extra": "forbid"}

    text: str
    cases: list[CasesBody] = Field(default=[], max_length=50)
    note: str = Field(default="", max_length=NOTE)

    @property
    def files(self) -> tuple[CaseFile, ...]:
        """The cases for the service layer."""
        return tuple(CaseFile(name=each.name, text=each.text) for each in self.cases)


@router.get("/definitions", summary="各项服务的定义与版本", responses=responses(*READING))
async def services(given: Given, who: Overseer) -> list[ServiceVersions]:
    """每项服务的全部版本：草稿不留存，已提出、已退回、已发布、生效中、已停用的都在。"""
    return list(await definitions.listed(given, who.actor))


@router.post(
    "/definitions/check",
    summary="检查一份定义",
    responses=responses(*READING, *_TEXT),
    openapi_extra=_BODY,
)
async def check(*, given: Given, request: Request, who: DefinitionProposer) -> Report:
    """不保存，只列出全部问题（文件、行、列、规则）和金例的结果。"""
    body = await _body(request)
    return await definitions.check(given, who.actor, body.text, body.files)


@router.post(
    "/definitions",
    summary="提出一版定义",
    status_code=201,
    responses=responses(
        *(*ACTING, *_TEXT, *_UNFIT), Code.DEFINITION_PUBLISHED, Code.DEFINITION_PROPOSED
    ),
    openapi_extra=_BODY,
)
async def propose(
    *, given: Given, request: Request, who: DefinitionProposer, key: Key = None
) -> VersionView:
    """检查和金例都通过才收下，由另一人批准发布。"""
    body = await _body(request)
    return await definitions.propose(
        given, who.actor, body.text, body.files, sent(request, body, key), note=body.note
    )


@router.get(
    "/definitions/{service}",
    summary="一项服务的各个版本",
    responses=responses(*READING, Code.UNKNOWN_SERVICE),
)
async def service(given: Given, who: Overseer, service: Service) -> ServiceVersions:
    """新的在前；`in_force` 是现在收件所依据的版本。"""
    return await definitions.service(given, who.actor, service)


@router.get(
    "/definitions/{service}/{version}",
    summary="一版定义",
    responses=responses(*READING, Code.UNKNOWN_DEFINITION),
)
async def version(given: Given, who: Overseer, service: Service, version: Version) -> VersionView:
    """原文、金例、状态、检查和金例的结果、由谁提出和批准。"""
    return await definitions.version(given, who.actor, service, version)


@router.post(
    "/definitions/{service}/{version}/approve",
    summary="批准并发布",
    responses=responses(
        *(*ACTING, *_UNFIT), Code.DEFINITION_FOUR_EYES, Code.DEFINITION_NOT_PROPOSED
    ),
)
async def approve(
    *,
    given: Given,
    request: Request,
    who: DefinitionPublisher,
    service: Service,
    version: Version,
    key: Key = None,
) -> VersionView:
    """由提出人以外的一人批准；发布后不能再改，按有效期生效，在办的不受影响。"""
    sent(request, None, key)
    return await definitions.approve(given, who.actor, service, version)


@router.post(
    "/definitions/{service}/{version}/return",
    summary="退回修改",
    responses=responses(*ACTING, Code.DEFINITION_NOT_PROPOSED, Code.REASONS_MISSING),
)
async def give_back(
    *,
    given: Given,
    request: Request,
    who: DefinitionPublisher,
    service: Service,
    version: Version,
    body: Reason,
    key: Key = None,
) -> VersionView:
    """写明理由，退给提出人；改后可以重新提出同一版本号。"""
    sent(request, body, key)
    return await definitions.give_back(given, who.actor, service, version, reason=body.reason)


@router.post(
    "/definitions/{service}/{version}/retire",
    summary="停用一版定义",
    responses=responses(
        *(*ACTING, Code.UNKNOWN_DEFINITION, Code.DEFINITION_RETIRED, Code.REASONS_MISSING)
    ),
)
async def retire(
    *,
    given: Given,
    request: Request,
    who: DefinitionPublisher,
    service: Service,
    version: Version,
    body: Reason,
    key: Key = None,
) -> VersionView:
    """立即不再依它收件；在办的照旧办完，前一版不会因此恢复。"""
    sent(request, body, key)
    return await definitions.retire(given, who.actor, service, version, reason=body.reason)


@router.get(
    "/definitions/{service}/{version}/diff",
    summary="与另一版的差别",
    responses=responses(*READING, Code.UNKNOWN_DEFINITION),
)
async def diff(
    *,
    given: Given,
    who: Overseer,
    service: Service,
    version: Version,
    before: Annotated[int | None, Query(alias="from", ge=1, le=100_000)] = None,
) -> Diff:
    """用中文逐条说明；不写 from 就与前一版比。只换了先后而意思不变的不算。"""
    return await definitions.diff(given, who.actor, service, version, before=before)


@router.get(
    "/definitions/{service}/{version}/impact",
    summary="发布的影响",
    responses=responses(*READING, Code.UNKNOWN_DEFINITION),
)
async def impact(*, given: Given, who: Overseer, service: Service, version: Version) -> Impact:
    """各版本在办多少件、办到哪里（都不会变），多少草稿提交时依现行版本办理。"""
    return await definitions.impact(given, who.actor, service, version)


@router.get(
    "/definitions/{service}/{version}/picture.svg",
    summary="联办事项关系图",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        **responses(*READING, Code.UNKNOWN_DEFINITION),
    },
)
async def picture(*, given: Given, who: Overseer, service: Service, version: Version) -> Response:
    """按机关分行：实线等办结，虚线等受理，点线统一受理；虚框看情况办理。"""
    found = await definitions.picture(given, who.actor, service, version)
    return Response(found.svg, media_type="image/svg+xml")


async def _body(request: Request) -> DefinitionBody:
    """Raises `too-large` before anything is parsed, `media-type`, `invalid`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await request.body()
    if kind in _YAML:
        if len(raw) > LARGEST:
            raise Problem(ApiCode.TOO_LARGE, f"定义不超过 {LARGEST // 1000} KB")
        try:
            return DefinitionBody(text=raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise wrong("/text", "encoding", "不是 UTF-8 编码，请另存为 UTF-8") from None
    if kind != "application/json":
        raise Problem(ApiCode.MEDIA_TYPE, "请以 application/yaml 或 application/json 发送定义")
    try:
        return DefinitionBody.model_validate_json(raw)
    except ValidationError:
        said = "请求体应为 text（定义文本）、cases（金例，各有 name 和 text）和 note（说明）"
        raise wrong("/text", "body", said) from None
