"""The sections of a candidacy for those who write it: showing, saving, and choosing where two people wrote."""

from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.documents.candidacy_sheet import answer_sheet
from app.domain.access import Actor
from app.domain.candidacy import EDITABLE
from app.domain.candidacy_answers import KNOWN_LINKS
from app.domain.candidacy_form import FormChoices, FormSection
from app.domain.codes import Profile, Section
from app.domain.drafts import Incoming, Outcome
from app.domain.errors import DomainError
from app.domain.time import wall_in
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, SavedSection, own_section, section_of
from app.queries.candidacy_form import VersionedForm, form_choices, form_for
from app.queries.reference import Link, city_links_of
from app.services import candidacies
from app.web.access import CandidateDep
from app.web.candidacy_forms import Typed, question_at, read_section, show_section
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep
from app.web.known_links import read_links, shown_links, stored_values
from app.web.numbers import typed_number
from app.web.own_candidacy import OwnDep, asked_of, saved_at
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


@router.get("/{section}", name="candidacies.section")
def edit(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, section: SectionDep
) -> Response:
    """Show a section to be filled in."""
    if candidacy.state not in EDITABLE:
        return see_other(request.app.state.addresses("candidacies.check", reference=candidacy.reference))
    question = asked_of(session, candidacy)
    if question is not None and section not in question.sections:
        where = request.app.state.addresses("candidacies.check", reference=candidacy.reference)
        return see_other(f"{where}#part-{section}")
    place = _place(session, candidacy, section)
    stored = section_of(session, candidacy.id, section)
    form = show_section(place.part, stored.answers if stored else {})
    form.values |= stored_values(_known_links(session, place), stored.answers if stored else {})
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
    place = _place(session, candidacy, section, typed_number(data, "form_version") or None)
    choices = form_choices(session, candidacy.programme_id, request.state.locale, place.form.form, (section,))
    typed = read_section(place.part, data, choices, before.answers if before else {})
    _read_known_links(session, place, typed, data)
    wanted = _with_kept(typed, data, before)
    incoming = Incoming(wanted, typed_number(data, "version"), typed_number(data, "edit"))
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
        context |= _lists(request, session, place, form)
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
        "saved_at": saved_at(stored, actor) if stored else None,
        "today": wall_in(request.app.state.clock(), ZoneInfo(actor.zone)).date(),
        "conflict": False,
        "faults": [_question_of(request.state.locale, place.part, name) for name in form.errors if name],
    }


def _lists(request: Request, session: Session, place: Place, form: Form[Any]) -> dict[str, object]:
    locale = request.state.locale
    return {
        "choices": form_choices(session, place.candidacy.programme_id, locale, place.form.form, (place.section,)),
        "known_links": shown_links(_known_links(session, place), form.values),
        "profile_codes": tuple(Profile),
        "confirmed": request.query_params.get("saved", ""),
    }


def _known_links(session: Session, place: Place) -> list[Link]:
    """Give the links that are known of the local government, on the section that asks about links."""
    return city_links_of(session, place.candidacy.government_code) if place.section is Section.CITY_LINKS else []


def _read_known_links(session: Session, place: Place, typed: Typed, data: FormData) -> None:
    links = _known_links(session, place)
    if links:
        values, typed.answers[KNOWN_LINKS] = read_links(data, links, typed.answers)
        typed.form.values |= values


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


def _question_of(locale: str, part: FormSection, name: str) -> str:
    """Give the question that a field of the form belongs to."""
    question = question_at(part, name)
    return str(question.title.said(locale)) if question else name
