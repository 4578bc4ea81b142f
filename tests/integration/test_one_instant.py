"""One session, every surface: read back, they all say the same instant."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from babel.dates import get_month_names
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.agenda import ZONES, TimeSkipped, TimeTwice, period_of
from app.domain.codes import SessionKind
from app.domain.time import wall_in
from app.language.periods import period_in
from app.models import AgendaSession, Mail, Person, PersonalLink
from app.models.database import transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.services.agenda_mails import tell_published
from tests import factories
from tests.factories import NOW, number
from tests.integration.agenda_kit import entries
from tests.personas import World, sign_in

WALLS = [
    datetime(2026, 12, 3, 14, 0),  # noqa: DTZ001 - wall times
    datetime(2027, 3, 28, 0, 15),  # noqa: DTZ001
    datetime(2027, 3, 28, 3, 0),  # noqa: DTZ001
    datetime(2027, 1, 14, 22, 15),  # noqa: DTZ001
    datetime(2027, 10, 31, 9, 15),  # noqa: DTZ001
]
FRENCH = {name: month for month, name in get_month_names("wide", locale="fr").items()}
DUTCH = {name: month for month, name in get_month_names("wide", locale="nl").items()}
ENGLISH = {name: month for month, name in get_month_names("wide", locale="en").items()}
MONTHS = DUTCH | FRENCH | ENGLISH
DAY = re.compile(r"(\d{1,2})(?:er)?(?:–\d{1,2})? ([^\W\d]+)(?: (\d{4}))?")
TIME = re.compile(r"\b(\d{1,2})[.:](\d\d)")
YEAR = re.compile(r"\b\d{4}\b")
CITIES = {
    **dict.fromkeys(("Brussel", "Bruxelles", "Brussels"), ZoneInfo("Europe/Brussels")),
    "Kigali": ZoneInfo("Africa/Kigali"),
    "Porto-Novo": ZoneInfo("Africa/Porto-Novo"),
}
PLACES = re.compile(
    r"<dt>([\w-]+)(?:, your time)?</dt>\s*"
    r'<dd class="zones__time">(\d\d:\d\d)(?: <span class="zones__day">([^<]*)</span>)?'
)
IN_CITY = re.compile(r"\((Brussel|Bruxelles|Brussels|Kigali|Porto-Novo)\)")


def read(text: str) -> datetime:
    """Read "donderdag 3 december 2026, 14.00–15.30 uur (Brussel)" back to its instant, in UTC."""
    text = unescape(text).replace("\u00a0", " ")
    found = DAY.search(text)
    assert found, text
    time, year, city = (pattern.search(text, found.start()) for pattern in (TIME, YEAR, IN_CITY))
    assert time, text
    assert year, text
    assert city, text
    day = date(int(found[3] or year[0]), MONTHS[found[2]], int(found[1]))
    wall = datetime(day.year, day.month, day.day, int(time[1]), int(time[2]), tzinfo=CITIES[city[1]])
    return wall.astimezone(UTC)


@settings(deadline=None, max_examples=300)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda wall: wall.replace(second=0, microsecond=0)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.sampled_from(["nl", "fr", "en"]),
)
def test_the_words_of_mails_and_lists_read_back_to_the_instant(
    wall: datetime, zone: str, reader: str, locale: str
) -> None:
    try:
        period = period_of(wall, zone, 90)
    except (TimeSkipped, TimeTwice):
        return
    both = {
        wall_in(period.starts_at, ZoneInfo(reader)).replace(tzinfo=ZoneInfo(reader), fold=fold).astimezone(UTC)
        for fold in (0, 1)
    }
    text = period_in(locale, period.starts_at, period.ends_at, ZoneInfo(reader))
    assert period.starts_at in both
    assert read(text) in both


@pytest.mark.parametrize("zone", ZONES)
def test_page_list_entry_feed_and_interface_say_the_same_instant(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World, zone: str
) -> None:
    made = _sessions(session, world, zone)
    readers: list[Person | None] = [None, world.vvsg_staff, world.karongi_coordinator, world.ancb_staff]
    for person in readers:
        client = new_client() if person is None else sign_in(new_client(), app, person)
        for locale in ("nl", "fr", "en"):
            listed = _listed(client.get(f"/agenda?lang={locale}").text)
            assert {one: listed[one] for one in made} == made
        feed = {
            int(entry.url.rpartition("/")[2]): entry.starts_at for entry in entries(client.get("/agenda.ics").content)
        }
        assert {one: feed[one] for one in made} == made
        for one, instant in made.items():
            assert [entry.starts_at for entry in entries(client.get(f"/agenda/{one}.ics").content)] == [instant]
            assert _on_page(client.get(f"/agenda/{one}?lang=en").text) == {instant}
    assert _in_interface(new_client().get("/api/v1/sessions?size=100").text) >= set(made.values())


# by day, so that no clock in any of the zones shows the time twice
BY_DAY = st.builds(
    datetime.combine,
    st.dates(date(2026, 12, 1), date(2030, 12, 31)),
    st.times(time(5), time(23, 59)).map(lambda found: found.replace(second=0, microsecond=0)),
)


@settings(deadline=None, max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(BY_DAY, st.sampled_from(ZONES)), min_size=4, max_size=4, unique_by=lambda one: one[0]))
def test_no_generated_session_has_two_instants_in_two_views(
    app: FastAPI,
    new_client: Callable[[], TestClient],
    session: Session,
    world: World,
    generated: list[tuple[datetime, str]],
) -> None:
    with transaction(session):
        session.execute(sa.delete(Mail))
        session.execute(sa.delete(PersonalLink))
        session.execute(sa.delete(AgendaSession))
    made: dict[int, datetime] = {}
    for wall, zone in generated:
        made |= _sessions(session, world, zone, [wall])
    for person, locale in zip((world.vvsg_staff, world.karongi_coordinator), ("fr", "nl"), strict=True):
        client = sign_in(new_client(), app, person)
        assert _listed(client.get(f"/agenda?lang={locale}").text) == made
        feed = entries(client.get("/agenda.ics").content)
        assert {int(one.url.rpartition("/")[2]): one.starts_at for one in feed} == made
    for number_, instant in made.items():
        assert _on_page(client.get(f"/agenda/{number_}?lang=en").text) == {instant}
    assert _in_interface(new_client().get("/api/v1/sessions?size=100").text) == set(made.values())
    staff = actor_of_person(session, number(world.vvsg_staff))
    with transaction(session):
        for number_ in made:
            row = session_of(session, staff, number_)
            assert row is not None
            tell_published(session, staff, [row], now=NOW)
    mails = session.scalars(sa.select(Mail)).all()
    session.rollback()
    assert len(mails) >= 4 * len(made)
    for mail in mails:
        (entry,) = entries(mail.calendar.encode())
        assert {entry.starts_at, read(mail.subject)} == {made[int(entry.url.rpartition("/")[2])]}


def _sessions(session: Session, world: World, zone: str, walls: list[datetime] = WALLS) -> dict[int, datetime]:
    found = {}
    with transaction(session):
        for wall in walls:
            period = period_of(wall, zone, 90)
            row: AgendaSession = factories.agenda_session(
                session, world.programme, starts_at=period.starts_at, kind=SessionKind.THEMATIC
            )
            row.wall_starts_at, row.zone, row.ends_at = wall, zone, period.ends_at
            session.flush()
            found[number(row)] = period.starts_at
    return found


def _listed(html: str) -> dict[int, datetime]:
    found = {}
    for item in html.split('<li class="session-item')[1:]:
        one = re.search(r'href="/agenda/(\d+)"', item)
        assert one, item
        found[int(one[1])] = read(item.partition('session-item__when">')[2].partition("</p>")[0])
    return found


def _on_page(html: str) -> set[datetime]:
    """Read each of the zones on the page of a session: its day is that of the heading, unless it names its own."""
    text = unescape(html).replace("\u00a0", " ")
    heading = re.search(r'card__title">(?:\w+ )?(\d{1,2}) (\w+) (\d{4})<', text)
    assert heading, text[:500]
    year = int(heading[3])
    found = set()
    for place, time_, day in PLACES.findall(text):
        parts = re.search(r"(\d{1,2}) (\w+)", day) if day else heading
        assert parts, day
        hour, minute = map(int, time_.split(":"))
        wall = datetime(year, MONTHS[parts[2]], int(parts[1]), hour, minute)  # noqa: DTZ001 - a wall time
        found.add(wall.replace(tzinfo=CITIES[place]).astimezone(UTC))
    return found


def _in_interface(text: str) -> set[datetime]:
    """Read the instants of programs, each in both ways in which it is there."""
    rows = json.loads(text)["items"]
    for row in rows:
        local = datetime.fromisoformat(row["local_start"]).replace(tzinfo=ZoneInfo(row["zone"]))
        assert local.astimezone(UTC) == datetime.fromisoformat(row["starts_at"])
    return {datetime.fromisoformat(row["starts_at"]).astimezone(UTC) for row in rows}
