"""The engine for both databases, and the one way to write: ``transaction``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.event import forget, seal

BUSY_TIMEOUT_MS = 15_000
WRITES = "tandem_writes"
TURN = "tandem_turn"


def create_engine(url: str, *, pool_size: int = 4) -> sa.Engine:
    """Make the engine for ``url``, SQLite or PostgreSQL, under which a confirmed write survives a crash."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url, pool_size)
    return sa.create_engine(_with_psycopg(url), pool_size=pool_size, max_overflow=2, pool_pre_ping=True)


def _with_psycopg(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _sqlite_engine(url: str, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        pool_size=pool_size,
        max_overflow=2,
        connect_args={"check_same_thread": False},
        execution_options={TURN: Lock()},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own class
        connection.isolation_level = None  # the begin event below says when and how a transaction starts
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """Run the block as one unit of work: it is committed before the block ends, or nothing of it happens.

    What was read before is read again under the write lock: the reading transaction ends first. At the end the events
    that the block recorded are chained into the log, and the data version rises, so no stored page outlives a commit.
    """
    session.rollback()
    forget(session)
    with _turn(session):
        session.connection(execution_options={WRITES: True})
        try:
            yield
            session.flush()
            seal(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Let the writers of a process wait in line: SQLite has one writer, and whoever finds it busy there sleeps blindly.

    Who waits too long goes on without a turn, so that SQLite answers as it would to another process.
    """
    turn: Lock | None = session.get_bind().get_execution_options().get(TURN)
    if turn is None:
        yield
        return
    mine = turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if mine:
            turn.release()


def data_version(session: Session) -> int:
    """Give the number that every commit raises (one query)."""
    version: int = session.connection().execute(_VERSION).scalar_one()
    return version


_VERSION = sa.text("SELECT version FROM log_head WHERE id = 1")
