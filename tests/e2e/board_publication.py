"""From a kept scenario on: who gets a mail, the partnerships, the files that anybody can check, and the motivation."""

import io
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from tests.e2e.board_reckoning import Reckoned
from tests.e2e.board_steps import say
from tests.e2e.conftest import Site

PROGRAMME = "sdg-2027-2028"
REASON = "Wij vonden deze keer geen partner die bij jullie past."
WORDS = "Jullie kozen allebei voor plannen met inwoners."


def expect_partnerships(page: Page, pairing: Reckoned) -> None:
    """Expect every pair, and nothing else, among the partnerships that are made."""
    table = page.get_by_role("table", name=say("Partnerships that are made"))
    names = [re.sub(r"\s+", " ", text).strip() for text in table.locator("tbody th").all_inner_texts()]
    assert sorted(names) == sorted(f"{pair.flemish} & {pair.partner}" for pair in pairing.points)


def refuse_one(page: Page, *, javascript: bool) -> None:
    """Do not select one of those without a partner, with a reason; the mails follow by themselves or are asked for."""
    group = page.get_by_role("group").filter(has=page.get_by_label(say("Not selected"), exact=True)).first
    name = group.locator("legend").inner_text().strip()
    reason = page.get_by_label(say("Reason for %(name)s, if not selected", name=name))
    mails = page.get_by_role("table", name=say("Mails that go out"))
    group.get_by_label(say("Not selected"), exact=True).check()
    if javascript:
        expect(mails.get_by_text(say("%(government)s is not selected", government=name)).first).to_be_attached()
    reason.fill(REASON)
    if javascript:
        reason.press("Tab")
    else:
        page.get_by_role("button", name=say("Show the mails again")).click()
    expect(mails.get_by_text(REASON).first).to_be_attached()


def listed_mails(page: Page) -> list[tuple[str, str, str]]:
    """Give the mails of the confirmation: address, language, subject."""
    found = []
    for row in page.get_by_role("table", name=say("Mails that go out")).locator("tbody tr").all():
        address = row.locator("th .soft").inner_text().strip()
        language = row.locator("td").first.inner_text().strip().lower()
        found.append((address, language, row.locator("summary").inner_text().strip()))
    assert found
    return found


def written_mails(site: Site) -> list[tuple[str, str, str]]:
    """Give the mails in the outbox in their order: address, language, subject."""
    return [
        (str(address), str(language), str(subject))
        for address, language, subject in _rows(site, "SELECT recipient, language, subject FROM mail ORDER BY id")
    ]


def partnerships_of(site: Site) -> dict[str, str]:
    """Give the partner of each municipality in the partnerships of the programme."""
    query = (
        "SELECT p.id, g.country, g.name FROM partnership p JOIN programme o ON o.id = p.programme_id"
        " JOIN partnership_side s ON s.partnership_id = p.id JOIN local_government g ON g.id = s.local_government_id"
        " WHERE o.slug = ?"
    )
    sides: dict[object, dict[bool, str]] = {}
    for of, country, name in _rows(site, query, PROGRAMME):
        sides.setdefault(of, {})[country == "BE"] = str(name)
    return {one[True]: one[False] for one in sides.values()}


def check_files(page: Page, pairing: Reckoned) -> None:
    """Download the files, let ``tandem verify`` accept them, and refuse them with one point more."""
    with page.expect_download() as download:
        page.get_by_role("link", name=say("All files (ZIP)")).click()
    folder = Path(download.value.path()).parent / "checked"
    with ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        archive.extractall(folder)
    solution = json.loads((folder / "solution.json").read_text())
    assert sorted(pair["points"] for pair in solution["pairs"]) == sorted(pairing.points.values())
    status, said = _verify(folder)
    assert status == 0, said
    assert f"{pairing.count} pairs, {pairing.total:,} points" in said
    solution["pairs"][0]["points"] += 1
    (folder / "solution.json").write_text(json.dumps(solution))
    assert _verify(folder)[0] == 1


def _verify(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "app.cli", "verify", str(folder / "problem.json"), str(folder / "solution.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def edit_and_release(page: Page, pairing: Reckoned) -> None:
    """Edit the proposed motivation of one partnership, release it, and find it as both sides read it."""
    pair = min(pairing.points, key=lambda one: one.flemish)
    page.get_by_role("link", name=say("Edit and release their motivations")).click()
    rows = page.get_by_role("table", name=say("Motivations of this programme")).locator("tbody tr")
    expect(rows).to_have_count(pairing.count)
    row = rows.filter(has_text=pair.flemish)
    expect(row).to_contain_text(say("Proposed"))
    row.locator("th").get_by_role("link").click()
    text = page.locator("textarea[name=text_nl]")
    expect(text).to_have_value(
        re.compile(f"{pair.flemish}[\\s\\S]*{pair.partner}|{pair.partner}[\\s\\S]*{pair.flemish}")
    )
    text.fill(WORDS)
    page.get_by_role("button", name=say("Save"), exact=True).click()
    expect(page.get_by_text(say("The words are saved."))).to_be_visible()
    page.get_by_role("link", name=say("Look over and release…")).click()
    page.get_by_role("button", name=say("Release to both sides")).click()
    expect(page.get_by_text(say("Both sides can read it now. The mails are on their way."))).to_be_visible()
    expect(rows.filter(has_text=pair.flemish)).to_contain_text(say("Released"))
    row.get_by_role("link", name=say("As both sides see it")).click()
    expect(page.get_by_text(WORDS, exact=True)).to_be_visible()


def _rows(site: Site, query: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        return database.execute(query, values).fetchall()
