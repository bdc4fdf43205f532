"""How findings and obstacles are shown: by weight, each with its place and what mends it."""

from collections.abc import Iterable, Mapping

from activities.outside.registers.answers import NAMES, Register
from activities.store.desk.feedback import Feedback
from api.console.request import submission
from api.console.taking.standing import Standing
from api.console.views.prechecks import FindingView, ObstacleView
from api.console.views.shared import FieldControl, FieldView, Link, StatusView, Tone
from api.console.wording import basis_view
from api.findings import Ahead
from api.services import Services
from definitions.language.checks import Severity
from definitions.language.facts import FACTS_BY_NAME
from definitions.rules.obstacles import Found, Obstacle
from definitions.rules.prechecks import Finding

INSISTED = "insisted"
SEVERITY: Mapping[Severity, StatusView] = {
    Severity.BLOCK: StatusView("阻断", "✕", Tone.BAD),
    Severity.WARN: StatusView("提醒", "!", Tone.WAIT),
    Severity.INFO: StatusView("提示", "i", Tone.INFO),
}
_FOUND: Mapping[Found, StatusView] = {
    Found.BLOCKS: StatusView("办不了", "✕", Tone.BAD),
    Found.UNKNOWN: StatusView("查不到", "?", Tone.WAIT),
    Found.CLEAR: StatusView("没有", "✓", Tone.OK),
}


def finding_views(
    services: Services, at: Standing, found: Iterable[Finding], said: Iterable[Feedback]
) -> tuple[FindingView, ...]:
    """The findings of a draft, the gravest first."""
    wrong = {(each.rule, each.place): each.reason for each in said}
    order = list(Severity)
    return tuple(
        FindingView(
            rule=each.rule,
            status=SEVERITY[each.severity],
            says=each.says,
            details=each.details,
            remedy=each.remedy,
            place=_place(at, each),
            basis=basis_view(services, each.basis) if each.basis else None,
            called_wrong=wrong.get((each.rule, each.at), ""),
            feedback=submission(f"{at.url}/findings/{each.rule}"),
        )
        for each in sorted(found, key=lambda finding: order.index(finding.severity))
    )


def insisted_field(
    at: Standing, found: Iterable[Finding], *, ticked: bool, error: str
) -> FieldView | None:
    """The tick that the applicant was told and applies all the same; None where nothing blocks."""
    blocking = [each for each in found if each.severity is Severity.BLOCK]
    count = len(blocking) + len(at.guidance.blockers)
    if not count:
        return None
    return FieldView(
        INSISTED,
        f"已把 {count} 条阻断提示告知申请人，申请人仍要提交",
        FieldControl.CHECKS,
        value="yes" if ticked else "",
        hint="窗口不得不予收件；是否准予，由办理机关依法决定",
        error=error,
    )


def hints(found: Iterable[Finding]) -> tuple[str, ...]:
    """What the pre-check said at submission, for officers: a line each."""
    return tuple(
        f"{SEVERITY[each.severity].label}：{each.says}"
        + (f"（{'、'.join(each.details)}）" if each.details else "")
        for each in found
    )


def obstacle_views(services: Services, ahead: Ahead) -> tuple[ObstacleView, ...]:
    """What blocks and what is not known; what is clear is only named."""
    return tuple(
        _obstacle(services, each) for each in ahead.obstacles if each.found is not Found.CLEAR
    )


def away_words(ahead: Ahead) -> str:
    """The registers that could not be asked."""
    return "、".join(NAMES[Register(each)] for each in ahead.away)


def _obstacle(services: Services, each: Obstacle) -> ObstacleView:
    return ObstacleView(
        status=_FOUND[each.found],
        reason=each.reason,
        owner=each.owner,
        remedy=each.remedy,
        basis=basis_view(services, each.basis),
        courses="、".join(each.courses),
        missing="、".join(f"{one.label}（{one.owner}）" for one in each.missing),
    )


def _place(at: Standing, found: Finding) -> Link:
    kind, dot, name = found.at.partition(".")
    if not dot:
        label = next((m.name for m in at.materials if m.code == found.at), found.at)
        return Link(label, f"{at.url}/materials#{found.at}")
    if kind == "answer":
        question = at.question(name)
        return Link(question.text if question else name, f"{at.url}/guidance?question={name}")
    if kind == "firm":
        fact = FACTS_BY_NAME.get(name)
        return Link(fact.label if fact else name, f"{at.url}/form")
    label = next((field.label for field in at.definition.form if field.id == name), name)
    return Link(label, f"{at.url}/form#{name}")
