"""One linked matter: who has it, its limits with their working, its decision and remedies."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Path, Response

from activities.store.reading.matters import LinkedMatter, MatterView
from activities.store.reading.timeline import timeline
from api import commands
from api.console.fill import clocks, documents, materials, matters, steps
from api.console.fill.acts import Stand, open_acts
from api.console.fill.asking import ask_links, complain_link
from api.console.fill.requests import requests
from api.console.fill.standing import flags, standing
from api.console.fill.tasks import task_url
from api.console.fill.timeline import entries
from api.console.pages import acts, asking
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.pages.entered import asked_about, colleagues, known_of
from api.console.request import Posting, Visiting, moved, page
from api.console.request import router as pages
from api.console.views.bundle import MatterPage
from api.console.views.shared import ErrorView, Frame, Link, Notice
from definitions.errors import Code, Refused
from definitions.matter.state import MatterStatus

router = pages()
router.include_router(acts.router)
router.include_router(asking.router)

Number = Annotated[str, Path(max_length=40)]
Key = Annotated[str, Path(max_length=24)]
_PAGE = 50
_OBJECTION = {"objector": "请填写异议人", "grounds": "请填写异议理由"}


@router.get("/console/bundles/{number}/matters/{key}")
async def one(visitor: Visiting, number: Number, key: Key) -> Response:
    """The matter; of another department only how it stands and whom to ask."""
    return await _matter_page(await case_of(visitor, number), key)


@router.post("/console/bundles/{number}/matters/{key}/file")
async def file(visitor: Visiting, form: Posting, number: Number, key: Key) -> Response:
    """Apply for the applicant within the open window."""
    if form.one("confirmed") != "yes":
        wrong = ErrorView("confirmed", "请确认申请人要求现在提出申请")
        return await _matter_page(await case_of(visitor, number), key, (wrong,), status=422)
    try:
        answer = await commands.file_application(
            visitor.services, visitor.actor, number, key, form.sent
        )
    except Refused as refused:
        return await _conflict(visitor, number, key, refused, {})
    return moved(matters.matter_url(number, key), tell(answer, "已代申请人提出申请"))


@router.post("/console/bundles/{number}/matters/{key}/object")
async def object_to(visitor: Visiting, form: Posting, number: Number, key: Key) -> Response:
    """Take down an objection raised during the publicity."""
    typed = {name: form.one(name).strip() for name in ("objector", "contact", "grounds")}
    wrong = [ErrorView(name, said) for name, said in _OBJECTION.items() if not typed[name]]
    if len(typed["grounds"]) > steps.LONGEST:
        wrong.append(ErrorView("grounds", f"异议理由不得超过 {steps.LONGEST} 个字"))
    if wrong:
        case = await case_of(visitor, number)
        return await _matter_page(case, key, wrong, typed=typed, status=422)
    contact = f"，联系电话 {typed['contact']}" if typed["contact"] else ""
    said = f"异议人：{typed['objector']}{contact}。理由：{typed['grounds']}"
    try:
        answer = await commands.raise_objection(
            visitor.services, visitor.actor, number, key, form.sent, objection=said
        )
    except Refused as refused:
        return await _conflict(visitor, number, key, refused, typed)
    return moved(matters.matter_url(number, key), tell(answer, "已登记异议，由公示机关审查"))


async def _conflict(
    visitor: Visiting, number: str, key: str, refused: Refused, typed: Mapping[str, str]
) -> Response:
    if refused.code not in CONFLICTS:
        raise refused
    notice = await changed(visitor, number, refused, key)
    case = await case_of(visitor, number)
    return await _matter_page(case, key, typed=typed, notices=(notice,), status=409)


async def _matter_page(
    case: Case,
    key: str,
    errors: Sequence[ErrorView] = (),
    *,
    typed: Mapping[str, str] | None = None,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    found = next((each for each in matters.in_order(case.bundle) if each.key == key), None)
    if found is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    frame = await case.frame(found.name, below=True, errors=errors, notices=notices)
    own = matters.own_matter(case.bundle, key)
    if own is not None:
        view = await _own(case, own, frame, dict(typed or {}))
    else:
        view = _others(case, found, frame)
    return page(case.visitor.request, view, status=status)


async def _own(case: Case, matter: MatterView, frame: Frame, typed: dict[str, str]) -> MatterPage:
    seen, bundle = case.seen, case.bundle
    scope = case.visitor.who.scope
    async with case.visitor.services.store.reading() as session:
        said = await timeline(session, bundle.number, scope, matter=matter.key, limit=_PAGE)
        known = await known_of(session, matter, await colleagues(session, matter.department))
        asked = await asked_about(session, case.visitor, bundle.number, matter.key)
    needed = {key for key, _ in matter.needs}
    nodes = matters.nodes(seen, bundle, case.tasks)
    wrong = {error.field: error.message for error in frame.errors}
    needs_work = matter.status != MatterStatus.NOT_NEEDED
    return MatterPage(
        frame=frame,
        bundle=Link(bundle.number, case.url),
        number=matter.number,
        organ=matter.department_name,
        phone=seen.phone(matter.department),
        status=matters.status_of(matter),
        flags=flags(matter),
        deadline=clocks.matter_deadline(seen, matter) if needs_work else None,
        holder=_holder(case, matter),
        act=_act(case, matter),
        acts=(
            *open_acts(Stand(seen, bundle, matter, case.tasks)),
            *ask_links(seen, bundle, matter),
            *complain_link(seen, bundle, matter),
        ),
        standing=standing(seen, bundle, matter, case.tasks, known),
        requests=requests(seen, asked),
        waits_for=tuple(node for node in nodes if node.key in needed),
        steps=steps.step_rows(seen, bundle, matter, case.tasks) if needs_work else (),
        decision=matters.decision(seen, bundle, matter),
        filing=steps.filing(seen, bundle, matter, error=wrong.get("confirmed", "")),
        objection=steps.objection(seen, bundle, matter, typed, wrong),
        clocks=clocks.clock_views(seen, bundle, (matter,)),
        materials=materials.stored(seen, bundle, (), codes=matter.gates),
        entries=entries(seen, said),
        documents=documents.rows(bundle, matter=matter.key),
    )


def _others(case: Case, matter: LinkedMatter, frame: Frame) -> MatterPage:
    """Another department's: how it stands, and whom to ask."""
    return MatterPage(
        frame=frame,
        bundle=Link(case.bundle.number, case.url),
        number="",
        organ=matter.department_name,
        phone=case.seen.phone(matter.department),
        status=matters.status_of(matter),
        flags=(),
        deadline=None,
        holder="其他部门的事项，这里只显示办到哪一步；详情请向该部门或者综合窗口了解。",
        act=None,
        acts=(),
        standing=(),
        requests=(),
        waits_for=(),
        steps=(),
        decision=None,
        filing=None,
        objection=None,
        clocks=(),
        materials=(),
        entries=(),
        documents=(),
    )


def _holder(case: Case, matter: MatterView) -> str:
    """Who has it and why it stands where it stands, as a sentence."""
    names = {each.key: each.name for each in matters.in_order(case.bundle)}
    why = matters.why(case.bundle, matter, names)
    waiting = matters.open_tasks(matter.key, case.tasks)
    if waiting:
        task = waiting[0]
        organ = case.seen.organ(task.department) or matter.department_name
        who = task.assignee_name
        has = f"在{organ}{who}处，正在{task.name}" if who else f"等{organ}领取，待{task.name}"
    else:
        has = matters.holder(case.seen, case.bundle, matter, case.tasks)
    parts = [part for part in (has, why) if part]
    return f"{'；'.join(parts)}。" if parts else ""


def _act(case: Case, matter: MatterView) -> Link | None:
    task = case.task_of(matter.key)
    if task is not None:
        return Link(f"去{task.name}", task_url(task.id))
    owed = set(materials.awaited(case.bundle)) & set(matter.missing)
    if any(
        materials.can_supply(case.seen, case.bundle, each)
        for each in case.bundle.materials
        if each.code in owed
    ):
        return Link("补收材料", f"{case.url}/materials")
    return None
