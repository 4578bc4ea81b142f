"""How the groups of one side lie inside each other."""

from collections.abc import Mapping
from dataclasses import dataclass


class GroupsCross(Exception):
    """Two groups share members and neither holds the other: the pairing would no longer be a flow."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)
        self.first, self.second = sorted((first, second))


@dataclass(frozen=True, slots=True)
class Nesting:
    """The groups of one side as a forest: the next larger group of each group, and the smallest group of each node."""

    parents: Mapping[str, str | None]
    innermost: Mapping[int, str]


def nest(members: Mapping[str, frozenset[int]]) -> Nesting:
    """Order groups, given as the positions of their nodes, from the largest to the smallest inside it.

    Of two groups with the same members the one whose id sorts first is the outer one. Costs one look per membership.

    :raises GroupsCross: two groups are neither nested nor disjoint.
    """
    parents: dict[str, str | None] = {}
    innermost: dict[int, str] = {}
    for group in sorted(members, key=lambda name: (-len(members[name]), name)):
        around = {innermost.get(position) for position in members[group]}
        if len(around) > 1:
            raise GroupsCross(group, _crossed(members, group, around))
        parents[group] = around.pop()
        innermost.update(dict.fromkeys(members[group], group))
    return Nesting(parents, innermost)


def _crossed(members: Mapping[str, frozenset[int]], group: str, around: set[str | None]) -> str:
    """Return the first of the larger groups around ``group`` that does not hold all of it."""
    return min(name for name in around if name is not None and not members[group] <= members[name])
