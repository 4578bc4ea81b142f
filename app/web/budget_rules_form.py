"""The form of the rules about the budget: halves, claims, day allowances with their rates, rules about costs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, create_model

from app.domain.budget_rules import LONGEST_WAIT_DAYS, BudgetRules, CostHint, DayRate
from app.domain.codes import Category, Country, Currency, DayCount, HintForce, HintKind, Meal, RestRule, Side
from app.domain.errors import DomainError
from app.domain.money import DECIMALS, AmountIsZero, parse_amount
from app.domain.programme import Rules
from app.domain.slugs import slug
from app.language.labels import choices
from app.web.days import Day
from app.web.forms import FieldRefused
from app.web.programme_forms import LANGUAGES, SettingsForm

DAY_RATES: Final = 24
HINTS: Final = 20
CODE_LENGTH: Final = 28
_Words = Annotated[str, Field(max_length=160)]
_Amount = Annotated[str, Field(max_length=20)]
_Percent = Annotated[int, Field(ge=0, le=100)]
_SLOTS: Final[Mapping[str, tuple[int, Mapping[str, Any]]]] = {
    "day_rate": (
        DAY_RATES,
        {
            "country": (Country, Country.RWANDA),
            "category": (Annotated[str, Field(max_length=20)], ""),
            "currency": (Currency, Currency.EUR),
            "amount": (_Amount, ""),
            "valid_from": (Day | None, None),
            "valid_until": (Day | None, None),
            "source": (Annotated[str, Field(max_length=300)], ""),
        },
    ),
    "hint": (
        HINTS,
        {
            **dict.fromkeys(LANGUAGES, (_Words, "")),
            "code": (Annotated[str, Field(max_length=32)], ""),
            "kind": (HintKind, HintKind.GENERAL),
            "force": (HintForce, HintForce.WARNS),
            "category": (Category | None, None),
            "above": (_Amount, ""),
            "source": (Annotated[str, Field(max_length=300)], ""),
        },
    ),
}


class _BudgetFields(SettingsForm):
    odd_cent: Side
    rest: RestRule
    receipt_years: Annotated[int, Field(ge=1, le=30)]
    approval_days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)]
    day_count: DayCount
    breakfast: _Percent = 0
    lunch: _Percent = 0
    dinner: _Percent = 0


def _fields() -> dict[str, Any]:
    return {
        f"{kind}_{place}_{name}": field
        for kind, (count, slot) in _SLOTS.items()
        for place in range(1, count + 1)
        for name, field in slot.items()
    }


BudgetRulesForm: type[_BudgetFields] = create_model("BudgetRulesForm", __base__=_BudgetFields, **_fields())


def slot_names(kind: str) -> list[str]:
    """Give the names of the rows of a kind: day_rate, hint."""
    return [f"{kind}_{place}" for place in range(1, _SLOTS[kind][0] + 1)]


def amount_text(minor: int, currency: Currency) -> str:
    """Write an amount in the smallest unit of its currency as it can be typed."""
    digits = DECIMALS[currency]
    whole, rest = divmod(minor, 10**digits)
    return f"{whole},{rest:0{digits}}" if rest else str(whole)


def budget_values(rules: Rules) -> dict[str, Any]:
    """Give what the form shows."""
    budget = rules.budget
    values: dict[str, Any] = dict.fromkeys(_fields(), "")
    values |= {
        "odd_cent": budget.odd_cent.value,
        "rest": budget.rest.value,
        "receipt_years": str(budget.receipt_years),
        "approval_days": str(budget.approval_days),
        "day_count": budget.day_count.value,
        **{meal.value: str(budget.meal_cuts.get(meal, 0)) for meal in Meal},
    }
    values |= _rows("day_rate", [_rate_values(one) for one in budget.day_rates])
    return values | _rows("hint", [_hint_values(one) for one in budget.hints])


def _rows(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{name}_{key}": value for name, row in zip(slot_names(kind), rows, strict=False) for key, value in row.items()
    }


def _rate_values(one: DayRate) -> dict[str, Any]:
    return {
        "country": one.country.value,
        "category": one.category,
        "currency": one.currency.value,
        "amount": amount_text(one.amount_minor, one.currency),
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "source": one.source,
    }


def _hint_values(one: CostHint) -> dict[str, Any]:
    return {code: getattr(one, f"title_{code}") for code in LANGUAGES} | {
        "code": one.code,
        "kind": one.kind.value,
        "force": one.force.value,
        "category": one.category.value if one.category else "",
        "above": amount_text(one.above_cents, Currency.EUR) if one.above_cents else "",
        "source": one.source,
    }


def budget_of(cleaned: _BudgetFields) -> BudgetRules:
    """Read the form; a rate without an amount and a rule without words are removed.

    :raises FieldRefused: a row lacks something, or an amount is none; ``rule`` names the field.
    """
    typed = cleaned.model_dump()
    return BudgetRules(
        odd_cent=cleaned.odd_cent,
        rest=cleaned.rest,
        receipt_years=cleaned.receipt_years,
        approval_days=cleaned.approval_days,
        day_count=cleaned.day_count,
        meal_cuts={meal: typed[meal.value] for meal in Meal},
        day_rates=tuple(_day_rates(typed)),
        hints=tuple(_hints(typed)),
    )


def _filled(typed: Mapping[str, Any], kind: str, *wanted: str, needs: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for name in slot_names(kind):
        row = {key: typed[f"{name}_{key}"] for key in _SLOTS[kind][1]}
        if any(row[key] for key in wanted):
            for key in needs:
                if row[key] in ("", None):
                    raise FieldRefused("required", rule=f"{name}_{key}")
            yield name, row


def _day_rates(typed: Mapping[str, Any]) -> Iterator[DayRate]:
    for name, row in _filled(typed, "day_rate", "amount", needs=("category", "valid_from", "source")):
        first: date = row["valid_from"]
        last: date | None = row["valid_until"]
        if last is not None and last < first:
            raise FieldRefused("day_rate_period", rule=f"{name}_valid_until")
        yield DayRate(
            country=row["country"],
            category=row["category"],
            currency=row["currency"],
            amount_minor=_minor(row["amount"], row["currency"], f"{name}_amount"),
            valid_from=first.isoformat(),
            valid_until=last.isoformat() if last else "",
            source=row["source"],
        )


def _hints(typed: Mapping[str, Any]) -> Iterator[CostHint]:
    taken: set[str] = set()
    for name, row in _filled(typed, "hint", *LANGUAGES, needs=("source",)):
        words = row["nl"] or row["en"] or row["fr"]
        yield CostHint(
            code=_free(row["code"] or slug(row["en"] or words)[:CODE_LENGTH].replace("-", "_") or "rule", taken),
            kind=row["kind"],
            force=row["force"],
            title_nl=words,
            title_fr=row["fr"],
            title_en=row["en"],
            source=row["source"],
            category=row["category"],
            above_cents=_minor(row["above"], Currency.EUR, f"{name}_above") if row["above"] else 0,
        )


def _free(wish: str, taken: set[str]) -> str:
    code, number = wish, 1
    while code in taken:
        number += 1
        code = f"{wish}_{number}"
    taken.add(code)
    return code


def _minor(text: str, currency: Currency, name: str) -> int:
    try:
        return parse_amount(text, currency)
    except AmountIsZero:
        if name.endswith("_above"):
            return 0
        raise FieldRefused("amount_is_zero", rule=name) from None
    except DomainError as refusal:
        raise FieldRefused(refusal.code, rule=name, **refusal.params) from refusal


def budget_choices(locale: str) -> dict[str, list[tuple[object, str]]]:
    """Give the choices of the form in words."""
    return {
        "sides": list(choices(locale, Side)),
        "rest_rules": list(choices(locale, RestRule)),
        "day_counts": list(choices(locale, DayCount)),
        "currencies": list(choices(locale, Currency)),
        "hint_kinds": list(choices(locale, HintKind)),
        "hint_forces": list(choices(locale, HintForce)),
    }
