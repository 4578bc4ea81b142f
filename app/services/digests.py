"""The overview once a week, for who wants it: the sessions of the next two weeks, and what the reader must do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import MailChoice, SessionStatus
from app.domain.tasks import Task
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.models.database import transaction
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.circles import circle_of
from app.queries.mail_choices import everybody_who_wants
from app.queries.people import actor_of_person
from app.queries.programmes import programmes, rules_of
from app.queries.session_reminders import written_keys
from app.services.mail import Recipient, enqueue
from app.services.mail_choices import mails_links
from app.services.one_by_one import one_by_one
from app.services.session_words import session_words
from app.services.tasks import tasks_of

AHEAD: Final = timedelta(days=14)
FROM_HOUR: Final = 6
KIND: Final = "digest"


def send(session: Session, now: datetime) -> int:
    """Write the overviews of this week, each once per person from six in the morning of its day; give how many.

    Its day is that of the rules of a programme that runs and to which the reader belongs. Who has neither a session nor
    a task gets none. Each person has a transaction of its own; one to whom none can be written stops nobody else's.
    """
    days = _days(session, now)
    people = everybody_who_wants(session, MailChoice.DIGEST) if days else []
    session.rollback()
    return one_by_one(session, people, lambda person_id: _send_to(session, person_id, days, now), of="person")


def _days(session: Session, now: datetime) -> dict[int, int]:
    """Give the weekday of the overview of each programme that runs."""
    today = wall_in(now, PROGRAMME_ZONE).date()
    return {
        one.id: rules_of(session, one.id).agenda.digest_weekday for one in programmes(session) if one.is_running(today)
    }


def _send_to(session: Session, person_id: int, days: dict[int, int], now: datetime) -> int:
    actor = actor_of_person(session, person_id)
    wall = wall_in(now, ZoneInfo(actor.zone))
    key = f"{KIND}:{wall.date()}:{person_id}"
    own = circle_of(session, actor)
    programmes_of = set(days) if own.everything else own.programmes & set(days)
    is_day = wall.weekday() in {days[number] for number in programmes_of} and wall.hour >= FROM_HOUR
    if not is_day or written_keys(session, [key]):
        session.rollback()
        return 0
    return _write(session, actor, person_id, key, wall.date(), now)


def _write(session: Session, actor: Actor, person_id: int, key: str, today: date, now: datetime) -> int:
    language = actor.language or "en"
    with transaction(session):
        rows = _rows(session, actor, now)
        tasks = tasks_of(session, actor, locale=language, now=now)
        if not (rows or tasks):
            return 0
        to = Recipient(actor.email, actor.name, language, person_id)
        link = mails_links(session, [person_id], MailChoice.DIGEST, now=now)[person_id]
        values = _values(actor, language, rows, tasks, now) | {"today": today, "mails_link": link}
        return int(enqueue(session, KIND, to=to, values=values, now=now, unique_key=key))


def _rows(session: Session, actor: Actor, now: datetime) -> list[SessionRow]:
    wanted = Wanted(ends_after=now, starts_before=now + AHEAD, own=True, status=SessionStatus.PUBLISHED)
    return sessions_of(session, actor, wanted)


def _values(
    actor: Actor, language: str, rows: Sequence[SessionRow], tasks: Sequence[Task], now: datetime
) -> dict[str, object]:
    return {
        "sessions": [session_words(row, language, actor.zone, now=now) for row in rows],
        "tasks": tasks,
    }
