"""Replies to an invitation: until when, who has a place, and who gets the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.codes import Reply, SessionStatus
from app.domain.errors import DomainError


class UnableToReply(DomainError):
    """Nobody answers any more: the session was called off, or it has begun."""

    code: ClassVar[str] = "unable_to_reply"


class NotInvited(DomainError):
    """Only those whom a session concerns answer."""

    code: ClassVar[str] = "not_invited"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, and when (aware)."""

    person_id: int
    reply: Reply
    replied_at: datetime


def check_can_reply(*, status: SessionStatus, starts_at: datetime, now: datetime) -> None:
    """Refuse unless people may answer at ``now``: the session is announced and has not begun.

    :raises UnableToReply: a draft, called off, or begun.
    """
    if status is not SessionStatus.PUBLISHED or starts_at <= now:
        raise UnableToReply


def reply_for(*, comes: bool, before: Reply | None, coming: int, capacity: int | None) -> Reply:
    """Give the reply of somebody who comes or not, while ``coming`` people have a place.

    Who has a place keeps it; who waits keeps waiting: only a place that comes free moves the line.
    """
    if not comes:
        return Reply.NOT_COMING
    if before in (Reply.COMING, Reply.WAITING):
        return before
    return Reply.WAITING if capacity is not None and coming >= capacity else Reply.COMING


def moving_up(answers: Sequence[Answer], capacity: int | None) -> list[int]:
    """Give who of those who wait gets a place now, in the order in which they answered.

    Fewer places than people take nobody's place away: then nobody moves up.
    """
    waiting = sorted(
        (answer for answer in answers if answer.reply is Reply.WAITING), key=lambda one: (one.replied_at, one.person_id)
    )
    coming = sum(answer.reply is Reply.COMING for answer in answers)
    free = len(waiting) if capacity is None else max(capacity - coming, 0)
    return [answer.person_id for answer in waiting[:free]]
