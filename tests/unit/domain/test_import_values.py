from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_form import Question
from app.domain.codes import QuestionKind
from app.domain.import_values import (
    CellRefused,
    Vocabulary,
    nothing,
    read_answer,
    read_day,
    read_level,
    read_moment,
    write_answer,
)
from app.domain.lexicon import Entry, Lexicon, key_of
from tests.unit.import_kit import FORM, QUESTIONS, VOCABULARY, answers_to


def question(code: str) -> Question:
    found = FORM.question(code)
    assert found is not None
    return found


def read(code: str, text: str) -> object:
    return read_answer(question(code), text, VOCABULARY)


def fault(code: str, text: str) -> str:
    with pytest.raises(CellRefused) as refused:
        read(code, text)
    return refused.value.code


@given(st.data(), st.booleans())
def test_what_is_written_is_read_as_the_same_answer(data: st.DataObject, in_codes: bool) -> None:
    asked = data.draw(st.sampled_from(QUESTIONS))
    answer = data.draw(answers_to(asked))
    written = write_answer(asked, answer, VOCABULARY, in_codes=in_codes)
    assert read_answer(asked, written, VOCABULARY) == answer


@given(st.sampled_from(QUESTIONS), st.text())
def test_any_cell_is_read_or_refused(asked: Question, text: str) -> None:
    try:
        answer = read_answer(asked, text, VOCABULARY)
    except CellRefused:
        return
    assert isinstance(answer, type(nothing(asked.kind)))


@given(st.text(), st.text())
def test_spellings_of_the_same_words_have_the_same_key(one: str, other: str) -> None:
    assert key_of(f" {one.upper()}, {other} ") == key_of(f"{one.upper()}-{other}")
    assert key_of("Évènement (Zé)") == "evenement ze"


def test_a_code_is_found_before_a_name_and_an_ambiguous_name_not_at_all() -> None:
    lexicon = Lexicon.of((Entry("a", ("Same", "b")), Entry("b", ("Same",)), Entry("§")))
    assert [lexicon.find(text) for text in ("a", " B ", "Same", "§", "")] == ["a", "b", None, "§", None]
    assert lexicon.names == ("Same", "Same", "§")
    assert (lexicon.name_of("b"), lexicon.name_of("§"), lexicon.name_of("gone")) == ("Same", "§", "gone")


@pytest.mark.parametrize(
    "text",
    ["2026-10-12", "12/10/2026", "12.10.2026", "12-10-2026", "12 oktober 2026", "12 Octobre 2026", "12 October 2026",
     "2026-10-12 14:30:00", "2026-10-12T14:30Z"],
)  # fmt: skip
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 10, 12)
    assert read("college_date", text) == "2026-10-12"


@pytest.mark.parametrize("text", ["31/02/2026", "12 smarch 2026", "soon", "2026-10-12 at noon", "2026-13-01", "1/2/26"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CellRefused) as refused:
        read_day(text)
    assert refused.value.code == "day"
    with pytest.raises(CellRefused):
        read_moment(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12/10/2026", datetime(2026, 10, 11, 22, tzinfo=UTC)),
        ("12/10/2026 14:30", datetime(2026, 10, 12, 12, 30, tzinfo=UTC)),
        ("1er décembre 2026 à 14h30", datetime(2026, 12, 1, 13, 30, tzinfo=UTC)),
        ("2026-10-12T14:30:05.123+0100", datetime(2026, 10, 12, 13, 30, 5, tzinfo=UTC)),
        ("2026-10-12T14:30:05Z", datetime(2026, 10, 12, 14, 30, 5, tzinfo=UTC)),
    ],
)
def test_moments_are_those_of_brussels_unless_they_say_otherwise(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["12/10/2026 25:00", "12/10/2026 14:99", "0001-01-01 00:00+1400"])
def test_impossible_moments_are_refused(text: str) -> None:
    with pytest.raises(CellRefused):
        read_moment(text)


@pytest.mark.parametrize(
    ("code", "text", "answer"),
    [
        ("has_links", "Neen", "no"),
        ("has_links", "OUI", "yes"),
        ("direction", "we travel first", "flemish_travels"),
        ("tracks", "Benin; welvaart\nrwanda inspraak; BENIN", ["benin", "rwanda"]),
        ("tracks", "Benin; welvaart; Welvaart", ["benin", "two"]),
        ("subjects", "benin:youth; Soleil", ["benin:youth", "benin:solar"]),
        ("goals", "16; 7. energie", [7, 16]),
        ("partners", "karongi", ["RW-karongi"]),
        ("profiles", "Landelijk; urban", ["urban", "rural"]),
        ("languages", "Engels: vloeiend; fr (1)", {"en": 3, "fr": 1}),
        ("languages", "Frans = Basis", {"fr": 1}),
        ("administrative_email", " A@Example.ORG ", "a@example.org"),
        ("own_several", "b; a", ["a", "b"]),
        ("strengths", "Jeugd: onze jeugdraad; en meer", {"youth": {"priority": 1, "text": "onze jeugdraad; en meer"}}),
        ("strengths", "Jeugd; Energie (3)",
         {"youth": {"priority": 1, "text": ""}, "energy": {"priority": 3, "text": ""}}),
        ("strengths", "energie (2): zon\n en wind\n\nEnergy services\n", None),
        ("strengths", "Gender: gelijkheid", {"gender": {"priority": 1, "text": ""}}),
    ],
)  # fmt: skip
def test_answers_are_read_in_the_words_of_people(code: str, text: str, answer: object) -> None:
    if answer is None:
        assert fault(code, text) == "choice"
    else:
        assert read(code, text) == answer


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("has_links", "misschien", "choice"),
        ("subjects", "Jeugd", "choice"),
        ("tracks", "rwanda; nergens", "choice"),
        ("tracks", ";".join(["rwanda"] * 101), "too_many"),
        ("partners", "RW-karongi; BJ-0405; BJ-0406; RW-x", "too_many"),
        ("languages", "Engels", "level"),
        ("languages", "Engels: heel goed", "choice"),
        ("languages", "Nederlands: 3", "choice"),
        ("administrative_email", "nobody", "address"),
        ("administrative_name", "x" * 201, "too_long"),
        ("exchange", "x" * 20_001, "too_long"),
        ("strengths", "Jeugd; jeugd", "field_twice"),
        ("strengths", f"Jeugd (1): {'x' * 301}", "too_long"),
        ("strengths", "youth; water; waste; civil_services; gender; energy", "too_many"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_reason(code: str, text: str, expected: str) -> None:
    assert fault(code, text) == expected


def test_a_long_list_of_answers_is_named_in_part() -> None:
    lexicon = Lexicon.of(Entry(f"field-{number}", (f"Field {number}",)) for number in range(20))
    asked = Question("many", QuestionKind.LEARNING, FORM.sections[0].title)
    with pytest.raises(CellRefused) as refused:
        read_answer(asked, "other", Vocabulary({"many": lexicon}))
    assert refused.value.code == "choice_more"
    assert refused.value.params["expected"] == tuple(f"Field {number}" for number in range(12))


def test_a_level_may_stand_in_a_column_of_its_own() -> None:
    assert [read_level(text, VOCABULARY) for text in ("", "vloeiend", "2")] == [None, 3, 2]
