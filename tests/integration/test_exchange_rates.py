"""Exchange rates: which counts on a day, the list, a rate of one's own, removal, and a file of many."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.codes import Currency
from app.domain.money import EURO_RATE, XOF_RATE, Rate
from app.models import ExchangeRate
from app.models.database import transaction
from app.queries.exchange_rates import OLDEST_DAYS, exchange_rates, rate_on

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = date(2027, 2, 15)


def put(session: Session, day: date, value: str, source: str = "ECB", currency: Currency = Currency.RWF) -> None:
    """Store a rate."""
    with transaction(session):
        session.add(ExchangeRate(currency=currency, rate_date=day, value=value, source=source, entered_at=NOW))


def test_the_newest_rate_on_or_before_a_day_counts(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        put(session, DAY - timedelta(days=5), "1500")
        put(session, DAY, "1501.5")
        put(session, DAY + timedelta(days=1), "1502")
        put(session, DAY, "1.08", currency=Currency.USD)
        assert rate_on(session, Currency.RWF, DAY) == Rate(Decimal("1501.5"), "ECB", DAY)
        earlier = DAY - timedelta(days=1)
        assert rate_on(session, Currency.RWF, earlier) == Rate(Decimal(1500), "ECB", DAY - timedelta(days=5))
        assert rate_on(session, Currency.USD, DAY) == Rate(Decimal("1.08"), "ECB", DAY)


def test_of_two_rates_of_a_day_the_last_entered_counts(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        put(session, DAY, "1500", "ECB")
        put(session, DAY, "1510", "Bank")
        found = rate_on(session, Currency.RWF, DAY)
        assert found == Rate(Decimal(1510), "Bank", DAY)


def test_a_rate_that_is_too_old_is_no_rate(session: Session) -> None:
    put(session, DAY, "1500")
    assert rate_on(session, Currency.RWF, DAY + timedelta(days=OLDEST_DAYS)) is not None
    assert rate_on(session, Currency.RWF, DAY + timedelta(days=OLDEST_DAYS + 1)) is None
    assert rate_on(session, Currency.RWF, DAY - timedelta(days=1)) is None
    assert rate_on(session, Currency.USD, DAY) is None


@pytest.mark.parametrize(("currency", "rate"), [(Currency.EUR, EURO_RATE), (Currency.XOF, XOF_RATE)])
def test_fixed_currencies_have_their_fixed_rate_on_any_day(session: Session, currency: Currency, rate: Rate) -> None:
    assert rate_on(session, currency, date(1999, 1, 1)) == rate


def test_the_list_is_filtered_and_comes_in_pages(session: Session) -> None:
    for number in range(60):
        put(session, DAY - timedelta(days=number), "1500")
    put(session, DAY, "1.08", currency=Currency.USD)
    found = exchange_rates(session)
    assert (found.total, found.page, found.pages, len(found.rows)) == (61, 1, 2, 50)
    assert len(exchange_rates(session, page=9).rows) == 11
    assert [one.value for one in exchange_rates(session, currency=Currency.USD).rows] == ["1.08"]
    assert [one.rate_date for one in exchange_rates(session, first=DAY, last=DAY).rows] == [DAY, DAY]
