import contextlib
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import tables
from app.documents.sheets import Cell, csv_file
from app.documents.tables import (
    CellTooLong,
    NoTable,
    NotATable,
    ReadTable,
    TableTooLarge,
    TooManyColumns,
    TooManyRows,
    clean,
    read_table,
)
from app.documents.workbooks import Sheet, workbook
from app.domain.candidacy_import import Row
from app.domain.errors import DomainError
from app.domain.file_kinds import DamagedFile, EmptyFile, FileKind, HasMacros
from tests.sample_files import SAMPLES, office

TEXT = 'Gemeente;Tekst\r\nAalst;"één; twee\r\ndrie ""vier"""\r\n\r\nGent;é€\r\n'
READ = ReadTable(("Gemeente", "Tekst"), (Row(2, ("Aalst", 'één; twee\ndrie "vier"')), Row(4, ("Gent", "é€"))))


def cells_of(table: ReadTable) -> list[tuple[str, ...]]:
    return [table.header, *(row.cells for row in table.rows)]


def book(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets:
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("cp1252"),
        b"sep=;\r\n" + TEXT.encode(),
    ],
)
def test_csv_is_read_however_it_was_saved(content: bytes) -> None:
    read = read_table(content)
    if content.startswith(b"sep"):
        assert [row.number for row in read.rows] == [3, 5]
    else:
        assert read == READ
    assert cells_of(read) == cells_of(READ)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_sign_between_cells_is_found(delimiter: str) -> None:
    text = delimiter.join(('"a,b;c\td"', "e")) + "\n" + delimiter.join(("1", "2"))
    assert cells_of(read_table(text.encode())) == [("a,b;c\td", "e"), ("1", "2")]


def test_one_column_is_a_table_and_headers_may_be_shorter_than_rows() -> None:
    assert cells_of(read_table(b"\n\na\n1,2\n")) == [("a", ""), ("1", "2")]
    assert read_table(b"\n\na\n1\n").rows[0].number == 4


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), min_size=1, max_size=5))
def test_our_own_csv_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    kept = [[clean(cell) for cell in row] for row in rows]
    body = csv_file(["head", "er"], kept)
    try:
        read = read_table(body)
    except (NoTable, NotATable):
        assert not any(any(row) for row in kept) or tables._BINARY.search(body.decode())
        return
    assert read.header[:2] == ("head", "er")
    expected = [tuple(row) for row in kept if any(row)]
    padded = [row.cells + ("",) * 4 for row in read.rows]
    assert [row[:4] for row in padded] == [(*row, "", "", "")[:4] for row in expected]


