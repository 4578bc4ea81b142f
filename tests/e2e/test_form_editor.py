"""Staff change the form while a candidate is writing: nothing that was typed is lost, and what changed is said."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
FORM = "/staff/programme/sdg-2027-2028/form"


def begin(visitor: Visitor) -> str:
    """Start a candidacy for a municipality that has none; give its address."""
    page = visitor.go("/candidacies/new?lang=en")
    page.get_by_label("Your municipality").select_option(label="Hoogstraten")
    page.get_by_label("Your name").fill("Colleague of Hoogstraten")
    page.get_by_label("Your e-mail address").fill("colleague-hoogstraten@example.org")
    page.get_by_role("button", name="Start the candidacy").click()
    page.wait_for_url(re.compile("/candidacies/SDG-"))
    return page.url.removeprefix(visitor.site.address).partition("?")[0]


def add_question(page: Page) -> None:
    page.locator("#motivation").get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Add a question").click()
    page.get_by_label("One answer from a list").check()
    question = page.get_by_role("group", name="Question", exact=True)
    question.get_by_label("Dutch").fill("Hebben jullie een jeugdraad?")
    question.get_by_label("English").fill("Do you have a youth council?")
    page.get_by_role("button", name="Add this question").click()
    for number, words in enumerate(["Ja", "Neen"], 1):
        page.get_by_role("group", name=f"Answer {number}").get_by_label("Dutch").fill(words)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Motivation")


def change_limit(page: Page) -> None:
    page.get_by_role("link", name="What are you ready to do differently?").click()
    page.get_by_label("Most words").fill("120")
    page.get_by_role("button", name="Save", exact=True).last.click()


def publish(page: Page) -> None:
    page.get_by_role("link", name="Candidacy form").click()
    page.get_by_role("link", name="Check and publish…").click()
    changes = page.get_by_role("main")
    expect(changes).to_contain_text("New question: Do you have a youth council?")
    expect(changes).to_contain_text("At most 120 words now: What are you ready to do differently?")
    page.get_by_label("Why do you change this?").fill("Asked by the young people")
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_role("main")).to_contain_text("Candidates answer version 2")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_form_changes_while_a_candidate_is_typing(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    candidate = visitors.open(site, javascript=javascript)
    staff = visitors.open(site, javascript=javascript)
    address = begin(candidate)
    candidate.go(f"{address}/motivation")
    candidate.page.locator("#exchange").fill("Typed before the form changed.")
    staff.sign_in_as("Programmateam VVSG")
    staff.go(f"{FORM}?lang=en")
    if javascript:
        staff.check_accessibility()
    add_question(staff.page)
    change_limit(staff.page)
    publish(staff.page)
    candidate.page.locator("#openness").fill("Typed after the form changed.")
    candidate.page.get_by_role("button", name="Save and go to all parts").click()
    expect(candidate.page.get_by_text("The form has changed")).to_be_visible()
    expect(candidate.page.get_by_role("main")).to_contain_text("New question: Do you have a youth council?")
    if javascript:
        candidate.check_accessibility()
    candidate.page.get_by_role("link", name="New question: Do you have a youth council?").click()
    expect(candidate.page.locator("#exchange")).to_have_value("Typed before the form changed.")
    expect(candidate.page.locator("#openness")).to_have_value("Typed after the form changed.")
    candidate.page.get_by_role("group", name="Do you have a youth council?").get_by_label("Ja").check()
    candidate.page.get_by_role("button", name="Save and go to all parts").click()
    candidate.page.get_by_role("button", name="I have seen this").click()
    expect(candidate.page.get_by_text("The form has changed")).to_be_hidden()
    candidate.go(f"{address}/check")
    expect(candidate.page.get_by_role("main")).to_contain_text("Do you have a youth council?")


def test_the_preview_asks_in_every_language_and_sends_nothing(site: Site, visitors: Visitors) -> None:
    staff = visitors.open(site, width=360)
    staff.sign_in_as("Programmateam VVSG")
    page = staff.go(f"{FORM}/preview/motivation?lang=en")
    page.locator("#exchange").fill("Only to try")
    page.get_by_role("link", name="Français", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Motivation")
    expect(page.locator("#exchange")).to_have_value("")
    expect(page.get_by_label("Comment veillerez-vous", exact=False)).to_be_visible()
    staff.check_accessibility()
    expect(staff.go(FORM).get_by_role("heading", level=1)).to_have_text("Candidacy form")
