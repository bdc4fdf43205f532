"""From connections, assignments and refused calls as they are read to what their pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote, urlencode

from activities.contracts.assignments import AssignmentStatus, Way
from activities.outside.departments.comparing import Finding, Remedy
from activities.outside.departments.signing import Algorithm
from activities.store.desk.callbacks import RefusedView
from activities.store.desk.connections import UNDER_WAY, AssignmentView
from api.connections import Compared, ConnectionFigures, Reconciliation
from api.console import formats
from api.console.request import department_name, submission
from api.console.views.connections import (
    AssignmentRow,
    ConnectionRow,
    DifferenceRow,
    RefusedCallRow,
)
from api.console.views.shared import (
    FieldControl,
    FieldView,
    Link,
    Option,
    Pair,
    StatusView,
    Tab,
    Tone,
)
from api.console.words import SYMBOLS
from api.problems import TABLE
from api.services import Services

URL = "/console/connections"
ASSIGNMENTS, REFUSED, NEW = f"{URL}/assignments", f"{URL}/refused", f"{URL}/new"

WAY: Mapping[str, str] = MappingProxyType(
    {
        Way.WORKER: "部门工作进程",
        Way.NEXUS: "部门独立空间",
        Way.WEBHOOK: "网络回调",
        Way.AUTOMATIC: "自动办理",
    }
)
_WAY_HINTS: Mapping[str, str] = {
    Way.WORKER: "部门自己的程序从任务队列领取",
    Way.NEXUS: "部门有自己的命名空间，经 Nexus 端点办理",
    Way.WEBHOOK: "签名请求送到部门系统，办完签名回传",
    Way.AUTOMATIC: "材料齐全、没有不利提示的，直接办结",
}
_ALGORITHMS: Mapping[str, str] = {
    Algorithm.SHA256: "HMAC-SHA256",
    Algorithm.SM3: "HMAC-SM3（国密）",
}
_STATES = {
    AssignmentStatus.SENDING: ("派送中", Tone.INFO),
    AssignmentStatus.DELIVERED: ("已送达，等回传", Tone.INFO),
    AssignmentStatus.ANSWERED: ("部门系统已办", Tone.OK),
    AssignmentStatus.OVERTAKEN: ("已由他人办结", Tone.IDLE),
    AssignmentStatus.WITHDRAWN: ("已撤回", Tone.IDLE),
    AssignmentStatus.DEAD: ("未送达", Tone.BAD),
    AssignmentStatus.DECLINED: ("转人工办理", Tone.WAIT),
}
_BELIEFS = {
    "open": "在办",
    "completed": "已办",
    "declined": "不办",
    "withdrawn": "已撤回",
    "unknown": "没有收到",
    "away": "没有回答",
}
_FINDINGS = {
    Finding.AGREED: "一致",
    Finding.ARRIVED: "对方已经收到，我方记为未送达",
    Finding.MISSED_ANSWER: "对方已办，我方没有收到回传",
    Finding.NEVER_HEARD: "我方记为已送达，对方没有收到",
    Finding.STILL_THERE: "我方已结束，对方还在办",
    Finding.CONTRADICTS: "双方各自办结，以我方记录为准",
    Finding.WITHDRAWN_THERE: "我方还没有办结，对方记为已撤回",
    Finding.DECLINED_THERE: "对方表示不办",
    Finding.UNREACHABLE: "对方没有回答",
}
_DONE = {Remedy.TAKE: "已补收", Remedy.SEND: "已重新发送", Remedy.WITHDRAW: "已再次通知撤回"}
_REASONS = {
    "timeout": "对方没有及时回答",
    "away": "连接不上对方",
    "not-configured": "没有网址或者密钥",
    "not-connected": "对接已改变",
    "not-completed": "对方说已办，但待办没有办结",
    "kind-not-automatic": "这类待办不能自动办理",
    "findings-block": "预审有不利提示",
    "account-closed": "对接账号已停用",
    "too-large": "对方回答过长",
    "not-understood": "对方回答不合格式",
}
_TITLES = {str(code): title for code, (_, title) in TABLE.items()}


def reason(code: str | None) -> str:
    """A code in words; a department's own code as it is."""
    if not code:
        return ""
    if code.startswith("http-"):
        return f"对方回答 {code.removeprefix('http-')}"
    return _REASONS.get(code) or _TITLES.get(code) or f"部门系统给出的原因：{code}"


def state(status: AssignmentStatus) -> StatusView:
    """What became of an assignment."""
    label, tone = _STATES[status]
    return StatusView(label, SYMBOLS[tone], tone)


