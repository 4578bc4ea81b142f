from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_import import CellFault, ImportFacts, Reading, Row, read_rows
from app.domain.codes import Section
from app.domain.import_columns import (
    ImportColumnMissing,
    ImportColumnTwice,
    check_mapping,
    column_of,
    guess,
    letter,
    targets_of,
)
from app.domain.import_values import write_answer
from app.language.catalogues import LOCALES
from app.language.import_words import header_names, target_title
from app.language.messages import has_message
from tests.unit.import_kit import ALFA, ALL_ANSWERS, FACTS, FORM, NOW, QUESTIONS, VOCABULARY

COLUMNS = ("government", "contact_email", "contact_name", "submitted_at", "earlier_reference")
GOOD = ("Alfa", "a@example.org", "Contact of Alfa", "2026-10-12", "OLD-1")


def reading(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, facts: ImportFacts = FACTS) -> Reading:
    numbered = [Row(number, cells) for number, cells in enumerate(rows, 2)]
    return read_rows(numbered, dict(enumerate(columns)), facts)


def faults(
    *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, facts: ImportFacts = FACTS
) -> list[tuple[int, Any, str]]:
    found = reading(*rows, columns=columns, facts=facts)
    return [(fault.row, fault.column, fault.code) for fault in found.faults]


def with_answer(code: str, text: str, good: tuple[str, ...] = GOOD) -> Reading:
    return reading((*good, text), columns=(*COLUMNS, f"answer:{code}"))


def answers(found: Reading) -> Mapping[Section, Mapping[str, Any]]:
    (one,) = found.candidacies
    return one.answers


# columns


@pytest.mark.parametrize("locale", LOCALES)
def test_every_column_is_guessed_from_its_title(locale: str) -> None:
    targets = targets_of(FORM)
    headers = [target_title(locale, target) for target in targets.values()]
    assert list(guess(headers, header_names(FORM)).values()) == list(targets)


def test_headers_are_guessed_once_and_odd_ones_are_left_out() -> None:
    headers = ["NIS-code", "Gemeente", "", "Wat vond je?", "E-MAILADRES", "own_text", "strengths field 2"]
    found = guess(headers, header_names(FORM))
    assert found == {0: "government", 4: "contact_email", 5: "answer:own_text", 6: "answer:strengths:field:2"}


def test_a_mapping_needs_the_government_and_an_address_and_nothing_twice() -> None:
    check_mapping({0: "government", 1: "contact_email", 2: "", 3: ""})
    check_mapping({4: "government", 1: "answer:administrative_email"})
    with pytest.raises(ImportColumnMissing) as missing:
        check_mapping({1: "contact_email"})
    assert missing.value.params == {"reason": "government"}
    with pytest.raises(ImportColumnMissing) as missing:
        check_mapping({1: "government", 2: "answer:exchange"})
    assert missing.value.params == {"reason": "contact_email"}
    with pytest.raises(ImportColumnTwice) as twice:
        check_mapping({27: "government", 1: "government"})
    assert twice.value.params == {"first": "B", "second": "AB"}


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letter(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    assert all(column_of(letter(column).lower()) == column for column in range(800))
    for wrong in ("", "A1", "É", "ABCD"):
        with pytest.raises(ValueError, match="names no column"):
            column_of(wrong)


# rows


@given(ALL_ANSWERS, st.booleans())
def test_answers_that_are_written_to_a_row_are_read_from_it(given_answers: Mapping[str, Any], in_codes: bool) -> None:
    cells = [write_answer(one, given_answers[one.code], VOCABULARY, in_codes=in_codes) for one in QUESTIONS]
    columns = (*COLUMNS, *(f"answer:{one.code}" for one in QUESTIONS))
    found = reading((*GOOD, *cells), columns=columns)
    assert found.faults == ()
    assert {code: answer for part in answers(found).values() for code, answer in part.items()} == given_answers


@given(st.lists(st.sampled_from(("Alfa", "11002", "gemeente beta stad", "Gamma", "Nergens", "")), max_size=6))
def test_a_row_is_a_candidacy_or_has_a_fault_and_no_government_comes_twice(names: list[str]) -> None:
    found = reading(*((name, *GOOD[1:]) for name in names))
    rows = [one.row for one in found.candidacies] + [fault.row for fault in found.faults]
    assert sorted(rows) == list(range(2, 2 + len(names)))
    assert len({one.government for one in found.candidacies}) == len(found.candidacies)
    assert found.rows == len(names)


SPOILED = {"government": "Nergens", "contact_email": "nobody", "submitted_at": "soon"} | {
    f"answer:{code}": wrong
    for code, wrong in (
        ("has_links", "perhaps"), ("tracks", "Mars"), ("goals", "99"), ("college_date", "31/02/2026"),
        ("languages", "English"), ("strengths", "Unheard of"), ("promises", "nothing"), ("own_one", "d"),
    )
}  # fmt: skip


@given(st.integers(0, 2), st.sampled_from(sorted(SPOILED)))
def test_one_faulty_cell_is_named_wherever_it_stands(place: int, target: str) -> None:
    columns = tuple(SPOILED)
    rows = [[name, f"{name.lower()}@example.org", *[""] * (len(columns) - 2)] for name in ("Alfa", "11002", "Gamma")]
    assert faults(*map(tuple, rows), columns=columns) == []
    rows[place][columns.index(target)] = SPOILED[target]
    (fault,) = faults(*map(tuple, rows), columns=columns)
    assert fault[:2] == (place + 2, columns.index(target))


def test_a_whole_row_is_read() -> None:
    (one,) = reading(GOOD).candidacies
    assert (one.row, one.government, one.contact_name, one.contact_email) == (2, ALFA, GOOD[2], GOOD[1])
    assert (one.submitted_at, one.earlier_reference) == (NOW.replace(month=10, day=11, hour=22), "OLD-1")
    assert set(one.answers) == set(FORM.order)
    assert one.answers[Section.GOVERNMENT]["administrative_email"] == GOOD[1]
    assert one.answers[Section.GOVERNMENT]["administrative_name"] == GOOD[2]


def test_the_contact_comes_from_the_answers_where_no_column_says_it() -> None:
    columns = ("government", "answer:administrative_email", "answer:administrative_name")
    (one,) = reading(("alfa", "A@example.org"), columns=columns).candidacies
    assert (one.contact_name, one.contact_email) == ("a@example.org", "a@example.org")
    assert one.answers[Section.GOVERNMENT]["administrative_name"] == ""
    assert faults(("alfa",), columns=columns) == [(2, 1, "contact_missing")]
    assert faults(("alfa", "nobody"), columns=columns) == [(2, 1, "address")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (("Nergens", *GOOD[1:]), 0, "government"),
        (("", *GOOD[1:]), 0, "government_missing"),
        (("oud gamma", *GOOD[1:]), 0, "merged"),
        (("Gamma", *GOOD[1:]), 0, "applied"),
        (("Alfa", "nobody", *GOOD[2:]), 1, "address"),
        (("Alfa", "", *GOOD[2:]), 1, "contact_missing"),
        (("Alfa", GOOD[1], "x" * 201), 2, "too_long"),
        ((*GOOD[:3], "soon"), 3, "day"),
        ((*GOOD[:3], "2026-11-23"), 3, "future"),
        ((*GOOD[:4], "x" * 101), 4, "too_long"),
    ],
)
def test_each_fault_names_its_cell(cells: tuple[str, ...], column: int, code: str) -> None:
    facts = replace(FACTS, applied=frozenset({3}))
    found = reading(cells, facts=facts)
    (fault,) = found.faults
    assert (fault.row, fault.column, fault.code) == (2, column, code)
    assert fault.value == cells[column][:200]
    assert has_message(f"import_fault.{code}")
    assert found.candidacies == ()


