"""When a reminder is due: by the clock in Brussels, once per step, never just after the start."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reminders import REST, due_step, moment_before

DAYS = (14, 7, 2)
# 23:59 in Brussels, five days after the clocks went back (25 October 2026, 03:00 summer time)
CLOSES = datetime(2026, 10, 30, 22, 59, tzinfo=UTC)
LONG_AGO = CLOSES - timedelta(days=40)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("days", "moment"),
    [
        (14, datetime(2026, 10, 16, 21, 59, tzinfo=UTC)),
        (7, datetime(2026, 10, 23, 21, 59, tzinfo=UTC)),
        (5, datetime(2026, 10, 25, 22, 59, tzinfo=UTC)),
        (2, datetime(2026, 10, 28, 22, 59, tzinfo=UTC)),
    ],
)
def test_days_are_counted_on_the_clock_in_brussels(days: int, moment: datetime) -> None:
    assert moment_before(CLOSES, days) == moment


def test_a_time_that_comes_twice_or_never_still_has_its_moment() -> None:
    half_past_two = datetime(2026, 10, 27, 1, 30, tzinfo=UTC)
    assert moment_before(half_past_two, 2) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    in_spring = datetime(2027, 3, 30, 0, 30, tzinfo=UTC)  # 02:30 in Brussels
    assert moment_before(in_spring, 2) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (moment_before(CLOSES, 14) - SECOND, None),
        (moment_before(CLOSES, 14), 14),
        (moment_before(CLOSES, 7) - SECOND, 14),
        (moment_before(CLOSES, 7), 7),
        (moment_before(CLOSES, 2) - SECOND, 7),
        (moment_before(CLOSES, 2), 2),
        (CLOSES - SECOND, 2),
        (CLOSES, None),
    ],
)
def test_the_last_step_that_is_past_counts(now: datetime, step: int | None) -> None:
    assert due_step(CLOSES, DAYS, since=LONG_AGO, now=now) == step


def test_a_step_that_was_past_at_the_start_does_not_count() -> None:
    started = moment_before(CLOSES, 14) + timedelta(hours=1)
    assert due_step(CLOSES, DAYS, since=started, now=started + REST) is None
    assert due_step(CLOSES, DAYS, since=started, now=moment_before(CLOSES, 7)) == 7


def test_nobody_is_reminded_on_the_day_of_the_start_but_afterwards() -> None:
    started = moment_before(CLOSES, 2) - timedelta(hours=6)
    assert due_step(CLOSES, DAYS, since=started, now=moment_before(CLOSES, 2)) is None
    assert due_step(CLOSES, DAYS, since=started, now=started + REST - SECOND) is None
    assert due_step(CLOSES, DAYS, since=started, now=started + REST) == 2


def test_without_days_nobody_is_reminded() -> None:
    assert due_step(CLOSES, (), since=LONG_AGO, now=CLOSES - SECOND) is None


@given(st.integers(-70, 70), st.integers(-100_000, 10_000), st.lists(st.integers(1, 90), max_size=5))
def test_a_reminder_is_never_early_never_late_and_never_just_after_the_start(
    started_hours: int, minutes: int, days: list[int]
) -> None:
    now = CLOSES + timedelta(minutes=minutes)
    since = now + timedelta(hours=started_hours)
    step = due_step(CLOSES, days, since=since, now=now)
    if step is not None:
        assert step in days
        assert since + REST <= now < CLOSES
        assert since < moment_before(CLOSES, step) <= now
