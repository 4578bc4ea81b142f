"""Mail people when they must do something, shortly before its last day: one mail per task, with one action.

The tasks are those of ``services.tasks``, and those that only a mail tells; some kinds have reminders of their own.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import MailChoice
from app.domain.tasks import Task, TaskReader
from app.models.database import transaction
from app.queries.mail_choices import everybody_who_wants
from app.queries.people import actor_of_person
from app.queries.session_reminders import written_keys
from app.services.mail import Recipient, enqueue
from app.services.mail_choices import mails_links
from app.services.one_by_one import one_by_one
from app.services.tasks import tasks_of

BEFORE: Final = timedelta(days=3)
# these are reminded of in their own words: services.reminders, services.poll_reminders, services.claim_reminders
REMINDED_ELSEWHERE: Final = ("candidacy:", "poll:", "claim:")
KIND: Final = "task"


def send(session: Session, now: datetime) -> int:
    """Write a mail for each task whose last day is at most three days away, once per person; give how many.

    A task that gets another last day is mailed anew. Each person has a transaction of its own; one to whom none can be
    written stops nobody else's.
    """
    people = everybody_who_wants(session, MailChoice.TASKS)
    session.rollback()
    return one_by_one(session, people, lambda person_id: _send_to(session, person_id, now), of="person")


def _send_to(session: Session, person_id: int, now: datetime) -> int:
    actor = actor_of_person(session, person_id)
    reader = TaskReader(actor, actor.language or "en", now)
    due = {_key(task, person_id): task for task in _due(session, reader)}
    written = written_keys(session, list(due)) if due else frozenset()
    session.rollback()
    new = {key: task for key, task in due.items() if key not in written}
    if not new:
        return 0
    with transaction(session):
        return sum(_write(session, actor, person_id, key, task, reader) for key, task in new.items())


def _due(session: Session, reader: TaskReader) -> Iterator[Task]:
    for task in tasks_of(session, reader.actor, locale=reader.locale, now=reader.now):
        is_near = task.due_on is not None and reader.today <= task.due_on <= reader.today + BEFORE
        if is_near and not task.key.startswith(REMINDED_ELSEWHERE):
            yield task


def _key(task: Task, person_id: int) -> str:
    return f"{KIND}:{task.key}:{task.due_on}:{person_id}"


def _write(session: Session, actor: Actor, person_id: int, key: str, task: Task, reader: TaskReader) -> int:
    link = mails_links(session, [person_id], MailChoice.TASKS, now=reader.now)[person_id]
    to = Recipient(actor.email, actor.name, reader.locale, person_id)
    values = {"task": task, "today": reader.today, "mails_link": link}
    return int(enqueue(session, KIND, to=to, values=values, now=reader.now, unique_key=key))
