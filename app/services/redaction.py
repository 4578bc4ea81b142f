"""Take words out of the event log without breaking its chain (docs/decisions/0008)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.retention import without_words
from app.models import Event


def take_out(session: Session, which: sa.ColumnElement[bool], *, now: datetime, name: bool) -> int:
    """Take the free words out of entries; with ``name`` also who did it; give how many entries were changed.

    What happened stays: the verb, the record, the moment, the number of the person, and details that are numbers or
    one of the codes of Tandem.
    """
    events = session.scalars(sa.select(Event).where(which).order_by(col(Event.id))).all()
    for event in events:
        event.details = without_words(event.details)
        event.person_name = "" if name else event.person_name
        event.salt = None
        event.redacted_at = event.redacted_at or now
    session.flush()
    return len(events)
