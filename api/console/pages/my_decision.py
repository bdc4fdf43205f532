"""One benefit of one's own: why it came out so, by which facts, and what may be done about it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from activities.store.benefits.ledger import came_back
from activities.store.benefits.opting import OptOutKind, opted_out
from activities.store.benefits.policies import policies_in_force, policy_at
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import EntitlementView, entitlement_view
from activities.store.benefits.runs import run_view
from api.benefits import rights
from api.benefits.own import OWN_CASES, own_notices_seen
from api.benefits.working import decided_by
from api.console.fill import beneficiary as fill
from api.console.fill.benefit_money import notice_row, payment_row
from api.console.fill.benefit_working import working
from api.console.fill.benefits import says_of
from api.console.pages.own import MY, TITLES, Own, act_faults, opened
from api.console.request import Posted, PublicPosting, department_name, moved, page
from api.console.request import router as pages
from api.console.views.beneficiary import MyDecisionPage
from api.console.views.shared import ErrorView, Link, Pair
from api.problems import ApiCode, Problem
from api.services import Given
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition

router: APIRouter = pages()

SubjectId = Annotated[int, Path(ge=1, le=10**15)]
Name = Annotated[str, Path(max_length=200)]
QueryCode = Annotated[str, Query(max_length=16)]
_DONE: Mapping[str, str] = {
    "confirm": "已确认。",
    "decline": "已放弃这一笔。",
    "review": "已经收到，由工作人员复核，结果在这里告知。",
    "correction": "已经收到，核对属实的会更正，并重新比对。",
    "account": "已经收到，核对后更正账户。",
    "recovery": "已经收到您的陈述、申辩，会在这里答复。",
    "refuse": "已登记：以后由工作人员审核。",
}
_WRONG = frozenset(
    {Code.INVALID, Code.REASONS_MISSING, Code.ENTITLEMENT_NOT_OPEN, Code.ACCOUNT_MISSING}
)
_AUTOMATED = (
    "这个结果由系统按下列条件和数据自动比对得出，名单须经两名工作人员复核。您可以要求人工复核，"
    "也可以不接受由系统自动作出决定。"
)


@router.get(MY + "/{subject}/entries/{name}")
async def decision(
    request: Request, given: Given, subject: SubjectId, name: Name, code: QueryCode = ""
) -> Response:
    """One benefit, and why."""
    return await opened(request, given, subject, code, lambda own: _shown(own, name))


@router.post(MY + "/{subject}/entries/{name}/{act}")
async def do(
    *,
    request: Request,
    given: Given,
    subject: SubjectId,
    name: Name,
    act: str,
    form: PublicPosting,
    code: QueryCode = "",
) -> Response:
    """Yes, no, a person, a correction, another account."""
    if act not in _DONE:
        raise Problem(ApiCode.NOT_FOUND)

    async def done(own: Own) -> Response:
        try:
            await _act(own, name, act, form)
        except (Problem, Refused) as error:
            if error.code not in _WRONG:
                raise
            return await _shown(own, name, act_faults(error, act), form)
        return moved(own.url("entries", name), _DONE[act])

    return await opened(request, given, subject, code, done)


async def _act(own: Own, name: str, act: str, form: Posted) -> None:
    services, who, sent = own.services, own.who, form.sent
    reason = form.one(f"reason-{act}")
    match act:
        case "confirm":
            await rights.confirm(services, who, name, sent=sent)
        case "decline":
            await rights.decline(services, who, name, sent=sent)
        case "review":
            await rights.ask_review(services, who, reason=reason, entitlement=name, sent=sent)
        case "account":
            holder, number = form.one("name-account"), form.one("number-account")
            await rights.ask_account(services, who, name, name=holder, number=number, sent=sent)
        case "recovery":
            await rights.object_recovery(services, who, name, reason=reason, sent=sent)
        case "refuse":
            found, _ = await _found(own, name)
            kind = OptOutKind.AUTOMATED
            await rights.say_no(services, who, kind=kind, policy=found.line.policy, sent=sent)
        case _:
            _, policy = await _found(own, name)
            facts = fill.corrected(services, policy, form)
            await rights.ask_correction(
                services, who, facts=facts, reason=reason, entitlement=name, sent=sent
            )


async def _found(own: Own, name: str) -> tuple[EntitlementView, PolicyDefinition]:
    """One's own, with its policy. Raises `unknown-entitlement` for all others."""
    async with own.services.store.reading() as session:
        await rights.own_entry(session, own.who, name)
        found = await entitlement_view(session, name)
        loaded = await policy_at(session, found.line.policy, found.version)
    return found, loaded.definition


async def _shown(
    own: Own, name: str, wrong: Mapping[str, str] | None = None, form: Posted | None = None
) -> Response:
    services, who, said = own.services, own.who, wrong or {}
    found, policy = await _found(own, name)
    line = found.line
    async with services.store.reading() as session:
        state = (await run_view(session, line.run)).state
        says = says_of(policy, await policies_in_force(session, state.on))
        back = await came_back(session, (name,))
        refusing = await opted_out(
            session, [who.subject.id], OptOutKind.AUTOMATED, policy=line.policy
        )
        refuses = bool(refusing)
    await own_notices_seen(services, who, found.notices)
    decided = decided_by(found.evidence, policy, services.facts)
    errors = [ErrorView(field, message) for field, message in said.items()]
    acts = fill.decision_acts(services, who, line, policy, refuses=refuses, wrong=said, typed=form)
    shown = MyDecisionPage(
        frame=own.frame(line.policy_name, "entries", name, errors=errors),
        entry=fill.entry(who, line, state, says, services.now(), back.get(name)),
        facts=_facts(own, line, policy),
        automated=_AUTOMATED if decided else "",
        working=working(decided, policy, services.facts) if decided else None,
        payments=tuple(payment_row(each) for each in found.payments),
        notices=tuple(notice_row(each) for each in found.notices),
        cases=tuple(fill.case(each) for each in found.cases if each.kind in OWN_CASES),
        acts=tuple(acts),
        back=Link(TITLES[MY], own.url()),
    )
    return page(own.request, shown, status=422 if said else 200)


def _facts(own: Own, line: EntryLine, policy: PolicyDefinition) -> tuple[Pair, ...]:
    return (
        Pair("文号", policy.number),
        Pair("主管部门", department_name(own.services, line.organ)),
        Pair("收款账户", fill.account_said(own.who) if line.has_account else ""),
    )
