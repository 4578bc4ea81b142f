"""The agenda in the calendars of others."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import SessionStatus
from app.models import AgendaSession, Mail, Person
from app.models.database import transaction
from tests import factories, pages
from tests.clients import NOW, StandingClock
from tests.integration.agenda_kit import LINK, Entry, Sessions, entries, key_of, send, sessions
from tests.personas import World, sign_in

__all__ = ["sessions"]


def test_calendar_programs_read_the_same_times(client: TestClient, sessions: Sessions) -> None:
    answer = client.get("/agenda.ics?lang=en")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = {entry.summary: entry for entry in entries(answer.content)}
    assert set(found) == {"All (en)", "Track (en)"}
    for name, summary in (("programme", "All (en)"), ("rwanda", "Track (en)")):
        row = sessions[name]
        assert found[summary] == Entry(
            uid=row.uid,
            summary=summary,
            sequence=0,
            status="CONFIRMED",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            zone="Europe/Brussels",
            url=f"http://testserver/agenda/{row.id}",
        )
    assert LINK not in answer.text


@pytest.mark.usefixtures("sessions")
def test_a_calendar_that_is_known_is_not_sent_again(
    client: TestClient, session: Session, world: World, clock: StandingClock
) -> None:
    known = client.get("/agenda.ics").headers["etag"]
    clock.now += timedelta(minutes=5)
    again = client.get("/agenda.ics", headers={"if-none-match": known})
    assert (again.status_code, again.content) == (304, b"")
    with transaction(session):
        factories.agenda_session(session, world.programme)
    assert client.get("/agenda.ics", headers={"if-none-match": known}).status_code == 200


@pytest.mark.usefixtures("sessions")
def test_a_personal_calendar_holds_what_is_ones_own(client: TestClient, world: World) -> None:
    content = client.get(f"/my/agenda/{world.karongi_participant.feed_secret}.ics").content
    assert {entry.summary for entry in entries(content)} == {"All (en)", "Track (en)", "Pair (en)"}
    assert LINK.encode() in content
    assert entries(client.get(f"/my/agenda/{world.outsider.feed_secret}.ics").content) == []
    assert client.get("/my/agenda/unknown.ics").status_code == 404


def test_an_entry_follows_moves_and_cancellation(
    app: FastAPI, client: TestClient, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    sign_in(client, app, world.karongi_coordinator)
    feed = f"/my/agenda/{world.karongi_participant.feed_secret}.ics"

    def read() -> tuple[str, str, int, str, datetime]:
        (entry,) = entries(new_client().get(feed).content)
        return entry.uid, entry.summary, entry.sequence, entry.status, entry.starts_at

    own = "/partnerships/gamma-karongi/agenda"
    assert send(client, f"{own}/new", own) == (303, own)
    uid, *rest = read()
    assert rest == ["Talk about markets", 0, "CONFIRMED", datetime(2027, 1, 18, 12, tzinfo=UTC)]
    made = session.execute(sa.select(col(AgendaSession.id))).scalar_one()
    session.rollback()
    page = f"/agenda/{made}"
    assert send(client, f"{page}/edit", f"{page}/edit", starts="15:00", ends="16:00") == (303, page)
    assert read() == (uid, "Talk about markets", 1, "CONFIRMED", datetime(2027, 1, 18, 13, tzinfo=UTC))
    assert send(client, f"{page}/cancel", f"{page}/cancel", reason="National mourning") == (303, page)
    assert read() == (uid, "Cancelled: Talk about markets", 2, "CANCELLED", datetime(2027, 1, 18, 13, tzinfo=UTC))
    text = pages.get(client, page).text()
    assert "This session does not take place" in text
    assert "National mourning" in text
    subjects = session.execute(sa.select(col(Mail.subject)).order_by(col(Mail.id))).scalars()
    assert sorted(subject.replace("\xa0", " ") for subject in subjects) == [
        "Cancelled: Talk about markets",
        "Cancelled: Talk about markets",
        "Geannuleerd: Talk about markets",
        "Invitation: Talk about markets, Monday 18 January 2027, 14:00–15:30 (Kigali)",
        "Invitation: Talk about markets, Monday 18 January 2027, 14:00–15:30 (Kigali)",
        "New time: Talk about markets",
        "New time: Talk about markets",
        "Nieuw tijdstip: Talk about markets",
        "Uitnodiging: Talk about markets, maandag 18 januari 2027, 13.00–14.30 uur (Brussel)",
    ]


@pytest.mark.usefixtures("sessions")
def test_a_feed_says_its_zones_when_to_look_again_and_when_entries_changed(client: TestClient, world: World) -> None:
    content = client.get(f"/my/agenda/{world.karongi_participant.feed_secret}.ics")
    calendar: Any = Calendar.from_ical(content.content)
    assert calendar.get("REFRESH-INTERVAL").to_ical() == b"PT4H"
    zones = {str(zone["TZID"]): zone for zone in calendar.walk("VTIMEZONE")}
    assert set(zones) == {"Europe/Brussels"}
    names = {str(part["TZNAME"]) for part in zones["Europe/Brussels"].subcomponents}
    assert names == {"CET", "CEST"}
    for event in calendar.walk("VEVENT"):
        assert event["LAST-MODIFIED"].dt == NOW
        assert "(Brussels)" in str(event["DESCRIPTION"])
        assert "(Kigali)" in str(event["DESCRIPTION"])


def test_an_entry_called_off_stays_and_a_draft_is_in_nobodys_feed(
    client: TestClient, session: Session, sessions: Sessions, world: World
) -> None:
    with transaction(session):
        session.execute(
            sa.update(AgendaSession)
            .where(col(AgendaSession.id) == sessions["karongi"].id)
            .values(status=SessionStatus.CANCELLED, sequence=1)
        )
    feeds = [world.karongi_participant, world.gamma_coordinator, world.ralga_staff, world.vvsg_staff]
    for person in feeds:
        found = {
            entry.uid: entry.status for entry in entries(client.get(f"/my/agenda/{person.feed_secret}.ics").content)
        }
        assert found == {
            sessions["programme"].uid: "CONFIRMED",
            sessions["rwanda"].uid: "CONFIRMED",
            sessions["karongi"].uid: "CANCELLED",
        }


@pytest.mark.usefixtures("sessions")
def test_a_renewed_address_opens_the_calendar_and_the_old_one_nothing(
    app: FastAPI, client: TestClient, session: Session, world: World
) -> None:
    old = f"/my/agenda/{world.karongi_participant.feed_secret}.ics"
    known = client.get(old).headers["etag"]
    sign_in(client, app, world.karongi_participant)
    data = {"form_key": key_of(client.get("/account").text)}
    assert client.post("/account/feed", data=data).status_code == 303
    session.rollback()
    secret = session.scalars(sa.select(col(Person.feed_secret)).where(col(Person.id) == world.karongi_participant.id))
    new = f"/my/agenda/{secret.one()}.ics"
    assert client.get(old).status_code == 404
    assert client.get(old, headers={"if-none-match": known}).status_code == 404
    assert client.get(new, headers={"if-none-match": known}).status_code == 304
