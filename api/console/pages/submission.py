"""From the last look to the receipt: check, commitment, submission, hand-over."""

from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from activities.store.desk.accounts import accounts
from activities.store.desk.applications import ApplicationStatus, application_of
from activities.store.desk.feedback import feedback_on
from api import intake
from api.assessment import Signature
from api.console import request as pages
from api.console.request import (
    HALL,
    Posted,
    Posting,
    Visit,
    Visiting,
    department_name,
    moved,
    page,
)
from api.console.taking import checking, prechecks, receipts
from api.console.taking.drafts import CRUMBS, loaded, save
from api.console.taking.standing import Standing, standing, trimmed
from api.console.views.intake import CommitmentPage
from api.console.views.shared import Breadcrumb, ErrorView, Link, Notice, Tone
from api.findings import findings_of
from api.problems import ApiCode, Problem, problem_of
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.numbers import is_bundle_number
from definitions.rules.permissions import Act
from definitions.rules.prechecks import Finding

router = pages.router()

DraftId = Annotated[str, Path(max_length=40)]
_HOME = "/console/"
_NEWER = "草稿刚被改过，下面是最新内容，请再核对一遍。"


@router.get("/console/drafts/{draft}/check")
async def check(visitor: Visiting, draft: DraftId) -> Response:
    """The application once more; whoever comes too early is taken to what is still open."""
    at = await loaded(visitor, draft)
    return _not_ready(at) or await _check(visitor, at)


@router.get("/console/drafts/{draft}/commitment")
async def commitment(visitor: Visiting, draft: DraftId) -> Response:
    """The commitment on paper, to be signed."""
    at = await loaded(visitor, draft)
    view = checking.commitment_of(visitor.services, at)
    if view is None:
        return RedirectResponse(f"{at.url}/check", 303)
    crumbs = (*CRUMBS, Breadcrumb("核对", f"{at.url}/check"))
    frame = await visitor.frame(view.title, nav=_HOME, crumbs=crumbs)
    return page(
        visitor.request,
        CommitmentPage(
            frame=frame,
            number=at.draft.id,
            uscc=at.draft.firm_code,
            service=at.definition.name,
            commitment=view,
            organ=HALL,
            back=Link("返回核对", f"{at.url}/check"),
        ),
    )