def test_the_successor_and_the_first_row_are_named() -> None:
    found = reading(("Oud-Gamma", *GOOD[1:]), GOOD, ("11001", *GOOD[1:]))
    assert found.faults == (
        CellFault(2, 0, "Oud-Gamma", "merged", {"government": "Oud-Gamma", "successor": "Gamma"}),
        CellFault(4, 0, "11001", "twice", {"government": "Alfa", "first": "3"}),
    )
    assert [one.row for one in found.candidacies] == [3]


def test_without_a_moment_there_is_none_and_now_is_not_the_future() -> None:
    (one,) = reading(GOOD[:3]).candidacies
    assert one.submitted_at is None
    facts = replace(FACTS, now=NOW - timedelta(days=42))
    assert faults(GOOD, facts=facts) == [(2, 3, "future")]


def test_all_faults_of_a_row_are_named_at_once() -> None:
    columns = (*COLUMNS, "answer:has_links", "answer:college_date")
    found = faults(("", "", "", "x", "", "perhaps", "never"), columns=columns)
    assert found == [
        (2, 0, "government_missing"),
        (2, 6, "day"),
        (2, 5, "choice"),
        (2, 1, "contact_missing"),
        (2, 3, "day"),
    ]


def test_words_beyond_the_limit_are_a_remark_and_are_imported() -> None:
    words = " ".join(["woord"] * 302)
    found = with_answer("exchange", words)
    assert answers(found)[Section.MOTIVATION]["exchange"] == words
    (remark,) = found.remarks
    assert (remark.code, remark.column, remark.params) == ("words", 5, {"count": 2, "limit": 300})
    assert with_answer("exchange", words[6:].removeprefix("woord ")).remarks == ()


def test_languages_and_fields_may_stand_in_columns_of_their_own() -> None:
    columns = (
        *COLUMNS, "answer:languages:en", "answer:languages:fr", "answer:languages",
        "answer:strengths:field:1", "answer:strengths:priority:1", "answer:strengths:text:1",
        "answer:strengths:field:2", "answer:strengths",
    )  # fmt: skip
    found = reading((*GOOD, "3", "", "fr: 1", "Jeugd", "2", "onze raad", "energie", "gender (3)"), columns=columns)
    assert answers(found)[Section.PROMISES]["languages"] == {"en": 3, "fr": 1}
    assert answers(found)[Section.LEARNING]["strengths"] == {
        "gender": {"priority": 3, "text": ""},
        "youth": {"priority": 2, "text": "onze raad"},
        "energy": {"priority": 2, "text": ""},
    }
    wrong = faults((*GOOD, "well", "", "", "Jeugd", "9", "", "jeugd", "x"), columns=columns)
    assert wrong == [(2, 12, "choice"), (2, 9, "priority"), (2, 5, "choice")]
    assert faults((*GOOD, "", "", "", "Jeugd", "1", "", "jeugd"), columns=columns) == [(2, 11, "field_twice")]
    assert faults((*GOOD, "", "", "", "", "1"), columns=columns) == [(2, 8, "choice")]
    many = "youth; water; waste; civil_services; gender"
    assert faults((*GOOD, "", "", "", "energy", "", "", "", many), columns=columns) == [(2, 12, "too_many")]


def test_a_column_that_is_not_offered_is_left_out() -> None:
    assert reading((*GOOD, "?"), columns=(*COLUMNS, "answer:gone")).faults == ()
