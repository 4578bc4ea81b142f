"""The problem of a call: who may be paired with whom, and within which places."""

import pytest

from app.matching.build import build_problem
from app.matching.problem import Group, Node, Places, Problem, ProblemInvalid
from app.matching.profiles import Candidate, Partner
from app.matching.solve import solve
from app.matching.weights import Weights

CANDIDATES = (
    Candidate(id="11001", tracks=("rwanda",), province="Antwerpen", assessment=10_000),
    Candidate(
        id="31005", tracks=("benin", "rwanda"), province="West-Vlaanderen", city_links=frozenset({"BJ-a", "SN-q"})
    ),
    Candidate(id="99999", tracks=()),
)
PARTNERS = (
    Partner(id="RW-k", track="rwanda"),
    Partner(id="BJ-a", track="benin", capacity=2),
    Partner(id="XX-z", track="x"),
)
PLACES = {"rwanda": Places(1, 4), "benin": Places(0, 3)}


def test_build_problem_lays_out_both_sides() -> None:
    assert build_problem(
        CANDIDATES,
        PARTNERS,
        Weights(),
        places_per_track=PLACES,
        province_limit=2,
        total=Places(0, 8),
        locks=[("11001", "RW-k"), ("11001", "RW-k")],
        vetoes=[("31005", "RW-k"), ("31005", "BJ-a")],
    ) == Problem(
        left=(Node("11001", ("province:Antwerpen",)), Node("31005", ("province:West-Vlaanderen",)), Node("99999")),
        right=(
            Node("RW-k", ("track:rwanda",)),
            Node("BJ-a", ("track:benin",), Places(0, 2)),
            Node("XX-z"),
        ),
        points=((6500, None, None), (5000, 5263, None), (None, None, None)),
        left_points=((5000, None, None), (5000, 5750, None), (None, None, None)),
        right_points=((5000, None, None), (5000, 5000, None), (None, None, None)),
        groups=(
            Group("track:benin", Places(0, 3)),
            Group("track:rwanda", Places(1, 4)),
            Group("province:Antwerpen", Places(0, 2)),
            Group("province:West-Vlaanderen", Places(0, 2)),
        ),
        total=Places(0, 8),
        locks=(("11001", "RW-k"),),
        vetoes=(("31005", "BJ-a"), ("31005", "RW-k")),
    )


def test_without_a_limit_provinces_play_no_part() -> None:
    problem = build_problem(CANDIDATES, PARTNERS, Weights(), places_per_track=PLACES)
    assert all(not node.groups for node in problem.left)
    assert [group.id for group in problem.groups] == ["track:benin", "track:rwanda"]


def test_a_city_link_is_never_paired_and_a_lock_on_it_is_refused() -> None:
    solution = solve(build_problem(CANDIDATES[1:], PARTNERS, Weights(), places_per_track=PLACES))
    assert [(pair.left, pair.right) for pair in solution.pairs] == [("31005", "RW-k")]
    locked = build_problem(CANDIDATES, PARTNERS, Weights(), places_per_track=PLACES, locks=[("31005", "BJ-a")])
    with pytest.raises(ProblemInvalid, match=r"locks\[0\]: lock_vetoed"):
        solve(locked)
