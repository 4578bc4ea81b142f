"""What the rules of a programme expect of each side, and how that stands: computed, never ticked (DESIGN §6).

**Done**: the side attended enough: somebody was present for its local government. A work visit counts for both sides
once it is over and somebody is known to have travelled: present for the side that travels, or on record in its
delegation while no mark says that nobody came; a side of which all are marked absent gets nothing for it.
**Planned**: done if what is announced and still to come is held and attended. **At risk**: the year is not over, and
what is announced does not suffice. **Missed**: the year is over. A cancelled session, a draft, a session that the side
did not attend and a visit of which nobody said who travelled never count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.domain.agenda import FLEMISH_KINDS
from app.domain.agenda_template import VISIT_KINDS, day_of
from app.domain.codes import ObligationStatus, Presence, SessionKind, SessionStatus, Side
from app.domain.programme import Rules, years_of


class Expected(StrEnum):
    """What may be expected of a side, in the order in which it is shown."""

    DIGITAL = "digital"
    MEETINGS = "meetings"
    EXCHANGE = "exchange"
    VISIT_WEEK = "visit_week"
    VISIT_MADE = "visit_made"
    VISIT_RECEIVED = "visit_received"


VISITS: Final = frozenset({Expected.VISIT_WEEK, Expected.VISIT_MADE, Expected.VISIT_RECEIVED})
"""What only work visits fulfil."""


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as obligations see it: ``first`` and ``last`` are its days where it takes place.

    ``has_delegation``: a visit for which the travellers are on record.
    """

    id: int
    kind: SessionKind
    status: SessionStatus
    first: date
    last: date
    host_side: Side | None = None
    has_delegation: bool = False


Attended = Mapping[int, Mapping[Side, Presence]]
"""By session and side: present when anybody of it was, absent when somebody was expected there and nobody was."""


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """A year of a programme, counted from 1, with its first and last day."""

    number: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Obligation:
    """How something stands that is expected of a side in a year of the programme, or over all of it (``year`` none).

    ``counting``, ``coming`` and ``unmarked`` are ids of sessions: that count, that are announced and would count, and
    that are over without a word on who was there (or who travelled). ``deadline`` is the last day on which it can be
    done.
    """

    expected: Expected
    side: Side
    year: int | None
    needed: int
    counting: tuple[int, ...]
    coming: tuple[int, ...]
    unmarked: tuple[int, ...]
    deadline: date
    status: ObligationStatus

    @property
    def counted(self) -> int:
        """How many sessions count."""
        return len(self.counting)

    @property
    def planned(self) -> int:
        """How many more are announced."""
        return len(self.coming)

    @property
    def lacking(self) -> int:
        """How many more must be attended."""
        return max(self.needed - self.counted, 0)

    @property
    def unplanned(self) -> int:
        """How many more must be planned."""
        return max(self.needed - self.counted - self.planned, 0)


def programme_years(starts_on: date, ends_on: date) -> tuple[ProgrammeYear, ...]:
    """Give the years of a programme over [starts_on, ends_on]; each begins on the anniversary of its first day."""
    firsts = [_anniversary(starts_on, number) for number in range(1, years_of(starts_on, ends_on) + 1)]
    lasts = [first - timedelta(days=1) for first in firsts[1:]] + [ends_on]
    return tuple(ProgrammeYear(n, first, last) for n, (first, last) in enumerate(zip(firsts, lasts, strict=True), 1))


def _anniversary(starts_on: date, number: int) -> date:
    return day_of(number, starts_on.month, starts_on.day, starts_on=starts_on)