def active(*, is_active: bool) -> StatusView:
    """Whether a connection takes tasks."""
    tone = Tone.OK if is_active else Tone.IDLE
    return StatusView("已启用" if is_active else "未启用", SYMBOLS[tone], tone)


def one_url(name: str) -> str:
    """Where a connection is shown."""
    return f"{URL}/one/{quote(name, safe='')}"


def assignments_url(
    *, status: AssignmentStatus | None = None, connection: str = "", after: str = ""
) -> str:
    """Where assignments are listed."""
    said = {"status": status or "", "connection": connection, "after": after}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{ASSIGNMENTS}?{query}" if query else ASSIGNMENTS


def tabs(current: str) -> tuple[Tab, ...]:
    """The areas of these pages."""
    areas = (("对接", URL), ("派送", ASSIGNMENTS), ("被拒绝的回传", REFUSED))
    return tuple(Tab(label, url, current=url == current) for label, url in areas)


def states(chosen: AssignmentStatus | None, connection: str) -> tuple[Tab, ...]:
    """The states to choose from, what needs an operator first."""
    order = (AssignmentStatus.DEAD, *(s for s in AssignmentStatus if s != AssignmentStatus.DEAD))
    every = Tab("全部", assignments_url(connection=connection), current=chosen is None)
    return (
        *(
            Tab(
                _STATES[each][0],
                assignments_url(status=each, connection=connection),
                current=each is chosen,
            )
            for each in order
        ),
        every,
    )


def row(services: Services, found: ConnectionFigures) -> ConnectionRow:
    """A connection in the list."""
    each, counts = found.connection, found.figures
    dead = counts.get(AssignmentStatus.DEAD, 0)
    return ConnectionRow(
        link=Link(each.id, one_url(each.id)),
        organ=department_name(services, each.department),
        way=WAY[each.way],
        status=active(is_active=each.active),
        sending=counts.get(AssignmentStatus.SENDING, 0),
        waiting=counts.get(AssignmentStatus.DELIVERED, 0),
        answered=counts.get(AssignmentStatus.ANSWERED, 0),
        dead=Link(
            str(dead),
            assignments_url(status=AssignmentStatus.DEAD, connection=each.id) if dead else "",
        ),
    )


def facts(services: Services, found: ConnectionFigures) -> tuple[Pair, ...]:
    """How a connection stands."""
    each = found.connection
    places = (
        ("任务队列", each.queue),
        ("Nexus 端点", each.endpoint),
        ("网址", _address(each.url)),
        ("签名算法", _ALGORITHMS[Algorithm(each.algorithm)] if each.way is Way.WEBHOOK else None),
        ("有效密钥", f"{each.secrets} 个" if each.way is Way.WEBHOOK else None),
    )
    counted = tuple(
        Pair(_STATES[status][0], f"{found.figures[status]} 件")
        for status in AssignmentStatus
        if found.figures.get(status)
    )
    return (
        Pair("部门", department_name(services, each.department)),
        Pair("方式", WAY[each.way]),
        *(Pair(label, said) for label, said in places if said),
        Pair("账号", found.account),
        Pair("最近修改", formats.moment(each.changed_at, services.now())),
        *(counted or (Pair("派送", "还没有"),)),
    )


