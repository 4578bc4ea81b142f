"""What is made from the code is as the code makes it."""

from pathlib import Path

from app.domain.candidacy import TRANSITIONS
from scripts import documents


def test_the_documents_are_in_line() -> None:
    assert documents.differing(documents.ROOT) == []


def test_a_document_that_differs_is_named_and_written_again(tmp_path: Path) -> None:
    assert documents.main(["check"], root=tmp_path) == 1
    assert documents.main(["write"], root=tmp_path) == 0
    assert documents.main(["check"], root=tmp_path) == 0


def test_the_diagram_shows_every_transition() -> None:
    drawn = documents.states()
    for state, targets in TRANSITIONS.items():
        for target in targets:
            assert f"{state.value} --> {target.value}" in drawn
