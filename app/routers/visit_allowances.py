"""Day allowances of a visit: for each traveller what the days give and why, and the way into a claim."""

from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.codes import Meal
from app.domain.errors import DomainError
from app.domain.money import FIXED_RATES, Rate, to_cents
from app.domain.per_diem import Allowance, categories_of, check_allowance
from app.domain.time import programme_day
from app.domain.visit_programme import days_between
from app.language.catalogues import N_, gettext
from app.models.database import transaction
from app.queries.budget import halves_of
from app.queries.day_allowances import OwnDraft, beneficiary_of, claimed_days, own_drafts
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import day_allowances
from app.services.day_allowances import Wanted, allowance_of, may_claim_for, may_see, may_send, rates_of, seen_of
from app.services.receipts import claim as claim_key
from app.services.receipts import settle
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other
from app.web.visit_allowance_form import (
    FIELDS,
    AllowanceForm,
    ClaimForm,
    chosen_category,
    meals_of,
    rate_of,
    shown_days,
)
from app.web.visit_pages import found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}/allowances", include_in_schema=False)
_TITLE = N_("Day allowances, work visit to %(place)s")
_LINE = N_("Day allowance, %(count)s days")
_LINE_OF = N_("Day allowance of %(name)s, %(count)s days")


@router.get("", name="visits.allowances")
def index(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """List the travellers whose day allowance the reader may see, with what was claimed."""
    visit = found_visit(session, actor, slug, number)
    shown = [one for one in visit.travellers if may_see(actor, visit, one)]
    if not (shown or may_send(actor, visit)):
        raise HTTPException(404)
    allowance = allowance_of(visit, "", {})
    rules = visit.rules.budget
    context = {
        "visit": visit,
        "rows": [(one, _claims_of(session, visit, one, allowance)) for one in shown],
        "days": [one.day for one in allowance.days],
        "count": rules.day_count,
        "rates": [one for one in rules.day_rates if one.country is visit.destination],
        "cuts": [(meal, rules.meal_cuts.get(meal, 0)) for meal in Meal],
    }
    return page(request, "visits/allowances.html", context)


@router.get("/{traveller}", name="visits.allowance")
def detail(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, traveller: RowNumber
) -> Response:
    """Show what the days of a traveller give, and why; the address says which meals are provided."""
    visit, found = _found(session, actor, slug, number, traveller)
    form: Form[Any] = bind(AllowanceForm, FormData(request.query_params.multi_items()))  # type: ignore[arg-type]
    return _page(request, session, actor, visit, found, form, today=programme_day(now))


@router.post("/{traveller}", name="visits.claim_allowance")
def claim(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: RowNumber,
    data: FormDep,
) -> Response:
    """Put an allowance in a claim."""
    visit, found = _found(session, actor, slug, number, traveller)
    if not may_claim_for(actor, visit, found):
        raise HTTPException(403)
    form: Form[Any] = bind(ClaimForm, data)
    wanted = _wanted(request, session, visit, found, form, today=programme_day(now))
    if wanted is not None:
        try:
            with transaction(session):
                address = claim_key(session, form.sent, actor=actor, now=now)
                if address is None:
                    made = day_allowances.claim(session, visit, wanted, actor=actor, now=now)
                    address = str(request.app.state.addresses("claims.detail", slug=slug, number=made, done="line"))
                    settle(session, form.sent, address)
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, ""))
        else:
            return see_other(address)
    return _page(request, session, actor, visit, found, form, today=programme_day(now))


def _found(session: Session, actor: Actor, slug: str, number: str, traveller: int) -> tuple[VisitFacts, TravellerFacts]:
    visit = found_visit(session, actor, slug, number)
    found = next((one for one in visit.travellers if one.id == traveller), None)
    if found is None or not may_see(actor, visit, found):
        raise HTTPException(404)
    return visit, found


