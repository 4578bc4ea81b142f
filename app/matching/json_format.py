"""The pairing file format, whole: problems and solutions as files and as plain JSON values (``docs/pairing.md``)."""

from app.matching.json_problem import (
    MOST_ALTERNATIVES,
    PROBLEM_FORMAT,
    problem_from_bytes,
    problem_from_json,
    problem_sha256,
    problem_to_json,
    with_options,
)
from app.matching.json_solution import (
    SOLUTION_FORMAT,
    SolutionInvalid,
    solution_from_bytes,
    solution_from_json,
    solution_to_json,
)
from app.matching.json_values import Json, json_bytes

__all__ = [
    "MOST_ALTERNATIVES",
    "PROBLEM_FORMAT",
    "SOLUTION_FORMAT",
    "Json",
    "SolutionInvalid",
    "json_bytes",
    "problem_from_bytes",
    "problem_from_json",
    "problem_sha256",
    "problem_to_json",
    "solution_from_bytes",
    "solution_from_json",
    "solution_to_json",
    "with_options",
]
