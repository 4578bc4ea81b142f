"""Questions about a candidacy, for the programme team: ask, give more time, go on without an answer, compare."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.clarifications import (
    QUESTION_LIMIT,
    Question,
    check_may_ask,
    check_returned,
    in_form_order,
    proposed_until,
)
from app.domain.codes import Section
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, candidacy_for_staff
from app.queries.candidacy_form import form_for
from app.queries.clarifications import open_question, rounds_of
from app.queries.programmes import rules_of
from app.services import clarifications
from app.services.looks import note_candidacy
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clarification_view import shown_rounds
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.moments import UntilForm, until_field, until_values
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/staff/candidacies/{reference}/clarifications")
FIELDS = {"clarification_sections": "sections", "clarification_question": "question"}


class AskForm(UntilForm):
    """A question, about which sections, and until when it can be answered."""

    sections: list[Section] = Field(default_factory=list)
    question: str = Field("", max_length=QUESTION_LIMIT)


class GoOnForm(FormModel):
    """A form that only confirms."""


def existing(session: SessionDep, actor: StaffDep, reference: str) -> CandidacyRecord:
    """Give the candidacy that an address names; with a conflict of interest it does not exist."""
    found = candidacy_for_staff(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


ExistingDep = Annotated[CandidacyRecord, Depends(existing)]


@router.get("", name="staff.clarifications.index")
def index(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, candidacy: ExistingDep) -> Response:
    """Show all rounds with what the answers changed, and what can be done now; looking at it is logged."""
    note_candidacy(session, actor, candidacy.id, now=now)
    return _page(request, session, actor, candidacy, _proposal(session, candidacy, now))


@router.post("", name="staff.clarifications.ask")
def ask(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, candidacy: ExistingDep, data: FormDep
) -> Response:
    """Return the candidacy with a question."""
    form: Form[Any] = bind(AskForm, data)

    def carry_out(typed: AskForm) -> None:
        question = Question(in_form_order(typed.sections), typed.question, typed.until)
        clarifications.ask(session, candidacy, question, actor=actor, now=now)

    return _once(request, session, actor, now, candidacy, form, carry_out)


@router.post("/more-time", name="staff.clarifications.more_time")
def more_time(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, candidacy: ExistingDep, data: FormDep
) -> Response:
    """Let the open question be answered longer."""
    form: Form[Any] = bind(UntilForm, data)

    def carry_out(typed: UntilForm) -> None:
        clarifications.give_more_time(session, candidacy, typed.until, actor=actor, now=now)

    return _once(request, session, actor, now, candidacy, form, carry_out)


@router.get("/going-on", name="staff.clarifications.confirm_going_on")
def confirm_going_on(request: Request, session: SessionDep, _actor: StaffDep, candidacy: ExistingDep) -> Response:
    """Ask whether the candidacy is to be assessed without an answer."""
    return _going_on_page(request, session, candidacy, blank())


@router.post("/going-on", name="staff.clarifications.go_on")
def go_on(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, candidacy: ExistingDep, data: FormDep
) -> Response:
    """Assess the candidacy with the answers of its last submission."""
    form: Form[Any] = bind(GoOnForm, data)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                clarifications.go_on(session, candidacy, actor=actor, now=now)
                settle(session, form.sent, candidacy.reference)
    except DomainError as refused:
        form.refuse(refused)
        return _going_on_page(request, session, candidacy, form, status_code=409)
    return see_other(request.app.state.addresses("staff.candidacies.detail", reference=candidacy.reference))


def _once(
    request: Request,
    session: Session,
    actor: Actor,
    now: datetime,
    candidacy: CandidacyRecord,
    form: Form[Any],
    carry_out: Callable[[Any], None],
) -> Response:
    """Carry out what was typed, once; else show the page again with what was refused."""
    if form.cleaned is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    carry_out(form.cleaned)
                    settle(session, form.sent, candidacy.reference)
        except DomainError as refused:
            form.refuse(refused, FIELDS.get(refused.code, until_field(refused.code)))
        else:
            where = request.app.state.addresses("staff.clarifications.index", reference=candidacy.reference)
            return see_other(where)
    again = candidacy_for_staff(session, actor, candidacy.reference)
    return _page(request, session, actor, again or candidacy, form, status_code=422)


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    context = {
        "candidacy": candidacy,
        "form": form,
        "parts": form_for(session, candidacy).form.sections,
        "rounds": shown_rounds(session, candidacy, rounds_of(session, candidacy.id), locale),
        "open": open_question(session, candidacy.id) if refusal(check_returned, candidacy.state) is None else None,
        "no_question": refusal(check_may_ask, candidacy.state),
        "limit": QUESTION_LIMIT,
        "now": request.app.state.clock(),
        "zone": ZoneInfo(actor.zone),
    }
    return page(request, "staff/clarifications/index.html", context, status_code=status_code)


def _going_on_page(
    request: Request, session: Session, candidacy: CandidacyRecord, form: Form[Any], *, status_code: int = 200
) -> Response:
    context = {
        "candidacy": candidacy,
        "form": form,
        "reason": refusal(check_returned, candidacy.state),
        "question": open_question(session, candidacy.id),
    }
    return page(request, "staff/clarifications/going_on.html", context, status_code=status_code)


def _proposal(session: Session, candidacy: CandidacyRecord, now: datetime) -> Form[Any]:
    """Propose a moment: the programme says how many days somebody has for an answer."""
    days = rules_of(session, candidacy.programme_id).answer_days
    return blank({**until_values(proposed_until(now, days)), "sections": []})
