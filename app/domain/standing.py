"""Where candidacies stand: points from the readers' scores, how far readers are apart, and the ranking per track.

All arithmetic is in fractions; only what is shown or stored is rounded, halves up, once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt
from typing import Final

from app.domain.assessment import HIGHEST_SCORE, AssessmentRules, Criterion, Given, LinkFinding, Scores
from app.domain.codes import CandidacyState

FULL_POINTS: Final = 10_000
# On a scale of 0 to 5: from here on the readers should talk about a criterion.
APART_FROM: Final = 2
HALF: Final = Fraction(1, 2)
_OF_LINKS: Final[Mapping[LinkFinding, Fraction]] = {
    LinkFinding.NONE: Fraction(1),
    LinkFinding.ACTIVE: Fraction(0),
    LinkFinding.UNKNOWN: HALF,
    LinkFinding.DISPUTED: HALF,
}


@dataclass(frozen=True, slots=True)
class ReaderScores:
    """What one reader gave; unfinished scores are a draft: for counting progress, not to be shown to others.

    ``points`` (0 to 10,000) are what the candidacy would have on these scores alone, none before they are finished.
    ``reopened``: finished once, then changed after the others' scores could be seen.
    """

    person_id: int
    person_name: str
    finished: bool
    scores: Scores
    reopened: bool = False
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Apart:
    """How far finished readers are apart on a criterion: lowest, highest, and the standard deviation in hundredths."""

    lowest: int
    highest: int
    deviation_hundredths: int

    @property
    def spread(self) -> int:
        """Highest minus lowest."""
        return self.highest - self.lowest

    @property
    def clearly(self) -> bool:
        """Whether the readers should talk about it."""
        return self.spread >= APART_FROM


@dataclass(frozen=True, slots=True)
class Summary:
    """What the finished scores of a candidacy come to.

    ``means`` are the means of 0 to 5 per criterion (a computed one too), none where nobody scored it. ``points`` are 0
    to 10,000, none before a reader finished. ``unknown`` names criteria that counted half for want of an answer.
    ``spread`` is the difference between the highest and the lowest reader's own points. ``disagreement`` (0 to 10,000)
    is the mean absolute difference between two readers, over all pairs of readers and, by weight, over the criteria;
    both are none below two finished readers.
    """

    means: Mapping[str, Fraction | None]
    apart: Mapping[str, Apart]
    points: int | None
    unknown: tuple[str, ...]
    spread: int | None
    disagreement: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidacy with its readers' scores and what they come to; ``tracks`` are slugs, most wanted first."""

    candidacy_id: int
    reference: str
    state: CandidacyState
    language: str
    government_name: str
    region: str
    tracks: tuple[str, ...]
    readings: tuple[ReaderScores, ...]
    links: LinkFinding
    known_links: tuple[str, ...]
    summary: Summary

    @property
    def means(self) -> Mapping[str, Fraction | None]:
        """The mean per criterion, on the scale of 0 to 5."""
        return self.summary.means

    @property
    def points(self) -> int | None:
        """The points, 0 to 10,000; none before a reader finished."""
        return self.summary.points

    @property
    def spread(self) -> int | None:
        """How far the readers' own points are apart."""
        return self.summary.spread

    @property
    def disagreement(self) -> int | None:
        """How much the readers disagree, 0 to 10,000."""
        return self.summary.disagreement

    @property
    def first_track(self) -> str:
        """The track that is wanted most, empty if none was chosen."""
        return self.tracks[0] if self.tracks else ""


def rounded(value: Fraction) -> int:
    """Round to a whole number, halves up."""
    return (value + HALF).__floor__()


def summarise(finished: Sequence[Scores], links: LinkFinding, rules: AssessmentRules) -> Summary:
    """Bring the finished scores of a candidacy together; the order of the readers plays no part."""
    means = _means(finished, links, rules)
    own = [points_of(_means([scores], links, rules), rules) for scores in finished]
    return Summary(
        means=means,
        apart={one.code: apart for one in rules.scored if (apart := _apart(_given(finished, one))) is not None},
        points=points_of(means, rules) if finished else None,
        unknown=_unknown(means, links, rules) if finished else (),
        spread=max(own) - min(own) if len(own) > 1 else None,
        disagreement=_disagreement(finished, rules) if len(finished) > 1 else None,
    )


def points_of(means: Mapping[str, Fraction | None], rules: AssessmentRules) -> int:
    """Weigh means of 0 to 5 into points of 0 to 10,000; a criterion without a mean counts half."""
    total = sum((criterion.weight * _share(means[criterion.code]) for criterion in rules.criteria), Fraction(0))
    weights = sum(criterion.weight for criterion in rules.criteria)
    return rounded(FULL_POINTS * total / weights)


