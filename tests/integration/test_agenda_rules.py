"""The rules about moments in the settings of a programme: working hours, reminders, the weekly overview."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.agenda_rules import AgendaRules, WorkingHours
from app.domain.codes import Country
from app.domain.programme import Rules
from app.models import Programme
from tests import pages
from tests.integration.agenda_kit import key_of
from tests.personas import World, sign_in

PART = "/staff/programme/test/parts/moments"
TYPED = {
    "hours_start_BE": "08:30",
    "hours_end_BE": "16:30",
    "hours_days_BE": ["0", "1", "2", "3"],
    "hours_start_RW": "07:00",
    "hours_end_RW": "15:00",
    "hours_days_RW": ["4", "0"],
    "hours_start_BJ": "08:00",
    "hours_end_BJ": "17:30",
    "hours_days_BJ": ["0", "1", "2", "3", "4"],
    "session_reminder_days": "1, 14 3",
    "digest_weekday": "4",
    "reason": "They told us",
    "version": "1",
}


@pytest.fixture
def staff(app: FastAPI, client: TestClient, world: World) -> TestClient:
    return sign_in(client, app, world.vvsg_staff)


def save(client: TestClient, **changes: object) -> tuple[int, str]:
    data = {**TYPED, "form_key": key_of(client.get(PART).text), **changes}
    answer = client.post(PART, data=data)
    return answer.status_code, answer.text


def stored(session: Session, world: World) -> Rules:
    session.rollback()
    return Rules.from_data(session.get_one(Programme, world.programme.id, populate_existing=True).rules)


def test_staff_save_when_people_work_and_when_they_are_reminded(
    session: Session, staff: TestClient, world: World
) -> None:
    before = stored(session, world)
    page = pages.get(staff, f"{PART}?lang=en")
    assert 'value="09:00"' in page.html
    assert save(staff)[0] == 303
    after = stored(session, world)
    assert after.agenda == AgendaRules(
        {
            Country.BELGIUM: WorkingHours("08:30", "16:30", (0, 1, 2, 3)),
            Country.RWANDA: WorkingHours("07:00", "15:00", (0, 4)),
            Country.BENIN: WorkingHours("08:00", "17:30", (0, 1, 2, 3, 4)),
        },
        (14, 3, 1),
        4,
    )
    assert (after.retention, after.pairing, after.visits) == (before.retention, before.pairing, before.visits)
    versions = pages.get(staff, "/staff/programme/test/versions?lang=en").text()
    assert "They told us" in versions
    assert "Rules › Agenda › Working hours › Belgium › Start of work" in versions
    assert "08:30–16:30" in pages.get(staff, "/staff/programme/test?lang=en").text()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hours_end_RW": "06:00"}, "The working hours in Rwanda must end after they start"),
        ({"hours_days_RW": []}, "The working hours in Rwanda must end after they start"),
        ({"session_reminder_days": "1, 2, 3, 4"}, "Choose at most three different numbers of days"),
        ({"session_reminder_days": "61"}, "Choose at most three different numbers of days"),
        ({"digest_weekday": "7"}, "6 or less"),
        ({"hours_start_BE": "soon"}, "Write a time"),
        ({"version": "0"}, "while you were writing"),
    ],
)
def test_hours_and_reminders_that_make_no_sense_are_refused(
    session: Session, staff: TestClient, world: World, changes: dict[str, object], words: str
) -> None:
    staff.get(f"{PART}?lang=en")
    status, text = save(staff, **changes)
    assert (status, words in text.replace("\u00a0", " ")) == (422, True)
    assert stored(session, world).agenda == AgendaRules()
