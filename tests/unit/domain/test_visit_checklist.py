"""The checklist of a traveller: due days, order, and who ticks."""

from datetime import date

import pytest

from app.domain.access import Actor, NotAllowed
from app.domain.codes import CheckBy, Country, Role
from app.domain.visit_checklist import (
    Check,
    DoneInFuture,
    Involved,
    check_can_tick,
    due_on,
    in_order,
    items_for,
    may_see,
    may_tick,
)
from app.domain.visit_rules import ChecklistItem

TODAY = date(2026, 5, 1)
INVOLVED = Involved(travelling_id=10, host_id=20, person_id=7)
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
TRAVELLING, HOST, TRAVELLER = (
    Actor(person_id=2, coordinates=frozenset({10})),
    Actor(person_id=3, coordinates=frozenset({20})),
    Actor(person_id=7, participates=frozenset({10})),
)


def check(number: int, day: int, *, done: bool = False) -> Check:
    """Give an item due on a day of May."""
    return Check(number, 1, "visa", "V", "", "", CheckBy.TRAVELLER, date(2026, 5, day), TODAY if done else None)


def test_items_count_where_they_are_for() -> None:
    yellow = ChecklistItem("yellow_fever", "Gele koorts", "", "", 45, countries=(Country.BENIN,))
    passport = ChecklistItem("passport", "Paspoort", "", "", 90)
    assert items_for([yellow, passport], Country.RWANDA) == (passport,)
    assert items_for([yellow, passport], Country.BENIN) == (yellow, passport)
    assert due_on(passport, date(2026, 6, 1)) == date(2026, 3, 3)


def test_overdue_comes_first_and_done_last() -> None:
    checks = [check(1, 20), check(2, 2, done=True), check(3, 4), check(4, 3), check(5, 5)]
    assert [one.id for one in in_order(checks, date(2026, 5, 5))] == [4, 3, 5, 1, 2]
    assert not check(5, 5).is_overdue(date(2026, 5, 5))


@pytest.mark.parametrize(
    ("by", "who"),
    [
        (CheckBy.TRAVELLER, [STAFF, TRAVELLING, TRAVELLER]),
        (CheckBy.TRAVELLING_SIDE, [STAFF, TRAVELLING]),
        (CheckBy.HOST_SIDE, [STAFF, HOST]),
        (CheckBy.STAFF, [STAFF]),
    ],
)
def test_who_ticks_what(by: CheckBy, who: list[Actor]) -> None:
    everybody = [STAFF, TRAVELLING, HOST, TRAVELLER, Actor()]
    assert [one for one in everybody if may_tick(one, by, INVOLVED)] == who


@pytest.mark.parametrize(
    ("by", "who"),
    [
        (CheckBy.TRAVELLER, [STAFF, TRAVELLING, TRAVELLER]),
        (CheckBy.TRAVELLING_SIDE, [STAFF, TRAVELLING, TRAVELLER]),
        (CheckBy.HOST_SIDE, [STAFF, TRAVELLING, HOST, TRAVELLER]),
        (CheckBy.STAFF, [STAFF, TRAVELLING, TRAVELLER]),
    ],
)
def test_the_host_sees_only_what_it_takes_care_of(by: CheckBy, who: list[Actor]) -> None:
    everybody = [STAFF, TRAVELLING, HOST, TRAVELLER, Actor()]
    assert [one for one in everybody if may_see(one, by, INVOLVED)] == who


def test_ticking_is_refused_to_others_and_for_tomorrow() -> None:
    check_can_tick(STAFF, CheckBy.STAFF, INVOLVED, done_on=TODAY, today=TODAY)
    with pytest.raises(NotAllowed):
        check_can_tick(HOST, CheckBy.STAFF, INVOLVED, done_on=TODAY, today=TODAY)
    with pytest.raises(DoneInFuture):
        check_can_tick(STAFF, CheckBy.STAFF, INVOLVED, done_on=date(2026, 5, 2), today=TODAY)
