"""The linked matters as a picture: a small layered layout, drawn as SVG on the server.

Pure function of nodes and edges. Layers are longest paths, a layer's order is the definition's;
colours and patterns are classes of the style sheet, so print and 大字 need nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.console.views.shared import DeadlineKind, DeadlineView, Edge, MatterNode, Tone
from definitions.language.matters import EdgeKind
from definitions.lifecycle import layout
from definitions.lifecycle.layout import (
    COLUMN_GAP,
    NODE_HEIGHT,
    NODE_WIDTH,
    ROW_GAP,
    Box,
    shortened,
)

__all__ = ["NODE_WIDTH", "Placed", "draw", "fill", "layers", "place", "shortened"]

MARGIN = 8
EM = 16
"""User units per em: the picture grows with the text around it (大字)."""

_ACCEPTED_SHIFT = 10

_TICKING = frozenset(
    {DeadlineKind.RUNNING, DeadlineKind.SOON, DeadlineKind.TODAY, DeadlineKind.OVERDUE},
)
_FILLS: Mapping[Tone, str] = {
    Tone.IDLE: "plain",
    Tone.INFO: "running",
    Tone.WAIT: "hatch",
    Tone.PAUSE: "bars",
    Tone.OK: "solid",
    Tone.BAD: "double",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with its place: `layer` counts columns from the left, `row` lines from the top."""

    node: MatterNode
    layer: int
    row: int

    @property
    def x(self) -> int:
        return MARGIN + self.layer * (NODE_WIDTH + COLUMN_GAP)

    @property
    def y(self) -> int:
        return MARGIN + ROW_GAP + self.row * (NODE_HEIGHT + ROW_GAP)


def layers(nodes: Sequence[MatterNode], edges: Sequence[Edge]) -> Mapping[str, int]:
    """The column of each node, by the longest path that leads to it."""
    return layout.layers(
        [node.key for node in nodes], [(edge.source, edge.target) for edge in edges]
    )


def place(nodes: Sequence[MatterNode], edges: Sequence[Edge]) -> tuple[Placed, ...]:
    """Each node goes to the row of what it waits for, or to the next free one below."""
    depth = layers(nodes, edges)
    rows: dict[str, int] = {}
    for layer in sorted(set(depth.values())):
        free = 0
        for node in nodes:
            if depth[node.key] != layer:
                continue
            wanted = [rows[e.source] for e in edges if e.target == node.key and e.source in rows]
            rows[node.key] = max(free, min(wanted, default=0))
            free = rows[node.key] + 1
    return tuple(Placed(node, depth[node.key], rows[node.key]) for node in nodes)


def draw(nodes: Sequence[MatterNode], edges: Sequence[Edge]) -> Markup:
    """The SVG. Its nodes are links; the template repeats the same as a list beneath."""
    placed = place(nodes, edges)
    if not placed:
        return Markup()
    at = {each.node.key: each for each in placed}
    width = max(each.x for each in placed) + NODE_WIDTH + MARGIN
    height = max(each.y for each in placed) + NODE_HEIGHT + MARGIN
    lines = Markup().join(
        _edge(at[edge.source], at[edge.target], edge.kind)
        for edge in edges
        if edge.source in at and edge.target in at
    )
    boxes = Markup().join(_node(each) for each in placed)
    return Markup(
        '<svg class="graph" role="group" aria-label="联办事项关系图" viewBox="0 0 {w} {h}"'
        ' width="{we}em" height="{he}em">{defs}{lines}{boxes}</svg>',
    ).format(w=width, h=height, we=width / EM, he=height / EM, defs=_DEFS, lines=lines, boxes=boxes)


_DEFS = Markup(
    "<defs>"
    '<marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    ' orient="auto" markerUnits="userSpaceOnUse"><path class="g-tip" d="M0 0L8 4L0 8z"/></marker>'
    '<pattern id="graph-hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="g-hatch-bg" width="8" height="8"/>'
    '<rect class="g-hatch-line" width="2" height="8"/></pattern>'
    '<pattern id="graph-bars" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="g-bars-bg" width="8" height="8"/><rect class="g-bars-line" width="2" height="8"/>'
    "</pattern></defs>",
)


def _edge(source: Placed, target: Placed, kind: EdgeKind) -> Markup:
    accepted = kind is EdgeKind.ACCEPTED
    path = layout.path(
        Box(source.x, source.y, source.layer),
        Box(target.x, target.y, target.layer),
        shift=_ACCEPTED_SHIFT if accepted else 0,
    )
    return Markup('<path class="g-edge {kind}" d="{path}" marker-end="url(#graph-arrow)"/>').format(
        kind="accepted" if accepted else "result",
        path=path,
    )


def fill(node: MatterNode) -> str:
    """Which of the six fills of ui.md §4 a node has; they differ without colour too."""
    return _FILLS[node.status.tone] if node.needed else "dashed"


def _node(placed: Placed) -> Markup:
    node = placed.node
    inner = (
        Markup('<rect class="g-inner" x="{x}" y="{y}" width="{w}" height="{h}" rx="2"/>').format(
            x=placed.x + 4,
            y=placed.y + 4,
            w=NODE_WIDTH - 8,
            h=NODE_HEIGHT - 8,
        )
        if fill(node) == "double"
        else Markup()
    )
    return Markup(
        '<a id="node-{key}" data-live-box class="g-node {fill} {tone}" href="{url}"'
        ' aria-label="{name}，{label}"><rect class="g-box" x="{x}" y="{y}" width="{w}" height="{h}"'
        ' rx="4"/>{inner}<text class="g-title" x="{tx}" y="{ty}">{title}</text>'
        '<text class="g-state" x="{tx}" y="{sy}">{symbol} {label}{until}</text></a>',
    ).format(
        key=node.key,
        fill=fill(node),
        tone=node.status.tone,
        url=node.url,
        name=node.name,
        label=node.status.label,
        symbol=node.status.symbol,
        until=_until(node.deadline),
        x=placed.x,
        y=placed.y,
        w=NODE_WIDTH,
        h=NODE_HEIGHT,
        inner=inner,
        tx=placed.x + 12,
        ty=placed.y + 22,
        sy=placed.y + 41,
        title=shortened(node.name),
    )


def _until(deadline: DeadlineView | None) -> str:
    """The end of a running clock, short enough for a node; the list beneath has it whole."""
    if deadline is None or deadline.kind not in _TICKING:
        return ""
    if deadline.kind is DeadlineKind.OVERDUE:
        return " · 已超期"
    if deadline.kind is DeadlineKind.TODAY:
        return " · 今天止"
    return f" · {deadline.due_on.month}月{deadline.due_on.day}日止" if deadline.due_on else ""
