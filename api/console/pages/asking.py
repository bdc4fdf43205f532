"""Asking others about a matter (协同), calling it off, and 办不成事: pages with a form each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Path, Response

from activities.store.desk.accounts import accounts
from activities.store.reading.matters import MatterView
from api import commands
from api.commands import Answer
from api.console.fill import matters
from api.console.fill.act_parts import ActForm, Typed
from api.console.fill.asking import (
    ask_form,
    ask_links,
    complain_form,
    day_list,
    rule_of,
    withdraw_form,
)
from api.console.fill.outcomes import Colleague
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.pages.typed import typed_into
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.acts import ActPage
from api.console.views.shared import ErrorView, Link, Notice, Tone
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.roles import Role
from definitions.language.supervision import What
from definitions.rules.permissions import Act, require

router = pages()

Number = Annotated[str, Path(max_length=40)]
Key = Annotated[str, Path(max_length=24)]
Name = Annotated[str, Path(max_length=80)]
ACCEPT = "application/pdf,application/ofd,.ofd,image/jpeg,image/png,image/tiff"
_MEBI = 1024 * 1024
_FIELDS = {"dates": "date1", "complaint": "complaint", "to": "to"}
_NOT_MENDED = frozenset({Code.FORBIDDEN, Code.UNKNOWN_MATTER, Code.UNKNOWN_BUNDLE})
_EXPERTS = frozenset({Role.OFFICER, Role.APPROVER})

Made = Callable[[Typed], ActForm]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One form before a person: of which application and matter, where it goes, how it is made."""

    case: Case
    matter: MatterView
    url: str
    made: Made


@router.get("/console/bundles/{number}/matters/{key}/ask/{what}")
async def asking(visitor: Visiting, number: Number, key: Key, what: Name) -> Response:
    """A request of one kind."""
    opened, _ = await _ask(visitor, number, key, what)
    return await _shown(opened, Typed())


@router.post("/console/bundles/{number}/matters/{key}/ask/{what}")
async def ask(visitor: Visiting, form: Posting, number: Number, key: Key, what: Name) -> Response:
    """Put it to them."""
    opened, people = await _ask(visitor, number, key, what, posted=True)

    async def send(typed: Typed) -> Answer:
        to = typed.said("to")
        expert = next((each for each in people if each.id == to), None)
        departments = typed.many.get("departments", ()) or (expert.department if expert else "",)
        return await commands.ask_colleagues(
            visitor.services,
            visitor.actor,
            number,
            key,
            form.sent,
            what=cast("What", what),
            departments=departments,
            question=typed.said("question"),
            days=int(typed.said("days")),
            tacit=typed.said("tacit") == "yes",
            to=to or None,
            dates=day_list(typed),
            files=[each.value for each in typed.kept],
        )

    return await _taken(opened, form, send)


@router.get("/console/bundles/{number}/requests/{request}/withdraw")
async def withdrawing(visitor: Visiting, number: Number, request: Name) -> Response:
    """Whether and why it is called off."""
    return await _shown(await _withdraw(visitor, number, request), Typed())


@router.post("/console/bundles/{number}/requests/{request}/withdraw")
async def withdraw(visitor: Visiting, form: Posting, number: Number, request: Name) -> Response:
    """It is called off."""
    opened = await _withdraw(visitor, number, request)

    async def send(typed: Typed) -> Answer:
        reasons = [typed.said("reasons")]
        return await commands.withdraw_request(
            visitor.services, visitor.actor, number, request, form.sent, reasons=reasons
        )

    return await _taken(opened, form, send)


@router.get("/console/bundles/{number}/matters/{key}/complain")
async def complaining(visitor: Visiting, number: Number, key: Key) -> Response:
    """What cannot be got done."""
    return await _shown(await _complain(visitor, number, key), Typed())


@router.post("/console/bundles/{number}/matters/{key}/complain")
async def complain(visitor: Visiting, form: Posting, number: Number, key: Key) -> Response:
    """Take it down for the applicant."""
    opened = await _complain(visitor, number, key)

    async def send(typed: Typed) -> Answer:
        return await commands.complain(
            visitor.services,
            visitor.actor,
            number,
            key,
            form.sent,
            complaint=typed.said("complaint"),
        )

    return await _taken(opened, form, send)


@dataclass(frozen=True, slots=True)
class _Expert(Colleague):
    """Somebody who may be asked for an opinion, and where they sit."""

    department: str = ""


