"""What a pair is worth to either side: from the same criteria, each side by what it gets itself."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.matching.criteria import CRITERIA
from app.matching.own_points import own_maxima, own_points, own_points_matrices, received
from app.matching.profiles import Candidate, Partner
from app.matching.weights import Weights
from tests.unit.matching.profiles import FIELDS, SUBJECTS, TAGS, candidates, partners, reordered, swapped, weights

CANDIDATE = Candidate(
    id="11001",
    strengths={"water": 1},
    challenges={"roads": 1, "youth": 2},
    subjects=frozenset({"markets"}),
    sdgs=frozenset({8}),
    population_rank=(1, 2),
    tags=frozenset({"rural"}),
    languages={"fr": 2},
    wishes=("urban", "rural"),
    tracks=("benin",),
    assessment=9000,
)
PARTNER = Partner(
    id="BJ-x",
    strengths={"roads": 2},
    challenges={"waste": 1},
    subjects=frozenset({"markets"}),
    sdgs=frozenset({8}),
    population_rank=(1, 2),
    tags=frozenset({"rural"}),
    languages={"fr": 3},
    wishes=("11001",),
    track="benin",
)
ONLY_LEARNING = Weights(mutual_learning=1, theme=0, position=0, language=0, wishes=0)
ONLY_WISHES = Weights(mutual_learning=0, theme=0, position=0, language=0, wishes=1)


def test_each_side_counts_what_it_receives_and_its_own_wish() -> None:
    alike = 2500 + 1500 + 667  # the same theme, the same position, level 2 of 3
    # The partner is strong (2) in roads, which weigh 3 of the candidate's 5: 3 · 2 / 5 · 3 of 3,500; its second wish.
    assert own_points(CANDIDATE, PARTNER, Weights()) == (alike + 1400 + 750, alike + 0 + 1500)


def test_what_is_unknown_counts_half_for_whom_it_is_unknown() -> None:
    blank = Candidate(id="a", tracks=("benin",)), Partner(id="b", track="benin")
    assert own_points(*blank, Weights()) == (5000, 5000)
    assert own_points(replace(CANDIDATE, strengths={}), PARTNER, ONLY_LEARNING) == (4000, 5000)
    assert own_points(replace(CANDIDATE, challenges={}), PARTNER, ONLY_LEARNING) == (5000, 0)
    assert own_points(CANDIDATE, replace(PARTNER, wishes=()), ONLY_WISHES) == (5000, 5000)
    assert own_points(replace(CANDIDATE, wishes=()), PARTNER, ONLY_WISHES) == (5000, 10_000)


def test_the_order_of_several_tracks_is_a_wish_of_the_candidate_alone() -> None:
    found = [
        own_points(replace(CANDIDATE, tracks=tracks, wishes=()), PARTNER, ONLY_WISHES)
        for tracks in (("benin", "rwanda"), ("rwanda", "benin"))
    ]
    assert found == [(10_000, 10_000), (5000, 10_000)]


@given(weights)
def test_the_maxima_are_ten_thousand_together_without_the_assessment(chosen: Weights) -> None:
    assert sum(own_maxima(chosen).values()) == 10_000
    assert own_maxima(chosen) == own_maxima(replace(chosen, assessment_share=100))


@given(candidates, partners, weights)
def test_own_points_lie_from_nothing_to_ten_thousand(candidate: Candidate, partner: Partner, chosen: Weights) -> None:
    assert all(0 <= points <= 10_000 for points in own_points(candidate, partner, chosen))


@given(candidates, partners, weights, st.none() | st.integers(0, 10_000), st.integers(0, 100))
def test_the_assessment_plays_no_part(
    candidate: Candidate, partner: Partner, chosen: Weights, assessment: int | None, share: int
) -> None:
    other = own_points(replace(candidate, assessment=assessment), partner, replace(chosen, assessment_share=share))
    assert other == own_points(candidate, partner, chosen)


@given(candidates, partners, weights)
def test_who_answers_as_the_other_gets_what_the_other_gets(
    candidate: Candidate, partner: Partner, chosen: Weights
) -> None:
    candidate, partner = replace(candidate, id="X", tracks=("rw",)), replace(partner, id="X", track="rw")
    ours, theirs = own_points(candidate, partner, chosen)
    assert own_points(*swapped(candidate, partner), chosen) == (theirs, ours)


@given(candidates, partners, weights, st.integers(1, 50))
def test_only_the_proportions_of_the_weights_count(
    candidate: Candidate, partner: Partner, chosen: Weights, factor: int
) -> None:
    larger = replace(chosen, **{code: weight * factor for code, weight in chosen.fit().items()})
    assert own_points(candidate, partner, larger) == own_points(candidate, partner, chosen)


@given(candidates, partners, weights)
def test_the_order_of_answers_plays_no_part(candidate: Candidate, partner: Partner, chosen: Weights) -> None:
    expected = own_points(candidate, partner, chosen)
    assert own_points(reordered(candidate), reordered(partner), chosen) == expected


@given(candidates, partners, weights, st.sampled_from(FIELDS))
def test_a_stronger_helper_is_never_worth_less_and_nothing_changes_for_itself(
    candidate: Candidate, partner: Partner, chosen: Weights, code: str
) -> None:
    """The first strength makes known what was not: that alone may lower the points."""
    stronger = replace(partner, strengths={**partner.strengths, code: 1})
    before, after = own_points(candidate, partner, chosen), own_points(candidate, stronger, chosen)
    assert after[1] == before[1]
    assert after[0] >= before[0] or not partner.strengths


@given(candidates, partners, weights, st.sampled_from(TAGS), st.sampled_from(SUBJECTS))
def test_more_in_common_is_never_worth_less_to_either(
    candidate: Candidate, partner: Partner, chosen: Weights, tag: str, subject: str
) -> None:
    candidate = replace(candidate, tags=candidate.tags | {"own"}, subjects=candidate.subjects | {"own"})
    partner = replace(partner, tags=partner.tags | {"other"}, subjects=partner.subjects | {"other"})
    before = own_points(candidate, partner, chosen)
    after = own_points(
        replace(candidate, tags=candidate.tags | {tag}, subjects=candidate.subjects | {subject}),
        replace(partner, tags=partner.tags | {tag}, subjects=partner.subjects | {subject}),
        chosen,
    )
    assert all(more >= points for more, points in zip(after, before, strict=True))


@given(candidates, partners)
def test_received_is_a_share_and_unknown_without_a_question_or_an_offer(candidate: Candidate, partner: Partner) -> None:
    share = received(candidate, partner)
    assert (share is None) == (not candidate.challenges or not partner.strengths)
    assert share is None or 0 <= share[0] <= share[1]


@given(candidates, partners, weights)
def test_the_matrices_hold_the_own_points_of_what_is_allowed(
    candidate: Candidate, partner: Partner, chosen: Weights
) -> None:
    other = replace(partner, id="Q", track="elsewhere")
    ours, theirs = own_points(candidate, partner, chosen)
    matrices = own_points_matrices([candidate], [other, partner], chosen, lambda _, one: one.id != "Q")
    assert matrices == (((None, ours),), ((None, theirs),))


def test_without_wishes_and_learning_both_get_what_the_criteria_give() -> None:
    alike = Weights(mutual_learning=0, theme=1, position=1, language=1, wishes=0)
    maxima = own_maxima(alike)
    expected = sum(CRITERIA[code](CANDIDATE, PARTNER, maxima[code]) or 0 for code in ("theme", "position", "language"))
    assert own_points(CANDIDATE, PARTNER, alike) == (expected, expected)
