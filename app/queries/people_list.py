"""Lists of people with their roles, for the programme team and for the demo."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Role
from app.domain.texts import Text, title_of
from app.models import (
    Association,
    Candidacy,
    CandidacyMember,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    Reader,
)

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list."""

    id: int
    name: str
    email: str
    language: str
    zone: str
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of a person; ``place`` is the name of the organisation or the reference of the candidacy, if any.

    ``membership_id`` is missing where the role follows from a candidacy.
    """

    role: Role
    place: str
    membership_id: int | None = None


def people(
    session: Session, *, role: Role | None = None, search: str = "", page: int = 1
) -> tuple[Sequence[PersonLine], int]:
    """List people by name, 50 a page, whose name or address holds ``search``; with the number of all of them.

    Those whose data were removed are left out.
    """
    conditions: list[sa.ColumnElement[bool]] = [col(Person.removed_at).is_(None)]
    if role is not None:
        conditions.append(_has_role(role))
    if search:
        found = col(Person.name).icontains(search, autoescape=True)
        conditions.append(found | col(Person.email).icontains(search, autoescape=True))
    count = session.execute(sa.select(sa.func.count()).select_from(Person).where(*conditions)).scalar_one()
    query = _lines().where(*conditions).order_by(col(Person.name), col(Person.id))
    rows = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return [PersonLine(*row) for row in rows], count


def _lines() -> sa.Select[Any]:
    return sa.select(*(col(getattr(Person, name)) for name in PersonLine.__slots__))


def _has_role(role: Role) -> sa.ColumnElement[bool]:
    if role is Role.CANDIDATE:
        return col(Person.id).in_(sa.select(col(CandidacyMember.person_id)))
    return col(Person.id).in_(sa.select(col(Membership.person_id)).where(col(Membership.role) == role))


def person_by_id(session: Session, person_id: int) -> PersonLine | None:
    """Give one person."""
    row = session.execute(_lines().where(col(Person.id) == person_id)).one_or_none()
    return PersonLine(*row) if row else None


def roles_of(session: Session, person_ids: Iterable[int]) -> Mapping[int, Sequence[RoleLine]]:
    """Give the roles of people, by id; candidacies count as roles (two queries)."""
    wanted = list(person_ids)
    found: dict[int, list[RoleLine]] = defaultdict(list)
    memberships = (
        sa.select(
            col(Membership.person_id),
            col(Membership.role),
            sa.func.coalesce(col(LocalGovernment.name), col(Association.name), ""),
            col(Membership.id),
        )
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Membership.local_government_id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(col(Membership.person_id).in_(wanted))
        .order_by(col(Membership.id))
    )
    candidacies = (
        sa.select(col(CandidacyMember.person_id), col(Candidacy.reference))
        .join(Candidacy, col(Candidacy.id) == col(CandidacyMember.candidacy_id))
        .where(col(CandidacyMember.person_id).in_(wanted))
        .order_by(col(Candidacy.id))
    )
    for person_id, role, place, membership_id in session.execute(memberships):
        found[person_id].append(RoleLine(role, place, membership_id))
    for person_id, reference in session.execute(candidacies):
        found[person_id].append(RoleLine(Role.CANDIDATE, reference))
    return found


def programmes_read_by(session: Session, person_id: int, locale: str) -> Sequence[Text]:
    """Give the titles of the programmes whose candidacies somebody reads, the latest first (one query)."""
    query = (
        sa.select(col(Programme.title_nl), col(Programme.title_fr), col(Programme.title_en))
        .join(Reader, col(Reader.programme_id) == col(Programme.id))
        .where(col(Reader.person_id) == person_id)
        .order_by(col(Programme.id).desc())
    )
    return [title_of(row, locale) for row in session.execute(query)]


def personas(session: Session, role: Role, *, limit: int) -> Sequence[PersonLine]:
    """Give the first invented people (at ``example.org``) of a role, for the demo.

    ``limit`` of each country, and of each programme where local governments of a country took part in different ones:
    both sides of the partnerships that run are then among them.
    """
    country = sa.func.coalesce(col(LocalGovernment.country), col(Association.country))
    numbered = (
        sa.select(
            col(Person.id).label("person_id"),
            sa.func.row_number()
            .over(partition_by=(country, _latest_programme()), order_by=col(Person.id))
            .label("place"),
        )
        .outerjoin(Membership, (col(Membership.person_id) == col(Person.id)) & (col(Membership.role) == role))
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Membership.local_government_id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(col(Person.email).endswith("@example.org"), _has_role(role))
        .subquery()
    )
    wanted = sa.select(numbered.c.person_id).where(numbered.c.place <= limit)
    query = _lines().where(col(Person.id).in_(wanted)).order_by(col(Person.id))
    return [PersonLine(*row) for row in session.execute(query)]


def _latest_programme() -> sa.ScalarSelect[int | None]:
    """Give the last programme in which a local government of the outer query has a partnership."""
    query = sa.select(sa.func.max(col(Partnership.programme_id))).join(
        PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id)
    )
    return query.where(col(PartnershipSide.local_government_id) == col(LocalGovernment.id)).scalar_subquery()


def reader_personas(session: Session) -> Sequence[PersonLine]:
    """Give the invented readers without any other role, for the demo (one query)."""
    others = sa.select(col(Membership.person_id))
    query = _lines().where(
        col(Person.id).in_(sa.select(col(Reader.person_id))),
        col(Person.id).not_in(others),
        col(Person.email).endswith("@example.org"),
    )
    return [PersonLine(*row) for row in session.execute(query.order_by(col(Person.id)))]
