"""A round of clarification, in a browser with JavaScript and in one without."""

from functools import partial

import pytest
from playwright.sync_api import expect

from app.domain.codes import Section
from app.language.catalogues import gettext
from app.language.labels import label
from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
CANDIDACY = "/candidacies/SDG-DEM001"
QUESTION = "Wie bereidt de sessies voor?"
ANSWER = "Elke kant bereidt om de beurt een sessie voor, met twee mensen."
say = partial(gettext, "nl")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_staff_ask_the_candidate_answers_and_staff_compare(site: Site, visitors: Visitors, javascript: bool) -> None:
    team = visitors.open(site, javascript=javascript)
    staff_ask(team, javascript=javascript)
    author = visitors.open(site, javascript=javascript, width=360)
    author.sign_in_as("Contact van Demo-Leie")
    only_what_is_asked_about_can_be_changed(author, javascript=javascript)
    candidate_answers(author)
    staff_compare(team, javascript=javascript)


def staff_ask(team: Visitor, *, javascript: bool) -> None:
    page = team.sign_in_as("Programmateam VVSG")
    team.go(f"/staff{CANDIDACY}")
    page.get_by_role("link", name=say("Ask for clarification")).click()
    page.get_by_role("button", name=say("Return with this question")).click()
    expect(page.get_by_role("alert")).to_contain_text(say("Choose at least one part."))
    team.forgive("422")
    page.get_by_label(label("nl", Section.MOTIVATION)).check()
    page.get_by_label(say("What do you ask?")).fill(QUESTION)
    if javascript:
        team.check_accessibility()
    page.get_by_role("button", name=say("Return with this question")).click()
    expect(page.get_by_text(say("We wait for an answer"), exact=True)).to_be_visible()
    if javascript:
        team.check_accessibility()


def only_what_is_asked_about_can_be_changed(author: Visitor, *, javascript: bool) -> None:
    page = author.go(CANDIDACY)
    expect(page.get_by_role("main")).to_contain_text(QUESTION)
    expect(page.get_by_role("link", name=label("nl", Section.MOTIVATION), exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=label("nl", Section.THEME), exact=True)).to_have_count(0)
    if javascript:
        author.check_accessibility()
    author.go(f"{CANDIDACY}/theme")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Check your answers"))


def candidate_answers(author: Visitor) -> None:
    page = author.go(f"{CANDIDACY}/motivation")
    page.get_by_label(say("How will you see to it that both sides give and receive equally?")).fill(ANSWER)
    page.get_by_role("button", name=say("Save and go to all parts")).click()
    page.get_by_role("link", name=say("Check your answers and submit")).click()
    page.get_by_role("button", name=say("Submit the candidacy")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Your candidacy is submitted"))


def staff_compare(team: Visitor, *, javascript: bool) -> None:
    page = team.go(f"/staff{CANDIDACY}/clarifications")
    changed = page.get_by_role("article")
    expect(changed).to_contain_text(QUESTION)
    expect(changed).to_contain_text(ANSWER)
    expect(changed.get_by_text(say("Before"), exact=True)).to_have_count(1)
    if javascript:
        team.check_accessibility()
