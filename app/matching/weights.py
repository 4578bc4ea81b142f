"""How much each criterion counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from app.domain.errors import DomainError

FULL_SCORE = 10_000
ASSESSMENT = "assessment"


class WeightsInvalid(DomainError):
    """The weights do not divide a score: ``field`` is which one (or ``fit`` for their sum)."""

    code = "weights_invalid"

    def __init__(self, field: str) -> None:
        super().__init__(field=field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole weights of the criteria of fit, in proportion to their sum, and the share of the assessment in per cent.

    Source of the reference values: DESIGN §5.

    :raises WeightsInvalid: a weight below zero, a share outside 0 to 100, or no weight at all on the fit.
    """

    mutual_learning: int = 35
    theme: int = 25
    position: int = 15
    language: int = 10
    wishes: int = 15
    assessment_share: int = 30

    def __post_init__(self) -> None:
        for code, weight in self.fit().items():
            if weight < 0:
                raise WeightsInvalid(code)
        if not 0 <= self.assessment_share <= 100:
            raise WeightsInvalid("assessment_share")
        if not any(self.fit().values()):
            raise WeightsInvalid("fit")

    def fit(self) -> dict[str, int]:
        """Return the weight of each criterion of fit, in the order in which they are shown."""
        return {
            "mutual_learning": self.mutual_learning,
            "theme": self.theme,
            "position": self.position,
            "language": self.language,
            "wishes": self.wishes,
        }

    @lru_cache(maxsize=16)  # noqa: B019 - a few small values, asked for once per pair
    def maxima(self) -> Mapping[str, int]:
        """Return the most points that each criterion can give; together exactly 10,000.

        The assessment has its share, the criteria of fit divide the rest by largest remainder.
        """
        assessment = FULL_SCORE * self.assessment_share // 100
        return MappingProxyType(divide(FULL_SCORE - assessment, self.fit()) | {ASSESSMENT: assessment})


def divide(points: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide whole points in proportion to weights, nothing lost.

    Everyone gets the whole part of their quota; what is left goes to the largest remainders, the earlier first among
    equals.
    """
    total = sum(weights.values())
    parts = {code: points * weight // total for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: -(points * weights[code] % total))
    for code in by_remainder[: points - sum(parts.values())]:
        parts[code] += 1
    return parts
