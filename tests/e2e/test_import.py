"""A file with three faults: its cells are named, the corrected file is imported; with and without JavaScript."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, Visitors
from tests.e2e.import_steps import GOOD, say, send, table

pytestmark = pytest.mark.browser
STAFF = "Programmateam VVSG"
MEETJESLAND, AALST = GOOD
FAULTY = (
    ("Demo-Nergens", *MEETJESLAND[1:]),
    (AALST[0], "contact-aalst", "31 februari 2026", *AALST[3:]),
)


def look(page: Page) -> None:
    """Go on from the columns, as they were guessed."""
    page.get_by_role("button", name=say("Look at what will be imported")).click()


def imported(site: Site) -> int:
    with closing(sqlite3.connect(site.database)) as connection:
        found = connection.execute("SELECT count(*) FROM event WHERE verb = 'candidacy.imported'").fetchone()
    return int(found[0])


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_faults_are_named_and_the_corrected_file_is_imported(
    site: Site, visitors: Visitors, javascript: bool
) -> None:
    visitor = visitors.open(site, javascript=javascript)
    visitor.sign_in_as(STAFF)
    page = send(visitor, "kandidaturen.csv", table(FAULTY))
    expect(page.get_by_label(say("Column %(letter)s holds", letter="A"))).to_have_value("government")
    expect(page.get_by_label(say("Column %(letter)s holds", letter="D"))).to_have_value("answer:has_links")
    expect(page.get_by_label(say("Column %(letter)s holds", letter="E"))).to_have_value("")
    if javascript:
        visitor.check_accessibility()
    look(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(say("What keeps this file from being imported"))
    faults = page.get_by_role("table", name=say("Cells that cannot be imported"))
    expect(faults.get_by_role("rowheader")).to_have_text(["A2", "B3", "C3"])
    expect(faults).to_contain_text("31 februari 2026")
    expect(page.get_by_role("button", name=say("Import candidacies").split()[-1])).to_have_count(0)
    if javascript:
        visitor.check_accessibility()
    assert imported(site) == 0

    page.get_by_role("link", name=say("Choose the corrected file")).click()
    page = send(visitor, "kandidaturen.csv", table(GOOD))
    look(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(say("What will be imported"))
    expect(page.get_by_text("Demo-Meetjesland (rij 2)")).to_be_visible()
    if javascript:
        visitor.check_accessibility()
    page.get_by_role("button", name="2 kandidaturen importeren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("The candidacies are imported"))
    assert imported(site) == 2
    page.get_by_role("link", name=say("Look at the candidacies")).click()
    row = page.get_by_role("row").filter(has_text="Aalst")
    expect(row).to_contain_text(say("Submitted"))
    expect(row).to_contain_text("13 okt")


def test_all_answers_come_as_a_workbook(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    visitor.sign_in_as(STAFF)
    page = visitor.go("/staff/candidacies/export?lang=nl")
    visitor.check_accessibility()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=say("Download"), exact=True).click()
    assert waiting.value.suggested_filename == "antwoorden.xlsx"
