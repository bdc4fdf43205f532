"""Made-up subjects and their facts, and the shipped policies, for check-ups."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select

from activities.store.benefits.facts import SubjectRow, SubjectView, put_subjects, subject_view
from activities.store.benefits.policies import put_shipped
from activities.store.engine import Store, WriteSession
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter
from activities.store.tables.subjects import FactBatch, SubjectFacts
from definitions.bundle.state import BundleStatus
from definitions.language.benefits import SubjectKind
from definitions.matter.state import MatterStatus, Result
from definitions.policy_loading import load_facts
from tests.support.api import Person
from tests.support.cases import filled
from tests.support.services import TODAY
from tests.support.shipped import policies

CATALOGUE = load_facts()
FIRM, PERSON = SubjectKind.FIRM, SubjectKind.PERSON
_LISTS = ("needs", "clocks", "gates", "missing", "reasons", "reason_bases", "bases", "remedies")
DEREGISTRATION = "company_deregistration"
FIRM_CODE, PERSON_CODE = "91310117MA1J00001G", "310117195608150022"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

# Entitled to the refund and to the waiver; of the first hire of two.
GOOD: Mapping[str, Any] = {
    "firm.registered_here": True,
    "firm.active": True,
    "firm.deregistering": False,
    "firm.size": "small",
    "firm.dispatch": False,
    "firm.insured_before": 20,
    "firm.insured_after": 20,
    "firm.natural_decrease": 0,
    "firm.premiums_paid": 1_000_000,
    "firm.months_paid": 12,
    "firm.young_hires": ["H1", "H2"],
    "firm.young_hires_count": 2,
    "firm.dishonest": False,
    "firm.heavy_breach": False,
    "firm.credit_score": 88,
    "firm.tax_credit": "A",
    "firm.tax_arrears": False,
    "firm.fees_due": 30_000,
}
ELDER: Mapping[str, Any] = {
    "person.age_months": 840,
    "person.in_city": True,
    "person.registered_here": True,
    "person.alive": True,
}


async def shipped(store: Store) -> None:
    """The policies that the software brings along, published."""
    async with store.begin() as session:
        await put_shipped(session, policies(), NOW)


async def known(
    store: Store,
    facts: Mapping[str, Any],
    *,
    kind: SubjectKind = FIRM,
    code: str = FIRM_CODE,
    name: str = "上海松江样品有限公司",
    as_of: date = TODAY,
    account: str | None = "6222020000001234567",
) -> SubjectView:
    """A subject and what its sources say of it."""
    async with store.begin() as session:
        row = SubjectRow(kind=kind, code=code, name=name, account_name=name, account_number=account)
        subject = (await put_subjects(session, [row]))[code]
        await say(session, kind, subject, facts, as_of)
        found = await subject_view(session, subject)
    assert found is not None
    return found


async def applied(
    clerk: Person,
    store: Store,
    status: MatterStatus,
    result: Result | None = None,
    service: str = DEREGISTRATION,
    *,
    key: str = "REG_DEREG",
    answers: Mapping[str, Any] | None = None,
) -> str:
    """An application of the firm of which one matter stands like that; its number."""
    return await applied_by(
        clerk.actor.id, store, status, result, service, key=key, answers=answers
    )


async def applied_by(
    owner: str,
    store: Store,
    status: MatterStatus,
    result: Result | None = None,
    service: str = DEREGISTRATION,
    *,
    key: str = "REG_DEREG",
    answers: Mapping[str, Any] | None = None,
) -> str:
    """The same of whoever has this account."""
    number = "SJ-YJS-310117-20261120-000001"
    application = {
        "id": number,
        "state": "submitted",
        "owner": owner,
        "number": number,
        "firm_code": FIRM_CODE,
        "answers": dict(answers or {}),
        "committed": [],
    }
    bundle = {
        "number": number,
        "application": number,
        "service": service,
        "status": BundleStatus.RUNNING,
        "started_at": NOW,
    }
    matter = {
        "bundle": number,
        "number": f"{number:0>31}",
        "key": key,
        "status": status,
        "result": result,
        **{name: [] for name in _LISTS},
    }
    async with store.begin() as session:
        for model, given in ((Application, application), (Bundle, bundle), (Matter, matter)):
            await session.execute(insert(model).values(filled(model, **given)))
    return number


async def say(
    session: WriteSession,
    kind: SubjectKind,
    subject: int,
    facts: Mapping[str, Any],
    as_of: date = TODAY,
) -> None:
    """Of each source a batch of one."""
    sources = {fact.fact: fact.source for fact in CATALOGUE.facts}
    for source in sorted({sources[name] for name in facts}):
        said = {name: value for name, value in facts.items() if sources[name] == source}
        batch = FactBatch(
            source=source,
            kind=kind,
            as_of=as_of,
            name="样例",
            sha256=f"{subject} {source} {as_of} {sorted(said.items())}",
            rows=1,
            good=1,
            bad=0,
            loaded_by="test",
        )
        before = await session.scalar(select(FactBatch.id).where(FactBatch.sha256 == batch.sha256))
        if before is not None:
            continue
        session.add(batch)
        await session.flush()
        row = {"source": source, "subject": subject, "as_of": as_of, "facts": said}
        await session.execute(insert(SubjectFacts).values(**row, batch=batch.id))
