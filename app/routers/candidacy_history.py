"""Every saved version of a candidacy's sections, for its authors: who saved what when, and taking a text back."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import SheetRow, answer_sheet
from app.domain.access import Actor
from app.domain.candidacy import check_can_edit, refusal
from app.domain.candidacy_form import CandidacyForm
from app.domain.candidacy_history import Piece, Save, SavedMeanwhile, Sitting, pieces, sittings
from app.domain.codes import Section
from app.domain.drafts import Incoming, Outcome
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, section_of
from app.queries.candidacy_form import form_choices, form_for, form_of
from app.queries.candidacy_history import SavedVersion, latest_version, saves_of, version_before, version_of
from app.services import candidacies
from app.web.access import CandidateDep
from app.web.candidacy_access import SectionDep, clock_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import PageNumber, RowNumber
from app.web.own_candidacy import OwnDep
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}/history")
PAGE_SIZE: Final = 40


class TakeBackForm(FormModel):
    """Takes a text back on top of the version that was the latest when the page was opened."""

    latest: int = Field(ge=0, le=2**31 - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its answer in a version; ``changes`` is empty where the version before had the same."""

    name: str
    question: object
    lines: tuple[str, ...]
    changes: tuple[Piece, ...]


@router.get("", name="candidacies.history")
def index(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, number: PageNumber = 1
) -> Response:
    """List who saved what when, the saves of one sitting together."""
    found = sittings(saves_of(session, candidacy.id))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    if number > pages:
        raise HTTPException(404)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    context = {
        "candidacy": candidacy,
        "sittings": [_sitting(one, actor) for one in shown],
        "parts": _titles(request, session, candidacy),
        "number": number,
        "pages": pages,
    }
    return page(request, "candidacies/history.html", context)


@router.get("/{section}/{number}", name="candidacies.version")
def version(
    request: Request,
    session: SessionDep,
    actor: CandidateDep,
    candidacy: OwnDep,
    section: SectionDep,
    number: RowNumber,
    done: str = "",
) -> Response:
    """Show the answers of one version, and what it changed."""
    return _version_page(request, session, actor, candidacy, _found(session, candidacy, section, number), done=done)


@router.post("/{section}/{number}", name="candidacies.take_back")
def take_back(
    request: Request,
    session: SessionDep,
    actor: CandidateDep,
    candidacy: OwnDep,
    section: SectionDep,
    number: RowNumber,
    now: NowDep,
    data: FormDep,
) -> Response:
    """Save the answers of an earlier version as a new one."""
    chosen = _found(session, candidacy, section, number)
    form = bind(TakeBackForm, data)
    if form.cleaned is not None:
        incoming = Incoming(_answerable(session, candidacy, chosen), form.cleaned.latest)
        try:
            with transaction(session):
                saved = candidacies.save_section(
                    session,
                    candidacy,
                    section,
                    incoming,
                    form=form_for(session, candidacy),
                    page_key=form.key,
                    actor=actor,
                    now=now,
                )
        except DomainError as refused:
            form.refuse(refused)
        else:
            if saved.outcome is not Outcome.CONFLICT and saved.stored is not None:
                return see_other(
                    request.app.state.addresses(
                        "candidacies.version",
                        reference=candidacy.reference,
                        section=section.value,
                        number=saved.stored.version,
                        done="taken",
                    )
                )
            form.refuse(SavedMeanwhile())
    return _version_page(request, session, actor, candidacy, chosen, form=form, status_code=422)


def _found(session: Session, candidacy: CandidacyRecord, section: Section, number: int) -> SavedVersion:
    found = version_of(session, candidacy.id, section, number)
    if found is None:
        raise HTTPException(404)
    return found


def _answerable(session: Session, candidacy: CandidacyRecord, chosen: SavedVersion) -> dict[str, Any]:
    """Give the answers of a version to the questions that the form has today; those of other questions as they are."""
    part = form_for(session, candidacy).form.part(chosen.save.section)
    asked = {question.code for question in part.questions} if part else set()
    stored = section_of(session, candidacy.id, chosen.save.section)
    kept = {name: value for name, value in (stored.answers if stored else {}).items() if name not in asked}
    return kept | {name: value for name, value in chosen.answers.items() if name in asked}


def _version_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    chosen: SavedVersion,
    *,
    form: Form[Any] | None = None,
    done: str = "",
    status_code: int = 200,
) -> Response:
    section, number = chosen.save.section, chosen.save.version
    latest = latest_version(session, candidacy.id, section)
    answered = form_of(session, candidacy.programme_id, chosen.form_version).form
    before = version_before(session, candidacy.id, section, number)
    context = {
        "candidacy": candidacy,
        "section": section,
        "title": _titles(request, session, candidacy).get(section, section),
        "number": number,
        "latest": latest,
        "who": _who(chosen.save, actor),
        "saved": clock_of(actor, chosen.save.saved_at),
        "rows": _rows(request, session, candidacy, answered, chosen, before),
        "first": before is None,
        "form": form or blank(),
        "reason": refusal(check_can_edit, candidacy.state),
        "done": done == "taken" and number == latest,
    }
    return page(request, "candidacies/version.html", context, status_code=status_code)


def _rows(
    request: Request,
    session: Session,
    candidacy: CandidacyRecord,
    form: CandidacyForm,
    chosen: SavedVersion,
    before: SavedVersion | None,
) -> list[Row]:
    """Give the questions of the version's own form with its answers, and how they differ from the version before."""
    locale, section = request.state.locale, chosen.save.section
    choices = form_choices(session, candidacy.programme_id, locale, form, (section,))

    def sheet(answers: Any) -> tuple[SheetRow, ...]:  # noqa: ANN401 - JSON
        parts = answer_sheet(locale, form, {section: answers}, choices)
        return next((part.rows for part in parts if part.section is section), ())

    old = {row.name: row.lines for row in sheet(before.answers)} if before else {}
    return [_row(row, old.get(row.name, ()), compared=before is not None) for row in sheet(chosen.answers)]


def _row(row: SheetRow, old: tuple[str, ...], *, compared: bool) -> Row:
    changed = compared and row.lines != old
    changes = pieces("\n".join(old), "\n".join(row.lines)) if changed else ()
    return Row(row.name, row.question, row.lines, changes)


def _sitting(sitting: Sitting, actor: Actor) -> dict[str, object]:
    first, last = clock_of(actor, sitting.first_at), clock_of(actor, sitting.last_at)
    return {
        "section": sitting.section,
        "who": _who(sitting, actor),
        "first": first,
        "last": last,
        "count": sitting.count,
        "version": sitting.last_version,
    }


def _who(saved: Save | Sitting, actor: Actor) -> str | None:
    """Give who saved it: none for the reader. A browser that only typed an address learns no names."""
    if saved.person_id == actor.person_id:
        return None
    return saved.person_name if actor.is_known else ""


def _titles(request: Request, session: Session, candidacy: CandidacyRecord) -> dict[Section, object]:
    form = form_for(session, candidacy).form
    return {part.section: part.title.said(request.state.locale) for part in form.sections}
