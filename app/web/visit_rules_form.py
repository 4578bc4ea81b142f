"""The form of the rules about work visits: numbers, checklist, unit rates, factors, price per tonne, airports."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, create_model
from pydantic_core import PydanticCustomError

from app.domain.codes import Category, CheckBy, CostUnit, Country, Currency
from app.domain.errors import DomainError
from app.domain.money import AmountIsZero, parse_amount
from app.domain.programme import Rules
from app.domain.slugs import slug
from app.domain.visit_rules import (
    LONGEST_KEEPING_DAYS,
    LONGEST_LEAD_DAYS,
    Airport,
    CarbonPrice,
    ChecklistItem,
    EmissionFactor,
    UnitRate,
    VisitRules,
)
from app.language.catalogues import gettext
from app.language.labels import choices
from app.language.visit_cost_words import CLASSES
from app.web.forms import FieldRefused
from app.web.programme_forms import LANGUAGES, SettingsForm
from app.web.visit_estimate_form import price_text

RATES: Final = 20
CHECKS: Final = 14
FACTORS: Final = 6
AIRPORTS: Final = 6
CODE_LENGTH: Final = 28
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def _number(least: str, most: str) -> Any:  # noqa: ANN401 - a type with its check
    def read(text: str) -> str:
        if not text:
            return text
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise PydanticCustomError("decimal_parsing", "no number") from None
        if not (value.is_finite() and Decimal(least) <= value <= Decimal(most)):
            raise PydanticCustomError("decimal_parsing", "no number")
        return format(value, "f")

    return Annotated[str, Field(max_length=20), AfterValidator(read)]


def _read_amount(text: str) -> str:
    if text:
        cents_of(text)
    return text


def cents_of(text: str) -> int:
    """Read an amount in euro; nothing at all is 0."""
    try:
        return parse_amount(text, Currency.EUR)
    except AmountIsZero:
        return 0
    except DomainError as refusal:
        raise PydanticCustomError("decimal_parsing", "no amount") from refusal


_Amount = Annotated[str, Field(max_length=20), AfterValidator(_read_amount)]
_Words = Annotated[str, Field(max_length=160)]
_Code = Annotated[str, Field(max_length=32)]
_Source = Annotated[str, Field(max_length=300)]
_Year = Annotated[int, Field(ge=_FIRST_YEAR, le=_LAST_YEAR)]
_YesNo = Literal["yes", "no"]
_SLOTS: Final[Mapping[str, tuple[int, Mapping[str, Any]]]] = {
    "check": (
        CHECKS,
        {
            **dict.fromkeys(LANGUAGES, (_Words, "")),
            "code": (_Code, ""),
            "days_before": (Annotated[int, Field(ge=0, le=LONGEST_LEAD_DAYS)], 30),
            "by": (CheckBy, CheckBy.TRAVELLER),
            "countries": (list[Country], []),
        },
    ),
    "rate": (
        RATES,
        {
            **dict.fromkeys(LANGUAGES, (_Words, "")),
            "code": (_Code, ""),
            "category": (Category, Category.OTHER),
            "unit": (CostUnit, CostUnit.TRAVELLER),
            "amount": (_Amount, ""),
            "country": (Country | None, None),
            "source": (_Source, ""),
        },
    ),
    "factor": (
        FACTORS,
        {
            "year": (_Year | None, None),
            "travel_class": (Literal["economy", "business"], "economy"),
            "kg_per_km": (_number("0.00001", "10"), ""),
            "forcing": (_YesNo, "yes"),
            "source": (_Source, ""),
        },
    ),
    "airport": (
        AIRPORTS,
        {
            "code": (Annotated[str, Field(max_length=3)], ""),
            "name": (Annotated[str, Field(max_length=80)], ""),
            "country": (Country, Country.BELGIUM),
            "latitude": (_number("-90", "90"), ""),
            "longitude": (_number("-180", "180"), ""),
            "source": (_Source, ""),
        },
    ),
}


class _VisitFields(SettingsForm):
    reverse: _YesNo = "no"
    lead_days: Annotated[int, Field(ge=0, le=LONGEST_LEAD_DAYS)]
    identity_days: Annotated[int, Field(ge=0, le=LONGEST_KEEPING_DAYS)]
    price_amount: _Amount = ""
    price_year: _Year | None = None
    price_source: _Source = ""


def _fields() -> dict[str, Any]:
    return {
        f"{kind}_{place}_{name}": field
        for kind, (count, slot) in _SLOTS.items()
        for place in range(1, count + 1)
        for name, field in slot.items()
    }


VisitRulesForm: type[_VisitFields] = create_model("VisitRulesForm", __base__=_VisitFields, **_fields())


def slot_names(kind: str) -> list[str]:
    """Give the names of the rows of a kind: check, rate, factor, airport."""
    return [f"{kind}_{place}" for place in range(1, _SLOTS[kind][0] + 1)]


def visit_values(rules: Rules) -> dict[str, Any]:
    """Give what the form shows."""
    visits = rules.visits
    price = visits.carbon_price
    values: dict[str, Any] = dict.fromkeys(_fields(), "")
    values |= {
        "reverse": "yes" if visits.reverse else "no",
        "lead_days": str(visits.lead_days),
        "identity_days": str(visits.identity_days),
        "price_amount": price_text(price.cents_per_tonne) if price else "",
        "price_year": str(price.year) if price else "",
        "price_source": price.source if price else "",
    }
    values |= _rows("check", [_check_values(one) for one in visits.checklist])
    values |= _rows("rate", [_rate_values(one) for one in visits.unit_rates])
    values |= _rows("factor", [_factor_values(one) for one in visits.factors])
    return values | _rows("airport", [_airport_values(one) for one in visits.airports])


def _rows(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{slot}_{name}": value
        for slot, row in zip(slot_names(kind), rows, strict=False)
        for name, value in row.items()
    }


def _titles(one: ChecklistItem | UnitRate) -> dict[str, str]:
    return {code: getattr(one, f"title_{code}") for code in LANGUAGES}


def _check_values(one: ChecklistItem) -> dict[str, Any]:
    countries = [country.value for country in one.countries]
    own = {"code": one.code, "days_before": str(one.days_before), "by": one.by.value, "countries": countries}
    return _titles(one) | own


def _rate_values(one: UnitRate) -> dict[str, Any]:
    return _titles(one) | {
        "code": one.code,
        "category": one.category.value,
        "unit": one.unit.value,
        "amount": price_text(one.amount_cents),
        "country": one.country.value if one.country else "",
        "source": one.source,
    }


def _factor_values(one: EmissionFactor) -> dict[str, Any]:
    return {
        "year": str(one.year),
        "travel_class": one.travel_class,
        "kg_per_km": one.kg_per_km,
        "forcing": "yes" if one.forcing else "no",
        "source": one.source,
    }


def _airport_values(one: Airport) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "country": one.country.value,
        "latitude": one.latitude_text,
        "longitude": one.longitude_text,
        "source": one.source,
    }


def visits_of(cleaned: _VisitFields) -> VisitRules:
    """Read the form; a row whose first words are empty is removed, a new one gets its code from its title."""
    typed = cleaned.model_dump()
    return VisitRules(
        reverse=cleaned.reverse == "yes",
        lead_days=cleaned.lead_days,
        identity_days=cleaned.identity_days,
        checklist=tuple(_checks(typed)),
        unit_rates=tuple(_rates(typed)),
        factors=tuple(_factors(typed)),
        carbon_price=_price(cleaned),
        airports=tuple(_airports(typed)),
    )


def _price(cleaned: _VisitFields) -> CarbonPrice | None:
    if not cleaned.price_amount:
        return None
    if cleaned.price_year is None:
        raise FieldRefused("required", rule="price_year")
    return CarbonPrice(cents_of(cleaned.price_amount), cleaned.price_year, cleaned.price_source)


def _filled(typed: Mapping[str, Any], kind: str, *wanted: str, needs: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Give the rows of a kind of which one of the ``wanted`` fields is filled.

    :raises FieldRefused: one of the fields that such a row ``needs`` is empty; ``rule`` names it.
    """
    for slot in slot_names(kind):
        row = {name: typed[f"{slot}_{name}"] for name in _SLOTS[kind][1]}
        if any(row[name] for name in wanted):
            for name in needs:
                if row[name] in ("", None):
                    raise FieldRefused("required", rule=f"{slot}_{name}")
            yield row


