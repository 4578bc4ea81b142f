"""A plain matrix of points with names of rows and columns, as spreadsheets save it as CSV."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from app.matching.problem import OBJECTIVE_TOTAL, Node, Problem, ProblemInvalid, Row
from app.matching.validation import validate

_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_GUARDED = re.compile("'(?=[=+\\-@\t\r\n＝＋－＠])")
"""An apostrophe that keeps a spreadsheet from taking a name for a formula."""
_SEPARATORS: Final = ",;\t"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def problem_from_csv(content: bytes, *, objective: str = OBJECTIVE_TOTAL, fill: bool = True) -> Problem:
    """Read a matrix: names of the right side in the first row, names of the left side in the first column.

    The sign between the cells is a comma, a semicolon or a tab, whichever the first row has most of. A cell is a whole
    number, or empty where the pair is not allowed. Everyone is in at most one pair. UTF-8, UTF-16 with its mark, else
    Windows-1252 as older spreadsheets save it.

    :raises ProblemInvalid: with the cell, as in ``C5``.
    """
    rows = list(_rows(_text_of(content)))
    if not rows:
        raise ProblemInvalid("problem", "empty")
    (first, header), *body = rows
    problem = Problem(
        left=_nodes((f"A{number}", cells[0]) for number, cells in body),
        right=_nodes((f"{_letters(column)}{first}", name) for column, name in enumerate(header) if column),
        points=tuple(_points(number, cells, len(header)) for number, cells in body),
        objective=objective,
        fill=fill,
    )
    validate(problem)
    return problem


def _text_of(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not empty, with its number, without empty cells at its end."""
    separator = max(_SEPARATORS, key=text.lstrip(" \r\n").partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            row = [_GUARDED.sub("", cell.strip(), count=1) if "'" in cell[:2] else cell.strip() for cell in cells]
            while row and not row[-1]:
                row.pop()
            if row:
                yield number, row
    except csv.Error as fault:
        raise ProblemInvalid(f"A{number + 1}", "not_csv", reason=fault) from fault


def _nodes(names: Iterator[tuple[str, str]]) -> tuple[Node, ...]:
    found: dict[str, Node] = {}
    for cell, name in names:
        if not name:
            raise ProblemInvalid(cell, "empty_name")
        if name in found:
            raise ProblemInvalid(cell, "duplicate_id", id=name)
        found[name] = Node(name)
    return tuple(found.values())


def _points(number: int, cells: Sequence[str], width: int) -> Row:
    """Read the points of a row; the first cell is its name."""
    if len(cells) > width:
        raise ProblemInvalid(f"{_letters(width)}{number}", "beyond_header")
    filled = [*cells[1:], *[""] * (width - len(cells))]
    for column, cell in enumerate(filled, 1):
        if cell and not _WHOLE.fullmatch(cell):
            raise ProblemInvalid(f"{_letters(column)}{number}", "cell_not_whole", cell=cell)
    return tuple(int(cell) if cell else None for cell in filled)


def _letters(column: int) -> str:
    """Return the letters of a column, 0 is ``A``."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
