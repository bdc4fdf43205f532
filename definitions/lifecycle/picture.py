"""A definition as a picture: its matters in the lanes of their organs, and what waits for what.

SVG with nothing but attributes, so that it stands alone as a file and needs no style sheet; the
same is said in words beside it, for whoever cannot see it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from definitions.language.base import Value
from definitions.language.limits import Limit, Unit
from definitions.language.matters import Edge, EdgeKind, MatterDefinition, Publicity
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.lifecycle.layout import (
    COLUMN_GAP,
    NODE_HEIGHT,
    NODE_WIDTH,
    ROW_GAP,
    Box,
    layers,
    path,
    shortened,
)

MARGIN = 12
LANE_LABEL = 132
HEADER = 40
LEGEND = 34
_INK = "#1b1f24"
_SOFT = "#5b6570"
_LINE = "#7a8694"
_WAIT = "#8a5a00"
_LANES = ("#f4f6f9", "#ffffff")
_SHIFTS = {EdgeKind.RESULT: 0, EdgeKind.ACCEPTED: 10, EdgeKind.JOINT: -10}
_DASHES = {EdgeKind.RESULT: "", EdgeKind.ACCEPTED: "7 5", EdgeKind.JOINT: "2 4"}
_MEANS = {
    EdgeKind.RESULT: "办结后才开始",
    EdgeKind.ACCEPTED: "受理后即可开始",
    EdgeKind.JOINT: "统一受理，办结后接着办",
}
_UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日"}


class Picture(Value):
    """The drawing, and the same line by line."""

    svg: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lane:
    """An organ's band: where it begins, how many rows it has."""

    name: str
    top: int
    rows: int

    @property
    def height(self) -> int:
        return self.rows * (NODE_HEIGHT + ROW_GAP) + ROW_GAP


def drawn(definition: ServiceDefinition, catalogue: Catalogue) -> Picture:
    """The picture of a definition, whatever an application will need of it."""
    organs = {department.code: department.name for department in catalogue.departments}
    columns = layers(
        [matter.key for matter in definition.matters],
        [(edge.matter, matter.key) for matter in definition.matters for edge in matter.needs],
    )
    lanes = _lanes(definition.matters, organs, columns)
    boxes = _boxes(definition.matters, lanes, columns)
    title = f"{definition.name}（第 {definition.version} 版）"
    width = max(box.x for box in boxes.values()) + NODE_WIDTH + MARGIN
    below = max(lane.top + lane.height for lane in lanes.values())
    inner = (
        *_bands(lanes.values(), width),
        f'<text x="{MARGIN}" y="26" font-size="18" fill="{_INK}">{escape(title)}</text>',
        *_edges(definition.matters, boxes),
        *(line for matter in definition.matters for line in _node(matter, boxes[matter.key])),
        *_legend(below),
    )
    width = max(width, 3 * 230 + MARGIN)
    return Picture(svg=_svg(title, inner, width, below + LEGEND), lines=_lines(definition, organs))


def _svg(title: str, inner: Sequence[str], width: int, height: int) -> str:
    label = quoteattr(f"{title}：联办事项关系图")
    font = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
    tip = f'<path d="M0 0L8 4L0 8z" fill="{_LINE}"/>'
    marker = (
        '<defs><marker id="definition-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        f' markerHeight="8" orient="auto" markerUnits="userSpaceOnUse">{tip}</marker></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={label}'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="{font}" font-size="15">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{marker}{"".join(inner)}</svg>'
    )


def _lanes(
    matters: Sequence[MatterDefinition], organs: Mapping[str, str], columns: Mapping[str, int]
) -> Mapping[str, _Lane]:
    """One band an organ, as high as the fullest of its columns, in the order of the definition."""
    lanes: dict[str, _Lane] = {}
    top = HEADER
    for code in dict.fromkeys(matter.department for matter in matters):
        own = [columns[matter.key] for matter in matters if matter.department == code]
        lane = _Lane(organs.get(code, code), top, max(own.count(column) for column in own))
        lanes[code] = lane
        top += lane.height
    return lanes


def _boxes(
    matters: Sequence[MatterDefinition], lanes: Mapping[str, _Lane], columns: Mapping[str, int]
) -> Mapping[str, Box]:
    taken: dict[tuple[str, int], int] = {}
    boxes: dict[str, Box] = {}
    for matter in matters:
        column = columns[matter.key]
        row = taken.get((matter.department, column), 0)
        taken[matter.department, column] = row + 1
        boxes[matter.key] = Box(
            x=MARGIN + LANE_LABEL + column * (NODE_WIDTH + COLUMN_GAP),
            y=lanes[matter.department].top + ROW_GAP + row * (NODE_HEIGHT + ROW_GAP),
            layer=column,
        )
    return boxes


