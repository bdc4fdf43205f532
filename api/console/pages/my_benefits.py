"""A beneficiary's own page: what I have, was told, said no to; and my own check-up."""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from activities.store.benefits.ledger import came_back
from activities.store.benefits.opting import OptOutKind
from activities.store.benefits.policies import policies_in_force, policy_at
from activities.store.benefits.runs import run_states
from api import checkup
from api.benefits import rights
from api.benefits.own import own_benefits
from api.checkup import Found
from api.console.fill import beneficiary as fill
from api.console.fill import checkups as fill_checkups
from api.console.fill.benefit_money import notice_row
from api.console.fill.benefits import says_of
from api.console.pages.checkups import PAPER, errors_of
from api.console.pages.own import CHECK, MY, TITLES, Own, entry, found, opened
from api.console.request import PublicPosting, moved, page
from api.console.request import router as pages
from api.console.views.beneficiary import MyBenefitsPage, MyEntry
from api.console.views.checkups import OwnCheckUpPage
from api.console.views.shared import ErrorView, Link
from api.problems import ApiCode, Problem
from api.sent import checked_key
from api.services import Given
from definitions.rules.calendar import local_day

router = pages()

SubjectId = Annotated[int, Path(ge=1, le=10**15)]
QueryCode = Annotated[str, Query(max_length=16)]
_ANSWERS = {"no": "已登记您的选择。", "yes": "已收回。"}
_FOLLOWS = {"follow": "已订阅。", "unfollow": "已退订。"}


@router.get(MY)
async def ask(request: Request, given: Given) -> Response:
    """Code and query code."""
    return entry(request, given, MY)


@router.get(CHECK)
async def ask_check(request: Request, given: Given) -> Response:
    """The same, on the way to the check-up."""
    return entry(request, given, CHECK)


@router.post(MY)
async def find(request: Request, given: Given, form: PublicPosting) -> Response:
    """On to one's own page."""
    return await found(request, given, form, MY)


@router.post(CHECK)
async def find_check(request: Request, given: Given, form: PublicPosting) -> Response:
    """On to one's own check-up."""
    return await found(request, given, form, CHECK)


@router.get(MY + "/{subject}")
async def mine(
    request: Request, given: Given, subject: SubjectId, code: QueryCode = ""
) -> Response:
    """What I have, was told, said no to."""
    return await opened(request, given, subject, code, _mine)


@router.get(MY + "/{subject}/checkup")
async def check_up(
    request: Request, given: Given, subject: SubjectId, code: QueryCode = ""
) -> Response:
    """What I am entitled to."""

    async def shown(own: Own) -> Response:
        return _check_up(own, await checkup.own_check_up(given, own.who.subject))

    return await opened(request, given, subject, code, shown)


@router.get(MY + "/{subject}/checkup/report")
async def report(
    request: Request, given: Given, subject: SubjectId, code: QueryCode = ""
) -> Response:
    """On A4."""

    async def shown(own: Own) -> Response:
        made = await checkup.own_check_up(given, own.who.subject)
        return HTMLResponse(checkup.report(given, made), headers=PAPER)

    return await opened(request, given, subject, code, shown)


@router.post(MY + "/{subject}/checkup")
async def again(
    *, request: Request, given: Given, subject: SubjectId, form: PublicPosting, code: QueryCode = ""
) -> Response:
    """With what I declare. Nothing is kept of it."""

    async def shown(own: Own) -> Response:
        said = fill_checkups.declared(given, form)
        try:
            made = await checkup.own_check_up(given, own.who.subject, declared=said)
        except Problem as problem:
            made = await checkup.own_check_up(given, own.who.subject)
            return _check_up(own, made, errors_of(problem))
        return _check_up(own, made)

    return await opened(request, given, subject, code, shown)


