"""What single outcomes of a task must carry: points and days, reasons and bases, minutes, organ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from activities.store.reading.bundles import BundleView
from activities.store.reading.materials import MaterialView
from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.seen import Seen
from api.console.views.acts import PointField, UploadField
from api.console.views.desk import OutcomePart
from api.console.views.shared import FieldControl, FieldView, Option
from definitions.bundle.tasks import NEED_BASES, NEED_REASONS, OUTCOMES
from definitions.language.base import Basis
from definitions.language.clocks import ClockRule
from definitions.language.matters import MatterDefinition, Review
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskKind

LONGEST = 2000
LONGEST_DEFECT = 500
DEFECT = "defect."
_FEW = 5
_REASONS: Mapping[TaskKind, tuple[str, str]] = {
    TaskKind.RECEIPT: ("不予受理的，写明理由", "会原文写进不予受理通知书"),
    TaskKind.REVIEW: ("建议不予的，写明理由", "写明事实和不符合的条件，供审批人参考"),
    TaskKind.DECIDE: (
        "不予的，写明理由、依据，并告知救济途径",
        "写明事实和不符合的条件，会原文写进决定书",
    ),
    TaskKind.CHECK: ("退回的，一次性写明要补什么", "例如：第 2 页缺公章，请盖章后重扫"),
    TaskKind.OBJECTION: ("写明查实的情况和理由", "会记入办理记录"),
    TaskKind.EXTENSION: ("不批准的，写明理由", "提请人看得到"),
    TaskKind.VERIFICATION: ("责令整改、不属实的，写明查到的事实", "会告知申请人"),
    TaskKind.REVOCATION: ("写明理由", "撤销的，会原文写进撤销决定书"),
    TaskKind.CONSULTATION: ("不同意的，写明理由", "提出请求的部门看得到"),
    TaskKind.ASSISTANCE: ("无法协助的，写明原因", "提出请求的部门看得到"),
    TaskKind.EXPERT: ("不同意的，写明理由", "提出请求的部门看得到"),
    TaskKind.SURVEY: ("不能参加的，写明原因，可以另提日期", "提出请求的部门看得到"),
    TaskKind.COMPLAINT: ("写明查到的情况和给申请人的答复", "会告知申请人"),
}
FILES: Mapping[TaskKind, tuple[str, str]] = {
    TaskKind.HEARING: ("听证笔录", "经参加人签字、盖章的扫描件；决定以笔录为根据"),
    TaskKind.CONSULTATION: ("附件", "书面意见等"),
    TaskKind.ASSISTANCE: ("附件", "查询结果、检查报告等"),
    TaskKind.EXPERT: ("意见书", "签字的扫描件"),
    TaskKind.SITE: ("踏勘记录", "参加人签字的记录、照片"),
}
"""Which tasks end with files, and what these are; of a hearing they must be there."""
_NOT_ASKABLE: Mapping[str, str] = {
    MaterialStatus.WAIVED: "已经免交，不得再要求",
    MaterialStatus.PROMISED: "已经以承诺代替，不得再要求",
}


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed into the form, and what is wrong with it by field.

    `points` are the ticked materials, `dates` the ticked days; `more` is
    every other field by name (days, organ, defects).
    """

    outcome: str = ""
    opinion: str = ""
    reasons: str = ""
    bases: tuple[str, ...] = ()
    points: tuple[str, ...] | None = None
    dates: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[Option, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    def error(self, name: str) -> str:
        """What is wrong with that field."""
        return self.errors.get(name, "")

    def said(self, name: str, otherwise: str = "") -> str:
        """What was typed there."""
        return self.more.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of one's own department who may take part."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a task's form rests on. `matter` is None where the reader may see nothing of it.

    `colleagues` are of the reader's department, `fellows` those of the task's who may work it.
    """

    seen: Seen
    bundle: BundleView
    task: TaskView
    matter: MatterView | None
    colleagues: tuple[Colleague, ...] = ()
    fellows: tuple[Colleague, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def planned(self) -> MatterDefinition | None:
        """The matter's rules."""
        return self.seen.planned(self.bundle, self.task.matter)


def outcome_parts(at: Ground, typed: Entered) -> tuple[OutcomePart, ...]:
    """The parts of this task's form, in the order of its outcomes."""
    return tuple(_parts(at, typed))


def bases_of(seen: Seen, task: TaskView, matter: MatterView | None) -> tuple[Basis, ...]:
    """The law a refusal or a revocation may rest on, in the order shown."""
    own = tuple(dict.fromkeys(matter.bases)) if matter else ()
    return (*seen.library.catalogue.revocations, *own) if task.kind is TaskKind.REVOCATION else own


def officers_of(at: Ground) -> int:
    """How many officers this review takes (行政许可法 34)."""
    step = at.task.id.rpartition(".")[2]
    steps = at.planned.steps if at.planned else ()
    found = next((each for each in steps if each.key == step), None)
    return found.officers if isinstance(found, Review) else 1


def needs_companion(at: Ground) -> bool:
    """Whether somebody else must have been there: on site, two see more than one."""
    kind = at.task.kind
    return kind is TaskKind.SITE or (kind is TaskKind.REVIEW and officers_of(at) > 1)


def offered(at: Ground) -> tuple[date, ...]:
    """The days proposed for a survey."""
    return at.task.request.dates if at.task.request else ()


def askable(at: Ground) -> Iterator[tuple[MaterialView, str]]:
    """The matter's materials, each with why a notice may not name it; empty where it may."""
    special = at.matter.special if at.matter else None
    first = special.notice if special and not special.overridden else None
    for material in at.bundle.materials:
        if at.matter is None or material.code not in at.matter.gates:
            continue
        if material.produced_by is not None:
            yield material, "由其他事项产生，不得要求申请人提交"
        elif first is not None and material.code not in first.materials:
            yield material, "第一次告知没有写明，不得再要求；确有必要的，报督办人员批准"
        elif first is not None and material.status == MaterialStatus.SATISFIED:
            yield material, "第一次告知的，已经补正"
        else:
            yield material, _NOT_ASKABLE.get(material.status, "")


def choices(colleagues: Sequence[Colleague], chosen: str, *, but: str = "") -> tuple[Option, ...]:
    """Colleagues to choose from; a long list begins with nobody."""
    found = tuple(
        Option(each.id, each.name, chosen=each.id == chosen)
        for each in colleagues
        if each.id != but
    )
    return (Option("", "请选择", chosen=not chosen), *found) if len(found) > _FEW else found


def notice_days(at: Ground) -> tuple[int, int]:
    """How many working days a notice gives where nothing is written, and at most."""
    examine = at.planned.examine if at.planned else None
    if examine is None:
        return 0, 0
    clocks: Sequence[ClockRule] = at.seen.library.catalogue.clocks
    rule = next((each for each in clocks if each.id == examine.supplement), None)
    return (rule.limit.days if rule else examine.days), examine.days


def _parts(at: Ground, typed: Entered) -> Iterator[OutcomePart]:
    kind = at.task.kind
    if kind is TaskKind.RECEIPT:
        yield _supplement(at, typed)
        yield _organ(typed)
    if needs_companion(at):
        yield _companion(at, typed)
    if kind is TaskKind.SURVEY:
        yield _dates(at, typed)
    if kind in FILES:
        label, hint = FILES[kind]
        files = UploadField(
            "minutes",
            label,
            hint=hint,
            error=typed.error("minutes"),
            required=kind is TaskKind.HEARING,
            kept=typed.kept,
        )
        yield OutcomePart(label, (), upload=files)
    needing = tuple(str(each) for each in OUTCOMES[kind] if each in NEED_REASONS)
    if needing:
        yield _reasons(at, typed, needing)


def _reasons(at: Ground, typed: Entered, needing: tuple[str, ...]) -> OutcomePart:
    legend, hint = _REASONS[at.task.kind]
    fields = [
        FieldView(
            "reasons",
            "理由",
            FieldControl.LONG_TEXT,
            value=typed.reasons,
            hint=hint,
            error=typed.error("reasons"),
            max_length=LONGEST,
        )
    ]
    citing = [each for each in OUTCOMES[at.task.kind] if each in NEED_BASES]
    if citing:
        label = "依据" if citing[0] is Outcome.REFUSE else "依据（撤销的，至少选一条）"
        fields.append(_bases(at, typed, label))
        remedies = "\n".join(at.matter.remedies) if at.matter else ""
        fields.append(
            FieldView("remedies", "救济途径", value=remedies, hint="自动写进决定书", fixed=True)
        )
    return OutcomePart(legend, needing, tuple(fields), is_against=True)


def _bases(at: Ground, typed: Entered, label: str) -> FieldView:
    cited = (at.seen.basis(basis) for basis in bases_of(at.seen, at.task, at.matter))
    return FieldView(
        "bases",
        label,
        FieldControl.CHECKS,
        error=typed.error("bases"),
        required=at.task.kind is TaskKind.DECIDE,
        options=tuple(
            Option(
                str(index), f"《{b.law}》{b.article}", hint=b.says, chosen=str(index) in typed.bases
            )
            for index, b in enumerate(cited)
        ),
    )


def _supplement(at: Ground, typed: Entered) -> OutcomePart:
    usual, most = notice_days(at)
    second = at.matter is not None and at.matter.special.notice is not None
    note = (
        "再次告知只能重复第一次告知中没有补正的内容。"
        if second
        else "需要补正的全部内容一次告知；这次没有写明的，以后不得再要求。"
    )
    days = FieldView(
        "days",
        "补正期限（工作日）",
        FieldControl.NUMBER,
        value=typed.said("days", str(usual)),
        hint=f"通常 {usual} 个工作日，最多 {most} 个；自告知次日起算",
        error=typed.error("days"),
        max_length=2,
    )
    points = tuple(_point(typed, material, why) for material, why in askable(at))
    return OutcomePart(
        legend="一次性告知补正的，勾选要补正的材料，逐项写明",
        only_for=(str(Outcome.ASK_SUPPLEMENT),),
        fields=(days,),
        points=points,
        note=note,
    )


def _point(typed: Entered, material: MaterialView, why_not: str) -> PointField:
    owed = material.status in {MaterialStatus.PENDING, MaterialStatus.REFUSED}
    name = f"{DEFECT}{material.code}"
    said = f"没有提交。请提交：{material.standard}" if owed and not why_not else ""
    ticked = owed if typed.points is None else material.code in typed.points
    return PointField(
        code=material.code,
        material=material.name,
        standard=material.standard,
        status=words.MATERIAL[material.status],
        chosen=ticked and not why_not,
        defect=FieldView(
            name,
            "哪里不符合，怎样补正",
            value=typed.said(name, said),
            error=typed.error(name),
            max_length=LONGEST_DEFECT,
        ),
        why_not=why_not,
    )


def _organ(typed: Entered) -> OutcomePart:
    organ = FieldView(
        "organ",
        "应当向哪个机关申请",
        value=typed.said("organ"),
        hint="写全称，会写进不予受理通知书",
        error=typed.error("organ"),
    )
    return OutcomePart(
        "不属本机关的，告知有权机关", (str(Outcome.NOT_COMPETENT),), (organ,), is_against=True
    )


def _dates(at: Ground, typed: Entered) -> OutcomePart:
    days = FieldView(
        "dates",
        "哪几天可以",
        FieldControl.CHECKS,
        hint="各方都可以的第一天，一起去",
        error=typed.error("dates"),
        options=tuple(
            Option(
                day.isoformat(),
                formats.day(day, at.seen.now),
                chosen=day.isoformat() in typed.dates,
            )
            for day in offered(at)
        ),
    )
    return OutcomePart("可以参加的，选日期", (str(Outcome.AVAILABLE),), (days,))


def _companion(at: Ground, typed: Entered) -> OutcomePart:
    chosen = typed.said("companion")
    options = choices(at.colleagues, chosen, but=at.seen.actor.id)
    companion = FieldView(
        "companion",
        "同行核查人员",
        FieldControl.CHOICE,
        hint="核查应当有两名以上工作人员；同行的人不能再作出本件的决定",
        error=typed.error("companion"),
        options=options,
    )
    note = "" if options else "本部门没有其他人员的账号，请系统管理员开立后再提交。"
    return OutcomePart("谁一起核查的", (), (companion,) if options else (), note=note)
