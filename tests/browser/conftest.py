"""A real stack, once a session, and a real Chromium; skipped, and said so, without one."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120.0

# What is expected comes at once, but on a machine that stands still.
expect.set_options(timeout=30_000)


@dataclass(frozen=True)
class Running:
    """Where the console answers, and with which password each account signs in."""

    url: str
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def executable() -> str:
    """The system's Chromium, or playwright's where it was installed."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    found = next(filter(None, map(shutil.which, NAMES)), str(own) if own.exists() else None)
    if found is None:
        pytest.skip("no chromium found: install one, or run `playwright install chromium`")
    return found


@pytest.fixture(scope="module")
def chromium(executable: str) -> Iterator[Browser]:
    """A Chromium. Not for the session: playwright's loop would stand in the way of async tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(executable: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`yijianshi up` on a home of its own; busy ports move by themselves."""
    assert executable
    home = tmp_path_factory.mktemp("home")
    output = home.with_suffix(".out")
    program = "from deploy.main import main; main()"
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, "--home", str(home), "up"],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while "已就绪" not in output.read_text(encoding="utf-8"):
            assert process.poll() is None, output.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, output.read_text(encoding="utf-8")
            time.sleep(0.2)
        lines = (home / "accounts.txt").read_text(encoding="utf-8").splitlines()
        running = json.loads((home / "run" / "stack.json").read_text(encoding="utf-8"))
        yield Running(
            url=f"http://127.0.0.1:{running['port']}",
            passwords=dict(line.split("\t")[:2] for line in lines if "\t" in line),
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=90)


@pytest.fixture
def context(chromium: Browser, stack: Running) -> Iterator[BrowserContext]:
    """A fresh profile at a window's usual size."""
    made = chromium.new_context(
        base_url=stack.url, locale="zh-CN", viewport={"width": 1280, "height": 800}
    )
    yield made
    made.close()


@pytest.fixture
def signed_in(context: BrowserContext, stack: Running) -> Callable[[str], Page]:
    """A page of somebody who has signed in by keyboard."""

    def sign_in(login: str) -> Page:
        page = context.new_page()
        page.goto("/console/")
        page.locator("#login").focus()
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(stack.passwords[login])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return sign_in
