"""A candidacy for those who write it: the task list, the sections, checking, submitting, withdrawing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.documents.candidacy_sheet import answer_sheet
from app.domain.access import Actor
from app.domain.candidacy import DECISIONS, EDITABLE, check_can_submit, check_can_withdraw, refusal
from app.domain.candidacy_answers import lacking, statuses
from app.domain.candidacy_form import ORDER_CHANGED, FormChange, FormChoices, FormSection, form_changes
from app.domain.clarifications import check_in_time
from app.domain.codes import CandidacyState, Profile, Section
from app.domain.drafts import Incoming, Outcome
from app.domain.errors import DomainError
from app.domain.time import wall_in
from app.models.database import transaction
from app.queries.candidacies import (
    CandidacyRecord,
    SavedSection,
    has_partnership,
    own_section,
    section_of,
    sections_of,
)
from app.queries.candidacy_form import VersionedForm, form_choices, form_for, form_of
from app.queries.clarifications import OpenQuestion, open_question
from app.queries.pairings import outcome_of
from app.queries.reference import city_links_of
from app.services import candidacies
from app.services.receipts import claim, settle
from app.web.access import CandidateDep
from app.web.attachments import shown_attachments
from app.web.candidacy_forms import Typed, first_field, question_at, read_section, show_section
from app.web.clock import NowDep
from app.web.confirmations import second_confirmation
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.own_candidacy import OwnDep
from app.web.own_decision import own_decision
from app.web.rendering import page, see_other, wanted_fragment

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}")
SAVED = "saved"
SECTIONS = tuple(Section)


async def existing_section(section: str) -> Section:
    """Give the section that an address names."""
    if section not in SECTIONS:
        raise HTTPException(404)
    return Section(section)


SectionDep = Annotated[Section, Depends(existing_section)]


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
        "saved": {section: _saved_at(one, actor) for section, one in saved.items()},
        "savers": {section: _other_saver(one, actor) for section, one in saved.items()},
        "second": second_confirmation(session, candidacy, request.state.locale, now),
        "today": wall_in(now, ZoneInfo(actor.zone)).date(),
        "closed": now >= candidacy.closes_at,
        "question": _question(session, candidacy),
        "too_late": _too_late(_question(session, candidacy), now),
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
        candidacies.see_form(session, candidacy, _number(data, "form_version"), actor=actor, now=now)
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


@router.get("/{section}", name="candidacies.section")
def edit(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, section: SectionDep
) -> Response:
    """Show a section to be filled in."""
    if candidacy.state not in EDITABLE:
        return see_other(request.app.state.addresses("candidacies.check", reference=candidacy.reference))
    question = _question(session, candidacy)
    if question is not None and section not in question.sections:
        where = request.app.state.addresses("candidacies.check", reference=candidacy.reference)
        return see_other(f"{where}#part-{section}")
    place = _place(session, candidacy, section)
    stored = section_of(session, candidacy.id, section)
    form = show_section(place.part, stored.answers if stored else {})
    return _section_page(request, session, actor, place, form, stored)


@router.post("/{section}", name="candidacies.save")
def save(
    request: Request,
    session: SessionDep,
    actor: CandidateDep,
    reference: str,
    section: SectionDep,
    now: NowDep,
    data: FormDep,
) -> Response:
    """Save a section, complete or not; what has the wrong shape stays on the page and the rest is stored."""
    found = own_section(session, actor, reference, section)
    if found is None:
        raise HTTPException(404)
    candidacy, before = found
    place = _place(session, candidacy, section, _number(data, "form_version") or None)
    choices = form_choices(session, candidacy.programme_id, request.state.locale, place.form.form, (section,))
    typed = read_section(place.part, data, choices, before.answers if before else {})
    wanted = _with_kept(typed, data, before)
    incoming = Incoming(wanted, _number(data, "version"), _number(data, "edit"))
    try:
        with transaction(session):
            saved = candidacies.save_section(
                session,
                candidacy,
                section,
                incoming,
                form=place.form,
                page_key=typed.form.key,
                actor=actor,
                now=now,
            )
    except DomainError as refused:
        typed.form.refuse(refused)
        return _section_page(request, session, actor, place, typed.form, before, status_code=422)
    if saved.outcome is Outcome.CONFLICT:
        return _conflict_page(request, actor, place, typed, saved.stored, choices, incoming.version)
    return _after_save(request, session, actor, place, typed, saved.stored, data)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is writing: a section of a form, as the page shows it."""

    candidacy: CandidacyRecord
    form: VersionedForm
    part: FormSection

    @property
    def section(self) -> Section:
        """The section itself."""
        return self.part.section

    @property
    def following(self) -> Section | None:
        """The section after this one."""
        order = self.form.form.order
        return next(iter(order[order.index(self.section) + 1 :]), None)


def _place(session: Session, candidacy: CandidacyRecord, section: Section, page_version: int | None = None) -> Place:
    """Find a section in the form that the page showed, or in that of today; what it does not use does not exist."""
    form = form_for(session, candidacy, page_version)
    part = form.form.part(section)
    if part is None:
        raise HTTPException(404)
    return Place(candidacy, form, part)


