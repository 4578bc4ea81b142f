"""A claim on a telephone: from a photo to the payment, returned and sent again, and one that does not fit."""

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from app.language.formats import money
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow
from tests.e2e.partner_steps import left_of
from tests.sample_files import photo

pytestmark = pytest.mark.browser
PAIR = "/partnerships/demo-durme-bugesera-2026"
CLAIMS, BUDGET = f"{PAIR}/claims", f"{PAIR}/budget?lang=en"
TEAM, CLAIMANT = "Programmateam VVSG", "Deelnemer van Demo-Durme"
PHONE = 360
BUS: FilePayload = {"name": "bus.jpg", "mimeType": "image/jpeg", "buffer": photo(width=400, height=300)}


def start(claimant: Visitor, title: str) -> str:
    """Start a claim; give the path of its page."""
    page = claimant.go(f"{CLAIMS}?lang=en")
    page.get_by_role("link", name="New claim").click()
    page.get_by_label("What for").fill(title)
    page.get_by_role("button", name="Go on to the first cost").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a cost")
    return page.url.removeprefix(claimant.site.address).removesuffix("/lines/new")


def cost(page: Page, amount: str) -> None:
    """Fill in a cost with its photo, in one step."""
    page.get_by_label("Photos or PDFs").set_input_files(BUS)
    page.get_by_label("Amount", exact=True).fill(amount)
    page.get_by_label("What for").fill("Bus to the session")
    page.get_by_label("Category").select_option("travel")
    assert overflow(page) == []
    page.get_by_role("button", name="Save this cost").click()
    expect(page.get_by_role("main")).to_contain_text("bus.jpg")


def send(page: Page) -> None:
    """Send the claim that is on the page."""
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("status")).to_contain_text("Your claim is sent")


def booked(page: Page, what: str) -> Locator:
    """Give the entries of that description, on the page of the budget."""
    return page.locator("#entries").get_by_role("row").filter(has_text=what)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_claim_with_a_photo_is_returned_sent_again_approved_and_paid_out(
    site: Site, visitors: Visitors, *, javascript: bool
) -> None:
    claimant = visitors.open(site, javascript=javascript, width=PHONE)
    team = visitors.open(site, javascript=javascript, width=PHONE)
    claimant.sign_in_as(CLAIMANT)
    team.sign_in_as(TEAM)
    before = left_of(team.go(BUDGET), "Demo-Durme")
    path = start(claimant, "Journey to Brussels")
    page = claimant.page
    cost(page, "12,50")
    if javascript:
        claimant.check_accessibility()
    assert overflow(page) == []
    send(page)
    theirs = team.go(f"{path}?lang=en")
    theirs.get_by_text("Return it with a question").click()
    theirs.get_by_label("Why").first.fill("For how many people?")
    theirs.get_by_role("button", name="Return", exact=True).click()
    expect(theirs.get_by_role("status")).to_contain_text("returned")
    page = claimant.go(path)
    expect(page.get_by_role("main")).to_contain_text("For how many people?")
    page.get_by_role("link", name=re.compile("^Change ?: Bus")).click()
    page.get_by_label("What for").fill("Bus for two people")
    page.get_by_role("button", name="Save this cost").click()
    expect(page.get_by_role("main")).to_contain_text("Bus for two people")
    send(page)
    theirs = team.go(f"{path}?lang=en")
    expect(theirs.get_by_role("main")).to_contain_text("Bus for two people")
    if javascript:
        team.check_accessibility()
    assert overflow(theirs) == []
    theirs.get_by_role("button", name="Approve and book €12.50").click()
    expect(theirs.get_by_role("status")).to_contain_text("approved")
    theirs.get_by_role("button", name="Note this day").click()
    expect(theirs.get_by_role("status")).to_contain_text("noted")
    expect(claimant.go(path).get_by_role("main")).to_contain_text("Paid out on")
    page = team.go(BUDGET)
    expect(booked(page, "Bus for two people")).to_contain_text(re.compile(r"Payment\s*€12\.50"))
    assert left_of(page, "Demo-Durme") == before - 12_50


def test_a_claim_that_does_not_fit_says_what_would(site: Site, visitors: Visitors) -> None:
    claimant, team = visitors.open(site, width=PHONE), visitors.open(site, width=PHONE)
    claimant.sign_in_as(CLAIMANT)
    team.sign_in_as(TEAM)
    left = left_of(team.go(BUDGET), "Demo-Durme")
    path = start(claimant, "Flights for everybody")
    cost(claimant.page, "17.600,00")
    send(claimant.page)
    theirs = team.go(f"{path}?lang=en")
    expect(theirs.get_by_role("main")).to_contain_text("This does not fit")
    theirs.get_by_role("button", name=re.compile("^Approve and book")).click()
    expect(theirs.get_by_role("main")).to_contain_text(f"at most {money('en', left)} fits. Nothing was booked.")
    expect(theirs.get_by_role("main")).to_contain_text("Waits for approval")
    team.forgive("422")
    team.check_accessibility()
    page = team.go(BUDGET)
    expect(booked(page, "Bus to the session")).to_have_count(0)
    assert left_of(page, "Demo-Durme") == left
