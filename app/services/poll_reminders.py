"""Remind who has not answered a poll: when somebody asks for it, and two days before it closes."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.polls import (
    EverybodyAnswered,
    check_can_answer,
    check_can_remind,
    is_reminder_due,
    takes_answers,
)
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.models import Poll
from app.models.database import transaction
from app.queries.polls import Board, last_event, open_poll_ids, poll_by_id
from app.services.events import record
from app.services.one_by_one import one_by_one
from app.services.poll_mails import ask
from app.services.polls import check_decides, locked_board

REMINDED: Final = "poll.reminded"
TANDEM: Final = Actor(name="Tandem")


def remind(session: Session, actor: Actor, poll_id: int, *, now: datetime) -> int:
    """Mail a link to everybody who has not answered for every moment; give how many.

    :raises PollUnknown, NotAllowed, PollOver, PollFixed, PollClosed: nobody is to be reminded, or not by the actor.
    :raises RemindedToday: it is less than a day since the last reminder.
    :raises EverybodyAnswered: there is nobody to remind.
    """
    poll, board = locked_board(session, poll_id)
    check_decides(session, actor, poll)
    check_can_answer(state=poll.state, closes_at=poll.closes_at, now=now)
    check_can_remind(last_reminder(session, poll_id), now=now)
    if not board.waiting:
        raise EverybodyAnswered
    return _mail(session, poll, board, actor, key=f"asked-again-{now:%Y%m%d%H%M}", now=now)


def remind_due(session: Session, now: datetime) -> int:
    """Remind who has not answered polls that close within two days, each once; give how many mails were written.

    Each poll has a transaction of its own, in which it is looked at again under its lock.
    """
    numbers = [number for number in open_poll_ids(session, now=now) if _is_due(session, number, now)]
    session.rollback()
    return one_by_one(session, numbers, lambda number: _remind_of(session, number, now), of="poll")


def last_reminder(session: Session, poll_id: int) -> datetime | None:
    """Give when people were reminded last."""
    event = last_event(session, poll_id, REMINDED)
    return event.happened_at if event is not None else None


def _is_due(session: Session, number: int, now: datetime) -> bool:
    row = poll_by_id(session, number)
    return row is not None and is_reminder_due(row.closes_at, opened_at=row.created_at, now=now)


def _remind_of(session: Session, number: int, now: datetime) -> int:
    with transaction(session):
        poll, board = locked_board(session, number)
        if not takes_answers(state=poll.state, closes_at=poll.closes_at, now=now) or not board.waiting:
            return 0
        try:
            check_can_remind(last_reminder(session, number), now=now)
        except DomainError:
            return 0
        day = wall_in(poll.closes_at, PROGRAMME_ZONE).date().isoformat()
        return _mail(session, poll, board, TANDEM, key=f"reminder-{day}", now=now)


def _mail(session: Session, poll: Poll, board: Board, actor: Actor, *, key: str, now: datetime) -> int:
    count = ask(session, poll, board, board.waiting, kind="poll_reminder", key=key, now=now)
    if count:
        record(session, actor, REMINDED, subject=("poll", poll.id), now=now, count=count)
    return count
