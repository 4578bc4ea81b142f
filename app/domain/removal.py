"""When a person's data can be removed, and what stands in the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.people import LastStaff

OPEN_STATES: Final = frozenset(CandidacyState) - {
    CandidacyState.SELECTED,
    CandidacyState.NOT_SELECTED,
    CandidacyState.WITHDRAWN,
}
"""States in which somebody must be able to answer for a candidacy."""


class OnlyMember(DomainError):
    """Nobody else can answer for an open candidacy; ``reference`` names it."""

    code: ClassVar[str] = "only_member"


class OnlyCoordinator(DomainError):
    """A local government in a running partnership would have no coordinator; ``government`` names it."""

    code: ClassVar[str] = "only_coordinator"


class PersonRemoved(DomainError):
    """The data of this person were removed: there is nobody to give a role or to write to."""

    code: ClassVar[str] = "person_removed"


@dataclass(frozen=True, slots=True)
class Ties:
    """What hangs on one person alone: references of open candidacies, names of governments, the programme team."""

    candidacies: tuple[str, ...] = ()
    governments: tuple[str, ...] = ()
    is_last_staff: bool = False


def obstacles(ties: Ties) -> tuple[DomainError, ...]:
    """Give every reason for which a person cannot be removed yet."""
    return tuple(_obstacles(ties))


def _obstacles(ties: Ties) -> Iterator[DomainError]:
    for reference in ties.candidacies:
        yield OnlyMember(reference=reference)
    for government in ties.governments:
        yield OnlyCoordinator(government=government)
    if ties.is_last_staff:
        yield LastStaff()


def check_can_remove(ties: Ties) -> None:
    """Refuse while something hangs on the person alone.

    :raises OnlyMember, OnlyCoordinator, LastStaff: the first of the reasons.
    """
    for obstacle in _obstacles(ties):
        raise obstacle


def placeholder_address(person_id: int) -> str:
    """Give the address of a person whose data were removed: unique, and no mail can ever reach it (RFC 2606)."""
    return f"removed-{person_id}@removed.invalid"
