"""A candidacy for those who write it: the task list, checking, submitting, withdrawing."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import answer_sheet
from app.domain.access import Actor
from app.domain.candidacy import DECISIONS, EDITABLE, check_can_submit, check_can_withdraw, refusal
from app.domain.candidacy_answers import lacking, statuses
from app.domain.candidacy_form import ORDER_CHANGED, FormChange, form_changes
from app.domain.clarifications import check_in_time
from app.domain.errors import DomainError
from app.domain.time import wall_in
from app.models.database import transaction
from app.queries.candidacies import (
    CandidacyRecord,
    SavedSection,
    has_partnership,
    sections_of,
)
from app.queries.candidacy_form import VersionedForm, form_choices, form_for, form_of
from app.queries.clarifications import OpenQuestion
from app.queries.pairings import outcome_of
from app.services import candidacies
from app.services.receipts import claim, settle
from app.web.access import CandidateDep
from app.web.attachments import shown_attachments
from app.web.candidacy_forms import first_field
from app.web.clock import NowDep
from app.web.confirmations import second_confirmation
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import typed_number
from app.web.own_candidacy import OwnDep, asked_of, saved_at
from app.web.own_decision import own_decision
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}")


class NothingForm(FormModel):
    """A form that only has its button."""


@router.get("", name="candidacies.detail")
def detail(request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep) -> Response:
    """Show the task list, or where a submitted candidacy stands."""
    saved = sections_of(session, candidacy.id)
    form = form_for(session, candidacy)
    context = {
        "candidacy": candidacy,
        "form": blank(),
        "editable": candidacy.state in EDITABLE,
        "parts": form.form.sections,
        "statuses": statuses(form.form, {section: one.answers for section, one in saved.items()}),
        "attachments": shown_attachments(request, session, candidacy),
        "changes": _changes(session, candidacy, form),
        "form_version": form.version,
        "saved": {section: saved_at(one, actor) for section, one in saved.items()},
        "savers": {section: _other_saver(one, actor) for section, one in saved.items()},
        "second": second_confirmation(session, candidacy, request.state.locale, now),
        "today": wall_in(now, ZoneInfo(actor.zone)).date(),
        "closed": now >= candidacy.closes_at,
        "question": asked_of(session, candidacy),
        "too_late": _too_late(asked_of(session, candidacy), now),
        "can_withdraw": _no_withdrawal(session, candidacy) is None,
        "zone": ZoneInfo(actor.zone),
        "outcome": outcome_of(session, candidacy.id, request.state.locale) if candidacy.state in DECISIONS else None,
        "decision": own_decision(session, request.state.locale, candidacy),
    }
    return page(request, "candidacies/detail.html", context)


@router.post("/form-changes", name="candidacies.form_seen")
def form_seen(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Note that the candidates saw what changed in the form."""
    with transaction(session):
        candidacies.see_form(session, candidacy, typed_number(data, "form_version"), actor=actor, now=now)
    return see_other(request.app.state.addresses("candidacies.detail", reference=candidacy.reference))


@router.get("/check", name="candidacies.check")
def check(request: Request, session: SessionDep, _actor: CandidateDep, candidacy: OwnDep, now: NowDep) -> Response:
    """Show all answers, what is missing, and the button to submit."""
    return _check_page(request, session, candidacy, now, blank())


@router.post("/submission", name="candidacies.submit")
def submit(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Submit a candidacy, once."""
    form = bind(NothingForm, data)
    done = request.app.state.addresses("candidacies.submitted", reference=candidacy.reference)
    try:
        with transaction(session):
            if claim(session, form.key, actor=actor, now=now) is None:
                candidacies.submit(session, candidacy, actor=actor, now=now)
                settle(session, form.key, done)
    except DomainError as refused:
        form.refuse(refused)
        return _check_page(request, session, candidacy, now, form, status_code=422)
    return see_other(done)


@router.get("/submitted", name="candidacies.submitted")
def submitted(request: Request, _actor: CandidateDep, candidacy: OwnDep) -> Response:
    """Confirm the submission and say what happens next."""
    if candidacy.submitted_at is None or candidacy.state in EDITABLE:
        return see_other(request.app.state.addresses("candidacies.detail", reference=candidacy.reference))
    return page(request, "candidacies/submitted.html", {"candidacy": candidacy})


@router.get("/withdrawal", name="candidacies.withdrawal")
def withdrawal(request: Request, session: SessionDep, _actor: CandidateDep, candidacy: OwnDep) -> Response:
    """Ask whether the candidacy is really to be withdrawn."""
    reason = _no_withdrawal(session, candidacy)
    context = {"candidacy": candidacy, "form": blank(), "reason": reason}
    return page(request, "candidacies/withdrawal.html", context)


@router.post("/withdrawal", name="candidacies.withdraw")
def withdraw(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Withdraw a candidacy."""
    form = bind(NothingForm, data)
    with transaction(session):
        if claim(session, form.key, actor=actor, now=now) is None:
            candidacies.withdraw(session, candidacy, actor=actor, now=now)
    return see_other(request.app.state.addresses("candidacies.detail", reference=candidacy.reference))


def _check_page(
    request: Request,
    session: Session,
    candidacy: CandidacyRecord,
    now: datetime,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    versioned = form_for(session, candidacy)
    choices = form_choices(session, candidacy.programme_id, request.state.locale, versioned.form)
    answers = {section: one.answers for section, one in sections_of(session, candidacy.id).items()}
    found = statuses(versioned.form, answers)
    question = asked_of(session, candidacy)
    context = {
        "question": question,
        "candidacy": candidacy,
        "editable": candidacy.state in EDITABLE,
        "form": form,
        "parts": {part.section: part.title.said(request.state.locale) for part in versioned.form.sections},
        "sheet": answer_sheet(request.state.locale, versioned.form, answers, choices),
        "second": second_confirmation(session, candidacy, request.state.locale, now),
        "lacking": {
            part.section: lacking(part, answers.get(part.section, {}), offered=versioned.form.offered)
            for part in versioned.form.sections
        },
        "attachments": shown_attachments(request, session, candidacy),
        "anchors": {question.code: first_field(question) for question in versioned.form.questions()},
        "reason": _too_late(question, now)
        or refusal(check_can_submit, candidacy.state, candidacy.call, now, found)
        or refusal(candidacies.check_choices, session, candidacy, answers, candidacy.state),
    }
    return page(request, "candidacies/check.html", context, status_code=status_code)


def _changes(session: Session, candidacy: CandidacyRecord, form: VersionedForm) -> tuple[FormChange, ...]:
    """Give what changed in the form since the candidates last saw it."""
    if form.version == candidacy.form_version:
        return ()
    before = form_of(session, candidacy.programme_id, candidacy.form_version).form
    return tuple(change for change in form_changes(before, form.form) if change.code != ORDER_CHANGED)


def _too_late(question: OpenQuestion | None, now: datetime) -> DomainError | None:
    return refusal(check_in_time, question.until, now) if question is not None else None


def _no_withdrawal(session: Session, candidacy: CandidacyRecord) -> DomainError | None:
    return refusal(check_can_withdraw, candidacy.state, partnered=has_partnership(session, candidacy.id))


def _other_saver(saved: SavedSection, actor: Actor) -> str:
    """Give the name of a colleague who saved last; a browser that only typed an address learns no names."""
    return saved.person_name if actor.is_known and saved.person_id != actor.person_id else ""
