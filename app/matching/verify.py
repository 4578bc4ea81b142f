"""Check a pairing and its proof with whole numbers, additions and comparisons: no solver, no NumPy.

A proof gives a dual for each constraint that binds. Take any pairing. Each of its pairs counts at most the sum of the
duals of everything that it is in (checked pair by pair); so all its pairs together count at most the sum, over the
constraints, of dual times number of pairs in it; and that number lies within its places. Hence no pairing counts more
than the bound, and the one at hand reaches it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.matching.blocking import blocking_pairs
from app.matching.holds import DoesNotHold, check_holds
from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, Ids, Node, Places, Problem, points_of, positions
from app.matching.solution import Alternative, Duals, Proof, Solution

OPEN = Places(0, 2**63)
"""The places of a whole without a limit."""


def verify(problem: Problem, solution: Solution) -> None:
    """Refuse a solution of a valid problem that is no pairing, or whose proof does not show that it is the best.

    Blocking pairs must be just those that block. Alternatives must be pairings, each worse than the one before it, or
    as good and later by ids; that none was passed over is not shown. Prices are not looked at.

    :raises DoesNotHold: with what does not hold.
    """
    check_holds(problem, solution)
    if solution.proof is None:
        raise DoesNotHold("there is no proof")
    check_proof(problem, solution, solution.proof)
    if solution.blocking != blocking_pairs(problem, solution.pairs):
        raise DoesNotHold("the blocking pairs are others")
    _check_alternatives(problem, solution)


def check_proof(problem: Problem, solution: Solution, proof: Proof) -> None:
    """Refuse a proof that does not show that no pairing is better than one that holds.

    :raises DoesNotHold: with the stage.
    """
    whole = problem.total or OPEN
    if (proof.count is not None) != problem.fill:
        raise DoesNotHold("the proof of the count is missing or not asked for")
    if (proof.weakest is not None) != _has_weakest_stage(problem, solution):
        raise DoesNotHold("the proof of the weakest pair is missing or not asked for")
    if proof.count is not None:
        _check("count", problem, proof.count, _Counting(points=False, total=whole, flat=1), solution.count)
        whole = Places(solution.count, solution.count)
    least = None
    if problem.objective == OBJECTIVE_WEAKEST_FIRST:
        _check_weakest(problem, solution, proof, whole)
        least = _level(solution)
    _check("total", problem, proof.total, _Counting(points=True, total=whole, least=least), solution.total)


def _has_weakest_stage(problem: Problem, solution: Solution) -> bool:
    if problem.objective != OBJECTIVE_WEAKEST_FIRST or (problem.total or OPEN).max == 0:
        return False
    return not problem.fill or solution.count > 0


def _level(pairing: Solution | Alternative) -> int:
    """Return the points of the weakest pair; a pairing without pairs counts as one of 0 points."""
    return 0 if pairing.weakest is None else pairing.weakest


def _check_weakest(problem: Problem, solution: Solution, proof: Proof, whole: Places) -> None:
    """Check that no pairing consists of pairs with more points than the weakest one only."""
    if proof.weakest is None:
        return
    level = _level(solution)
    if not isinstance(proof.weakest, Duals):
        lowest = [pair for pair in solution.pairs if pair.locked and pair.points == level]
        if proof.weakest not in [(pair.left, pair.right) for pair in lowest]:
            raise DoesNotHold("weakest: the pair named is no lock, or not the weakest")
        return
    if level >= 0:
        whole = Places(max(whole.min, 1), whole.max)
    counting = _Counting(points=False, total=whole, least=level + 1, flat=0)
    if proof.weakest.bound >= 0:
        raise DoesNotHold("weakest: the bound is not below zero")
    _check("weakest", problem, proof.weakest, counting, proof.weakest.bound)


@dataclass(frozen=True, slots=True)
class _Counting:
    """What a stage counts: each pair its ``points`` or ``flat``; pairs below ``least`` points are left out."""

    points: bool
    total: Places
    least: int | None = None
    flat: int = 0


def _check(stage: str, problem: Problem, duals: Duals, counting: _Counting, reached: int) -> None:
    bound = _bound(stage, problem, duals, counting.total)
    if bound != duals.bound:
        raise DoesNotHold(f"{stage}: the duals add up to {bound}, not {duals.bound}")
    if bound != reached:
        raise DoesNotHold(f"{stage}: the bound is {bound}, but {reached} was reached")
    _check_pairs(stage, problem, duals, counting)


def _bound(stage: str, problem: Problem, duals: Duals, total: Places) -> int:
    """Add up each dual times its places."""
    bound = 0
    for values, items in ((duals.left, problem.left), (duals.right, problem.right), (duals.groups, problem.groups)):
        places = {item.id: item.places for item in items}
        for name, dual in values.items():
            if name not in places:
                raise DoesNotHold(f"{stage}: {name} is not in the problem")
            bound += _worth(stage, name, dual, places[name])
    if duals.total:
        bound += _worth(stage, "total", duals.total, total)
    return bound + _worth_of_pairs(stage, problem, duals)


def _worth(stage: str, name: str, dual: int, places: Places) -> int:
    """Return a dual times the places that it goes with, which must be some."""
    worth = dual * (places.max if dual > 0 else places.min)
    if not worth:
        raise DoesNotHold(f"{stage}: the dual of {name} goes with no places")
    return worth


def _worth_of_pairs(stage: str, problem: Problem, duals: Duals) -> int:
    locks = set(problem.locks)
    for left, right, dual in duals.pairs:
        if not dual or (dual < 0 and (left, right) not in locks):
            raise DoesNotHold(f"{stage}: the dual of {left} with {right} goes with no lock")
    if len({(left, right) for left, right, _ in duals.pairs}) != len(duals.pairs):
        raise DoesNotHold(f"{stage}: a pair has two duals")
    return sum(dual for _, _, dual in duals.pairs)


def _check_pairs(stage: str, problem: Problem, duals: Duals, counting: _Counting) -> None:
    """Check that each pair that could be made counts at most the sum of the duals of all that it is in."""
    left = [_sum(duals.left, duals.groups, node) for node in problem.left]
    right = [_sum(duals.right, duals.groups, node) + duals.total for node in problem.right]
    own = {(first, second): dual for first, second, dual in duals.pairs}
    is_out = _out_of_reach(problem, counting.total)
    rows, columns = positions(problem.left), positions(problem.right)
    for row, column, beyond in _beyond(problem, left, right, counting):
        pair = (problem.left[row].id, problem.right[column].id)
        if beyond > own.pop(pair, 0) and not is_out(pair):
            raise DoesNotHold(f"{stage}: {pair[0]} with {pair[1]} counts more than its duals")
    for pair in own.keys() & set(problem.locks):
        if _counts(problem, pair, counting) > left[rows[pair[0]]] + right[columns[pair[1]]] + own[pair]:
            raise DoesNotHold(f"{stage}: {pair[0]} with {pair[1]} counts more than its duals")


def _counts(problem: Problem, lock: Ids, counting: _Counting) -> int:
    """Return what a lock counts; every lock of a valid problem has points."""
    points = points_of(problem, lock)
    assert points is not None  # noqa: S101 - the problem is valid
    return points if counting.points else counting.flat


def _sum(own: Mapping[str, int], groups: Mapping[str, int], node: Node) -> int:
    return own.get(node.id, 0) + sum(groups.get(name, 0) for name in node.groups)


def _beyond(
    problem: Problem, left: Sequence[int], right: Sequence[int], counting: _Counting
) -> list[tuple[int, int, int]]:
    """Return (row, column, how much) of the allowed pairs that count more than the duals of their places."""
    found: list[tuple[int, int, int]] = []
    if problem.points is None:
        rows, columns = positions(problem.left), positions(problem.right)
        listed = [(rows[pair.left], columns[pair.right], pair.points) for pair in problem.pairs or ()]
        for row, column, points in listed:
            if counting.least is None or points >= counting.least:
                over = (points if counting.points else counting.flat) - left[row] - right[column]
                if over > 0:
                    found.append((row, column, over))
        return found
    for row, line in enumerate(problem.points):
        found += [(row, column, over) for column, over in _beyond_in_row(line, left[row], right, counting)]
    return found


def _beyond_in_row(
    line: Sequence[int | None], left: int, right: Sequence[int], counting: _Counting
) -> list[tuple[int, int]]:
    least = counting.least
    if not counting.points:
        over = [counting.flat - left - dual for dual in right]
        return [
            (column, over[column])
            for column, points in enumerate(line)
            if points is not None and over[column] > 0 and (least is None or points >= least)
        ]
    return [
        (column, points - dual - left)
        for column, (points, dual) in enumerate(zip(line, right, strict=True))
        if points is not None and points - dual > left and (least is None or points >= least)
    ]


def _out_of_reach(problem: Problem, total: Places) -> Callable[[Ids], bool]:
    """Return the question whether a pair can be in no pairing: vetoed, or something that it is in has no places."""
    vetoed = set(problem.vetoes)
    groups = {group.id for group in problem.groups if group.places.max == 0}
    left, right = (
        {node.id for node in side if node.places.max == 0 or groups.intersection(node.groups)}
        for side in (problem.left, problem.right)
    )
    return lambda pair: total.max == 0 or pair in vetoed or pair[0] in left or pair[1] in right


def _check_alternatives(problem: Problem, solution: Solution) -> None:
    before = _standing(problem, solution)
    for rank, other in enumerate(solution.alternatives or (), 2):
        check_holds(problem, other)
        standing = _standing(problem, other)
        if other.rank != rank or standing == before:
            raise DoesNotHold(f"alternative {other.rank} is the same as another, or ranked wrongly")
        if standing < before:
            raise DoesNotHold(f"alternative {other.rank} is better than the one before it")
        before = standing


def _standing(problem: Problem, pairing: Solution | Alternative) -> tuple[int, int, int, list[Ids]]:
    """Return what sorts pairings that hold, the best first, ties by ids included."""
    ids = [(pair.left, pair.right) for pair in pairing.pairs]
    level = _level(pairing) if problem.objective == OBJECTIVE_WEAKEST_FIRST else 0
    if problem.fill:
        return -pairing.count, -level, -pairing.total, ids
    return -level, -pairing.total, pairing.count, ids
