"""The best pairing of a problem: exact, in whole numbers, proved, the same for every order in the file."""

from dataclasses import replace
from typing import TYPE_CHECKING

from app.matching.blocking import blocking_pairs
from app.matching.clash import NoPairing, clash_of
from app.matching.holds import check_holds
from app.matching.problem import Problem, canonical
from app.matching.solution import Pair, Proof, Solution, summed_up
from app.matching.validation import validate
from app.matching.verify import check_proof

if TYPE_CHECKING:
    from app.matching.optimum import Optimum


def solve(problem: Problem) -> Solution:
    """Return the best pairing with its proof, and what the problem's ``options`` ask for beside it.

    With ``fill``: as many pairs as possible; then, with ``weakest-first``, the highest weakest pair; then the highest
    total. Without ``fill`` the number of pairs does not count, but of equal totals that of the fewest pairs; a pairing
    without pairs counts as one whose weakest pair has 0 points. Among equally good pairings it is the one whose sorted
    list of (left id, right id) comes first. Pairing and proof have been checked in plain integers. Loads NumPy and
    OR-Tools at the first call.

    :raises ProblemInvalid: the problem is not whole; with the place.
    :raises NoPairing: locks, vetoes and places cannot all hold; with a smallest set that clashes.
    """
    validate(problem)
    ordered = canonical(problem)
    optimum = _optimum(ordered)
    solution = summed_up(pairs_of(ordered, optimum), _proof(ordered, optimum))
    check_holds(ordered, solution)
    assert solution.proof is not None  # noqa: S101 - just made
    check_proof(ordered, solution, solution.proof)
    return _with_what_was_asked(ordered, optimum, solution)


def best_pairs(problem: Problem) -> Solution:
    """Return the best pairing alone, without its proof: for those who solve many problems. See ``solve``.

    :raises ProblemInvalid: the problem is not whole; with the place.
    :raises NoPairing: locks, vetoes and places cannot all hold; without looking for what clashes.
    """
    validate(problem)
    ordered = canonical(problem)
    optimum = _optimum(ordered, tell_why=False)
    solution = summed_up(pairs_of(ordered, optimum))
    check_holds(ordered, solution)
    return solution


def _optimum(ordered: Problem, *, tell_why: bool = True) -> "Optimum":
    from app.matching.network import build_network
    from app.matching.optimum import best

    network = build_network(ordered)
    optimum = best(ordered, network)
    if optimum is None:
        raise clash_of(ordered, network) if tell_why else NoPairing(())
    return optimum


def pairs_of(problem: Problem, optimum: "Optimum") -> list[Pair]:
    """Return the pairs of an optimum of a canonical problem."""
    from app.matching.network import ids_of

    locks, network = set(problem.locks), optimum.last
    chosen = optimum.flow[: network.pair_count].nonzero()[0]
    return [
        Pair(left, right, int(network.points[pair]), locked=(left, right) in locks)
        for pair, left, right in ids_of(problem, network, chosen)
    ]


def _proof(problem: Problem, optimum: "Optimum") -> Proof:
    from app.matching.duals import prove

    return prove(problem, optimum)


def _with_what_was_asked(problem: Problem, optimum: "Optimum", solution: Solution) -> Solution:
    solution = replace(solution, blocking=blocking_pairs(problem, solution.pairs))
    if problem.options.prices:
        from app.matching.prices import marks_of, prices_of

        solution = replace(solution, prices=prices_of(problem, optimum), marks=marks_of(problem, optimum))
    if problem.options.alternatives:
        from app.matching.alternatives import next_best

        solution = replace(solution, alternatives=next_best(problem, optimum, problem.options.alternatives))
    return solution
