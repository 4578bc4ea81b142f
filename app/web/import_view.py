"""What an import shows: columns with their first values, faults in words, and candidacies as they will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.documents.candidacy_sheet import SheetSection, answer_sheet
from app.documents.tables import ReadTable
from app.domain.candidacy_answers import statuses
from app.domain.candidacy_form import CandidacyForm, FormChoices
from app.domain.candidacy_import import CellFault, ReadCandidacy
from app.domain.codes import SectionStatus
from app.domain.import_columns import letter, targets_of
from app.language.import_words import target_title
from app.language.messages import message
from app.services.candidacy_imports import Preview

VALUES: Final = 3
VALUE_LENGTH: Final = 60
SHOWN_CANDIDACIES: Final = 3
SHOWN_FAULTS: Final = 200
SHOWN_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the file with its first values; ``field`` is the name of its choice in the form."""

    letter: str
    header: str
    values: tuple[str, ...]
    field: str
    target: str


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault or a remark in words; ``cell`` names it as a spreadsheet does, ``id`` is where its cell stands below."""

    cell: str
    header: str
    value: str
    words: str
    row: int
    id: str


@dataclass(frozen=True, slots=True)
class ShownCandidacy:
    """A candidacy as it will be; ``incomplete`` counts its parts that are not complete."""

    row: int
    government: str
    contact: str
    sheet: list[SheetSection]
    incomplete: int


def shown_columns(table: ReadTable, mapping: Mapping[int, str]) -> list[ShownColumn]:
    """Give every column of a table with what it is said to hold."""
    return [
        ShownColumn(letter(column), header, _first_values(table, column), f"column_{column}", mapping.get(column, ""))
        for column, header in enumerate(table.header)
    ]


def target_choices(locale: str, form: CandidacyForm) -> list[tuple[str, str]]:
    """Give all that a column can hold."""
    return [(key, target_title(locale, target)) for key, target in targets_of(form).items()]


def shown_faults(locale: str, table: ReadTable, faults: Sequence[CellFault]) -> list[ShownFault]:
    """Put faults in words, the first of them."""
    return [_fault(locale, table, fault) for fault in faults[:SHOWN_FAULTS]]


def shown_candidacies(locale: str, looked: Preview, choices: FormChoices) -> list[ShownCandidacy]:
    """Give the first candidacies as they will be."""
    form = looked.form.form
    return [
        ShownCandidacy(
            one.row,
            one.government.name,
            f"{one.contact_name} ({one.contact_email})" if one.contact_name != one.contact_email else one.contact_email,
            answer_sheet(locale, form, one.answers, choices),
            _incomplete(form, one),
        )
        for one in looked.reading.candidacies[:SHOWN_CANDIDACIES]
    ]


def incomplete_count(looked: Preview) -> int:
    """Count the candidacies of which a part is not complete."""
    return sum(_incomplete(looked.form.form, one) > 0 for one in looked.reading.candidacies)


def faulty_table(looked: Preview) -> dict[str, Any]:
    """Give the rows that have a fault, with the columns that are imported; faulty cells are marked by their id."""
    columns = sorted(column for column, target in looked.mapping.items() if target)
    marked = {(fault.row, fault.column) for fault in looked.reading.faults}
    rows = {fault.row for fault in looked.reading.faults}
    shown = [row for row in looked.table.rows if row.number in rows][:SHOWN_ROWS]
    return {
        "columns": [(letter(column), looked.table.header[column]) for column in columns],
        "rows": [
            (
                row.number,
                [
                    (
                        _short(row.cells[column] if column < len(row.cells) else ""),
                        (row.number, column) in marked,
                        f"{letter(column)}{row.number}",
                    )
                    for column in columns
                ],
            )
            for row in shown
        ],
    }


def _incomplete(form: CandidacyForm, one: ReadCandidacy) -> int:
    return sum(status is not SectionStatus.DONE for status in statuses(form, one.answers).values())


def _fault(locale: str, table: ReadTable, fault: CellFault) -> ShownFault:
    column = fault.column
    return ShownFault(
        cell=f"{letter(column)}{fault.row}" if column is not None else str(fault.row),
        header=table.header[column] if column is not None else "",
        value=_short(fault.value),
        words=message(locale, f"import_fault.{fault.code}", fault.params),
        row=fault.row,
        id=f"cell-{letter(column)}{fault.row}" if column is not None else "",
    )


def _first_values(table: ReadTable, column: int) -> tuple[str, ...]:
    values = (row.cells[column] for row in table.rows if column < len(row.cells) and row.cells[column])
    return tuple(_short(value) for value, _ in zip(values, range(VALUES), strict=False))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= VALUE_LENGTH else f"{line[: VALUE_LENGTH - 1]}…"
