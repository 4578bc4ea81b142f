"""The proposed motivation: whole sentences for every reason that the engine can give, and only what is for both."""

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Country, Profile
from app.domain.motivation import languages_of
from app.language.catalogues import LOCALES
from app.language.motivations import _SENTENCES, proposed_text, strength
from app.language.reasons import Names, Vocabulary
from app.matching.profiles import Candidate, Partner
from app.matching.reasons import UNKNOWN_REASONS
from app.matching.scoring import score
from app.matching.weights import Weights

NAMES = Names("Alfa", "Karongi")
FIELDS = ("youth", "water", "waste", "culture")
WORDS = {
    locale: Vocabulary(
        locale,
        fields={code: f"Veld {code}" for code in FIELDS},
        subjects={"rwanda:voice": "Stem en tegenstem?"},
        goals={16: "Vrede"},
    )
    for locale in LOCALES
}
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
    population_rank=(10, 30),
    tags=frozenset({"rural"}),
    languages={"en": 3},
    wishes=("rural",),
    track="rwanda",
)


def propose(candidate: Candidate = RICH, partner: Partner = PARTNER, locale: str = "en") -> str:
    criteria = [asdict(one) for one in score(candidate, partner, Weights()).criteria]
    return proposed_text(WORDS[locale], NAMES, "Programme", criteria)


def sentences(text: str) -> list[str]:
    """Count sentences: a full stop or a question mark that is not inside a title."""
    bare = re.sub("“[^”]*”|«[^»]*»", "", text)
    return [one for one in re.split(r"(?<=[.?!])\s+", bare) if one]


def test_a_rich_pair_is_told_in_six_sentences_what_counts_most_first() -> None:
    assert propose() == (
        "Alfa and Karongi work together in Programme. They can learn from each other: Alfa about “Veld water”, and "
        "Karongi about “Veld youth”, in which the other is strong. Both chose to work on “Stem en tegenstem?”, and "
        "both work towards SDG 16 (vrede). Each of the two meets what the other wished for. By population each has a "
        "similar place in its own country, and both describe themselves as this kind of place: rural. They can work "
        "together in English, which both know well enough for it."
    )


def test_what_is_not_known_is_named_and_what_is_weak_makes_room_for_it() -> None:
    text = propose(replace(RICH, wishes=()), replace(PARTNER, tags=frozenset()))
    assert "Too little is known to compare the kind of the two places and the wishes on the side of Alfa" in text
    assert len(sentences(text)) == 6


def test_a_pair_of_which_nothing_is_known_still_says_why() -> None:
    blank = Candidate(id="1", tracks=("rwanda",))
    text = propose(blank, Partner(id="k", track="rwanda"))
    assert len(sentences(text)) == 3
    assert "what the two can learn from each other" in text


def test_no_reader_sees_a_code_for_which_there_are_no_words() -> None:
    criteria = [asdict(one) for one in score(RICH, PARTNER, Weights()).criteria]
    text = proposed_text(Vocabulary("en", goals={16: "Peace"}), NAMES, "Programme", criteria)
    assert "each is strong in something that the other wants to learn. Both work towards SDG 16 (peace)." in text
    assert not re.search("youth|water|voice", text)


def test_no_reasons_give_no_proposal() -> None:
    assert proposed_text(WORDS["en"], NAMES, "Programme", []) == ""


def test_the_assessment_is_never_told() -> None:
    assert propose(RICH) == propose(replace(RICH, assessment=None)) == propose(replace(RICH, assessment=100))


def test_every_reason_that_the_engine_gives_has_a_sentence_or_a_topic() -> None:
    from app.language import motivations

    assert set(UNKNOWN_REASONS) - {"assessment"} <= set(motivations._TOPICS)
    assert {"learning_both_ways", "learning_one_way", "learning_none", "wishes_none"} <= set(_SENTENCES)


@pytest.mark.parametrize(
    ("points", "unknown", "words"),
    [
        (100, False, "speaks strongly for it"),
        (67, False, "speaks strongly for it"),
        (66, False, "speaks for it"),
        (34, False, "speaks for it"),
        (33, False, "speaks a little for it"),
        (0, False, "does not speak for it"),
        (50, True, "not known"),
    ],
)
def test_how_much_a_reason_speaks_for_a_pair_is_said_in_words(points: int, unknown: bool, words: str) -> None:
    assert strength("en", {"points": points, "maximum": 100, "unknown": unknown}) == words


priorities = st.dictionaries(st.sampled_from(FIELDS), st.integers(1, 3), max_size=4)
ranks = st.none() | st.integers(1, 30).map(lambda rank: (rank, 30))


def common() -> dict[str, Any]:
    return {
        "strengths": priorities,
        "challenges": priorities,
        "subjects": st.frozensets(st.sampled_from(["rwanda:voice", "rwanda:other"])),
        "sdgs": st.frozensets(st.sampled_from([8, 16])),
        "population_rank": ranks,
        "tags": st.frozensets(st.sampled_from([one.value for one in Profile]), max_size=3),
        "languages": st.dictionaries(st.sampled_from(["en", "fr"]), st.integers(1, 3)),
    }


candidates = st.builds(
    Candidate,
    id=st.just("1"),
    tracks=st.just(("rwanda",)),
    wishes=st.sampled_from([(), ("k",), ("x",)]),
    assessment=st.none() | st.just(4321),
    **common(),
)
partners = st.builds(
    Partner, id=st.just("k"), track=st.just("rwanda"), wishes=st.sampled_from([(), ("1",), ("x",)]), **common()
)


@given(candidates, partners, st.sampled_from(LOCALES))
def test_any_pair_gets_three_to_six_whole_sentences_without_codes_or_points(
    candidate: Candidate, partner: Partner, locale: str
) -> None:
    text = propose(candidate, partner, locale)
    assert 3 <= len(sentences(text)) <= 6
    assert text[-1] in ".!"
    assert not re.search(r"%|_|\(\)|  | ,|:\s*[.;]", text.replace("\u00a0", "~"))
    assert set(re.findall(r"\d+", text)) <= {"8", "16"}
    assert "4321" not in text


def test_the_languages_are_those_of_both_sides_and_of_their_people() -> None:
    assert languages_of(Country.RWANDA, {"nl", "en"}) == ("nl", "en")
    assert languages_of(Country.RWANDA, {"fr"}) == ("nl", "en", "fr")
    assert languages_of(Country.BENIN, {"en", "nl"}) == ("nl", "fr", "en")
