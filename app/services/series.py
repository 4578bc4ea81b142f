"""Write sessions that repeat: made together, and changed, announced or called off from one of them on.

Each session stays one of its own, with its own uid; people hear once of all that happens together.
"""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionStatus
from app.domain.series import Repetition, follow, period_in_series, spread
from app.queries.agenda import session_of
from app.queries.series import drafts_of, numbers_following
from app.services import agenda
from app.services.agenda import SessionUnknown

SERIES_BYTES = 12


def create(
    session: Session, actor: Actor, facts: Facts, repetition: Repetition, *, scope: Scope, of: int, now: datetime
) -> list[int]:
    """Put the sessions of a series in the agenda and give their ids, in order of time; see ``agenda.create``.

    :raises SeriesTooShort: see ``domain.series.spread`` for this and what else a series cannot be.
    """
    series = secrets.token_hex(SERIES_BYTES)
    numbers = [
        agenda.add(session, actor, one, scope=scope, of=of, now=now, series=series) for one in spread(facts, repetition)
    ]
    agenda.invite(session, actor, numbers, now=now)
    return numbers


def edit_following(session: Session, actor: Actor, number: int, facts: Facts, *, now: datetime) -> int:
    """Change a session and all that follow it in its series; give how many were changed.

    Those that follow take over what changed: as many days later or earlier, the new time, the new words.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``agenda.edit``.
    :raises SeriesTimeSkipped: the new time does not exist on the day of one of them, as for ``SeriesTimeTwice``.
    """
    row = agenda.locked(session, actor, number)
    changes = [agenda.alter(session, actor, number, facts, now=now)]
    before = changes[0].before.facts
    for one in numbers_following(session, row, now=now):
        after = follow(before, facts, agenda.locked(session, actor, one).facts)
        period_in_series(after)
        changes.append(agenda.alter(session, actor, one, after, now=now))
    agenda.tell_changes(session, actor, changes, now=now)
    return sum(bool(change.different) for change in changes)


def cancel_following(session: Session, actor: Actor, number: int, *, reason: str, now: datetime) -> int:
    """Call a session and all that follow it in its series off, drafts deleted; give how many.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``agenda.cancel``.
    """
    row = agenda.locked(session, actor, number)
    following = numbers_following(session, row, now=now)
    called_off = [agenda.call_off(session, actor, number, reason=reason, now=now)]
    for one in following:
        if agenda.locked(session, actor, one).status is SessionStatus.DRAFT:
            agenda.discard(session, actor, one, now=now)
        else:
            called_off.append(agenda.call_off(session, actor, one, reason=reason, now=now))
    agenda.tell_called_off(session, actor, called_off, reason=reason, now=now)
    return 1 + len(following)


def discard_following(session: Session, actor: Actor, number: int, *, now: datetime) -> int:
    """Delete a draft and the drafts that follow it in its series; give how many.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``agenda.discard``.
    """
    row = agenda.locked(session, actor, number)
    following = set(numbers_following(session, row, now=now))
    numbers = [one for one in drafts_of(session, row) if one == number or one in following]
    for one in numbers:
        agenda.discard(session, actor, one, now=now)
    return len(numbers)


def publish_all(session: Session, actor: Actor, number: int, *, now: datetime) -> int:
    """Announce all drafts of the series of a session and invite everybody concerned; give how many.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``agenda.edit``.
    """
    row = session_of(session, actor, number)
    if row is None:
        raise SessionUnknown
    changes = [agenda.announce(session, actor, one, now=now) for one in drafts_of(session, row)]
    agenda.tell_changes(session, actor, changes, now=now)
    return len(changes)
