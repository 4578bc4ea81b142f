"""Bring a database to the newest revision, or to a named one. Alembic is loaded only where there is something to do."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[2]
_STANDS_AT = sa.text("SELECT version_num FROM alembic_version")


def migrate(engine: sa.Engine, revision: str = "head", *, down: bool = False) -> None:
    """Run the migrations up to ``revision``, or down to it."""
    with engine.connect() as connection:
        if revision == "head" and not down and is_current(connection):
            return
        connection.rollback()  # what was read is no part of the migrations
        _run(connection, revision, down=down)
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


def _run(connection: sa.Connection, revision: str, *, down: bool) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    step = command.downgrade if down else command.upgrade
    step(config, revision)
