"""The forms with which entries are added to a half of a budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.codes import Category, Currency, EntryKind
from app.domain.errors import DomainError
from app.domain.money import FIXED_RATES, Rate, parse_amount, parse_rate
from app.services import budget
from app.services.budget import Spending
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
    """Money that is set aside. The rate counts for currencies without a fixed one."""

    amount: str = Field(max_length=40)
    amount_currency: Currency = Currency.EUR
    rate: str = Field("", max_length=30)
    rate_source: str = Field("", max_length=200)
    rate_date: Day | None = None
    day: Day
    category: Category
    session: ChosenRow | None = None
    description: str = Field(max_length=300)


class PaymentForm(SpendingForm):
    """Money that is paid, perhaps out of a commitment."""

    commitment: ChosenRow | None = None


MODELS: Final[Mapping[EntryKind, type[FormModel]]] = {
    EntryKind.COMMITMENT: SpendingForm,
    EntryKind.PAYMENT: PaymentForm,
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
    "rate_needed": "rate",
}


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
        spending = self._spending(cleaned, half)
        if isinstance(cleaned, PaymentForm):
            return budget.pay(session, spending, commitment_id=cleaned.commitment, actor=actor, now=now)
        return budget.commit_money(session, spending, actor=actor, now=now)

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


def booking_of(form: Form[Any], kind: EntryKind) -> Booking | None:
    """Read the amounts of a form; what cannot be read is noted at its field."""
    cleaned: SpendingForm | ReleaseForm | None = form.cleaned
    if cleaned is None:
        return None
    if isinstance(cleaned, ReleaseForm):
        amount = _amount(form, cleaned.amount, Currency.EUR) if cleaned.amount else None
        return None if form.errors else Booking(kind, cleaned, amount)
    amount = _amount(form, cleaned.amount, cleaned.amount_currency)
    rate = _rate(form, cleaned)
    return None if form.errors else Booking(kind, cleaned, amount, rate)


def _amount(form: Form[Any], typed: str, currency: Currency) -> int | None:
    try:
        return parse_amount(typed, currency)
    except DomainError as refusal:
        form.refuse(refusal, "amount")
        return None


def _rate(form: Form[Any], cleaned: SpendingForm) -> Rate | None:
    if cleaned.amount_currency in FIXED_RATES:
        return None
    for name in ("rate", "rate_source", "rate_date"):
        if not getattr(cleaned, name):
            form.refuse(FieldRefused("required"), name)
    try:
        return Rate(parse_rate(cleaned.rate), cleaned.rate_source, cleaned.rate_date) if cleaned.rate else None
    except DomainError as refusal:
        form.refuse(refusal, "rate")
        return None
