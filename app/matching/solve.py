"""The best pairing of a problem: exact, in whole numbers, the same for every order in the file."""

from app.matching.clash import NoPairing, check_counts
from app.matching.network import Network, build_network
from app.matching.problem import Problem, allowed_pairs, canonical
from app.matching.solution import Pair, Solution, check_holds, summed_up
from app.matching.validation import validate


def solve(problem: Problem) -> Solution:
    """Return the best pairing: as many pairs as possible, then the highest total.

    Without ``fill`` the highest total alone counts, and then the fewest pairs. Among equally good pairings it is the
    one whose sorted list of (left id, right id) comes first. The result has been checked against the problem in plain
    integers. Loads NumPy and OR-Tools at the first call.

    :raises ProblemInvalid: the problem is not whole; with the place.
    :raises NoPairing: locks, vetoes and places cannot all hold.
    """
    validate(problem)
    ordered = canonical(problem)
    allowed = allowed_pairs(ordered)
    check_counts(ordered, allowed)
    network = build_network(ordered, allowed)
    solution = summed_up(_pairs(ordered, network, _best_flow(network)))
    check_holds(ordered, solution)
    return solution


def _best_flow(network: Network) -> list[int]:
    from app.matching.flow import cheapest_circulation, tight_arcs
    from app.matching.ties import first_of_the_best

    flow = cheapest_circulation(network)
    if flow is None:
        raise NoPairing("constraints_clash")
    return first_of_the_best(network, flow, tight_arcs(network, flow))


def _pairs(problem: Problem, network: Network, flow: list[int]) -> list[Pair]:
    columns = zip(network.rows, network.columns, network.points, network.lower, flow, strict=False)
    return [
        Pair(problem.left[row].id, problem.right[column].id, points, locked=bool(lower))
        for row, column, points, lower, units in columns
        if units
    ]
