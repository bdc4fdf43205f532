"""Rows of the inbox and what may be done with many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from activities.store.desk.views import ViewKept
from activities.store.reading.counting import Counts
from activities.store.reading.presence import Looker
from activities.store.reading.tasks import TaskView
from api.console import words
from api.console.fill.beside import look_words
from api.console.fill.lists import INBOX, Listed
from api.console.fill.outcomes import Colleague
from api.console.fill.seen import Seen
from api.console.fill.tasks import row
from api.console.fill.working import mark, waiting
from api.console.request import submission
from api.console.views.desk import BulkForm, SavedLink, SavedViews, TaskRow
from api.console.views.shared import FieldControl, FieldView, Option, StatusView, Tone
from definitions.rules.permissions import Act

BULK: Mapping[str, str] = {
    "claim": "领取",
    "begin": "开始办理",
    "release": "放回待领",
    "approve": "复核同意",
    "hand-over": "转交",
}
"""What may be done with many at once, as one says it."""
_BY_VIEW: Mapping[str, tuple[str, ...]] = {
    "mine": ("begin", "release"),
    "ready": ("claim", "begin"),
    "reviewing": ("approve",),
    "waiting": ("release",),
    "overdue": ("claim", "release"),
}
_LAMPS: Mapping[str, StatusView] = {
    "red": StatusView("红牌", "!", Tone.BAD),
    "amber": StatusView("黄牌", words.SYMBOLS[Tone.WAIT], Tone.WAIT),
}
"""How near the limit is, as 督办 reckons it; an overdue one says so itself."""
_LONGEST_NAME = 30


def rows(
    seen: Seen,
    found: Sequence[TaskView],
    looking: Mapping[str, Sequence[Looker]],
    *,
    wide: bool = False,
) -> tuple[TaskRow, ...]:
    """The lines; `wide`, with the columns of the item: all of one item have the same."""
    return tuple(
        replace(
            row(seen, task),
            mark=mark(seen, task),
            lamp=_LAMPS.get(task.light or ""),
            why=waiting(seen, task),
            looking=look_words(
                [each.name for each in looking.get(task.id, ()) if each.account != seen.actor.id]
            ),
            cells=tuple(column.value for column in task.columns) if wide else (),
        )
        for task in found
    )


def columns(found: Sequence[TaskView]) -> tuple[str, ...]:
    """What heads the cells that an item has besides."""
    return tuple(column.label for column in found[0].columns) if found else ()


def bulk(seen: Seen, listed: Listed, people: Sequence[Colleague]) -> BulkForm | None:
    """What may be done with the ticked ones of this list."""
    acts = _BY_VIEW.get(listed.view, ())
    hands = listed.view in {"mine", "waiting"} or seen.may(Act.ASSIGN)
    if not acts or not seen.may(Act.WORK_TASK):
        return None
    others = [each for each in people if each.id != seen.actor.id]
    colleague = FieldView(
        "to",
        "交给",
        FieldControl.LIST,
        required=False,
        options=(
            Option("", "请选择", chosen=True),
            *(Option(each.id, each.name) for each in others),
        ),
    )
    return BulkForm(
        submission("/console/bulk"),
        tuple(Option(each, BULK[each]) for each in acts),
        colleague if hands and others and listed.view != "reviewing" else None,
    )


def saved(listed: Listed, kept: Sequence[ViewKept]) -> SavedViews | None:
    """常用筛选, and the form to keep what is narrowed now."""
    links = tuple(
        SavedLink(
            each.name,
            (there := Listed.of({k: str(v) for k, v in each.query.items()})).url(),
            submission(f"{INBOX}/views/{each.id}/remove"),
            current=there == listed,
        )
        for each in kept
    )
    narrowed = bool(listed.narrowed) and not any(link.current for link in links)
    if not links and not narrowed:
        return None
    return SavedViews(
        links,
        submission(f"{INBOX}/views") if narrowed else None,
        listed.url().partition("?")[2],
        FieldView("name", "名称", max_length=_LONGEST_NAME),
    )


def empty(listed: Listed, counts: Counts, *, works: bool) -> str:
    """Why nothing is here, and what is next."""
    if listed.narrowed:
        return "没有符合这些条件的待办。移除上面的条件再看。"
    match listed.view:
        case "done":
            return "还没有办完的待办。"
        case "overdue":
            return "没有超期的待办。"
        case "reviewing":
            return "没有等您复核的待办。"
        case "waiting":
            return "您手上没有在等待的待办。"
        case "asked":
            return "本部门没有等其他部门答复的请求。"
        case "mine" if counts.ready:
            return f"您手上没有待办。可领取 {counts.ready} 件，在“可领取”中。"
        case "ready" if counts.mine:
            return f"没有可领取的待办。您手上有 {counts.mine} 件，在“我的”中。"
        case _ if works:
            return "没有待办。新的待办到了，这里会提示。"
        case _:
            return "各部门都没有待办。"
