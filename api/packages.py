"""Everything a department needs to handle a task, in one document: nobody types it again.

The form by its labels, the papers with where their files lie, the limits, the law, what was found
before, and which answers are open. Its shape is public: `docs/webhooks.md` has its JSON schema.
"""

from collections.abc import Iterator, Mapping

from activities.store.engine import ReadSession
from activities.store.reading.bundles import BundleView, bundle
from activities.store.reading.matters import LinkedMatter, MatterView
from activities.store.reading.packages import GivenTask, given_task, handlers
from activities.store.reading.scope import Scope
from activities.store.reading.timeline import TimelineEntry, timeline
from api import known
from api.packaged import (
    Package,
    PackagedAnswer,
    PackagedApplicant,
    PackagedBasis,
    PackagedBefore,
    PackagedClock,
    PackagedField,
    PackagedFile,
    PackagedMaterial,
    PackagedMatter,
    PackagedOpinion,
    PackagedOutcome,
    PackagedRequest,
    PackagedReturn,
    PackagedTask,
)
from api.services import Services
from definitions.bundle.tasks import NEED_BASES, NEED_REASONS, OUTCOMES
from definitions.language.base import Basis
from definitions.language.questions import FormField, Question
from definitions.language.roles import Actor, Authority
from definitions.language.service import ServiceDefinition

_HISTORY = 200
_OPINIONS = frozenset({"task_completed", "objection_raised", "consent_deemed"})


async def package(
    services: Services, actor: Actor, authority: Authority, name: str
) -> Package | None:
    """The package; None where the task is not this department's, or not for this reader."""
    scope = Scope(department=actor.department or "", authority=authority, account=actor.id)
    async with services.store.reading() as session:
        task = await given_task(session, name, scope)
        found = await bundle(session, task.bundle, scope) if task else None
        if task is None or found is None:
            return None
        said = await _said(session, task, scope)
        people = await handlers(session, task.bundle)
    return _Filling(services, task, found, people).package(said)


async def _said(session: ReadSession, task: GivenTask, scope: Scope) -> list[TimelineEntry]:
    """What people found of the matter, the first of it first."""
    entries = await timeline(session, task.bundle, scope, matter=task.matter, limit=_HISTORY)
    return [each for each in reversed(entries) if each.kind in _OPINIONS]


