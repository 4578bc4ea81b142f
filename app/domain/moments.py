"""Find moments for a session: every start in a range of days is weighed, and the best are proposed with their reasons.

What is never proposed: a start before ``Wish.not_before``; a time at which anybody would sit before ``AWAKE_FROM`` or
after ``AWAKE_UNTIL`` on the own clock; an hour that the clocks of the asked zone skip or show twice.

What counts as a **no** of the people whom it hits (``NOES`` in ``moment_facts``): a day that is not worked, a public
holiday, days that were named as unsuitable, another session, the answer "no". As long as a moment without any exists,
only such moments are proposed; else those with the fewest people who cannot.

What costs **points** (``POINTS`` there): each started quarter of an hour outside working hours, for each place; the
lunch hour, for each place; Monday and Friday; each answer "if need be". A place counts once, however many people are
there: both sides of a partnership weigh the same.

The order: fewest people with a no, then fewest points, then the earlier moment. Of each day its best moment is taken;
where there are fewer days than proposals, others that do not overlap those are taken too. All stand in that order.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.codes import PollAnswer
from app.domain.moment_facts import (
    LEAST_MINUTES,
    MOST_MINUTES,
    POINTS,
    Circumstances,
    LengthUnclear,
    Place,
    Proposal,
    RangeUnclear,
    Reason,
    Why,
    Wish,
)
from app.domain.time import AmbiguousHour, SkippedHour, instant, wall_in

PROPOSED: Final = 6
MOST_DAYS: Final = 92
STEPS: Final = (15, 30)
QUARTER: Final = 15
AWAKE_FROM: Final = time(7)
AWAKE_UNTIL: Final = time(20)
LUNCH_FROM: Final = time(12)
LUNCH_UNTIL: Final = time(13)
WEEK_EDGES: Final = (0, 4)
_DAY: Final = 24 * 60
Walls = Mapping[ZoneInfo, tuple[datetime, datetime]]


def check_wish(wish: Wish) -> None:
    """Refuse what cannot be looked for.

    :raises RangeUnclear: the range is empty or too long.
    :raises LengthUnclear: it is too short or too long.
    """
    if not 0 <= (wish.last - wish.first).days < MOST_DAYS:
        raise RangeUnclear(most=MOST_DAYS)
    if not LEAST_MINUTES <= wish.minutes <= MOST_MINUTES:
        raise LengthUnclear(least=LEAST_MINUTES, most=MOST_MINUTES)


def propose(wish: Wish, circumstances: Circumstances, *, most: int = PROPOSED) -> tuple[Proposal, ...]:
    """Give the best moments, the best first; see the module for the rules. None where nobody is ever awake together.

    :raises RangeUnclear: or another refusal of ``check_wish``.
    """
    check_wish(wish)
    found = sorted(_weighed(wish, circumstances), key=lambda one: one.order)
    if found and not found[0].noes:
        found = [one for one in found if not one.noes]
    return tuple(sorted(_varied(found, most), key=lambda one: one.order))


def weigh(starts_at: datetime, wish: Wish, circumstances: Circumstances) -> Proposal:
    """Say what speaks for and against one moment (aware, UTC), whether it would be proposed or not."""
    scales = _Scales(circumstances)
    ends_at = starts_at + timedelta(minutes=wish.minutes)
    return scales.weigh(starts_at, ends_at, wall_in(starts_at, wish.zone), scales.walls(starts_at, ends_at))


def _varied(found: Sequence[Proposal], most: int) -> list[Proposal]:
    """Take the best of each day, then what does not overlap those."""
    best: dict[date, Proposal] = {}
    for one in found:
        best.setdefault(one.wall.date(), one)
    taken = list(best.values())[:most]
    for one in found:
        if len(taken) >= most:
            break
        if all(one.ends_at <= other.starts_at or other.ends_at <= one.starts_at for other in taken):
            taken.append(one)
    return taken


def _weighed(wish: Wish, circumstances: Circumstances) -> Iterator[Proposal]:
    scales = _Scales(circumstances)
    length = timedelta(minutes=wish.minutes)
    for starts_at, wall in _starts(wish, circumstances):
        walls = scales.walls(starts_at, starts_at + length)
        if all(_is_waking(*both) for both in walls.values()):
            yield scales.weigh(starts_at, starts_at + length, wall, walls)


def _starts(wish: Wish, circumstances: Circumstances) -> Iterator[tuple[datetime, datetime]]:
    """Give the starts with what the clocks show; nights are passed over where the people's own clock is asked for."""
    length = timedelta(minutes=wish.minutes)
    own = any(place.zone == wish.zone for place in circumstances.places)
    minutes = [minute for minute in range(0, _DAY, wish.step) if not own or minute >= _minute_of(AWAKE_FROM)]
    for number in range((wish.last - wish.first).days + 1):
        midnight = datetime.combine(wish.first + timedelta(days=number), time())
        for minute in minutes:
            wall = midnight + timedelta(minutes=minute)
            starts_at = None if own and not _is_waking(wall, wall + length) else _start(wall, wish)
            if starts_at is not None:
                yield starts_at, wall


