"""Reads of work visits: their session, their partnership and who travels, through the eyes of whoever asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Country, Representing, SessionKind, SessionStatus, Side
from app.domain.programme import Rules
from app.domain.time import wall_days
from app.domain.visits import Parties, Travel, other, year_of
from app.models import AgendaSession, Partnership, Programme, Traveller, WorkVisit
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.circles import Circle
from app.queries.partnerships import PartnershipFacts, SideFacts


@dataclass(frozen=True, slots=True)
class TravellerFacts:
    """A member of the delegation; ``removed_at``: does not come after all."""

    id: int
    person_id: int | None
    name: str
    function: str
    representing: Representing
    language: str
    version: int
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A work visit as one reader may see it. ``id``: none while nothing of it was prepared (``visits.prepare``).

    The ``number`` of its page is the id of its ``session``. ``two_day``: the thematic event inside it, if the reader
    sees it.
    """

    id: int | None
    session: SessionRow
    host_side: Side
    partnership: PartnershipFacts
    rules: Rules
    programme_starts_on: date
    all_travellers: tuple[TravellerFacts, ...] = ()
    two_day: SessionRow | None = None

    @property
    def number(self) -> int:
        """Its number in addresses."""
        return self.session.id

    @property
    def first_day(self) -> date:
        """Its first day, on the wall of the host."""
        return self.session.wall_starts_at.date()

    @property
    def last_day(self) -> date:
        """Its last day, on the wall of the host."""
        starts = self.session.wall_starts_at
        return wall_days(starts, starts + timedelta(minutes=self.session.duration_minutes))[1]

    @property
    def zone(self) -> str:
        """The zone of its wall."""
        return self.session.zone

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.session.status is SessionStatus.CANCELLED

    @property
    def year(self) -> int:
        """The year of the programme in which it starts, from 1."""
        return year_of(self.first_day, starts_on=self.programme_starts_on)

    @property
    def hosting(self) -> SideFacts:
        """The side that receives."""
        return self._side(self.host_side)

    @property
    def travelling(self) -> SideFacts:
        """The side that travels."""
        return self._side(other(self.host_side))

    @property
    def destination(self) -> Country:
        """The country to which one travels."""
        return self.hosting.country

    @property
    def travellers(self) -> tuple[TravellerFacts, ...]:
        """Who travels, in the order in which they were added."""
        return tuple(one for one in self.all_travellers if one.removed_at is None)

    @property
    def parties(self) -> Parties:
        """Whose it is."""
        return Parties(self.partnership.partner.country, self.hosting.government_id, self.travelling.government_id)

    @property
    def travel(self) -> Travel:
        """What the direction rule needs of it."""
        reason = self.session.direction_reason
        return Travel(self.first_day, self.host_side, reason, self.session.id, self.is_cancelled)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended at ``now`` (aware)."""
        return self.session.ends_at <= now

    def _side(self, side: Side) -> SideFacts:
        return self.partnership.flemish if side is Side.FLEMISH else self.partnership.partner


def visit_of(
    session: Session, actor: Actor, partnership: PartnershipFacts, number: int, *, circle: Circle | None = None
) -> VisitFacts | None:
    """Give one visit of a partnership, if ``actor`` may see it (at most five queries)."""
    wanted = Wanted(number=number, partnership_id=partnership.id, kind=SessionKind.WORK_VISIT)
    rows = sessions_of(session, actor, wanted, circle=circle)
    found = next(iter(visits_in(session, rows, [partnership])), None)
    if found is None:
        return None
    return replace(found, two_day=_two_day(session, actor, found, circle))


def visits_of_partnership(
    session: Session, actor: Actor, partnership: PartnershipFacts, *, circle: Circle | None = None
) -> list[VisitFacts]:
    """Give the visits of a partnership that ``actor`` may see, in order of time; without a host side they are left out.

    At most four queries; without the two-day events.
    """
    wanted = Wanted(partnership_id=partnership.id, kind=SessionKind.WORK_VISIT)
    return visits_in(session, sessions_of(session, actor, wanted, circle=circle), [partnership])


def visits_in(
    session: Session, rows: Sequence[SessionRow], partnerships: Sequence[PartnershipFacts]
) -> list[VisitFacts]:
    """Give the visits among sessions that somebody may see (three queries); without the two-day events."""
    known = {one.id: one for one in partnerships}
    kept = [(row, row.host_side, known[row.partnership_id]) for row in rows if row.partnership_id in known]
    prepared = _prepared(session, [row.id for row, _, _ in kept])
    travellers = _travellers(session, prepared.values())
    programmes = _programmes(session, {row.programme_id for row, _, _ in kept})
    return [
        VisitFacts(
            id=prepared.get(row.id),
            session=row,
            host_side=host,
            partnership=partnership,
            rules=programmes[row.programme_id][1],
            programme_starts_on=programmes[row.programme_id][0],
            all_travellers=tuple(travellers.get(prepared.get(row.id, 0), ())),
        )
        for row, host, partnership in kept
        if host is not None and row.kind is SessionKind.WORK_VISIT
    ]


def _two_day(session: Session, actor: Actor, visit: VisitFacts, circle: Circle | None) -> SessionRow | None:
    query = sa.select(col(WorkVisit.two_day_id)).where(col(WorkVisit.session_id) == visit.session.id)
    number = session.execute(query).scalar()
    if number is None:
        return None
    return next(iter(sessions_of(session, actor, Wanted(number=number), circle=circle)), None)


def _prepared(session: Session, session_ids: Collection[int]) -> dict[int, int]:
    columns: tuple[Any, ...] = (WorkVisit.session_id, WorkVisit.id)
    query = sa.select(*columns).where(col(WorkVisit.session_id).in_(session_ids)).order_by(col(WorkVisit.id))
    return {row[0]: row[1] for row in session.execute(query)}


def _travellers(session: Session, visit_ids: Collection[int]) -> dict[int, list[TravellerFacts]]:
    names = tuple(TravellerFacts.__dataclass_fields__)
    columns: tuple[Any, ...] = (Traveller.visit_id, *(getattr(Traveller, name) for name in names))
    query = sa.select(*columns).where(col(Traveller.visit_id).in_(visit_ids)).order_by(col(Traveller.id))
    found: dict[int, list[TravellerFacts]] = {}
    for visit_id, *own in session.execute(query):
        found.setdefault(visit_id, []).append(TravellerFacts(*own))
    return found


def _programmes(session: Session, ids: Collection[int]) -> dict[int, tuple[date, Rules]]:
    columns: tuple[Any, ...] = (Programme.id, Programme.starts_on, Programme.rules)
    query = sa.select(*columns).where(col(Programme.id).in_(ids)).order_by(col(Programme.id))
    return {row[0]: (row[1], Rules.from_data(row[2])) for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Travels:
    """All visits of a partnership, whoever sees them, with what the direction rule needs of the programme."""

    starts_on: date
    reverse: bool
    visits: tuple[Travel, ...]


def travels_of(session: Session, partnership_id: int) -> Travels:
    """Give all visits of a partnership, and keep others from planning one meanwhile (two queries)."""
    columns: tuple[Any, ...] = (Programme.starts_on, Programme.rules)
    query = sa.select(*columns).join(Partnership, col(Partnership.programme_id) == col(Programme.id))
    query = query.where(col(Partnership.id) == partnership_id).with_for_update(of=Partnership)
    starts_on, rules = session.execute(query).one()
    reverse = Rules.from_data(rules).visits.reverse
    return Travels(starts_on, reverse, tuple(_travels(session, partnership_id)))


def _travels(session: Session, partnership_id: int) -> list[Travel]:
    columns: tuple[Any, ...] = (
        AgendaSession.wall_starts_at,
        AgendaSession.host_side,
        AgendaSession.direction_reason,
        AgendaSession.id,
        AgendaSession.status,
    )
    query = (
        sa.select(*columns)
        .where(
            col(AgendaSession.partnership_id) == partnership_id,
            col(AgendaSession.kind) == SessionKind.WORK_VISIT,
            col(AgendaSession.host_side).is_not(None),
        )
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    return [
        Travel(wall.date(), host, reason, number, status is SessionStatus.CANCELLED)
        for wall, host, reason, number, status in session.execute(query)
    ]
