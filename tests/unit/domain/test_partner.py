"""Who writes a partner profile, and what it lacks."""

import pytest

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.codes import Country, Role
from app.domain.partner import check_can_write, lacking

KARONGI, NIKKI = 1, 2
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
RALGA = Actor(person_id=2, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
COORDINATOR = Actor(person_id=3, roles=frozenset({Role.COORDINATOR}), coordinates=frozenset({KARONGI}))
PARTICIPANT = Actor(person_id=4, roles=frozenset({Role.PARTICIPANT}), participates=frozenset({KARONGI}))


@pytest.mark.parametrize("actor", [STAFF, RALGA, COORDINATOR])
def test_staff_the_own_association_and_the_own_coordinator_may_write(actor: Actor) -> None:
    check_can_write(actor, government_id=KARONGI, country=Country.RWANDA)


@pytest.mark.parametrize("actor", [RALGA, COORDINATOR, PARTICIPANT, PUBLIC])
def test_others_may_not(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        check_can_write(actor, government_id=NIKKI, country=Country.BENIN)


def test_a_participant_may_not_write_the_profile_of_the_own_government() -> None:
    with pytest.raises(NotAllowed):
        check_can_write(PARTICIPANT, government_id=KARONGI, country=Country.RWANDA)


def test_lacking_names_what_the_pairing_needs() -> None:
    assert lacking({}) == ("strengths", "challenges", "subjects", "languages")
    assert (
        lacking({"strengths": {"youth": {}}, "challenges": {"water": {}}, "subjects": ["x"], "languages": {"en": 1}})
        == ()
    )
