"""The sentences for the reasons of a pair: one for every code that the engine can give, in every language."""

import re

import pytest

from app.domain.codes import Profile
from app.language.catalogues import LOCALES
from app.language.reasons import Names, Vocabulary, criterion_name, reason_lines, reason_sentence, unpaired_reason
from app.matching.profiles import Candidate, Partner
from app.matching.reasons import UNKNOWN_REASONS
from app.matching.scoring import score
from app.matching.weights import Weights

NAMES = Names("Alfa", "Karongi")
WORDS = Vocabulary(
    "en", fields={"youth": "Young people", "water": "Water"}, subjects={"rwanda:voice": "A voice"}, goals={16: "Peace"}
)
RICH = Candidate(
    id="1",
    strengths={"youth": 1},
    challenges={"water": 1},
    subjects=frozenset({"rwanda:voice"}),
    sdgs=frozenset({16}),
    population_rank=(3, 10),
    tags=frozenset({"rural"}),
    languages={"en": 2},
    wishes=("k", "x"),
    tracks=("rwanda",),
    assessment=7400,
)
PARTNER = Partner(
    id="k",
    strengths={"water": 1},
    challenges={"youth": 1},
    subjects=frozenset({"rwanda:voice"}),
    sdgs=frozenset({16}),
    population_rank=(2, 30),
    tags=frozenset({"rural"}),
    languages={"en": 3},
    wishes=("rural",),
    track="rwanda",
)
POOR = Candidate(id="2", tracks=("rwanda",))
STRANGER = Candidate(
    id="3",
    strengths={"youth": 2},
    challenges={"tax": 1},
    subjects=frozenset({"rwanda:other"}),
    sdgs=frozenset({1}),
    tags=frozenset({"coast"}),
    languages={"fr": 3},
    wishes=("x",),
    tracks=("rwanda",),
)
HELPLESS = Candidate(id="4", strengths={"tax": 2}, challenges={"tax": 1}, wishes=(), tracks=("rwanda",))


def lines(candidate: Candidate, locale: str = "en") -> dict[str, str]:
    criteria = [
        {
            "code": one.code,
            "points": one.points,
            "maximum": one.maximum,
            "reason_code": one.reason_code,
            "parameters": one.parameters,
            "unknown": one.unknown,
        }
        for one in score(candidate, PARTNER, Weights()).criteria
    ]
    words = Vocabulary(locale, WORDS.fields, WORDS.subjects, WORDS.goals)
    return {line.code: line.sentence for line in reason_lines(words, NAMES, criteria)}


def test_a_pair_that_fits_says_why_in_words() -> None:
    assert lines(RICH) == {
        "mutual_learning": "Karongi can learn from Alfa about: Young people. Alfa can learn from Karongi about: Water. "
        "That covers 100% of what Karongi wants to learn, and 100% of what Alfa wants to learn.",
        "theme": "Both chose these subjects: A voice. Both work on these goals: 16 Peace.",
        "position": "By population, Alfa is number 3 of 10 in its country and Karongi number 2 of 30. "
        "Both are this kind of place: Rural.",
        "language": "Language in common: English. Level of the one who speaks it less well: Good enough to work in.",
        "wishes": "Karongi meets the wishes of Alfa for 100%. Alfa meets the wishes of Karongi for 100%.",
        "assessment": "The readers gave the candidacy 74% of their points.",
    }


def test_a_pair_that_does_not_fit_says_so() -> None:
    found = lines(STRANGER)
    assert found["mutual_learning"].endswith("The other way round there is nothing; help one way does not count.")
    assert found["theme"] == "They chose no subject and no goal in common."
    assert found["position"].startswith("They are different kinds of places. The population of one of the two")
    assert found["language"] == "They have no language in common, so an interpreter would be needed."
    assert found["wishes"] == "Karongi is not among the wishes of Alfa. Alfa is not among the wishes of Karongi."


def test_what_is_not_known_is_named() -> None:
    found = lines(POOR)
    assert found["language"] == "At least one of the two has named no languages. This counts half."
    assert "Alfa has no wishes that can be compared; that half counts half." in found["wishes"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("candidate", [RICH, POOR, STRANGER, HELPLESS], ids=["rich", "poor", "stranger", "helpless"])
def test_every_reason_has_a_sentence_in_every_language(candidate: Candidate, locale: str) -> None:
    for sentence in lines(candidate, locale).values():
        assert sentence.endswith(".")
        assert not re.search(r"%\(|None|\{", sentence)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_criterion_and_every_unknown_has_words(locale: str) -> None:
    words = Vocabulary(locale)
    for criterion, code in UNKNOWN_REASONS.items():
        assert criterion_name(locale, criterion)
        assert reason_sentence(words, NAMES, code, {}).endswith(".")
    assert unpaired_reason(locale).endswith(".")


def test_a_code_without_words_stands_for_itself() -> None:
    given = {"candidate_helps_with": ["tax"], "partner_helps_with": []}
    assert "about: tax." in reason_sentence(Vocabulary("en"), NAMES, "learning_one_way", given)
    assert "about: tax." in reason_sentence(
        Vocabulary("en"), NAMES, "learning_one_way", {"candidate_helps_with": [], "partner_helps_with": ["tax"]}
    )


def test_a_criterion_without_weight_is_left_out() -> None:
    given = {
        "code": "theme",
        "points": 0,
        "maximum": 0,
        "reason_code": "theme_none",
        "parameters": {},
        "unknown": False,
    }
    assert reason_lines(WORDS, NAMES, [given]) == []


def test_every_kind_of_place_has_words() -> None:
    given = {"closeness_percent": None, "tags": [tag.value for tag in Profile], "unknown_parts": ["rank"]}
    assert "Urban, Rural" in reason_sentence(WORDS, NAMES, "position_compared", given)