def _named(row: Mapping[str, Any], taken: set[str]) -> dict[str, str]:
    first = row["nl"] or row["en"] or row["fr"]
    wish = row["code"] or slug(row["en"] or first)[:CODE_LENGTH].replace("-", "_") or "item"
    code, number = wish, 1
    while code in taken:
        number += 1
        code = f"{wish}_{number}"
    taken.add(code)
    return {"code": code, "title_nl": first, "title_fr": row["fr"], "title_en": row["en"]}


def _checks(typed: Mapping[str, Any]) -> Iterator[ChecklistItem]:
    taken: set[str] = set()
    for row in _filled(typed, "check", *LANGUAGES):
        yield ChecklistItem(
            **_named(row, taken),
            days_before=row["days_before"],
            by=row["by"],
            countries=tuple(sorted(set(row["countries"]))),
        )


def _rates(typed: Mapping[str, Any]) -> Iterator[UnitRate]:
    """Give the rates; the same code may come once for everywhere and once for each country."""
    taken: dict[Country | None, set[str]] = {}
    for row in _filled(typed, "rate", *LANGUAGES, needs=("amount",)):
        yield UnitRate(
            **_named(row, taken.setdefault(row["country"], set())),
            category=row["category"],
            unit=row["unit"],
            amount_cents=cents_of(row["amount"]),
            country=row["country"],
            source=row["source"],
        )


def _factors(typed: Mapping[str, Any]) -> Iterator[EmissionFactor]:
    for row in _filled(typed, "factor", "kg_per_km", needs=("year", "source")):
        forcing = row["forcing"] == "yes"
        yield EmissionFactor(row["year"], row["travel_class"], row["kg_per_km"], forcing, row["source"])


def _airports(typed: Mapping[str, Any]) -> Iterator[Airport]:
    for row in _filled(typed, "airport", "code", needs=("latitude", "longitude")):
        name = row["name"] or row["code"]
        yield Airport(row["code"].upper(), name, row["country"], row["latitude"], row["longitude"], row["source"])


def visit_choices(locale: str) -> dict[str, list[tuple[object, str]]]:
    """Give the choices of the form in words."""
    return {
        "units": list(choices(locale, CostUnit)),
        "categories": list(choices(locale, Category)),
        "visit_countries": list(choices(locale, Country)),
        "doers": list(choices(locale, CheckBy)),
        "classes": [(code, gettext(locale, words)) for code, words in CLASSES.items()],
    }
