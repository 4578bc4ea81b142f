"""Being there: by link in three cities, the host's list, a correction afterwards, and the certificate."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app.language.catalogues import gettext
from app.models.database import create_engine, transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.services.attendance import attendance_paths
from tests.e2e.conftest import Site, Visitors
from tests.e2e.servers import NOW

pytestmark = pytest.mark.browser
RWANDA, BENIN, OVER = 46, 47, 40
PEOPLE = {
    "Africa/Kigali": ("Coordinator of Bugesera", RWANDA, "en-GB"),
    "Africa/Porto-Novo": ("Coordinateur de Démo-Zou", BENIN, "fr-BJ"),
    "Europe/Brussels": ("Coördinator van Demo-Rupel", RWANDA, "nl-BE"),
}
# When it is in each place what the clocks show, a quarter of an hour after the start; Brussels alone turns its clock.
TIMES = {
    NOW: {
        "Africa/Kigali": "10:45–12:15 (Kigali)",
        "Africa/Porto-Novo": "09:45–11:15 (Porto-Novo)",
        "Europe/Brussels": "9.45–11.15 uur (Brussel)",
    },
    "2026-07-06T09:00:00+00:00": {
        "Africa/Kigali": "10:45–12:15 (Kigali)",
        "Africa/Porto-Novo": "09:45–11:15 (Porto-Novo)",
        "Europe/Brussels": "10.45–12.15 uur (Brussel)",
    },
}


def start_now(site: Site, *numbers: int, now: str = NOW) -> None:
    """Let sessions in Brussels run since a quarter of an hour, at the clock of the tests."""
    day, hour = now[:10], "10" if now > "2026-11" else "11"
    wall = f"{day} {int(hour) - 1:02}:45:00"
    with closing(sqlite3.connect(site.database)) as database, database:
        for number in numbers:
            database.execute(
                "UPDATE agenda_session SET starts_at = ?, ends_at = ?, wall_starts_at = ?, zone = 'Europe/Brussels',"
                " status = 'published', duration_minutes = 90 WHERE id = ?",
                (f"{day} 08:45:00", f"{day} 10:15:00", wall, number),
            )


def link_for(site: Site, name: str, number: int, now: str = NOW) -> str:
    """Make the link that a mail would carry."""
    with closing(sqlite3.connect(site.database)) as database:
        (person,) = database.execute("SELECT id FROM person WHERE name = ?", (name,)).fetchone()
    engine = create_engine(f"sqlite:///{site.database}")
    with Session(engine) as session, transaction(session):
        row = session_of(session, actor_of_person(session, person), number)
        assert row is not None
        path = attendance_paths(session, row, [person], datetime.fromisoformat(now).astimezone(UTC))[person]
    engine.dispose()
    return path


def marked(site: Site, number: int) -> dict[str, tuple[str, str]]:
    """Give who is marked how, by name."""
    with closing(sqlite3.connect(site.database)) as database:
        rows = database.execute(
            "SELECT coalesce(p.name, a.guest_name), a.presence, a.source FROM attendance a"
            " LEFT JOIN person p ON p.id = a.person_id WHERE a.session_id = ?",
            (number,),
        )
        return {name: (presence, source) for name, presence, source in rows}


def line(page: Page, name: str) -> Locator:
    """Find somebody in the list."""
    return page.get_by_role("group", name=name, exact=True)


@pytest.mark.parametrize("now", TIMES, ids=["in winter", "in summer"])
def test_one_tap_in_each_city_with_and_without_javascript(
    site_at: Callable[[str], Site], visitors: Visitors, now: str
) -> None:
    site = site_at(now)
    start_now(site, RWANDA, BENIN, now=now)
    for zone, (name, number, language) in PEOPLE.items():
        button, done = (gettext(language[:2], text) for text in ("I am here", "You are registered as present"))
        for javascript in (True, False):
            visitor = visitors.open(site, javascript=javascript, width=360, zone=zone, language=language)
            page = visitor.go(link_for(site, name, number, now))
            words = page.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
            assert TIMES[now][zone] in words, words
            assert name not in marked(site, number)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if javascript else True
            if javascript:
                visitor.check_accessibility()
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(done)
            assert marked(site, number)[name] == ("present", "link")
            if javascript:
                visitor.check_accessibility()
                page.locator("main").get_by_role("button").click()
                expect(page.get_by_role("button", name=button)).to_be_visible()
                assert name not in marked(site, number)


def test_the_host_keeps_the_list_on_a_phone_and_corrects_it_later(site: Site, visitors: Visitors) -> None:
    start_now(site, RWANDA)
    officer = visitors.open(site, width=360, zone="Africa/Kigali", language="en-GB")
    officer.sign_in_as("Officer of RALGA")
    page = officer.go(f"/agenda/{RWANDA}")
    page.get_by_role("link", name="List of who is there").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is there?")
    page.get_by_label("Search by name or local government").fill("bugeséra")
    expect(line(page, "Coordinator of Karongi")).to_be_hidden()
    line(page, "Coordinator of Bugesera").get_by_label("Present").check()
    page.get_by_label("Search by name or local government").fill("")
    line(page, "Coordinator of Karongi").get_by_label("Absent").check()
    page.get_by_label("Name", exact=False).last.fill("Head of a school")
    page.get_by_label("Takes part for").select_option("Karongi")
    officer.check_accessibility()
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_text("The list is saved")).to_be_visible()
    assert marked(site, RWANDA) == {
        "Coordinator of Bugesera": ("present", "host"),
        "Coordinator of Karongi": ("absent", "host"),
        "Head of a school": ("present", "host"),
    }

    plain = visitors.open(site, javascript=False, width=360, language="nl-BE")
    plain.sign_in_as("Programmateam VVSG")
    page = plain.go(f"/agenda/{OVER}/attendance")
    page.get_by_label("Zoeken op naam of lokaal bestuur").fill("gatsibo")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_role("group", name="Coordinator of Karongi")).to_have_count(0)
    line(page, "Coordinator of Gatsibo").get_by_label("Afwezig").check()
    page.get_by_role("button", name="Correctie bewaren").click()
    expect(page.get_by_role("main")).to_contain_text("waarom je ze nu corrigeert")
    plain.forgive("422")
    expect(line(page, "Coordinator of Gatsibo").get_by_label("Afwezig")).to_be_checked()
    page.get_by_label("Reden van de correctie").fill("Stond niet op de papieren lijst")
    page.get_by_role("button", name="Correctie bewaren").click()
    expect(line(page, "Coordinator of Gatsibo")).to_contain_text(
        "Reden van de correctie: Stond niet op de papieren lijst"
    )
    assert marked(site, OVER)["Coordinator of Gatsibo"] == ("absent", "correction")


def test_who_was_there_takes_the_certificate_along(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site, width=360, zone="Africa/Kigali", language="en-GB")
    visitor.sign_in_as("Coordinator of Bugesera")
    page = visitor.go(f"/agenda/{OVER}")
    expect(page.get_by_text("You were there.")).to_be_visible()
    page.get_by_role("link", name="Your certificates").click()
    visitor.check_accessibility()
    for link in (
        page.get_by_role("link", name="French (PDF)").first,
        page.get_by_role("link", name="Dutch (PDF)").last,
    ):
        with page.expect_download() as waiting:
            link.click()
        assert waiting.value.path().read_bytes().startswith(b"%PDF-1.7")
        assert waiting.value.suggested_filename.endswith(".pdf")
