"""Pages of benefits as they are laid out: nothing runs over the edge, nothing is forbidden."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route

from api.console.render import CONTENT_SECURITY_POLICY, STATIC, render
from tests.support.console_samples import SAMPLES

pytestmark = pytest.mark.browser
HALL = "http://hall.test"
NAMES = sorted(name for name in SAMPLES if name.startswith("benefit_"))
WIDTHS = (390, 1280)


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


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_over_the_edge(shown: Page, name: str) -> None:
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    for width in WIDTHS:
        for mode in ("", "large"):
            shown.set_viewport_size({"width": width, "height": 844})
            shown.goto(f"/{name}/{mode}")
            wide = shown.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (width, mode)
    assert not [each for each in said if "Content Security Policy" in each]
