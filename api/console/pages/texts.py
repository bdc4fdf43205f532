"""The pages that texts of services and of policies have alike: proposing, comparing, deciding."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Response

from api.console.fill import definitions as fill
from api.console.fill.deciding import area
from api.console.request import Posted, Visit, moved, page, submission
from api.console.views.definitions import (
    DefinitionDiffPage,
    DefinitionHead,
    ProposePage,
    ReportView,
)
from api.console.views.shared import Breadcrumb, ErrorView, FieldView, Frame, Link
from api.definition_views import TextHead
from api.definitions import Diff
from api.policies import PolicyDiff
from api.problems import ApiCode, Problem
from api.texts import LARGEST, NOTE
from definitions.errors import Code, Refused

Step = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Of what they are. `told` are refusals said beside the text, `unfit` those with a list."""

    what: str
    home: Breadcrumb
    told: Collection[StrEnum]
    unfit: Collection[Code]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, or in the chosen files."""

    text: str
    cases: str
    note: str = ""


async def typed_in(form: Posted) -> Typed:
    """Of each text the chosen file, else what is typed."""
    return Typed(await given(form, "text"), await given(form, "cases"), form.one("note"))


async def given(form: Posted, name: str) -> str:
    """The chosen file, else the text; a byte too many shows that it is too large."""
    for field, file in form.files:
        if field == f"{name}_file":
            return (await file.read(LARGEST + 1)).decode("utf-8", errors="replace")
    return form.one(name).replace("\r\n", "\n")


async def frame_of(
    visitor: Visit,
    kind: Kind,
    head: TextHead,
    errors: tuple[ErrorView, ...] = (),
) -> Frame:
    """Around every page of one version."""
    title = f"{head.name} 第 {head.version} 版"
    return await visitor.frame(title, nav=kind.home.url, crumbs=(kind.home,), errors=errors)


async def propose_page(
    visitor: Visit,
    kind: Kind,
    typed: Typed,
    *,
    report: ReportView | None = None,
    errors: tuple[ErrorView, ...] = (),
) -> Response:
    """The form for a text; whatever is wrong stands beside it."""
    title = f"提出{kind.what}"
    crumbs = (kind.home,)
    view = ProposePage(
        frame=await visitor.frame(title, nav=kind.home.url, crumbs=crumbs, errors=errors),
        submission=submission(f"{kind.home.url}/propose"),
        text=area("text", f"{kind.what}文本（YAML）", typed.text, errors),
        cases=area("cases", "金例（YAML）", typed.cases, errors),
        note=FieldView("note", "说明", value=typed.note, required=False, max_length=NOTE),
        report=report,
        what=kind.what,
    )
    return page(visitor.request, view, status=422 if errors else 200)


async def proposed(
    visitor: Visit,
    kind: Kind,
    form: Posted,
    check: Callable[[Typed], Awaitable[ReportView]],
    propose: Callable[[Typed], Awaitable[Link]],
) -> Response:
    """Check the text, or propose it: `propose` says what was proposed, and where it is."""
    typed = await typed_in(form)
    if not typed.text.strip():
        wrong = ErrorView("text", f"请选择{kind.what}文件，或粘贴{kind.what}文本")
        return await propose_page(visitor, kind, typed, errors=(wrong,))
    try:
        if form.one("act") != "propose":
            return await propose_page(visitor, kind, typed, report=await check(typed))
        made = await propose(typed)
    except (Problem, Refused) as error:
        if error.code not in kind.told:
            raise
        said = error.detail if isinstance(error, Problem) else error.message
        report = await check(typed) if error.code in kind.unfit else None
        kept = Typed("", typed.cases, typed.note) if error.code is ApiCode.TOO_LARGE else typed
        return await propose_page(
            visitor, kind, kept, report=report, errors=(ErrorView("text", said),)
        )
    return moved(made.url, f"已提出 {made.label}，等另一人批准。")


async def diff_page(
    visitor: Visit,
    frame: Frame,
    head: DefinitionHead,
    *,
    url: str,
    numbers: Sequence[int],
    found: Diff | PolicyDiff | None,
) -> Response:
    """One version against another of these `numbers`; `url` is where it is compared."""
    view = DefinitionDiffPage(
        frame=frame,
        head=head,
        before=f"第 {found.before} 版" if found else "",
        versions=tuple(Link(f"第 {each} 版", f"{url}?before={each}") for each in numbers),
        sections=fill.changes(found.changes) if found else (),
    )
    return page(visitor.request, view)


async def decided(
    step: Step, again: Callable[[ErrorView], Awaitable[Response]], url: str, told: str
) -> Response:
    """Do it and go to the version; where the reason is missing, the page `again`."""
    try:
        await step()
    except Refused as refused:
        if refused.code is not Code.REASONS_MISSING:
            raise
        return await again(ErrorView("reason", refused.message))
    return moved(url, told)