def obligations(
    rules: Rules, years: Sequence[ProgrammeYear], sessions: Iterable[HeldSession], attended: Attended, *, today: date
) -> tuple[Obligation, ...]:
    """Say how everything stands that ``rules`` expect of both sides of a partnership, whose ``sessions`` these are.

    By year, the whole programme last; the Flemish side first. What is expected nought times is left out. A session
    belongs to the year in which it begins.
    """
    held = sorted(
        (one for one in sessions if one.status is SessionStatus.PUBLISHED), key=lambda one: (one.first, one.id)
    )
    ledger = _Ledger(held, attended, today)
    found = (
        ledger.judge(expected, side, needed, year, years)
        for year in (*years, None)
        for side in Side
        for expected, needed in _wanted(rules, side, years, year).items()
    )
    return tuple(one for one in found if one.needed)


def _wanted(
    rules: Rules, side: Side, years: Sequence[ProgrammeYear], year: ProgrammeYear | None
) -> dict[Expected, int]:
    if year is None:
        return {Expected.VISIT_MADE: rules.visits_made, Expected.VISIT_RECEIVED: rules.visits_received}
    return {
        Expected.DIGITAL: rules.digital_sessions_expected,
        Expected.MEETINGS: rules.meetings_expected,
        Expected.EXCHANGE: rules.physical_exchanges if side is Side.FLEMISH else 0,
        Expected.VISIT_WEEK: visits_a_year(rules, len(years)),
    }


