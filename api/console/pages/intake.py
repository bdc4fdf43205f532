"""Taking in: which firm and service, then guidance, form, materials, check, submission, receipt.

Whatever was typed is kept first and judged then: a page with faults shows a draft that is saved.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Query, Response
from fastapi.responses import JSONResponse, RedirectResponse

from activities.store.desk.uploads import UploadView, uploads
from api import intake
from api.console import request as pages
from api.console.formats import clock
from api.console.request import (
    Posting,
    Visit,
    Visiting,
    is_autosave,
    moved,
    page,
    submission,
)
from api.console.taking import filling, firms, guiding, papers
from api.console.taking.drafts import CRUMBS, Saved, listed, loaded, save, under_way
from api.console.taking.handed import Handed, handed, missing, put
from api.console.taking.standing import Standing, answered, standing, url_of
from api.console.views.intake import DraftsPage, HomePage
from api.console.views.shared import ErrorView, FieldView, Notice, Tab, Tone
from api.entered import Entered, entered_of
from api.firms import known_firm, unknown_firm
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.codes import uscc_fault
from definitions.rules.forms import Fault
from definitions.rules.permissions import Act

router = pages.router()

DraftId = Annotated[str, Path(max_length=40)]
_RECENT = 6
_HOME = "/console/"
_NEWER = "另一位工作人员刚改过这份草稿，下面是合在一起的内容，请再看一遍后继续。"


# ── which firm, which service ────────────────────────────────────────


async def home(
    visitor: Visit,
    *,
    uscc: str = "",
    service: str = "",
    firm_name: str = "",
    errors: tuple[ErrorView, ...] = (),
) -> Response:
    """The first page, with the firm if its code was given."""
    code = "".join(uscc.split()).upper()[:24]
    fault = uscc_fault(code) if code else None
    asked = await known_firm(visitor.services, code) if code and fault is None else None
    known = asked if asked is not None and asked.registered else None
    is_new = asked is not None and known is None
    found = {error.field: error.message for error in errors}
    if fault and "uscc" not in found:
        errors, found = (*errors, ErrorView("uscc", fault)), {**found, "uscc": fault}
    rows = await listed(visitor)
    view = HomePage(
        frame=await visitor.frame("受理", nav=_HOME, here=_HOME, errors=errors),
        submission=submission("/console/start"),
        uscc=FieldView(
            "uscc",
            "统一社会信用代码",
            value=code,
            hint="扫营业执照上的二维码，或者输入 18 位代码",
            error=found.get("uscc", ""),
        ),
        firm=firms.firm_view(known, visitor.services.now()) if known else None,
        services=firms.service_views(visitor.services, known, service),
        drafts=tuple(row for _, row in rows[:_RECENT]),
        name=_name_field(firm_name, found) if is_new else None,
    )
    return page(visitor.request, view, status=422 if errors else 200)


def _name_field(given: str, found: Mapping[str, str]) -> FieldView:
    return FieldView(
        "firm_name",
        "企业名称",
        value=given,
        hint="登记库没有这个代码的企业，请照营业执照填写名称；其余情况引导时会问",
        error=found.get("firm_name", ""),
        max_length=100,
    )


@router.post("/console/start")
async def start(visitor: Visiting, form: Posting) -> Response:
    """A new draft, or the one that is under way already for this firm and service."""
    permissions.require(visitor.actor, Act.PREPARE)
    code = "".join(form.one("uscc").split()).upper()[:24]
    service, name = form.one("service"), form.one("firm_name").strip()[:100]
    errors = []
    if not code:
        errors.append(ErrorView("uscc", "请填写统一社会信用代码"))
    if not service:
        errors.append(ErrorView("service", "请选要办的一件事"))
    if not errors and uscc_fault(code) is None and not name:
        asked = await known_firm(visitor.services, code)
        if not asked.registered:
            errors.append(ErrorView("firm_name", unknown_firm(asked)))
    if errors or uscc_fault(code):
        return await home(visitor, uscc=code, service=service, firm_name=name, errors=tuple(errors))
    before = await under_way(visitor, service, code)
    if before is not None:
        return moved(before.url, "这家企业有没办完的草稿，已为您打开。")
    entered = Entered(service=service, firm_code=code, firm_name=name)
    draft = await intake.prepare(visitor.services, visitor.actor, entered)
    return moved(f"{url_of(draft.id)}/guidance")


@router.get("/console/drafts")
async def drafts(visitor: Visiting, source: Annotated[str, Query(alias="from")] = "") -> Response:
    """One's own drafts and, for clerks, those handed over."""
    permissions.require(visitor.actor, Act.PREPARE)
    rows = await listed(visitor)
    own = tuple(row for draft, row in rows if draft.owner == visitor.who.account.id)
    theirs = tuple(row for draft, row in rows if draft.owner != visitor.who.account.id)
    remote = source == "remote"
    tabs = [Tab("我的", "/console/drafts", not remote, len(own))]
    if visitor.may(Act.SUBMIT):
        tabs.append(Tab("虚拟窗口交来", "/console/drafts?from=remote", remote, len(theirs)))
    frame = await visitor.frame("草稿", nav="/console/drafts")
    return page(visitor.request, DraftsPage(frame, tuple(tabs), theirs if remote else own))


