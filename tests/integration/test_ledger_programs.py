"""Programs that we did not write read the files of the ledger, and find what the page says, to the cent."""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.documents.plain_ledger import account, balances, beancount_ledger, hledger_journal
from app.domain.books import Books
from app.domain.budget import Half
from app.domain.codes import Account, Side
from app.models.database import transaction
from app.queries.budget import sums_by_category
from tests.factories import number
from tests.integration.ledger_kit import book_everything, books, halves, open_halves
from tests.personas import World

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


@pytest.fixture(params=["everything", "openings", "nothing"])
def read(request: pytest.FixtureRequest, session: Session, world: World) -> Books:
    """Books with every kind of entry, with the openings alone, and with nothing at all."""
    if request.param == "everything":
        book_everything(session, world)
    elif request.param == "openings":
        with transaction(session):
            open_halves(session, world)
    return books(session, world)


def program(name: str) -> str:
    """Give where a program is; without it the test is left out, except where everything must be there."""
    found = shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not here (scripts/install-programs.sh installs it where it may)")
    assert found, f"{name} must be here under CI"
    return found


def pages_figures(session: Session, world: World) -> Iterator[tuple[str, Decimal]]:
    """Give what the page says, under the names of the accounts."""
    for half in halves(session, world):
        yield from _of_half(half)
    for row in sums_by_category(session, number(world.partnership)):
        for side, one in row.sides.items():
            yield account(side, Account.PAID, row.category), euros(one.paid_cents)


def _of_half(half: Half) -> Iterator[tuple[str, Decimal]]:
    yield account(half.side, Account.ALLOTMENT), euros(half.available_cents)
    yield account(half.side, Account.COMMITTED), euros(half.committed_cents)
    yield account(half.side, Account.PAID), euros(half.paid_cents)
    yield account(half.side, Account.RETURNED), euros(half.returned_cents)


def euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


def ran(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr.strip()
    return done.stdout


def test_bean_check_accepts_the_ledger(read: Books, tmp_path: Path) -> None:
    file = tmp_path / "budget.beancount"
    file.write_text(beancount_ledger(read), encoding="utf-8")
    ran(BEAN_CHECK, file)


def test_bean_check_refuses_a_cent_too_many(session: Session, world: World, tmp_path: Path) -> None:
    book_everything(session, world)
    text = beancount_ledger(books(session, world))
    file = tmp_path / "budget.beancount"
    said = f"{euros(halves(session, world)[0].available_cents):.2f} ~"
    assert text.count(said) == 1
    file.write_text(text.replace(said, f"{Decimal(said[:-2]) + Decimal('0.01')} ~"), encoding="utf-8")
    done = subprocess.run([BEAN_CHECK, file], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "Balance failed for 'Assets:Flemish:Available'" in done.stderr


def test_beancount_finds_what_the_page_says(session: Session, world: World) -> None:
    from beancount import loader
    from beancount.core import realization
    from beancount.core.data import Transaction

    book_everything(session, world)
    read = books(session, world)
    entries, errors, _options = loader.load_string(beancount_ledger(read))
    assert errors == []
    root = realization.realize(entries)  # type: ignore[no-untyped-call]

    def balance(name: str) -> Decimal:
        at = realization.get(root, name)  # type: ignore[no-untyped-call]
        held = realization.compute_balance(at)  # type: ignore[no-untyped-call]
        return Decimal(held.get_currency_units("EUR").number)

    assert {name: balance(name) for name in balances(read)} == {
        name: euros(cents) for name, cents in balances(read).items()
    }
    for name, found in pages_figures(session, world):
        assert balance(name) == found, name
    assert len([one for one in entries if isinstance(one, Transaction)]) == len(read.entries)


def test_beancount_reads_what_people_wrote(session: Session, world: World) -> None:
    from beancount import loader
    from beancount.core.data import Transaction

    book_everything(session, world)
    read = books(session, world)
    entries, _errors, _options = loader.load_string(beancount_ledger(read))
    found = {one.meta["entry"]: one for one in entries if isinstance(one, Transaction)}
    hostile = found["partner-4"]
    assert hostile.narration == "@SUM(A1)"
    quoted = next(one for one in found.values() if str(one.narration).startswith("two lines"))
    assert quoted.narration == "two lines three four"
    francs = next(one for one in found.values() if one.meta["kind"] == "payment" and one.meta.get("rate-date"))
    assert francs.payee == "Karongi"
    replaced = next(one for one in found.values() if "replaces" in one.meta)
    assert str(replaced.meta["original"]) == "80500 RWF"
    assert replaced.meta["rate"] == Decimal("1452.30")
    assert replaced.meta["rate-source"] == 'National Bank of Rwanda; "average" | 3 Nov'
    assert replaced.meta["replaces"] in found
    assert {replaced.meta["entry"], replaced.meta["replaces"]} == set(replaced.links)
    correction = next(one for one in found.values() if one.meta["kind"] == "correction")
    wrong = found[correction.meta["corrects"]]
    assert sorted((one.account, str(one.units)) for one in correction.postings) == sorted(
        (one.account, str(-one.units)) for one in wrong.postings if one.units
    )


def test_hledger_accepts_the_journal(read: Books, tmp_path: Path) -> None:
    file = tmp_path / "budget.journal"
    file.write_text(hledger_journal(read), encoding="utf-8")
    ran(program("hledger"), "check", "--strict", "ordereddates", "-f", file)


def test_hledger_refuses_a_cent_too_many(session: Session, world: World, tmp_path: Path) -> None:
    hledger = program("hledger")
    book_everything(session, world)
    text = hledger_journal(books(session, world))
    said = f"=* {euros(halves(session, world)[1].paid_cents):.2f} EUR"
    file = tmp_path / "budget.journal"
    file.write_text(text.replace(said, f"=* {Decimal(said.split()[1]) - Decimal('0.01')} EUR", 1), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != text
    done = subprocess.run([hledger, "check", "-f", file], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "Expenses:Partner" in done.stderr


def test_a_settled_budget_closes_its_accounts(session: Session, world: World, tmp_path: Path) -> None:
    book_everything(session, world)
    read = replace(books(session, world), settled_on=date(2028, 3, 1))
    file = tmp_path / "budget.beancount"
    file.write_text(beancount_ledger(read), encoding="utf-8")
    assert "2028-03-01 close Assets:Flemish:Available\n" in file.read_text(encoding="utf-8")
    ran(BEAN_CHECK, file)


def test_hledger_finds_what_the_page_says(session: Session, world: World, tmp_path: Path) -> None:
    hledger = program("hledger")
    book_everything(session, world)
    read = books(session, world)
    file = tmp_path / "budget.journal"
    file.write_text(hledger_journal(read), encoding="utf-8")
    rows = list(
        csv.DictReader(io.StringIO(ran(hledger, "-f", file, "bal", "-E", "--no-elide", "-N", "-O", "csv", "--tree")))
    )
    found = {row["account"]: row["balance"] for row in rows}
    for name, figure in pages_figures(session, world):
        assert Decimal(found[name].removesuffix(" EUR")) == figure, name
    printed = ran(hledger, "-f", file, "print", "-O", "csv")
    codes = {row["code"] for row in csv.DictReader(io.StringIO(printed))}
    assert codes == {f"{one.side}-{one.number}" for one in read.entries} | {""}
    said = {row["description"] for row in csv.DictReader(io.StringIO(printed))}
    assert "Karongi | two lines three four" in said
    assert Side.FLEMISH in {one.side for one in read.entries}