@router.post(MY + "/{subject}/checkup/{act}")
async def follow(
    *,
    request: Request,
    given: Given,
    subject: SubjectId,
    act: str,
    form: PublicPosting,
    code: QueryCode = "",
) -> Response:
    """Subscribe, or take that back."""
    if act not in _FOLLOWS:
        raise Problem(ApiCode.NOT_FOUND)
    checked_key(form.one("key") or None)

    async def done(own: Own) -> Response:
        if act == "follow":
            made = await checkup.own_check_up(given, own.who.subject)
            await checkup.follow_own(given, made, by=own.who.by)
        else:
            await checkup.unfollow_own(given, own.who.subject.id)
        return moved(own.url("checkup"), _FOLLOWS[act])

    return await opened(request, given, subject, code, done)


@router.post(MY + "/{subject}/{answer}")
async def say(
    *,
    request: Request,
    given: Given,
    subject: SubjectId,
    answer: str,
    form: PublicPosting,
    code: QueryCode = "",
) -> Response:
    """Opt out, or take that back."""
    if answer not in _ANSWERS:
        raise Problem(ApiCode.NOT_FOUND)

    async def done(own: Own) -> Response:
        chosen, said = form.one("policy"), form.one("kind")
        if not chosen or said not in set(OptOutKind):
            return await _mine(own, (ErrorView("kind", "请选择不享受，还是不接受自动作出决定"),))
        policy = "" if chosen == fill.ALL else chosen
        kind, sent = OptOutKind(said), form.sent
        if answer == "no":
            await rights.say_no(given, own.who, kind=kind, policy=policy, sent=sent)
        else:
            await rights.take_back_no(given, own.who, kind=kind, policy=policy, sent=sent)
        return moved(own.url(), _ANSWERS[answer])

    return await opened(request, given, subject, code, done)


async def _mine(own: Own, errors: tuple[ErrorView, ...] = ()) -> Response:
    who, services = own.who, own.services
    mine = await own_benefits(services, who)
    async with services.store.reading() as session:
        loaded = await policies_in_force(session, local_day(services.now()))
        policies = [each.definition for each in loaded]
        back = await came_back(session, [line.id for line in mine.entries])
        states = await run_states(session, [line.run for line in mine.entries])
        versions = {(each.policy, each.version) for each in states.values()}
        decided_by = {each: (await policy_at(session, *each)).definition for each in versions}
    entries: list[MyEntry] = []
    for line in mine.entries:
        state, came = states[line.run], back.get(line.id)
        says = says_of(decided_by[state.policy, state.version], loaded)
        entries.append(fill.entry(who, line, state, says, services.now(), came))
    wrong = {each.field: each.message for each in errors}
    open_to = [each for each in policies if each.subject is who.subject.kind]
    shown = MyBenefitsPage(
        frame=own.frame(TITLES[MY], errors=errors),
        who=fill.who_said(who),
        account=fill.account_said(who),
        checkup=Link("政策体检：还能享受什么", own.url("checkup")),
        entries=tuple(entries),
        notices=tuple(notice_row(each) for each in mine.notices),
        cases=tuple(fill.case(each) for each in mine.cases),
        noes=tuple(fill.noes(who, mine.opt_outs, policies)),
        say_no=fill.say_no_form(who, open_to, wrong),
    )
    return page(own.request, shown, status=422 if errors else 200)


def _check_up(own: Own, made: Found, errors: tuple[ErrorView, ...] = ()) -> Response:
    subject, code = own.who.subject.id, own.who.subject.query_code
    shown = OwnCheckUpPage(
        frame=own.frame(TITLES[CHECK], "checkup", errors=errors),
        found=fill_checkups.view(own.services, made, masks=True),
        report_url=own.url("checkup", "report"),
        own=Link(TITLES[MY], own.url()),
        follow=fill_checkups.follow_form(
            made,
            follow=fill.my_url(subject, code, "checkup", "follow"),
            unfollow=fill.my_url(subject, code, "checkup", "unfollow"),
        ),
        declare=fill_checkups.declare_form(own.services, made, own.url("checkup")),
    )
    return page(own.request, shown, status=422 if errors else 200)
