"""Emissions of flights: the figures of the programme's facts, and that a stored result is never computed again."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Country
from app.domain.emissions import (
    Emission,
    NoAirport,
    NoFactor,
    airport_of,
    contribution_cents,
    distance_km,
    emission_of,
    factor_of,
)
from app.domain.visit_rules import AIRPORTS, CARBON_PRICE, FACTORS, Airport, CarbonPrice, VisitRules

BRUSSELS, KIGALI, COTONOU = AIRPORTS
ECONOMY, BUSINESS = FACTORS
places = st.builds(
    lambda latitude, longitude: Airport("XXX", "X", Country.BELGIUM, f"{latitude:.4f}", f"{longitude:.4f}"),
    st.floats(-90, 90),
    st.floats(-180, 180),
)


@pytest.mark.parametrize(("there", "kilometres", "kg"), [(KIGALI, 6362, 1389), (COTONOU, 4957, 1082)])
def test_distance_and_emission_from_brussels_are_those_of_the_facts(there: Airport, kilometres: int, kg: int) -> None:
    emission = emission_of(BRUSSELS, there, travellers=1, factor=ECONOMY, price=CARBON_PRICE)
    assert (emission.distance_km, emission.whole_kg) == (kilometres, kg)


def test_three_travellers_to_kigali() -> None:
    emission = emission_of(BRUSSELS, KIGALI, travellers=3, factor=ECONOMY, price=CARBON_PRICE)
    assert emission == Emission("BRU", "KGL", 6362, 3, ECONOMY, "4166.85552", CARBON_PRICE, 9580)


def test_without_a_price_there_is_no_contribution() -> None:
    emission = emission_of(BRUSSELS, KIGALI, travellers=3, factor=ECONOMY, price=None)
    assert emission.contribution_cents is None
    assert Emission.from_data(emission.to_data()) == emission


def test_a_stored_emission_is_what_it_was_computed_with() -> None:
    emission = emission_of(BRUSSELS, KIGALI, travellers=3, factor=BUSINESS, price=CARBON_PRICE)
    assert Emission.from_data(emission.to_data()) == emission


@pytest.mark.parametrize(("kg", "cents"), [("500", 0), ("1500", 2), ("2500", 2), ("3500", 4)])
def test_half_a_cent_goes_to_the_even_one(kg: str, cents: int) -> None:
    assert contribution_cents(Decimal(kg), CarbonPrice(1, 2026, "test")) == cents


@given(places, places)
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(here: Airport, there: Airport) -> None:
    assert distance_km(here, there) == distance_km(there, here)
    assert 0 <= distance_km(here, there) <= 20016
    assert distance_km(here, here) == 0


def test_the_latest_factor_counts_and_radiative_forcing_before_none() -> None:
    older, bare = replace(ECONOMY, year=2024), replace(ECONOMY, forcing=False)
    assert factor_of([older, bare, ECONOMY, BUSINESS], "economy") == ECONOMY
    with pytest.raises(NoFactor):
        factor_of([BUSINESS], "economy")


def test_a_country_without_an_airport_is_refused() -> None:
    assert airport_of(AIRPORTS, Country.BENIN) == COTONOU
    with pytest.raises(NoAirport):
        airport_of([BRUSSELS], Country.BENIN)


def test_airports_are_rules_like_any_other() -> None:
    rules = VisitRules(airports=(BRUSSELS,))
    assert VisitRules.from_data(rules.to_data()) == rules
    assert VisitRules.from_data({}).airports == AIRPORTS
