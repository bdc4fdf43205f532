"""领取下一件, and one act on many tasks with what became of each."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Response

from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from api.auth.identity import workable_roles
from api.bulk import MOST, Asked, BulkAct, Chosen, Result
from api.bulk import bulk as all_of
from api.console import words
from api.console.fill.inbox import BULK
from api.console.fill.lists import INBOX, Listed
from api.console.fill.tasks import task_url
from api.console.request import Posting, Visit, Visiting, local_path, moved, page, task_scope
from api.console.request import router as pages
from api.console.views.desk import BulkPage, BulkRow
from api.console.views.shared import Link, StatusView, Tone
from api.problems import ApiCode, Problem
from api.pulling import pull
from definitions.errors import Code, Refused

router = pages()

_ACTS = frozenset({BulkAct.CLAIM, BulkAct.BEGIN, BulkAct.RELEASE, BulkAct.APPROVE})
_DONE: Mapping[str, str] = {
    BulkAct.CLAIM: "已领取",
    BulkAct.BEGIN: "已开始办理",
    BulkAct.RELEASE: "已放回待领",
    BulkAct.APPROVE: "已办结",
    BulkAct.HAND_OVER: "已转交",
}
_WHY: Mapping[str, str] = {
    "nothing": "现在没有可领取的待办。",
    "full": "您手上的待办已到设置的件数，办完或者放回几件再领。",
    "off_shift": "现在不在您设置的班次内，没有领取。",
}


@router.post(f"{INBOX}/pull")
async def next_one(visitor: Visiting, form: Posting) -> Response:
    """The next task, claimed; or why there is none."""
    actor = visitor.who.actor
    pulled = await pull(
        visitor.services, actor, task_scope(visitor.who), workable_roles(actor), form.sent
    )
    if pulled.task is None:
        return moved(INBOX, _WHY[pulled.why or "nothing"])
    return moved(task_url(pulled.task), "已领取下一件，由您办理。")


@router.post("/console/bulk")
async def many(visitor: Visiting, form: Posting) -> Response:
    """The act on each of the ticked ones, and what became of it."""
    back = local_path(form.one("back"), INBOX)
    names = tuple(dict.fromkeys(form.all("task")))
    act, to = form.one("act"), form.one("to")
    if act not in {*_ACTS, BulkAct.HAND_OVER}:
        raise Problem(ApiCode.MALFORMED, "没有这种成批办法")
    if not names:
        return moved(back, "没有选中待办：请先勾选，再成批办理。")
    if len(names) > MOST:
        return moved(back, f"一次最多成批办理 {MOST} 件，没有办理。")
    if act == BulkAct.HAND_OVER and not to:
        return moved(back, "没有转交：请先选择交给谁。")
    chosen = [Chosen(id=name) for name in names]
    asked = Asked(act=BulkAct(act), to=to or None)
    async with visitor.services.store.reading() as session:
        labels = await _labels(session, visitor, names)
    try:
        found = await all_of(visitor.services, visitor.who.actor, chosen, asked, form.sent.key)
    except (Refused, Problem) as error:
        said = error.message if isinstance(error, Refused) else error.detail
        if error.code not in {Code.INVALID, Code.REASONS_MISSING}:
            raise
        return moved(back, f"没有办理：{said}。")
    done = sum(each.problem is None for each in found)
    view = BulkPage(
        frame=await visitor.frame(f"成批{BULK[act]}的结果", nav=INBOX, here=back),
        done=done,
        rows=tuple(_row(each, act, labels) for each in found),
        back=Link("回到待办", Listed.read(back.partition("?")[2]).url()),
    )
    return page(visitor.request, view)


async def _labels(
    session: ReadSession, visitor: Visit, names: tuple[str, ...]
) -> Mapping[str, str]:
    """What each was called before: afterwards it may be another's."""
    scope, labels = task_scope(visitor.who), {}
    for name in names:
        task = await reading.task(session, name, scope)
        if task is not None:
            labels[name] = (
                f"{task.matter_name} · {task.firm_name} …{task.bundle[-6:]} · {task.name}"
            )
    return labels


def _row(each: Result, act: str, labels: Mapping[str, str]) -> BulkRow:
    label = labels.get(each.id, each.id)
    if each.problem is not None:
        failed = StatusView("没有办成", words.SYMBOLS[Tone.BAD], Tone.BAD)
        return BulkRow(label, task_url(each.id), failed, str(each.problem["detail"]))
    says = "已接收，正在登记" if each.status == HTTPStatus.ACCEPTED else ""
    return BulkRow(
        label, task_url(each.id), StatusView(_DONE[act], words.SYMBOLS[Tone.OK], Tone.OK), says
    )
