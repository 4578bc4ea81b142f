"""The forms with which staff edit the candidacy form: their shapes, and the ways to and from what the service takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from starlette.datastructures import FormData

from app.domain.candidacy_form import FormSection, Option, Question
from app.domain.codes import QuestionKind
from app.domain.form_edits import QuestionEdit
from app.domain.form_rules import LONGEST_HELP, LONGEST_OPTION, LONGEST_TITLE, MOST_OPTIONS, MOST_WORDS, WITH_OPTIONS
from app.domain.texts import Words
from app.web.forms import FieldRefused, Form, FormModel, clean_text

LANGUAGES: Final = ("nl", "fr", "en")
SPARE_ROWS: Final = 3
NOTE_LENGTH: Final = 500
Needed = Annotated[str, Field(max_length=LONGEST_TITLE, min_length=1)]
Title = Annotated[str, Field(max_length=LONGEST_TITLE)]
Help = Annotated[str, Field(max_length=LONGEST_HELP)]


class FormStep(FormModel):
    """What every form of the editor carries: the number of the save that the page showed, and the button pressed."""

    edit: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    then: Annotated[str, Field(max_length=20)] = ""


class PublicationForm(FormStep):
    """Publishing, with a note for whoever looks back."""

    note: Annotated[str, Field(max_length=NOTE_LENGTH)] = ""


class SectionForm(FormStep):
    """The words of a section."""

    title_nl: Needed
    title_fr: Title = ""
    title_en: Title = ""
    intro_nl: Help = ""
    intro_fr: Help = ""
    intro_en: Help = ""


class QuestionForm(FormStep):
    """A question as staff may change it; its options have fields of their own."""

    title_nl: Needed
    title_fr: Title = ""
    title_en: Title = ""
    help_nl: Help = ""
    help_fr: Help = ""
    help_en: Help = ""
    required: Literal["yes", "no"] = "no"
    word_limit: Annotated[int, Field(ge=0, le=MOST_WORDS)] = 0


class NewQuestionForm(QuestionForm):
    """A question of one's own, with the kind that it keeps."""

    kind: QuestionKind


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list as it was typed: ``code`` is empty where it is new."""

    words: Words
    code: str = ""


def words_of(values: Mapping[str, Any], name: str) -> Words:
    """Read a text in three languages from the fields of a form."""
    return Words(**{code: values.get(f"{name}_{code}", "").strip() for code in LANGUAGES})


def words_values(name: str, words: Words) -> dict[str, str]:
    """Give the fields of a text in three languages."""
    return {f"{name}_{code}": getattr(words, code) for code in LANGUAGES}


def section_values(part: FormSection) -> dict[str, Any]:
    """Give the fields of a section."""
    return words_values("title", part.title) | words_values("intro", part.intro)


def question_values(question: Question) -> dict[str, Any]:
    """Give the fields of a question, its options left out."""
    values: dict[str, Any] = words_values("title", question.title) | words_values("help", question.help)
    return values | {"required": "yes" if question.required else "no", "word_limit": question.word_limit or ""}


def question_edit(form: Form[Any], rows: Iterable[Row]) -> QuestionEdit:
    """Give what the service takes for a question that was sent."""
    cleaned: Any = form.cleaned
    return QuestionEdit(
        title=words_of(form.values, "title"),
        help=words_of(form.values, "help"),
        required=cleaned.required == "yes",
        word_limit=cleaned.word_limit,
        options=options_of(rows),
    )


def has_options(question: Question) -> bool:
    """Tell whether people choose from options of this very question."""
    return question.kind in WITH_OPTIONS


def rows_of(options: Iterable[Option]) -> list[Row]:
    """Give a stored list as rows."""
    return [Row(option.title, option.code) for option in options]


def options_of(rows: Iterable[Row]) -> tuple[Option, ...]:
    """Give rows as the list that the service takes."""
    return tuple(Option(row.code, row.words) for row in rows)


def read_rows(data: FormData, form: Form[Any], known: Collection[str]) -> list[Row]:
    """Read the rows of a list; one whose words were all taken out is gone, as is the one whose button says so.

    ``known`` are the codes that the list has: a row cannot take another one. Faults are noted in ``form``.
    """
    found: list[Row] = []
    move, at = _button(form.values.get("then", ""))
    place = -1
    for number in range(1, MOST_OPTIONS + SPARE_ROWS + 1):
        row = _row(data, number, known, {one.code for one in found})
        if not row.words or (move == "remove" and at == number):
            continue
        place = len(found) if at == number else place
        found.append(row)
    rows = _moved(found, place, {"up": -1, "down": 1}.get(move, 0))
    for number, row in enumerate(rows, 1):
        _check_row(form, row, number)
    return rows


def anchor(pressed: str, rows: Collection[Row]) -> str:
    """Give the row to look at after a button was pressed: the one that moved, the next one, or the first free one."""
    move, at = _button(pressed)
    place = {"up": at - 1, "down": at + 1, "remove": at}.get(move, len(rows) + 1)
    return f"#option_{max(1, min(place, len(rows) + 1))}"


def shown_rows(rows: Collection[Row]) -> list[Row]:
    """Give the rows of a page: those that are there, and some to add."""
    return [*rows, *[Row(Words())] * SPARE_ROWS][: MOST_OPTIONS + SPARE_ROWS]


def _row(data: FormData, number: int, known: Collection[str], taken: Collection[str]) -> Row:
    typed = {code: _typed(data, f"option_{number}_{code}") for code in (*LANGUAGES, "code")}
    code = typed.pop("code")
    return Row(Words(**typed), code if code in known and code not in taken else "")


def _check_row(form: Form[Any], row: Row, number: int) -> None:
    if not row.words.nl:
        form.refuse(FieldRefused("form_title_missing"), f"option_{number}_nl")
    for code in LANGUAGES:
        if len(getattr(row.words, code)) > LONGEST_OPTION:
            form.refuse(FieldRefused("too_long", max_length=LONGEST_OPTION), f"option_{number}_{code}")


def _button(pressed: str) -> tuple[str, int]:
    move, _, number = pressed.partition(":")
    return move, int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0


def _moved(rows: list[Row], place: int, step: int) -> list[Row]:
    if step and place >= 0 and 0 <= place + step < len(rows):
        rows.insert(place + step, rows.pop(place))
    return rows


def _typed(data: FormData, name: str) -> str:
    value = data.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""
