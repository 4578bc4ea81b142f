"""A work visit from its delegation to its report, by both sides, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site, Visitors

pytestmark = pytest.mark.browser
VISIT = "/partnerships/demo-durme-bugesera-2026/visits/61"
PARTS = ("The programme as it was held", "People whom you met", "What you agreed", "First lesson", "Second lesson")


@pytest.mark.parametrize(("javascript", "width"), [(True, 360), (False, 1280)])
def test_both_sides_prepare_a_visit_and_report_on_it(
    site: Site, visitors: Visitors, javascript: bool, width: int
) -> None:
    travelling = visitors.open(site, javascript=javascript, width=width, language="nl-BE")
    travelling.sign_in_as("Programmateam VVSG")
    page = travelling.go(f"{VISIT}/delegation")
    page.get_by_label("Naam van iemand anders").fill("Schepen van Demo-Durme")
    page.get_by_label("Politicus").check()
    page.get_by_label("Taal van de brieven").select_option("nl")
    page.get_by_role("button", name="Op de lijst zetten").click()
    expect(page.locator("main")).to_contain_text("Schepen van Demo-Durme")
    page = travelling.go(f"{VISIT}/programme")
    page.get_by_role("button", name="Vul de lege dagen").click()
    expect(page.locator("main")).to_contain_text("Departure")

    host = visitors.open(site, javascript=javascript, width=width, language="en-GB", zone="Africa/Kigali")
    host.sign_in_as("Coordinator of Bugesera")
    page = host.go(f"{VISIT}/programme/new")
    page.get_by_label("What", exact=True).fill("Visit to the sorting centre")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Visit to the sorting centre")
    page = host.go(f"{VISIT}/delegation")
    expect(page.locator("main")).to_contain_text("Schepen van Demo-Durme")
    expect(page.locator("main")).not_to_contain_text("Add a traveller")
    page = host.go(f"{VISIT}/report")
    for part in PARTS:
        page.get_by_label(part).fill(f"{part}: done")
    page.get_by_role("button", name="Hand in the report").click()
    expect(page.locator("main")).to_contain_text("Handed in")
    if javascript:
        host.check_accessibility()
    page = travelling.go(f"{VISIT}/report")
    expect(page.locator("main")).to_contain_text("Second lesson: done")
