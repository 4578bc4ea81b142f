"""Bring a database to the newest revision, or to a named one. Alembic is loaded only where there is something to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[2]
_STANDS_AT = sa.text("SELECT version_num FROM alembic_version")


def migrate(engine: sa.Engine, revision: str = "head", *, down: bool = False) -> None:
    """Run the migrations up to ``revision``, or down to it."""
    with engine.connect() as connection:
        if revision == "head" and not down and is_current(connection):
            return
        connection.rollback()  # what was read is no part of the migrations
        with _tables_may_be_replaced(connection):
            _run(connection, revision, down=down)
            _check_references(connection)
            connection.commit()


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the database stands at the newest revision."""
    known = sa.inspect(connection).has_table("alembic_version")
    return known and connection.execute(_STANDS_AT).scalar() == newest_revision()


@cache
def newest_revision() -> str:
    """Give the newest revision in the project: the number with which the name of its file begins."""
    files = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


@contextmanager
def _tables_may_be_replaced(connection: sa.Connection) -> Iterator[None]:
    """Let migrations put a table in the place of another one that others refer to.

    SQLite checks references at once otherwise, and can be told so only outside a transaction.
    """
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: sa.Connection) -> None:
    """Refuse to keep what migrations did if a row refers to one that is not there any more.

    :raises RuntimeError: one does.
    """
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        msg = f"rows refer to what is not there: {dangling[:5]}"
        raise RuntimeError(msg)


def _run(connection: sa.Connection, revision: str, *, down: bool) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    step = command.downgrade if down else command.upgrade
    step(config, revision)