def visits_a_year(rules: Rules, years: int) -> int:
    """Say how many visits each year needs, so that all that are made and received fit in a programme of ``years``."""
    return -(-(rules.visits_made + rules.visits_received) // max(years, 1))


def is_for(one: HeldSession, expected: Expected, side: Side) -> bool:
    """Tell whether attending a session would be something of that kind for that side.

    Every session is a half-day meeting, except visits and their two-day events (as in ``programme.clashes``). Sessions
    among the Flemish governments are for their side only.
    """
    return (side is Side.FLEMISH or one.kind not in FLEMISH_KINDS) and _TESTS[expected](one, side)


def _goes(one: HeldSession, side: Side) -> bool:
    return one.kind is SessionKind.WORK_VISIT and one.host_side is not None and one.host_side is not side


def _receives(one: HeldSession, side: Side) -> bool:
    return one.kind is SessionKind.WORK_VISIT and one.host_side is side


_TESTS: Mapping[Expected, Callable[[HeldSession, Side], bool]] = {
    Expected.DIGITAL: lambda one, _side: one.kind is SessionKind.JOINT_DIGITAL,
    Expected.MEETINGS: lambda one, _side: one.kind not in VISIT_KINDS,
    Expected.EXCHANGE: lambda one, _side: one.kind is SessionKind.PHYSICAL_EXCHANGE,
    Expected.VISIT_WEEK: lambda one, _side: one.kind is SessionKind.WORK_VISIT,
    Expected.VISIT_MADE: _goes,
    Expected.VISIT_RECEIVED: _receives,
}


def has_travelled(one: HeldSession, attended: Attended) -> bool:
    """Tell whether somebody is known to have travelled for a visit: by the marks of who was there, else by delegation.

    Without a host side either side may have travelled.
    """
    marks = {side: mark for side, mark in attended.get(one.id, {}).items() if side is not one.host_side}
    if Presence.PRESENT in marks.values():
        return True
    return one.kind is SessionKind.WORK_VISIT and one.has_delegation and Presence.ABSENT not in marks.values()


@dataclass(frozen=True, slots=True)
class _Ledger:
    held: Sequence[HeldSession]
    attended: Attended
    today: date

    def judge(
        self,
        expected: Expected,
        side: Side,
        needed: int,
        year: ProgrammeYear | None,
        years: Sequence[ProgrammeYear],
    ) -> Obligation:
        first, last = (year.first, year.last) if year else (years[0].first, years[-1].last)
        own = [one for one in self.held if first <= one.first <= last and is_for(one, expected, side)]
        counting = tuple(one.id for one in own if self._counts(one, side))
        coming = tuple(one.id for one in own if one.id not in counting and one.last >= self.today)
        unmarked = tuple(one.id for one in own if self._is_unmarked(one))
        reached, within_reach = len(counting), len(counting) + len(coming)
        return Obligation(
            expected=expected,
            side=side,
            year=year.number if year else None,
            needed=needed,
            counting=counting,
            coming=coming,
            unmarked=unmarked,
            deadline=last,
            status=_status(needed, reached, within_reach, is_over=self.today > last),
        )

    def _counts(self, one: HeldSession, side: Side) -> bool:
        if one.kind is SessionKind.WORK_VISIT:
            took_place = one.last < self.today and has_travelled(one, self.attended)
            return took_place and self._presence(one, side) is not Presence.ABSENT
        return one.first <= self.today and self._presence(one, side) is Presence.PRESENT

    def _is_unmarked(self, one: HeldSession) -> bool:
        """Whether nobody said who was there; of a visit, who travelled."""
        is_visit = one.kind is SessionKind.WORK_VISIT
        marked = any(not is_visit or side is not one.host_side for side in self.attended.get(one.id, {}))
        return one.last < self.today and not marked and not has_travelled(one, self.attended)

    def _presence(self, one: HeldSession, side: Side) -> Presence | None:
        return self.attended.get(one.id, {}).get(side)


def _status(needed: int, reached: int, within_reach: int, *, is_over: bool) -> ObligationStatus:
    if reached >= needed:
        return ObligationStatus.DONE
    if is_over:
        return ObligationStatus.MISSED
    return ObligationStatus.PLANNED if within_reach >= needed else ObligationStatus.AT_RISK


ATTENTION = (
    ObligationStatus.AT_RISK,
    ObligationStatus.MISSED,
    ObligationStatus.PLANNED,
    ObligationStatus.DONE,
)
"""What needs attention first: what can still be mended, then what cannot."""


def worst(found: Iterable[Obligation]) -> ObligationStatus:
    """Give the status that needs attention most; nothing at all is done."""
    return min((one.status for one in found), key=ATTENTION.index, default=ObligationStatus.DONE)


@dataclass(frozen=True, slots=True)
class AgendaClash:
    """The agenda of a year holds fewer sessions than the rules expect of a side, whoever attends them."""

    expected: Expected
    side: Side
    year: int
    planned: int
    needed: int


def agenda_clashes(
    rules: Rules, years: Sequence[ProgrammeYear], sessions: Iterable[HeldSession], *, today: date
) -> tuple[AgendaClash, ...]:
    """Name what the agenda of a partnership does not hold, for years that are not over."""
    held = [one for one in sessions if one.status is SessionStatus.PUBLISHED]
    return tuple(clash for year in years if year.last >= today for clash in _clashes_of(rules, years, year, held))


def _clashes_of(
    rules: Rules, years: Sequence[ProgrammeYear], year: ProgrammeYear, held: Sequence[HeldSession]
) -> Iterator[AgendaClash]:
    own = [one for one in held if year.first <= one.first <= year.last]
    for side in Side:
        for expected, needed in _wanted(rules, side, years, year).items():
            planned = sum(is_for(one, expected, side) for one in own)
            if planned < needed:
                yield AgendaClash(expected, side, year.number, planned, needed)


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """What each side did for the other so far: visits made, sessions that it hosted."""

    visits: Mapping[Side, int]
    hosted: Mapping[Side, int]


def reciprocity(sessions: Iterable[HeldSession], attended: Attended, *, today: date) -> Reciprocity:
    """Count visits that took place, and other sessions hosted, that are over on ``today`` and were not cancelled.

    A visit of which nobody said who travelled does not count, as for obligations.
    """
    over = [one for one in sessions if one.status is SessionStatus.PUBLISHED and one.last < today]
    made = [one for one in over if has_travelled(one, attended)]
    visits = {side: sum(_goes(one, side) for one in made) for side in Side}
    others = [one for one in over if one.kind not in VISIT_KINDS]
    return Reciprocity(visits, {side: sum(one.host_side is side for one in others) for side in Side})
