"""The candidacy form as data: its sections, questions and lists, and what may be changed in it.

A programme has versions of its form. A published version never changes; a submission keeps the one that it answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from app.domain.codes import QuestionKind, Section
from app.domain.texts import NO_WORDS, Text, Words

Kind = QuestionKind

# What any programme may ask besides; the other kinds belong to the questions of the reference form.
FREE_KINDS: Final = (Kind.TEXT, Kind.LONG_TEXT, Kind.YES_NO, Kind.ONE_OF, Kind.SEVERAL_OF, Kind.DAY)
# Codes of questions that a programme added begin so, and thus never meet those of the reference form.
OWN_PREFIX: Final = "own_"
# The pairing needs to know in which tracks a candidate may be paired.
INDISPENSABLE: Final = ("tracks",)
# A change that candidates need not be told: only the order is another one.
ORDER_CHANGED: Final = "order_changed"
# The list that each kind of question chooses from.
LISTS: Final[Mapping[Kind, str]] = {
    Kind.TRACKS: "tracks",
    Kind.SUBJECTS: "subjects",
    Kind.GOALS: "goals",
    Kind.LEARNING: "fields",
    Kind.PROMISES: "promises",
}


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

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its questions."""
        return tuple(question.code for question in self.questions)

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

    @property
    def offered(self) -> dict[str, tuple[str, ...]]:
        """Give the codes of every list, by its name."""
        return {name: self.codes_of(name) for name in self.lists}

    def place_of(self, code: str) -> Section | None:
        """Give the section that asks a question."""
        return next((part.section for part in self.sections if code in part.codes), None)

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


def choices_of(form: CandidacyForm, locale: str, partners: tuple[Choice, ...] = ()) -> FormChoices:
    """Give the lists of a form in the reader's language."""
    named = {
        name: tuple(Choice(option.code, option.title.said(locale), option.group) for option in form.lists.get(name, ()))
        for name in LISTS.values()
    }
    return FormChoices(**named, partners=partners)


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
        earlier = before.part(part.section)
        if earlier is None:
            yield FormChange("section_added", part.title, part.section)
        elif (earlier.title, earlier.intro) != (part.title, part.intro):
            yield FormChange("section_reworded", part.title, part.section)
    for part in before.sections:
        if part.section not in after.order:
            yield FormChange("section_removed", part.title)


def _question_changes(before: CandidacyForm, after: CandidacyForm) -> Iterator[FormChange]:
    for part in after.sections:
        earlier = before.part(part.section)
        if earlier is not None:
            yield from _changes_inside(earlier, part)


def _changes_inside(before: FormSection, after: FormSection) -> Iterator[FormChange]:
    known = {question.code: question for question in before.questions}
    for question in after.questions:
        yield from _changes_of(known.get(question.code), question, after.section)
    for question in before.questions:
        if question.code not in after.codes:
            yield FormChange("question_removed", question.title, after.section)
    if _common(before.codes, after.codes) != _common(after.codes, before.codes):
        yield FormChange(ORDER_CHANGED, after.title, after.section)


def _common(codes: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [code for code in codes if code in others]


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
        section = _where_asked(after, name)
        old = {option.code: option for option in before.lists.get(name, ())}
        new = {option.code: option for option in after.lists.get(name, ())}
        for code in (one for one in new if one not in old):
            yield FormChange("option_added", new[code].title, section)
        for code in (one for one in old if one not in new):
            yield FormChange("option_removed", old[code].title, section)
        for code in (one for one in new if one in old and new[one].title != old[one].title):
            yield FormChange("option_reworded", new[code].title, section)
        if _common(tuple(old), tuple(new)) != _common(tuple(new), tuple(old)):
            yield FormChange(ORDER_CHANGED, NO_WORDS, section)


def _where_asked(form: CandidacyForm, name: str) -> Section | None:
    """Give the section that first asks a question with the list ``name``."""
    asked = (question for question in form.questions() if LISTS.get(question.kind) == name)
    first = next(asked, None)
    return form.place_of(first.code) if first else None
