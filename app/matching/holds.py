"""Whether pairs make a pairing of a problem: checked with additions and comparisons alone."""

from collections import Counter
from collections.abc import Sequence

from app.matching.problem import Node, Places, Problem, positions
from app.matching.solution import Alternative, Pair, Solution, summed_up


class DoesNotHold(Exception):
    """A solution breaks what its problem says, or its proof does not show what it says; in English, for a log."""


def check_holds(problem: Problem, solution: Solution | Alternative) -> None:
    """Refuse a solution that breaks a bound, a lock or a veto of a valid problem, or whose sums are wrong.

    That no other pairing is better is not looked at here: see ``verify.verify``.

    :raises DoesNotHold: with what does not hold.
    """
    made = {(pair.left, pair.right) for pair in solution.pairs}
    if len(made) != len(solution.pairs):
        raise DoesNotHold("a pair is in twice")
    right = summed_up(solution.pairs)
    told = (solution.pairs, solution.count, solution.total, solution.weakest)
    if told != (right.pairs, right.count, right.total, right.weakest):
        raise DoesNotHold("the order of the pairs, their count, total or weakest is wrong")
    if made.intersection(problem.vetoes) or made.issuperset(problem.locks) is False:
        raise DoesNotHold("a lock is missing or a veto is made")
    _check_points(problem, solution.pairs)
    _check_places(problem, solution.pairs)


def _check_points(problem: Problem, pairs: Sequence[Pair]) -> None:
    locks = set(problem.locks)
    known = _points_of(problem, pairs)
    for pair in pairs:
        if known.get((pair.left, pair.right)) != pair.points:
            raise DoesNotHold(f"{pair.left} with {pair.right} is not allowed, or has other points")
        if pair.locked != ((pair.left, pair.right) in locks):
            raise DoesNotHold(f"{pair.left} with {pair.right} is wrongly marked as locked or not")


def _points_of(problem: Problem, pairs: Sequence[Pair]) -> dict[tuple[str, str], int | None]:
    """Return the points of these pairs in the problem, None or nothing where they are not allowed."""
    if problem.points is None:
        return {(listed.left, listed.right): listed.points for listed in problem.pairs or ()}
    rows, columns = positions(problem.left), positions(problem.right)
    known = [pair for pair in pairs if pair.left in rows and pair.right in columns]
    return {(pair.left, pair.right): problem.points[rows[pair.left]][columns[pair.right]] for pair in known}


def _check_places(problem: Problem, pairs: Sequence[Pair]) -> None:
    left, right = Counter(pair.left for pair in pairs), Counter(pair.right for pair in pairs)
    used = _used_by_groups(problem.left, left) + _used_by_groups(problem.right, right)
    bounds: list[tuple[str, int, Places]] = [
        *((node.id, left[node.id], node.places) for node in problem.left),
        *((node.id, right[node.id], node.places) for node in problem.right),
        *((group.id, used[group.id], group.places) for group in problem.groups),
        ("total", len(pairs), problem.total or Places(0, len(pairs))),
    ]
    for name, count, places in bounds:
        if not places.min <= count <= places.max:
            raise DoesNotHold(f"{name} is in {count} pairs")


def _used_by_groups(nodes: Sequence[Node], counts: Counter[str]) -> Counter[str]:
    used: Counter[str] = Counter()
    for node in nodes:
        for group in node.groups:
            used[group] += counts[node.id]
    return used
