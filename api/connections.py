"""对接 as an administrator runs it: who is connected how, secrets, dead letters, 对账."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime

import structlog
from pydantic import BaseModel, Field, SecretStr

from activities.contracts.assignments import AssignmentInput, AssignmentStatus, Over, Way
from activities.outside.departments.comparing import REMEDIES, Finding, Remedy, compared
from activities.outside.departments.signing import SECRET_BYTES, Algorithm, secret_of
from activities.outside.departments.webhooks import (
    Belief,
    Departments,
    Kind,
    Message,
    Target,
    is_address,
    message_name,
)
from activities.store.desk import connections as store
from activities.store.desk.accounts import AccountView, accounts_of
from activities.store.desk.connections import (
    UNDER_WAY,
    AssignmentFilter,
    AssignmentView,
    ConnectionGiven,
    ConnectionView,
)
from activities.store.engine import ReadSession
from api import callbacks
from api.engine import EngineAway
from api.problems import ApiCode, Problem, wrong
from api.services import Services
from definitions.language.base import Value
from definitions.language.roles import Actor, Role
from definitions.rules import permissions
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

# Systems asked at once, how many tasks at most, and after how many silences one stops asking.
_TOGETHER, _MOST, _SILENCES = 4, 500, 3
_CLOSED = (AssignmentStatus.OVERTAKEN, AssignmentStatus.WITHDRAWN)
_RECENT = 100


class ConnectionFigures(BaseModel):
    """A connection and how many of its tasks stand where."""

    connection: ConnectionView
    account: str = Field(description="对接所用账号的登录名", examples=["housing_fund.system"])
    figures: dict[AssignmentStatus, int]


class Put(BaseModel):
    """A connection as it is now; a new webhook's `secret` is told this once."""

    connection: ConnectionView
    secret: str | None = Field(default=None, description="签名密钥，只在此刻给出一次")


class Compared(BaseModel):
    """What both sides believe of a task, and what was done about it.

    `done` is the remedy where it took effect; `code` says why it did not.
    """

    task: str
    bundle: str
    ours: AssignmentStatus
    theirs: str
    finding: Finding
    remedy: Remedy
    done: bool
    code: str | None = None


class Reconciliation(BaseModel):
    """The differences between both sides, and how much was compared."""

    connection: str
    at: datetime
    asked: int
    agreed: int
    unreachable: int
    differences: list[Compared]


class ConnectionSaid(Value):
    """What an administrator says of a connection; the account by login."""

    department: str
    way: Way
    account: str
    active: bool = False
    items: tuple[str, ...] = ()
    queue: str = ""
    endpoint: str = ""
    url: str = ""
    algorithm: Algorithm = Algorithm.SHA256


def items_of(services: Services, department: str | None = None) -> dict[str, str]:
    """What items (of one organ, or all) are called, by the code with the organ before it."""
    organs = {organ.code: organ for organ in services.library.catalogue.departments}
    return {
        f"{organs[m.department].uscc}{organs[m.department].level}{m.item}": m.name
        for each in services.library.services
        for m in each.definition.matters
        if m.department in organs and department in {None, m.department}
    }


async def listed(services: Services, actor: Actor) -> list[ConnectionFigures]:
    """Every connection with its figures. Raises `Refused` for who may not."""
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.reading() as session:
        found = await store.connections(session)
        return await _with_figures(session, found)


async def one(services: Services, actor: Actor, name: str) -> ConnectionFigures:
    """One of them. Raises `unknown-connection`."""
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.reading() as session:
        return (await _with_figures(session, (await _existing(session, name),)))[0]


async def put(services: Services, actor: Actor, name: str, said: ConnectionSaid) -> Put:
    """Create or change a connection. Raises `invalid`.

    A new webhook gets a secret. Two that are active never share an item, so that a task has one
    way to go.
    """
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.reading() as session:
        people = await accounts_of(session, said.department)
        others = await store.by_department(session, said.department)
    account = _checked(services, said, people)
    if said.active:
        _require_alone(name, said, others)
    given = ConnectionGiven(
        department=said.department,
        way=said.way,
        account=account.id,
        items=said.items,
        queue=(said.queue or f"dept-{said.department}") if said.way is Way.WORKER else None,
        endpoint=said.endpoint or None,
        url=said.url.rstrip("/") or None,
        algorithm=said.algorithm,
    )
    made: str | None = None
    async with services.store.begin() as session:
        kept = await store.put_connection(session, name, given, by=actor.id)
        if kept.way is Way.WEBHOOK and not kept.secrets:
            made = _secret()
            await store.add_secret(session, name, made, by=actor.id)
        await store.set_active(session, name, active=said.active, by=actor.id)
        after = await store.connection_of(session, name)
    assert after is not None
    log.info("connection_changed", connection=name, way=said.way, active=said.active)
    return Put(connection=after, secret=made)


