"""A reader's pages: what there is to read, the answers beside the own scores, then what the others gave."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import SheetSection, answer_sheet
from app.domain.access import Actor
from app.domain.assessment import (
    AssessmentRules,
    Given,
    ScoreMissing,
    ScoreReasonMissing,
    ScoresChanged,
    complete,
    lacking,
)
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries.assessment import rules_of_call, standing_of
from app.queries.candidacies import CandidacyRecord, any_candidacy
from app.queries.candidacy_form import form_choices, form_for
from app.queries.readings import OwnReading, is_reader, notes_of, open_to_declare, own_reading, own_readings
from app.queries.submissions import answers_to_read
from app.services import assessment
from app.services.looks import note_candidacy
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.assessment_forms import FINISH, ConflictForm, NoteForm, field_of, read_scores, score_values
from app.web.assessment_view import asked, scale, shown_assessment
from app.web.attachments import shown_attachments
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/assessments")


@router.get("", name="assessments.index")
def index(request: Request, session: SessionDep, actor: SignedInDep) -> Response:
    """List what a reader has to read, and what is left."""
    readings = own_readings(session, actor)
    if not readings and not actor.is_reader and not is_reader(session, actor):
        raise HTTPException(404)
    rules = {call_id: rules_of_call(session, call_id) for call_id in {one.call_id for one in readings}}
    context = {
        "rows": [(one, complete(one.scores, rules[one.call_id]), len(rules[one.call_id].scored)) for one in readings],
        "finished": sum(one.finished_at is not None for one in readings),
    }
    return page(request, "assessments/index.html", context)


@router.get("/{reference}", name="assessments.detail")
def detail(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, reference: str, done: str = ""
) -> Response:
    """Show the answers beside the scores; once these are finished, what the others gave too. Looking is logged."""
    reading = _reading(session, actor, reference)
    note_candidacy(session, actor, reading.candidacy_id, now=now)
    form = blank(score_values(reading.scores, reading.edit))
    return _detail_page(request, session, reading, form, done=done)


@router.post("/{reference}", name="assessments.save")
def save(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Save scores as a draft, and if that is asked for let them stand."""
    reading = _reading(session, actor, reference)
    rules = rules_of_call(session, reading.call_id)
    form, scores = read_scores(data, rules)
    if form.cleaned is None:
        return _detail_page(request, session, reading, form, status_code=422)
    finishes = form.cleaned.step == FINISH
    try:
        with transaction(session):
            edit = form.cleaned.edit
            edit = assessment.save_scores(session, reading, scores, edit=edit, actor=actor, now=now)
        form.values["edit"] = edit
        if finishes:
            with transaction(session):
                assessment.finish(session, reading, actor=actor, now=now)
    except (ScoreMissing, ScoreReasonMissing):
        _refuse_all(form, scores, rules)
    except DomainError as refusal:
        return _refused(request, session, actor, reading, form, refusal)
    else:
        return _to_detail(request, reference, "finished" if finishes else "saved")
    return _detail_page(request, session, _reading(session, actor, reference), form, status_code=422)


