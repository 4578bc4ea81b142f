import pytest

from app.domain.codes import Role
from app.domain.errors import DomainError
from app.domain.people import (
    RoleNeedsAssociation,
    RoleNeedsGovernment,
    RoleNotGiven,
    ZoneUnknown,
    check_place_of_role,
    check_zone,
)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.CANDIDATE, RoleNotGiven),
        (Role.COORDINATOR, RoleNeedsGovernment),
        (Role.PARTICIPANT, RoleNeedsGovernment),
        (Role.ASSOCIATION, RoleNeedsAssociation),
    ],
)
def test_a_role_without_its_organisation_is_refused(role: Role, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        check_place_of_role(role, has_government=False, has_association=False)


@pytest.mark.parametrize("role", [Role.STAFF, Role.AUDITOR])
def test_some_roles_need_no_organisation(role: Role) -> None:
    check_place_of_role(role, has_government=False, has_association=False)


def test_a_role_with_its_organisation_is_given() -> None:
    check_place_of_role(Role.COORDINATOR, has_government=True, has_association=False)
    check_place_of_role(Role.ASSOCIATION, has_government=False, has_association=True)


def test_a_zone_is_one_of_the_iana_list() -> None:
    assert check_zone(" Africa/Nairobi ") == "Africa/Nairobi"


@pytest.mark.parametrize("name", ["", "Karongi", "../../etc/passwd", "/etc/localtime", "Africa", "a\x00b"])
def test_another_zone_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        check_zone(name)