async def rotate(services: Services, actor: Actor, name: str) -> SecretStr:
    """A new secret: it signs from now on, the one before stays valid. Raises `invalid`."""
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    made = _secret()
    async with services.store.begin() as session:
        found = await _existing(session, name)
        if found.way is not Way.WEBHOOK:
            raise wrong("/way", "way", "只有网络回调方式才有签名密钥")
        await store.add_secret(session, name, made, by=actor.id)
    log.info("connection_secret_added", connection=name)
    return SecretStr(made)


async def retire(services: Services, actor: Actor, name: str) -> ConnectionView:
    """The other side has changed over: only the newest secret is valid any more."""
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.begin() as session:
        await _existing(session, name)
        await store.drop_old_secrets(session, name, by=actor.id)
        log.info("connection_secret_retired", connection=name)
        return await _existing(session, name)


async def send_again(services: Services, actor: Actor, task: str) -> AssignmentView:
    """Send a task once more. Raises `unknown-assignment`, `assignment-over`, `EngineAway`."""
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.reading() as session:
        found = await store.assignment_of(session, task)
    if found is None:
        raise Problem(ApiCode.UNKNOWN_ASSIGNMENT)
    if found.status not in UNDER_WAY or not await _sent_again(services, found):
        raise Problem(ApiCode.ASSIGNMENT_OVER)
    log.info("assignment_sent_again", task=task, connection=found.connection)
    return found


async def reconcile(services: Services, actor: Actor, name: str) -> Reconciliation:
    """Ask the system what it believes of its tasks, and put right what a program may.

    Raises `unknown-connection`, `invalid` where there is nobody to ask.
    """
    permissions.require(actor, Act.MANAGE_CONNECTIONS)
    async with services.store.reading() as session:
        await _existing(session, name)
        keys = await store.keys_of(session, name)
        waiting = await store.under_way(session, name, limit=_MOST)
        over: list[AssignmentView] = []
        for status in _CLOSED:
            asked = AssignmentFilter(connection=name, status=status)
            over += await store.assignments(session, asked, after=None, limit=_RECENT)
    departments = services.departments
    if keys is None or keys.way is not Way.WEBHOOK or not keys.url or departments is None:
        raise wrong("/way", "way", "只有网络回调方式可以对账")
    target = Target(
        url=keys.url,
        secrets=tuple(secret.get_secret_value() for secret in keys.secrets),
        algorithm=Algorithm(keys.algorithm),
    )
    found = await _asked(services, departments, target, (*waiting, *over))
    agreed = sum(each.finding is Finding.AGREED for each in found)
    away = sum(each.finding is Finding.UNREACHABLE for each in found)
    told = [e for e in found if e.finding not in (Finding.AGREED, Finding.UNREACHABLE)]
    log.info("reconciled", connection=name, asked=len(found), differences=len(told), away=away)
    return Reconciliation(
        connection=name,
        at=services.now(),
        asked=len(found),
        agreed=agreed,
        unreachable=away,
        differences=told,
    )


async def _asked(
    services: Services,
    departments: Departments,
    target: Target,
    assignments: Sequence[AssignmentView],
) -> list[Compared]:
    """Each compared, a few at a time; one that keeps silent is not asked for every task."""
    left, found, silences = iter(assignments), list[Compared](), 0

    async def lane() -> None:
        nonlocal silences
        for each in left:
            belief = Belief(status="away")
            if silences < _SILENCES:
                belief = await departments.ask(target, each.task)
                silences = silences + 1 if belief.status == "away" else 0
            found.append(await _put_right(services, departments, target, each, belief))

    await asyncio.gather(*(lane() for _ in range(_TOGETHER)))
    return sorted(found, key=lambda each: each.task)


