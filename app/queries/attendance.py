"""Reads of attendance: whom a session concerns and who was there, the own sessions, sums for obligations and lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Scope
from app.domain.attendance import Held, Length, Mark, length_of
from app.domain.codes import Presence, PresenceSource, Reply, Role, SessionKind, SessionStatus, Side
from app.domain.time import wall_days
from app.models import (
    AgendaSession,
    Association,
    Attendance,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    SessionReply,
    Track,
)
from app.queries.agenda import SessionRow


@dataclass(frozen=True, slots=True)
class OfSession:
    """A local government that takes part in a session, and on which side."""

    id: int
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody whom a session concerns, with the governments (or the association) for which, and what was answered."""

    person_id: int
    name: str
    governments: tuple[OfSession, ...]
    association: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Marked:
    """Who was there or not: a person or a guest by name (then ``person_id`` is none), how and by whom that is known."""

    id: int
    person_id: int | None
    person_name: str
    guest_name: str
    government_id: int | None
    government_name: str
    presence: Presence
    source: PresenceSource
    reason: str
    marked_at: datetime
    marked_by: int | None
    marker: str

    @property
    def key(self) -> str:
        """What stands for the line in a list: ``p`` and the person's number, or ``g`` and the guest's."""
        return person_key(self.person_id) if self.person_id is not None else f"g{self.id}"

    @property
    def mark(self) -> Mark:
        """What is stored, as the rules compare it."""
        return Mark(self.presence, self.government_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were present and absent at a session."""

    present: int = 0
    absent: int = 0


@dataclass(frozen=True, slots=True)
class Attended:
    """A session at which somebody was present, for the person's own list and for certificates."""

    session_id: int
    programme_slug: str
    title_nl: str
    title_fr: str
    title_en: str
    programme_title_nl: str
    programme_title_fr: str
    programme_title_en: str
    kind: SessionKind
    wall_starts_at: datetime
    zone: str
    duration_minutes: int
    place: str
    government_name: str
    source: PresenceSource

    @property
    def length(self) -> Length:
        """How long it lasted."""
        return length_of(self.wall_starts_at, self.duration_minutes)

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day, there."""
        return wall_days(self.wall_starts_at, self.wall_starts_at + timedelta(minutes=self.duration_minutes))

    @property
    def year(self) -> int:
        """The year in which it took place, there."""
        return self.wall_starts_at.year


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a list: whether the host wrote in it, and the local governments of which somebody is marked."""

    by_host: bool
    governments: frozenset[int]


def person_key(person_id: int) -> str:
    """Give what stands for a person in a list."""
    return f"p{person_id}"


def held(session: Session, row: SessionRow) -> Held:
    """Give a session as the rules of attendance see it (one query, none for a partnership's)."""
    return Held(
        status=row.status,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        belonging=row.belonging,
        hosts=_hosts(session, row),
    )


def _hosts(session: Session, row: SessionRow) -> frozenset[int]:
    if row.scope is Scope.PARTNERSHIP:
        return row.belonging.governments
    if row.host_side is None:
        return frozenset()
    return frozenset(one.id for one in governments_of(session, row) if one.side is row.host_side)


def governments_of(session: Session, row: SessionRow) -> list[OfSession]:
    """Give the local governments that a session concerns, the Flemish side first, by name (one query)."""
    columns: tuple[Any, ...] = (LocalGovernment.id, LocalGovernment.name, PartnershipSide.side)
    query = (
        sa.select(*columns)
        .join(PartnershipSide, col(PartnershipSide.local_government_id) == col(LocalGovernment.id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .where(_within(row))
        .distinct()
        .order_by(col(PartnershipSide.side), col(LocalGovernment.name), col(LocalGovernment.id))
    )
    return [OfSession(*found) for found in session.execute(query)]


def _within(row: SessionRow) -> sa.ColumnElement[bool]:
    """Limit to the partnerships that a session concerns."""
    if row.partnership_id is not None:
        return col(Partnership.id) == row.partnership_id
    if row.track_id is not None:
        return col(Partnership.track_id) == row.track_id
    return col(Partnership.programme_id) == row.programme_id


def expected(
    session: Session, row: SessionRow, governments: Sequence[OfSession], *, person_id: int | None = None
) -> list[Expected]:
    """Give the people whom a session concerns, those who are coming first, by name; or only one of them (one query).

    They are those of ``queries.circles.people_invited``. ``governments``: those of ``governments_of``.
    """
    known = {one.id: one for one in governments}
    columns: tuple[Any, ...] = (
        col(Person.id).label("person_id"),
        Person.name,
        Membership.local_government_id,
        sa.func.coalesce(col(Association.code), "").label("association"),
        SessionReply.reply,
    )
    replied = (col(SessionReply.person_id) == col(Person.id)) & (col(SessionReply.session_id) == row.id)
    query = (
        sa.select(*columns)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .outerjoin(SessionReply, replied)
        .where(
            sa.or_(
                col(Membership.local_government_id).in_(known),
                (col(Membership.role) == Role.ASSOCIATION) & col(Association.country).in_(_countries(row)),
            )
        )
        .distinct()
        .order_by(col(Person.name), col(Person.id), col(Membership.local_government_id))
    )
    if person_id is not None:
        query = query.where(col(Person.id) == person_id)
    found: dict[int, Expected] = {}
    for number, name, government_id, association, reply in session.execute(query):
        own = (known[government_id],) if government_id is not None else ()
        before = found.get(number, Expected(number, name, (), "", reply))
        together = tuple(dict.fromkeys((*before.governments, *own)))
        found[number] = replace(before, governments=together, association=before.association or association)
    return sorted(found.values(), key=lambda one: _ANSWERED.index(one.reply))


_ANSWERED = (Reply.COMING, None, Reply.WAITING, Reply.NOT_COMING)


def _countries(row: SessionRow) -> sa.Select[Any]:
    countries = sa.select(col(Track.country)).where(col(Track.programme_id) == row.programme_id)
    if row.track_id is not None:
        return countries.where(col(Track.id) == row.track_id)
    if row.partnership_id is not None:
        return countries.where(
            col(Track.id).in_(
                sa.select(col(Partnership.track_id)).where(col(Partnership.id) == row.partnership_id).scalar_subquery()
            )
        )
    return countries


def marks_of(session: Session, session_id: int, *, person_id: int | None = None) -> list[Marked]:
    """Give who was there or not, people and guests, by name; or only what is known of one person (one query)."""
    marker = aliased(Person)
    columns: tuple[Any, ...] = (
        Attendance.id,
        Attendance.person_id,
        sa.func.coalesce(col(Person.name), ""),
        Attendance.guest_name,
        Attendance.local_government_id,
        sa.func.coalesce(col(LocalGovernment.name), ""),
        Attendance.presence,
        Attendance.source,
        Attendance.reason,
        Attendance.marked_at,
        Attendance.marked_by,
        sa.func.coalesce(col(marker.name), ""),
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(Attendance.person_id))
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Attendance.local_government_id))
        .outerjoin(marker, col(marker.id) == col(Attendance.marked_by))
        .where(col(Attendance.session_id) == session_id)
        .order_by(col(Person.name).is_(None), col(Person.name), col(Attendance.guest_name), col(Attendance.id))
    )
    if person_id is not None:
        query = query.where(col(Attendance.person_id) == person_id)
    return [Marked(*found) for found in session.execute(query)]


