"""复核件 as applications: each case is filed under the service `benefit_review`.

It is taken in like any other, so that it has its number, task, clock, audit and appeal. The row
comes first; a case without an application is filed again by `recover_cases`.
"""

import hashlib
from collections.abc import Mapping

import structlog

from activities.store.benefits.cases import CaseKind, CaseView, case_at, give_bundle, unfiled
from activities.store.benefits.facts import SubjectView, subject_view
from activities.store.benefits.runs import run_view
from activities.store.desk.applications import Contents
from api.engine import EngineAway
from api.intake import Submitted, submit_known
from api.sent import Sent
from api.services import Services
from definitions.benefits.run import RunState
from definitions.errors import Refused
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor, Role
from definitions.lifecycle.policy_saying import fact_said

log = structlog.get_logger(__name__)

SERVICE = "benefit_review"


async def file_case(services: Services, case: CaseView) -> CaseView:
    """The case with its application; where the engine is away, that is begun soon.

    As often as it is asked: the case's number is its idempotency key.
    """
    if case.bundle is not None or case.outcome is not None:
        return case
    async with services.store.reading() as session:
        state = (await run_view(session, case.run)).state
        subject = await subject_view(session, case.subject) if case.subject is not None else None
    contents = _contents(services, case, state, subject)
    filed: Submitted = await submit_known(services, _filer(case), contents, _sent(case))
    async with services.store.begin() as session:
        await give_bundle(session, case.id, filed.number)
        return await case_at(session, case.id)


async def recover_cases(services: Services) -> int:
    """File what a crash left without an application; how many were."""
    async with services.store.reading() as session:
        found = await unfiled(session)
    done = 0
    for case in found:
        try:
            await file_case(services, case)
            done += 1
        except (EngineAway, Refused) as error:
            log.warning("case_not_filed", case=case.id, error=type(error).__name__)
    return done


def _filer(case: CaseView) -> Actor:
    """Who applies. Always the same for a case, whoever files it: it is part of its key."""
    return Actor(id=f"case:{case.id}", role=Role.APPLICANT)


def _sent(case: CaseView) -> Sent:
    return Sent(key=f"case-{case.id:08d}", payload=hashlib.sha256(case.key.encode()).hexdigest())


def _contents(
    services: Services, case: CaseView, state: RunState, subject: SubjectView | None
) -> Contents:
    """What the officer reads of it. An ID number is never a firm's code."""
    said = case.said
    is_firm = subject is not None and subject.kind is SubjectKind.FIRM
    by_other = case.kind is CaseKind.OBJECTION
    name = str(said.get("name", "")) if by_other else (subject.name if subject else "")
    form = {
        "policy": state.terms.name,
        "period": state.period,
        "run": case.run,
        "entitlement": case.entitlement or "",
        "about": subject.name if by_other and subject else "",
        "reason": str(said.get("reason", "")) or "补充数据，请核对",
        "facts": facts_said(services, said.get("facts")),
        "account": _account_said(said.get("account")),
        "contact": str(said.get("contact", "")),
    }
    return Contents(
        service=SERVICE,
        firm_code=subject.code if is_firm and subject and not by_other else "",
        firm_name=name or "（匿名）",
        answers={"kind": case.kind.value, "organ": state.terms.organ},
        form={field: value for field, value in form.items() if value},
    )


def facts_said(services: Services, facts: object) -> str:
    """As the application has them, whether just sent or out of the database."""
    if not isinstance(facts, Mapping):
        return ""
    known = {fact.fact: fact for fact in services.facts.facts}
    said = [
        f"{known[name].label}：{fact_said(known[name], value)}"
        for name, value in facts.items()
        if name in known
    ]
    return "；".join(said)


def _account_said(account: object) -> str:
    if not isinstance(account, dict):
        return ""
    return f"{account.get('name', '')} {account.get('number', '')}".strip()
