"""The rules about people: which role belongs to which kind of organisation, and in which zone somebody lives."""

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.codes import Role
from app.domain.errors import DomainError

OF_A_GOVERNMENT: Final = frozenset({Role.COORDINATOR, Role.PARTICIPANT})
OF_AN_ASSOCIATION: Final = frozenset({Role.ASSOCIATION})
GIVEN: Final = (Role.STAFF, Role.ASSOCIATION, Role.COORDINATOR, Role.PARTICIPANT, Role.AUDITOR)


class AddressTaken(DomainError):
    """Somebody with this address is known already."""

    code = "address_taken"


class RoleNotGiven(DomainError):
    """Nobody is made a candidate here: that follows from a candidacy."""

    code = "role_not_given"


class RoleNeedsGovernment(DomainError):
    """The role is one at a local government, and none was named."""

    code = "role_needs_government"


class RoleNeedsAssociation(DomainError):
    """The role is one at an association, and none was named."""

    code = "role_needs_association"


class RoleHeld(DomainError):
    """The person has this role already."""

    code = "role_held"


class DataClosed(DomainError):
    """A person's data hold what whoever asks for them may not read of a candidacy."""

    code = "data_closed"


class LastStaff(DomainError):
    """Without this role nobody could give it to anybody any more."""

    code = "last_staff"


class ZoneUnknown(DomainError):
    """There is no time zone of this name."""

    code = "zone_unknown"


def check_place_of_role(role: Role, *, has_government: bool, has_association: bool) -> None:
    """Refuse a role without the organisation that it belongs to.

    :raises RoleNotGiven, RoleNeedsGovernment, RoleNeedsAssociation: see there.
    """
    if role not in GIVEN:
        raise RoleNotGiven
    if role in OF_A_GOVERNMENT and not has_government:
        raise RoleNeedsGovernment
    if role in OF_AN_ASSOCIATION and not has_association:
        raise RoleNeedsAssociation


def check_zone(name: str) -> str:
    """Give the name of a time zone as the IANA list spells it.

    :raises ZoneUnknown: it is not on that list.
    """
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ZoneUnknown from fault
