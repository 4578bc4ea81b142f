"""Who belongs where: the partnerships, tracks and programmes of a person, and the people of a session."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Belonging, Scope
from app.domain.codes import Role
from app.models import Association, Membership, Partnership, PartnershipSide, Person, Programme, Track
from app.queries.partnerships import PartnershipFacts


@dataclass(frozen=True, slots=True)
class Circle:
    """The ids of what a person belongs to, and is therefore invited to; staff belong to ``everything``."""

    everything: bool = False
    programmes: frozenset[int] = frozenset()
    tracks: frozenset[int] = frozenset()
    partnerships: frozenset[int] = frozenset()

    def invites(self, *, programme_id: int, track_id: int | None, partnership_id: int | None) -> bool:
        """Tell whether somebody of this circle is invited to a session of that scope."""
        if self.everything:
            return True
        if partnership_id is not None:
            return partnership_id in self.partnerships
        return track_id in self.tracks if track_id is not None else programme_id in self.programmes


def circle_of(session: Session, actor: Actor) -> Circle:
    """Give what ``actor`` belongs to by side or by association (one query; none for the public and for staff)."""
    if actor.is_staff:
        return Circle(everything=True)
    if not (actor.is_known and (actor.participates or actor.countries)):
        return Circle()
    columns: tuple[Any, ...] = (
        col(Track.programme_id),
        col(Track.id).label("track_id"),
        col(Partnership.id).label("partnership_id"),
    )
    query = (
        sa.select(*columns)
        .outerjoin(Partnership, col(Partnership.track_id) == col(Track.id))
        .outerjoin(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .where(
            sa.or_(
                col(Track.country).in_(actor.countries),
                col(PartnershipSide.local_government_id).in_(actor.participates),
            )
        )
        .distinct()
    )
    rows = session.execute(query).all()
    return Circle(
        programmes=frozenset(row.programme_id for row in rows),
        tracks=frozenset(row.track_id for row in rows),
        partnerships=frozenset(row.partnership_id for row in rows if row.partnership_id is not None),
    )


def belonging_of(partnership: PartnershipFacts) -> Belonging:
    """Say whose the sessions of a partnership are."""
    governments = frozenset(side.government_id for side in partnership.sides)
    return Belonging(partnership.partner.country, governments)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session belongs: a programme, perhaps a track or a partnership of it; and whose that is."""

    programme_id: int
    track_id: int | None
    partnership_id: int | None
    belonging: Belonging


def place_of(session: Session, scope: Scope, number: int) -> Place | None:
    """Find the programme, track or partnership with that id (one query)."""
    if scope is Scope.PROGRAMME:
        found = session.execute(sa.select(col(Programme.id)).where(col(Programme.id) == number)).scalar()
        return None if found is None else Place(found, None, None, Belonging())
    if scope is Scope.TRACK:
        own: tuple[Any, ...] = (Track.programme_id, Track.country)
        row = session.execute(sa.select(*own).where(col(Track.id) == number)).first()
        return None if row is None else Place(row[0], number, None, Belonging(row[1]))
    columns: tuple[Any, ...] = (Partnership.programme_id, Track.country, PartnershipSide.local_government_id)
    query = (
        sa.select(*columns)
        .select_from(Partnership)
        .join(Track, col(Track.id) == col(Partnership.track_id))
        .join(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .where(col(Partnership.id) == number)
    )
    rows = session.execute(query).all()
    governments = frozenset(row[2] for row in rows)
    return Place(rows[0][0], None, number, Belonging(rows[0][1], governments)) if rows else None


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom a session concerns."""

    person_id: int
    name: str
    email: str
    language: str
    zone: str


def people_invited(
    session: Session, *, programme_id: int, track_id: int | None, partnership_id: int | None
) -> list[Invited]:
    """Give the people of the sides and of the associations that a session of that scope concerns (one query)."""
    concerned = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme_id)
    countries = sa.select(col(Track.country)).where(col(Track.programme_id) == programme_id)
    if track_id is not None:
        concerned = concerned.where(col(Partnership.track_id) == track_id)
        countries = countries.where(col(Track.id) == track_id)
    if partnership_id is not None:
        concerned = concerned.where(col(Partnership.id) == partnership_id)
        of_partnership = sa.select(col(Partnership.track_id)).where(col(Partnership.id) == partnership_id)
        countries = countries.where(col(Track.id).in_(of_partnership))
    governments = sa.select(col(PartnershipSide.local_government_id)).where(
        col(PartnershipSide.partnership_id).in_(concerned)
    )
    columns: tuple[Any, ...] = (Person.id, Person.name, Person.email, Person.language, Person.zone)
    query = (
        sa.select(*columns)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(
            sa.or_(
                col(Membership.local_government_id).in_(governments),
                sa.and_(col(Membership.role) == Role.ASSOCIATION, col(Association.country).in_(countries)),
            )
        )
        .distinct()
        .order_by(col(Person.id))
    )
    return [Invited(*row) for row in session.execute(query)]


def belongs_to(
    person: Mapped[int], *, programme: Mapped[int], track: Mapped[int | None], pair: Mapped[int | None]
) -> sa.ColumnElement[bool]:
    """Limit to people who belong to what a row is for, by its columns: those whom ``people_invited`` gives."""
    role, association, side = aliased(Membership), aliased(Association), aliased(PartnershipSide)
    partnership, of_track = aliased(Partnership), aliased(Track)
    governments = (
        sa.select(col(side.local_government_id))
        .join(partnership, col(partnership.id) == col(side.partnership_id))
        .where(
            col(partnership.programme_id) == programme,
            sa.or_(track.is_(None), col(partnership.track_id) == track),
            sa.or_(pair.is_(None), col(partnership.id) == pair),
        )
    )
    of_pair = sa.select(col(partnership.track_id)).where(col(partnership.id) == pair)
    countries = sa.select(col(of_track.country)).where(
        col(of_track.programme_id) == programme,
        sa.or_(track.is_(None), col(of_track.id) == track),
        sa.or_(pair.is_(None), col(of_track.id).in_(of_pair)),
    )
    return (
        sa.select(col(role.id))
        .outerjoin(association, col(association.id) == col(role.association_id))
        .where(
            col(role.person_id) == person,
            sa.or_(
                col(role.local_government_id).in_(governments),
                sa.and_(col(role.role) == Role.ASSOCIATION, col(association.country).in_(countries)),
            ),
        )
        .exists()
    )


def owner_of_feed(session: Session, secret: str) -> int | None:
    """Find whose personal calendar a secret address is (one query)."""
    return session.execute(sa.select(col(Person.id)).where(col(Person.feed_secret) == secret)).scalar()
