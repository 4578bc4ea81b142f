"""Take words out of the event log without breaking its chain (docs/decisions/0009)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.retention import without_words
from app.models import Event

Change = Callable[[Mapping[str, Any]], dict[str, Any]]


def take_out(
    session: Session,
    which: sa.ColumnElement[bool],
    *,
    now: datetime,
    name: bool = False,
    details: Change = without_words,
) -> int:
    """Take words out of the details of entries, with ``name`` also who did it; give how many entries there were.

    What happened stays: the verb, the record, the moment, the number of the person, and, unless ``details`` says
    otherwise, what is a number or a code of Tandem.
    """
    events = session.scalars(sa.select(Event).where(which).order_by(col(Event.id))).all()
    for event in events:
        event.details = details(event.details)
        event.person_name = "" if name else event.person_name
        event.salt = None
        event.redacted_at = event.redacted_at or now
    session.flush()
    return len(events)
