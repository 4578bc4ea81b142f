"""Polls: proposed by the team, answered by link in Kigali, Porto-Novo and Brussels, fixed, and everybody invited."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from app.language.catalogues import gettext
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow

pytestmark = pytest.mark.browser
TITLE = {"nl": "Samen naar de markt", "fr": "Ensemble au marché", "en": "To the market together"}


@dataclass(frozen=True)
class Season:
    """When everybody looks, what is proposed on the clock of Kigali, and how it is read in each place.

    In winter 9:00 in Kigali is 8:00 in Brussels and in Porto-Novo, in summer in Porto-Novo only; half past midnight is
    the evening before there.
    """

    now: str
    moments: tuple[tuple[str, str], ...]
    kigali: tuple[str, ...]
    porto_novo: tuple[str, ...]
    brussels: str
    best: str
    chosen: str


SEASONS = (
    Season(
        "2026-11-22T09:00:00+00:00",
        (("2026-12-07", "09:00"), ("2026-12-08", "14:00"), ("2026-12-10", "00:30")),
        ("Monday 7 December 2026", "09:00–10:30", "08:00 (Brussels)"),
        ("mercredi 9 décembre 2026", "23:30", "10 déc. 2026, 00:30 (Kigali)"),
        "8.00–9.30 uur",
        "dinsdag 8 december 2026, 13.00–14.30 uur",
        "mardi 8 décembre 2026, 13:00–14:30",
    ),
    Season(
        "2026-07-06T09:00:00+00:00",
        (("2026-07-20", "09:00"), ("2026-07-21", "14:00"), ("2026-07-23", "00:30")),
        ("Monday 20 July 2026", "09:00–10:30", "08:00 (Porto-Novo)"),
        ("mercredi 22 juillet 2026", "23:30", "23 juil. 2026, 00:30 (Kigali)"),
        "9.00–10.30 uur",
        "dinsdag 21 juli 2026, 14.00–15.30 uur",
        "mardi 21 juillet 2026, 13:00–14:30",
    ),
)
BUGESERA = "coordinator-bugesera@example.org"
STAFF = "Programmateam VVSG"


def say(language: str, text: str, **values: str) -> str:
    """Give a sentence of the pages in a language."""
    return gettext(language, text, **values)


in_dutch = partial(say, "nl")


def one(site: Site, query: str, *values: str) -> str:
    """Give the first value that a query finds."""
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        row = database.execute(query, values).fetchone()
    assert row, query
    return str(row[0])


def all_of(site: Site, query: str, *values: str) -> list[str]:
    """Give the values that a query finds."""
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        return [str(row[0]) for row in database.execute(query, values)]


def open_poll(visitor: Visitor, season: Season) -> None:
    """Open a poll for the whole programme, from the list of sessions."""
    page = visitor.sign_in_as(STAFF)
    visitor.go("/staff/sessions?lang=nl")
    page.get_by_role("link", name=in_dutch("Polls: find a moment that suits everybody")).click()
    page.get_by_role("link", name=in_dutch("New poll")).click()
    programme = one(visitor.site, "SELECT id FROM programme WHERE slug = 'sdg-2026-2027'")
    page.get_by_label(in_dutch("For whom is it?")).select_option(f"programme:{programme}")
    page.get_by_label(in_dutch("Kind of session")).select_option("joint_digital")
    page.get_by_label(in_dutch("Title in Dutch")).fill(TITLE["nl"])
    page.get_by_text(in_dutch("The title in other languages")).click()
    page.get_by_label(in_dutch("Title in French")).fill(TITLE["fr"])
    page.get_by_label(in_dutch("Title in English")).fill(TITLE["en"])
    page.get_by_label(in_dutch("The clock of")).select_option("Africa/Kigali")
    page.get_by_label(in_dutch("Length in minutes")).fill("90")
    for row, (day, time) in enumerate(season.moments, 1):
        page.locator(f"#day_{row}").fill(day)
        page.locator(f"#time_{row}").fill(time)
    visitor.check_accessibility()
    page.get_by_role("button", name=in_dutch("Ask everybody")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE["nl"])


def link_in_mailbox(visitor: Visitor, address: str, language: str) -> Page:
    """Open the newest mail about the poll in the mailbox of the demo, and follow its one link."""
    page = visitor.go(f"/demo/mailbox?recipient={address}")
    subject = say(language, "Which moment suits you? %(title)s", title=TITLE[language])
    page.get_by_role("link", name=subject).first.click()
    page.get_by_role("main").get_by_role("link", name="/polls/answer/").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE[language])
    return page


def answer(page: Page, language: str, *answers: str) -> None:
    """Answer for each moment, in the order of the page, and send."""
    groups = page.locator("fieldset")
    expect(groups).to_have_count(len(answers))
    for place, said in enumerate(answers):
        groups.nth(place).get_by_text(say(language, said), exact=True).click()
    page.get_by_role("button", name=say(language, "Send my answers")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say(language, "Thank you, we have your answers"))


@pytest.mark.parametrize("season", SEASONS, ids=["in winter", "in summer"])
def test_from_three_places_to_one_moment(site_at: Callable[[str], Site], visitors: Visitors, season: Season) -> None:
    site = site_at(season.now)
    team = visitors.open(site)
    open_poll(team, season)
    poll = team.page.url.rsplit("/", 1)[1]
    porto_novo = one(
        site,
        "SELECT p.email FROM poll_member m JOIN person p ON p.id = m.person_id"
        " WHERE m.poll_id = ? AND p.zone = 'Africa/Porto-Novo' AND p.email LIKE 'coordinator-%' ORDER BY p.id",
        poll,
    )
    brussels = one(
        site,
        "SELECT p.email FROM poll_member m JOIN person p ON p.id = m.person_id"
        " WHERE m.poll_id = ? AND p.zone = 'Europe/Brussels' ORDER BY p.id",
        poll,
    )

    kigali = visitors.open(site, zone="Africa/Kigali", language="en-GB")
    page = link_in_mailbox(kigali, BUGESERA, "en")
    for words in season.kigali:
        expect(page.locator("fieldset").first).to_contain_text(words)
    kigali.check_accessibility()
    page.get_by_role("button", name="Yes to all moments").click()
    answer(page, "en", "Yes", "Yes", "No")
    kigali.check_accessibility()

    phone = visitors.open(site, javascript=False, width=360, zone="Africa/Porto-Novo", language="fr-FR")
    page = link_in_mailbox(phone, porto_novo, "fr")
    last = page.locator("fieldset").nth(2)
    for words in season.porto_novo:
        expect(last).to_contain_text(words)
    expect(page.get_by_role("button", name=say("fr", "Yes to all moments"))).to_have_count(0)
    assert page.locator(".poll__label").first.bounding_box()["height"] >= 44  # type: ignore[index]
    page.get_by_role("button", name=say("fr", "Send my answers")).click()
    expect(page.get_by_role("alert")).to_contain_text(say("fr", "Say for each moment whether it suits you."))
    phone.forgive("422")
    answer(page, "fr", "No", "If need be", "Yes")
    page.get_by_role("link", name=say("fr", "Change my answers")).click()
    answer(page, "fr", "If need be", "Yes", "Yes")

    flemish = visitors.open(site, zone="Europe/Brussels")
    page = link_in_mailbox(flemish, brussels, "nl")
    expect(page.locator("fieldset").first).to_contain_text(season.brussels)
    answer(page, "nl", "Yes", "Yes", "No")

    page = team.go(f"/polls/{poll}?lang=nl")
    best = page.locator(".poll-rank__moment").first
    expect(best).to_contain_text(in_dutch("Suggested"))
    expect(best).to_contain_text(season.best)
    expect(best).to_contain_text("3 ja")
    team.check_accessibility()
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    best.get_by_role("link", name=in_dutch("Choose this moment")).click()
    team.check_accessibility()
    page.get_by_label(in_dutch("Link to join online")).fill("https://meet.example.org/markt")
    page.get_by_role("button", name=in_dutch("Choose and invite everybody")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE["nl"])
    expect(page.get_by_role("main")).to_contain_text(season.best.partition(",")[0])
    link = "SELECT s.link FROM agenda_session s JOIN poll p ON p.session_id = s.id WHERE p.id = ?"
    assert one(site, link, poll) == "https://meet.example.org/markt"

    invited = all_of(site, "SELECT recipient FROM mail WHERE kind = 'session_published' ORDER BY recipient")
    asked = all_of(
        site,
        "SELECT p.email FROM poll_member m JOIN person p ON p.id = m.person_id WHERE m.poll_id = ? ORDER BY p.email",
        poll,
    )
    assert invited == asked
    assert {BUGESERA, porto_novo, brussels} <= set(invited)
    text = one(site, "SELECT text FROM mail WHERE kind = 'session_published' AND recipient = ?", BUGESERA)
    assert re.search(r"14:00", text)
    page = phone.page
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("fr", "A moment was chosen"))
    expect(page.get_by_role("main")).to_contain_text(season.chosen)
