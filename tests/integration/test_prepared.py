"""Prepared statements store what SQLAlchemy would have stored, and fail as it would have."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Event
from app.models.prepared import Prepared
from tests.factories import NOW

INSERT = Prepared(sa.insert(Event).returning(col(Event.id)), [name for name in Event.model_fields if name != "id"])
ODD = {"à": 'é"\\\u2028', "none": None, "list": [1, 2.5, True]}
VALUES = {
    "happened_at": datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=UTC),
    "person_id": None,
    "person_name": "D'Hondt; DROP TABLE event -- %s %(x)s :y ?",
    "verb": "a.verb",
    "subject_kind": "thing",
    "subject_id": 7,
    "details": ODD,
    "salt": None,
    "words_hash": None,
    "redacted_at": None,
    "previous_hash": "",
    "hash": "one",
}


def test_what_is_stored_is_what_sqlalchemy_stores(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        connection = session.connection(execution_options={"tandem_writes": True})
        number = INSERT.run(connection, VALUES)
        session.execute(sa.insert(Event), [VALUES | {"hash": "two"}])
        session.commit()
        both = session.scalars(sa.select(Event).order_by(col(Event.hash))).all()
        assert [one.id for one in both] == [number, number + 1]
        for one in both:
            assert {name: getattr(one, name) for name in VALUES} | {"hash": ""} == VALUES | {"hash": ""}
        text = sa.select(*(sa.cast(column, sa.String) for column in (col(Event.happened_at), col(Event.details))))
        assert len(set(session.execute(text).all())) == 1


def test_errors_are_those_of_sqlalchemy_and_undo_nothing_else(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        connection = session.connection(execution_options={"tandem_writes": True})
        INSERT.run(connection, VALUES)
        with pytest.raises(IntegrityError) as refusal:
            INSERT.run(connection, VALUES)
        assert refusal.value.orig is not None
        session.rollback()
        assert session.scalar(sa.select(sa.func.count(col(Event.id)))) == 0
        with pytest.raises(KeyError):
            INSERT.run(session.connection(), {"happened_at": NOW})
        session.rollback()
        if both_engines.dialect.name == "postgresql":
            with pytest.raises(DataError):
                INSERT.run(session.connection(), VALUES | {"verb": "x" * 65})
