"""The rules of a programme: numbers and promises that staff edit, read from the programme's own data."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any, ClassVar, Self

from app.domain.agenda_rules import AgendaRules, check_agenda_rules
from app.domain.assessment import AssessmentRules, check_assessment
from app.domain.budget_rules import BudgetRules, check_budget_rules
from app.domain.codes import SessionKind
from app.domain.decisions import DecisionRules, check_decision_rules
from app.domain.errors import DomainError
from app.domain.retention import RetentionRules, check_retention
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.domain.visit_rules import VisitRules, check_visit_rules

HIGHEST_WEIGHT = 100
EARLIEST_REMINDER = 90


class ProgrammeChanged(DomainError):
    """Somebody saved the programme after this form was opened; ``version`` is the newest."""

    code: ClassVar[str] = "programme_changed"


class PeriodEndsBeforeStart(DomainError):
    """A programme ends after it starts."""

    code: ClassVar[str] = "programme_period"


class BudgetNegative(DomainError):
    """A budget is nothing or more."""

    code: ClassVar[str] = "budget_negative"


class PlacesNegative(DomainError):
    """A track has no places or more."""

    code: ClassVar[str] = "places_negative"


class WeightsNotHundred(DomainError):
    """The weights of the criteria add up to 100; ``total`` is what they add up to."""

    code: ClassVar[str] = "weights_not_hundred"


class WeightOutOfRange(DomainError):
    """A weight or share lies between 0 and 100."""

    code: ClassVar[str] = "weight_out_of_range"


class RuleNegative(DomainError):
    """A number of the rules is nothing or more."""

    code: ClassVar[str] = "rule_negative"


class ReminderDaysUnclear(DomainError):
    """Reminders go out some days before the call closes: a few different numbers from 1 to ``most``."""

    code: ClassVar[str] = "reminder_days"


class CallEndsBeforeStart(DomainError):
    """A call closes after it opens."""

    code: ClassVar[str] = "call_period"


class CallOutlivesProgramme(DomainError):
    """A call closes before the programme ends, on ``ends_on``."""

    code: ClassVar[str] = "call_outlives_programme"


class UnknownAssociation(DomainError):
    """A track belongs to an association that is known."""

    code: ClassVar[str] = "unknown_association"


class TemplateRowGone(DomainError):
    """The row of the template is not there any more."""

    code: ClassVar[str] = "template_row_gone"


class TemplateYearMissing(DomainError):
    """The programme has only ``years`` years."""

    code: ClassVar[str] = "template_year"


class TemplateDayMissing(DomainError):
    """The month does not have that day."""

    code: ClassVar[str] = "template_day"


class TemplateLengthMissing(DomainError):
    """A session lasts longer than nothing."""

    code: ClassVar[str] = "template_length"


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that a candidate confirms, in three languages."""

    code: str
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class PairingRules:
    """How a pair is scored and what limits a pairing: weights in percent, a limit of 0 is no limit."""

    learning: int = 35
    theme: int = 25
    position: int = 15
    language: int = 10
    wishes: int = 15
    assessment_share: int = 30
    province_limit: int = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """What the programme expects and organises each year. The defaults are those of the pilot.

    Source: VVSG, call for SDG partnerships 2024-2025: at least 3 digital sessions a year are expected,
    2 to 3 are organised;
    5 half-day meetings a year; one visit a year of about a week by about 3 people, one made and one received by each
    side; one physical exchange a year.
    ``reminder_days``: how many days before the call closes drafts are reminded; ``answer_days``: how long a candidate
    has to answer a question about a candidacy, unless staff choose otherwise. ``second_confirmation``: somebody else
    than who asks confirms a candidacy before it is submitted; ``confirmer_nl`` and so on say who that should be.
    """

    digital_sessions_expected: int = 3
    digital_sessions_organised: int = 3
    meetings_expected: int = 5
    physical_exchanges: int = 1
    visit_days: int = 7
    delegation_size: int = 3
    visits_made: int = 1
    visits_received: int = 1
    answer_days: int = 7
    reminder_days: tuple[int, ...] = (14, 7, 2)
    second_confirmation: bool = False
    confirmer_nl: str = ""
    confirmer_fr: str = ""
    confirmer_en: str = ""
    promises: tuple[Promise, ...] = ()
    pairing: PairingRules = field(default_factory=PairingRules)
    assessment: AssessmentRules = field(default_factory=AssessmentRules)
    decision: DecisionRules = field(default_factory=DecisionRules)
    retention: RetentionRules = field(default_factory=RetentionRules)
    agenda: AgendaRules = field(default_factory=AgendaRules)
    visits: VisitRules = field(default_factory=VisitRules)
    budget: BudgetRules = field(default_factory=BudgetRules)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules from a programme's ``rules``; what is not there has its default."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        promises = tuple(Promise(**promise) for promise in known.pop("promises", ()))
        pairing = PairingRules(**known.pop("pairing", {}))
        if "reminder_days" in known:
            known["reminder_days"] = tuple(known["reminder_days"])
        assessment = AssessmentRules.from_data(known.pop("assessment", {}))
        known["decision"] = DecisionRules.from_data(known.get("decision", {}))
        known["retention"] = RetentionRules.from_data(known.get("retention", {}))
        known["agenda"] = AgendaRules.from_data(known.get("agenda", {}))
        known["visits"] = VisitRules.from_data(known.get("visits", {}))
        known["budget"] = BudgetRules.from_data(known.get("budget", {}))
        return cls(**known, promises=promises, pairing=pairing, assessment=assessment)

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        data = asdict(self)
        data["promises"] = [asdict(promise) for promise in self.promises]
        data["reminder_days"] = list(self.reminder_days)
        data["assessment"] = self.assessment.to_data()
        data["agenda"] = self.agenda.to_data()
        data["visits"] = self.visits.to_data()
        data["budget"] = self.budget.to_data()
        return data


