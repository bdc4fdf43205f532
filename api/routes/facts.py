"""Facts for benefits: files of a source, what was wrong in them, what is known of a subject."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from activities.store.benefits.loading import BatchLine, BatchView
from api import facts
from api.auth.identity import BenefitReader, SignedIn, allowed
from api.facts import SubjectShown
from api.paging import After, Limit, Page, after_number, paged
from api.problems import ApiCode, responses, wrong
from api.routes.answers import READING, V1
from api.sent import Key, checked_key
from api.services import Given
from definitions.errors import Code
from definitions.language.benefits import SubjectKind
from definitions.rules.permissions import Act

router = APIRouter(prefix=V1, tags=["免申即享的数据"])

FactLoader = Annotated[SignedIn, Depends(allowed(Act.LOAD_FACTS))]
_LONGEST_ID = 2**53
_SAID = ("source", "kind", "as_of")
_MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", *_SAID],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "source": {"type": "string", "examples": ["market"]},
                        "kind": {"type": "string", "enum": [kind.value for kind in SubjectKind]},
                        "as_of": {"type": "string", "format": "date"},
                    },
                }
            }
        },
    }
}


class SubjectAsked(BaseModel):
    """Of whom, as of which day (today): in a body, because addresses are logged."""

    model_config = {"extra": "forbid"}

    kind: SubjectKind
    code: str = Field(max_length=18, examples=["91310117MA1J0T5T4W"])
    on: date | None = None


@router.post(
    "/facts/batches",
    summary="装入一个来源的数据",
    status_code=201,
    openapi_extra=_MULTIPART,
    responses={
        200: {"model": BatchView, "description": "同一个文件先前已经装入"},
        **responses(
            *(*READING, ApiCode.CROSS_SITE, ApiCode.MALFORMED, ApiCode.KEY_MISSING),
            *(ApiCode.TOO_LARGE, Code.UNKNOWN_SOURCE, Code.FACTS_IN_FUTURE),
        ),
    },
)
async def load(
    *, given: Given, request: Request, answer: Response, who: FactLoader, key: Key = None
) -> BatchView:
    """CSV（首行为表头）或者每行一个 JSON 对象；对的行全部装入，有误的行逐行列出。"""
    # The same bytes of the same source and day are the same batch: the key need not be kept.
    checked_key(key)
    # Read here and not by FastAPI, which would take the body before asking who sends it.
    async with request.form(max_files=1, max_fields=len(_SAID)) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise wrong("/file", "missing", "请选择文件")
        said = {name: str(form.get(name) or "") for name in _SAID}
        made = await facts.take_facts(given, who.actor, file, said)
    if not made.is_new:
        answer.status_code = 200
    return made.batch


@router.get("/facts/batches", summary="装入过的数据", responses=responses(*READING))
async def batches(
    *, given: Given, who: BenefitReader, after: After = None, limit: Limit = 50
) -> Page[BatchLine]:
    """新的在前。"""
    found = await facts.listed(given, who.actor, before=after_number(after), limit=limit)
    return paged(found, limit, lambda last: (last.id,))


@router.get(
    "/facts/batches/{batch}",
    summary="一批数据",
    responses=responses(*READING, Code.UNKNOWN_BATCH),
)
async def batch(
    *, given: Given, who: BenefitReader, batch: Annotated[int, Path(ge=1, le=_LONGEST_ID)]
) -> BatchView:
    """装入多少行，哪些行有误（前一千处），错在哪一项、哪一条规则。"""
    return await facts.one(given, who.actor, batch)


@router.post(
    "/facts/subjects",
    summary="一个对象的已知数据",
    responses=responses(*READING, Code.UNKNOWN_SUBJECT),
)
async def subject(*, given: Given, who: BenefitReader, body: SubjectAsked) -> SubjectShown:
    """每一项数据、来源、截至日、是否过旧；没有的也列出。敏感数据只给承办的部门看。"""
    return await facts.known_of(given, who.actor, body.kind, body.code, body.on)
