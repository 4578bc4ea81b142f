"""Identity data of travellers: who reads them, and until when they are kept."""

from datetime import date

import pytest

from app.domain.access import PUBLIC, Actor
from app.domain.codes import Role
from app.domain.identity import (
    BornInFuture,
    Identity,
    check_identity,
    may_read_identity,
    passport_too_short,
    removed_on,
)

WHOLE = Identity("Naam", "EL123", "BE", date(1980, 2, 3), date(2030, 1, 1), "Somebody, +32 2 000 00 00", "none")
LAST = date(2026, 6, 12)


def test_identity_is_stored_whole() -> None:
    assert Identity.from_data(WHOLE.to_data()) == WHOLE
    assert Identity.from_data(Identity().to_data()) == Identity()


def test_identity_says_nothing_in_a_log() -> None:
    assert repr(WHOLE) == str(WHOLE) == "Identity(…)"
    assert "EL123" not in f"{[WHOLE]} {(WHOLE,)!r}"


@pytest.mark.parametrize(
    ("actor", "reads"),
    [
        (Actor(person_id=1, roles=frozenset({Role.STAFF})), True),
        (Actor(person_id=2, coordinates=frozenset({10})), True),
        (Actor(person_id=7), True),
        (Actor(person_id=3, coordinates=frozenset({20})), False),
        (Actor(person_id=4, participates=frozenset({10})), False),
        (Actor(person_id=5, roles=frozenset({Role.ASSOCIATION})), False),
        (Actor(person_id=6, roles=frozenset({Role.AUDITOR})), False),
        (Actor(person_id=7, candidacy_id=1), False),
        (PUBLIC, False),
    ],
)
def test_only_staff_the_travelling_coordinator_and_the_traveller_read_it(actor: Actor, *, reads: bool) -> None:
    assert may_read_identity(actor, travelling_id=10, person_id=7) is reads


def test_nobody_is_the_traveller_who_has_no_account() -> None:
    assert not may_read_identity(Actor(), travelling_id=10, person_id=None)
    assert not may_read_identity(Actor(person_id=3), travelling_id=10, person_id=None)


def test_the_term_runs_from_the_first_end() -> None:
    assert removed_on(LAST, cancelled_on=None, withdrawn_on=None, days=60) == date(2026, 8, 11)
    assert removed_on(LAST, cancelled_on=date(2026, 3, 1), withdrawn_on=None, days=60) == date(2026, 4, 30)
    assert removed_on(LAST, cancelled_on=date(2026, 3, 1), withdrawn_on=date(2026, 2, 1), days=0) == date(2026, 2, 1)
    assert removed_on(LAST, cancelled_on=date(2026, 7, 1), withdrawn_on=None, days=60) == date(2026, 8, 11)


def test_a_passport_must_outlast_the_visit_by_half_a_year() -> None:
    assert passport_too_short(date(2026, 12, 11), LAST)
    assert not passport_too_short(date(2026, 12, 12), LAST)
    assert not passport_too_short(None, LAST)


def test_nobody_is_born_today() -> None:
    check_identity(WHOLE, today=LAST)
    check_identity(Identity(), today=LAST)
    with pytest.raises(BornInFuture):
        check_identity(Identity(born_on=LAST), today=LAST)
