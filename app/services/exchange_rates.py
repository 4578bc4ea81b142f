"""Write the list of exchange rates. What was booked keeps the rate that it was booked with: no entry changes here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.tables import NoTable, ReadTable, read_table
from app.domain.access import Actor
from app.domain.candidacy_import import ImportChanged, ImportEmpty, ImportFaulty
from app.domain.codes import Currency
from app.domain.exchange_rates import (
    MAX_BYTES,
    NewRate,
    RateGone,
    RateKnown,
    RatesTooLarge,
    Reading,
    check_rate,
    columns_of,
    read_rates,
)
from app.domain.time import programme_day
from app.models import ExchangeRate
from app.models.base import identity
from app.services.events import record


@dataclass(frozen=True, slots=True)
class Preview:
    """What the import of a table would do."""

    table: ReadTable
    reading: Reading


def add(session: Session, actor: Actor, rate: NewRate, *, now: datetime) -> int:
    """Enter a rate; give its id.

    :raises RateFixed, RateUnexpected, RateOfTomorrow: it cannot be entered.
    :raises RateKnown: the list holds one of this currency, day and source.
    """
    check_rate(rate, today=programme_day(now))
    _check_free(session, rate)
    row = _row(rate, actor, now)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as violation:  # somebody else enters it at the same moment
        raise RateKnown(currency=rate.currency, value=rate.value) from violation
    record(session, actor, "exchange_rate.added", subject=("exchange_rate", row.id), now=now, **_details(rate))
    return identity(row)


def correct(
    session: Session, actor: Actor, rate_id: int, rate: NewRate, *, seen: str, reason: str, now: datetime
) -> None:
    """Put another rate in the place of a wrong one of the list; ``seen`` is the value that it had on the page.

    :raises RateGone: it was removed or changed in between.
    :raises RateFixed, RateUnexpected, RateOfTomorrow, RateKnown: see ``add``.
    """
    row = _held(session, rate_id)
    if row.value != seen:
        raise RateGone
    check_rate(rate, today=programme_day(now))
    _check_free(session, rate, but=rate_id)
    before = {"value_before": row.value, "day_before": row.rate_date.isoformat()}
    row.currency, row.rate_date, row.value, row.source = rate.currency, rate.day, rate.text, rate.source
    session.flush()
    subject = ("exchange_rate", rate_id)
    details = _details(rate) | before
    record(session, actor, "exchange_rate.corrected", subject=subject, now=now, **details, reason=reason)


def remove(session: Session, actor: Actor, rate_id: int, *, reason: str, now: datetime) -> None:
    """Take a wrong rate out of the list.

    :raises RateGone: somebody did so before.
    """
    row = _held(session, rate_id)
    details = _details(NewRate(row.currency, row.rate_date, Decimal(row.value), row.source))
    session.delete(row)
    session.flush()
    subject = ("exchange_rate", rate_id)
    record(session, actor, "exchange_rate.removed", subject=subject, now=now, **details, reason=reason)


def preview(session: Session, content: bytes, *, now: datetime) -> Preview:
    """Read a file of rates as it would be imported now (one query).

    :raises RatesTooLarge, TooManyRates, RateColumnMissing, ImportEmpty: it cannot be one; and as ``read_table``.
    """
    if len(content) > MAX_BYTES:
        raise RatesTooLarge(kilobytes=MAX_BYTES // 1024)
    try:
        table = read_table(content)
    except NoTable:
        raise ImportEmpty from None
    known = _known(session)
    return Preview(table, read_rates(table.rows, columns_of(table.header), known=known, today=programme_day(now)))


def run(session: Session, actor: Actor, content: bytes, *, now: datetime) -> int:
    """Enter all rates of a file, or none; give how many are new. It is read anew, so that nothing is entered twice.

    :raises ImportFaulty: a cell cannot be imported; and as ``preview``.
    :raises ImportChanged: somebody else enters one of them at the same moment.
    """
    reading = preview(session, content, now=now).reading
    if reading.faults:
        raise ImportFaulty(count=len(reading.faults))
    rows = [_row(rate, actor, now) for rate in reading.new]
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as violation:
        raise ImportChanged from violation
    if rows:
        subject = ("exchange_rate", rows[0].id)
        record(session, actor, "exchange_rates.imported", subject=subject, now=now, count=len(rows))
    return len(rows)


def _row(rate: NewRate, actor: Actor, now: datetime) -> ExchangeRate:
    return ExchangeRate(
        currency=rate.currency,
        rate_date=rate.day,
        value=rate.text,
        source=rate.source,
        entered_at=now,
        entered_by=actor.person_id,
    )


def _details(rate: NewRate) -> dict[str, str]:
    return {"currency": rate.currency.value, "value": rate.text, "day": rate.day.isoformat(), "source": rate.source}


def _held(session: Session, rate_id: int) -> ExchangeRate:
    row = session.get(ExchangeRate, rate_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise RateGone
    return row


def _check_free(session: Session, rate: NewRate, *, but: int = 0) -> None:
    query = sa.select(col(ExchangeRate.value)).where(
        col(ExchangeRate.currency) == rate.currency,
        col(ExchangeRate.rate_date) == rate.day,
        col(ExchangeRate.source) == rate.source,
        col(ExchangeRate.id) != but,
    )
    held = session.scalar(query)
    if held is not None:
        raise RateKnown(currency=rate.currency, value=Decimal(held))


def _known(session: Session) -> dict[tuple[Currency, date, str], Decimal]:
    columns: tuple[Any, ...] = (
        col(ExchangeRate.currency),
        col(ExchangeRate.rate_date),
        col(ExchangeRate.source),
        col(ExchangeRate.value),
    )
    rows = session.execute(sa.select(*columns).order_by(col(ExchangeRate.id)))
    return {(currency, day, source): Decimal(value) for currency, day, source, value in rows}
