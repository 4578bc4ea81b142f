"""Mails about tasks: one action each, shortly before its last day, once."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import MailChoice
from app.domain.tasks import Task, TaskReader
from app.models import Mail, MailPreference, Person
from app.models.database import transaction
from app.queries.own_reads import OwnReads
from app.services import task_mails, tasks
from tests.factories import NOW, number
from tests.personas import World

DAY = timedelta(days=1)
DUE = date(2026, 12, 10)


@pytest.fixture
def one_task(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Leave one participant three tasks: one with a day, one without, one that has a reminder of its own."""

    def source(_reads: OwnReads, reader: TaskReader) -> list[Task]:
        if reader.actor.person_id != world.karongi_participant.id:
            return []
        return [
            Task("visit:1", "Plan the visit", "/partnerships/gamma-karongi/agenda/new", DUE, "Nothing is planned yet."),
            Task("visit:2", "Some day", "/my"),
            Task("poll:1", "Answer the poll", "/my", DUE),
        ]

    monkeypatch.setattr(tasks, "SOURCES", (source,))


@pytest.mark.usefixtures("one_task")
def test_a_task_is_mailed_once_three_days_before_its_last_day_with_one_action(session: Session, world: World) -> None:
    last = NOW + 18 * DAY
    sent = [task_mails.send(session, last - days * DAY) for days in (5, 4, 3, 2, 0, -1)]
    assert sent == [0, 0, 1, 0, 0, 0]
    (mail,) = session.scalars(sa.select(Mail)).all()
    assert mail.person_id == number(world.karongi_participant)
    assert mail.subject.replace("\xa0", " ") == "Plan the visit, by 10 December 2026"
    assert mail.html.count('class="action"') == 1
    assert "http://testserver/partnerships/gamma-karongi/agenda/new" in mail.text
    assert "?kind=tasks" in mail.text


@pytest.mark.usefixtures("one_task")
def test_who_wants_no_such_mails_gets_none(session: Session, world: World) -> None:
    with transaction(session):
        session.add(MailPreference(person_id=number(world.karongi_participant), choice=MailChoice.TASKS, wanted=False))
    assert task_mails.send(session, NOW + 16 * DAY) == 0
    assert session.scalars(sa.select(col(Mail.id))).all() == []


def test_somebody_whose_tasks_cannot_be_gathered_stops_nobody(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def source(_reads: OwnReads, reader: TaskReader) -> list[Task]:
        if reader.actor.person_id == world.gamma_coordinator.id:
            raise KeyError("gone")
        return [Task("visit:1", "Plan the visit", "/my", NOW.date())]

    monkeypatch.setattr(tasks, "SOURCES", (source,))
    everybody = session.scalars(sa.select(col(Person.id))).all()
    assert task_mails.send(session, NOW) == len(everybody) - 1
