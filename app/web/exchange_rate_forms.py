"""The forms of exchange rates: one rate, its correction and removal, a file of many with its preview."""

from typing import Any

from pydantic import Field

from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.exchange_rates import ENTERED, NewRate, RateFixed, read_rate
from app.queries.exchange_rates import RateFacts
from app.web.days import Day
from app.web.forms import Form, FormModel

FIELDS = {
    "exchange_rate_fixed": "currency",
    "exchange_rate_unexpected": "rate",
    "exchange_rate_tomorrow": "day",
    "exchange_rate_known": "rate",
}


class FilterForm(FormModel):
    """Which rates of the list are shown."""

    currency: Currency | None = None
    first: Day | None = None
    last: Day | None = None

    def address_values(self) -> dict[str, str]:
        """Give what the address of a page of this list says."""
        return {name: str(value) for name, value in self.model_dump().items() if value is not None}


class RateForm(FormModel):
    """A rate to be entered."""

    currency: Currency
    rate: str = Field(max_length=30)
    day: Day
    source: str = Field(max_length=200)


class CorrectionForm(RateForm):
    """A rate that takes the place of a wrong one."""

    seen: str = Field(max_length=32)
    reason: str = Field(max_length=300)


class RemovalForm(FormModel):
    """Why a rate is removed."""

    reason: str = Field(max_length=300)


class ImportForm(FormModel):
    """The rates of a file that was looked at, as a table."""

    table: str = Field(max_length=400_000)


def rate_of(form: Form[Any]) -> NewRate | None:
    """Read the rate of a form; what cannot be read is noted at its field."""
    typed: RateForm | None = form.cleaned
    if typed is None:
        return None
    source = " ".join(typed.source.split())
    if typed.currency not in ENTERED:
        form.refuse(RateFixed(currency=typed.currency), "currency")
        return None
    try:
        return NewRate(typed.currency, typed.day, read_rate(typed.rate, typed.currency), source)
    except DomainError as refusal:
        form.refuse(refusal, "rate")
        return None


def values_of(rate: RateFacts) -> dict[str, Any]:
    """Give what the form of a correction shows."""
    return {
        "currency": rate.currency.value,
        "rate": rate.value,
        "day": rate.rate_date.isoformat(),
        "source": rate.source,
        "seen": rate.value,
    }


def refuse(form: Form[Any], refusal: DomainError) -> None:
    """Note a refusal at the field that it is about."""
    form.refuse(refusal, FIELDS.get(refusal.code, ""))
