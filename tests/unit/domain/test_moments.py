"""Finding a moment: every rule by hand, and by generated circumstances against every moment that there is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda_rules import WorkingHours
from app.domain.codes import Country, PollAnswer
from app.domain.moment_facts import (
    NOES,
    Circumstances,
    Engagement,
    LengthUnclear,
    NamedDays,
    Place,
    RangeUnclear,
    Reason,
    Why,
    Wish,
)
from app.domain.moments import AWAKE_FROM, AWAKE_UNTIL, propose, weigh
from app.domain.texts import Words
from app.domain.time import instant, wall_in, zones_for

BRUSSELS, KIGALI = zones_for("BE"), zones_for("RW")
OFFICE = WorkingHours("09:00", "17:00")
FLANDERS, RWANDA = frozenset({1, 2}), frozenset({3})
HERE = Place(Country.BELGIUM, BRUSSELS, OFFICE, FLANDERS)
THERE = Place(Country.RWANDA, KIGALI, WorkingHours("08:00", "17:00"), RWANDA)
TUESDAY = date(2027, 1, 19)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = BRUSSELS) -> datetime:
    return instant(datetime.combine(day, time(hour, minute)), zone)


def wish(
    first: date = TUESDAY, last: date = TUESDAY, minutes: int = 60, zone: ZoneInfo = BRUSSELS, step: int = 30
) -> Wish:
    return Wish(first, last, zone, minutes, LONG_AGO, step)


def whys(starts_at: datetime, circumstances: Circumstances, minutes: int = 60) -> dict[Why, Reason]:
    return {reason.why: reason for reason in weigh(starts_at, wish(minutes=minutes), circumstances).reasons}


BOTH = Circumstances((HERE, THERE))


def test_a_moment_within_the_hours_of_all_costs_nothing() -> None:
    best = weigh(at(TUESDAY, 9), wish(), BOTH)
    assert best.reasons == (Reason(Why.WITHIN_HOURS),)
    assert (best.noes, best.points, best.absent) == (0, 0, frozenset())
    assert best.wall == datetime(2027, 1, 19, 9)  # noqa: DTZ001 - a wall time


def test_time_outside_the_hours_costs_for_each_started_quarter_of_each_place() -> None:
    early = whys(at(TUESDAY, 8, 20), BOTH)
    assert set(early) == {Why.BEFORE_HOURS}
    assert (early[Why.BEFORE_HOURS].place, early[Why.BEFORE_HOURS].minutes, early[Why.BEFORE_HOURS].points) == (
        HERE,
        40,
        12,
    )
    late = whys(at(TUESDAY, 15, 30), BOTH)
    assert (late[Why.AFTER_HOURS].place, late[Why.AFTER_HOURS].minutes, late[Why.AFTER_HOURS].points) == (THERE, 30, 6)
    assert Why.WITHIN_HOURS not in late


def test_lunch_and_the_edges_of_the_week_cost_a_little() -> None:
    assert set(whys(at(TUESDAY, 11, 30), BOTH)) == {Why.WITHIN_HOURS, Why.LUNCH}
    noon = weigh(at(TUESDAY, 11, 30), wish(), BOTH).reasons
    assert [reason.place for reason in noon if reason.why is Why.LUNCH] == [HERE, THERE]
    assert Why.LUNCH not in whys(at(TUESDAY, 13), Circumstances((HERE,)))
    assert Why.WEEK_EDGE in whys(at(TUESDAY - timedelta(days=1), 9), BOTH)
    assert Why.WEEK_EDGE in whys(at(TUESDAY + timedelta(days=3), 9), BOTH)
    assert Why.WEEK_EDGE not in whys(at(TUESDAY + timedelta(days=2), 9), BOTH)


def test_a_day_off_and_a_holiday_keep_the_people_of_the_place_away() -> None:
    saturday = whys(at(TUESDAY + timedelta(days=4), 9), BOTH)
    assert [saturday[Why.DAY_OFF].is_no, Why.WITHIN_HOURS in saturday] == [True, False]
    feast = Words("Feest", "Fête", "Feast")
    holiday = Place(Country.RWANDA, KIGALI, THERE.hours, RWANDA, {TUESDAY: feast})
    found = weigh(at(TUESDAY, 9), wish(), Circumstances((HERE, holiday)))
    assert found.absent == RWANDA
    assert [(reason.why, reason.title, reason.place) for reason in found.reasons] == [(Why.HOLIDAY, feast, holiday)]


def test_named_days_another_session_and_a_no_keep_their_people_away() -> None:
    week = NamedDays(TUESDAY, TUESDAY, BRUSSELS, Words("Kermis"), "Gamma", FLANDERS)
    other = Engagement(at(TUESDAY, 8), at(TUESDAY, 9, 30), frozenset({2, 3, 99}))
    answers = {3: {at(TUESDAY, 9): PollAnswer.NO}, 1: {at(TUESDAY, 9): PollAnswer.IF_NEED_BE}}
    found = whys(at(TUESDAY, 9), Circumstances((HERE, THERE), (week,), (other,), answers))
    assert found[Why.NAMED_DAYS].people == FLANDERS
    assert (found[Why.NAMED_DAYS].title, found[Why.NAMED_DAYS].by) == (Words("Kermis"), "Gamma")
    assert found[Why.OTHER_SESSION].people == {2, 3}
    assert found[Why.ANSWERED_NO].people == {3}
    assert (found[Why.IF_NEED_BE].people, found[Why.IF_NEED_BE].points) == (frozenset({1}), 5)


def test_a_session_that_ends_when_another_starts_does_not_clash() -> None:
    before = Engagement(at(TUESDAY, 8), at(TUESDAY, 9), FLANDERS)
    after = Engagement(at(TUESDAY, 10), at(TUESDAY, 11), FLANDERS)
    assert set(whys(at(TUESDAY, 9), Circumstances((HERE,), (), (before, after)))) == {Why.WITHIN_HOURS}


def test_the_best_of_each_day_comes_first_then_the_earlier_one() -> None:
    found = propose(wish(last=TUESDAY + timedelta(days=2)), BOTH, most=3)
    assert [one.wall.isoformat() for one in found] == [
        "2027-01-19T09:00:00",
        "2027-01-20T09:00:00",
        "2027-01-21T09:00:00",
    ]


def test_one_day_gives_several_moments_that_do_not_overlap() -> None:
    found = propose(wish(minutes=120), BOTH, most=4)
    assert len(found) == 4
    ordered = sorted(found, key=lambda one: one.starts_at)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(ordered))
    assert [one.order for one in found] == sorted(one.order for one in found)


def test_where_nothing_is_free_the_least_bad_is_given_with_the_people_who_cannot() -> None:
    week = NamedDays(TUESDAY, TUESDAY, BRUSSELS, Words("Kermis"), "Gamma", frozenset({1}))
    morning = Engagement(at(TUESDAY, 6), at(TUESDAY, 14), frozenset({2}))
    found = propose(wish(), Circumstances((HERE, THERE), (week,), (morning,)), most=2)
    assert {one.absent for one in found} == {frozenset({1})}
    assert found[0].wall.hour == 14


def test_nothing_is_proposed_in_the_past_at_night_or_in_an_hour_that_does_not_exist() -> None:
    late = Wish(TUESDAY, TUESDAY, BRUSSELS, 60, at(TUESDAY, 14, 10))
    assert min(one.starts_at for one in propose(late, BOTH, most=20)) == at(TUESDAY, 14, 30)
    everywhere = propose(wish(minutes=30), BOTH, most=99)
    for one in everywhere:
        for zone in (BRUSSELS, KIGALI):
            assert wall_in(one.starts_at, zone).time() >= AWAKE_FROM
            assert wall_in(one.ends_at, zone).time() <= AWAKE_UNTIL
    change = Wish(date(2027, 3, 28), date(2027, 3, 28), BRUSSELS, 30, LONG_AGO)
    assert propose(change, Circumstances((Place(Country.BELGIUM, ZoneInfo("Asia/Kathmandu"), OFFICE),)), most=99)


def test_people_who_are_never_awake_together_get_no_proposal() -> None:
    far = Place(Country.RWANDA, ZoneInfo("Pacific/Auckland"), OFFICE, RWANDA)
    assert propose(wish(minutes=240), Circumstances((HERE, far))) == ()


def test_the_range_and_the_length_have_bounds() -> None:
    for last in (TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=92)):
        with pytest.raises(RangeUnclear):
            propose(wish(last=last), BOTH)
    for minutes in (0, 481):
        with pytest.raises(LengthUnclear):
            propose(wish(minutes=minutes), BOTH)


def test_a_place_without_known_people_still_counts() -> None:
    empty = Place(Country.RWANDA, KIGALI, THERE.hours, frozenset(), {TUESDAY: Words("Feest")})
    found = weigh(at(TUESDAY, 9), wish(), Circumstances((empty,)))
    assert (found.absent, found.noes) == (frozenset(), 1)


def test_a_moment_that_ends_on_another_day_meets_the_rules_of_both() -> None:
    friday = date(2027, 1, 22)
    found = weigh(at(friday, 23, 30), wish(), Circumstances((HERE,)))
    assert [reason.why for reason in found.reasons if reason.is_no] == [Why.DAY_OFF]


people = st.frozensets(st.sampled_from([1, 2, 3]), min_size=1)
days = st.integers(min_value=0, max_value=5).map(lambda number: TUESDAY + timedelta(days=number))
starts = st.builds(lambda day, half: at(day, 8) + timedelta(minutes=30 * half), days, st.integers(0, 20))
named_days = st.builds(
    lambda first, length, zone, who: NamedDays(first, first + timedelta(days=length), zone, Words("X"), "Y", who),
    days,
    st.integers(0, 3),
    st.sampled_from([BRUSSELS, KIGALI]),
    people,
)
engagements = st.builds(
    lambda start, hours, who: Engagement(start, start + timedelta(hours=hours), who), starts, st.integers(1, 30), people
)
answered: st.SearchStrategy[Mapping[int, Mapping[datetime, PollAnswer]]] = st.dictionaries(
    st.sampled_from([1, 2, 3]), st.dictionaries(starts, st.sampled_from(PollAnswer), max_size=8)
)
circumstances = st.builds(
    lambda named, engaged, answers: Circumstances((HERE, THERE), tuple(named), tuple(engaged), answers),
    st.lists(named_days, max_size=4),
    st.lists(engagements, max_size=4),
    answered,
)


@settings(deadline=None)
@given(circumstances, st.integers(0, 4), st.sampled_from([30, 60, 90]), st.integers(1, 8))
def test_no_moment_is_better_than_the_first_and_none_has_a_no_while_another_is_free(
    around: Circumstances, length: int, minutes: int, most: int
) -> None:
    asked = wish(last=TUESDAY + timedelta(days=length), minutes=minutes)
    found = propose(asked, around, most=most)
    every = [
        weigh(start, asked, around)
        for day in range(length + 1)
        for half in range(48)
        for start in [at(TUESDAY + timedelta(days=day), 0) + timedelta(minutes=30 * half)]
        if all(
            wall_in(start, zone).time() >= AWAKE_FROM
            and wall_in(start, zone).date() == wall_in(start + timedelta(minutes=minutes), zone).date()
            and wall_in(start + timedelta(minutes=minutes), zone).time() <= AWAKE_UNTIL
            for zone in (BRUSSELS, KIGALI)
        )
    ]
    assert 1 <= len(found) <= most
    assert found[0] == min(every, key=lambda one: one.order)
    assert all(one in every for one in found)
    assert [one.order for one in found] == sorted(one.order for one in found)
    if any(not one.noes for one in every):
        assert not any(reason.why in NOES for one in found for reason in one.reasons)
    assert len({one.starts_at for one in found}) == len(found)


@settings(deadline=None)
@given(circumstances, engagements)
def test_one_more_obstacle_never_makes_a_moment_better(around: Circumstances, more: Engagement) -> None:
    worse = Circumstances(around.places, around.named, (*around.engagements, more), around.answers)
    for hour in range(7, 18):
        start = at(TUESDAY, hour)
        assert weigh(start, wish(), around).order <= weigh(start, wish(), worse).order


@given(circumstances)
def test_the_order_of_what_is_given_makes_no_difference(around: Circumstances) -> None:
    turned = Circumstances(around.places, around.named[::-1], around.engagements[::-1], around.answers)
    first, second = propose(wish(), around), propose(wish(), turned)
    assert [(one.starts_at, one.order, one.absent) for one in first] == [
        (one.starts_at, one.order, one.absent) for one in second
    ]
