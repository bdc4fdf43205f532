"""A browser without script: pages, their forms with everything a browser would send, redirects."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

from definitions.language.roles import Role
from tests.support.api import PASSWORD, World

ORIGIN = "http://hall.test"
_VOID = {"checkbox", "radio"}


@dataclass
class Form:
    """A form of a page: where it goes, and the fields as they stand in it."""

    action: str
    method: str
    attributes: dict[str, str | None]
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def filled(self, given: dict[str, str | list[str]]) -> dict[str, list[str]]:
        """What is sent, with these fields filled in."""
        body: dict[str, list[str]] = {}
        for name, value in self.fields:
            body.setdefault(name, []).append(value)
        for name, said in given.items():
            body[name] = said if isinstance(said, list) else [said]
        return body


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._text = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            action, method = given.get("action") or "", given.get("method") or "get"
            self.forms.append(Form(action, method, given))
        elif self.forms and tag == "input":
            self._input(given)
        elif tag == "select":
            self._select, self._options = given.get("name") or "", []
        elif tag == "option":
            self._options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self._text = given.get("name") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._options:
            chosen = [v for v, selected in self._options if selected] or [self._options[0][0]]
            self.forms[-1].fields.append((self._select, chosen[0]))
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1].fields.append((self._text, data.lstrip("\n")))

    def _input(self, given: dict[str, str | None]) -> None:
        name, kind = given.get("name"), given.get("type") or "text"
        if not name:
            return
        if kind == "file":
            self.forms[-1].files.append(name)
        elif kind not in _VOID or "checked" in given:
            self.forms[-1].fields.append((name, given.get("value") or ""))


@dataclass
class Page:
    """A page somebody looks at."""

    url: str
    status: int
    html: str

    @property
    def forms(self) -> list[Form]:
        """Every form of the page."""
        reader = _Reader()
        reader.feed(self.html)
        return reader.forms

    @property
    def form(self) -> Form:
        """The one the page is for."""
        mains = [each for each in self.forms if "data-main" in each.attributes]
        posts = [f for f in self.forms if f.method == "post" and "sign-out" not in f.action]
        return (mains or posts)[0]

    @property
    def errors(self) -> list[str]:
        """The error summary's lines."""
        _, _, rest = self.html.partition('id="errors"')
        lines = rest.partition("</ul>")[0].split("<li>")[1:]
        return [line.partition('">')[2].partition("</a>")[0] for line in lines]


class Browser:
    """Somebody at a window, without script."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str) -> Page:
        """Follow a link."""
        return self._page(await self.client.get(path, follow_redirects=True))

    async def send(
        self,
        page: Page,
        given: dict[str, str | list[str]] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        autosave: bool = False,
        to: str = "",
    ) -> Page:
        """Fill the page's form in and press its button, or let the script save it.

        `to` is the address of another form than the one the page is for.
        """
        form = next(each for each in page.forms if each.action == to) if to else page.form
        headers = {"Origin": ORIGIN}
        if autosave:
            headers["X-Autosave"] = "1"
        answer = await self.client.post(
            urljoin(page.url, form.action),
            data=form.filled(given or {}),
            files=files,
            headers=headers,
            follow_redirects=True,
        )
        return self._page(answer)

    async def press(self, page: Page, path: str, **given: str) -> Page:
        """The form of the page that goes there, filled in and sent."""
        form = next(form for form in page.forms if form.action.endswith(path))
        answer = await self.client.post(
            form.action,
            data=form.filled(dict(given)),
            headers={"Origin": ORIGIN},
            follow_redirects=True,
        )
        return self._page(answer)

    async def sign_in(self, login: str, password: str) -> Page:
        """Through the sign-in page."""
        page = await self.open("/console/sign-in")
        return await self.send(page, {"login": login, "password": password})

    def _page(self, answer: httpx2.Response) -> Page:
        return Page(str(answer.url), answer.status_code, answer.text)


async def signed_in(world: World, login: str, role: Role, department: str | None = None) -> Browser:
    """Somebody new at a browser."""
    await world.person(login, role, department)
    browser = Browser(world.client())
    await browser.sign_in(login, PASSWORD)
    return browser