async def _put_right(
    services: Services,
    departments: Departments,
    target: Target,
    ours: AssignmentView,
    belief: Belief,
) -> Compared:
    finding = compared(ours.status, belief.status)
    remedy, done, code = REMEDIES[finding], False, belief.reason
    match remedy:
        case Remedy.TAKE if belief.answer is not None:
            code = await callbacks.take_missed(
                services, ours.connection, belief.answer.id, belief.answer.body.encode()
            )
            done = code is None
        case Remedy.SEND:
            done = await _sent_again(services, ours)
        case Remedy.WITHDRAW:
            sent = await departments.tell(target, _withdrawal(services, ours))
            done, code = sent.error is None, sent.error
        case _:
            pass
    if belief.status != "away":
        said = {"status": belief.status, "reason": belief.reason, "taken": done}
        async with services.store.begin() as session:
            await store.note_belief(session, _input(ours), said)
    return Compared(
        task=ours.task,
        bundle=ours.bundle,
        ours=ours.status,
        theirs=belief.status,
        finding=finding,
        remedy=remedy,
        done=done,
        code=code,
    )


async def _sent_again(services: Services, found: AssignmentView) -> bool:
    if services.errands is None:
        raise EngineAway
    return await services.errands.send_again(found.workflow)


def _withdrawal(services: Services, ours: AssignmentView) -> Message:
    over = Over.OVERTAKEN if ours.status is AssignmentStatus.OVERTAKEN else Over.CANCELLED
    return Message(
        name=message_name(ours.workflow, Kind.WITHDRAWN),
        kind=Kind.WITHDRAWN,
        at=services.now(),
        data={"task": ours.task, "reason": over.value},
    )


def _input(found: AssignmentView) -> AssignmentInput:
    names = AssignmentInput.model_fields.keys() & AssignmentView.model_fields.keys()
    return AssignmentInput(**{name: getattr(found, name) for name in names})


async def _with_figures(
    session: ReadSession, found: Sequence[ConnectionView]
) -> list[ConnectionFigures]:
    counts = await store.counted(session)
    made: list[ConnectionFigures] = []
    for each in found:
        people = await accounts_of(session, each.department)
        login = next((a.login for a in people if a.id == each.account), "")
        figures = dict(counts.get(each.id, {}))
        made.append(ConnectionFigures(connection=each, account=login, figures=figures))
    return made


async def _existing(session: ReadSession, name: str) -> ConnectionView:
    found = await store.connection_of(session, name)
    if found is None:
        raise Problem(ApiCode.UNKNOWN_CONNECTION)
    return found


def _checked(
    services: Services, said: ConnectionSaid, people: Sequence[AccountView]
) -> AccountView:
    """The account, if everything else is in order too. Raises `invalid`."""
    organs = {organ.code: organ for organ in services.library.catalogue.departments}
    if said.department not in organs:
        raise wrong("/department", "department", f"没有部门“{said.department}”")
    strange = sorted(set(said.items) - items_of(services).keys())
    if strange:
        raise wrong("/items", "item", f"没有事项编码“{strange[0]}”")
    if said.way is Way.WEBHOOK and not is_address(said.url):
        raise wrong("/url", "url", "网址应为 http(s)://主机/路径，不带账号、参数")
    if said.way is Way.NEXUS and not said.endpoint.strip():
        raise wrong("/endpoint", "required", "请填写 Nexus 端点名")
    named = next((p for p in people if said.account in {p.id, p.login}), None)
    if named is None or named.role is not Role.DEPARTMENT_SYSTEM:
        raise wrong("/account", "account", "请填写本部门“部门系统”岗位的账号")
    return named


def _require_alone(name: str, said: ConnectionSaid, others: Sequence[ConnectionView]) -> None:
    for each in others:
        shared = not each.items or not said.items or set(each.items) & set(said.items)
        if each.active and each.id != name and shared:
            message = f"已启用的对接“{each.id}”也承接同样的事项，请先停用或者分开事项"
            raise wrong("/active", "overlap", message)


def _secret() -> str:
    return secret_of(secrets.token_bytes(SECRET_BYTES))