@router.post("/console/drafts/{draft}/submit")
async def submit(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """Take the application in, then its receipt. Asking again leads to the same receipt."""
    permissions.require(visitor.actor, Act.SUBMIT)
    try:
        at = await loaded(visitor, draft)
    except Problem as problem:
        number = problem.details.get("number")
        if problem.code is not ApiCode.DRAFT_SUBMITTED or not number:
            raise
        return moved(f"/console/bundles/{number}/receipt", "这份申请已经提交，这是它的收件凭证。")
    early = _not_ready(at)
    if early is not None:
        return early
    errors = (*_unconfirmed(visitor, at, form), *await _not_insisted(visitor, at, form))
    if errors:
        return await _check(visitor, at, form, errors=errors)
    ready = at if form.version in {None, at.draft.version} else None
    saved = await save(visitor, at.draft, trimmed(at), form.version) if ready else None
    if saved is None or saved.theirs:
        return await _check(visitor, await loaded(visitor, draft), form, newer=True)
    sent = form.sent.model_copy(update={"expected": saved.draft.version})
    try:
        done = await intake.submit(
            visitor.services, visitor.actor, draft, sent, signature=_signature(form)
        )
    except (Problem, Refused) as refused:
        return await _refused(visitor, draft, form, refused)
    organs = len({matter.department for matter in at.needed})
    told = f"已收件，编号 {done.number}，{organs} 个部门已收到。"
    if done.state == "registering":
        told = f"已接收，正在登记，编号 {done.number}。"
    return moved(f"/console/bundles/{done.number}/receipt", told)


@router.post("/console/drafts/{draft}/hand-over")
async def hand_over(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """From a virtual window to the clerks."""
    at = await loaded(visitor, draft)
    early = _not_ready(at)
    if early is not None:
        return early
    errors = _unconfirmed(visitor, at, form)
    if errors:
        return await _check(visitor, at, form, errors=errors)
    try:
        await intake.hand_over(visitor.services, visitor.actor, draft, expected=form.version)
    except Refused as refused:
        return await _refused(visitor, draft, form, refused)
    return moved("/console/drafts", "已交给属地窗口，由窗口与申请人核对后提交。")


@router.get("/console/bundles/{number}/receipt")
async def receipt(visitor: Visiting, number: Annotated[str, Path(max_length=40)]) -> Response:
    """收件凭证, as it was handed in; printed again it says the same."""
    permissions.require(visitor.actor, Act.SUBMIT)
    async with visitor.services.store.reading() as session:
        found = await application_of(session, number) if is_bundle_number(number) else None
        names = {account.id: account for account in await accounts(session)}
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    receiver = names.get(found.submitted_by or "")
    bundle = Breadcrumb(number, f"/console/bundles/{number}")
    frame = await visitor.frame("收件凭证", nav=_HOME, crumbs=(CRUMBS[0], bundle))
    view = receipts.receipt_page(
        visitor.services,
        standing(visitor.services, found),
        frame,
        host=_host(visitor.request),
        receiver=receiver.name if receiver else "",
        organ=department_name(visitor.services, receiver.department if receiver else None),
    )
    return page(visitor.request, view)


def _signature(form: Posted) -> Signature:
    """How the commitment was signed, if there is one; whether the applicant insists, told all."""
    way = form.one(checking.SIGNATURE)
    said = {"way": way, "authorised": form.one(checking.AUTHORITY) == "yes"}
    signed = said if way in checking.SIGNED else {}
    return Signature.model_validate({**signed, "insisted": form.one(prechecks.INSISTED) == "yes"})


def _not_ready(at: Standing) -> Response | None:
    """The way to what is still open."""
    if at.plan is None:
        return RedirectResponse(f"{at.url}/guidance", 303)
    if at.faults:
        return RedirectResponse(f"{at.url}/form?check=1", 303)
    if at.undecided:
        return RedirectResponse(f"{at.url}/materials?check=1", 303)
    return None


def _unconfirmed(visitor: Visit, at: Standing, form: Posted) -> tuple[ErrorView, ...]:
    errors = []
    promise = checking.commitment_of(visitor.services, at) if visitor.may(Act.SUBMIT) else None
    if promise is not None and form.one(checking.SIGNATURE) not in checking.SIGNED:
        errors.append(ErrorView(checking.SIGNATURE, "请申请人签承诺书，再选签字方式"))
    if promise is not None and promise.authority and form.one(checking.AUTHORITY) != "yes":
        said = f"{promise.agent}是代理人：请核对授权委托书写明可以代为承诺，再勾选"
        errors.append(ErrorView(checking.AUTHORITY, said))
    if form.one(checking.CONFIRMED) != "yes":
        errors.append(ErrorView(checking.CONFIRMED, "请申请人核对以上内容后勾选"))
    return tuple(errors)


async def _findings(visitor: Visit, at: Standing) -> tuple[Finding, ...]:
    return await findings_of(visitor.services, at.draft, actor=visitor.actor, owner=at.draft.owner)


async def _not_insisted(visitor: Visit, at: Standing, form: Posted) -> tuple[ErrorView, ...]:
    """What blocks does not stop the intake, but the applicant has to be told of it."""
    found = await _findings(visitor, at)
    field = prechecks.insisted_field(at, found, ticked=False, error="")
    if field is None or form.one(prechecks.INSISTED) == "yes":
        return ()
    said = "请把阻断提示告知申请人；申请人仍要提交的，再勾选"
    return (ErrorView(prechecks.INSISTED, said),)


async def _check(
    visitor: Visit,
    at: Standing,
    form: Posted | None = None,
    *,
    errors: tuple[ErrorView, ...] = (),
    newer: bool = False,
) -> Response:
    """The page; what was ticked stays, but for a draft that somebody else has changed."""
    kept = form if form and not newer else None
    notices = (Notice(Tone.WAIT, _NEWER),) if newer else ()
    if at.draft.state is ApplicationStatus.HANDED_OVER and not visitor.may(Act.SUBMIT):
        notices = (Notice(Tone.INFO, "已交给属地窗口，不能再修改。"),)
    frame = await visitor.frame(
        "核对",
        nav=_HOME,
        here=f"{at.url}/check",
        crumbs=CRUMBS,
        errors=errors,
        notices=notices,
    )
    found = await _findings(visitor, at)
    async with visitor.services.store.reading() as session:
        said = await feedback_on(session, at.draft.id)
    told = {error.field: error.message for error in errors}
    ticked = bool(kept and kept.one(prechecks.INSISTED) == "yes")
    error = told.get(prechecks.INSISTED, "")
    hand_over = not visitor.may(Act.SUBMIT)
    view = checking.check_page(
        visitor.services,
        at,
        frame,
        hand_over=hand_over,
        findings=prechecks.finding_views(visitor.services, at, found, said),
        insisted=None
        if hand_over
        else prechecks.insisted_field(at, found, ticked=ticked, error=error),
        confirmed=bool(kept and kept.one(checking.CONFIRMED) == "yes"),
        signed=kept.one(checking.SIGNATURE) if kept else "",
        authorised=bool(kept and kept.one(checking.AUTHORITY) == "yes"),
        errors=told,
    )
    return page(visitor.request, view, status=409 if newer else 422 if errors else 200)


async def _refused(
    visitor: Visit, draft: str, form: Posted, refused: Problem | Refused
) -> Response:
    """What only submission could find: shown where it is mended, or above the check page."""
    match refused.code:
        case Code.VERSION_CONFLICT:
            return await _check(visitor, await loaded(visitor, draft), form, newer=True)
        case Code.INVALID | Code.BLOCKED | Code.NO_SITUATION | Code.PROMISE_NOT_OPEN:
            at = await loaded(visitor, draft)
            problem = problem_of(refused)
            found = [fault.message for fault in problem.errors] or [problem.detail]
            errors = tuple(ErrorView("main", message) for message in found)
            return _not_ready(at) or await _check(visitor, at, form, errors=errors)
        case _:
            raise refused


def _host(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
