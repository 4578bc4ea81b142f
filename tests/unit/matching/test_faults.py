"""Every fault of a file is said in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import app.matching
from app.matching.faults import SENTENCES, sentence

RAISED = {"ProblemInvalid": 1, "SolutionInvalid": 1, "Misread": 0}
"""Where the code of the fault stands among what is given to each of these."""


def raised_faults() -> Iterator[str]:
    """Give every code that is written out where a fault is raised."""
    for file in Path(app.matching.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                code = node.args[RAISED[node.func.id]]
                if isinstance(code, ast.Constant):
                    yield str(code.value)


def test_every_fault_has_a_sentence_and_every_sentence_a_fault() -> None:
    found = set(raised_faults())
    assert {"not_whole", "groups_cross", "repeated_field", "not_sha256"} <= found
    assert found == set(SENTENCES)


def test_a_sentence_names_the_place() -> None:
    assert sentence("points[3][7]", "not_whole", {}) == "points[3][7]: must be a whole number, without a fraction"
    assert sentence("left", "wrong_type", {"expected": "object"}) == "left: must be an object"
    assert sentence("x", "never_heard_of", {}) == "x: never_heard_of"


def test_an_id_in_a_sentence_is_short_and_moves_nothing() -> None:
    strange = "a\x1b[2J\n\u202e" + "é" * 10_000
    said = sentence("left[0].id", "duplicate_id", {"id": strange})
    assert said.isprintable()
    assert said.startswith("left[0].id: has the id a\\x1b[2J\\n\\u202eéé")
    assert len(said) < 160
