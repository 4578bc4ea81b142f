"""Take people out of attendance: it stays counted for the local government, without a name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.retention import REMOVED, months_after, without_person
from app.domain.time import programme_day
from app.models import AgendaSession, Attendance
from app.models.database import transaction
from app.queries.programmes import programmes


def take_out_person(session: Session, words: tuple[str, str]) -> None:
    """Take address and name of a person out of guests and reasons; the person's own rows keep only the number."""
    columns = (col(Attendance.guest_name), col(Attendance.reason))
    held = (column.icontains(word, autoescape=True) for column in columns for word in words if word)
    for row in session.scalars(sa.select(Attendance).where(sa.or_(*held))).all():
        row.guest_name, row.reason = without_person(row.guest_name, words), without_person(row.reason, words)


def forget_guests(session: Session, now: datetime) -> int:
    """Take names of guests and reasons out of attendance whose time is over (a job); give the number of rows.

    They are kept as long as the answers of selected candidacies: after the end of the programme come the final report
    and the audit, which may ask for the lists.
    """
    today, done = programme_day(now), 0
    for programme in programmes(session):
        if months_after(programme.ends_on, programme.rules.retention.selected_months) <= today:
            with transaction(session):
                done += _forget(session, programme.id)
    return done


def _forget(session: Session, programme_id: int) -> int:
    of_programme = sa.select(col(AgendaSession.id)).where(col(AgendaSession.programme_id) == programme_id)
    guest, reason = col(Attendance.guest_name), col(Attendance.reason)
    holds = sa.or_(guest.not_in(("", REMOVED)), reason.not_in(("", REMOVED)))
    blank = (
        sa.update(Attendance)
        .where(col(Attendance.session_id).in_(of_programme), holds)
        .values(
            guest_name=sa.case((guest == "", ""), else_=REMOVED),
            reason=sa.case((reason == "", ""), else_=REMOVED),
        )
    )
    return len(session.scalars(blank.returning(col(Attendance.id))).all())
