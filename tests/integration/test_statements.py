"""The yearly statement: its figures, its pages and its PDF, and the confirmation by both sides."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.documents.pdf import Table
from app.documents.statement_pdf import StatementPaper, statement_document, statement_pdf
from app.documents.statement_sheet import confirmed_words, figures
from app.domain.access import Actor, NotAllowed
from app.domain.books import Books
from app.domain.codes import Category, Currency, Role, Side
from app.domain.statements import (
    AlreadyConfirmed,
    Confirmation,
    Line,
    OtherSideConfirmed,
    StatementChanged,
    StatementTooEarly,
    standing_of,
    statement_of,
    years_of,
)
from app.language.catalogues import LOCALES
from app.models import ClosedYear, Event, Mail, Membership, Person, StatementConfirmation
from app.models.database import transaction
from app.queries.budget import budget_of, halves_of
from app.queries.people import actor_of_person
from app.queries.statements import years_to_confirm
from app.services import statements
from app.services.tasks import tasks_of
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.ledger_kit import PATH, SLUG, Booker, actor_of, book_everything, books, halves, open_halves
from tests.personas import World, build_world, sign_in

NEXT_YEAR = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
AFTER_ALL = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)
PAGE = f"{PATH}/statements"


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    return lambda who: sign_in(new_client(), app, getattr(world, who))


def actor(session: Session, person: Person) -> Actor:
    return actor_of_person(session, number(person))


def confirm(
    session: Session,
    world: World,
    who: Person,
    side: Side,
    *,
    year: int = 2026,
    now: datetime = NEXT_YEAR,
    digest: str = "",
) -> None:
    session.rollback()
    budget = budget_of(session, actor_of(session, world), SLUG)
    assert budget is not None
    seen = digest or statement_of(books(session, world), year).digest
    with transaction(session):
        statements.confirm(session, budget, year, side, digest=seen, actor=actor(session, who), now=now)


def close(session: Session, world: World, year: int, *, at: datetime = NEXT_YEAR) -> None:
    with transaction(session):
        session.add(ClosedYear(partnership_id=number(world.partnership), year=year, closed_at=at))


def words(page: pages.Page) -> str:
    return page.text().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_figures_of_the_years_are_those_of_the_page(session: Session, world: World) -> None:
    book_everything(session, world)
    read = books(session, world)
    both = halves(session, world)
    years = [statement_of(read, year) for year in (2026, 2027)]
    for at, half in enumerate(both):
        first, last = (one.sides[at] for one in years)
        assert first.lines[Line.OPENING] == 0
        assert last.lines[Line.OPENING] == first.available_cents
        assert last.available_cents == half.available_cents
        assert first.paid_cents + last.paid_cents == half.paid_cents
        assert last.committed_cents == half.committed_cents
        assert len(first.entries) + len(last.entries) == len(read.of(half.side))
        total = sum(side.lines[line] for side in (first, last) for line in (Line.RETURNED, Line.CARRIED_OVER))
        assert total == -half.returned_cents
        assert (
            sum(side.lines[line] for side in (first, last) for line in (Line.PAID, Line.CORRECTED)) == -half.paid_cents
        )


def test_each_line_says_what_it_did(session: Session, world: World) -> None:
    book_everything(session, world, texts=())
    first, last = (statement_of(books(session, world), year) for year in (2026, 2027))
    assert first.partner.lines == dict.fromkeys(Line, 0) | {
        Line.ALLOTTED: 1_775_001,
        Line.REDUCED: -5_001,
        Line.TRANSFERRED_IN: 10_000,
        Line.PAID: -(5_853 + 10_000 + 11_401),
        Line.COMMITTED: -(400_000 - 12_345),
    }
    assert last.partner.lines == dict.fromkeys(Line, 0) | {
        Line.OPENING: first.partner.available_cents,
        Line.PAID: -(150_000 + 5_543),
        Line.CORRECTED: 5_853,
        Line.COMMITTED: 150_000,
        Line.CARRIED_OVER: -4_004,
    }
    assert [(one.wrong.day.year, one.entry.day.year) for one in last.partner.corrections] == [(2026, 2027)]
    assert last.partner.paid == {Category.TRAVEL: 150_000, Category.OTHER: 5_543 - 5_853}
    assert [one.open_cents for one in first.partner.open] == [387_655]
    assert [one.open_cents for one in last.partner.open] == [237_655]
    assert {one.currency for one in first.rates} == {Currency.RWF, Currency.XOF, Currency.USD}


def test_years_are_those_of_the_programme_so_far(session: Session, world: World) -> None:
    read = books(session, world)
    assert years_of(read, date(2026, 11, 22)) == [2026]
    assert years_of(read, date(2029, 1, 1)) == [2027, 2026]
    assert years_of(read, date(2025, 1, 1)) == []


def test_both_sides_confirm_by_two_people(session: Session, world: World) -> None:
    book_everything(session, world)
    confirm(session, world, world.gamma_coordinator, Side.FLEMISH)
    confirm(session, world, world.karongi_coordinator, Side.PARTNER)
    session.rollback()
    digest = statement_of(books(session, world), 2026).digest
    rows = session.scalars(sa.select(StatementConfirmation).order_by(col(StatementConfirmation.side))).all()
    assert [(row.side, row.person_id, row.digest) for row in rows] == [
        (Side.FLEMISH, number(world.gamma_coordinator), digest),
        (Side.PARTNER, number(world.karongi_coordinator), digest),
    ]
    events = session.scalars(
        sa.select(Event).where(col(Event.verb) == "budget.confirmed").order_by(col(Event.id))
    ).all()
    assert [event.details["side"] for event in events] == ["flemish", "partner"]
    with pytest.raises(AlreadyConfirmed):
        confirm(session, world, world.gamma_coordinator, Side.FLEMISH)


def test_nobody_confirms_for_both_sides(session: Session, world: World) -> None:
    with transaction(session):
        both = factories.member(session, Role.COORDINATOR, name="Coordinator of both", government=world.gamma)
        factories.add(
            session,
            Membership(person_id=number(both), role=Role.COORDINATOR, local_government_id=number(world.karongi)),
        )
    confirm(session, world, both, Side.FLEMISH)
    with pytest.raises(OtherSideConfirmed):
        confirm(session, world, both, Side.PARTNER)
    confirm(session, world, world.karongi_coordinator, Side.PARTNER)


@pytest.mark.parametrize("who", ["vvsg_staff", "auditor", "ralga_staff", "karongi_participant", "karongi_coordinator"])
def test_only_coordinators_of_a_side_confirm_for_it(session: Session, world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        confirm(session, world, getattr(world, who), Side.FLEMISH)


def test_a_year_is_confirmed_once_it_is_over(session: Session, world: World) -> None:
    with pytest.raises(StatementTooEarly):
        confirm(session, world, world.gamma_coordinator, Side.FLEMISH, now=NOW)


def test_figures_that_nobody_saw_are_not_confirmed(session: Session, world: World) -> None:
    with pytest.raises(StatementChanged):
        confirm(session, world, world.gamma_coordinator, Side.FLEMISH, digest="0" * 64)
    assert session.scalars(sa.select(StatementConfirmation)).all() == []


def test_a_later_entry_takes_the_confirmation_away_and_is_named(session: Session, world: World) -> None:
    book_everything(session, world)
    confirm(session, world, world.gamma_coordinator, Side.FLEMISH)
    session.rollback()
    with transaction(session):
        late = Booker(session, world, now=AFTER_ALL)
        late.pay(late.spend(Side.FLEMISH, 9_999, Category.OTHER, date(2026, 12, 30), "Late invoice"))
    read = books(session, world)
    standing = standing_of(
        read,
        statement_of(read, 2026),
        confirmations=[
            Confirmation(Side.FLEMISH, row.person_id, "Coordinator of Gamma", row.confirmed_at, row.digest)
            for row in session.scalars(sa.select(StatementConfirmation))
        ],
        closed_at=None,
        today=date(2028, 2, 1),
    )
    assert [one.counts for one in standing.sides] == [False, False]
    number_of = read.of(Side.FLEMISH)[-1].number
    said = confirmed_words("en", read, standing.sides[0])
    assert said.replace("\u00a0", " ") == (
        "Coordinator of Gamma, coordinator of Gamma, confirmed other figures on 1 February 2027. That does not count "
        f"any more. Booked since then: Gamma, number {number_of} (Payment, €99.99)."
    )
    confirm(session, world, world.gamma_coordinator, Side.FLEMISH, now=AFTER_ALL)


def test_an_entry_of_a_later_year_changes_nothing(session: Session, world: World) -> None:
    book_everything(session, world)
    before = statement_of(books(session, world), 2026).digest
    with transaction(session):
        late = Booker(session, world)
        late.pay(late.spend(Side.FLEMISH, 9_999, Category.OTHER, date(2027, 1, 1), "Invoice"))
    assert statement_of(books(session, world), 2026).digest == before


def test_closing_asks_both_sides_by_task_and_mail(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://localhost"}) as session:
        world = build_world(session)
        with transaction(session):
            open_halves(session, world)
        close(session, world, 2026)
        with transaction(session):
            assert statements.tell_year_closed(session, number(world.partnership), 2026, now=NEXT_YEAR) == 2
            statements.tell_year_closed(session, number(world.partnership), 2026, now=NEXT_YEAR)
        mails = session.scalars(sa.select(Mail).order_by(col(Mail.id))).all()
        assert sorted(mail.subject for mail in mails) == [
            "Bevestig het budgetoverzicht van 2026",
            "Confirm the budget statement of 2026",
        ]
        assert _tasks(session, world.karongi_coordinator) == ["Confirm the budget statement of 2026"]
        assert _tasks(session, world.vvsg_staff) == []
        confirm(session, world, world.karongi_coordinator, Side.PARTNER)
        assert _tasks(session, world.karongi_coordinator) == []
        assert _tasks(session, world.gamma_coordinator) == ["Confirm the budget statement of 2026"]
        assert len(years_to_confirm(session, [number(world.gamma), number(world.karongi)])) == 1


def _tasks(session: Session, person: Person) -> list[str]:
    session.rollback()
    found = tasks_of(session, actor(session, person), locale="en", now=NEXT_YEAR)
    return [task.title for task in found if task.key.startswith("statement:")]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_pages_are_sound_in_three_languages(
    as_person: Callable[[str], TestClient], session: Session, world: World, locale: str
) -> None:
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", locale)
    for path in (PAGE, f"{PAGE}/2026"):
        pages.get(client, path)
    book_everything(session, world)
    for path in (PAGE, f"{PAGE}/2026"):
        pages.get(client, path)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("vvsg_staff", 200),
        ("auditor", 200),
        ("ralga_staff", 200),
        ("karongi_participant", 200),
        ("ancb_staff", 404),
        ("nikki_coordinator", 404),
        ("outsider", 404),
    ],
)
def test_statements_and_files_are_for_those_who_read_the_budget(
    as_person: Callable[[str], TestClient], who: str, status: int
) -> None:
    client = as_person(who)
    files = [f"{PATH}.{kind}" for kind in ("csv", "xlsx", "journal", "beancount")]
    for path in (PAGE, f"{PAGE}/2026", f"{PAGE}/2026.pdf", *files):
        assert client.get(path).status_code == status, path
    assert client.post(f"{PAGE}/2026/confirmation", data={"side": "flemish"}).status_code == (
        status if status == 404 else 403
    )


@pytest.mark.parametrize("year", ["2025", "2027", "x", "02026", "2026.csv", "99999999999999999999"])
def test_a_year_without_a_statement_is_not_there(as_person: Callable[[str], TestClient], year: str) -> None:
    client = as_person("vvsg_staff")
    assert client.get(f"{PAGE}/{year}").status_code == 404
    assert client.get(f"{PAGE}/{year}.pdf").status_code == 404


def test_a_coordinator_confirms_on_the_page(
    app: FastAPI, as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    book_everything(session, world)
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    assert "The figures of 2026 can be confirmed once the year is over." in words(pages.get(client, f"{PAGE}/2026"))
    app.state.clock = lambda: NEXT_YEAR
    found = pages.get(client, f"{PAGE}/2026")
    assert "Provisional: the year 2026 is over, but not closed." in words(found)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.get(f"{PAGE}/2026").text))
    refused = client.post(f"{PAGE}/2026/confirmation", data=form | {"digest": "other"})
    assert refused.status_code == 422
    assert "The figures changed while you looked at them." in refused.text
    assert client.post(f"{PAGE}/2026/confirmation", data=form | {"side": "partner"}).status_code == 403
    answers = [client.post(f"{PAGE}/2026/confirmation", data=form) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    text = words(pages.get(client, answers[0].headers["location"]))
    assert "The figures are confirmed" in text
    assert "Coordinator of Gamma, coordinator of Gamma, confirmed these figures on 1 February 2027." in text
    assert "Karongi has not confirmed these figures." in text


def test_the_page_and_the_paper_say_the_same(session: Session, world: World) -> None:
    book_everything(session, world)
    read = books(session, world)
    standing = standing_of(
        read, statement_of(read, 2026), confirmations=[], closed_at=NEXT_YEAR, today=date(2027, 3, 1)
    )
    document = statement_document(StatementPaper("fr", "Programme", read, standing))
    tables = {block.caption: block for block in document.blocks if isinstance(block, Table)}
    made = figures("fr", read, standing)
    assert tables[made.halves.title].rows == (*made.halves.rows, made.halves.total)
    assert len(made.entries[0].rows) + len(made.entries[1].rows) == sum(
        1 for one in read.entries if one.day.year == 2026
    )
    assert {one.title for one in made.entries} <= set(tables)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_paper_is_tagged_and_the_same_for_the_same_figures(session: Session, world: World, locale: str) -> None:
    book_everything(session, world)
    read = books(session, world)
    standing = standing_of(read, statement_of(read, 2027), confirmations=[], closed_at=None, today=date(2027, 3, 1))
    paper = StatementPaper(locale, "Programme", read, standing)
    content = statement_pdf(paper)
    assert content.startswith(b"%PDF")
    assert b"pdfuaid:part" in content
    assert content == statement_pdf(paper)


def test_a_year_of_nothing_has_a_statement(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("auditor")
    answer = client.get(f"{PAGE}/2026.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith("gamma-karongi-2026.pdf")
    assert client.get(f"{PAGE}/2026.pdf", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    read: Books = books(session, world)
    assert read.entries == ()
    assert sum(one.available_cents for one in statement_of(read, 2026).sides) == 0
    assert len(halves_of(session, [number(world.partnership)])) == 1
