"""View models of figures as bars, shared by all pages that show some."""

from dataclasses import dataclass

from api.console.views.shared import Tone


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: `value` as it is read, `permille` of the longest line as it is drawn."""

    label: str
    value: str
    permille: int
    tone: Tone = Tone.INFO
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A table whose middle column is drawn. `of` and `unit` head its first and last column."""

    caption: str
    of: str
    unit: str
    bars: tuple[Bar, ...]
