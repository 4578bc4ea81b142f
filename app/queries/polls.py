"""Reads of polls: through the actor, or for who holds a personal link."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Belonging, Scope
from app.domain.codes import Country, PollAnswer, PollState, SessionKind, Side
from app.domain.polls import Moment, Tally, Votes, tallies, waiting
from app.models import (
    Event,
    LocalGovernment,
    Partnership,
    PartnershipSide,
    Person,
    Poll,
    PollMember,
    PollOption,
    PollVote,
    Programme,
    Track,
)
from app.queries.circles import belongs_to

_FLEMISH, _PARTNER = aliased(PartnershipSide, name="flemish"), aliased(PartnershipSide, name="partner")
_HERE, _THERE = aliased(LocalGovernment, name="here"), aliased(LocalGovernment, name="there")


@dataclass(frozen=True, slots=True)
class PollRow:
    """A poll. ``country`` is that of its track or of the track of its partnership; ``closes_at`` is aware."""

    id: int
    programme_id: int
    track_id: int | None
    partnership_id: int | None
    kind: SessionKind
    state: PollState
    title_nl: str
    title_fr: str
    title_en: str
    description: str
    zone: str
    duration_minutes: int
    closes_at: datetime
    session_id: int | None
    created_at: datetime
    created_by: int | None
    country: Country | None
    track_title_nl: str
    track_title_fr: str
    track_title_en: str
    programme_title_nl: str
    programme_title_fr: str
    programme_title_en: str
    slug: str
    flemish_id: int | None
    flemish_name: str
    partner_id: int | None
    partner_name: str

    @property
    def scope(self) -> Scope:
        """For whom it is."""
        if self.partnership_id is not None:
            return Scope.PARTNERSHIP
        return Scope.TRACK if self.track_id is not None else Scope.PROGRAMME

    @property
    def belonging(self) -> Belonging:
        """Whose it is."""
        governments = frozenset(number for number in (self.flemish_id, self.partner_id) if number is not None)
        return Belonging(self.country, governments)


@dataclass(frozen=True, slots=True)
class Option:
    """A proposed moment: what the clock on the wall shows in the zone of the poll, and its instants (aware)."""

    id: int
    wall_starts_at: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PolledPerson:
    """Somebody who is asked; ``answered_at`` is the last time that an answer came."""

    person_id: int
    name: str
    email: str
    language: str
    zone: str
    note: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """All answers to a poll: its moments in order of time, its members by name, and who said what."""

    options: tuple[Option, ...]
    members: tuple[PolledPerson, ...]
    votes: Votes

    @property
    def tallies(self) -> list[Tally]:
        """How each moment suits the members."""
        return tallies(moments(self.options), [one.person_id for one in self.members], self.votes)

    @property
    def waiting(self) -> list[PolledPerson]:
        """Who has not answered for every moment."""
        missing = set(waiting(moments(self.options), [one.person_id for one in self.members], self.votes))
        return [one for one in self.members if one.person_id in missing]

    @property
    def names(self) -> dict[int, str]:
        """The names of the members."""
        return {one.person_id: one.name for one in self.members}


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """What one member answered."""

    options: tuple[Option, ...]
    votes: Mapping[int, PollAnswer]
    note: str
    answered_at: datetime | None

    @property
    def is_complete(self) -> bool:
        """Whether there is an answer for every moment."""
        return bool(self.options) and all(option.id in self.votes for option in self.options)


def moments(options: tuple[Option, ...]) -> list[Moment]:
    """Give the moments of a poll as the rules see them."""
    return [Moment(option.id, option.starts_at) for option in options]


_TITLES: Final = ("title_nl", "title_fr", "title_en")
_OF_POLL: Final = tuple(field.name for field in fields(PollRow) if hasattr(Poll, field.name))
_COLUMNS: tuple[Any, ...] = (
    *(getattr(Poll, name) for name in _OF_POLL),
    col(Track.country),
    *(sa.func.coalesce(getattr(Track, name), "").label(f"track_{name}") for name in _TITLES),
    *(getattr(Programme, name).label(f"programme_{name}") for name in _TITLES),
    sa.func.coalesce(col(Partnership.slug), "").label("slug"),
    col(_HERE.id).label("flemish_id"),
    sa.func.coalesce(col(_HERE.name), "").label("flemish_name"),
    col(_THERE.id).label("partner_id"),
    sa.func.coalesce(col(_THERE.name), "").label("partner_name"),
)


def poll_by_id(session: Session, number: int) -> PollRow | None:
    """Give a poll, whoever asks: for who holds a link to it, and for services that check themselves (one query)."""
    return next(iter(_rows(session, col(Poll.id) == number)), None)


def poll_of(session: Session, actor: Actor, number: int) -> PollRow | None:
    """Give a poll, if ``actor`` is asked in it or could have opened it (one query)."""
    return next(iter(_rows(session, col(Poll.id) == number, _visible(actor))), None)


def polls_of(session: Session, actor: Actor) -> list[PollRow]:
    """Give the polls that ``actor`` may look into, the newest first (one query)."""
    return _rows(session, _organised(actor))


def polls_opened_by(session: Session, actor: Actor) -> list[PollRow]:
    """Give the polls that ``actor`` opened and may still look into, the newest first (one query)."""
    return _rows(session, col(Poll.created_by) == actor.person_id, _organised(actor))


def polls_of_partnership(session: Session, partnership_id: int) -> list[PollRow]:
    """Give the open polls of a partnership, the newest first (one query); ask first who may see its inside."""
    return _rows(session, col(Poll.partnership_id) == partnership_id, col(Poll.state) == PollState.OPEN)


def polls_to_answer(session: Session, person_id: int, *, now: datetime) -> list[PollRow]:
    """Give the polls that take answers and to which somebody has not answered for every moment (one query)."""
    missing = (
        sa.select(col(PollOption.poll_id))
        .outerjoin(PollVote, (col(PollVote.option_id) == col(PollOption.id)) & (col(PollVote.person_id) == person_id))
        .where(col(PollVote.option_id).is_(None))
    )
    is_open = (col(Poll.state) == PollState.OPEN) & (col(Poll.closes_at) > now)
    return _rows(session, is_open, _asked(person_id), col(Poll.id).in_(missing))


def open_poll_ids(session: Session, *, now: datetime) -> list[int]:
    """Give the numbers of the polls that take answers at ``now``, in their order (one query)."""
    query = sa.select(col(Poll.id)).where(col(Poll.state) == PollState.OPEN, col(Poll.closes_at) > now)
    return [number for number in session.scalars(query.order_by(col(Poll.id))) if number is not None]


def board_of(session: Session, poll_id: int) -> Board:
    """Give all answers to a poll (three queries)."""
    return Board(_options(session, poll_id), _members(session, poll_id), _votes(session, poll_id))


def own_answers(session: Session, poll_id: int, person_id: int) -> OwnAnswers | None:
    """Give what somebody answered, none who is not asked (three queries)."""
    asked: tuple[Any, ...] = (PollMember.note, PollMember.answered_at)
    query = sa.select(*asked).join(Poll, col(Poll.id) == col(PollMember.poll_id))
    own = (col(PollMember.poll_id) == poll_id, col(PollMember.person_id) == person_id, _still_concerned())
    member = session.execute(query.where(*own)).first()
    if member is None:
        return None
    votes = {option: said for (option, _who), said in _votes(session, poll_id, person_id).items()}
    return OwnAnswers(_options(session, poll_id), votes, member[0], member[1])


def last_event(session: Session, poll_id: int, verb: str) -> Event | None:
    """Give the last entry of the event log about a poll with that verb (one query)."""
    query = sa.select(Event).where(
        col(Event.subject_kind) == "poll", col(Event.subject_id) == poll_id, col(Event.verb) == verb
    )
    return session.scalars(query.order_by(col(Event.id).desc()).limit(1)).first()


def _rows(session: Session, *conditions: sa.ColumnElement[bool]) -> list[PollRow]:
    query = (
        sa.select(*_COLUMNS)
        .select_from(Poll)
        .join(Programme, col(Programme.id) == col(Poll.programme_id))
        .outerjoin(Partnership, col(Partnership.id) == col(Poll.partnership_id))
        .outerjoin(Track, col(Track.id) == sa.func.coalesce(col(Poll.track_id), col(Partnership.track_id)))
    )
    for half, government, side in ((_FLEMISH, _HERE, Side.FLEMISH), (_PARTNER, _THERE, Side.PARTNER)):
        on_side = sa.and_(col(half.partnership_id) == col(Partnership.id), col(half.side) == side)
        query = query.outerjoin(half, on_side).outerjoin(
            government, col(government.id) == col(half.local_government_id)
        )
    rows = session.execute(query.where(*conditions).order_by(col(Poll.created_at).desc(), col(Poll.id).desc()))
    return [PollRow(**row._asdict()) for row in rows]


def _organised(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_staff:
        return sa.true()
    if not actor.is_known:
        return sa.false()
    own = sa.or_(*(col(half.local_government_id).in_(actor.coordinates) for half in (_FLEMISH, _PARTNER)))
    by_coordinators = col(Poll.kind).in_((SessionKind.BILATERAL, SessionKind.WORK_VISIT))
    parts = [sa.and_(by_coordinators, own)]
    if actor.is_association:
        parts.append(col(Track.country).in_(actor.countries))
    return sa.or_(*parts)


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_staff or not actor.is_known:
        return _organised(actor)
    return sa.or_(_organised(actor), _asked(actor.person_id))


def _asked(person_id: int | None) -> sa.ColumnElement[bool]:
    """Limit to the polls in which somebody is asked and which still concern that person."""
    own = (col(PollMember.poll_id) == col(Poll.id), col(PollMember.person_id) == person_id, _still_concerned())
    return sa.select(col(PollMember.person_id)).where(*own).correlate(Poll).exists()


def _still_concerned() -> sa.ColumnElement[bool]:
    """Leave out who was asked and does not belong to it any more; for queries of members and their polls."""
    return belongs_to(
        col(PollMember.person_id),
        programme=col(Poll.programme_id),
        track=col(Poll.track_id),
        pair=col(Poll.partnership_id),
    )


def _options(session: Session, poll_id: int) -> tuple[Option, ...]:
    columns: tuple[Any, ...] = (
        PollOption.id,
        PollOption.wall_starts_at,
        PollOption.starts_at,
        PollOption.ends_at,
    )
    query = sa.select(*columns).where(col(PollOption.poll_id) == poll_id)
    rows = session.execute(query.order_by(col(PollOption.starts_at), col(PollOption.id)))
    return tuple(Option(*row) for row in rows)


def _members(session: Session, poll_id: int) -> tuple[PolledPerson, ...]:
    columns: tuple[Any, ...] = (
        Person.id,
        Person.name,
        Person.email,
        Person.language,
        Person.zone,
        PollMember.note,
        PollMember.answered_at,
    )
    query = (
        sa.select(*columns)
        .join(PollMember, col(PollMember.person_id) == col(Person.id))
        .join(Poll, col(Poll.id) == col(PollMember.poll_id))
        .where(col(PollMember.poll_id) == poll_id, col(Person.removed_at).is_(None), _still_concerned())
        .order_by(col(Person.name), col(Person.id))
    )
    return tuple(PolledPerson(*row) for row in session.execute(query))


def _votes(session: Session, poll_id: int, person_id: int | None = None) -> dict[tuple[int, int], PollAnswer]:
    columns: tuple[Any, ...] = (PollVote.option_id, PollVote.person_id, PollVote.answer)
    query = (
        sa.select(*columns)
        .join(PollOption, col(PollOption.id) == col(PollVote.option_id))
        .where(col(PollOption.poll_id) == poll_id)
        .order_by(col(PollVote.option_id), col(PollVote.person_id))
    )
    if person_id is not None:
        query = query.where(col(PollVote.person_id) == person_id)
    return {(row[0], row[1]): row[2] for row in session.execute(query)}
