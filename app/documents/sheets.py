"""Tables as files: CSV that programs read as it is and that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | Decimal | date | None
BYTE_ORDER_MARK: Final = "\ufeff"
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNSEEN: Final = r"(?:[^\S\r\n\t]|[\"'])*"
_CELL: Final = rf"(?={_UNSEEN}[=+\-@＝＋－＠])"
_LINE: Final = rf"(?={_UNSEEN}(?:[=+@＝＋＠]|[-－][^\r\n]*[(|!]))"
_CELL_WITHIN: Final = re.compile(rf"[;\t]{_CELL}|[\r\n]{_LINE}")
"""Where a spreadsheet that parts cells at semicolons begins one that it computes. A line of a list ("- bread") is left
as it is, unless it holds what a formula needs to reach out of its file."""
_GUARD_WITHIN: Final = re.compile(rf"([;\t])'{_CELL}|([\r\n])'{_LINE}")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table as CSV (RFC 4180): commas, UTF-8 with its mark, ISO days, numbers with a point and no grouping.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; so does such text after a semicolon,
    a tab or the end of a line, for spreadsheets in Dutch and French begin a cell there. A whole cell is one value:
    write an amount as ``Decimal`` and its currency in the name of the column.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([written(cell) for cell in header])
    writer.writerows([written(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def written(cell: Cell) -> str:
    """Write one cell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else format(cell, "f" if isinstance(cell, Decimal) else "d")


def unguarded(text: str) -> str:
    """Take the apostrophes out of a cell that ``csv_file`` wrote there (full-width signs start formulas too)."""
    inside = _GUARD_WITHIN.sub(r"\1\2", text)
    return inside[1:] if inside[:1] == "'" and inside[1:].startswith(_STARTS_FORMULA) else inside


def _harmless(text: str) -> str:
    inside = _CELL_WITHIN.sub(r"\g<0>'", text)
    return f"'{inside}" if text.startswith(_STARTS_FORMULA) else inside
