"""Demo data: three programmes around today, with invented places and people.

Loaded once; loading again changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Programme
from app.models.database import transaction
from app.services import reference
from app.services.demo import candidacies, ledger, partnerships, people, places, programmes

SLUG_OF_PILOT: Final = "pilot-2024-2025"


@dataclass(frozen=True, slots=True)
class Seeded:
    """Whether the demo was written now, and for how many partnerships."""

    written: bool
    partnerships: int = 0


def is_loaded(session: Session) -> bool:
    """Tell whether the demo is there already (one query)."""
    found = session.execute(sa.select(col(Programme.id)).where(col(Programme.slug) == SLUG_OF_PILOT)).first()
    return found is not None


def load(session: Session, *, now: datetime) -> Seeded:
    """Write the reference facts and the demo, in one transaction; nothing happens if it is there."""
    if is_loaded(session):
        return Seeded(written=False)
    with transaction(session):
        reference.load(session, now=now)
        places.load(session)
        made = programmes.load(session, now=now)
        people.load_staff(session, now=now)
        profiles = candidacies.load_profiles(session, made["open"], now=now)
        candidacies.load(session, made["open"], now=now)
        paired = [
            *partnerships.load(session, made["pilot"], key="pilot", now=now),
            *partnerships.load(session, made["running"], key="running", now=now),
        ]
        people.load_coordinators(session, [*paired, *profiles], now=now)
    for programme in (made["pilot"], made["running"]):
        with transaction(session):
            ledger.load(session, programme, now=now)
    return Seeded(written=True, partnerships=len(paired))


def first_year_of_running(now: datetime) -> int:
    """Give the year in which the demo's running programme began: this year from March on, else the last."""
    today = now.astimezone(UTC)
    return today.year if today.month >= 3 else today.year - 1
