"""Who writes a candidacy, as its authors see each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Role, Section
from app.models import CandidacyMember, CandidacySectionVersion, Membership, Person


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes a candidacy: since when, invited by whom, and what this person saved last.

    ``name`` is what the inviter typed; nothing else of the person's profile is given.
    """

    person_id: int
    name: str
    email: str
    added_at: datetime | None
    inviter: str
    last_section: Section | None = None
    last_saved_at: datetime | None = None


def authors_of(session: Session, candidacy_id: int) -> list[Author]:
    """Give the authors of a candidacy, who started it first (one query)."""
    inviting = sa.orm.aliased(Person)
    invited = sa.orm.aliased(CandidacyMember)
    last = _last_saves(candidacy_id)
    query: sa.Select[Any] = (
        sa.select(
            col(Person.id),
            _shown_name(CandidacyMember, Person),
            col(Person.email),
            col(CandidacyMember.added_at),
            sa.func.coalesce(_shown_name(invited, inviting), ""),
            last.c.section,
            last.c.saved_at,
        )
        .join(CandidacyMember, col(CandidacyMember.person_id) == col(Person.id))
        .outerjoin(inviting, col(inviting.id) == col(CandidacyMember.invited_by))
        .outerjoin(
            invited, sa.and_(col(invited.person_id) == col(inviting.id), col(invited.candidacy_id) == candidacy_id)
        )
        .outerjoin(last, sa.and_(last.c.person_id == col(Person.id), last.c.place == 1))
        .where(col(CandidacyMember.candidacy_id) == candidacy_id)
        .order_by(col(CandidacyMember.added_at).is_not(None), col(CandidacyMember.added_at), col(Person.id))
    )
    return [Author(*row) for row in session.execute(query)]


def is_of_team(session: Session, address: str) -> bool:
    """Tell whether an address belongs to somebody of the programme team (one query)."""
    query = sa.select(col(Membership.id)).join(Person, col(Person.id) == col(Membership.person_id))
    found = query.where(col(Person.email) == address, col(Membership.role) == Role.STAFF).limit(1)
    return session.execute(found).first() is not None


def _shown_name(member: Any, person: Any) -> sa.ColumnElement[str]:  # noqa: ANN401 - a table or an alias of it
    """Give what was typed on inviting, else the person's own name."""
    return sa.func.coalesce(sa.func.nullif(col(member.name), ""), col(person.name))


def _last_saves(candidacy_id: int) -> sa.Subquery:
    saved = CandidacySectionVersion
    newest_first = (col(saved.saved_at).desc(), col(saved.id).desc())
    place = sa.func.row_number().over(partition_by=col(saved.person_id), order_by=newest_first).label("place")
    columns = (col(saved.person_id), col(saved.section), col(saved.saved_at), place)
    return sa.select(*columns).where(col(saved.candidacy_id) == candidacy_id).subquery()
