"""Rows of a table as candidacies: what each column holds, and every cell that cannot be read, with its reason.

Either all rows become candidacies or none does: one fault is enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.domain.candidacy_answers import LEARNING_ROWS, words_in
from app.domain.candidacy_form import CandidacyForm, Question
from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError
from app.domain.import_columns import (
    CONTACT_EMAIL,
    CONTACT_NAME,
    EARLIER,
    EMAIL_ANSWER,
    GOVERNMENT,
    LANGUAGES,
    LEARNING_PARTS,
    NAME_ANSWER,
    SUBMITTED_AT,
    Target,
    targets_of,
)
from app.domain.import_values import (
    CellRefused,
    Vocabulary,
    check_learning_text,
    nothing,
    read_answer,
    read_field,
    read_level,
    read_moment,
    read_priority,
)
from app.domain.lexicon import key_of
from app.domain.sign_in import AddressInvalid, clean_address

Kind = QuestionKind
NAME_LIMIT: Final = 200
EARLIER_LIMIT: Final = 100
SHOWN_VALUE: Final = 200


class ImportFaulty(DomainError):
    """``count`` cells cannot be imported: nothing is."""

    code = "import_faulty"


class ImportEmpty(DomainError):
    """There is no row to import."""

    code = "import_empty"


class ImportChanged(DomainError):
    """Somebody changed what the columns hold since the preview was opened."""

    code = "import_changed"


class ImportGone(DomainError):
    """The file is no longer there: it was imported, or its time was over."""

    code = "import_gone"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with its number as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownGovernment:
    """A municipality of the reference list; ``successor`` is what it merged into, empty for one of today."""

    id: int
    code: str
    name: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell (``column`` counts from 0, none for a whole row) with its value and what is wrong: ``import_fault.…``."""

    row: int
    column: int | None
    value: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What rows are read against; ``applied`` are the ids of governments that have a candidacy for the call."""

    form: CandidacyForm
    vocabulary: Vocabulary
    governments: tuple[KnownGovernment, ...]
    applied: frozenset[int]
    now: datetime


@dataclass(frozen=True, slots=True)
class ReadCandidacy:
    """A row that can be imported."""

    row: int
    government: KnownGovernment
    contact_name: str
    contact_email: str
    submitted_at: datetime | None
    earlier_reference: str
    answers: Mapping[Section, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table comes to; ``remarks`` are cells that are imported as they are and deserve a look."""

    candidacies: tuple[ReadCandidacy, ...]
    faults: tuple[CellFault, ...]
    remarks: tuple[CellFault, ...]
    rows: int


def read_rows(rows: Sequence[Row], mapping: Mapping[int, str], facts: ImportFacts) -> Reading:
    """Read all rows; whoever imports first looks whether there are ``faults``.

    A local government stands in one row only, and has no candidacy for the call yet.
    """
    targets = targets_of(facts.form)
    columns = {mapping[column]: column for column in sorted(mapping) if mapping[column] in targets}
    book = _Governments(facts)
    readers = [_RowReader(row, columns, targets, facts) for row in rows]
    found = [reader.read(book) for reader in readers]
    return Reading(
        candidacies=tuple(one for one in found if one is not None),
        faults=tuple(fault for reader in readers for fault in reader.faults),
        remarks=tuple(remark for reader in readers for remark in reader.remarks),
        rows=len(rows),
    )


class _Governments:
    """Finds local governments by code or name, and remembers in which row each was met."""

    def __init__(self, facts: ImportFacts) -> None:
        self._applied = facts.applied
        self._met: dict[int, int] = {}
        self._known: dict[str, KnownGovernment] = {}
        current_last = sorted(facts.governments, key=lambda one: (not one.successor, one.id))
        for words in ("name", "code"):
            self._known |= {key_of(getattr(one, words)): one for one in current_last}

    def find(self, text: str, row: int) -> KnownGovernment:
        """Give the one that is meant, once.

        :raises CellRefused: it is not known, merged, met before, or has a candidacy.
        """
        key = key_of(text)
        found = self._known.get(key) or self._known.get(_bare(key))
        if found is None:
            raise CellRefused("government" if key else "government_missing")
        if found.successor:
            raise CellRefused("merged", government=found.name, successor=found.successor)
        if found.id in self._applied:
            raise CellRefused("applied", government=found.name)
        first = self._met.setdefault(found.id, row)
        if first != row:
            raise CellRefused("twice", government=found.name, first=str(first))
        return found


def _bare(key: str) -> str:
    """Leave out the words that stand before a name."""
    for words in ("gemeente ", "stad ", "gemeentebestuur ", "stadsbestuur ", "lokaal bestuur ", "nis ", "ville de "):
        key = key.removeprefix(words)
    return key


