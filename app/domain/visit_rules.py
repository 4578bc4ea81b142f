"""The rules of a programme about work visits: direction, checklist, unit rates, emissions, identity data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Self

from app.domain.codes import Category, CheckBy, CostUnit, Country
from app.domain.errors import DomainError

LONGEST_LEAD_DAYS: Final = 365
LONGEST_KEEPING_DAYS: Final = 365


class VisitRuleOutOfRange(DomainError):
    """A number of the rules about visits makes no sense; ``rule`` names it."""

    code: ClassVar[str] = "visit_rule"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """Something that each traveller must have ready ``days_before`` the visit starts, and who takes care of it.

    ``countries``: only for visits to one of them; none is everywhere.
    """

    code: str
    title_nl: str
    title_fr: str
    title_en: str
    days_before: int
    by: CheckBy = CheckBy.TRAVELLER
    countries: tuple[Country, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRate:
    """What a unit costs in euro cents, and in which category of the budget it is booked.

    ``country``: only for visits to it; none is everywhere (one for the country goes before it). ``source``: where the
    amount comes from.
    """

    code: str
    title_nl: str
    title_fr: str
    title_en: str
    category: Category
    unit: CostUnit
    amount_cents: int
    country: Country | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """Kilograms of CO2 equivalent per passenger and kilometre of flight, as a decimal number in text.

    ``travel_class`` is "economy" or "business"; ``forcing``: with radiative forcing; ``year`` and ``source`` are shown
    with every figure.
    """

    year: int
    travel_class: str
    kg_per_km: str
    forcing: bool
    source: str


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """What a contribution costs per tonne, in euro cents."""

    cents_per_tonne: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Airport:
    """Where flights to and from a country start and land: its IATA code and its position in degrees, as text.

    Text keeps the digits as they were entered; ``latitude`` and ``longitude`` are north and east.
    """

    code: str
    name: str
    country: Country
    latitude_text: str
    longitude_text: str
    source: str = ""

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return float(self.latitude_text)

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return float(self.longitude_text)


_LISTED: Final = "Lists of airports in public software, not checked against the airport's own publication"
AIRPORTS: Final = (
    Airport("BRU", "Brussels", Country.BELGIUM, "50.9014", "4.4844", _LISTED),
    Airport("KGL", "Kigali", Country.RWANDA, "-1.9686", "30.1395", _LISTED),
    Airport("COO", "Cotonou", Country.BENIN, "6.3572", "2.3845", _LISTED),
)

_DESNZ: Final = (
    "UK government (DESNZ) conversion factors 2025, flights, international to and from places outside the UK, "
    "with radiative forcing"
)
FACTORS: Final = (
    EmissionFactor(2025, "economy", "0.10916", forcing=True, source=_DESNZ),
    EmissionFactor(2025, "business", "0.31656", forcing=True, source=_DESNZ),
)
CARBON_PRICE: Final = CarbonPrice(
    2299, 2024, "Brussels International, annual report 2024: EUR 2,912.52 for 126.7 tonnes of 224 trips"
)


def _item(code: str, titles: tuple[str, str, str], days: int, by: CheckBy, *countries: Country) -> ChecklistItem:
    return ChecklistItem(code, *titles, days_before=days, by=by, countries=countries)


CHECKLIST: Final = (
    _item(
        "passport",
        ("Paspoort nog zes maanden geldig", "Passeport valable encore six mois", "Passport valid for six more months"),
        90,
        CheckBy.TRAVELLER,
    ),
    _item(
        "invitation",
        ("Uitnodigingsbrief ontvangen", "Lettre d’invitation reçue", "Invitation letter received"),
        75,
        CheckBy.HOST_SIDE,
    ),
    _item(
        "visa",
        ("Visum aangevraagd en in orde", "Visa demandé et en ordre", "Visa applied for and in order"),
        30,
        CheckBy.TRAVELLER,
    ),
    _item(
        "vaccination", ("Inentingen nagekeken", "Vaccinations vérifiées", "Vaccinations checked"), 45, CheckBy.TRAVELLER
    ),
    _item(
        "insurance",
        ("Reisverzekering geregeld", "Assurance voyage conclue", "Travel insurance taken out"),
        30,
        CheckBy.TRAVELLING_SIDE,
    ),
    _item("ticket", ("Vluchten geboekt", "Vols réservés", "Flights booked"), 45, CheckBy.TRAVELLING_SIDE),
    _item("stay", ("Verblijf geregeld", "Hébergement réservé", "Accommodation arranged"), 30, CheckBy.HOST_SIDE),
)


@dataclass(frozen=True, slots=True)
class VisitRules:
    """What holds for work visits.

    Source: VVSG, call for SDG partnerships 2024-2025: the visit of year 2 goes the other way than that of year 1
    (``reverse``); its delegation (``delegation_size``) and length (``visit_days``) are numbers of the programme.
    ``identity_days``: how long after a visit identity data of travellers are kept (DESIGN §6). ``lead_days``: how long
    before a visit its delegation and its programme should be known.
    """

    reverse: bool = True
    lead_days: int = 60
    identity_days: int = 60
    checklist: tuple[ChecklistItem, ...] = CHECKLIST
    unit_rates: tuple[UnitRate, ...] = ()
    factors: tuple[EmissionFactor, ...] = FACTORS
    carbon_price: CarbonPrice | None = CARBON_PRICE
    airports: tuple[Airport, ...] = AIRPORTS

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules as they are stored; what is not there has its default."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        if "checklist" in known:
            known["checklist"] = tuple(_checklist_item(one) for one in known["checklist"])
        if "unit_rates" in known:
            known["unit_rates"] = tuple(_unit_rate(one) for one in known["unit_rates"])
        if "factors" in known:
            known["factors"] = tuple(EmissionFactor(**one) for one in known["factors"])
        if "airports" in known:
            known["airports"] = tuple(
                Airport(**{**one, "country": Country(one["country"])}) for one in known["airports"]
            )
        if known.get("carbon_price") is not None:
            known["carbon_price"] = CarbonPrice(**known["carbon_price"])
        return cls(**known)

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        data = asdict(self)
        data["checklist"] = [asdict(one) | {"countries": list(one.countries)} for one in self.checklist]
        data["unit_rates"] = [asdict(one) for one in self.unit_rates]
        data["factors"] = [asdict(one) for one in self.factors]
        data["airports"] = [asdict(one) for one in self.airports]
        return data


def _checklist_item(data: Mapping[str, Any]) -> ChecklistItem:
    countries = tuple(Country(code) for code in data["countries"])
    return ChecklistItem(**{**data, "by": CheckBy(data["by"]), "countries": countries})


def _unit_rate(data: Mapping[str, Any]) -> UnitRate:
    country = Country(data["country"]) if data["country"] else None
    return UnitRate(
        **{**data, "category": Category(data["category"]), "unit": CostUnit(data["unit"]), "country": country}
    )


def check_visit_rules(rules: VisitRules) -> None:
    """Refuse numbers that make no sense.

    :raises VisitRuleOutOfRange: ``rule`` names the first.
    """
    within = {
        "lead_days": 0 <= rules.lead_days <= LONGEST_LEAD_DAYS,
        "identity_days": 0 <= rules.identity_days <= LONGEST_KEEPING_DAYS,
        "checklist": all(0 <= one.days_before <= LONGEST_LEAD_DAYS for one in rules.checklist),
        "unit_rates": all(one.amount_cents >= 0 for one in rules.unit_rates),
        "factors": all(float(one.kg_per_km) > 0 for one in rules.factors),
        "carbon_price": rules.carbon_price is None or rules.carbon_price.cents_per_tonne >= 0,
    }
    for rule, holds in within.items():
        if not holds:
            raise VisitRuleOutOfRange(rule=rule)
