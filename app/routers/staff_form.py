"""The candidacy form of a programme, for the programme team: its sections, questions and lists, and its versions."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.domain.codes import Section
from app.domain.form_rules import FIELDS, WITH_OPTIONS
from app.services import candidacy_form as versions
from app.services import form_editor as editor
from app.services.form_editor import FormEdit
from app.web import form_editing as forms
from app.web import form_pages as shown
from app.web.access import StaffDep
from app.web.form_attempts import AttemptDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber

router = APIRouter(prefix="/staff/programme/{slug}/form", include_in_schema=False)


@router.get("", name="staff.form.detail")
def detail(attempt: AttemptDep, _actor: StaffDep) -> Response:
    """Show the form of a programme: what candidates see, what they do not see yet, and its versions."""
    return shown.overview_page(attempt, blank())


@router.get("/versions/{version}", name="staff.form.version")
def version(attempt: AttemptDep, _actor: StaffDep, version: RowNumber) -> Response:
    """Show a version as it was published."""
    return shown.version_page(attempt, version)


@router.get("/preview/{section}", name="staff.form.preview")
def preview(attempt: AttemptDep, _actor: StaffDep, section: Section, seen_in: str = "") -> Response:
    """Show a section of the copy as candidates would see it, in any of the languages; nothing is sent from there."""
    return shown.preview_page(attempt, section, seen_in)


@router.get("/sections/{section}", name="staff.form.section")
def section_page(attempt: AttemptDep, _actor: StaffDep, section: Section) -> Response:
    """Show a section to be edited: its words and its questions."""
    copy = attempt.copy()
    form = blank(forms.section_values(shown.part_of(copy, section)) | {"edit": copy.edit})
    return shown.section_page(attempt, copy, section, form)


@router.post("/sections/{section}", name="staff.form.save_section")
def save_section(attempt: AttemptDep, _actor: StaffDep, data: FormDep, section: Section) -> Response:
    """Save the words of a section."""
    form = bind(forms.SectionForm, data)

    def write(edit: FormEdit) -> str:
        title, intro = forms.words_of(form.values, "title"), forms.words_of(form.values, "intro")
        editor.save_section(attempt.session, edit, section, title, intro)
        return attempt.address("staff.form.detail") + f"#{section}"

    done = attempt.carry_out(form, write)
    return done or shown.section_page(attempt, attempt.copy(form), section, form, status_code=attempt.status)


@router.post("/sections/{section}/use", name="staff.form.use_section")
def use_section(attempt: AttemptDep, _actor: StaffDep, data: FormDep, section: Section) -> Response:
    """Use a section in this call, or leave it out."""
    form = bind(forms.FormStep, data)

    def write(edit: FormEdit) -> str:
        change = editor.leave_out_section if form.value("then") == "leave" else editor.use_section
        change(attempt.session, edit, section)
        return attempt.address("staff.form.detail") + f"#{section}"

    return attempt.carry_out(form, write) or shown.overview_page(attempt, form)


@router.get("/sections/{section}/questions", name="staff.form.new_question")
def new_question(attempt: AttemptDep, _actor: StaffDep, section: Section) -> Response:
    """Ask for a new question."""
    copy = attempt.copy()
    form = blank({"edit": copy.edit, "required": "no"})
    return shown.new_page(attempt, copy, section, form)


@router.post("/sections/{section}/questions", name="staff.form.add_question")
def add_question(attempt: AttemptDep, _actor: StaffDep, data: FormDep, section: Section) -> Response:
    """Add a question, and go on to its options where it has any."""
    form: Form[forms.NewQuestionForm] = bind(forms.NewQuestionForm, data)

    def write(edit: FormEdit) -> str:
        kind = form.cleaned.kind if form.cleaned else None
        assert kind is not None  # noqa: S101 - Attempt writes only what is cleaned
        code = editor.add_question(attempt.session, edit, section, kind, forms.question_edit(form, ()))
        if kind in WITH_OPTIONS:
            return attempt.address("staff.form.question", code=code) + "#options"
        return attempt.address("staff.form.section", section=section) + f"#{code}"

    done = attempt.carry_out(form, write)
    return done or shown.new_page(attempt, attempt.copy(form), section, form, status_code=attempt.status)


@router.get("/questions/{code}", name="staff.form.question")
def question_page(attempt: AttemptDep, _actor: StaffDep, code: str) -> Response:
    """Show a question to be edited."""
    copy = attempt.copy()
    question = shown.question_of(copy, code)
    form = blank(forms.question_values(question) | {"edit": copy.edit})
    return shown.question_page(attempt, copy, code, form, forms.rows_of(question.options))


@router.post("/questions/{code}", name="staff.form.save_question")
def save_question(attempt: AttemptDep, _actor: StaffDep, data: FormDep, code: str) -> Response:
    """Save a question; a button at one of its options moves or removes that option too."""
    copy = attempt.copy()
    known = [option.code for option in shown.question_of(copy, code).options]
    form = bind(forms.QuestionForm, data)
    rows = forms.read_rows(data, form, known)

    def write(edit: FormEdit) -> str:
        editor.save_question(attempt.session, edit, code, forms.question_edit(form, rows))
        if form.value("then"):
            return attempt.address("staff.form.question", code=code) + forms.anchor(form.value("then"), rows)
        section = copy.form.place_of(code)
        return attempt.address("staff.form.section", section=section) + f"#{code}"

    done = attempt.carry_out(form, write)
    return done or shown.question_page(attempt, attempt.copy(form), code, form, rows, status_code=attempt.status)


@router.post("/questions/{code}/place", name="staff.form.place_question")
def place_question(attempt: AttemptDep, _actor: StaffDep, data: FormDep, code: str) -> Response:
    """Move a question up or down, remove it, or ask it again."""
    form = bind(forms.FormStep, data)
    section = shown.section_of(attempt, code)

    def write(edit: FormEdit) -> str:
        _place(attempt.session, edit, code, form.value("then"))
        return attempt.address("staff.form.section", section=section) + "#questions"

    done = attempt.carry_out(form, write)
    if done is not None:
        return done
    copy = attempt.copy(form)
    form.values |= forms.section_values(shown.part_of(copy, section))
    return shown.section_page(attempt, copy, section, form, status_code=attempt.status)


@router.get("/fields", name="staff.form.fields")
def fields(attempt: AttemptDep, _actor: StaffDep) -> Response:
    """Show the list of policy fields to be edited."""
    copy = attempt.copy()
    return shown.fields_page(attempt, copy, blank({"edit": copy.edit}), forms.rows_of(copy.form.lists.get(FIELDS, ())))


@router.post("/fields", name="staff.form.save_fields")
def save_fields(attempt: AttemptDep, _actor: StaffDep, data: FormDep) -> Response:
    """Save the list of policy fields."""
    copy = attempt.copy()
    form = bind(forms.FormStep, data)
    rows = forms.read_rows(data, form, copy.form.codes_of(FIELDS))

    def write(edit: FormEdit) -> str:
        editor.save_fields(attempt.session, edit, forms.options_of(rows))
        if form.value("then"):
            return attempt.address("staff.form.fields") + forms.anchor(form.value("then"), rows)
        return attempt.address("staff.form.detail") + "#fields"

    done = attempt.carry_out(form, write)
    return done or shown.fields_page(attempt, attempt.copy(form), form, rows, status_code=attempt.status)


@router.get("/publication", name="staff.form.publication")
def publication(attempt: AttemptDep, _actor: StaffDep) -> Response:
    """Show what publishing the copy would change, and for whom."""
    copy = attempt.copy()
    return shown.publication_page(attempt, copy, blank({"edit": copy.edit}))


@router.post("/publication", name="staff.form.publish")
def publish(attempt: AttemptDep, _actor: StaffDep, data: FormDep) -> Response:
    """Publish the copy: drafts go on with it."""
    form = bind(forms.PublicationForm, data)

    def write(edit: FormEdit) -> str:
        versions.publish(
            attempt.session,
            edit.programme_id,
            edit=edit.edit,
            note=str(form.value("note")).strip(),
            actor=edit.actor,
            now=edit.now,
        )
        return attempt.address("staff.form.detail")

    done = attempt.carry_out(form, write)
    return done or shown.publication_page(attempt, attempt.copy(form), form, status_code=attempt.status)


@router.get("/discarding", name="staff.form.discarding")
def discarding(attempt: AttemptDep, _actor: StaffDep) -> Response:
    """Ask whether the changes that are not published shall go."""
    copy = attempt.copy()
    return shown.discarding_page(attempt, copy, blank({"edit": copy.edit}))


@router.post("/discarding", name="staff.form.discard")
def discard(attempt: AttemptDep, _actor: StaffDep, data: FormDep) -> Response:
    """Throw away the changes that are not published."""
    form = bind(forms.FormStep, data)

    def write(edit: FormEdit) -> str:
        versions.discard_copy(attempt.session, edit.programme_id, edit=edit.edit, actor=edit.actor, now=edit.now)
        return attempt.address("staff.form.detail")

    done = attempt.carry_out(form, write)
    return done or shown.discarding_page(attempt, attempt.copy(form), form, status_code=attempt.status)


def _place(session: Session, edit: FormEdit, code: str, wanted: str) -> None:
    if wanted == "remove":
        editor.remove_question(session, edit, code)
    elif wanted == "return":
        editor.return_question(session, edit, code)
    else:
        editor.move_question(session, edit, code, -1 if wanted == "up" else 1)
