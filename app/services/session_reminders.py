"""Remind people of the sessions to which they are invited, some days before, each once for each moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import MailChoice, Reply, Role
from app.domain.mail_choices import reminder_choice
from app.domain.reminders import due_step
from app.models import AgendaSession
from app.models.database import transaction
from app.queries.agenda import SessionRow, session_of
from app.queries.circles import Invited, people_invited
from app.queries.mail_choices import who_want
from app.queries.session_reminders import Coming, coming, has_documents, replies_to, written_keys
from app.services.agenda_mails import recipient, reply_links
from app.services.attendance import attendance_paths
from app.services.events import record
from app.services.mail import enqueue
from app.services.mail_choices import mails_links
from app.services.one_by_one import in_transaction, one_by_one
from app.services.session_words import session_words

TANDEM: Final = Actor(name="Tandem")
# sees every session as the programme team does; never stands in the event log
READER: Final = Actor(person_id=0, name="Tandem", roles=frozenset({Role.STAFF}))
AT_ONCE: Final = 100
KIND: Final = "session_reminder"


@dataclass(frozen=True, slots=True)
class Due:
    """A session of which people are reminded now, as it is, so many days before."""

    row: SessionRow
    days: int
    answers: Mapping[int, Reply]

    def key(self, person: Invited) -> str:
        """Give what stands for this reminder: session, moment, step, person."""
        wall = f"{self.row.wall_starts_at:%Y-%m-%dT%H:%M}"
        return f"{KIND}:{self.row.uid}:{wall}:{self.row.zone}:{self.days}:{person.person_id}"


def remind(session: Session, now: datetime) -> int:
    """Write the reminders that are due at ``now`` (aware); give how many.

    Each hundred people have a transaction of their own, in which the session is looked at again: one that moved or was
    called off meanwhile is not reminded of. A session that moves is reminded of anew. A session or a person for whom no
    reminder can be written stops nobody else's.
    """
    near = [one.session_id for one in coming(session, now) if _step(one, now) is not None]
    session.rollback()
    return one_by_one(session, near, lambda number: _remind_of(session, number, now), of="session")


def _step(one: Coming, now: datetime) -> int | None:
    return due_step(one.starts_at, one.days, since=one.since, now=now)


def _remind_of(session: Session, number: int, now: datetime) -> int:
    if not _is_waiting(session, number, now):
        return 0
    written, failed = 0, frozenset[int]()
    while True:
        with transaction(session):
            locked = sa.select(col(AgendaSession.id)).where(col(AgendaSession.id) == number)
            session.execute(locked.with_for_update())
            due = _due(session, number, now)
            waiting = _waiting(session, due) if due is not None else []
            people = [one for one in waiting if one.person_id not in failed][:AT_ONCE]
            if due is None or not people:
                return written
            lost = _write(session, due, people, now)
            failed |= lost
            written += len(people) - len(lost)


def _is_waiting(session: Session, number: int, now: datetime) -> bool:
    """Tell whether anybody waits for a reminder, without holding the session."""
    due = _due(session, number, now)
    found = due is not None and bool(_waiting(session, due))
    session.rollback()
    return found


def _due(session: Session, number: int, now: datetime) -> Due | None:
    again = next(iter(coming(session, now, number)), None)
    days = _step(again, now) if again is not None else None
    row = session_of(session, READER, number) if days is not None else None
    return Due(row, days, replies_to(session, number)) if row is not None and days is not None else None


def _waiting(session: Session, due: Due) -> list[Invited]:
    """Give who is invited, did not say no, wants such mails and has none about this moment."""
    row = due.row
    invited = people_invited(
        session, programme_id=row.programme_id, track_id=row.track_id, partnership_id=row.partnership_id
    )
    people = [one for one in invited if due.answers.get(one.person_id) is not Reply.NOT_COMING]
    wanted = who_want(session, [one.person_id for one in people], reminder_choice(due.days))
    keys = {due.key(one): one for one in people if one.person_id in wanted}
    written = written_keys(session, list(keys))
    return [one for key, one in keys.items() if key not in written]


def _write(session: Session, due: Due, people: Sequence[Invited], now: datetime) -> frozenset[int]:
    """Write to these people; give those to whom none can be written."""
    row, choice = due.row, reminder_choice(due.days)
    numbers = {one.person_id: one for one in people}
    replies = reply_links(session, row, people, now=now)
    ways_out = mails_links(session, list(numbers), choice, now=now)
    attend = _attendance(session, due, people, now)
    documents = has_documents(session, row.id)

    def write(number: int) -> None:
        one = numbers[number]
        values = {
            "session": session_words(row, one.language, one.zone, now=now, reply=replies[number]),
            "answer": due.answers.get(number),
            "attend": attend.get(number, ""),
            "documents": documents,
            "mails_link": ways_out[number],
        }
        enqueue(session, KIND, to=recipient(one), values=values, now=now, unique_key=due.key(one))

    failed = in_transaction(numbers, write, of="person")
    if len(failed) < len(people):
        count = len(people) - len(failed)
        record(session, TANDEM, "session.reminded", subject=("session", row.id), now=now, count=count)
    return failed


def _attendance(session: Session, due: Due, people: Sequence[Invited], now: datetime) -> dict[int, str]:
    """Give the links with which people tell that they are there: the day before, to who does not wait for a place."""
    if reminder_choice(due.days) is not MailChoice.DAY_BEFORE:
        return {}
    coming_people = [one.person_id for one in people if due.answers.get(one.person_id) is not Reply.WAITING]
    return attendance_paths(session, due.row, coming_people, now)
