"""Papers ready to sign: printed from a draft, and as they were submitted from an application."""

from typing import Annotated

from fastapi import Path, Response

from api.assessment import facts_for
from api.console import request as pages
from api.console.pages.case import case_of
from api.console.request import Visiting, page
from api.console.taking.drafts import CRUMBS, loaded
from api.console.views.prepared import PaperView, PreparedPage, RowGroup
from api.console.views.shared import Breadcrumb, Frame, Link
from api.problems import ApiCode, Problem
from definitions.rules.calendar import local_day
from definitions.rules.drafting import Paper, papers

router = pages.router()

DraftId = Annotated[str, Path(max_length=40)]
Number = Annotated[str, Path(max_length=40)]
Material = Annotated[str, Path(max_length=24)]
_TITLE = "待签材料"


@router.get("/console/drafts/{draft}/papers")
async def of_draft(visitor: Visiting, draft: DraftId) -> Response:
    """Every paper of a draft, each beginning on a sheet of its own."""
    return await _drafted(visitor, draft, None)


@router.get("/console/drafts/{draft}/papers/{code}")
async def one_of_draft(visitor: Visiting, draft: DraftId, code: Material) -> Response:
    """One paper of a draft."""
    return await _drafted(visitor, draft, code)


@router.get("/console/bundles/{number}/papers")
async def of_bundle(visitor: Visiting, number: Number) -> Response:
    """The papers as they came out of what was submitted, under the rules of that day."""
    case = await case_of(visitor, number)
    definition, said = case.seen.definition(case.bundle), case.bundle.application
    if definition is None:
        raise Problem(ApiCode.NOT_FOUND)
    on = local_day(said.submitted_at or case.bundle.started_at)
    facts = facts_for(definition, said.answers, said.firm, said.stands, on=on)
    frame = await case.frame(_TITLE, below=True)
    back = Link("返回材料", f"{case.url}/materials")
    found = papers(definition, facts)
    return _page(visitor, frame, number, found, back)


async def _drafted(visitor: Visiting, draft: str, code: str | None) -> Response:
    at = await loaded(visitor, draft)
    facts = facts_for(at.definition, at.draft.answers, at.draft.firm, at.form, on=at.day)
    crumbs = (*CRUMBS, Breadcrumb("材料", f"{at.url}/materials"))
    frame = await visitor.frame(_TITLE, nav="/console/", crumbs=crumbs)
    back = Link("返回材料", f"{at.url}/materials")
    found = papers(at.definition, facts)
    shown = tuple(paper for paper in found if code in {None, paper.code})
    if code is not None and not shown:
        raise Problem(ApiCode.NOT_FOUND)
    links = tuple(Link(paper.title, f"{at.url}/papers/{paper.code}") for paper in found)
    return _page(visitor, frame, at.draft.id, shown, back, links=links if len(links) > 1 else ())


def _page(
    visitor: Visiting,
    frame: Frame,
    number: str,
    shown: tuple[Paper, ...],
    back: Link,
    *,
    links: tuple[Link, ...] = (),
) -> Response:
    return page(
        visitor.request,
        PreparedPage(
            frame=frame,
            number=number,
            papers=tuple(_view(paper) for paper in shown),
            links=links,
            blanks=sum(paper.blanks for paper in shown),
            back=back,
        ),
    )


def _view(paper: Paper) -> PaperView:
    groups = dict.fromkeys(row.group for row in paper.rows)
    return PaperView(
        paper,
        tuple(RowGroup(each, tuple(r for r in paper.rows if r.group == each)) for each in groups),
    )
