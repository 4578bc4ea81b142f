"""An answer as the text of one cell, and back: what is written is read again as the same answer."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from app.domain.candidacy_answers import LEARNING_ROWS, LEARNING_TEXT_LIMIT, LONGEST
from app.domain.candidacy_form import Question
from app.domain.codes import QuestionKind
from app.domain.lexicon import Lexicon, key_of
from app.domain.sign_in import AddressInvalid, clean_address
from app.domain.time import PROGRAMME_ZONE, AmbiguousHour, SkippedHour, instant

Kind = QuestionKind
WISHES: Final = 3
MAX_PIECES: Final = 100
EXPECTED: Final = 12
EXCERPT: Final = 80
_SEPARATOR = re.compile(r"[;\n]")
_PRIORITY = re.compile(r"\s*\(([1-3])\)\s*(?::|$)")
_LEVEL = re.compile(r"(?s)(.+?)\s*[:=(]\s*(.+?)\)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_EUROPEAN = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_NAMED = re.compile(r"(\d{1,2})(?:er)? (\w+) (\d{4})")
_TIME = re.compile(r"[T ]+(?:om |à )?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_MONTHS: Final = {
    name: number
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}


class CellRefused(Exception):
    """A cell does not hold what its column asks for; ``code`` is a sentence ``import_fault.<code>`` with ``params``."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words in which answers may be given: for each question that chooses, and for languages and their levels."""

    questions: Mapping[str, Lexicon] = field(default_factory=dict)
    languages: Lexicon = field(default_factory=lambda: Lexicon.of(()))
    levels: Lexicon = field(default_factory=lambda: Lexicon.of(()))


def read_answer(question: Question, text: str, vocabulary: Vocabulary) -> Any:  # noqa: ANN401 - JSON
    """Read a cell as the answer to a question, in the shape in which answers are stored; an empty cell is no answer.

    :raises CellRefused: it cannot be read.
    """
    typed = text.strip()
    return _READERS[question.kind](question, typed, vocabulary) if typed else nothing(question.kind)


def write_answer(question: Question, answer: Any, vocabulary: Vocabulary, *, in_codes: bool = False) -> str:  # noqa: ANN401 - JSON
    """Write an answer as a cell, with the names that are shown, or in codes.

    Where the names would be read as something else, codes stand in their place.
    """
    if not answer:
        return ""
    write = _WRITERS.get(question.kind, _plain)
    text = write(answer, _Names(question, vocabulary, in_codes))
    if in_codes or _is_read_as(question, text, answer, vocabulary):
        return text
    return write(answer, _Names(question, vocabulary, in_codes=True))


def _is_read_as(question: Question, text: str, answer: Any, vocabulary: Vocabulary) -> bool:  # noqa: ANN401 - JSON
    try:
        return bool(read_answer(question, text, vocabulary) == answer)
    except CellRefused:
        return False


def nothing(kind: QuestionKind) -> Any:  # noqa: ANN401 - JSON
    """Give what is stored where a question was left open."""
    if kind in (Kind.LEARNING, Kind.LANGUAGES):
        return {}
    return [] if kind in _LISTED else ""


def read_day(text: str) -> date:
    """Read a day: ``2026-10-12``, ``12/10/2026``, ``12.10.2026`` or ``12 oktober 2026``.

    :raises CellRefused: it is no day.
    """
    found, rest = _day_in(text.strip())
    if rest and not _TIME.fullmatch(rest):
        raise CellRefused("day")
    return found


def read_moment(text: str) -> datetime:
    """Read a day with or without a time, in Brussels unless it names its offset; give it in UTC.

    :raises CellRefused: it is none.
    """
    found, rest = _day_in(text.strip())
    if not rest:
        return instant(datetime.combine(found, time()), PROGRAMME_ZONE)
    parts = _TIME.fullmatch(rest)
    if parts is None:
        raise CellRefused("day")
    hour, minute, second, offset = parts.groups()
    clock = f"{int(hour):02d}:{minute}:{second or '00'}{_offset(offset)}"
    try:
        moment = datetime.fromisoformat(f"{found.isoformat()}T{clock}")
        return moment.astimezone(UTC) if moment.tzinfo else instant(moment, PROGRAMME_ZONE)
    except (ValueError, OverflowError, AmbiguousHour, SkippedHour) as fault:
        raise CellRefused("day") from fault


def read_level(text: str, vocabulary: Vocabulary) -> int | None:
    """Read how well a language is spoken; an empty cell says nothing.

    :raises CellRefused: it is no level.
    """
    typed = text.strip()
    return int(_found(vocabulary.levels, typed)) if typed else None


