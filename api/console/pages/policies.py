"""The policy library: look, compare, try, propose, publish with four eyes, retire."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import policies
from api.console.fill import policies as fill
from api.console.fill.deciding import deciding
from api.console.fill.policies import SIMULATIONS, UNCERTAIN, URL, version_url
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
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.definitions import DefinitionChecksPage, ReportView
from api.console.views.policies import PoliciesPage, PolicyDecidePage, PolicyPage
from api.console.views.shared import Breadcrumb, ErrorView, Link, Pair
from api.console.wording import basis_view
from api.policy_views import PolicyVersion, PolicyView
from api.problems import ApiCode
from definitions.errors import Code, Refused
from definitions.lifecycle.policy_saying import organs_of
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

HOME = Breadcrumb("政策", URL)
_UNFIT = (Code.POLICY_INVALID, Code.POLICY_CASES)
KIND = Kind(
    what="政策",
    home=HOME,
    told=(*_UNFIT, Code.POLICY_PUBLISHED, Code.POLICY_PROPOSED, ApiCode.TOO_LARGE),
    unfit=_UNFIT,
)
Policy = Annotated[str, Path(max_length=60)]
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.get(URL)
async def library(visitor: Visiting) -> Response:
    """Every policy with the version in force."""
    found = await policies.listed(visitor.services, visitor.actor)
    organs = organs_of(visitor.services.library.catalogue)
    view = PoliciesPage(
        frame=await visitor.frame("政策", nav=URL),
        rows=tuple(fill.rows(found, organs)),
        propose_url=f"{URL}/propose" if visitor.may(Act.PROPOSE_POLICY) else "",
        simulations_url=SIMULATIONS,
    )
    return page(visitor.request, view)


@router.get(URL + "/propose")
async def proposing(
    visitor: Visiting,
    policy: Annotated[str, Query(max_length=60)] = "",
    version: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The form for a text, empty or with that of a version to begin from."""
    permissions.require(visitor.actor, Act.PROPOSE_POLICY)
    typed = Typed("", "")
    if policy and version:
        found = await policies.version(visitor.services, visitor.actor, policy, version)
        typed = Typed(found.text, found.cases)
    return await propose_page(visitor, KIND, typed)


@router.post(URL + "/propose")
async def propose(visitor: Visiting, form: Posting) -> Response:
    """Check the text, or propose it; whatever is wrong is told beside it."""
    permissions.require(visitor.actor, Act.PROPOSE_POLICY)
    services, actor = visitor.services, visitor.actor

    async def check(typed: Typed) -> ReportView:
        report = await policies.check(services, actor, typed.text, typed.cases)
        return fill.report_of(report, typed.text, typed.cases)

    async def put(typed: Typed) -> Link:
        made = await policies.propose(
            services, actor, typed.text, typed.cases, form.sent, note=typed.note
        )
        head = made.head
        url = version_url(head.policy, head.version)
        return Link(f"{head.name} 第 {head.version} 版", url)

    return await proposed(visitor, KIND, form, check, put)


@router.get(URL + "/{policy}")
async def newest(visitor: Visiting, policy: Policy) -> Response:
    """To the version in force, else to the newest."""
    found = await policies.policy(visitor.services, visitor.actor, policy)
    return moved(version_url(policy, found.in_force or found.versions[0].version))


@router.get(URL + "/{policy}/{version}")
async def one(visitor: Visiting, policy: Policy, version: Number) -> Response:
    """One version in plain Chinese."""
    found = await policies.version(visitor.services, visitor.actor, policy, version)
    others = await policies.policy(visitor.services, visitor.actor, policy)
    head, plain = found.head, found.plain
    if plain is None:
        return moved(f"{version_url(policy, version)}/checks", "这一版的文本读不出来。")
    url, may = version_url(policy, version), visitor.may(Act.PROPOSE_POLICY)
    query = f"?policy={policy}&version={version}"
    view = PolicyPage(
        frame=await frame_of(visitor, KIND, head),
        head=fill.head_of(head, ""),
        facts=tuple(fill.facts_of_head(head, visitor.services)),
        summary=plain.summary,
        conditions=fill.conditions(plain),
        figures=tuple(Pair(f"{each.label}（{each.unit}）", each.means) for each in plain.figures),
        formula=plain.formula,
        at_most=plain.at_most,
        uncertain=f"{UNCERTAIN}。{plain.note}" if plain.uncertain else plain.note,
        terms=fill.terms(plain),
        bases=tuple(basis_view(visitor.services, basis) for basis in plain.bases),
        usual=plain.usual,
        cases=fill.cases(plain),
        versions=tuple(
            Link(f"第 {each.version} 版", version_url(policy, each.version))
            for each in others.versions
            if each.version != version
        ),
        text_url=f"{url}/text",
        simulate_url=f"{SIMULATIONS}{query}" if may else "",
        revise_url=f"{URL}/propose{query}" if may else "",
    )
    return page(visitor.request, view)


