"""Signed answers of departments' systems: verified, taken once, every refusal on record.

An answer ends in the same act as everybody's, in the name of the connection's account, under a key
made of the message's id. Whatever crashes between the act and its receipt, the same message sent
again finds the act done. A refusal is written down with its code and never with what was said.
"""

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import UploadFile

from activities.contracts.assignments import Way
from activities.outside.departments.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    Algorithm,
    Fault,
    NotSigned,
    verified,
)
from activities.store.desk import callbacks as kept
from activities.store.desk import connections as store
from activities.store.desk.accounts import AccountView
from activities.store.desk.connections import Keys
from activities.store.desk.guessing import Bound, count_guess
from activities.store.desk.uploads import upload_of
from api import commands, problems
from api.auth.person import Person
from api.commands import PointGiven
from api.engine import Accepted
from api.problems import ApiCode, Problem
from api.sent import Sent
from api.services import Services
from api.uploads import take_upload
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.language.roles import Role
from definitions.matter.tasks import Outcome
from definitions.rules.numbers import bundle_of_task, is_bundle_number

log = structlog.get_logger(__name__)

# Files inside an answer, and the answer with them as base64 and everything else it may say.
LARGEST_FILES = 10 * 1024 * 1024
LARGEST = 15 * 1024 * 1024
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,80}")
# So many refusals a place are written down; beyond, it is only told to slow down.
_NOTED, _WITHIN = 100, timedelta(minutes=5)

Word = Annotated[str, StringConstraints(max_length=48)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]

