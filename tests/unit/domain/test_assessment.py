"""Criteria that make a whole, who may score when, and what city links count for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain import assessment
from app.domain.assessment import (
    REFERENCE,
    AssessmentRules,
    Criterion,
    Given,
    LinkFinding,
    check_assessment,
    check_can_finish,
    check_can_reopen,
    check_can_save,
    complete,
    find_links,
    lacking,
)
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.programme import Rules, check_rules

State = CandidacyState
RULES = AssessmentRules()
WHOLE = {one.code: Given(3, "A reason.") for one in RULES.scored}
CLOSED = (State.DRAFT, State.SELECTED, State.RESERVE, State.NOT_SELECTED, State.WITHDRAWN)


def test_the_reference_is_whole_and_its_last_criterion_is_computed() -> None:
    check_assessment(RULES)
    assert [(one.code, one.weight, one.computed) for one in REFERENCE] == [
        ("exchange", 30, False),
        ("openness", 20, False),
        ("involvement", 20, False),
        ("commitment", 20, False),
        ("city_links", 10, True),
    ]


def test_rules_survive_being_stored_with_the_programme() -> None:
    rules = Rules(assessment=AssessmentRules((Criterion("only", "Enige", weight=100),), readers=3))
    assert Rules.from_data(rules.to_data()) == rules
    assert Rules.from_data({}).assessment == RULES


def _with(**changed: object) -> AssessmentRules:
    return replace(RULES, criteria=(replace(REFERENCE[0], **changed), *REFERENCE[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "refusal", "params"),
    [
        (_with(weight=31), assessment.CriteriaNotHundred, {"total": 101}),
        (_with(weight=-1), assessment.CriterionWeightOutOfRange, {"criterion": "exchange"}),
        (_with(weight=101), assessment.CriterionWeightOutOfRange, {"criterion": "exchange"}),
        (_with(code="openness"), assessment.CriterionTwice, {"criterion": "openness"}),
        (_with(title_nl=" "), assessment.CriterionNameless, {"criterion": "exchange"}),
        (replace(RULES, readers=0), assessment.ReadersOutOfRange, {"limit": 9}),
        (replace(RULES, readers=10), assessment.ReadersOutOfRange, {"limit": 9}),
        (AssessmentRules((replace(REFERENCE[4], weight=100),)), assessment.NothingToScore, {}),
        (AssessmentRules(REFERENCE * 3), assessment.TooManyCriteria, {"limit": 12}),
    ],
)
def test_criteria_that_make_no_whole_are_refused(
    rules: AssessmentRules, refusal: type[DomainError], params: dict[str, object]
) -> None:
    with pytest.raises(refusal) as refused:
        check_rules(Rules(assessment=rules))
    assert refused.value.params == params


@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize(
    "check",
    [
        lambda state: check_can_save(state, finished=False),
        lambda state: check_can_finish(state, WHOLE, RULES),
        lambda state: check_can_reopen(state, finished=True),
    ],
)
def test_nothing_is_scored_before_submission_or_after_the_decision(
    state: State, check: Callable[[State], None]
) -> None:
    with pytest.raises(assessment.UnableToScore):
        check(state)


def test_while_the_candidate_answers_readers_write_but_do_not_finish() -> None:
    check_can_save(State.RETURNED, finished=False)
    with pytest.raises(assessment.UnableToScore):
        check_can_finish(State.RETURNED, WHOLE, RULES)


def test_finished_scores_are_changed_only_after_reopening() -> None:
    check_can_finish(State.SUBMITTED, WHOLE, RULES)
    check_can_reopen(State.IN_ASSESSMENT, finished=True)
    with pytest.raises(assessment.ScoresFinished):
        check_can_save(State.IN_ASSESSMENT, finished=True)
    with pytest.raises(assessment.ScoresNotFinished):
        check_can_reopen(State.IN_ASSESSMENT, finished=False)


def test_all_that_lacks_is_named_in_the_order_of_the_criteria() -> None:
    scores = {**WHOLE, "exchange": Given(None, "Why."), "involvement": Given(0, " ")}
    del scores["commitment"]
    found = [(type(one).__name__, one.params["criterion"]) for one in lacking(scores, RULES)]
    assert found == [
        ("ScoreMissing", "exchange"),
        ("ScoreReasonMissing", "involvement"),
        ("ScoreMissing", "commitment"),
        ("ScoreReasonMissing", "commitment"),
    ]
    assert complete(scores, RULES) == 1
    with pytest.raises(assessment.ScoreMissing):
        check_can_finish(State.IN_ASSESSMENT, scores, RULES)


@pytest.mark.parametrize(
    ("answer", "known", "finding"),
    [
        ("no", (), LinkFinding.NONE),
        ("no", ("Dogbo",), LinkFinding.DISPUTED),
        ("yes", (), LinkFinding.ACTIVE),
        ("yes", ("Dogbo",), LinkFinding.ACTIVE),
        ("", (), LinkFinding.UNKNOWN),
        ("", ("Dogbo",), LinkFinding.ACTIVE),
    ],
)
def test_city_links_follow_from_the_answer_and_what_is_known(
    answer: str, known: tuple[str, ...], finding: LinkFinding
) -> None:
    assert find_links(answer, known) is finding
