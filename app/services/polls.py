"""Write polls: opened, answered, their moments changed, people reminded, a moment chosen or the poll given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Facts, Period, Scope, TitleMissing, check_can_write, period_of
from app.domain.codes import PollAnswer, PollState, SessionKind, SessionStatus, Side
from app.domain.errors import DomainError
from app.domain.polls import (
    AnswerMissing,
    ClosesInThePast,
    MomentOver,
    MomentTwice,
    MomentUnknown,
    NobodyToAsk,
    check_can_answer,
    check_can_decide,
    check_moment,
    check_moments,
    check_open,
)
from app.models import Poll, PollMember, PollOption, PollVote
from app.models.base import identity
from app.queries.circles import Place, people_invited, place_of
from app.queries.polls import Board, board_of, own_answers
from app.services import agenda
from app.services.agenda import PlaceUnknown
from app.services.events import record
from app.services.poll_mails import invite, tell_closed


class PollUnknown(DomainError):
    """There is no such poll, or the person is not asked in it."""

    code: ClassVar[str] = "poll_unknown"


@dataclass(frozen=True, slots=True)
class NewPoll:
    """A poll to be opened; ``wall_starts`` are what the clocks in ``zone`` show, ``closes_at`` is aware."""

    kind: SessionKind
    title_nl: str
    title_fr: str
    title_en: str
    zone: str
    duration_minutes: int
    closes_at: datetime
    wall_starts: tuple[datetime, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the session will be, said when its moment is chosen."""

    place: str = ""
    link: str = ""
    host_side: Side | None = None
    direction_reason: str = ""


def open_poll(session: Session, actor: Actor, new: NewPoll, *, scope: Scope, of: int, now: datetime) -> int:
    """Ask everybody of a programme, track or partnership which moment suits, each by mail; give the poll's id.

    :raises PlaceUnknown: there is no such programme, track or partnership.
    :raises NotAllowed: such a session is not the actor's to plan there.
    :raises TitleMissing, ClosesInThePast, NobodyToAsk, MomentsMissing, TooManyMoments, MomentTwice, MomentTooEarly,
        TimeSkipped, TimeTwice: what is asked cannot be; a refusal about a moment carries ``row``, its place from 1.
    """
    place = place_of(session, scope, of)
    if place is None:
        raise PlaceUnknown
    check_can_write(actor, belonging=place.belonging, kind=new.kind)
    periods = _check(new, now)
    people = people_invited(
        session, programme_id=place.programme_id, track_id=place.track_id, partnership_id=place.partnership_id
    )
    if not people:
        raise NobodyToAsk
    poll = _poll(new, place, actor, now)
    session.add(poll)
    session.flush()
    number = identity(poll)
    session.add_all(_option(number, wall, period) for wall, period in zip(new.wall_starts, periods, strict=True))
    session.add_all(PollMember(poll_id=number, person_id=one.person_id) for one in people)
    session.flush()
    record(session, actor, "poll.opened", subject=("poll", number), now=now, count=len(people))
    invite(session, poll, board_of(session, number), asker=actor.name, now=now)
    return number


def _poll(new: NewPoll, place: Place, actor: Actor, now: datetime) -> Poll:
    return Poll(
        programme_id=place.programme_id,
        track_id=place.track_id,
        partnership_id=place.partnership_id,
        kind=new.kind,
        title_nl=new.title_nl,
        title_fr=new.title_fr,
        title_en=new.title_en,
        description=new.description,
        zone=new.zone,
        duration_minutes=new.duration_minutes,
        closes_at=new.closes_at,
        created_at=now,
        created_by=actor.person_id,
    )


def _check(new: NewPoll, now: datetime) -> list[Period]:
    if not (new.title_nl or new.title_fr or new.title_en):
        raise TitleMissing
    if new.closes_at <= now:
        raise ClosesInThePast
    periods = [_period(new, row, wall) for row, wall in enumerate(new.wall_starts, 1)]
    check_moments([period.starts_at for period in periods])
    return periods


