"""What the register itself knows of an applicant's word: promises broken, promises overdue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Credit, Material, Matter
from definitions.language import pending
from definitions.matter.state import MaterialStatus

_BARS = (pending.Credit.NOT_ELIGIBLE, pending.Credit.PUBLIC_RECORD)
_OWED = (MaterialStatus.PENDING, MaterialStatus.REFUSED)
_PROMISED = (
    pending.Mode.ACCEPT_PENDING,
    pending.Mode.ISSUE_THEN_SUPPLY,
    pending.Mode.INFORM_COMMIT,
)


class StandingFact(Read):
    """One fact of a firm (`firm.<name>`) that this register knows to be so, and from where."""

    name: str
    source: str


class CreditView(Read):
    """A broken promise, and whether it was repaired."""

    bundle: str
    matter: str
    matter_name: str
    department_name: str
    firm_code: str
    firm_name: str
    mode: str
    grade: str
    recorded_at: datetime
    repaired_at: datetime | None
    repaired_by: str | None
    repaired_by_name: str | None
    repair_reason: str | None


async def standing_of(
    session: ReadSession, firm_code: str, now: datetime
) -> tuple[StandingFact, ...]:
    """What stands against taking the firm's word at present; each fact once, with its source."""
    broken = (
        await session.execute(
            select(Credit.bundle, Credit.grade)
            .join(Bundle, Bundle.number == Credit.bundle)
            .join(Application, Application.id == Bundle.application)
            .where(
                Application.firm_code == firm_code,
                Credit.repaired_at.is_(None),
                Credit.grade.in_(_BARS),
            )
            .order_by(Credit.recorded_at, Credit.bundle)
        )
    ).all()
    overdue = await session.scalar(
        select(Material.bundle)
        .join(Bundle, Bundle.number == Material.bundle)
        .join(Application, Application.id == Bundle.application)
        .where(
            Application.firm_code == firm_code,
            Material.mode.in_(_PROMISED),
            Material.status.in_(_OWED),
            Material.due_at <= now,
        )
        .order_by(Material.due_at, Material.bundle)
        .limit(1)
    )
    public = [bundle for bundle, grade in broken if grade == pending.Credit.PUBLIC_RECORD]
    return (
        *((_fact("dishonest", public[0], "记入信用记录"),) if public else ()),
        *((_fact("broken_promise", broken[0].bundle, "承诺没有履行"),) if broken else ()),
        *((_fact("overdue_promise", overdue, "承诺逾期未履行"),) if overdue else ()),
    )


async def credits_of(
    session: ReadSession,
    *,
    firm_code: str | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> Sequence[CreditView]:
    """Broken promises, the latest first; of one firm where it is named."""
    place = tuple_(Credit.recorded_at, Credit.bundle, Credit.matter)
    query = (
        select(Credit, Matter.name, Matter.department_name, Application, Account.name)
        .join(Bundle, Bundle.number == Credit.bundle)
        .join(Application, Application.id == Bundle.application)
        .join(Matter, (Matter.bundle == Credit.bundle) & (Matter.key == Credit.matter))
        .outerjoin(Account, Account.id == Credit.repaired_by)
    )
    if firm_code is not None:
        query = query.where(Application.firm_code == firm_code)
    if after is not None:
        query = query.where(place < after)
    query = query.order_by(
        Credit.recorded_at.desc(), Credit.bundle.desc(), Credit.matter.desc()
    ).limit(limit)
    return [
        CreditView(
            bundle=row.bundle,
            matter=row.matter,
            matter_name=matter_name,
            department_name=department_name,
            firm_code=application.firm_code,
            firm_name=application.firm_name,
            mode=row.mode,
            grade=row.grade,
            recorded_at=row.recorded_at,
            repaired_at=row.repaired_at,
            repaired_by=row.repaired_by,
            repaired_by_name=repaired_by,
            repair_reason=row.repair_reason,
        )
        for row, matter_name, department_name, application, repaired_by in (
            await session.execute(query)
        )
    ]


def _fact(name: str, bundle: str, said: str) -> StandingFact:
    return StandingFact(name=name, source=f"本系统：办件 {bundle} {said}")