class _RowReader:
    """Reads one row; faults are gathered on the way, so that all are named at once."""

    def __init__(self, row: Row, columns: Mapping[str, int], targets: Mapping[str, Target], facts: ImportFacts) -> None:
        self._row = row
        self._columns = columns
        self._targets = targets
        self._facts = facts
        self.faults: list[CellFault] = []
        self.remarks: list[CellFault] = []

    def read(self, book: _Governments) -> ReadCandidacy | None:
        """Give the candidacy, or ``None`` where there is a fault."""
        government = self._government(book)
        answers = {
            part.section: {question.code: self._answer(question) for question in part.questions}
            for part in self._facts.form.sections
        }
        name, email = self._contact(answers)
        submitted_at = self._moment()
        earlier = self._short(EARLIER, EARLIER_LIMIT)
        if self.faults or government is None:
            return None
        return ReadCandidacy(self._row.number, government, name, email, submitted_at, earlier, answers)

    def _cell(self, target: str) -> str:
        column = self._columns.get(target)
        cells = self._row.cells
        return cells[column].strip() if column is not None and column < len(cells) else ""

    def _refuse(self, target: str, code: str, params: Mapping[str, object] | None = None) -> None:
        self.faults.append(self._fault(target, code, params or {}))

    def _fault(self, target: str, code: str, params: Mapping[str, object]) -> CellFault:
        return CellFault(self._row.number, self._columns.get(target), self._cell(target)[:SHOWN_VALUE], code, params)

    def _government(self, book: _Governments) -> KnownGovernment | None:
        try:
            return book.find(self._cell(GOVERNMENT), self._row.number)
        except CellRefused as refused:
            self._refuse(GOVERNMENT, refused.code, refused.params)
            return None

    def _answer(self, question: Question) -> Any:  # noqa: ANN401 - JSON
        key = f"answer:{question.code}"
        answer = self._whole(question, key)
        if question.kind is Kind.LANGUAGES:
            return answer | self._levels(key)
        if question.kind is Kind.LEARNING:
            return self._learning(question, key, dict(answer))
        if question.word_limit and isinstance(answer, str) and words_in(answer) > question.word_limit:
            params = {"count": words_in(answer) - question.word_limit, "limit": question.word_limit}
            self.remarks.append(self._fault(key, "words", params))
        return answer

    def _whole(self, question: Question, key: str) -> Any:  # noqa: ANN401 - JSON
        try:
            return read_answer(question, self._cell(key), self._facts.vocabulary)
        except CellRefused as refused:
            self._refuse(key, refused.code, refused.params)
            return nothing(question.kind)

    def _levels(self, key: str) -> dict[str, int]:
        levels: dict[str, int] = {}
        for language in LANGUAGES:
            target = f"{key}:{language}"
            try:
                level = read_level(self._cell(target), self._facts.vocabulary)
            except CellRefused as refused:
                self._refuse(target, refused.code, refused.params)
            else:
                levels |= {} if level is None else {language: level}
        return levels

    def _learning(self, question: Question, key: str, rows: dict[str, Any]) -> dict[str, Any]:
        """Add the rows that stand in columns of their own to those of the one column."""
        for number in range(1, LEARNING_ROWS + 1):
            names = {part: f"{key}:{part}:{number}" for part in LEARNING_PARTS}
            if any(self._cell(name) for name in names.values()):
                self._learning_row(question, names, number, rows)
        if len(rows) > LEARNING_ROWS:
            self._refuse(key, "too_many", {"max_length": LEARNING_ROWS})
        return rows

    def _learning_row(self, question: Question, names: Mapping[str, str], number: int, rows: dict[str, Any]) -> None:
        part = "field"
        try:
            code = read_field(question, self._cell(names[part]), self._facts.vocabulary, rows)
            part = "priority"
            priority = read_priority(self._cell(names[part]), number)
            part = "text"
            rows[code] = {"priority": priority, "text": check_learning_text(self._cell(names[part]))}
        except CellRefused as refused:
            self._refuse(names[part], refused.code, refused.params)

    def _contact(self, answers: Mapping[Section, dict[str, Any]]) -> tuple[str, str]:
        """Give name and address of the contact; what one pair of columns lacks is taken from the other."""
        given = next((part for part in answers.values() if EMAIL_ANSWER in part), {})
        email = self._email(str(given.get(EMAIL_ANSWER, "")))
        name = self._short(CONTACT_NAME, NAME_LIMIT) or str(given.get(NAME_ANSWER, ""))
        for code, value in ((NAME_ANSWER, name), (EMAIL_ANSWER, email)):
            if code in given and f"answer:{code}" not in self._columns:
                given[code] = value
        return name or email, email

    def _email(self, answered: str) -> str:
        typed = self._cell(CONTACT_EMAIL)
        column = f"answer:{EMAIL_ANSWER}" if CONTACT_EMAIL not in self._columns else CONTACT_EMAIL
        if not typed and not answered:
            if not self._cell(f"answer:{EMAIL_ANSWER}"):
                self._refuse(column, "contact_missing")
            return ""
        try:
            return clean_address(typed) if typed else answered
        except AddressInvalid:
            self._refuse(CONTACT_EMAIL, "address")
            return ""

    def _moment(self) -> datetime | None:
        typed = self._cell(SUBMITTED_AT)
        if not typed:
            return None
        try:
            moment = read_moment(typed)
        except CellRefused as refused:
            self._refuse(SUBMITTED_AT, refused.code, refused.params)
            return None
        if moment > self._facts.now:
            self._refuse(SUBMITTED_AT, "future")
        return moment

    def _short(self, target: str, most: int) -> str:
        typed = self._cell(target)
        if len(typed) > most:
            self._refuse(target, "too_long", {"max_length": most})
        return typed
