"""The budget of a partnership: both halves, their entries, and the forms that set money aside and release it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor, NotAllowed
from app.domain.budget import Half, may_book
from app.domain.codes import Category, Currency, EntryKind, Side
from app.domain.errors import DomainError
from app.domain.money import LOCAL_CURRENCY
from app.domain.texts import title_of
from app.domain.time import programme_day
from app.language.labels import choices, label
from app.queries import budget as ledger
from app.queries.budget import BudgetFacts
from app.queries.budget_balance import balance_on
from app.queries.budget_entry import chains_of
from app.queries.exchange_rates import rate_on
from app.web.access import SignedInDep
from app.web.budget_changes import changes_of
from app.web.budget_forms import FIELDS, MODELS, Booking, DayForm, booking_of
from app.web.budget_lists import commitment_choices, session_choices, sums_by_session
from app.web.budget_pages import booked_once, currencies_of, fitting, found_budget, rate_context, room_context, whole
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
    after: str = "",
    booked: str = "",
) -> Response:
    """Show both halves of a partnership's budget, on a day if one is asked for, and what was booked on them."""
    budget = found_budget(session, actor, slug)
    number, locale = budget.partnership_id, request.state.locale
    entries = ledger.entries(session, number, side=_side(side), page=whole(page_number))
    commitments, more = ledger.first_commitments(session, budget.halves, after=whole(after))
    context = {
        "budget": budget,
        "names": {half.side.value: half.government_name for half in budget.halves},
        "bookable": [half.side.value for half in budget.halves if may_book(actor, half.government_id)],
        "claims_too": actor.is_staff or any(half.government_id in actor.participates for half in budget.halves),
        "booked": ledger.entry(session, number, whole(booked)) if booked else None,
        "chosen": _side(side) or "",
        "changes": changes_of(session, budget.slug, number),
        "entries": entries,
        "chains": chains_of(session, entries.rows),
        "titles": {row.session_id: title_of(row, locale) for row in entries.rows if row.session_id is not None},
        "commitments": commitments,
        "more_commitments": more,
        "not_first": whole(after) > 0,
        "by_category": [(label(locale, one.category), one.sides) for one in ledger.sums_by_category(session, number)],
        "by_session": sums_by_session(locale, ledger.sums_by_session(session, number)),
        **_on_a_day(request, session, number),
    }
    return page(request, "budget/detail.html", context, fragments=("entries",))


def _on_a_day(request: Request, session: Session, number: int) -> dict[str, Any]:
    """Give the balance on the day that was asked for; what is no day is said at its field."""
    if not request.query_params.get("on"):
        return {"day_form": blank(), "on": None, "balance": {}}
    form = bind(DayForm, FormData(dict(request.query_params)))
    if form.cleaned is None:
        return {"day_form": form, "on": None, "balance": {}}
    sums = balance_on(session, number, form.cleaned.on)
    return {
        "day_form": form,
        "on": form.cleaned.on,
        "balance": {side.value: one for side, one in sums.items()},
    }


@router.get("/budget/new", name="budget.new")
def new(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    kind: str = "commitment",
    side: str = "",
    commitment: str = "",
) -> Response:
    """Show the form for a commitment or a release; whoever wants to pay starts a claim."""
    budget = found_budget(session, actor, slug)
    if kind == EntryKind.PAYMENT:
        return see_other(request.app.state.addresses("claims.new", slug=slug))
    half = _half(actor, budget, side)
    values = _known_values(budget, half, _kind(kind), today=programme_day(now))
    values.update(_from_commitment(session, budget, whole(commitment)) if commitment else {})
    return _form_page(request, session, actor, budget, half, _kind(kind), blank(values), day=programme_day(now))


@router.post("/budget/new", name="budget.create")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Set money aside in a half, or release what was."""
    budget = found_budget(session, actor, slug)
    half = _half(actor, budget, str(data.get("side", "")))
    kind = _kind(str(data.get("kind", "")))
    form = bind(MODELS[kind], data)
    booking = booking_of(form, kind, lambda currency, day: rate_on(session, currency, day))
    if booking is not None:
        try:
            facts: dict[str, Any] = {"sent": form.sent, "slug": slug, "actor": actor, "now": now}
            return see_other(booked_once(request, session, booking, half, **facts))
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, ""))
    budget = found_budget(session, actor, slug)
    return _form_page(request, session, actor, budget, half, kind, form, day=programme_day(now), booking=booking)


def _form_page(
    request: Request,
    session: Session,
    actor: Actor,
    budget: BudgetFacts,
    half: Half,
    kind: EntryKind,
    form: Form[Any],
    *,
    day: date,
    booking: Booking | None = None,
) -> Response:
    number, locale = budget.partnership_id, request.state.locale
    commitments, _more = ledger.first_commitments(session, [half], size=100)
    chosen = ledger.open_commitment(session, number, whole(str(form.value("commitment"))))
    if chosen is not None and chosen.side is half.side and chosen not in commitments:
        commitments.insert(0, chosen)
    currency = getattr(booking.cleaned, "amount_currency", Currency.EUR) if booking else Currency.EUR
    context = {
        "budget": budget,
        "half": next(one for one in budget.halves if one.side is half.side),
        "kind": kind.value,
        "form": form,
        "currencies": currencies_of(budget),
        "categories": choices(locale, Category),
        "session_choices": session_choices(locale, ledger.sessions_to_book_on(session, number, actor)),
        "commitment_choices": commitment_choices(locale, commitments),
        "fitting": fitting(form, booking.amount_minor, currency, booking.rate) if booking else None,
        **rate_context(session, budget, day),
        **room_context(session, actor, half, form),
    }
    return page(request, "budget/new.html", context, status_code=422 if form.errors else 200)


def _known_values(budget: BudgetFacts, half: Half, kind: EntryKind, *, today: date) -> dict[str, object]:
    """Fill in what is known already: today, and the currency of the place."""
    local = LOCAL_CURRENCY[budget.country] if half.side is Side.PARTNER else Currency.EUR
    currency = {} if kind is EntryKind.RELEASE else {"amount_currency": local.value}
    return {"day": today.isoformat(), **currency}


def _from_commitment(session: Session, budget: BudgetFacts, number: int) -> dict[str, object]:
    """Take over what a commitment says, when it is released."""
    found = ledger.open_commitment(session, budget.partnership_id, number)
    return {} if found is None else {"commitment": found.id, "description": found.description}


def _half(actor: Actor, budget: BudgetFacts, side: str) -> Half:
    """Choose the half to book on: the one that is asked for, else the first that the person may book on."""
    own = [half for half in budget.halves if may_book(actor, half.government_id)]
    half = next((half for half in own if half.side == side or not side), None)
    if half is None:
        raise NotAllowed
    return half


def _kind(text: str) -> EntryKind:
    """Give what is to be booked; 404 for all that no form books, such as a payment: it comes from a claim."""
    if text not in {kind.value for kind in MODELS}:
        raise HTTPException(404)
    return EntryKind(text)


def _side(text: str) -> Side | None:
    return Side(text) if text in {side.value for side in Side} else None
