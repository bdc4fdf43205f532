"""What a reader may see: everything, or what one department takes part in. Part of every query.

The conditions stand here and nowhere else: the department, the items and the confidentiality that
the account is trusted with, and what concerns the reader himself (回避).
"""

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    all_,
    and_,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from activities.store.tables.register import Bundle, Document, Matter, Recusal, Task
from definitions.language.base import Value
from definitions.language.roles import Authority, Confidentiality
from definitions.matter.state import MatterStatus


class Read(Value):
    """Base of read models: frozen, made from rows."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Scope(Value):
    """`department` None sees all; else only bundles in which it has a matter to handle.

    Of these, only what the reader's `authority` covers (None: no bound), and nothing that concerns
    the reader himself (`account`).
    """

    department: str | None = None
    authority: Authority | None = None
    account: str | None = None

    def sees(self, department: str | None) -> bool:
        """Whether something of this department may be seen."""
        return self.department is None or self.department == department

    def covers(self, item: str, confidentiality: Confidentiality) -> bool:
        """Whether the reader is trusted with this item at this confidentiality."""
        return self.authority is None or self.authority.covers(item, confidentiality)

    def clears(self, confidentiality: Confidentiality) -> bool:
        """Whether the reader may know of something as confidential as this."""
        return self.authority is None or confidentiality.rank <= self.authority.clearance.rank

    @property
    def items(self) -> tuple[str, ...]:
        """The only items the reader may see; none meaning all."""
        return self.authority.items if self.authority is not None else ()

    @property
    def is_bounded(self) -> bool:
        """Whether there are matters that the reader is not trusted with."""
        return self.authority is not None and bool(
            self.authority.items or self.authority.clearance.rank < len(Confidentiality) - 1
        )


EVERYTHING = Scope()


def of_department(scope: Scope, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Rows that belong to the scope's department."""
    return true() if scope.department is None else column == scope.department


def covered(
    scope: Scope,
    item: InstrumentedAttribute[str],
    confidentiality: InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """Rows of items and of a confidentiality that the reader is trusted with."""
    if not scope.is_bounded or scope.authority is None:
        return true()
    bounds: list[ColumnElement[bool]] = []
    if scope.authority.items:
        bounds.append(item.in_(("", *scope.authority.items)))
    return and_(*bounds, cleared(scope, confidentiality))


def cleared(scope: Scope, confidentiality: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Rows that are no more confidential than the reader may know of."""
    open_to = [str(each) for each in Confidentiality if scope.clears(each)]
    return true() if len(open_to) == len(Confidentiality) else confidentiality.in_(open_to)


def unconcerned(scope: Scope, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Rows of applications that do not concern the reader himself.

    Nobody is kept from many: they are read once and compared with each row, so that the condition
    stands inside an index scan and never asks for a join.
    """
    if scope.account is None:
        return true()
    kept_from = select(Recusal.bundle).where(Recusal.account == scope.account).scalar_subquery()
    return column != all_(func.array(kept_from, type_=ARRAY(Text)))


def own_tasks(scope: Scope) -> ColumnElement[bool]:
    """Tasks the reader's department has now."""
    return and_(
        of_department(scope, Task.department),
        covered(scope, Task.item, Task.confidentiality),
        unconcerned(scope, Task.bundle),
    )


def known_tasks(scope: Scope) -> ColumnElement[bool]:
    """Those, and what the department has asked for or passed on."""
    return and_(
        true() if scope.department is None else _knows(scope.department),
        covered(scope, Task.item, Task.confidentiality),
        unconcerned(scope, Task.bundle),
    )


def own_matters(scope: Scope) -> ColumnElement[bool]:
    """Matters that the reader's department answers for."""
    return and_(
        of_department(scope, Matter.department),
        covered(scope, Matter.item, Matter.confidentiality),
        unconcerned(scope, Matter.bundle),
    )


def seen_matters(scope: Scope) -> ColumnElement[bool]:
    """Those, and matters beside which the department has or had a task."""
    return and_(
        handled(scope),
        _open_to(scope),
        unconcerned(scope, Matter.bundle),
    )


def handled(scope: Scope, matter: type[Matter] = Matter) -> ColumnElement[bool]:
    """Matters of the department, or in which it has or had a task (asked, transferred)."""
    if scope.department is None:
        return true()
    task = aliased(Task)
    theirs = exists().where(
        task.bundle == matter.bundle,
        task.matter == matter.key,
        _has(scope.department, task),
    )
    own = matter.department == scope.department
    return or_(and_(own, matter.status != MatterStatus.NOT_NEEDED), theirs)


def takes_part(scope: Scope) -> ColumnElement[bool]:
    """Bundles in which the scope's department has a matter or a task; one not needed is none.

    A task beside a matter of its own: a lower organ examines first, a government approves.
    """
    return and_(
        unconcerned(scope, Bundle.number), _some_matter(scope, Matter.bundle == Bundle.number)
    )


def seen_documents(scope: Scope) -> ColumnElement[bool]:
    """Documents of matters that may be seen; those of the whole, where any matter may be."""
    about = or_(Document.matter.is_(None), Document.matter == Matter.key)
    return and_(
        unconcerned(scope, Document.bundle),
        _some_matter(scope, Matter.bundle == Document.bundle, about),
    )


def _some_matter(scope: Scope, *of: ColumnElement[bool]) -> ColumnElement[bool]:
    """That one of these matters may be seen. Nothing to ask for who may see all."""
    if scope.department is None and not scope.is_bounded:
        return true()
    return exists().where(*of, handled(scope), _open_to(scope))


def _open_to(scope: Scope) -> ColumnElement[bool]:
    """Matters within the reader's authority; the items of another organ bound nobody here."""
    own = covered(scope, Matter.item, Matter.confidentiality)
    if scope.department is None or not scope.items:
        return own
    foreign = and_(Matter.department != scope.department, cleared(scope, Matter.confidentiality))
    return or_(own, foreign)


def _knows(department: str) -> ColumnElement[bool]:
    return or_(_has(department, Task), Task.asked_by == department)


def _has(department: str, task: type[Task]) -> ColumnElement[bool]:
    """The department has the task or had it before it was passed on."""
    before = func.jsonb_exists(task.more["came_from"], department)
    return or_(task.department == department, before)
