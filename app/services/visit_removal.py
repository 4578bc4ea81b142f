"""Take a person out of the programmes, delegations and reports of visits."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.retention import without_person
from app.models import Traveller, VisitItem, VisitReport

_WORDS: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    VisitItem: ("title", "place", "note"),
    VisitReport: ("held", "met", "agreements", "lesson_one", "lesson_two"),
    Traveller: ("name", "function"),
}
"""Columns in which a person may be named."""


def take_out_person(session: Session, person_id: int, words: tuple[str, str]) -> None:
    """Empty the name and function of a person who travelled, and take ``words`` (address, name) out of texts."""
    own = sa.update(Traveller).where(col(Traveller.person_id) == person_id)
    session.execute(own.values(name="", function=""))
    for table, names in _WORDS.items():
        for row in session.scalars(sa.select(table).execution_options(populate_existing=True)):
            for name in names:
                before = getattr(row, name)
                after = without_person(before, words)
                if after != before:
                    setattr(row, name, after)
    session.flush()
