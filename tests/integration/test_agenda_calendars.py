"""The agenda in the calendars of others."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.models import AgendaSession, Mail
from app.models.database import transaction
from tests import factories, pages
from tests.clients import StandingClock
from tests.integration.agenda_kit import LINK, Entry, Sessions, entries, send, sessions
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
