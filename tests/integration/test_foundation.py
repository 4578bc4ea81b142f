"""The kit itself: transactions, the event log's chain, pages, limits and headers."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col
from starlette.testclient import TestClient

from app.domain.access import PUBLIC, Actor
from app.domain.codes import Category, Currency, EntryKind, Role
from app.domain.money import Rate
from app.domain.postings import Under, of_transfer
from app.models import Event, Partnership, Person
from app.models.database import data_version, transaction
from app.models.event import chain_hash
from app.models.migrations import is_current, migrate
from app.queries.budget import halves_of
from app.services import budget, demo
from app.services.budget import Spending
from app.services.events import record
from app.services.ledger import NewEntry, book, lock
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.budget_kit import check_books
from tests.personas import World, sign_in


def test_migrations_go_down_and_up_again(both_engines: sa.Engine) -> None:
    migrate(both_engines, "base", down=True)
    with both_engines.connect() as connection:
        assert not is_current(connection)
    migrate(both_engines)
    with both_engines.connect() as connection:
        assert is_current(connection)


def test_what_was_there_before_a_migration_is_there_after_it(both_engines: sa.Engine) -> None:
    tables = ("candidacy", "candidacy_section", "candidacy_member", "person", "track", "event", "partnership")

    def rows(connection: sa.Connection) -> dict[str, int]:
        return {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}  # noqa: S608

    with Session(both_engines, info={"base_url": "http://testserver"}) as session:
        demo.load(session, now=NOW)
        correct_and_transfer(session)
    with both_engines.connect() as connection:
        before = rows(connection)
        halves = connection.execute(_HALVES).all()
    migrate(both_engines, "0001", down=True)
    with both_engines.connect() as connection:
        assert rows(connection) == before
        kinds = connection.scalars(sa.text("SELECT DISTINCT kind FROM ledger_entry ORDER BY kind")).all()
        assert kinds == ["commitment", "payment", "release"]
    migrate(both_engines)
    with both_engines.connect() as connection:
        assert rows(connection) == before
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        assert connection.execute(_HALVES).all() == halves
    assert min(before.values()) > 0
    with Session(both_engines) as session:
        for partnership in session.scalars(sa.select(Partnership).order_by(col(Partnership.id))):
            check_books(session, partnership, was_left=False)


_HALVES = sa.text("SELECT id, amount_cents, paid_cents, committed_cents FROM allotment ORDER BY id")


def correct_and_transfer(session: Session) -> None:
    """Book what the older tables cannot hold: dollars, corrections with what replaces them, money between sides."""
    partnership = session.scalars(sa.select(Partnership).order_by(col(Partnership.id)).limit(1)).one()
    first, second = (half.allotment_id for half in halves_of(session, [number(partnership)])[number(partnership)])
    session.rollback()
    with transaction(session):
        day = lock(session, first).ends_on
        rate = Rate(Decimal("1.0875"), "ECB", day)
        staff = Actor(person_id=1, roles=frozenset({Role.STAFF}))
        facts: dict[str, Any] = {"actor": staff, "now": NOW}
        wrong = Spending(first, 300, Currency.USD, Category.OTHER, day, "Dollars", rate)
        for spending in (wrong, replace(wrong, amount_minor=200)):
            commitment = budget.commit_money(session, replace(spending, amount_minor=400), **facts)
            payment = budget.pay(session, spending, commitment_id=commitment, **facts)
        kept = budget.commit_money(session, wrong, **facts)
        budget.release(session, first, kept, amount_cents=100, day=day, description="", **facts)
        budget.correct(session, first, payment, day=day, reason="Too much", **facts)
        budget.correct(session, first, commitment, day=day, reason="Too much", **facts)
        budget.pay(session, replace(wrong, replaces_id=payment, reason="Too much"), **facts)
        for half, kind, cents in ((first, EntryKind.TRANSFER_OUT, 500), (second, EntryKind.TRANSFER_IN, -500)):
            moves = of_transfer(cents, Under(day.year))
            book(session, lock(session, half), NewEntry(kind, day, "", 500), moves, **facts)


def test_the_migrations_make_the_tables_of_the_models(both_engines: sa.Engine) -> None:
    with both_engines.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_the_migrations_make_the_checks_of_the_models(both_engines: sa.Engine) -> None:
    found = sa.inspect(both_engines)
    for table in SQLModel.metadata.sorted_tables:
        words = str(sa.schema.CreateTable(table).compile(both_engines))
        checks = set(re.findall(r"CONSTRAINT (\w+) CHECK", words))
        assert {one["name"] for one in found.get_check_constraints(table.name)} == checks, table.name


def test_a_failed_transaction_leaves_nothing(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        before = data_version(session)
        with pytest.raises(RuntimeError), transaction(session):
            made = factories.person(session)
            record(session, PUBLIC, "person.added", subject=("person", made.id), now=NOW)
            raise RuntimeError
        assert data_version(session) == before
        assert session.execute(sa.select(sa.func.count()).select_from(Person)).scalar() == 0
        with transaction(session):
            factories.person(session)
        assert session.execute(sa.select(sa.func.count()).select_from(Event)).scalar() == 0
        assert data_version(session) == before + 1


def test_events_are_chained_by_hash(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        for _ in range(2):
            with transaction(session):
                made = factories.person(session)
                for verb in ("person.added", "person.changed"):
                    record(session, PUBLIC, verb, subject=("person", number(made)), now=NOW, name="Zoë")
        events = session.execute(sa.select(Event).order_by(col(Event.id))).scalars().all()
        previous = ""
        for event in events:
            assert event.previous_hash == previous
            assert event.hash == chain_hash(event, previous)
            previous = event.hash
        assert len(events) == 4


def test_a_form_from_another_site_is_refused(client: TestClient) -> None:
    assert client.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403


def test_what_is_refused_at_the_door_is_said_in_the_readers_language(client: TestClient) -> None:
    answer = client.post("/sign-out", headers={"sec-fetch-site": "cross-site", "accept-language": "fr"})
    assert "autre site" in answer.text
    assert answer.headers["content-language"] == "fr"


def test_a_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    assert client.post("/sign-out", content=b"x" * 1_100_000).status_code == 413


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    headers = client.get("/").headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


@pytest.mark.parametrize("path", ["/", "/agenda.ics", "/nothing-here"])
def test_head_gives_the_headers_of_a_page_alone(client: TestClient, path: str) -> None:
    asked, answer = client.get(path), client.head(path)
    assert (answer.status_code, answer.content) == (asked.status_code, b"")
    assert answer.headers["content-type"] == asked.headers["content-type"]
    assert answer.headers.get("etag") == asked.headers.get("etag")


def test_static_files_are_kept_for_ever_under_their_hash(app: FastAPI, client: TestClient) -> None:
    path = f"/static/{app.state.assets['tandem.css'].path}"
    answer = client.get(path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get(path, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/static/tandem.000000000000.css").status_code == 404


def test_the_process_and_the_database_say_how_they_are(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").text == "ready"


def test_the_address_chooses_the_language_and_the_browser_keeps_it(client: TestClient) -> None:
    assert 'lang="fr"' in pages.get(client, "/?lang=fr").html
    assert 'lang="fr"' in pages.get(client, "/").html


def test_a_missing_page_says_so_in_the_readers_language(client: TestClient) -> None:
    assert 'lang="nl"' in pages.get(client, "/nothing-here", status=404).html


def test_staff_pages_do_not_exist_for_others(app: FastAPI, client: TestClient, world: World) -> None:
    assert client.get("/staff").status_code == 303
    sign_in(client, app, world.outsider)
    assert client.get("/staff").status_code == 404
