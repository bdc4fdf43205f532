"""The policy officers' definitions: look, compare, try, propose, publish with four eyes, retire."""

from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.reading import definitions as reading
from api import definitions
from api.console.fill import definitions as fill
from api.console.fill.deciding import deciding
from api.console.fill.definitions import URL, version_url
from api.console.pages.texts import (
    Kind,
    Step,
    Typed,
    decided,
    diff_page,
    frame_of,
    propose_page,
    proposed,
)
from api.console.request import Posted, Posting, Visit, Visiting, page, submission
from api.console.request import router as pages
from api.console.views.definitions import (
    DefinitionChecksPage,
    DefinitionImpactPage,
    DefinitionsPage,
    ReportView,
)
from api.console.views.shared import Breadcrumb, ErrorView, Link, Pair
from api.console.words import BUNDLE, MATTER
from api.definition_views import VersionHead, VersionView
from api.problems import ApiCode
from definitions.errors import Code, Refused
from definitions.lifecycle.judging import CaseFile, Report
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

_CASES = "cases.yaml"
_MOST_SHOWN = 40
_UNFIT = (Code.DEFINITION_INVALID, Code.DEFINITION_CASES)
_KIND = Kind(
    what="定义",
    home=Breadcrumb("事项", URL),
    told=(*_UNFIT, Code.DEFINITION_PUBLISHED, Code.DEFINITION_PROPOSED, ApiCode.TOO_LARGE),
    unfit=_UNFIT,
)
Service = Annotated[str, Path(max_length=60)]
Number = Annotated[int, Path(ge=1, le=10_000)]


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
    typed = Typed("", "")
    if service and version:
        found = await definitions.version(visitor.services, visitor.actor, service, version)
        typed = Typed(found.text, _together(found.cases))
    return await propose_page(visitor, _KIND, typed)


@router.post(URL + "/propose")
async def propose(visitor: Visiting, form: Posting) -> Response:
    """Check the text, or propose it; whatever is wrong is told beside it."""
    permissions.require(visitor.actor, Act.PROPOSE_DEFINITION)
    services, actor = visitor.services, visitor.actor

    async def check(typed: Typed) -> ReportView:
        files = _files(typed)
        report = await definitions.check(services, actor, typed.text, files)
        return fill.report_view(report, typed.text, files)

    async def put(typed: Typed) -> Link:
        made = await definitions.propose(
            services, actor, typed.text, _files(typed), form.sent, note=typed.note
        )
        head = made.head
        url = version_url(head.service, head.version)
        return Link(f"{head.name} 第 {head.version} 版", url)

    return await proposed(visitor, _KIND, form, check, put)


@router.get(URL + "/{service}/{version}")
async def one(visitor: Visiting, service: Service, version: Number) -> Response:
    """Picture, questions, situations."""
    head = await _head(visitor, service, version)
    found = await definitions.loaded(visitor.services, visitor.actor, service, version)
    picture = await definitions.picture(visitor.services, visitor.actor, service, version)
    frame = await frame_of(visitor, _KIND, head)
    view = fill.overview(visitor.services, frame, head, found.definition, picture)
    return page(visitor.request, view)


@router.get(URL + "/{service}/{version}/rules")
async def rules(visitor: Visiting, service: Service, version: Number) -> Response:
    """Matters, materials, what rules out, pre-check rules."""
    head = await _head(visitor, service, version)
    found = await definitions.loaded(visitor.services, visitor.actor, service, version)
    view = fill.rules(
        visitor.services, await frame_of(visitor, _KIND, head), head, found.definition
    )
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
    frame = await frame_of(visitor, _KIND, head)
    url = f"{version_url(service, version)}/diff"
    tabs = fill.head_of(head, "/diff")
    return await diff_page(visitor, frame, tabs, url=url, numbers=numbers, found=found)


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
    async def again(wrong: ErrorView) -> Response:
        typed = form.one("reason")
        return await _impact_page(visitor, service, version, typed=typed, wrong=wrong)

    return await decided(step, again, version_url(service, version), told)


async def _head(visitor: Visit, service: str, version: int) -> VersionHead:
    found = await definitions.service(visitor.services, visitor.actor, service)
    head = next((each for each in found.versions if each.version == version), None)
    if head is None:
        raise Refused(Code.UNKNOWN_DEFINITION, f"没有 {service} 第 {version} 版")
    return head


async def _checks_page(visitor: Visit, found: VersionView, report: Report) -> Response:
    url = version_url(found.head.service, found.head.version)
    view = DefinitionChecksPage(
        frame=await frame_of(visitor, _KIND, found.head),
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
    acts = deciding(
        head,
        version_url(service, version),
        visitor=visitor.who.account.id,
        may=visitor.may(Act.PUBLISH_DEFINITION),
        typed=typed,
        wrong=wrong,
    )
    view = DefinitionImpactPage(
        frame=await frame_of(visitor, _KIND, head, (wrong,) if wrong else ()),
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
        deciding=acts,
    )
    return page(visitor.request, view, status=422 if wrong else 200)


def _files(typed: Typed) -> tuple[CaseFile, ...]:
    return (CaseFile(name=_CASES, text=typed.cases),) if typed.cases.strip() else ()


def _together(cases: tuple[CaseFile, ...]) -> str:
    """All case files as one: the later ones without their heading."""
    first, *rest = [file.text.rstrip() for file in cases] or [""]
    more = (text.partition("cases:\n")[2] for text in rest)
    return "\n".join([first, *more]).strip() + "\n" if first else ""
