"""Reads for the year as a band: days that do not suit a country or a local government."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country
from app.models import BusyPeriod, LocalGovernment


@dataclass(frozen=True, slots=True)
class BusyDays:
    """Days [starts_on, ends_on] that do not suit a country, or a local government by name; ``title_of`` tells why."""

    id: int
    country: Country | None
    government_name: str
    starts_on: date
    ends_on: date
    title_nl: str
    title_fr: str
    title_en: str


def busy_days(
    session: Session, countries: Collection[Country], government_ids: Collection[int], first: date, last: date
) -> list[BusyDays]:
    """Give what does not suit these countries and governments within [first, last], by day (one query)."""
    columns: tuple[Any, ...] = (
        BusyPeriod.id,
        BusyPeriod.country,
        sa.func.coalesce(col(LocalGovernment.name), ""),
        BusyPeriod.starts_on,
        BusyPeriod.ends_on,
        BusyPeriod.title_nl,
        BusyPeriod.title_fr,
        BusyPeriod.title_en,
    )
    query = (
        sa.select(*columns)
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(BusyPeriod.local_government_id))
        .where(
            sa.or_(
                col(BusyPeriod.country).in_(sorted(countries)),
                col(BusyPeriod.local_government_id).in_(sorted(government_ids)),
            ),
            col(BusyPeriod.starts_on) <= last,
            col(BusyPeriod.ends_on) >= first,
        )
        .order_by(col(BusyPeriod.starts_on), col(BusyPeriod.id))
    )
    return [BusyDays(*row) for row in session.execute(query)]
