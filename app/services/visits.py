"""Prepare work visits: the record on which programme, delegation, estimate and report hang."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import SessionKind
from app.domain.errors import DomainError
from app.models import AgendaSession, WorkVisit
from app.queries.agenda import session_of


class VisitUnknown(DomainError):
    """There is no such visit, or it is not the person's to see."""

    code: ClassVar[str] = "visit_unknown"


class ChangedMeanwhile(DomainError):
    """Somebody else saved between reading and writing; both texts are shown."""

    code: ClassVar[str] = "changed_meanwhile"


class NoLongerThere(DomainError):
    """Somebody else took it away meanwhile."""

    code: ClassVar[str] = "no_longer_there"


def prepare(session: Session, actor: Actor, session_id: int, *, now: datetime) -> int:
    """Give the id of what is prepared for a visit, made if it is not there yet; others wait until this is committed.

    Whoever may see the visit may call this: what is written on it is checked by who writes it.

    :raises VisitUnknown: the actor sees no such visit of a partnership.
    """
    row = session_of(session, actor, session_id)
    if row is None or row.kind is not SessionKind.WORK_VISIT or row.partnership_id is None or row.host_side is None:
        raise VisitUnknown
    session.get_one(AgendaSession, session_id, with_for_update=True)
    found = session.execute(sa.select(col(WorkVisit.id)).where(col(WorkVisit.session_id) == session_id)).scalar()
    if found is not None:
        return found
    visit = WorkVisit(session_id=session_id, created_at=now)
    session.add(visit)
    session.flush()
    return number_of(visit.id)


def number_of(number: int | None) -> int:
    """Give the id of a row that was flushed."""
    if number is None:
        raise ValueError("the row was not flushed")
    return number
