import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.documents.ledger_table import COLUMNS, ledger_csv
from app.domain.codes import EntryKind, Side
from app.models.database import transaction
from tests.integration.ledger_kit import PATH, book_everything, books, halves, open_halves
from tests.personas import World, sign_in

SUMS = [column for column in COLUMNS if column.sum_name]


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    return lambda who: sign_in(new_client(), app, getattr(world, who))


def table(content: bytes) -> list[dict[str, str]]:
    """Read CSV by the codes of its columns."""
    _header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    codes = [column.code for column in COLUMNS]
    return [dict(zip(codes, row, strict=True)) for row in rows]


def test_the_ledger_holds_every_kind_of_entry(session: Session, world: World) -> None:
    book_everything(session, world)
    assert {one.kind for one in books(session, world).entries} == set(EntryKind)


def test_sums_of_the_columns_are_those_of_the_page(session: Session, world: World) -> None:
    book_everything(session, world)
    rows = table(ledger_csv("en", books(session, world)))
    for half, name in zip(halves(session, world), ("Gamma", "Karongi"), strict=True):
        own = [row for row in rows if row["government"] == name]
        found = {column.sum_name: sum(Decimal(row[column.code]) for row in own) for column in SUMS}
        assert found == {column.sum_name: Decimal(getattr(half, column.sum_name)) / 100 for column in SUMS}
        assert Decimal(own[-1]["left"]) == Decimal(half.available_cents) / 100


def test_an_entry_says_all_that_it_is(session: Session, world: World) -> None:
    book_everything(session, world, texts=())
    rows = table(ledger_csv("en", books(session, world)))
    francs, correction, replacement = (
        next(row for row in rows if row["description"] == text and row["kind"] == kind)
        for text, kind in (("Text 5", "Payment"), ("Text 5", "Correction"), ("Text 9", "Payment"))
    )
    assert francs == {
        "number": "5", "day": "2026-11-03", "side": "Partner side", "government": "Karongi", "kind": "Payment",
        "category": "Other", "session": "Session (en)", "description": "Text 5", "reason": "", "corrects": "",
        "replaces": "", "commitment": "", "claim": "", "entered_eur": "", "entered_rwf": "85000", "entered_xof": "",
        "entered_usd": "", "rate": "1452.30", "rate_date": "2026-11-03",
        "rate_source": 'National Bank of Rwanda; "average" | 3 Nov', "amount": "58.53", "change_amount": "0.00",
        "change_committed": "0.00", "change_paid": "58.53", "change_returned": "0.00", "change_available": "-58.53",
        "left": "13564.92",
    }  # fmt: skip
    assert (correction["corrects"], correction["reason"], correction["change_paid"]) == ("5", "Text 8", "-58.53")
    assert (replacement["replaces"], replacement["reason"], replacement["change_paid"]) == ("5", "Text 10", "55.43")


@pytest.mark.parametrize("locale", ["nl", "fr", "en"])
def test_no_text_becomes_a_formula(session: Session, world: World, locale: str) -> None:
    book_everything(session, world)
    content = ledger_csv(locale, books(session, world))
    rows = table(content)
    for row in rows:
        for code in ("description", "reason", "rate_source"):
            assert not row[code].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    for delimiter in ";\t":
        cells = [cell for line in content.decode("utf-8-sig").split("\r\n") for cell in line.split(delimiter)[1:]]
        assert not [cell for cell in cells if cell.lstrip(" \"'").startswith(tuple("=+@-＝")) and cell[:1] != "'"]
    assert "'=1+1" in {row["description"] for row in rows}


def test_the_file_has_its_name_and_is_not_sent_twice(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    book_everything(session, world)
    client = as_person("auditor")
    answer = client.get(f"{PATH}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''gamma-karongi-budget.csv"
    assert answer.headers["cache-control"] == "private, no-cache"
    again = client.get(f"{PATH}.csv", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]


def test_an_empty_ledger_is_a_header_and_the_openings(session: Session, world: World) -> None:
    assert table(ledger_csv("nl", books(session, world))) == []
    with transaction(session):
        open_halves(session, world)
    rows = table(ledger_csv("en", books(session, world)))
    assert [(row["number"], row["kind"], row["change_available"]) for row in rows] == [
        ("1", "Allotment", "17500.00")
    ] * len(Side)
