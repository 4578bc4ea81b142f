"""The pages of the form's editor: the form with its versions, a section, a question, a list, what publishing does."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import HTTPException, Response

from app.domain.candidacy_answers import fields_to_fill_in
from app.domain.candidacy_form import INDISPENSABLE, CandidacyForm, FormSection, Question, form_changes
from app.domain.codes import Profile, Section
from app.domain.form_edits import last_of_each
from app.domain.form_rules import FIELDS, MOST_WORDS, faults_of
from app.domain.texts import Words, title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.catalogues import LOCALES
from app.language.form_words import field_names, kind_choices
from app.queries.candidacy_form import form_choices, form_history, form_of, form_versions
from app.queries.form_use import FormUse, count_drafts, use_of
from app.queries.programmes import tracks_of
from app.services.candidacy_form import WorkingCopy
from app.web.candidacy_forms import show_section
from app.web.form_attempts import Attempt
from app.web.form_editing import (
    LANGUAGES,
    Row,
    has_options,
    question_values,
    rows_of,
    section_values,
    shown_rows,
)
from app.web.forms import Form
from app.web.rendering import page

# Issue 3: a candidacy asks for at most this many fields.
FIELDS_AT_MOST: Final = 25
NOTHING_USED: Final = FormUse()


def overview_page(attempt: Attempt, form: Form[Any]) -> Response:
    """Show the form of a programme; again, with its refusals, after something on it could not be done."""
    copy, session = attempt.copy(), attempt.session
    form.values["edit"] = copy.edit
    versions = form_versions(session, attempt.programme.id)
    context = {
        "form": form,
        "copy": copy,
        "changes": form_changes(copy.base.form, copy.form),
        "unused": _unused(attempt, copy.form),
        "versions": [one for one in versions if one.published_at is not None],
        "fields": fields_to_fill_in(copy.form),
        "fields_at_most": FIELDS_AT_MOST,
        "faults": _fault_places(copy.form),
        "tracks": tracks_of(session, attempt.programme.id),
        "missing": missing_languages,
    }
    return _page(attempt, "detail", context, attempt.status if form.errors else 200)


def section_page(
    attempt: Attempt, copy: WorkingCopy, section: Section, form: Form[Any], *, status_code: int = 200
) -> Response:
    """Show a section to be edited."""
    part = part_of(copy, section)
    known = last_of_each(form_history(attempt.session, attempt.programme.id)).get(section)
    context = {
        "form": form,
        "part": part,
        "removed": [one for one in known.questions if one.code not in part.codes] if known else [],
        "conflicts": _conflicts(attempt, form.values, section_values(part), ("title", "intro")),
    }
    return _page(attempt, "section", context, status_code)


def new_page(
    attempt: Attempt, copy: WorkingCopy, section: Section, form: Form[Any], *, status_code: int = 200
) -> Response:
    """Ask for a new question of a section."""
    kinds = [{"value": kind, "label": name, "hint": hint} for kind, name, hint in kind_choices(_locale(attempt))]
    context = {"form": form, "part": part_of(copy, section), "kinds": kinds, "most_words": MOST_WORDS}
    return _page(attempt, "new_question", context, status_code)


def question_page(
    attempt: Attempt, copy: WorkingCopy, code: str, form: Form[Any], rows: Sequence[Row], *, status_code: int = 200
) -> Response:
    """Show a question to be edited, with its options where it has any."""
    question, section = question_of(copy, code), copy.form.place_of(code)
    assert section is not None  # noqa: S101 - the question was found there
    stored = question_values(question) | {"options": _in_a_line(rows_of(question.options))}
    typed = {**form.values, "options": _in_a_line(rows)}
    context = {
        "form": form,
        "question": question,
        "part": part_of(copy, section),
        "indispensable": code in INDISPENSABLE,
        "rows": shown_rows(rows) if has_options(question) else [],
        "count": len(rows),
        "most_words": MOST_WORDS,
        "conflicts": _conflicts(attempt, typed, stored, ("title", "help"), ("options",)),
    }
    return _page(attempt, "question", context, status_code)


def fields_page(
    attempt: Attempt, copy: WorkingCopy, form: Form[Any], rows: Sequence[Row], *, status_code: int = 200
) -> Response:
    """Show the list of policy fields to be edited."""
    used = use_of(attempt.session, attempt.programme.id, copy.base.form)
    gone = [one for one in copy.base.form.lists.get(FIELDS, ()) if one.code not in {row.code for row in rows}]
    stored = {"options": _in_a_line(rows_of(copy.form.lists.get(FIELDS, ())))}
    context = {
        "form": form,
        "rows": shown_rows(rows),
        "count": len(rows),
        "used": used,
        "gone": [one for one in gone if used.fields[one.code] or used.profiles[one.code]],
        "conflicts": _conflicts(attempt, {"options": _in_a_line(rows)}, stored, (), ("options",)),
    }
    return _page(attempt, "fields", context, status_code)


def publication_page(attempt: Attempt, copy: WorkingCopy, form: Form[Any], *, status_code: int = 200) -> Response:
    """Show what publishing would change, for how many drafts, and what is in its way."""
    gone = [one for one in copy.base.form.questions() if copy.form.question(one.code) is None]
    used = use_of(attempt.session, attempt.programme.id, copy.base.form) if gone else NOTHING_USED
    context = {
        "form": form,
        "copy": copy,
        "changes": form_changes(copy.base.form, copy.form),
        "drafts": count_drafts(attempt.session, attempt.programme.id),
        "answered": [(one.title, used.answered[one.code]) for one in gone if used.answered[one.code]],
        "faults": _fault_places(copy.form),
    }
    return _page(attempt, "publication", context, status_code)


def discarding_page(attempt: Attempt, copy: WorkingCopy, form: Form[Any], *, status_code: int = 200) -> Response:
    """Ask whether the changes that are not published shall go."""
    context = {"form": form, "copy": copy, "changes": form_changes(copy.base.form, copy.form)}
    return _page(attempt, "discarding", context, status_code)


def version_page(attempt: Attempt, version: int) -> Response:
    """Show a version as it was published."""
    session, programme = attempt.session, attempt.programme
    facts = next((one for one in form_versions(session, programme.id) if one.version == version), None)
    if facts is None or facts.published_at is None:
        raise HTTPException(404)
    found = form_of(session, programme.id, version).form
    earlier = form_of(session, programme.id, version - 1).form if version > 1 else found
    context = {
        "facts": facts,
        "parts": found.sections,
        "choices": form_choices(session, programme.id, _locale(attempt), found),
        "changes": form_changes(earlier, found),
    }
    return _page(attempt, "version", context, 200)


def preview_page(attempt: Attempt, section: Section, seen_in: str) -> Response:
    """Show a section of the copy as candidates would see it, in the language ``seen_in`` or the reader's own."""
    state = attempt.request.state
    if seen_in in LOCALES:
        state.locale = seen_in
    copy = attempt.copy()
    part, order = part_of(copy, section), copy.form.order
    at = order.index(section)
    context = {
        "part": part,
        "form": show_section(part, {}),
        "choices": form_choices(attempt.session, attempt.programme.id, state.locale, copy.form, (section,)),
        "known_links": [],
        "position": at + 1,
        "total": len(order),
        "before": order[at - 1] if at else None,
        "after": order[at + 1] if at + 1 < len(order) else None,
        "seen_in": seen_in if seen_in in LOCALES else "",
    }
    return _page(attempt, "preview", context, 200)


