"""Assessing a candidacy: by which criteria, who may score when, and what a finished assessment needs."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from app.domain.codes import CandidacyState
from app.domain.errors import DomainError

HIGHEST_SCORE: Final = 5
FULL_WEIGHT: Final = 100
CRITERIA_LIMIT: Final = 12
READERS_LIMIT: Final = 9
REASON_LIMIT: Final = 2000
NOTE_LIMIT: Final = 4000
CONFLICT_LIMIT: Final = 500
# Before the decision readers write; while a candidate answers a question nobody finishes on what may still change.
SCORABLE: Final = frozenset({CandidacyState.SUBMITTED, CandidacyState.RETURNED, CandidacyState.IN_ASSESSMENT})
FINISHABLE: Final = SCORABLE - {CandidacyState.RETURNED}


class CriteriaNotHundred(DomainError):
    """The weights of the criteria add up to 100; ``total`` is what they add up to."""

    code: ClassVar[str] = "criteria_not_hundred"


class CriterionTwice(DomainError):
    """No two criteria have the same code."""

    code: ClassVar[str] = "criterion_twice"


class CriterionNameless(DomainError):
    """A criterion has a Dutch title: the others fall back on it."""

    code: ClassVar[str] = "criterion_nameless"


class CriterionWeightOutOfRange(DomainError):
    """The weight of a criterion lies between 0 and 100."""

    code: ClassVar[str] = "criterion_weight"


class NothingToScore(DomainError):
    """At least one criterion with a weight is scored by readers."""

    code: ClassVar[str] = "nothing_to_score"


class TooManyCriteria(DomainError):
    """There are at most ``limit`` criteria."""

    code: ClassVar[str] = "too_many_criteria"


class ReadersOutOfRange(DomainError):
    """A candidacy has 1 to ``limit`` readers."""

    code: ClassVar[str] = "readers_out_of_range"


class UnableToScore(DomainError):
    """A candidacy in ``state`` is not assessed (any more)."""

    code: ClassVar[str] = "unable_to_score"


class ScoresFinished(DomainError):
    """The scores stand: reopen them first."""

    code: ClassVar[str] = "scores_finished"


class ScoresNotFinished(DomainError):
    """The scores are not finished, so there is nothing to reopen, and nothing of others to see."""

    code: ClassVar[str] = "scores_not_finished"


class ScoresChanged(DomainError):
    """The scores were saved elsewhere after this form was opened; ``edit`` is the newest."""

    code: ClassVar[str] = "scores_changed"


class ScoreMissing(DomainError):
    """Finishing needs points for ``criterion``."""

    code: ClassVar[str] = "score_missing"


class ScoreReasonMissing(DomainError):
    """Finishing needs a reason for the points of ``criterion``."""

    code: ClassVar[str] = "score_reason_missing"


@dataclass(frozen=True, slots=True)
class Criterion:
    """By what a candidacy is assessed, in three languages; a computed one is not scored by readers."""

    code: str
    title_nl: str
    title_fr: str = ""
    title_en: str = ""
    help_nl: str = ""
    help_fr: str = ""
    help_en: str = ""
    weight: int = 0
    computed: bool = False


CITY_LINKS: Final = "city_links"
# Source: the weights of DESIGN §4; what each asks follows from what VVSG expects of participants in its call 2024-2025.
REFERENCE: Final = (
    Criterion(
        "exchange",
        "Gelijkwaardige uitwisseling",
        "Échange d’égal à égal",
        "Equal exchange",
        "Wat brengt het bestuur zelf in, en wat wil het leren? Is het een gesprek in twee richtingen?",
        "Qu’apporte la collectivité, et que veut-elle apprendre ? L’échange va-t-il dans les deux sens ?",
        "What does the government bring, and what does it want to learn? Does the exchange go both ways?",
        30,
    ),
    Criterion(
        "openness",
        "Openheid om te leren",
        "Ouverture à l’apprentissage",
        "Openness to learn",
        "Noemt het bestuur eerlijk wat moeilijk gaat, en is het bereid om iets anders te doen?",
        "La collectivité nomme-t-elle ses difficultés, et est-elle prête à faire autrement ?",
        "Does the government name what is difficult, and is it ready to do things differently?",
        20,
    ),
    Criterion(
        "involvement",
        "Breed gedragen",
        "Large participation",
        "Broad involvement",
        "Wie doet mee: politiek, administratie, en anderen zoals scholen, verenigingen of bedrijven?",
        "Qui participe : élus, administration, et autres acteurs comme écoles, associations ou entreprises ?",
        "Who takes part: politicians, officials, and others such as schools, associations or companies?",
        20,
    ),
    Criterion(
        "commitment",
        "Engagement en tijd",
        "Engagement et temps",
        "Commitment and time",
        "Maakt het bestuur mensen en tijd vrij voor sessies, bezoeken en opvolging?",
        "La collectivité libère-t-elle des personnes et du temps pour les sessions, les visites et le suivi ?",
        "Does the government free people and time for sessions, visits and follow-up?",
        20,
    ),
    Criterion(
        CITY_LINKS,
        "Geen actieve stedenband",
        "Pas de jumelage actif",
        "No active city link",
        "Wordt berekend: een bestuur zonder actieve band met het Zuiden krijgt hier alle punten.",
        "Calculé : une collectivité sans jumelage actif avec le Sud reçoit ici tous les points.",
        "Computed: a government without an active link with the Global South has all points here.",
        10,
        computed=True,
    ),
)


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """The criteria with their weights in percent, and how many readers each candidacy has."""

    criteria: tuple[Criterion, ...] = REFERENCE
    readers: int = 2

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules from plain values; what is not there is as in the reference."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        if "criteria" in known:
            known["criteria"] = tuple(Criterion(**criterion) for criterion in known["criteria"])
        return cls(**known)

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        return {"criteria": [asdict(criterion) for criterion in self.criteria], "readers": self.readers}

    @property
    def scored(self) -> tuple[Criterion, ...]:
        """The criteria that readers score, in order."""
        return tuple(criterion for criterion in self.criteria if not criterion.computed)


def check_assessment(rules: AssessmentRules) -> None:
    """Refuse criteria that do not make a whole.

    :raises TooManyCriteria, CriterionTwice, CriterionNameless, CriterionWeightOutOfRange: a criterion is at fault;
        ``criterion`` has its code.
    :raises CriteriaNotHundred: the weights add up to something else.
    :raises NothingToScore: readers have nothing to score.
    :raises ReadersOutOfRange: a candidacy has no reader, or very many.
    """
    if len(rules.criteria) > CRITERIA_LIMIT:
        raise TooManyCriteria(limit=CRITERIA_LIMIT)
    if not 1 <= rules.readers <= READERS_LIMIT:
        raise ReadersOutOfRange(limit=READERS_LIMIT)
    _check_each(rules.criteria)
    total = sum(criterion.weight for criterion in rules.criteria)
    if total != FULL_WEIGHT:
        raise CriteriaNotHundred(total=total)
    if not any(criterion.weight for criterion in rules.scored):
        raise NothingToScore


def _check_each(criteria: Collection[Criterion]) -> None:
    codes = Counter(criterion.code for criterion in criteria)
    for criterion in criteria:
        if codes[criterion.code] > 1:
            raise CriterionTwice(criterion=criterion.code)
        if not criterion.title_nl.strip():
            raise CriterionNameless(criterion=criterion.code)
        if not 0 <= criterion.weight <= FULL_WEIGHT:
            raise CriterionWeightOutOfRange(criterion=criterion.code)


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader gives for a criterion: points from 0 to 5, none yet, and why."""

    points: int | None = None
    reason: str = ""


