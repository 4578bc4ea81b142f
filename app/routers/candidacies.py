"""A candidacy for those who write it: the task list, the sections, checking, submitting, withdrawing."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.documents.candidacy_sheet import answer_sheet, question
from app.domain.access import Actor
from app.domain.candidacy import DECISIONS, EDITABLE, check_can_submit, check_can_withdraw, refusal
from app.domain.candidacy_answers import missing, statuses
from app.domain.candidacy_form import FormChoices
from app.domain.codes import Profile, Section
from app.domain.drafts import Incoming, Outcome
from app.domain.errors import DomainError
from app.domain.time import wall_in
from app.models.database import transaction
from app.queries.candidacies import (
    CandidacyRecord,
    SavedSection,
    log_of,
    own_candidacy,
    own_section,
    section_of,
    sections_of,
)
from app.queries.candidacy_form import form_choices
from app.queries.pairings import outcome_of
from app.queries.programmes import rules_of
from app.queries.reference import city_links_of
from app.services import candidacies
from app.services.receipts import claim, settle
from app.web.access import CandidateDep
from app.web.candidacy_forms import Typed, read_section, show_section
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.rendering import page, see_other, wanted_fragment

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}")
SAVED = "saved"
ORDER = tuple(Section)


def own(session: SessionDep, actor: CandidateDep, reference: str) -> CandidacyRecord:
    """Give the candidacy that the actor may write; for others it does not exist."""
    found = own_candidacy(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


async def existing_section(section: str) -> Section:
    """Give the section that an address names."""
    if section not in ORDER:
        raise HTTPException(404)
    return Section(section)


OwnDep = Annotated[CandidacyRecord, Depends(own)]
SectionDep = Annotated[Section, Depends(existing_section)]


class NothingForm(FormModel):
    """A form that only has its button."""


@router.get("", name="candidacies.detail")
def detail(request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep) -> Response:
    """Show the task list, or where a submitted candidacy stands."""
    saved = sections_of(session, candidacy.id)
    promises = [promise.code for promise in rules_of(session, candidacy.programme_id).promises]
    context = {
        "candidacy": candidacy,
        "editable": candidacy.state in EDITABLE,
        "statuses": statuses({section: one.answers for section, one in saved.items()}, promises=promises),
        "saved": {section: _saved_at(one, actor) for section, one in saved.items()},
        "today": wall_in(now, ZoneInfo(actor.zone)).date(),
        "closed": now >= candidacy.closes_at,
        "reason": _reason_of_return(session, candidacy),
        "can_withdraw": refusal(check_can_withdraw, candidacy.state) is None,
        "zone": ZoneInfo(actor.zone),
        "outcome": outcome_of(session, candidacy.id, request.state.locale) if candidacy.state in DECISIONS else None,
    }
    return page(request, "candidacies/detail.html", context)


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
def withdrawal(request: Request, _actor: CandidateDep, candidacy: OwnDep) -> Response:
    """Ask whether the candidacy is really to be withdrawn."""
    reason = refusal(check_can_withdraw, candidacy.state)
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
    stored = section_of(session, candidacy.id, section)
    form = show_section(section, stored.answers if stored else {})
    return _section_page(request, session, actor, candidacy, section, form, stored)


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
    choices = form_choices(session, candidacy.programme_id, request.state.locale, (section,))
    typed = read_section(section, data, choices, before.answers if before else {})
    wanted = _with_kept(typed, data, before)
    incoming = Incoming(wanted, _number(data, "version"), _number(data, "edit"))
    try:
        with transaction(session):
            saved = candidacies.save_section(
                session, candidacy, section, incoming, page_key=typed.form.key, actor=actor, now=now
            )
    except DomainError as refused:
        typed.form.refuse(refused)
        return _section_page(request, session, actor, candidacy, section, typed.form, before, status_code=422)
    if saved.outcome is Outcome.CONFLICT:
        return _conflict_page(request, actor, candidacy, section, typed, saved.stored, choices, incoming.version)
    return _after_save(request, session, actor, candidacy, section, typed, saved.stored, data)


def _after_save(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    section: Section,
    typed: Typed,
    stored: SavedSection | None,
    data: FormData,
) -> Response:
    faulty = bool(typed.form.errors)
    if faulty or wanted_fragment(request, (SAVED,)):
        status = 422 if faulty else 200
        answer = _section_page(request, session, actor, candidacy, section, typed.form, stored, status_code=status)
        if stored is not None and not faulty:
            answer.headers["Saved-Version"] = str(stored.version)
        return answer
    addresses = request.app.state.addresses
    following = ORDER[ORDER.index(section) + 1 :]
    if data.get("then") == "list" or not following:
        return see_other(addresses("candidacies.detail", reference=candidacy.reference, saved=section.value))
    where = addresses("candidacies.section", reference=candidacy.reference, section=following[0], saved=section.value)
    return see_other(where)


def _section_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    section: Section,
    form: Form[Any],
    stored: SavedSection | None,
    *,
    status_code: int = 200,
) -> Response:
    fragment = wanted_fragment(request, (SAVED,))
    context: dict[str, object] = {
        "candidacy": candidacy,
        "section": section,
        "form": form,
        "version": stored.version if stored else 0,
        "saved_at": _saved_at(stored, actor) if stored else None,
        "today": wall_in(request.app.state.clock(), ZoneInfo(actor.zone)).date(),
        "conflict": False,
        "faults": [question_of(request.state.locale, section, name) for name in form.errors if name],
    }
    if fragment is None:
        context |= _lists(request, session, candidacy, section)
        context["position"] = ORDER.index(section) + 1
        context["total"] = len(ORDER)
    return page(request, "candidacies/section.html", context, fragments=(SAVED,), status_code=status_code)


def _lists(request: Request, session: Session, candidacy: CandidacyRecord, section: Section) -> dict[str, object]:
    locale = request.state.locale
    links = city_links_of(session, candidacy.government_code) if section is Section.CITY_LINKS else []
    return {
        "choices": form_choices(session, candidacy.programme_id, locale, (section,)),
        "known_links": links,
        "profile_codes": tuple(Profile),
        "confirmed": request.query_params.get("saved", ""),
    }


def _conflict_page(
    request: Request,
    actor: Actor,
    candidacy: CandidacyRecord,
    section: Section,
    typed: Typed,
    stored: SavedSection | None,
    choices: FormChoices,
    known_version: int,
) -> Response:
    locale = request.state.locale
    context: dict[str, object] = {
        "candidacy": candidacy,
        "section": section,
        "form": typed.form,
        "version": stored.version if stored else 0,
        "saved_at": _saved_at(stored, actor) if stored else None,
        "saved_by": stored.person_name if stored else "",
        "today": wall_in(request.app.state.clock(), ZoneInfo(actor.zone)).date(),
        "faults": [],
    }
    if wanted_fragment(request, (SAVED,)):
        # the page has not shown the other text yet: it goes on with the version that it knows
        context |= {"conflict": True, "version": known_version}
        return page(request, "candidacies/section.html", context, fragments=(SAVED,), status_code=409)
    theirs = answer_sheet(locale, {section: stored.answers if stored else {}}, choices)
    mine = answer_sheet(locale, {section: typed.answers}, choices)
    at = ORDER.index(section)
    pairs = zip(mine[at].rows, theirs[at].rows, strict=True)
    context["differences"] = [(own_row, other) for own_row, other in pairs if own_row.lines != other.lines]
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
    choices = form_choices(session, candidacy.programme_id, request.state.locale)
    answers = {section: one.answers for section, one in sections_of(session, candidacy.id).items()}
    found = statuses(answers, promises=choices.promise_codes)
    context = {
        "candidacy": candidacy,
        "editable": candidacy.state in EDITABLE,
        "form": form,
        "sheet": answer_sheet(request.state.locale, answers, choices),
        "missing": {
            section: missing(section, answers.get(section, {}), promises=choices.promise_codes) for section in Section
        },
        "reason": refusal(check_can_submit, candidacy.state, candidacy.call, now, found),
    }
    return page(request, "candidacies/check.html", context, status_code=status_code)


def _reason_of_return(session: Session, candidacy: CandidacyRecord) -> str:
    """Give what staff asked when they returned the candidacy, as the log has it."""
    if candidacy.state != "returned":
        return ""
    moves = (entry for entry in log_of(session, candidacy.id) if entry.verb == "candidacy.moved")
    return str(next(moves).details.get("reason", ""))


def question_of(locale: str, section: Section, name: str) -> str:
    """Give the question that a field of the form belongs to."""
    stem = name.rstrip("0123456789").rstrip("_")
    for candidate in (name, stem, f"{stem}s", stem.partition("_")[0], f"{stem.partition('_')[0]}s"):
        try:
            return question(locale, section, candidate)
        except KeyError:
            continue
    return name


def _saved_at(saved: SavedSection, actor: Actor) -> datetime:
    return wall_in(saved.saved_at, ZoneInfo(actor.zone))


def _number(data: FormData, name: str) -> int:
    typed = data.get(name)
    return int(typed) if isinstance(typed, str) and typed.isascii() and typed.isdigit() and len(typed) <= 15 else 0
