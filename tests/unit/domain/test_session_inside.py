"""Documents and minutes of a session: how many, and who writes."""

import pytest

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.agenda import Belonging, SessionCancelled
from app.domain.attachments import SameAttachment, TooManyAttachments
from app.domain.codes import Country, Role, SessionKind, SessionStatus
from app.domain.session_inside import (
    MAX_DOCUMENTS,
    MinutesChanged,
    MinutesTooEarly,
    check_can_write_minutes,
    check_fits,
    check_version,
)

STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
RALGA = Actor(person_id=2, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
COORDINATOR = Actor(person_id=3, coordinates=frozenset({7}), participates=frozenset({7}))
PARTICIPANT = Actor(person_id=4, participates=frozenset({7}))


def may_write(
    actor: Actor, *, country: Country = Country.RWANDA, coordinates: bool = False, status: str = "published"
) -> bool:
    try:
        check_can_write_minutes(
            actor,
            belonging=Belonging(country),
            kind=SessionKind.JOINT_DIGITAL,
            status=SessionStatus(status),
            coordinates=coordinates,
        )
    except NotAllowed:
        return False
    return True


def test_those_who_prepare_a_session_and_coordinators_concerned_write_its_minutes() -> None:
    assert may_write(STAFF)
    assert may_write(RALGA)
    assert not may_write(RALGA, country=Country.BENIN)
    assert may_write(COORDINATOR, coordinates=True)
    assert not may_write(COORDINATOR)
    assert not may_write(PARTICIPANT)
    assert not may_write(PUBLIC)


def test_what_did_not_take_place_has_no_minutes() -> None:
    with pytest.raises(SessionCancelled):
        may_write(STAFF, status="cancelled")
    with pytest.raises(MinutesTooEarly):
        may_write(COORDINATOR, coordinates=True, status="draft")


def test_minutes_are_written_on_top_of_what_was_read() -> None:
    check_version(read=3, stored=3, name="Ada")
    with pytest.raises(MinutesChanged) as refused:
        check_version(read=2, stored=3, name="Ada")
    assert refused.value.params == {"name": "Ada"}


def test_a_document_fits_once_while_there_is_room() -> None:
    present = [(f"{number}.pdf", f"{number}") for number in range(MAX_DOCUMENTS - 1)]
    check_fits("new", present)
    with pytest.raises(SameAttachment) as refused:
        check_fits("3", present)
    assert refused.value.params == {"other": "3.pdf"}
    with pytest.raises(TooManyAttachments):
        check_fits("new", [*present, ("last.pdf", "last")])
