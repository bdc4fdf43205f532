"""What clients send: an application or draft, the texts of commands. Unknown keys are refused."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from activities.store.desk.applications import MaterialGiven
from api.intake import Entered
from definitions.language.base import Basis
from definitions.matter.state import Outcome

Word = Annotated[str, StringConstraints(max_length=48)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Written = Annotated[str, StringConstraints(max_length=4000)]
FileId = Annotated[str, StringConstraints(max_length=40)]


class Body(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(extra="forbid")


class MaterialBody(Body):
    """What was given for one material: received with its files, or still to come (待补)."""

    received: bool = True
    files: list[FileId] = Field(default_factory=list, max_length=50)


class ApplicationBody(Body):
    """An application as far as it is known. `firm` declares what registers do not say."""

    service: Word = Field(examples=["company_change"])
    firm_code: str = Field(default="", max_length=18, examples=["91310117MA1J00001G"])
    firm_name: str = Field(default="", max_length=100)
    firm: dict[Word, str | bool | list[Word]] = Field(default_factory=dict, max_length=60)
    answers: dict[Word, Word | list[Word]] = Field(
        default_factory=dict, max_length=60, examples=[{"changes": ["name"]}]
    )
    form: dict[Word, Written] = Field(default_factory=dict, max_length=120)
    materials: dict[Word, MaterialBody] = Field(default_factory=dict, max_length=60)
    committed: list[Word] = Field(
        default_factory=list, max_length=30, description="申请人签署容缺受理承诺书的事项"
    )

    def entered(self) -> Entered:
        """As intake takes it."""
        return Entered(
            service=self.service,
            firm_code=self.firm_code.strip().upper(),
            firm_name=self.firm_name.strip(),
            firm=_frozen(self.firm),
            answers=_frozen(self.answers),
            form=self.form,
            materials={
                code: MaterialGiven(received=given.received, files=tuple(given.files))
                for code, given in self.materials.items()
            },
            committed=tuple(self.committed),
        )


class Nothing(Body):
    """A command that needs no more than its address."""


class Completion(Body):
    """How a task ends. Refusals and rejections carry reasons; a refused decision carries bases."""

    outcome: Outcome = Field(examples=["pass"])
    reasons: list[Said] = Field(default_factory=list, max_length=20)
    bases: list[Basis] = Field(default_factory=list, max_length=20)


class Supply(Body):
    """Files for a pending material."""

    files: list[FileId] = Field(min_length=1, max_length=50)


class Check(Body):
    """What checking a supplied material found."""

    outcome: Outcome = Field(examples=["accept"])
    reasons: list[Said] = Field(default_factory=list, max_length=20)


class Objection(Body):
    """What somebody objected to during publicity."""

    objection: Said


class Delivery(Body):
    """How a paper document was handed out."""

    by_post: bool = False


def _frozen(given: Mapping[str, object]) -> dict[str, object]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
