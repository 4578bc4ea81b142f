"""Reads before a person's data are removed: what hangs on that person."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Role
from app.domain.removal import OPEN_STATES, Ties
from app.models import (
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


def ties_of(session: Session, person_id: int, *, today: date) -> Ties:
    """Give what hangs on a person alone (three queries)."""
    return Ties(
        candidacies=tuple(session.scalars(_candidacies(person_id))),
        governments=tuple(session.scalars(_governments(person_id, today))),
        is_last_staff=_is_last_staff(session, person_id),
    )


def _candidacies(person_id: int) -> sa.Select[str]:
    other = aliased(CandidacyMember)
    shared = sa.exists().where(
        col(other.candidacy_id) == col(CandidacyMember.candidacy_id), col(other.person_id) != person_id
    )
    return (
        sa.select(col(Candidacy.reference))
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .where(
            col(CandidacyMember.person_id) == person_id,
            col(Candidacy.state).in_(sorted(OPEN_STATES)),
            col(Candidacy.emptied_at).is_(None),
            ~shared,
        )
        .order_by(col(Candidacy.reference))
    )


def _governments(person_id: int, today: date) -> sa.Select[str]:
    other = aliased(Membership)
    shared = sa.exists().where(
        col(other.local_government_id) == col(Membership.local_government_id),
        col(other.role) == Role.COORDINATOR,
        col(other.person_id) != person_id,
    )
    running = (
        sa.exists()
        .where(col(PartnershipSide.local_government_id) == col(Membership.local_government_id))
        .where(col(Partnership.id) == col(PartnershipSide.partnership_id))
        .where(col(Programme.id) == col(Partnership.programme_id), col(Programme.ends_on) >= today)
    )
    return (
        sa.select(col(LocalGovernment.name))
        .join(Membership, col(Membership.local_government_id) == col(LocalGovernment.id))
        .where(col(Membership.person_id) == person_id, col(Membership.role) == Role.COORDINATOR, running, ~shared)
        .order_by(col(LocalGovernment.name))
    )


def _is_last_staff(session: Session, person_id: int) -> bool:
    staff = sa.select(col(Membership.person_id)).where(col(Membership.role) == Role.STAFF).distinct()
    return session.scalars(staff).all() == [person_id]


def has_nothing(session: Session, person_id: int) -> bool:
    """Tell whether a person has no role, writes no candidacy and reads for no programme (one query)."""
    ties = (
        sa.exists().where(col(Membership.person_id) == person_id),
        sa.exists().where(col(CandidacyMember.person_id) == person_id),
        sa.exists().where(col(Reader.person_id) == person_id),
    )
    return not session.execute(sa.select(sa.or_(*ties))).scalar_one()


def is_removed(session: Session, person_id: int) -> bool:
    """Tell whether the data of a person were removed (one query)."""
    query = sa.select(col(Person.removed_at)).where(col(Person.id) == person_id)
    return session.execute(query).scalar() is not None
