"""A section of the candidacy form in a browser: from what was typed to the answers that are stored, and back.

How a question is read follows from its kind; nothing is required here, because a draft may be incomplete. What has the
wrong shape stays on the page with its fault, and the rest is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import AfterValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData

from app.domain.candidacy_answers import LONGEST
from app.domain.candidacy_form import FormChoices, FormSection, Question
from app.domain.codes import Direction, LanguageLevel, Profile, QuestionKind
from app.domain.errors import DomainError
from app.domain.sign_in import AddressInvalid, clean_address
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel, bind, blank, clean_text
from app.web.learning import read_rows, row_values

Kind = QuestionKind
TRACK_WISHES: Final = 3
PARTNER_WISHES: Final = 3
LANGUAGES: Final = ("en", "fr")
LEVELS: Final = tuple(str(level.value) for level in LanguageLevel)
_DAY: Final[TypeAdapter[Any]] = TypeAdapter(Day)


def _email(text: str) -> str:
    """Accept what a mail can be sent to, and nothing at all."""
    try:
        return clean_address(text) if text else ""
    except AddressInvalid as refused:
        raise PydanticCustomError("not_an_email", "no address") from refused


Email = Annotated[str, AfterValidator(_email)]


class SectionForm(FormModel):
    """A section as it is sent; its fields are those of its questions."""


@dataclass
class Read:
    """What was sent for one question: ``values`` as typed, the ``answer`` to store, ``faults`` by field.

    A faulty answer is not stored: what was stored before stays.
    """

    values: dict[str, Any] = field(default_factory=dict)
    answer: Any = ""
    faults: dict[str, DomainError] = field(default_factory=dict)
    keeps_stored: bool = True


@dataclass
class Typed:
    """A section that was sent. ``answers`` can be stored as they are: a faulty field keeps what was stored before."""

    form: Form[Any]
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a question is read from."""

    data: FormData
    choices: FormChoices
    stored: Any


def read_section(part: FormSection, data: FormData, choices: FormChoices, stored: Mapping[str, Any]) -> Typed:
    """Read a section that was sent; faults are noted at their fields, and nothing but those fields is left out.

    Answers that were stored to questions that this form does not ask stay as they are.
    """
    form: Form[Any] = bind(SectionForm, data)
    answers = dict(stored)
    for question in part.questions:
        read = _READERS[question.kind](question, Sent(data, choices, stored.get(question.code)))
        form.values |= read.values
        for name, fault in read.faults.items():
            form.refuse(fault, name)
        if not read.faults or not read.keeps_stored:
            answers[question.code] = read.answer
        else:
            answers.setdefault(question.code, "")
    return Typed(form, answers)


def show_section(part: FormSection, answers: Mapping[str, Any]) -> Form[Any]:
    """Make the form of a section with what is stored."""
    values: dict[str, Any] = {}
    for question in part.questions:
        show = _SHOWN.get(question.kind, _show_plain)
        values |= show(question.code, answers.get(question.code))
    return blank(values)


def _typed(data: FormData, name: str) -> str:
    value = data.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""


def _ticked(data: FormData, name: str) -> list[str]:
    typed = [clean_text(value) for value in data.getlist(name) if isinstance(value, str)]
    return [value for value in typed if value]


def _read_text(question: Question, sent: Sent) -> Read:
    typed = _typed(sent.data, question.code)
    read = Read({question.code: typed}, typed)
    longest = LONGEST[question.kind]
    if len(typed) > longest:
        read.faults[question.code] = FieldRefused("too_long", max_length=longest)
    return read


def _read_email(question: Question, sent: Sent) -> Read:
    read = _read_text(question, sent)
    if not read.faults and read.answer:
        try:
            read.answer = clean_address(read.answer)
        except AddressInvalid:
            read.faults[question.code] = FieldRefused("not_an_email")
    return read


def _read_day(question: Question, sent: Sent) -> Read:
    typed = _typed(sent.data, question.code)
    if not typed:
        return Read({question.code: ""}, "")
    try:
        return Read({question.code: typed}, _DAY.validate_python(typed).isoformat())
    except ValidationError:
        return Read({question.code: typed}, "", {question.code: FieldRefused("not_a_date")})


def _read_one(question: Question, sent: Sent) -> Read:
    return _chosen(question.code, _typed(sent.data, question.code), _single_choices(question))


def _single_choices(question: Question) -> tuple[str, ...]:
    if question.kind is Kind.YES_NO:
        return ("yes", "no")
    if question.kind is Kind.DIRECTION:
        return tuple(Direction)
    return tuple(option.code for option in question.options)


def _chosen(name: str, typed: str, allowed: tuple[str, ...]) -> Read:
    read = Read({name: typed}, typed)
    if typed and typed not in allowed:
        read.faults[name] = FieldRefused("not_a_choice")
    return read


def _read_several(question: Question, sent: Sent) -> Read:
    """Read ticks, in the order of the list; what is not offered is left out and named."""
    ticked = _ticked(sent.data, question.code)
    offered = _offered(question, sent.choices)
    read = Read({question.code: ticked}, [one for one in offered if one in ticked], keeps_stored=False)
    if set(ticked) - set(offered):
        read.faults[question.code] = FieldRefused("not_a_choice")
    return read


