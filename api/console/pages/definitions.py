"""The policy officers' definitions: look, compare, try, propose, publish with four eyes, retire."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.reading import definitions as reading
from api import definitions
from api.console.fill import definitions as fill
from api.console.fill.deciding import reason_field, why_not
from api.console.fill.definitions import URL, version_url
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.definitions import (
    DefinitionChecksPage,
    DefinitionDiffPage,
    DefinitionImpactPage,
    DefinitionsPage,
    ProposePage,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Pair,
)
from api.console.words import BUNDLE, MATTER
from api.definition_views import Stage, VersionHead, VersionView
from api.definitions import LARGEST, NOTE, REASON
from api.problems import ApiCode, Problem
from definitions.errors import Code, Refused
from definitions.lifecycle.judging import CaseFile, Report
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

_HOME = Breadcrumb("事项", URL)
_CASES = "cases.yaml"
_MOST_SHOWN = 40
_TOLD = frozenset(
    {
        *(Code.DEFINITION_INVALID, Code.DEFINITION_CASES, Code.DEFINITION_PUBLISHED),
        *(Code.DEFINITION_PROPOSED, ApiCode.TOO_LARGE),
    }
)
_RETIRABLE = frozenset({Stage.PUBLISHED, Stage.IN_FORCE, Stage.SUPERSEDED})
Service = Annotated[str, Path(max_length=60)]
Number = Annotated[int, Path(ge=1, le=10_000)]
Step = Callable[[], Awaitable[VersionView]]


@router.get(URL)
async def overview(visitor: Visiting) -> Response:
    """Every service with its versions."""
    found = await definitions.listed(visitor.services, visitor.actor)
    running: dict[str, dict[int, int]] = {}
    async with visitor.services.store.reading() as session:
        for each in found:
            counts = running.setdefault(each.service, {})
            for one in await reading.running(session, each.service):
                counts[one.version] = counts.get(one.version, 0) + one.count
    may_propose = visitor.may(Act.PROPOSE_DEFINITION)
    view = DefinitionsPage(
        frame=await visitor.frame("事项", nav=URL),
        rows=tuple(fill.rows(found, running)),
        propose_url=f"{URL}/propose" if may_propose else "",
    )
    return page(visitor.request, view)


@router.get(URL + "/propose")
async def proposing(
    visitor: Visiting,
    service: Annotated[str, Query(max_length=60)] = "",
    version: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The form for a text, empty or with that of a version to begin from."""
    permissions.require(visitor.actor, Act.PROPOSE_DEFINITION)
    text = cases = ""
    if service and version:
        found = await definitions.version(visitor.services, visitor.actor, service, version)
        text, cases = found.text, _together(found.cases)
    return await _propose_page(visitor, text, cases)


@router.post(URL + "/propose")
async def propose(visitor: Visiting, form: Posting) -> Response:
    """Check the text, or propose it; whatever is wrong is told beside it."""
    permissions.require(visitor.actor, Act.PROPOSE_DEFINITION)
    text, cases = await _given(form, "text"), await _given(form, "cases")
    note = form.one("note")
    if not text.strip():
        wrong = (ErrorView("text", "请选择定义文件，或粘贴定义文本"),)
        return await _propose_page(visitor, text, cases, note=note, errors=wrong, status=422)
    files = (CaseFile(name=_CASES, text=cases),) if cases.strip() else ()
    try:
        if form.one("act") != "propose":
            report = await definitions.check(visitor.services, visitor.actor, text, files)
            return await _propose_page(visitor, text, cases, note=note, report=report)
        made = await definitions.propose(
            visitor.services, visitor.actor, text, files, form.sent, note=note
        )
    except (Problem, Refused) as error:
        if error.code not in _TOLD:
            raise
        return await _not_taken(visitor, text, cases, note, error)
    head = made.head
    told = f"已提出 {head.name} 第 {head.version} 版，等另一人批准。"
    return moved(version_url(head.service, head.version), told)


@router.get(URL + "/{service}/{version}")
async def one(visitor: Visiting, service: Service, version: Number) -> Response:
    """Picture, questions, situations."""
    head = await _head(visitor, service, version)
    found = await definitions.loaded(visitor.services, visitor.actor, service, version)
    picture = await definitions.picture(visitor.services, visitor.actor, service, version)
    frame = await _frame(visitor, head)
    view = fill.overview(visitor.services, frame, head, found.definition, picture)
    return page(visitor.request, view)


@router.get(URL + "/{service}/{version}/rules")
async def rules(visitor: Visiting, service: Service, version: Number) -> Response:
    """Matters, materials, what rules out, pre-check rules."""
    head = await _head(visitor, service, version)
    found = await definitions.loaded(visitor.services, visitor.actor, service, version)
    view = fill.rules(visitor.services, await _frame(visitor, head), head, found.definition)
    return page(visitor.request, view)


