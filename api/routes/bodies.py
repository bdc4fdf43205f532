"""What clients send: an application or draft, the texts of commands. Unknown keys are refused."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from activities.store.desk.applications import MaterialGiven
from api.assessment import Signature
from api.entered import Entered
from definitions.language.base import Basis
from definitions.language.clocks import ClockKind
from definitions.language.pending import Mode
from definitions.matter.events import Commitment
from definitions.matter.tasks import Outcome

# The one character that the database cannot keep.
_KEEPABLE = r"^[^\x00]*$"
Word = Annotated[str, StringConstraints(max_length=48, pattern=_KEEPABLE)]
Said = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, strip_whitespace=True, pattern=_KEEPABLE),
]
Written = Annotated[str, StringConstraints(max_length=4000, pattern=_KEEPABLE)]
Way = Literal["paper", "pad", "phone"]
FileId = Annotated[str, StringConstraints(max_length=40)]
# What a caller may ask for at most; how much the law allows is for the core to say.
MOST_DAYS = 3660
Days = Annotated[int, Field(le=MOST_DAYS, examples=[10])]
Reasons = Annotated[list[Said], Field(default_factory=list, max_length=20)]


class Body(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(extra="forbid")


class MaterialBody(Body):
    """What was given for one material: received with its files, or still to come (待补).

    `promised`: a promise stands for it (告知承诺), it is not to come.
    """

    received: bool = True
    promised: bool = False
    files: list[FileId] = Field(default_factory=list, max_length=50)


class CommitmentBody(Body):
    """承诺书: for which matter and papers, in which mode, and how it was signed."""

    matter: Word = Field(examples=["FOOD"])
    mode: Mode = Field(examples=["accept_pending"])
    materials: list[Word] = Field(default_factory=list, max_length=60)
    way: Way = "paper"
    by_agent: bool = False
    authorised: bool = Field(default=False, description="经办人有作出承诺的明确授权")


INSISTED = "已告知现在不能办理的理由，申请人仍坚持申请：照收，由办理机关决定"


class SignatureBody(Body):
    """How the promises were signed that follow from `committed` and promised materials."""

    way: Way = "paper"
    authorised: bool = Field(default=False, description="经办人有作出承诺的明确授权")
    insisted: bool = Field(default=False, description=INSISTED)

    def given(self) -> Signature:
        """As intake takes it."""
        return Signature(way=self.way, authorised=self.authorised, insisted=self.insisted)


class ApplicationBody(Body):
    """An application as far as it is known. `firm` declares what registers do not say."""

    service: Word = Field(examples=["company_change"])
    firm_code: str = Field(default="", max_length=18, examples=["91310117MA1J00001G"])
    firm_name: str = Field(default="", max_length=100)
    firm: dict[Word, str | bool | int | list[Word]] = Field(default_factory=dict, max_length=60)
    answers: dict[Word, Word | list[Word]] = Field(
        default_factory=dict, max_length=60, examples=[{"changes": ["name"]}]
    )
    form: dict[Word, Written] = Field(default_factory=dict, max_length=120)
    materials: dict[Word, MaterialBody] = Field(default_factory=dict, max_length=60)
    committed: list[Word] = Field(
        default_factory=list, max_length=30, description="申请人签署容缺承诺书的事项"
    )
    commitments: list[CommitmentBody] = Field(default_factory=list, max_length=60)
    overrides: dict[Word, Said] = Field(
        default_factory=dict,
        max_length=60,
        description="数据共享失败、由窗口要求提交的材料和理由",
    )
    insisted: bool = Field(default=False, description=INSISTED)

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
                code: MaterialGiven(
                    received=given.received and not given.promised,
                    promised=given.promised,
                    files=tuple(given.files),
                )
                for code, given in self.materials.items()
            },
            committed=tuple(self.committed),
            commitments=tuple(
                Commitment(**{**dict(each), "materials": tuple(each.materials)})
                for each in self.commitments
            ),
            overrides=self.overrides,
            insisted=self.insisted,
        )


class Nothing(Body):
    """A command that needs no more than its address."""


class Supply(Body):
    """Files for a pending material."""

    files: list[FileId] = Field(min_length=1, max_length=50)


class Check(Body):
    """What checking a supplied material found."""

    outcome: Outcome = Field(examples=["accept"])
    reasons: Reasons


class Objection(Body):
    """What somebody objected to during publicity."""

    objection: Said


class Withdrawal(Body):
    """Which matters are withdrawn (none named: all that are not decided), and why."""

    matters: list[Word] = Field(default_factory=list, max_length=30)
    reasons: Reasons


class Correction(Body):
    """当场更正: either a field with its right value, or a material with its right files."""

    field: Word | None = Field(default=None, examples=["new_name"])
    value: Written | None = None
    material: Word | None = Field(default=None, examples=["M07"])
    files: list[FileId] = Field(default_factory=list, max_length=50)


class SecondNotice(Body):
    """Why points may be asked for that the first notice did not name."""

    reason: Said


class ProcedureStart(Body):
    """特别程序: which cause of the closed list, how many working days were told, and why."""

    cause: Word = Field(default="", examples=["inspection"])
    days: Days
    reasons: Reasons


class ProcedureEnd(Body):
    """The result paper of a special procedure."""

    files: list[FileId] = Field(default_factory=list, max_length=20)


class ExtensionProposal(Body):
    """How many days more are asked for, and why."""

    days: Days
    reasons: Reasons


class Prolonging(Body):
    """Which limit of the applicant is prolonged, by how much, and why."""

    clock: ClockKind = Field(examples=["supplement"])
    days: Days
    reasons: Reasons
    force_majeure: bool = False


class Grounds(Body):
    """Facts and reasons of an act that must carry some."""

    reasons: Reasons


class HearingAnswer(Body):
    """Whether the applicant wants the hearing."""

    wanted: bool


class HearingDay(Body):
    """When and where a hearing is held, and who presides (an account of the department)."""

    on: AwareDatetime
    place: Said
    chair: Word


class Termination(Body):
    """终止: which cause of the closed list, and the facts."""

    cause: Word = Field(default="", examples=["applicant_ended"])
    reasons: Reasons


class Revocation(Body):
    """撤销: reasons and the law."""

    reasons: Reasons
    bases: list[Basis] = Field(default_factory=list, max_length=20)


class Repair(Body):
    """Why a credit record is repaired."""

    reason: Said


class Delivery(Body):
    """How a paper document was handed out."""

    by_post: bool = False


def _frozen(given: Mapping[str, object]) -> dict[str, object]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
