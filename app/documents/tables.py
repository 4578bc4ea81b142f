"""Read a table that people bring: CSV however it was saved, or a sheet of an XLSX workbook, as rows of text.

Every size has a bound, and nothing is believed that a file says about itself: a hostile one costs as much as an honest
one.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from app.documents.sheets import unguarded
from app.domain.candidacy_import import Row
from app.domain.errors import DomainError
from app.domain.file_kinds import DamagedFile, EmptyFile, FileKind, UnknownKind, kind_of
from app.domain.import_columns import letter

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 2_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 32_767
"""So many characters fit in a cell of a spreadsheet (Excel specifications and limits)."""
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_EMPTY_ROWS: Final = 10_000
MAX_CELLS: Final = 5_000_000
MAX_SHEETS: Final = 50
_DELIMITERS: Final = ",;\t"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a]")
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|script|table|head|body)", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_DTD: Final = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")


class NotATable(DomainError):
    """It is neither CSV nor an XLSX workbook."""

    code = "table_unknown"


class TooManyRows(DomainError):
    """There are more than ``limit`` rows."""

    code = "table_too_many_rows"


class TooManyColumns(DomainError):
    """There are more than ``limit`` columns."""

    code = "table_too_many_columns"


class CellTooLong(DomainError):
    """The cell ``cell`` has more than ``limit`` characters."""

    code = "table_cell_too_long"


class NoTable(DomainError):
    """There is no row of headers with rows under it."""

    code = "table_missing"


class TableTooLarge(DomainError):
    """The file is larger than ``megabytes``, packed or unpacked."""

    code = "table_too_large"


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A header and the rows under it; ``sheets`` names those of the workbook, ``sheet`` is the one that was read."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def read_table(content: bytes, sheet: str = "") -> ReadTable:
    """Read a CSV file or a workbook; the first row that is not empty is the header.

    Formulas give the value that was saved with them. ``sheet`` is one of the workbook, else the first is read.

    :raises EmptyFile, NotATable, DamagedFile, HasMacros: it is no table.
    :raises TableTooLarge, TooManyRows, TooManyColumns, CellTooLong: it has more than is read.
    :raises NoTable: there are no rows.
    """
    if not content:
        raise EmptyFile
    if len(content) > MAX_BYTES:
        raise TableTooLarge(megabytes=MAX_BYTES // 1024**2)
    kind = _kind_of(content)
    if kind is FileKind.XLSX:
        return _workbook(content, sheet)
    if kind is not None or content.startswith(b"PK"):
        raise NotATable
    return _table(_csv_rows(_decoded(content)))


def _kind_of(content: bytes) -> FileKind | None:
    try:
        return kind_of(content)
    except UnknownKind:
        return None


def clean(text: str) -> str:
    """Bring line ends to one form and drop what no database stores."""
    whole = text.encode(errors="ignore").decode()
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _table(found: Iterable[tuple[int, tuple[str, ...]]], sheets: tuple[str, ...] = (), sheet: str = "") -> ReadTable:
    rows: list[Row] = []
    for number, cells in found:
        _check_row(number, cells)
        rows.append(Row(number, cells))
        if len(rows) > MAX_ROWS + 1:
            raise TooManyRows(limit=MAX_ROWS)
    if len(rows) <= 1:
        raise NoTable
    width = max(len(row.cells) for row in rows)
    header = rows[0].cells + ("",) * (width - len(rows[0].cells))
    return ReadTable(header, tuple(rows[1:]), sheets, sheet)


def _check_row(number: int, cells: tuple[str, ...]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise TooManyColumns(limit=MAX_COLUMNS)
    for column, text in enumerate(cells):
        if len(text) > MAX_CELL:
            raise CellTooLong(cell=f"{letter(column)}{number}", limit=MAX_CELL)


def _trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Leave out empty cells at the end of a row."""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _decoded(content: bytes) -> str:
    text = _text_of(content)
    if _BINARY.search(text) or _MARKUP.match(text):
        raise NotATable
    if not text.strip():
        raise EmptyFile
    return text


def _text_of(content: bytes) -> str:
    """Decode what Excel, LibreOffice and web forms write: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeError as fault:
            raise DamagedFile from fault
    try:
        return content.decode("utf-8-sig")
    except UnicodeError:
        return content.decode("cp1252", errors="replace")


def _csv_rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    named = _SEPARATOR_LINE.match(text)
    delimiter = named.group(1) if named else _delimiter_of(text)
    first = 2 if named else 1
    reader = csv.reader(io.StringIO(text[named.end() :] if named else text, newline=""), delimiter=delimiter)
    number = first - 1
    try:
        for number, cells in enumerate(reader, first):
            kept = _trimmed(clean(unguarded(cell)) for cell in cells)
            if kept:
                yield number, kept
    except csv.Error as fault:
        raise CellTooLong(cell=str(number + 1), limit=MAX_CELL) from fault


def _delimiter_of(text: str) -> str:
    """Find which sign stands most often between the headers, outside quotes."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    for sign in text[:MAX_CELL]:
        quoted ^= sign == '"'
        if not quoted and sign == "\n" and any(counts.values()):
            break
        if not quoted and sign in counts:
            counts[sign] += 1
    return max(_DELIMITERS, key=lambda sign: counts[sign])


def _workbook(content: bytes, wanted: str) -> ReadTable:
    _check_package(content)
    from openpyxl import load_workbook  # loaded where workbooks are read, not with the web process

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        names = tuple(sheet.title for sheet in book.worksheets)[:MAX_SHEETS]
        name = wanted if wanted in names else names[0]
        return _table(_sheet_rows(book[name]), names, name)
    except DomainError:
        raise
    except Exception as fault:  # whatever is wrong with a hostile file, down in the library: the file is refused
        raise DamagedFile from fault


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:  # noqa: ANN401 - read-only worksheet
    sheet.reset_dimensions()
    cells = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells += len(values)
        if number > MAX_EMPTY_ROWS or cells > MAX_CELLS:
            raise TooManyRows(limit=MAX_ROWS)
        kept = _trimmed(_written(value) for value in values)
        if kept:
            yield number, kept


def _written(value: object) -> str:
    """Write a value of a workbook as people would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return clean(_ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), str(value)))


def _check_package(content: bytes) -> None:
    """Refuse what unpacks to more than is read, and XML that defines entities: no office program writes those."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise TableTooLarge(megabytes=MAX_UNPACKED // 1024**2)
            for entry in entries:
                _check_part(archive, entry)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
        raise DamagedFile from fault


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DamagedFile
    part = archive.read(entry)
    if any(mark in part for mark in _DTD):
        raise DamagedFile
