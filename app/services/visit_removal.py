"""Take people out of visits: one person on the own wish, all travellers once their time is over.

What is left counts: who travelled for whom, without a name. Reports stay: they are what the programme leaves behind.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.retention import REMOVED, months_after, without_person
from app.domain.time import programme_day
from app.models import AgendaSession, Traveller, VisitItem, VisitReport, WorkVisit
from app.models.database import transaction
from app.queries.programmes import programmes

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


def forget_travellers(session: Session, now: datetime) -> int:
    """Take names and functions of travellers out of visits whose time is over (a job); give the number of travellers.

    They are kept as long as the answers of selected candidacies: after the end of the programme come the final report
    and the audit, which may ask who travelled. Identity data go much earlier (``services.traveller_identity``).
    """
    today, done = programme_day(now), 0
    for programme in programmes(session):
        if months_after(programme.ends_on, programme.rules.retention.selected_months) <= today:
            with transaction(session):
                done += _forget(session, programme.id)
    return done


def _forget(session: Session, programme_id: int) -> int:
    of_programme = (
        sa.select(col(WorkVisit.id))
        .join(AgendaSession, col(AgendaSession.id) == col(WorkVisit.session_id))
        .where(col(AgendaSession.programme_id) == programme_id)
    )
    named = sa.or_(col(Traveller.name).not_in(("", REMOVED)), col(Traveller.function) != "")
    blank = sa.update(Traveller).where(col(Traveller.visit_id).in_(of_programme), named)
    return len(session.scalars(blank.values(name=REMOVED, function="").returning(col(Traveller.id))).all())
