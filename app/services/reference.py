"""Load the reference facts of ``app/data`` into the database."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from app.domain.access import Actor
from app.models import Association, CityLink, Goal, LocalGovernment, PolicyField
from app.services.events import record

FOLDER: Final = Path(__file__).resolve().parents[1] / "data"
LOADER: Final = Actor(name="Tandem")


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    model: type[SQLModel]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load added and changed."""

    added: int = 0
    changed: int = 0


_FILES: Final = (
    _File("associations.csv", Association, ("code",)),
    _File("goals.csv", Goal, ("number",)),
    _File("policy_fields.csv", PolicyField, ("code",)),
    _File("local_governments.csv", LocalGovernment, ("code", "valid_from")),
    _File("city_links.csv", CityLink, ("flemish_code", "partner_name", "partner_country")),
)


def is_loaded(session: Session) -> bool:
    """Tell whether the database holds every fact of the files as they are now (one query per table)."""
    return not any(facts for file in _FILES for _row, facts in _differences(session, file))


def load(session: Session, *, now: datetime) -> Loaded:
    """Bring the tables in line with the files: add what is missing, change what differs, keep every id.

    A row that has left the files stays, because records may refer to it. Nothing is written when nothing differs.
    """
    added = changed = 0
    for file in _FILES:
        for row, facts in list(_differences(session, file)):
            if row is None:
                session.add(file.model(**facts))
                added += 1
            else:
                for name, value in facts.items():
                    setattr(row, name, value)
                changed += 1
    session.flush()
    if added or changed:
        record(session, LOADER, "reference.loaded", subject=("reference", 0), now=now, added=added, changed=changed)
    return Loaded(added, changed)


def _differences(session: Session, file: _File) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give, for each record that is not in the table as it should be, its row (or none) and the facts to write."""
    rows = {_key(file, vars(row)): row for row in session.scalars(sa.select(file.model))}
    for facts in _records(file):
        row = rows.get(_key(file, facts))
        if row is None:
            yield None, facts
        elif differing := {name: value for name, value in facts.items() if getattr(row, name) != value}:
            yield row, differing


def _key(file: _File, facts: Mapping[str, Any]) -> Sequence[object]:
    return tuple(facts[name] for name in file.key)


def _records(file: _File) -> Iterator[dict[str, Any]]:
    columns = sa.inspect(file.model).columns
    readers = {column.key: _reader(column) for column in columns}
    with (FOLDER / file.name).open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            yield {name: readers[name](text) for name, text in line.items()}


def _reader(column: sa.Column[Any]) -> Callable[[str], object]:
    """Give what turns the text of a field into a value of the column; an empty field of a nullable column is none."""
    read: Callable[[str], object] = str
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        read = column.type.enum_class
    elif isinstance(column.type, sa.Integer):
        read = int
    elif isinstance(column.type, sa.Date):
        read = date.fromisoformat
    return (lambda text: read(text) if text else None) if column.nullable else read
