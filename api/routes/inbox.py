"""The inbox as a tool: the next task, one act on many, who looks at a task now."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from activities.store.desk.presence import leave, look
from activities.store.reading import tasks as reading
from activities.store.reading.presence import Looker, lookers
from activities.store.reading.tasks import TaskView
from api import inbox as shown
from api import pulling
from api.auth.identity import Reader, Worker, workable_roles
from api.bulk import MOST, Asked, BulkAct, Chosen, Result, bulk
from api.problems import responses
from api.routes.answers import COMMAND, READING, V1, Acted, Calling, command_responses
from api.routes.bodies import Body, Reasons, Word
from api.routes.tasks import ITEMS, TaskId, task_scope
from api.services import Given
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.matter.tasks import Outcome
from workflows.messages import Receipt

router = APIRouter(prefix=V1, tags=["待办"])

_SAID = {
    "nothing": "没有可以领取的待办",
    "full": "手上的待办已经够多，办完一些再领",
    "off_shift": "现在不在您的班次内",
}


class PullBody(Body):
    """Which items the next one may be of; none named: any."""

    item: list[Annotated[str, Field(max_length=31)]] = Field(
        default_factory=list, max_length=90, description=ITEMS
    )


class PullAnswer(BaseModel):
    """The task that was claimed; where none was, why, and what to do."""

    task: TaskView | None
    acted: Acted | None
    why: str | None = Field(examples=["nothing", "full", "off_shift"])
    message: str = Field(examples=["已领取"])


class ChosenBody(Body):
    """One task, and the version of it that was seen."""

    id: str = Field(max_length=120)
    version: int | None = Field(default=None, ge=0)


class BulkBody(Body):
    """The tasks; to whom they are handed over; how they end, with reasons once for all."""

    tasks: list[ChosenBody] = Field(min_length=1, max_length=MOST)
    to: Word | None = Field(default=None, description="转交给哪位同事：账号编号或登录名")
    outcome: Outcome | None = None
    reasons: Reasons
    bases: list[Basis] = Field(default_factory=list, max_length=20)

    def asked(self, act: BulkAct) -> Asked:
        """As it is asked of each."""
        return Asked(
            act=act,
            to=self.to,
            outcome=self.outcome,
            reasons=tuple(self.reasons),
            bases=tuple(self.bases),
        )


class BulkAnswer(BaseModel):
    """What became of each, in the order in which they were sent."""

    results: list[Result]


class PresenceBody(Body):
    """Whether one still looks."""

    looking: bool = True


class PresenceAnswer(BaseModel):
    """Who else looks at the task."""

    people: list[Looker]


@router.post(
    "/tasks/pull",
    summary="领取下一件",
    response_model=PullAnswer,
    responses=responses(*(code for code in COMMAND if code is not Code.UNKNOWN_BUNDLE)),
)
async def pull(call: Calling, who: Worker, body: PullBody | None = None) -> Response:
    """由系统挑选并领取：先急后缓，先办自己擅长的，同一申请人的不连着给。

    手上已满、不在班次内、没有可领的，`task` 为空并说明缘由。重发同一请求得到同一件。
    """
    given, wanted = call.given, shown.items_named(call.given, body.item if body else ())
    scope = task_scope(who)
    pulled = await pulling.pull(
        given, who.actor, scope, workable_roles(who.actor), call.sent(body), items=wanted
    )
    task = None
    if pulled.task is not None:
        async with given.store.reading() as session:
            found = await reading.task(session, pulled.task, scope, now=given.now())
            task = (await shown.dressed(given, session, [found]))[0] if found else None
    answer = PullAnswer(
        task=task,
        acted=_acted(pulled),
        why=pulled.why,
        message=_SAID.get(pulled.why or "", "已领取"),
    )
    return JSONResponse(jsonable_encoder(answer))


@router.post(
    "/tasks/bulk/{act}",
    summary="批量办理",
    responses=command_responses(Code.REASONS_MISSING),
)
async def many(call: Calling, who: Worker, act: BulkAct, body: BulkBody) -> BulkAnswer:
    """最多 100 项，逐项办理、逐项给出结果：`status` 同单项办理的 HTTP 状态，未办成的附 `problem`。

    一项办不成，不影响其他各项。办结须写明理由的，理由写一次，适用于各项。
    重发同一请求（同一幂等键）结果相同，不会重复办理。
    """
    sent = call.sent(body)
    chosen = [Chosen(id=task.id, version=task.version) for task in body.tasks]
    return BulkAnswer(results=await bulk(call.given, who.actor, chosen, body.asked(act), sent.key))


@router.post(
    "/tasks/{task}/presence",
    summary="正在查看",
    responses=responses(*READING, Code.UNKNOWN_TASK),
)
async def presence(
    given: Given, who: Reader, task: TaskId, body: PresenceBody | None = None
) -> PresenceAnswer:
    """打开待办时告知，每 60 秒内再告知一次；返回同时在看的同事。`looking` 为 false 表示离开。"""
    scope, now = task_scope(who), given.now()
    async with given.store.begin() as session:
        if await reading.task(session, task, scope, now=now) is None:
            raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
        if body is None or body.looking:
            await look(session, task, who.account.id, now)
        else:
            await leave(session, task, who.account.id)
        found: Sequence[Looker] = await lookers(session, task, now)
    return PresenceAnswer(people=[each for each in found if each.account != who.account.id])


def _acted(pulled: pulling.Pulled) -> Acted | None:
    answer = pulled.answer
    if answer is None:
        return None
    if not isinstance(answer, Receipt):
        return Acted(number=answer.number, state="registering", message="已接收，正在登记")
    return Acted(
        number=answer.number,
        state="recorded",
        message="已办理",
        version=answer.version,
        seq=answer.seq,
    )
