"""Assessments in a test's database, made directly."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.models import Candidacy, ConflictOfInterest, Person, Reading, Score
from tests import factories
from tests.factories import NOW, number

CRITERIA = ("exchange", "openness", "involvement", "commitment")


def give(session: Session, candidacy: Candidacy, person: Person) -> Reading:
    """Give a candidacy to a reader."""
    row = Reading(candidacy_id=number(candidacy), person_id=number(person), assigned_at=NOW)
    return factories.add(session, row)


def scored(
    session: Session, reading: Reading, points: Mapping[str, int] | int, *, finished_at: datetime | None = NOW
) -> Reading:
    """Write scores with their reasons (one number: the same for all criteria), and finish them."""
    given = dict.fromkeys(CRITERIA, points) if isinstance(points, int) else points
    for criterion, value in given.items():
        session.add(
            Score(reading_id=number(reading), criterion=criterion, points=value, reason=f"Because of {criterion}.")
        )
    reading.finished_at = finished_at
    session.flush()
    return reading


def declare(session: Session, candidacy: Candidacy, person: Person) -> None:
    """Note a conflict of interest."""
    row = ConflictOfInterest(
        candidacy_id=number(candidacy),
        person_id=number(person),
        reason="A relative works there.",
        declared_at=NOW,
        declared_by=number(person),
    )
    factories.add(session, row)


def count_of(engine: sa.Engine) -> list[str]:
    """Collect the statements that run from now on."""
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: statements.append(str(facts[2])))
    return statements
