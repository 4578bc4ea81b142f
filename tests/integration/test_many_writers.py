"""Fifty writers on two halves, some of them killed: what was confirmed is there once, and the books are right."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Category, ClaimState, Currency, EntryKind
from app.models import Allotment, Claim, ClaimLine, LedgerEntry
from app.models.database import transaction
from app.services import checks
from tests.factories import NOW, number
from tests.integration.books import DAY, Books, open_books
from tests.integration.writers import DEEDS, REFUSED
from tests.servers import ROOT

WRITERS = 50
PROCESSES = ((0, 13), (13, 13), (26, 12), (38, 12))
KILLED_AFTER = (30, 70)


@contextmanager
def processes(url: str, folder: Path, parts: Iterable[tuple[int, int]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run writers in processes of their own; none stays behind."""
    command = [sys.executable, "-m", "tests.integration.writers", url, str(folder)]
    running = [subprocess.Popen([*command, str(first), str(count)], cwd=ROOT) for first, count in parts]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait(timeout=20)


def confirmed(folder: Path) -> list[tuple[str, str]]:
    """Give every deed with what became of it, as it was noted; a line that a kill cut off does not count."""
    lines = [line for file in sorted(folder.iterdir()) for line in file.read_text().splitlines(keepends=True)]
    return [(parts[0], parts[1]) for line in lines if line.endswith("\n") and len(parts := line.split()) == 2]


def kill_in_the_middle(folder: Path, running: list[subprocess.Popen[bytes]]) -> None:
    """Kill two of the processes, each once so many deeds were confirmed."""
    for enough, process in zip(KILLED_AFTER, running, strict=False):
        deadline = time.monotonic() + 60
        while len(confirmed(folder)) < enough:
            assert time.monotonic() < deadline, f"only {len(confirmed(folder))} deeds were confirmed in a minute"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)


def submitted_claims(session: Session, books: Books) -> None:
    """Put a submitted claim of one line ready for every deed that may want to approve one."""
    with transaction(session):
        for place in range(WRITERS * DEEDS):
            key = f"writer-{place // DEEDS:02}-deed-{place % DEEDS}"
            claim = Claim(
                partnership_id=number(books.world.partnership),
                allotment_id=(books.flemish, books.partner)[place % 2],
                number=place + 1,
                state=ClaimState.SUBMITTED,
                title=key,
                claimant_id=number(books.world.gamma_coordinator),
                submitted_by=number(books.world.gamma_coordinator),
                submitted_at=NOW,
                created_at=NOW,
            )
            session.add(claim)
            session.flush()
            session.add(
                ClaimLine(
                    claim_id=number(claim),
                    position=1,
                    category=Category.MATERIAL,
                    description=key,
                    spent_on=DAY,
                    currency=Currency.EUR,
                    amount_minor=10_000 + place,
                    rate="1",
                    amount_cents=10_000 + place,
                )
            )


def test_fifty_writers_of_whom_some_are_killed_lose_nothing_and_book_nothing_twice(
    both_engines: sa.Engine, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "confirmed"
    folder.mkdir()
    with Session(both_engines, expire_on_commit=False) as session:
        books = open_books(session)
        submitted_claims(session, books)
        with processes(database_url, folder, PROCESSES) as running:
            kill_in_the_middle(folder, running)
            assert [process.wait(timeout=60) for process in running] == [-9, -9, 0, 0]
        before = confirmed(folder)
        assert max(KILLED_AFTER) <= len(before) < WRITERS * DEEDS
        with processes(database_url, folder, PROCESSES[:2]) as running:
            assert [process.wait(timeout=60) for process in running] == [0, 0]
        check_books(session, confirmed(folder))


def check_books(session: Session, notes: list[tuple[str, str]]) -> None:
    """Assert that each deed that was confirmed is one entry, the same one every time it was asked, and all holds."""
    booked = {key: entry for key, entry in notes if entry != REFUSED}
    assert {(key, entry) for key, entry in notes if entry != REFUSED} == set(booked.items())
    assert len({key for key, _entry in notes}) == WRITERS * DEEDS
    session.rollback()
    query = sa.select(col(LedgerEntry.description), col(LedgerEntry.id))
    entries = session.execute(query.where(col(LedgerEntry.kind) != EntryKind.ALLOTMENT)).all()
    assert Counter(description for description, _id in entries) == Counter(booked.keys())
    assert {description: str(entry) for description, entry in entries} == booked
    refused = {key for key, entry in notes if entry == REFUSED} - booked.keys()
    assert refused, "nothing was refused: the halves were never full"
    session.rollback()
    outcome = checks.examine(session)
    assert (outcome.found, outcome.findings) == (0, ())
    assert outcome.counts["entries"] == len(booked) + 2
    for half in session.scalars(sa.select(Allotment).order_by(col(Allotment.id))):
        assert half.paid_cents + half.committed_cents <= half.amount_cents
