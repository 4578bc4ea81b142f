"""What staff do with a candidacy form: every edit gives another form. Nothing here is stored."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from app.domain.candidacy_form import INDISPENSABLE, OWN_PREFIX, CandidacyForm, FormSection, Option, Question
from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError
from app.domain.form_rules import FIELDS, WITH_OPTIONS, FormQuestionMissing
from app.domain.slugs import slug
from app.domain.texts import NO_WORDS, Words

CODE_LENGTH: Final = 40
ORDER: Final = tuple(Section)


class FormPlaceUnknown(DomainError):
    """The form has no such section or question: somebody took it out, or it was never there."""

    code = "form_place_unknown"


class QuestionNeeded(DomainError):
    """The question ``question`` is only asked of those who answered this one, so that one has to go first."""

    code = "form_question_needed"


class UnableToMoveQuestion(DomainError):
    """The question stands at that end already."""

    code = "unable_to_move_question"


@dataclass(frozen=True, slots=True)
class QuestionEdit:
    """What staff may change in a question; its code and its kind stay. New options have no code yet."""

    title: Words
    help: Words = NO_WORDS
    required: bool = False
    word_limit: int = 0
    options: tuple[Option, ...] = ()


def edit_section(form: CandidacyForm, section: Section, title: Words, intro: Words) -> CandidacyForm:
    """Give a section another title and introduction.

    :raises FormPlaceUnknown: the form does not use the section.
    """
    return _with_part(form, section, lambda part: replace(part, title=title, intro=intro))


def use_section(form: CandidacyForm, part: FormSection) -> CandidacyForm:
    """Use a section again, as ``part`` has it, at its place; one that is used already stays as it is."""
    if part.section in form.order:
        return form
    parts = sorted((*form.sections, part), key=lambda one: ORDER.index(one.section))
    return replace(form, sections=tuple(parts))


def leave_out_section(form: CandidacyForm, section: Section) -> CandidacyForm:
    """Leave a section out of the form.

    :raises FormPlaceUnknown: the form does not use it.
    :raises FormQuestionMissing: the pairing needs a question of it.
    """
    for question in _part(form, section).questions:
        _check_dispensable(question.code)
    return replace(form, sections=tuple(one for one in form.sections if one.section is not section))


def edit_question(form: CandidacyForm, code: str, edit: QuestionEdit) -> CandidacyForm:
    """Change a question; a limit of words holds for long texts only, and what the pairing needs stays required.

    :raises FormPlaceUnknown: the form does not ask it.
    """

    def changed(question: Question) -> Question:
        return replace(
            question,
            title=edit.title,
            help=edit.help,
            required=edit.required or code in INDISPENSABLE,
            word_limit=edit.word_limit if question.kind is QuestionKind.LONG_TEXT else 0,
            options=edit.options if question.kind in WITH_OPTIONS else (),
        )

    return _with_questions(
        form, code, lambda part: tuple(changed(one) if one.code == code else one for one in part.questions)
    )


def add_question(form: CandidacyForm, section: Section, question: Question) -> CandidacyForm:
    """Add a question at the end of a section.

    :raises FormPlaceUnknown: the form does not use the section.
    """
    return _with_part(form, section, lambda part: replace(part, questions=(*part.questions, question)))


def remove_question(form: CandidacyForm, code: str) -> CandidacyForm:
    """Ask a question no longer; what was answered stays stored.

    :raises FormPlaceUnknown: the form does not ask it.
    :raises FormQuestionMissing: the pairing needs it.
    :raises QuestionNeeded: another question depends on its answer.
    """
    _check_dispensable(code)
    for question in form.questions():
        if question.only_if is not None and question.only_if[0] == code:
            raise QuestionNeeded(question=question.title)
    return _with_questions(form, code, lambda part: tuple(one for one in part.questions if one.code != code))


def move_question(form: CandidacyForm, code: str, step: int) -> CandidacyForm:
    """Move a question up (-1) or down (1) within its section.

    :raises FormPlaceUnknown: the form does not ask it.
    :raises UnableToMoveQuestion: it stands at that end already.
    """
    return _with_questions(form, code, lambda part: _moved(part, code, step))


def _moved(part: FormSection, code: str, step: int) -> tuple[Question, ...]:
    order, at = list(part.questions), part.codes.index(code)
    if not 0 <= at + step < len(order):
        raise UnableToMoveQuestion
    order.insert(at + step, order.pop(at))
    return tuple(order)


def return_question(form: CandidacyForm, earlier: FormSection, code: str) -> CandidacyForm:
    """Ask a question again as ``earlier`` asked it, after the one that it followed there.

    :raises FormPlaceUnknown: the form does not use the section, or ``earlier`` did not ask the question.
    """
    question = next((one for one in earlier.questions if one.code == code), None)
    if question is None:
        raise FormPlaceUnknown
    if code in _part(form, earlier.section).codes:
        return form
    return _with_part(form, earlier.section, lambda part: _inserted(part, earlier, question))


def edit_fields(form: CandidacyForm, options: tuple[Option, ...]) -> CandidacyForm:
    """Give the form another list of policy fields."""
    return form.with_lists({FIELDS: options})


def own_code(words: Words, taken: Collection[str], *, prefix: str = OWN_PREFIX) -> str:
    """Make a code from words that none of ``taken`` is: a code means the same for ever, even after it is gone."""
    wish = prefix + (slug(words.en or words.nl or words.fr).replace("-", "_")[:CODE_LENGTH].strip("_") or "x")
    number, found = 1, wish
    while found in taken:
        number += 1
        found = f"{wish}_{number}"
    return found


def with_codes(options: Iterable[Option], taken: Iterable[str]) -> tuple[Option, ...]:
    """Give every option that has no code yet one that was never used; ``taken`` are all codes that ever were."""
    used, named = set(taken), []
    for option in options:
        code = option.code or own_code(option.title, used, prefix="")
        used.add(code)
        named.append(replace(option, code=code))
    return tuple(named)


def last_of_each(earlier: Iterable[CandidacyForm]) -> dict[Section, FormSection]:
    """Give every section with all questions that it ever asked, each as it was asked last; the newest form comes first.

    The order is that of the newest form that has both; a question that is older stands where it stood.
    """
    found: dict[Section, FormSection] = {}
    for form in earlier:
        for part in form.sections:
            known = found.setdefault(part.section, part)
            for question in part.questions:
                if question.code not in known.codes:
                    known = found[part.section] = _inserted(known, part, question)
    return found


def _inserted(known: FormSection, part: FormSection, question: Question) -> FormSection:
    """Give ``known`` with a question of ``part``, after those that it follows there."""
    before = part.codes[: part.codes.index(question.code)]
    place = max((known.codes.index(one) + 1 for one in before if one in known.codes), default=0)
    return replace(known, questions=(*known.questions[:place], question, *known.questions[place:]))


def _check_dispensable(code: str) -> None:
    if code in INDISPENSABLE:
        raise FormQuestionMissing(question=code)


def _part(form: CandidacyForm, section: Section) -> FormSection:
    part = form.part(section)
    if part is None:
        raise FormPlaceUnknown
    return part


def _with_part(form: CandidacyForm, section: Section, change: Callable[[FormSection], FormSection]) -> CandidacyForm:
    changed = change(_part(form, section))
    return replace(form, sections=tuple(changed if one.section is section else one for one in form.sections))


def _with_questions(
    form: CandidacyForm, code: str, change: Callable[[FormSection], tuple[Question, ...]]
) -> CandidacyForm:
    section = form.place_of(code)
    if section is None:
        raise FormPlaceUnknown
    return _with_part(form, section, lambda part: replace(part, questions=change(part)))