def _period(new: NewPoll, row: int, wall: datetime) -> Period:
    """Give the instants of a moment; a refusal says in which row it stands."""
    try:
        if wall in new.wall_starts[: row - 1]:
            raise MomentTwice
        period = period_of(wall, new.zone, new.duration_minutes)
        check_moment(period.starts_at, closes_at=new.closes_at)
    except DomainError as refusal:
        refusal.params["row"] = row
        raise
    return period


def answer(
    session: Session, poll_id: int, person_id: int, votes: Mapping[int, PollAnswer], *, note: str, now: datetime
) -> None:
    """Keep how every moment suits a member; a later answer takes the place of an earlier one.

    Answers to moments that were taken out meanwhile are dropped.

    :raises PollUnknown: the person is not asked in it.
    :raises PollOver, PollFixed, PollClosed: no more answers are taken.
    :raises AnswerMissing: a moment has no answer (``option``: the first of them).
    """
    poll = _locked(session, poll_id)
    before = own_answers(session, poll_id, person_id)
    if before is None:
        raise PollUnknown
    check_can_answer(state=poll.state, closes_at=poll.closes_at, now=now)
    missing = [option.id for option in before.options if option.id not in votes]
    if missing:
        raise AnswerMissing(option=missing[0])
    given = {option.id: votes[option.id] for option in before.options}
    if (given, note) == (before.votes, before.note) and before.answered_at is not None:
        return
    _write_votes(session, person_id, given)
    own = (col(PollMember.poll_id) == poll_id) & (col(PollMember.person_id) == person_id)
    session.execute(sa.update(PollMember).where(own).values(note=note, answered_at=now))
    record(session, Actor(person_id=person_id), "poll.answered", subject=("poll", poll_id), now=now)


def _write_votes(session: Session, person_id: int, given: Mapping[int, PollAnswer]) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"option_id": option, "person_id": person_id, "answer": said} for option, said in given.items()]
    statement = insert(PollVote).values(rows)
    latest = {"answer": statement.excluded.answer}
    session.execute(statement.on_conflict_do_update(index_elements=["option_id", "person_id"], set_=latest))


def add_moment(session: Session, actor: Actor, poll_id: int, wall_starts_at: datetime, *, now: datetime) -> None:
    """Propose one more moment; what people answered for the others stays.

    :raises PollUnknown, NotAllowed, PollOver, PollFixed, PollClosed: it is not to be changed, or not by the actor.
    :raises TooManyMoments, MomentTwice, MomentTooEarly, TimeSkipped, TimeTwice: the moment cannot be.
    """
    poll = _decided_by(session, actor, poll_id)
    check_can_answer(state=poll.state, closes_at=poll.closes_at, now=now)
    known = board_of(session, poll_id).options
    if wall_starts_at in {option.wall_starts_at for option in known}:
        raise MomentTwice
    period = period_of(wall_starts_at, poll.zone, poll.duration_minutes)
    check_moment(period.starts_at, closes_at=poll.closes_at)
    check_moments([*(option.starts_at for option in known), period.starts_at])
    session.add(_option(poll_id, wall_starts_at, period))
    session.flush()
    record(session, actor, "poll.moment_added", subject=("poll", poll_id), now=now)


def remove_moment(session: Session, actor: Actor, poll_id: int, option_id: int, *, now: datetime) -> None:
    """Take a moment out of a poll, with what people answered for it.

    :raises PollUnknown, NotAllowed, PollFixed, PollClosed: it is not to be changed, or not by the actor.
    :raises MomentUnknown: it is not there any more.
    :raises MomentsMissing: two moments at least stay.
    """
    poll = _decided_by(session, actor, poll_id)
    check_open(poll.state)
    known = board_of(session, poll_id).options
    left = [option.starts_at for option in known if option.id != option_id]
    if len(left) == len(known):
        raise MomentUnknown
    check_moments(left)
    session.execute(sa.delete(PollVote).where(col(PollVote.option_id) == option_id))
    session.execute(sa.delete(PollOption).where(col(PollOption.id) == option_id))
    record(session, actor, "poll.moment_removed", subject=("poll", poll_id), now=now)


