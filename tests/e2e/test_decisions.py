"""Decisions are sent, and each candidate sees its own reasons and no others: three outcomes, three browsers."""

import io
import re
import sqlite3
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from app.language.catalogues import gettext
from app.queries.people import secret_hash
from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
say = partial(gettext, "nl")
STAFF = "Programmateam VVSG"
CRITERIA = ("exchange", "openness", "involvement", "commitment")
# Points of both readers: the first two are selected for Rwanda, the third is a reserve, the others have too few points.
POINTS = {"SDG-DEM002": 5, "SDG-DEM008": 4, "SDG-DEM009": 3, "SDG-DEM001": 1}
OUTCOMES = {
    "SDG-DEM002": "Demo-Nete is geselecteerd voor het traject",
    "SDG-DEM009": "Demo-Dijle staat op de reservelijst",
    "SDG-DEM001": "Demo-Leie is niet geselecteerd.",
}
"""What three candidates read: selected, reserve, not selected."""


def prepare(file: Path) -> None:
    """Leave four candidacies in the open call, assessed by two readers; Rwanda has two places, Benin none."""
    with sqlite3.connect(file, timeout=30) as database:
        call = database.execute("SELECT call_id, id FROM candidacy WHERE reference = 'SDG-DEM001'").fetchone()[0]
        marks = ",".join("?" * len(POINTS))
        database.execute(
            f"UPDATE candidacy SET state = 'withdrawn' WHERE call_id = ? AND reference NOT IN ({marks})",  # noqa: S608
            (call, *POINTS),
        )
        database.execute(
            "UPDATE track SET places = CASE slug WHEN 'rwanda' THEN 2 ELSE 0 END "
            "WHERE programme_id = (SELECT programme_id FROM call WHERE id = ?)",
            (call,),
        )
        for reference, points in POINTS.items():
            _assess(database, reference, points)
    database.close()


def _assess(database: sqlite3.Connection, reference: str, points: int) -> None:
    (candidacy,) = database.execute("SELECT id FROM candidacy WHERE reference = ?", (reference,)).fetchone()
    database.execute("UPDATE candidacy SET state = 'in_assessment' WHERE id = ?", (candidacy,))
    readings = "SELECT id FROM reading WHERE candidacy_id = ?"
    database.execute(f"DELETE FROM score WHERE reading_id IN ({readings})", (candidacy,))  # noqa: S608
    database.execute("DELETE FROM reading WHERE candidacy_id = ?", (candidacy,))
    for email in ("auditor@example.org", "ralga@example.org"):
        database.execute(
            "INSERT INTO reading (candidacy_id, person_id, assigned_at, finished_at, edit) "
            "SELECT ?, id, '2026-11-20 09:00:00', '2026-11-21 09:00:00', 1 FROM person WHERE email = ?",
            (candidacy, email),
        )
        (reading,) = database.execute("SELECT max(id) FROM reading").fetchone()
        database.executemany(
            "INSERT INTO score (reading_id, criterion, points, reason) VALUES (?, ?, ?, ?)",
            [(reading, code, points, f"Eigen reden van {reference} voor {code}.") for code in CRITERIA],
        )


def sign_in_by_mail_address(visitor: Visitor, email: str) -> None:
    """Sign in somebody whom the demo does not offer with one click, by a session made in the database."""
    secret = f"secret-of-{email}"
    with sqlite3.connect(visitor.site.database, timeout=30) as database:
        database.execute(
            "INSERT INTO web_session (secret_hash, person_id, created_at, expires_at) "
            "SELECT ?, id, '2026-11-22 08:00:00', '2027-11-22 08:00:00' FROM person WHERE email = ?",
            (secret_hash(secret), email),
        )
    database.close()
    visitor.context.add_cookies([{"name": "tandem", "value": secret, "url": visitor.site.address}])


