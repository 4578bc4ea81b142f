"""The candidacy form as data: its sections, questions and lists, and what may be changed in it.

A programme has versions of its form. A published version never changes; a submission keeps the one that it answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError
from app.domain.texts import NO_WORDS, Text, Words

Kind = QuestionKind

# What any programme may ask besides; the other kinds belong to the questions of the reference form.
FREE_KINDS: Final = (Kind.TEXT, Kind.LONG_TEXT, Kind.YES_NO, Kind.ONE_OF, Kind.SEVERAL_OF, Kind.DAY)
# Codes of questions that a programme added begin so, and thus never meet those of the reference form.
OWN_PREFIX: Final = "own_"
# The pairing needs to know in which tracks a candidate may be paired.
INDISPENSABLE: Final = ("tracks",)
# The list that each kind of question chooses from.
LISTS: Final[Mapping[Kind, str]] = {
    Kind.TRACKS: "tracks",
    Kind.SUBJECTS: "subjects",
    Kind.GOALS: "goals",
    Kind.LEARNING: "fields",
    Kind.PROMISES: "promises",
}
MOST_WORDS: Final = 2000
MOST_QUESTIONS: Final = 60
MOST_OPTIONS: Final = 60


class FormQuestionMissing(DomainError):
    """The pairing needs the question ``question``."""

    code = "form_question_missing"


class FormTitleMissing(DomainError):
    """A question, an option or a section (``of``) has no words in any language."""

    code = "form_title_missing"


class FormCodeTwice(DomainError):
    """Two questions, or two options of one list, have the code ``name``."""

    code = "form_code_twice"


class FormOptionsMissing(DomainError):
    """The question ``question`` lets people choose, and has fewer than two options."""

    code = "form_options_missing"


class FormWordLimit(DomainError):
    """A limit of words lies between 0 (none) and ``most``."""

    code = "form_word_limit"


class FormTooLarge(DomainError):
    """There are more than ``most`` questions or options."""

    code = "form_too_large"


class FormEmpty(DomainError):
    """A form has at least one section with a question."""

    code = "form_empty"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose; ``group`` is the track that it belongs to, if any."""

    code: str
    title: Words
    group: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read an option from plain values."""
        return cls(data["code"], Words(**data["title"]), data.get("group", ""))


@dataclass(frozen=True, slots=True)
class Question:
    """A question; ``word_limit`` 0 is none; ``only_if`` (question, answer): asked only of those who answered so."""

    code: str
    kind: Kind
    title: Words
    help: Words = NO_WORDS
    required: bool = False
    word_limit: int = 0
    options: tuple[Option, ...] = ()
    only_if: tuple[str, str] | None = None

    @property
    def is_own(self) -> bool:
        """Whether the programme added it to the reference form."""
        return self.code.startswith(OWN_PREFIX)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a question from plain values."""
        only_if = data.get("only_if")
        return cls(
            code=data["code"],
            kind=Kind(data["kind"]),
            title=Words(**data["title"]),
            help=Words(**data.get("help", {})),
            required=data.get("required", False),
            word_limit=data.get("word_limit", 0),
            options=tuple(Option.from_data(one) for one in data.get("options", ())),
            only_if=(only_if[0], only_if[1]) if only_if else None,
        )


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of the form that is saved on its own."""

    section: Section
    title: Words
    intro: Words = NO_WORDS
    questions: tuple[Question, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a section from plain values."""
        return cls(
            Section(data["section"]),
            Words(**data["title"]),
            Words(**data.get("intro", {})),
            tuple(Question.from_data(one) for one in data["questions"]),
        )


@dataclass(frozen=True, slots=True)
class CandidacyForm:
    """A form: its sections in their order, and the lists that questions choose from, by name."""

    sections: tuple[FormSection, ...] = ()
    lists: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a form from what is stored."""
        lists = {name: tuple(Option.from_data(one) for one in options) for name, options in data["lists"].items()}
        return cls(tuple(FormSection.from_data(one) for one in data["sections"]), lists)

    def to_data(self) -> dict[str, Any]:
        """Give the form as plain values, to be stored."""
        return asdict(self)

    @property
    def order(self) -> tuple[Section, ...]:
        """The sections that the form uses."""
        return tuple(one.section for one in self.sections)

    def part(self, section: Section) -> FormSection | None:
        """Give a section, or ``None`` where the form does not use it."""
        return next((one for one in self.sections if one.section is section), None)

    def question(self, code: str) -> Question | None:
        """Give a question by its code."""
        return next((one for one in self.questions() if one.code == code), None)

    def questions(self) -> Iterator[Question]:
        """Give all questions in their order."""
        return (question for part in self.sections for question in part.questions)

    def codes_of(self, name: str) -> tuple[str, ...]:
        """Give the codes of a list."""
        return tuple(option.code for option in self.lists.get(name, ()))

    def with_lists(self, lists: Mapping[str, tuple[Option, ...]]) -> Self:
        """Give the same form with some lists replaced."""
        return replace(self, lists={**self.lists, **lists})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen, in the reader's language; ``closed`` says why it cannot be chosen any more."""

    value: str
    title: Text
    group: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class FormChoices:
    """The lists of a form in the reader's language, and the partners that can be preferred today."""

    tracks: tuple[Choice, ...] = ()
    subjects: tuple[Choice, ...] = ()
    goals: tuple[Choice, ...] = ()
    partners: tuple[Choice, ...] = ()
    fields: tuple[Choice, ...] = ()
    promises: tuple[Choice, ...] = ()

    @property
    def promise_codes(self) -> tuple[str, ...]:
        """The codes of all promises."""
        return tuple(promise.value for promise in self.promises)


