"""A real server with the demo, a real browser, axe."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.e2e.servers import NOW, Mother, environment_of, made_mother, serving

CHROMIUM = shutil.which("chromium") or ""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# 3 seconds is plenty on an idle machine; two test processes share two cores
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)


@dataclass(frozen=True)
class Site:
    """A running Tandem."""

    address: str
    database: Path


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo, made once."""
    return _make_demo(tmp_path_factory.mktemp("demo"), NOW)


@pytest.fixture
def site(mother: Mother, demo_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A server of its own for one test, on a copy of the demo."""
    file = _copy(demo_template, tmp_path)
    with serving(mother, file) as address:
        yield Site(address, file)


@pytest.fixture
def site_at(mother: Mother, demo_template: Path, tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """Servers of its own for one test: a function that opens the same site at another moment; the one before stops.

    The demo is made for the first moment that is asked for.
    """
    with ExitStack() as running:

        def serve(now: str) -> Site:
            running.close()
            file = tmp_path / "site.db"
            if not file.exists():
                _copy(demo_template if now == NOW else _make_demo(tmp_path, now), tmp_path)
            return Site(running.enter_context(serving(mother, file, now)), file)

        yield serve


@pytest.fixture(scope="session")
def shared_site(mother: Mother, demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for tests that only read."""
    file = _copy(demo_template, tmp_path_factory.mktemp("shared"))
    with serving(mother, file) as address:
        yield Site(address, file)


def _make_demo(folder: Path, now: str) -> Path:
    file = folder / "demo.db"
    subprocess.run([sys.executable, "-m", "app.cli", "demo"], env=environment_of(file, now), check=True, timeout=120)
    return file


def _copy(template: Path, folder: Path) -> Path:
    for name in template.parent.glob("demo.db*"):
        shutil.copy(name, folder / name.name.replace("demo", "site"))
    return folder / "site.db"


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    """The process that starts the servers of a test process."""
    with made_mother() as made:
        yield made


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once per test process."""
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser per test process."""
    if not CHROMIUM:
        pytest.skip("no browser")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@dataclass
class Visitor:
    """Somebody at a browser: every error on the console fails the test at its end."""

    context: BrowserContext
    page: Page
    site: Site
    faults: list[str]

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.site.address + path)
        return self.page

    def sign_in_as(self, name: str) -> Page:
        """Sign in with the demo's one click as the person of that name."""
        self.go("/demo")
        here = self.page.get_by_role("listitem").filter(has=self.page.get_by_text(name, exact=True))
        here.get_by_role("button").click()
        expect(self.page.get_by_role("banner")).to_contain_text(name)
        return self.page

    def forgive(self, status: str) -> None:
        """Take away the browser's own report of an answer with that status; the test asked for it."""
        self.faults = [fault for fault in self.faults if f"status of {status}" not in fault]

    def check_accessibility(self) -> None:
        """Run axe on the page as it stands."""
        violations = axe_violations(self.page)
        assert not violations, f"{self.page.url}: {violations}"


WORD_RULES: Final = (
    "aria-command-name",
    "aria-input-field-name",
    "aria-progressbar-name",
    "button-name",
    "document-title",
    "empty-heading",
    "empty-table-header",
    "frame-title",
    "html-has-lang",
    "html-lang-valid",
    "image-alt",
    "image-redundant-alt",
    "input-button-name",
    "label",
    "landmark-unique",
    "link-name",
    "role-img-alt",
    "scrollable-region-focusable",
    "select-name",
    "summary-name",
    "svg-img-alt",
    "target-size",
    "valid-lang",
)
"""The rules of axe whose answer depends on words, on their language or on how much room they take."""


def axe_violations(page: Page, *, colours: bool = True, only_words: bool = False) -> list[str]:
    """Give what axe finds: rule and first element. The browser itself runs the script, past the page's policy.

    Without ``colours`` contrast is left out: more than half of the time, and the same in every language. With
    ``only_words`` only ``WORD_RULES`` are asked: for a page that is made of the same as one that was looked at whole.
    """
    session = page.context.new_cdp_session(page)
    if not session.send("Runtime.evaluate", {"expression": "'axe' in window", "returnByValue": True})["result"][
        "value"
    ]:
        session.send("Runtime.evaluate", {"expression": AXE})
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    rules = f"runOnly: {tags}, rules: {{'color-contrast': {{enabled: {str(colours).lower()}}}}}"
    if only_words:
        rules = f"runOnly: {{type: 'rule', values: {list(WORD_RULES)}}}"
    options = f"{{{rules}, resultTypes: ['violations'], preload: false}}"
    run = f"axe.run({options}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    found = session.send(
        "Runtime.evaluate",
        {"expression": run, "awaitPromise": True, "returnByValue": True},
    )
    session.detach()
    result = found["result"]
    assert "value" in result, found
    violations: list[str] = result["value"]
    return violations


@pytest.fixture
def visitors(chromium: Browser) -> Iterator["Visitors"]:
    """Open browsers for several people; close them all at the end."""
    made = Visitors(chromium)
    yield made
    made.close()


class Visitors:
    """Makes visitors, each with cookies and storage of its own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._made: list[Visitor] = []

    def open(
        self,
        site: Site,
        *,
        javascript: bool = True,
        width: int = 1280,
        zone: str = "Europe/Brussels",
        language: str = "nl-BE",
        colour_scheme: str = "light",
    ) -> Visitor:
        """Open a browser for one person."""
        context = self.browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            timezone_id=zone,
            locale=language,
            color_scheme="dark" if colour_scheme == "dark" else "light",
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        visitor = Visitor(context, page, site, [])
        page.on("console", lambda message: visitor.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: visitor.faults.append(str(fault)))
        self._made.append(visitor)
        return visitor

    def close(self) -> None:
        """Close all browsers and fail on what their consoles said."""
        faults = [fault for visitor in self._made for fault in visitor.faults]
        for visitor in self._made:
            visitor.context.close()
        assert not faults, faults