CELLS = st.one_of(st.text(max_size=12), st.integers(-9, 9), st.dates(date(1901, 1, 1)))


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_our_own_workbooks_are_read_as_they_were_written(rows: list[list[Cell]]) -> None:
    kept = [[clean(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    try:
        read = read_table(workbook([Sheet("S", ["head"], kept)]))
    except NoTable:
        assert all(cell == "" for row in kept for cell in row)
        return
    written = [[str(cell) for cell in row] for row in kept]
    expected = {number: row for number, row in enumerate(written, 2) if any(row)}
    assert {row.number: [*row.cells, *[""] * 4][:4] for row in read.rows} == {
        number: [*row, *[""] * 4][:4] for number, row in expected.items()
    }


def test_values_of_a_workbook_are_written_as_people_type_them() -> None:
    moment = datetime(2026, 10, 12, 14, 30)  # noqa: DTZ001 - a cell has no zone
    row: list[object] = ["x", True, False, 3.0, 2.5, date(2026, 10, 12), moment, time(9, 5), "=1+1", "_x0041_", "#N/A"]
    read = read_table(book(("A", [["h"] * len(row), row])))
    assert read.rows[0].cells == (
        "x", "yes", "no", "3", "2.5", "2026-10-12", "2026-10-12 14:30:00", "09:05:00", "", "A", "#N/A",
    )  # fmt: skip


def test_a_sheet_is_chosen_by_its_name_and_one_that_is_not_there_is_the_first() -> None:
    content = book(("One", [["a"], ["1"]]), ("Two", [[None], [], ["b"], [], ["2"]]))
    assert read_table(content) == ReadTable(("a",), (Row(2, ("1",)),), ("One", "Two"), "One")
    assert read_table(content, "Two") == ReadTable(("b",), (Row(5, ("2",)),), ("One", "Two"), "Two")
    assert read_table(content, "Three").sheet == "One"


def test_a_workbook_has_numbers_days_and_moments_and_no_formulas() -> None:
    moment = datetime.fromisoformat("2026-10-12T12:30:00+00:00")
    rows: list[list[Cell]] = [["=1+1", "http://example.org", "12", 12, Decimal("2.5"), date(2026, 1, 2), moment, None]]
    page = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("S" * 40, ["h"] * 8, rows)]))).worksheets[0]
    cells = [cell.value for cell in next(page.iter_rows(min_row=2))]
    assert cells[:5] == ["=1+1", "http://example.org", "12", 12, 2.5]
    assert [cell.data_type for cell in page[2]][:5] == ["s", "s", "s", "n", "n"]
    assert [str(cell) for cell in cells[5:7]] == ["2026-01-02 00:00:00", "2026-10-12 14:30:00"]
    assert (page.title, page.freeze_panes) == ("S" * 31, "A2")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b" \n \n", EmptyFile),
        (b"a,b\n", NoTable),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", NotATable),
        (b"  <html>\n1", NotATable),
        (b"a,b\n1,\x002\n", NotATable),
        (b"\xff\xfea", DamagedFile),
        (SAMPLES[FileKind.PDF], NotATable),
        (SAMPLES[FileKind.DOCX], NotATable),
        (b"PK\x03\x04 and then nothing", DamagedFile),
        (b"a\n" + b"x" * 200_000, CellTooLong),
        (b"a\n" + b"x" * 40_000, CellTooLong),
        (b"a\n" + b"1\n" * 2001, TooManyRows),
        (b",".join([b"a"] * 300) + b"\n1\n", TooManyColumns),
        (b"a\n1," + b"," * 300 + b"x\n", TooManyColumns),
        (b"x" * (10 * 1024 * 1024 + 1), TableTooLarge),
        (office(FileKind.DOCX, more={"word/vbaProject.bin": b"macro"}), HasMacros),
        (book(("A", [["a"] * 300, ["1"]])), TooManyColumns),
        (book(("A", [["a"], *([["1"]] * 2001)])), TooManyRows),
        (book(("A", [["a"]])), NoTable),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        read_table(content)


def repacked(content: bytes, part: str, replacement: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", packing) as new:
        for name in old.namelist():
            new.writestr(
                name, replacement if name == part else old.read(name), compress_type=packing if name == part else None
            )
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD_BOOK = book(("A", [["a"], ["1"]]))


def sheet_xml(rows: str) -> bytes:
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{start}{rows}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    ("part", "refusal"),
    [
        (b" " * (61 * 1024 * 1024), TableTooLarge),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', DamagedFile),
        ("<worksheet/>".encode("utf-16"), DamagedFile),
        (b"<worksheet><sheetData><row", DamagedFile),
        (sheet_xml('<row r="20000"><c r="A20000" t="str"><v>x</v></c></row>'), TooManyRows),
        (sheet_xml('<row r="1"><c r="ZZ1" t="str"><v>x</v></c></row>'), TooManyColumns),
        (sheet_xml("".join(f'<row r="{at}"><c r="XFD{at}"/></row>' for at in range(1, 401))), TooManyRows),
    ],
    ids=["bomb", "entities", "UTF-16", "cut off", "far below", "far right", "empty and wide"],
)
def test_hostile_workbooks_are_refused(part: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        read_table(repacked(GOOD_BOOK, SHEET, part))


def test_packing_without_a_bound_is_refused() -> None:
    with pytest.raises(DamagedFile):
        read_table(repacked(GOOD_BOOK, SHEET, sheet_xml(""), zipfile.ZIP_LZMA))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(DomainError):
        assert read_table(content).rows
