"""Bar charts as SVG made here: attributes only, so that a strict Content-Security-Policy holds.

Every bar has its label and its figure beside it, and the whole is said in words for whoever cannot
see it; colour alone never tells anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Hue = Literal["info", "ok", "wait", "bad", "idle"]

WIDTH = 400
_ROW = 46
_BAR = 14
_MARGIN = 4
_LEAST = 2
_INK, _SOFT, _TRACK = "#1b1f24", "#5b6570", "#e6eaef"
_HUES: dict[Hue, str] = {
    "info": "#1f5fa8",
    "ok": "#1f7a45",
    "wait": "#8a5a00",
    "bad": "#b3261e",
    "idle": "#7a8694",
}
_FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long, and how its figure is written."""

    label: str
    value: int
    shown: str
    hue: Hue = "info"


def bars(title: str, rows: Sequence[Bar], *, most: int | None = None) -> Markup:
    """One bar below the other against the longest of them, or against `most`."""
    longest = max([most or 0, *(row.value for row in rows), 1])
    lines = Markup("").join(_bar(n, row, longest) for n, row in enumerate(rows))
    height = max(1, len(rows)) * _ROW + _MARGIN
    told = "；".join(f"{row.label} {row.shown}" for row in rows)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' width="{}" height="{}" font-family="{}" font-size="15">'
        '<rect width="{}" height="{}" fill="#ffffff"/>{}</svg>'
    ).format(
        f"{title}：{told or '没有'}", WIDTH, height, WIDTH, height, _FONT, WIDTH, height, lines
    )


def _bar(n: int, row: Bar, longest: int) -> Markup:
    top, room = n * _ROW + _MARGIN, WIDTH - 2 * _MARGIN
    length = max(_LEAST, row.value * room // longest) if row.value > 0 else 0
    return Markup(
        '<text x="{}" y="{}" fill="{}">{}</text>'
        '<text x="{}" y="{}" fill="{}" text-anchor="end">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
    ).format(
        *(_MARGIN, top + 16, _INK, row.label),
        *(WIDTH - _MARGIN, top + 16, _SOFT, row.shown),
        *(_MARGIN, top + 24, room, _BAR, _TRACK),
        *(_MARGIN, top + 24, length, _BAR, _HUES[row.hue]),
    )
