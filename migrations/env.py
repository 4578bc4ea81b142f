"""Alembic's entry point; ``tandem migrate`` hands the connection over."""

from alembic import context
from sqlmodel import AutoString, SQLModel

import app.models  # noqa: F401 - the tables register themselves
from app.models.base import UtcDateTime, WallDateTime


def render_type(kind: str, thing: object, _context: object) -> str | bool:
    """Write our column types as plain SQLAlchemy ones: a migration imports nothing from the project."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, WallDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_type,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
