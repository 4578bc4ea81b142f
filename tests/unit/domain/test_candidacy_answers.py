"""When a section is complete, and how much a candidate has to fill in."""

from typing import Any

import pytest

from app.domain.candidacy_answers import (
    LEARNING_TEXT_LIMIT,
    LONGEST,
    AnswersTooLong,
    Lacking,
    check_lengths,
    fields_to_fill_in,
    lacking,
    status_of,
    statuses,
    words_in,
)
from app.domain.candidacy_form import CandidacyForm, FormSection, Option, Question
from app.domain.codes import QuestionKind, Section, SectionStatus
from app.domain.texts import Words
from app.language.reference_form import reference_form

# As many as the reference programme asks: exchange, openness, involvement, sessions, visits, time, feedback.
PROMISES = ("exchange", "openness", "involvement", "sessions", "visits", "time", "feedback")
FORM = reference_form().with_lists({"promises": tuple(Option(code, Words(code)) for code in PROMISES)})
COMPLETE: dict[Section, dict[str, Any]] = {
    Section.GOVERNMENT: {
        "administrative_name": "Contact",
        "administrative_email": "contact@example.org",
        "political_name": "Alderman",
        "political_role": "alderman",
    },
    Section.THEME: {"tracks": ["rwanda"], "subjects": ["rwanda:voice"]},
    Section.LEARNING: {"strengths": {"youth": {"priority": 1}}, "challenges": {"water": {"priority": 1}}},
    Section.MOTIVATION: {"exchange": "In turn.", "openness": "Much."},
    Section.INVOLVEMENT: {"political": "Mayor", "administrative": "Staff", "others": "Schools"},
    Section.PROMISES: {"promises": list(PROMISES), "languages": {"en": 2}},
    Section.CITY_LINKS: {"has_links": "no"},
}
NEEDED = [
    (part.section, question.code)
    for part in FORM.sections
    for question in part.questions
    if question.required and not question.only_if
]


def part_of(section: Section) -> FormSection:
    part = FORM.part(section)
    assert part is not None
    return part


def names(section: Section, answers: dict[str, Any]) -> tuple[str, ...]:
    return tuple(one.question for one in lacking(part_of(section), answers, offered=FORM.offered))


@pytest.mark.parametrize("section", Section)
def test_a_section_with_everything_that_is_needed_is_done(section: Section) -> None:
    assert names(section, COMPLETE[section]) == ()
    assert status_of(part_of(section), COMPLETE[section], offered=FORM.offered) is SectionStatus.DONE


@pytest.mark.parametrize(("section", "name"), NEEDED)
def test_each_field_that_is_needed_is_missed(section: Section, name: str) -> None:
    nothing: tuple[Any, ...] = ("", [], {}, None)
    for empty in nothing:
        assert names(section, {**COMPLETE[section], name: empty}) == (name,)
    without = {key: value for key, value in COMPLETE[section].items() if key != name}
    assert names(section, without) == (name,)


def test_every_promise_must_be_confirmed() -> None:
    for promise in PROMISES:
        kept = [code for code in PROMISES if code != promise]
        assert names(Section.PROMISES, {"promises": kept, "languages": {"fr": 1}}) == ("promises",)


def test_a_programme_without_promises_asks_for_none() -> None:
    assert lacking(part_of(Section.PROMISES), {"languages": {"fr": 1}}) == ()


def test_somebody_with_city_links_says_with_whom() -> None:
    assert names(Section.CITY_LINKS, {"has_links": "yes", "links": ""}) == ("links",)
    assert names(Section.CITY_LINKS, {"has_links": "yes", "links": "Somewhere, since 2003"}) == ()


def test_words_beyond_the_limit_are_kept_and_counted() -> None:
    answers = {"exchange": "word " * 300, "openness": "word\n" * 312}
    assert lacking(part_of(Section.MOTIVATION), answers) == (Lacking("openness", 12),)
    assert status_of(part_of(Section.MOTIVATION), answers) is SectionStatus.STARTED


def test_words_are_what_stands_between_spaces() -> None:
    assert words_in("  De raad,\n\tde burgers  en wij\u00a0ook ") == 7


def test_what_was_never_opened_or_is_empty_is_to_do() -> None:
    part = part_of(Section.MOTIVATION)
    assert status_of(part, None) is SectionStatus.TO_DO
    assert status_of(part, {"exchange": "", "openness": ""}) is SectionStatus.TO_DO
    assert status_of(part, {"exchange": "In turn.", "openness": ""}) is SectionStatus.STARTED


def test_a_section_that_needs_nothing_is_done_without_being_opened() -> None:
    part = FormSection(Section.MOTIVATION, Words("x"), questions=(Question("own_x", QuestionKind.TEXT, Words("x")),))
    assert status_of(part, None) is SectionStatus.DONE


def test_statuses_are_given_in_the_order_of_the_form() -> None:
    found = statuses(FORM, {Section.MOTIVATION: COMPLETE[Section.MOTIVATION]})
    assert list(found) == list(Section)
    assert found[Section.MOTIVATION] is SectionStatus.DONE
    assert found[Section.PROMISES] is SectionStatus.TO_DO


def test_at_most_25_fields_must_be_filled_in() -> None:
    """Issue 3: time on task. The reference form with the seven promises of the reference programme."""
    assert fields_to_fill_in(FORM) == 23 <= 25


@pytest.mark.parametrize("kind", LONGEST)
def test_a_text_may_be_as_long_as_is_stored_and_no_longer(kind: QuestionKind) -> None:
    part = FormSection(Section.MOTIVATION, Words("x"), questions=(Question("own_x", kind, Words("x")),))
    check_lengths(part, {"own_x": "x" * LONGEST[kind]})
    with pytest.raises(AnswersTooLong) as refused:
        check_lengths(part, {"own_x": "x" * (LONGEST[kind] + 1)})
    assert refused.value.params == {"field": "own_x", "max_length": LONGEST[kind]}


def test_a_learning_text_may_be_as_long_as_its_limit_and_no_longer() -> None:
    part = part_of(Section.LEARNING)
    check_lengths(part, {"strengths": {"youth": {"priority": 1, "text": "x" * LEARNING_TEXT_LIMIT}}})
    with pytest.raises(AnswersTooLong):
        check_lengths(part, {"challenges": {"youth": {"priority": 1, "text": "x" * (LEARNING_TEXT_LIMIT + 1)}}})


def test_an_empty_form_asks_only_what_the_start_page_asks() -> None:
    assert fields_to_fill_in(CandidacyForm()) == 3
