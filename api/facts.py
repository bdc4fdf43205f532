"""Facts for benefits over the API: files taken in, batches, what is known of one subject."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import PurePosixPath

import structlog
from pydantic import Field, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from activities.store.benefits import loading
from activities.store.benefits.facts import (
    KnownFact,
    facts_of,
    subject_by_code,
    subject_of_code,
)
from activities.store.benefits.loading import BatchLine, BatchView, Coming, Loaded
from activities.store.benefits.policies import policies_in_force
from activities.store.engine import ReadSession
from api.masking import masked_id
from api.problems import wrong
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import FactType, SubjectFact, SubjectKind
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.codes import person_id_fault, uscc_fault
from definitions.rules.conditions import Fact
from definitions.rules.fact_values import value_of
from definitions.rules.matching import needed_facts
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

LONGEST = 200
_WANTED: Mapping[FactType, str] = {
    FactType.FLAG: "是或否",
    FactType.NUMBER: "整数",
    FactType.DATE: "日期，如 2026-11-24",
    FactType.TEXT: "文字",
    FactType.MANY: "若干文字",
}
_DAY = TypeAdapter(date)


class FactShown(Value):
    """A fact of a subject with its source. `value` is None where it is missing, or not shown.

    `hidden`: it is sensitive, and no policy in force of who asks looks at it.
    """

    fact: str
    label: str
    unit: str | None
    source: str
    source_name: str
    fresh_days: int
    known: KnownFact | None
    hidden: bool = False


class SubjectShown(Value):
    """A subject and every fact there can be of it, known or not."""

    id: int
    kind: SubjectKind
    code: str = Field(description="个人的证件号部分隐去")
    name: str
    on: date
    facts: tuple[FactShown, ...]


async def take_facts(
    services: Services, actor: Actor, upload: UploadFile, said: Mapping[str, str]
) -> Loaded:
    """Take a file in, as `said`: `source`, `kind`, `as_of`. Raises `forbidden`, `invalid`."""
    permissions.require(actor, Act.LOAD_FACTS)
    coming = _coming(actor, upload.filename or "", said)
    today = local_day(services.now())
    loading.require_known(services.facts, coming, today)
    store, catalogue = services.store, services.facts
    made = await loading.load_file(store, catalogue, coming, upload.file, today=today)
    batch = made.batch
    log.info("facts_loaded", batch=batch.id, good=batch.good, bad=batch.bad, new=made.is_new)
    return made


async def listed(
    services: Services, actor: Actor, *, before: int | None = None, limit: int = 50
) -> tuple[BatchLine, ...]:
    """The latest batches first. Raises `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        return await loading.batches(session, before=before, limit=limit)


async def last_days(services: Services, actor: Actor) -> dict[str, date]:
    """Of each source as of which day it has spoken last. Raises `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        return await loading.last_days(session)


async def one(services: Services, actor: Actor, batch: int) -> BatchView:
    """One batch with what was wrong in it. Raises `forbidden`, `unknown-batch`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        found = await loading.batch_view(session, batch)
    if found is None:
        raise Refused(Code.UNKNOWN_BATCH, "没有这一批数据")
    return found


async def known_of(
    services: Services, actor: Actor, kind: SubjectKind, code: str, on: date | None = None
) -> SubjectShown:
    """What is known of a subject as of a day (today). Raises `forbidden`, `unknown-subject`."""
    permissions.require(actor, Act.READ_BENEFITS)
    day = on or local_day(services.now())
    async with services.store.reading() as session:
        found = await subject_by_code(session, kind, _clean(code))
        if found is None:
            raise Refused(Code.UNKNOWN_SUBJECT, "没有这个对象，请核对代码", field="/code")
        known = (await facts_of(session, services.facts, kind, [found.id], day))[found.id]
        handled = await _handled(session, actor, local_day(services.now()))
    is_person = kind is SubjectKind.PERSON
    return SubjectShown(
        id=found.id,
        kind=kind,
        code=masked_id(found.code) if is_person else found.code,
        name=found.name,
        on=day,
        facts=_shown(services, kind, known, handled),
    )


async def subject_found(services: Services, actor: Actor, code: str) -> int:
    """The number of whoever has this code, by which lists are asked: addresses are logged.

    Raises `forbidden`, `unknown-subject`.
    """
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        found = await subject_of_code(session, _clean(code))
    if found is None:
        raise Refused(Code.UNKNOWN_SUBJECT, "没有这个对象，请核对代码", field="/code")
    return found.id


def said_facts(
    services: Services, kind: SubjectKind, said: Mapping[str, object], place: str
) -> dict[str, Fact]:
    """What somebody said of themselves, each of its type. Raises `invalid` below `place`."""
    known = {fact.fact: fact for fact in services.facts.facts if fact.kind is kind}
    found: dict[str, Fact] = {}
    for name, value in said.items():
        fact, pointer = known.get(name), f"{place}/{name}"
        if fact is None:
            raise wrong(pointer, "unknown-fact", "没有这项数据")
        read = value_of(fact, value)
        if read is None:
            wanted = "金额" if fact.money else _WANTED[fact.type]
            raise wrong(pointer, "fact-type", f"“{fact.label}”应为{wanted}")
        found[name] = read
    return found


def checked_code(kind: SubjectKind, code: str) -> str:
    """The code as it is kept. Raises `invalid`."""
    clean = _clean(code)
    fault = uscc_fault(clean) if kind is SubjectKind.FIRM else person_id_fault(clean)
    if fault is not None:
        raise wrong("/code", "code", fault)
    return clean


def _clean(code: str) -> str:
    return "".join(code.split()).upper()


async def _handled(session: ReadSession, actor: Actor, today: date) -> frozenset[str]:
    """What the policies in force of the actor's organ look at, where the actor handles them."""
    if not permissions.may(actor, Act.RUN_BENEFITS):
        return frozenset()
    policies = [loaded.definition for loaded in await policies_in_force(session, today)]
    organ = actor.department
    return frozenset(
        name for each in policies if each.organ == organ for name in needed_facts(each)
    )


def _shown(
    services: Services,
    kind: SubjectKind,
    known: Mapping[str, KnownFact],
    handled: Collection[str],
) -> tuple[FactShown, ...]:
    sources = {source.id: source for source in services.facts.sources}
    return tuple(
        FactShown(
            fact=fact.fact,
            label=fact.label,
            unit=fact.unit,
            source=fact.source,
            source_name=sources[fact.source].name,
            fresh_days=sources[fact.source].fresh_days,
            known=None if _is_hidden(fact, handled) else known.get(fact.fact),
            hidden=_is_hidden(fact, handled),
        )
        for fact in services.facts.facts
        if fact.kind is kind
    )


def _is_hidden(fact: SubjectFact, handled: Collection[str]) -> bool:
    return fact.sensitive and fact.fact not in handled


def _coming(actor: Actor, filename: str, said: Mapping[str, str]) -> Coming:
    name = PurePosixPath(filename.replace("\\", "/")).name.strip()[-LONGEST:]
    try:
        kind = SubjectKind(said.get("kind", ""))
    except ValueError:
        raise wrong("/kind", "kind", "请选择企业或者个人") from None
    try:
        as_of = _DAY.validate_python(said.get("as_of", ""))
    except ValidationError:
        raise wrong("/as_of", "date", "截至日应写成 2026-11-24") from None
    if not name.isprintable() or not name:
        raise wrong("/file", "name", "文件没有名称，或名称中有不可显示的字符")
    return Coming(source=said.get("source", ""), kind=kind, as_of=as_of, name=name, by=actor.id)