@router.get(URL + "/{service}/{version}/text")
async def text_of(visitor: Visiting, service: Service, version: Number) -> Response:
    """The text as it was written."""
    found = await definitions.version(visitor.services, visitor.actor, service, version)
    return Response(found.text, media_type="text/plain; charset=utf-8")


@router.get(URL + "/{service}/{version}/diff")
async def diff(
    visitor: Visiting,
    service: Service,
    version: Number,
    before: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    """Against another version, the one before where none is named."""
    head = await _head(visitor, service, version)
    others = await definitions.service(visitor.services, visitor.actor, service)
    numbers = [each.version for each in others.versions if each.version != version]
    found = None
    if before is not None or any(number < version for number in numbers):
        found = await definitions.diff(
            visitor.services, visitor.actor, service, version, before=before
        )
    url = f"{version_url(service, version)}/diff"
    view = DefinitionDiffPage(
        frame=await _frame(visitor, head),
        head=fill.head_of(head, "/diff"),
        before=f"第 {found.before} 版" if found else "",
        versions=tuple(Link(f"第 {each} 版", f"{url}?before={each}") for each in numbers),
        sections=fill.changes(found.changes) if found else (),
    )
    return page(visitor.request, view)


@router.get(URL + "/{service}/{version}/checks")
async def checks(visitor: Visiting, service: Service, version: Number) -> Response:
    """What checking came to when it was kept."""
    found = await definitions.version(visitor.services, visitor.actor, service, version)
    return await _checks_page(visitor, found, found.report)


@router.post(URL + "/{service}/{version}/checks")
async def check_again(
    visitor: Visiting, form: Posting, service: Service, version: Number
) -> Response:
    """Judge it once more, by the rules and the catalogue as they are now."""
    permissions.require(visitor.actor, Act.PROPOSE_DEFINITION)
    assert form.path
    found = await definitions.version(visitor.services, visitor.actor, service, version)
    report = await definitions.check(visitor.services, visitor.actor, found.text, found.cases)
    return await _checks_page(visitor, found, report)


@router.get(URL + "/{service}/{version}/impact")
async def impact(visitor: Visiting, service: Service, version: Number) -> Response:
    """What is running, and the acts that are open to this person."""
    return await _impact_page(visitor, service, version)


@router.post(URL + "/{service}/{version}/approve")
async def approve(visitor: Visiting, form: Posting, service: Service, version: Number) -> Response:
    """Publish what another person proposed."""
    assert form.path

    async def step() -> VersionView:
        return await definitions.approve(visitor.services, visitor.actor, service, version)

    return await _decided(visitor, form, service, version, step, "已发布，按施行日期生效。")


@router.post(URL + "/{service}/{version}/return")
async def give_back(
    visitor: Visiting, form: Posting, service: Service, version: Number
) -> Response:
    """Return it with the reason."""

    async def step() -> VersionView:
        return await definitions.give_back(
            visitor.services, visitor.actor, service, version, reason=form.one("reason")
        )

    return await _decided(visitor, form, service, version, step, "已退回提出人。")


@router.post(URL + "/{service}/{version}/retire")
async def retire(visitor: Visiting, form: Posting, service: Service, version: Number) -> Response:
    """Take nothing in under it any more."""

    async def step() -> VersionView:
        return await definitions.retire(
            visitor.services, visitor.actor, service, version, reason=form.one("reason")
        )

    return await _decided(visitor, form, service, version, step, "已停用，在办件不受影响。")


# ── parts ────────────────────────────────────────


async def _decided(  # noqa: PLR0917 - which version, what is done, what is said of it
    visitor: Visit, form: Posted, service: str, version: int, step: Step, told: str
) -> Response:
    try:
        await step()
    except Refused as refused:
        if refused.code is not Code.REASONS_MISSING:
            raise
        wrong = ErrorView("reason", refused.message)
        return await _impact_page(visitor, service, version, typed=form.one("reason"), wrong=wrong)
    return moved(version_url(service, version), told)


async def _head(visitor: Visit, service: str, version: int) -> VersionHead:
    found = await definitions.service(visitor.services, visitor.actor, service)
    head = next((each for each in found.versions if each.version == version), None)
    if head is None:
        raise Refused(Code.UNKNOWN_DEFINITION, f"没有 {service} 第 {version} 版")
    return head


async def _frame(visitor: Visit, head: VersionHead, errors: tuple[ErrorView, ...] = ()) -> Frame:
    title = f"{head.name} 第 {head.version} 版"
    return await visitor.frame(title, nav=URL, crumbs=(_HOME,), errors=errors)


async def _checks_page(visitor: Visit, found: VersionView, report: Report) -> Response:
    url = version_url(found.head.service, found.head.version)
    view = DefinitionChecksPage(
        frame=await _frame(visitor, found.head),
        head=fill.head_of(found.head, "/checks"),
        report=fill.report_view(report, found.text, found.cases),
        again=submission(f"{url}/checks"),
        text_url=f"{url}/text",
    )
    return page(visitor.request, view)


async def _impact_page(
    visitor: Visit,
    service: str,
    version: int,
    *,
    typed: str = "",
    wrong: ErrorView | None = None,
) -> Response:
    head = await _head(visitor, service, version)
    found = await definitions.impact(visitor.services, visitor.actor, service, version)
    url = version_url(service, version)
    may = visitor.may(Act.PUBLISH_DEFINITION)
    is_proposed = head.stage is Stage.PROPOSED
    own = head.proposed_by is not None and head.proposed_by.id == visitor.who.account.id
    view = DefinitionImpactPage(
        frame=await _frame(visitor, head, (wrong,) if wrong else ()),
        head=fill.head_of(head, "/impact"),
        running=tuple(
            Pair(f"第 {each.version} 版 · {BUNDLE[each.status].label}", f"{each.count} 件")
            for each in found.running
        ),
        matters=tuple(
            Pair(
                f"第 {each.version} 版 · {each.name} · {MATTER[each.status].label}",
                f"{each.count} 件",
            )
            for each in found.matters[:_MOST_SHOWN]
        ),
        drafts=tuple(Pair(BUNDLE[each.state].label, f"{each.count} 份") for each in found.drafts),
        approve=submission(f"{url}/approve") if is_proposed and may and not own else None,
        give_back=submission(f"{url}/return") if is_proposed and may else None,
        retire=submission(f"{url}/retire") if may and head.stage in _RETIRABLE else None,
        reason=reason_field(proposed=is_proposed, typed=typed, wrong=wrong, most=REASON),
        why_not=why_not(proposed=is_proposed, own=own, may=may),
    )
    return page(visitor.request, view, status=422 if wrong else 200)


async def _propose_page(
    visitor: Visit,
    text: str,
    cases: str,
    *,
    note: str = "",
    report: Report | None = None,
    errors: tuple[ErrorView, ...] = (),
    status: int = 200,
) -> Response:
    files = (CaseFile(name=_CASES, text=cases),)
    shown = fill.report_view(report, text, files) if report else None
    found = {error.field: error.message for error in reversed(errors)}
    view = ProposePage(
        frame=await visitor.frame("提出定义", nav=URL, crumbs=(_HOME,), errors=errors),
        submission=submission(f"{URL}/propose"),
        text=_area("text", "定义文本（YAML）", text, found),
        cases=_area("cases", "金例（YAML）", cases, found),
        note=FieldView("note", "说明", value=note, required=False, max_length=NOTE),
        report=shown,
    )
    return page(visitor.request, view, status=status)


def _area(name: str, label: str, value: str, found: dict[str, str]) -> FieldView:
    return FieldView(
        name,
        label,
        FieldControl.LONG_TEXT,
        value=value,
        error=found.get(name, ""),
        required=False,
        max_length=LARGEST,
    )


async def _not_taken(
    visitor: Visit, text: str, cases: str, note: str, error: Problem | Refused
) -> Response:
    """The form again with everything that is wrong; what was typed stays."""
    if error.code in {Code.DEFINITION_INVALID, Code.DEFINITION_CASES}:
        files = (CaseFile(name=_CASES, text=cases),) if cases.strip() else ()
        report = await definitions.check(visitor.services, visitor.actor, text, files)
        wrong = ErrorView("text", error.detail if isinstance(error, Problem) else error.message)
        return await _propose_page(
            visitor, text, cases, note=note, report=report, errors=(wrong,), status=422
        )
    said = error.detail if isinstance(error, Problem) else error.message
    kept = "" if error.code is ApiCode.TOO_LARGE else text
    return await _propose_page(
        visitor, kept, cases, note=note, errors=(ErrorView("text", said),), status=422
    )


async def _given(form: Posted, name: str) -> str:
    """The chosen file, else the text; a byte too many shows that it is too large."""
    for field, file in form.files:
        if field == f"{name}_file":
            return (await file.read(LARGEST + 1)).decode("utf-8", errors="replace")
    return form.one(name).replace("\r\n", "\n")


def _together(cases: tuple[CaseFile, ...]) -> str:
    """All case files as one: the later ones without their heading."""
    first, *rest = [file.text.rstrip() for file in cases] or [""]
    more = (text.partition("cases:\n")[2] for text in rest)
    return "\n".join([first, *more]).strip() + "\n" if first else ""
