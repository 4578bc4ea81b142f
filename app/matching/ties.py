"""Which of several best pairings is chosen: the one whose sorted list of (left id, right id) comes first.

The best circulations are those that differ from one of them only on its tight arcs (reduced cost zero). Going through
the pairs in order, each is taken in if some best circulation holds it together with all that was decided before: if its
right id reaches its left id over residual tight arcs that are still free. This is exact, and depends neither on the
order in a file nor on which best circulation the solver found.

Sets of nodes are whole numbers with a bit per node, which makes each search cheap: it looks at every node once. One
search per left id and pair taken, inside components where ties exist at all.
"""

from collections.abc import Iterator
from typing import NamedTuple

from app.matching.network import Network, Whole


class _Arc(NamedTuple):
    """One tight arc in plain whole numbers; ``number`` is its place in the network."""

    number: int
    tail: int
    head: int
    lower: int
    upper: int


def first_of_the_best(network: Network, flow: Whole, tight: list[int]) -> Whole:
    """Return the best circulation whose sorted list of pairs comes first, given any best one and its tight arcs."""
    arcs = _arcs(network, tight)
    flows = dict(zip(tight, flow[tight].tolist(), strict=True))
    component = _components(network.size, flows, arcs)
    free = [arc for arc in arcs if component[arc.tail] == component[arc.head]]
    residual = _Residual(network.size, flows, free)
    pairs: dict[int, list[_Arc]] = {}
    for arc in free:
        if arc.number < network.pair_count:
            pairs.setdefault(arc.tail, []).append(arc)
    for left in sorted(pairs):
        residual.settle(left, sorted(pairs[left]))
    settled = flow.copy()
    settled[tight] = [flows[number] for number in tight]
    return settled


def _arcs(network: Network, tight: list[int]) -> list[_Arc]:
    columns = (network.tails, network.heads, network.lower, network.upper)
    return [_Arc(*parts) for parts in zip(tight, *(column[tight].tolist() for column in columns), strict=True)]


class _Residual:
    """The residual network of some arcs; ``before[v]`` is the set of nodes with a residual arc to v.

    ``flows`` (by number of arc) is changed as pairs are settled.
    """

    def __init__(self, size: int, flows: dict[int, int], arcs: list[_Arc]) -> None:
        self.size = size
        self.flows = flows
        self.before = [0] * size
        self.arc_between: dict[tuple[int, int], _Arc] = {}
        for arc in arcs:
            self.arc_between[arc.tail, arc.head] = arc
            self._refresh(arc)

    def settle(self, left: int, arcs: list[_Arc]) -> None:
        """Decide the free pairs of one left id for good, in order: in where a best pairing allows it, else out."""
        towards: dict[int, int] | None = None
        for arc in arcs:
            if not self.flows[arc.number]:
                towards = self._search(left, arc.head) if towards is None else towards
                if arc.head not in towards:
                    self._fix(arc)
                    continue
                self._turn(arc, towards)
            self._fix(arc)
            towards = None

    def _search(self, goal: int, wanted: int) -> dict[int, int]:
        """Return the next node towards ``goal`` from each node that reaches it; stop early once ``wanted`` does."""
        towards: dict[int, int] = {}
        unseen = ((1 << self.size) - 1) ^ (1 << goal)
        queue = [goal]
        for node in queue:
            fresh = self.before[node] & unseen
            unseen ^= fresh
            for reached in _bits(fresh):
                towards[reached] = node
                queue.append(reached)
            if wanted in towards:
                break
        return towards

    def _turn(self, arc: _Arc, towards: dict[int, int]) -> None:
        """Send one unit over the pair and back from its right id to its left id."""
        self.flows[arc.number] += 1
        node = arc.head
        while node != arc.tail:
            following = towards[node]
            self._push(node, following)
            node = following

    def _push(self, start: int, end: int) -> None:
        ahead = self.arc_between.get((start, end))
        changed = self.arc_between[end, start] if ahead is None else ahead
        self.flows[changed.number] += -1 if ahead is None else 1
        self._refresh(changed)

    def _refresh(self, arc: _Arc) -> None:
        self._mark(arc.tail, arc.head, possible=self.flows[arc.number] < arc.upper)
        self._mark(arc.head, arc.tail, possible=self.flows[arc.number] > arc.lower)

    def _fix(self, arc: _Arc) -> None:
        self._mark(arc.tail, arc.head, possible=False)
        self._mark(arc.head, arc.tail, possible=False)

    def _mark(self, start: int, end: int, *, possible: bool) -> None:
        if possible:
            self.before[end] |= 1 << start
        else:
            self.before[end] &= ~(1 << start)


def _components(size: int, flows: dict[int, int], arcs: list[_Arc]) -> list[int]:
    """Return for each node the number of its strongly connected component in the residual network (Kosaraju, Sharir).

    A pair can change without cost exactly if both its ends lie in one component.
    """
    before = _Residual(size, flows, arcs).before
    component = [-1] * size
    unseen = (1 << size) - 1
    for root in reversed(_leaving_order(size, before)):
        if unseen >> root & 1:
            unseen ^= 1 << root
            queue = [root]
            for node in queue:
                component[node] = root
                fresh = before[node] & unseen
                unseen ^= fresh
                queue.extend(_bits(fresh))
    return component


def _leaving_order(size: int, before: list[int]) -> list[int]:
    """Return the nodes in the order in which a search along the arcs, depth first, leaves them."""
    after = _turned(size, before)
    unseen = (1 << size) - 1
    order: list[int] = []
    for root in range(size):
        stack = [root] if unseen >> root & 1 else []
        unseen &= ~(1 << root)
        while stack:
            fresh = after[stack[-1]] & unseen
            if fresh:
                unseen ^= fresh & -fresh
                stack.append((fresh & -fresh).bit_length() - 1)
            else:
                order.append(stack.pop())
    return order


def _turned(size: int, before: list[int]) -> list[int]:
    """Return the sets of nodes after each node, given those before each."""
    after = [0] * size
    for node, sources in enumerate(before):
        for source in _bits(sources):
            after[source] |= 1 << node
    return after


def _bits(number: int) -> Iterator[int]:
    """Yield the positions of the ones in a number, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
