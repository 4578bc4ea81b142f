"""``tandem check``: whatever is changed behind Tandem's back is found and said; what is right is left in peace."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col
from typer.testing import CliRunner

from app.cli import cli
from app.domain.ledger_checks import Finding
from app.language.check_words import CHECKS, finding_sentence
from app.models import CheckRun, Mail
from app.models.database import transaction
from app.queries.check_runs import last_run
from app.services import checks
from tests.factories import NOW
from tests.integration.books import Books, full_books
from tests.pages import get
from tests.personas import sign_in

TABLES = ("ledger_entry", "posting")
PLACES = {
    "payment": "(SELECT id FROM ledger_entry WHERE description = 'Tickets' AND kind = 'payment')",
    "tickets": "(SELECT id FROM ledger_entry WHERE kind = 'commitment')",
    "opening": "(SELECT min(id) FROM ledger_entry)",
}
NEW_POSTING = (
    "INSERT INTO posting (entry_id, allotment_id, account, amount_cents, year) SELECT id, allotment_id, '{account}', "
    "{cents}, 2026 FROM ledger_entry WHERE description = 'Train'"
)
ON_THE_OTHER_HALF = NEW_POSTING.replace("allotment_id, '", "{{partner}}, '")
DAMAGES: Mapping[str, tuple[tuple[str, ...], set[str]]] = {
    "one posting more": ((NEW_POSTING.format(account="transferred", cents=5),), {"unbalanced", "amount_cents", "left"}),
    "postings of another kind": (
        ("UPDATE posting SET account = 'returned' WHERE account = 'transferred'",),
        {"postings", "amount_cents", "returned_cents", "below_nothing"},
    ),
    "another year of a posting": (
        ("UPDATE posting SET year = 2027 WHERE account = 'paid' AND entry_id = {payment}",),
        {"postings", "sum_paid"},
    ),
    "another half of a posting": (
        ("UPDATE posting SET allotment_id = {partner} WHERE account = 'paid' AND entry_id = {payment}",),
        {"unbalanced", "paid_cents", "sum_paid", "left", "posting_elsewhere"},
    ),
    "all postings on another half": (
        ("UPDATE posting SET allotment_id = {partner} WHERE entry_id = {train}",),
        {"postings", "paid_cents", "sum_paid", "left", "posting_elsewhere"},
    ),
    "two postings more that add up to nothing": (
        (
            ON_THE_OTHER_HALF.format(account="programme", cents=-5),
            ON_THE_OTHER_HALF.format(account="allotment", cents=5),
        ),
        {"posting_elsewhere"},
    ),
    "two categories that changed places": (
        (
            "UPDATE posting SET category = 'stay' WHERE account = 'paid' AND entry_id = {payment}",
            "UPDATE posting SET category = 'other' WHERE account = 'paid' AND entry_id = {train}",
        ),
        {"postings", "sum_paid"},
    ),
    "another day than that of the claim": (
        ("UPDATE ledger_entry SET entry_date = '2026-11-21' WHERE id = {train}",),
        {"claim_line"},
    ),
    "another source of the rate than that of the claim": (
        ("UPDATE ledger_entry SET rate_source = 'Somebody' WHERE id = {train}",),
        {"claim_line"},
    ),
    "another commitment than that of the claim": (
        ("UPDATE ledger_entry SET commitment_id = {tickets} WHERE id = {train}",),
        {"claim_line"},
    ),
    "money of no version of the programme": (
        ("UPDATE ledger_entry SET programme_version = NULL WHERE id = {opening}",),
        {"unequal", "carried"},
    ),
    "another amount as entered": (
        ("UPDATE ledger_entry SET amount_minor = 149999 WHERE id = {payment}",),
        {"conversion"},
    ),
    "another rate": (("UPDATE ledger_entry SET rate = '1500' WHERE currency = 'RWF'",), {"conversion"}),
    "a fixed rate that is not the fixed one": (
        ("UPDATE ledger_entry SET rate = '1.0000000001' WHERE id = {payment}",),
        {"fixed_rate"},
    ),
    "what was left": (("UPDATE ledger_entry SET available_cents = 7 WHERE id = {payment}",), {"left"}),
    "a sum of an allotment": (
        ("UPDATE allotment SET paid_cents = paid_cents + 1 WHERE id = {flemish}",),
        {"paid_cents"},
    ),
    "another sum of an allotment": (
        ("UPDATE allotment SET committed_cents = committed_cents + 1 WHERE id = {flemish}",),
        {"committed_cents"},
    ),
    "the last number": (("UPDATE allotment SET last_number = last_number + 1 WHERE id = {flemish}",), {"last_number"}),
    "a gap in the numbers": (
        ("UPDATE ledger_entry SET number = 99 WHERE description = 'Train'",),
        {"numbers", "last_number"},
    ),
    "a sum by category": (("UPDATE budget_sum SET paid_cents = paid_cents + 1",), {"sum_paid"}),
    "no sum by category": (("DELETE FROM budget_sum",), {"sum_paid", "sum_committed"}),
    "what is open of a commitment": (("UPDATE commitment_balance SET open_cents = 1",), {"commitment_open"}),
    "nothing about a commitment": (("DELETE FROM commitment_balance",), {"commitment_open"}),
    "something about no commitment": (
        ("INSERT INTO commitment_balance (entry_id, allotment_id, open_cents) SELECT {opening}, {flemish}, 1",),
        {"commitment_open"},
    ),
    "a replacement of nothing": (
        ("UPDATE ledger_entry SET replaces_id = {tickets} WHERE id = {payment}",),
        {"replaces"},
    ),
    "an entry in a closed year": (
        ("INSERT INTO closed_year (partnership_id, year, closed_at, reason) SELECT {closed}",),
        {"year_closed"},
    ),
    "an entry after the settlement": (
        ("INSERT INTO settlement (partnership_id, settled_at, rest, reason) SELECT {settled}",),
        {"settled"},
    ),
    "a transfer that nobody agreed to": (
        ("DELETE FROM transfer_consent WHERE party = 'staff'",),
        {"transfer_consents"},
    ),
    "a transfer of another amount": (("UPDATE transfer SET amount_cents = 1",), {"transfer_legs"}),
    "a transfer that is still open": (("UPDATE transfer SET state = 'open'",), {"transfer_legs"}),
    "a leg of no transfer": (
        ("UPDATE ledger_entry SET transfer_id = NULL WHERE kind = 'transfer_in'",),
        {"transfer_unknown", "transfer_legs"},
    ),
    "another budget of the programme": (("UPDATE programme SET budget_cents = 3400000",), {"share"}),
    "an approval of one's own claim": (
        ("UPDATE claim SET submitted_by = {staff}",),
        {"claim_people"},
    ),
    "a claim of another amount": (("UPDATE claim_line SET amount_cents = 1249",), {"claim_line"}),
    "a payment of a claim that is not approved": (("UPDATE claim SET state = 'submitted'",), {"claim_not_approved"}),
    "a payment without a claim": (("DELETE FROM claim_entry",), {"payment_without_claim", "claim_line"}),
    "another content of a receipt": (
        ("UPDATE stored_file SET size = 3",),
        {"receipt_content"},
    ),
    "a receipt that should have gone": (
        ("UPDATE receipt SET removed_at = '{before}'",),
        {"receipt_not_removed"},
    ),
    "a receipt of an emptied claim": (("UPDATE claim SET emptied_at = '{before}'",), {"receipt_orphan"}),
    "a file that nobody wants": (("DELETE FROM receipt",), {"file_orphan"}),
    "an event with another amount": (
        ("UPDATE event SET details = REPLACE(CAST(details AS TEXT), '150000', '150001'){json}",),
        {"event_missing", "event_chain"},
    ),
    "an entry that the log does not know": (
        ("DELETE FROM event WHERE verb = 'budget.released'",),
        {"event_missing", "event_chain"},
    ),
    "an entry that is gone": (
        (
            "DELETE FROM claim_entry",
            "DELETE FROM posting WHERE entry_id = {train}",
            "DELETE FROM ledger_entry WHERE id = {train}",
        ),
        {"claim_line", "entry_missing", "last_number", "paid_cents", "sum_paid"},
    ),
}


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


def without_guards(session: Session) -> None:
    """Take away what keeps people who reach the database itself from changing entries, and what keeps the sums."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE claim DROP CONSTRAINT ck_claim_two_people")
        return
    for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def damaged(session: Session, books: Books, statements: tuple[str, ...]) -> set[str]:
    """Give the codes of what is found once the rows are damaged; the damage is taken back."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.rollback()
    if is_sqlite:
        session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    without_guards(session)
    words = {
        **PLACES,
        "flemish": books.flemish,
        "partner": books.partner,
        "partnership": books.world.partnership.id,
        "staff": books.world.vvsg_staff.id,
        "before": (NOW - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if is_sqlite else "+00"),
        "json": "" if is_sqlite else "::json",
        "train": session.execute(sa.text("SELECT id FROM ledger_entry WHERE description = 'Train'")).scalar_one(),
    }
    words["closed"] = "{partnership}, 2026, '{before}', ''".format(**words)
    words["settled"] = "{partnership}, '{before}', 'returned', ''".format(**words)
    for statement in statements:
        session.execute(sa.text(statement.format(**words).replace("::json", r"\:\:json")))
    found = {finding.code for finding in checks.everything(session, Counter())}
    session.rollback()
    return found


def test_each_damage_is_found_as_what_it_is(both: Session) -> None:
    books = full_books(both)
    assert checks.examine(both) == checks.Outcome(
        (), 0, {"entries": 11, "postings": 22, "halves": 2, "claims": 1, "receipts": 1, "events": 12}
    )
    found = {name: damaged(both, books, statements) for name, (statements, _codes) in DAMAGES.items()}
    wanted = {name: codes for name, (_statements, codes) in DAMAGES.items()}
    assert {name: codes for name, codes in found.items() if codes != wanted[name]} == {}
    assert checks.examine(both).found == 0


def miscount(session: Session, books: Books) -> None:
    """Change a sum that is kept."""
    session.execute(
        sa.text("UPDATE allotment SET paid_cents = paid_cents + 1250 WHERE id = :half"), {"half": books.flemish}
    )


def test_a_reference_to_nothing_is_found(session: Session) -> None:
    full_books(session)
    session.rollback()
    connection = session.connection()
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("DELETE FROM transfer")
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    connection.exec_driver_sql("BEGIN")
    found = [finding for finding in checks.everything(session, Counter()) if finding.code == "foreign_key"]
    assert found == [
        Finding("foreign_key", {"table": "ledger_entry", "parent": "transfer", "count": 2}),
        Finding("foreign_key", {"table": "transfer_consent", "parent": "transfer", "count": 3}),
    ]


def test_what_is_new_is_kept_and_mailed_once(session: Session) -> None:
    books = full_books(session)
    assert checks.run(session, now=NOW).found == 0
    with transaction(session):
        miscount(session, books)
    for days in (1, 2):
        assert checks.run(session, now=NOW + timedelta(days=days)).found == 1
    session.rollback()
    (mail,) = session.scalars(sa.select(Mail).where(col(Mail.kind) == "check_findings"))
    assert mail.recipient == books.world.vvsg_staff.email
    assert "€\u202f1.525" in mail.text or "€\xa01.525" in mail.text
    assert "http://testserver/staff/checks" in mail.text
    runs = session.scalars(sa.select(CheckRun).order_by(col(CheckRun.id))).all()
    assert [(len(run.findings), run.counts["entries"]) for run in runs] == [(0, 11), (1, 11), (1, 11)]
    checks.run(session, now=NOW + timedelta(days=92))
    session.rollback()
    assert session.scalars(sa.select(col(CheckRun.ran_at)).order_by(col(CheckRun.id))).all() == [
        NOW + timedelta(days=2),
        NOW + timedelta(days=92),
    ]


def test_only_the_first_findings_are_kept(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    full_books(session)
    monkeypatch.setattr(checks, "MOST_KEPT", 2)
    with transaction(session):
        session.execute(sa.text("UPDATE budget_sum SET paid_cents = paid_cents + 1, committed_cents = 1"))
    outcome = checks.run(session, now=NOW)
    assert (len(outcome.findings), outcome.found) == (2, 4)
    last = last_run(session)
    assert last is not None
    assert (len(last.findings), last.found) == (2, 4)


@pytest.mark.parametrize("locale", ["nl", "fr", "en"])
def test_every_finding_has_its_sentence(locale: str) -> None:
    named = {
        "partnership": "A & B",
        "side": "partner",
        "category": "travel",
        "currency": "XOF",
        "rate": "1",
        "name": "x",
    }
    counted = dict.fromkeys(
        ("number", "expected", "stored", "computed", "year", "version", "claim", "line", "first", "count"), 2
    )
    cents = dict.fromkeys(("stored", "computed", "flemish", "partner", "amount"), 5)
    params = named | counted | {f"{name}_cents": value for name, value in cents.items()} | {"table": "a", "parent": "b"}
    for code in CHECKS:
        sentence = finding_sentence(locale, Finding(code, params))
        assert "%(" not in sentence
        assert sentence.endswith(".")


def test_the_team_sees_the_check_and_checks_now(app: FastAPI, client: TestClient, session: Session) -> None:
    books = full_books(session)
    sign_in(client, app, books.world.vvsg_staff)
    assert "The ledger was not checked yet." in get(client, "/staff?lang=en").html
    first = get(client, "/staff/checks?lang=en")
    assert "Not checked yet" in first.html
    key = first.html.split('name="form_key" value="')[1].split('"')[0]
    for _twice in range(2):
        assert client.post("/staff/checks", data={"form_key": key}).url.path == "/staff/checks"
    session.rollback()
    assert session.execute(sa.select(sa.func.count(col(CheckRun.id)))).scalar() == 1
    assert "11 entries were computed again." in get(client, "/staff/checks").html
    assert "all holds." in get(client, "/staff?lang=en").html
    with transaction(session):
        miscount(session, books)
    checks.run(session, now=NOW + timedelta(days=1))
    for path in ("/staff", "/staff/checks"):
        page = get(client, path).html
        assert "1 thing in the ledger does not hold" in page
        assert "Gamma &amp; Karongi, Flemish side: the sum of what was paid is kept as €1,525" in page


def test_a_coordinator_does_not_see_the_checks(app: FastAPI, client: TestClient, session: Session) -> None:
    books = full_books(session)
    sign_in(client, app, books.world.gamma_coordinator)
    assert client.get("/staff/checks").status_code in (403, 404)


def test_the_command_ends_with_0_or_1(session: Session, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    books = full_books(session)
    session.rollback()
    right = CliRunner().invoke(cli, ["check"])
    assert right.exit_code == 0
    assert right.stdout == ("All holds (11 entries, 22 postings, 2 halves, 1 claims, 1 receipts, 12 events).\n")
    with transaction(session):
        miscount(session, books)
    monkeypatch.setattr(checks, "MOST_KEPT", 0)
    wrong = CliRunner().invoke(cli, ["check"])
    assert (wrong.exit_code, wrong.stdout) == (1, "… and 1 more\n")
    monkeypatch.undo()
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    named = CliRunner().invoke(cli, ["check"])
    assert named.exit_code == 1
    assert named.stdout == (
        "Gamma & Karongi, Flemish side: the sum of what was paid is kept as €1,525, but the postings make €1,512.50.\n"
    )