def fix(
    session: Session, actor: Actor, poll_id: int, option_id: int, *, where: Where | None = None, now: datetime
) -> int:
    """Choose a moment: the session stands in the agenda and everybody is invited; give its id.

    Of two who choose at the same moment, the second is refused.

    :raises PollUnknown, NotAllowed, PollFixed, PollClosed: it is not to be chosen, or not by the actor.
    :raises MomentUnknown, MomentOver: this moment cannot be chosen; others are those of ``agenda.create``.
    """
    poll = _decided_by(session, actor, poll_id)
    check_open(poll.state)
    option = next((one for one in board_of(session, poll_id).options if one.id == option_id), None)
    if option is None:
        raise MomentUnknown
    if option.starts_at <= now:
        raise MomentOver
    scope, of = _scope(poll)
    facts = _facts(poll, option.wall_starts_at, where or Where())
    number = agenda.create(session, actor, facts, scope=scope, of=of, now=now)
    poll.state, poll.session_id = PollState.FIXED, number
    session.flush()
    record(session, actor, "poll.fixed", subject=("poll", poll_id), now=now, number=number)
    return number


def _scope(poll: Poll) -> tuple[Scope, int]:
    if poll.partnership_id is not None:
        return Scope.PARTNERSHIP, poll.partnership_id
    return (Scope.TRACK, poll.track_id) if poll.track_id is not None else (Scope.PROGRAMME, poll.programme_id)


def _facts(poll: Poll, wall_starts_at: datetime, where: Where) -> Facts:
    return Facts(
        kind=poll.kind,
        title_nl=poll.title_nl,
        title_fr=poll.title_fr,
        title_en=poll.title_en,
        wall_starts_at=wall_starts_at,
        zone=poll.zone,
        duration_minutes=poll.duration_minutes,
        status=SessionStatus.PUBLISHED,
        place=where.place,
        link=where.link,
        description=poll.description,
        host_side=where.host_side,
        direction_reason=where.direction_reason,
    )


def close(session: Session, actor: Actor, poll_id: int, *, reason: str, now: datetime) -> None:
    """Give a poll up without a moment; everybody who was asked reads why, but ``actor``.

    :raises PollUnknown, NotAllowed, PollFixed, PollClosed: it is not to be closed, or not by the actor.
    """
    poll = _decided_by(session, actor, poll_id)
    check_open(poll.state)
    poll.state = PollState.CLOSED
    session.flush()
    record(session, actor, "poll.closed", subject=("poll", poll_id), now=now, reason=reason)
    tell_closed(session, poll, board_of(session, poll_id), actor, reason=reason, now=now)


def _decided_by(session: Session, actor: Actor, poll_id: int) -> Poll:
    poll = _locked(session, poll_id)
    check_decides(session, actor, poll)
    return poll


def check_decides(session: Session, actor: Actor, poll: Poll) -> None:
    """Refuse unless ``actor`` decides a poll: the team, or who opened it and may still plan such a session there.

    :raises NotAllowed: it is somebody else's to do.
    """
    check_can_decide(actor, created_by=poll.created_by)
    place = place_of(session, *_scope(poll))
    if place is None:
        raise PlaceUnknown
    check_can_write(actor, belonging=place.belonging, kind=poll.kind)


def _locked(session: Session, poll_id: int) -> Poll:
    """Give a poll, read anew and locked: whoever changes it or answers waits for who does so already."""
    query = sa.select(Poll).where(col(Poll.id) == poll_id).with_for_update().execution_options(populate_existing=True)
    poll = session.scalars(query).first()
    if poll is None:
        raise PollUnknown
    return poll


def locked_board(session: Session, poll_id: int) -> tuple[Poll, Board]:
    """Give a poll with all answers, locked until the transaction ends.

    :raises PollUnknown: there is no such poll.
    """
    return _locked(session, poll_id), board_of(session, poll_id)


def _option(poll_id: int, wall: datetime, period: Period) -> PollOption:
    return PollOption(poll_id=poll_id, wall_starts_at=wall, starts_at=period.starts_at, ends_at=period.ends_at)