def fields(
    services: Services,
    typed: Mapping[str, Sequence[str]],
    wrong: Mapping[str, str],
    *,
    items: Mapping[str, str],
    is_new: bool,
) -> tuple[FieldView, ...]:
    """The form, as it stands or as it was typed. A new one says its name and department too."""
    form = _Form(typed, wrong)
    organs = {organ.code: organ.name for organ in services.library.catalogue.departments}
    head = (
        form.text("name", "对接名称", "小写字母、数字、-、_，建好后不能改", required=True),
        form.choice("department", "部门", organs),
    )
    return (
        *(head if is_new else ()),
        form.choice("way", "方式", WAY, hints=_WAY_HINTS),
        form.text("account", "账号", "本部门“部门系统”岗位的登录名", required=True),
        form.text("url", "网址", "网络回调方式填写，如 https://主机/路径"),
        form.choice("algorithm", "签名算法", _ALGORITHMS, otherwise=Algorithm.SHA256),
        form.text("queue", "任务队列", "部门工作进程方式填写；不填为 dept-部门代码"),
        form.text("endpoint", "Nexus 端点", "部门独立空间方式填写"),
        *(() if is_new else (_items(typed, items),)),
        form.active(),
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands in the form, and what is wrong with it."""

    typed: Mapping[str, Sequence[str]]
    wrong: Mapping[str, str]

    def one(self, name: str) -> str:
        return (self.typed.get(name) or ("",))[-1]

    def text(self, name: str, label: str, hint: str, *, required: bool = False) -> FieldView:
        return FieldView(
            name,
            label,
            value=self.one(name),
            hint=hint,
            error=self.wrong.get(name, ""),
            required=required,
        )

    def choice(
        self,
        name: str,
        label: str,
        labels: Mapping[str, str],
        *,
        hints: Mapping[str, str] = MappingProxyType({}),
        otherwise: str = "",
    ) -> FieldView:
        chosen = self.one(name) or otherwise
        options = tuple(
            Option(value, said, hints.get(value, ""), chosen=value == chosen)
            for value, said in labels.items()
        )
        return FieldView(
            name, label, FieldControl.CHOICE, options=options, error=self.wrong.get(name, "")
        )

    def active(self) -> FieldView:
        says = "启用：此后新产生的待办送往该系统，窗口和工作台照常可办"
        return FieldView(
            "active",
            "启用",
            FieldControl.CHECKS,
            options=(Option("yes", says, chosen=bool(self.one("active"))),),
            error=self.wrong.get("active", ""),
            required=False,
        )


def _items(typed: Mapping[str, Sequence[str]], items: Mapping[str, str]) -> FieldView:
    chosen = typed.get("items", ())
    return FieldView(
        "items",
        "事项",
        FieldControl.CHECKS,
        hint="一项也不选，为本部门的全部事项",
        required=False,
        options=tuple(
            Option(code, name, chosen=code in chosen) for code, name in sorted(items.items())
        ),
    )


def standing(found: ConnectionFigures) -> Mapping[str, Sequence[str]]:
    """A connection as its form shows it."""
    each = found.connection
    return {
        "department": (each.department,),
        "way": (each.way,),
        "account": (found.account,),
        "url": (each.url or "",),
        "algorithm": (each.algorithm,),
        "queue": (each.queue or "",),
        "endpoint": (each.endpoint or "",),
        "items": each.items,
        "active": ("yes",) if each.active else (),
    }


def assignment_row(services: Services, found: AssignmentView) -> AssignmentRow:
    """An assignment in the list."""
    said = (found.believes or {}).get("status", "")
    return AssignmentRow(
        task=_task(found.task),
        organ=department_name(services, found.department),
        way=WAY[found.way],
        status=state(found.status),
        attempts=found.attempts,
        reason=reason(found.error),
        believes=_BELIEFS.get(said, ""),
        changed_at=found.changed_at,
        again=submission(f"{ASSIGNMENTS}/{quote(found.task, safe='')}/send-again")
        if found.status in UNDER_WAY
        else None,
    )


def refused_row(found: RefusedView) -> RefusedCallRow:
    """A refused call in the list."""
    return RefusedCallRow(
        at=found.at,
        connection=found.connection,
        reason=reason(found.rule),
        task=_task(found.task) if found.task else None,
        message=found.webhook or "",
        remote=found.remote or "",
    )


def report_facts(services: Services, found: Reconciliation) -> tuple[Pair, ...]:
    """How much was compared."""
    return (
        Pair("对账时间", formats.moment(found.at, services.now())),
        Pair("核对", f"{found.asked} 件"),
        Pair("一致", f"{found.agreed} 件"),
        Pair("不一致", f"{len(found.differences)} 件"),
        Pair("对方没有回答", f"{found.unreachable} 件"),
    )


def difference_row(found: Compared) -> DifferenceRow:
    """A difference, and what was done about it."""
    return DifferenceRow(
        task=_task(found.task),
        ours=state(found.ours),
        theirs=_BELIEFS[found.theirs],
        finding=_FINDINGS[found.finding],
        outcome=_outcome(found),
    )


def _outcome(found: Compared) -> StatusView:
    if found.remedy is Remedy.PEOPLE:
        label, tone = "须人工核实", Tone.WAIT
    elif found.done:
        label, tone = _DONE.get(found.remedy, "已处理"), Tone.OK
    else:
        why = reason(found.code)
        label, tone = f"没有成功{f'：{why}' if why else ''}", Tone.BAD
    return StatusView(label, SYMBOLS[tone], tone)


def _task(name: str) -> Link:
    """An administrator reads no tasks, but the application."""
    return Link(name, f"/console/bundles/{name.partition('.')[0]}")


def _address(url: str | None) -> str | None:
    if url is None or not url.startswith("sandbox:"):
        return url
    return f"样例部门系统（{url.removeprefix('sandbox:')}）"
