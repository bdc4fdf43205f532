"""The legal acts around a matter, each a page with a form: opened, filled in, taken or shown again.

Whether an act is lawful the core decides; what it refuses comes back under the field it is about,
with everything that was typed and every file that came.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Response

from api import commands
from api.commands import Answer
from api.console.fill import matters
from api.console.fill.act_forms import form_of
from api.console.fill.act_parts import Typed
from api.console.fill.acts import SPECS, Spec, Stand, refusal
from api.console.fill.ending_forms import revocation_bases
from api.console.fill.outcomes import Colleague
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.pages.entered import colleagues
from api.console.pages.typed import moment_of, typed_into
from api.console.request import Posted, Posting, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.acts import ActPage
from api.console.views.shared import ErrorView, Link, Notice, Tone
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind

router = pages()

Number = Annotated[str, Path(max_length=40)]
Key = Annotated[str, Path(max_length=24)]
Slug = Annotated[str, Path(max_length=20)]
ACCEPT = "application/pdf,application/ofd,.ofd,image/jpeg,image/png,image/tiff"
_MEBI = 1024 * 1024
# Nothing that is typed into a form mends these.
_NOT_MENDED = frozenset({Code.FORBIDDEN, Code.UNKNOWN_MATTER, Code.UNKNOWN_BUNDLE})

People = tuple[Colleague, ...]


@router.get("/console/bundles/{number}/matters/{key}/acts/{act}")
async def opening(visitor: Visiting, number: Number, key: Key, act: Slug) -> Response:
    """What the act does, and its form."""
    case, at, spec, people = await _open(visitor, number, key, act)
    return await _act_page(case, at, spec, people, Typed())


@router.post("/console/bundles/{number}/matters/{key}/acts/{act}")
async def acting(visitor: Visiting, form: Posting, number: Number, key: Key, act: Slug) -> Response:
    """Take the act, or show the form again with what is wrong."""
    case, at, spec, people = await _open(visitor, number, key, act, posted=True)
    blank = form_of(act, at, Typed(), people)
    typed = await typed_into(visitor, form, blank)
    if typed.errors:
        return await _act_page(case, at, spec, people, typed, status=422)
    try:
        answer = await _DO[act](case, at, form, typed)
    except Refused as refused:
        return await _refused(case, at, spec, people, typed, refused)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        pointer = problem.errors[0].pointer if problem.errors else ""
        invalid = Refused(Code.INVALID, problem.detail, field=pointer)
        return await _refused(case, at, spec, people, typed, invalid)
    return moved(matters.matter_url(number, key), tell(answer, blank.done))


async def _open(
    visitor: Visiting, number: str, key: str, act: str, *, posted: bool = False
) -> tuple[Case, Stand, Spec, People]:
    """The act on this matter. Raises `Refused` for what is not open to this person now.

    A form that comes late is answered as a form: with what has changed since.
    """
    case = await case_of(visitor, number)
    matter = matters.own_matter(case.bundle, key)
    spec = next((each for each in SPECS if each.slug == act), None)
    if matter is None or spec is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}，或者它由其他部门办理")
    at = Stand(case.seen, case.bundle, matter, case.tasks)
    why_not = refusal(at, spec)
    if why_not and not (posted and case.seen.may(spec.permission)):
        raise Refused(Code.FORBIDDEN, f"不能{spec.label}：{why_not}")
    async with visitor.services.store.reading() as session:
        people = await colleagues(session, visitor.actor.department)
    return case, at, spec, people


async def _refused(  # noqa: PLR0917 - what a form rests on
    case: Case, at: Stand, spec: Spec, people: People, typed: Typed, refused: Refused
) -> Response:
    """The form again: under the field that is to blame, or above it all."""
    if refused.code in _NOT_MENDED:
        raise refused
    number = at.bundle.number
    if refused.code in CONFLICTS:
        notice = await changed(case.visitor, number, refused, at.matter.key)
        case = await case_of(case.visitor, number)
        return await _act_page(case, at, spec, people, typed, notices=(notice,), status=409)
    blank = form_of(spec.slug, at, Typed(), people)
    names = [each.name for each in blank.fields]
    field = (refused.field or "").strip("/").partition("/")[0]
    field = {"files": "result"}.get(field, field)
    if field in names or (blank.upload is not None and field == blank.upload.name):
        typed = replace(typed, errors={field: refused.message})
        return await _act_page(case, at, spec, people, typed, status=422)
    notice = Notice(Tone.BAD, f"没有办成：{refused.message}。您填的还在。")
    return await _act_page(case, at, spec, people, typed, notices=(notice,), status=422)


async def _act_page(
    case: Case,
    at: Stand,
    spec: Spec,
    people: People,
    typed: Typed,
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    made = form_of(spec.slug, at, typed, people)
    errors = tuple(ErrorView(name, said) for name, said in typed.errors.items())
    frame = await case.frame(made.title, below=True, errors=errors, notices=notices)
    home = matters.matter_url(at.bundle.number, at.matter.key)
    largest = case.visitor.services.largest_upload // _MEBI
    view = ActPage(
        frame=frame,
        bundle=Link(at.bundle.number, case.url),
        matter=Link(at.matter.name, home),
        applicant=at.bundle.firm_name,
        effects=made.effects,
        basis=tuple(case.seen.basis(basis) for basis in made.basis),
        submission=submission(f"{home}/acts/{spec.slug}", _version(at, spec)),
        fields=made.fields,
        upload=made.upload,
        button=made.button,
        danger=made.danger,
        accept=ACCEPT,
        largest=f"{largest} MB",
    )
    return page(case.visitor.request, view, status=status)


def _version(at: Stand, spec: Spec) -> int:
    """What the act changes: the matter; a withdrawal, the application."""
    return at.bundle.version if spec.slug == "withdraw" else at.matter.version


# One call an act: what was typed, as the core's commands want it.
Do = Callable[[Case, Stand, Posted, Typed], Awaitable[Answer]]


async def _sent(
    call: Callable[..., Awaitable[Answer]], case: Case, at: Stand, form: Posted, **more: object
) -> Answer:
    visitor = case.visitor
    return await call(
        visitor.services, visitor.actor, at.bundle.number, at.matter.key, form.sent, **more
    )


async def _procedure(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    known = at.seen.library.catalogue.procedures
    usual = next((each.days for each in known if each.id == typed.said("cause")), 0)
    return await _sent(
        commands.start_procedure,
        case,
        at,
        form,
        cause=typed.said("cause"),
        days=int(typed.said("days") or usual),
        reasons=[typed.said("reasons")],
    )


async def _resume(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    files = [each.value for each in typed.kept]
    return await _sent(commands.end_procedure, case, at, form, files=files)


async def _extension(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    days, reasons = int(typed.said("days")), [typed.said("reasons")]
    return await _sent(commands.propose_extension, case, at, form, days=days, reasons=reasons)


async def _prolong(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    return await _sent(
        commands.prolong_supplement,
        case,
        at,
        form,
        clock=ClockKind(typed.said("clock")),
        days=int(typed.said("days")),
        reasons=[typed.said("reasons")],
        force_majeure=typed.said("force_majeure") == "yes",
    )


async def _hearing_right(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    reasons = [typed.said("reasons")]
    return await _sent(commands.tell_hearing_right, case, at, form, reasons=reasons)


async def _hearing_answer(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    wanted = typed.said("wanted") == "yes"
    return await _sent(commands.answer_hearing, case, at, form, wanted=wanted)


async def _hearing(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    on = moment_of(typed.said("on"))
    assert on is not None  # `typed_into` has looked
    return await _sent(
        commands.schedule_hearing,
        case,
        at,
        form,
        on=on,
        place=typed.said("place"),
        chair=typed.said("chair"),
    )


async def _second_notice(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    return await _sent(commands.allow_second_notice, case, at, form, reason=typed.said("reason"))


async def _return(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    return await _sent(commands.return_matter, case, at, form, reasons=[typed.said("reasons")])


async def _terminate(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    cause, reasons = typed.said("cause"), [typed.said("reasons")]
    return await _sent(commands.terminate_matter, case, at, form, cause=cause, reasons=reasons)


async def _revoke(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    chosen = set(typed.many["bases"])
    bases = [b for n, b in enumerate(revocation_bases(at)) if str(n) in chosen]
    reasons = [typed.said("reasons")]
    return await _sent(commands.revoke_decision, case, at, form, reasons=reasons, bases=bases)


async def _withdraw(case: Case, at: Stand, form: Posted, typed: Typed) -> Answer:
    visitor = case.visitor
    return await commands.withdraw_bundle(
        visitor.services,
        visitor.actor,
        at.bundle.number,
        form.sent,
        matters=[at.matter.key],
        reasons=[typed.said("reasons")],
    )


_DO: Mapping[str, Do] = {
    "procedure": _procedure,
    "resume": _resume,
    "extension": _extension,
    "prolong": _prolong,
    "hearing-right": _hearing_right,
    "hearing-answer": _hearing_answer,
    "hearing": _hearing,
    "return": _return,
    "second-notice": _second_notice,
    "terminate": _terminate,
    "revoke": _revoke,
    "withdraw": _withdraw,
}
