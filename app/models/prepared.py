"""Statements whose text and conversions are made once for an engine: for what is written over and over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Made:
    """The text for an engine, and for each of its parameters the name and what the engine stores for a value."""

    text: str
    names: tuple[str, ...]
    converts: tuple[Convert | None, ...]
    reads: tuple[Convert | None, ...]
    by_place: bool

    def given(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a tuple or a dictionary, as the driver wants
        pairs = zip(self.names, self.converts, strict=True)
        found = [convert(values[name]) if convert else values[name] for name, convert in pairs]
        return tuple(found) if self.by_place else dict(zip(self.names, found, strict=True))


class Prepared:
    """A statement with values of the names ``keys``, handed to the driver itself; constants are written out in it.

    What SQLAlchemy does around a statement each time (looking up its text, converting, describing the result) takes
    longer than a small write does. Errors are those of SQLAlchemy. Only the first row of the result is read.
    """

    def __init__(self, statement: sa.UpdateBase | sa.Select[Any], keys: Sequence[str] = ()) -> None:
        self._statement, self._keys = statement, list(keys) or None
        self._made: dict[str, _Made] = {}

    def first(self, connection: sa.Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Execute a select in the transaction of ``connection``; give its first row, None without any.

        :raises sqlalchemy.exc.DBAPIError: as SQLAlchemy does, by what the driver says.
        """
        made, row = self._execute(connection, values)
        if row is None:
            return None
        return tuple(read(value) if read else value for read, value in zip(made.reads, row, strict=True))

    def run(self, connection: sa.Connection, values: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - of any type
        """Execute it in the transaction of ``connection``; give the first value that it returns, None without any.

        :raises sqlalchemy.exc.DBAPIError: as SQLAlchemy does, by what the driver says.
        """
        _made, row = self._execute(connection, values or {})
        return row[0] if row else None

    def _execute(self, connection: sa.Connection, values: Mapping[str, Any]) -> tuple[_Made, Any]:
        dialect = connection.dialect
        made = self._made.get(dialect.name) or self._make(dialect)
        given = made.given(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(made.text, given)
            row = cursor.fetchone() if cursor.description else None
        except dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(made.text, given, fault, dialect.loaded_dbapi.Error, dialect=dialect) from fault
        finally:
            cursor.close()
        return made, row

    def _make(self, dialect: sa.Dialect) -> _Made:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._keys)
        names = tuple(compiled.positiontup or compiled.binds)
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
        converts = tuple(kind.bind_processor(dialect) for kind in types)
        columns = self._statement.selected_columns if isinstance(self._statement, sa.Select) else ()
        reads = tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        made = _Made(str(compiled), names, converts, reads, bool(compiled.positiontup))
        self._made[dialect.name] = made
        return made
