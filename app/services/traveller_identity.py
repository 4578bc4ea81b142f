"""Identity data of travellers: sealed at rest, read by few, each look noted, removed when their time is over.

None of it stands in the event log, in mails, in exports or in logs: only that it was written, looked at and removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.codes import SessionStatus
from app.domain.identity import (
    Identity,
    IdentityChanged,
    IdentityClosed,
    IdentityUnreadable,
    check_identity,
    may_read_identity,
    removed_on,
)
from app.domain.programme import Rules
from app.domain.time import programme_day, wall_days
from app.models import AgendaSession, Programme, Traveller, TravellerIdentity, WorkVisit
from app.models.database import transaction
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import looks
from app.services.events import record
from app.services.people import COMMAND_LINE
from app.services.sealing import Seal


@dataclass(frozen=True, slots=True)
class Stored:
    """Identity data with their version."""

    identity: Identity
    version: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Identity data that are kept until the day ``removed_on``."""

    traveller_id: int
    visit_id: int
    session_id: int
    removed_on: date


def may_read(actor: Actor, visit: VisitFacts, traveller: TravellerFacts) -> bool:
    """Tell whether somebody reads and writes the identity data of a traveller."""
    return may_read_identity(actor, travelling_id=visit.travelling.government_id, person_id=traveller.person_id)


def read(
    session: Session, visit: VisitFacts, traveller: TravellerFacts, *, seal: Seal, actor: Actor, now: datetime
) -> Stored | None:
    """Open the data of a traveller and note the look (its own transaction); none where nothing is kept.

    :raises NotAllowed: they are not the person's to read.
    :raises IdentityKeyMissing, IdentityUnreadable: see ``Seal``.
    """
    if not may_read(actor, visit, traveller):
        raise NotAllowed
    query = sa.select(col(TravellerIdentity.sealed), col(TravellerIdentity.version))
    row = session.execute(query.where(col(TravellerIdentity.traveller_id) == traveller.id)).first()
    if row is None:
        return None
    stored = Stored(_opened(seal, traveller.id, row.sealed), row.version)
    if traveller.person_id is None or traveller.person_id != actor.person_id:
        looks.note(session, actor, "traveller.looked_at", ("traveller", traveller.id), now=now)
    return stored


def save(
    session: Session,
    visit: VisitFacts,
    traveller: TravellerFacts,
    identity: Identity,
    *,
    version: int,
    seal: Seal,
    actor: Actor,
    now: datetime,
) -> int:
    """Seal and keep the data of a traveller; give the version that now counts (0 as ``version``: nothing was kept).

    :raises NotAllowed: they are not the person's to write.
    :raises IdentityClosed: the traveller does not come, the visit is cancelled, or the term is over.
    :raises IdentityChanged: somebody saved in between.
    :raises IdentityKeyMissing: no key is set.
    :raises IdentityUnreadable: what is kept was sealed with another key.
    :raises BornInFuture: see the domain.
    """
    today = programme_day(now)
    if not may_read(actor, visit, traveller):
        raise NotAllowed
    if not is_open(visit, traveller, today=today):
        raise IdentityClosed
    check_identity(identity, today=today)
    _lock_traveller(session, traveller.id)
    row = session.get(TravellerIdentity, traveller.id, populate_existing=True)
    stored = row.version if row else 0
    if stored != version:
        raise IdentityChanged(version=stored)
    if row is not None:
        seal.open(row.sealed)  # nobody writes over what nobody can read
    row = row or TravellerIdentity(traveller_id=traveller.id, sealed=b"", saved_at=now)
    row.sealed = seal.seal({"traveller": traveller.id} | identity.to_data())
    row.version, row.saved_at, row.saved_by = stored + 1, now, actor.person_id
    session.add(row)
    session.flush()
    record(session, actor, "traveller.identity_saved", subject=("traveller", traveller.id), now=now)
    return row.version


def forget(session: Session, visit: VisitFacts, traveller: TravellerFacts, *, actor: Actor, now: datetime) -> bool:
    """Remove the data of a traveller at once, on somebody's wish; tell whether there were any.

    :raises NotAllowed: they are not the person's to remove.
    """
    if not may_read(actor, visit, traveller):
        raise NotAllowed
    if not _removed(session, [traveller.id]):
        return False
    record(session, actor, "traveller.identity_removed", subject=("traveller", traveller.id), now=now)
    return True


def is_open(visit: VisitFacts, traveller: TravellerFacts, *, today: date) -> bool:
    """Tell whether data of a traveller are taken: who comes, to a visit that goes on, until the term is over."""
    if visit.is_cancelled or traveller.removed_at is not None:
        return False
    days = visit.rules.visits.identity_days
    return today < removed_on(visit.last_day, cancelled_on=None, withdrawn_on=None, days=days)


