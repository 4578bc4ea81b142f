"""The rules of a programme about its budget: halves, claims, eligible costs, day allowances, the rest at the end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, Final, Self

from app.domain.codes import Category, Country, Currency, DayCount, HintForce, HintKind, Meal, RestRule, Side
from app.domain.errors import DomainError

LONGEST_WAIT_DAYS: Final = 90


class BudgetRuleOutOfRange(DomainError):
    """A number of the rules about the budget makes no sense; ``rule`` names it."""

    code: ClassVar[str] = "budget_rule"


@dataclass(frozen=True, slots=True)
class CostHint:
    """A rule about what may be paid, shown where somebody claims it: it warns, or it refuses.

    It is about a ``category``, or all where there is none, and where ``above_cents`` is more than nothing only about
    lines of more euro cents than that. ``source``: which document says so.
    """

    code: str
    kind: HintKind
    force: HintForce
    title_nl: str
    title_fr: str
    title_en: str
    source: str
    category: Category | None = None
    above_cents: int = 0


@dataclass(frozen=True, slots=True)
class DayRate:
    """What a day in a country is worth, in the smallest unit of ``currency``, from ``valid_from`` to ``valid_until``.

    ``category``: the category of travellers (in the rules of the federal Foreign Affairs service 1 or 2). ``source``:
    which document says so. ISO days are kept as text.
    """

    country: Country
    category: str
    currency: Currency
    amount_minor: int
    valid_from: str
    valid_until: str = ""
    source: str = ""

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the rate counts on a day; both its ends belong to it."""
        return date.fromisoformat(self.valid_from) <= day and (
            not self.valid_until or day <= date.fromisoformat(self.valid_until)
        )


_DGD: Final = (
    "DGD, annex 4 of a call for development education (eligible costs), indicative: to be replaced by the rules of "
    "the programme's own grant decision"
)
_HANDBOOK: Final = "VVSG handbook for city links, 2007, an older programme: indicative"
_OURS: Final = "Default of Tandem, to be set by the programme team"


def _hint(code: str, kind: HintKind, titles: tuple[str, str, str], source: str, **more: Any) -> CostHint:  # noqa: ANN401 - fields of a hint, of several types
    force = more.pop("force", HintForce.WARNS)
    return CostHint(code, kind, force, *titles, source=source, **more)


HINTS: Final = (
    _hint(
        "period",
        HintKind.PERIOD,
        (
            "De kost is gemaakt binnen de looptijd van het programma",
            "La dépense a été faite pendant la durée du programme",
            "The cost was made within the period of the programme",
        ),
        _DGD,
        force=HintForce.REFUSES,
    ),
    _hint(
        "receipt",
        HintKind.RECEIPT,
        (
            "Elke kost heeft een origineel bewijsstuk",
            "Chaque dépense a une pièce justificative originale",
            "Every cost has an original receipt",
        ),
        _DGD,
        force=HintForce.REFUSES,
    ),
    _hint(
        "keep",
        HintKind.KEEP,
        (
            "Bewaar het originele bewijsstuk zeven jaar",
            "Conservez la pièce originale pendant sept ans",
            "Keep the original receipt for seven years",
        ),
        _DGD,
    ),
    _hint(
        "offers",
        HintKind.OFFERS,
        (
            "Vraag minstens drie offertes en voeg ze toe",
            "Demandez au moins trois offres et joignez-les",
            "Ask for at least three offers and add them",
        ),
        f"{_DGD}; the limit: {_OURS}",
        above_cents=300_000,
    ),
    _hint(
        "durable_goods",
        HintKind.NOT_ELIGIBLE,
        (
            "Duurzame goederen, gebouwen, auto’s en camera’s worden niet betaald",
            "Biens durables, bâtiments, voitures et appareils photo ne sont pas payés",
            "Durable goods, buildings, cars and cameras are not paid",
        ),
        _DGD,
        category=Category.MATERIAL,
    ),
    _hint(
        "vat",
        HintKind.NOT_ELIGIBLE,
        (
            "Btw die je kunt terugvragen telt niet mee",
            "La TVA récupérable n’est pas prise en compte",
            "VAT that can be reclaimed does not count",
        ),
        _DGD,
    ),
    _hint(
        "private",
        HintKind.NOT_ELIGIBLE,
        (
            "Privékosten, zoals een langer verblijf of souvenirs, worden niet betaald",
            "Les frais privés, comme un séjour prolongé ou des souvenirs, ne sont pas payés",
            "Private costs, such as a longer stay or souvenirs, are not paid",
        ),
        _HANDBOOK,
        category=Category.STAY,
    ),
    _hint(
        "changes",
        HintKind.PRIOR_AGREEMENT,
        (
            "Vraag vooraf akkoord aan de VVSG voor wat niet gepland was",
            "Demandez l’accord préalable de la VVSG pour ce qui n’était pas prévu",
            "Ask VVSG to agree beforehand to what was not planned",
        ),
        _HANDBOOK,
        category=Category.OTHER,
    ),
)


