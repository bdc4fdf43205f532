"""What every command needs: the act itself, and what its texts, files, people and laws must be.

Texts that people write are stored first and travel as digests. Whether an act is lawful is decided
by the core inside the workflow; here only what the core cannot know is checked.
"""

from collections.abc import Sequence

from activities.store.desk.accounts import AccountView, accounts_of
from activities.store.desk.texts import digest_of, keep_texts
from activities.store.desk.uploads import uploads
from activities.store.reading.bundles import bundle_head
from api import known
from api.acting.substitution import standing_in
from api.auth.person import Person, scope_of
from api.engine import Accepted
from api.problems import Fault, Problem
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import Command, OfMatterCommand
from definitions.bundle.decide import Asked
from definitions.errors import Code, Refused
from definitions.language.base import Basis, Value
from definitions.language.roles import Actor, Role
from definitions.matter.values import FileRef, Reason
from definitions.rules import permissions
from definitions.rules.numbers import bundle_of_task, is_bundle_number
from definitions.rules.permissions import Act as Permission
from workflows.messages import Act, Receipt

Answer = Receipt | Accepted


class PointGiven(Value):
    """One point of a supplement notice as it was written: which material, and what is wrong."""

    material: str
    defect: str


async def act(
    services: Services, actor: Actor, number: str, command: Command, sent: Sent
) -> Answer:
    """Let the application take the command, in the actor's name and that of whom he stands for."""
    asked = Asked(
        key=key_of(actor, sent),
        actor=await standing_in(services, actor, command),
        command=command,
        expected=sent.expected,
        authority=actor.authority if isinstance(actor, Person) else None,
    )
    return await services.engine.act(checked_number(number), Act(payload=sent.payload, asked=asked))


async def act_on_matter(
    services: Services, actor: Actor, number: str, command: OfMatterCommand, sent: Sent
) -> Answer:
    """The same, where a department must take part in the application to know of it at all."""
    await require_part(services, actor, number)
    return await act(services, actor, number, command, sent)


async def require_part(
    services: Services, actor: Actor, number: str, *, even_recused: bool = False
) -> None:
    """Raise `unknown-bundle` where the reader may not know of the application.

    An applicant was admitted to this one by its code. `even_recused`: who has just declared that it
    concerns him may hear once more that he has.
    """
    checked_number(number)
    if permissions.may(actor, Permission.READ_ALL) or actor.role is Role.APPLICANT:
        return
    scope = scope_of(actor)
    if even_recused:
        scope = scope.model_copy(update={"account": None})
    async with services.store.reading() as session:
        found = await bundle_head(session, number, scope)
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")


def key_of(actor: Actor, sent: Sent) -> str:
    """Keys are the caller's own: two people may use the same."""
    return f"{actor.id}:{sent.key}"


def checked_number(number: str) -> str:
    """The number, if it is one. Raises `unknown-bundle`."""
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    return number


def number_of_task(task: str) -> str:
    """The application a task belongs to. Raises `unknown-task`."""
    number = bundle_of_task(task)
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    return number


async def reasons_of(services: Services, bodies: Sequence[str]) -> tuple[Reason, ...]:
    """The texts, kept; their digests, each once. Empty ones are left out."""
    said = [body.strip() for body in bodies if body.strip()]
    if not said:
        return ()
    async with services.store.begin() as session:
        return tuple(Reason(text=digest) for digest in await keep_texts(session, said))


async def reason_of(services: Services, body: str, *, pointer: str, missing: str) -> Reason:
    """One text that must be there. Raises `reasons-missing`."""
    if not body.strip():
        raise Refused(Code.REASONS_MISSING, missing, field=pointer)
    await reasons_of(services, [body])
    return Reason(text=digest_of(body.strip()))


async def files_of(
    services: Services, actor: Actor, files: Sequence[str], *, pointer: str = "/files"
) -> tuple[FileRef, ...]:
    """The uploads named: one's own, and for the window anybody's. Raises `invalid`."""
    async with services.store.reading() as session:
        found = await uploads(session, files)
    if not permissions.may(actor, Permission.READ_ALL):
        found = {name: upload for name, upload in found.items() if upload.owner == actor.id}
    missing = [
        Fault(
            pointer=f"{pointer}/{index}",
            rule="upload",
            message="文件没有上传成功，请重新上传",
        )
        for index, file in enumerate(files)
        if file not in found
    ]
    if missing:
        raise Problem(Code.INVALID, missing[0].message, errors=missing)
    return tuple(found[file].ref for file in dict.fromkeys(files))


def check_bases(services: Services, bases: Sequence[Basis]) -> None:
    """Raise `invalid` unless every law is in the catalogue."""
    laws = {law.key for law in known.laws(services.library)}
    faults = [
        Fault(pointer=f"/bases/{index}/law", rule="law", message=f"依据目录没有“{basis.law}”")
        for index, basis in enumerate(bases)
        if basis.law not in laws
    ]
    if faults:
        raise Problem(Code.INVALID, faults[0].message, errors=faults)


async def colleagues(
    services: Services, actor: Actor, named: Sequence[str], *, pointers: Sequence[str]
) -> tuple[str, ...]:
    """The account ids of colleagues named by id or login. Names never enter an event.

    Raises `invalid` for who is not an active account of the actor's own department.
    """
    if not named:
        return ()
    async with services.store.reading() as session:
        found = await accounts_of(session, actor.department or "")
    faults: list[Fault] = []
    ids: list[str] = []
    for given, pointer in zip(named, pointers, strict=True):
        account = person_named(found, given)
        if account is None:
            message = f"本部门没有账号“{given}”"
            faults.append(Fault(pointer=pointer, rule="colleague", message=message))
        else:
            ids.append(account.id)
    if faults:
        raise Problem(Code.INVALID, faults[0].message, errors=faults)
    return tuple(dict.fromkeys(ids))


def person_named(accounts: Sequence[AccountView], given: str) -> AccountView | None:
    """Whom an id or a login names among these."""
    return next((each for each in accounts if given in {each.id, each.login}), None)