class _Filling:
    """A task and its application, and the catalogue by which ids become words."""

    def __init__(
        self,
        services: Services,
        task: GivenTask,
        found: BundleView,
        people: Mapping[int, tuple[str, ...]],
    ) -> None:
        self._task, self._found, self._people = task, found, people
        self._titles = {law.key: law.title for law in known.laws(services.library)}
        self._definition: ServiceDefinition | None = next(
            (
                each.definition
                for each in services.library.services
                if each.sha256 == found.definition_sha256
            ),
            None,
        )

    def package(self, said: list[TimelineEntry]) -> Package:
        found = self._found
        own = next((each for each in found.matters if each.key == self._task.matter), None)
        return Package(
            task=self._of_task(),
            bundle=found.number,
            service=found.service,
            service_name=found.name,
            situation=found.situation,
            situation_name=found.situation_name,
            submitted_at=found.application.submitted_at,
            applicant=self._applicant(),
            answers=list(self._answers()),
            form=list(self._form()),
            matter=self._matter(own),
            linked=list(self._linked(own)),
            materials=list(self._materials(own)),
            bases=[self._basis(basis) for basis in (own.bases if own else ())],
            examined=[self._opinion(entry) for entry in said],
        )

    def _of_task(self) -> PackagedTask:
        task = self._task
        return PackagedTask(
            **{n: getattr(task, n) for n in PackagedTask.model_fields if n not in _MADE},
            reasons=list(task.reasons),
            outcomes=[
                PackagedOutcome(
                    outcome=each,
                    reasons_required=each in NEED_REASONS,
                    bases_required=each in NEED_BASES,
                )
                for each in OUTCOMES[task.kind]
            ],
            request=self._request(),
            returned=[
                PackagedReturn(
                    fault=point.fault,
                    material=point.material,
                    field=point.field,
                    says=task.said.get(point.says.text, ""),
                )
                for point in task.more.returned
            ],
        )

    def _request(self) -> PackagedRequest | None:
        task, request = self._task, self._task.more.request
        if request is None:
            return None
        return PackagedRequest(
            id=request.id,
            department=request.department,
            question=task.said.get(request.question.text, ""),
            tacit=request.tacit,
            dates=list(request.dates),
            files=[
                PackagedFile(
                    **_plain_file(file), url=f"/api/v1/tasks/{task.id}/package/files/{file.id}"
                )
                for file in task.files.values()
            ],
        )

    def _applicant(self) -> PackagedApplicant:
        said = self._found.application
        return PackagedApplicant(
            name=self._found.firm_name,
            code=self._found.firm_code,
            facts={
                name: list(value) if isinstance(value, tuple) else value
                for name, value in said.firm.items()
            },
            sources=dict(said.firm_source),
        )

    def _answers(self) -> Iterator[PackagedAnswer]:
        questions = {q.id: q for q in (self._definition.questions if self._definition else ())}
        for name, given in self._found.application.answers.items():
            values = list(given) if isinstance(given, tuple) else [given]
            question = questions.get(name)
            yield PackagedAnswer(
                id=name,
                question=question.text if question else name,
                values=values,
                words=[_option(question, value) for value in values],
            )

    def _form(self) -> Iterator[PackagedField]:
        said = self._found.application
        fields = {f.id: f for f in (self._definition.form if self._definition else ())}
        ordered = [
            *(n for n in fields if n in said.stands),
            *(n for n in said.stands if n not in fields),
        ]
        for name in ordered:
            value, field = said.stands[name], fields.get(name)
            yield PackagedField(
                id=name,
                label=field.label if field else name,
                group=field.group if field else None,
                kind=field.kind if field else "text",
                value=value,
                words=_option(field, value),
                corrected=name in said.corrections,
            )

    def _matter(self, own: MatterView | None) -> PackagedMatter:
        every: Mapping[str, LinkedMatter] = {
            each.key: each for each in (*self._found.linked, *self._found.matters)
        }
        found = every[self._task.matter]
        return PackagedMatter(
            key=found.key,
            name=found.name,
            department=found.department,
            status=found.status,
            number=own.number if own else None,
            item=self._task.item,
            mode=own.special.mode if own else None,
            missing=list(own.missing) if own else [],
            clocks=[
                PackagedClock(
                    **{n: getattr(clock, n) for n in PackagedClock.model_fields if n != "basis"},
                    basis=self._basis(clock.basis) if clock.basis else None,
                )
                for clock in (own.clocks if own else ())
            ],
        )

    def _linked(self, own: MatterView | None) -> Iterator[PackagedBefore]:
        needed = {key for key, _ in own.needs} if own else set()
        others = (*self._found.matters, *self._found.linked)
        for each in sorted(others, key=lambda matter: matter.position):
            if each.key != self._task.matter:
                yield PackagedBefore(
                    **{n: getattr(each, n) for n in PackagedBefore.model_fields if n != "needed"},
                    needed=each.key in needed,
                )

    def _materials(self, own: MatterView | None) -> Iterator[PackagedMaterial]:
        gates = own.gates if own else ()
        for each in self._found.materials:
            if each.code not in gates and each.code != self._task.material:
                continue
            place = f"/api/v1/bundles/{self._found.number}/materials/{each.code}/files"
            yield PackagedMaterial(
                code=each.code,
                name=each.name,
                source=each.source,
                standard=each.standard,
                status=each.status,
                verified_by=each.waived_by,
                mode=each.mode,
                due_at=each.due_at,
                files=[
                    PackagedFile(**_plain_file(file), url=f"{place}/{file.id}")
                    for file in each.files
                ],
            )

    def _opinion(self, entry: TimelineEntry) -> PackagedOpinion:
        return PackagedOpinion(
            kind="objection" if entry.kind == "objection_raised" else "completed",
            task=entry.task,
            name=entry.task_name,
            by=[entry.actor, *entry.companions, *self._people.get(entry.seq, ())],
            department=entry.actor_department,
            at=entry.at,
            outcome=entry.outcome,
            reasons=list(entry.reasons),
            bases=[self._basis(basis) for basis in entry.bases],
        )

    def _basis(self, basis: Basis) -> PackagedBasis:
        return PackagedBasis(
            law=basis.law,
            title=self._titles.get(basis.law, basis.law),
            article=basis.article,
            says=basis.says,
        )


# Fields of a task that are more than its row's columns.
_MADE = frozenset({"reasons", "outcomes", "request", "returned"})


def _plain_file(file: object) -> dict[str, object]:
    return {n: getattr(file, n) for n in PackagedFile.model_fields if n != "url"}


def _option(asked: Question | FormField | None, value: str) -> str:
    """What is chosen, in the words it was offered in."""
    options = asked.options if asked else ()
    return next((option.label for option in options if option.value == value), value)
