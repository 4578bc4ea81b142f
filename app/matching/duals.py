"""The proof of a stage, read off the prices of the network's nodes.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

import numpy as np

from app.matching.flow import node_prices, violated_cut
from app.matching.network import Network, Whole, ids_of
from app.matching.optimum import Optimum, at_least
from app.matching.problem import Ids, Problem
from app.matching.solution import Duals, Proof


def duals_of(problem: Problem, network: Network, weights: Whole, prices: Whole) -> Duals:
    """Return the duals of a network whose arcs are not worth changing under these node prices.

    ``weights`` is what each pair counts. The dual of a place is the price that its arc adds. What a chosen pair counts
    beyond its duals goes to one of its ids if that has one place only, so that the duals of most pairs are exact;
    otherwise it is a dual of the pair itself. Only what multiplies places other than none is kept.
    """
    pairs = network.pair_count
    places = prices[network.heads[pairs:]] - prices[network.tails[pairs:]]
    places[network.lower[pairs:] == 0] = np.maximum(places[network.lower[pairs:] == 0], 0)
    places[network.upper[pairs:] == 0] = 0
    beyond = weights - (prices[network.tails[:pairs]] - prices[network.heads[:pairs]])
    own = np.where(beyond > 0, beyond * network.upper[:pairs], beyond * network.lower[:pairs])
    _absorb(network, places, own)
    bounds = np.where(places > 0, network.upper[pairs:], network.lower[pairs:])
    return _named(problem, network, places, own, bound=int((places * bounds).sum() + own.sum()))


def _absorb(network: Network, places: Whole, own: Whole) -> None:
    """Move what chosen pairs count beyond their duals to their left or right id, where that has exactly one place."""
    single = network.upper[network.pair_count :] == 1
    chosen = np.flatnonzero(own > 0)
    rights = network.columns[chosen] + _first_of_right(network)
    for pair, left, right in zip(chosen.tolist(), network.rows[chosen].tolist(), rights.tolist(), strict=True):
        end = left if single[left] else right
        if single[end] and places[end] >= 0:
            places[end] += own[pair]
            own[pair] = 0


def _first_of_right(network: Network) -> int:
    """Return where the right ids start among the scopes."""
    return next((place for place, scope in enumerate(network.scopes) if scope.kind == "right"), 0)


def _named(problem: Problem, network: Network, places: Whole, own: Whole, *, bound: int) -> Duals:
    found: dict[str, dict[str, int]] = {"left": {}, "right": {}, "group": {}, "total": {}}
    for place in np.flatnonzero(places).tolist():
        scope = network.scopes[place]
        found[scope.kind][scope.of] = int(places[place])
    pairs = [(left, right, int(own[pair])) for pair, left, right in ids_of(problem, network, np.flatnonzero(own))]
    return Duals(bound, found["left"], found["right"], found["group"], found["total"].get("", 0), tuple(pairs))


def prove(problem: Problem, optimum: Optimum) -> Proof:
    """Return the proof that an optimum of a canonical problem is the best."""
    network, last = optimum.network, optimum.last
    prices = node_prices(last, optimum.flow, -last.points) if optimum.prices is None else optimum.prices
    total = duals_of(problem, last, last.points, prices)
    if not problem.fill:
        return Proof(total=total, weakest=_weakest(problem, optimum))
    each = np.ones_like(network.points)
    count = duals_of(problem, network, each, node_prices(network, optimum.flow_of_all(), -each))
    return Proof(total=total, count=count, weakest=_weakest(problem, optimum))


def _weakest(problem: Problem, optimum: Optimum) -> Duals | Ids | None:
    """Prove that no pairing has a weakest pair above the level: by the lock that sets it, or by a cut."""
    network, level = optimum.network, optimum.level
    if level is None or network.upper[-1] == 0 or (problem.fill and not optimum.count):
        return None
    limits = np.flatnonzero((network.lower[: network.pair_count] > 0) & (network.points == level))
    for _, left, right in ids_of(problem, network, limits):
        return left, right
    better = at_least(problem, network, level + 1, count=optimum.count)
    cut = violated_cut(better).astype(np.int64)
    return duals_of(problem, better, np.zeros_like(better.points), -cut)
