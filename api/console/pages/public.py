"""What applicants see without an account: how far it is, and doing what is asked of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from activities.store.reading.bundles import definition_sha256
from activities.store.reading.clocks import ledgers
from activities.store.reading.complaints import complaints_of
from activities.store.reading.documents import documents_of
from activities.store.reading.explained import calendar_of
from activities.store.reading.materials import materials_of
from activities.store.reading.matters import matters_of
from activities.store.reading.scope import EVERYTHING
from api import commands
from api.applicant import admitted
from api.auth.identity import require_same_site
from api.commands import Answer
from api.console.fill import progress as fill
from api.console.fill.clock_sheets import sheet
from api.console.fill.complaints import LONGEST
from api.console.fill.complaints import PLACE as COMPLAINT
from api.console.fill.public_case import PublicCase, address
from api.console.fill.seen import Seen
from api.console.pages.bundles import ACCEPT
from api.console.pages.clocks import in_turn
from api.console.pages.papers import PAPER_POLICY
from api.console.request import Posted, form_of, moved, page, public_frame, told
from api.console.request import router as pages
from api.console.views.clocks import PublicClocksPage
from api.console.views.public import ProgressQueryPage
from api.console.views.shared import ErrorView, FieldView, Notice, Tone
from api.engine import Accepted
from api.problems import ApiCode, Problem
from api.progress import progress_of
from api.services import Given, Services
from api.uploads import take_upload
from definitions.bundle.passing import APPLICANTS
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role

router = pages()

Number = Annotated[str, Path(max_length=40)]
Key = Annotated[str, Path(max_length=24)]
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
        return RedirectResponse(address(number, secret), 303)
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


@router.get("/progress/{number}/clocks")
async def clocks(request: Request, given: Given, number: Number, code: QueryCode = "") -> Response:
    """The applicant's own limits, day by day."""
    try:
        case = await _case(request, given, number, code)
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    seen = case.seen
    async with given.store.reading() as session:
        found = await ledgers(session, number, EVERYTHING)
        calendar = await calendar_of(session, number) or given.calendar
    view = PublicClocksPage(
        frame=public_frame(request, given, "期限是怎样算的"),
        number=number,
        back_url=case.url,
        sheets=tuple(
            sheet(clock, calendar, seen.now, seen.basis, matter=matter.name)
            for matter in found
            for clock in in_turn(matter.clocks)
            if clock.kind in APPLICANTS
        ),
    )
    return page(request, view)


@router.get("/progress/{number}/documents/{name}")
async def paper(
    request: Request,
    given: Given,
    number: Number,
    name: Annotated[str, Path(max_length=120)],
    code: QueryCode = "",
) -> Response:
    """A document that was sent to the applicant."""
    try:
        case = await _case(request, given, number, code)
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    found = next((d for d in case.documents if d.id == name and fill.is_readable(d)), None)
    file = await given.printer.file_of(name) if found else None
    if found is None or file is None:
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    is_page = file.media_type == "text/html"
    shown = quote(f"{found.name}.{'html' if is_page else 'pdf'}", safe="")
    headers = {
        "Content-Length": str(file.size),
        "Content-Disposition": f"inline; filename*=UTF-8''{shown}",
        **({"Content-Security-Policy": PAPER_POLICY} if is_page else {}),
    }
    return StreamingResponse(
        given.files.open(file.sha256), media_type=file.media_type, headers=headers
    )


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

    async def act(actor: Actor, form: Posted) -> Answer:
        files = [file for name, file in form.files if name == "file"]
        if not files:
            raise Problem(Code.FILES_MISSING, "请选择要补交的文件")
        kept = [(await take_upload(given, actor, file)).id for file in files]
        return await commands.supply_material(given, actor, number, material, form.sent, files=kept)

    place = f"todo-{material}"
    return await _acted(request, given, number, code, act, place, "已经收到，工作人员会核对。")