@dataclass(frozen=True, slots=True)
class PlannedKind:
    """What the check of the rules needs of a row of the template: its kind and its year (from 1)."""

    kind: SessionKind
    year: int


@dataclass(frozen=True, slots=True)
class Clash:
    """The rules promise one thing and the plan another: a code with parameters for ``language.messages``."""

    code: str
    params: Mapping[str, object]


def years_of(starts_on: date, ends_on: date) -> int:
    """Count the years of a programme over [starts_on, ends_on]; a part of a year counts as one."""
    whole = ends_on.year - starts_on.year
    return whole + ((ends_on.month, ends_on.day) >= (starts_on.month, starts_on.day))


def check_period(starts_on: date, ends_on: date) -> None:
    """Refuse a programme that does not end after it starts.

    :raises PeriodEndsBeforeStart: it does not.
    """
    if ends_on <= starts_on:
        raise PeriodEndsBeforeStart


def check_budget(budget_cents: int) -> None:
    """Refuse a budget per partnership below nothing.

    :raises BudgetNegative: it is.
    """
    if budget_cents < 0:
        raise BudgetNegative


def check_places(places: int) -> None:
    """Refuse a number of places below nothing.

    :raises PlacesNegative: it is.
    """
    if places < 0:
        raise PlacesNegative


def check_rules(rules: Rules) -> None:
    """Refuse numbers below nothing, and weights of a pairing or an assessment that do not add up to 100.

    :raises RuleNegative: a number is negative; ``rule`` names it.
    :raises WeightOutOfRange: a weight or the share of the assessment is not within 0–100; ``rule`` names it.
    :raises WeightsNotHundred: the weights add up to something else.
    :raises CriteriaNotHundred: or another refusal of ``assessment.check_assessment``.
    :raises DecisionRuleOutOfRange: a number for the reserve lists makes no sense.
    :raises WorkingHoursUnclear: or another refusal of ``agenda_rules.check_agenda_rules``.
    :raises VisitRuleOutOfRange: a number about visits makes no sense.
    :raises BudgetRuleOutOfRange: a number about the budget makes no sense.
    :raises MonthsOutOfRange: data would be kept too short or too long.
    :raises ReminderDaysUnclear: a reminder is due on no day, or too early.
    """
    numbers = {name: value for name, value in asdict(rules).items() if isinstance(value, int)}
    numbers["province_limit"] = rules.pairing.province_limit
    for name, value in numbers.items():
        if value < 0:
            raise RuleNegative(rule=name)
    weights = weights_of(rules.pairing)
    for name, value in {**weights, "assessment_share": rules.pairing.assessment_share}.items():
        if not 0 <= value <= HIGHEST_WEIGHT:
            raise WeightOutOfRange(rule=name)
    if sum(weights.values()) != HIGHEST_WEIGHT:
        raise WeightsNotHundred(total=sum(weights.values()))
    check_assessment(rules.assessment)
    check_decision_rules(rules.decision)
    check_retention(rules.retention)
    check_agenda_rules(rules.agenda)
    check_visit_rules(rules.visits)
    check_budget_rules(rules.budget)
    if not all(1 <= days <= EARLIEST_REMINDER for days in rules.reminder_days):
        raise ReminderDaysUnclear(most=EARLIEST_REMINDER)


