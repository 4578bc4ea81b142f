"""Invented days that do not suit: of countries and of sides, each saying that it is an example."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country
from app.domain.time import programme_day
from app.models import BusyPeriod, Partnership, PartnershipSide, Programme

_WEEK = timedelta(days=6)


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add a week for each country, and one for each side of a programme."""
    monday = _monday(programme_day(now))
    for number, country in enumerate(Country):
        first = monday + timedelta(weeks=5 + 3 * number)
        _add(session, first, now, country=country, words=("Nationale week", "Semaine nationale", "National week"))
    own = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme.id)
    sides = sa.select(PartnershipSide).where(col(PartnershipSide.partnership_id).in_(own))
    for number, side in enumerate(session.scalars(sides.order_by(col(PartnershipSide.id)))):
        first = monday + timedelta(weeks=3 + number % 5)
        words = ("Weken van de begroting", "Semaines du budget", "Weeks of the budget")
        _add(session, first, now, local_government_id=side.local_government_id, words=words)
    session.flush()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _add(
    session: Session,
    first: date,
    now: datetime,
    *,
    words: tuple[str, str, str],
    country: Country | None = None,
    local_government_id: int | None = None,
) -> None:
    examples = ("verzonnen voorbeeld", "exemple inventé", "invented example")
    titles = [f"{said} ({example})" for said, example in zip(words, examples, strict=True)]
    session.add(
        BusyPeriod(
            country=country,
            local_government_id=local_government_id,
            starts_on=first,
            ends_on=first + _WEEK,
            title_nl=titles[0],
            title_fr=titles[1],
            title_en=titles[2],
            entered_at=now,
        )
    )
