"""The minutes of a session: nobody's words are replaced unseen."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.session_inside import check_can_write_minutes, check_version
from app.models import SessionMinutes
from app.queries.agenda import SessionRow
from app.queries.session_inside import coordinates, minutes_of
from app.services import agenda
from app.services.events import record


def save(session: Session, actor: Actor, number: int, text: str, *, version: int, now: datetime) -> int:
    """Save the minutes that were written on top of ``version`` (0: there were none); give the version that is stored.

    The same words again change nothing. The event log says that they were saved, not what they say.

    :raises SessionUnknown: the actor sees no such session; NotAllowed and others: see ``check_can_write_minutes``.
    :raises MinutesChanged: somebody saved other words in the meantime.
    """
    row = agenda.locked(session, actor, number)
    check_may_write(session, actor, row)
    stored = minutes_of(session, row)
    if text == stored.text:
        return stored.version
    check_version(read=version, stored=stored.version, name=stored.name)
    made = stored.version + 1
    session.merge(SessionMinutes(session_id=number, text=text, version=made, edited_at=now, edited_by=actor.person_id))
    session.flush()
    record(session, actor, "session.minutes_saved", subject=("session", number), now=now, version=made)
    return made


def check_may_write(session: Session, actor: Actor, row: SessionRow) -> None:
    """Refuse unless ``actor`` may write the minutes of a session; see ``check_can_write_minutes``."""
    check_can_write_minutes(
        actor,
        belonging=row.belonging,
        kind=row.kind,
        status=row.status,
        coordinates=coordinates(session, actor, row),
    )