# ── guidance ────────────────────────────────────────


@router.get("/console/drafts/{draft}/guidance")
async def guidance(visitor: Visiting, draft: DraftId, question: str = "") -> Response:
    """One question, and what the answers come to."""
    at = await loaded(visitor, draft)
    frame = await visitor.frame("引导", nav=_HOME, crumbs=CRUMBS)
    asked = guiding.question_shown(at, question)
    return page(visitor.request, guiding.guidance_page(visitor.services, at, frame, asked))


@router.post("/console/drafts/{draft}/guidance")
async def answer(visitor: Visiting, form: Posting, draft: DraftId, question: str = "") -> Response:
    """Keep the answer and go on: to the next question, or to the form once nothing is open."""
    at = await loaded(visitor, draft)
    asked = guiding.question_shown(at, question)
    chosen = tuple(value for value in form.all(asked.id) if value.strip())
    if not chosen:
        if is_autosave(visitor.request):
            return _autosaved(visitor, Saved(at.draft))
        return await _asked_again(visitor, at, asked.id, (), guiding.NOTHING[asked.kind])
    entered = entered_of(at.draft)
    given = guiding.given(asked, chosen)
    answers = answered(at, {**entered.answers, asked.id: given})
    try:
        saved = await save(
            visitor, at.draft, entered.model_copy(update={"answers": answers}), form.version
        )
    except Refused as refused:
        if refused.code is not Code.INVALID:
            raise
        return await _asked_again(visitor, at, asked.id, chosen, refused.message)
    if is_autosave(visitor.request):
        return _autosaved(visitor, saved)
    if saved.theirs:
        newer = standing(visitor.services, saved.draft)
        return await _asked_again(visitor, newer, asked.id, chosen, _NEWER)
    after = standing(visitor.services, saved.draft)
    done = after.plan is not None
    return moved(f"{after.url}/{'form' if done else 'guidance'}")


