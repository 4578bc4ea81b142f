"""Tell people that a session is announced, moved or called off, each in the own language and time.

Each mail carries the invitation for calendars (iMIP, RFC 6047): the entry appears, moves and is crossed out there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.documents.invitations import together
from app.domain.access import Actor
from app.domain.agenda import Facts, Period, changed
from app.domain.codes import LinkPurpose
from app.queries.agenda import SessionRow
from app.queries.circles import Invited, people_invited
from app.services.mail import BASE_URL, Recipient, enqueue
from app.services.personal_links import LASTS, make_links
from app.services.session_words import Invitations, after, called_off, session_words

AFTER_THE_SESSION: Final = timedelta(days=30)


def tell_published(session: Session, actor: Actor, rows: Sequence[SessionRow], *, now: datetime) -> None:
    """Invite everybody concerned but ``actor`` to sessions that are announced now, each person once for all."""
    invited: dict[Invited, list[tuple[SessionRow, str]]] = {}
    for row in rows:
        people = _others(session, actor, row)
        links = reply_links(session, row, people, now=now)
        for person in people:
            invited.setdefault(person, []).append((row, links[person.person_id]))
    invitations = Invitations(base_url=session.info[BASE_URL], now=now)
    for person, own in invited.items():
        words = [session_words(row, person.language, person.zone, now=now, reply=link) for row, link in own]
        first = own[0][0]
        enqueue(
            session,
            "session_published",
            to=recipient(person),
            values={"sessions": words},
            now=now,
            unique_key=f"session_published:{first.uid}:{first.sequence}:{len(own)}:{person.person_id}",
            calendar=together([invitations.of(row, person.language, person.zone) for row, _link in own]),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A session of which people hear: as it was, as it is now, and what else the mail says of it."""

    before: SessionRow
    row: SessionRow
    values: Mapping[str, object]


def moved(before: SessionRow, facts: Facts, period: Period, *, sequence: int, now: datetime) -> Told | None:
    """Give what people hear of a change of time, place, link, languages or host; nothing of another one."""
    values = what_moved(before, facts, period)
    return (
        Told(before, after(before, facts, period, sequence=sequence, now=now), values) if any(values.values()) else None
    )


def tell_moved(session: Session, actor: Actor, told: Sequence[Told], *, now: datetime) -> None:
    """Mail everybody concerned but ``actor`` what changed of sessions, each person once for all."""
    _tell(session, "session_moved", "sessions_moved", actor, told, now=now)


def what_moved(before: SessionRow, facts: Facts, period: Period) -> dict[str, bool]:
    """Say what people must hear of, by the names that the mails know."""
    different = changed(before.facts, facts)
    return {
        "moved": (before.starts_at, before.ends_at) != (period.starts_at, period.ends_at),
        "place_changed": "place" in different,
        "link_changed": "link" in different,
        "languages_changed": "languages" in different,
        "interpretation_changed": "interpretation" in different,
        "host_changed": "host_side" in different,
    }


def tell_cancelled(session: Session, actor: Actor, rows: Sequence[SessionRow], *, reason: str, now: datetime) -> None:
    """Mail everybody concerned but ``actor`` that sessions do not take place, each person once for all."""
    told = [Told(before, called_off(before, reason=reason, now=now), {"reason": reason}) for before in rows]
    _tell(session, "session_cancelled", "sessions_cancelled", actor, told, now=now)


def reply_links(session: Session, row: SessionRow, people: Sequence[Invited], *, now: datetime) -> dict[int, str]:
    """Make the link of each of these people with which they answer the invitation to a session."""
    lasts = max(LASTS, row.ends_at - now + AFTER_THE_SESSION)
    return make_links(session, [one.person_id for one in people], LinkPurpose.REPLY, row.id, now=now, lasts=lasts)


def recipient(person: Invited) -> Recipient:
    """Give somebody who is invited as whom a mail is for."""
    return Recipient(person.email, person.name, person.language, person.person_id)


def _tell(session: Session, one: str, several: str, actor: Actor, told: Sequence[Told], *, now: datetime) -> None:
    """Mail what is told: as ``one`` session to whom it concerns alone, as ``several`` to whom all of them do."""
    invitations = Invitations(base_url=session.info[BASE_URL], now=now)
    whom: dict[Invited, list[Told]] = {}
    for each in told:
        for person in _others(session, actor, each.before):
            whom.setdefault(person, []).append(each)
    for person, own in whom.items():
        words = [_words(each, person, now) for each in own]
        kind = one if len(own) == 1 else several
        first = own[0].row
        enqueue(
            session,
            kind,
            to=recipient(person),
            values={**words[0], "sessions": words},
            now=now,
            unique_key=":".join([kind, first.uid, str(first.sequence), *_count(own), str(person.person_id)]),
            calendar=together([invitations.of(each.row, person.language, person.zone) for each in own]),
        )


def _count(own: Sequence[Told]) -> list[str]:
    return [str(len(own))] if len(own) > 1 else []


def _words(told: Told, person: Invited, now: datetime) -> dict[str, object]:
    return {
        **told.values,
        "old": session_words(told.before, person.language, person.zone, now=now),
        "new": session_words(told.row, person.language, person.zone, now=now),
    }


def _others(session: Session, actor: Actor, row: SessionRow) -> list[Invited]:
    """Give who is invited, without whoever made the change: that person knows, and has the entry by the own feed."""
    people = people_invited(
        session, programme_id=row.programme_id, track_id=row.track_id, partnership_id=row.partnership_id
    )
    return [person for person in people if person.person_id != actor.person_id]
