"""When a section is complete, and how much a candidate has to fill in."""

from typing import Any

import pytest

from app.domain.candidacy_answers import (
    LEARNING_TEXT_LIMIT,
    LIMITS,
    REQUIRED,
    AnswersTooLong,
    check_lengths,
    fields_to_fill_in,
    is_complete,
    missing,
    status_of,
    statuses,
)
from app.domain.candidacy_form import Choice, FormChoices, unknown
from app.domain.codes import Section, SectionStatus
from app.domain.texts import Text

# As many as the reference programme asks: exchange, openness, involvement, sessions, visits, time, feedback.
PROMISES = ("exchange", "openness", "involvement", "sessions", "visits", "time", "feedback")
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


@pytest.mark.parametrize("section", Section)
def test_a_section_with_everything_that_is_needed_is_done(section: Section) -> None:
    assert missing(section, COMPLETE[section], promises=PROMISES) == ()
    assert status_of(section, COMPLETE[section], promises=PROMISES) is SectionStatus.DONE


@pytest.mark.parametrize(("section", "name"), [(one, name) for one, names in REQUIRED.items() for name in names])
def test_each_field_that_is_needed_is_missed(section: Section, name: str) -> None:
    nothing: tuple[Any, ...] = ("", [], {}, None)
    for empty in nothing:
        answers = {**COMPLETE[section], name: empty}
        assert missing(section, answers, promises=PROMISES) == (name,)
    without = {key: value for key, value in COMPLETE[section].items() if key != name}
    assert not is_complete(section, without, promises=PROMISES)


def test_every_promise_must_be_confirmed() -> None:
    for promise in PROMISES:
        kept = [code for code in PROMISES if code != promise]
        assert missing(Section.PROMISES, {"promises": kept, "languages": {"fr": 1}}, promises=PROMISES) == ("promises",)
    assert is_complete(Section.PROMISES, {"languages": {"fr": 1}})


def test_somebody_with_city_links_says_with_whom() -> None:
    assert missing(Section.CITY_LINKS, {"has_links": "yes", "links": ""}) == ("links",)
    assert is_complete(Section.CITY_LINKS, {"has_links": "yes", "links": "Somewhere, since 2003"})


def test_what_was_never_opened_or_is_empty_is_to_do() -> None:
    assert status_of(Section.MOTIVATION, None) is SectionStatus.TO_DO
    assert status_of(Section.MOTIVATION, {"exchange": "", "openness": ""}) is SectionStatus.TO_DO
    assert status_of(Section.MOTIVATION, {"exchange": "In turn.", "openness": ""}) is SectionStatus.STARTED


def test_statuses_are_given_in_the_order_of_the_form() -> None:
    found = statuses({Section.MOTIVATION: COMPLETE[Section.MOTIVATION]}, promises=iter(PROMISES))
    assert list(found) == list(Section)
    assert found[Section.MOTIVATION] is SectionStatus.DONE
    assert found[Section.PROMISES] is SectionStatus.TO_DO


def test_at_most_25_fields_must_be_filled_in() -> None:
    """Issue 3: time on task."""
    assert fields_to_fill_in(PROMISES) <= 25


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(name: str) -> None:
    check_lengths({name: "x" * LIMITS[name]})
    with pytest.raises(AnswersTooLong) as refused:
        check_lengths({name: "x" * (LIMITS[name] + 1)})
    assert refused.value.params == {"field": name, "max_length": LIMITS[name]}


def test_a_learning_text_may_be_as_long_as_its_limit_and_no_longer() -> None:
    check_lengths({"strengths": {"youth": {"priority": 1, "text": "x" * LEARNING_TEXT_LIMIT}}})
    with pytest.raises(AnswersTooLong):
        check_lengths({"challenges": {"youth": {"priority": 1, "text": "x" * (LEARNING_TEXT_LIMIT + 1)}}})


def test_only_what_the_lists_offer_can_be_chosen() -> None:
    choices = FormChoices(
        tracks=(Choice("rwanda", Text("Rwanda", "en")),),
        goals=(Choice("16", Text("Peace", "en")),),
        promises=(Choice("sessions", Text("Sessions", "en")),),
    )
    chosen = {"tracks": ["rwanda", "atlantis"], "goals": [16, 18], "subjects": None}
    assert list(unknown(Section.THEME, chosen, choices)) == [("tracks", "atlantis"), ("goals", 18)]
    assert list(unknown(Section.MOTIVATION, {"exchange": "In turn."}, choices)) == []
    assert choices.promise_codes == ("sessions",)
