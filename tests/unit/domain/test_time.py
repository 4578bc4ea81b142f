from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Country
from app.domain.time import (
    AmbiguousHour,
    DifferenceChange,
    SkippedHour,
    ZoneReading,
    changes_between,
    day_in,
    days_in,
    difference,
    difference_changes,
    instant,
    offset_at,
    programme_day,
    readings,
    wall_days,
    wall_in,
    zones_for,
)

BRUSSELS = zones_for(Country.BELGIUM)
KIGALI, PORTO_NOVO = zones_for(Country.RWANDA), zones_for(Country.BENIN)
WINTER = datetime(2027, 1, 18, 13, tzinfo=UTC)
SUMMER = datetime(2027, 7, 18, 12, tzinfo=UTC)

PLACES = [BRUSSELS, KIGALI, PORTO_NOVO, *map(ZoneInfo, ("Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"))]
zones = st.sampled_from(PLACES)
walls = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31))  # noqa: DTZ001 – wall times
moments = walls.map(lambda wall: wall.replace(tzinfo=UTC))
near_changes = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2027, *day, tzinfo=UTC) for day in ((3, 28), (10, 31), (4, 3), (10, 2))]),
    st.integers(min_value=0, max_value=24 * 60),
)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 – a wall time carries no zone


def refused(asked: datetime, zone: ZoneInfo) -> SkippedHour | AmbiguousHour | None:
    try:
        instant(asked, zone)
    except (SkippedHour, AmbiguousHour) as refusal:
        return refusal
    return None


@given(moments | near_changes, zones)
def test_an_instant_survives_the_way_to_the_wall_and_back(moment: datetime, zone: ZoneInfo) -> None:
    refusal = refused(wall_in(moment, zone), zone)
    if refusal is None:
        assert instant(wall_in(moment, zone), zone) == moment
    else:
        assert isinstance(refusal, AmbiguousHour)
        assert moment in {refusal.params["first"], refusal.params["second"]}


@given(walls | near_changes.map(lambda moment: moment.replace(tzinfo=None)), zones)
def test_a_wall_time_is_shown_by_its_instant_or_refused_with_two_readings(asked: datetime, zone: ZoneInfo) -> None:
    refusal = refused(asked, zone)
    if refusal is None:
        assert wall_in(instant(asked, zone), zone) == asked
        return
    first, second = refusal.params["first"], refusal.params["second"]
    assert isinstance(first, datetime)
    assert isinstance(second, datetime)
    assert timedelta(0) < second - first <= timedelta(hours=1)
    shown = {wall_in(first, zone), wall_in(second, zone)}
    assert shown == {asked} if isinstance(refusal, AmbiguousHour) else asked not in shown


@given(moments, zones, zones)
def test_differences_are_opposite_in_the_two_directions(moment: datetime, zone_a: ZoneInfo, zone_b: ZoneInfo) -> None:
    assert difference(zone_a, zone_b, moment) == -difference(zone_b, zone_a, moment)


@given(moments, st.lists(zones, min_size=1))
def test_readings_keep_the_order_and_count_days_from_the_first(moment: datetime, places: list[ZoneInfo]) -> None:
    answer = readings(moment, places)
    assert [reading.zone for reading in answer] == places
    assert answer[0].day_offset == 0
    assert all(moment in instants_of(reading) for reading in answer)
    assert all((r.wall.date() - answer[0].wall.date()).days == r.day_offset for r in answer)


