"""Book pieces of money at the same moment from the threads of one process; as a program, of one process of several."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import AllotmentExceeded
from app.domain.codes import Category, Currency, EntryKind, Role
from app.models.database import create_engine, transaction
from app.services import budget
from tests.factories import NOW

STAFF = Actor(name="Programme officer", roles=frozenset({Role.STAFF}), person_id=1)


def race(url: str, allotment_id: int, *, kind: EntryKind, writers: int, piece_cents: int) -> list[dict[str, int]]:
    """Let ``writers`` threads, each with its own connection, book a piece; give the entry or the refusal of each."""
    engine = create_engine(url, pool_size=writers)
    start = Barrier(writers)
    write = budget.pay if kind is EntryKind.PAYMENT else budget.commit_money

    def book(writer: int) -> dict[str, int]:
        spending = budget.Spending(
            allotment_id=allotment_id,
            amount_minor=piece_cents,
            currency=Currency.EUR,
            category=Category.TRAVEL,
            day=date(2026, 11, 22),
            description=f"Writer {writer} of process {os.getpid()}",
        )
        with Session(engine) as session:
            session.connection()
            start.wait(timeout=30)
            try:
                with transaction(session):
                    entry = write(session, spending, actor=STAFF, now=NOW)
            except AllotmentExceeded as refusal:
                return {name: value for name, value in refusal.params.items() if isinstance(value, int)}
            return {"entry": entry}

    with ThreadPoolExecutor(writers) as pool:
        outcomes = list(pool.map(book, range(writers)))
    engine.dispose()
    return outcomes


if __name__ == "__main__":
    found = race(sys.argv[1], int(sys.argv[2]), kind=EntryKind.PAYMENT, writers=int(sys.argv[3]), piece_cents=15_000)
    sys.stdout.write(json.dumps(found))
