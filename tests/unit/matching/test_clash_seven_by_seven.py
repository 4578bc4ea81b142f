"""Up to seven by seven, what clashes cannot hold together and can without any one of it, by a search of our own.

Whether some pairing holds is asked by pushing one unit at a time along open ways (Ford and Fulkerson 1956), with plain
dictionaries: nothing of the engine but what it named.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.matching.clash import Constraint, LockHeld, NoPairing, PlacesHeld
from app.matching.problem import Places, Problem
from app.matching.solve import solve
from tests.unit.matching.strategies import points_by_ids, problems_with_choice

Arc = tuple[object, object]
MANY = 10_000


def holds(problem: Problem, constraints: Iterable[Constraint]) -> bool:
    """Tell whether a pairing of the pairs that have points holds all these constraints and no others."""
    scopes = _scopes(problem)
    pairs = {ids: (("left", "id", ids[0]), ("right", "id", ids[1])) for ids in points_by_ids(problem)}
    lower: dict[Arc, int] = dict.fromkeys([*scopes.values(), *pairs.values()], 0)
    upper: dict[Arc, int] = dict.fromkeys(scopes.values(), MANY) | dict.fromkeys(pairs.values(), 1)
    for one in constraints:
        if isinstance(one, PlacesHeld):
            (lower if one.bound == "min" else upper)[scopes[one.kind, one.of]] = one.value
        elif isinstance(one, LockHeld):
            lower[pairs[one.left, one.right]] = 1
        else:
            upper[pairs[one.left, one.right]] = 0
    return _circulates(lower, upper)


def _scopes(problem: Problem) -> dict[tuple[str, str], Arc]:
    """Return the arc of each id, each group that somebody is in, and the whole."""
    arcs: dict[tuple[str, str], Arc] = {("total", ""): ("right", "left")}
    for side, nodes in (("left", problem.left), ("right", problem.right)):
        size = {group.id: sum(group.id in node.groups for node in nodes) for group in problem.groups}
        for node in nodes:
            around = sorted(sorted(node.groups), key=size.__getitem__)
            way = [(side, "id", node.id), *((side, "group", name) for name in around), side]
            for step, (inner, outer) in enumerate(pairwise(way)):
                name = (side, node.id) if step == 0 else ("group", around[step - 1])
                arcs[name] = (outer, inner) if side == "left" else (inner, outer)
    return arcs


def _circulates(lower: dict[Arc, int], upper: dict[Arc, int]) -> bool:
    """Tell whether whole numbers between the bounds can run in circles, one per arc."""
    if any(lower[arc] > upper[arc] for arc in lower):
        return False
    room: dict[object, dict[object, int]] = {}

    def add(start: object, end: object, amount: int) -> None:
        room.setdefault(start, {})[end] = room.get(start, {}).get(end, 0) + amount
        room.setdefault(end, {}).setdefault(start, 0)

    for (start, end), least in lower.items():
        add(start, end, upper[start, end] - least)
        if least:
            add("source", end, least)
            add(start, "sink", least)
    wanted = sum(lower.values())
    return sum(1 for _ in range(wanted) if _pushed(room)) == wanted


def _pushed(room: dict[object, dict[object, int]]) -> bool:
    """Push one unit from the source to the sink, if there is an open way."""
    before: dict[object, object] = {"source": None}
    queue: list[object] = ["source"]
    for node in queue:
        fresh = [end for end, free in room.get(node, {}).items() if free and end not in before]
        before.update(dict.fromkeys(fresh, node))
        queue += fresh
    if "sink" not in before:
        return False
    end: object = "sink"
    while end != "source":
        start = before[end]
        room[start][end] -= 1
        room[end][start] += 1
        end = start
    return True


@settings(max_examples=150, deadline=None)
@given(problem=problems_with_choice(most=7), data=st.data())
def test_what_clashes_cannot_hold_and_can_without_any_one(problem: Problem, data: st.DataObject) -> None:
    places = st.sampled_from([Places(0, 1), Places(1, 1), Places(2, 2), Places(0, 2), Places(3, 4)])
    ids = sorted(points_by_ids(problem).keys() - set(problem.locks))
    vetoes = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=8)) if ids else []
    crowded = replace(
        problem,
        left=tuple(replace(node, places=data.draw(places)) for node in problem.left),
        right=tuple(replace(node, places=data.draw(places)) for node in problem.right),
        vetoes=tuple(vetoes),
    )
    found = _clash(crowded)
    assume(found)
    assert not holds(crowded, found)
    for place in range(len(found)):
        assert holds(crowded, found[:place] + found[place + 1 :])


def _clash(problem: Problem) -> tuple[Constraint, ...]:
    try:
        solve(problem)
    except NoPairing as clash:
        return clash.constraints
    return ()
