"""A transfer between the sides on a phone: three people in three languages agree, and the halves are shown unequal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow

pytestmark = pytest.mark.browser
PAIR = "/partnerships/demo-durme-bugesera-2026"
FLEMISH, PARTNER, TEAM = "Coördinator van Demo-Durme", "Coordinator of Bugesera", "Programmateam VVSG"


@pytest.fixture
def on_phone(site: Site, visitors: Visitors) -> Callable[[str, str], Visitor]:
    def opened(name: str, language: str) -> Visitor:
        visitor = visitors.open(site, width=360, language=language)
        visitor.sign_in_as(name)
        visitor.go(f"/?lang={language}")
        return visitor

    return opened


def look(visitor: Visitor) -> None:
    visitor.check_accessibility()
    assert overflow(visitor.page) == []


def test_three_people_agree_and_the_halves_are_not_equal_any_more(on_phone: Callable[[str, str], Visitor]) -> None:
    flemish = on_phone(FLEMISH, "nl")
    page = flemish.go(f"{PAIR}/transfers")
    page.get_by_role("link", name="Een overdracht voorstellen").first.click()
    page.get_by_label("Demo-Durme geeft aan Bugesera").check()
    page.get_by_label("Bedrag").fill("999.999")
    page.get_by_label("Waarom?").fill("Een reiziger minder, een opleiding meer.")
    page.get_by_role("button", name="Aan de twee anderen voorstellen").click()
    expect(page.get_by_text("Wat wel zou passen")).to_be_visible()
    flemish.forgive("422")
    look(flemish)
    page.get_by_label("Bedrag").fill("250,50")
    page.get_by_role("button", name="Aan de twee anderen voorstellen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("250,50")
    look(flemish)

    partner = on_phone(PARTNER, "en")
    page = partner.go("/my/tasks")
    page.get_by_role("link", name="Say whether €250.50 may go").click()
    page.get_by_label("Yes, I agree").check()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("You have answered")).to_have_count(0)
    look(partner)

    team = on_phone(TEAM, "fr")
    page = team.go("/my/tasks?lang=fr")
    page.get_by_role("link", name="250,50").click()
    page.get_by_role("radio", name="Oui").check()
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.get_by_text("les enveloppes ne sont plus égales")).to_be_visible()
    look(team)

    page = partner.go(f"{PAIR}/budget")
    expect(page.get_by_text("The two halves are not equal any more")).to_be_visible()
    expect(page.get_by_text("left of €17,249.50")).to_be_visible()
    expect(page.get_by_text("left of €17,750.50")).to_be_visible()
    page.get_by_role("link", name="See the transfer of €250.50").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("€250.50")
