"""The budget of a partnership: both halves, their entries, and the forms that add one."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.budget import AllotmentExceeded, Half, may_book
from app.domain.codes import Category, Currency, EntryKind, Side
from app.domain.errors import DomainError
from app.domain.money import LOCAL_CURRENCY, largest_within, rate_for, to_cents
from app.domain.texts import title_of
from app.domain.time import programme_day
from app.language.labels import choices, label
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.budget import BudgetFacts
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.budget_forms import FIELDS, MODELS, Booking, booking_of
from app.web.budget_lists import commitment_choices, session_choices, sums_by_session
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page, see_other

router = APIRouter(prefix="/partnerships/{slug}", include_in_schema=False)
PageDep = Annotated[str, Query(alias="page")]


@router.get("/budget", name="budget.detail")
def detail(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    slug: str,
    side: str = "",
    page_number: PageDep = "1",
    booked: str = "",
) -> Response:
    """Show both halves of a partnership's budget and what was booked on them."""
    budget = _budget(session, actor, slug)
    number, locale = budget.partnership_id, request.state.locale
    entries = ledger.entries(session, number, side=_side(side), page=_whole(page_number))
    context = {
        "budget": budget,
        "names": {half.side.value: half.government_name for half in budget.halves},
        "bookable": [half.side.value for half in budget.halves if may_book(actor, half.government_id)],
        "booked": ledger.entry(session, number, _whole(booked)) if booked else None,
        "chosen": _side(side) or "",
        "entries": entries,
        "titles": {row.session_id: title_of(row, locale) for row in entries.rows if row.session_id is not None},
        "commitments": ledger.open_commitments(session, number),
        "by_category": [(label(locale, one.category), one.sides) for one in ledger.sums_by_category(session, number)],
        "by_session": sums_by_session(locale, ledger.sums_by_session(session, number)),
    }
    return page(request, "budget/detail.html", context, fragments=("entries",))


@router.get("/budget/new", name="budget.new")
def new(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    kind: str = "payment",
    side: str = "",
    commitment: str = "",
) -> Response:
    """Show the form for a new entry."""
    budget = _budget(session, actor, slug)
    half = _half(actor, budget, side)
    values = _known_values(session, budget, half, _kind(kind), today=programme_day(now))
    values.update(_from_commitment(session, budget, _whole(commitment)) if commitment else {})
    return _form_page(request, session, budget, half, _kind(kind), blank(values))


@router.post("/budget/new", name="budget.create")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Add an entry to a half."""
    budget = _budget(session, actor, slug)
    half = _half(actor, budget, str(data.get("side", "")))
    kind = _kind(str(data.get("kind", "")))
    form = bind(MODELS[kind], data)
    booking = booking_of(form, kind)
    if booking is not None:
        try:
            return see_other(_booked(request, session, booking, half, form=form, slug=slug, actor=actor, now=now))
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, ""))
    return _form_page(request, session, _budget(session, actor, slug), half, kind, form, booking)


def _booked(
    request: Request,
    session: Session,
    booking: Booking,
    half: Half,
    *,
    form: Form[Any],
    slug: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Book once, however often the form is sent; give the address that shows it."""
    with transaction(session):
        earlier = claim(session, form.sent, actor=actor, now=now)
        if earlier is not None:
            return earlier
        number = booking.carry_out(session, half, actor=actor, now=now)
        location: str = request.app.state.addresses("budget.detail", slug=slug, booked=number)
        settle(session, form.sent, location)
    return location


def _form_page(
    request: Request,
    session: Session,
    budget: BudgetFacts,
    half: Half,
    kind: EntryKind,
    form: Form[Any],
    booking: Booking | None = None,
) -> Response:
    number, locale = budget.partnership_id, request.state.locale
    context = {
        "budget": budget,
        "half": next(one for one in budget.halves if one.side is half.side),
        "kind": kind.value,
        "form": form,
        "currencies": _currencies(budget),
        "needs_rate": Currency.RWF in _currencies(budget) or form.value("amount_currency") == Currency.RWF,
        "categories": choices(locale, Category),
        "session_choices": session_choices(locale, ledger.sessions_to_book_on(session, number)),
        "commitment_choices": commitment_choices(locale, ledger.open_commitments(session, number, side=half.side)),
        "fitting": _fitting(form, booking),
    }
    return page(request, "budget/new.html", context, status_code=422 if form.errors else 200)


def _fitting(form: Form[Any], booking: Booking | None) -> dict[str, Any] | None:
    """Say in the currency that was typed what an amount too large is in euro, and what would fit."""
    refusal = form.error("amount")
    if booking is None or booking.amount_minor is None or not isinstance(refusal, AllotmentExceeded):
        return None
    fits_cents: Any = refusal.params["available_cents"]
    currency: Currency = getattr(booking.cleaned, "amount_currency", Currency.EUR)
    if currency is Currency.EUR:
        return None
    rate = rate_for(currency, booking.rate).value
    return {
        "currency": currency,
        "typed_minor": booking.amount_minor,
        "typed_cents": to_cents(booking.amount_minor, currency, rate),
        "fits_minor": largest_within(fits_cents, currency, rate),
    }


def _known_values(
    session: Session, budget: BudgetFacts, half: Half, kind: EntryKind, *, today: date
) -> dict[str, object]:
    """Fill in what is known already: today, the currency of the place, the rate that was used last."""
    values: dict[str, object] = {"day": today.isoformat()}
    if kind is EntryKind.RELEASE:
        return values
    local = LOCAL_CURRENCY[budget.country] if half.side is Side.PARTNER else Currency.EUR
    values["amount_currency"] = local.value
    last = (
        ledger.last_rate(session, budget.partnership_id, Currency.RWF) if Currency.RWF in _currencies(budget) else None
    )
    if last is not None and last.rate_date is not None:
        values |= {"rate": last.rate, "rate_source": last.rate_source, "rate_date": last.rate_date.isoformat()}
    return values


def _from_commitment(session: Session, budget: BudgetFacts, number: int) -> dict[str, object]:
    """Take over what a commitment says, when it is paid or released."""
    found = [one for one in ledger.open_commitments(session, budget.partnership_id) if one.id == number]
    return {
        name: value
        for one in found
        for name, value in (
            ("commitment", one.id),
            ("category", one.category.value),
            ("session", one.session_id or ""),
            ("description", one.description),
        )
    }


def _budget(session: Session, actor: Actor, slug: str) -> BudgetFacts:
    budget = ledger.budget_of(session, actor, slug)
    if budget is None:
        raise HTTPException(404)
    return budget


def _half(actor: Actor, budget: BudgetFacts, side: str) -> Half:
    """Choose the half to book on: the one that is asked for, else the first that the person may book on."""
    own = [half for half in budget.halves if may_book(actor, half.government_id)]
    half = next((half for half in own if half.side == side or not side), None)
    if half is None:
        raise NotAllowed
    return half


def _currencies(budget: BudgetFacts) -> list[Currency]:
    return [Currency.EUR, LOCAL_CURRENCY[budget.country]]


def _kind(text: str) -> EntryKind:
    return EntryKind(text) if text in {kind.value for kind in EntryKind} else EntryKind.PAYMENT


def _side(text: str) -> Side | None:
    return Side(text) if text in {side.value for side in Side} else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
