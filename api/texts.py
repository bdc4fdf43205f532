"""What becomes of a text by two people, of a service's definition and of a policy alike.

Each kind has its store and its words; judged, kept under a key and decided they are the same way.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from activities.store.desk.accounts import accounts
from activities.store.engine import Store, WriteSession
from api.definition_views import Person
from api.problems import ApiCode, Fault, Problem
from definitions.errors import Code, Refused
from definitions.lifecycle.judging import Finding, Judgement
from definitions.source import MAX_BYTES

T = TypeVar("T")

LARGEST = MAX_BYTES
NOTE = 200
REASON = 500


def refuse_large(texts: Iterable[str], said: str) -> None:
    """Raises `too-large` with what is said of it."""
    if any(len(each.encode()) > LARGEST for each in texts):
        raise Problem(ApiCode.TOO_LARGE, f"{said}不超过 {LARGEST // 1000} KB")


def refuse_unfit(report: Judgement, what: str, invalid: Code, differ: Code) -> None:
    """Raises `invalid` or `differ` with everything that stands in the way of keeping the text."""
    if report.findings:
        first, count = report.findings[0], len(report.findings)
        said = f"第 {first.line} 行第 {first.column} 列：{first.message}"
        more = f"（共 {count} 处）" if count > 1 else ""
        faults = [_fault(finding) for finding in report.findings]
        raise Problem(invalid, f"{said}{more}", errors=faults)
    if report.failed:
        faults = [
            Fault(
                pointer="/cases",
                rule=unlike.item,
                message=f"{case.case}：{unlike.label}应为 {unlike.expected}，得到 {unlike.found}",
            )
            for case in report.failed
            for unlike in case.unlike
        ]
        said = f"{len(report.failed)} 个金例与{what}不符（共 {len(report.cases)} 个）"
        raise Problem(differ, said, errors=faults)


async def kept_once(store: Store, keep: Callable[[WriteSession], Awaitable[T]]) -> T:
    """Keep what is proposed under a key, which may come twice at the same moment."""
    try:
        async with store.begin() as session:
            return await keep(session)
    except IntegrityError:
        # Two requests under one key met: the other one was first.
        async with store.begin() as session:
            return await keep(session)


def reason_of(reason: str, missing: str) -> str:
    """Why something is returned or retired. Raises `reasons-missing`."""
    said = reason.strip()[:REASON]
    if not said:
        raise Refused(Code.REASONS_MISSING, missing, field="/reason")
    return said


async def people_of(store: Store, release: str) -> Mapping[str, Person]:
    """Every account, and the `release` as who published what it brings."""
    async with store.reading() as session:
        found = await accounts(session)
    people = {each.id: Person(id=each.id, name=each.name) for each in found}
    return people | {release: Person(id=release, name="随软件发布")}


def _fault(finding: Finding) -> Fault:
    return Fault(
        pointer="/cases" if ".cases" in finding.file else "/text",
        rule=finding.rule,
        message=f"{finding.path}：{finding.message}" if finding.path else finding.message,
        line=finding.line,
        column=finding.column,
    )
