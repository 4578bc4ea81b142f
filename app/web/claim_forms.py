"""The forms of claims: what it is for, a line with its receipts, and what is decided over it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from pydantic import Field

from app.domain.claims import REASON_LIMIT, NewLine
from app.domain.codes import Category, Currency
from app.domain.errors import DomainError
from app.domain.money import DECIMALS, FIXED_RATES, Rate, parse_amount, parse_rate
from app.queries.claim_facts import ClaimFacts, LineFacts
from app.services.claim_lines import Heading
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel
from app.web.numbers import LARGEST_ROW, ChosenRow

RateOn = Callable[[Currency, date], Rate | None]
GOVERNMENT: Final = 0
"""The choice of the local government itself as the one that gets the money."""


class HeadingForm(FormModel):
    """What a claim is for. ``stamp``: what stood there when the page was opened."""

    title: str = Field(min_length=1, max_length=160)
    session: ChosenRow | None = None
    beneficiary: int = Field(GOVERNMENT, ge=GOVERNMENT, le=LARGEST_ROW)
    stamp: str = Field("", max_length=64)


class NewClaimForm(HeadingForm):
    """A new claim on the half of one side."""

    side: str = Field("", max_length=16)


class LineForm(FormModel):
    """A line as it is typed; ``then`` is "another" for who adds the next one at once."""

    category: Category
    description: str = Field(min_length=1, max_length=300)
    spent_on: Day
    amount: str = Field(max_length=40)
    amount_currency: Currency = Currency.EUR
    rate: str = Field("", max_length=30)
    rate_source: str = Field("", max_length=200)
    rate_date: Day | None = None
    commitment: ChosenRow | None = None
    stamp: str = Field("", max_length=64)
    then: str = Field("", max_length=16)


class VersionForm(FormModel):
    """The version of the claim that was on the page."""

    version: int = Field(ge=1, le=LARGEST_ROW)


class ReasonForm(VersionForm):
    """Why a claim is returned or refused."""

    reason: str = Field("", max_length=REASON_LIMIT)


class PaidOutForm(FormModel):
    """On which day the money was paid out."""

    day: Day


class ConfirmForm(FormModel):
    """A form that only confirms."""


FIELDS: Final = {
    "unknown_beneficiary": "beneficiary",
    "session_elsewhere": "session",
    "amount_is_zero": "amount",
    "amount_too_large": "amount",
    "rate_needed": "rate",
    "unknown_commitment": "commitment",
    "claim_reason_missing": "reason",
    "paid_out_day": "day",
}


def heading_of(typed: HeadingForm) -> Heading:
    """Give the heading that was typed."""
    return Heading(typed.title, typed.session, typed.beneficiary or None)


def heading_values(claim: ClaimFacts) -> dict[str, object]:
    """Give the values of the form for a claim that is there."""
    return {
        "title": claim.title,
        "session": claim.session_id or "",
        "beneficiary": claim.beneficiary_id or GOVERNMENT,
        "stamp": claim.stamp,
    }


def line_of(form: Form[Any], rate_on: RateOn) -> NewLine | None:
    """Read a line; what cannot be read is noted at its field. Without a typed rate that of the list counts."""
    typed: LineForm | None = form.cleaned
    if typed is None:
        return None
    amount = _read(form, "amount", lambda: parse_amount(typed.amount, typed.amount_currency))
    rate = _rate(form, typed, rate_on)
    if form.errors or amount is None:
        return None
    return NewLine(
        typed.category, typed.description, typed.spent_on, typed.amount_currency, amount, rate, typed.commitment
    )


def line_values(line: LineFacts) -> dict[str, object]:
    """Give the values of the form for a line that is there."""
    needs_rate = line.currency not in FIXED_RATES
    return {
        "category": line.category.value,
        "description": line.description,
        "spent_on": line.spent_on.isoformat(),
        "amount": amount_text(line.amount_minor, line.currency),
        "amount_currency": line.currency.value,
        "rate": line.rate if needs_rate else "",
        "rate_source": line.rate_source if needs_rate else "",
        "rate_date": line.rate_date.isoformat() if needs_rate and line.rate_date else "",
        "commitment": line.commitment_id or "",
        "stamp": line.stamp,
    }


def amount_text(amount_minor: int, currency: Currency) -> str:
    """Write an amount as it can be typed."""
    if not DECIMALS[currency]:
        return str(amount_minor)
    whole, rest = divmod(amount_minor, 100)
    return f"{whole},{rest:02}"


def _rate(form: Form[Any], typed: LineForm, rate_on: RateOn) -> Rate | None:
    if typed.amount_currency in FIXED_RATES:
        return None
    if not typed.rate:
        found = rate_on(typed.amount_currency, typed.spent_on)
        if found is None:
            form.refuse(FieldRefused("required"), "rate")
        return found
    for name in ("rate_source", "rate_date"):
        if not getattr(typed, name):
            form.refuse(FieldRefused("required"), name)
    value = _read(form, "rate", lambda: parse_rate(typed.rate))
    return None if value is None or typed.rate_date is None else Rate(value, typed.rate_source, typed.rate_date)


def _read(form: Form[Any], name: str, reading: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is read
    try:
        return reading()
    except DomainError as refusal:
        form.refuse(refusal, name)
        return None
