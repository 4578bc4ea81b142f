"""Log that somebody looked at personal data: in detail once per person and day, in bulk every time."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Event
from app.models.database import transaction
from app.services.events import record

AGAIN_AFTER: Final = timedelta(days=1)
Subject = tuple[str, int]


def note(session: Session, actor: Actor, verb: str, subject: Subject, *, now: datetime) -> None:
    """Log a look (``person.looked_at``, ``mail.looked_at``) unless it was logged within a day (opens a transaction).

    One's own data are no look. Nothing is written, and no transaction opened, where nothing is to be noted.
    """
    if subject == ("person", actor.person_id) or _is_noted(session, actor, verb, subject, now):
        return
    with transaction(session):
        record(session, actor, verb, subject=subject, now=now)


def note_candidacy(session: Session, actor: Actor, candidacy_id: int, *, now: datetime) -> None:
    """Log that somebody other than its authors looked at a candidacy, see ``note``."""
    note(session, actor, "candidacy.looked_at", ("candidacy", candidacy_id), now=now)


def _is_noted(session: Session, actor: Actor, verb: str, subject: Subject, now: datetime) -> bool:
    query = sa.select(col(Event.id)).where(
        col(Event.subject_kind) == subject[0],
        col(Event.subject_id) == subject[1],
        col(Event.verb) == verb,
        col(Event.person_id) == actor.person_id,
        col(Event.happened_at) > now - AGAIN_AFTER,
    )
    return session.execute(query.limit(1)).first() is not None


def note_export(session: Session, actor: Actor, call_id: int, *, count: int, what: str, now: datetime) -> None:
    """Log that the candidacies of a call were exported, in the caller's transaction; it shows on each of them.

    ``what`` is a code of the kind of file: ``list``, ``answers``, ``assessments``.
    """
    record(session, actor, "candidacies.exported", subject=("call", call_id), now=now, count=count, what=what)