def _start(wall: datetime, wish: Wish) -> datetime | None:
    try:
        starts_at = instant(wall, wish.zone)
    except (AmbiguousHour, SkippedHour):
        return None
    return starts_at if starts_at >= wish.not_before else None


def _is_waking(starts: datetime, ends: datetime) -> bool:
    return starts.date() == ends.date() and starts.time() >= AWAKE_FROM and ends.time() <= AWAKE_UNTIL


_OUTSIDE: Final = frozenset({Why.BEFORE_HOURS, Why.AFTER_HOURS, Why.DAY_OFF, Why.HOLIDAY})
_WITHIN: Final = Reason(Why.WITHIN_HOURS)
_EDGE: Final = Reason(Why.WEEK_EDGE, points=POINTS[Why.WEEK_EDGE])


class _Scales:
    """Weighs moments; what holds for a whole day or a time of day is looked up once."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._all = circumstances
        self._zones = {*(one.zone for one in circumstances.places), *(one.zone for one in circumstances.named)}
        self._days: dict[tuple[ZoneInfo, date], tuple[Reason, ...]] = {}
        self._times: dict[tuple[int, int, int], tuple[Reason, ...]] = {}

    def walls(self, starts_at: datetime, ends_at: datetime) -> Walls:
        """Give what the clocks show at start and end in every zone concerned."""
        return {zone: (wall_in(starts_at, zone), wall_in(ends_at, zone)) for zone in self._zones}

    def weigh(self, starts_at: datetime, ends_at: datetime, wall: datetime, walls: Walls) -> Proposal:
        """Say what speaks for and against a moment."""
        reasons = [*self._noes(starts_at, ends_at, walls), *self._costs(starts_at, wall, walls)]
        if not any(reason.why in _OUTSIDE for reason in reasons):
            reasons.insert(0, _WITHIN)
        return Proposal(starts_at, ends_at, wall, tuple(reasons))

    def _noes(self, starts_at: datetime, ends_at: datetime, walls: Walls) -> Iterator[Reason]:
        answered = self._all.answered.get((starts_at, PollAnswer.NO))
        if answered:
            yield Reason(Why.ANSWERED_NO, answered)
        for zone, (starts, ends) in walls.items():
            yield from self._of_day(zone, starts.date())
            if ends.date() > starts.date():
                yield from (
                    one for one in self._of_day(zone, ends.date()) if one not in self._of_day(zone, starts.date())
                )
        elsewhere = self._elsewhere(starts_at, ends_at)
        if elsewhere:
            yield Reason(Why.OTHER_SESSION, elsewhere)

    def _of_day(self, zone: ZoneInfo, day: date) -> tuple[Reason, ...]:
        known = self._days.get((zone, day))
        if known is None:
            known = self._days[zone, day] = tuple(_day_reasons(self._all, zone, day))
        return known

    def _elsewhere(self, starts_at: datetime, ends_at: datetime) -> frozenset[int]:
        ends, ordered = self._all.by_end
        found: set[int] = set()
        for one in islice(ordered, bisect_right(ends, starts_at), None):
            if one.starts_at < ends_at:
                found |= one.people
        return self._all.people & found

    def _costs(self, starts_at: datetime, wall: datetime, walls: Walls) -> Iterator[Reason]:
        for number, place in enumerate(self._all.places):
            starts, ends = walls[place.zone]
            key = number, _minute(starts), _minute(ends)
            if key not in self._times:
                self._times[key] = tuple(_time_reasons(place, key[1], key[2]))
            yield from self._times[key]
        if wall.weekday() in WEEK_EDGES:
            yield _EDGE
        unsure = self._all.answered.get((starts_at, PollAnswer.IF_NEED_BE))
        if unsure:
            yield Reason(Why.IF_NEED_BE, unsure, points=len(unsure) * POINTS[Why.IF_NEED_BE])


def _day_reasons(circumstances: Circumstances, zone: ZoneInfo, day: date) -> Iterator[Reason]:
    for place in circumstances.places:
        if place.zone == zone and day.weekday() not in place.hours.days:
            yield Reason(Why.DAY_OFF, place.people, place)
        if place.zone == zone and day in place.holidays:
            yield Reason(Why.HOLIDAY, place.people, place, title=place.holidays[day])
    for one in circumstances.named:
        if one.zone == zone and one.first <= day <= one.last:
            yield Reason(Why.NAMED_DAYS, one.people, title=one.title, by=one.by)


def _time_reasons(place: Place, starts: int, ends: int) -> Iterator[Reason]:
    early, late = _minute_of(place.hours.start) - starts, ends - _minute_of(place.hours.end)
    for why, minutes in ((Why.BEFORE_HOURS, early), (Why.AFTER_HOURS, late)):
        if minutes > 0:
            cost = -(-minutes // QUARTER) * POINTS[why]
            yield Reason(why, place=place, minutes=minutes, points=cost)
    if starts < _minute_of(LUNCH_UNTIL) and ends > _minute_of(LUNCH_FROM):
        yield Reason(Why.LUNCH, place=place, points=POINTS[Why.LUNCH])


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute


def _minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute
