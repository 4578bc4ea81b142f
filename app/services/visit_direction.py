"""Keep the direction of work visits: whatever writes the agenda asks here, so that no visit turns silently."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import Facts, Scope
from app.domain.agenda_template import VISIT_KINDS, PlannedSession
from app.domain.codes import Country, SessionKind, SessionStatus, Side
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE, zones_for
from app.domain.visits import HostMissing, Travel, VisitOfNobody, check_direction, host_that_reverses
from app.models import WorkVisit
from app.queries.agenda import SessionRow
from app.queries.circles import place_of
from app.queries.visits import Travels, travels_of


class VisitPrepared(DomainError):
    """Something was prepared for the visit: it stays a visit, and is cancelled rather than deleted."""

    code: ClassVar[str] = "visit_prepared"


def check_new(session: Session, facts: Facts, partnership_id: int | None) -> None:
    """Refuse a new visit without a host, or one that goes the same way as that of the year before or after.

    :raises VisitOfNobody: it is for a track or the whole programme.
    :raises HostMissing: nobody receives.
    :raises SameDirection: nobody says why.
    """
    _check(session, facts, partnership_id, None)


def check_changed(session: Session, before: SessionRow, facts: Facts) -> None:
    """Refuse a change that makes a session a visit against the rule, or makes a prepared visit something else.

    :raises VisitPrepared: it is a visit for which something was prepared.
    :raises HostMissing: see ``check_new``, as for ``SameDirection``.
    """
    if before.kind is SessionKind.WORK_VISIT and facts.kind is not SessionKind.WORK_VISIT:
        _check_not_prepared(session, before.id)
    _check(session, facts, before.partnership_id, before)


def check_discarded(session: Session, session_id: int) -> None:
    """Refuse to delete a draft for which something was prepared; a visit of which it is the event lets go of it.

    :raises VisitPrepared: there is a delegation, a programme or an estimate.
    """
    _check_not_prepared(session, session_id)
    session.execute(sa.update(WorkVisit).where(col(WorkVisit.two_day_id) == session_id).values(two_day_id=None))


def _check(session: Session, facts: Facts, partnership_id: int | None, before: SessionRow | None) -> None:
    if facts.kind is not SessionKind.WORK_VISIT:
        return
    if partnership_id is None:
        raise VisitOfNobody
    if facts.host_side is None:
        raise HostMissing
    travels = travels_of(session, partnership_id)
    if travels.reverse:
        number = before.id if before else None
        visit = Travel(facts.wall_starts_at.date(), facts.host_side, facts.direction_reason, number)
        stood = next((one for one in travels.visits if before and one.id == before.id), None)
        check_direction(visit, travels.visits, starts_on=travels.starts_on, before=stood)


def _check_not_prepared(session: Session, session_id: int) -> None:
    query = sa.select(col(WorkVisit.id)).where(col(WorkVisit.session_id) == session_id)
    if session.execute(query).scalar() is not None:
        raise VisitPrepared


def turned(session: Session, planned: Sequence[PlannedSession]) -> list[PlannedSession]:
    """Turn the planned visits that would go the same way as one that is in the agenda already, with their event.

    Where the years before and after go opposite ways, no direction is right: that visit becomes a draft, which cannot
    be announced without a reason. Two queries for each partnership that gets visits, one more where one is turned.
    """
    found = list(planned)
    for partnership_id in sorted({one.partnership_id for one in planned if _is_visit(one) and one.partnership_id}):
        own = [one for one in found if one.partnership_id == partnership_id]
        rest = [one for one in found if one.partnership_id != partnership_id]
        found = rest + _turned_in(session, own, partnership_id)
    return found


def _is_visit(one: PlannedSession) -> bool:
    return one.row.kind is SessionKind.WORK_VISIT


def _turned_in(session: Session, planned: list[PlannedSession], partnership_id: int) -> list[PlannedSession]:
    travels = travels_of(session, partnership_id)
    if not travels.reverse or not travels.visits:
        return planned
    hosts = _hosts(travels, [one for one in planned if _is_visit(one)])
    place = place_of(session, Scope.PARTNERSHIP, partnership_id)
    country = place.belonging.country if place else None
    return [_received_by(one, hosts, country) for one in planned]


def _hosts(travels: Travels, visits: Sequence[PlannedSession]) -> dict[int, Side | None]:
    """Give who receives by year of the template; none where both ways are against the rule."""
    known = list(travels.visits)
    hosts: dict[int, Side | None] = {}
    for one in sorted(visits, key=lambda visit: visit.wall_starts_at):
        visit = Travel(_day(one), one.host_side or Side.PARTNER)
        host = host_that_reverses(visit, known, starts_on=travels.starts_on)
        hosts[one.row.year] = host
        known.append(replace(visit, host_side=host or visit.host_side))
    return hosts


def _day(one: PlannedSession) -> date:
    return one.wall_starts_at.date()


def _received_by(one: PlannedSession, hosts: dict[int, Side | None], country: Country | None) -> PlannedSession:
    if one.row.kind not in VISIT_KINDS or one.row.year not in hosts:
        return one
    host = hosts[one.row.year]
    if host is None:
        return replace(one, status=SessionStatus.DRAFT) if _is_visit(one) else one
    if host is one.host_side:
        return one
    zone = PROGRAMME_ZONE if host is Side.FLEMISH or country is None else zones_for(country)
    return replace(one, host_side=host, zone=str(zone))
