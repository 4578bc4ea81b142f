"""Questions about a candidacy: who may ask, what may change, until when."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain import clarifications
from app.domain.clarifications import Question
from app.domain.codes import CandidacyState, Section
from app.domain.errors import DomainError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
ASKED = Question((Section.MOTIVATION,), "What do you mean?", LATER)


@pytest.mark.parametrize("state", CandidacyState)
def test_only_what_was_submitted_and_is_not_decided_is_returned(state: CandidacyState) -> None:
    if state in (CandidacyState.SUBMITTED, CandidacyState.IN_ASSESSMENT):
        clarifications.check_can_ask(state, ASKED, NOW)
        return
    with pytest.raises(clarifications.UnableToAsk):
        clarifications.check_can_ask(state, ASKED, NOW)


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        (Question((), "What?", LATER), clarifications.SectionsNotNamed),
        (Question((Section.THEME,), " \n", LATER), clarifications.QuestionMissing),
        (Question((Section.THEME,), "What?", NOW), clarifications.UntilPassed),
    ],
)
def test_a_question_is_about_something_in_words_and_ahead(question: Question, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        clarifications.check_can_ask(CandidacyState.SUBMITTED, question, NOW)


@pytest.mark.parametrize("state", CandidacyState)
def test_more_time_and_going_on_are_for_open_questions(state: CandidacyState) -> None:
    if state is CandidacyState.RETURNED:
        clarifications.check_returned(state)
        return
    with pytest.raises(clarifications.NothingAsked):
        clarifications.check_returned(state)


def test_only_sections_that_are_asked_about_change() -> None:
    clarifications.check_section(Section.MOTIVATION, ASKED.sections)
    with pytest.raises(clarifications.SectionNotAsked) as refusal:
        clarifications.check_section(Section.THEME, ASKED.sections)
    assert refusal.value.params == {"section": Section.THEME, "sections": ASKED.sections}


def test_an_answer_comes_before_the_last_moment() -> None:
    clarifications.check_in_time(LATER, LATER - timedelta(microseconds=1))
    with pytest.raises(clarifications.AnswerTooLate) as refusal:
        clarifications.check_in_time(LATER, LATER)
    assert refusal.value.params == {"until": LATER}


def test_the_proposed_moment_is_the_end_of_an_office_day_in_brussels_also_over_a_change_of_the_clocks() -> None:
    assert clarifications.proposed_until(NOW, 7) == datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    in_summer = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    assert clarifications.proposed_until(in_summer, 7) == datetime(2026, 10, 27, 16, 0, tzinfo=UTC)
    assert clarifications.proposed_until(in_summer, 3) == datetime(2026, 10, 23, 15, 0, tzinfo=UTC)


def test_what_changed_is_named_in_order_and_empty_is_as_good_as_missing() -> None:
    before = {"exchange": "In turn.", "openness": "Much.", "gone": "x", "empty": ""}
    after = {"openness": "More.", "exchange": "In turn.", "more": [1], "nothing": []}
    assert clarifications.changed(before, after) == ("openness", "more", "gone")
    assert clarifications.changed(before, before) == ()


def test_sections_come_in_the_order_of_the_form() -> None:
    assert clarifications.in_form_order(["motivation", "theme", "motivation", "nonsense"]) == (
        Section.THEME,
        Section.MOTIVATION,
    )
