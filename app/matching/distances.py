"""What it costs to turn one pair of a cheapest circulation round: to make it where it is not, else to leave it out.

If a circulation is a cheapest one, the cheapest that has one pair otherwise differs from it by one cycle: over the
pair, and back by a shortest way through what the circulation leaves open. So the shortest distances between all nodes
answer the question for all pairs at once, exactly and without solving again.

The ids of the larger side are taken out first. They have no arcs among each other, and few arcs lead into them (out of
them, for the right side): from the partners they have and from the group above. Between the nodes that stay, ids of the
smaller side, groups and roots, distances are found by Floyd's and Warshall's rounds.

Memory: a few whole numbers per left id times right id, whether the pair is allowed or not, and per two of the nodes
that stay. Time: the cube of the nodes that stay; 120 of them cost milliseconds, 1,000 a few seconds.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from typing import NamedTuple

import numpy as np

from app.matching.flow import open_arcs
from app.matching.network import Network, Nodes, Whole

FAR = 2**61
"""No way: longer than any there is (``validation`` keeps those below 2**59), and two of them still fit in 64 bits."""


def turning_costs(network: Network, flow: Whole, costs: Whole) -> Whole:
    """Return for each pair how much more the cheapest circulation costs in which it is turned round; FAR where none is.

    The bounds of the pair that is turned play no part, those of all others do: what comes out for a lock or a veto is
    what taking it back and doing the opposite costs, which may be less than nothing.

    :param flow: a cheapest circulation of the network; where it is none, the answer means nothing
    :param costs: a number per pair
    """
    mirrored = network.right_count > network.left_count
    inner, outer = (network.columns, network.rows) if mirrored else (network.rows, network.columns + network.left_count)
    ways = _ways(network, flow, costs, mirrored=mirrored)
    outer = ways.numbers[outer]
    between = ways.between.copy()
    _add_ways_through(between, ways)
    _close(between)
    back = _least(ways.into.to, between[:, ways.into.of].T + ways.into.lengths[:, None], len(ways.onward))
    turned = costs + back[inner, outer]
    made = np.flatnonzero(flow[: network.pair_count] > 0)
    around = ways.onward[inner[made]] + between[:, outer[made]].T
    turned[made] = around.min(axis=1) - costs[made]
    turned[turned >= FAR // 2] = FAR
    return turned


class _Into(NamedTuple):
    """The arcs into the ids that are taken out: from which node that stays, to which id, how long."""

    of: Nodes
    to: Nodes
    lengths: Whole


class _Ways(NamedTuple):
    """What a circulation leaves open, in two kinds of nodes: ids that are taken out, and nodes that stay.

    - ``numbers``: the new number of each node that stays
    - ``between``: length of the arc between each two nodes that stay, FAR where there is none
    - ``into``: the arcs into the ids that are taken out
    - ``onward``: length of the arc from each id that is taken out to each node that stays
    """

    numbers: Nodes
    between: Whole
    into: _Into
    onward: Whole


def _ways(network: Network, flow: Whole, costs: Whole, *, mirrored: bool) -> _Ways:
    """Sort the open arcs by what they join; ``mirrored`` takes out the right ids and turns every arc round."""
    starts, ends, lengths = open_arcs(network, flow, costs)
    starts, ends = (ends, starts) if mirrored else (starts, ends)
    first, count = (network.left_count, network.right_count) if mirrored else (0, network.left_count)
    nodes = np.arange(network.size, dtype=np.int32)
    taken_out = (nodes >= first) & (nodes < first + count)
    numbers = np.where(nodes < first, nodes, np.where(taken_out, nodes - first, nodes - count))
    from_out, into_out = taken_out[starts], taken_out[ends]
    starts, ends = numbers[starts], numbers[ends]
    staying = network.size - count
    between, onward = np.full((staying, staying), FAR), np.full((count, staying), FAR)
    np.fill_diagonal(between, 0)
    direct = ~from_out & ~into_out
    between[starts[direct], ends[direct]] = lengths[direct]
    onward[starts[from_out], ends[from_out]] = lengths[from_out]
    return _Ways(numbers, between, _Into(starts[into_out], ends[into_out], lengths[into_out]), onward)


def _add_ways_through(between: Whole, ways: _Ways) -> None:
    """Shorten what is between the nodes that stay by the ways through one id that is taken out."""
    through = ways.onward[ways.into.to] + ways.into.lengths[:, None]
    np.minimum(between, _least(ways.into.of, through, len(between)), out=between)


def _least(keys: Nodes, values: Whole, size: int) -> Whole:
    """Return for each key below ``size`` the least, column by column, of the rows of ``values`` that have it."""
    least = np.full((size, values.shape[1]), FAR)
    if len(keys):
        order = np.argsort(keys, kind="stable")
        present, firsts = np.unique(keys[order], return_index=True)
        least[present] = np.minimum.reduceat(values[order], firsts, axis=0)
    return least


def _close(lengths: Whole) -> None:
    """Turn the lengths of arcs into shortest distances, in place (Floyd and Warshall)."""
    over = np.empty_like(lengths)
    for node in range(len(lengths)):
        np.add(lengths[:, node, None], lengths[node], out=over)
        np.minimum(lengths, over, out=lengths)