@router.post("/{reference}/reopening", name="assessments.reopen")
def reopen(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Open finished scores again."""
    reading = _reading(session, actor, reference)
    form = bind(FormModel, data)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                assessment.reopen(session, reading, actor=actor, now=now)
                settle(session, form.sent, reference)
    except DomainError as refusal:
        shown = blank(score_values(reading.scores, reading.edit))
        shown.refuse(refusal)
        return _detail_page(request, session, reading, shown, status_code=409)
    return _to_detail(request, reference, "reopened")


@router.post("/{reference}/notes", name="assessments.note")
def note(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Add a note to the discussion."""
    reading = _reading(session, actor, reference)
    form = bind(NoteForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    text = form.cleaned.text
                    assessment.add_note(session, reading.candidacy_id, text, actor=actor, now=now)
                    settle(session, form.sent, reference)
        except DomainError as refusal:
            form.refuse(refusal, "text")
        else:
            return _to_detail(request, reference, "noted")
    return _detail_page(request, session, reading, form, status_code=422)


@router.get("/{reference}/conflict", name="assessments.conflict")
def conflict(request: Request, session: SessionDep, actor: SignedInDep, reference: str) -> Response:
    """Ask why somebody should not read a candidacy."""
    candidacy = open_to_declare(session, actor, reference)
    if candidacy is None:
        raise HTTPException(404)
    return page(request, "assessments/conflict.html", {"candidacy": candidacy, "form": blank()})


@router.post("/{reference}/conflict", name="assessments.declare")
def declare(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Declare a conflict of interest: from now on the candidacy does not exist for this person."""
    form = bind(ConflictForm, data)
    declared = request.app.state.addresses("assessments.declared")
    candidacy = open_to_declare(session, actor, reference)
    if candidacy is None:
        raise HTTPException(404)
    if form.cleaned is None:
        return page(request, "assessments/conflict.html", {"candidacy": candidacy, "form": form}, status_code=422)
    with transaction(session):
        if open_to_declare(session, actor, reference) is not None:
            assessment.declare_conflict(session, candidacy, form.cleaned.reason, actor=actor, now=now)
    return see_other(declared)


@router.get("-conflict", name="assessments.declared")
def declared(request: Request, _actor: SignedInDep) -> Response:
    """Confirm that a conflict was noted; nothing here says about which candidacy."""
    return page(request, "assessments/declared.html")


def _reading(session: Session, actor: Actor, reference: str) -> OwnReading:
    found = own_reading(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


def _to_detail(request: Request, reference: str, done: str) -> Response:
    return see_other(request.app.state.addresses("assessments.detail", reference=reference, done=done))


def _refuse_all(form: Form[Any], scores: dict[str, Given], rules: AssessmentRules) -> None:
    for lack in lacking(scores, rules):
        form.refuse(lack, field_of(lack))


def _refused(
    request: Request, session: Session, actor: Actor, reading: OwnReading, form: Form[Any], refusal: DomainError
) -> Response:
    """Show what was typed, and beside it what is stored where that is something else."""
    form.refuse(refusal)
    stored = _reading(session, actor, reading.reference)
    if isinstance(refusal, ScoresChanged):
        form.values["edit"] = stored.edit
    return _detail_page(request, session, stored, form, compare=True, status_code=409)


def _detail_page(
    request: Request,
    session: Session,
    reading: OwnReading,
    form: Form[Any],
    *,
    done: str = "",
    compare: bool = False,
    status_code: int = 200,
) -> Response:
    locale, actor = request.state.locale, request.state.actor
    rules = rules_of_call(session, reading.call_id)
    candidacy = any_candidacy(session, reading.reference)
    assert candidacy is not None  # noqa: S101 - it is given to this reader
    finished = reading.finished_at is not None
    context = {
        "reading": reading,
        "form": form,
        "asked": asked(locale, rules),
        "scale": scale(),
        "sheet": _sheet(session, locale, candidacy),
        "attachments": shown_attachments(request, session, candidacy),
        "assessment": _others(session, locale, reading, rules) if finished else None,
        "notes": notes_of(session, reading.candidacy_id) if finished else [],
        "zone": ZoneInfo(actor.zone),
        "done": done,
        "compare": compare,
    }
    return page(request, "assessments/detail.html", context, status_code=status_code)


def _others(session: Session, locale: str, reading: OwnReading, rules: AssessmentRules) -> object:
    return shown_assessment(locale, standing_of(session, reading.candidacy_id, reading.call_id), rules)


def _sheet(session: Session, locale: str, candidacy: CandidacyRecord) -> list[SheetSection]:
    versioned = form_for(session, candidacy)
    choices = form_choices(session, candidacy.programme_id, locale, versioned.form)
    return answer_sheet(locale, versioned.form, answers_to_read(session, candidacy), choices)
