"""Decisions for the programme team: the outcomes of a call per track, and who comes on a reserve list."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.domain.decisions import DecisionRules
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import label
from app.models.database import transaction
from app.queries.decision_table import DecisionTable, decision_table
from app.queries.decisions import DecisionRecord, sent_rounds
from app.services import decision_rounds, decisions, programmes
from app.services.receipts import claim
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.decision_forms import (
    PageForm,
    RulesForm,
    bind_outcomes,
)
from app.web.decision_pages import (
    ChosenCall,
    chosen_call,
    errors_of,
    hidden_from,
    needed_call,
    planned_context,
    to_index,
)
from app.web.decision_view import outcome_text, shown_tracks, ties
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page

router = APIRouter(include_in_schema=False, prefix="/staff/decisions")


@router.get("", name="staff.decisions.index")
def index(request: Request, session: SessionDep, actor: StaffDep) -> Response:
    """Show the outcomes of each track, what is missing, and what was sent."""
    chosen = chosen_call(request, session)
    if chosen is None:
        return page(request, "staff/candidacies/none.html")
    return _index_page(request, session, actor, chosen, blank())


@router.post("/proposal", name="staff.decisions.propose")
def propose(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Take over what the ranking proposes for whoever has no outcome yet."""
    chosen = needed_call(request, session)
    form = bind(PageForm, data)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                decisions.accept_proposal(session, chosen.call.id, actor=actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _index_page(request, session, actor, chosen, form, status_code=422)
    return to_index(request, chosen, "proposed")


@router.post("/rules", name="staff.decisions.save_rules")
def save_rules(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Save who comes on a reserve list."""
    chosen = needed_call(request, session)
    form = bind(RulesForm, data)
    if form.cleaned is not None:
        rules = DecisionRules(form.cleaned.reserves, form.cleaned.least_points)
        edit = programmes.Edit(chosen.call.programme_id, form.cleaned.version, actor, now)
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    programmes.save_decision_rules(session, edit, rules)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return to_index(request, chosen, "rules")
    return _index_page(request, session, actor, chosen, form, status_code=422)


@router.post("/outcomes", name="staff.decisions.save_outcomes")
def save_outcomes(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Store the outcomes that were chosen."""
    chosen = needed_call(request, session)
    table = decision_table(session, chosen.call.id)
    hidden = hidden_from(session, actor, table)
    form, choices = bind_outcomes(data, [one for one in table.waiting if one.candidacy_id not in hidden])
    if not form.errors:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    decisions.choose(session, chosen.call.id, choices, actor=actor, now=now)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return to_index(request, chosen, "outcomes")
    return _index_page(request, session, actor, chosen, form, status_code=422)


def _index_page(
    request: Request, session: Session, actor: Actor, chosen: ChosenCall, form: Form[Any], *, status_code: int = 200
) -> Response:
    locale = request.state.locale
    table = decision_table(session, chosen.call.id)
    now = request.app.state.clock()
    planned = decision_rounds.plan(session, chosen.call.id, now=now)
    rules = table.programme.rules.decision
    hidden = hidden_from(session, actor, table)
    context = {
        "calls": chosen.calls,
        "call": chosen.call,
        "form": form,
        "errors": errors_of(locale, table, form),
        "version": table.programme.version,
        "rules": form.values if "reserves" in form.values else rules.to_data(),
        "tracks": shown_tracks(locale, table, hidden),
        "open": len(table.waiting) - len(table.decided),
        "ties": ties(locale, table),
        **planned_context(locale, table, planned, hidden),
        "rounds": sent_rounds(session, chosen.call.id),
        "sent": [(one, _stands(locale, table, one)) for one in table.sent],
        "waiting": len(table.waiting),
        "done": request.query_params.get("done", ""),
        "zone": ZoneInfo(actor.zone),
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/decisions/index.html", context, status_code=status_code)


def _stands(locale: str, table: DecisionTable, one: DecisionRecord) -> str:
    """Say how a decision that was sent stands now: a reserve may have moved up."""
    if one.state is CandidacyState.WITHDRAWN:
        return label(locale, one.state)
    return outcome_text(locale, table, table.taken.get(one.candidacy_id, one.chosen))
