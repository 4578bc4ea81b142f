"""The points of a pair, and what they are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.matching.criteria import CRITERIA, Criterion, neutral, portion
from app.matching.profiles import HIGHEST_ASSESSMENT, Candidate, Partner
from app.matching.reasons import REASONS, UNKNOWN_REASONS
from app.matching.weights import ASSESSMENT, Weights

Allowed = Callable[[Candidate, Partner], bool]


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """What one criterion gives a pair: points of a maximum, a reason code, and what its sentence needs.

    ``parameters`` holds only what JSON can. ``unknown`` says that the criterion has not been answered and counts half.
    """

    code: str
    points: int
    maximum: int
    reason_code: str
    parameters: dict[str, object]
    unknown: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a pair, 0 to 10,000, and the criteria that they are the sum of."""

    points: int
    criteria: tuple[CriterionScore, ...]


def score(candidate: Candidate, partner: Partner, weights: Weights) -> Score:
    """Return the points of a pair with their reasons: the criteria of fit, then the assessment."""
    maxima = weights.maxima()
    criteria = (
        *(_fit_score(code, candidate, partner, maxima[code]) for code in CRITERIA),
        _assessment_score(candidate, maxima[ASSESSMENT]),
    )
    return Score(sum(criterion.points for criterion in criteria), criteria)


def points_matrix(
    candidates: Sequence[Candidate], partners: Sequence[Partner], weights: Weights, allowed: Allowed
) -> list[list[int | None]]:
    """Return the points of every allowed pair, a row per candidate, a column per partner, None elsewhere.

    The same points as ``score`` gives, without the reasons: about 10 microseconds a pair.
    """
    maxima = weights.maxima()
    criteria = [(function, maxima[code], neutral(maxima[code])) for code, function in CRITERIA.items()]
    assessments = [_assessment_points(candidate, maxima[ASSESSMENT]) for candidate in candidates]
    return [
        [
            assessment + _fit_points(candidate, partner, criteria) if allowed(candidate, partner) else None
            for partner in partners
        ]
        for candidate, assessment in zip(candidates, assessments, strict=True)
    ]


def _fit_points(candidate: Candidate, partner: Partner, criteria: Sequence[tuple[Criterion, int, int]]) -> int:
    """Add up criteria, each given with its maximum and what it counts where it is unknown."""
    points = 0
    for function, maximum, open_points in criteria:
        given = function(candidate, partner, maximum)
        points += open_points if given is None else given
    return points


def _fit_score(code: str, candidate: Candidate, partner: Partner, maximum: int) -> CriterionScore:
    points = CRITERIA[code](candidate, partner, maximum)
    if points is None:
        return CriterionScore(code, neutral(maximum), maximum, UNKNOWN_REASONS[code], {}, unknown=True)
    reason, parameters = REASONS[code](candidate, partner)
    return CriterionScore(code, points, maximum, reason, parameters, unknown=False)


def _assessment_score(candidate: Candidate, maximum: int) -> CriterionScore:
    points = _assessment_points(candidate, maximum)
    if candidate.assessment is None:
        return CriterionScore(ASSESSMENT, points, maximum, UNKNOWN_REASONS[ASSESSMENT], {}, unknown=True)
    percent = portion(100, candidate.assessment, HIGHEST_ASSESSMENT)
    return CriterionScore(ASSESSMENT, points, maximum, "assessment_given", {"percent": percent}, unknown=False)


def _assessment_points(candidate: Candidate, maximum: int) -> int:
    """Return maximum · assessment / 10,000, or the neutral half where there is none yet."""
    if candidate.assessment is None:
        return neutral(maximum)
    return portion(maximum, candidate.assessment, HIGHEST_ASSESSMENT)
