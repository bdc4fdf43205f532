"""Each ordinary document is one page of A4 when it is printed."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from activities.documents.content.every import Content
from activities.documents.content.results import Licence
from tests.activities.documents.samples import receipt
from tests.activities.documents.samples.every import ALL, page

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
A4 = (595, 842)
BOTH = replace(receipt.COMMITMENT, informing=receipt.INFORMING)
LONG = replace(receipt.CORRECTION, points=receipt.CORRECTION.points * 2)


@pytest.fixture(scope="module")
def printer() -> Iterator[Page]:
    """A page of a Chromium; skipped, and said so, without one."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = next(filter(None, map(shutil.which, NAMES)), str(own) if own.exists() else None)
        if found is None:
            pytest.skip("no chromium found: install one, or run `playwright install chromium`")
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


def pages(printer: Page, content: Content) -> list[tuple[int, int]]:
    """The sizes of its printed pages, in points."""
    printer.set_content(page(content))
    paper = printer.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize(("title", "content"), [*ALL, ("合并的承诺书", BOTH)])
def test_it_is_one_page(printer: Page, title: str, content: Content) -> None:
    across = isinstance(content, Licence)
    assert pages(printer, content) == [A4[::-1] if across else A4], title


def test_a_long_list_goes_on_overleaf(printer: Page) -> None:
    """Nothing is cut off or shrunk beyond reading."""
    assert pages(printer, LONG) == [A4, A4]
