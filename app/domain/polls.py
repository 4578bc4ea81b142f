"""Polls: how proposed moments suit people, which moment suits best, and who may do what with a poll (DESIGN §6).

The order of moments: one to which anybody says no stands behind all to which nobody does; then the one with the most
yes, then the one with the fewest if need be, then the earlier one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import Belonging, check_can_write
from app.domain.codes import PollAnswer, PollState, SessionKind
from app.domain.errors import DomainError
from app.domain.reminders import due_step

FEWEST_MOMENTS: Final = 2
MOST_MOMENTS: Final = 12
REMINDER_DAYS: Final = (2,)
PAUSE_BETWEEN_REMINDERS: Final = timedelta(days=1)


class PollFixed(DomainError):
    """A moment was chosen already."""

    code: ClassVar[str] = "poll_fixed"


class PollClosed(DomainError):
    """The poll was closed without a moment."""

    code: ClassVar[str] = "poll_closed"


class PollOver(DomainError):
    """The time to answer is over."""

    code: ClassVar[str] = "poll_over"


class MomentsMissing(DomainError):
    """A poll proposes ``fewest`` to ``most`` moments."""

    code: ClassVar[str] = "poll_moments_missing"


class TooManyMoments(DomainError):
    """A poll proposes at most ``most`` moments."""

    code: ClassVar[str] = "poll_moments_too_many"


class MomentTwice(DomainError):
    """The poll proposes this moment already."""

    code: ClassVar[str] = "poll_moment_twice"


class MomentTooEarly(DomainError):
    """A proposed moment comes before the last answers do."""

    code: ClassVar[str] = "poll_moment_too_early"


class MomentOver(DomainError):
    """The moment has begun: nobody can be invited to it any more."""

    code: ClassVar[str] = "poll_moment_over"


class MomentUnknown(DomainError):
    """The poll does not propose this moment any more."""

    code: ClassVar[str] = "poll_moment_unknown"


class ClosesInThePast(DomainError):
    """The last moment for answers must still come."""

    code: ClassVar[str] = "poll_closes_in_past"


class NobodyToAsk(DomainError):
    """Nobody belongs to what the poll is for."""

    code: ClassVar[str] = "poll_nobody"


class AnswerMissing(DomainError):
    """Each proposed moment needs an answer."""

    code: ClassVar[str] = "poll_answer_missing"


class RemindedToday(DomainError):
    """People are reminded at most once a day."""

    code: ClassVar[str] = "poll_reminded"


class EverybodyAnswered(DomainError):
    """There is nobody to remind."""

    code: ClassVar[str] = "poll_everybody_answered"


@dataclass(frozen=True, slots=True)
class Moment:
    """A proposed moment; ``starts_at`` is aware."""

    id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How a moment suits the members, by their ids; ``silent`` are those who said nothing of it."""

    moment: Moment
    yes: frozenset[int]
    if_need_be: frozenset[int]
    no: frozenset[int]
    silent: frozenset[int]

    @property
    def is_free(self) -> bool:
        """Whether nobody says no."""
        return not self.no


Votes = Mapping[tuple[int, int], PollAnswer]
"""Answers by moment and member."""


def tallies(moments: Iterable[Moment], members: Collection[int], votes: Votes) -> list[Tally]:
    """Count the answers of ``members``; those of others do not count."""
    return [_tally(moment, members, votes) for moment in moments]


def _tally(moment: Moment, members: Collection[int], votes: Votes) -> Tally:
    given = {member: votes.get((moment.id, member)) for member in members}

    def who(answer: PollAnswer | None) -> frozenset[int]:
        return frozenset(member for member, said in given.items() if said is answer)

    return Tally(moment, who(PollAnswer.YES), who(PollAnswer.IF_NEED_BE), who(PollAnswer.NO), who(None))


def ranking(found: Iterable[Tally]) -> list[Tally]:
    """Order moments, the best first; the order in which they come does not matter."""
    return sorted(found, key=_rank)


def _rank(tally: Tally) -> tuple[bool, int, int, datetime, int]:
    return (not tally.is_free, -len(tally.yes), len(tally.if_need_be), tally.moment.starts_at, tally.moment.id)


def winner(found: Iterable[Tally], *, now: datetime) -> Tally | None:
    """Give the best moment that is still to come; none as long as nobody answered."""
    to_come = [one for one in found if one.moment.starts_at > now]
    answered = any(one.yes or one.if_need_be or one.no for one in to_come)
    return ranking(to_come)[0] if answered else None


def waiting(moments: Sequence[Moment], members: Iterable[int], votes: Votes) -> list[int]:
    """Give the members who have not answered for every moment, in their order."""
    return [member for member in members if any((moment.id, member) not in votes for moment in moments)]


def takes_answers(*, state: PollState, closes_at: datetime, now: datetime) -> bool:
    """Tell whether people can answer at ``now``: [opened, ``closes_at``) while the poll is open."""
    return state is PollState.OPEN and now < closes_at


def check_open(state: PollState) -> None:
    """Refuse what can only be done while nothing is decided.

    :raises PollFixed: a moment was chosen.
    :raises PollClosed: it was given up.
    """
    if state is PollState.FIXED:
        raise PollFixed
    if state is PollState.CLOSED:
        raise PollClosed


def check_can_answer(*, state: PollState, closes_at: datetime, now: datetime) -> None:
    """Refuse unless answers are taken at ``now`` (aware).

    :raises PollFixed, PollClosed: see ``check_open``.
    :raises PollOver: the time to answer is over.
    """
    check_open(state)
    if now >= closes_at:
        raise PollOver


def check_can_read(actor: Actor, *, belonging: Belonging, kind: SessionKind) -> None:
    """Refuse unless ``actor`` may see what each member answered: who could open such a poll there now.

    Who opened it and left since is no exception.

    :raises NotAllowed: members see their own answers only.
    """
    check_can_write(actor, belonging=belonging, kind=kind)


def check_can_decide(actor: Actor, *, created_by: int | None) -> None:
    """Refuse unless ``actor`` may choose a moment, close, remind or change the moments: the team, or who opened it.

    :raises NotAllowed: it is somebody else's to do.
    """
    if not (actor.is_staff or _opened(actor, created_by)):
        raise NotAllowed


def _opened(actor: Actor, created_by: int | None) -> bool:
    return actor.is_known and actor.person_id == created_by


def check_moments(starts: Sequence[datetime]) -> None:
    """Refuse a wrong number of moments.

    :raises MomentsMissing: fewer than two.
    :raises TooManyMoments: more than twelve.
    """
    if len(starts) < FEWEST_MOMENTS:
        raise MomentsMissing(fewest=FEWEST_MOMENTS, most=MOST_MOMENTS)
    if len(starts) > MOST_MOMENTS:
        raise TooManyMoments(most=MOST_MOMENTS)


def check_moment(starts_at: datetime, *, closes_at: datetime) -> None:
    """Refuse a moment (aware) that begins before the poll closes.

    :raises MomentTooEarly: nobody could be invited in time.
    """
    if starts_at < closes_at:
        raise MomentTooEarly


def check_can_remind(last: datetime | None, *, now: datetime) -> None:
    """Refuse to remind again within a day of the ``last`` reminder.

    :raises RemindedToday: it is too soon.
    """
    if last is not None and now < last + PAUSE_BETWEEN_REMINDERS:
        raise RemindedToday


def is_reminder_due(closes_at: datetime, *, opened_at: datetime, now: datetime) -> bool:
    """Tell whether the reminder two days before ``closes_at`` is due; all moments are aware."""
    return due_step(closes_at, REMINDER_DAYS, since=opened_at, now=now) is not None
