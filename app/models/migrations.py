"""Bring a database to the newest revision, or to a named one."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parents[2]


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: sa.Engine, revision: str = "head", *, down: bool = False) -> None:
    """Run the migrations up to ``revision``, or down to it."""
    with engine.connect() as connection:
        step = command.downgrade if down else command.upgrade
        step(_config(connection), revision)
        connection.commit()


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the database stands at the newest revision (one query)."""
    return MigrationContext.configure(connection).get_current_revision() == newest_revision()


def newest_revision() -> str | None:
    """Give the name of the newest revision in the project."""
    return ScriptDirectory.from_config(_config()).get_current_head()
