"""Close years of budgets and settle them at the end: for the programme team."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.closing import Obstacles
from app.domain.codes import RestRule
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.language.formats import money
from app.language.labels import choices
from app.queries.budget import BudgetFacts, halves_of, open_commitments
from app.queries.closing import (
    claims_ahead,
    claims_dated_in,
    closed_years_of,
    obstacles_of,
    settlements_of,
    successor_of,
    visits_with_estimate,
)
from app.queries.partnerships import partnerships
from app.queries.programmes import ProgrammeFacts, programme_by_id, programme_by_slug
from app.queries.transfers import transfers_of
from app.services import closing
from app.web.access import StaffDep
from app.web.budget_pages import found_budget
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page
from app.web.transfer_forms import SettlementForm, YearForm, carry_out

router = APIRouter(prefix="/staff/budget", include_in_schema=False)


@router.get("/partnerships/{slug}/closing", name="staff.closing.partnership")
def partnership(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str) -> Response:
    """Show the years of a budget, what is still open, and how it would be settled."""
    return _page(request, session, found_budget(session, actor, slug), now, blank({}), blank({}))


@router.post("/partnerships/{slug}/closing", name="staff.closing.close_year")
def close_year(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Close a year of a partnership's budget."""
    budget = found_budget(session, actor, slug)
    form = bind(YearForm, data)

    def deed(typed: YearForm) -> str:
        closing.close_year(session, budget.partnership_id, typed.year, reason=typed.reason, actor=actor, now=now)
        return str(request.app.state.addresses("staff.closing.partnership", slug=slug))

    done = carry_out(session, actor, form, deed, now=now)
    return done or _page(request, session, found_budget(session, actor, slug), now, form, blank({}))


@router.post("/partnerships/{slug}/settlement", name="staff.closing.settle")
def settle(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, data: FormDep) -> Response:
    """Settle the budget of a partnership."""
    budget = found_budget(session, actor, slug)
    form = bind(SettlementForm, data)

    def deed(typed: SettlementForm) -> str:
        closing.settle(session, budget.partnership_id, rest=typed.rest, reason=typed.reason, actor=actor, now=now)
        return str(request.app.state.addresses("staff.closing.partnership", slug=slug))

    done = carry_out(session, actor, form, deed, now=now, elsewhere={"rest_reason": "rest_reason"})
    return done or _page(request, session, found_budget(session, actor, slug), now, blank({}), form)


@router.get("/programmes/{slug}/years", name="staff.closing.programme")
def programme(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, slug: str) -> Response:
    """Show which years of which budgets of a programme are closed."""
    return _programme_page(request, session, _programme(session, slug), now, blank({}))


@router.post("/programmes/{slug}/years", name="staff.closing.close_programme_year")
def close_programme_year(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Close a year of every budget of a programme that may be closed."""
    found = _programme(session, slug)
    form = bind(YearForm, data)

    def deed(typed: YearForm) -> str:
        outcome = closing.close_programme_year(session, found.id, typed.year, reason=typed.reason, actor=actor, now=now)
        if not outcome.closed and outcome.hindered:
            raise next(iter(outcome.hindered.values()))
        return str(request.app.state.addresses("staff.closing.programme", slug=slug, year=typed.year))

    done = carry_out(session, actor, form, deed, now=now)
    return done or _programme_page(request, session, found, now, form)


def _page(
    request: Request, session: Session, budget: BudgetFacts, now: datetime, form: Form[Any], settling: Form[Any]
) -> Response:
    number, today = budget.partnership_id, programme_day(now)
    closed = closed_years_of(session, [number]).get(number, [])
    programme = _programme_of(session, budget)
    obstacles, visits = obstacles_of(session, number), visits_with_estimate(session, number)
    years = _open_years(budget, {one.year for one in closed}, today.year)
    context = {
        "budget": budget,
        "form": form,
        "settling": settling,
        "closed": closed,
        "years": years,
        "claims_in": {year: claims_ahead(session, claims_dated_in(session, number, year)) for year in years},
        "settlement": settlements_of(session, [number]).get(number),
        "too_early": today < budget.ends_on,
        "obstacles": _obstacles_shown(session, budget, obstacles) | {"visits": visits},
        "rule": programme.rules.budget.rest,
        "rest_choices": [{"value": code, "label": words} for code, words in choices(request.state.locale, RestRule)],
        "closing_years": [(year, str(year)) for year in years],
        "figures": _figures(request.state.locale, budget),
        "titles": {one.number: title_of(one, request.state.locale).words for one in visits},
        "successor": successor_of(session, number),
        "zone": PROGRAMME_ZONE,
    }
    refused = form.errors or settling.errors
    return page(request, "staff/closing/partnership.html", context, status_code=422 if refused else 200)


def _obstacles_shown(session: Session, budget: BudgetFacts, obstacles: Obstacles) -> dict[str, Any]:
    number = budget.partnership_id
    return {
        "count": obstacles.count,
        "commitments": open_commitments(session, number),
        "claims": claims_ahead(session, obstacles.claims) if obstacles.claims else [],
        "transfers": [one for one in transfers_of(session, number) if one.id in obstacles.transfers],
    }


def _figures(locale: str, budget: BudgetFacts) -> list[dict[str, str]]:
    """Give what both halves have and what is given back, in words."""
    return [
        {
            "name": half.government_name,
            "amount": money(locale, half.amount_cents),
            "paid": money(locale, half.paid_cents),
            "committed": money(locale, half.committed_cents),
            "rest": money(locale, half.available_cents),
            "gone": money(locale, half.returned_cents),
        }
        for half in budget.halves
    ]


def _programme_page(
    request: Request, session: Session, found: ProgrammeFacts, now: datetime, form: Form[Any]
) -> Response:
    today = programme_day(now)
    pairs = partnerships(session, found.id)
    numbers = [one.id for one in pairs]
    closed, halves, settled = (
        closed_years_of(session, numbers),
        halves_of(session, numbers),
        settlements_of(session, numbers),
    )
    rows = [
        {
            "name": one.name,
            "slug": one.slug,
            "years": [str(year.year) for year in closed.get(one.id, [])],
            "settled": one.id in settled,
            "waiting": {year: len(claims_dated_in(session, one.id, year)) for year in _years_over(found, today.year)},
        }
        for one in pairs
        if one.id in halves
    ]
    context = {
        "programme": found,
        "rows": rows,
        "years": _years_over(found, today.year),
        "form": form,
        "closing_years": [(year, str(year)) for year in _years_over(found, today.year)],
    }
    return page(request, "staff/closing/programme.html", context, status_code=422 if form.errors else 200)


def _years_over(found: ProgrammeFacts, this_year: int) -> list[int]:
    return [year for year in range(found.starts_on.year, found.ends_on.year + 1) if year < this_year]


def _open_years(budget: BudgetFacts, closed: set[int], this_year: int) -> list[int]:
    """Give the years of the period that are over and not closed."""
    years = range(budget.starts_on.year, budget.ends_on.year + 1)
    return [year for year in years if year < this_year and year not in closed]


def _programme(session: Session, slug: str) -> ProgrammeFacts:
    found = programme_by_slug(session, slug)
    if found is None:
        raise HTTPException(404)
    return found


def _programme_of(session: Session, budget: BudgetFacts) -> ProgrammeFacts:
    pair = next(one for one in partnerships(session) if one.id == budget.partnership_id)
    found = programme_by_id(session, pair.programme_id)
    if found is None:
        raise HTTPException(404)
    return found
