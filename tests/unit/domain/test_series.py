"""The days of a series, and what a change of one means for those that follow."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.agenda import Facts
from app.domain.codes import SessionKind, SessionStatus
from app.domain.series import (
    MOST,
    LengthOfSeriesMissing,
    Repeat,
    Repetition,
    SeriesTimeSkipped,
    SeriesTimeTwice,
    SeriesTooLong,
    SeriesTooShort,
    days_of,
    follow,
    period_in_series,
    spread,
)

FACTS = Facts(
    kind=SessionKind.BILATERAL,
    title_nl="Overleg",
    title_fr="",
    title_en="",
    wall_starts_at=datetime(2027, 1, 18, 14),  # noqa: DTZ001 - a wall time
    zone="Europe/Brussels",
    duration_minutes=90,
)


@pytest.mark.parametrize(
    ("first", "repetition", "days"),
    [
        (date(2027, 1, 18), Repetition(Repeat.WEEKLY, 3), ["2027-01-18", "2027-01-25", "2027-02-01"]),
        (date(2027, 1, 18), Repetition(Repeat.FORTNIGHTLY, 3), ["2027-01-18", "2027-02-01", "2027-02-15"]),
        (date(2027, 1, 18), Repetition(Repeat.MONTHLY_WEEKDAY, 3), ["2027-01-18", "2027-02-15", "2027-03-15"]),
        (date(2027, 3, 29), Repetition(Repeat.MONTHLY_WEEKDAY, 3), ["2027-03-29", "2027-04-26", "2027-05-31"]),
        (date(2027, 11, 1), Repetition(Repeat.MONTHLY_WEEKDAY, 3), ["2027-11-01", "2027-12-06", "2028-01-03"]),
        (
            date(2027, 12, 31),
            Repetition(Repeat.MONTHLY_DAY, 4),
            ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"],
        ),
        (
            date(2027, 1, 18),
            Repetition(Repeat.WEEKLY, until=date(2027, 2, 1)),
            ["2027-01-18", "2027-01-25", "2027-02-01"],
        ),
        (date(2027, 1, 18), Repetition(Repeat.MONTHLY_DAY, until=date(2027, 3, 17)), ["2027-01-18", "2027-02-18"]),
    ],
)
def test_a_series_has_these_days(first: date, repetition: Repetition, days: list[str]) -> None:
    assert [day.isoformat() for day in days_of(first, repetition)] == days


@given(
    first=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    repeat=st.sampled_from(list(Repeat)),
    times=st.integers(2, MOST),
)
def test_days_go_forward_one_for_each_period(first: date, repeat: Repeat, times: int) -> None:
    days = days_of(first, Repetition(repeat, times))
    assert (days[0], len(days)) == (first, times)
    assert list(days) == sorted(set(days))
    if repeat is not Repeat.MONTHLY_DAY:
        assert {day.weekday() for day in days} == {first.weekday()}
    if repeat in (Repeat.MONTHLY_DAY, Repeat.MONTHLY_WEEKDAY):
        months = [12 * day.year + day.month for day in days]
        assert months == list(range(months[0], months[0] + times))
    assert days_of(first, Repetition(repeat, until=days[-1])) == days


@pytest.mark.parametrize(
    ("repetition", "refusal"),
    [
        (Repetition(Repeat.WEEKLY), LengthOfSeriesMissing),
        (Repetition(Repeat.WEEKLY, 3, date(2027, 2, 1)), LengthOfSeriesMissing),
        (Repetition(Repeat.WEEKLY, 1), SeriesTooShort),
        (Repetition(Repeat.WEEKLY, until=date(2027, 1, 24)), SeriesTooShort),
        (Repetition(Repeat.WEEKLY, until=date(2026, 1, 24)), SeriesTooShort),
        (Repetition(Repeat.WEEKLY, MOST + 1), SeriesTooLong),
        (Repetition(Repeat.WEEKLY, until=date(2100, 12, 31)), SeriesTooLong),
    ],
)
def test_what_is_no_series_is_refused(repetition: Repetition, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        days_of(date(2027, 1, 18), repetition)


def test_the_time_on_the_wall_stays_when_the_clocks_change() -> None:
    members = spread(replace(FACTS, wall_starts_at=datetime(2027, 3, 22, 14)), Repetition(Repeat.WEEKLY, 2))  # noqa: DTZ001 - a wall time
    assert [one.wall_starts_at.hour for one in members] == [14, 14]
    starts = [period_in_series(one).starts_at for one in members]
    assert starts[1] - starts[0] == timedelta(days=7) - timedelta(hours=1)
    assert {moment.astimezone(ZoneInfo("Europe/Brussels")).hour for moment in starts} == {14}


@pytest.mark.parametrize(
    ("first", "repeat", "refusal", "day"),
    [
        (datetime(2027, 3, 21, 2, 30), Repeat.WEEKLY, SeriesTimeSkipped, date(2027, 3, 28)),  # noqa: DTZ001 - a wall time
        (datetime(2027, 10, 17, 2, 30), Repeat.FORTNIGHTLY, SeriesTimeTwice, date(2027, 10, 31)),  # noqa: DTZ001 - a wall time
        (datetime(2027, 3, 20, 23), Repeat.WEEKLY, SeriesTimeSkipped, date(2027, 3, 27)),  # noqa: DTZ001 - a wall time
    ],
)
def test_the_session_whose_hour_does_not_exist_is_named(
    first: datetime, repeat: Repeat, refusal: type[SeriesTimeSkipped | SeriesTimeTwice], day: date
) -> None:
    length = 210 if first.hour == 23 else 90
    with pytest.raises(refusal) as refused:
        spread(replace(FACTS, wall_starts_at=first, duration_minutes=length), Repetition(repeat, 3))
    assert refused.value.params["day"] == day
    assert refused.value.params["which"] == ("ends" if first.hour == 23 else "starts")


def test_those_that_follow_take_over_what_changed_and_nothing_else() -> None:
    other = replace(FACTS, wall_starts_at=datetime(2027, 1, 26, 9), place="Elsewhere", title_nl="Eigen titel")  # noqa: DTZ001 - a wall time
    moved = replace(FACTS, wall_starts_at=datetime(2027, 1, 19, 15), duration_minutes=60, languages=("fr",))  # noqa: DTZ001 - a wall time
    expected = replace(other, wall_starts_at=datetime(2027, 1, 27, 15), duration_minutes=60, languages=("fr",))  # noqa: DTZ001 - a wall time
    assert follow(FACTS, moved, other) == expected
    assert follow(FACTS, FACTS, other) == other


def test_drafts_that_follow_are_announced_too_and_what_is_announced_stays_so() -> None:
    draft = replace(FACTS, status=SessionStatus.DRAFT)
    assert follow(draft, FACTS, draft).status is SessionStatus.PUBLISHED
    assert follow(draft, replace(draft, title_nl="X"), FACTS).status is SessionStatus.PUBLISHED
