"""Problems in the pairing file format (``tandem-pairing/1``)."""

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.matching.json_values import (
    Json,
    Misread,
    field,
    field_or,
    json_value,
    list_of,
    read_fields,
    read_flag,
    read_pair,
    read_text,
    read_whole,
    read_whole_or_none,
)
from app.matching.problem import (
    OBJECTIVE_TOTAL,
    Group,
    Node,
    Options,
    PairPoints,
    Places,
    Problem,
    ProblemInvalid,
    Row,
    canonical,
)
from app.matching.validation import validate

if TYPE_CHECKING:
    from app.matching import json_types as types

PROBLEM_FORMAT: Final = "tandem-pairing/1"
MOST_ALTERNATIVES: Final = 100

_REQUIRED: Final = frozenset({"format", "left", "right"})
_FIELDS: Final = _REQUIRED | {
    *("objective", "fill", "groups", "total", "points", "left_points", "right_points", "pairs"),
    *("locks", "vetoes", "options"),
}
_PAIR_REQUIRED: Final = frozenset({"left", "right", "points"})
_PAIR_FIELDS: Final = _PAIR_REQUIRED | {"left_points", "right_points"}


def problem_from_bytes(content: bytes) -> Problem:
    """Read and validate a problem file.

    :raises ProblemInvalid: with the place, as in ``points[3][7]``, and the fault.
    """
    try:
        value = json_value(content)
    except Misread as fault:
        raise ProblemInvalid("problem", fault.fault, **fault.params) from fault
    return problem_from_json(value)


def problem_from_json(data: object) -> Problem:
    """Read and validate a problem.

    Default places of an id or a group are 0 to 1; without ``total`` there is no limit on the whole.

    :raises ProblemInvalid: with the place, as in ``points[3][7]``.
    """
    try:
        problem = _problem(data)
    except Misread as fault:
        raise ProblemInvalid(fault.place("problem"), fault.fault, **fault.params) from fault
    validate(problem)
    return problem


def problem_to_json(problem: Problem) -> Json:
    """Return a valid problem as plain values, everything sorted by id: the same for every order in its file."""
    ordered = canonical(problem)
    written: types.ProblemJson = {
        "format": PROBLEM_FORMAT,
        "objective": ordered.objective,  # type: ignore[typeddict-item]  # validated
        "fill": ordered.fill,
        "left": [_written_node(node) for node in ordered.left],
        "right": [_written_node(node) for node in ordered.right],
        "groups": [{"id": group.id, "places": _written_places(group.places)} for group in ordered.groups],
        "locks": [list(lock) for lock in ordered.locks],
        "vetoes": [list(veto) for veto in ordered.vetoes],
        "options": {"alternatives": ordered.options.alternatives, "prices": ordered.options.prices},
    }
    if ordered.total is not None:
        written["total"] = _written_places(ordered.total)
    if ordered.pairs is not None:
        written["pairs"] = [_written_pair(pair) for pair in ordered.pairs]
    matrices = {name: getattr(ordered, name) for name in ("points", "left_points", "right_points")}
    return {**written, **{name: [list(row) for row in rows] for name, rows in matrices.items() if rows is not None}}


def problem_sha256(problem: Problem) -> str:
    """Return the fingerprint of a valid problem, in hexadecimal; its options play no part.

    SHA-256 of its canonical JSON without ``options``, in ASCII (other signs escaped), keys sorted, without spaces.
    """
    asked = {name: value for name, value in problem_to_json(problem).items() if name != "options"}
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def with_options(problem: Problem, *, alternatives: int | None = None, prices: bool = False) -> Problem:
    """Return the problem with more asked beside the best pairing than its file asks."""
    options = problem.options
    wanted = options.alternatives if alternatives is None else alternatives
    return replace(problem, options=Options(wanted, prices=options.prices or prices))


def _written_pair(pair: PairPoints) -> "types.PairPointsJson":
    written: types.PairPointsJson = {"left": pair.left, "right": pair.right, "points": pair.points}
    if pair.left_points is not None:
        written["left_points"] = pair.left_points
    if pair.right_points is not None:
        written["right_points"] = pair.right_points
    return written


def _written_node(node: Node) -> "types.NodeJson":
    return {"id": node.id, "groups": list(node.groups), "places": _written_places(node.places)}


def _written_places(places: Places) -> "types.PlacesJson":
    return {"min": places.min, "max": places.max}


def _problem(data: object) -> Problem:
    found = read_fields(data, _FIELDS, _REQUIRED)
    if found["format"] != PROBLEM_FORMAT:
        raise Misread("format_unknown", expected=PROBLEM_FORMAT).within("format")
    return Problem(
        left=field(found, "left", list_of(_node)),
        right=field(found, "right", list_of(_node)),
        points=field_or(found, "points", list_of(_row), None),
        left_points=field_or(found, "left_points", list_of(_row), None),
        right_points=field_or(found, "right_points", list_of(_row), None),
        pairs=field_or(found, "pairs", list_of(_pair_points), None),
        groups=field_or(found, "groups", list_of(_group), ()),
        total=field_or(found, "total", _places, None),
        locks=field_or(found, "locks", list_of(read_pair), ()),
        vetoes=field_or(found, "vetoes", list_of(read_pair), ()),
        objective=field_or(found, "objective", read_text, OBJECTIVE_TOTAL),
        fill=field_or(found, "fill", read_flag, default=True),
        options=field_or(found, "options", _options, Options()),
    )


def _node(value: object) -> Node:
    found = read_fields(value, frozenset({"id", "groups", "places"}), frozenset({"id"}))
    return Node(
        field(found, "id", read_text),
        field_or(found, "groups", list_of(read_text), ()),
        field_or(found, "places", _places, Places()),
    )


def _group(value: object) -> Group:
    found = read_fields(value, frozenset({"id", "places"}), frozenset({"id"}))
    return Group(field(found, "id", read_text), field_or(found, "places", _places, Places()))


def _places(value: object) -> Places:
    found = read_fields(value, frozenset({"min", "max"}))
    return Places(field_or(found, "min", read_whole, 0), field_or(found, "max", read_whole, 1))


def _row(value: object) -> Row:
    if not isinstance(value, list):
        raise Misread("wrong_type", expected="list")
    return tuple(value)  # each value is looked at by ``validate``


def _pair_points(value: object) -> PairPoints:
    return _plain_pair(value) or _any_pair(value)


def _plain_pair(value: object) -> PairPoints | None:
    """Read a usual pair four times as fast as any pair: there may be many."""
    if type(value) is not dict or value.keys() != _PAIR_REQUIRED:
        return None
    left, right, points = value["left"], value["right"], value["points"]
    if type(left) is str and type(right) is str and type(points) is int and left.isascii() and right.isascii():
        return PairPoints(left, right, points)
    return None


def _any_pair(value: object) -> PairPoints:
    found = read_fields(value, _PAIR_FIELDS, _PAIR_REQUIRED)
    return PairPoints(
        field(found, "left", read_text),
        field(found, "right", read_text),
        field(found, "points", read_whole),
        field_or(found, "left_points", read_whole_or_none, None),
        field_or(found, "right_points", read_whole_or_none, None),
    )


def _options(value: object) -> Options:
    found = read_fields(value, frozenset({"alternatives", "prices"}))
    return Options(
        field_or(found, "alternatives", _alternatives, 0), prices=field_or(found, "prices", read_flag, default=False)
    )


def _alternatives(value: object) -> int:
    number = read_whole(value)
    if not 0 <= number <= MOST_ALTERNATIVES:
        raise Misread("out_of_range", min=0, max=MOST_ALTERNATIVES)
    return number
