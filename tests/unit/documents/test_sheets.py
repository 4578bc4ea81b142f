import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.sheets import BYTE_ORDER_MARK, Cell, csv_file, unguarded, written


def read(body: bytes) -> list[list[str]]:
    text = body.decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_days_are_iso_and_numbers_are_plain() -> None:
    rows: list[list[Cell]] = [[date(2026, 11, 22), Decimal("-1250.50"), 12_500, 'Train, and "bus"\nthere', None]]
    assert read(csv_file(["Day", "EUR", "RWF", "What", "Session"], rows)) == [
        ["Day", "EUR", "RWF", "What", "Session"],
        ["2026-11-22", "-1250.50", "12500", 'Train, and "bus"\nthere', ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+32 2 211 55 00", "-5", "@SUM(A1)", "＝1", "＋1", "－1", "＠x"])
def test_text_is_never_a_formula(text: str) -> None:
    assert written(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=1+1", "a;'=1+1"),
        ('a; "@SUM(A1)', "a;' \"@SUM(A1)"),
        ("a\t-1", "a\t'-1"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n+1", "a\r\n'+1"),
        ("a\r=1", "a\r'=1"),
        ("a;＝1", "a;'＝1"),
        ("a\n-cmd|' /C calc'!A0", "a\n'-cmd|' /C calc'!A0"),
        (";=1", ";'=1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("=1;=1", "'=1;'=1"),
        ("bread; butter", "bread; butter"),
        ("a list:\n- bread\n- butter", "a list:\n- bread\n- butter"),
        ("2 = 1 + 1", "2 = 1 + 1"),
    ],
)
def test_where_a_spreadsheet_parts_cells_at_semicolons_no_formula_begins(text: str, safe: str) -> None:
    assert written(text) == safe
    assert unguarded(safe) == text


def test_a_number_below_zero_stays_a_number() -> None:
    assert [written(-5), written(Decimal("-5.00"))] == ["-5", "-5.00"]


@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")),
            min_size=2,
            max_size=2,
        )
    )
)
def test_what_is_written_can_be_read(rows: list[list[str]]) -> None:
    found = read(csv_file(["a", "b"], rows))
    assert [[cell.replace("'", "") for cell in line] for line in found[1:]] == [
        [text.replace("'", "") for text in row] for row in rows
    ]
