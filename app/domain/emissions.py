"""What the flights of a visit emit: great-circle distance by a stored factor, and what a contribution would cost."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any, ClassVar, Final, Self

from app.domain.codes import Country
from app.domain.errors import DomainError
from app.domain.visit_rules import Airport, CarbonPrice, EmissionFactor

EARTH_RADIUS_KM: Final = 6371.0088
"""The mean radius of the earth. Source: IUGG, Geodetic Reference System 1980 (R1)."""
FLIGHTS: Final = 2
KG_PER_TONNE: Final = Decimal(1000)


class NoAirport(DomainError):
    """No airport is set for ``country``, so that no distance can be computed."""

    code: ClassVar[str] = "no_airport"


class NoFactor(DomainError):
    """No emission factor is set for this class of travel."""

    code: ClassVar[str] = "no_factor"


@dataclass(frozen=True, slots=True)
class Emission:
    """What the return flights of ``travellers`` emit, with everything that it was computed from.

    ``distance_km`` is one way; ``kg`` are kilograms of CO2 equivalent as a decimal number in text, exact.
    ``contribution_cents`` is none where no price per tonne is set.
    """

    origin: str
    destination: str
    distance_km: int
    travellers: int
    factor: EmissionFactor
    kg: str
    price: CarbonPrice | None
    contribution_cents: int | None

    @property
    def whole_kg(self) -> int:
        """The kilograms, rounded half to even."""
        return int(Decimal(self.kg).quantize(Decimal(1), ROUND_HALF_EVEN))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what was stored; it is not computed again."""
        price = CarbonPrice(**data["price"]) if data["price"] else None
        return cls(**{**data, "factor": EmissionFactor(**data["factor"]), "price": price})

    def to_data(self) -> dict[str, Any]:
        """Give plain values, to be stored."""
        return asdict(self)


def distance_km(origin: Airport, destination: Airport) -> int:
    """Give the great-circle distance in whole kilometres (haversine on a sphere of the mean earth radius)."""
    south, north = radians(origin.latitude), radians(destination.latitude)
    across = radians(destination.longitude - origin.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(min(half, 1.0))))


def airport_of(airports: Sequence[Airport], country: Country) -> Airport:
    """Give the airport of a country, the first where there are several.

    :raises NoAirport: none is set.
    """
    for one in airports:
        if one.country is country:
            return one
    raise NoAirport(country=country)


def factor_of(factors: Sequence[EmissionFactor], travel_class: str) -> EmissionFactor:
    """Give the factor of the latest year for a class of travel; with radiative forcing before one without.

    :raises NoFactor: none is set.
    """
    found = [one for one in factors if one.travel_class == travel_class]
    if not found:
        raise NoFactor
    return max(found, key=lambda one: (one.year, one.forcing))


def emission_of(
    origin: Airport, destination: Airport, *, travellers: int, factor: EmissionFactor, price: CarbonPrice | None
) -> Emission:
    """Compute what return flights emit: whole kilometres, there and back, times travellers, times the factor.

    The factors hold an uplift for detours already: none is added. The contribution is rounded once, half to even.
    """
    distance = distance_km(origin, destination)
    kg = distance * FLIGHTS * travellers * Decimal(factor.kg_per_km)
    cents = None if price is None else contribution_cents(kg, price)
    return Emission(origin.code, destination.code, distance, travellers, factor, format(kg, "f"), price, cents)


def contribution_cents(kg: Decimal, price: CarbonPrice) -> int:
    """Give what a contribution for so many kilograms costs, in euro cents, rounded half to even."""
    return int((kg / KG_PER_TONNE * price.cents_per_tonne).quantize(Decimal(1), ROUND_HALF_EVEN))