def _bands(lanes: Iterable[_Lane], width: int) -> Iterator[str]:
    for number, lane in enumerate(lanes):
        yield (
            f'<rect x="0" y="{lane.top}" width="{width}" height="{lane.height}"'
            f' fill="{_LANES[number % 2]}"/>'
            f'<text x="{MARGIN}" y="{lane.top + lane.height // 2 + 5}" fill="{_SOFT}">'
            f"{escape(shortened(lane.name, 8))}</text>"
        )


def _edges(matters: Sequence[MatterDefinition], boxes: Mapping[str, Box]) -> Iterator[str]:
    for matter in matters:
        for edge in matter.needs:
            if edge.matter not in boxes:
                continue
            dash = _DASHES[edge.kind]
            yield (
                f'<path d="{path(boxes[edge.matter], boxes[matter.key], shift=_SHIFTS[edge.kind])}"'
                f' fill="none" stroke="{_LINE}" stroke-width="1.6"'
                + (f' stroke-dasharray="{dash}"' if dash else "")
                + ' marker-end="url(#definition-arrow)"/>'
            )


def _node(matter: MatterDefinition, box: Box) -> Iterator[str]:
    """A conditional matter has a dashed outline; where the law waits, a mark and the days."""
    dashed = ' stroke-dasharray="5 4"' if matter.needed else ""
    waits = _waits(matter)
    colour, soft = (_WAIT, _WAIT) if waits else (_INK, _SOFT)
    yield (
        f"<g><title>{escape(matter.name)}</title>"
        f'<rect x="{box.x}" y="{box.y}" width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="4"'
        f' fill="#ffffff" stroke="{colour}" stroke-width="1.4"{dashed}/>'
        f'<text x="{box.x + 12}" y="{box.y + 22}" fill="{_INK}">'
        f"{escape(shortened(matter.name))}</text>"
        f'<text x="{box.x + 12}" y="{box.y + 42}" font-size="12" fill="{soft}">'
        f"{escape(waits or _promise(matter))}</text></g>"
    )


def _waits(matter: MatterDefinition) -> str:
    """What is waited for by law, in a few words; nothing where the office only works."""
    said = [f"⏳ {shortened(step.name, 6)} {days(step.limit)}" for step in _publicities(matter)]
    return said[0] if said else ""


def _publicities(matter: MatterDefinition) -> Iterator[Publicity]:
    return (step for step in matter.steps if isinstance(step, Publicity))


def _promise(matter: MatterDefinition) -> str:
    return "当场办结" if not matter.promised.days else f"承诺 {days(matter.promised)}"


def days(limit: Limit) -> str:
    """`5 个工作日`."""
    return f"{limit.days} {_UNITS[limit.unit]}"


def _legend(top: int) -> Iterator[str]:
    """What the lines mean."""
    y = top + LEGEND // 2
    for number, kind in enumerate(EdgeKind):
        x, dash = MARGIN + number * 230, _DASHES[kind]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<path d="M{x} {y}H{x + 36}" fill="none" stroke="{_LINE}" stroke-width="1.6"{dashed}'
            f' marker-end="url(#definition-arrow)"/>'
            f'<text x="{x + 44}" y="{y + 5}" font-size="12" fill="{_SOFT}">{_MEANS[kind]}</text>'
        )


def _lines(definition: ServiceDefinition, organs: Mapping[str, str]) -> tuple[str, ...]:
    names = {matter.key: matter.name for matter in definition.matters}
    return tuple(
        "；".join(_said(matter, names, organs.get(matter.department, matter.department)))
        for matter in definition.matters
    )


def _said(matter: MatterDefinition, names: Mapping[str, str], organ: str) -> Iterator[str]:
    yield f"{matter.name}（{organ}）：{'看情况办理' if matter.needed else '都要办理'}"
    yield _promise(matter)
    for step in _publicities(matter):
        yield f"依法等待：{step.name} {days(step.limit)}"
    for edge in matter.needs:
        yield _awaited(edge, names)


def _awaited(edge: Edge, names: Mapping[str, str]) -> str:
    return f"在“{names.get(edge.matter, edge.matter)}”{_MEANS[edge.kind]}"
