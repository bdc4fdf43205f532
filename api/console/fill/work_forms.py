"""The forms of what moves a task on: waiting, handing over, passing on, going back, urging."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from activities.store.reading.tasks import TaskView
from api.console import words
from api.console.fill.act_parts import ActForm, Typed, cards, confirmed, long
from api.console.fill.outcomes import Ground, choices
from api.console.views.acts import FaultField
from api.console.views.shared import FieldControl, FieldView, Option, Pair
from definitions.language.roles import WINDOW
from definitions.matter.tasks import TaskKind

POINT = "point."
FEWEST, MOST = 2, 20
LONGEST_POINT = 500
_MATERIAL, _FIELD = "material:", "field:"
_GOES_ON = Pair("时限", "照常计算，不因此停表")


@dataclass(frozen=True, slots=True)
class FaultTyped:
    """One reason of a return as it was typed."""

    fault: str = ""
    place: str = ""
    says: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing was typed: the row is left out."""
        return not (self.fault or self.place or self.says)

    @property
    def material(self) -> str | None:
        """The paper it is about."""
        return self.place.removeprefix(_MATERIAL) if self.place.startswith(_MATERIAL) else None

    @property
    def field(self) -> str | None:
        """The form's field it is about."""
        return self.place.removeprefix(_FIELD) if self.place.startswith(_FIELD) else None


def form_of(slug: str, at: Ground, typed: Typed) -> ActForm:
    """The form of the act of that name."""
    return _FORMS[slug](at, typed)


def fault_fields(
    at: Ground, typed: Sequence[FaultTyped], errors: Mapping[str, str]
) -> tuple[FaultField, ...]:
    """One block for each reason, and empty ones for more."""
    rows = [*typed, *(FaultTyped() for _ in range(FEWEST - len(typed)))]
    return tuple(_fault(at, number, row, errors) for number, row in enumerate(rows[:MOST], 1))


def faults_of(below: Mapping[str, str]) -> tuple[FaultTyped, ...]:
    """The reasons as they came with a form."""
    numbers = sorted({int(n) for name in below if (n := name.partition(".")[0]).isdecimal()})
    return tuple(
        FaultTyped(
            *(below.get(f"{number}.{part}", "").strip() for part in ("fault", "place", "says"))
        )
        for number in numbers[:MOST]
    )


def fault_errors(rows: Sequence[FaultTyped]) -> dict[str, str]:
    """What is wrong with them, by field; one reason there must be."""
    errors: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if row.is_empty:
            continue
        if row.fault not in words.FAULT:
            errors[f"{POINT}{number}.fault"] = f"第 {number} 项：请选择哪类问题"
        if not row.says:
            errors[f"{POINT}{number}.says"] = f"第 {number} 项：请写明问题和怎样改"
        elif len(row.says) > LONGEST_POINT:
            errors[f"{POINT}{number}.says"] = f"第 {number} 项不得超过 {LONGEST_POINT} 个字"
    if all(row.is_empty for row in rows):
        errors[f"{POINT}1.says"] = "第 1 项：请写明问题和怎样改"
    return errors


def _fault(at: Ground, number: int, row: FaultTyped, errors: Mapping[str, str]) -> FaultField:
    name = f"{POINT}{number}"
    first = number == 1
    return FaultField(
        number,
        FieldView(
            f"{name}.fault",
            "哪类问题",
            FieldControl.LIST,
            error=errors.get(f"{name}.fault", ""),
            required=first,
            options=(
                Option("", "请选择", chosen=not row.fault),
                *(Option(key, said, chosen=key == row.fault) for key, said in words.FAULT.items()),
            ),
        ),
        FieldView(
            f"{name}.place",
            "哪份材料、哪个字段",
            FieldControl.LIST,
            required=False,
            options=(
                Option("", "整件", chosen=not row.place),
                *(Option(key, said, chosen=key == row.place) for key, said in _places(at)),
            ),
        ),
        FieldView(
            f"{name}.says",
            "说明",
            FieldControl.LONG_TEXT,
            value=row.says,
            hint="写明问题和怎样改" if first else "",
            error=errors.get(f"{name}.says", ""),
            required=first,
            max_length=LONGEST_POINT,
        ),
    )


def _places(at: Ground) -> list[tuple[str, str]]:
    """The matter's papers, then the form's fields."""
    gates = at.matter.gates if at.matter else ()
    papers = [(f"{_MATERIAL}{m.code}", m.name) for m in at.bundle.materials if m.code in gates]
    definition = at.seen.definition(at.bundle)
    fields = definition.form if definition else ()
    return [*papers, *((f"{_FIELD}{each.id}", f"申请表：{each.label}") for each in fields)]


