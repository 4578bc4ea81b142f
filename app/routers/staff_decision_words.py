"""The words of a decision for the programme team: the opening, the reasons by criterion, a draft of the letter."""

from datetime import datetime
from typing import Any, NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.pdf import MEDIA_TYPE
from app.domain.access import Actor
from app.domain.decisions import DecisionOpeningMissing, DecisionReasonMissing, faults
from app.domain.drafts import Outcome
from app.domain.errors import DomainError
from app.domain.standing import Standing
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import language_name
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, candidacy_for_staff
from app.queries.decision_table import DecisionTable, decision_table
from app.queries.decisions import DecisionRecord
from app.services import decisions
from app.services.decision_letters import DecisionText, draft_of, letter_name_of, outcome_words, proposed_text
from app.services.looks import note_candidacy
from app.web.access import StaffDep
from app.web.assessment_view import shown_assessment
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.decision_forms import (
    bind_words,
    text_of,
    words_values,
)
from app.web.decision_pages import (
    errors_of,
    hidden_from,
)
from app.web.decision_view import outcome_text
from app.web.downloads import download
from app.web.forms import Form, FormDep, blank
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/staff/decisions/{reference}")


class Place(NamedTuple):
    """One candidacy that somebody decides on, with the decisions of its call."""

    candidacy: CandidacyRecord
    table: DecisionTable
    standing: Standing

    @property
    def record(self) -> DecisionRecord | None:
        """What is stored of its decision."""
        return self.table.records.get(self.candidacy.id)


@router.get("", name="staff.decisions.detail")
def detail(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str) -> Response:
    """Show the words of a decision, proposed where nothing is stored yet; looking at it is logged."""
    place = _place(session, actor, reference)
    _note(session, place.candidacy.id, actor, now)
    record = place.record
    form = blank(words_values(_shown_text(place), record.edit if record else 0))
    return _words_page(request, place, form)


@router.post("", name="staff.decisions.save")
def save(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Store the words of a decision; when somebody else stored others, both are shown."""
    place = _place(session, actor, reference)
    criteria = place.table.criteria
    form = bind_words(data, criteria)
    if form.cleaned is None:
        return _words_page(request, place, form, status_code=422)
    call_id, text, edit = place.candidacy.call_id, text_of(form, criteria), form.cleaned.edit
    try:
        with transaction(session):
            saved = decisions.write(session, call_id, place.candidacy.id, text, edit=edit, actor=actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _words_page(request, _place(session, actor, reference), form, status_code=422)
    if saved.outcome is Outcome.CONFLICT:
        form.values["edit"] = saved.stored.edit
        return _words_page(request, _place(session, actor, reference), form, theirs=saved.stored, status_code=409)
    following = _following(session, actor, place) if data.get("then") == "next" else None
    where = following or reference
    return see_other(request.app.state.addresses("staff.decisions.detail", reference=where, saved=reference))


@router.get("/letter.pdf", name="staff.decisions.letter")
def letter(session: SessionDep, actor: StaffDep, now: NowDep, reference: str) -> Response:
    """Give the letter as it would be sent now, marked as a draft; looking at it is logged first."""
    place = _place(session, actor, reference)
    record = place.record
    if record is None or record.sent_at is not None or place.candidacy.id not in place.table.decided:
        raise HTTPException(404)
    _note(session, place.candidacy.id, actor, now)
    content = draft_of(session, place.table, record, now=now)
    return download(letter_name_of(record), MEDIA_TYPE, content)


def _words_page(
    request: Request,
    place: Place,
    form: Form[Any],
    *,
    theirs: DecisionRecord | None = None,
    status_code: int = 200,
) -> Response:
    locale, table, record = request.state.locale, place.table, place.record
    chosen = table.decided.get(place.candidacy.id)
    if record is not None and record.sent_at is not None:
        chosen = record.chosen
    written = {"opening": record.opening, **record.reasons} if record else {}
    context = {
        "candidacy": place.candidacy,
        "call_id": place.candidacy.call_id,
        "form": form,
        "errors": errors_of(locale, table, form),
        "chosen": chosen,
        "outcome": outcome_text(locale, table, chosen),
        "sentence": outcome_words(table, place.candidacy.language, chosen, place.candidacy.government_name)
        if chosen
        else "",
        "language": language_name(locale, place.candidacy.language),
        "assessment": shown_assessment(locale, place.standing, table.programme.rules.assessment),
        "proposed": {name for name in ("opening", *table.criteria) if not written.get(name, "").strip()},
        "theirs": {"opening": theirs.opening, **theirs.reasons} if theirs else {},
        "record": record,
        "round": table.round,
        "saved": request.query_params.get("saved", ""),
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/decisions/detail.html", context, status_code=status_code)


def _shown_text(place: Place) -> DecisionText:
    """Give the words that are stored, and what is proposed where there are none."""
    proposed, record = proposed_text(place.table, place.standing), place.record
    if record is None:
        return proposed
    reasons = {code: record.reasons.get(code, "").strip() or words for code, words in proposed.reasons.items()}
    return DecisionText(record.opening or proposed.opening, reasons)


def _following(session: Session, actor: Actor, place: Place) -> str | None:
    """Give the next candidacy, by local government, whose words are not complete."""
    table = decision_table(session, place.candidacy.call_id)
    hidden = hidden_from(session, actor, table)
    lacking = {str(one.params["government"]) for one in _lacking_words(table)}
    names = [one for one in table.waiting if one.government_name in lacking and one.candidacy_id not in hidden]
    ordered = [one.candidacy_id for one in table.waiting]
    here = ordered.index(place.candidacy.id) if place.candidacy.id in ordered else 0
    after = [one for one in names if ordered.index(one.candidacy_id) > here]
    return next((one.reference for one in (*after, *names)), None)


def _place(session: Session, actor: Actor, reference: str) -> Place:
    """Find what somebody decides on; with a conflict of interest it does not exist."""
    candidacy = candidacy_for_staff(session, actor, reference)
    if candidacy is None:
        raise HTTPException(404)
    table = decision_table(session, candidacy.call_id)
    standing = next((one for one in table.standings if one.candidacy_id == candidacy.id), None)
    if standing is None or candidacy.id in hidden_from(session, actor, table):
        raise HTTPException(404)
    return Place(candidacy, table, standing)


def _note(session: Session, candidacy_id: int, actor: Actor, now: datetime) -> None:
    note_candidacy(session, actor, candidacy_id, now=now)


def _lacking_words(table: DecisionTable) -> list[DomainError]:
    found = faults(table.prepared, table.places, (), table.criteria)
    return [one for one in found if isinstance(one, DecisionOpeningMissing | DecisionReasonMissing)]
