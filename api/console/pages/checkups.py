"""政策体检 at the window: whose, then everything at once; on paper; subscribed to.

What could not be paid for want of an account stands there too, and is put right there.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import HTMLResponse

from api import checkup
from api.benefits import money
from api.benefits.beneficiary import renewed_code
from api.benefits.money import AccountGiven
from api.checkup import Found, readable, require_reader
from api.console.fill import checkups as fill
from api.console.fill.benefits import CHECKUP as URL
from api.console.fill.benefits import URL as BENEFITS
from api.console.fill.benefits import tabs
from api.console.fill.subjects import code_field, kind_field
from api.console.pages.papers import PAPER_POLICY
from api.console.pages.typed import faults
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.checkups import CheckUpEntryPage, CheckUpPage, QueryCode
from api.console.views.shared import Breadcrumb, ErrorView
from api.problems import ApiCode, Problem
from api.sent import checked_key
from api.uploads import take_upload
from definitions.errors import Code, Refused
from definitions.language.benefits import SubjectKind
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

SubjectId = Annotated[int, Path(ge=1, le=10**15)]
PAPER = {"Content-Security-Policy": PAPER_POLICY, "Cache-Control": "no-store"}
_WRONG = frozenset({Code.INVALID, Code.UNKNOWN_SUBJECT})
_NOT_AN_ACCOUNT = frozenset(
    {
        *(Code.INVALID, Code.FILES_MISSING),
        *(ApiCode.MEDIA_TYPE, ApiCode.TOO_LARGE, ApiCode.FILE_UNUSABLE),
    }
)


@router.get(URL)
async def ask(visitor: Visiting) -> Response:
    """Whose."""
    require_reader(visitor.actor)
    return await _entry(visitor)


@router.post(URL)
async def find(visitor: Visiting, form: Posting) -> Response:
    """On to the subject's page, whose address holds no code."""
    kind, code = kind_of(form.one("kind")), form.one("code")
    try:
        found = await checkup.check_up_by_code(visitor.services, visitor.actor, kind, code)
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        told = error.detail if isinstance(error, Problem) else error.message
        return await _entry(visitor, kind, code.strip()[:24], told)
    assert found.subject is not None
    return moved(_url(found.subject.id))


@router.get(URL + "/{subject}")
async def one(visitor: Visiting, subject: SubjectId) -> Response:
    """The check-up."""
    found = await checkup.check_up_of(visitor.services, visitor.actor, subject)
    return await _page(visitor, found)


@router.post(URL + "/{subject}")
async def again(visitor: Visiting, form: Posting, subject: SubjectId) -> Response:
    """The same, with what is declared. Nothing is kept of it."""
    declared = fill.declared(visitor.services, form)
    services, actor = visitor.services, visitor.actor
    try:
        found = await checkup.check_up_of(services, actor, subject, declared=declared)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        found = await checkup.check_up_of(services, actor, subject)
        return await _page(visitor, found, errors_of(problem))
    return await _page(visitor, found)


@router.get(URL + "/{subject}/report")
async def report(visitor: Visiting, subject: SubjectId) -> Response:
    """On A4."""
    found = await checkup.check_up_of(visitor.services, visitor.actor, subject)
    assert found.subject is not None
    code = found.subject.query_code if visitor.may(Act.SERVE_BENEFICIARY) else ""
    return HTMLResponse(checkup.report(visitor.services, found, query_code=code), headers=PAPER)


@router.post(URL + "/{subject}/follow")
async def follow(visitor: Visiting, form: Posting, subject: SubjectId) -> Response:
    """Subscribe."""
    checked_key(form.one("key") or None)
    await checkup.follow(visitor.services, visitor.actor, subject)
    return moved(_url(subject), "已订阅，体检结果有变化的会记在这里。")


@router.post(URL + "/{subject}/unfollow")
async def unfollow(visitor: Visiting, form: Posting, subject: SubjectId) -> Response:
    """Take it back."""
    checked_key(form.one("key") or None)
    await checkup.unfollow(visitor.services, visitor.actor, subject)
    return moved(_url(subject), "已退订。")


