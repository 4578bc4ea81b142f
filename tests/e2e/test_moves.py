"""A session moved over the change of the clocks, then cancelled: its page and its mails in three places, all year."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app.language.catalogues import gettext
from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
TITLE = {"nl": "Lessen van het jaar", "fr": "Leçons de l’année", "en": "Lessons of the year"}
REASON = "National mourning"


@dataclass(frozen=True)
class Reader:
    """Somebody who is invited, at a browser in their own place."""

    name: str
    address: str
    language: str
    zone: str
    javascript: bool = True


KIGALI = Reader("Coordinator of Bugesera", "coordinator-bugesera", "en", "Africa/Kigali")
PORTO_NOVO = Reader("Coordinateur de Démo-Zou", "coordinator-demo-zou", "fr", "Africa/Porto-Novo", javascript=False)
BRUSSELS = Reader("Coördinator van Demo-Durme", "coordinator-demo-durme", "nl", "Europe/Brussels")


@dataclass(frozen=True)
class Season:
    """When everybody looks; the day that was announced and the day that it moves to, both at 14:00 in Brussels."""

    now: str
    first: str
    moved: str
    before: dict[Reader, str]
    after: dict[Reader, str]
    clock: dict[Reader, str]


SUMMER = Season(
    now="2026-07-06T09:00:00+00:00",
    first="2026-09-02",
    moved="2026-12-09",
    before={
        KIGALI: "Wednesday 2 September 2026, 14:00–15:30 (Kigali)",
        PORTO_NOVO: "mercredi 2 septembre 2026, 13:00–14:30 (Porto-Novo)",
        BRUSSELS: "woensdag 2 september 2026, 14.00–15.30 uur (Brussel)",
    },
    after={
        KIGALI: "Wednesday 9 December 2026, 15:00–16:30 (Kigali)",
        PORTO_NOVO: "mercredi 9 décembre 2026, 14:00–15:30 (Porto-Novo)",
        BRUSSELS: "woensdag 9 december 2026, 14.00–15.30 uur (Brussel)",
    },
    clock={
        KIGALI: "14:00 there will be 15:00 in Kigali instead of 14:00.",
        PORTO_NOVO: "à 14:00 là-bas, il sera 14:00 à Porto-Novo au lieu de 13:00.",
        BRUSSELS: "14.00 uur daar is 15.00 uur in Kigali in plaats van 14.00 uur.",
    },
)
WINTER = Season(
    now="2026-11-22T09:00:00+00:00",
    first="2027-01-13",
    moved="2027-06-09",
    before={
        KIGALI: "Wednesday 13 January 2027, 15:00–16:30 (Kigali)",
        PORTO_NOVO: "mercredi 13 janvier 2027, 14:00–15:30 (Porto-Novo)",
        BRUSSELS: "woensdag 13 januari 2027, 14.00–15.30 uur (Brussel)",
    },
    after={
        KIGALI: "Wednesday 9 June 2027, 14:00–15:30 (Kigali)",
        PORTO_NOVO: "mercredi 9 juin 2027, 13:00–14:30 (Porto-Novo)",
        BRUSSELS: "woensdag 9 juni 2027, 14.00–15.30 uur (Brussel)",
    },
    clock={
        KIGALI: "14:00 there will be 14:00 in Kigali instead of 15:00.",
        PORTO_NOVO: "à 14:00 là-bas, il sera 13:00 à Porto-Novo au lieu de 14:00.",
        BRUSSELS: "14.00 uur daar is 14.00 uur in Kigali in plaats van 15.00 uur.",
    },
)


def running(site: Site) -> int:
    """Give the programme that runs."""
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        return int(database.execute("SELECT id FROM programme WHERE slug = 'sdg-2026-2027'").fetchone()[0])


def announce(team: Visitor, day: str) -> str:
    """Put a session of the whole programme in the agenda; give the path of its page."""
    page = team.sign_in_as("Programmateam VVSG")
    team.go("/staff/sessions/new?lang=en")
    page.get_by_label("For whom is it?").select_option(f"programme:{running(team.site)}")
    page.get_by_label("Kind of session").select_option("joint_digital")
    page.get_by_text("The title in other languages").click()
    for language, name in (("nl", "Dutch"), ("fr", "French"), ("en", "English")):
        page.get_by_label(f"Title in {name}").fill(TITLE[language])
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Starts at").fill("14:00")
    page.get_by_label("Ends at").fill("15:30")
    page.get_by_role("button", name="Put in the agenda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE["en"])
    return page.url.partition("?")[0].removeprefix(team.site.address)


def say(reader: Reader, text: str, **values: str) -> str:
    """Give a sentence in the language of the reader."""
    return gettext(reader.language, text, **values)


def plain(words: str) -> str:
    """Put words on one line, with plain spaces."""
    return re.sub(r"\s+", " ", words).strip()


def words(page: Page) -> str:
    """Give the words of a page."""
    return plain(page.get_by_role("main").inner_text())


def mail(visitor: Visitor, reader: Reader, subject: str) -> str:
    """Open the mail with that subject in the mailbox of the demo; give what it says."""
    page = visitor.go(f"/demo/mailbox?recipient={reader.address}@example.org")
    title = TITLE[reader.language]
    page.get_by_role("link", name=say(reader, subject, title=title), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    return plain(page.locator("pre.letter").inner_text())


def check_times(visitor: Visitor, session: str, when: str) -> Page:
    """Look whether the page of a session shows its day and its hour of the place where the reader is."""
    page = visitor.go(session)
    day, _, hours = when.replace(",", "").rpartition(" 1")
    expect(page.locator(".card__title").first).to_have_text(re.compile(re.escape(day).replace(r"\ ", r"\s")))
    expect(page.locator(".zones__place--mine .zones__time")).to_contain_text("1" + hours[:4])
    return page


@pytest.mark.parametrize("season", [SUMMER, WINTER], ids=["in summer", "in winter"])
def test_a_session_moves_and_is_cancelled_before_everybodys_eyes(
    site_at: Callable[[str], Site], visitors: Visitors, season: Season
) -> None:
    site = site_at(season.now)
    team = visitors.open(site)
    session = announce(team, season.first)
    readers = {
        reader: visitors.open(site, zone=reader.zone, language=reader.language, javascript=reader.javascript, width=360)
        for reader in (KIGALI, PORTO_NOVO, BRUSSELS)
    }
    for reader, visitor in readers.items():
        visitor.sign_in_as(reader.name)
        page = check_times(visitor, session, season.before[reader])
        assert say(reader, "The clock changes before then") not in words(page)

    team.go(f"{session}/edit?lang=en")
    team.page.get_by_label("Day", exact=True).fill(season.moved)
    team.page.get_by_role("button", name="Save").click()
    expect(team.page.get_by_role("heading", level=1)).to_have_text(TITLE["en"])
    for reader, visitor in readers.items():
        page = check_times(visitor, session, season.after[reader])
        assert season.clock[reader] in words(page)
        said = mail(visitor, reader, "New time: %(title)s")
        assert said.startswith(plain(say(reader, "New time: %(when)s", when=season.after[reader])))
        before = plain(say(reader, "It was: %(when)s", when=season.before[reader]))
        assert 0 < said.index(before) < said.index(season.clock[reader]) < said.index(reader.name)

    team.go(f"{session}/cancel?lang=en")
    team.page.get_by_label("Why is it cancelled?").fill(REASON)
    team.page.get_by_role("button", name="Cancel the session").click()
    expect(team.page.get_by_text("This session does not take place")).to_be_visible()
    for reader, visitor in readers.items():
        page = check_times(visitor, session, season.after[reader])
        assert plain(say(reader, "This session does not take place")) in words(page)
        assert REASON in words(page)
        assert season.clock[reader] not in words(page)
        expect(page.get_by_role("link", name=say(reader, "Add to calendar"))).to_have_count(0)
        if reader.javascript:
            visitor.check_accessibility()
        said = mail(visitor, reader, "Cancelled: %(title)s")
        what = {"title": TITLE[reader.language], "old": season.after[reader]}
        assert said.startswith(plain(say(reader, "This session does not take place: %(title)s, %(old)s", **what)))
        assert 0 < said.index(REASON) < said.index(reader.name)
