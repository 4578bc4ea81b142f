"""What people of a district do: look what is next and what is left, set money aside, follow the agenda."""

import re
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from icalendar import Calendar
from playwright.sync_api import Page, expect

from app.language.catalogues import gettext

say = partial(gettext, "en")
FRANCS_PER_EURO = 1500


@dataclass(frozen=True)
class Entry:
    """A session as a calendar program sees it."""

    uid: str
    starts_at: datetime
    sequence: int


def expect_next_session(page: Page, *, day: str, time: str) -> str:
    """Check the next session in the time of Kigali; give the address of its page."""
    card = page.get_by_role("main")
    expect(card.get_by_text(re.compile("^Next session"))).to_be_visible()
    expect(card).to_contain_text(day)
    mine = page.get_by_role("term").filter(has_text="Kigali, your time")
    expect(mine.locator("xpath=..")).to_contain_text(time)
    link = page.get_by_role("heading", level=2).first.get_by_role("link")
    return link.get_attribute("href") or ""


def left_of(page: Page, place: str) -> int:
    """Read what is left of a half, in euro cents."""
    half = page.get_by_role("heading", name=place, exact=True).first.locator("xpath=..")
    found = re.search(r"€([\d,]+)(?:\.(\d\d))?", half.inner_text())
    assert found, half.inner_text()
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def open_budget(page: Page) -> None:
    """Open the budget of the partnership that runs."""
    page.get_by_role("link", name=say("To the budget")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Budget"))


def go_back(page: Page) -> None:
    """Leave the form; the budget is shown as it is."""
    page.get_by_role("link", name=say("Cancel"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Budget"))


def open_commitment(page: Page) -> None:
    """Open the form to set money aside."""
    page.get_by_role("link", name=say("New commitment"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("New commitment"))


def book(page: Page, *, francs: str) -> None:
    """Set Rwandan francs aside with the rate of the bank."""
    page.get_by_label(say("Currency")).select_option("RWF")
    page.get_by_label(say("Amount"), exact=True).fill(francs)
    page.get_by_label(say("How many %(currency)s for one euro", currency="RWF / USD")).fill(str(FRANCS_PER_EURO))
    page.get_by_label(say("Where you found the rate")).fill("Statement of the bank")
    page.get_by_label(say("Day of the rate")).fill("2026-11-20")
    page.get_by_label(say("Category")).select_option(label="Training")
    page.get_by_label(say("What for")).fill("Training of sector officers")
    page.get_by_label(say("Day"), exact=True).fill("2026-11-20")
    page.get_by_role("button", name=say("Set the money aside")).click()


def feed_address(page: Page) -> str:
    """Read the address of the own calendar."""
    page.get_by_role("link", name=say("My whole agenda")).click()
    return page.get_by_label(say("The address of your calendar")).input_value()


def entry_of(feed: str, title: str, year: int) -> Entry:
    """Fetch a calendar as a calendar program does, and find the session of that title and year."""
    with urllib.request.urlopen(feed, timeout=10) as answer:
        calendar = Calendar.from_ical(answer.read())
    found = [
        Entry(str(event["UID"]), event.start, int(str(event["SEQUENCE"])))
        for event in calendar.events
        if title in str(event["SUMMARY"]) and isinstance(event.start, datetime) and event.start.year == year
    ]
    assert len(found) == 1, found
    return found[0]