@router.post("/console/drafts/{draft}/guidance/confirm")
async def confirm(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """The applicant confirms what registers answered: it is kept as an answer like the others."""
    at = await loaded(visitor, draft)
    entered = entered_of(at.draft)
    answers = {**entered.answers, **guiding.confirmed(at)}
    saved = await save(
        visitor, at.draft, entered.model_copy(update={"answers": answers}), form.version
    )
    told = _NEWER if saved.theirs else "申请人已确认登记库查到的内容。"
    return moved(f"{at.url}/guidance", told)


async def _asked_again(
    visitor: Visit, at: Standing, question: str, chosen: tuple[str, ...], error: str
) -> Response:
    asked = guiding.question_shown(at, question)
    frame = await visitor.frame(
        "引导", nav=_HOME, crumbs=CRUMBS, errors=(ErrorView(asked.id, error),)
    )
    view = guiding.guidance_page(visitor.services, at, frame, asked, chosen=chosen, error=error)
    return page(visitor.request, view, status=422)


# ── form ────────────────────────────────────────


@router.get("/console/drafts/{draft}/form")
async def form_shown(visitor: Visiting, draft: DraftId, check: str = "") -> Response:
    """The merged form; with `check`, every fault of it."""
    at = await loaded(visitor, draft)
    if at.plan is None:
        return RedirectResponse(f"{at.url}/guidance", 303)
    return await _form(visitor, at, faults=at.faults if check else ())


@router.post("/console/drafts/{draft}/form")
async def form_filled(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """Keep the form, then tell all its faults at once."""
    at = await loaded(visitor, draft)
    given = filling.chosen(at, form)
    if given.open and not is_autosave(visitor.request):
        return await _conflict(visitor, at, given.form)
    entered = entered_of(at.draft).model_copy(update={"form": given.form})
    saved = await save(visitor, at.draft, entered, form.version)
    if is_autosave(visitor.request):
        return _autosaved(visitor, saved)
    after = standing(visitor.services, saved.draft)
    if saved.theirs:
        return await _conflict(visitor, after, given.form)
    if after.faults or given.refused:
        faults = (*given.refused, *after.faults)
        return await _form(visitor, after, faults=faults, status=422)
    return moved(f"{after.url}/materials")


async def _form(
    visitor: Visit, at: Standing, *, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    failed = filling.sharing_failed(at)
    frame = await visitor.frame(
        "表单",
        nav=_HOME,
        crumbs=CRUMBS,
        notices=(Notice(Tone.WAIT, failed),) if failed else (),
        errors=filling.fault_errors(faults),
    )
    view = filling.form_page(at, frame, now=visitor.services.now(), faults=faults)
    return page(visitor.request, view, status=status)


async def _conflict(visitor: Visit, at: Standing, mine: Mapping[str, str]) -> Response:
    """Both values side by side; nothing is lost and nothing is decided for the person."""
    conflicts = filling.conflicts_of(at, mine)
    errors = tuple(
        ErrorView(f"{each.name}-conflict", f"{each.label}：请选采用我的，还是采用最新的")
        for each in conflicts
    )
    frame = await visitor.frame("表单", nav=_HOME, crumbs=CRUMBS, errors=errors)
    now = visitor.services.now()
    view = filling.form_page(at, frame, now=now, form=mine, conflicts=conflicts)
    return page(visitor.request, view, status=409)


# ── materials ────────────────────────────────────────


@router.get("/console/drafts/{draft}/materials")
async def materials_shown(visitor: Visiting, draft: DraftId, check: str = "") -> Response:
    """One set of materials; with `check`, what is still open."""
    at = await loaded(visitor, draft)
    if at.plan is None:
        return RedirectResponse(f"{at.url}/guidance", 303)
    return await _materials(visitor, at, missing(at) if check else {})


@router.post("/console/drafts/{draft}/materials")
async def materials_given(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """Keep files and choices, then tell what is still open."""
    at = await loaded(visitor, draft)
    if at.plan is None:
        return RedirectResponse(f"{at.url}/guidance", 303)
    now = await handed(visitor, at, form)
    saved = await _keep(visitor, at, now, form.version)
    if is_autosave(visitor.request):
        return _autosaved(visitor, saved)
    if saved.theirs:
        # Files add up and choices are this page's: put on top of the newer draft, then shown again.
        newer = standing(visitor.services, saved.draft)
        now = put(newer, form, now.arrived, now.errors)
        saved = await _keep(visitor, newer, now, saved.draft.version)
        return await _materials(
            visitor, standing(visitor.services, saved.draft), now.errors, newer=True, status=409
        )
    after = standing(visitor.services, saved.draft)
    if now.errors:
        return await _materials(visitor, after, now.errors, status=422)
    if form.has("remove"):
        return moved(f"{after.url}/materials", "已移除。")
    if after.undecided and now.taken:
        return moved(f"{after.url}/materials", f"已存下 {now.taken} 个文件。")
    if after.undecided:
        return await _materials(visitor, after, missing(after), status=422)
    return moved(f"{after.url}/check")


async def _keep(visitor: Visit, at: Standing, now: Handed, expected: int | None) -> Saved:
    entered = entered_of(at.draft).model_copy(
        update={
            "materials": now.materials,
            "committed": now.committed,
            "overrides": now.overrides,
        }
    )
    return await save(visitor, at.draft, entered, expected)


async def _materials(
    visitor: Visit,
    at: Standing,
    errors: Mapping[str, str],
    *,
    newer: bool = False,
    status: int = 200,
) -> Response:
    told = (Notice(Tone.WAIT, _NEWER),) if newer else ()
    frame = await visitor.frame(
        "材料",
        nav=_HOME,
        crumbs=CRUMBS,
        notices=told,
        errors=tuple(ErrorView(code, message) for code, message in errors.items()),
    )
    view = papers.materials_page(
        visitor.services,
        at,
        frame,
        await _uploads(visitor, at),
        errors,
        overrides=visitor.may(Act.SUBMIT),
    )
    return page(visitor.request, view, status=status)


async def _uploads(visitor: Visit, at: Standing) -> Mapping[str, UploadView]:
    named = [file for given in at.draft.materials.values() for file in given.files]
    async with visitor.services.store.reading() as session:
        return await uploads(session, named)


def _autosaved(visitor: Visit, saved: Saved) -> Response:
    if saved.theirs:
        return JSONResponse({"code": Code.VERSION_CONFLICT}, 409)
    at = clock(visitor.services.now())
    return JSONResponse({"version": saved.draft.version, "saved_at": at})