def _offered(question: Question, choices: FormChoices) -> tuple[str, ...]:
    if question.kind is Kind.PROFILES:
        return tuple(Profile)
    if question.kind is Kind.SEVERAL_OF:
        return tuple(option.code for option in question.options)
    named = {Kind.SUBJECTS: choices.subjects, Kind.GOALS: choices.goals, Kind.PROMISES: choices.promises}
    return tuple(choice.value for choice in named[question.kind])


def _read_goals(question: Question, sent: Sent) -> Read:
    read = _read_several(question, sent)
    read.answer = [int(number) for number in read.answer]
    return read


def _read_tracks(question: Question, sent: Sent) -> Read:
    return _ranked(question.code, "track", TRACK_WISHES, sent.choices.tracks, sent.data)


def _read_partners(question: Question, sent: Sent) -> Read:
    return _ranked(question.code, "partner", PARTNER_WISHES, sent.choices.partners, sent.data)


def _ranked(code: str, stem: str, most: int, choices: Any, data: FormData) -> Read:  # noqa: ANN401 - Choices
    """Read wishes in order of preference: ``track_1``, ``track_2``, …; what was chosen twice counts once."""
    offered = {choice.value for choice in choices if not choice.closed}
    read = Read({code: ""}, [], keeps_stored=False)
    for number in range(1, most + 1):
        name = f"{stem}_{number}"
        typed = read.values[name] = _typed(data, name)
        if typed and typed not in offered:
            read.faults[name] = FieldRefused("not_a_choice")
        elif typed and typed not in read.answer:
            read.answer.append(typed)
    del read.values[code]
    return read


def _read_learning(question: Question, sent: Sent) -> Read:
    codes = {choice.value for choice in sent.choices.fields}
    rows = read_rows(sent.data, question.code, codes, sent.stored or None)
    return Read(dict(rows.values), rows.chosen, dict(rows.errors), keeps_stored=False)


def _read_languages(_question: Question, sent: Sent) -> Read:
    read = Read(answer={})
    for language in LANGUAGES:
        name = f"language_{language}"
        typed = read.values[name] = _typed(sent.data, name)
        if typed and typed not in LEVELS:
            read.faults[name] = FieldRefused("not_a_choice")
        elif typed:
            read.answer[language] = int(typed)
    return read


_READERS: Mapping[Kind, Callable[[Question, Sent], Read]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.PHONE: _read_text,
    Kind.EMAIL: _read_email,
    Kind.DAY: _read_day,
    Kind.YES_NO: _read_one,
    Kind.ONE_OF: _read_one,
    Kind.DIRECTION: _read_one,
    Kind.SEVERAL_OF: _read_several,
    Kind.PROFILES: _read_several,
    Kind.SUBJECTS: _read_several,
    Kind.PROMISES: _read_several,
    Kind.GOALS: _read_goals,
    Kind.TRACKS: _read_tracks,
    Kind.PARTNERS: _read_partners,
    Kind.LEARNING: _read_learning,
    Kind.LANGUAGES: _read_languages,
}


def _show_plain(code: str, answer: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if isinstance(answer, list):
        return {code: [str(one) for one in answer]}
    return {code: answer or ""}


def _numbered(stem: str, wishes: Any, count: int) -> dict[str, str]:  # noqa: ANN401 - a list from JSON, or nothing
    padded = [*(wishes or ()), *[""] * count][:count]
    return {f"{stem}_{number}": wish for number, wish in enumerate(padded, 1)}


_SHOWN: Mapping[Kind, Callable[[str, Any], dict[str, Any]]] = {
    Kind.TRACKS: lambda _code, wishes: _numbered("track", wishes, TRACK_WISHES),
    Kind.PARTNERS: lambda _code, wishes: _numbered("partner", wishes, PARTNER_WISHES),
    Kind.LEARNING: lambda code, rows: dict(row_values(rows, code)),
    Kind.LANGUAGES: lambda _code, levels: {f"language_{one}": (levels or {}).get(one, "") for one in LANGUAGES},
    Kind.DIRECTION: lambda code, wish: {code: wish or Direction.NO_PREFERENCE.value},
}


def first_field(question: Question) -> str:
    """Give the id of the first field of a question, to which a link leads."""
    stems = {Kind.TRACKS: "track_1", Kind.PARTNERS: "partner_1", Kind.LANGUAGES: "language_en"}
    if question.kind is Kind.LEARNING:
        return f"{question.code}_field_1"
    return stems.get(question.kind, question.code)


def question_at(part: FormSection, name: str) -> Question | None:
    """Give the question that a field of the page belongs to: ``track_2`` to ``tracks``."""
    for question in part.questions:
        if name == question.code or name in _fields(question):
            return question
    return None


def _fields(question: Question) -> tuple[str, ...]:
    if question.kind is Kind.LEARNING:
        return tuple(
            f"{question.code}_{part}_{number}" for part in ("field", "priority", "text") for number in range(1, 6)
        )
    fields = {
        Kind.TRACKS: tuple(f"track_{number}" for number in range(1, TRACK_WISHES + 1)),
        Kind.PARTNERS: tuple(f"partner_{number}" for number in range(1, PARTNER_WISHES + 1)),
        Kind.LANGUAGES: tuple(f"language_{language}" for language in LANGUAGES),
    }
    return fields.get(question.kind, ())
