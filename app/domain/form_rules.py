"""What holds for every candidacy form: what makes it impossible to fill in, and what no later version may change."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.candidacy_form import FREE_KINDS, INDISPENSABLE, CandidacyForm, FormSection, Option, Question
from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError
from app.domain.texts import Words

Kind = QuestionKind
MOST_WORDS: Final = 2000
MOST_QUESTIONS: Final = 60
MOST_OPTIONS: Final = 60
LONGEST_TITLE: Final = 300
LONGEST_HELP: Final = 1500
LONGEST_OPTION: Final = 200
WITH_OPTIONS: Final = (Kind.ONE_OF, Kind.SEVERAL_OF)
FIELDS: Final = "fields"


class FormQuestionMissing(DomainError):
    """The pairing needs the question ``question``, and its answer."""

    code = "form_question_missing"


class FormTitleMissing(DomainError):
    """A question, an option or a section has no Dutch words, to which readers of other languages fall back."""

    code = "form_title_missing"


class FormHelpMissing(DomainError):
    """A help text or introduction exists in another language, and not in Dutch."""

    code = "form_help_missing"


class FormTextTooLong(DomainError):
    """A text has more than ``max_length`` characters."""

    code = "too_long"


class FormCodeTwice(DomainError):
    """Two questions, or two options of one list, have the code ``name``."""

    code = "form_code_twice"


class FormOptionsMissing(DomainError):
    """A question lets people choose, and has fewer than two options."""

    code = "form_options_missing"


class FormWordLimit(DomainError):
    """A limit of words lies between 0 (none) and ``most``."""

    code = "form_word_limit"


class FormTooLarge(DomainError):
    """There are more than ``most`` questions or options."""

    code = "form_too_large"


class FormEmpty(DomainError):
    """A form, and each section that it uses, asks at least one question."""

    code = "form_empty"


class FormConditionMissing(DomainError):
    """A question is only asked of those who gave some answer to another one, which is not in its section."""

    code = "form_condition_missing"


class FormQuestionAltered(DomainError):
    """The question ``question`` had another kind or section before: answers to it would change their meaning."""

    code = "form_question_altered"


class FormKindReserved(DomainError):
    """The question ``question`` is of a kind that only the reference form has."""

    code = "form_kind_reserved"


@dataclass(frozen=True, slots=True)
class FormFault:
    """Something that is wrong in a form, and where: in a question, a section, a list, or (nothing named) the whole."""

    refusal: DomainError
    section: Section | None = None
    question: str = ""
    of_list: str = ""


def check_form(form: CandidacyForm) -> None:
    """Refuse a form that cannot be filled in, or that the pairing could not use.

    :raises FormEmpty, FormQuestionMissing, FormTitleMissing, FormHelpMissing, FormTextTooLong, FormCodeTwice,
        FormOptionsMissing, FormWordLimit, FormTooLarge, FormConditionMissing: the first thing that is wrong.
    """
    for fault in faults_of(form):
        raise fault.refusal


def faults_of(form: CandidacyForm) -> Iterator[FormFault]:
    """Name everything that keeps a form from being published."""
    questions = tuple(form.questions())
    if not questions:
        yield FormFault(FormEmpty())
    if len(questions) > MOST_QUESTIONS:
        yield FormFault(FormTooLarge(most=MOST_QUESTIONS))
    for code in _twice(question.code for question in questions):
        yield FormFault(FormCodeTwice(name=code), form.place_of(code), code)
    for code in INDISPENSABLE:
        found = form.question(code)
        if found is None or not found.required:
            yield FormFault(FormQuestionMissing(question=code), form.place_of(code), code if found else "")
    for part in form.sections:
        yield from _section_faults(part)
    for name, options in form.lists.items():
        yield from (FormFault(refusal, of_list=name) for refusal in _list_faults(name, options))


def _section_faults(part: FormSection) -> Iterator[FormFault]:
    if not part.questions:
        yield FormFault(FormEmpty(), part.section)
    for refusal in (*title_faults(part.title, LONGEST_TITLE), *help_faults(part.intro)):
        yield FormFault(refusal, part.section)
    for question in part.questions:
        for refusal in question_faults(question):
            yield FormFault(refusal, part.section, question.code)
        if question.only_if is not None and question.only_if[0] not in part.codes:
            yield FormFault(FormConditionMissing(), part.section, question.code)


def question_faults(question: Question) -> Iterator[DomainError]:
    """Name what is wrong in a question: its words, its limit, its options."""
    yield from title_faults(question.title, LONGEST_TITLE)
    yield from help_faults(question.help)
    if not 0 <= question.word_limit <= MOST_WORDS:
        yield FormWordLimit(most=MOST_WORDS)
    if question.kind in WITH_OPTIONS and len(question.options) < 2:
        yield FormOptionsMissing()
    yield from option_faults(question.options)


def option_faults(options: Collection[Option]) -> Iterator[DomainError]:
    """Name what is wrong in a list that staff write in the form: a code twice, no Dutch words, too many."""
    if len(options) > MOST_OPTIONS:
        yield FormTooLarge(most=MOST_OPTIONS)
    yield from (FormCodeTwice(name=code) for code in _twice(option.code for option in options))
    for option in options:
        yield from title_faults(option.title, LONGEST_OPTION)


def _list_faults(name: str, options: tuple[Option, ...]) -> Iterator[DomainError]:
    """Check the list of policy fields; the others belong to the settings of the programme."""
    if name == FIELDS:
        yield from option_faults(options)


def title_faults(words: Words, most: int) -> Iterator[DomainError]:
    """Name what is wrong in words that must be there, in Dutch at least."""
    if not words.nl.strip():
        yield FormTitleMissing()
    if _longest(words) > most:
        yield FormTextTooLong(max_length=most)


def help_faults(words: Words) -> Iterator[DomainError]:
    """Name what is wrong in words that need not be there."""
    if words and not words.nl.strip():
        yield FormHelpMissing()
    if _longest(words) > LONGEST_HELP:
        yield FormTextTooLong(max_length=LONGEST_HELP)


def check_succession(form: CandidacyForm, earlier: Iterable[CandidacyForm]) -> None:
    """Refuse a form in which an answer that was given once would mean something else.

    ``earlier`` are the reference form and all versions that the programme had. A question keeps its kind and its
    section for ever; one that none of them had is of a free kind and has a code of one's own.

    :raises FormQuestionAltered, FormKindReserved, FormCodeTwice: the first question that does not comply.
    """
    for code in (*_twice(form.order), *_twice(question.code for question in form.questions())):
        raise FormCodeTwice(name=code)
    known = {key: value for one in reversed(tuple(earlier)) for key, value in _natures(one).items()}
    for part in form.sections:
        for question in part.questions:
            _check_nature(part.section, question, known.get(question.code))


def _natures(form: CandidacyForm) -> dict[str, tuple[Section, QuestionKind]]:
    return {question.code: (part.section, question.kind) for part in form.sections for question in part.questions}


def _check_nature(section: Section, question: Question, known: tuple[Section, QuestionKind] | None) -> None:
    if known is None:
        if not question.is_own or question.kind not in FREE_KINDS:
            raise FormKindReserved(question=question.code)
    elif known != (section, question.kind):
        raise FormQuestionAltered(question=question.code)


def _twice(codes: Iterable[str]) -> list[str]:
    listed = list(codes)
    return sorted({code for code in listed if listed.count(code) > 1})


def _longest(words: Words) -> int:
    return max(len(words.nl), len(words.fr), len(words.en))