@router.get(URL + "/{policy}/{version}/text")
async def text_of(visitor: Visiting, policy: Policy, version: Number) -> Response:
    """The text as it was written."""
    found = await policies.version(visitor.services, visitor.actor, policy, version)
    return Response(found.text, media_type="text/plain; charset=utf-8")


@router.get(URL + "/{policy}/{version}/diff")
async def diff(
    visitor: Visiting,
    policy: Policy,
    version: Number,
    before: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    """Against another version, the one before where none is named."""
    head = await _head(visitor, policy, version)
    others = await policies.policy(visitor.services, visitor.actor, policy)
    numbers = [each.version for each in others.versions if each.version != version]
    found = None
    if before is not None or any(number < version for number in numbers):
        found = await policies.diff(visitor.services, visitor.actor, policy, version, before=before)
    frame = await frame_of(visitor, KIND, head)
    url = f"{version_url(policy, version)}/diff"
    tabs = fill.head_of(head, "/diff")
    return await diff_page(visitor, frame, tabs, url=url, numbers=numbers, found=found)


@router.get(URL + "/{policy}/{version}/checks")
async def checks(visitor: Visiting, policy: Policy, version: Number) -> Response:
    """What checking comes to today."""
    found = await policies.version(visitor.services, visitor.actor, policy, version)
    return await _checks_page(visitor, found)


@router.post(URL + "/{policy}/{version}/checks")
async def check_again(
    visitor: Visiting, form: Posting, policy: Policy, version: Number
) -> Response:
    """The same once more."""
    permissions.require(visitor.actor, Act.PROPOSE_POLICY)
    assert form.path
    found = await policies.version(visitor.services, visitor.actor, policy, version)
    return await _checks_page(visitor, found)


@router.get(URL + "/{policy}/{version}/decide")
async def deciding_page(visitor: Visiting, policy: Policy, version: Number) -> Response:
    """The acts that are open to this person."""
    return await _decide_page(visitor, policy, version)


@router.post(URL + "/{policy}/{version}/approve")
async def approve(visitor: Visiting, form: Posting, policy: Policy, version: Number) -> Response:
    """Publish what another person proposed."""
    assert form.path

    async def step() -> PolicyView:
        return await policies.approve(visitor.services, visitor.actor, policy, version)

    return await _decided(visitor, form, policy, version, step, "已发布，按有效期生效。")


@router.post(URL + "/{policy}/{version}/return")
async def give_back(visitor: Visiting, form: Posting, policy: Policy, version: Number) -> Response:
    """Return it with the reason."""

    async def step() -> PolicyView:
        return await policies.give_back(
            visitor.services, visitor.actor, policy, version, reason=form.one("reason")
        )

    return await _decided(visitor, form, policy, version, step, "已退回提出人。")


@router.post(URL + "/{policy}/{version}/retire")
async def retire(visitor: Visiting, form: Posting, policy: Policy, version: Number) -> Response:
    """Let no run begin under it any more."""

    async def step() -> PolicyView:
        return await policies.retire(
            visitor.services, visitor.actor, policy, version, reason=form.one("reason")
        )

    told = "已停用，已经开始的批次不受影响。"
    return await _decided(visitor, form, policy, version, step, told)


# ── parts ────────────────────────────────────────


async def _decided(  # noqa: PLR0917 - which version, what is done, what is said of it
    visitor: Visit, form: Posted, policy: str, version: int, step: Step, told: str
) -> Response:
    async def again(wrong: ErrorView) -> Response:
        typed = form.one("reason")
        return await _decide_page(visitor, policy, version, typed=typed, wrong=wrong)

    return await decided(step, again, version_url(policy, version), told)


async def _head(visitor: Visit, policy: str, version: int) -> PolicyVersion:
    found = await policies.policy(visitor.services, visitor.actor, policy)
    head = next((each for each in found.versions if each.version == version), None)
    if head is None:
        raise Refused(Code.UNKNOWN_POLICY, f"没有 {policy} 第 {version} 版")
    return head


async def _checks_page(visitor: Visit, found: PolicyView) -> Response:
    url = version_url(found.head.policy, found.head.version)
    view = DefinitionChecksPage(
        frame=await frame_of(visitor, KIND, found.head),
        head=fill.head_of(found.head, "/checks"),
        report=fill.report_of(found.report, found.text, found.cases),
        again=submission(f"{url}/checks"),
        text_url=f"{url}/text",
    )
    return page(visitor.request, view)


async def _decide_page(
    visitor: Visit,
    policy: str,
    version: int,
    *,
    typed: str = "",
    wrong: ErrorView | None = None,
) -> Response:
    head = await _head(visitor, policy, version)
    acts = deciding(
        head,
        version_url(policy, version),
        visitor=visitor.who.account.id,
        may=visitor.may(Act.PUBLISH_POLICY),
        typed=typed,
        wrong=wrong,
    )
    view = PolicyDecidePage(
        frame=await frame_of(visitor, KIND, head, (wrong,) if wrong else ()),
        head=fill.head_of(head, "/decide"),
        says="已经开始的批次按开始时的版本办到底；新的批次按当时生效的版本。",
        deciding=acts,
    )
    return page(visitor.request, view, status=422 if wrong else 200)
