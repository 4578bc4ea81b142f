"""The criteria of fit, one pure function each, in whole numbers.

A criterion takes a candidate, a partner and its maximum, and returns points from 0 to that maximum, or None where it
has not been answered (it then counts ``neutral``). Halves are rounded up. Nothing here is a float, so no machine
differs.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from math import isqrt

from app.matching.profiles import Candidate, Partner, Profile

Criterion = Callable[[Candidate, Partner, int], int | None]
Ratio = tuple[int, int]
"""Numerator and denominator of a number from 0 to 1."""

HALF: Ratio = (1, 2)
BEST_LEVEL = 3


def mutual_learning(candidate: Candidate, partner: Partner, maximum: int) -> int | None:
    """Score what each can help the other with: the geometric mean of both directions.

    points = maximum · √(h(candidate → partner) · h(partner → candidate)), where h is ``help_given``. Help in one
    direction only scores nothing, because the exchange is on an equal footing. Unknown if either side named no strength
    or no challenge. Symmetric.
    """
    if not (candidate.strengths and candidate.challenges and partner.strengths and partner.challenges):
        return None
    given, received = help_given(candidate, partner), help_given(partner, candidate)
    squared = maximum * maximum * given[0] * received[0]
    return (isqrt(4 * squared // (given[1] * received[1])) + 1) // 2


def help_given(helper: Profile, learner: Profile) -> Ratio:
    """Return which share of the learner's challenges the helper is strong in, both weighted by priority.

    h = Σ w(challenge) · w(strength in the same field) / Σ w(challenge) · 3, over the learner's challenges; w is 3, 2, 1
    for priority 1, 2, 3, and 0 for a field that is not a strength.
    """
    offers = helper.offers
    return sum([weight * offers.get(code, 0) for code, weight in learner.seeks.items()]), learner.seeks_at_most


def theme(candidate: Candidate, partner: Partner, maximum: int) -> int | None:
    """Score the overlap of subjects (those that the candidate chose for the partner's track) and of SDGs, half each.

    points = maximum · ½ · (overlap of subjects + overlap of SDGs), see ``overlap``; the half that either side left open
    counts neutral. Unknown if both are open. Symmetric.
    """
    subjects = candidate.subjects_in(partner.track)
    return two_halves(overlap(subjects, partner.subjects), overlap(candidate.sdgs, partner.sdgs), maximum)


def position(candidate: Candidate, partner: Partner, maximum: int) -> int | None:
    """Score how comparable the two are within their own countries: population rank and kind of place, half each.

    points = maximum · ½ · (closeness of ranks + overlap of tags), see ``closeness`` and ``overlap``; an open half
    counts neutral. Unknown if both are open. Symmetric.
    """
    return two_halves(closeness(candidate, partner), overlap(candidate.tags, partner.tags), maximum)


def language(candidate: Candidate, partner: Partner, maximum: int) -> int | None:
    """Score the best language that both speak, by the level of the one who speaks it less well.

    points = maximum · (highest over the languages of the lower of both levels) / 3; none in common scores nothing.
    Unknown if either side named no language. Symmetric.
    """
    if not (candidate.languages and partner.languages):
        return None
    spoken = partner.languages
    best = max([min(level, spoken[code]) for code, level in candidate.languages.items() if code in spoken], default=0)
    return portion(maximum, best, BEST_LEVEL)


def wishes(candidate: Candidate, partner: Partner, maximum: int) -> int | None:
    """Score how far each is what the other wished for, half each.

    points = maximum · ½ · (wish of the candidate + wish of the partner). Of n ranked wishes the k-th gives (n − k + 1)
    / n, the first that fits counts, none gives 0. The order of the tracks is a wish of a candidate who chose several;
    with ranked wishes beside it, both count the same. A side without wishes counts neutral. Unknown if neither has any.
    """
    return two_halves(candidate_wish(candidate, partner), wish_met(partner.wishes, candidate), maximum)


CRITERIA: dict[str, Criterion] = {
    "mutual_learning": mutual_learning,
    "theme": theme,
    "position": position,
    "language": language,
    "wishes": wishes,
}


def portion(maximum: int, numerator: int, denominator: int) -> int:
    """Return maximum · numerator / denominator, halves rounded up."""
    return (2 * maximum * numerator + denominator) // (2 * denominator)


def neutral(maximum: int) -> int:
    """Return what an unanswered criterion counts: half of its maximum."""
    return portion(maximum, *HALF)


def two_halves(first: Ratio | None, second: Ratio | None, maximum: int) -> int | None:
    """Return maximum · mean of both ratios, rounded once; an unknown one counts a half, two give None."""
    if first is None and second is None:
        return None
    return portion(maximum, *mean(first or HALF, second or HALF))


def mean(first: Ratio, second: Ratio) -> Ratio:
    """Return the mean of two ratios."""
    return first[0] * second[1] + second[0] * first[1], 2 * first[1] * second[1]


def overlap(ours: AbstractSet[object], theirs: AbstractSet[object]) -> Ratio | None:
    """Return 2 · |shared| / (|ours| + |theirs|), from 0 (nothing) to 1 (the same); None if either is empty."""
    if not (ours and theirs):
        return None
    return 2 * len(ours & theirs), len(ours) + len(theirs)


def closeness(ours: Profile, theirs: Profile) -> Ratio | None:
    """Return 1 − the distance of both population ranks, each as (rank − ½) / count; None if either is not known."""
    if ours.population_rank is None or theirs.population_rank is None:
        return None
    (rank, count), (other_rank, other_count) = ours.population_rank, theirs.population_rank
    whole = 2 * count * other_count
    return whole - abs((2 * rank - 1) * other_count - (2 * other_rank - 1) * count), whole


def candidate_wish(candidate: Candidate, partner: Partner) -> Ratio | None:
    """Return how far the partner is what the candidate wished for: ranked wishes and the order of several tracks."""
    by_track = ranked(candidate.tracks, {partner.track}) if len(candidate.tracks) > 1 else None
    by_wish = wish_met(candidate.wishes, partner)
    if by_track is None or by_wish is None:
        return by_track or by_wish
    return mean(by_track, by_wish)


def wish_met(wanted: tuple[str, ...], other: Profile) -> Ratio | None:
    """Return how high the other stands among ranked ids or tags; None if there are none."""
    return ranked(wanted, other.tags | {other.id}) if wanted else None


def ranked(wanted: tuple[str, ...], found: AbstractSet[str]) -> Ratio:
    """Return (n − k + 1) / n for the first, k-th of n, that is found, 0 if none is."""
    count = len(wanted)
    return next((count - place for place, wish in enumerate(wanted) if wish in found), 0), count
