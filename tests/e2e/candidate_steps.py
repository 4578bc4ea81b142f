"""What somebody of a municipality does: start a candidacy, fill in its parts, check, submit."""

import re
from functools import partial

from playwright.sync_api import FilePayload, Page, expect

from app.domain.codes import Section
from app.language.catalogues import gettext
from app.language.labels import label
from tests.e2e.conftest import Visitor

MUNICIPALITY = "Demo-Meetjesland"
NAME = "Schepen van Demo-Meetjesland"
ADDRESS = "schepen-demo-meetjesland@example.org"
say = partial(gettext, "nl")


def start(visitor: Visitor) -> str:
    """Start the candidacy; give its reference."""
    page = visitor.go("/")
    page.get_by_role("link", name=say("Submit a candidacy"), exact=True).click()
    page.get_by_label(say("Your municipality")).select_option(label=MUNICIPALITY)
    page.get_by_label(say("Your name")).fill(NAME)
    page.get_by_label(say("Your e-mail address")).fill(ADDRESS)
    page.get_by_role("button", name=say("Start the candidacy")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        say("Candidacy of %(government)s", government=MUNICIPALITY)
    )
    reference = re.search(r"SDG-\w+", page.get_by_role("main").inner_text())
    assert reference
    return reference.group()


def open_next_part(page: Page, part: Section) -> None:
    """Go on from the task list with the first part that is not done; it is the one expected."""
    page.get_by_role("link", name=say("Go on with: %(part)s", part=label("nl", part))).click()
    expect_part(page, part)


def expect_part(page: Page, part: Section) -> None:
    """Wait until a part of the form is open."""
    expect(page.get_by_role("heading", level=1)).to_have_text(label("nl", part))


def save_and_continue(page: Page) -> None:
    """Save a part; the next one opens."""
    page.get_by_role("button", name=say("Save and continue")).click()


def expect_saved(page: Page) -> None:
    """Wait until the page says by itself when it was saved; the clock of the tests stands still at ten."""
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(say("Saved at %(time)s", time="10.00 uur"))


def fill_government(page: Page) -> None:
    """Fill in who the contact and the political lead are."""
    page.get_by_label(say("Name of the administrative contact")).fill("Stafmedewerker van Demo-Meetjesland")
    page.get_by_label(say("E-mail address of the administrative contact")).fill(
        "stafmedewerker-demo-meetjesland@example.org"
    )
    page.get_by_label(say("Name of the political lead")).fill(NAME)
    page.get_by_label(say("Office of the political lead")).fill("Schepen van mondiaal beleid")


def fill_theme(page: Page) -> None:
    """Choose a country and its subjects."""
    countries = page.get_by_role("group", name=say("Which countries do you choose, in order of preference?"))
    countries.get_by_label(say("First choice")).select_option(index=1)
    subjects = page.get_by_role("group", name=re.compile(re.escape(say("Which subjects do you want to work on?"))))
    subjects.first.get_by_role("checkbox").first.check()


def fill_learning(page: Page) -> None:
    """Choose a strength and a challenge."""
    for row in (say("Strength"), say("Challenge")):
        first = page.get_by_role("group", name=f"{row} 1", exact=True)
        number = 3 if row == say("Strength") else 5
        first.get_by_label(say("Policy field %(number)s", number=1)).select_option(index=number)
        first.get_by_label(say("In a few words")).fill("Samen met bewoners plannen")


def fill_motivation(page: Page) -> None:
    """Write why, the first of two texts."""
    page.get_by_label(say("How will you see to it that both sides give and receive equally?")).fill(
        "Wij bereiden elke sessie om de beurt voor."
    )
    page.get_by_label(say("What are you ready to do differently?")).fill("Wij willen anders naar inspraak kijken.")


def fill_involvement(page: Page) -> None:
    """Say who takes part."""
    for question in (
        "Who takes part on the political side, and how?",
        "Who takes part in the administration, and how?",
        "Which others take part, such as associations, schools or companies?",
    ):
        page.get_by_label(say(question)).fill("Twee mensen, elk een halve dag per maand.")


def fill_promises(page: Page) -> None:
    """Promise everything that is asked, and say in which language."""
    for promise in page.get_by_role("group", name=say("What do you promise?")).get_by_role("checkbox").all():
        promise.check()
    page.get_by_label(say("No preference")).check()
    page.get_by_label(say("English"), exact=True).select_option(label=say("Fluent"))


def fill_city_links(page: Page) -> None:
    """Say that there is no city link."""
    page.get_by_role("radio", name=say("No"), exact=True).check()


def attach(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files (name and content) on the page of the attachments, and send them."""
    chosen = [FilePayload(name=name, mimeType="application/x-anything", buffer=content) for name, content in files]
    page.get_by_label(say("Files to attach")).set_input_files(chosen)
    page.get_by_role("button", name=say("Attach"), exact=True).click()
    expect(page.get_by_role("link", name=files[-1][0], exact=True)).to_be_visible()


def check_and_submit(page: Page, reference: str) -> None:
    """Read all answers again, submit, and see the reference."""
    page.get_by_role("link", name=say("Check your answers and submit")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Check your answers"))
    expect(page.get_by_text("Wij willen anders naar inspraak kijken.")).to_be_visible()
    page.get_by_role("button", name=say("Submit the candidacy")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Your candidacy is submitted"))
    expect(page.get_by_role("main")).to_contain_text(reference)
