"""Tables as XLSX workbooks: text stays text, numbers are numbers, days are days; nothing is ever a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from app.documents.sheets import Cell
from app.domain.time import PROGRAMME_ZONE, wall_in

NARROWEST, WIDEST = 10, 60
LONGEST: Final = 32_767
"""So many characters fit in a cell (Excel specifications and limits); what is longer is cut off there."""
FIRST_DAY: Final = date(1901, 1, 1)
"""Excel counts from 1900 and gets that year wrong: earlier days are written as text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name, a header and rows."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write sheets as a workbook: the header stays in view, columns are as wide as what they hold, up to a bound.

    Aware moments are written as the clocks in Brussels show them.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        formats = {
            "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:31]), sheet, formats)
    return out.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
    for column, words in enumerate(sheet.header):
        page.write_string(0, column, words, formats["header"])
        page.set_column(column, column, width(words, [row[column] for row in sheet.rows if column < len(row)]))
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats)
    page.freeze_panes(1, 0)


def _write_cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        moment = wall_in(cell, PROGRAMME_ZONE).replace(microsecond=0)
        page.write_datetime(row, column, moment, formats["moment"])
    elif isinstance(cell, date) and cell >= FIRST_DAY:
        page.write_datetime(row, column, cell, formats["day"])
    elif isinstance(cell, int | Decimal):
        page.write_number(row, column, cell, formats["number"])
    else:
        page.write_string(row, column, str(cell)[:LONGEST], formats["text"])


def width(words: str, cells: Sequence[Cell]) -> int:
    """Give how wide a column is: as what it holds, within bounds."""
    longest = max((len(line) for cell in cells for line in str(cell or "").split("\n")), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, len(words) // 2) + 2))
