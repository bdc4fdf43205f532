"""拨付指令 as they are kept: written before anything is sent, answered once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from activities.contracts.benefits import Chunk
from activities.store.benefits.lanes import in_lane
from activities.store.benefits.recoveries import Offset
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Entitlement, PaymentInstruction
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.language.base import Value

READY, SENT, PAID, FAILED = "ready", "sent", "paid", "failed"
REFUSED = "refused"
"""Why one is not taken, or failed: what is said of it, the treasury will not take."""

# What the driver tries to pay, as far as it can be paid now.
PAYABLE = (Status.CLEARED, Status.HELD, Status.SHORT, Status.FAILED)


class Payable(Value):
    """An entitlement that is to be paid, and the account as it is known now."""

    id: str
    status: Status
    subject: int
    organ: str
    fen: int
    attempt: int
    account_name: str = Field(repr=False)
    account_number: str = Field(repr=False)
    account_version: int

    @property
    def has_account(self) -> bool:
        """Whether there is an account to pay to."""
        return bool(self.account_name and self.account_number)


class Instruction(Value):
    """One attempt. `fen` is what the treasury pays, `offsets` what was kept back of the rest."""

    id: str
    entitlement: str
    run: str
    attempt: int
    fen: int
    account_name: str = Field(repr=False)
    account_number: str = Field(repr=False)
    account_version: int
    offsets: tuple[Offset, ...] = ()
    status: str = READY
    reason: str | None = None
    made_at: datetime | None = None
    sent_at: datetime | None = None

    @property
    def whole(self) -> int:
        """What the benefit comes to."""
        return self.fen + sum(offset.fen for offset in self.offsets)


def instruction_id(entitlement: str, attempt: int) -> str:
    """The treasury's key of one attempt."""
    return f"{entitlement}#{attempt}"


async def payable(session: WriteSession, chunk: Chunk) -> tuple[Payable, ...]:
    """The chunk's entitlements that wait for their money, locked, by id.

    One that failed waits for another account: it is among them once the subject has named one.
    """
    last = aliased(PaymentInstruction)
    rows = await session.execute(
        select(
            Entitlement.id,
            Entitlement.status,
            Entitlement.subject,
            Entitlement.organ,
            Entitlement.fen,
            Entitlement.attempt,
            func.coalesce(Subject.account_name, "").label("account_name"),
            func.coalesce(Subject.account_number, "").label("account_number"),
            Subject.account_version,
        )
        .join(Subject, Subject.id == Entitlement.subject)
        .outerjoin(
            last, (last.entitlement == Entitlement.id) & (last.attempt == Entitlement.attempt)
        )
        .where(
            Entitlement.run == chunk.run,
            Entitlement.id > chunk.after,
            in_lane(chunk, Entitlement.id),
            Entitlement.status.in_(PAYABLE),
            (Entitlement.status != Status.FAILED)
            | (Subject.account_version > last.account_version),
        )
        .order_by(Entitlement.id)
        .limit(chunk.limit)
        .with_for_update(of=Entitlement)
    )
    return tuple(Payable.model_validate(row, from_attributes=True) for row in rows)


async def is_short_before(session: ReadSession, run: str, before: str) -> bool:
    """Whether the budget did not reach for one of the run that comes before."""
    found = select(
        exists().where(
            Entitlement.run == run, Entitlement.status == Status.SHORT, Entitlement.id < before
        )
    )
    return bool(await session.scalar(found))


async def put_instructions(session: WriteSession, made: Sequence[Instruction]) -> None:
    """Write them down, ready to be sent."""
    if made:
        rows = [each.model_dump(mode="json", exclude={"made_at", "sent_at"}) for each in made]
        await session.execute(insert(PaymentInstruction), rows)


async def waiting(
    session: WriteSession, chunk: Chunk, status: str, *, limit: int
) -> tuple[Instruction, ...]:
    """The chunk's instructions that stand like that, at most so many, locked, by id."""
    of_run = _all().where(
        PaymentInstruction.run == chunk.run,
        PaymentInstruction.id > chunk.after,
        in_lane(chunk, PaymentInstruction.id),
        PaymentInstruction.status == status,
    )
    return await _locked(session, of_run.limit(limit))


