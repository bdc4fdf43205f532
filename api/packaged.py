"""The shape of a task's package: what a department's system reads of it. Public and versioned."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from definitions.matter.tasks import Outcome, TaskKind, TaskStatus

Answer = str | int | bool | list[str]


class Part(BaseModel):
    """Base of every part."""

    model_config = ConfigDict(frozen=True)


class PackagedBasis(Part):
    """A law: its key here, its title, the article and, where it is quoted, what it says."""

    law: str
    title: str
    article: str
    says: str | None = None


class PackagedOutcome(Part):
    """One possible answer, and what must go with it."""

    outcome: Outcome
    reasons_required: bool
    bases_required: bool


class PackagedFile(Part):
    """A file; `url` gives its content to whoever may read this package."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class PackagedRequest(Part):
    """What another organ asks. `tacit`: no answer in time is agreement."""

    id: str
    department: str
    question: str
    tacit: bool
    dates: list[date]
    files: list[PackagedFile]


class PackagedReturn(Part):
    """One reason why the task came back."""

    fault: str
    material: str | None
    field: str | None
    says: str


class PackagedTask(Part):
    """The task itself. `version` is what an answer may be bound to (If-Match)."""

    id: str
    kind: TaskKind
    name: str
    department: str
    status: TaskStatus
    version: int
    opened_at: datetime
    due_at: datetime | None
    material: str | None
    days: int | None
    reasons: list[str]
    outcomes: list[PackagedOutcome]
    request: PackagedRequest | None
    returned: list[PackagedReturn]


class PackagedApplicant(Part):
    """Who applies, and what the registers say of it: each fact with its source."""

    name: str
    code: str
    facts: dict[str, Answer]
    sources: dict[str, str]


class PackagedAnswer(Part):
    """One question of the guidance and its answer, as values and in words."""

    id: str
    question: str
    values: list[str]
    words: list[str]


class PackagedField(Part):
    """One field of the form. `words` differ from `value` where it is one of a list.

    `corrected`: put right on the spot (当场更正) after it was submitted.
    """

    id: str
    label: str
    group: str | None
    kind: str
    value: str
    words: str
    corrected: bool


class PackagedMaterial(Part):
    """A paper this matter rests on, where it stands and its files."""

    code: str
    name: str
    source: str
    standard: str
    status: str
    verified_by: str | None
    mode: str | None
    due_at: datetime | None
    files: list[PackagedFile]


class PackagedClock(Part):
    """A limit: from when, how long, until when. No `due_at` while it is stopped."""

    kind: str
    name: str | None
    days: int
    unit: str
    started_at: datetime
    due_at: datetime | None
    provisional: bool
    stopped: bool
    basis: PackagedBasis | None


class PackagedMatter(Part):
    """The matter the task belongs to; of another organ's only how it stands."""

    key: str
    name: str
    department: str
    status: str
    number: str | None
    item: str
    mode: str | None
    missing: list[str]
    clocks: list[PackagedClock]


class PackagedBefore(Part):
    """A linked matter and how it stands; `needed`: this one waits for it."""

    key: str
    name: str
    department: str
    status: str
    result: str | None
    needed: bool


class PackagedOpinion(Part):
    """What was found before in this matter, by whom (account ids, staff numbers), and why."""

    kind: Literal["completed", "objection"]
    task: str | None
    name: str | None
    by: list[str]
    department: str | None
    at: datetime
    outcome: str | None
    reasons: list[str]
    bases: list[PackagedBasis]


class Package(Part):
    """A task with everything that is to be known for it."""

    format: Literal["yijianshi/package/1"] = "yijianshi/package/1"
    task: PackagedTask
    bundle: str = Field(examples=["SJ-YJS-310117-20261122-000123"])
    service: str
    service_name: str
    situation: str
    situation_name: str
    submitted_at: datetime | None
    applicant: PackagedApplicant
    answers: list[PackagedAnswer]
    form: list[PackagedField]
    matter: PackagedMatter
    linked: list[PackagedBefore]
    materials: list[PackagedMaterial]
    bases: list[PackagedBasis]
    examined: list[PackagedOpinion]
