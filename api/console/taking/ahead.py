"""What lies ahead, in words: matters, papers, time, cost, visits. For the window and the public."""

from collections.abc import Iterator
from datetime import date, datetime

from api.console import formats
from api.console.views.intake import PreviewLine, PreviewView
from api.console.wording import basis_view, limit_words
from api.services import Services
from definitions.rules.outlook import Outlook, OutlookMaterial
from definitions.rules.schedule import Schedule, Wait

_OPEN = "答完全部问题后确定；下面是现在看来要办的。"
_SHORT = 15


def preview_view(
    services: Services, ahead: Outlook, situation: str, *, none: bool = False
) -> PreviewView:
    """The panel. `none`: every question is answered, and no situation fits."""
    organs = {each.code: each.name for each in services.library.catalogue.departments}
    due = ahead.schedule
    brought = [m for m in ahead.materials if m.by is None and not m.made and not m.produced_by]
    return PreviewView(
        situation=situation or ("按所答情况，没有对应的办理情形。" if none else _OPEN),
        matters=tuple(
            PreviewLine(m.name, _depends(m.depends) or organs.get(m.department, ""))
            for m in ahead.matters
        ),
        spared=tuple(PreviewLine(m.name, m.why) for m in ahead.spared),
        materials=tuple(PreviewLine(m.name, _depends(m.depends) or m.standard) for m in brought),
        waived=tuple(_waived(services, ahead)),
        made=tuple(
            PreviewLine(m.name, "按填报内容生成，签名即可")
            for m in ahead.materials
            if m.made and m.by is None and not m.produced_by
        ),
        time=_time(ahead, services.now()),
        path=tuple(
            PreviewLine(stage.name, f"{stage.days} 个工作日") for stage in due.path if stage.days
        ),
        waits=tuple(_wait(wait, due, services.now()) for wait in due.waits),
        cost=f"共 {due.yuan:,} 元" if due.yuan else "不收费",
        charges=tuple(
            PreviewLine(
                charge.name,
                f"{charge.yuan:,} 元，{charge.says}" if charge.yuan else charge.says,
                basis_view(services, charge.basis) if charge.basis else None,
            )
            for charge in due.charges
        ),
        visits=tuple(PreviewLine(visit.name, visit.why) for visit in due.visits),
    )


def count_words(asked: int, left: int) -> str:
    """How many questions have been answered, and how many are known to be left."""
    if not left:
        return f"已答 {asked} 题，没有要问的了"
    return f"已答 {asked} 题，还剩 {left} 题（答了以后可能增减）"


def _depends(questions: tuple[str, ...]) -> str:
    return f"看后面的回答：{''.join(questions)}" if questions else ""


def _waived(services: Services, ahead: Outlook) -> Iterator[PreviewLine]:
    names = {matter.key: matter.name for matter in ahead.matters}
    for material in ahead.materials:
        if material.produced_by is not None:
            by = names.get(material.produced_by, "")
            yield PreviewLine(material.name, f"由“{by}”办理后直接取得")
        elif material.by is not None:
            basis = basis_view(services, material.basis) if material.basis else None
            yield PreviewLine(material.name, by_words(material), basis)


def by_words(material: OutlookMaterial) -> str:
    """Who verifies it instead; a longer text stands as it is written."""
    by = material.by or ""
    return f"由{by}核验" if len(by) < _SHORT else by


def _time(ahead: Outlook, now: datetime) -> str:
    due = ahead.schedule
    if due.day is None:
        return "时间跨到还没有公布放假安排的年份，办完的日期待定"
    if not ahead.settled:
        return f"已经确定的事项至少 {due.working_days} 个工作日"
    day = formats.day(due.day, now)
    return f"承诺 {due.working_days} 个工作日；今天交齐材料，{day}前办完"


def _wait(wait: Wait, due: Schedule, now: datetime) -> PreviewLine:
    length = limit_words(wait.limit)
    if wait.own:
        return PreviewLine(wait.name, f"{length}内由您提出，早提出早办完")
    if wait.passed:
        return PreviewLine(wait.name, f"{length}，{_on(wait.since, now)}起，已经期满")
    if wait.given or due.day is None:
        return PreviewLine(
            wait.name, f"{length}，{_on(wait.since, now)}起，到 {_on(wait.until, now)}"
        )
    return PreviewLine(wait.name, f"{length}，轮到时起算，预计到 {_on(wait.until, now)}")


def _on(day: date, now: datetime) -> str:
    return formats.short_day(day, now)