async def by_id(
    session: WriteSession, ids: Sequence[str], *, status: str
) -> tuple[Instruction, ...]:
    """Those of them that stand like that, locked, by id."""
    named = PaymentInstruction.id.in_(ids)
    return await _locked(session, _all().where(named, PaymentInstruction.status == status))


async def last_of(session: WriteSession, entitlements: Sequence[str]) -> Mapping[str, Instruction]:
    """Of each entitlement the latest attempt, both locked."""
    if not entitlements:
        return {}
    await lock(session, entitlements)
    latest = (
        _all()
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .where(Entitlement.id.in_(entitlements), PaymentInstruction.attempt == Entitlement.attempt)
        .with_for_update(of=PaymentInstruction)
    )
    return {each.entitlement: each for each in await _found(session, latest)}


async def lock(session: WriteSession, entitlements: Iterable[str]) -> None:
    """Entitlements come first, then instructions, then the budget: nobody waits in a circle."""
    await session.execute(
        select(Entitlement.id)
        .where(Entitlement.id.in_(sorted(entitlements)))
        .order_by(Entitlement.id)
        .with_for_update()
    )


async def with_new_accounts(
    session: WriteSession, ready: Sequence[Instruction]
) -> list[Instruction]:
    """To the account as it is known now: nobody has been told of the other one yet."""
    found = await session.execute(
        select(
            PaymentInstruction.id,
            Subject.account_name,
            Subject.account_number,
            Subject.account_version,
        )
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .join(Subject, Subject.id == Entitlement.subject)
        .where(
            PaymentInstruction.id.in_([each.id for each in ready]),
            PaymentInstruction.status == READY,
            Subject.account_version > PaymentInstruction.account_version,
            Subject.account_name != "",
            Subject.account_number != "",
        )
        .order_by(PaymentInstruction.id)
    )
    named = {
        row.id: {
            "account_name": row.account_name,
            "account_number": row.account_number,
            "account_version": row.account_version,
        }
        for row in found
    }
    for key, account in named.items():
        changed = update(PaymentInstruction).where(PaymentInstruction.id == key)
        await session.execute(changed.values(**account))
    return [each.model_copy(update=named.get(each.id, {})) for each in ready]


async def mark_sent(session: WriteSession, ids: Sequence[str], now: datetime) -> None:
    """From now on the treasury may have them; what it said of them before counts no more."""
    await session.execute(
        update(PaymentInstruction)
        .where(PaymentInstruction.id.in_(ids))
        .values(status=SENT, sent_at=now, reason=None)
    )


async def note_refused(session: WriteSession, ids: Collection[str]) -> None:
    """The treasury will not take these, as they are: seen by people, and told again meanwhile."""
    await session.execute(
        update(PaymentInstruction)
        .where(PaymentInstruction.id.in_(ids), PaymentInstruction.status == SENT)
        .values(reason=REFUSED)
    )


def _all() -> Select[PaymentInstruction]:
    return (
        select(PaymentInstruction)
        .order_by(PaymentInstruction.id)
        .execution_options(populate_existing=True)
    )


async def _locked(
    session: WriteSession, wanted: Select[PaymentInstruction]
) -> tuple[Instruction, ...]:
    """With their entitlements, and those that something is kept back for."""
    seen = await _found(session, wanted)
    kept = {offset.entitlement for each in seen for offset in each.offsets}
    await lock(session, {each.entitlement for each in seen} | kept)
    still = PaymentInstruction.id.in_([each.id for each in seen])
    return await _found(session, wanted.where(still).with_for_update())


async def _found(
    session: ReadSession, wanted: Select[PaymentInstruction]
) -> tuple[Instruction, ...]:
    return tuple(
        Instruction(
            id=row.id,
            entitlement=row.entitlement,
            run=row.run,
            attempt=row.attempt,
            fen=row.fen,
            account_name=row.account_name,
            account_number=row.account_number,
            account_version=row.account_version,
            offsets=tuple(Offset.model_validate(each) for each in row.offsets),
            status=row.status,
            reason=row.reason,
            made_at=row.made_at,
            sent_at=row.sent_at,
        )
        for row in await session.scalars(wanted)
    )