def own_points(scores: Scores, links: LinkFinding, rules: AssessmentRules) -> int:
    """Give the points of a candidacy on the scores of one reader alone."""
    return points_of(_means([scores], links, rules), rules)


def _share(mean: Fraction | None) -> Fraction:
    return HALF if mean is None else mean / HIGHEST_SCORE


def _means(finished: Sequence[Scores], links: LinkFinding, rules: AssessmentRules) -> dict[str, Fraction | None]:
    return {
        one.code: _OF_LINKS[links] * HIGHEST_SCORE if one.computed else _mean(_given(finished, one))
        for one in rules.criteria
    }


def _given(finished: Iterable[Scores], criterion: Criterion) -> list[int]:
    given = (scores.get(criterion.code, Given()).points for scores in finished)
    return [points for points in given if points is not None]


def _mean(points: Sequence[int]) -> Fraction | None:
    return Fraction(sum(points), len(points)) if points else None


def _apart(points: Sequence[int]) -> Apart | None:
    mean = _mean(points)
    if mean is None:
        return None
    variance = sum(((value - mean) ** 2 for value in points), Fraction(0)) / len(points)
    return Apart(min(points), max(points), _hundredths_of_root(variance))


def _hundredths_of_root(value: Fraction) -> int:
    """Give 100 · √value, rounded to a whole number: half of the root of 40,000 · value, whose last bit decides."""
    doubled = isqrt((40_000 * value).__floor__())
    return (doubled + 1) // 2


def _unknown(means: Mapping[str, Fraction | None], links: LinkFinding, rules: AssessmentRules) -> tuple[str, ...]:
    open_links = links in (LinkFinding.UNKNOWN, LinkFinding.DISPUTED)
    return tuple(one.code for one in rules.criteria if means[one.code] is None or (one.computed and open_links))


def _disagreement(finished: Sequence[Scores], rules: AssessmentRules) -> int:
    weighed, weights = Fraction(0), 0
    for criterion in rules.scored:
        given = _given(finished, criterion)
        differences = [abs(one - other) for one, other in combinations(given, 2)]
        if differences:
            weighed += criterion.weight * Fraction(sum(differences), len(differences) * HIGHEST_SCORE)
            weights += criterion.weight
    return rounded(FULL_POINTS * weighed / weights) if weights else 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in a ranking. Equal points share a ``rank`` and are ``tied``; ``inside``: above the cut."""

    standing: Standing
    rank: int
    tied: bool
    inside: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidacies whose first choice is a track (empty slug: of no track that there is), best first.

    ``unscored`` are those that nobody assessed yet. ``tie_at_cut``: the last inside and the first outside have equal
    points, so that people have to decide.
    """

    track: str
    places: int
    ranked: tuple[Ranked, ...]
    unscored: tuple[Standing, ...]
    tie_at_cut: bool


def ranking(
    standings: Collection[Standing], places: Mapping[str, int], rules: AssessmentRules | None = None
) -> tuple[Ranking, ...]:
    """Rank candidacies in the track of their first choice, with the cut at the places of each track (by slug).

    Most points come first. Equal points share a rank; among them the higher mean on the heaviest criterion is listed
    first, then on the next, and last the reference, which is no merit: so a tie is shown as one. Candidacies of no
    listed track form a last ranking without places, if there are any.
    """
    order = _heaviest_first(rules or AssessmentRules())
    by_track: dict[str, list[Standing]] = {slug: [] for slug in places}
    for standing in standings:
        slug = standing.first_track if standing.first_track in places else ""
        by_track.setdefault(slug, []).append(standing)
    return tuple(_ranking(slug, places.get(slug, 0), found, order) for slug, found in by_track.items())


def _heaviest_first(rules: AssessmentRules) -> list[str]:
    ordered = sorted(rules.criteria, key=lambda criterion: -criterion.weight)
    return [criterion.code for criterion in ordered]


def _ranking(slug: str, places: int, standings: Iterable[Standing], order: Sequence[str]) -> Ranking:
    ordered = sorted(standings, key=lambda one: (_merit(one, order), one.reference))
    scored = [one for one in ordered if one.points is not None]
    points = [one.points for one in scored]
    ranked = tuple(
        Ranked(one, points.index(one.points) + 1, points.count(one.points) > 1, position < places)
        for position, one in enumerate(scored)
    )
    at_cut = 0 < places < len(points) and points[places - 1] == points[places]
    return Ranking(slug, places, ranked, tuple(one for one in ordered if one.points is None), at_cut)


def _merit(standing: Standing, order: Sequence[str]) -> tuple[Fraction, ...]:
    """Give what the list is sorted by, lowest first."""
    means = (standing.means.get(code) for code in order)
    return (Fraction(-(standing.points or 0)), *(-(mean or Fraction(0)) for mean in means))
