"""The event log: its chain is checked, and words can be taken out of it without breaking it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Event, LogHead
from app.models.database import transaction
from app.models.event import chain_hash
from app.queries.event_chain import broken_entries
from app.services.events import record
from app.services.redaction import take_out
from tests import factories
from tests.factories import NOW, number


@pytest.fixture
def logged(both_engines: sa.Engine) -> tuple[Session, list[int]]:
    """Three entries of Zoë, and their ids."""
    session = Session(both_engines, expire_on_commit=False)
    with transaction(session):
        zoe = factories.person(session, "Zoë")
        actor = Actor(person_id=number(zoe), name="Zoë")
        for state in ("submitted", "returned", "withdrawn"):
            subject = ("candidacy", 1)
            record(session, actor, "candidacy.moved", subject=subject, now=NOW, state=state, reason="Zoë is away")
    return session, list(session.scalars(sa.select(col(Event.id)).order_by(col(Event.id))))


def test_the_chain_of_what_was_recorded_holds(logged: tuple[Session, list[int]]) -> None:
    session, _ = logged
    assert broken_entries(session) == []


@pytest.mark.parametrize(
    "change",
    [
        {"person_name": "Ada"},
        {"details": {"state": "selected"}},
        {"verb": "candidacy.submitted"},
        {"words_hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_an_entry_that_was_changed_is_named(logged: tuple[Session, list[int]], change: dict[str, object]) -> None:
    session, (_, second, _) = logged
    with transaction(session):
        session.execute(sa.update(Event).where(col(Event.id) == second).values(**change))
    assert broken_entries(session) == [second]


def test_an_entry_that_is_gone_is_missed(logged: tuple[Session, list[int]]) -> None:
    session, (_, second, third) = logged
    with transaction(session):
        session.execute(sa.delete(Event).where(col(Event.id) == second))
    assert broken_entries(session) == [third]
    with transaction(session):
        session.execute(sa.delete(Event).where(col(Event.id) == third))
    assert broken_entries(session) == [0]


def test_words_are_taken_out_and_the_chain_holds(logged: tuple[Session, list[int]]) -> None:
    session, (first, second, third) = logged
    with transaction(session):
        assert take_out(session, col(Event.id) == first, now=NOW) == 1
        assert take_out(session, col(Event.id) == second, now=NOW, name=True) == 1
    session.expire_all()
    events = [session.get_one(Event, number) for number in (first, second, third)]
    assert [(event.person_name, event.details["reason"]) for event in events] == [
        ("Zoë", "…"),
        ("", "…"),
        ("Zoë", "Zoë is away"),
    ]
    assert [(event.salt is None, event.redacted_at) for event in events] == [(True, NOW), (True, NOW), (False, None)]
    assert broken_entries(session) == []


def test_an_entry_from_before_is_chained_with_its_words(logged: tuple[Session, list[int]]) -> None:
    session, (_, _, third) = logged
    with transaction(session):
        event = session.get_one(Event, third)
        event.salt = event.words_hash = None
        event.hash = chain_hash(event, event.previous_hash)
    with session.begin():
        session.execute(sa.update(LogHead).values(hash=event.hash))
    assert broken_entries(session) == []
    with transaction(session):
        take_out(session, col(Event.id) == third, now=NOW, name=True)
    assert broken_entries(session) == []
