"""The workbook of the ledger, read by openpyxl and opened and recomputed by LibreOffice."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.documents.ledger_table import COLUMNS
from app.documents.ledger_workbook import ledger_workbook, sheet_names
from app.domain.codes import Category
from app.language.catalogues import LOCALES
from app.language.labels import label
from app.queries.budget import sums_by_category
from tests.factories import number
from tests.integration.ledger_kit import HOSTILE, PATH, book_everything, books, halves
from tests.integration.test_ledger_programs import program
from tests.personas import World, build_world, sign_in

CODES = [column.code for column in COLUMNS]
FIGURES = ("amount_cents", "paid_cents", "committed_cents", "returned_cents", "available_cents")


def cents(value: object) -> int:
    """Give a number of a cell in cents; it must be one to less than a hundred-thousandth."""
    made = round(Decimal(str(value)) * 100)
    assert abs(Decimal(str(value)) * 100 - made) < Decimal("0.001")
    return made


def page_figures(session: Session, world: World) -> list[list[int]]:
    """Give what the page says: the sums of both sides, then what is paid by category."""
    both = halves(session, world)
    by_category = {one.category: one.sides for one in sums_by_category(session, number(world.partnership))}
    sums = [[getattr(half, name) for half in both] for name in FIGURES]
    paid = [
        [by_category[category][half.side].paid_cents if category in by_category else 0 for half in both]
        for category in Category
    ]
    return [[*row, sum(row)] for row in [*sums, *paid, [half.paid_cents for half in both]]]


def summary_figures(content: bytes) -> list[list[int]]:
    page = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    lines = [*range(5, 10), *range(12, 13 + len(Category))]
    return [[cents(page.cell(line, at).value) for at in (2, 3, 4)] for line in lines]


def without_results(content: bytes) -> bytes:
    """Take the kept results of all formulas out, so that a program that opens the file must compute them."""
    out, found = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(out, "w") as made:
        for name in read.namelist():
            text, times = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", read.read(name))
            made.writestr(name, text)
            found += times
    assert found > 40
    return out.getvalue()


def recomputed(content: bytes, folder: Path) -> bytes:
    """Let LibreOffice open a workbook and save it anew."""
    soffice = program("soffice")
    (folder / "budget.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    to: list[str | Path] = [
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        folder / "made",
        folder / "budget.xlsx",
    ]
    done = subprocess.run(
        [soffice, profile, "--headless", *to], capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    return (folder / "made" / "budget.xlsx").read_bytes()


def test_libreoffice_computes_what_the_page_says(session: Session, world: World, tmp_path: Path) -> None:
    book_everything(session, world)
    content = without_results(ledger_workbook("fr", books(session, world)))
    assert load_workbook(io.BytesIO(content), data_only=True).worksheets[0]["B5"].value is None
    made = recomputed(content, tmp_path)
    assert summary_figures(made) == page_figures(session, world)
    read = load_workbook(io.BytesIO(made))
    assert read.sheetnames == sheet_names("fr")
    for page in read.worksheets[1:]:
        assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_summary_says_what_the_page_says(session: Session, world: World, locale: str) -> None:
    book_everything(session, world)
    content = ledger_workbook(locale, books(session, world))
    assert summary_figures(content) == page_figures(session, world)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [page.cell(12 + at, 1).value for at in range(len(Category))] == [label(locale, one) for one in Category]
    assert all(str(page.cell(line, at).value).startswith("=") for line in range(5, 10) for at in (2, 3, 4))


def test_each_side_has_its_sheet_with_days_numbers_and_texts(session: Session, world: World) -> None:
    book_everything(session, world)
    read = books(session, world)
    made = load_workbook(io.BytesIO(ledger_workbook("nl", read)))
    assert made.sheetnames == ["Samenvatting", "Vlaamse zijde", "Partnerzijde"]
    for page, half in zip(made.worksheets[1:], halves(session, world), strict=True):
        rows = [dict(zip(CODES, row, strict=True)) for row in page.iter_rows(min_row=2, values_only=True)]
        own = read.of(half.side)
        assert [row["number"] for row in rows] == [one.number for one in own]
        assert [_day(row["day"]) for row in rows] == [one.day for one in own]
        assert [cents(row["amount"]) for row in rows] == [one.amount_cents for one in own]
        assert sum(cents(row["change_available"]) for row in rows) == half.available_cents
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == f"A1:{get_column_letter(len(CODES))}{len(own) + 1}"
        assert page.column_dimensions["H"].width > 10
    francs = next(row for row in rows if row["entered_rwf"] == 85_000)
    assert (francs["rate"], _day(francs["rate_date"]), francs["entered_eur"]) == (1452.3, date(2026, 11, 3), None)


def _day(value: object) -> date:
    assert isinstance(value, datetime)
    return value.date()


def test_no_text_is_a_formula(session: Session, world: World) -> None:
    book_everything(session, world)
    made = load_workbook(io.BytesIO(ledger_workbook("en", books(session, world))))
    cells: list[Any] = [cell for page in made.worksheets[1:] for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {text for text in HOSTILE if text.isprintable()} <= texts


@pytest.mark.parametrize("locale", LOCALES)
def test_names_of_sheets_are_legal(locale: str) -> None:
    names = sheet_names(locale)
    assert len({name.lower() for name in names}) == 3
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name == name.strip("'")
        assert name.lower() != "history"


def test_an_empty_ledger_is_a_workbook_of_nothing(session: Session, world: World, tmp_path: Path) -> None:
    made = recomputed(without_results(ledger_workbook("en", books(session, world))), tmp_path)
    assert {figure for row in summary_figures(made) for figure in row} == {0}


def test_the_same_books_are_the_same_file_on_both_engines(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        world = build_world(session)
        book_everything(session, world)
        first, second = (ledger_workbook("nl", books(session, world)) for _time in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as read:
        assert b"2026-11-22T09:00:00Z" in read.read("docProps/core.xml")
        assert {one.date_time for one in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_workbook_is_sent(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World
) -> None:
    book_everything(session, world)
    client = sign_in(new_client(), app, world.karongi_participant)
    answer = client.get(f"{PATH}.xlsx")
    assert answer.headers["content-disposition"].endswith("gamma-karongi-budget.xlsx")
    assert client.get(f"{PATH}.xlsx", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert summary_figures(answer.content) == page_figures(session, world)