def _wait(_: Ground, typed: Typed) -> ActForm:
    causes = tuple(
        Option(key, said, chosen=typed.said("cause") == key) for key, said in words.CAUSE.items()
    )
    return ActForm(
        title="等待",
        button="记为等待",
        effects=(_GOES_ON, Pair("之后", "等到了，按“继续办理”；到日子没有等到的，照样提醒")),
        fields=(
            cards(typed, "cause", "等什么", causes),
            FieldView(
                "until",
                "等到哪天",
                FieldControl.DATE,
                value=typed.said("until"),
                error=typed.error("until"),
                required=False,
            ),
            _why(typed, "写明等什么、已经做了什么", required=False),
        ),
        done="已记为等待，时限照常计算",
    )


def _hand_over(at: Ground, typed: Typed) -> ActForm:
    people = choices(at.fellows, typed.said("to"), but=at.task.assignee or "")
    return ActForm(
        title="转交",
        button="转交",
        effects=(_GOES_ON, Pair("收回", "对方开始办理之前，可以收回")),
        fields=(
            FieldView(
                "to",
                "交给谁",
                FieldControl.CHOICE,
                error=typed.error("to"),
                hint="" if people else "本部门没有其他人员的账号",
                options=people,
            ),
            _why(typed, "接手的人看得到", required=False),
        ),
        done="已转交",
    )


def _transfer(at: Ground, typed: Typed) -> ActForm:
    chosen = typed.said("department")
    departments = tuple(
        Option(each.code, each.name, chosen=each.code == chosen)
        for each in at.seen.library.catalogue.departments
        if each.code not in {at.task.department, WINDOW}
    )
    return ActForm(
        title="移送",
        button="移送",
        effects=(
            _GOES_ON,
            Pair("谁办", "移送后由对方部门办理；对方可以写明原因退回"),
            Pair("收回", "对方领取之前，可以收回"),
        ),
        fields=(
            FieldView(
                "department",
                "有权办理的部门",
                FieldControl.CHOICE,
                error=typed.error("department"),
                options=(Option("", "请选择", chosen=not chosen), *departments),
            ),
            _why(typed, "为什么不归本部门办理；对方部门看得到"),
        ),
        done="已移送",
    )


def _return(at: Ground, _: Typed) -> ActForm:
    return ActForm(
        title="退回",
        button="退回",
        effects=(Pair("退给谁", returns_to(at.task)), _GOES_ON),
        fields=(),
        done="已退回，写明的问题对方逐项看得到",
        danger=True,
    )


def _send_back(_: Ground, typed: Typed) -> ActForm:
    return ActForm(
        title="复核退改",
        button="退给拟办人修改",
        effects=(Pair("之后", "拟办人改好再送复核，或者自己办结"), _GOES_ON),
        fields=(_why(typed, "逐项写明要改什么"),),
        done="已退给拟办人修改",
    )


def _urge(at: Ground, typed: Typed) -> ActForm:
    return ActForm(
        title="催办",
        button="发出催办",
        effects=(Pair("谁会看到", at.task.assignee_name or "本部门能领取这项待办的人"),),
        fields=(_why(typed, "写明要求什么时候办完"),),
        done="已催办",
    )


def _recuse(_: Ground, typed: Typed) -> ActForm:
    return ActForm(
        title="回避",
        button="声明回避",
        effects=(
            Pair("之后", "您不再看到、办理本件；手上的待办放回本部门"),
            Pair("记录", "谁、什么时候、什么原因回避，记入办理记录"),
        ),
        fields=(
            _why(typed, "例如：申请人是近亲属"),
            confirmed(typed, "本件与我有利害关系，或者有其他应当回避的情形"),
        ),
        done="已回避本件",
        danger=True,
    )


def returns_to(task: TaskView) -> str:
    """Where a return of this task goes; empty where it has nowhere to go."""
    if task.came_from:
        return "退给移送来的部门"
    if task.request is not None:
        return "退给提出请求的部门"
    if task.kind is TaskKind.DECIDE:
        return "退回审查环节，重新审查"
    if task.kind in {TaskKind.RECEIPT, TaskKind.REVIEW}:
        return "退给综合窗口，完善后再送来"
    return ""


def _why(typed: Typed, hint: str, *, required: bool = True) -> FieldView:
    made = long(typed, "reasons", "原因" if required else "说明", hint)
    return made if required else _optional(made)


def _optional(asked: FieldView) -> FieldView:
    """The same field, to be left empty at will."""
    return FieldView(
        asked.name,
        asked.label,
        asked.control,
        value=asked.value,
        hint=asked.hint,
        error=asked.error,
        required=False,
        max_length=asked.max_length,
    )


_FORMS: Mapping[str, Callable[[Ground, Typed], ActForm]] = {
    "wait": _wait,
    "hand-over": _hand_over,
    "transfer": _transfer,
    "return": _return,
    "send-back": _send_back,
    "urge": _urge,
    "recuse": _recuse,
}
