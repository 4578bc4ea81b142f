"""Two polls of the demo: one in a partnership that takes answers, and one that led to a session."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import period_of
from app.domain.codes import PollAnswer, PollState, Role, SessionKind
from app.models import AgendaSession, Membership, Partnership, Poll, PollMember, PollOption, PollVote, Programme
from app.models.base import identity
from app.queries.circles import people_invited

ZONE: Final = "Europe/Brussels"
MINUTES: Final = 90
# after so many days, at an hour of the clock in Brussels
MOMENTS: Final = ((17, 10), (18, 14), (22, 9), (23, 15))
YES, MAYBE, NO = PollAnswer.YES, PollAnswer.IF_NEED_BE, PollAnswer.NO
# how the first people who are asked answered; the others have not yet
OPEN_ANSWERS: Final = ((YES, YES, NO, MAYBE), (MAYBE, YES, YES, YES), (YES, YES, MAYBE, NO))
FIXED_ANSWERS: Final = ((YES, NO), (YES, YES), (MAYBE, YES), (YES, YES), (YES, MAYBE))


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add both polls to the first partnership of a programme; the fixed one led to its first session."""
    of_programme = sa.select(Partnership).where(col(Partnership.programme_id) == identity(programme))
    pair = session.scalars(of_programme.order_by(col(Partnership.id))).first()
    if pair is not None:
        _add_open(session, pair, now)
        _add_fixed(session, pair)


def _add_open(session: Session, pair: Partnership, now: datetime) -> None:
    poll = Poll(
        programme_id=pair.programme_id,
        partnership_id=identity(pair),
        kind=SessionKind.BILATERAL,
        title_nl="Wijkwerking vergelijken",
        title_fr="Comparer le travail de quartier",
        title_en="Compare the work in neighbourhoods",
        zone=ZONE,
        duration_minutes=MINUTES,
        closes_at=_midday(now + timedelta(days=9)),
        created_at=now - timedelta(days=2),
    )
    today = now.replace(tzinfo=None, minute=0, second=0, microsecond=0)
    walls = [(today + timedelta(days=days)).replace(hour=hour) for days, hour in MOMENTS]
    _add(session, poll, walls, OPEN_ANSWERS)


def _add_fixed(session: Session, pair: Partnership) -> None:
    of_pair = sa.select(AgendaSession).where(col(AgendaSession.partnership_id) == identity(pair))
    chosen = session.scalars(of_pair.order_by(col(AgendaSession.starts_at), col(AgendaSession.id))).first()
    if chosen is None:
        return
    poll = Poll(
        programme_id=pair.programme_id,
        partnership_id=identity(pair),
        kind=chosen.kind,
        state=PollState.FIXED,
        session_id=chosen.id,
        title_nl=chosen.title_nl,
        title_fr=chosen.title_fr,
        title_en=chosen.title_en,
        zone=chosen.zone,
        duration_minutes=chosen.duration_minutes,
        closes_at=_midday(chosen.starts_at - timedelta(days=20)),
        created_at=chosen.starts_at - timedelta(days=34),
    )
    _add(session, poll, [chosen.wall_starts_at, chosen.wall_starts_at + timedelta(days=2)], FIXED_ANSWERS)


def _add(session: Session, poll: Poll, walls: Sequence[datetime], answers: Sequence[tuple[PollAnswer, ...]]) -> None:
    """Add a poll with its moments and answers; the first coordinator who is asked opened it."""
    asked = people_invited(session, programme_id=poll.programme_id, track_id=None, partnership_id=poll.partnership_id)
    ids = [person.person_id for person in asked]
    coordinators = sa.select(col(Membership.person_id)).where(
        col(Membership.person_id).in_(ids), col(Membership.role) == Role.COORDINATOR
    )
    poll.created_by = session.scalars(coordinators.order_by(col(Membership.person_id))).first()
    session.add(poll)
    session.flush()
    options = [_option(session, poll, wall) for wall in walls]
    answered_at = poll.created_at + timedelta(hours=3)
    for place, person_id in enumerate(ids):
        said = answers[place] if place < len(answers) else ()
        at = answered_at if said else None
        session.add(PollMember(poll_id=identity(poll), person_id=person_id, answered_at=at))
        pairs = zip(options, said, strict=bool(said))
        session.add_all(PollVote(option_id=option, person_id=person_id, answer=answer) for option, answer in pairs)
    session.flush()


def _option(session: Session, poll: Poll, wall: datetime) -> int:
    period = period_of(wall, poll.zone, poll.duration_minutes)
    option = PollOption(poll_id=identity(poll), wall_starts_at=wall, starts_at=period.starts_at, ends_at=period.ends_at)
    session.add(option)
    session.flush()
    return identity(option)


def _midday(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=11, minute=0, second=0, microsecond=0)
