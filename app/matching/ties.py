"""Which of several best pairings is chosen: the one whose sorted list of (left id, right id) comes first.

The best circulations are those that differ from one of them only on its tight arcs (reduced cost zero). Going through
the pairs in order, each is taken in if some best circulation holds it together with all that was decided before: if its
right id reaches its left id over residual tight arcs that are still free. This is exact, and depends neither on the
order in a file nor on which best circulation the solver found.

Sets of nodes are whole numbers with a bit per node, which makes each search cheap: it looks at every node once. One
search per left id and pair taken, inside components where ties exist at all.
"""

from collections.abc import Iterator

from app.matching.network import Network


def first_of_the_best(network: Network, flow: list[int], tight: list[int]) -> list[int]:
    """Return the best circulation whose sorted list of pairs comes first, given any best one and its tight arcs."""
    component = _components(network, flow, tight)
    free = [arc for arc in tight if component[network.tails[arc]] == component[network.heads[arc]]]
    residual = _Residual(network, list(flow), free)
    pairs: dict[int, list[int]] = {}
    for arc in free:
        if arc < network.pair_count:
            pairs.setdefault(network.tails[arc], []).append(arc)
    for left in sorted(pairs):
        residual.settle(left, sorted(pairs[left]))
    return residual.flow


class _Residual:
    """The residual network of some arcs; ``before[v]`` is the set of nodes with a residual arc to v."""

    def __init__(self, network: Network, flow: list[int], arcs: list[int]) -> None:
        self.network = network
        self.flow = flow
        self.before = [0] * network.size
        self.arc_between: dict[tuple[int, int], int] = {}
        for arc in arcs:
            self.arc_between[network.tails[arc], network.heads[arc]] = arc
            self._refresh(arc)

    def settle(self, left: int, arcs: list[int]) -> None:
        """Decide the free pairs of one left id for good, in order: in where a best pairing allows it, else out."""
        towards: dict[int, int] | None = None
        for arc in arcs:
            right = self.network.heads[arc]
            if not self.flow[arc]:
                towards = self._search(left, right) if towards is None else towards
                if right not in towards:
                    self._fix(arc)
                    continue
                self._turn(arc, right, towards)
            self._fix(arc)
            towards = None

    def _search(self, goal: int, wanted: int) -> dict[int, int]:
        """Return the next node towards ``goal`` from each node that reaches it; stop early once ``wanted`` does."""
        towards: dict[int, int] = {}
        unseen = ((1 << self.network.size) - 1) ^ (1 << goal)
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

    def _turn(self, arc: int, right: int, towards: dict[int, int]) -> None:
        """Send one unit over the pair and back from its right id to its left id."""
        self.flow[arc] += 1
        node, left = right, self.network.tails[arc]
        while node != left:
            following = towards[node]
            self._push(node, following)
            node = following

    def _push(self, start: int, end: int) -> None:
        ahead = self.arc_between.get((start, end))
        changed = self.arc_between[end, start] if ahead is None else ahead
        self.flow[changed] += -1 if ahead is None else 1
        self._refresh(changed)

    def _refresh(self, arc: int) -> None:
        tail, head = self.network.tails[arc], self.network.heads[arc]
        self._mark(tail, head, possible=self.flow[arc] < self.network.upper[arc])
        self._mark(head, tail, possible=self.flow[arc] > self.network.lower[arc])

    def _fix(self, arc: int) -> None:
        tail, head = self.network.tails[arc], self.network.heads[arc]
        self._mark(tail, head, possible=False)
        self._mark(head, tail, possible=False)

    def _mark(self, start: int, end: int, *, possible: bool) -> None:
        if possible:
            self.before[end] |= 1 << start
        else:
            self.before[end] &= ~(1 << start)


def _components(network: Network, flow: list[int], arcs: list[int]) -> list[int]:
    """Return for each node the number of its strongly connected component in the residual network (Kosaraju, Sharir).

    A pair can change without cost exactly if both its ends lie in one component.
    """
    before = _Residual(network, flow, arcs).before
    component = [-1] * network.size
    unseen = (1 << network.size) - 1
    for root in reversed(_leaving_order(network.size, before)):
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
