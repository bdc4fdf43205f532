"""The facts of benefits: load a file, look at batches and bad lines, ask what is known of one."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response

from activities.store.desk.accounts import accounts
from api import facts
from api.console.fill import facts as fill
from api.console.fill.facts import URL
from api.console.fill.subjects import code_field, kind_field
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.facts import BatchPage, FactsPage, SubjectFactsPage
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Option,
    Pager,
)
from api.paging import cursor, key_of, number
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

_BATCHES = 20
_HOME = Breadcrumb("数据", URL)
_TOLD = frozenset({Code.INVALID, Code.UNKNOWN_SOURCE, Code.FACTS_IN_FUTURE, Code.UNKNOWN_SUBJECT})
_SAID = ("source", "kind", "as_of")
After = Annotated[str | None, Query(max_length=400)]


@router.get(URL)
async def overview(visitor: Visiting, after: After = None) -> Response:
    """What came in, and the forms."""
    return await _overview(visitor, after=after)


@router.post(URL)
async def load(visitor: Visiting, form: Posting) -> Response:
    """Take a file in."""
    permissions.require(visitor.actor, Act.LOAD_FACTS)
    said = {name: form.one(name) for name in _SAID}
    file = next((file for name, file in form.files if name == "file"), None)
    if file is None:
        return await _overview(visitor, form, (ErrorView("file", "请选择文件"),), status=422)
    try:
        made = await facts.take_facts(visitor.services, visitor.actor, file, said)
    except (Problem, Refused) as error:
        return await _refused(visitor, form, error)
    batch = made.batch
    told = f"装入 {batch.good} 行" + (f"，{batch.bad} 行有误" if batch.bad else "")
    if not made.is_new:
        told = "这个文件先前已经装入，没有改动"
    return moved(fill.batch_url(batch.id), told)


@router.get(URL + "/batches/{batch}")
async def one(visitor: Visiting, batch: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """One batch with what was wrong in it."""
    found = await facts.one(visitor.services, visitor.actor, batch)
    catalogue = visitor.services.facts
    view = BatchPage(
        frame=await visitor.frame(f"第 {batch} 批数据", nav=URL, crumbs=(_HOME,)),
        status=fill.status(found),
        facts=fill.batch_facts(catalogue, found),
        rows=fill.wrong_rows(catalogue, found),
        more=len({each.line for each in found.problems}) < found.bad,
    )
    return page(visitor.request, view)


@router.post(URL + "/subject")
async def subject(visitor: Visiting, form: Posting) -> Response:
    """What is known of one subject; in a form, because addresses are logged."""
    try:
        kind = SubjectKind(form.one("of_kind", SubjectKind.FIRM))
        code = "".join(form.one("code").split()).upper()
        found = await facts.known_of(visitor.services, visitor.actor, kind, code)
    except (Problem, Refused, ValueError) as error:
        return await _refused(visitor, form, error)
    view = SubjectFactsPage(
        frame=await visitor.frame("已知数据", nav=URL, here=URL, crumbs=(_HOME,)),
        facts=fill.subject_facts(found),
        rows=fill.fact_rows(visitor.services.facts, found),
        back_url=URL,
    )
    return page(visitor.request, view)


async def _refused(visitor: Visit, form: Posted, error: Problem | Refused | ValueError) -> Response:
    if isinstance(error, ValueError):
        return await _overview(visitor, form, (ErrorView("of_kind", "请选择"),), status=422)
    if error.code not in _TOLD:
        raise error
    places = (
        [(error.field or "/file", error.message)]
        if isinstance(error, Refused)
        else [(fault.pointer, fault.message) for fault in error.errors]
    )
    wrong = tuple(ErrorView(pointer.rpartition("/")[2], says) for pointer, says in places)
    return await _overview(visitor, form, wrong, status=422)


async def _overview(
    visitor: Visit,
    form: Posted | None = None,
    errors: tuple[ErrorView, ...] = (),
    *,
    after: str | None = None,
    status: int = 200,
) -> Response:
    services, key = visitor.services, key_of(after, 1)
    before = number(key[0]) if key else None
    found = await facts.listed(services, visitor.actor, before=before, limit=_BATCHES)
    async with services.store.reading() as session:
        people = {account.id: account.name for account in await accounts(session)}
    more = cursor((found[-1].id,)) if len(found) == _BATCHES else ""
    view = FactsPage(
        frame=await visitor.frame("数据", nav=URL, here=URL, errors=errors),
        newest=fill.newest(services.facts, await facts.last_days(services, visitor.actor)),
        load=submission(URL) if visitor.may(Act.LOAD_FACTS) else None,
        fields=load_fields(services.facts, local_day(services.now()), form, errors),
        ask=submission(f"{URL}/subject"),
        asked=asked_fields(form, errors),
        rows=fill.rows(services.facts, found, people),
        pager=Pager("", f"{URL}?{urlencode({'after': more})}" if more else ""),
    )
    return page(visitor.request, view, status=status)


def load_fields(
    catalogue: FactCatalogue, today: date, form: Posted | None, errors: tuple[ErrorView, ...]
) -> tuple[FieldView, ...]:
    """What is said of a file."""
    chosen = form.one("source") if form else ""
    names = fill.source_names(catalogue)
    return (
        FieldView(
            "source",
            "来源",
            FieldControl.LIST,
            options=(
                Option("", "请选择"),
                *(Option(id_, name, chosen=id_ == chosen) for id_, name in names.items()),
            ),
            error=_error(errors, "source"),
        ),
        kind_field(_chosen(form, "kind"), error=_error(errors, "kind")),
        FieldView(
            "as_of",
            "截至日",
            FieldControl.DATE,
            value=form.one("as_of") if form else today.isoformat(),
            error=_error(errors, "as_of"),
        ),
    )


def asked_fields(form: Posted | None, errors: tuple[ErrorView, ...]) -> tuple[FieldView, ...]:
    """Of whom one asks."""
    kind = _chosen(form, "of_kind")
    return (
        kind_field(kind, name="of_kind", error=_error(errors, "of_kind")),
        code_field(form.one("code") if form else "", _error(errors, "code")),
    )


def _chosen(form: Posted | None, name: str) -> str:
    return form.one(name, SubjectKind.FIRM) if form else SubjectKind.FIRM


def _error(errors: tuple[ErrorView, ...], name: str) -> str:
    return next((error.message for error in errors if error.field == name), "")
