"""Solutions in the pairing file format (``tandem-pairing-solution/1``)."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from app.matching.json_problem import problem_sha256
from app.matching.json_values import (
    Json,
    Misread,
    field,
    field_or,
    json_value,
    list_of,
    read_fields,
    read_flag,
    read_list,
    read_mapping,
    read_object,
    read_pair,
    read_text,
    read_whole,
    read_whole_or_none,
)
from app.matching.problem import Ids, Problem
from app.matching.solution import Alternative, Duals, Pair, Price, Proof, Solution

if TYPE_CHECKING:
    from app.matching import json_types as types

SOLUTION_FORMAT: Final = "tandem-pairing-solution/1"

_REQUIRED: Final = frozenset({"format", "pairs", "count", "total", "weakest", "blocking", "problem_sha256"})
_FIELDS: Final = _REQUIRED | {"proof", "prices", "marks", "alternatives"}
_PARTS: Final = (
    *("format", "pairs", "count", "total", "weakest", "proof", "prices", "marks", "alternatives", "blocking"),
    "problem_sha256",
)
_STAGES: Final = ("count", "weakest", "total")
_PAIR: Final = frozenset({"left", "right", "points", "locked"})
_PRICE: Final = frozenset({"left", "right", "price"})
_ALTERNATIVE: Final = frozenset({"rank", "pairs", "count", "total", "weakest"})
_DUALS: Final = frozenset({"bound", "left", "right", "groups", "total", "pairs"})
_SHA256 = re.compile("[0-9a-f]{64}")


class SolutionInvalid(Exception):
    """A solution is not written as its format asks; ``place`` is where, ``fault`` is what (a code)."""

    def __init__(self, place: str, fault: str, **params: object) -> None:
        super().__init__(f"{place}: {fault}")
        self.place, self.fault, self.params = place, fault, params


def solution_to_json(solution: Solution, problem: Problem) -> Json:
    """Return a solution as plain values, with the fingerprint of the problem that it answers.

    Parts that were not asked for are left out.
    """
    written: types.SolutionJson = {
        "format": SOLUTION_FORMAT,
        "pairs": _written_pairs(solution.pairs),
        "count": solution.count,
        "total": solution.total,
        "weakest": solution.weakest,
        "blocking": [{"left": left, "right": right} for left, right in solution.blocking],
        "problem_sha256": problem_sha256(problem),
    }
    if solution.proof is not None:
        written["proof"] = _written_proof(solution.proof)  # type: ignore[typeddict-item]  # only put in order
    if solution.prices is not None:
        written["prices"] = [_written_price(price) for price in solution.prices]
    if solution.marks is not None:
        written["marks"] = [_written_price(price) for price in solution.marks]
    if solution.alternatives is not None:
        written["alternatives"] = [_written_alternative(other) for other in solution.alternatives]
    return _in_order(written, _PARTS)


def solution_from_bytes(content: bytes) -> tuple[Solution, str]:
    """Read a solution file; give the solution and the fingerprint of the problem that it says to answer.

    :raises SolutionInvalid: with the place, as in ``pairs[3].points``, and the fault.
    """
    try:
        value = json_value(content)
    except Misread as fault:
        raise SolutionInvalid("solution", fault.fault, **fault.params) from fault
    return solution_from_json(value), field(read_object(value), "problem_sha256", read_text)


def solution_from_json(data: object) -> Solution:
    """Read a solution; whether it holds is another question: see ``verify.verify``.

    :raises SolutionInvalid: with the place, as in ``pairs[3].points``.
    """
    try:
        return _solution(data)
    except Misread as fault:
        raise SolutionInvalid(fault.place("solution"), fault.fault, **fault.params) from fault


def _written_pairs(pairs: Sequence[Pair]) -> "list[types.PairJson]":
    return [{"left": one.left, "right": one.right, "points": one.points, "locked": one.locked} for one in pairs]


def _written_price(price: Price) -> "types.PriceJson":
    written: types.PriceJson = {"left": price.left, "right": price.right, "price": price.points}
    if price.pairs:
        written["pairs_lost"] = price.pairs
    return written


def _written_alternative(other: Alternative) -> "types.AlternativeJson":
    return {
        "rank": other.rank,
        "total": other.total,
        "count": other.count,
        "weakest": other.weakest,
        "pairs": _written_pairs(other.pairs),
    }


def _in_order(written: Mapping[str, object], order: Sequence[str]) -> Json:
    """Return the parts that are there, in the order in which they are read."""
    return {name: written[name] for name in order if name in written}


def _written_proof(proof: Proof) -> Json:
    written: types.ProofJson = {"total": _written_duals(proof.total)}
    if proof.count is not None:
        written["count"] = _written_duals(proof.count)
    if isinstance(proof.weakest, Duals):
        written["weakest"] = _written_duals(proof.weakest)
    elif proof.weakest is not None:
        written["weakest"] = {"lock": list(proof.weakest)}
    return _in_order(written, _STAGES)


def _written_duals(duals: Duals) -> "types.DualsJson":
    """Write a stage without what is zero or empty."""
    written: types.DualsJson = {"bound": duals.bound}
    if left := _sorted(duals.left):
        written["left"] = left
    if right := _sorted(duals.right):
        written["right"] = right
    if groups := _sorted(duals.groups):
        written["groups"] = groups
    if duals.total:
        written["total"] = duals.total
    if duals.pairs:
        written["pairs"] = [(left_id, right_id, dual) for left_id, right_id, dual in sorted(duals.pairs)]
    return written


def _sorted(duals: Mapping[str, int]) -> dict[str, int]:
    return {name: dual for name, dual in sorted(duals.items()) if dual}


def _solution(data: object) -> Solution:
    found = read_fields(data, _FIELDS, _REQUIRED)
    if found["format"] != SOLUTION_FORMAT:
        raise Misread("format_unknown", expected=SOLUTION_FORMAT).within("format")
    field(found, "problem_sha256", _sha256)
    return Solution(
        pairs=field(found, "pairs", list_of(_pair)),
        count=field(found, "count", read_whole),
        total=field(found, "total", read_whole),
        weakest=field(found, "weakest", read_whole_or_none),
        proof=field_or(found, "proof", _proof, None),
        prices=field_or(found, "prices", list_of(_price), None),
        alternatives=field_or(found, "alternatives", list_of(_alternative), None),
        blocking=field(found, "blocking", list_of(_ids)),
        marks=field_or(found, "marks", list_of(_price), None),
    )


def _sha256(value: object) -> str:
    text = read_text(value)
    if not _SHA256.fullmatch(text):
        raise Misread("not_sha256")
    return text


def _pair(value: object) -> Pair:
    found = read_fields(value, _PAIR, _PAIR)
    return Pair(
        field(found, "left", read_text),
        field(found, "right", read_text),
        field(found, "points", read_whole),
        locked=field(found, "locked", read_flag),
    )


def _price(value: object) -> Price:
    found = read_fields(value, _PRICE | {"pairs_lost"}, _PRICE)
    return Price(
        field(found, "left", read_text),
        field(found, "right", read_text),
        field(found, "price", read_whole_or_none),
        field_or(found, "pairs_lost", read_whole, 0),
    )


def _alternative(value: object) -> Alternative:
    found = read_fields(value, _ALTERNATIVE, _ALTERNATIVE)
    return Alternative(
        rank=field(found, "rank", read_whole),
        pairs=field(found, "pairs", list_of(_pair)),
        count=field(found, "count", read_whole),
        total=field(found, "total", read_whole),
        weakest=field(found, "weakest", read_whole_or_none),
    )


def _ids(value: object) -> Ids:
    names = frozenset({"left", "right"})
    found = read_fields(value, names, names)
    return field(found, "left", read_text), field(found, "right", read_text)


def _proof(value: object) -> Proof:
    found = read_fields(value, frozenset({"count", "weakest", "total"}), frozenset({"total"}))
    return Proof(
        total=field(found, "total", _duals),
        count=field_or(found, "count", _duals, None),
        weakest=field_or(found, "weakest", _weakest, None),
    )


def _weakest(value: object) -> Duals | Ids:
    if "lock" in read_object(value):
        return field(read_fields(value, frozenset({"lock"})), "lock", read_pair)
    return _duals(value)


def _duals(value: object) -> Duals:
    found = read_fields(value, _DUALS, frozenset({"bound"}))
    return Duals(
        bound=field(found, "bound", read_whole),
        left=field_or(found, "left", _wholes, {}),
        right=field_or(found, "right", _wholes, {}),
        groups=field_or(found, "groups", _wholes, {}),
        total=field_or(found, "total", read_whole, 0),
        pairs=field_or(found, "pairs", list_of(_dual_of_pair), ()),
    )


def _wholes(value: object) -> Mapping[str, int]:
    return read_mapping(value, read_whole)


def _dual_of_pair(value: object) -> tuple[str, str, int]:
    parts = read_list(value, lambda part: part)
    if len(parts) != 3:
        raise Misread("wrong_shape", expected=3, found=len(parts))
    return (*read_pair(list(parts[:2])), _third(parts[2]))


def _third(value: object) -> int:
    try:
        return read_whole(value)
    except Misread as fault:
        raise fault.within(2) from None
