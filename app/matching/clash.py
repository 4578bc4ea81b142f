"""Locks, vetoes and places that cannot all hold: a set of them of which none can be left out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.domain.errors import DomainError
from app.matching.problem import Problem

if TYPE_CHECKING:
    from app.matching.network import Network

CLASH_FORMAT = "tandem-pairing-clash/1"

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class LockHeld:
    """A lock that plays a part in a clash."""

    left: str
    right: str

    def to_data(self) -> Json:
        """Return it as plain values of the file format."""
        return {"kind": "lock", "left": self.left, "right": self.right}


@dataclass(frozen=True, slots=True)
class VetoHeld:
    """A veto that plays a part in a clash."""

    left: str
    right: str

    def to_data(self) -> Json:
        """Return it as plain values of the file format."""
        return {"kind": "veto", "left": self.left, "right": self.right}


@dataclass(frozen=True, slots=True)
class PlacesHeld:
    """One bound of places that plays a part in a clash; ``of`` is an id of a side, a group, or empty for the total."""

    kind: Literal["left", "right", "group", "total"]
    of: str
    bound: Literal["min", "max"]
    value: int

    def to_data(self) -> Json:
        """Return it as plain values of the file format.

        ``scope`` says what ``of`` names, because an id and a group may be called alike, and either may be "total".
        """
        return {
            "kind": "places",
            "scope": self.kind,
            "of": "total" if self.kind == "total" else self.of,
            self.bound: self.value,
        }


Constraint = LockHeld | VetoHeld | PlacesHeld


class NoPairing(DomainError):
    """The locks, vetoes and places of a problem cannot all hold.

    ``constraints`` have no pairing together, each pair that has points free to be made at most once; without any one of
    them the others have one. First the locks, then the vetoes, then the places, each by id. None are given to those who
    did not ask why: see ``solve.best_pairs``.
    """

    code = "no_pairing"

    def __init__(self, constraints: tuple[Constraint, ...]) -> None:
        super().__init__(constraints=constraints)
        self.constraints = constraints

    def to_data(self) -> list[Json]:
        """Return the constraints as plain values of the file format."""
        return [constraint.to_data() for constraint in self.constraints]


def clash_of(problem: Problem, network: "Network") -> NoPairing:
    """Return what clashes in a canonical problem without a pairing, laid out as ``network``.

    It does not depend on the order in the file. Loads NumPy and OR-Tools at the first call.
    """
    from app.matching.irreducible import clashing_bounds
    from app.matching.network import ids_of

    lower, upper = clashing_bounds(network)
    pairs = network.pair_count
    locks = [LockHeld(*ids) for _, *ids in ids_of(problem, network, lower[:pairs].nonzero()[0])]
    vetoes = [VetoHeld(*ids) for _, *ids in ids_of(problem, network, upper[:pairs].nonzero()[0])]
    scopes = list(enumerate(network.scopes, pairs))
    places = [PlacesHeld(*scope, "min", int(network.lower[arc])) for arc, scope in scopes if lower[arc]]
    places += [PlacesHeld(*scope, "max", int(network.upper[arc])) for arc, scope in scopes if upper[arc]]
    return NoPairing((*locks, *vetoes, *sorted(places, key=_standing)))


def _standing(places: PlacesHeld) -> tuple[int, str, str]:
    return ("left", "right", "group", "total").index(places.kind), places.of, places.bound


def clash_to_json(clash: NoPairing, sentence: str) -> Json:
    """Return a clash as plain values, with the sentence that says it: see ``language.clash_words``."""
    return {"format": CLASH_FORMAT, "clash": clash.to_data(), "sentence": sentence}
