"""Reads of the exchange rates that staff entered: the one that counts on a day, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Currency
from app.domain.money import FIXED_RATES, Rate
from app.models import ExchangeRate, Person

OLDEST_DAYS: Final = 35
"""How old a rate may be on the day for which it is proposed: monthly rates fit in, with a few days to publish them."""
PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class RateFacts:
    """A rate in the list: units of ``currency`` for one euro on ``rate_date``, who entered it and when."""

    id: int
    currency: Currency
    rate_date: date
    value: str
    source: str
    entered_at: datetime
    entered_by: int | None
    person_name: str | None

    @property
    def number(self) -> Decimal:
        """The rate as a number."""
        return Decimal(self.value)

    @property
    def decimals(self) -> int:
        """How many decimals the rate was entered with."""
        return len(self.value.partition(".")[2])


@dataclass(frozen=True, slots=True)
class RatePage:
    """A page of the list, the newest day first; ``total``: how many rates there are in all."""

    rows: Sequence[RateFacts]
    page: int
    pages: int
    total: int


def rate_on(session: Session, currency: Currency, day: date) -> Rate | None:
    """Give the rate to propose for amounts of ``day``: the newest that is dated on it or before (one query).

    Never one of a later day, and none older than ``OLDEST_DAYS``: such a currency has no rate on that day, and
    somebody types one. Of several on the same day the last entered counts. EUR and XOF have their fixed rate.
    """
    if currency in FIXED_RATES:
        return FIXED_RATES[currency]
    query = (
        sa.select(col(ExchangeRate.value), col(ExchangeRate.source), col(ExchangeRate.rate_date))
        .where(
            col(ExchangeRate.currency) == currency,
            col(ExchangeRate.rate_date) <= day,
            col(ExchangeRate.rate_date) >= day - timedelta(days=OLDEST_DAYS),
        )
        .order_by(col(ExchangeRate.rate_date).desc(), col(ExchangeRate.id).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else Rate(Decimal(row.value), row.source, row.rate_date)


def exchange_rates(
    session: Session,
    *,
    currency: Currency | None = None,
    first: date | None = None,
    last: date | None = None,
    page: int = 1,
) -> RatePage:
    """Give a page of the rates of a currency, or all, from ``first`` to ``last``, the newest first (two queries)."""
    wanted = [
        *([] if currency is None else [col(ExchangeRate.currency) == currency]),
        *([] if first is None else [col(ExchangeRate.rate_date) >= first]),
        *([] if last is None else [col(ExchangeRate.rate_date) <= last]),
    ]
    total = session.execute(sa.select(sa.func.count(col(ExchangeRate.id))).where(*wanted)).scalar_one()
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    order = (col(ExchangeRate.rate_date).desc(), col(ExchangeRate.currency), col(ExchangeRate.id).desc())
    query = _rates().where(*wanted).order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return RatePage([RateFacts(*row) for row in session.execute(query)], page, pages, total)


def exchange_rate(session: Session, rate_id: int) -> RateFacts | None:
    """Give one rate of the list (one query)."""
    row = session.execute(_rates().where(col(ExchangeRate.id) == rate_id)).first()
    return None if row is None else RateFacts(*row)


def _rates() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        col(ExchangeRate.id),
        col(ExchangeRate.currency),
        col(ExchangeRate.rate_date),
        col(ExchangeRate.value),
        col(ExchangeRate.source),
        col(ExchangeRate.entered_at),
        col(ExchangeRate.entered_by),
        col(Person.name),
    )
    return (
        sa.select(*columns).select_from(ExchangeRate).outerjoin(Person, col(Person.id) == col(ExchangeRate.entered_by))
    )
