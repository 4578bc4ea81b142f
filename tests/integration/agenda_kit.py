"""What the tests of the agenda share: a few sessions, a counter of queries, calendars as others read them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import SessionKind, SessionStatus
from app.models import AgendaSession
from app.models.database import transaction
from tests import factories
from tests.personas import World

Sessions = dict[str, AgendaSession]
LINK = "https://meet.example.org/1"
FIELDS = {
    "kind": "bilateral",
    "title_en": "Talk about markets",
    "day": "2027-01-18",
    "starts": "14:00",
    "ends": "15:30",
    "zone": "Africa/Kigali",
    "link": LINK,
    "languages": ["en"],
    "status": "published",
}


@pytest.fixture
def sessions(session: Session, world: World) -> Sessions:
    """One session of the programme, of Rwanda, of the partnership, and a draft."""
    with transaction(session):
        of = world.programme
        made = {
            "programme": factories.agenda_session(session, of, title="All", kind=SessionKind.EVALUATION),
            "rwanda": factories.agenda_session(session, of, of_track=world.rwanda, title="Track"),
            "karongi": factories.agenda_session(session, of, of_partnership=world.partnership, title="Pair"),
            "draft": factories.agenda_session(
                session, of, of_track=world.rwanda, title="Hidden", status=SessionStatus.DRAFT
            ),
        }
        for row in made.values():
            row.link = LINK
    return made


@contextmanager
def counted(app: FastAPI) -> Iterator[list[str]]:
    """Collect the statements that run meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    sa.event.listen(app.state.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(app.state.engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Entry:
    """An entry of a calendar as a program reads it; moments in UTC."""

    uid: str
    summary: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    url: str


def entries(content: bytes) -> list[Entry]:
    """Read a calendar."""
    found: list[Any] = list(Calendar.from_ical(content).walk("VEVENT"))
    return [
        Entry(
            uid=str(event["UID"]),
            summary=str(event["SUMMARY"]),
            sequence=int(event["SEQUENCE"]),
            status=str(event["STATUS"]),
            starts_at=event["DTSTART"].dt.astimezone(UTC),
            ends_at=event["DTEND"].dt.astimezone(UTC),
            zone=str(event["DTSTART"].params["TZID"]),
            url=str(event["URL"]),
        )
        for event in found
    ]


def key_of(html: str) -> str:
    """Find the key of a form."""
    found = re.search(r'name="form_key" value="(\w+)"', html)
    assert found
    return found[1]


def send(client: TestClient, page: str, to: str, **values: object) -> tuple[int, str]:
    """Fill in the form on ``page`` and send it."""
    data = {**FIELDS, "form_key": key_of(client.get(page).text), **values}
    answer = client.post(to, data={name: value for name, value in data.items() if value is not None})
    return answer.status_code, answer.headers.get("location", answer.text)
