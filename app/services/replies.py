"""Answer an invitation; who comes while a session is full waits, and moves up when a place comes free."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Reply, SessionStatus
from app.domain.replies import NotInvited, check_can_reply, moving_up, reply_for
from app.domain.texts import title_of
from app.language.periods import period_in
from app.models import AgendaSession, Person, SessionReply
from app.queries.agenda import session_of
from app.queries.circles import belongs_to
from app.queries.replies import answers_to, is_invited
from app.services.events import record
from app.services.mail import Recipient, enqueue


def reply(session: Session, actor: Actor, number: int, *, comes: bool, now: datetime) -> Reply:
    """Answer an invitation and give what became of it; the same answer again changes nothing.

    :raises NotInvited: the session does not concern the actor, or is not there.
    :raises UnableToReply: it was called off, or has begun.
    """
    row = _held(session, number)
    seen = session_of(session, actor, number)
    if row is None or seen is None or actor.person_id is None or not is_invited(session, seen, actor.person_id):
        raise NotInvited
    check_can_reply(status=row.status, starts_at=row.starts_at, now=now)
    answers = {answer.person_id: answer.reply for answer in answers_to(session, number)}
    coming = sum(one is Reply.COMING for one in answers.values())
    before = answers.get(actor.person_id)
    after = reply_for(comes=comes, before=before, coming=coming, capacity=row.capacity)
    if after is before:
        return after
    session.merge(SessionReply(session_id=number, person_id=actor.person_id, reply=after, replied_at=now))
    session.flush()
    record(session, actor, "session.replied", subject=("session", number), now=now, reply=after.value)
    if before is Reply.COMING:
        fill_places(session, number, now=now)
    return after


def fill_places(session: Session, number: int, *, now: datetime) -> list[int]:
    """Let those who wait move up as far as there are places, and mail them; give their ids.

    Call it while the session is held.
    """
    row = _held(session, number)
    if row is None or row.status is not SessionStatus.PUBLISHED or row.starts_at <= now:
        return []
    people = moving_up(answers_to(session, number), row.capacity)
    for person_id in people:
        mine = col(SessionReply.session_id) == number, col(SessionReply.person_id) == person_id
        session.execute(sa.update(SessionReply).where(*mine).values(reply=Reply.COMING))
        _tell_moved_up(session, row, session.get_one(Person, person_id), now=now)
    return people


def leave_places(session: Session, person_id: int, *, now: datetime) -> list[int]:
    """Take back the replies of somebody who lost a role, to sessions to come that concern the person no more.

    Give the ids of these sessions; others get the places.
    """
    query = (
        sa.select(col(SessionReply.session_id))
        .join(AgendaSession, col(AgendaSession.id) == col(SessionReply.session_id))
        .where(
            col(SessionReply.person_id) == person_id,
            col(AgendaSession.starts_at) > now,
            sa.not_(
                belongs_to(
                    col(SessionReply.person_id),
                    programme=col(AgendaSession.programme_id),
                    track=col(AgendaSession.track_id),
                    pair=col(AgendaSession.partnership_id),
                )
            ),
        )
        .order_by(col(SessionReply.session_id))
    )
    left = list(session.scalars(query))
    for number in left:
        _held(session, number)
        own = col(SessionReply.session_id) == number, col(SessionReply.person_id) == person_id
        session.execute(sa.delete(SessionReply).where(*own))
        fill_places(session, number, now=now)
    return left


def _held(session: Session, number: int) -> AgendaSession | None:
    return session.get(AgendaSession, number, with_for_update=True, populate_existing=True)


def _tell_moved_up(session: Session, row: AgendaSession, person: Person, *, now: datetime) -> None:
    enqueue(
        session,
        "session_moved_up",
        to=Recipient(person.email, person.name, person.language, person.id),
        values={
            "number": row.id,
            "title": title_of(row, person.language).words,
            "when": period_in(person.language, row.starts_at, row.ends_at, ZoneInfo(person.zone)),
        },
        now=now,
    )