@router.post(URL + "/{subject}/query-code")
async def renew(visitor: Visiting, form: Posting, subject: SubjectId) -> Response:
    """Another query code instead of the one that was seen."""
    checked_key(form.one("key") or None)
    services, actor = visitor.services, visitor.actor
    await renewed_code(services, actor, subject, instead_of=form.one("instead_of"))
    return moved(_url(subject), "查询码已换新，原来的已失效。")


@router.post(URL + "/{subject}/accounts/{name}")
async def account(
    visitor: Visiting,
    form: Posting,
    subject: SubjectId,
    name: Annotated[str, Path(max_length=200)],
) -> Response:
    """Put the account right to which one entitlement could not be paid."""
    services, actor = visitor.services, visitor.actor
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    try:
        files = [(await take_upload(services, actor, file)).id for _, file in form.files]
        given = AccountGiven(
            name=form.one(f"name-{name}"), number=form.one(f"number-{name}"), files=tuple(files)
        )
        line = await money.correct_account(services, actor, name, given, sent=form.sent)
    except (Problem, Refused) as error:
        if error.code not in _NOT_AN_ACCOUNT:
            raise
        said = faults(error, "files")
        wrong = {f"{field}-{name}": message for field, message in said.items()}
        errors = tuple(ErrorView(field, message) for field, message in wrong.items())
        found = await checkup.check_up_of(services, actor, subject)
        return await _page(visitor, found, errors, typed=form, wrong=wrong)
    return moved(_url(line.subject), "账户已更正，将重新拨付。")


def kind_of(said: str) -> SubjectKind:
    """Firm, unless a person was chosen."""
    return SubjectKind.PERSON if said == SubjectKind.PERSON else SubjectKind.FIRM


def errors_of(problem: Problem) -> tuple[ErrorView, ...]:
    """What was wrong with what was declared, each at its field."""
    return tuple(
        ErrorView(fault.pointer.replace("/declared/", fill.FACT), fault.message)
        for fault in problem.errors
    )


async def _entry(
    visitor: Visit, kind: SubjectKind = SubjectKind.FIRM, code: str = "", error: str = ""
) -> Response:
    errors = (ErrorView("code", error),) if error else ()
    kinds = readable(visitor.actor)
    shown = CheckUpEntryPage(
        frame=await visitor.frame("政策体检", nav=_nav(visitor), here=URL, errors=errors),
        tabs=tabs(visitor, URL),
        submission=submission(URL),
        kind=kind_field(kind) if len(kinds) > 1 else None,
        code=code_field(code, error, kinds),
    )
    return page(visitor.request, shown, status=422 if error else 200)


async def _page(
    visitor: Visit,
    found: Found,
    errors: tuple[ErrorView, ...] = (),
    *,
    typed: Posted | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    assert found.subject is not None
    url = _url(found.subject.id)
    serves = visitor.may(Act.SERVE_BENEFICIARY)
    services, actor = visitor.services, visitor.actor
    renew = submission(f"{url}/query-code")
    due = await money.without_account(services, actor, found.subject.id) if serves else ()
    shown = CheckUpPage(
        frame=await visitor.frame(
            "政策体检",
            nav=_nav(visitor),
            here=url,
            crumbs=(Breadcrumb("政策体检", URL),),
            errors=errors,
        ),
        found=fill.view(visitor.services, found),
        report_url=f"{url}/report",
        again_url=URL,
        follow=fill.follow_form(found, follow=f"{url}/follow", unfollow=f"{url}/unfollow")
        if serves
        else None,
        declare=fill.declare_form(visitor.services, found, url),
        accounts=tuple(
            fill.account_due(line, f"{url}/accounts", wrong or {}, typed) for line in due
        ),
        query_code=QueryCode(found.subject.query_code, renew) if serves else None,
    )
    return page(visitor.request, shown, status=422 if errors else 200)


def _nav(visitor: Visit) -> str:
    """Where these pages stand in the navigation: officers have them among those of benefits."""
    return BENEFITS if visitor.may(Act.READ_BENEFITS) else URL


def _url(subject: int) -> str:
    return f"{URL}/{subject}"
