"""Locks and places that cannot all hold, as far as counting alone shows it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.domain.errors import DomainError
from app.matching.problem import Problem

if TYPE_CHECKING:
    from app.matching.network import Network


@dataclass(frozen=True, slots=True)
class LockHeld:
    """A lock that plays a part in a clash."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class PlacesHeld:
    """One bound of places that plays a part in a clash; ``of`` is an id of a side, a group, or empty for the total."""

    kind: Literal["left", "right", "group", "total"]
    of: str
    bound: Literal["min", "max"]
    value: int


Constraint = LockHeld | PlacesHeld


class NoPairing(DomainError):
    """The locks, vetoes and places of a problem cannot all hold.

    ``reason`` is a code: ``locks_exceed_places``, ``places_out_of_reach`` (fewer allowed pairs than places that must be
    filled), ``places_disagree`` (places of nodes against those of their group or the total), or ``constraints_clash``
    where counting does not show which; then ``constraints`` is empty.
    """

    code = "no_pairing"

    def __init__(self, reason: str, constraints: tuple[Constraint, ...] = ()) -> None:
        super().__init__(reason=reason, constraints=constraints)
        self.reason = reason
        self.constraints = constraints


def clash_of(problem: Problem, network: "Network") -> NoPairing:
    """Return what clashes in a canonical problem without a pairing, laid out as ``network``."""
    return NoPairing("constraints_clash")
