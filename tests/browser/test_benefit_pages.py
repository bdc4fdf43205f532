"""Pages of benefits as they are laid out and used: nothing runs over the edge, keys reach all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from api.console.render import CONTENT_SECURITY_POLICY, STATIC, render
from tests.support.console_samples import SAMPLES

pytestmark = pytest.mark.browser
HALL = "http://hall.test"
AREAS = ("benefit", "public_", "my_", "checkup", "own_checkup", "polic", "simul", "fact")
NAMES = sorted(name for name in SAMPLES if name.startswith(AREAS))
PUBLIC = [name for name in NAMES if " data-public" in render(SAMPLES[name])]
WIDTHS = (390, 1280)
# Least heights of what is pressed or filled in by anybody, by the mode of the page.
TARGETS = {"": 44, "large": 60}

_UNLABELLED = """() => [...document.querySelectorAll("main input, main select, main textarea")]
  .filter(each => each.type !== "hidden" && !each.labels.length && !each.ariaLabel)
  .map(each => each.outerHTML.slice(0, 80))"""
_UNTOLD = """() => [...document.querySelectorAll("main .grid td.num")]
  .filter(each => each.textContent && !each.closest("table").querySelector("svg")
    && getComputedStyle(each, "::before").content === "none")
  .map(each => each.closest("table").caption.textContent + ": " + each.textContent)"""
_SMALL = """least => [...document.querySelectorAll("main button, main a.primary, main select,"
    + "main textarea, main input:not([type=radio], [type=checkbox], [type=hidden]), main .card")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < least)
  .map(each => each.outerHTML.slice(0, 80))"""
_REACHABLE = """() => {
  const seen = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary,"
      + "[tabindex='0']")].filter(each => each.type !== "hidden" && each.checkVisibility())
    .filter(each => each.type !== "radio" || !seen.has(each.name) && seen.add(each.name)).length;
}"""
_FOCUSED = """() => {
  const at = document.activeElement, box = at.getClientRects()[0];
  const x = box.x + Math.min(box.width / 2, 8), y = box.y + Math.min(box.height / 2, 8);
  const top = document.elementFromPoint(x, y), label = at.labels && at.labels[0];
  const seen = top && (at.contains(top) || top.contains(at) || label && label.contains(top));
  const rings = [getComputedStyle(at), label ? getComputedStyle(label, "::before") : {}];
  const ringed = rings.some(each => (each.outlineStyle || "none") !== "none");
  const place = [...document.querySelectorAll("*")].indexOf(at);
  return [at === document.body, place, Boolean(seen), ringed, at.outerHTML.slice(0, 80)];
}"""


@pytest.fixture(scope="module")
def shown(chromium: Browser) -> Iterator[Page]:
    """A browser to which the sample pages are all there is."""
    context = chromium.new_context(base_url=HALL)
    page = context.new_page()
    page.route("**/*", _answer)
    yield page
    context.close()


def _answer(route: Route) -> None:
    path = route.request.url.removeprefix(HALL).partition("?")[0]
    if path.startswith("/console/static/"):
        route.fulfill(path=STATIC / path.removeprefix("/console/static/"))
        return
    name, _, mode = path.strip("/").partition("/")
    if name not in SAMPLES:
        route.fulfill(status=404, body="")
        return
    sample = SAMPLES[name]
    frame = replace(sample.frame, mode=mode, live=None)
    html = render(replace(sample, frame=frame))
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)


def opened(page: Page, name: str, width: int, mode: str = "") -> Page:
    """The sample, with everything unfolded that can be."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/{name}/{mode}")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return page


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_over_the_edge(shown: Page, name: str) -> None:
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    for width in WIDTHS:
        for mode in TARGETS:
            wide = opened(shown, name, width, mode).evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (width, mode)
    assert not [each for each in said if "Content Security Policy" in each]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_its_label_and_every_figure_its_name(shown: Page, name: str) -> None:
    page = opened(shown, name, 390)
    assert page.evaluate(_UNLABELLED) == []
    assert page.evaluate(_UNTOLD) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_what_anybody_presses_is_large_enough(shown: Page, name: str) -> None:
    for mode, least in TARGETS.items():
        assert opened(shown, name, 390, mode).evaluate(_SMALL, least) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_keys_reach_everything_and_the_focus_is_seen(shown: Page, name: str) -> None:
    page = opened(shown, name, 390)
    places, least = set[int](), page.evaluate(_REACHABLE)
    for _ in range(least + 2):
        page.keyboard.press("Tab")
        is_over, place, seen, ringed, what = _at(page)
        if is_over:
            break
        assert seen, what
        assert ringed, what
        places.add(place)
    assert len(places) >= least


def _at(page: Page) -> Sequence[Any]:
    found: Sequence[Any] = page.evaluate(_FOCUSED)
    return found
