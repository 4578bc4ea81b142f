"""Sending decisions: what will go to whom, now or at a moment that staff choose, and cancelling that."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE
from app.models.database import transaction
from app.queries.decision_table import decision_table
from app.services import decision_rounds
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.decision_forms import (
    PageForm,
    SendForm,
    bind_sending,
)
from app.web.decision_pages import (
    ChosenCall,
    errors_of,
    hidden_from,
    needed_call,
    planned_context,
    shown_outcome,
    to_index,
)
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page

router = APIRouter(include_in_schema=False, prefix="/staff/decisions")
SEND_FIELDS = {"send_moment_passed": "send_day", "skipped_hour": "send_time", "ambiguous_hour": "send_time"}


@router.get("/sending", name="staff.decisions.confirm")
def confirm(request: Request, session: SessionDep, actor: StaffDep, now: NowDep) -> Response:
    """Show exactly what will go to whom, to be sent now or later."""
    return _send_page(request, session, actor, needed_call(request, session), blank({"when": "now"}), now)


@router.post("/sending", name="staff.decisions.send")
def send(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Send all decisions now, or plan it."""
    chosen = needed_call(request, session)
    form = bind_sending(data)
    if form.cleaned is not None:
        try:
            done = _send(session, chosen, form, form.cleaned, actor=actor, now=now)
        except DomainError as refusal:
            form.refuse(refusal, SEND_FIELDS.get(refusal.code, ""))
        else:
            return to_index(request, chosen, done)
    return _send_page(request, session, actor, chosen, form, now, status_code=422)


@router.post("/cancellation", name="staff.decisions.cancel")
def cancel(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Cancel the sending that is planned."""
    chosen = needed_call(request, session)
    form = bind(PageForm, data)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                decision_rounds.cancel(session, chosen.call.id, actor=actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _send_page(request, session, actor, chosen, form, now, status_code=422)
    return to_index(request, chosen, "cancelled")


def _send(
    session: Session, chosen: ChosenCall, form: Form[SendForm], wanted: SendForm, *, actor: Actor, now: datetime
) -> str:
    """Send or plan; the letters are made before the transaction."""
    call_id, send_at = chosen.call.id, wanted.send_at
    made = {} if send_at else decision_rounds.prepare_letters(session, call_id, now=now)
    done = "planned" if send_at else "sent"
    more: dict[str, Any] = {"key": wanted.plan, "exceeding": wanted.exceeding, "actor": actor, "now": now}
    with transaction(session):
        earlier = claim(session, form.sent, actor=actor, now=now)
        if earlier is not None:
            return earlier
        if send_at is not None:
            decision_rounds.schedule(session, call_id, send_at, **more)
        else:
            decision_rounds.send_now(session, call_id, made=made, **more)
        settle(session, form.sent, done)
    return done


def _send_page(
    request: Request,
    session: Session,
    actor: Actor,
    chosen: ChosenCall,
    form: Form[Any],
    now: datetime,
    *,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    table = decision_table(session, chosen.call.id)
    planned = decision_rounds.plan(session, chosen.call.id, now=now)
    hidden = hidden_from(session, actor, table)
    context = {
        "call": chosen.call,
        "form": form,
        "errors": errors_of(locale, table, form),
        "plan": planned,
        "rows": [(one, shown_outcome(locale, table, hidden, one.record, one.chosen)) for one in planned.decisions],
        **planned_context(locale, table, planned, hidden),
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/decisions/sending.html", context, status_code=status_code)