@router.post("/progress/{number}/matters/{key}/hearing")
async def hearing(
    *, request: Request, given: Given, number: Number, key: Key, code: QueryCode = ""
) -> Response:
    """Ask for the hearing, or give the right up."""

    async def act(actor: Actor, form: Posted) -> Answer:
        said = form.one("wanted")
        if said not in {"yes", "no"}:
            raise Problem(Code.INVALID, "请选申请听证，或者放弃听证")
        return await commands.answer_hearing(
            given, actor, number, key, form.sent, wanted=said == "yes"
        )

    done = "已经登记您的答复。申请听证的，时间、地点会提前 7 日通知。"
    return await _acted(request, given, number, code, act, f"todo-{key}-hearing", done)


@router.post("/progress/{number}/matters/{key}/file")
async def file_application(
    *, request: Request, given: Given, number: Number, key: Key, code: QueryCode = ""
) -> Response:
    """Apply within the window that is open."""

    async def act(actor: Actor, form: Posted) -> Answer:
        return await commands.file_application(given, actor, number, key, form.sent)

    return await _acted(request, given, number, code, act, f"todo-{key}-file", "已经收到您的申请。")


@router.post("/progress/{number}/complaints")
async def complain(
    *, request: Request, given: Given, number: Number, code: QueryCode = ""
) -> Response:
    """办不成事: the hall's own window finds out why, and answers here."""

    async def act(actor: Actor, form: Posted) -> Answer:
        said = form.one(COMPLAINT).strip()
        if not said:
            raise Problem(Code.INVALID, "请写明什么事办不成")
        if len(said) > LONGEST:
            raise Problem(Code.INVALID, f"请写在 {LONGEST} 字以内")
        return await commands.complain(
            given, actor, number, form.one("matter"), form.sent, complaint=said
        )

    done = "已经收到您反映的情况，综合窗口会查明原因，在这里答复。"
    return await _acted(request, given, number, code, act, COMPLAINT, done)


async def _acted(  # noqa: PLR0917 - where it came from, what it does, what is said of it
    request: Request,
    given: Services,
    number: str,
    code: str,
    act: Callable[[Actor, Posted], Awaitable[Answer]],
    place: str,
    done: str,
) -> Response:
    """Admit the applicant, then act; what could not be taken is told on the page as it is now."""
    require_same_site(request)
    try:
        actor = await admitted(given, number, code, address=_address(request))
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    async with form_of(request) as form:
        try:
            answer = await act(actor, form)
        except Problem as problem:
            wrong = ErrorView(place, problem.detail)
            return await _progress_page(request, given, number, code, errors=(wrong,), status=422)
        except Refused as refused:
            notice = Notice(Tone.WAIT, f"{refused.message}。下面是现在的情况。")
            return await _progress_page(request, given, number, code, notices=(notice,), status=409)
    late = "已经收到，正在登记，不用重交。"
    return moved(address(number, code), late if isinstance(answer, Accepted) else done)


async def _case(request: Request, given: Services, number: str, code: str) -> PublicCase:
    """The application, for whoever holds its code. Raises as `progress_of` does."""
    if not code:
        raise Refused(Code.UNKNOWN_BUNDLE, _NO_MATCH)
    found = await progress_of(given, number, code, address=_address(request))
    actor = Actor(id=f"applicant:{number}", role=Role.APPLICANT)
    seen = Seen(actor, given.library, given.calendar, given.now())
    async with given.store.reading() as session:
        matters = await matters_of(session, number)
        digest = await definition_sha256(session, number)
        loaded = (each.definition for each in given.library.services if each.sha256 == digest)
        return PublicCase(
            seen=seen,
            code=code,
            progress=found,
            matters=matters,
            materials=await materials_of(session, number, matters, EVERYTHING),
            documents=await documents_of(session, number, matters),
            complaints=await complaints_of(session, number),
            definition=next(loaded, None),
        )


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
        case = await _case(request, given, number, code)
    except (Refused, Problem) as error:
        return _not_admitted(request, given, number, error)
    frame = public_frame(request, given, case.progress.name, errors=errors, here=case.url)
    frame = replace(frame, notices=(*told(request), *notices))
    view = fill.page(frame, case, accept=ACCEPT, largest=f"{given.largest_upload // _MEBI} MB")
    return page(request, view, status=status)


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
