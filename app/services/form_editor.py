"""What staff do with the form of a programme; each edit is saved in the copy that candidates do not see yet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain import form_edits
from app.domain.access import Actor
from app.domain.candidacy_form import CandidacyForm, FormSection, Option, Question
from app.domain.codes import QuestionKind, Section
from app.domain.form_edits import FormPlaceUnknown, QuestionEdit
from app.domain.form_rules import FIELDS
from app.domain.texts import Words
from app.models import PolicyField
from app.queries.candidacy_form import form_history
from app.services.candidacy_form import FormEdited, lock, save_copy, working_copy
from app.services.events import record


@dataclass(frozen=True, slots=True)
class FormEdit:
    """Who edits the form of which programme when, and the number of the save that the page showed."""

    programme_id: int
    edit: int
    actor: Actor
    now: datetime


def save_section(session: Session, edit: FormEdit, section: Section, title: Words, intro: Words) -> None:
    """Save title and introduction of a section.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown: the form does not use the section.
    """
    _change(
        session, edit, lambda form, _: form_edits.edit_section(form, section, title, intro), "section_changed", title
    )


def use_section(session: Session, edit: FormEdit, section: Section) -> None:
    """Use a section again, as it was last, without questions that were removed from it by themselves.

    :raises FormEdited: somebody saved since.
    """
    part = _latest_part(session, edit, section)
    _change(session, edit, lambda form, _: form_edits.use_section(form, part), "section_used", part.title)


def leave_out_section(session: Session, edit: FormEdit, section: Section) -> None:
    """Leave a section out.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown, FormQuestionMissing: it is not there, or the pairing needs it.
    """
    title = _latest_part(session, edit, section).title
    _change(session, edit, lambda form, _: form_edits.leave_out_section(form, section), "section_left_out", title)


def add_question(session: Session, edit: FormEdit, section: Section, kind: QuestionKind, wanted: QuestionEdit) -> str:
    """Add a question of one's own at the end of a section, and give its code, which no question ever had.

    :raises FormEdited: somebody saved since.
    :raises FormKindReserved: only the reference form has questions of this kind.
    """
    code = ""

    def changed(form: CandidacyForm, past: Sequence[CandidacyForm]) -> CandidacyForm:
        nonlocal code
        code = form_edits.own_code(wanted.title, {one.code for every in (form, *past) for one in every.questions()})
        added = form_edits.add_question(form, section, Question(code, kind, wanted.title))
        return form_edits.edit_question(added, code, _with_codes(wanted, code, (form, *past)))

    _change(session, edit, changed, "question_added", wanted.title)
    return code


def save_question(session: Session, edit: FormEdit, code: str, wanted: QuestionEdit) -> None:
    """Save a question; a new option gets a code that none of this question ever had.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown: the form does not ask it.
    """
    _change(
        session,
        edit,
        lambda form, past: form_edits.edit_question(form, code, _with_codes(wanted, code, (form, *past))),
        "question_changed",
        wanted.title,
    )


def move_question(session: Session, edit: FormEdit, code: str, step: int) -> None:
    """Move a question up (-1) or down (1) within its section.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown, UnableToMoveQuestion: it is not there, or at that end.
    """
    _change(session, edit, lambda form, _: form_edits.move_question(form, code, step), "question_moved", of=code)


def remove_question(session: Session, edit: FormEdit, code: str) -> None:
    """Ask a question no longer; answers stay stored.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown, FormQuestionMissing, QuestionNeeded: it is not there, or cannot go.
    """
    _change(session, edit, lambda form, _: form_edits.remove_question(form, code), "question_removed", of=code)


def return_question(session: Session, edit: FormEdit, code: str) -> None:
    """Ask a question again that a version had, as it was last.

    :raises FormEdited: somebody saved since.
    :raises FormPlaceUnknown: no version had it, or its section is not used.
    """

    def changed(form: CandidacyForm, past: Sequence[CandidacyForm]) -> CandidacyForm:
        for part in form_edits.last_of_each(past).values():
            if code in part.codes:
                return form_edits.return_question(form, part, code)
        raise FormPlaceUnknown

    _change(session, edit, changed, "question_returned", of=code)


def save_fields(session: Session, edit: FormEdit, options: Iterable[Option]) -> None:
    """Save the list of policy fields; a new one gets a code that none ever had.

    :raises FormEdited: somebody saved since.
    """
    known = set(session.execute(sa.select(col(PolicyField.code))).scalars())

    def changed(form: CandidacyForm, past: Sequence[CandidacyForm]) -> CandidacyForm:
        taken = known.union(*(every.codes_of(FIELDS) for every in (form, *past)))
        return form_edits.edit_fields(form, form_edits.with_codes(options, taken))

    _change(session, edit, changed, "fields_changed")


def replace_form(session: Session, edit: FormEdit, form: CandidacyForm) -> None:
    """Put a whole form, such as one from a file, in the place of the copy; lists of the settings are not taken over.

    :raises FormEdited: somebody saved since.
    :raises FormQuestionAltered, FormKindReserved, FormCodeTwice: answers would change their meaning.
    """
    _change(
        session,
        edit,
        lambda before, _: form.with_lists({name: options for name, options in before.lists.items() if name != FIELDS}),
        "imported",
    )


def _change(
    session: Session,
    edit: FormEdit,
    change: Callable[[CandidacyForm, Sequence[CandidacyForm]], CandidacyForm],
    verb: str,
    title: Words | None = None,
    *,
    of: str = "",
) -> None:
    """Save the copy as ``change`` makes it from the form and its past; what changes nothing is not saved."""
    lock(session, edit.programme_id)
    copy = working_copy(session, edit.programme_id)
    if copy.edit != edit.edit:
        raise FormEdited
    past = form_history(session, edit.programme_id)
    form = change(copy.form, past)
    if form == copy.form:
        return
    save_copy(session, edit.programme_id, form, edit=edit.edit, actor=edit.actor, now=edit.now)
    found = form.question(of) or copy.form.question(of)
    words = title or (found.title if found else Words())
    subject = ("programme", edit.programme_id)
    record(session, edit.actor, f"form.{verb}", subject=subject, now=edit.now, title=words.said("nl").words)


def _with_codes(wanted: QuestionEdit, code: str, forms: Iterable[CandidacyForm]) -> QuestionEdit:
    asked = (question for form in forms for question in form.questions() if question.code == code)
    taken = {option.code for question in asked for option in question.options}
    options = form_edits.with_codes(wanted.options, taken)
    return QuestionEdit(wanted.title, wanted.help, wanted.required, wanted.word_limit, options)


def _latest_part(session: Session, edit: FormEdit, section: Section) -> FormSection:
    """Give a section of the copy, or as the newest version had it that used it."""
    forms = (working_copy(session, edit.programme_id).form, *form_history(session, edit.programme_id))
    return next(part for form in forms for part in form.sections if part.section is section)
