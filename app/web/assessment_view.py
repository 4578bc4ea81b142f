"""Assessments as pages show them: the readers' scores side by side, means, and how far readers are apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.assessment import HIGHEST_SCORE, AssessmentRules, Criterion, Given
from app.domain.standing import FULL_POINTS, Apart, ReaderScores, Standing, rounded
from app.domain.texts import Text, pick, title_of
from app.language.assessment_words import link_sentence
from app.language.formats import number, percent


@dataclass(frozen=True, slots=True)
class ShownScore:
    """What one reader gave for a criterion."""

    reader: str
    points: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """A criterion with what finished readers gave; ``sentence`` explains a computed one."""

    code: str
    title: Text
    help: Text
    weight: int
    computed: bool
    mean: str
    apart: Apart | None
    deviation: str
    sentence: str
    scores: tuple[ShownScore, ...]


@dataclass(frozen=True, slots=True)
class ShownReader:
    """A reader of a candidacy; ``points`` are there once the scores are finished."""

    person_id: int
    name: str
    finished: bool
    reopened: bool
    written: bool
    points: str


@dataclass(frozen=True, slots=True)
class ShownAssessment:
    """Everything about the assessment of a candidacy, in the reader's words."""

    criteria: tuple[ShownCriterion, ...]
    readers: tuple[ShownReader, ...]
    points: str
    spread: str
    disagreement: str
    unknown: tuple[Text, ...]
    finished: int


def shown_assessment(locale: str, standing: Standing, rules: AssessmentRules) -> ShownAssessment:
    """Put a candidacy's standing in words; drafts of scores are not shown to anybody but their writer."""
    finished = [one for one in standing.readings if one.finished]
    titles = {one.code: title_of(one, locale) for one in rules.criteria}
    return ShownAssessment(
        criteria=tuple(_criterion(locale, one, standing, finished) for one in rules.criteria),
        readers=tuple(_reader(locale, one) for one in standing.readings),
        points=points_text(locale, standing.points),
        spread=points_text(locale, standing.spread),
        disagreement=share_text(locale, standing.disagreement),
        unknown=tuple(titles[code] for code in standing.summary.unknown),
        finished=len(finished),
    )


def points_text(locale: str, points: int | None) -> str:
    """Give points of 0 to 10,000, or a dash."""
    return "–" if points is None else number(locale, points)


def share_text(locale: str, share: int | None) -> str:
    """Give a share of 10,000 in percent, or a dash."""
    return "–" if share is None else percent(locale, Decimal(share) / FULL_POINTS)


def mean_text(locale: str, mean: Fraction | None) -> str:
    """Give a mean of 0 to 5 with one decimal, or a dash."""
    return "–" if mean is None else number(locale, Decimal(rounded(mean * 10)) / 10, decimals=1)


def asked(locale: str, rules: AssessmentRules) -> list[dict[str, Any]]:
    """Give the criteria that a reader scores, for the form."""
    return [
        {"code": one.code, "title": title_of(one, locale), "help": help_of(one, locale), "weight": one.weight}
        for one in rules.scored
    ]


def help_of(criterion: Criterion, locale: str) -> Text:
    """Choose the help of a criterion in the reader's language, with a visible fallback."""
    return pick(locale, nl=criterion.help_nl, fr=criterion.help_fr, en=criterion.help_en)


def scale() -> tuple[int, ...]:
    """Give the points that a reader can choose, the lowest first."""
    return tuple(range(HIGHEST_SCORE + 1))


def _criterion(
    locale: str, criterion: Criterion, standing: Standing, finished: Sequence[ReaderScores]
) -> ShownCriterion:
    given = [(one.person_name, one.scores.get(criterion.code, Given())) for one in finished]
    apart = standing.summary.apart.get(criterion.code)
    return ShownCriterion(
        code=criterion.code,
        title=title_of(criterion, locale),
        help=help_of(criterion, locale),
        weight=criterion.weight,
        computed=criterion.computed,
        mean=mean_text(locale, standing.means[criterion.code]),
        apart=apart,
        deviation=number(locale, Decimal(apart.deviation_hundredths) / 100, decimals=2) if apart else "–",
        sentence=link_sentence(locale, standing.links, standing.known_links) if criterion.computed else "",
        scores=() if criterion.computed else tuple(ShownScore(name, one.points, one.reason) for name, one in given),
    )


def _reader(locale: str, one: ReaderScores) -> ShownReader:
    written = bool(one.scores)
    return ShownReader(
        one.person_id, one.person_name, one.finished, one.reopened, written, points_text(locale, one.points)
    )
