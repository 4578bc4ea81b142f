"""What the programme team does: find a candidacy, pair, publish, move a session."""

import re
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Locator, Page, expect

from app.language.catalogues import gettext
from tests.e2e.conftest import Visitor

say = partial(gettext, "nl")
SCENARIO = "Voorstel van november"


@dataclass(frozen=True)
class Pair:
    """A candidate and its partner."""

    flemish: str
    partner: str


def find_candidacy(visitor: Visitor, municipality: str, reference: str) -> None:
    """Look for a candidacy among all, and open it."""
    page = visitor.go("/staff/candidacies")
    page.get_by_label(say("Search by municipality or reference")).fill(reference)
    page.get_by_label(say("Search by municipality or reference")).press("Enter")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name=municipality, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        say("Candidacy of %(government)s", government=municipality)
    )
    expect(page.get_by_text("Wij willen anders naar inspraak kijken.")).to_be_visible()


def pairs_on(page: Page) -> dict[str, str]:
    """Read the pairs that the matrix shows: the partner of each candidate."""
    table = page.get_by_role("table", name=say("Points of every candidate with every partner"))
    partners = [
        one.inner_text().strip()
        for one in table.get_by_role("columnheader").all()
        if one.get_attribute("scope") == "col"
    ]
    found = {}
    for row in table.get_by_role("row").all():
        if not row.get_by_role("rowheader").count():
            continue
        for place, cell in enumerate(row.get_by_role("cell").all()):
            if say("paired") in (cell.text_content() or ""):
                found[candidate_of(row)] = partners[place]
    return found


def candidate_of(row: Locator) -> str:
    """Give the name of the candidate in a row of the matrix."""
    return row.get_by_role("rowheader").inner_text().splitlines()[0].strip()


def open_pair(page: Page, pair: Pair) -> None:
    """Open the reasons of a pair by its names."""
    summary = page.get_by_text(say("Open another pair"), exact=True)
    if not page.get_by_label(say("Candidate"), exact=True).is_visible():
        summary.click()
    page.get_by_label(say("Candidate"), exact=True).select_option(label=pair.flemish)
    page.get_by_label(say("Partner"), exact=True).select_option(label=pair.partner)
    page.get_by_role("button", name=say("Show the reasons")).click()
    expect_pair(page, pair)


def expect_pair(page: Page, pair: Pair) -> None:
    """Wait until the reasons of a pair are shown."""
    heading = page.get_by_role("heading", level=2).filter(has_text=pair.flemish)
    expect(heading).to_contain_text(pair.partner)


def change(page: Page, button: str) -> None:
    """Press a button of the board and wait until it has been solved again."""
    with page.expect_response(re.compile("changed=")):
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(say("What your change did"))).to_be_visible()


def lock(page: Page, pair: Pair) -> None:
    """Lock a pair; the board says so."""
    open_pair(page, pair)
    change(page, say("Lock"))
    expect(page.locator("#mark_free")).to_be_visible()
    assert pairs_on(page)[pair.flemish] == pair.partner


def exclude(page: Page, pair: Pair) -> None:
    """Exclude a pair that was chosen; the candidate gets another partner, or none."""
    open_pair(page, pair)
    change(page, say("Exclude"))
    expect(page.locator("#mark_free")).to_be_visible()
    assert pairs_on(page).get(pair.flemish) != pair.partner


def change_weights(page: Page) -> None:
    """Move ten points from learning to the theme; the board solves again."""
    learning = page.get_by_role("spinbutton", name=say("Learning from each other"))
    theme = page.get_by_role("spinbutton", name=say("Theme"), exact=True)
    less, more = str(int(learning.input_value()) - 10), str(int(theme.input_value()) + 10)
    learning.fill(less)
    theme.fill(more)
    change(page, say("Solve again"))
    expect(learning).to_have_value(less)
    expect(theme).to_have_value(more)


def keep(page: Page) -> None:
    """Keep the board as a scenario."""
    page.get_by_label(say("Name"), exact=True).fill(SCENARIO)
    page.get_by_role("button", name=say("Keep as a scenario")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCENARIO)


def publish(page: Page) -> None:
    """Read who gets a mail, then publish the scenario."""
    page.get_by_role("link", name=say("Look over and publish…")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Publish %(name)s", name=SCENARIO))
    expect(page.get_by_role("heading", name=re.compile(r"^\d+ mails"))).to_be_visible()
    expect(page.get_by_role("table", name=say("Mails that go out"))).to_contain_text("@example.org")
    page.get_by_role("button", name=say("Publish this pairing")).click()
    expect(page.get_by_text(say("This pairing is published"))).to_be_visible()


def move_session(visitor: Visitor, path: str, *, day: str, starts: str, ends: str) -> None:
    """Give a session another day and hour."""
    page = visitor.go(path)
    page.get_by_role("link", name=say("Change"), exact=True).click()
    page.get_by_label(say("Day"), exact=True).fill(day)
    page.get_by_label(say("Starts at")).fill(starts)
    page.get_by_label(say("Ends at")).fill(ends)
    page.get_by_role("button", name=say("Save"), exact=True).click()
    expect(page.get_by_role("link", name=say("Change"), exact=True)).to_be_visible()