_FAULTS: Mapping[Fault, ApiCode] = {
    Fault.MISSING: ApiCode.SIGNATURE_MISSING,
    Fault.INVALID: ApiCode.SIGNATURE_INVALID,
    Fault.STALE: ApiCode.SIGNATURE_STALE,
    Fault.FUTURE: ApiCode.SIGNATURE_FUTURE,
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CallbackPoint(_Body):
    """One point of a supplement notice: which material, and what is wrong with it."""

    material: Word
    defect: Text


class CallbackFile(_Body):
    """A file: by the digest of an upload of the same account, or as it is (base64)."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    name: str | None = Field(default=None, max_length=200)
    content: str | None = Field(default=None, description="base64")


class Callback(_Body):
    """What a department's system answers of a task; as in `POST /tasks/{id}/complete`.

    `handled_by` are the staff numbers of who handled it there, in order: the last one decided.
    """

    task: str = Field(max_length=120, examples=["SJ-YJS-310117-20261122-000123.REG.review"])
    outcome: Outcome = Field(examples=["pass"])
    reasons: list[Text] = Field(default_factory=list, max_length=20)
    bases: list[Basis] = Field(default_factory=list, max_length=20)
    points: list[CallbackPoint] = Field(default_factory=list, max_length=60)
    days: int | None = Field(default=None, le=3660)
    organ: str | None = Field(default=None, max_length=100)
    files: list[CallbackFile] = Field(default_factory=list, max_length=20)
    companions: list[Word] = Field(default_factory=list, max_length=10)
    dates: list[date] = Field(default_factory=list, max_length=30)
    handled_by: list[Word] = Field(default_factory=list, max_length=10)


class CallbackReceipt(BaseModel):
    """An answer was taken; the same for the same answer."""

    task: str
    number: str = Field(examples=["SJ-YJS-310117-20261122-000123"])
    version: int = Field(examples=[3])
    seq: int = Field(examples=[18])


@dataclass(slots=True)
class _Call:
    """What is written down of a call that is refused."""

    connection: str
    remote: str | None
    webhook: str | None = None
    task: str | None = None
    trusted: bool = False


async def receive(
    services: Services,
    connection: str,
    headers: Mapping[str, str],
    raw: bytes,
    *,
    remote: str | None,
) -> CallbackReceipt | Accepted:
    """Take a signed answer. Raises `Problem`, `Refused`; each is written down."""
    call = _Call(connection=connection, remote=remote)
    given = headers.get(ID, "")
    call.webhook = given if _PLAIN.fullmatch(given) else None
    try:
        if len(raw) > LARGEST:
            raise too_large()
        keys = await _verified(services, call, headers, raw)
        return await _taken(services, call, keys, raw)
    except (Problem, Refused, RequestValidationError) as refused:
        await _note(services, call, problems.problem_of(refused).code)
        raise


async def refuse_too_large(services: Services, connection: str, *, remote: str | None) -> None:
    """Write down an answer that nobody read to its end. Raises `too-large`."""
    await _note(services, _Call(connection=connection, remote=remote), ApiCode.TOO_LARGE)
    raise too_large()


async def take_missed(services: Services, connection: str, name: str, raw: bytes) -> str | None:
    """Take an answer that the system says it gave; the code of why not, None where it is taken.

    Only for what came signed in answer to our own question.
    """
    call = _Call(connection=connection, remote=None, webhook=name, trusted=True)
    if not _PLAIN.fullmatch(name):
        return ApiCode.SIGNATURE_INVALID
    async with services.store.reading() as session:
        keys = await store.keys_of(session, connection)
    if keys is None or not keys.active:
        return ApiCode.UNKNOWN_CONNECTION if keys is None else ApiCode.CONNECTION_INACTIVE
    try:
        await _taken(services, call, keys, raw)
    except (Problem, Refused, RequestValidationError) as refused:
        code = problems.problem_of(refused).code
        if code is ApiCode.CALLBACK_REPLAYED:
            return None
        await _note(services, call, code)
        return code
    return None


def too_large() -> Problem:
    """Larger than an answer may be."""
    return Problem(
        ApiCode.TOO_LARGE,
        f"回传内容超过 {LARGEST // 1024 // 1024} MiB；请先上传文件，再按校验码引用",
        headers={"Connection": "close"},
    )


async def _verified(
    services: Services, call: _Call, headers: Mapping[str, str], raw: bytes
) -> Keys:
    """By which connection it is signed. Raises `Problem`."""
    if any(not headers.get(name) for name in (ID, TIMESTAMP, SIGNATURE)):
        raise Problem(ApiCode.SIGNATURE_MISSING)
    async with services.store.reading() as session:
        keys = await store.keys_of(session, call.connection)
    if keys is None or keys.way is not Way.WEBHOOK:
        raise Problem(ApiCode.UNKNOWN_CONNECTION)
    try:
        verified(
            headers,
            raw,
            secrets=[secret.get_secret_value() for secret in keys.secrets],
            algorithm=Algorithm(keys.algorithm),
            now=services.now(),
        )
    except NotSigned as refused:
        raise Problem(_FAULTS[refused.fault]) from None
    call.trusted = True
    if not keys.active:
        raise Problem(ApiCode.CONNECTION_INACTIVE)
    return keys


async def _taken(
    services: Services, call: _Call, keys: Keys, raw: bytes
) -> CallbackReceipt | Accepted:
    """The answer, which is the system's, once. Raises `Problem`, `Refused`."""
    name, digest = call.webhook or "", hashlib.sha256(raw).hexdigest()
    await _require_new(services, call, name, digest)
    body = _understood(raw)
    call.task = body.task if is_bundle_number(bundle_of_task(body.task)) else None
    account = await _account(services, keys, body.task)
    actor = Person(**dict(account.actor), authority=account.authority)
    answer = await _act(services, actor, body, f"callback:{keys.connection}:{name}", digest)
    if isinstance(answer, Accepted):
        # Durable but not answered for yet: sent again, it is told what has become of it.
        return answer
    receipt = CallbackReceipt(
        task=body.task, number=answer.number, version=answer.version, seq=answer.seq
    )
    async with services.store.begin() as session:
        first = await kept.keep_callback(
            session,
            connection=keys.connection,
            name=name,
            task=body.task,
            payload=digest,
            receipt=receipt.model_dump(mode="json"),
        )
    if not first:
        await _require_new(services, call, name, digest)
    log.info("callback_taken", connection=keys.connection, task=body.task, webhook=name)
    return receipt


async def _act(
    services: Services, actor: Person, body: Callback, key: str, digest: str
) -> commands.Answer:
    """Complete the task like everybody else. Raises `Problem`, `Refused`."""
    files = [await _file(services, actor, file) for file in _decoded(body.files)]
    try:
        return await commands.complete_task(
            services,
            actor,
            body.task,
            Sent(key=key, payload=digest),
            outcome=body.outcome,
            reasons=body.reasons,
            bases=body.bases,
            points=[PointGiven(material=p.material, defect=p.defect) for p in body.points],
            days=body.days,
            organ=body.organ,
            files=files,
            companions=body.companions,
            dates=body.dates,
            handled_by=body.handled_by,
        )
    except Refused as refused:
        if refused.code is Code.KEY_REUSED:
            raise Problem(ApiCode.CALLBACK_ALTERED) from None
        raise


async def _require_new(services: Services, call: _Call, name: str, digest: str) -> None:
    """Raise `callback-replayed`, with the first receipt, or `callback-altered`."""
    async with services.store.reading() as session:
        before = await kept.callback_of(session, call.connection, name)
    if before is None:
        return
    call.task = before.task
    if before.payload_sha256 != digest:
        raise Problem(ApiCode.CALLBACK_ALTERED)
    first = CallbackReceipt.model_validate(before.receipt)
    raise Problem(ApiCode.CALLBACK_REPLAYED, details=first.model_dump())


def _understood(raw: bytes) -> Callback:
    """Raises as a route's own body does, and quotes nothing of it."""
    try:
        return Callback.model_validate_json(raw)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        faults = [{**each, "loc": ("body", *each["loc"])} for each in found]
        raise RequestValidationError(faults) from None


async def _account(services: Services, keys: Keys, task: str) -> AccountView:
    """Who acts for the system, where the task was given to it. Raises `Problem`."""
    async with services.store.reading() as session:
        account = await store.account_of(session, keys.connection)
        assigned = await store.assignment_of(session, task)
    if (
        account is None
        or account.role is not Role.DEPARTMENT_SYSTEM
        or account.department != keys.department
    ):
        raise Problem(ApiCode.CONNECTION_INACTIVE)
    if assigned is None or assigned.connection != keys.connection:
        raise Problem(ApiCode.TASK_NOT_ASSIGNED)
    return account


def _decoded(files: Sequence[CallbackFile]) -> list[tuple[str, bytes | None, str]]:
    """Name, content and digest of each file. Raises `invalid`, `too-large`."""
    found: list[tuple[str, bytes | None, str]] = []
    size = 0
    for index, file in enumerate(files):
        by_digest, by_content = file.sha256 is not None, file.content is not None
        if by_digest is by_content or (by_content and not file.name):
            raise _invalid(index, "file", "请给出已上传文件的校验码，或者文件名和内容")
        if file.content is None:
            found.append(("", None, file.sha256 or ""))
            continue
        try:
            content = base64.b64decode(file.content, validate=True)
        except (binascii.Error, ValueError):
            raise _invalid(index, "base64", "文件内容应为 base64") from None
        size += len(content)
        if size > LARGEST_FILES:
            raise too_large()
        found.append((file.name or "", content, hashlib.sha256(content).hexdigest()))
    return found


async def _file(services: Services, actor: Person, file: tuple[str, bytes | None, str]) -> str:
    """The upload's id. What was kept before, by an answer that was cut short, is taken again."""
    name, content, digest = file
    async with services.store.reading() as session:
        known = await upload_of(session, owner=actor.id, sha256=digest)
    if known is not None:
        return known.id
    if content is None:
        raise Problem(ApiCode.UNKNOWN_FILE, "没有上传过这个文件，请先上传再引用")
    upload = UploadFile(io.BytesIO(content), filename=name, size=len(content))
    return (await take_upload(services, actor, upload)).id


def _invalid(index: int, rule: str, message: str) -> Problem:
    fault = problems.Fault(pointer=f"/files/{index}", rule=rule, message=message)
    return Problem(Code.INVALID, message, errors=[fault])


async def _note(services: Services, call: _Call, code: Code | ApiCode) -> None:
    """Write the refusal down. Who has no secret cannot fill the table with it."""
    known = call.connection if _PLAIN.fullmatch(call.connection) else "-"
    log.warning(
        "callback_refused", connection=known, code=code, task=call.task, webhook=call.webhook
    )
    async with services.store.begin() as session:
        if not call.trusted:
            bound = Bound(subject=f"callback {call.remote}", count=_NOTED, within=_WITHIN)
            wait = await count_guess(session, [bound], services.now())
            if wait is not None:
                raise problems.too_many(wait)
        await kept.refuse_call(
            session,
            connection=known,
            rule=code,
            task=call.task,
            webhook=call.webhook,
            remote=call.remote,
        )
