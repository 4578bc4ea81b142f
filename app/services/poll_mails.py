"""Mails about polls: asked to answer, reminded, and told that it was closed; each in the own language and time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import LinkPurpose
from app.domain.texts import title_of
from app.language.moments import hours
from app.models import Mail, Poll
from app.models.base import identity
from app.queries.polls import Board, PolledPerson
from app.services.mail import Recipient, enqueue
from app.services.personal_links import make_links

LINKS_OUTLAST: Final = timedelta(days=60)
"""So long after the last answers, a link still says what came of the poll."""


def invite(session: Session, poll: Poll, board: Board, *, asker: str, now: datetime) -> int:
    """Mail everybody who is asked the own link to answer; give how many."""
    return ask(session, poll, board, board.members, kind="poll_invitation", key="asked", asker=asker, now=now)


def ask(
    session: Session,
    poll: Poll,
    board: Board,
    people: Iterable[PolledPerson],
    *,
    kind: str,
    key: str,
    now: datetime,
    asker: str = "",
) -> int:
    """Mail ``people`` a link to answer, unless they have the mail with this ``key`` already; give how many."""
    number = identity(poll)
    keys = {one.person_id: f"poll:{number}:{key}:{one.person_id}" for one in people}
    written = set(session.scalars(sa.select(col(Mail.unique_key)).where(col(Mail.unique_key).in_(keys.values()))))
    wanted = [one for one in people if keys[one.person_id] not in written]
    lasts = poll.closes_at - now + LINKS_OUTLAST
    secrets = make_links(session, [one.person_id for one in wanted], LinkPurpose.POLL, number, now=now, lasts=lasts)
    for one in wanted:
        values = {
            **_own(poll, one),
            "count": len(board.options),
            "asker": asker,
            "path": f"/polls/answer/{secrets[one.person_id]}",
        }
        enqueue(session, kind, to=_recipient(one), values=values, now=now, unique_key=keys[one.person_id])
    return len(wanted)


def tell_closed(session: Session, poll: Poll, board: Board, actor: Actor, *, reason: str, now: datetime) -> None:
    """Mail everybody who was asked, but ``actor``, that no moment was chosen."""
    for one in board.members:
        if one.person_id != actor.person_id:
            key = f"poll:{poll.id}:closed:{one.person_id}"
            values = {**_own(poll, one), "reason": reason}
            enqueue(session, "poll_closed", to=_recipient(one), values=values, now=now, unique_key=key)


def _own(poll: Poll, person: PolledPerson) -> dict[str, object]:
    locale = person.language
    return {
        "title": title_of(poll, locale).words,
        "description": poll.description,
        "length": hours(locale, timedelta(minutes=poll.duration_minutes)),
        "closes_at": poll.closes_at,
        "zone": ZoneInfo(person.zone),
    }


def _recipient(person: PolledPerson) -> Recipient:
    return Recipient(person.email, person.name, person.language, person.person_id)
