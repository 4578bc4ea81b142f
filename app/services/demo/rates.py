"""Invented exchange rates and day rates, which say so: no public document that we found gives the amounts."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.domain.budget_rules import DayRate
from app.domain.codes import Country, Currency
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.models import ExchangeRate, Programme

SOURCE: Final = "Invented for the demo"
_EXCHANGE: Final = (
    (1, Currency.RWF, "1452.30"),
    (1, Currency.USD, "1.0842"),
    (29, Currency.RWF, "1449.85"),
    (29, Currency.USD, "1.0795"),
    (60, Currency.RWF, "1438.10"),
)
"""How many days ago, of which currency, how many for one euro."""
_DAY: Final = (
    (Country.BELGIUM, "1", Currency.EUR, 60_00),
    (Country.BELGIUM, "2", Currency.EUR, 45_00),
    (Country.RWANDA, "1", Currency.USD, 52_50),
    (Country.RWANDA, "2", Currency.USD, 41_25),
    (Country.BENIN, "1", Currency.XOF, 30_000),
    (Country.BENIN, "2", Currency.XOF, 24_500),
)


def set_day_rates(session: Session, programme: Programme) -> None:
    """Give a programme its invented day rates; before its first version is kept."""
    rules = Rules.from_data(programme.rules)
    first = programme.starts_on.isoformat()
    rates = tuple(DayRate(*one, valid_from=first, source=SOURCE) for one in _DAY)
    programme.rules = replace(rules, budget=replace(rules.budget, day_rates=rates)).to_data()
    session.flush()


def load_exchange_rates(session: Session, *, now: datetime) -> None:
    """Put a few rates in the list."""
    for days, currency, value in _EXCHANGE:
        day = programme_day(now) - timedelta(days=days)
        session.add(ExchangeRate(currency=currency, rate_date=day, value=value, source=SOURCE, entered_at=now))
    session.flush()
