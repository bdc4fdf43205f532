"""Where a draft stands: what is known, what it comes to so far, what is still to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from activities.store.desk.applications import ApplicationView, MaterialGiven
from api.assessment import facts_for
from api.entered import Entered, entered_of
from api.services import Services
from api.sharing import closed, replanned
from definitions.language.materials import Source
from definitions.language.questions import FormField, Question
from definitions.language.service import ServiceDefinition
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact, holds
from definitions.rules.forms import Fault, faults, fields_asked
from definitions.rules.guidance import Answers, Guidance, guide
from definitions.rules.plan import Plan, PlannedGate, PlannedMaterial, PlannedMatter
from definitions.rules.planning import plan


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft against the definition in force on `day`. `plan` is there once guidance is done."""

    draft: ApplicationView
    day: date
    definition: ServiceDefinition
    facts: Mapping[str, Fact]
    guidance: Guidance
    plan: Plan | None

    @property
    def url(self) -> str:
        """Where the draft's pages lie."""
        return url_of(self.draft.id)

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields that matter for the answers given."""
        return fields_asked(self.definition, self.facts)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of the form, leaving out what was filled in for answers since changed."""
        asked = {field.id for field in self.fields}
        form = {name: value for name, value in self.form.items() if name in asked}
        return faults(self.definition, form, self.facts)

    @property
    def form(self) -> Mapping[str, str]:
        """What was filled in; below it what registers say, above it what only they may say."""
        known = {
            field.id: str(self.facts[field.prefilled_from])
            for field in self.fields
            if field.prefilled_from and field.prefilled_from in self.facts
        }
        return {**known, **self.draft.form, **{name: value for name, (_, value) in self.closed}}

    @property
    def closed(self) -> Iterable[tuple[str, tuple[FormField, str]]]:
        """The fields whose value is a register's alone, with that value."""
        return closed(self.definition, self.facts, self.draft.sharing).items()

    @property
    def needed(self) -> tuple[PlannedMatter, ...]:
        """The matters to be handled."""
        return needed_of(self.plan)

    @property
    def undecided(self) -> tuple[PlannedMaterial, ...]:
        """Materials neither brought nor left for later."""
        given = self.draft.materials
        return tuple(
            m for m in self.materials if is_brought(m) and not is_settled(given.get(m.code))
        )

    @property
    def materials(self) -> tuple[PlannedMaterial, ...]:
        """All materials of the plan."""
        return self.plan.materials if self.plan else ()

    def question(self, name: str) -> Question | None:
        """The question of that name, if it is one that matters here."""
        found = next((q for q in self.definition.questions if q.id == name), None)
        if found is None or holds(found.when, self.facts) is not True:
            return None
        return found


def url_of(draft: str) -> str:
    """Where a draft's pages lie."""
    return f"/console/drafts/{draft}"


def standing(services: Services, draft: ApplicationView) -> Standing:
    """Where the draft stands, by what is kept with it; registers are asked again when it is saved.

    One that was submitted stands as on that day. Raises `unknown-service` where the service is not
    in force.
    """
    moment = draft.submitted_at or services.now()
    day = local_day(moment)
    loaded = services.library.service(draft.service, moment)
    facts = facts_for(
        loaded.definition, draft.answers, draft.firm, draft.form, on=day, sharing=draft.sharing
    )
    guidance = guide(loaded.definition, facts, insisted=draft.insisted)
    planned = None
    if guidance.situation is not None:
        planned = plan(
            loaded.definition,
            services.library.catalogue,
            facts,
            sha256=loaded.sha256,
            on=day,
            insisted=draft.insisted,
        )
        planned = replanned(planned, loaded.definition, facts, draft.sharing)
    return Standing(draft, day, loaded.definition, facts, guidance, planned)


def needed_of(planned: Plan | None) -> tuple[PlannedMatter, ...]:
    """The plan's matters that are to be handled."""
    return tuple(m for m in planned.matters if m.not_needed is None) if planned else ()


def gating(planned: Plan | None, code: str) -> tuple[tuple[PlannedMatter, PlannedGate], ...]:
    """The needed matters whose decision waits for this material."""
    return tuple(
        (matter, gate)
        for matter in needed_of(planned)
        for gate in matter.gates
        if gate.code == code
    )


def is_brought(material: PlannedMaterial) -> bool:
    """Whether the applicant has to bring it: not waived, nor made by a matter or from the form."""
    return (
        material.waived_by is None
        and material.produced_by is None
        and material.source is not Source.SYSTEM
    )


def is_settled(given: MaterialGiven | None) -> bool:
    """Whether it was brought, or left for later on purpose."""
    return given is not None and (bool(given.files) or not given.received)


def answered(at: Standing, answers: Answers) -> Answers:
    """The answers without those to questions that do not matter any more."""
    kept: dict[str, str | tuple[str, ...]] = {}
    for question in at.definition.questions:
        if question.id not in answers:
            continue
        draft = at.draft
        facts = facts_for(at.definition, kept, draft.firm, draft.form, on=at.day)
        if holds(question.when, facts) is True:
            kept[question.id] = answers[question.id]
    return kept


def trimmed(at: Standing) -> Entered:
    """The draft as it will be submitted: nothing in it that its answers do not ask for."""
    entered = entered_of(at.draft)
    asked = {field.id for field in at.fields}
    known = {material.code: material for material in at.materials}
    materials = {
        code: given
        for code, given in entered.materials.items()
        if code in known and known[code].waived_by is None and known[code].produced_by is None
    }
    for code, material in known.items():
        if material.source is Source.SYSTEM and is_made(material):
            given = materials.get(code, MaterialGiven())
            materials[code] = given.model_copy(update={"received": True})
    return entered.model_copy(
        update={
            "form": {name: value for name, value in at.form.items() if name in asked and value},
            "materials": materials,
            "committed": committed_of(at.needed, entered.committed, materials),
            "overrides": {c: why for c, why in entered.overrides.items() if c in known},
        }
    )


def is_made(material: PlannedMaterial) -> bool:
    """Whether it is made from the form: it lies in the application itself."""
    return material.waived_by is None and material.produced_by is None


def committed_of(
    needed: Sequence[PlannedMatter],
    committed: Sequence[str],
    materials: Mapping[str, MaterialGiven],
) -> tuple[str, ...]:
    """Those of the committed matters that still have a gap."""
    pending = {c for c, given in materials.items() if not given.received and not given.promised}
    return tuple(
        matter.key
        for matter in needed
        if matter.key in committed
        and (matter.accept_pending is not None or matter.issue_then_supply is not None)
        and any(gate.code in pending for gate in matter.gates)
    )
