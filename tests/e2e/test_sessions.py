"""A series from its form to the answers of who is invited, with its documents and minutes."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site, Visitors
from tests.sample_files import pdf

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_series_is_prepared_announced_and_answered(site: Site, visitors: Visitors, javascript: bool) -> None:
    team = visitors.open(site, javascript=javascript)
    page = team.sign_in_as("Programmateam VVSG")
    team.go("/staff/sessions/new?lang=en")
    page.get_by_label("For whom is it?").select_option(label="Demo-Durme & Bugesera")
    page.get_by_label("Title in English").fill("Three talks")
    page.get_by_label("Day", exact=True).fill("2027-03-15")
    page.get_by_label("Starts at").fill("14:00")
    page.get_by_label("Ends at").fill("15:30")
    page.get_by_label("Link to join online").fill("https://meet.example.org/three")
    page.get_by_text("Repeat this session").click()
    page.get_by_label("How often?").select_option(label="Every week")
    page.get_by_label("How many sessions in all?").fill("3")
    page.get_by_text("Programme, places and interpretation").click()
    page.get_by_label("Number of places").fill("1")
    page.get_by_label("Draft", exact=True).check()
    page.get_by_role("button", name="Put in the agenda").click()
    expect(page.get_by_text("3 sessions will be made")).to_be_visible()
    days = page.locator(".series-days li")
    expect(days).to_have_text(
        [re.compile(r"15\sMarch.*15:00"), re.compile(r"22\sMarch.*15:00"), re.compile(r"29\sMarch.*14:00")]
    )
    page.get_by_role("button", name="Put 3 sessions in the agenda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Three talks")
    session = page.url.split("?")[0].removeprefix(site.address)
    page.get_by_role("button", name="2 other drafts").click()
    expect(page.get_by_role("button", name="2 other drafts")).to_have_count(0)
    page.get_by_role("link", name="Add or remove documents").click()
    page.get_by_label("Files to add").set_input_files({"name": "Note.pdf", "mimeType": "x/y", "buffer": pdf()})
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Note.pdf", exact=True)).to_be_visible()

    karongi = visitors.open(site, javascript=javascript, width=360, zone="Africa/Kigali")
    own = karongi.sign_in_as("Coordinator of Bugesera")
    karongi.go(f"{session}?lang=en")
    expect(own.get_by_role("link", name="Join the session")).to_be_visible()
    own.get_by_role("button", name="I am coming").click()
    expect(own.get_by_text("1 of 1 places are taken.")).to_be_visible()
    if javascript:
        karongi.check_accessibility()

    colleague = visitors.open(site, javascript=javascript, width=360)
    theirs = colleague.sign_in_as("Participant of Bugesera")
    colleague.go(f"{session}?lang=en")
    theirs.get_by_role("button", name="Put me on the waiting list").click()
    expect(theirs.get_by_text("on the waiting list, as number 1")).to_be_visible()
    own.get_by_role("button", name="I am not coming").click()
    theirs.reload()
    expect(theirs.get_by_text("You are coming.")).to_be_visible()

    team.go(f"{session}/minutes?lang=en")
    karongi.go(f"{session}/minutes?lang=en")
    page.get_by_label("Minutes").fill("What the team heard")
    page.get_by_role("button", name="Save").click()
    own.get_by_label("Minutes").fill("What Bugesera heard")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_text("What the team heard")).to_be_visible()
    expect(own.get_by_label("What you wrote")).to_have_value("What Bugesera heard")
    own.get_by_label("What you wrote").fill("What both heard")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_text("What both heard")).to_be_visible()
    karongi.forgive("422")

    stranger = visitors.open(site, javascript=javascript)
    assert "meet.example.org" not in stranger.go("/agenda").content()
