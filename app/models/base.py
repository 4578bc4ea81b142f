"""Column types and naming that every table shares."""

from datetime import UTC, datetime
from enum import Enum

import sqlalchemy as sa
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. SQLite forgets zones, so they are put back on reading.

    :raises ValueError: a naive value is written.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive values; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallDateTime(sa.types.TypeDecorator[datetime]):
    """What a clock on the wall shows: naive, its zone in a column beside it.

    :raises ValueError: an aware value is written.
    """

    impl = sa.DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse aware values."""
        if value is not None and value.tzinfo is not None:
            msg = f"aware datetime {value!r} as wall time"
            raise ValueError(msg)
        return value


def code_type(codes: type[Enum], name: str) -> sa.Enum:
    """Give the column type for an enum: stored by value as text, checked by a constraint ``ck_<table>_<name>``."""
    return sa.Enum(
        codes,
        values_callable=lambda members: [str(member.value) for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
    )


def identity(row: SQLModel) -> int:
    """Give the id of a row that was flushed.

    :raises TypeError: it was not flushed yet, so its id is None.
    """
    number = getattr(row, "id", None)
    if not isinstance(number, int):
        msg = f"{row!r} has no id yet: flush first"
        raise TypeError(msg)
    return number
