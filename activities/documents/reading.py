"""Reading what documents rest on: one query a table for all the documents of one call.

What was so at a certain act (taken in, accepted, lapsed) is read from that act's event, so
that a document made late says the same as one made at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Document, Event, Material, Matter
from definitions.matter.events import BundleStarted, MatterAcceptedPending, MatterLapsed
from definitions.matter.state import Reason

_FROM_EVENTS = frozenset({"intake", "pending", "lapse"})

_Application = tuple[Bundle, Application, str | None, Mapping[str, Matter]]


@dataclass(frozen=True, slots=True)
class Found:
    """The rows and events of one application that its documents need."""

    bundle: Bundle
    application: Application
    receiver: str | None
    matters: Mapping[str, Matter]
    started: BundleStarted | None
    pending: Mapping[str, MatterAcceptedPending]
    lapsed: Mapping[str, MatterLapsed]
    materials: tuple[Material, ...]
    remarks: Mapping[str, str]


async def read(session: ReadSession, number: str, documents: Sequence[Document]) -> Found:
    """Everything the documents need.

    Raises LookupError where the register lacks the application.
    """
    templates = {document.template for document in documents}
    keys = sorted({document.matter for document in documents if document.matter is not None})
    bundle, application, receiver, matters = await _application(session, number, keys)
    wanted = keys if _FROM_EVENTS & templates else None
    started, pending, lapsed = await _events(session, number, wanted)
    refused = {document.matter for document in documents if document.template == "refusal"}
    reasons = [
        Reason.model_validate(reason).text
        for matter in matters.values()
        if matter.key in refused
        for reason in matter.reasons
    ]
    return Found(
        bundle=bundle,
        application=application,
        receiver=receiver,
        matters=matters,
        started=started,
        pending=pending,
        lapsed=lapsed,
        materials=await _materials(session, number) if "lapse" in templates else (),
        remarks=await texts(session, reasons),
    )


async def _application(session: ReadSession, number: str, keys: list[str]) -> _Application:
    """The application, who took it in, and the matters asked for (one row a matter)."""
    found = await session.execute(
        select(Bundle, Application, Account.name, Matter)
        .join(Application, Application.id == Bundle.application)
        .outerjoin(Account, Account.id == Application.submitted_by)
        .outerjoin(Matter, and_(Matter.bundle == Bundle.number, Matter.key.in_(keys)))
        .where(Bundle.number == number)
        .options(defer(Application.start), defer(Application.answers))
    )
    rows = found.all()
    if not rows:
        msg = f"the register does not hold {number} or its application"
        raise LookupError(msg)
    bundle, application, receiver, _ = rows[0]
    matters: list[Matter | None] = [row[3] for row in rows]
    return bundle, application, receiver, {m.key: m for m in matters if m is not None}


async def _events(
    session: ReadSession, number: str, matters: list[str] | None
) -> tuple[BundleStarted | None, dict[str, MatterAcceptedPending], dict[str, MatterLapsed]]:
    pending: dict[str, MatterAcceptedPending] = {}
    lapsed: dict[str, MatterLapsed] = {}
    started: BundleStarted | None = None
    if matters is None:
        return started, pending, lapsed
    kinds = ("matter_accepted_pending", "matter_lapsed")
    rows = await session.execute(
        select(Event.kind, Event.body)
        .where(
            Event.bundle == number,
            or_(Event.seq == 1, and_(Event.matter.in_(matters), Event.kind.in_(kinds))),
        )
        .order_by(Event.seq)
    )
    for kind, body in rows:
        match kind:
            case "bundle_started":
                started = BundleStarted.model_validate(body)
            case "matter_accepted_pending":
                accepted = MatterAcceptedPending.model_validate(body)
                pending[accepted.matter] = accepted
            case _:
                lapse = MatterLapsed.model_validate(body)
                lapsed[lapse.matter] = lapse
    return started, pending, lapsed


async def _materials(session: ReadSession, number: str) -> tuple[Material, ...]:
    found = await session.scalars(
        select(Material).where(Material.bundle == number).order_by(Material.position)
    )
    return tuple(found)