def part_of(copy: WorkingCopy, section: Section) -> FormSection:
    """Give a section of the copy; one that it does not use has no page."""
    part = copy.form.part(section)
    if part is None:
        raise HTTPException(404)
    return part


def question_of(copy: WorkingCopy, code: str) -> Question:
    """Give a question of the copy; one that it does not ask has no page."""
    question = copy.form.question(code)
    if question is None:
        raise HTTPException(404)
    return question


def section_of(attempt: Attempt, code: str) -> Section:
    """Give the section that asks a question, or asked it in an earlier version."""
    forms = (attempt.copy().form, *form_history(attempt.session, attempt.programme.id))
    found = next((place for form in forms if (place := form.place_of(code))), None)
    if found is None:
        raise HTTPException(404)
    return found


def missing_languages(words: Words) -> list[str]:
    """Give the languages that a text lacks, if it has any words at all."""
    return [code for code in LANGUAGES if words and not getattr(words, code)]


def _unused(attempt: Attempt, form: CandidacyForm) -> list[FormSection]:
    known = last_of_each(form_history(attempt.session, attempt.programme.id))
    return [known[section] for section in Section if section in known and section not in form.order]


def _fault_places(form: CandidacyForm) -> list[dict[str, Any]]:
    """Give what keeps a form from being published, each with the words of its place."""
    found = []
    for fault in faults_of(form):
        question = form.question(fault.question)
        part = form.part(fault.section) if fault.section else None
        found.append({"fault": fault, "title": question.title if question else part.title if part else Words()})
    return found


def _in_a_line(rows: Sequence[Row]) -> str:
    return "; ".join(" / ".join(getattr(row.words, code) or "–" for code in LANGUAGES) for row in rows)


def _conflicts(
    attempt: Attempt,
    typed: Mapping[str, Any],
    stored: Mapping[str, Any],
    texts: Sequence[str],
    others: Sequence[str] = (),
) -> list[dict[str, str]]:
    """Give what was typed beside what somebody else saved meanwhile, where the two differ."""
    if not attempt.conflict:
        return []
    names = (*(f"{text}_{code}" for text in texts for code in LANGUAGES), *others)
    labels = field_names(_locale(attempt))
    both = [(labels[name], str(typed.get(name, "")), str(stored.get(name, ""))) for name in names]
    return [{"setting": label, "typed": own, "stored": other} for label, own, other in both if own != other]


def _page(attempt: Attempt, template: str, context: Mapping[str, Any], status_code: int) -> Response:
    shared = {
        "programme": attempt.programme,
        "brussels": PROGRAMME_ZONE,
        "profile_codes": tuple(Profile),
        "title_of": title_of,
    }
    return page(attempt.request, f"staff/form/{template}.html", {**shared, **context}, status_code=status_code)


def _locale(attempt: Attempt) -> str:
    return str(attempt.request.state.locale)