def known_of(session: Session, visit_id: int | None) -> set[int]:
    """Give the ids of the travellers of a visit whose data are kept, without opening them (one query)."""
    query = sa.select(col(TravellerIdentity.traveller_id)).join(
        Traveller, col(Traveller.id) == col(TravellerIdentity.traveller_id)
    )
    return set(session.scalars(query.where(col(Traveller.visit_id) == visit_id)))


def remove_due(session: Session, now: datetime) -> int:
    """Remove the data whose term is over, each visit in a transaction of its own; give of how many travellers."""
    due = {one.session_id for one in kept(session) if one.removed_on <= programme_day(now)}
    return sum(_remove_of_visit(session, session_id, now) for session_id in sorted(due))


def kept(session: Session, *, session_id: int | None = None) -> list[Kept]:
    """Give all identity data that are kept and until when, those that go first first (one query)."""
    columns: tuple[Any, ...] = (
        Traveller.id,
        Traveller.visit_id,
        Traveller.removed_at,
        AgendaSession.id,
        AgendaSession.status,
        AgendaSession.changed_at,
        AgendaSession.wall_starts_at,
        AgendaSession.duration_minutes,
        Programme.rules,
    )
    query = (
        sa.select(*columns)
        .join(TravellerIdentity, col(TravellerIdentity.traveller_id) == col(Traveller.id))
        .join(WorkVisit, col(WorkVisit.id) == col(Traveller.visit_id))
        .join(AgendaSession, col(AgendaSession.id) == col(WorkVisit.session_id))
        .join(Programme, col(Programme.id) == col(AgendaSession.programme_id))
    )
    if session_id is not None:
        query = query.where(col(AgendaSession.id) == session_id)
    found = [_kept(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.removed_on, one.session_id, one.traveller_id))


def reseal(session: Session, seal: Seal) -> tuple[int, int]:
    """Seal everything with the first key, in one transaction; give how many were, and how many no key opens."""
    with transaction(session):
        rows = session.scalars(
            sa.select(TravellerIdentity).order_by(col(TravellerIdentity.traveller_id)).with_for_update()
        ).all()
        done = sum(_renewed(seal, row) for row in rows)
    return done, len(rows) - done


def _renewed(seal: Seal, row: TravellerIdentity) -> bool:
    try:
        row.sealed = seal.renew(row.sealed)
    except IdentityUnreadable:
        return False
    return True


def _kept(
    traveller_id: int,
    visit_id: int,
    withdrawn_at: datetime | None,
    session_id: int,
    status: SessionStatus,
    changed_at: datetime,
    wall_starts_at: datetime,
    duration_minutes: int,
    rules: dict[str, Any],
) -> Kept:
    day = removed_on(
        wall_days(wall_starts_at, wall_starts_at + timedelta(minutes=duration_minutes))[1],
        cancelled_on=programme_day(changed_at) if status is SessionStatus.CANCELLED else None,
        withdrawn_on=programme_day(withdrawn_at) if withdrawn_at else None,
        days=Rules.from_data(rules).visits.identity_days,
    )
    return Kept(traveller_id, visit_id, session_id, day)


def _remove_of_visit(session: Session, session_id: int, now: datetime) -> int:
    """Remove what is due of one visit; looked at again under a lock, for the visit may have moved meanwhile."""
    with transaction(session):
        session.get_one(AgendaSession, session_id, with_for_update=True, populate_existing=True)
        today = programme_day(now)
        due = [one for one in kept(session, session_id=session_id) if one.removed_on <= today]
        count = _removed(session, [one.traveller_id for one in due])
        if count:
            subject = ("visit", due[0].visit_id)
            record(session, COMMAND_LINE, "visit.identities_removed", subject=subject, now=now, count=count)
    return count


def _removed(session: Session, traveller_ids: Sequence[int]) -> int:
    statement = sa.delete(TravellerIdentity).where(col(TravellerIdentity.traveller_id).in_(traveller_ids))
    return len(session.scalars(statement.returning(col(TravellerIdentity.traveller_id))).all())


def _lock_traveller(session: Session, traveller_id: int) -> None:
    session.execute(sa.select(col(Traveller.id)).where(col(Traveller.id) == traveller_id).with_for_update())


def _opened(seal: Seal, traveller_id: int, sealed: bytes) -> Identity:
    """Open the data of a traveller; those of somebody else, put in their place, are not theirs."""
    data = seal.open(sealed)
    if data.pop("traveller", None) != traveller_id:
        raise IdentityUnreadable
    return Identity.from_data(data)
