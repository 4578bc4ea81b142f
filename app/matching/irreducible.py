"""Bounds of a network without a circulation, so few that the loss of any one of them would make one.

Which bounds are in the way is read off violated cuts: the lower bounds of the arcs that enter one and the upper bounds
of those that leave it (Hoffman's theorem).

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from dataclasses import replace

import numpy as np

from app.matching.flow import violated_cut
from app.matching.network import Mask, Network, Nodes, Whole

ONE_PLACE, ID, GROUP, TOTAL, VETO, LOCK = range(6)

ORDERS = (
    (ONE_PLACE, ID, GROUP, TOTAL, VETO, LOCK),
    (VETO, ONE_PLACE, ID, GROUP, TOTAL, LOCK),
    (VETO, TOTAL, GROUP, ID, ONE_PLACE, LOCK),
)
"""Which kinds of bounds to do without first: what nobody set by hand, but vetoes where they would make a crowd."""


def clashing_bounds(network: Network) -> tuple[Mask, Mask]:
    """Return which lower and which upper bounds clash, in a network without a circulation.

    They have no circulation together and one without any of them, where a pair that is not bounded otherwise runs at
    most once and all else is without limit. Of the sets found the smallest is returned, of equal ones the first; it
    depends on the order of the arcs alone. Costs some dozens of flows; where only places clash, one per place.
    """
    search = _Search(network)
    found = min((search.least(order) for order in ORDERS), key=np.count_nonzero)
    return found[: search.arcs], found[search.arcs :]


class _Search:
    """The bounds of a network as one row of truth values, the lower ones first, then the upper ones."""

    def __init__(self, network: Network) -> None:
        pairs, scopes = network.pair_count, len(network.scopes)
        self.network = network
        self.arcs = pairs + scopes
        most = pairs + 1  # more than can run through any arc
        self.free = np.concatenate([np.ones(pairs, dtype=np.int64), np.full(scopes, most, dtype=np.int64)])
        self.lower = np.minimum(network.lower, most)
        self.all: Mask = np.concatenate([self.lower > 0, network.upper < self.free])
        self.kinds = _kinds(network)

    def least(self, order: tuple[int, ...]) -> Mask:
        """Return an irreducible set, doing without whole kinds in this order, then without single bounds."""
        kept = self.all
        for kind in order:
            rest = kept & (self.kinds != kind)
            if self._cut(rest).any():
                kept = rest
        ranks = np.argsort(order)[self.kinds]
        while True:
            kept = self._tightened(kept)
            lacking = self._lacking(kept)
            if lacking == 1:  # then each bound is in the way of the one unit: see _tightened
                return kept
            members = sorted(np.flatnonzero(kept).tolist(), key=lambda bound: (ranks[bound], -bound))
            slack = self._within_slack(members, lacking)
            if not slack:  # then no pair is bounded: its bound would be slack
                return self._filtered(kept, members)
            kept = kept.copy()
            kept[slack] = False

    def _tightened(self, kept: Mask) -> Mask:
        """Return the bounds that are in the way both in the first and in the last of the most violated cuts.

        Each then stands between a node that too much runs into and one that too little runs into. If one unit is
        lacking in all, that unit could run once the bound is gone.
        """
        while True:
            near = self._in_the_way(kept, self._cut(kept))
            if near.sum() == kept.sum():
                far = self._in_the_way(kept, self._last_cut(kept))
                if far.sum() == kept.sum():
                    return kept
                near = far
            kept = near

    def _within_slack(self, members: list[int], lacking: int) -> list[int]:
        """Return bounds without which a cut that lacks so many units stays violated."""
        found = []
        for bound in members:
            relief = self._relief(bound)
            if relief < lacking:
                found.append(bound)
                lacking -= relief
        return found

    def _relief(self, bound: int) -> int:
        """Return by how many units a cut lacks less once a bound is gone."""
        arc = bound % self.arcs
        return int(self.lower[arc] if bound < self.arcs else self.free[arc] - self.network.upper[arc])

    def _filtered(self, kept: Mask, members: list[int]) -> Mask:
        """Return what is left of bounds of places once each has been left out where the others still clash."""
        kept = kept.copy()
        part, places = self._contracted(kept)
        for bound in members:
            upper = bound >= self.arcs
            bounds = part.upper if upper else part.lower
            place = places[bound % self.arcs]
            was, bounds[place] = bounds[place], self.free[-1] if upper else 0
            if violated_cut(part).any():
                kept[bound] = False
            else:
                bounds[place] = was
        return kept

    def _contracted(self, kept: Mask) -> tuple[Network, dict[int, int]]:
        """Return a network with a node for all nodes between which no places are bounded, where no pair is bounded.

        With it, where each arc of bounded places stands in it. Units can run on arcs without bounds in one direction
        only, but they never would in the other: all they can run through are pairs.
        """
        whole, pairs = self._bounded(kept), self.network.pair_count
        bounded = kept[pairs : self.arcs] | kept[self.arcs + pairs :]
        nodes = _joined(whole, np.flatnonzero(~bounded) + pairs)
        tails, heads = nodes[whole.tails], nodes[whole.heads]
        ends, counts = np.unique(np.stack([tails[:pairs], heads[:pairs]]), axis=1, return_counts=True)
        arcs = np.flatnonzero(bounded) + pairs
        part = replace(
            whole,
            tails=np.concatenate([ends[0], tails[arcs]]),
            heads=np.concatenate([ends[1], heads[arcs]]),
            lower=np.concatenate([np.zeros_like(counts), whole.lower[arcs]]),
            upper=np.concatenate([counts, whole.upper[arcs]]),
            points=np.zeros_like(counts),
            scopes=tuple(whole.scopes[arc - pairs] for arc in arcs.tolist()),
        )
        return part, {arc: place for place, arc in enumerate(arcs.tolist(), len(counts))}

    def _bounded(self, kept: Mask) -> Network:
        """Return the network with these bounds only."""
        return self.network.bounded(
            lower=np.where(kept[: self.arcs], self.lower, 0),
            upper=np.where(kept[self.arcs :], self.network.upper, self.free),
        )

    def _cut(self, kept: Mask) -> Mask:
        """Return the smallest of the most violated cuts; no nodes if there is a circulation."""
        return violated_cut(self._bounded(kept))

    def _last_cut(self, kept: Mask) -> Mask:
        """Return the largest of the most violated cuts: what is left by the smallest one seen from behind."""
        part = self._bounded(kept)
        return ~violated_cut(replace(part, tails=part.heads, heads=part.tails))

    def _in_the_way(self, kept: Mask, cut: Mask) -> Mask:
        tails, heads = cut[self.network.tails], cut[self.network.heads]
        both: Mask = kept & np.concatenate([heads & ~tails, tails & ~heads])
        return both

    def _lacking(self, kept: Mask) -> int:
        """Return how many units at least cannot run."""
        part, cut = self._bounded(kept), self._cut(kept)
        tails, heads = cut[part.tails], cut[part.heads]
        return int(part.lower[heads & ~tails].sum() - part.upper[tails & ~heads].sum())


def _joined(network: Network, arcs: Whole) -> Nodes:
    """Return for each node the first of those that it is joined to by some of the arcs."""
    first = np.arange(network.size, dtype=np.int32)
    tails, heads = network.tails[arcs], network.heads[arcs]
    while (first[tails] != first[heads]).any():
        lower = np.minimum(first[tails], first[heads])
        np.minimum.at(first, tails, lower)
        np.minimum.at(first, heads, lower)
    return first


def _kinds(network: Network) -> Whole:
    """Return the kind of each bound."""
    kinds = {"left": ID, "right": ID, "group": GROUP, "total": TOTAL}
    places = np.array([kinds[scope.kind] for scope in network.scopes], dtype=np.int64)
    single = (places == ID) & (network.upper[network.pair_count :] == 1)
    return np.concatenate(
        [
            np.full(network.pair_count, LOCK, dtype=np.int64),
            places,
            np.full(network.pair_count, VETO, dtype=np.int64),
            np.where(single, ONE_PLACE, places),
        ]
    )