def choices_of(form: CandidacyForm, locale: str, partners: tuple[Choice, ...] = ()) -> FormChoices:
    """Give the lists of a form in the reader's language."""
    named = {
        name: tuple(Choice(option.code, option.title.said(locale), option.group) for option in form.lists.get(name, ()))
        for name in LISTS.values()
    }
    return FormChoices(**named, partners=partners)


def check_form(form: CandidacyForm) -> None:
    """Refuse a form that cannot be filled in, or that the pairing could not use.

    :raises FormEmpty, FormQuestionMissing, FormTitleMissing, FormCodeTwice, FormOptionsMissing, FormWordLimit,
        FormTooLarge: the first thing that is wrong.
    """
    questions = tuple(form.questions())
    if not questions:
        raise FormEmpty
    if len(questions) > MOST_QUESTIONS:
        raise FormTooLarge(most=MOST_QUESTIONS)
    _check_codes([question.code for question in questions])
    _check_indispensable(form)
    for question in questions:
        check_question(question)
    for options in form.lists.values():
        check_options(options)


def _check_indispensable(form: CandidacyForm) -> None:
    for code in INDISPENSABLE:
        if form.question(code) is None:
            raise FormQuestionMissing(question=code)
    for part in form.sections:
        if not part.title:
            raise FormTitleMissing(of=part.section)


def check_question(question: Question) -> None:
    """Refuse a question without words, with too few options, or with an impossible limit.

    :raises FormTitleMissing, FormOptionsMissing, FormWordLimit, FormCodeTwice, FormTooLarge: it is one of them.
    """
    if not question.title:
        raise FormTitleMissing(of=question.code)
    if not 0 <= question.word_limit <= MOST_WORDS:
        raise FormWordLimit(most=MOST_WORDS)
    if question.kind in (Kind.ONE_OF, Kind.SEVERAL_OF) and len(question.options) < 2:
        raise FormOptionsMissing(question=question.code)
    check_options(question.options)


def check_options(options: tuple[Option, ...]) -> None:
    """Refuse a list with an option twice, without words, or longer than a person reads.

    :raises FormTitleMissing, FormCodeTwice, FormTooLarge: it is one of them.
    """
    if len(options) > MOST_OPTIONS:
        raise FormTooLarge(most=MOST_OPTIONS)
    _check_codes([option.code for option in options])
    for option in options:
        if not option.title:
            raise FormTitleMissing(of=option.code)


def _check_codes(codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise FormCodeTwice(name=code)


@dataclass(frozen=True, slots=True)
class FormChange:
    """Something that differs between two versions of a form.

    ``code`` is a sentence of ``language.messages`` (``form_change.<code>``); ``words`` names what it is about;
    ``section`` is where to look, if it is anywhere; ``before`` and ``after`` are numbers of words.
    """

    code: str
    words: Words
    section: Section | None = None
    before: int = 0
    after: int = 0


def form_changes(before: CandidacyForm, after: CandidacyForm) -> tuple[FormChange, ...]:
    """Name what changed for somebody who is filling in the form, in the order of the new one."""
    return (*_section_changes(before, after), *_question_changes(before, after), *_list_changes(before, after))


def _section_changes(before: CandidacyForm, after: CandidacyForm) -> Iterator[FormChange]:
    for part in after.sections:
        if part.section not in before.order:
            yield FormChange("section_added", part.title, part.section)
    for part in before.sections:
        if part.section not in after.order:
            yield FormChange("section_removed", part.title)


def _question_changes(before: CandidacyForm, after: CandidacyForm) -> Iterator[FormChange]:
    kept = set(before.order) & set(after.order)
    for part in (one for one in after.sections if one.section in kept):
        for question in part.questions:
            yield from _changes_of(before.question(question.code), question, part.section)
    for part in (one for one in before.sections if one.section in kept):
        for question in part.questions:
            if after.question(question.code) is None:
                yield FormChange("question_removed", question.title, part.section)


def _changes_of(before: Question | None, after: Question, section: Section) -> Iterator[FormChange]:
    if before is None:
        yield FormChange("question_added", after.title, section)
        return
    if (before.title, before.help) != (after.title, after.help):
        yield FormChange("question_reworded", after.title, section)
    if before.required != after.required:
        yield FormChange("question_required" if after.required else "question_optional", after.title, section)
    if before.word_limit != after.word_limit:
        yield FormChange("word_limit_changed", after.title, section, before.word_limit, after.word_limit)
    if before.options != after.options:
        yield FormChange("options_changed", after.title, section)


def _list_changes(before: CandidacyForm, after: CandidacyForm) -> Iterator[FormChange]:
    for name in LISTS.values():
        old = {option.code: option for option in before.lists.get(name, ())}
        new = {option.code: option for option in after.lists.get(name, ())}
        for code in (one for one in new if one not in old):
            yield FormChange("option_added", new[code].title)
        for code in (one for one in old if one not in new):
            yield FormChange("option_removed", old[code].title)
        for code in (one for one in new if one in old and new[one].title != old[one].title):
            yield FormChange("option_reworded", new[code].title)
