"""Pages as a test reads them: their forms with what is in them, and their text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form: where it goes and the hidden fields it carries."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._in: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = Form(given.get("action", ""))
            self.forms.append(self._in)
        elif self._in is not None and given.get("name"):
            self._in.names.append(given["name"])
            if given.get("type") == "hidden":
                self._in.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def read(html: str) -> _Reader:
    """The page, read."""
    reader = _Reader()
    reader.feed(html)
    return reader


def form(html: str, ending: str) -> Form:
    """The one form whose address ends so (its query aside)."""
    found = [each for each in read(html).forms if each.action.partition("?")[0].endswith(ending)]
    assert len(found) == 1, [each.action for each in read(html).forms]
    return found[0]


def text(html: str) -> str:
    """What the page says, in one line."""
    return " ".join(read(html).words)
