"""Reads for obligations: the sessions of a programme, who attended for which side, and how both sides stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Presence, SessionKind, SessionStatus, Side
from app.domain.obligations import Attended, HeldSession, Obligation, ProgrammeYear, obligations, programme_years
from app.models import AgendaSession, Attendance, Traveller, WorkVisit
from app.queries.own_reads import OwnReads
from app.queries.partnerships import PartnershipFacts
from app.queries.programmes import ProgrammeFacts


@dataclass(frozen=True, slots=True)
class ProgrammeSession:
    """An announced or cancelled session, as obligations need it; ``title_of`` gives its title."""

    id: int
    track_id: int | None
    partnership_id: int | None
    kind: SessionKind
    status: SessionStatus
    title_nl: str
    title_fr: str
    title_en: str
    wall_starts_at: datetime
    zone: str
    duration_minutes: int
    starts_at: datetime
    host_side: Side | None
    has_delegation: bool

    @property
    def first(self) -> date:
        """The day on which it starts, where it takes place."""
        return self.wall_starts_at.date()

    @property
    def last(self) -> date:
        """The day on which it ends there."""
        return (self.wall_starts_at + timedelta(minutes=self.duration_minutes, seconds=-1)).date()

    @property
    def held(self) -> HeldSession:
        """The same, as the rules see it."""
        return HeldSession(self.id, self.kind, self.status, self.first, self.last, self.host_side, self.has_delegation)

    def concerns(self, partnership: PartnershipFacts) -> bool:
        """Tell whether it is the partnership's own, its track's or the whole programme's."""
        if self.partnership_id is not None:
            return self.partnership_id == partnership.id
        return self.track_id in (None, partnership.track_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How both sides of a partnership stand; ``sessions`` are all those that concern it, by day."""

    partnership: PartnershipFacts
    obligations: tuple[Obligation, ...]
    sessions: tuple[ProgrammeSession, ...]

    def of(self, side: Side, year: int | None) -> tuple[Obligation, ...]:
        """Give what is expected of a side in a year, and over the whole programme."""
        return tuple(one for one in self.obligations if one.side is side and one.year in (year, None))


@dataclass(frozen=True, slots=True)
class Running:
    """How a partnership of a running programme stands, and the year of the programme that it is."""

    standing: Standing
    year: ProgrammeYear
    is_last: bool


_STORED: Final = tuple(name for name in ProgrammeSession.__dataclass_fields__ if name != "has_delegation")
_DELEGATION: Final = (
    sa.select(col(Traveller.id))
    .join(WorkVisit, col(WorkVisit.id) == col(Traveller.visit_id))
    .where(col(WorkVisit.session_id) == col(AgendaSession.id), col(Traveller.removed_at).is_(None))
    .correlate(AgendaSession)
    .exists()
)
_COLUMNS: tuple[Any, ...] = (*(getattr(AgendaSession, name) for name in _STORED), _DELEGATION)


def sessions_in(session: Session, programme_id: int) -> list[ProgrammeSession]:
    """Give all sessions of a programme that are no drafts, by time (one query)."""
    query = (
        sa.select(*_COLUMNS)
        .where(col(AgendaSession.programme_id) == programme_id, col(AgendaSession.status) != SessionStatus.DRAFT)
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    return [ProgrammeSession(*row) for row in session.execute(query)]


def presences(session: Session, session_ids: Collection[int]) -> dict[int, dict[int, Presence]]:
    """Give by session and local government whether anybody of it was present, else absent (one query).

    ``attendance.present_by_government`` tells nothing of who was expected and did not come, which a visit needs.
    """
    columns: tuple[Any, ...] = (Attendance.session_id, Attendance.local_government_id, Attendance.presence)
    query = (
        sa.select(*columns)
        .where(col(Attendance.session_id).in_(session_ids), col(Attendance.local_government_id).is_not(None))
        .distinct()
        .order_by(*columns)
    )
    found: dict[int, dict[int, Presence]] = {}
    for session_id, government_id, presence in session.execute(query):
        known = found.setdefault(session_id, {})
        if known.get(government_id) is not Presence.PRESENT:
            known[government_id] = presence
    return found


def somebody_was_there(session: Session, wanted: Mapping[int, int]) -> frozenset[int]:
    """Give those sessions at which somebody of the local government named beside them is marked present (one query)."""
    marks = presences(session, wanted) if wanted else {}
    there = (one for one, government in wanted.items() if marks.get(one, {}).get(government) is Presence.PRESENT)
    return frozenset(there)


def standings(
    session: Session, programme: ProgrammeFacts, found: Sequence[PartnershipFacts], *, today: date
) -> list[Standing]:
    """Say how both sides of each partnership of a programme stand on ``today`` (two queries)."""
    held = sessions_in(session, programme.id)
    marks = presences(session, [one.id for one in held])
    years = programme_years(programme.starts_on, programme.ends_on)
    made = []
    for partnership in found:
        own = tuple(one for one in held if one.concerns(partnership))
        attended = attended_of(partnership, own, marks)
        judged = obligations(programme.rules, years, [one.held for one in own], attended, today=today)
        made.append(Standing(partnership, judged, own))
    return made


def running_standings(reads: OwnReads, *, today: date) -> list[Running]:
    """Say how somebody's own partnerships stand whose programme runs on ``today``.

    Two queries for each such programme, besides partnerships and programmes.
    """
    own = reads.partnerships
    found = []
    for programme in reads.programmes if own else ():
        pairs = [one for one in own if one.programme_id == programme.id]
        if pairs and programme.is_running(today):
            years = programme_years(programme.starts_on, programme.ends_on)
            year = next(one for one in years if one.first <= today <= one.last)
            stand = standings(reads.session, programme, pairs, today=today)
            found += [Running(standing, year, year is years[-1]) for standing in stand]
    return found


def attended_of(
    partnership: PartnershipFacts, own: Sequence[ProgrammeSession], marks: dict[int, dict[int, Presence]]
) -> Attended:
    """Give who attended by side of a partnership; ``marks`` are those of ``presences``."""
    sides = {side.government_id: side.side for side in partnership.sides}
    return {
        one.id: {sides[government]: presence for government, presence in marks[one.id].items() if government in sides}
        for one in own
        if one.id in marks
    }
