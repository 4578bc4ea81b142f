"""Demo data: three programmes around today, with invented places and people.

Loaded once; loading again changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import LocalGovernment, Person
from app.models.database import transaction
from app.services import reference
from app.services.demo import (
    assessments,
    attendance,
    busy_periods,
    candidacies,
    claims,
    ledger,
    motivations,
    partnerships,
    people,
    places,
    plans,
    polls,
    programmes,
    rates,
    transfers,
    visit_costs,
    visits,
)


class NotForDemo(Exception):
    """The database holds people of its own: it is in use, and no place for a demo."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Whether the demo was written now, and for how many partnerships."""

    written: bool
    partnerships: int = 0


def is_loaded(session: Session) -> bool:
    """Tell whether the demo is there already, by its invented places (one query)."""
    code = col(LocalGovernment.code)
    return session.execute(sa.select(code).where(code.startswith("DEMO-")).limit(1)).first() is not None


def check_is_free(session: Session) -> None:
    """Refuse a database that is in use: everybody could sign in as its people, and a reset would empty it.

    :raises NotForDemo: there are people, and no demo.
    """
    if not is_loaded(session) and session.execute(sa.select(col(Person.id)).limit(1)).first() is not None:
        raise NotForDemo


def load(session: Session, *, now: datetime) -> Seeded:
    """Write the reference facts and the demo, all or nothing; nothing happens if it is there.

    :raises NotForDemo: the database is in use.
    """
    check_is_free(session)
    if is_loaded(session):
        return Seeded(written=False)
    with transaction(session):
        reference.load(session, now=now)
        places.load(session)
        made = programmes.load(session, now=now)
        people.load_staff(session, now=now)
        rates.load_exchange_rates(session, now=now)
        profiles = candidacies.load_profiles(session, made["open"], now=now)
        candidacies.load(session, made["open"], now=now)
        assessments.load(session, made["open"], now=now)
        paired = [
            *partnerships.load(session, made["pilot"], key="pilot", now=now),
            *partnerships.load(session, made["running"], key="running", now=now),
        ]
        people.load_coordinators(session, [*paired, *profiles], now=now)
        motivations.load(session, made["running"])
        busy_periods.load(session, made["running"], now=now)
        polls.load(session, made["running"], now=now)
        for key in ("pilot", "running"):
            ledger.load(session, made[key], now=now)
            transfers.load(session, made[key], now=now)
            attendance.load(session, made[key], now=now)
        visit_costs.load(session, made["running"], now=now)
        plans.load(session, made["running"], now=now)
        claims.load(session, made["running"], now=now)
        visits.load(session, made["pilot"], made["running"], now=now)
        visits.load_held(session, made["pilot"], made["running"], now=now)
    return Seeded(written=True, partnerships=len(paired))