Scores = Mapping[str, Given]


def check_can_save(state: CandidacyState, *, finished: bool) -> None:
    """Refuse unless scores may be written down.

    :raises UnableToScore: the candidacy is not assessed.
    :raises ScoresFinished: they stand.
    """
    if state not in SCORABLE:
        raise UnableToScore(state=state)
    if finished:
        raise ScoresFinished


def check_can_finish(state: CandidacyState, scores: Scores, rules: AssessmentRules) -> None:
    """Refuse unless scores are whole: for each criterion points and a reason.

    :raises UnableToScore: the candidacy is not assessed, or waits for its candidate.
    :raises ScoreMissing, ScoreReasonMissing: at the first criterion where something lacks.
    """
    if state not in FINISHABLE:
        raise UnableToScore(state=state)
    for lack in lacking(scores, rules):
        raise lack


def check_can_reopen(state: CandidacyState, *, finished: bool) -> None:
    """Refuse unless finished scores may be changed again.

    :raises UnableToScore: the candidacy is decided, or not there any more.
    :raises ScoresNotFinished: they are open.
    """
    if state not in SCORABLE:
        raise UnableToScore(state=state)
    if not finished:
        raise ScoresNotFinished


def lacking(scores: Scores, rules: AssessmentRules) -> tuple[DomainError, ...]:
    """Name all that lacks before scores can be finished, in the order of the criteria."""
    found: list[DomainError] = []
    for criterion in rules.scored:
        given = scores.get(criterion.code, Given())
        if given.points is None:
            found.append(ScoreMissing(criterion=criterion.code))
        if not given.reason.strip():
            found.append(ScoreReasonMissing(criterion=criterion.code))
    return tuple(found)


def complete(scores: Scores, rules: AssessmentRules) -> int:
    """Count the criteria for which a reader gave points and a reason."""
    given = [scores.get(criterion.code, Given()) for criterion in rules.scored]
    return sum(one.points is not None and bool(one.reason.strip()) for one in given)


class LinkFinding(StrEnum):
    """What is found about active city links of a candidate with the Global South."""

    NONE = "none"
    ACTIVE = "active"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"


def find_links(answer: str, known: Collection[str]) -> LinkFinding:
    """Compare the candidate's answer ("yes", "no" or nothing) with the links that are known by name.

    An answer of "no" against a known link is disputed: somebody has to ask.
    """
    if answer == "yes":
        return LinkFinding.ACTIVE
    if answer == "no":
        return LinkFinding.DISPUTED if known else LinkFinding.NONE
    return LinkFinding.ACTIVE if known else LinkFinding.UNKNOWN
