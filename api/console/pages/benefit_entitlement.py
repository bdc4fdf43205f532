"""One entitlement whole: how it was decided, what was paid, told and asked, what may be done."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Response

from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import EntitlementView
from api.benefits import entries, money
from api.benefits.base import read_run
from api.benefits.money import AccountGiven
from api.console import benefit_words as words
from api.console.fill import benefit_money as fill_money
from api.console.fill import benefits as fill
from api.console.fill.benefit_entitlement import forms
from api.console.fill.benefit_working import working
from api.console.fill.benefits import FOUND, URL
from api.console.pages.benefits import HOME
from api.console.pages.typed import faults
from api.console.request import Posted, Posting, Visit, Visiting, department_name, moved, page
from api.console.request import router as pages
from api.console.views.benefit_money import EntitlementPage
from api.console.views.shared import Breadcrumb, ErrorView, Link
from api.problems import ApiCode, Problem
from api.uploads import take_upload
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

Name = Annotated[str, Path(max_length=200)]
_TOLD: Mapping[str, str] = {
    "strike": "已移出名单",
    "restore": "已放回名单",
    "account": "账户已更正，将重新拨付",
    "return": "已登记退回",
    "drop": "已不再追回",
}
# The field to which a refusal is told that names none.
_BLAMED: Mapping[str, str] = {"return": "fen", "account": "files"}
# What is wrong with what was typed; a conflict or a missing right is a page of its own.
_WRONG = frozenset(
    {
        *(Code.INVALID, Code.REASONS_MISSING, Code.FILES_MISSING),
        *(Code.ENTITLEMENT_NOT_OPEN, Code.RUN_PHASE, Code.RETURN_TOO_MUCH),
        *(ApiCode.MEDIA_TYPE, ApiCode.TOO_LARGE, ApiCode.FILE_UNUSABLE),
    }
)


@router.get(f"{FOUND}/{{name}}")
async def one(visitor: Visiting, name: Name) -> Response:
    """The entitlement."""
    return await _page(visitor, name)


@router.post(f"{FOUND}/{{name}}/{{act}}")
async def do(visitor: Visiting, form: Posting, name: Name, act: str) -> Response:
    """What officers do with one entitlement."""
    if act not in _TOLD:
        raise Problem(ApiCode.NOT_FOUND)
    try:
        await _done(visitor, form, name, act)
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        found = faults(error, _BLAMED.get(act, "reason"))
        wrong = {f"{field}-{act}": said for field, said in found.items()}
        return await _page(visitor, name, wrong, form)
    return moved(fill.entitlement_url(name), _TOLD[act])


async def _done(visitor: Visit, form: Posted, name: str, act: str) -> EntryLine:
    services, actor, sent = visitor.services, visitor.actor, form.sent
    reason = form.one(f"reason-{act}")
    match act:
        case "strike":
            return await entries.strike(services, actor, name, reason=reason, sent=sent)
        case "restore":
            return await entries.restore(services, actor, name, reason=reason, sent=sent)
        case "drop":
            return await money.drop_recovery(services, actor, name, reason=reason, sent=sent)
        case "return":
            fen = fill_money.fen_of(form.one("fen-return"))
            return await money.note_return(services, actor, name, fen=fen, sent=sent)
        case _:
            permissions.require(actor, Act.RUN_BENEFITS)
            files = [(await take_upload(services, actor, file)).id for _, file in form.files]
            given = AccountGiven(
                name=form.one("name-account"),
                number=form.one("number-account"),
                files=tuple(files),
            )
            return await money.correct_account(services, actor, name, given, sent=sent)


async def _page(
    visitor: Visit,
    name: str,
    wrong: Mapping[str, str] | None = None,
    form: Posted | None = None,
) -> Response:
    services, said = visitor.services, wrong or {}
    decided = await entries.read_entitlement(services, visitor.actor, name)
    found, policy = decided.view, decided.policy
    state = (await read_run(services, visitor.actor, found.line.run)).state
    async with services.store.reading() as session:
        says = fill.says_of(policy, await policies_in_force(session, state.on))
    back = fill_money.came_back(found.ledger)
    title = f"{found.line.name}：{found.line.policy_name}"
    shown = EntitlementPage(
        frame=await visitor.frame(
            title,
            nav=URL,
            here=fill.entitlement_url(name),
            crumbs=(HOME, Breadcrumb(fill.name(state), fill.run_url(state.id))),
            errors=[ErrorView(field, message) for field, message in said.items()],
        ),
        status=words.STATUS[found.line.status],
        run=Link(fill.name(state), fill.run_url(state.id)),
        facts=fill_money.decided_on(found.line, department_name(services, found.line.organ), back),
        why=fill.why(found.line.why, says),
        working=working(decided.working, policy, services.facts) if decided.working else None,
        note=_note(found),
        payments=tuple(fill_money.payment_row(each) for each in found.payments),
        entries=tuple(fill_money.entry_row(each) for each in found.ledger),
        cases=tuple(fill_money.case_row(each) for each in found.cases),
        notices=tuple(fill_money.notice_row(each) for each in found.notices),
        timeline=fill.timeline(reversed(found.events), fill.status_names(), says),
        chain=fill.chain(holds=found.chain_holds),
        acts=forms(found.line, back, state, visitor.actor, said, form),
    )
    return page(visitor.request, shown, status=422 if said else 200)


def _note(found: EntitlementView) -> str:
    """What the working does not show: that some entries were used up by another benefit."""
    used = len(found.evidence.get("used", ()))
    return f"互斥组里有 {used} 项已经由别的政策或者别的单位使用，不重复计算。" if used else ""
