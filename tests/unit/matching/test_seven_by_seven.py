"""Up to seven by seven the pairing is the best of all, found by going through them one left id at a time.

All pairings of the first left ids that use up the places of the right ids and of the left groups alike can be completed
alike, so that only the best of them is kept. That is as exact as looking at every one, and much sooner done.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from app.matching.clash import NoPairing
from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, OBJECTIVES, Ids, Node, Options, Places, Problem
from app.matching.solve import solve
from tests.unit.matching.strategies import points_by_ids, problems, problems_with_choice

Rank = tuple[int, int, int, list[Ids]]
Used = frozenset[tuple[tuple[str, str], int]]
"""How often each (side, id or group) is in a pair."""
Begun = tuple[int, list[Ids]]
"""The total of some pairs with its sign turned, and the pairs: what comes first is better."""


def best_step_by_step(problem: Problem) -> list[Ids] | None:
    """Return the pairs of the best pairing; None where there is none."""
    points = {ids: value for ids, value in points_by_ids(problem).items() if ids not in set(problem.vetoes)}
    weak = problem.objective == OBJECTIVE_WEAKEST_FIRST
    levels = sorted({0, *points.values()}) if weak else [min(points.values(), default=0)]
    found = [rank for level in levels for rank in _ranks(problem, points, level)]
    return min(found)[-1] if found else None


def _ranks(problem: Problem, points: dict[Ids, int], level: int) -> Iterator[Rank]:
    """Give the rank of one best pairing of each kind, of pairs of at least a level."""
    allowed = {ids: value for ids, value in points.items() if value >= level}
    begun: dict[Used, Begun] = {frozenset(): (0, [])}
    for node in sorted(problem.left, key=lambda node: node.id):
        begun = _further(problem, allowed, node, begun)
    for used, (loss, pairs) in begun.items():
        if _holds(problem, dict(used), len(pairs)):
            weakest = min((points[pair] for pair in pairs), default=0)
            weakest = weakest if problem.objective == OBJECTIVE_WEAKEST_FIRST else 0
            yield (-len(pairs), -weakest, loss, pairs) if problem.fill else (-weakest, loss, len(pairs), pairs)


def _further(problem: Problem, allowed: dict[Ids, int], node: Node, begun: dict[Used, Begun]) -> dict[Used, Begun]:
    """Pair one more left id in every way."""
    right = {one.id: one for one in problem.right}
    locked = {lock[1] for lock in problem.locks if lock[0] == node.id}
    open_to = sorted(one for one in right if (node.id, one) in allowed)
    sizes = range(node.places.min, min(node.places.max, len(open_to)) + 1)
    following: dict[Used, Begun] = {}
    for chosen in chain.from_iterable(combinations(open_to, size) for size in sizes):
        if not locked.issubset(chosen):
            continue
        more = Counter({("left", group): len(chosen) for group in node.groups if chosen})
        more.update(("right", one) for one in chosen)
        gained = sum(allowed[node.id, one] for one in chosen)
        for used, (loss, pairs) in begun.items():
            counts = Counter(dict(used)) + more
            if all(counts["right", one] <= right[one].places.max for one in chosen):
                whole = (loss - gained, [*pairs, *((node.id, one) for one in chosen)])
                key = frozenset(counts.items())
                following[key] = min(following.get(key, whole), whole)
    return following


def _holds(problem: Problem, used: dict[tuple[str, str], int], count: int) -> bool:
    """Tell whether the places of the right ids, of all groups and of the whole hold."""
    total = problem.total or Places(0, count)
    bounds = [(total, count), *((one.places, used.get(("right", one.id), 0)) for one in problem.right)]
    for group in problem.groups:
        inside = [one.id for one in problem.right if group.id in one.groups]
        among = sum(used.get(("right", one), 0) for one in inside)
        bounds.append((group.places, among if inside else used.get(("left", group.id), 0)))
    return all(places.min <= number <= places.max for places, number in bounds)


def solved(problem: Problem) -> list[Ids] | None:
    try:
        return [(pair.left, pair.right) for pair in solve(problem).pairs]
    except NoPairing:
        return None


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=60, deadline=None)
@given(problem=problems_with_choice(most=7))
def test_the_pairing_is_the_best_of_all(problem: Problem, objective: str, fill: bool) -> None:
    problem = replace(problem, objective=objective, fill=fill)
    expected = best_step_by_step(problem)
    event("no pairing" if expected is None else f"{len(expected)} pairs")
    assert solved(problem) == expected


@settings(max_examples=60, deadline=None)
@given(problems(most=7, most_places=1))
def test_with_any_places_it_is_the_best_of_all(problem: Problem) -> None:
    assert solved(problem) == best_step_by_step(problem)


@pytest.mark.parametrize("fill", [True, False])
@settings(max_examples=40, deadline=None)
@given(problem=problems_with_choice(most=7), data=st.data())
def test_a_price_is_what_the_best_pairing_with_or_without_the_pair_loses(
    problem: Problem, data: st.DataObject, fill: bool
) -> None:
    problem = replace(problem, objective=OBJECTIVES[0], fill=fill, options=Options(prices=True))
    pairs = best_step_by_step(problem)
    assume(pairs)
    assert pairs is not None
    points = points_by_ids(problem)
    for price in data.draw(st.lists(st.sampled_from(solve(problem).prices or ()), min_size=1, max_size=3)):
        pair = (price.left, price.right)
        turned = _turned(problem, pair, inside=pair in pairs)
        other = None if turned is None else best_step_by_step(turned)
        lost = None if other is None else sum(points[one] for one in pairs) - sum(points[one] for one in other)
        assert price.points == lost


def _turned(problem: Problem, pair: Ids, *, inside: bool) -> Problem | None:
    """Return the problem with a pair that is inside left out, one outside forced in; None for a lock."""
    if not inside:
        return replace(problem, locks=(*problem.locks, pair))
    return None if pair in problem.locks else replace(problem, vetoes=(*problem.vetoes, pair))


@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=30, deadline=None)
@given(problem=problems_with_choice(most=7))
def test_the_next_best_is_the_best_of_those_that_miss_a_pair(problem: Problem, objective: str) -> None:
    """With ``fill`` every other pairing misses a pair of the best one."""
    problem = replace(problem, objective=objective, fill=True, options=Options(alternatives=1))
    pairs = best_step_by_step(problem)
    assume(pairs)
    assert pairs is not None
    points = points_by_ids(problem)
    others = [
        best_step_by_step(replace(problem, vetoes=(*problem.vetoes, pair)))
        for pair in pairs
        if pair not in problem.locks
    ]

    def rank(other: list[Ids]) -> Rank:
        weakest = min((points[one] for one in other), default=0) if objective == OBJECTIVE_WEAKEST_FIRST else 0
        return -len(other), -weakest, -sum(points[one] for one in other), other

    expected = min((other for other in others if other is not None), key=rank, default=None)
    found = [[(pair.left, pair.right) for pair in one.pairs] for one in solve(problem).alternatives or ()]
    assert found == ([] if expected is None else [expected])
