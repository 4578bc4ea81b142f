"""Reads of the agenda: sessions through the eyes of whoever asks (DESIGN §10)."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import BY_COORDINATORS, Belonging, Facts, Scope
from app.domain.codes import Country, SessionKind, SessionStatus, Side
from app.models import AgendaSession, LocalGovernment, Partnership, PartnershipSide, Programme, Track
from app.queries.circles import Circle, circle_of

_FLEMISH, _PARTNER = aliased(PartnershipSide, name="flemish"), aliased(PartnershipSide, name="partner")
_HERE, _THERE = aliased(LocalGovernment, name="here"), aliased(LocalGovernment, name="there")
ANNOUNCED = (SessionStatus.PUBLISHED, SessionStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as one reader may see it: ``link`` is empty for who is not ``invited``.

    ``country`` is that of the track, the session's own or its partnership's.
    """

    id: int
    uid: str
    programme_id: int
    track_id: int | None
    partnership_id: int | None
    kind: SessionKind
    status: SessionStatus
    title_nl: str
    title_fr: str
    title_en: str
    description: str
    wall_starts_at: datetime
    zone: str
    duration_minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    languages: tuple[str, ...]
    host_side: Side | None
    sequence: int
    changed_at: datetime
    cancel_reason: str
    series: str
    capacity: int | None
    interpretation: tuple[str, ...]
    schedule: str
    direction_reason: str
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
    invited: bool

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

    @property
    def facts(self) -> Facts:
        """What is written about it."""
        return Facts(
            kind=self.kind,
            title_nl=self.title_nl,
            title_fr=self.title_fr,
            title_en=self.title_en,
            wall_starts_at=self.wall_starts_at,
            zone=self.zone,
            duration_minutes=self.duration_minutes,
            status=self.status,
            place=self.place,
            link=self.link,
            description=self.description,
            languages=self.languages,
            host_side=self.host_side,
            capacity=self.capacity,
            interpretation=self.interpretation,
            schedule=self.schedule,
            direction_reason=self.direction_reason,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions: every condition that is set must hold. Moments are aware; a period of starts is half-open.

    ``own``: only those to which the reader is invited; ``announced``: no drafts, even for who sees them.
    """

    number: int | None = None
    programme_id: int | None = None
    track_id: int | None = None
    partnership_id: int | None = None
    kind: SessionKind | None = None
    status: SessionStatus | None = None
    ends_after: datetime | None = None
    ends_by: datetime | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    own: bool = False
    announced: bool = False
    latest_first: bool = False
    limit: int | None = None
    offset: int = 0


ANY = Wanted()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TITLES = ("title_nl", "title_fr", "title_en")
_OWN_TRACK = sa.func.coalesce(col(AgendaSession.track_id), col(Partnership.track_id))
_OF_SESSION = tuple(field.name for field in fields(SessionRow) if hasattr(AgendaSession, field.name))
_COLUMNS: tuple[Any, ...] = (
    *(getattr(AgendaSession, name) for name in _OF_SESSION),
    col(Track.country),
    *(sa.func.coalesce(getattr(Track, name), "").label(f"track_{name}") for name in _TITLES),
    *(getattr(Programme, name).label(f"programme_{name}") for name in _TITLES),
    sa.func.coalesce(col(Partnership.slug), "").label("slug"),
    col(_HERE.id).label("flemish_id"),
    sa.func.coalesce(col(_HERE.name), "").label("flemish_name"),
    col(_THERE.id).label("partner_id"),
    sa.func.coalesce(col(_THERE.name), "").label("partner_name"),
)


def sessions_of(
    session: Session, actor: Actor, wanted: Wanted = ANY, *, circle: Circle | None = None
) -> list[SessionRow]:
    """Give the sessions that ``actor`` may see, in order of time (two queries; one if ``circle`` is known)."""
    own = circle_of(session, actor) if circle is None else circle
    order = col(AgendaSession.starts_at)
    query = (
        _joined(sa.select(*_COLUMNS))
        .where(*_conditions(actor, own, wanted))
        .order_by(order.desc() if wanted.latest_first else order, col(AgendaSession.id))
        .limit(wanted.limit)
        .offset(wanted.offset or None)
    )
    return [_read(row, own) for row in session.execute(query)]


def session_of(session: Session, actor: Actor, number: int) -> SessionRow | None:
    """Give one session, if ``actor`` may see it (two queries)."""
    return next(iter(sessions_of(session, actor, Wanted(number=number))), None)


def count_of(session: Session, actor: Actor, wanted: Wanted = ANY, *, circle: Circle | None = None) -> int:
    """Count the sessions that ``sessions_of`` gives without a limit (two queries; one if ``circle`` is known)."""
    own = circle_of(session, actor) if circle is None else circle
    query = _joined(sa.select(sa.func.count(col(AgendaSession.id)))).where(*_conditions(actor, own, wanted))
    return int(session.execute(query).scalar_one())


def years_of(
    session: Session, actor: Actor, wanted: Wanted = ANY, *, circle: Circle | None = None
) -> list[tuple[int, int]]:
    """Give the years (UTC) in which ``actor`` sees sessions, with their number, the latest first (one query more)."""
    own = circle_of(session, actor) if circle is None else circle
    year = sa.extract("year", col(AgendaSession.starts_at))
    query = _joined(sa.select(year, sa.func.count(col(AgendaSession.id)))).where(*_conditions(actor, own, wanted))
    rows = session.execute(query.group_by(year).order_by(year.desc()))
    return [(int(found), int(number)) for found, number in rows]


def _joined(query: Any) -> sa.Select[Any]:  # noqa: ANN401 - a select of whatever columns
    made: sa.Select[Any] = query.select_from(AgendaSession)
    made = made.join(Programme, col(Programme.id) == col(AgendaSession.programme_id))
    made = made.outerjoin(Partnership, col(Partnership.id) == col(AgendaSession.partnership_id))
    made = made.outerjoin(Track, col(Track.id) == _OWN_TRACK)
    for half, government, side in ((_FLEMISH, _HERE, Side.FLEMISH), (_PARTNER, _THERE, Side.PARTNER)):
        on_side = sa.and_(col(half.partnership_id) == col(Partnership.id), col(half.side) == side)
        made = made.outerjoin(half, on_side).outerjoin(government, col(government.id) == col(half.local_government_id))
    return made


def _conditions(actor: Actor, circle: Circle, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    starts_at, ends_at = col(AgendaSession.starts_at), col(AgendaSession.ends_at)
    asked: tuple[tuple[object, Any], ...] = (
        (wanted.number, col(AgendaSession.id) == wanted.number),
        (wanted.programme_id, col(AgendaSession.programme_id) == wanted.programme_id),
        (wanted.track_id, wanted.track_id == _OWN_TRACK),
        (wanted.partnership_id, col(AgendaSession.partnership_id) == wanted.partnership_id),
        (wanted.kind, col(AgendaSession.kind) == wanted.kind),
        (wanted.status, col(AgendaSession.status) == wanted.status),
        (wanted.ends_after, ends_at > (wanted.ends_after or _EPOCH)),
        (wanted.ends_by, ends_at <= (wanted.ends_by or _EPOCH)),
        (wanted.starts_from, starts_at >= (wanted.starts_from or _EPOCH)),
        (wanted.starts_before, starts_at < (wanted.starts_before or _EPOCH)),
    )
    conditions = [_visible(actor, circle), *(condition for value, condition in asked if value is not None)]
    if wanted.own:
        conditions.append(_invited(circle))
    if wanted.announced:
        conditions.append(col(AgendaSession.status).in_(ANNOUNCED))
    return conditions


def _visible(actor: Actor, circle: Circle) -> sa.ColumnElement[bool]:
    if actor.is_staff:
        return sa.true()
    announced = col(AgendaSession.status).in_(ANNOUNCED)
    if actor.is_auditor:
        return announced
    partnership = col(AgendaSession.partnership_id)
    parts = [sa.and_(announced, sa.or_(partnership.is_(None), partnership.in_(circle.partnerships)))]
    if actor.is_association:
        parts.append(col(Track.country).in_(actor.countries))
    if actor.is_known and actor.coordinates:
        own = (col(half.local_government_id).in_(actor.coordinates) for half in (_FLEMISH, _PARTNER))
        parts.append(sa.and_(col(AgendaSession.kind).in_(BY_COORDINATORS), sa.or_(*own)))
    return sa.or_(*parts)


def _invited(circle: Circle) -> sa.ColumnElement[bool]:
    if circle.everything:
        return sa.true()
    track, partnership = col(AgendaSession.track_id), col(AgendaSession.partnership_id)
    return sa.or_(
        partnership.in_(circle.partnerships),
        track.in_(circle.tracks),
        sa.and_(partnership.is_(None), track.is_(None), col(AgendaSession.programme_id).in_(circle.programmes)),
    )


def _read(row: sa.Row[Any], circle: Circle) -> SessionRow:
    values = row._asdict()
    scope = {name: values[name] for name in ("programme_id", "track_id", "partnership_id")}
    invited = circle.invites(**scope)
    values["link"] = values["link"] if invited else ""
    values["languages"], values["interpretation"] = tuple(values["languages"]), tuple(values["interpretation"])
    return SessionRow(**values, invited=invited)


def next_session_of(session: Session, actor: Actor, *, now: datetime, circle: Circle) -> SessionRow | None:
    """Give the next announced session to which ``actor`` is invited, a running one included (one query)."""
    wanted = Wanted(ends_after=now, own=True, status=SessionStatus.PUBLISHED, limit=1)
    return next(iter(sessions_of(session, actor, wanted, circle=circle)), None)