def _usual_cuts() -> dict[Meal, int]:
    return {Meal.BREAKFAST: 15, Meal.LUNCH: 35, Meal.DINNER: 45}


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """What the programme says about its budget.

    ``odd_cent``: the side that gets a cent that cannot be divided. ``rest``: what becomes of a rest at the end.
    ``receipt_years``: how long receipts are kept. ``approval_days``: after how many days approvers are reminded, and
    again each time as many days later. ``meal_cuts``: by how many percent of the whole a day allowance is less for
    each meal that is provided; source of the cuts: federal Foreign Affairs service, rules of 2015 (breakfast 15,
    lunch 35, dinner 45 percent; the decree of 10 January 2023 keeps lunch and dinner). ``day_count``: which days of a
    stay give an allowance; under the rules of 2015 a day lay between two overnight stays. No document that we found
    gives day rates for Rwanda and Benin: staff enter them with their source.
    """

    odd_cent: Side = Side.FLEMISH
    rest: RestRule = RestRule.RETURNED
    receipt_years: int = 7
    approval_days: int = 5
    meal_cuts: Mapping[Meal, int] = field(default_factory=_usual_cuts)
    day_count: DayCount = DayCount.BETWEEN_NIGHTS
    day_rates: tuple[DayRate, ...] = ()
    hints: tuple[CostHint, ...] = HINTS

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules as they are stored; what is not there has its default."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        readers: dict[str, Any] = {
            "odd_cent": Side,
            "rest": RestRule,
            "day_count": DayCount,
            "meal_cuts": lambda stored: _usual_cuts() | {Meal(meal): cut for meal, cut in stored.items()},
            "day_rates": lambda stored: tuple(_day_rate(one) for one in stored),
            "hints": lambda stored: tuple(_cost_hint(one) for one in stored),
        }
        return cls(**{name: readers[name](value) if name in readers else value for name, value in known.items()})

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        return data | {
            "odd_cent": self.odd_cent.value,
            "rest": self.rest.value,
            "day_count": self.day_count.value,
            "meal_cuts": {meal.value: cut for meal, cut in self.meal_cuts.items()},
            "day_rates": [_plain(one) for one in self.day_rates],
            "hints": [_plain(one) for one in self.hints],
        }


def check_budget_rules(rules: BudgetRules) -> None:
    """Refuse numbers that make no sense.

    :raises BudgetRuleOutOfRange: a cut is not within 0-100 percent or all together are more than 100, receipts are
        kept for less than a year or more than thirty, approvers are reminded after less than a day or more than
        ninety, a limit or a day rate is below nothing or a day rate ends before it starts.
    """
    cuts = rules.meal_cuts.values()
    checks = {
        "meal_cuts": all(0 <= cut <= 100 for cut in cuts) and sum(cuts) <= 100,
        "receipt_years": 1 <= rules.receipt_years <= 30,
        "approval_days": 1 <= rules.approval_days <= LONGEST_WAIT_DAYS,
        "hints": all(hint.above_cents >= 0 for hint in rules.hints),
        "day_rates": all(_makes_sense(rate) for rate in rules.day_rates),
    }
    for rule, holds in checks.items():
        if not holds:
            raise BudgetRuleOutOfRange(rule=rule)


def _makes_sense(rate: DayRate) -> bool:
    return rate.amount_minor > 0 and (not rate.valid_until or rate.valid_from <= rate.valid_until)


def _plain(one: CostHint | DayRate) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in asdict(one).items()}


def _day_rate(data: Mapping[str, Any]) -> DayRate:
    return DayRate(**{**data, "country": Country(data["country"]), "currency": Currency(data["currency"])})


def _cost_hint(data: Mapping[str, Any]) -> CostHint:
    category = Category(data["category"]) if data.get("category") else None
    kinds = {"kind": HintKind(data["kind"]), "force": HintForce(data["force"])}
    return CostHint(**{**data, **kinds, "category": category})
