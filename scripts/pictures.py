"""Make the pictures of the README and the guides from the demo, in ``docs/pictures``.

    scripts/pictures.py          all of them
    scripts/pictures.py NAME…    only these, such as "board"

Starts Tandem with its demo and a fixed clock on a database that is thrown away afterwards, and looks at it with the
browser of the system. The same pages give the same pictures.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
NOW = "2026-11-22T09:00:00+00:00"
START_SECONDS = 90
LARGEST_BYTES = 200_000
TEAM = "Programmateam VVSG"
KARONGI = "Coordinator of Karongi"
ZOU = "Coordinateur de Démo-Zou"


@dataclass(frozen=True)
class Picture:
    """What is on a picture: who looks, in which language, how large the window is, and how to get there."""

    language: str
    width: int
    height: int
    show: Callable[[Page], None]
    person: str = ""


def _open(path: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise SystemExit(f"{path} does not answer as it should")

    return show


def _board(page: Page) -> None:
    pair = "/staff/pairings?pair=DEMO-02,RW-bugesera"
    page.goto(pair)
    page.get_by_role("button", name="Vastzetten").click()
    page.get_by_text("Wat je wijziging deed").wait_for()
    page.goto(pair)


def _tasks(page: Page) -> None:
    page.goto("/candidacies/new")
    page.get_by_label("Je gemeente").select_option(label="Demo-Rupel")
    page.get_by_label("Je naam").fill("Contact van Demo-Rupel")
    page.get_by_label("Je e-mailadres").fill("contact-demo-rupel@example.org")
    page.get_by_role("button", name="Kandidatuur beginnen").click()
    page.get_by_role("link", name="Je lokaal bestuur", exact=True).click()
    page.locator("[name=political_name]").fill("Schepen van Demo-Rupel")
    page.locator("[name=political_role]").fill("Schepen voor internationale samenwerking")
    page.get_by_role("button", name="Bewaren en naar alle delen gaan").click()
    page.get_by_text("1 van 7").first.wait_for()
    page.locator("h1 + p").evaluate("line => line.textContent = line.textContent.replace(/SDG-\\w+/, 'SDG-DEM013')")


PICTURES = {
    "home": Picture("nl", 1280, 940, _open("/")),
    "board": Picture("nl", 1280, 970, _board, TEAM),
    "my": Picture("en", 1280, 1330, _open("/my"), KARONGI),
    "candidacy-phone": Picture("nl", 390, 900, _tasks),
    "agenda-phone": Picture("en", 390, 900, _open("/my/agenda"), KARONGI),
    "session": Picture("en", 900, 640, _open("/agenda/53"), KARONGI),
    "budget": Picture("fr", 1100, 1000, _open("/partnerships/demo-zenne-demo-zou-2026/budget"), ZOU),
}


def main(names: list[str]) -> int:
    """Make the named pictures, all if none is named; return 1 if a name is not known or a file is too large."""
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        print(f"There is no picture {unknown[0]!r}: choose from {', '.join(PICTURES)}.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _tandem() as address, _browser() as browser:
        large = [name for name in names or PICTURES if _make(browser, address, name) > LARGEST_BYTES]
    for name in large:
        print(f"{name}.png is larger than {LARGEST_BYTES:,} bytes: make its window smaller.", file=sys.stderr)
    return 1 if large else 0


def _make(browser: Browser, address: str, name: str) -> int:
    """Make one picture; return its size in bytes."""
    picture = PICTURES[name]
    window = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    page = window.new_page()
    page.goto(f"/demo?lang={picture.language}")
    if picture.person:
        page.locator("main li").filter(has_text=picture.person).get_by_role("button").click()
    picture.show(page)
    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.move(0, 0)
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    window.close()
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes")
    return file.stat().st_size


@contextmanager
def _browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Pictures want Debian's chromium.", file=sys.stderr)
        raise SystemExit(1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _tandem() -> Iterator[str]:
    """Serve the demo on a free port and a database of its own; give its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")},
            "TANDEM_DEMO": "true",
            "TANDEM_FIXED_NOW": NOW,
            "TANDEM_BASE_URL": address,
            "TANDEM_DATABASE_URL": f"sqlite:///{folder}/pictures.db",
            "TANDEM_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "app.cli", "run", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(address, server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2)  # noqa: S310 - our own address
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    print("Tandem did not start.", file=sys.stderr)
    raise SystemExit(1)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
