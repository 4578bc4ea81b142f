"""Which way work visits go, who prepares them, and how a delegation is made up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.codes import Country, Representing, Role, Side
from app.domain.obligations import programme_years
from app.domain.visits import (
    Parties,
    SameDirection,
    Travel,
    balance_of,
    check_can_prepare,
    check_can_send,
    check_direction,
    host_that_reverses,
    other,
    same_way,
    sees_delegation,
    sees_more_of_delegation,
    unexplained,
    year_of,
)

STARTS_ON = date(2026, 9, 1)
FIRST = Travel(date(2027, 3, 1), Side.PARTNER, id=1)
BACK = Travel(date(2027, 11, 1), Side.FLEMISH, id=2)
AGAIN = replace(BACK, host_side=Side.PARTNER)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 9, 1), 1),
        (date(2027, 8, 31), 1),
        (date(2027, 9, 1), 2),
        (date(2026, 8, 31), 0),
        (date(2028, 8, 31), 2),
    ],
)
def test_a_year_of_the_programme_begins_on_its_anniversary(day: date, year: int) -> None:
    assert year_of(day, starts_on=STARTS_ON) == year


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 2000), st.integers(0, 1999))
def test_a_year_of_visits_is_that_of_obligations(starts_on: date, length: int, after: int) -> None:
    ends_on = starts_on + timedelta(days=length)
    day = starts_on + timedelta(days=min(after, length))
    (year,) = [one.number for one in programme_years(starts_on, ends_on) if one.first <= day <= one.last]
    assert year_of(day, starts_on=starts_on) == year


def test_a_programme_that_starts_on_a_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    found = [year_of(date(2025, 2, day), starts_on=date(2024, 2, 29)) for day in (27, 28)]
    assert found == [1, 2]


def test_the_visit_of_year_two_reverses_that_of_year_one() -> None:
    check_direction(BACK, [FIRST], starts_on=STARTS_ON)
    with pytest.raises(SameDirection) as refused:
        check_direction(AGAIN, [FIRST], starts_on=STARTS_ON)
    assert refused.value.params == {"year": 1, "day": FIRST.first_day}


def test_a_reason_excuses_the_same_direction() -> None:
    check_direction(replace(AGAIN, reason="The borders are closed"), [FIRST], starts_on=STARTS_ON)


def test_cancelled_visits_do_not_count() -> None:
    check_direction(AGAIN, [replace(FIRST, cancelled=True)], starts_on=STARTS_ON)
    check_direction(replace(AGAIN, cancelled=True), [FIRST], starts_on=STARTS_ON)


def test_two_visits_in_one_year_may_go_the_same_way() -> None:
    check_direction(replace(FIRST, id=None), [FIRST], starts_on=STARTS_ON)


def test_the_reason_of_the_other_visit_does_not_excuse_a_new_one() -> None:
    excused = replace(AGAIN, reason="The borders are closed")
    third = Travel(date(2028, 10, 1), Side.PARTNER)
    with pytest.raises(SameDirection):
        check_direction(third, [FIRST, excused], starts_on=STARTS_ON)


def test_what_stood_with_a_reason_may_be_changed_without_saying_it_again() -> None:
    excused = replace(AGAIN, reason="The borders are closed")
    moved = replace(FIRST, first_day=date(2027, 3, 8))
    check_direction(moved, [FIRST, excused], starts_on=STARTS_ON, before=FIRST)


def test_the_reason_cannot_be_taken_away_afterwards() -> None:
    excused = replace(AGAIN, reason="The borders are closed")
    with pytest.raises(SameDirection):
        check_direction(AGAIN, [FIRST, excused], starts_on=STARTS_ON, before=excused)


def test_moving_a_visit_to_another_year_is_looked_at_too() -> None:
    twice = Travel(date(2027, 5, 1), Side.PARTNER, id=3)
    with pytest.raises(SameDirection):
        check_direction(replace(twice, first_day=date(2027, 10, 1)), [FIRST, twice], starts_on=STARTS_ON, before=twice)


def test_visits_that_nobody_explains_are_found() -> None:
    assert unexplained([FIRST, AGAIN], starts_on=STARTS_ON) == (AGAIN,)
    assert unexplained([FIRST, replace(AGAIN, reason="Closed")], starts_on=STARTS_ON) == ()
    assert unexplained([replace(FIRST, reason="Closed"), AGAIN], starts_on=STARTS_ON) == ()
    assert unexplained([FIRST, BACK], starts_on=STARTS_ON) == ()


def test_the_host_that_keeps_the_rule_is_the_planned_one_if_it_can_be() -> None:
    assert host_that_reverses(BACK, [FIRST], starts_on=STARTS_ON) is Side.FLEMISH
    assert host_that_reverses(AGAIN, [FIRST], starts_on=STARTS_ON) is Side.FLEMISH
    third = Travel(date(2028, 10, 1), Side.FLEMISH, id=3)
    assert host_that_reverses(AGAIN, [FIRST, third], starts_on=STARTS_ON) is None


_DAYS = st.dates(date(2026, 9, 1), date(2030, 8, 31))
_STEPS = st.lists(
    st.tuples(
        st.sampled_from([False, False, True]),
        st.integers(0, 7),
        _DAYS,
        st.sampled_from(Side),
        st.sampled_from(["", "Because"]),
    ),
    max_size=25,
)


def _write(visits: dict[int, Travel], which: int, day: date, side: Side, reason: str) -> None:
    before = visits.get(which)
    if before and before.cancelled:
        return
    wanted = Travel(day, side, reason, which)
    try:
        check_direction(wanted, visits.values(), starts_on=STARTS_ON, before=before)
    except SameDirection:
        assert not reason
    else:
        visits[which] = wanted


@given(_STEPS)
def test_no_way_of_writing_leaves_two_visits_the_same_way_without_a_reason(
    steps: list[tuple[bool, int, date, Side, str]],
) -> None:
    visits: dict[int, Travel] = {}
    for cancels, which, day, side, reason in steps:
        if not cancels:
            _write(visits, which, day, side, reason)
        elif which in visits:
            visits[which] = replace(visits[which], cancelled=True)
    for one in visits.values():
        assert all(one.reason or twin.reason for twin in same_way(one, visits.values(), starts_on=STARTS_ON))
    assert unexplained(list(visits.values()), starts_on=STARTS_ON) == ()


@given(_DAYS, st.sampled_from(Side), st.lists(st.tuples(_DAYS, st.sampled_from(Side)), max_size=6))
def test_the_host_that_is_proposed_never_breaks_the_rule(day: date, side: Side, known: list[tuple[date, Side]]) -> None:
    others = [Travel(when, host, id=number) for number, (when, host) in enumerate(known)]
    proposed = host_that_reverses(Travel(day, side), others, starts_on=STARTS_ON)
    if proposed is None:
        assert all(same_way(Travel(day, one), others, starts_on=STARTS_ON) for one in Side)
    else:
        check_direction(Travel(day, proposed), others, starts_on=STARTS_ON)


PARTIES = Parties(Country.RWANDA, host=1, travelling=2)
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
RALGA = Actor(person_id=2, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
ANCB = Actor(person_id=3, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.BENIN}))
HOST = Actor(person_id=4, coordinates=frozenset({1}), participates=frozenset({1}))
TRAVELLING = Actor(person_id=5, coordinates=frozenset({2}), participates=frozenset({2}))
GUEST = Actor(person_id=6, participates=frozenset({2}))
AUDITOR = Actor(person_id=7, roles=frozenset({Role.AUDITOR}))


@pytest.mark.parametrize(
    ("actor", "prepares", "sends", "sees", "sees_more"),
    [
        (STAFF, True, True, True, True),
        (RALGA, True, False, True, True),
        (ANCB, False, False, False, False),
        (HOST, True, False, True, False),
        (TRAVELLING, True, True, True, True),
        (GUEST, False, False, True, True),
        (AUDITOR, False, False, False, False),
        (PUBLIC, False, False, False, False),
    ],
)
def test_who_does_what_with_a_visit(actor: Actor, prepares: bool, sends: bool, sees: bool, sees_more: bool) -> None:
    for check, allowed in ((check_can_prepare, prepares), (check_can_send, sends)):
        if allowed:
            check(actor, PARTIES)
        else:
            with pytest.raises(NotAllowed):
                check(actor, PARTIES)
    assert (sees_delegation(actor, PARTIES), sees_more_of_delegation(actor, PARTIES)) == (sees, sees_more)


def test_the_other_side() -> None:
    assert [other(side) for side in Side] == [Side.PARTNER, Side.FLEMISH]


def test_a_delegation_is_counted_by_whom_its_members_travel_for() -> None:
    found = balance_of(
        [Representing.OFFICIAL, Representing.OFFICIAL, Representing.POLITICIAN, Representing.CIVIL_SOCIETY], expected=3
    )
    assert (found.officials, found.politicians, found.others, found.total, found.beyond) == (2, 1, 1, 4, 1)
    assert balance_of([], expected=3).beyond == -3