def instants_of(reading: ZoneReading) -> set[datetime]:
    return {reading.wall.replace(tzinfo=reading.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def test_instant_refuses_the_hour_that_summer_time_skips() -> None:
    with pytest.raises(SkippedHour) as refusal:
        instant(wall(2027, 3, 28, 2, 30), BRUSSELS)
    assert refusal.value.params == {
        "wall": wall(2027, 3, 28, 2, 30),
        "zone": BRUSSELS,
        "time": time(2, 30),
        "first": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        "first_shown": time(1, 30),
        "first_utc": time(0, 30),
        "second": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        "second_shown": time(3, 30),
        "second_utc": time(1, 30),
    }


def test_instant_refuses_the_hour_that_winter_time_repeats() -> None:
    with pytest.raises(AmbiguousHour) as refusal:
        instant(wall(2027, 10, 31, 2, 30), BRUSSELS)
    assert refusal.value.params == {
        "wall": wall(2027, 10, 31, 2, 30),
        "zone": BRUSSELS,
        "time": time(2, 30),
        "first": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        "first_shown": time(2, 30),
        "first_utc": time(0, 30),
        "second": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
        "second_shown": time(2, 30),
        "second_utc": time(1, 30),
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (wall(2027, 3, 28, 1, 59, 59), datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        (wall(2027, 3, 28, 3), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (wall(2027, 10, 31, 1, 59, 59), datetime(2027, 10, 30, 23, 59, 59, tzinfo=UTC)),
        (wall(2027, 10, 31, 3), datetime(2027, 10, 31, 2, tzinfo=UTC)),
    ],
)
def test_instant_takes_the_times_beside_a_change_of_clocks(asked: datetime, expected: datetime) -> None:
    assert instant(asked, BRUSSELS) == expected


def test_instant_does_not_take_an_aware_time() -> None:
    with pytest.raises(ValueError, match="no zone of its own"):
        instant(WINTER, BRUSSELS)


def test_brussels_runs_with_porto_novo_in_winter_and_with_kigali_in_summer() -> None:
    assert [reading.wall for reading in readings(WINTER, [BRUSSELS, KIGALI, PORTO_NOVO])] == [
        wall(2027, 1, 18, 14),
        wall(2027, 1, 18, 15),
        wall(2027, 1, 18, 14),
    ]
    assert [reading.wall for reading in readings(SUMMER, [BRUSSELS, KIGALI, PORTO_NOVO])] == [
        wall(2027, 7, 18, 14),
        wall(2027, 7, 18, 14),
        wall(2027, 7, 18, 13),
    ]


def test_readings_name_the_day_when_it_differs() -> None:
    late = datetime(2027, 1, 18, 22, 30, tzinfo=UTC)
    assert [reading.day_offset for reading in readings(late, [BRUSSELS, KIGALI])] == [0, 1]
    assert [reading.day_offset for reading in readings(late, [KIGALI, BRUSSELS])] == [0, -1]


def test_difference_changes_tells_that_summer_time_begins_in_between() -> None:
    assert difference_changes(BRUSSELS, KIGALI, WINTER, SUMMER) == DifferenceChange(
        zone_a=BRUSSELS,
        zone_b=KIGALI,
        now=timedelta(hours=1),
        then=timedelta(0),
        moment=SUMMER,
        moved=(BRUSSELS,),
    )


def test_difference_changes_is_silent_when_nothing_changes() -> None:
    assert difference_changes(BRUSSELS, KIGALI, WINTER, WINTER + timedelta(days=7)) is None
    assert difference_changes(KIGALI, PORTO_NOVO, WINTER, SUMMER) is None


def test_zones_for_knows_the_three_countries_only() -> None:
    assert {code: str(zones_for(code)) for code in ("BE", "RW", "BJ")} == {
        "BE": "Europe/Brussels",
        "RW": "Africa/Kigali",
        "BJ": "Africa/Porto-Novo",
    }
    with pytest.raises(ValueError, match="NL"):
        zones_for("NL")


def changes_of(zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """Each instant of 2024–2030 at which the clocks of a zone are turned, and by how much: found minute by minute.

    Days without a change are passed over by their offsets at both ends.
    """
    found = []
    day = datetime(2024, 1, 1, tzinfo=UTC)
    while day.year <= 2030:
        if offset_of(day, zone) != offset_of(day + timedelta(days=1), zone):
            minutes = [day + timedelta(minutes=number) for number in range(24 * 60 + 1)]
            for before, after in pairwise(minutes):
                if offset_of(before, zone) != offset_of(after, zone):
                    found.append((after, offset_of(after, zone) - offset_of(before, zone)))
        day += timedelta(days=1)
    return found


def offset_of(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


CHANGES = {zone: changes_of(zone) for zone in PLACES}


def test_the_clocks_of_2024_to_2030_are_turned_when_and_where_they_are() -> None:
    assert {zone.key: len(found) for zone, found in CHANGES.items()} == {
        "Europe/Brussels": 14,
        "Africa/Kigali": 0,
        "Africa/Porto-Novo": 0,
        "Australia/Lord_Howe": 14,
        "America/St_Johns": 14,
        "Asia/Kathmandu": 0,
    }
    assert {abs(turned) for _moment, turned in CHANGES[ZoneInfo("Australia/Lord_Howe")]} == {timedelta(minutes=30)}


@pytest.mark.parametrize("zone", PLACES, ids=str)
def test_exactly_the_minutes_that_a_change_skips_or_repeats_are_refused(zone: ZoneInfo) -> None:
    """Two hours around each change, minute by minute; and noon of every day is never refused."""
    for moment, turned in CHANGES[zone]:
        shown = moment.replace(tzinfo=None) + offset_of(moment - timedelta(minutes=1), zone)
        first, last = sorted((shown, shown + turned))
        kind = SkippedHour if turned > timedelta(0) else AmbiguousHour
        for number in range(-120, 121):
            asked = shown + timedelta(minutes=number)
            refusal = refused(asked, zone)
            assert (type(refusal) if refusal else None) == (kind if first <= asked < last else None), asked
    for day in range(7 * 365):
        assert refused(wall(2024, 1, 1, 12) + timedelta(days=day), zone) is None


@pytest.mark.parametrize("zone", PLACES, ids=str)
def test_both_readings_of_a_refused_time_are_instants_that_lie_on_either_side_of_the_change(zone: ZoneInfo) -> None:
    for moment, turned in CHANGES[zone]:
        shown = moment.replace(tzinfo=None) + offset_of(moment - timedelta(minutes=1), zone)
        refusal = refused(min(shown, shown + turned) + abs(turned) / 2, zone)
        assert refusal is not None
        first, second = refusal.params["first"], refusal.params["second"]
        assert isinstance(first, datetime)
        assert isinstance(second, datetime)
        assert first < moment < second
        assert second - first == abs(turned)
        assert refusal.params["first_shown"] == wall_in(first, zone).time()
        assert refusal.params["second_shown"] == wall_in(second, zone).time()
        assert (refusal.params["first_utc"], refusal.params["second_utc"]) == (first.time(), second.time())


@given(walls, st.integers(min_value=1, max_value=10**6), zones)
def test_a_later_wall_time_is_never_an_earlier_instant(asked: datetime, minutes: int, zone: ZoneInfo) -> None:
    later = asked + timedelta(minutes=minutes)
    if refused(asked, zone) is None and refused(later, zone) is None:
        assert instant(asked, zone) < instant(later, zone)


@given(moments, moments, zones, zones)
def test_a_changed_difference_is_the_same_from_the_other_side(
    now: datetime, then: datetime, zone_a: ZoneInfo, zone_b: ZoneInfo
) -> None:
    change, other = difference_changes(zone_a, zone_b, now, then), difference_changes(zone_b, zone_a, now, then)
    back = difference_changes(zone_a, zone_b, then, now)
    assert (change is None) == (other is None) == (back is None)
    if change is None or other is None or back is None:
        return
    assert (other.now, other.then, set(other.moved)) == (-change.now, -change.then, set(change.moved))
    assert (back.now, back.then) == (change.then, change.now)
    assert change.turned.now == other.now
    assert change.moved
    assert change.expected - wall_in(then, zone_a) == change.now


@given(moments, zones)
def test_an_offset_is_what_the_wall_shows_more_than_utc(moment: datetime, zone: ZoneInfo) -> None:
    assert offset_at(moment, zone) == offset_of(moment, zone)


def test_days_are_those_of_the_place() -> None:
    late = datetime(2027, 1, 18, 23, 30, tzinfo=UTC)
    assert day_in(late, KIGALI) == programme_day(late) == date(2027, 1, 19)
    assert day_in(late - timedelta(hours=1), PORTO_NOVO) == date(2027, 1, 18)


def test_what_ends_at_midnight_does_not_touch_the_day_after() -> None:
    starts, first, second = datetime(2027, 3, 1, 9), date(2027, 3, 1), date(2027, 3, 2)  # noqa: DTZ001 - a wall time
    assert wall_days(starts, starts + timedelta(hours=15)) == (first, first)
    assert wall_days(starts, starts + timedelta(hours=15, minutes=1)) == (first, second)
    starts_at, ends_at = instant(starts, BRUSSELS), instant(starts + timedelta(hours=15), BRUSSELS)
    assert days_in(starts_at, ends_at, BRUSSELS) == (first, first)
    assert days_in(starts_at, ends_at, KIGALI) == (first, second)


def test_changes_between_compares_every_place_with_the_first() -> None:
    assert [change.zone_b for change in changes_between([BRUSSELS, KIGALI, PORTO_NOVO], WINTER, SUMMER)] == [
        KIGALI,
        PORTO_NOVO,
    ]
    assert [change.zone_b for change in changes_between([KIGALI, BRUSSELS, PORTO_NOVO], WINTER, SUMMER)] == [BRUSSELS]
