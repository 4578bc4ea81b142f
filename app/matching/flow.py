"""Cheapest circulations, and the shortest distances in what they leave open.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from app.matching.network import Mask, Network, Nodes, Whole


class SolverFault(RuntimeError):
    """The solver's answer does not stand up: a fault of the program, not of the problem."""


def cheapest_circulation(network: Network, costs: Whole) -> Whole | None:
    """Return the flow on each arc of a cheapest circulation, or None where there is none.

    ``costs`` are per pair; the other arcs cost nothing. Lower bounds by the usual transformation: what must run is
    taken off the capacity and stands as supply at the arc's head and demand at its tail.

    :raises SolverFault: the solver gave neither a circulation nor a proof that there is none.
    """
    solver = _solver(network, costs)
    if not _is_optimal(solver.solve()):
        return None
    return _flow(network, solver)


def violated_cut(network: Network) -> Mask:
    """Return a set of nodes into which more must run than may run out, in a network without a circulation.

    One truth value per node; true on the smallest such set that contains what no largest flow can carry off.
    """
    solver = _solver(network, np.zeros(network.pair_count, dtype=np.int64))
    solver.solve_max_flow_with_min_cost()
    flow = _flow(network, solver)
    kept = np.zeros(network.size, dtype=np.int64)
    np.add.at(kept, network.heads, flow)
    np.subtract.at(kept, network.tails, flow)
    return reached(network, flow, kept > 0)


def reached(network: Network, flow: Whole, starts: Mask) -> Mask:
    """Return the nodes to which one unit more can run from one of ``starts``, over what the flow leaves open."""
    tails, heads, _ = open_arcs(network, flow, np.zeros(network.pair_count, dtype=np.int64))
    found = starts
    while True:
        wider = found.copy()
        wider[heads[found[tails]]] = True
        if np.array_equal(wider, found):
            return found
        found = wider


def node_prices(network: Network, flow: Whole, costs: Whole) -> Whole:
    """Return the shortest distance to each node from anywhere, over what a cheapest flow leaves open.

    With these prices no arc is worth changing, which proves that the flow is a cheapest one. They depend on the flow
    alone, not on how it was found.

    :raises SolverFault: the flow is not a cheapest one.
    """
    return _shortest(network.size, *open_arcs(network, flow, costs))


def tight_arcs(network: Network, flow: Whole, costs: Whole, prices: Whole) -> list[int]:
    """Return the arcs on which a cheapest flow may change at no cost: those of reduced cost zero under node prices."""
    change = arc_costs(network, costs) + prices[network.tails] - prices[network.heads]
    able = (flow < network.upper) | (flow > network.lower)
    found: list[int] = np.flatnonzero((change == 0) & able).tolist()
    return found


def open_arcs(network: Network, flow: Whole, costs: Whole) -> tuple[Nodes, Nodes, Whole]:
    """Return start, end and length of each arc over which one unit more can run, back along those that carry some."""
    every = arc_costs(network, costs)
    more, less = flow < network.upper, flow > network.lower
    return (
        np.concatenate([network.tails[more], network.heads[less]]),
        np.concatenate([network.heads[more], network.tails[less]]),
        np.concatenate([every[more], -every[less]]),
    )


def arc_costs(network: Network, costs: Whole) -> Whole:
    """Return a cost per arc, given one per pair."""
    return np.concatenate([costs, np.zeros(len(network.scopes), dtype=np.int64)])


def _solver(network: Network, costs: Whole) -> Any:  # noqa: ANN401 - the solver has no types
    supply = np.zeros(network.size, dtype=np.int64)
    forced = np.flatnonzero(network.lower)
    np.add.at(supply, network.heads[forced], network.lower[forced])
    np.subtract.at(supply, network.tails[forced], network.lower[forced])
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        network.tails, network.heads, network.upper - network.lower, arc_costs(network, costs)
    )
    solver.set_nodes_supplies(np.arange(network.size, dtype=np.int32), supply)
    return solver


def _flow(network: Network, solver: Any) -> Whole:  # noqa: ANN401 - the solver has no types
    flow: Whole = network.lower + solver.flows(np.arange(len(network.tails), dtype=np.int32))
    return flow


def _is_optimal(status: Any) -> bool:  # noqa: ANN401 - the solver's enumeration has no types
    statuses = min_cost_flow.SimpleMinCostFlow.Status
    if status not in (statuses.OPTIMAL, statuses.INFEASIBLE):
        raise SolverFault(f"the flow solver answered {status}")
    return bool(status == statuses.OPTIMAL)


def _shortest(size: int, starts: Nodes, ends: Nodes, lengths: Whole) -> Whole:
    """Return the shortest distance to each node from anywhere, by rounds over all arcs at once (Bellman and Ford).

    :raises SolverFault: a cycle of negative length, found when ``size`` rounds do not settle.
    """
    distances = np.zeros(size, dtype=np.int64)
    if not starts.size:
        return distances
    order = np.argsort(ends, kind="stable")
    starts, lengths = starts[order], lengths[order]
    reached_by, firsts = np.unique(ends[order], return_index=True)
    for _ in range(size + 1):
        shorter = np.minimum(np.minimum.reduceat(distances[starts] + lengths, firsts), distances[reached_by])
        if np.array_equal(shorter, distances[reached_by]):
            return distances
        distances[reached_by] = shorter
    raise SolverFault("the flow can be made cheaper")
