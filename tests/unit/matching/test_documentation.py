"""What docs/pairing.md computes is so."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "pairing.md"


def test_the_examples_of_the_page_are_so() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert found.attempted >= 15
    assert found.failed == 0
