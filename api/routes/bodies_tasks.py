"""What clients send about tasks: how one ends, waits, is given away; what others are asked."""

from datetime import date, time
from typing import Annotated

from pydantic import Field

from activities.store.desk.work_settings import WorkSettings
from api.acting.completing import Said as CompletionSaid
from api.commands import PointGiven, ReturnPointGiven
from api.routes.bodies import MOST_DAYS, Body, FileId, Reasons, Said, Word, Written
from definitions.language.base import Basis
from definitions.language.supervision import What
from definitions.matter.tasks import Outcome, ReturnFault, WaitCause

Days = Annotated[list[date], Field(default_factory=list, max_length=20)]
COLLEAGUE = "同事的账号（编号或登录名）"


class PointBody(Body):
    """One point of a supplement notice: which material, what is wrong, how to put it right."""

    material: Word = Field(examples=["M07"])
    defect: Said = Field(examples=["缺法定代表人签名，请补签"])

    def given(self) -> PointGiven:
        """As the command takes it."""
        return PointGiven(material=self.material, defect=self.defect)


class Completion(Body):
    """How a task ends. Refusals and rejections carry reasons; a refused decision carries bases.

    `points` and `days` are a supplement notice's, `organ` the competent one, `files` a hearing's
    minutes, `companions` the other officers of a check on site, `dates` the days of a survey that
    suit, `handled_by` who acted in a department's own system.
    """

    outcome: Outcome = Field(examples=["pass"])
    reasons: Reasons
    bases: list[Basis] = Field(default_factory=list, max_length=20)
    points: list[PointBody] = Field(default_factory=list, max_length=60)
    days: int | None = Field(default=None, le=MOST_DAYS, description="补正期限（工作日）")
    organ: Written | None = Field(default=None, max_length=100, description="应当申请的机关")
    files: list[FileId] = Field(default_factory=list, max_length=20, description="听证笔录")
    companions: list[Word] = Field(
        default_factory=list, max_length=10, description="同行核查人员的账号"
    )
    dates: Days = Field(description="踏勘约期：可以参加的日期")
    handled_by: list[Word] = Field(
        default_factory=list,
        max_length=10,
        description="部门自有系统的经办人工号，按办理的先后，最后一位作出决定",
    )

    def said(self) -> CompletionSaid:
        """As the command takes it, besides the outcome."""
        return CompletionSaid(
            reasons=self.reasons,
            bases=self.bases,
            points=[point.given() for point in self.points],
            days=self.days,
            organ=self.organ,
            files=self.files,
            companions=self.companions,
            dates=self.dates,
            handled_by=self.handled_by,
        )


class Proposal(Completion):
    """How its author would complete the task; a colleague looks at it first."""

    to: Word | None = Field(default=None, description=f"指定复核人：{COLLEAGUE}")


class Wait(Body):
    """What a task waits for, until when as far as one knows, and why."""

    cause: WaitCause = Field(examples=["department"])
    until: date | None = None
    reasons: Reasons


class HandOver(Body):
    """To whom a task is given."""

    to: Word = Field(description=COLLEAGUE)
    reasons: Reasons


class SendBack(Body):
    """What is to be changed in a proposal."""

    reasons: Reasons


class Transfer(Body):
    """Which department is competent, and why."""

    department: Word = Field(examples=["fire_rescue"])
    reasons: Reasons


class ReturnPointBody(Body):
    """One reason of a return: what kind of fault, in which paper or field, in words."""

    fault: ReturnFault = Field(examples=["mismatch"])
    says: Said = Field(examples=["租赁合同的地址与申请的地址不一致"])
    material: Word | None = Field(default=None, examples=["M07"])
    field: Word | None = Field(default=None, examples=["new_address"])

    def given(self) -> ReturnPointGiven:
        """As the command takes it."""
        return ReturnPointGiven(
            fault=self.fault, says=self.says, material=self.material, field=self.field
        )


class Return(Body):
    """Why a task goes back, point by point."""

    points: list[ReturnPointBody] = Field(default_factory=list, max_length=60)


class Urging(Body):
    """What a supervisor says."""

    reasons: Reasons


class Asking(Body):
    """What is asked of other organs, or of an expert `to` of one of them."""

    what: What = Field(examples=["consultation"])
    departments: list[Word] = Field(default_factory=list, max_length=20, examples=[["greening"]])
    question: Said = Field(examples=["该处设置户外招牌是否符合容貌规范？"])
    days: int | None = Field(
        default=None, le=MOST_DAYS, description="答复期限（工作日）；不填按目录"
    )
    tacit: bool = Field(default=False, description="逾期不答复视为同意")
    to: Word | None = Field(default=None, description="请哪位专家：账号（编号或登录名）")
    dates: Days = Field(description="踏勘约期：提出的日期")
    files: list[FileId] = Field(default_factory=list, max_length=20)


class Withdrawing(Body):
    """Why a request is called off."""

    reasons: Reasons


class Complaint(Body):
    """What cannot be got done."""

    complaint: Said = Field(examples=["三次到窗口都说材料不全，每次要的不一样"])


class Recusal(Body):
    """Who keeps away from the application, and why; nobody named: oneself."""

    officer: Word | None = Field(default=None, description=COLLEAGUE)
    reasons: Reasons


class NoteBody(Body):
    """What is written beside a task."""

    body: Said = Field(examples=["已电话联系申请人，明天补章"])
    files: list[FileId] = Field(default_factory=list, max_length=20)


class AbsencePlan(Body):
    """Who is away from the first to the last day, and who stands in; nobody named: oneself."""

    account: Word | None = Field(default=None, description=COLLEAGUE)
    substitute: Word = Field(description=COLLEAGUE)
    since: date
    until: date
    reason: Said = Field(examples=["年休假"])


class Settings(Body):
    """How one takes work."""

    at_most: int = Field(default=20, description="同时办理的件数上限")
    shift_from: time | None = Field(default=None, examples=["09:00"])
    shift_until: time | None = Field(default=None, examples=["17:00"])
    skills: list[Word] = Field(
        default_factory=list, max_length=60, description="优先领取的事项编码或者待办种类"
    )
    keys: bool = Field(default=True, description="使用单键快捷键")

    def wanted(self) -> WorkSettings:
        """As it is kept."""
        return WorkSettings.model_validate(self.model_dump())
