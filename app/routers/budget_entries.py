"""One entry of the ledger with everything of it, and the page that corrects it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.budget import CORRECTABLE, Half, may_correct
from app.domain.codes import Category
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.time import programme_day
from app.language.labels import choices
from app.queries import budget as ledger
from app.queries.budget import BudgetFacts, EntryFacts
from app.queries.budget_entry import (
    ClaimBehind,
    chains_of,
    claim_behind,
    closed_years,
    entry_by_key,
    history_of,
    postings_of,
)
from app.queries.claims import claim_of
from app.queries.exchange_rates import rate_on
from app.web.access import SignedInDep
from app.web.budget_forms import Correction, CorrectionForm, correction_of, correction_values
from app.web.budget_lists import session_choices
from app.web.budget_pages import booked_once, currencies_of, fitting, found_budget, rate_context, room_context
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page, see_other

router = APIRouter(prefix="/partnerships/{slug}/budget/entries", include_in_schema=False)


@router.get("/{key}", name="budget.entry")
def detail(request: Request, session: SessionDep, actor: SignedInDep, slug: str, key: str) -> Response:
    """Show an entry: what it moves, its rate, who booked it, its corrections and the claim that it comes from."""
    budget = found_budget(session, actor, slug)
    row = _entry(session, budget, key)
    behind = claim_behind(session, row.id)
    history = history_of(session, budget.partnership_id, row)
    chains = chains_of(session, history)
    corrected = any(chain.wrong.id == row.id for chain in chains.get(row.id, []))
    context = {
        "budget": budget,
        "row": row,
        "zone": ZoneInfo(actor.zone),
        "half": _half_of(budget, row),
        "names": {half.side.value: half.government_name for half in budget.halves},
        "title": title_of(row, request.state.locale) if row.session_id is not None else None,
        "postings": postings_of(session, row.id),
        "history": history,
        "chains": chains,
        "is_corrected": corrected,
        "claim": claim_of(session, actor, slug, behind.number) if behind else None,
        "may_correct": not corrected and _may_correct(actor, budget, row, behind),
    }
    return page(request, "budget/entry.html", context)


@router.get("/{key}/correction", name="budget.correction")
def correction(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, key: str) -> Response:
    """Show the form that corrects an entry."""
    budget = found_budget(session, actor, slug)
    row = _correctable(session, actor, budget, key)
    closed = closed_years(session, budget.partnership_id)
    today = min(max(programme_day(now), budget.starts_on), budget.ends_on)
    new_day = today if row.entry_date.year in closed else row.entry_date
    form = blank(correction_values(row, today=today, new_day=new_day))
    return _form_page(request, session, actor, budget, row, form, day=today, closed=closed)


@router.post("/{key}/correction", name="budget.correct")
def correct(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, key: str, data: FormDep
) -> Response:
    """Take an entry back and, if wanted, book what should have stood there, all or nothing."""
    budget = found_budget(session, actor, slug)
    row = _correctable(session, actor, budget, key)
    form = bind(CorrectionForm, data)
    deed = correction_of(form, row, lambda currency, day: rate_on(session, currency, day))
    if deed is not None:
        try:
            return see_other(_corrected(request, session, deed, budget, form, slug=slug, actor=actor, now=now))
        except DomainError as refusal:
            form.refuse(refusal, _field(refusal, deed))
    closed = closed_years(session, budget.partnership_id)
    return _form_page(request, session, actor, budget, row, form, day=programme_day(now), closed=closed, deed=deed)


def _corrected(
    request: Request,
    session: Session,
    deed: Correction,
    budget: BudgetFacts,
    form: Form[Any],
    *,
    slug: str,
    actor: Actor,
    now: datetime,
) -> str:
    half = _half_of(budget, deed.wrong)
    return booked_once(request, session, deed, half, sent=form.sent, slug=slug, actor=actor, now=now)


def _field(refusal: DomainError, deed: Correction) -> str:
    """Name the field at which a refusal of a correction is shown; none where it is about the whole."""
    if refusal.code == "cannot_correct":
        return {"no_reason": "reason", "higher": "amount", "early": "day"}.get(str(refusal.params.get("reason")), "")
    return deed.fields.get(refusal.code, "")


def _form_page(
    request: Request,
    session: Session,
    actor: Actor,
    budget: BudgetFacts,
    row: EntryFacts,
    form: Form[Any],
    *,
    day: date,
    closed: list[int],
    deed: Correction | None = None,
) -> Response:
    number, locale = budget.partnership_id, request.state.locale
    context = {
        "budget": budget,
        "row": row,
        "half": _half_of(found_budget(session, actor, budget.slug), row),
        "form": form,
        "closed": row.entry_date.year in closed,
        "from_claim": claim_behind(session, row.id) is not None,
        "currencies": currencies_of(budget),
        "categories": choices(locale, Category),
        "session_choices": session_choices(locale, ledger.sessions_to_book_on(session, number, actor)),
        "fitting": fitting(form, deed.amount_minor, deed.cleaned.amount_currency, deed.rate) if deed else None,
        **rate_context(session, budget, day),
        **room_context(session, actor, _half_of(budget, row), form),
    }
    return page(request, "budget/correction.html", context, status_code=422 if form.errors else 200)


def _entry(session: Session, budget: BudgetFacts, key: str) -> EntryFacts:
    row = entry_by_key(session, budget.partnership_id, key)
    if row is None:
        raise HTTPException(404)
    return row


def _correctable(session: Session, actor: Actor, budget: BudgetFacts, key: str) -> EntryFacts:
    """Give an entry that this person may correct; 404 for a kind that nobody corrects here."""
    row = _entry(session, budget, key)
    if row.kind not in CORRECTABLE:
        raise HTTPException(404)
    if not _may_correct(actor, budget, row, claim_behind(session, row.id)):
        raise NotAllowed
    return row


def _may_correct(actor: Actor, budget: BudgetFacts, row: EntryFacts, behind: ClaimBehind | None) -> bool:
    involved = behind.involved if behind else frozenset()
    return may_correct(actor, _half_of(budget, row).government_id, row.kind, involved=involved)


def _half_of(budget: BudgetFacts, row: EntryFacts) -> Half:
    return next(half for half in budget.halves if half.side is row.side)