def candidate(visitors: Visitors, site: Site, reference: str, *, javascript: bool) -> Visitor:
    """Open a browser for the contact of a candidacy."""
    with sqlite3.connect(site.database, timeout=30) as database:
        (email,) = database.execute(
            "SELECT email FROM person JOIN candidacy_member ON person_id = person.id "
            "JOIN candidacy ON candidacy.id = candidacy_id WHERE reference = ?",
            (reference,),
        ).fetchone()
    database.close()
    visitor = visitors.open(site, javascript=javascript, width=360)
    sign_in_by_mail_address(visitor, email)
    return visitor


def write_every_decision(page: Page) -> None:
    """Confirm the proposed words of each, one after the other; the first gets a sentence of its own."""
    page.get_by_role("link", name="Demo-Leie", exact=True).click()
    expect(page.get_by_label(say("Opening"))).to_have_value(re.compile("Demo-Leie"))
    expect(page.get_by_text(say("Proposed: read it, change what you want, and save it.")).first).to_be_visible()
    for _ in POINTS:
        with page.expect_navigation():
            page.get_by_role("button", name=say("Save and open the next one that lacks words")).click()
        expect(page.get_by_text(say("The words are saved."))).to_be_visible()


def send(page: Page) -> None:
    """Look over what goes to whom, and send it now."""
    page.get_by_role("link", name=say("Look over and send…")).click()
    table = page.get_by_role("table", name=say("Decisions that go out"))
    expect(table.get_by_role("row")).to_have_count(1 + len(POINTS))
    page.get_by_role("button", name=say("Send the decisions")).click()
    expect(page.get_by_text(say("The decisions are sent. Each candidate got its own letter by mail."))).to_be_visible()


def look_closely(visitor: Visitor, *, javascript: bool) -> None:
    """Check the page with axe, which is a script itself."""
    if javascript:
        visitor.check_accessibility()


def check_letter(visitor: Visitor, reference: str) -> None:
    """Fetch the letter and read it: tagged, in the language of the candidacy, with the own reasons alone."""
    with visitor.page.expect_download() as started:
        visitor.page.get_by_role("link", name=say("Download the letter (PDF)")).click()
    file = PdfReader(io.BytesIO(started.value.path().read_bytes()))
    root = file.root_object
    assert str(root["/Lang"]) == "nl"
    assert "/StructTreeRoot" in root
    words = " ".join(" ".join(one.extract_text() for one in file.pages).split())
    for code in CRITERIA:
        assert f"Eigen reden van {reference} voor {code}." in words
    assert not [one for one in POINTS if one != reference and one in words]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_decisions_are_sent_and_each_candidate_sees_only_its_own_reasons(
    site: Site, visitors: Visitors, *, javascript: bool
) -> None:
    prepare(site.database)
    staff = visitors.open(site, javascript=javascript)
    candidates = {one: candidate(visitors, site, one, javascript=javascript) for one in OUTCOMES}
    staff.sign_in_as(STAFF)
    page = staff.go("/staff/decisions")
    page.get_by_role("button", name=say("Fill in the proposal")).click()
    expect(page.get_by_label(say("Reserve number of %(government)s", government="Demo-Dijle"))).to_have_value("1")
    look_closely(staff, javascript=javascript)
    write_every_decision(page)
    look_closely(staff, javascript=javascript)
    for reference, visitor in candidates.items():
        expect(visitor.go(f"/candidacies/{reference}").get_by_role("main")).not_to_contain_text("Eigen reden")
        assert visitor.context.request.get(f"{site.address}/candidacies/{reference}/decision.pdf").status == 404
    staff.go("/staff/decisions")
    send(page)
    look_closely(staff, javascript=javascript)
    for reference, visitor in candidates.items():
        main = visitor.go(f"/candidacies/{reference}").get_by_role("main")
        expect(main).to_contain_text(OUTCOMES[reference])
        expect(main).to_contain_text(f"Eigen reden van {reference} voor exchange.")
        for other in POINTS:
            if other != reference:
                expect(main).not_to_contain_text(f"Eigen reden van {other}")
                for path in ("", "/decision.pdf"):
                    address = f"{site.address}/candidacies/{other}{path}"
                    assert visitor.context.request.get(address).status == 404
        look_closely(visitor, javascript=javascript)
        check_letter(visitor, reference)
    assert urlsplit(page.url).path == "/staff/decisions"