async def _ask(
    visitor: Visit, number: str, key: str, what: str, *, posted: bool = False
) -> tuple[_Asking, tuple[_Expert, ...]]:
    """The form of this request. Raises `Refused` for what this person may not ask now."""
    case, matter = await _own(visitor, number, key)
    rule = rule_of(case.seen, what)
    if rule is None:
        raise Refused(Code.UNKNOWN_MATTER, "没有这种协同方式")
    require(visitor.actor, Act.ASK)
    if not posted and not ask_links(case.seen, case.bundle, matter):
        raise Refused(Code.FORBIDDEN, "本事项不在办理中，或者由其他部门主办，不能提出请求")
    people = await _experts(visitor) if what == "expert" else ()
    url = f"{matters.matter_url(number, key)}/ask/{what}"
    made = _Asking(
        case, matter, url, lambda typed: ask_form(case.seen, matter, rule, typed, people)
    )
    return made, people


async def _withdraw(visitor: Visit, number: str, request: str) -> _Asking:
    """The request's id begins with its matter."""
    require(visitor.actor, Act.ASK)
    case, matter = await _own(visitor, number, request.partition("-")[0])
    url = f"{case.url}/requests/{request}/withdraw"
    return _Asking(case, matter, url, withdraw_form)


async def _complain(visitor: Visit, number: str, key: str) -> _Asking:
    require(visitor.actor, Act.COMPLAIN)
    case, matter = await _own(visitor, number, key)
    return _Asking(case, matter, f"{matters.matter_url(number, key)}/complain", complain_form)


async def _own(visitor: Visit, number: str, key: str) -> tuple[Case, MatterView]:
    case = await case_of(visitor, number)
    matter = matters.own_matter(case.bundle, key)
    if matter is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}，或者它由其他部门办理")
    return case, matter


async def _experts(visitor: Visit) -> tuple[_Expert, ...]:
    """Everybody who handles matters, with where they sit."""
    seen = {d.code: d.name for d in visitor.services.library.catalogue.departments}
    async with visitor.services.store.reading() as session:
        every = await accounts(session)
    return tuple(
        _Expert(
            each.id, f"{seen.get(each.department or '', '')} {each.name}", each.department or ""
        )
        for each in every
        if each.active and each.role in _EXPERTS and each.id != visitor.actor.id
    )


async def _taken(
    opened: _Asking, form: Posted, send: Callable[[Typed], Awaitable[Answer]]
) -> Response:
    """The matter's page after the act, or the form again with what is wrong."""
    blank = opened.made(Typed())
    typed = await typed_into(opened.case.visitor, form, blank)
    if typed.errors:
        return await _shown(opened, typed, status=422)
    try:
        answer = await send(typed)
    except Refused as refused:
        return await _refused(opened, typed, refused)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        pointer = problem.errors[0].pointer if problem.errors else ""
        return await _refused(opened, typed, Refused(Code.INVALID, problem.detail, field=pointer))
    home = matters.matter_url(opened.case.bundle.number, opened.matter.key)
    return moved(home, tell(answer, blank.done))


async def _refused(opened: _Asking, typed: Typed, refused: Refused) -> Response:
    if refused.code in _NOT_MENDED:
        raise refused
    if refused.code in CONFLICTS:
        number = opened.case.bundle.number
        notice = await changed(opened.case.visitor, number, refused, opened.matter.key)
        return await _shown(opened, typed, notices=(notice,), status=409)
    head = (refused.field or "").strip("/").partition("/")[0]
    field = _FIELDS.get(head, head)
    if field in {each.name for each in opened.made(Typed()).fields}:
        return await _shown(opened, replace(typed, errors={field: refused.message}), status=422)
    notice = Notice(Tone.BAD, f"没有办成：{refused.message}。您填的还在。")
    return await _shown(opened, typed, notices=(notice,), status=422)


async def _shown(
    opened: _Asking, typed: Typed, *, notices: Sequence[Notice] = (), status: int = 200
) -> Response:
    case, made = opened.case, opened.made(typed)
    errors = tuple(ErrorView(name, said) for name, said in typed.errors.items())
    view = ActPage(
        frame=await case.frame(made.title, below=True, errors=errors, notices=notices),
        bundle=Link(case.bundle.number, case.url),
        matter=Link(opened.matter.name, matters.matter_url(case.bundle.number, opened.matter.key)),
        applicant=case.bundle.firm_name,
        effects=made.effects,
        basis=tuple(case.seen.basis(basis) for basis in made.basis),
        submission=submission(opened.url),
        fields=made.fields,
        upload=made.upload,
        button=made.button,
        danger=made.danger,
        accept=ACCEPT,
        largest=f"{case.visitor.services.largest_upload // _MEBI} MB",
    )
    return page(case.visitor.request, view, status=status)
