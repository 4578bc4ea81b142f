"""Budget against actual of a partnership, and the plans that people add beside the estimates of visits."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.budget import Half, may_book
from app.domain.codes import Category, Side
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.time import programme_day
from app.language.labels import choices
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries import budget_plan as reads
from app.queries.budget import BudgetFacts
from app.queries.budget_plan import PlanFacts
from app.services import budget_plans
from app.services.budget_plans import NewPlan
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.budget_lists import session_choices
from app.web.budget_pages import found_budget
from app.web.budget_plan_form import FIELDS, PlanForm, RemovalForm, plan_of
from app.web.budget_plan_view import WAYS, columns, fixed_rate, named_for, sessions_in, shown
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(prefix="/partnerships/{slug}/budget/plan", include_in_schema=False)
PICTURE_HEIGHT = 180


@router.get("", name="budget.plan")
def detail(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, by: str = "", side: str = "", done: str = ""
) -> Response:
    """Show what was planned of a budget, what became of it, and what will be left at the end."""
    budget, locale = found_budget(session, actor, slug), request.state.locale
    plan = reads.budget_plans(session, [budget.partnership_id])[budget.partnership_id]
    way = by if by in WAYS else "category"
    bookable = _bookable(actor, budget)
    sessions = reads.planned_sessions(session, sessions_in(plan)) if way == "session" else []
    named = named_for(sessions, sees_drafts=bool(bookable))
    table = shown(locale, plan, budget.halves, way, Side(side) if side in list(Side) else None, named)
    both = shown(locale, plan, budget.halves, "year", None, ())
    plans = reads.plans_of(session, budget.partnership_id)
    context = {
        "budget": budget,
        "names": _names(budget),
        "way": way,
        "ways": WAYS,
        "side": side if side in list(Side) else "",
        "table": table,
        "both": both,
        "columns": columns(both.halves, height=PICTURE_HEIGHT),
        "height": PICTURE_HEIGHT,
        "fixed": fixed_rate(budget.country),
        "plans": plans,
        "titles": {
            one.id: title_of(one, locale)
            for one in plans
            if one.session_id is not None and (bookable or not one.is_hidden)
        },
        "bookable": [half.side.value for half in bookable],
        "may_plan": bool(bookable) and not plan.is_settled,
        "is_settled": plan.is_settled,
        "done": done if done in ("planned", "removed") else "",
    }
    return page(request, "budget/plan.html", context, fragments=("figures",))


@router.get("/new", name="budget.new_plan")
def new(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, side: str = "") -> Response:
    """Show the form for a new plan."""
    budget = found_budget(session, actor, slug)
    half = _half(actor, budget, side)
    values = {"side": half.side.value, "year": min(max(programme_day(now), budget.starts_on), budget.ends_on).year}
    return _form_page(request, session, actor, budget, blank(values))


@router.post("/new", name="budget.create_plan")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Add a plan."""
    budget = found_budget(session, actor, slug)
    half = _half(actor, budget, str(data.get("side", "")))
    form = bind(PlanForm, data)
    plan = plan_of(form, half)
    if plan is not None:
        try:
            return see_other(_added(request, session, form, plan, slug=slug, actor=actor, now=now))
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, ""))
    return _form_page(request, session, actor, budget, form)


@router.get("/{number}/removal", name="budget.plan_removal")
def removal(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber) -> Response:
    """Ask whether a plan is really to be taken out."""
    budget = found_budget(session, actor, slug)
    plan = _plan(session, actor, budget, number)
    context = {
        "budget": budget,
        "plan": plan,
        "names": _names(budget),
        "title": title_of(plan, request.state.locale) if plan.session_id is not None else None,
        "form": blank(),
    }
    return page(request, "budget/plan_removal.html", context)


@router.post("/{number}/removal", name="budget.remove_plan")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: RowNumber,
    data: FormDep,
) -> Response:
    """Take a plan out; its row stays."""
    budget = found_budget(session, actor, slug)
    plan = _plan(session, actor, budget, number)
    form = bind(RemovalForm, data)
    address: str = request.app.state.addresses("budget.plan", slug=slug, done="removed")
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            budget_plans.remove(session, plan.id, actor=actor, now=now)
            settle(session, form.sent, address)
    return see_other(address)


def _added(
    request: Request, session: Session, form: Form[Any], plan: NewPlan, *, slug: str, actor: Actor, now: datetime
) -> str:
    """Plan once, however often the form is sent; give the address that shows it."""
    with transaction(session):
        earlier = claim(session, form.sent, actor=actor, now=now)
        if earlier is not None:
            return earlier
        budget_plans.add(session, plan, actor=actor, now=now)
        location: str = request.app.state.addresses("budget.plan", slug=slug, done="planned")
        settle(session, form.sent, location)
    return location


def _form_page(request: Request, session: Session, actor: Actor, budget: BudgetFacts, form: Form[Any]) -> Response:
    locale = request.state.locale
    context = {
        "budget": budget,
        "form": form,
        "side_choices": [(half.side.value, half.government_name) for half in _bookable(actor, budget)],
        "categories": choices(locale, Category),
        "years": [(year, str(year)) for year in range(budget.starts_on.year, budget.ends_on.year + 1)],
        "session_choices": session_choices(locale, ledger.sessions_to_book_on(session, budget.partnership_id, actor)),
    }
    return page(request, "budget/new_plan.html", context, status_code=422 if form.errors else 200)


def _bookable(actor: Actor, budget: BudgetFacts) -> list[Half]:
    return [half for half in budget.halves if may_book(actor, half.government_id)]


def _half(actor: Actor, budget: BudgetFacts, side: str) -> Half:
    """Choose the half to plan on: the one that is asked for, else the first that the person may book on."""
    half = next((half for half in _bookable(actor, budget) if half.side == side or not side), None)
    if half is None:
        raise NotAllowed
    return half


def _plan(session: Session, actor: Actor, budget: BudgetFacts, number: int) -> PlanFacts:
    plan = reads.plan_of(session, budget.partnership_id, number)
    if plan is None:
        raise HTTPException(404)
    if not may_book(actor, plan.government_id):
        raise NotAllowed
    return plan


def _names(budget: BudgetFacts) -> dict[str, str]:
    return {half.side.value: half.government_name for half in budget.halves}
