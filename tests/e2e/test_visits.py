"""A work visit from its planning and its estimate to its report, by both sides, with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow
from tests.e2e.servers import NOW

pytestmark = pytest.mark.browser
PARTNERSHIP = "/partnerships/demo-zwin-gatsibo-2026"
AFTERWARDS = "2027-05-18T09:00:00+00:00"
PARTS = ("The programme as it was held", "People whom you met", "What you agreed", "First lesson", "Second lesson")
TEAM = "Programmateam VVSG"


def plan(traveller: Visitor) -> str:
    """Put a visit in the agenda, as the side that travels; give the path of its page."""
    page = traveller.go(f"{PARTNERSHIP}/visits")
    page.get_by_role("link", name="Plan a visit").click()
    page.get_by_label("Kind of session").select_option("work_visit")
    page.get_by_label("Title in English").fill("Visit about markets")
    page.get_by_label("The clock of").select_option("Europe/Brussels")
    page.get_by_label("Day", exact=True).fill("2027-05-10")
    page.get_by_label("Starts at").fill("09:00")
    page.get_by_label("Last day").fill("2027-05-14")
    page.get_by_label("Ends at").fill("17:00")
    page.get_by_label("The Flemish side").check()
    page.get_by_role("button", name="Put in the agenda").click()
    expect(page.get_by_role("main")).to_contain_text("Visit about markets")
    page = traveller.go(f"{PARTNERSHIP}/visits")
    page.locator(".card", has_text="May 2027").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Work visit to Demo-Zwin")
    return page.url.partition("?")[0].removeprefix(traveller.site.address)


def estimate(traveller: Visitor, visit: str) -> None:
    """Estimate what it costs: the rates of the programme for three who travel, one line cheaper, one line more."""
    page = traveller.go(visit)
    page.get_by_role("link", name="Make an estimate").click()
    flight = page.get_by_role("group", name=re.compile("Return flight"))
    expect(flight.get_by_label("Quantity")).to_have_value("3")
    flight.get_by_label("Price of one").fill("800")
    flight.get_by_label("Note").fill("Offer of an airline")
    own = page.get_by_role("group", name="Line 1", exact=True)
    own.get_by_label("What").fill("Room for the closing talk")
    own.get_by_label("Price of one").fill("123,45")
    page.get_by_role("button", name="Save the estimate").click()
    expect(page.get_by_role("main")).to_contain_text("Proposed, not approved yet")
    expect(page.get_by_role("row").filter(has_text="Return flight")).to_contain_text("€2,400")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def approve(team: Visitor, visit: str) -> None:
    """Approve the estimate and look what is set aside on the budget."""
    before = left(team)
    page = team.go(f"{visit}/estimate?lang=en")
    total = amount(page.locator("tfoot tr").last.inner_text())
    page.get_by_role("button", name="Approve and set").click()
    expect(page.get_by_role("main")).to_contain_text("The money is set aside on the budget.")
    assert before - left(team) == total
    entry = team.page.locator("#entries").get_by_role("row").filter(has_text="Visit about markets")
    expect(entry.first).to_contain_text("Commitment")


def left(team: Visitor) -> int:
    page = team.go(f"{PARTNERSHIP}/budget?side=partner&lang=en")
    return amount(page.locator("#entries tbody tr").first.locator("td").last.inner_text())


def amount(words: str) -> int:
    """Read the last amount in some words, in cents."""
    whole, cents = re.findall(r"€([\d,]+)(?:\.(\d\d))?", words)[-1]
    return int(whole.replace(",", "")) * 100 + int(cents or 0)


def hand_in(page: Page) -> None:
    for part in PARTS:
        page.get_by_label(part).fill(f"{part}: done")
    page.get_by_role("button", name="Hand in the report").click()
    expect(page.get_by_role("main")).to_contain_text("Handed in")


@pytest.mark.parametrize(("javascript", "width"), [(True, 360), (False, 1280)])
def test_both_sides_prepare_a_visit_and_report_on_it(
    site_at: Callable[[str], Site], visitors: Visitors, javascript: bool, width: int
) -> None:
    site = site_at(NOW)
    traveller = visitors.open(site, javascript=javascript, width=width, language="en-GB", zone="Africa/Kigali")
    traveller.sign_in_as("Coordinator of Gatsibo")
    visit = plan(traveller)
    estimate(traveller, visit)
    if javascript:
        traveller.check_accessibility()
        assert overflow(traveller.page) == []
    team = visitors.open(site, javascript=javascript)
    team.sign_in_as(TEAM)
    approve(team, visit)

    page = traveller.go(f"{visit}/delegation")
    page.get_by_label("Name of somebody else").fill("Council member of Gatsibo")
    page.get_by_label("Politician").check()
    page.get_by_label("Language of the letters").select_option("en")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("main")).to_contain_text("Council member of Gatsibo")
    host = visitors.open(site, javascript=javascript, width=width)
    host.sign_in_as("Coördinator van Demo-Zwin")
    page = host.go(f"{visit}/programme/new")
    page.get_by_label("Wat", exact=True).fill("Bezoek aan het sorteercentrum")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("main")).to_contain_text("Bezoek aan het sorteercentrum")
    page = host.go(f"{visit}/delegation")
    expect(page.get_by_role("main")).to_contain_text("Council member of Gatsibo")
    expect(page.get_by_role("button", name="Op de lijst zetten")).to_have_count(0)
    page = traveller.go(f"{visit}/programme")
    page.get_by_role("button", name="Fill the empty days").click()
    expect(page.get_by_role("main")).to_contain_text("Departure")
    expect(page.get_by_role("main")).to_contain_text("Bezoek aan het sorteercentrum")
    expect(traveller.go(f"{visit}/report").get_by_role("main")).to_contain_text(
        "You can hand it in once the visit is over."
    )

    traveller.site = host.site = site_at(AFTERWARDS)
    traveller.sign_in_as("Coordinator of Gatsibo")
    hand_in(traveller.go(f"{visit}/report"))
    if javascript:
        traveller.check_accessibility()
    host.sign_in_as("Coördinator van Demo-Zwin")
    expect(host.go(f"{visit}/report").get_by_role("main")).to_contain_text("Second lesson: done")
