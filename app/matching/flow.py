"""The cheapest circulation in a network, and the network of its equally cheap neighbours.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from app.matching.network import Network

Whole = NDArray[np.int64]


class SolverFault(RuntimeError):
    """The solver's answer does not stand up: a fault of the program, not of the problem."""


def cheapest_circulation(network: Network) -> list[int] | None:
    """Return the flow on each arc of a cheapest circulation, or None where there is none.

    Lower bounds by the usual transformation: what must run is taken off the capacity and stands as supply at the arc's
    head and demand at its tail.

    :raises SolverFault: the solver gave neither a circulation nor a proof that there is none.
    """
    lower, upper = _whole(network.lower), _whole(network.upper)
    tails, heads = np.asarray(network.tails, dtype=np.int32), np.asarray(network.heads, dtype=np.int32)
    supply = np.zeros(network.size, dtype=np.int64)
    np.add.at(supply, heads, lower)
    np.subtract.at(supply, tails, lower)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, upper - lower, _whole(network.costs))
    solver.set_nodes_supplies(np.arange(network.size, dtype=np.int32), supply)
    if not _is_optimal(solver.solve()):
        return None
    flow: list[int] = (lower + solver.flows(arcs)).tolist()
    return flow


def tight_arcs(network: Network, flow: list[int]) -> list[int]:
    """Return the arcs on which the flow may change at no cost, given a cheapest flow.

    These are the arcs of reduced cost zero under node prices from shortest paths in the residual network; that such
    prices exist proves that the flow is a cheapest one.

    :raises SolverFault: the flow is not a cheapest one.
    """
    tails, heads = np.asarray(network.tails), np.asarray(network.heads)
    costs, value = _whole(network.costs), _whole(flow)
    more, less = value < _whole(network.upper), value > _whole(network.lower)
    prices = _shortest(
        network.size,
        np.concatenate([tails[more], heads[less]]),
        np.concatenate([heads[more], tails[less]]),
        np.concatenate([costs[more], -costs[less]]),
    )
    found: list[int] = np.flatnonzero((costs + prices[tails] == prices[heads]) & (more | less)).tolist()
    return found


def _is_optimal(status: Any) -> bool:  # noqa: ANN401 - the solver's enumeration has no types
    statuses = min_cost_flow.SimpleMinCostFlow.Status
    if status not in (statuses.OPTIMAL, statuses.INFEASIBLE):
        raise SolverFault(f"the flow solver answered {status}")
    return bool(status == statuses.OPTIMAL)


def _shortest(size: int, starts: Whole, ends: Whole, lengths: Whole) -> Whole:
    """Return the shortest distance to each node from anywhere, by rounds over all arcs at once (Bellman and Ford).

    :raises SolverFault: a cycle of negative length, found when ``size`` rounds do not settle.
    """
    distances = np.zeros(size, dtype=np.int64)
    if not starts.size:
        return distances
    order = np.argsort(ends, kind="stable")
    starts, lengths = starts[order], lengths[order]
    reached, firsts = np.unique(ends[order], return_index=True)
    for _ in range(size + 1):
        shorter = np.minimum(np.minimum.reduceat(distances[starts] + lengths, firsts), distances[reached])
        if np.array_equal(shorter, distances[reached]):
            return distances
        distances[reached] = shorter
    raise SolverFault("the flow can be made cheaper")


def _whole(values: list[int]) -> Whole:
    return np.asarray(values, dtype=np.int64)
