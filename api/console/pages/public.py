"""What applicants see without an account: how far it is, and handing in what is awaited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from activities.store.reading.materials import materials_of
from activities.store.reading.scope import EVERYTHING
from api import commands
from api.applicant import admitted
from api.auth.identity import require_same_site
from api.console.fill import progress as fill
from api.console.pages.bundles import ACCEPT
from api.console.request import TOLD, form_of, moved, page, public_frame, told
from api.console.request import router as pages
from api.console.views.public import ProgressQueryPage
from api.console.views.shared import ErrorView, FieldView, Notice, Tone
from api.engine import Accepted
from api.problems import ApiCode, Problem
from api.progress import progress_of
from api.services import Given, Services
from api.uploads import take_upload
from definitions.errors import Code, Refused

router = pages()

Number = Annotated[str, Path(max_length=40)]
QueryCode = Annotated[str, Query(max_length=16)]
_MEBI = 1024 * 1024
_NO_MATCH = "办件编号或查询码不对，请照收件凭证填写"


@router.get("/progress")
async def ask(
    request: Request,
    given: Given,
    no: Annotated[str, Query(max_length=40)] = "",
    code: QueryCode = "",
) -> Response:
    """Number and query code; with both, on to the application."""
    number, secret = no.strip().upper(), code.strip()
    if number and secret:
        return RedirectResponse(fill.address(number, secret), 303)
    wrong = {}
    if number or secret:
        wrong = {"code": "请填写查询码"} if number else {"no": "请填写办件编号"}
    return _query_page(request, given, number, wrong)


@router.get("/progress/{number}")
async def progress(
    request: Request, given: Given, number: Number, code: QueryCode = ""
) -> Response:
    """How far it is, who has it, what the applicant can do."""
    return await _progress_page(request, given, number, code)


@router.post("/progress/{number}/materials/{material}")
async def supply(
    *,
    request: Request,
    given: Given,
    number: Number,
    material: Annotated[str, Path(max_length=24)],
    code: QueryCode = "",
) -> Response:
    """Hand in what is awaited. The code is judged before the files are read."""
    require_same_site(request)
    try:
        actor = await admitted(given, number, code, address=_address(request))
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    async with form_of(request) as form:
        files = [file for name, file in form.files if name == "file"]
        if not files:
            wrong = ErrorView(f"todo-{material}", "请选择要补交的文件")
            return await _progress_page(request, given, number, code, errors=(wrong,), status=422)
        try:
            kept = [(await take_upload(given, actor, file)).id for file in files]
            answer = await commands.supply_material(
                given, actor, number, material, form.sent, files=kept
            )
        except Problem as problem:
            wrong = ErrorView(f"todo-{material}", problem.detail)
            return await _progress_page(request, given, number, code, errors=(wrong,), status=422)
        except Refused as refused:
            notice = Notice(Tone.WAIT, f"{refused.message}。下面是现在的情况。")
            return await _progress_page(request, given, number, code, notices=(notice,), status=409)
    late = isinstance(answer, Accepted)
    said = "已经收到，正在登记，不用重交。" if late else "已经收到，工作人员会核对。"
    return moved(fill.address(number, code), said)


async def _progress_page(
    request: Request,
    given: Services,
    number: str,
    code: str,
    *,
    errors: Sequence[ErrorView] = (),
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    if not code:
        return _query_page(request, given, number, {})
    try:
        found = await progress_of(given, number, code, address=_address(request))
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    async with given.store.reading() as session:
        materials = await materials_of(session, number, (), EVERYTHING)
    here = fill.address(number, code)
    frame = public_frame(request, given, found.name, errors=errors, here=here)
    frame = replace(frame, notices=(*told(request), *notices))
    view = fill.page(
        frame,
        found,
        materials,
        code=code,
        accept=ACCEPT,
        largest=f"{given.largest_upload // _MEBI} MB",
    )
    answer = page(request, view, status=status)
    is_read = request.headers.get("sec-fetch-dest", "document") == "document"
    if TOLD in request.cookies and is_read:
        answer.delete_cookie(TOLD, httponly=True, samesite="lax")
    return answer


def _not_admitted(
    request: Request, given: Services, number: str, error: Refused | Problem
) -> Response:
    """The query page, which tells a wrong code and an unknown number alike."""
    if error.code is Code.UNKNOWN_BUNDLE:
        return _query_page(request, given, number, {"code": _NO_MATCH}, status=404)
    if isinstance(error, Problem) and error.code is ApiCode.TOO_MANY:
        answer = _query_page(request, given, number, {"code": error.detail}, status=429)
        answer.headers.update(error.headers)
        return answer
    raise error


def _query_page(
    request: Request, given: Services, number: str, wrong: Mapping[str, str], status: int = 200
) -> Response:
    errors = [ErrorView(name, said) for name, said in wrong.items()]
    view = ProgressQueryPage(
        frame=public_frame(request, given, "查询办理进度", errors=errors, here="/progress"),
        action="/progress",
        number=FieldView(
            "no",
            "办件编号",
            value=number,
            hint="在收件凭证上，例如 SJ-YJS-310117-20261124-000123",
            error=wrong.get("no", ""),
            max_length=40,
        ),
        code=FieldView(
            "code",
            "查询码",
            hint="在收件凭证上，编号下面",
            error=wrong.get("code", ""),
            max_length=16,
        ),
    )
    return page(request, view, status=status)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
