"""Exchange rates: which counts on a day, the list, a rate of one's own, removal, and a file of many."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.documents.sheets import csv_file
from app.documents.tables import NotATable, read_table
from app.domain.access import Actor
from app.domain.candidacy_import import ImportEmpty, ImportFaulty
from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.exchange_rates import (
    COLUMNS,
    ENTERED,
    MAX_BYTES,
    MAX_RATES,
    NewRate,
    RateColumnMissing,
    RateFixed,
    RateGone,
    RateKnown,
    RateOfTomorrow,
    RatesTooLarge,
    RateUnexpected,
    TooManyRates,
    as_table,
    columns_of,
    is_expected,
    read_rates,
)
from app.domain.file_kinds import EmptyFile
from app.domain.money import EURO_RATE, XOF_RATE, Rate
from app.language.catalogues import LOCALES
from app.language.messages import message
from app.models import Event, ExchangeRate
from app.models.database import transaction
from app.queries.exchange_rates import OLDEST_DAYS, exchange_rates, rate_on
from app.services import exchange_rates as write
from tests import pages
from tests.personas import World, sign_in

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = date(2027, 2, 15)


def put(session: Session, day: date, value: str, source: str = "ECB", currency: Currency = Currency.RWF) -> None:
    """Store a rate."""
    with transaction(session):
        session.add(ExchangeRate(currency=currency, rate_date=day, value=value, source=source, entered_at=NOW))


def test_the_newest_rate_on_or_before_a_day_counts(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        put(session, DAY - timedelta(days=5), "1500")
        put(session, DAY, "1501.5")
        put(session, DAY + timedelta(days=1), "1502")
        put(session, DAY, "1.08", currency=Currency.USD)
        assert rate_on(session, Currency.RWF, DAY) == Rate(Decimal("1501.5"), "ECB", DAY)
        earlier = DAY - timedelta(days=1)
        assert rate_on(session, Currency.RWF, earlier) == Rate(Decimal(1500), "ECB", DAY - timedelta(days=5))
        assert rate_on(session, Currency.USD, DAY) == Rate(Decimal("1.08"), "ECB", DAY)


def test_of_two_rates_of_a_day_the_last_entered_counts(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        put(session, DAY, "1500", "ECB")
        put(session, DAY, "1510", "Bank")
        found = rate_on(session, Currency.RWF, DAY)
        assert found == Rate(Decimal(1510), "Bank", DAY)


def test_a_rate_that_is_too_old_is_no_rate(session: Session) -> None:
    put(session, DAY, "1500")
    assert rate_on(session, Currency.RWF, DAY + timedelta(days=OLDEST_DAYS)) is not None
    assert rate_on(session, Currency.RWF, DAY + timedelta(days=OLDEST_DAYS + 1)) is None
    assert rate_on(session, Currency.RWF, DAY - timedelta(days=1)) is None
    assert rate_on(session, Currency.USD, DAY) is None


@pytest.mark.parametrize(("currency", "rate"), [(Currency.EUR, EURO_RATE), (Currency.XOF, XOF_RATE)])
def test_fixed_currencies_have_their_fixed_rate_on_any_day(session: Session, currency: Currency, rate: Rate) -> None:
    assert rate_on(session, currency, date(1999, 1, 1)) == rate


def test_the_list_is_filtered_and_comes_in_pages(session: Session) -> None:
    for number in range(60):
        put(session, DAY - timedelta(days=number), "1500")
    put(session, DAY, "1.08", currency=Currency.USD)
    found = exchange_rates(session)
    assert (found.total, found.page, found.pages, len(found.rows)) == (61, 1, 2, 50)
    assert len(exchange_rates(session, page=9).rows) == 11
    assert [one.value for one in exchange_rates(session, currency=Currency.USD).rows] == ["1.08"]
    assert [one.rate_date for one in exchange_rates(session, first=DAY, last=DAY).rows] == [DAY, DAY]


STAFF = Actor(name="Programme team")
RATE = NewRate(Currency.RWF, DAY, Decimal("1501.50"), "BNR")
GOOD = "currency;date;rate;source\nRWF;2027-02-01;1.452,50;BNR\nUSD;2027-02-01;1,085;ECB\n"
PATH = "/staff/rates"
TYPED = {
    "currency": "RWF",
    "rate": "1452,5",
    "day": "2026-11-20",
    "source": "National bank",
    "form_key": "one-rate-typed",
}


def listed(session: Session) -> list[tuple[str, str, str, str]]:
    session.rollback()
    return [(one.currency, one.rate_date.isoformat(), one.value, one.source) for one in exchange_rates(session).rows]


def verbs(session: Session) -> list[str]:
    session.rollback()
    query = sa.select(col(Event.verb)).where(col(Event.verb).startswith("exchange_rate")).order_by(col(Event.id))
    return list(session.scalars(query))


def test_a_rate_is_added_corrected_and_removed_with_events(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        with transaction(session):
            number = write.add(session, STAFF, RATE, now=NOW)
        better = NewRate(Currency.RWF, DAY, Decimal("1510.5"), "BNR")
        with pytest.raises(RateKnown), transaction(session):
            write.add(session, STAFF, better, now=NOW)
        with transaction(session):
            write.correct(session, STAFF, number, better, seen="1501.50", reason="Mistyped", now=NOW)
        with pytest.raises(RateGone), transaction(session):
            write.correct(session, STAFF, number, RATE, seen="1501.50", reason="Late", now=NOW)
        assert listed(session) == [("RWF", "2027-02-15", "1510.5", "BNR")]
        with transaction(session):
            write.remove(session, STAFF, number, reason="Wrong source", now=NOW)
        with pytest.raises(RateGone), transaction(session):
            write.remove(session, STAFF, number, reason="Again", now=NOW)
        assert listed(session) == []
        assert verbs(session) == ["exchange_rate.added", "exchange_rate.corrected", "exchange_rate.removed"]


@pytest.mark.parametrize(
    ("rate", "refusal"),
    [
        (NewRate(Currency.EUR, DAY, Decimal(1), "x"), RateFixed),
        (NewRate(Currency.XOF, DAY, Decimal("655.957"), "x"), RateFixed),
        (NewRate(Currency.RWF, DAY, Decimal("0.00068"), "x"), RateUnexpected),
        (NewRate(Currency.USD, DAY, Decimal(108), "x"), RateUnexpected),
        (NewRate(Currency.RWF, NOW.date() + timedelta(days=1), Decimal(1500), "x"), RateOfTomorrow),
    ],
)
def test_what_cannot_be_a_rate_is_not_entered(session: Session, rate: NewRate, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal), transaction(session):
        write.add(session, STAFF, rate, now=NOW)
    assert listed(session) == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "currency,date,rate,source\r\nRWF,2027-02-01,1452.50,BNR\r\nUSD,2027-02-01,1.085,ECB\r\n",
        'Munt;Datum;Koers;Bron\nrwf;01/02/2027;"1 452,50";BNR\nUSD;2027-02-01;1.0850;ECB',
    ],
)
def test_a_file_is_imported_however_it_was_saved(session: Session, mark: bytes, text: str) -> None:
    with transaction(session):
        assert write.run(session, STAFF, mark + text.encode(), now=NOW) == 2
    assert [(row[0], Decimal(row[2])) for row in listed(session)] == [
        ("RWF", Decimal("1452.5")),
        ("USD", Decimal("1.085")),
    ]
    with transaction(session):
        assert write.run(session, STAFF, text.encode(), now=NOW) == 0
    assert len(listed(session)) == 2
    assert verbs(session) == ["exchange_rates.imported"]


def test_one_faulty_cell_keeps_all_rows_out(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        with pytest.raises(ImportFaulty), transaction(session):
            write.run(session, STAFF, (GOOD + "RWF;2027-02-02;abc;BNR\n").encode(), now=NOW)
        assert listed(session) == []


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("EUR;2027-02-01;1;x", 0, "rate_fixed"),
        ("XOF;2027-02-01;655,957;x", 0, "rate_fixed"),
        ("KES;2027-02-01;140;x", 0, "rate_currency"),
        (";2027-02-01;140;x", 0, "rate_currency"),
        ("RWF;31/31/2027;1500;x", 1, "day"),
        ("RWF;;1500;x", 1, "day"),
        ("RWF;2027-03-02;1500;x", 1, "rate_tomorrow"),
        ("RWF;1927-03-02;1500;x", 1, "day"),
        ("RWF;2027-02-01;abc;x", 2, "rate_number"),
        ("RWF;2027-02-01;;x", 2, "rate_number"),
        ("RWF;2027-02-01;0;x", 2, "rate_number"),
        ("RWF;2027-02-01;-1500;x", 2, "rate_number"),
        ("RWF;2027-02-01;1500,1234567;x", 2, "rate_decimals"),
        ("RWF;2027-02-01;0,00069;x", 2, "rate_unexpected"),
        ("RWF;2027-02-01;1500;", 3, "rate_source"),
        (f"RWF;2027-02-01;1500;{'x' * 201}", 3, "rate_source_long"),
        ("RWF;2027-02-01;1500;BNR", 2, "rate_otherwise"),
    ],
)
def test_each_faulty_cell_is_named(session: Session, row: str, column: int, code: str) -> None:
    reading = write.preview(session, (GOOD + row).encode(), now=NOW).reading
    assert [(fault.row, fault.column, fault.code) for fault in reading.faults] == [(4, column, code)]
    assert message("nl", f"import_fault.{code}", reading.faults[0].params)


def test_what_a_row_above_says_too_is_left_out(session: Session) -> None:
    reading = write.preview(session, (GOOD + "RWF;2027-02-01;1452,5;BNR\n").encode(), now=NOW).reading
    assert (len(reading.new), [number for number, _ in reading.known], reading.faults) == (2, [4], ())


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"currency;date;rate\nRWF;2027-02-01;1500", RateColumnMissing),
        (b"currency;date;rate;source\n", ImportEmpty),
        (b"", EmptyFile),
        (b"PK\x05\x06 no workbook", NotATable),
        (b"x" * (MAX_BYTES + 1), RatesTooLarge),
        (b"currency;date;rate;source\n" + b"RWF;2027-02-01;1500;x\n" * (MAX_RATES + 1), TooManyRates),
    ],
)
def test_what_is_no_table_of_rates_is_refused(session: Session, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        write.preview(session, content, now=NOW)


@given(
    st.lists(
        st.builds(
            NewRate,
            st.sampled_from(ENTERED),
            st.dates(date(2020, 1, 1), NOW.date()),
            st.decimals("250", "19000", places=3),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        ).map(lambda one: replace(one, value=one.value / 10_000 * 2) if one.currency is Currency.USD else one),
        min_size=1,
        unique_by=lambda one: one.key,
    )
)
def test_what_the_preview_hands_on_is_read_again_as_the_same(rates: list[NewRate]) -> None:
    rates = [one for one in rates if is_expected(one.currency, one.value) and len(one.text.partition(".")[2]) <= 6]
    assume(rates)
    table = read_table(csv_file(COLUMNS, as_table(rates)))
    reading = read_rates(table.rows, columns_of(table.header), known={}, today=NOW.date())
    assert (reading.new, reading.faults) == (tuple(rates), ())


def as_staff(app: FastAPI, client: TestClient, world: World) -> TestClient:
    return sign_in(client, app, world.vvsg_staff)


@pytest.mark.parametrize("locale", LOCALES)
def test_staff_add_correct_and_remove_a_rate(
    app: FastAPI, client: TestClient, world: World, session: Session, locale: str
) -> None:
    browser = as_staff(app, client, world)
    browser.get(f"/?lang={locale}")
    pages.get(browser, PATH)
    assert browser.post(PATH, data=TYPED).headers["location"] == f"{PATH}?done=added"
    assert browser.post(PATH, data=TYPED).status_code == 303
    assert listed(session) == [("RWF", "2026-11-20", "1452.5", "National bank")]
    number = exchange_rates(session).rows[0].id
    pages.get(browser, f"{PATH}?done=added&currency=RWF&first=2026-11-01&last=2026-11-30")
    pages.get(browser, f"{PATH}/{number}")
    changed = TYPED | {"rate": "1455", "seen": "1452.5", "reason": "Mistyped", "form_key": "one-correction"}
    assert browser.post(f"{PATH}/{number}", data=changed).status_code == 303
    assert [row[2] for row in listed(session)] == ["1455"]
    assert browser.post(f"{PATH}/{number}", data=changed | {"rate": "1456"}).status_code == 422
    pages.get(browser, f"{PATH}/{number}/removal")
    assert browser.post(f"{PATH}/{number}/removal", data={"form_key": "removal-1"}).status_code == 422
    gone = {"reason": "Twice", "form_key": "removal-2"}
    assert browser.post(f"{PATH}/{number}/removal", data=gone).status_code == 303
    assert browser.post(f"{PATH}/{number}/removal", data=gone).status_code == 303
    assert listed(session) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"currency": "XOF"}, "currency"),
        ({"currency": "KES"}, "currency"),
        ({"rate": "abc"}, "rate"),
        ({"rate": "0,0007"}, "rate"),
        ({"day": "2026-11-23"}, "day"),
        ({"day": ""}, "day"),
        ({"source": " "}, "source"),
    ],
)
def test_a_faulty_rate_is_shown_again_with_its_fault(
    app: FastAPI, client: TestClient, world: World, session: Session, wrong: dict[str, str], field: str
) -> None:
    answer = as_staff(app, client, world).post(PATH, data=TYPED | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert listed(session) == []


def test_a_file_is_looked_at_then_imported(app: FastAPI, client: TestClient, world: World, session: Session) -> None:
    browser = as_staff(app, client, world)
    text = GOOD.replace("2027", "2026")
    answer = browser.post(f"{PATH}/import", files={"file": ("rates.csv", text.encode(), "text/csv")})
    assert answer.status_code == 200
    assert listed(session) == []
    table = re.search(r'name="table" value="([^"]*)"', answer.text)
    assert table is not None
    sent = {"table": unescape(table[1]), "form_key": "one-import-run"}
    for _ in range(2):
        assert browser.post(f"{PATH}/import/run", data=sent).headers["location"] == f"{PATH}?done=imported"
    assert listed(session) == [("RWF", "2026-02-01", "1452.50", "BNR"), ("USD", "2026-02-01", "1.085", "ECB")]
    again = browser.post(f"{PATH}/import", files={"file": ("rates.csv", text.encode(), "text/csv")})
    assert 'name="table"' not in again.text


def test_faults_of_a_file_are_listed(app: FastAPI, client: TestClient, world: World, session: Session) -> None:
    browser = as_staff(app, client, world)
    content = b"currency;date;rate;source\nRWF;2026-02-01;<b>;BNR\n"
    answer = browser.post(f"{PATH}/import", files={"file": ("rates.csv", content, "text/csv")})
    assert answer.status_code == 422
    assert "C2" in answer.text
    assert "&lt;b&gt;" in answer.text
    assert browser.post(f"{PATH}/import", data={}).status_code == 422
    run = browser.post(f"{PATH}/import/run", data={"table": content.decode(), "form_key": "forged-import"})
    assert run.status_code == 409
    assert listed(session) == []


@pytest.mark.parametrize("who", ["karongi_coordinator", "candidate_of_a", "outsider"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/import", f"{PATH}/1", f"{PATH}/1/removal"])
def test_nobody_else_finds_the_rates(
    app: FastAPI, client: TestClient, world: World, session: Session, who: str, path: str
) -> None:
    put(session, date(2026, 11, 1), "1500")
    assert sign_in(client, app, getattr(world, who)).get(path).status_code == 404
