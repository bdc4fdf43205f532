"""Where the matters of a picture stand, and how the lines between them run. Pure arithmetic.

Used for the picture of a definition and for that of an application alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NODE_WIDTH = 184
NODE_HEIGHT = 52
COLUMN_GAP = 52
ROW_GAP = 20

TITLE_WIDTH = 11.2
"""How many Han characters of a title fit a node."""
TURN = 22
_ELLIPSIS = "…"
_ASCII = 128


@dataclass(frozen=True, slots=True)
class Box:
    """A node's upper left corner, and its column counted from the left."""

    x: int
    y: int
    layer: int


def layers(keys: Sequence[str], edges: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """Longest path from a start. Bounded by the number of nodes: a cycle cannot hang a page."""
    depth = dict.fromkeys(keys, 0)
    known = [(source, target) for source, target in edges if source in depth and target in depth]
    for _ in keys:
        for source, target in known:
            depth[target] = min(max(depth[target], depth[source] + 1), len(depth) - 1)
    return depth


def path(source: Box, target: Box, *, shift: int = 0) -> str:
    """The line from one node to another; `shift` keeps lines of different kinds apart."""
    start_x, start_y = source.x + NODE_WIDTH, source.y + NODE_HEIGHT // 2 + shift
    end_x, end_y = target.x - 1, target.y + NODE_HEIGHT // 2 + shift
    turn = start_x + TURN - shift
    if target.layer - source.layer > 1:
        # Past other columns the line runs in the gap above the target's row, where no box stands.
        lane = target.y - ROW_GAP // 2 - shift // 2
        drop = target.x - TURN + shift
        return f"M{start_x} {start_y}H{turn}V{lane}H{drop}V{end_y}H{end_x}"
    if start_y == end_y:
        return f"M{start_x} {start_y}H{end_x}"
    return f"M{start_x} {start_y}H{turn}V{end_y}H{end_x}"


def shortened(name: str, width: float = TITLE_WIDTH) -> str:
    """Cut to a width; Han counts one, Latin one half. The list beneath a picture has it whole."""
    used = 0.0
    for index, character in enumerate(name):
        used += 0.5 if ord(character) < _ASCII else 1
        if used > width:
            return name[: index - 1] + _ELLIPSIS
    return name
