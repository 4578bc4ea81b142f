"""Locks and places that cannot all hold, as far as counting alone shows it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.errors import DomainError
from app.matching.problem import AllowedPair, Node, Places, Problem, members, positions


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


@dataclass(frozen=True, slots=True)
class _Scope:
    """A node, a group or one side as a whole, with its places and its nodes."""

    kind: Literal["left", "right", "group", "total"]
    of: str
    places: Places
    side: Literal["left", "right"]
    nodes: frozenset[int]

    def held(self, bound: Literal["min", "max"]) -> PlacesHeld:
        return PlacesHeld(self.kind, self.of, bound, self.places.min if bound == "min" else self.places.max)


def check_counts(problem: Problem, allowed: Sequence[AllowedPair]) -> None:
    """Refuse a valid problem, given its ``allowed_pairs``, whose locks or places clash in a way that counting shows.

    A problem that passes may still have no pairing.

    :raises NoPairing: with the constraints involved.
    """
    counts = {"left": Counter(row for row, _, _ in allowed), "right": Counter(column for _, column, _ in allowed)}
    locked = {"left": _locked(problem, problem.left, 0), "right": _locked(problem, problem.right, 1)}
    for scope in _scopes(problem):
        _check_locks(scope, locked[scope.side])
        _check_reach(scope, counts[scope.side])
        _check_nodes(scope, problem.left if scope.side == "left" else problem.right)


def _locked(problem: Problem, nodes: Sequence[Node], end: Literal[0, 1]) -> dict[int, list[LockHeld]]:
    """Return the locks of each node of one side by its position; ``end`` says which id of a lock is meant."""
    place = positions(nodes)
    found: dict[int, list[LockHeld]] = {}
    for lock in problem.locks:
        found.setdefault(place[lock[end]], []).append(LockHeld(*lock))
    return found


def _scopes(problem: Problem) -> Iterator[_Scope]:
    """Yield the nodes, then the groups, then the total once per side."""
    for position, node in enumerate(problem.left):
        yield _Scope("left", node.id, node.places, "left", frozenset((position,)))
    for position, node in enumerate(problem.right):
        yield _Scope("right", node.id, node.places, "right", frozenset((position,)))
    left, right = members(problem.left), members(problem.right)
    for group in problem.groups:
        if group.id in right:
            yield _Scope("group", group.id, group.places, "right", right[group.id])
        else:
            yield _Scope("group", group.id, group.places, "left", left.get(group.id, frozenset()))
    if problem.total is not None:
        yield _Scope("total", "", problem.total, "left", frozenset(range(len(problem.left))))
        yield _Scope("total", "", problem.total, "right", frozenset(range(len(problem.right))))


def _check_locks(scope: _Scope, locked: dict[int, list[LockHeld]]) -> None:
    inside = [lock for position in sorted(scope.nodes) for lock in locked.get(position, ())]
    if len(inside) > scope.places.max:
        raise NoPairing("locks_exceed_places", (*inside, scope.held("max")))


def _check_reach(scope: _Scope, allowed: Counter[int]) -> None:
    if scope.places.min and sum(allowed[position] for position in scope.nodes) < scope.places.min:
        raise NoPairing("places_out_of_reach", (scope.held("min"),))


def _check_nodes(scope: _Scope, nodes: Sequence[Node]) -> None:
    """Refuse a group or total whose nodes together need more places than it has, or have fewer than it needs."""
    side = [nodes[position] for position in sorted(scope.nodes)]
    if sum(node.places.min for node in side) > scope.places.max:
        needing = tuple(PlacesHeld(scope.side, node.id, "min", node.places.min) for node in side if node.places.min)
        raise NoPairing("places_disagree", (*needing, scope.held("max")))
    if sum(node.places.max for node in side) < scope.places.min:
        offering = tuple(PlacesHeld(scope.side, node.id, "max", node.places.max) for node in side)
        raise NoPairing("places_disagree", (*offering, scope.held("min")))