def read_field(question: Question, text: str, vocabulary: Vocabulary, chosen: Collection[str]) -> str:
    """Read the policy field of one row; ``chosen`` are those of the rows before.

    :raises CellRefused: it is none, or chosen already.
    """
    code = _found(vocabulary.questions[question.code], text)
    if code in chosen:
        raise CellRefused("field_twice", typed=text.strip()[:EXCERPT])
    return code


def read_priority(text: str, number: int) -> int:
    """Read a priority of 1 to 3; where none is given it follows from the place of the row.

    :raises CellRefused: it is another number, or none.
    """
    typed = text.strip()
    if not typed:
        return min(number, WISHES)
    if typed not in ("1", "2", "3"):
        raise CellRefused("priority")
    return int(typed)


def check_learning_text(text: str) -> str:
    """Give the words of a row.

    :raises CellRefused: there are more than are stored.
    """
    if len(text) > LEARNING_TEXT_LIMIT:
        raise CellRefused("too_long", max_length=LEARNING_TEXT_LIMIT)
    return text


def _offset(text: str | None) -> str:
    if not text:
        return ""
    return "+00:00" if text == "Z" else f"{text[:3]}:{text[-2:]}"


def _day_in(text: str) -> tuple[date, str]:
    """Find the day at the beginning; give it with what follows."""
    for pattern, order in ((_ISO, (0, 1, 2)), (_EUROPEAN, (2, 1, 0)), (_NAMED, (2, 1, 0))):
        match = pattern.match(text)
        if match is not None:
            parts = match.groups()
            month = parts[order[1]]
            number = int(month) if month.isdigit() else _MONTHS.get(key_of(month), 0)
            try:
                return date(int(parts[order[0]]), number, int(parts[order[2]])), text[match.end() :]
            except ValueError as fault:
                raise CellRefused("day") from fault
    raise CellRefused("day")


def _read_text(question: Question, typed: str, _vocabulary: Vocabulary) -> str:
    longest = LONGEST[question.kind]
    if len(typed) > longest:
        raise CellRefused("too_long", max_length=longest)
    return typed


def _read_email(_question: Question, typed: str, _vocabulary: Vocabulary) -> str:
    try:
        return clean_address(typed)
    except AddressInvalid as fault:
        raise CellRefused("address") from fault


def _found(lexicon: Lexicon, typed: str) -> str:
    code = lexicon.find(typed)
    if code is None:
        names = lexicon.names
        shown = "choice_more" if len(names) > EXPECTED else "choice"
        raise CellRefused(shown, typed=typed[:EXCERPT], expected=names[:EXPECTED])
    return code


def _read_one(question: Question, typed: str, vocabulary: Vocabulary) -> str:
    return _found(vocabulary.questions[question.code], typed)


def _listed(lexicon: Lexicon, typed: str) -> list[str]:
    """Read titles between semicolons or line breaks; a title may have them itself."""
    pieces = [piece.strip() for piece in _SEPARATOR.split(typed) if piece.strip()]
    if len(pieces) > MAX_PIECES:
        raise CellRefused("too_many", max_length=MAX_PIECES)
    codes: list[str] = []
    while pieces:
        code, used = _longest(lexicon, pieces)
        codes.append(code)
        del pieces[:used]
    return list(dict.fromkeys(codes))


def _longest(lexicon: Lexicon, pieces: Sequence[str]) -> tuple[str, int]:
    for used in range(min(len(pieces), 6), 1, -1):
        code = lexicon.find(" ".join(pieces[:used]))
        if code is not None:
            return code, used
    return _found(lexicon, pieces[0]), 1


def _read_several(question: Question, typed: str, vocabulary: Vocabulary) -> list[str]:
    lexicon = vocabulary.questions[question.code]
    chosen = _listed(lexicon, typed)
    return [entry.code for entry in lexicon.entries if entry.code in chosen]


def _read_goals(question: Question, typed: str, vocabulary: Vocabulary) -> list[int]:
    return [int(code) for code in _read_several(question, typed, vocabulary)]


def _read_ranked(question: Question, typed: str, vocabulary: Vocabulary) -> list[str]:
    chosen = _listed(vocabulary.questions[question.code], typed)
    if len(chosen) > WISHES:
        raise CellRefused("too_many", max_length=WISHES)
    return chosen