def weights_of(pairing: PairingRules) -> dict[str, int]:
    """Give the weights of the criteria of a pair, by criterion."""
    return {name: getattr(pairing, name) for name in ("learning", "theme", "position", "language", "wishes")}


def check_call(opens_at: datetime, closes_at: datetime, *, ends_on: date) -> None:
    """Refuse a call [opens_at, closes_at) (aware) that is empty or goes on after the programme.

    :raises CallEndsBeforeStart: it does not close after it opens.
    :raises CallOutlivesProgramme: it closes after the programme's last day in Brussels.
    """
    if closes_at <= opens_at:
        raise CallEndsBeforeStart
    if wall_in(closes_at, PROGRAMME_ZONE).date() > ends_on:
        raise CallOutlivesProgramme(ends_on=ends_on)


def check_template_day(year: int, month: int, day: int, *, years: int) -> None:
    """Refuse a day of the template that no programme of ``years`` years has; 29 February is the end of that month.

    :raises TemplateYearMissing: the year is not one of them.
    :raises TemplateDayMissing: the month does not have the day.
    """
    if not 1 <= year <= years:
        raise TemplateYearMissing(years=years)
    try:
        date(2024, month, day)  # a leap year
    except ValueError:
        raise TemplateDayMissing from None


def check_template_length(starts: time, duration_minutes: int) -> None:
    """Refuse a session that does not last; ``starts`` is the time on the wall.

    :raises TemplateLengthMissing: it lasts nothing or less.
    """
    if duration_minutes <= 0 or starts.tzinfo is not None:
        raise TemplateLengthMissing


def clashes(rules: Rules, template: Sequence[PlannedKind], *, years: int) -> tuple[Clash, ...]:
    """Name what the programme expects of the sides but does not organise, rule by rule and year by year.

    Sessions other than visits and their two-day events count as meetings. The source itself expects at least three
    digital sessions a year and organises two or three: staff see such a clash, it is not refused.
    """
    return (
        *_organised_too_few(rules),
        *(clash for year in range(1, years + 1) for clash in _of_year(rules, template, year)),
    )


def _organised_too_few(rules: Rules) -> Iterator[Clash]:
    organised, expected = rules.digital_sessions_organised, rules.digital_sessions_expected
    if organised < expected:
        yield Clash("clash_organised", {"organised": organised, "expected": expected})


def _of_year(rules: Rules, template: Sequence[PlannedKind], year: int) -> Iterator[Clash]:
    kinds = Counter(row.kind for row in template if row.year == year)
    visits = kinds[SessionKind.WORK_VISIT]
    meetings = kinds.total() - visits - kinds[SessionKind.THEMATIC]
    plan = (
        ("clash_digital", kinds[SessionKind.JOINT_DIGITAL], rules.digital_sessions_expected),
        ("clash_exchanges", kinds[SessionKind.PHYSICAL_EXCHANGE], rules.physical_exchanges),
        ("clash_meetings", meetings, rules.meetings_expected),
        ("clash_visits", visits, 1),
    )
    for code, planned, expected in plan:
        if planned < expected:
            yield Clash(code, {"nth_year": year, "planned": planned, "expected": expected})


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that differs between two versions; ``path`` leads to it, none means that it is not there."""

    path: tuple[str, ...]
    before: object
    after: object


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Name every setting in which two snapshots of a programme differ, by path.

    Entries of a list are matched by their ``code``, ``slug`` or ``key``, so that moving one is no difference.
    """
    old, new = dict(_leaves(before, ())), dict(_leaves(after, ()))
    paths = [*old, *(path for path in new if path not in old)]
    return tuple(Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, (*path, str(name)))
    elif isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
        for number, part in enumerate(value, 1):
            yield from _leaves(part, (*path, _key_of(part, number)))
    else:
        yield path, value


def _key_of(part: Mapping[str, Any], number: int) -> str:
    return str(next((part[name] for name in ("slug", "code", "key") if name in part), number))
