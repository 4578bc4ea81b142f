"""Sittings, and what a version changed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_history import MOST_WORDS, PAUSE, Change, Piece, Save, pieces, sittings
from app.domain.codes import Section

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def save(version: int, minutes: float, *, who: int = 1, section: Section = Section.MOTIVATION) -> Save:
    return Save(section, version, NOW + timedelta(minutes=minutes), who, f"Person {who}")


def test_saves_while_typing_are_one_sitting() -> None:
    (one,) = sittings([save(1, 0), save(2, 1), save(3, 20)])
    assert (one.first_version, one.last_version, one.count) == (1, 3, 3)
    assert (one.first_at, one.last_at) == (NOW, NOW + timedelta(minutes=20))


def test_a_pause_another_person_or_another_section_begins_a_new_one() -> None:
    theirs = save(1, 2, who=2, section=Section.THEME)
    found = sittings([save(1, 0), theirs, save(2, 1, who=2), save(3, 1.5, who=2), save(4, 31.5, who=2)])
    assert [(one.section, one.person_id, one.first_version, one.last_version) for one in found] == [
        (Section.MOTIVATION, 2, 4, 4),
        (Section.THEME, 2, 1, 1),
        (Section.MOTIVATION, 2, 2, 3),
        (Section.MOTIVATION, 1, 1, 1),
    ]


@given(st.lists(st.tuples(st.sampled_from(list(Section)), st.integers(1, 3), st.integers(0, 45)), max_size=30))
def test_no_version_is_lost_or_counted_twice(steps: list[tuple[Section, int, int]]) -> None:
    saves: list[Save] = []
    minutes = 0
    for section, who, pause in steps:
        minutes += pause
        version = sum(one.section is section for one in saves) + 1
        saves.append(save(version, minutes, who=who, section=section))
    held = [
        (one.section, version) for one in sittings(saves) for version in range(one.first_version, one.last_version + 1)
    ]
    assert sorted(held) == sorted((one.section, one.version) for one in saves)
    assert timedelta(minutes=30) == PAUSE


def test_words_that_changed_are_told_apart() -> None:
    assert pieces("We learn in turn.", "We teach in turn, gladly.") == (
        Piece(Change.KEPT, "We "),
        Piece(Change.REMOVED, "learn"),
        Piece(Change.ADDED, "teach"),
        Piece(Change.KEPT, " in "),
        Piece(Change.REMOVED, "turn."),
        Piece(Change.ADDED, "turn, gladly."),
    )
    assert pieces("", "New") == (Piece(Change.ADDED, "New"),)
    assert pieces("", "") == ()


def test_very_long_texts_are_shown_whole() -> None:
    long = "word " * MOST_WORDS
    assert [piece.change for piece in pieces(long, "short")] == [Change.REMOVED, Change.ADDED]
    assert pieces("", long) == (Piece(Change.ADDED, long),)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_word_is_lost(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in found if piece.change is not Change.REMOVED) == after
