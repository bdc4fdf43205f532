"""The policy library: look, compare, try, propose, publish with four eyes, retire."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path, Query, Response

from api import policies
from api.console.fill import definitions as shared
from api.console.fill import policies as fill
from api.console.fill.deciding import reason_field, why_not
from api.console.fill.policies import SIMULATIONS, UNCERTAIN, URL, version_url
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.definitions import (
    DefinitionChecksPage,
    DefinitionDiffPage,
    ProposePage,
)
from api.console.views.policies import PoliciesPage, PolicyDecidePage, PolicyPage
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Pair,
)
from api.console.wording import basis_view
from api.definition_views import Stage
from api.policies import LARGEST, NOTE, REASON
from api.policy_views import PolicyVersion, PolicyView
from api.problems import ApiCode, Problem
from definitions.errors import Code, Refused
from definitions.lifecycle.policy_judging import PolicyReport
from definitions.lifecycle.policy_saying import organs_of
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

HOME = Breadcrumb("政策", URL)
_TOLD = frozenset(
    {
        *(Code.POLICY_INVALID, Code.POLICY_CASES, Code.POLICY_PUBLISHED),
        *(Code.POLICY_PROPOSED, ApiCode.TOO_LARGE),
    }
)
_RETIRABLE = frozenset({Stage.PUBLISHED, Stage.IN_FORCE, Stage.SUPERSEDED})
Policy = Annotated[str, Path(max_length=60)]
Number = Annotated[int, Path(ge=1, le=10_000)]
Step = Callable[[], Awaitable[PolicyView]]


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
    text = cases = ""
    if policy and version:
        found = await policies.version(visitor.services, visitor.actor, policy, version)
        text, cases = found.text, found.cases
    return await _propose_page(visitor, text, cases)


@router.post(URL + "/propose")
async def propose(visitor: Visiting, form: Posting) -> Response:
    """Check the text, or propose it; whatever is wrong is told beside it."""
    permissions.require(visitor.actor, Act.PROPOSE_POLICY)
    text, cases = await given(form, "text"), await given(form, "cases")
    note = form.one("note")
    if not text.strip():
        wrong = (ErrorView("text", "请选择政策文件，或粘贴政策文本"),)
        return await _propose_page(visitor, text, cases, note=note, errors=wrong, status=422)
    try:
        if form.one("act") != "propose":
            report = await policies.check(visitor.services, visitor.actor, text, cases)
            return await _propose_page(visitor, text, cases, note=note, report=report)
        made = await policies.propose(
            visitor.services, visitor.actor, text, cases, form.sent, note=note
        )
    except (Problem, Refused) as error:
        if error.code not in _TOLD:
            raise
        return await _not_taken(visitor, text, cases, note, error)
    head = made.head
    told = f"已提出 {head.name} 第 {head.version} 版，等另一人批准。"
    return moved(version_url(head.policy, head.version), told)


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
        frame=await _frame(visitor, head),
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
    url = f"{version_url(policy, version)}/diff"
    view = DefinitionDiffPage(
        frame=await _frame(visitor, head),
        head=fill.head_of(head, "/diff"),
        before=f"第 {found.before} 版" if found else "",
        versions=tuple(Link(f"第 {each} 版", f"{url}?before={each}") for each in numbers),
        sections=shared.changes(found.changes) if found else (),
    )
    return page(visitor.request, view)


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
async def deciding(visitor: Visiting, policy: Policy, version: Number) -> Response:
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


async def given(form: Posted, name: str) -> str:
    """The chosen file, else the text; a byte too many shows that it is too large."""
    for field, file in form.files:
        if field == f"{name}_file":
            return (await file.read(LARGEST + 1)).decode("utf-8", errors="replace")
    return form.one(name).replace("\r\n", "\n")


def area(name: str, label: str, value: str, errors: tuple[ErrorView, ...]) -> FieldView:
    """A field for a text."""
    found = next((error.message for error in errors if error.field == name), "")
    return FieldView(
        name,
        label,
        FieldControl.LONG_TEXT,
        value=value,
        error=found,
        required=False,
        max_length=LARGEST,
    )


# ── parts ────────────────────────────────────────


async def _decided(  # noqa: PLR0917 - which version, what is done, what is said of it
    visitor: Visit, form: Posted, policy: str, version: int, step: Step, told: str
) -> Response:
    try:
        await step()
    except Refused as refused:
        if refused.code is not Code.REASONS_MISSING:
            raise
        wrong = ErrorView("reason", refused.message)
        return await _decide_page(visitor, policy, version, typed=form.one("reason"), wrong=wrong)
    return moved(version_url(policy, version), told)


async def _head(visitor: Visit, policy: str, version: int) -> PolicyVersion:
    found = await policies.policy(visitor.services, visitor.actor, policy)
    head = next((each for each in found.versions if each.version == version), None)
    if head is None:
        raise Refused(Code.UNKNOWN_POLICY, f"没有 {policy} 第 {version} 版")
    return head


async def _frame(visitor: Visit, head: PolicyVersion, errors: tuple[ErrorView, ...] = ()) -> Frame:
    title = f"{head.name} 第 {head.version} 版"
    return await visitor.frame(title, nav=URL, crumbs=(HOME,), errors=errors)


async def _checks_page(visitor: Visit, found: PolicyView) -> Response:
    url = version_url(found.head.policy, found.head.version)
    view = DefinitionChecksPage(
        frame=await _frame(visitor, found.head),
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
    url = version_url(policy, version)
    may = visitor.may(Act.PUBLISH_POLICY)
    is_proposed = head.stage is Stage.PROPOSED
    own = head.proposed_by is not None and head.proposed_by.id == visitor.who.account.id
    view = PolicyDecidePage(
        frame=await _frame(visitor, head, (wrong,) if wrong else ()),
        head=fill.head_of(head, "/decide"),
        says="已经开始的批次按开始时的版本办到底；新的批次按当时生效的版本。",
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
    report: PolicyReport | None = None,
    errors: tuple[ErrorView, ...] = (),
    status: int = 200,
) -> Response:
    view = ProposePage(
        frame=await visitor.frame("提出政策", nav=URL, crumbs=(HOME,), errors=errors),
        submission=submission(f"{URL}/propose"),
        text=area("text", "政策文本（YAML）", text, errors),
        cases=area("cases", "金例（YAML）", cases, errors),
        note=FieldView("note", "说明", value=note, required=False, max_length=NOTE),
        report=fill.report_of(report, text, cases) if report else None,
        what="政策",
    )
    return page(visitor.request, view, status=status)


async def _not_taken(
    visitor: Visit, text: str, cases: str, note: str, error: Problem | Refused
) -> Response:
    """The form again with everything that is wrong; what was typed stays."""
    said = error.detail if isinstance(error, Problem) else error.message
    wrong = (ErrorView("text", said),)
    report = None
    if error.code in {Code.POLICY_INVALID, Code.POLICY_CASES}:
        report = await policies.check(visitor.services, visitor.actor, text, cases)
    kept = "" if error.code is ApiCode.TOO_LARGE else text
    return await _propose_page(
        visitor, kept, cases, note=note, report=report, errors=wrong, status=422
    )
