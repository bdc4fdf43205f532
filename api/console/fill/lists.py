"""A list of the inbox as its address says it: which tab, which filters, and what they ask for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from activities.store.reading.counting import MOST, Counts
from activities.store.reading.tasks import TaskFilter, TaskQuery
from api.console import words
from api.console.views.shared import FieldControl, FieldView, Filters, Link, Option, Tab
from definitions.language.roles import Role
from definitions.matter.tasks import TaskKind

INBOX = "/console/inbox"
_SOON = 3
_FEW_ITEMS = 15
_STATUS: Mapping[str, TaskFilter] = {
    "mine": TaskFilter.HELD,
    "ready": TaskFilter.READY,
    "reviewing": TaskFilter.REVIEWING,
    "waiting": TaskFilter.WAITING,
    "overdue": TaskFilter.OPEN,
    "open": TaskFilter.OPEN,
    "done": TaskFilter.DONE,
    "asked": TaskFilter.OPEN,
}
_STATES: Mapping[str, Mapping[str, str]] = {
    "mine": {"waiting": "等待"},
    "overdue": {"ready": "待领", "held": "有人在办", "waiting": "等待"},
    "open": {"ready": "待领", "held": "有人在办", "waiting": "等待"},
    "asked": {"open": "未答复", "done": "已答复"},
}
_DUES: Mapping[str, str] = {
    "overdue": "已经超期",
    "today": "今天到期",
    "soon": f"{_SOON} 个工作日内",
}
_WITHIN: Mapping[str, int] = {"today": 0, "soon": _SOON}


@dataclass(frozen=True, slots=True)
class Listed:
    """One list. Empty parts do not narrow it; what no list knows is empty."""

    view: str = ""
    item: str = ""
    kind: str = ""
    due: str = ""
    state: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Listed":
        """From an address's query, or from what was saved."""
        known = {
            "view": _STATUS,
            "kind": words.TASK_KIND,
            "due": _DUES,
            "state": _STATES.get(asked.get("view", ""), {}),
        }
        said = {each.name: asked.get(each.name, "")[:60] for each in fields(cls)}
        return cls(**{k: v if k == "item" or v in known[k] else "" for k, v in said.items()})

    @classmethod
    def read(cls, query: str) -> "Listed":
        """From the text of a query."""
        return cls.of(dict(parse_qsl(query)))

    @property
    def query(self) -> dict[str, str]:
        """Its parts that say something."""
        said = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in said if value}

    @property
    def narrowed(self) -> dict[str, str]:
        """Its filters, without the tab."""
        return {name: value for name, value in self.query.items() if name != "view"}

    def url(self, **changed: str) -> str:
        """Its address, with these parts changed."""
        said = {name: value for name, value in {**self.query, **changed}.items() if value}
        return f"{INBOX}?{urlencode(said)}" if said else INBOX


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose list it is: the tasks they may work, and whom they stand in for today."""

    account: str
    roles: tuple[Role, ...] | None
    stands_for: tuple[str, ...]


def due_of(listed: Listed) -> tuple[bool, int | None]:
    """Whether only overdue ones are asked for, or those of so many working days."""
    if "overdue" in {listed.view, listed.due}:
        return True, None
    return False, _WITHIN.get(listed.due)


def query_of(
    listed: Listed,
    reader: Reader,
    items: Mapping[str, str],
    *,
    due_by: datetime | None,
    now: datetime,
) -> TaskQuery:
    """What the list asks the register for."""
    own = listed.view in {"mine", "waiting"}
    status = TaskFilter(listed.state) if listed.state else _STATUS[listed.view]
    return TaskQuery(
        status=status,
        roles=reader.roles,
        assignee=reader.account if own else None,
        stands_for=reader.stands_for,
        kinds=(TaskKind(listed.kind),) if listed.kind else (),
        items=_items(listed.item, items) if listed.item else (),
        due_by=due_by,
        asked=listed.view == "asked",
        now=now,
    )


def tabs(listed: Listed, counts: Counts, *, works: bool, asks: bool) -> tuple[Tab, ...]:
    """The tabs with what waits in each; filters go along from one to the other."""
    every: tuple[tuple[str, str, int | None], ...] = (
        ("我的", "mine", counts.mine),
        ("可领取", "ready", counts.ready),
        ("待我复核", "reviewing", counts.reviewing),
        ("等待中", "waiting", counts.waiting),
        ("超期", "overdue", counts.overdue),
        ("已办", "done", None),
        *((("我方请求", "asked", counts.answered),) if asks else ()),
    )
    if not works:
        every = (
            ("全部待办", "open", None),
            ("超期", "overdue", counts.overdue),
            ("已办", "done", None),
        )
    return tuple(
        Tab(
            label,
            Listed(view, listed.item, listed.kind, listed.due).url(),
            current=view == listed.view,
            count=None if count is None else min(count, MOST),
        )
        for label, view, count in every
    )


def filters(listed: Listed, items: Mapping[str, str]) -> Filters:
    """The form that narrows the list, and a chip for each condition."""
    # Items of one name have a code in each service: they are looked at together.
    names = {name: name for name in items.values()}
    chosen, many = items.get(listed.item, listed.item), len(names) > _FEW_ITEMS
    item = FieldView(
        "item",
        "事项",
        FieldControl.LOOKUP if many else FieldControl.LIST,
        value=chosen,
        required=False,
        options=_options(names, chosen, all_=not many),
    )
    state = _STATES.get(listed.view, {})
    return Filters(
        INBOX,
        (
            item,
            _list("kind", "类型", {str(k): v for k, v in words.TASK_KIND.items()}, listed.kind),
            *(
                ()
                if listed.view in {"overdue", "done"}
                else (_list("due", "时限", _DUES, listed.due),)
            ),
            *((_list("state", "状态", state, listed.state),) if state else ()),
        ),
        tuple(_chips(listed, items, state)),
        kept=(("view", listed.view),),
    )


def _chips(listed: Listed, items: Mapping[str, str], state: Mapping[str, str]) -> Iterator[Link]:
    if listed.item:
        yield Link(f"事项：{items.get(listed.item, listed.item)}", listed.url(item=""))
    if listed.kind:
        yield Link(f"类型：{words.TASK_KIND[listed.kind]}", listed.url(kind=""))
    if listed.due:
        yield Link(f"时限：{_DUES[listed.due]}", listed.url(due=""))
    if listed.state:
        yield Link(f"状态：{state[listed.state]}", listed.url(state=""))


def _list(name: str, label: str, options: Mapping[str, str], chosen: str) -> FieldView:
    return FieldView(
        name,
        label,
        FieldControl.LIST,
        required=False,
        options=_options(options, chosen, all_=True),
    )


def _options(options: Mapping[str, str], chosen: str, *, all_: bool) -> tuple[Option, ...]:
    found = tuple(Option(key, said, chosen=key == chosen) for key, said in options.items())
    return (Option("", "全部", chosen=not chosen), *found) if all_ else found


def _items(said: str, items: Mapping[str, str]) -> tuple[str, ...]:
    """An item by its code, or all that have the name that was picked."""
    return tuple(code for code, name in items.items() if name == said) or (said,)