def _after_save(
    request: Request,
    session: Session,
    actor: Actor,
    place: Place,
    typed: Typed,
    stored: SavedSection | None,
    data: FormData,
) -> Response:
    faulty = bool(typed.form.errors)
    if faulty or wanted_fragment(request, (SAVED,)):
        status = 422 if faulty else 200
        answer = _section_page(request, session, actor, place, typed.form, stored, status_code=status)
        if stored is not None and not faulty:
            answer.headers["Saved-Version"] = str(stored.version)
        return answer
    addresses, reference = request.app.state.addresses, place.candidacy.reference
    if data.get("then") == "list" or place.following is None:
        return see_other(addresses("candidacies.detail", reference=reference, saved=place.section.value))
    where = addresses("candidacies.section", reference=reference, section=place.following, saved=place.section.value)
    return see_other(where)


def _section_page(
    request: Request,
    session: Session,
    actor: Actor,
    place: Place,
    form: Form[Any],
    stored: SavedSection | None,
    *,
    status_code: int = 200,
) -> Response:
    context = _shown(request, actor, place, form, stored)
    if wanted_fragment(request, (SAVED,)) is None:
        context |= _lists(request, session, place)
        context["position"] = place.form.form.order.index(place.section) + 1
        context["total"] = len(place.form.form.order)
    return page(request, "candidacies/section.html", context, fragments=(SAVED,), status_code=status_code)


def _shown(
    request: Request, actor: Actor, place: Place, form: Form[Any], stored: SavedSection | None
) -> dict[str, object]:
    """Give what the page of a section and the one with two texts have in common."""
    return {
        "candidacy": place.candidacy,
        "section": place.section,
        "part": place.part,
        "form_version": place.form.version,
        "form": form,
        "version": stored.version if stored else 0,
        "saved_at": _saved_at(stored, actor) if stored else None,
        "today": wall_in(request.app.state.clock(), ZoneInfo(actor.zone)).date(),
        "conflict": False,
        "faults": [_question_of(request.state.locale, place.part, name) for name in form.errors if name],
    }


def _lists(request: Request, session: Session, place: Place) -> dict[str, object]:
    candidacy, section = place.candidacy, place.section
    links = city_links_of(session, candidacy.government_code) if section is Section.CITY_LINKS else []
    locale = request.state.locale
    return {
        "choices": form_choices(session, candidacy.programme_id, locale, place.form.form, (section,)),
        "known_links": links,
        "profile_codes": tuple(Profile),
        "confirmed": request.query_params.get("saved", ""),
    }


def _conflict_page(
    request: Request,
    actor: Actor,
    place: Place,
    typed: Typed,
    stored: SavedSection | None,
    choices: FormChoices,
    known_version: int,
) -> Response:
    context = _shown(request, actor, place, typed.form, stored) | {"faults": []}
    if wanted_fragment(request, (SAVED,)):
        # the page has not shown the other text yet: it goes on with the version that it knows
        context |= {"conflict": True, "version": known_version}
        return page(request, "candidacies/section.html", context, fragments=(SAVED,), status_code=409)
    locale, form, section = request.state.locale, place.form.form, place.section
    theirs = answer_sheet(locale, form, {section: stored.answers if stored else {}}, choices)
    mine = answer_sheet(locale, form, {section: typed.answers}, choices)
    at = form.order.index(section)
    pairs = zip(mine[at].rows, theirs[at].rows, strict=True)
    context["differences"] = [(own_row, other) for own_row, other in pairs if own_row.lines != other.lines]
    context["saved_by"] = stored.person_name if stored else ""
    return page(request, "candidacies/conflict.html", context, status_code=409)


def _with_kept(typed: Typed, data: FormData, before: SavedSection | None) -> dict[str, Any]:
    """Take the stored words where the person chose them on the conflict page."""
    stored = before.answers if before else {}
    kept = {name: stored[name] for name in typed.answers if data.get(f"keep_{name}") == SAVED and name in stored}
    return {**typed.answers, **kept}


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
    question = _question(session, candidacy)
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


def _question(session: Session, candidacy: CandidacyRecord) -> OpenQuestion | None:
    """Give what the programme team asks about a candidacy that it returned."""
    return open_question(session, candidacy.id) if candidacy.state is CandidacyState.RETURNED else None


def _too_late(question: OpenQuestion | None, now: datetime) -> DomainError | None:
    return refusal(check_in_time, question.until, now) if question is not None else None


def _no_withdrawal(session: Session, candidacy: CandidacyRecord) -> DomainError | None:
    return refusal(check_can_withdraw, candidacy.state, partnered=has_partnership(session, candidacy.id))


def _question_of(locale: str, part: FormSection, name: str) -> str:
    """Give the question that a field of the form belongs to."""
    question = question_at(part, name)
    return str(question.title.said(locale)) if question else name


def _other_saver(saved: SavedSection, actor: Actor) -> str:
    """Give the name of a colleague who saved last; a browser that only typed an address learns no names."""
    return saved.person_name if actor.is_known and saved.person_id != actor.person_id else ""


def _saved_at(saved: SavedSection, actor: Actor) -> datetime:
    return wall_in(saved.saved_at, ZoneInfo(actor.zone))


def _number(data: FormData, name: str) -> int:
    typed = data.get(name)
    return int(typed) if isinstance(typed, str) and typed.isascii() and typed.isdigit() and len(typed) <= 15 else 0
