from datetime import UTC, datetime, timedelta
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
    difference,
    difference_changes,
    instant,
    readings,
    wall_in,
    zones_for,
)

BRUSSELS = zones_for(Country.BELGIUM)
KIGALI, PORTO_NOVO = zones_for(Country.RWANDA), zones_for(Country.BENIN)
WINTER = datetime(2027, 1, 18, 13, tzinfo=UTC)
SUMMER = datetime(2027, 7, 18, 12, tzinfo=UTC)

zones = st.sampled_from([BRUSSELS, KIGALI, PORTO_NOVO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])
walls = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31))  # noqa: DTZ001 – wall times
moments = walls.map(lambda wall: wall.replace(tzinfo=UTC))
near_changes = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2027, *day, tzinfo=UTC) for day in ((3, 28), (10, 31), (4, 3), (10, 2))]),
    st.integers(min_value=0, max_value=24 * 60),
)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 – a wall time carries no zone


def refused(time: datetime, zone: ZoneInfo) -> SkippedHour | AmbiguousHour | None:
    try:
        instant(time, zone)
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
def test_a_wall_time_is_shown_by_its_instant_or_refused_with_two_readings(time: datetime, zone: ZoneInfo) -> None:
    refusal = refused(time, zone)
    if refusal is None:
        assert wall_in(instant(time, zone), zone) == time
        return
    first, second = refusal.params["first"], refusal.params["second"]
    assert isinstance(first, datetime)
    assert isinstance(second, datetime)
    assert timedelta(0) < second - first <= timedelta(hours=1)
    shown = {wall_in(first, zone), wall_in(second, zone)}
    assert shown == {time} if isinstance(refusal, AmbiguousHour) else time not in shown


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
        "first": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        "second": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    }


def test_instant_refuses_the_hour_that_winter_time_repeats() -> None:
    with pytest.raises(AmbiguousHour) as refusal:
        instant(wall(2027, 10, 31, 2, 30), BRUSSELS)
    assert refusal.value.params == {
        "wall": wall(2027, 10, 31, 2, 30),
        "zone": BRUSSELS,
        "first": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        "second": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (wall(2027, 3, 28, 1, 59, 59), datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        (wall(2027, 3, 28, 3), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (wall(2027, 10, 31, 1, 59, 59), datetime(2027, 10, 30, 23, 59, 59, tzinfo=UTC)),
        (wall(2027, 10, 31, 3), datetime(2027, 10, 31, 2, tzinfo=UTC)),
    ],
)
def test_instant_takes_the_times_beside_a_change_of_clocks(time: datetime, expected: datetime) -> None:
    assert instant(time, BRUSSELS) == expected


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
        zone_a=BRUSSELS, zone_b=KIGALI, now=timedelta(hours=1), then=timedelta(0)
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
