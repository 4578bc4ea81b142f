"""Each criterion: its bounds, its symmetry, and that more in common never scores less."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.criteria import CRITERIA, language, mutual_learning, neutral, portion, position, theme, wishes
from app.matching.profiles import Candidate, Partner, Profile
from tests.unit.matching.profiles import FIELDS, SUBJECTS, TAGS, candidates, partners, reordered, swapped

MAXIMUM = 1000


@given(candidates, partners, st.integers(0, MAXIMUM), st.sampled_from(sorted(CRITERIA)))
def test_points_lie_from_nothing_to_the_maximum(
    candidate: Candidate, partner: Partner, maximum: int, code: str
) -> None:
    points = CRITERIA[code](candidate, partner, maximum)
    assert points is None or 0 <= points <= maximum


@given(candidates, partners, st.sampled_from(["mutual_learning", "theme", "position", "language"]))
def test_it_plays_no_part_who_is_who(candidate: Candidate, partner: Partner, code: str) -> None:
    assert CRITERIA[code](candidate, partner, MAXIMUM) == CRITERIA[code](*swapped(candidate, partner), MAXIMUM)


@given(candidates, partners)
def test_it_plays_no_part_whose_wishes_are_whose(candidate: Candidate, partner: Partner) -> None:
    """But for the order of several tracks, which only a candidate has."""
    candidate, partner = replace(candidate, id="X", tracks=("rw",)), replace(partner, id="X", track="rw")
    wanted = replace(candidate, wishes=tuple("X" if wish == "P" else wish for wish in candidate.wishes))
    assert wishes(wanted, partner, MAXIMUM) == wishes(*swapped(wanted, partner), MAXIMUM)


@given(candidates, partners, st.sampled_from(sorted(CRITERIA)))
def test_the_order_of_answers_plays_no_part(candidate: Candidate, partner: Partner, code: str) -> None:
    expected = CRITERIA[code](candidate, partner, MAXIMUM)
    assert CRITERIA[code](reordered(candidate), reordered(partner), MAXIMUM) == expected


@given(candidates, partners)
def test_a_criterion_is_unknown_exactly_where_its_docstring_says(candidate: Candidate, partner: Partner) -> None:
    ours, theirs = candidate, partner
    answered = {
        "mutual_learning": all((ours.strengths, ours.challenges, theirs.strengths, theirs.challenges)),
        "theme": bool(ours.subjects and theirs.subjects) or bool(ours.sdgs and theirs.sdgs),
        "position": bool(ours.tags and theirs.tags) or bool(ours.population_rank and theirs.population_rank),
        "language": bool(ours.languages and theirs.languages),
        "wishes": bool(ours.wishes or theirs.wishes or len(ours.tracks) > 1),
    }
    assert answered == {
        code: criterion(candidate, partner, MAXIMUM) is not None for code, criterion in CRITERIA.items()
    }


def not_lower(before: int | None, after: int | None) -> bool:
    return before is None or (after is not None and after >= before)


@given(candidates, partners, st.sampled_from(FIELDS))
def test_one_more_strength_never_lowers_mutual_learning(candidate: Candidate, partner: Partner, code: str) -> None:
    stronger = replace(candidate, strengths={**candidate.strengths, code: 1})
    assert not_lower(mutual_learning(candidate, partner, MAXIMUM), mutual_learning(stronger, partner, MAXIMUM))


@given(candidates, partners, st.sampled_from(FIELDS), st.integers(1, 3))
def test_a_strength_of_higher_priority_never_lowers_mutual_learning(
    candidate: Candidate, partner: Partner, code: str, priority: int
) -> None:
    before, after = (
        replace(partner, strengths={**partner.strengths, code: of}) for of in (priority, max(priority - 1, 1))
    )
    assert not_lower(mutual_learning(candidate, before, MAXIMUM), mutual_learning(candidate, after, MAXIMUM))


@given(candidates, partners, st.data())
def test_one_more_shared_subject_or_sdg_never_lowers_the_theme(
    candidate: Candidate, partner: Partner, data: st.DataObject
) -> None:
    subject, sdg = data.draw(st.sampled_from(SUBJECTS)), data.draw(st.integers(1, 4))
    before = (replace(candidate, subjects=candidate.subjects | {"own"}, sdgs=candidate.sdgs | {17}), partner)
    after = (
        replace(before[0], subjects=before[0].subjects | {subject}, sdgs=before[0].sdgs | {sdg}),
        replace(partner, subjects=partner.subjects | {subject}, sdgs=partner.sdgs | {sdg}),
    )
    if partner.subjects and partner.sdgs:
        assert not_lower(theme(*before, MAXIMUM), theme(*after, MAXIMUM))


@given(candidates, partners, st.sampled_from(TAGS))
def test_one_more_shared_tag_never_lowers_the_position(candidate: Candidate, partner: Partner, tag: str) -> None:
    before = (replace(candidate, tags=candidate.tags | {"own"}), replace(partner, tags=partner.tags | {"other"}))
    after = (replace(before[0], tags=before[0].tags | {tag}), replace(before[1], tags=before[1].tags | {tag}))
    assert not_lower(position(*before, MAXIMUM), position(*after, MAXIMUM))


@given(candidates, partners, st.integers(1, 20), st.integers(1, 20))
def test_a_closer_rank_never_scores_less(candidate: Candidate, partner: Partner, rank: int, other: int) -> None:
    partner = replace(partner, population_rank=(10, 20))
    ours, theirs = (position(replace(candidate, population_rank=(at, 20)), partner, MAXIMUM) for at in (rank, other))
    if abs(rank - 10) <= abs(other - 10):
        assert not_lower(theirs, ours)


@given(candidates, partners, st.sampled_from(["fr", "en", "nl"]), st.integers(1, 3))
def test_a_language_spoken_better_never_scores_less(
    candidate: Candidate, partner: Partner, code: str, level: int
) -> None:
    better = replace(candidate, languages={**candidate.languages, code: max(level, candidate.languages.get(code, 0))})
    assert not_lower(language(candidate, partner, MAXIMUM), language(better, partner, MAXIMUM))


@given(candidates, partners, st.sampled_from(TAGS))
def test_a_partner_with_one_more_wanted_tag_never_scores_less(candidate: Candidate, partner: Partner, tag: str) -> None:
    assert not_lower(
        wishes(candidate, partner, MAXIMUM), wishes(candidate, replace(partner, tags=partner.tags | {tag}), MAXIMUM)
    )


@given(candidates, partners, st.sampled_from(TAGS))
def test_a_candidate_with_one_more_wanted_tag_never_scores_less(
    candidate: Candidate, partner: Partner, tag: str
) -> None:
    assert not_lower(
        wishes(candidate, partner, MAXIMUM), wishes(replace(candidate, tags=candidate.tags | {tag}), partner, MAXIMUM)
    )


@given(candidates, partners, st.permutations(("P", "Q", *TAGS)))
def test_a_wish_that_ranks_higher_never_scores_less(candidate: Candidate, partner: Partner, order: list[str]) -> None:
    first = ("P", *(wish for wish in order if wish != "P"))
    ours = (wishes(replace(candidate, wishes=ranked), partner, MAXIMUM) for ranked in (tuple(order), first))
    assert not_lower(*ours)


@given(candidates, partners, st.permutations(("rw", "bj", "cd")))
def test_a_track_that_ranks_higher_never_scores_less(candidate: Candidate, partner: Partner, order: list[str]) -> None:
    first = (partner.track, *(track for track in order if track != partner.track))
    ours = (wishes(replace(candidate, tracks=ranked), partner, MAXIMUM) for ranked in (tuple(order), first))
    assert not_lower(*ours)


@given(candidates, partners, st.sampled_from([3, 5]))
def test_a_position_knows_no_unit_of_rank(candidate: Candidate, partner: Partner, factor: int) -> None:
    """The middle of the same place among more: (rank − ½) / count stays."""
    if candidate.population_rank is None:
        return
    rank, count = candidate.population_rank
    finer = replace(candidate, population_rank=(factor * rank - factor // 2, factor * count))
    assert position(finer, partner, MAXIMUM) == position(candidate, partner, MAXIMUM)


@given(candidates, partners, st.sampled_from(sorted(CRITERIA)), st.integers(1, 9))
def test_a_criterion_knows_no_unit(candidate: Candidate, partner: Partner, code: str, factor: int) -> None:
    """The same shares of a larger maximum, to the rounding of each."""
    points, more = (CRITERIA[code](candidate, partner, MAXIMUM * times) for times in (1, factor))
    assert (points is None) == (more is None)
    if points is not None and more is not None:
        assert abs(more - factor * points) <= factor


def candidate(**answers: object) -> Candidate:
    return replace(Candidate(id="F", tracks=("rw",)), **answers)  # type: ignore[arg-type]


def partner(**answers: object) -> Partner:
    return replace(Partner(id="P", track="rw"), **answers)  # type: ignore[arg-type]


def test_mutual_learning_is_the_geometric_mean_of_both_directions() -> None:
    ours = candidate(strengths={"water": 1}, challenges={"waste": 1})
    full = partner(strengths={"waste": 1}, challenges={"water": 1})
    assert mutual_learning(ours, full, MAXIMUM) == MAXIMUM
    third = partner(strengths={"waste": 3}, challenges={"water": 1})
    assert mutual_learning(ours, third, MAXIMUM) == 577  # 1000 · √⅓ = 577.35
    half = partner(strengths={"waste": 1}, challenges={"water": 1, "roads": 1})
    assert mutual_learning(ours, half, MAXIMUM) == 707  # 1000 · √½ = 707.11


def test_help_in_one_direction_only_scores_nothing() -> None:
    ours = candidate(strengths={"water": 1}, challenges={"waste": 1})
    assert mutual_learning(ours, partner(strengths={"roads": 1}, challenges={"water": 1}), MAXIMUM) == 0


def test_theme_counts_an_open_half_neutral() -> None:
    assert theme(candidate(subjects=frozenset("pq")), partner(subjects=frozenset("pr")), MAXIMUM) == 500
    assert theme(candidate(subjects=frozenset("p")), partner(subjects=frozenset("p")), MAXIMUM) == 750
    answered = {"subjects": frozenset("p"), "sdgs": frozenset({7})}
    assert theme(candidate(**answered), partner(**answered), MAXIMUM) == MAXIMUM


def test_position_compares_ranks_within_each_own_country() -> None:
    tags = frozenset({"rural"})
    middle, other_middle = (2, 3), (15, 29)
    assert (
        position(candidate(population_rank=middle, tags=tags), partner(population_rank=other_middle, tags=tags), 10)
        == 10
    )
    first, last = (1, 2), (2, 2)
    assert position(candidate(population_rank=first, tags=tags), partner(population_rank=last, tags=tags), 1000) == 750


@pytest.mark.parametrize(
    ("ours", "theirs", "points"),
    [
        ({"fr": 3, "en": 2}, {"en": 3}, 667),
        ({"fr": 1, "en": 2}, {"fr": 3, "en": 1}, 333),
        ({"fr": 3}, {"fr": 3}, 1000),
        ({"nl": 3}, {"fr": 3}, 0),
    ],
)
def test_language_is_the_best_that_both_speak(ours: dict[str, int], theirs: dict[str, int], points: int) -> None:
    assert language(candidate(languages=ours), partner(languages=theirs), MAXIMUM) == points


def test_wishes_of_both_sides_count_half_each() -> None:
    wanting = partner(wishes=("coast", "F"), tags=frozenset({"rural"}))
    assert wishes(candidate(wishes=("P",)), wanting, MAXIMUM) == 750
    assert wishes(candidate(wishes=("urban", "coast", "rural")), wanting, 600) == 100 + 150
    assert wishes(candidate(wishes=("urban",)), wanting, MAXIMUM) == 250
    assert wishes(candidate(), wanting, MAXIMUM) == 500


def test_the_order_of_several_tracks_is_a_wish() -> None:
    assert wishes(candidate(tracks=("rw", "bj")), partner(), MAXIMUM) == 750
    assert wishes(candidate(tracks=("bj", "rw")), partner(), MAXIMUM) == 500
    assert wishes(candidate(tracks=("bj", "rw"), wishes=("P",)), partner(), MAXIMUM) == 625
    assert wishes(candidate(tracks=("bj", "xx")), partner(), MAXIMUM) == 250


@pytest.mark.parametrize("code", sorted(CRITERIA))
def test_what_nobody_answered_is_unknown(code: str) -> None:
    assert CRITERIA[code](candidate(), partner(), MAXIMUM) is None


def test_halves_are_rounded_up() -> None:
    assert [portion(5, 1, 2), portion(1, 1, 3), portion(1, 2, 3), neutral(7)] == [3, 0, 1, 4]


@pytest.mark.parametrize(
    "answers",
    [{"strengths": {"water": 4}}, {"challenges": {"water": 0}}, {"languages": {"fr": 4}}, {"population_rank": (5, 4)}],
)
def test_a_profile_refuses_what_does_not_exist(answers: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^X: "):
        Profile(id="X", **answers)  # type: ignore[arg-type]


def test_a_candidate_refuses_an_assessment_beyond_its_scale() -> None:
    with pytest.raises(ValueError, match="assessment"):
        Candidate(id="X", assessment=10_001)


def test_subjects_of_another_track_do_not_count() -> None:
    one = candidate(subjects=frozenset({"rwanda:votes"}), sdgs=frozenset({16}))
    two = candidate(subjects=frozenset({"rwanda:votes", "benin:markets", "benin:energy"}), sdgs=frozenset({16}))
    both_know = partner(track="rwanda", subjects=frozenset({"rwanda:votes"}), sdgs=frozenset({16}))
    assert theme(one, both_know, MAXIMUM) == theme(two, both_know, MAXIMUM) == MAXIMUM
    elsewhere = partner(track="benin", subjects=frozenset({"benin:work"}), sdgs=frozenset({16}))
    assert theme(one, elsewhere, MAXIMUM) == MAXIMUM * 3 // 4  # no subject for that track: open, so neutral
