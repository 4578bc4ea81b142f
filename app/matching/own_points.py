"""What a pair is worth to the candidate alone and to the partner alone, from the same criteria as the points.

They play no part in the pairing; they tell which pairs both would rather have (``blocking``). The assessment is the
programme's view of a candidate and plays no part.
"""

from collections.abc import Mapping, Sequence

from app.matching.criteria import (
    HALF,
    Ratio,
    candidate_wish,
    help_given,
    language,
    neutral,
    portion,
    position,
    theme,
    wish_met,
)
from app.matching.problem import Row
from app.matching.profiles import Candidate, Partner, Profile
from app.matching.scoring import Allowed
from app.matching.weights import FULL_SCORE, Weights, divide

ALIKE = {"theme": theme, "position": position, "language": language}
"""The criteria that are worth the same to both."""


def own_points(candidate: Candidate, partner: Partner, weights: Weights) -> tuple[int, int]:
    """Return what a pair is worth to the candidate and to the partner, each 0 to 10,000.

    The weights of fit divide 10,000 points into a maximum m per criterion (by largest remainder). To either side a pair
    is worth

        m(mutual learning) · h(other → self) + theme + position + language + m(wishes) · own wish

    with h as in ``received``, the wish as in ``criteria.candidate_wish`` and ``criteria.wish_met``, and the other three
    as ``criteria`` has them with their m. What is unknown counts half of its m. Halves are rounded up, once per
    criterion.
    """
    return _own_points(candidate, partner, own_maxima(weights))


def own_points_matrices(
    candidates: Sequence[Candidate], partners: Sequence[Partner], weights: Weights, allowed: Allowed
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return what every allowed pair is worth to the candidate, and to the partner, in two matrices.

    A row per candidate, a column per partner, None where the pair is not allowed. About 10 microseconds a pair.
    """
    maxima = own_maxima(weights)
    pairs = [
        [
            _own_points(candidate, partner, maxima) if allowed(candidate, partner) else (None, None)
            for partner in partners
        ]
        for candidate in candidates
    ]
    left, right = (tuple(tuple(own[side] for own in row) for row in pairs) for side in (0, 1))
    return left, right


def own_maxima(weights: Weights) -> Mapping[str, int]:
    """Return the most own points that each criterion of fit can give; together exactly 10,000."""
    return divide(FULL_SCORE, weights.fit())


def received(learner: Profile, helper: Profile) -> Ratio | None:
    """Return which share of the learner's challenges the helper is strong in, both weighted by priority.

    ``criteria.help_given`` in one direction, as it is: no mean with what is given back. Unknown if the learner named no
    challenge or the helper no strength.
    """
    return help_given(helper, learner) if learner.challenges and helper.strengths else None


def _own_points(candidate: Candidate, partner: Partner, maxima: Mapping[str, int]) -> tuple[int, int]:
    alike = 0
    for code, criterion in ALIKE.items():
        maximum = maxima[code]
        points = criterion(candidate, partner, maximum)
        alike += neutral(maximum) if points is None else points
    learning, wish = maxima["mutual_learning"], maxima["wishes"]
    return (
        alike
        + portion(learning, *(received(candidate, partner) or HALF))
        + portion(wish, *(candidate_wish(candidate, partner) or HALF)),
        alike
        + portion(learning, *(received(partner, candidate) or HALF))
        + portion(wish, *(wish_met(partner.wishes, candidate) or HALF)),
    )
