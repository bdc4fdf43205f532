"""Whether what was entered can be taken in, and what it comes to: plan and initial materials.

Every fault is found at once and told with its place; nothing is stored here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from activities.store.desk.applications import Answer, Contents, MaterialGiven
from activities.store.desk.sharing import Sharing
from activities.store.desk.uploads import UploadView, uploads
from api.problems import Fault, Problem
from api.services import Services
from api.sharing import closed, closed_faults, person_facts, replanned
from definitions.errors import Code
from definitions.language.base import Value
from definitions.language.materials import Source
from definitions.language.matters import Publicity
from definitions.language.pending import Mode
from definitions.language.roles import Actor
from definitions.language.service import ServiceDefinition
from definitions.loading import Loaded
from definitions.matter.events import Commitment, TakenIn
from definitions.matter.state import MaterialStatus
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact
from definitions.rules.forms import faults
from definitions.rules.guidance import facts_of
from definitions.rules.permissions import Act
from definitions.rules.plan import Plan, PlannedMaterial, PlannedMatter
from definitions.rules.planning import plan

# The house's name for the form field that holds an agent's name; every service uses it.
AGENT = "agent_name"
_GOING_ON = (Mode.ACCEPT_PENDING, Mode.ISSUE_THEN_SUPPLY)


class Signature(Value):
    """How the applicant signed what is promised.

    `authorised`: an agent who promises has shown express authority to do so. `insisted`: told what
    rules the service out, the applicant applies all the same; a window may not refuse to take in.
    """

    way: Literal["paper", "pad", "phone"] = "paper"
    authorised: bool = False
    insisted: bool = False


class Assessed(Value):
    """What an application comes to. `dates` are those form fields that start clocks."""

    plan: Plan
    materials: tuple[TakenIn, ...]
    committed: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    dates: Mapping[str, date]


def service_of(services: Services, service: str) -> Loaded:
    """The definition in force today. Raises `unknown-service`."""
    return services.library.service(service, services.now())


def facts_for(
    definition: ServiceDefinition,
    answers: Mapping[str, Answer],
    firm: Mapping[str, Fact],
    form: Mapping[str, str],
    *,
    on: date,
    sharing: Sharing | None = None,
) -> dict[str, Fact]:
    """Everything conditions may look at, that day. Raises `invalid` for impossible answers."""
    written: dict[str, Fact] = {f"form.{name}": value for name, value in form.items() if value}
    written |= person_facts(sharing) if sharing else {}
    return facts_of(definition, answers, firm, written, on=on)


async def assess(
    services: Services,
    contents: Contents,
    *,
    actor: Actor,
    owner: str,
    signature: Signature | None = None,
) -> Assessed:
    """The plan, the materials, the promises. Raises `invalid` with every fault, or a refusal."""
    loaded = service_of(services, contents.service)
    signed = signature or Signature()
    facts, planned = _planned(services, loaded, contents, insisted=signed.insisted)
    known = await usable_uploads(services, contents, actor=actor, owner=owner)
    found = [
        *_form_faults(loaded.definition, contents, facts),
        *_material_faults(planned, contents, known),
        *_commitment_faults(planned, contents),
        *_override_faults(planned, contents),
    ]
    if found:
        raise Problem(Code.INVALID, f"有 {len(found)} 处需要更正", errors=found)
    taken = tuple(
        _taken(material, contents.materials.get(material.code), known)
        for material in planned.materials
    )
    commitments = tuple(_commitments(planned, contents, taken, signed))
    return Assessed(
        plan=planned,
        materials=taken,
        committed=tuple(
            matter.key
            for matter in planned.matters
            if matter.key in contents.committed
            or any(c.matter == matter.key and c.mode in _GOING_ON for c in commitments)
        ),
        commitments=commitments,
        dates=dict(_dates(planned, facts)),
    )


def _planned(
    services: Services, loaded: Loaded, contents: Contents, *, insisted: bool
) -> tuple[Mapping[str, Fact], Plan]:
    """What is known, and the plan it comes to, as sharing leaves it."""
    on = local_day(services.now())
    facts = facts_for(
        loaded.definition,
        contents.answers,
        contents.firm,
        contents.form,
        on=on,
        sharing=contents.sharing,
    )
    planned = plan(
        loaded.definition,
        services.library.catalogue,
        facts,
        sha256=loaded.sha256,
        on=on,
        insisted=insisted,
    )
    return facts, replanned(planned, loaded.definition, facts, contents.sharing)


async def usable_uploads(
    services: Services, contents: Contents, *, actor: Actor, owner: str
) -> Mapping[str, UploadView]:
    """The named uploads this person may use: one's own, the draft owner's; the window any."""
    named = [file for given in contents.materials.values() for file in given.files]
    async with services.store.reading() as session:
        found = await uploads(session, named)
    if permissions.may(actor, Act.READ_ALL):
        return found
    return {name: upload for name, upload in found.items() if upload.owner in {actor.id, owner}}


def _form_faults(
    definition: ServiceDefinition, contents: Contents, facts: Mapping[str, Fact]
) -> Iterator[Fault]:
    for fault in faults(definition, contents.form, facts):
        yield Fault(pointer=fault.field, rule=fault.rule, message=fault.message)
    fields = closed(definition, facts, contents.sharing)
    yield from closed_faults(fields, contents.form, contents.sharing)


def _override_faults(planned: Plan, contents: Contents) -> Sequence[Fault]:
    """What is no paper of this application cannot be asked for."""
    known = {material.code for material in planned.materials}
    return [
        Fault(
            pointer=f"/overrides/{code}",
            rule="not_needed",
            message=f"按所答情况，本件不需要材料 {code}",
        )
        for code in contents.sharing.overrides
        if code not in known
    ]


def _material_faults(
    planned: Plan, contents: Contents, known: Mapping[str, UploadView]
) -> Iterator[Fault]:
    materials = {material.code: material for material in planned.materials}
    for code, given in contents.materials.items():
        place, material = f"/materials/{code}", materials.get(code)
        if material is None:
            message = f"按所答情况，本件不需要材料 {code}"
            yield Fault(pointer=place, rule="not_needed", message=message)
            continue
        for index, file in enumerate(given.files):
            if file not in known:
                message = f"“{material.name}”的文件没有上传成功，请重新上传"
                yield Fault(pointer=f"{place}/files/{index}", rule="upload", message=message)
        if given.promised and not _promisable(planned, code):
            message = f"“{material.name}”不能以承诺代替"
            yield Fault(pointer=f"{place}/promised", rule="promised", message=message)
        if given.promised and (given.received or given.files):
            message = f"“{material.name}”已经提交，不用再以承诺代替"
            yield Fault(pointer=f"{place}/promised", rule="promised", message=message)
        if given.received and not given.files and not _without_files(material):
            message = f"请上传“{material.name}”，或改为待补"
            yield Fault(pointer=f"{place}/files", rule="files", message=message)


def _commitment_faults(planned: Plan, contents: Contents) -> Iterator[Fault]:
    for index, key in enumerate(contents.committed):
        matter = planned.matter(key)
        if matter is None or matter.not_needed is not None or not _tolerates(matter):
            message = f"事项 {key} 不能容缺受理，不需要承诺"
            yield Fault(pointer=f"/committed/{index}", rule="commitment", message=message)


def _tolerates(matter: PlannedMatter) -> bool:
    return matter.accept_pending is not None or matter.issue_then_supply is not None


def _promisable(planned: Plan, code: str) -> bool:
    """Whether every matter that needs it takes a promise instead (告知承诺)."""
    gates = [matter.gate(code) for matter in planned.matters if matter.not_needed is None]
    return all(gate.promised for gate in gates if gate is not None)


def _without_files(material: PlannedMaterial) -> bool:
    """Papers made from the form lie in it; what is waived or produced is not brought."""
    return (
        material.source is Source.SYSTEM
        or material.waived_by is not None
        or material.produced_by is not None
    )


def _taken(
    material: PlannedMaterial, given: MaterialGiven | None, known: Mapping[str, UploadView]
) -> TakenIn:
    if material.produced_by is not None:
        return TakenIn(code=material.code, status=MaterialStatus.PENDING)
    if material.waived_by is not None:
        return TakenIn(code=material.code, status=MaterialStatus.WAIVED)
    if given is not None and given.promised:
        return TakenIn(code=material.code, status=MaterialStatus.PROMISED)
    if given is None or not given.received:
        return TakenIn(code=material.code, status=MaterialStatus.PENDING)
    files = tuple(known[file].ref for file in given.files)
    return TakenIn(code=material.code, status=MaterialStatus.SATISFIED, files=files)


def _commitments(
    planned: Plan, contents: Contents, taken: tuple[TakenIn, ...], signature: Signature
) -> Iterator[Commitment]:
    """What was promised: as it was said, and what the chosen matters and materials come to."""
    yield from contents.commitments
    said = {(each.matter, each.mode is Mode.INFORM_COMMIT) for each in contents.commitments}
    status = {each.code: each.status for each in taken}
    by_agent = bool(contents.form.get(AGENT, "").strip())
    signed = {"way": signature.way, "by_agent": by_agent, "authorised": signature.authorised}
    for matter in planned.matters:
        if matter.not_needed is not None:
            continue
        later = tuple(
            gate.code
            for gate in matter.gates
            if gate.tolerable is not None and status[gate.code] is MaterialStatus.PENDING
        )
        if matter.key in contents.committed and later and (matter.key, False) not in said:
            mode = Mode.ACCEPT_PENDING if matter.accept_pending else Mode.ISSUE_THEN_SUPPLY
            yield Commitment.model_validate(
                {"matter": matter.key, "mode": mode, "materials": later, **signed}
            )
        never = tuple(
            gate.code for gate in matter.gates if status[gate.code] is MaterialStatus.PROMISED
        )
        if never and (matter.key, True) not in said:
            yield Commitment.model_validate(
                {"matter": matter.key, "mode": Mode.INFORM_COMMIT, "materials": never, **signed}
            )


def _dates(planned: Plan, facts: Mapping[str, Fact]) -> Iterator[tuple[str, date]]:
    """The dates given that clocks start from; the form's and questions' rules looked at them."""
    needed = [matter for matter in planned.matters if matter.not_needed is None]
    rules = [rule for matter in needed for rule in matter.clocks]
    wanted = {name for rule in rules for name in (rule.dated, rule.kept) if name}
    wanted |= {
        step.dated
        for matter in needed
        for step in matter.steps
        if isinstance(step, Publicity) and step.dated
    }
    for name in sorted(wanted):
        said = facts.get(f"answer.{name}", facts.get(f"form.{name}"))
        if said:
            yield name, date.fromisoformat(str(said))
