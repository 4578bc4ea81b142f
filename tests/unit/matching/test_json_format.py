"""Problems and solutions as files: the same for every order, and every error names its place."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.faults import sentence
from app.matching.json_format import (
    PROBLEM_FORMAT,
    problem_from_bytes,
    problem_from_json,
    problem_sha256,
    problem_to_json,
    solution_to_json,
    with_options,
)
from app.matching.problem import Group, Node, Options, PairPoints, Places, Problem, ProblemInvalid, canonical
from app.matching.solve import solve
from tests.unit.matching.strategies import problems, shuffled

EXAMPLE: dict[str, Any] = {
    "format": "tandem-pairing/1",
    "objective": "total",
    "left": [
        {"id": "11001", "groups": ["province:Antwerpen"], "places": {"min": 0, "max": 1}},
        {"id": "11002", "groups": ["province:Antwerpen"]},
    ],
    "right": [{"id": "RW-karongi", "groups": ["track:rwanda"]}, {"id": "RW-nyanza", "places": {"max": 2}}],
    "groups": [
        {"id": "track:rwanda", "places": {"min": 0, "max": 4}},
        {"id": "province:Antwerpen", "places": {"max": 2}},
    ],
    "total": {"min": 0, "max": 8},
    "points": [[7315, None], [-3, 0]],
    "locks": [["11001", "RW-karongi"]],
    "vetoes": [["11002", "RW-karongi"]],
}


def test_a_file_is_read_with_its_defaults() -> None:
    assert problem_from_json(EXAMPLE) == Problem(
        left=(Node("11001", ("province:Antwerpen",)), Node("11002", ("province:Antwerpen",))),
        right=(Node("RW-karongi", ("track:rwanda",)), Node("RW-nyanza", (), Places(0, 2))),
        points=((7315, None), (-3, 0)),
        groups=(Group("track:rwanda", Places(0, 4)), Group("province:Antwerpen", Places(0, 2))),
        total=Places(0, 8),
        locks=(("11001", "RW-karongi"),),
        vetoes=(("11002", "RW-karongi"),),
    )


def test_a_sparse_file_is_read() -> None:
    pairs = [{"left": "a", "right": "x", "points": 5}]
    problem = problem_from_json(
        {"format": "tandem-pairing/1", "left": [{"id": "a"}], "right": [{"id": "x"}], "pairs": pairs, "fill": False}
    )
    assert problem == Problem((Node("a"),), (Node("x"),), pairs=(PairPoints("a", "x", 5),), fill=False)


def test_what_is_asked_beside_the_pairing_is_read() -> None:
    problem = problem_from_json(EXAMPLE | {"options": {"alternatives": 100, "prices": True}})
    assert problem.options == Options(100, prices=True)
    assert with_options(problem) == problem
    assert with_options(problem, alternatives=0).options == Options(0, prices=True)
    assert with_options(problem_from_json(EXAMPLE), alternatives=3, prices=True).options == Options(3, prices=True)


def test_options_play_no_part_in_the_fingerprint_and_all_else_does() -> None:
    asked = EXAMPLE | {"options": {"alternatives": 5, "prices": True}}
    assert problem_sha256(problem_from_json(asked)) == problem_sha256(problem_from_json(EXAMPLE))
    others: list[dict[str, Any]] = [
        {"fill": False},
        {"left_points": [[1, 2], [3, 4]]},
        {"vetoes": []},
        {"total": {"max": 7}},
    ]
    for other in others:
        assert problem_sha256(problem_from_json(EXAMPLE | other)) != problem_sha256(problem_from_json(EXAMPLE))


def test_own_points_are_read_as_a_matrix_or_with_the_pairs() -> None:
    matrices = problem_from_json(EXAMPLE | {"left_points": [[1, None], [2, 3]], "right_points": [[4, 5], [6, None]]})
    assert (matrices.left_points, matrices.right_points) == (((1, None), (2, 3)), ((4, 5), (6, None)))
    pairs = [
        {"left": "a", "right": "x", "points": 5, "left_points": None, "right_points": 7},
        {"left": "a", "right": "y", "points": 1, "left_points": 3},
    ]
    sides = {"left": [{"id": "a"}], "right": [{"id": "x"}, {"id": "y"}]}
    listed = problem_from_json({"format": PROBLEM_FORMAT, **sides, "pairs": pairs})
    assert listed.pairs == (PairPoints("a", "x", 5, None, 7), PairPoints("a", "y", 1, 3))
    for problem in (matrices, listed):
        assert problem_from_json(problem_to_json(problem)) == canonical(problem)


@settings(max_examples=80, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_a_problem_comes_back_from_its_file_and_order_plays_no_part(problem: Problem, seed: int) -> None:
    written = problem_to_json(problem)
    assert problem_from_json(json.loads(json.dumps(written))) == canonical(problem)
    assert json.dumps(problem_to_json(shuffled(problem, seed))) == json.dumps(written)
    assert problem_sha256(shuffled(problem, seed)) == problem_sha256(problem)


def test_a_solution_names_the_problem_that_it_answers() -> None:
    problem = problem_from_json(EXAMPLE)
    assert solution_to_json(solve(problem), problem) == {
        "format": "tandem-pairing-solution/1",
        "pairs": [
            {"left": "11001", "right": "RW-karongi", "points": 7315, "locked": True},
            {"left": "11002", "right": "RW-nyanza", "points": 0, "locked": False},
        ],
        "count": 2,
        "total": 7315,
        "weakest": 0,
        "proof": {
            "count": {"bound": 2, "left": {"11001": 1, "11002": 1}},
            "total": {"bound": 7315, "left": {"11001": 7315}},
        },
        "blocking": [],
        "problem_sha256": "1c2644a05ebab75999787c11df9363276c7acf4562e4e6bea3d73479e7ab99df",
    }


NODE, OTHER = {"id": "a"}, {"id": "b"}
CROSSING = [{"id": "a", "groups": ["g", "h"]}, {"id": "b", "groups": ["g"]}, {"id": "c", "groups": ["h"]}]


@pytest.mark.parametrize(
    ("changes", "place", "fault", "params"),
    [
        ({"format": "other/1"}, "format", "format_unknown", {"expected": "tandem-pairing/1"}),
        ({"objective": "fairest"}, "objective", "objective_unknown", {"objective": "fairest"}),
        ({"objective": 1}, "objective", "wrong_type", {"expected": "text"}),
        ({"fill": 1}, "fill", "wrong_type", {"expected": "true or false"}),
        ({"options": []}, "options", "wrong_type", {"expected": "object"}),
        ({"options": {"robustness": 5}}, "options", "unknown_field", {"field": "robustness"}),
        ({"options": {"alternatives": -1}}, "options.alternatives", "out_of_range", {"min": 0, "max": 100}),
        ({"options": {"alternatives": 101}}, "options.alternatives", "out_of_range", {"min": 0, "max": 100}),
        ({"options": {"alternatives": True}}, "options.alternatives", "not_whole", {}),
        ({"options": {"prices": 1}}, "options.prices", "wrong_type", {"expected": "true or false"}),
        ({"left_points": [[1, 1]]}, "left_points", "wrong_shape", {"expected": 2, "found": 1}),
        ({"left_points": [[1, 1], 1]}, "left_points[1]", "wrong_type", {"expected": "list"}),
        ({"right_points": [[1, 1], [1, 1.5]]}, "right_points[1][1]", "not_whole", {}),
        ({"left": [{"id": "a\ud800"}]}, "left[0].id", "not_text", {}),
        ({"locks": [["11001", "\udfff"]]}, "locks[0][1]", "not_text", {}),
        ({"colour": "red"}, "problem", "unknown_field", {"field": "colour"}),
        ({"left": {}}, "left", "wrong_type", {"expected": "list"}),
        ({"left": ["11001"]}, "left[0]", "wrong_type", {"expected": "object"}),
        ({"left": [{}]}, "left[0]", "missing_field", {"field": "id"}),
        ({"left": [{"id": 11001}]}, "left[0].id", "wrong_type", {"expected": "text"}),
        ({"left": [{"id": "a", "name": "A"}]}, "left[0]", "unknown_field", {"field": "name"}),
        ({"left": [NODE, NODE]}, "left[1].id", "duplicate_id", {"id": "a"}),
        ({"right": [NODE, OTHER, NODE]}, "right[2].id", "duplicate_id", {"id": "a"}),
        ({"left": [{"id": "a", "groups": ["x"]}]}, "left[0].groups[0]", "unknown_group", {"group": "x"}),
        (
            {"left": [{"id": "a", "groups": ["track:rwanda", "track:rwanda"]}]},
            "left[0].groups[1]",
            "duplicate_group",
            {"group": "track:rwanda"},
        ),
        ({"left": [{"id": "a", "places": {"min": 2}}]}, "left[0].places", "min_above_max", {"min": 2, "max": 1}),
        ({"left": [{"id": "a", "places": {"min": -1}}]}, "left[0].places", "negative", {"min": -1}),
        ({"total": {"max": 10**9 + 1}}, "total", "out_of_range", {"min": 0, "max": 10**9}),
        ({"left": [{"id": "a", "places": {"min": 0.5}}]}, "left[0].places.min", "not_whole", {}),
        ({"left": [{"id": "a", "places": 3}]}, "left[0].places", "wrong_type", {"expected": "object"}),
        ({"groups": [NODE, NODE]}, "left[0].groups[0]", "unknown_group", {"group": "province:Antwerpen"}),
        (
            {"groups": [*EXAMPLE["groups"], {"id": "province:Antwerpen"}]},
            "groups[2].id",
            "duplicate_id",
            {"id": "province:Antwerpen"},
        ),
        (
            {"groups": [EXAMPLE["groups"][0], {"id": "province:Antwerpen", "places": {"min": 5}}]},
            "groups[1].places",
            "min_above_max",
            {"min": 5, "max": 1},
        ),
        (
            {"right": [{"id": "RW-karongi", "groups": ["province:Antwerpen"]}]},
            "groups[1]",
            "group_on_both_sides",
            {"group": "province:Antwerpen"},
        ),
        (
            {"left": CROSSING, "groups": [{"id": "h"}, {"id": "g"}, {"id": "track:rwanda"}]},
            "groups",
            "groups_cross",
            {"first": "g", "second": "h"},
        ),
        ({"total": {"min": 3, "max": 2}}, "total", "min_above_max", {"min": 3, "max": 2}),
        ({"points": [[1, 1]]}, "points", "wrong_shape", {"expected": 2, "found": 1}),
        ({"points": [[1, 1], [1]]}, "points[1]", "wrong_shape", {"expected": 2, "found": 1}),
        ({"points": [[1, 1], 7]}, "points[1]", "wrong_type", {"expected": "list"}),
        ({"points": [[1, None], [1, 0.5]]}, "points[1][1]", "not_whole", {}),
        ({"points": [[True, 1], [1, 1]]}, "points[0][0]", "not_whole", {}),
        ({"points": [[1, 10**18], [1, 1]]}, "points", "points_too_large", {"points": 10**18}),
        ({"pairs": []}, "points", "points_or_pairs", {}),
        ({"locks": [["11001"]]}, "locks[0]", "wrong_shape", {"expected": 2, "found": 1}),
        ({"locks": [["11001", 5]]}, "locks[0][1]", "wrong_type", {"expected": "text"}),
        ({"locks": [["RW-karongi", "11001"]]}, "locks[0]", "unknown_id", {"id": "RW-karongi"}),
        ({"vetoes": [["11001", "RW-huye"]]}, "vetoes[0]", "unknown_id", {"id": "RW-huye"}),
        (
            {"vetoes": [["11002", "RW-karongi"], ["11002", "RW-karongi"]]},
            "vetoes[1]",
            "duplicate_pair",
            {"left": "11002", "right": "RW-karongi"},
        ),
        ({"vetoes": [["11001", "RW-karongi"]]}, "locks[0]", "lock_vetoed", {"left": "11001", "right": "RW-karongi"}),
        ({"locks": [["11001", "RW-nyanza"]]}, "locks[0]", "lock_not_allowed", {"left": "11001", "right": "RW-nyanza"}),
    ],
)
def test_an_error_names_its_place(changes: dict[str, Any], place: str, fault: str, params: dict[str, object]) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        problem_from_json(EXAMPLE | changes)
    assert (refusal.value.place, refusal.value.fault) == (place, fault)
    assert refusal.value.params == {"place": place, "fault": fault, **params}
    assert str(refusal.value) == f"{place}: {fault}"


@pytest.mark.parametrize(
    ("pairs", "place", "fault"),
    [
        ([{"left": "a", "right": "x", "points": "5"}], "pairs[0].points", "not_whole"),
        ([{"left": "a", "right": "x"}], "pairs[0]", "missing_field"),
        ([{"left": "a", "right": "y", "points": 5}], "pairs[0]", "unknown_id"),
        ([{"left": "a", "right": "x", "points": 5}] * 2, "pairs[1]", "duplicate_pair"),
        ([{"left": "a", "right": "x", "points": 5, "left_points": "5"}], "pairs[0].left_points", "not_whole"),
        ([{"left": "a", "right": "x", "points": 5, "right_points": 0.5}], "pairs[0].right_points", "not_whole"),
        ([{"left": "a", "right": 5, "points": 5}], "pairs[0].right", "wrong_type"),
    ],
)
def test_an_error_names_its_place_among_listed_pairs(pairs: list[object], place: str, fault: str) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        problem_from_json({"format": "tandem-pairing/1", "left": [{"id": "a"}], "right": [{"id": "x"}], "pairs": pairs})
    assert (refusal.value.place, refusal.value.fault) == (place, fault)


@pytest.mark.parametrize("data", [None, [], "problem"])
def test_what_is_no_object_is_no_problem(data: object) -> None:
    with pytest.raises(ProblemInvalid, match="problem: wrong_type"):
        problem_from_json(data)


@pytest.mark.parametrize("name", ["format", "left", "right"])
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        problem_from_json({key: value for key, value in EXAMPLE.items() if key != name})
    assert refusal.value.params == {"place": "problem", "fault": "missing_field", "field": name}


def test_neither_points_nor_pairs_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match="points: points_or_pairs"):
        problem_from_json({key: value for key, value in EXAMPLE.items() if key != "points"})


def test_many_groups_of_one_are_read_at_once() -> None:
    groups = [f"g{number}" for number in range(30_000)]
    left = [{"id": "a", "groups": groups}, {"id": "b"}]
    started = time.process_time()
    problem_from_json(
        EXAMPLE
        | {"left": left, "groups": [*EXAMPLE["groups"], *({"id": name} for name in groups)], "locks": [], "vetoes": []}
    )
    assert time.process_time() - started < 3, "30,000 groups of one id, each compared with all before it, take longer"


NO_POINTS = json.dumps({key: value for key, value in EXAMPLE.items() if key != "points"})[:-1]


@pytest.mark.parametrize(
    ("content", "place", "fault"),
    [
        (b"", "problem", "empty"),
        (b" \n", "problem", "empty"),
        (b"\xef\xbb\xbf", "problem", "empty"),
        (b'{"format": "\xff"}', "problem", "not_utf8"),
        (b"{'format'}", "problem", "not_json"),
        (b'{"format": 1} {}', "problem", "not_json"),
        (b"\x00", "problem", "not_json"),
        (b"[" * 200_000, "problem", "too_deep"),
        (b"NaN", "problem", "wrong_type"),
        (b'{"left": [], "left": []}', "problem", "repeated_field"),
        (f'{NO_POINTS}, "points": [[1, NaN], [1, 1]]}}'.encode(), "points[0][1]", "not_whole"),
        (f'{NO_POINTS}, "points": [[1, 1], [Infinity, 1]]}}'.encode(), "points[1][0]", "not_whole"),
        (f'{NO_POINTS}, "points": [[1, 1], [1e3, 1]]}}'.encode(), "points[1][0]", "not_whole"),
        (f'{NO_POINTS}, "points": [[1, {"9" * 5000}], [1, 1]]}}'.encode(), "points[0][1]", "not_whole"),
        (f'{NO_POINTS}, "points": [[1, {"9" * 4000}], [1, 1]]}}'.encode(), "points", "points_too_large"),
        (f'{NO_POINTS}, "total": {{"max": 1, "min": 0, "max": 2}}}}'.encode(), "problem", "repeated_field"),
        (f'{NO_POINTS}, "options": {{"prices": true, "prices": false}}}}'.encode(), "options", "repeated_field"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, place: str, fault: str) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        problem_from_bytes(content)
    assert (refusal.value.place, refusal.value.fault) == (place, fault)


def test_a_file_may_start_with_a_byte_order_mark() -> None:
    assert problem_from_bytes(b"\xef\xbb\xbf" + json.dumps(EXAMPLE).encode()) == problem_from_json(EXAMPLE)


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_no_change_of_one_value_is_read_as_something_else_than_a_problem(problem: Problem, data: st.DataObject) -> None:
    written = json.loads(json.dumps(problem_to_json(problem)))
    change(written, data)
    try:
        problem_sha256(problem_from_bytes(json.dumps(written).encode()))
    except ProblemInvalid as refusal:
        said = sentence(refusal.place, refusal.fault, refusal.params)
        assert said.startswith(refusal.place)  # noqa: PT017 - it may be refused or not


ODD = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(), st.just([]), st.just({}), st.just("\ud800")
)


def change(written: Any, data: st.DataObject) -> None:  # noqa: ANN401 - JSON
    """Put an odd value anywhere in a JSON value."""
    while True:
        keys = list(written) if isinstance(written, dict) else list(range(len(written)))
        key = data.draw(st.sampled_from(keys))
        if not (isinstance(written[key], dict | list) and written[key] and data.draw(st.booleans())):
            written[key] = data.draw(ODD)
            return
        written = written[key]
