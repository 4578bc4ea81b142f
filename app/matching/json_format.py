"""The pairing file format: problems and solutions as plain JSON values (``docs/pairing.md``)."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar

from app.matching.problem import Group, Ids, Node, PairPoints, Places, Problem, ProblemInvalid, Row, canonical
from app.matching.solution import Solution
from app.matching.validation import validate

PROBLEM_FORMAT = "tandem-pairing/1"
SOLUTION_FORMAT = "tandem-pairing-solution/1"

T = TypeVar("T")
Json = dict[str, object]

PROBLEM_FIELDS = frozenset(
    {"format", "objective", "fill", "left", "right", "points", "pairs", "groups", "total", "locks", "vetoes"}
)


def problem_from_json(data: object) -> Problem:
    """Read and validate a problem.

    Default places of an id or a group are 0 to 1; without ``total`` there is no limit on the whole.

    :raises ProblemInvalid: with the place, as in ``points[3][7]``.
    """
    fields = _fields("problem", data, allowed=PROBLEM_FIELDS, required={"format", "left", "right"})
    if fields["format"] != PROBLEM_FORMAT:
        raise ProblemInvalid("format", "format_unknown", expected=PROBLEM_FORMAT)
    problem = Problem(
        left=_list("left", fields["left"], _node),
        right=_list("right", fields["right"], _node),
        points=_list("points", fields["points"], _row) if "points" in fields else None,
        pairs=_list("pairs", fields["pairs"], _pair_points) if "pairs" in fields else None,
        groups=_list("groups", fields.get("groups", []), _group),
        total=_places("total", fields["total"]) if "total" in fields else None,
        locks=_list("locks", fields.get("locks", []), _ids),
        vetoes=_list("vetoes", fields.get("vetoes", []), _ids),
        objective=_text("objective", fields.get("objective", "total")),
        fill=_flag("fill", fields.get("fill", True)),
    )
    validate(problem)
    return problem


def problem_to_json(problem: Problem) -> Json:
    """Return a valid problem as plain values, everything sorted by id: the same for every order in its file."""
    ordered = canonical(problem)
    written: Json = {
        "format": PROBLEM_FORMAT,
        "objective": ordered.objective,
        "fill": ordered.fill,
        "left": [_written_node(node) for node in ordered.left],
        "right": [_written_node(node) for node in ordered.right],
        "groups": [{"id": group.id, "places": _written_places(group.places)} for group in ordered.groups],
        "locks": [list(lock) for lock in ordered.locks],
        "vetoes": [list(veto) for veto in ordered.vetoes],
    }
    if ordered.total is not None:
        written["total"] = _written_places(ordered.total)
    if ordered.points is not None:
        return written | {"points": [list(row) for row in ordered.points]}
    return written | {"pairs": [_written_pair(pair) for pair in ordered.pairs or ()]}


def problem_sha256(problem: Problem) -> str:
    """Return the fingerprint of a valid problem, in hexadecimal.

    SHA-256 of its canonical JSON in ASCII (other signs escaped), keys sorted, without spaces.
    """
    text = json.dumps(problem_to_json(problem), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def solution_to_json(solution: Solution, problem: Problem) -> Json:
    """Return a solution as plain values, with the fingerprint of the problem that it answers."""
    return {
        "format": SOLUTION_FORMAT,
        "pairs": [
            {"left": pair.left, "right": pair.right, "points": pair.points, "locked": pair.locked}
            for pair in solution.pairs
        ],
        "count": solution.count,
        "total": solution.total,
        "weakest": solution.weakest,
        "problem_sha256": problem_sha256(problem),
    }


def _written_pair(pair: PairPoints) -> Json:
    return {name: value for name, value in pair._asdict().items() if value is not None}


def _written_node(node: Node) -> Json:
    return {"id": node.id, "groups": list(node.groups), "places": _written_places(node.places)}


def _written_places(places: Places) -> dict[str, int]:
    return {"min": places.min, "max": places.max}


def _node(place: str, value: object) -> Node:
    fields = _fields(place, value, allowed={"id", "groups", "places"}, required={"id"})
    return Node(
        _text(f"{place}.id", fields["id"]),
        _list(f"{place}.groups", fields.get("groups", []), _text),
        _places(f"{place}.places", fields.get("places", {})),
    )


def _group(place: str, value: object) -> Group:
    fields = _fields(place, value, allowed={"id", "places"}, required={"id"})
    return Group(_text(f"{place}.id", fields["id"]), _places(f"{place}.places", fields.get("places", {})))


def _places(place: str, value: object) -> Places:
    fields = _fields(place, value, allowed={"min", "max"})
    return Places(_whole(f"{place}.min", fields.get("min", 0)), _whole(f"{place}.max", fields.get("max", 1)))


def _row(place: str, value: object) -> Row:
    if not isinstance(value, list):
        raise ProblemInvalid(place, "wrong_type", expected="list")
    return tuple(value)  # each value is looked at by ``validate``


def _pair_points(place: str, value: object) -> PairPoints:
    names = {"left", "right", "points"}
    fields = _fields(place, value, allowed=names, required=names)
    return PairPoints(
        _text(f"{place}.left", fields["left"]),
        _text(f"{place}.right", fields["right"]),
        _whole(f"{place}.points", fields["points"]),
    )


def _ids(place: str, value: object) -> Ids:
    texts = _list(place, value, _text)
    if len(texts) != 2:
        raise ProblemInvalid(place, "wrong_shape", expected=2, found=len(texts))
    return texts[0], texts[1]


def _fields(
    place: str, value: object, *, allowed: frozenset[str] | set[str], required: frozenset[str] | set[str] = frozenset()
) -> Json:
    """Return an object's fields; refuse what is no object, an unknown field, and one that is missing."""
    if not isinstance(value, dict):
        raise ProblemInvalid(place, "wrong_type", expected="object")
    for name in value:
        if name not in allowed:
            raise ProblemInvalid(place, "unknown_field", field=name)
    for name in sorted(required):
        if name not in value:
            raise ProblemInvalid(place, "missing_field", field=name)
    return value


def _list(place: str, value: object, read: Callable[[str, object], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise ProblemInvalid(place, "wrong_type", expected="list")
    return tuple(read(f"{place}[{position}]", item) for position, item in enumerate(value))


def _text(place: str, value: object) -> str:
    if not isinstance(value, str):
        raise ProblemInvalid(place, "wrong_type", expected="text")
    return value


def _whole(place: str, value: object) -> int:
    if type(value) is not int:
        raise ProblemInvalid(place, "not_whole")
    return value


def _flag(place: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ProblemInvalid(place, "wrong_type", expected="true or false")
    return value
