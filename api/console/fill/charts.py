"""From figures to bars: the longest fills the line, and whatever is not nothing can be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.console.views.charts import Bar, Chart
from api.console.views.shared import Tone

_FULL, _LEAST = 1000, 4


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a chart: a number, and where more of it is to be read."""

    label: str
    number: int
    tone: Tone = Tone.INFO
    url: str = ""


def counted(number: int) -> str:
    """12,345."""
    return f"{number:,}"


def chart(
    caption: str,
    figures: Sequence[Figure],
    *,
    of: str,
    unit: str,
    said: Callable[[int], str] = counted,
    whole: int = 0,
) -> Chart:
    """The figures as bars, in their order; `said` writes a number.

    The longest fills the line, or `whole` where that is more.
    """
    longest = max((whole, *(figure.number for figure in figures)))
    return Chart(
        caption=caption,
        of=of,
        unit=unit,
        bars=tuple(
            Bar(
                label=figure.label,
                value=said(figure.number),
                permille=_drawn(figure.number, longest),
                tone=figure.tone,
                url=figure.url,
            )
            for figure in figures
        ),
    )


def _drawn(number: int, longest: int) -> int:
    if number <= 0 or longest <= 0:
        return 0
    return max(_LEAST, number * _FULL // longest)