def name_of(session: Session, person_id: int) -> str:
    """Give the name of a person; empty where the data were removed (one query)."""
    return session.execute(sa.select(col(Person.name)).where(col(Person.id) == person_id)).scalar() or ""


def own_mark(session: Session, session_id: int, person_id: int) -> Marked | None:
    """Give what is known of one person at a session (one query)."""
    return next(iter(marks_of(session, session_id, person_id=person_id)), None)


def present_by_government(session: Session, session_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Give for each session the local governments of which somebody was present (one query).

    A person or a guest counts, also one whose data were removed since. Drafts and what was called off have nobody; a
    session that nobody attended is not in the answer.
    """
    columns: tuple[Any, ...] = (Attendance.session_id, Attendance.local_government_id)
    query = (
        sa.select(*columns)
        .join(AgendaSession, col(AgendaSession.id) == col(Attendance.session_id))
        .where(
            col(Attendance.session_id).in_(list(session_ids)),
            col(Attendance.presence) == Presence.PRESENT,
            col(Attendance.local_government_id).is_not(None),
            col(AgendaSession.status) == SessionStatus.PUBLISHED,
        )
        .distinct()
        .order_by(*columns)
    )
    found: dict[int, set[int]] = {}
    for session_id, government_id in session.execute(query):
        found.setdefault(session_id, set()).add(government_id)
    return {session_id: frozenset(ids) for session_id, ids in found.items()}


def counts_of(session: Session, session_ids: Iterable[int]) -> dict[int, Counts]:
    """Give for each session how many were present and absent, guests included; one without is left out (one query)."""
    columns: tuple[Any, ...] = (Attendance.session_id, Attendance.presence)
    query = (
        sa.select(columns[0], columns[1], sa.func.count())
        .where(col(Attendance.session_id).in_(list(session_ids)))
        .group_by(*columns)
        .order_by(*columns)
    )
    found: dict[int, dict[Presence, int]] = {}
    for session_id, presence, number in session.execute(query):
        found.setdefault(session_id, {})[presence] = int(number)
    return {
        session_id: Counts(known.get(Presence.PRESENT, 0), known.get(Presence.ABSENT, 0))
        for session_id, known in found.items()
    }


def listed(session: Session, session_ids: Iterable[int]) -> dict[int, Listed]:
    """Give for each session what is known of its list; one without a mark is left out (one query)."""
    columns: tuple[Any, ...] = (Attendance.session_id, Attendance.local_government_id, Attendance.source)
    query = sa.select(*columns).where(col(Attendance.session_id).in_(list(session_ids))).distinct().order_by(*columns)
    found: dict[int, Listed] = {}
    for session_id, government_id, source in session.execute(query):
        before = found.get(session_id, Listed(by_host=False, governments=frozenset()))
        own = frozenset() if government_id is None else frozenset({int(government_id)})
        by_host = before.by_host or source is not PresenceSource.LINK
        found[session_id] = Listed(by_host, before.governments | own)
    return found


def attended(session: Session, actor: Actor, person_id: int, *, session_id: int | None = None) -> list[Attended]:
    """Give the sessions at which somebody was present, as far as ``actor`` may know, the latest first (one query).

    One's own all, so does the programme team; a coordinator sees those that count for the own local government.
    """
    titles = ("title_nl", "title_fr", "title_en")
    columns: tuple[Any, ...] = (
        AgendaSession.id,
        Programme.slug,
        *(getattr(AgendaSession, name) for name in titles),
        *(getattr(Programme, name).label(f"programme_{name}") for name in titles),
        AgendaSession.kind,
        AgendaSession.wall_starts_at,
        AgendaSession.zone,
        AgendaSession.duration_minutes,
        AgendaSession.place,
        sa.func.coalesce(col(LocalGovernment.name), "").label("government_name"),
        Attendance.source,
    )
    query = (
        sa.select(*columns)
        .select_from(Attendance)
        .join(AgendaSession, col(AgendaSession.id) == col(Attendance.session_id))
        .join(Programme, col(Programme.id) == col(AgendaSession.programme_id))
        .join(Person, col(Person.id) == col(Attendance.person_id))
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Attendance.local_government_id))
        .where(
            col(Attendance.person_id) == person_id,
            col(Attendance.presence) == Presence.PRESENT,
            col(AgendaSession.status) == SessionStatus.PUBLISHED,
            col(Person.removed_at).is_(None),
            _readable(actor, person_id),
        )
        .order_by(col(AgendaSession.starts_at).desc(), col(AgendaSession.id).desc())
    )
    if session_id is not None:
        query = query.where(col(AgendaSession.id) == session_id)
    return [Attended(*found) for found in session.execute(query)]


def _readable(actor: Actor, person_id: int) -> sa.ColumnElement[bool]:
    if actor.is_known and (actor.person_id == person_id or actor.is_staff):
        return sa.true()
    own = actor.coordinates if actor.is_known else frozenset()
    return col(Attendance.local_government_id).in_(own)
