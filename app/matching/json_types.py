"""The types of the pairing file format; the JSON Schemas that are shipped are made from them.

Only read by type checkers and by ``schema``: pairing itself does not load Pydantic.
"""

from typing import Annotated, Literal, NotRequired

from annotated_types import Len
from pydantic import Field
from typing_extensions import TypedDict  # that of typing lacks what Pydantic reads, before Python 3.12

Id = Annotated[str, Field(description="An id; compared by its code points.")]
IdPair = Annotated[list[Id], Len(2, 2), Field(description="A left id and a right id.")]
Count = Annotated[int, Field(ge=0)]
Row = list[int | None]
Ids = Annotated[dict[str, int], Field(description="A dual by id; what is 0 is left out.")]


class PlacesJson(TypedDict):
    """In how many pairs it must be (`min`) and may be (`max`)."""

    min: NotRequired[Annotated[int, Field(ge=0, le=10**9, description="0 if left out.")]]
    max: NotRequired[Annotated[int, Field(ge=0, le=10**9, description="1 if left out. Not below `min`.")]]


class NodeJson(TypedDict):
    """One to be paired."""

    id: Id
    groups: NotRequired[Annotated[list[str], Field(description="Ids of the groups that it is in.")]]
    places: NotRequired[PlacesJson]


class GroupJson(TypedDict):
    """Ids of one side that share places. Groups of a side are nested or disjoint."""

    id: Id
    places: NotRequired[PlacesJson]


class PairPointsJson(TypedDict):
    """A pair that is allowed, with its points; and what it is worth to either side by its own points."""

    left: Id
    right: Id
    points: int
    left_points: NotRequired[int | None]
    right_points: NotRequired[int | None]


class OptionsJson(TypedDict):
    """What is asked beside the best pairing."""

    alternatives: NotRequired[
        Annotated[int, Field(ge=0, le=100, description="How many of the next best pairings; 0 if left out.")]
    ]
    prices: NotRequired[Annotated[bool, Field(description="The price of every pair; false if left out.")]]


class ProblemJson(TypedDict):
    """Two sides to be paired, the points of each allowed pair, and what must hold.

    Numbers are whole and written as whole numbers: `1`, not `1.0`.
    """

    format: Literal["tandem-pairing/1"]
    objective: NotRequired[
        Annotated[
            Literal["total", "weakest-first"],
            Field(description="What is highest: the sum of points (if left out), or the weakest pair, then the sum."),
        ]
    ]
    fill: NotRequired[
        Annotated[bool, Field(description="As many pairs as possible before all else; true if left out.")]
    ]
    left: list[NodeJson]
    right: list[NodeJson]
    groups: NotRequired[list[GroupJson]]
    total: NotRequired[PlacesJson]
    points: NotRequired[
        Annotated[list[Row], Field(description="A row per `left`, a column per `right`; null where not allowed.")]
    ]
    left_points: NotRequired[
        Annotated[list[Row], Field(description="What each pair is worth to its left side; null: no opinion.")]
    ]
    right_points: NotRequired[
        Annotated[list[Row], Field(description="What each pair is worth to its right side; null: no opinion.")]
    ]
    pairs: NotRequired[
        Annotated[list[PairPointsJson], Field(description="In the place of `points`: the pairs that are allowed.")]
    ]
    locks: NotRequired[Annotated[list[IdPair], Field(description="Pairs that must be made.")]]
    vetoes: NotRequired[Annotated[list[IdPair], Field(description="Pairs that must not be made.")]]
    options: NotRequired[OptionsJson]


class IdsJson(TypedDict):
    """A left id and a right id."""

    left: Id
    right: Id


class PairJson(IdsJson):
    """A pair of the pairing."""

    points: int
    locked: Annotated[bool, Field(description="Whether it was asked for.")]


class DualsJson(TypedDict):
    """Whole numbers that show with additions that a sum is at most `bound`. What is 0 or empty is left out."""

    bound: int
    left: NotRequired[Ids]
    right: NotRequired[Ids]
    groups: NotRequired[Ids]
    total: NotRequired[Annotated[int, Field(description="The dual of the places of the whole.")]]
    pairs: NotRequired[
        Annotated[list[tuple[str, str, int]], Field(description="The duals of single pairs: left id, right id, dual.")]
    ]


class LockJson(TypedDict):
    """The weakest pair is a lock."""

    lock: IdPair


class ProofJson(TypedDict):
    """Why no pairing is better, in stages."""

    count: NotRequired[Annotated[DualsJson, Field(description="No pairing has more pairs (with `fill`).")]]
    weakest: NotRequired[
        Annotated[DualsJson | LockJson, Field(description="None has a higher weakest pair (`weakest-first`).")]
    ]
    total: Annotated[DualsJson, Field(description="None that is as good in this has a higher total.")]


class PriceJson(IdsJson):
    """What a pair costs: points of the total lost by forcing it in, or by leaving it out if it is in."""

    price: Annotated[int | None, Field(description="null where it cannot be done.")]
    pairs_lost: NotRequired[Annotated[int, Field(description="How many pairs fewer there are then; 0 is left out.")]]


class AlternativeJson(TypedDict):
    """Another pairing."""

    rank: Annotated[int, Field(ge=2, description="2 is the next best.")]
    total: int
    count: Count
    weakest: int | None
    pairs: list[PairJson]


class SolutionJson(TypedDict):
    """The best pairing of a problem, with the proof that it is, and what was asked beside it."""

    format: Literal["tandem-pairing-solution/1"]
    pairs: Annotated[list[PairJson], Field(description="Sorted by left id, then right id.")]
    count: Annotated[Count, Field(description="How many pairs.")]
    total: Annotated[int, Field(description="Their sum of points.")]
    weakest: Annotated[int | None, Field(description="The lowest points among them; null without pairs.")]
    proof: NotRequired[ProofJson]
    prices: NotRequired[list[PriceJson]]
    marks: NotRequired[
        Annotated[
            list[PriceJson], Field(description="With the prices: what doing the opposite of a lock or veto would lose.")
        ]
    ]
    alternatives: NotRequired[
        Annotated[list[AlternativeJson], Field(description="The next best pairings, best first.")]
    ]
    blocking: Annotated[
        list[IdsJson], Field(description="Pairs that both sides would rather have, by their own points.")
    ]
    problem_sha256: Annotated[
        str,
        Field(
            pattern="^[0-9a-f]{64}$",
            description="SHA-256 of the problem without `options`: sorted by id, keys sorted, no spaces, in ASCII.",
        ),
    ]


class MarkHeldJson(IdsJson):
    """A lock or a veto that plays a part."""

    kind: Literal["lock", "veto"]


class PlacesHeldJson(TypedDict):
    """A bound of places that plays a part: `min` or `max`."""

    kind: Literal["places"]
    scope: Annotated[Literal["left", "right", "group", "total"], Field(description="What `of` names.")]
    of: str
    min: NotRequired[Count]
    max: NotRequired[Count]


class ClashJson(TypedDict):
    """Why there is no pairing: conditions that cannot all hold; without any one of them the others can."""

    format: Literal["tandem-pairing-clash/1"]
    clash: list[MarkHeldJson | PlacesHeldJson]
    sentence: str
