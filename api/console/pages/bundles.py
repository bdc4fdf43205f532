"""One running application: overview, materials, timeline, documents, each matter, withdrawal."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.reading.timeline import timeline as history
from api import commands
from api.console.fill import application, clocks, documents, materials, matters
from api.console.fill.checkups import change_said
from api.console.fill.timeline import entries
from api.console.pages import clocks as clock_pages
from api.console.pages import correcting
from api.console.pages import matter as matter_pages
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.request import (
    Posting,
    Visiting,
    moved,
    page,
    submission,
)
from api.console.request import router as pages
from api.console.views.bundle import (
    BundleDocumentsPage,
    BundleMaterialsPage,
    BundlePage,
    ImpactView,
    TimelinePage,
    WithdrawPage,
)
from api.console.views.materials import StoredMaterial
from api.console.views.shared import ErrorView, FieldControl, FieldView, Notice, Option
from api.policy_impact import impact_of
from api.problems import Problem
from api.uploads import take_upload
from definitions.bundle.state import BundleStatus
from definitions.errors import Code, Refused
from definitions.language.materials import Source
from definitions.matter.state import (
    BEFORE_ACCEPTANCE,
    DECIDED,
    TERMINAL,
    MaterialStatus,
    MatterStatus,
)
from definitions.matter.tasks import Outcome
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()
router.include_router(matter_pages.router)
router.include_router(correcting.router)
router.include_router(clock_pages.router)

Number = Annotated[str, Path(max_length=40)]
Material = Annotated[str, Path(max_length=24)]
ACCEPT = "application/pdf,application/ofd,.ofd,image/jpeg,image/png,image/tiff"
_RECENT, _PAGE = 6, 50
_MEBI = 1024 * 1024
_LONGEST = 2000


@router.get("/console/bundles/{number}")
async def overview(visitor: Visiting, number: Number) -> Response:
    """Who has it, until when, what is missing."""
    case = await case_of(visitor, number)
    seen, bundle = case.seen, case.bundle
    async with visitor.services.store.reading() as session:
        found = await history(session, number, visitor.who.scope, limit=_PAGE)
    # What people did and what left the house; how each matter stands is in the list above.
    told = [entry for entry in entries(seen, found) if entry.person or entry.document]
    view = BundlePage(
        frame=await case.frame(bundle.name),
        bundle=case.head("概览"),
        facts=(
            *application.head_facts(seen, bundle),
            *application.guidance_facts(seen, bundle),
            *application.form_facts(seen, bundle),
        ),
        nodes=matters.nodes(seen, bundle, case.tasks),
        edges=matters.edges(bundle),
        clocks=clocks.clock_views(seen, bundle, bundle.matters),
        pending=_without_forms(case),
        recent=tuple(told[:_RECENT]),
        documents=documents.rows(bundle),
        withdraw_url=f"{case.url}/withdraw" if _may_withdraw(case) else "",
        receipt_url=f"{case.url}/receipt" if seen.may(Act.READ_ALL) else "",
        correct_url=f"{case.url}/correct" if _may_correct(case) else "",
        impact=await _impact(case),
    )
    return page(visitor.request, view)


@router.get("/console/bundles/{number}/materials")
async def bundle_materials(visitor: Visiting, number: Number) -> Response:
    """All materials, with the open forms."""
    return await _materials_page(await case_of(visitor, number))


@router.get("/console/bundles/{number}/timeline")
async def bundle_timeline(
    visitor: Visiting,
    number: Number,
    before: Annotated[int | None, Query(ge=1, le=10**9)] = None,
) -> Response:
    """Everything that happened, newest first."""
    case = await case_of(visitor, number)
    async with visitor.services.store.reading() as session:
        found = await history(session, number, visitor.who.scope, before=before, limit=_PAGE)
    earlier = f"{case.url}/timeline?before={found[-1].seq}" if len(found) == _PAGE else ""
    view = TimelinePage(
        frame=await case.frame("时间线", below=True),
        bundle=case.head("时间线"),
        entries=entries(case.seen, found),
        earlier_url=earlier,
    )
    return page(visitor.request, view)


@router.get("/console/bundles/{number}/documents")
async def bundle_documents(visitor: Visiting, number: Number) -> Response:
    """Every document the reader may see."""
    case = await case_of(visitor, number)
    view = BundleDocumentsPage(
        frame=await case.frame("文书", below=True),
        bundle=case.head("文书"),
        documents=documents.rows(case.bundle),
    )
    return page(visitor.request, view)


@router.post("/console/bundles/{number}/materials/{code}/supply")
async def supply(visitor: Visiting, form: Posting, number: Number, code: Material) -> Response:
    """Take a pending material in at the counter."""
    permissions.require(visitor.actor, Act.SUPPLY)
    files = [file for name, file in form.files if name == "file"]
    if not files:
        wrong = ErrorView(f"supply-{code}", "请选择要补收的文件")
        return await _materials_page(await case_of(visitor, number), (wrong,), status=422)
    try:
        kept = [(await take_upload(visitor.services, visitor.actor, file)).id for file in files]
        answer = await commands.supply_material(
            visitor.services, visitor.actor, number, code, form.sent, files=kept
        )
    except Problem as problem:
        wrong = ErrorView(f"supply-{code}", problem.detail)
        return await _materials_page(await case_of(visitor, number), (wrong,), status=422)
    except Refused as refused:
        return await _conflict(visitor, number, refused)
    return moved(f"/console/bundles/{number}/materials", tell(answer, "已补收材料"))


@router.post("/console/bundles/{number}/materials/{code}/check")
async def check(visitor: Visiting, form: Posting, number: Number, code: Material) -> Response:
    """Accept what was handed in, or send it back with what is wrong with it."""
    outcome, said = form.one("outcome"), form.one("reasons").strip()
    fault = _check_fault(outcome, said)
    if fault:
        wrong = ErrorView(f"check-{code}", fault)
        case = await case_of(visitor, number)
        return await _materials_page(case, (wrong,), status=422, typed={code: said})
    try:
        answer = await commands.check_material(
            visitor.services,
            visitor.actor,
            number,
            code,
            form.sent,
            outcome=Outcome(outcome),
            reasons=(said,),
        )
    except Refused as refused:
        return await _conflict(visitor, number, refused, typed={code: said})
    done = "材料核对无误" if outcome == Outcome.ACCEPT else "已退回重补，申请人看得到原因"
    return moved(f"/console/bundles/{number}/materials", tell(answer, done))


@router.get("/console/bundles/{number}/withdraw")
async def withdrawing(visitor: Visiting, number: Number) -> Response:
    """What a withdrawal ends, and what stays."""
    permissions.require(visitor.actor, Act.WITHDRAW)
    return await _withdraw_page(await case_of(visitor, number))


@router.post("/console/bundles/{number}/withdraw")
async def withdraw(visitor: Visiting, form: Posting, number: Number) -> Response:
    """Withdraw what is not decided yet."""
    if form.one("confirmed") != "yes":
        wrong = ErrorView("confirmed", "请确认申请人本人要求撤回")
        return await _withdraw_page(await case_of(visitor, number), (wrong,), status=422)
    try:
        answer = await commands.withdraw_bundle(visitor.services, visitor.actor, number, form.sent)
    except Refused as refused:
        if refused.code not in CONFLICTS:
            raise
        notice = await changed(visitor, number, refused)
        return await _withdraw_page(await case_of(visitor, number), notices=(notice,), status=409)
    return moved(f"/console/bundles/{number}", tell(answer, "已登记撤回，未决定的事项停止办理"))


async def _materials_page(
    case: Case,
    errors: Sequence[ErrorView] = (),
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response:
    largest = case.visitor.services.largest_upload // _MEBI
    view = BundleMaterialsPage(
        frame=await case.frame("材料", below=True, errors=errors, notices=notices),
        bundle=case.head("材料"),
        materials=materials.stored(case.seen, case.bundle, case.tasks, typed=typed or {}),
        accept=ACCEPT,
        largest=f"{largest} MB",
    )
    return page(case.visitor.request, view, status=status)


async def _impact(case: Case) -> ImpactView | None:
    """For those who look at benefits."""
    visitor = case.visitor
    if not (visitor.may(Act.SERVE_BENEFICIARY) or visitor.may(Act.READ_BENEFITS)):
        return None
    found = await impact_of(visitor.services, visitor.actor, case.bundle)
    if found is None:
        return None
    return ImpactView(found.facts, tuple(change_said(each) for each in found.changes))


async def _conflict(
    visitor: Visiting, number: str, refused: Refused, *, typed: dict[str, str] | None = None
) -> Response:
    """The materials as they are now, with who changed what."""
    if refused.code not in CONFLICTS:
        raise refused
    notice = await changed(visitor, number, refused)
    case = await case_of(visitor, number)
    return await _materials_page(case, notices=(notice,), status=409, typed=typed)


async def _withdraw_page(
    case: Case,
    errors: Sequence[ErrorView] = (),
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    bundle = case.bundle
    if not _may_withdraw(case) and not notices:
        raise Refused(Code.NOT_WITHDRAWABLE, "各事项均已作出决定，不能撤回")
    needed = [each for each in bundle.matters if each.status != MatterStatus.NOT_NEEDED]
    ending = [each for each in needed if _is_open(each.status)]
    keys = {each.key for each in ending}
    wrong = errors[0].message if errors else ""
    view = WithdrawPage(
        frame=await case.frame("登记撤回", below=True, errors=errors, notices=notices),
        number=bundle.number,
        applicant=bundle.firm_name,
        service=bundle.name,
        ending=tuple(each.name for each in ending),
        staying=tuple(
            f"{each.name}（{matters.status_of(each).label}）"
            for each in needed
            if each not in ending
        ),
        returned=tuple(
            material.name
            for material in bundle.materials
            if material.source == Source.APPLICANT
            and material.status in {MaterialStatus.SATISFIED, MaterialStatus.SUPPLIED}
            and set(material.gates) <= keys
        ),
        submission=submission(f"{case.url}/withdraw", bundle.version),
        fields=(
            FieldView(
                "confirmed",
                "确认",
                FieldControl.CHECKS,
                error=wrong,
                options=(Option("yes", "申请人本人要求撤回，身份已核对，书面撤回申请已收"),),
            ),
        ),
        back_url=case.url,
    )
    return page(case.visitor.request, view, status=status)


def _without_forms(case: Case) -> tuple[StoredMaterial, ...]:
    """What is awaited; the forms for it stand on the materials page."""
    codes = materials.awaited(case.bundle)
    return materials.stored(case.seen, case.bundle, (), codes=codes)


def _is_open(status: str) -> bool:
    return status not in TERMINAL and status not in DECIDED


def _may_withdraw(case: Case) -> bool:
    running = case.bundle.status == BundleStatus.RUNNING
    some = any(_is_open(each.status) for each in case.bundle.matters)
    return running and some and case.seen.may(Act.WITHDRAW)


def _may_correct(case: Case) -> bool:
    waiting = any(each.status in BEFORE_ACCEPTANCE for each in matters.in_order(case.bundle))
    return waiting and case.seen.may(Act.CORRECT)


def _check_fault(outcome: str, said: str) -> str:
    if outcome not in {Outcome.ACCEPT, Outcome.REJECT}:
        return "请选“核对无误”或者“退回重补”"
    if outcome == Outcome.REJECT and not said:
        return "退回重补的，请写明不符合之处"
    return "" if len(said) <= _LONGEST else f"不符合之处不得超过 {_LONGEST} 个字"
