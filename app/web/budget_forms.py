"""The forms with which entries are added to a half of a budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.codes import Category, Currency, EntryKind
from app.domain.errors import DomainError
from app.domain.money import FIXED_RATES, Rate, parse_amount, parse_rate
from app.queries.budget import EntryFacts
from app.services import budget
from app.services.budget import Spending
from app.services.budget_corrections import put_in_place, take_back
from app.web.claim_forms import amount_text
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel
from app.web.numbers import ChosenRow


class ReleaseForm(FormModel):
    """What is given free of a commitment: all that is open, unless an amount says less."""

    commitment: ChosenRow
    amount: str = Field("", max_length=40)
    day: Day
    description: str = Field("", max_length=300)


class SpendingForm(FormModel):
    """Money that is set aside. A rate counts for currencies without a fixed one; none typed: that of the list."""

    amount: str = Field(max_length=40)
    amount_currency: Currency = Currency.EUR
    rate: str = Field("", max_length=30)
    rate_source: str = Field("", max_length=200)
    rate_date: Day | None = None
    day: Day
    category: Category
    session: ChosenRow | None = None
    description: str = Field(max_length=300)


class CorrectionForm(FormModel):
    """An entry that is taken back, and what should have stood there where ``outcome`` says so."""

    day: Day
    reason: str = Field(max_length=500)
    outcome: Literal["take_back", "replace"]
    amount: str = Field("", max_length=40)
    amount_currency: Currency = Currency.EUR
    rate: str = Field("", max_length=30)
    rate_source: str = Field("", max_length=200)
    rate_date: Day | None = None
    new_day: Day | None = None
    category: Category | None = None
    session: ChosenRow | None = None
    description: str = Field("", max_length=300)


class DayForm(FormModel):
    """The day for which a balance is asked."""

    on: Day


RateOn = Callable[[Currency, date], Rate | None]
MODELS: Final[Mapping[EntryKind, type[FormModel]]] = {
    EntryKind.COMMITMENT: SpendingForm,
    EntryKind.RELEASE: ReleaseForm,
}
FIELDS: Final[Mapping[str, str]] = {
    "allotment_exceeded": "amount",
    "commitment_exceeded": "amount",
    "amount_is_zero": "amount",
    "nothing_to_release": "commitment",
    "unknown_commitment": "commitment",
    "session_elsewhere": "session",
    "outside_period": "day",
    "year_closed": "day",
    "rate_needed": "rate",
}
REPLACEMENT_FIELDS: Final[Mapping[str, str]] = {**FIELDS, "outside_period": "new_day", "year_closed": "new_day"}
CORRECTION_FIELDS: Final[Mapping[str, str]] = {"outside_period": "day", "year_closed": "day"}


@dataclass(frozen=True, slots=True)
class Booking:
    """A form whose amounts could be read: ready to be carried out."""

    kind: EntryKind
    cleaned: SpendingForm | ReleaseForm
    amount_minor: int | None
    rate: Rate | None = None

    def carry_out(self, session: Session, half: Half, *, actor: Actor, now: datetime) -> int:
        """Book it on a half; give the id of the entry."""
        cleaned = self.cleaned
        if isinstance(cleaned, ReleaseForm):
            facts: dict[str, Any] = {"day": cleaned.day, "description": cleaned.description, "actor": actor, "now": now}
            return budget.release(
                session, half.allotment_id, cleaned.commitment, amount_cents=self.amount_minor, **facts
            )
        return budget.commit_money(session, self._spending(cleaned, half), actor=actor, now=now)

    def _spending(self, cleaned: SpendingForm, half: Half) -> Spending:
        return Spending(
            allotment_id=half.allotment_id,
            amount_minor=self.amount_minor or 0,
            currency=cleaned.amount_currency,
            category=cleaned.category,
            day=cleaned.day,
            description=cleaned.description,
            rate=self.rate,
            session_id=cleaned.session,
        )


@dataclass
class Correction:
    """A correction whose amounts could be read. ``fields``: where a refusal is shown, by how far it came."""

    cleaned: CorrectionForm
    wrong: EntryFacts
    amount_minor: int | None = None
    rate: Rate | None = None
    fields: Mapping[str, str] = field(default_factory=lambda: CORRECTION_FIELDS)

    def carry_out(self, session: Session, half: Half, *, actor: Actor, now: datetime) -> int:
        """Take the entry back and, if wanted, book what stands in its place; give the id of the last of both."""
        cleaned = self.cleaned
        made = take_back(
            session, half.allotment_id, self.wrong.id, day=cleaned.day, reason=cleaned.reason, actor=actor, now=now
        )
        if cleaned.outcome == "take_back":
            return made
        self.fields = REPLACEMENT_FIELDS
        return put_in_place(session, self._replacement(half), actor=actor, now=now)

    def _replacement(self, half: Half) -> Spending:
        cleaned, wrong = self.cleaned, self.wrong
        return Spending(
            allotment_id=half.allotment_id,
            amount_minor=self.amount_minor or 0,
            currency=cleaned.amount_currency,
            category=cleaned.category or wrong.category or Category.OTHER,
            day=cleaned.new_day or cleaned.day,
            description=cleaned.description,
            rate=self.rate,
            session_id=cleaned.session,
            replaces_id=wrong.id,
            reason=cleaned.reason,
        )


def correction_of(form: Form[Any], wrong: EntryFacts, rate_on: RateOn) -> Correction | None:
    """Read a correction; what is missing of a replacement or cannot be read is noted at its field."""
    cleaned: CorrectionForm | None = form.cleaned
    if cleaned is None:
        return None
    if cleaned.outcome == "take_back":
        return Correction(cleaned, wrong)
    is_release = wrong.kind is EntryKind.RELEASE
    for name in ("amount", "new_day") if is_release else ("amount", "new_day", "category", "description"):
        if not getattr(cleaned, name):
            form.refuse(FieldRefused("required"), name)
    currency = Currency.EUR if is_release else cleaned.amount_currency
    amount = _amount(form, cleaned.amount, currency) if cleaned.amount else None
    rate = _rate(form, cleaned, cleaned.new_day or cleaned.day, rate_on)
    return None if form.errors else Correction(cleaned, wrong, amount, rate)


def correction_values(wrong: EntryFacts, *, today: date, new_day: date) -> dict[str, object]:
    """Fill in what the entry says, to be changed."""
    needs_rate = wrong.currency not in FIXED_RATES
    return {
        "day": today.isoformat(),
        "outcome": "replace",
        "amount": amount_text(wrong.amount_minor, wrong.currency),
        "amount_currency": wrong.currency.value,
        "rate": wrong.rate if needs_rate else "",
        "rate_source": wrong.rate_source if needs_rate else "",
        "rate_date": wrong.rate_date.isoformat() if needs_rate and wrong.rate_date else "",
        "new_day": new_day.isoformat(),
        "category": wrong.category.value if wrong.category else "",
        "session": wrong.session_id or "",
        "description": wrong.description,
    }


def booking_of(form: Form[Any], kind: EntryKind, rate_on: RateOn) -> Booking | None:
    """Read the amounts of a form; what cannot be read is noted at its field."""
    cleaned: SpendingForm | ReleaseForm | None = form.cleaned
    if cleaned is None:
        return None
    if isinstance(cleaned, ReleaseForm):
        amount = _amount(form, cleaned.amount, Currency.EUR) if cleaned.amount else None
        return None if form.errors else Booking(kind, cleaned, amount)
    amount = _amount(form, cleaned.amount, cleaned.amount_currency)
    rate = _rate(form, cleaned, cleaned.day, rate_on)
    return None if form.errors else Booking(kind, cleaned, amount, rate)


def _amount(form: Form[Any], typed: str, currency: Currency) -> int | None:
    try:
        return parse_amount(typed, currency)
    except DomainError as refusal:
        form.refuse(refusal, "amount")
        return None


def _rate(form: Form[Any], cleaned: SpendingForm | CorrectionForm, day: date, rate_on: RateOn) -> Rate | None:
    """Give the rate that was typed with its source and day, or else that of the list for the day."""
    if cleaned.amount_currency in FIXED_RATES:
        return None
    if not cleaned.rate:
        found = rate_on(cleaned.amount_currency, day)
        if found is None:
            form.refuse(FieldRefused("required"), "rate")
        return found
    for name in ("rate_source", "rate_date"):
        if not getattr(cleaned, name):
            form.refuse(FieldRefused("required"), name)
    try:
        return Rate(parse_rate(cleaned.rate), cleaned.rate_source, cleaned.rate_date)
    except DomainError as refusal:
        form.refuse(refusal, "rate")
        return None
