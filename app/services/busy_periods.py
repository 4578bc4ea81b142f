"""Write days that do not suit: entered by staff for a country, by a side for itself."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.busy_periods import BusyPeriodGone, Days, check_can_enter, check_days
from app.models import BusyPeriod
from app.models.base import identity
from app.queries.busy_periods import country_of_government, period_by_id
from app.services.events import record


def add(session: Session, actor: Actor, days: Days, *, now: datetime) -> int:
    """Enter days that do not suit; give their id.

    :raises NotAllowed: it is not the actor's to do.
    :raises BusyTitleMissing: or another refusal of ``check_days``.
    """
    of_country = country_of_government(session, days.government_id) if days.government_id is not None else days.country
    check_can_enter(actor, country=days.country, government_id=days.government_id, of_country=of_country)
    check_days(days)
    values = asdict(days)
    government_id = values.pop("government_id")
    row = BusyPeriod(local_government_id=government_id, entered_at=now, entered_by=actor.person_id, **values)
    session.add(row)
    session.flush()
    record(session, actor, "busy_period.added", subject=("busy_period", row.id), now=now)
    return identity(row)


def remove(session: Session, actor: Actor, number: int, *, now: datetime) -> None:
    """Remove days that were entered.

    :raises BusyPeriodGone: somebody did so before.
    :raises NotAllowed: it is not the actor's to do.
    """
    found = period_by_id(session, number)
    if found is None:
        raise BusyPeriodGone
    check_can_enter(actor, country=found.country, government_id=found.government_id, of_country=found.of_country)
    session.delete(session.get_one(BusyPeriod, number))
    session.flush()
    record(session, actor, "busy_period.removed", subject=("busy_period", number), now=now)