def _read_learning(question: Question, typed: str, vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """Read rows ``field (priority): text``; a line that begins with a space goes on with the text before it.

    A line without a text may name several fields between semicolons.
    """
    lexicon = vocabulary.questions[question.code]
    rows: dict[str, dict[str, Any]] = {}
    for line in _whole_lines(typed):
        for piece in _learning_pieces(lexicon, line):
            name, priority, words = _learning_row(lexicon, piece)
            code = read_field(question, name, vocabulary, rows)
            rows[code] = {
                "priority": read_priority(priority, len(rows) + 1),
                "text": check_learning_text(words),
            }
    if len(rows) > LEARNING_ROWS:
        raise CellRefused("too_many", max_length=LEARNING_ROWS)
    return rows


def _whole_lines(typed: str) -> list[str]:
    lines: list[str] = []
    for line in typed.split("\n"):
        if lines and line.startswith(" "):
            lines[-1] += "\n" + line[1:]
        elif line.strip():
            lines.append(line)
    return lines


def _learning_pieces(lexicon: Lexicon, line: str) -> list[str]:
    if _learning_row(lexicon, line)[2] or ";" not in line:
        return [line]
    return [piece for piece in line.split(";") if piece.strip()]


def _learning_row(lexicon: Lexicon, line: str) -> tuple[str, str, str]:
    """Divide a row into field, priority and text."""
    match = _PRIORITY.search(line)
    if match is not None:
        return line[: match.start()], match.group(1), line[match.end() :].removeprefix(" ")
    name, colon, words = line.partition(":")
    if colon and lexicon.find(line) is None:
        return name, "", words.strip()
    return line, "", ""


def _read_languages(_question: Question, typed: str, vocabulary: Vocabulary) -> dict[str, int]:
    levels: dict[str, int] = {}
    for piece in filter(None, (one.strip() for one in _SEPARATOR.split(typed))):
        match = _LEVEL.fullmatch(piece)
        if match is None:
            raise CellRefused("level", typed=piece[:EXCERPT])
        language = _found(vocabulary.languages, match.group(1))
        levels[language] = int(_found(vocabulary.levels, match.group(2)))
    return levels


@dataclass(frozen=True, slots=True)
class _Names:
    """How codes are written."""

    question: Question
    vocabulary: Vocabulary
    in_codes: bool

    def __call__(self, code: object, lexicon: Lexicon | None = None) -> str:
        if self.in_codes:
            return str(code)
        return (lexicon or self.vocabulary.questions[self.question.code]).name_of(str(code))


def _plain(answer: Any, _names: _Names) -> str:  # noqa: ANN401 - JSON
    return str(answer)


def _write_codes(answer: Any, names: _Names) -> str:  # noqa: ANN401 - JSON
    codes = answer if isinstance(answer, list) else [answer]
    return "; ".join(names(code) for code in codes)


def _write_learning(rows: Mapping[str, Mapping[str, Any]], names: _Names) -> str:
    ordered = sorted(rows.items(), key=lambda item: item[1]["priority"])
    lines = (
        (f"{names(code)} ({row['priority']})", str(row.get("text") or "").replace("\n", "\n ")) for code, row in ordered
    )
    return "\n".join(f"{head}: {words}" if words else head for head, words in lines)


def _write_languages(levels: Mapping[str, int], names: _Names) -> str:
    languages = names.vocabulary.languages, names.vocabulary.levels
    return "; ".join(f"{names(code, languages[0])}: {names(level, languages[1])}" for code, level in levels.items())


_Reader = Callable[[Question, str, Vocabulary], Any]
_READERS: Final[Mapping[Kind, _Reader]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.PHONE: _read_text,
    Kind.EMAIL: _read_email,
    Kind.DAY: lambda _question, typed, _vocabulary: read_day(typed).isoformat(),
    Kind.YES_NO: _read_one,
    Kind.ONE_OF: _read_one,
    Kind.DIRECTION: _read_one,
    Kind.SEVERAL_OF: _read_several,
    Kind.PROFILES: _read_several,
    Kind.SUBJECTS: _read_several,
    Kind.PROMISES: _read_several,
    Kind.GOALS: _read_goals,
    Kind.TRACKS: _read_ranked,
    Kind.PARTNERS: _read_ranked,
    Kind.LEARNING: _read_learning,
    Kind.LANGUAGES: _read_languages,
}
_LISTED: Final = frozenset(
    {Kind.SEVERAL_OF, Kind.PROFILES, Kind.SUBJECTS, Kind.PROMISES, Kind.GOALS, Kind.TRACKS, Kind.PARTNERS}
)
_WRITERS: Final[Mapping[Kind, Callable[[Any, _Names], str]]] = {
    **dict.fromkeys((*_LISTED, Kind.YES_NO, Kind.ONE_OF, Kind.DIRECTION), _write_codes),
    Kind.LEARNING: _write_learning,
    Kind.LANGUAGES: _write_languages,
}