def _allowance(visit: VisitFacts, form: Form[Any]) -> Allowance:
    """Compute what was asked for, or what it is without meals where the form cannot be read."""
    categories = categories_of(visit.rules.budget.day_rates, visit.destination)
    typed = form.cleaned or AllowanceForm()
    ticked = typed.meals or [str(one) for one in form.values.get("meals", ())]
    meals = meals_of(ticked, days_between(visit.first_day, visit.last_day))
    return allowance_of(visit, chosen_category(typed.category or str(form.value("category")), categories), meals)


def _wanted(
    request: Request, session: Session, visit: VisitFacts, found: TravellerFacts, form: Form[Any], *, today: date
) -> Wanted | None:
    typed: ClaimForm | None = form.cleaned
    if typed is None:
        return None
    allowance, locale = _allowance(visit, form), request.state.locale
    rate = rate_of(form, rates_of(session, allowance, today=today))
    if form.errors:
        return None
    words = {"place": visit.hosting.name, "name": found.name, "count": len(allowance.days)}
    known = beneficiary_of(session, found, visit.travelling.government_id) is not None
    return Wanted(
        traveller=found,
        category=allowance.stay.category,
        meals=allowance.stay.meals,
        seen=typed.seen,
        title=gettext(locale, _TITLE, **words)[:160],
        description=gettext(locale, _LINE if known else _LINE_OF, **words)[:300],
        rate=rate,
        claim_id=typed.claim,
    )


def _claims_of(session: Session, visit: VisitFacts, one: TravellerFacts, allowance: Allowance) -> list[int]:
    claimed = claimed_days(session, visit.partnership.id, one)
    return sorted({claimed[day.day] for day in allowance.days if day.day in claimed})


def _drafts(session: Session, actor: Actor, visit: VisitFacts, found: TravellerFacts) -> list[OwnDraft]:
    halves = halves_of(session, [visit.partnership.id]).get(visit.partnership.id, ())
    half = next((one for one in halves if one.side is visit.travelling.side), None)
    if half is None:
        return []
    beneficiary_id = beneficiary_of(session, found, visit.travelling.government_id)
    return own_drafts(session, actor, half.allotment_id, session_id=visit.number, beneficiary_id=beneficiary_id)


def _totals(allowance: Allowance, rates: dict[Any, Rate | None]) -> list[dict[str, Any]]:
    return [
        {
            "currency": currency,
            "minor": minor,
            "rate": rates[currency],
            "fixed": currency in FIXED_RATES,
            "cents": to_cents(minor, currency, rate.value) if (rate := rates[currency]) else None,
        }
        for currency, minor in allowance.totals.items()
    ]


def _refusal(allowance: Allowance) -> DomainError | None:
    try:
        check_allowance(allowance)
    except DomainError as refused:
        return refused
    return None


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    found: TravellerFacts,
    form: Form[Any],
    *,
    today: date,
) -> Response:
    allowance = _allowance(visit, form)
    rates = rates_of(session, allowance, today=today)
    claimed = claimed_days(session, visit.partnership.id, found)
    taken = next(((one.day, claimed[one.day]) for one in allowance.days if one.day in claimed), None)
    may_claim = may_claim_for(actor, visit, found)
    context = {
        "visit": visit,
        "traveller": found,
        "form": form,
        "allowance": allowance,
        "days": shown_days(allowance, claimed),
        "categories": [(one, one) for one in categories_of(visit.rules.budget.day_rates, visit.destination)],
        "cuts": visit.rules.budget.meal_cuts,
        "totals": _totals(allowance, rates),
        "needs_rate": [currency for currency, rate in rates.items() if rate is None],
        "refusal": _refusal(allowance),
        "taken": taken,
        "may_claim": may_claim,
        "seen": seen_of(allowance),
        "drafts": [(one.id, f"{one.number}: {one.title}") for one in _drafts(session, actor, visit, found)]
        if may_claim
        else [],
    }
    refused = bool(form.errors) and request.method == "POST"
    return page(request, "visits/allowance.html", context, fragments=("results",), status_code=422 if refused else 200)
