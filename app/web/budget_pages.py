"""What the pages of a partnership's budget share: found through the actor, booked once, refused with what would fit."""

from datetime import date, datetime
from typing import Any, Protocol

from fastapi import HTTPException, Request
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import AllotmentExceeded, Half, may_book
from app.domain.codes import Currency
from app.domain.money import FIXED_RATES, LOCAL_CURRENCY, Rate, largest_within, rate_for, to_cents
from app.models.database import transaction
from app.queries.budget import BudgetFacts, budget_of, first_commitments
from app.queries.exchange_rates import rate_on
from app.services.receipts import claim, settle
from app.web.forms import Form


class Deed(Protocol):
    """What a form leads to: a booking or a correction."""

    def carry_out(self, session: Session, half: Half, *, actor: Actor, now: datetime) -> int:
        """Do it; give the id of the entry."""


def found_budget(session: Session, actor: Actor, slug: str) -> BudgetFacts:
    """Give the budget of a partnership; 404 where ``actor`` sees none (two queries)."""
    budget = budget_of(session, actor, slug)
    if budget is None:
        raise HTTPException(404)
    return budget


def booked_once(
    request: Request, session: Session, deed: Deed, half: Half, *, sent: str, slug: str, actor: Actor, now: datetime
) -> str:
    """Carry out once, however often the form is sent; give the address that shows it."""
    with transaction(session):
        earlier = claim(session, sent, actor=actor, now=now)
        if earlier is not None:
            return earlier
        number = deed.carry_out(session, half, actor=actor, now=now)
        location: str = request.app.state.addresses("budget.detail", slug=slug, booked=number)
        settle(session, sent, location)
    return location


def currencies_of(budget: BudgetFacts) -> list[Currency]:
    """Give the currencies of a form: the euro first, then that of the partner, then the dollar."""
    return list(dict.fromkeys((Currency.EUR, LOCAL_CURRENCY[budget.country], Currency.USD)))


def rate_context(session: Session, budget: BudgetFacts, day: date) -> dict[str, Any]:
    """Give the currencies that need a rate, and what the list of rates proposes for ``day``."""
    needed = [one for one in currencies_of(budget) if one not in FIXED_RATES]
    found = {one: rate_on(session, one, day) for one in needed}
    return {
        "rate_currencies": [one.value for one in needed],
        "proposals": [(one.value, rate) for one, rate in found.items() if rate is not None],
    }


def fitting(form: Form[Any], amount_minor: int | None, currency: Currency, rate: Rate | None) -> dict[str, Any] | None:
    """Say in the currency that was typed what an amount too large is in euro, and what would fit."""
    refusal = form.error("amount")
    if amount_minor is None or currency is Currency.EUR or not isinstance(refusal, AllotmentExceeded):
        return None
    fits_cents: Any = refusal.params["available_cents"]
    value = rate_for(currency, rate).value
    return {
        "currency": currency,
        "typed_minor": amount_minor,
        "typed_cents": to_cents(amount_minor, currency, value),
        "fits_minor": largest_within(fits_cents, currency, value),
    }


def room_context(session: Session, actor: Actor, half: Half, form: Form[Any]) -> dict[str, Any]:
    """Give the open commitments that could be released where an amount is too large, for ``budget/_room.html``."""
    if not isinstance(form.error("amount"), AllotmentExceeded):
        return {"releasable": [], "releasable_more": False, "may_release": False}
    found, more = first_commitments(session, [half])
    return {
        "releasable": found,
        "releasable_more": bool(more),
        "may_release": may_book(actor, half.government_id),
    }


def whole(text: str) -> int:
    """Give a whole number that somebody wrote in an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
