"""The reference facts: counts by province, mergers, links, and a load that does nothing twice."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country
from app.models import Event, LocalGovernment
from app.models.database import data_version, transaction
from app.queries import reference
from app.services import reference as facts
from tests.factories import NOW

LAST_OF_2024 = date(2024, 12, 31)
FIRST_OF_2025 = date(2025, 1, 1)


@pytest.fixture
def loaded(session: Session) -> Session:
    """A session on a database with the reference facts."""
    with transaction(session):
        facts.load(session, now=NOW)
    return session


def by_region(session: Session, day: date, country: Country) -> dict[str, int]:
    return dict(Counter(one.region for one in reference.governments_on(session, day, country)))


def test_there_are_300_municipalities_on_the_last_day_of_2024(loaded: Session) -> None:
    assert len(reference.municipalities_on(loaded, LAST_OF_2024)) == 300
    assert by_region(loaded, LAST_OF_2024, Country.BELGIUM) == {
        "Antwerpen": 69,
        "Vlaams-Brabant": 65,
        "West-Vlaanderen": 64,
        "Oost-Vlaanderen": 60,
        "Limburg": 42,
    }


def test_there_are_285_municipalities_on_the_first_day_of_2025(loaded: Session) -> None:
    assert len(reference.municipalities_on(loaded, FIRST_OF_2025)) == 285
    assert by_region(loaded, FIRST_OF_2025, Country.BELGIUM) == {
        "Antwerpen": 67,
        "Vlaams-Brabant": 63,
        "West-Vlaanderen": 62,
        "Oost-Vlaanderen": 55,
        "Limburg": 38,
    }


def test_the_population_of_flanders_is_the_same_before_and_after_the_mergers(loaded: Session) -> None:
    for day in (LAST_OF_2024, FIRST_OF_2025):
        assert sum(one.population for one in reference.municipalities_on(loaded, day)) == 6_629_143


def test_there_are_30_districts_in_five_provinces(loaded: Session) -> None:
    districts = reference.governments_on(loaded, FIRST_OF_2025, Country.RWANDA)
    assert len(districts) == 30
    assert sum(one.population for one in districts) == 13_246_394
    assert sorted(by_region(loaded, FIRST_OF_2025, Country.RWANDA).values()) == [3, 5, 7, 7, 8]
    assert {"RW-karongi", "RW-bugesera", "RW-gatsibo", "RW-nyanza"} <= {one.code for one in districts}


def test_there_are_77_communes_in_twelve_departments(loaded: Session) -> None:
    communes = reference.governments_on(loaded, FIRST_OF_2025, Country.BENIN)
    assert len(communes) == 77
    assert sum(one.population for one in communes) == 10_008_749
    assert by_region(loaded, FIRST_OF_2025, Country.BENIN) == {
        "Alibori": 6,
        "Atacora": 9,
        "Atlantique": 8,
        "Borgou": 8,
        "Collines": 6,
        "Couffo": 6,
        "Donga": 4,
        "Littoral": 1,
        "Mono": 6,
        "Ouémé": 9,
        "Plateau": 5,
        "Zou": 9,
    }


def test_28_municipalities_merged_into_13(loaded: Session) -> None:
    before = {one.code: one for one in reference.municipalities_on(loaded, LAST_OF_2024)}
    merged = {one.code: one.successor_code for one in before.values() if one.successor_code}
    assert len(merged) == 28
    assert len(set(merged.values())) == 13


@pytest.mark.parametrize(
    ("code", "successor"),
    [
        ("11002", "Antwerpen"),
        ("11007", "Antwerpen"),
        ("23024", "Pajottegem"),
        ("37015", "Tielt"),
        ("44043", "Merelbeke-Melle"),
        ("11056", "Beveren-Kruibeke-Zwijndrecht"),
        ("73083", "Tongeren-Borgloon"),
        ("11001", "Aartselaar"),
    ],
)
def test_a_municipality_is_followed_to_its_successor(loaded: Session, code: str, successor: str) -> None:
    found = reference.successor_of(loaded, code, FIRST_OF_2025)
    assert found is not None
    assert found.name == successor


def test_a_code_means_the_government_of_that_day(loaded: Session) -> None:
    before = reference.government_by_code(loaded, "11002", LAST_OF_2024)
    after = reference.government_by_code(loaded, "11002", FIRST_OF_2025)
    assert before is not None
    assert after is not None
    assert (before.population, after.population) == (529_247, 540_196)
    assert reference.government_by_code(loaded, "44043", FIRST_OF_2025) is None
    assert reference.successor_of(loaded, "99999", FIRST_OF_2025) is None


def test_a_link_is_found_from_both_sides_and_after_a_merger(loaded: Session) -> None:
    of_merged = [link.partner_name for link in reference.city_links_of(loaded, "44088")]
    of_commune = [link.flemish_name for link in reference.city_links_of(loaded, "BJ-0209")]
    assert (of_merged, of_commune) == (["Toucountouna"], ["Merelbeke"])
    assert [link.partner_name for link in reference.city_links_of(loaded, "13025")] == ["Kara Kara", "Santo Tomás"]
    assert reference.city_links_of(loaded, "44040") == []


def test_linked_pairs_follow_mergers(loaded: Session) -> None:
    assert reference.city_link_pairs(loaded) == {
        ("36015", "BJ-0603"),
        ("11055", "BJ-1203"),
        ("44043", "BJ-0209"),
        ("44088", "BJ-0209"),
        ("13014", "BJ-1208"),
        ("34002", "BJ-0406"),
        ("31022", "BJ-0903"),
    }


def test_ranks_are_counted_within_a_country(loaded: Session) -> None:
    ranks = reference.population_ranks(loaded, Country.RWANDA, FIRST_OF_2025)
    gasabo = reference.government_by_code(loaded, "RW-gasabo", FIRST_OF_2025)
    assert gasabo is not None
    assert ranks[gasabo.id] == (1, 30)
    assert sorted(rank for rank, _count in ranks.values()) == list(range(1, 31))


@pytest.mark.parametrize(("locale", "field", "goal"), [("nl", "Burgerparticipatie", "Geen armoede")])
def test_goals_and_policy_fields_come_in_the_readers_language(
    loaded: Session, locale: str, field: str, goal: str
) -> None:
    assert str(reference.policy_fields(loaded, locale)[0].title) == field
    assert str(reference.goals(loaded, locale)[0].title) == goal
    assert len(reference.goals(loaded, locale)) == 17
    assert [one.code for one in reference.associations(loaded)] == ["ancb", "ralga", "vvsg"]


def test_a_second_load_writes_nothing(loaded: Session) -> None:
    assert facts.is_loaded(loaded)
    before = data_version(loaded)
    with transaction(loaded):
        assert facts.load(loaded, now=NOW) == facts.Loaded(0, 0)
    assert data_version(loaded) == before + 1
    assert loaded.scalar(sa.select(sa.func.count()).select_from(Event)) == 1


def test_a_load_mends_what_differs_and_keeps_ids(loaded: Session) -> None:
    row = loaded.scalars(sa.select(LocalGovernment).where(col(LocalGovernment.code) == "11001")).one()
    with transaction(loaded):
        loaded.get_one(LocalGovernment, row.id).name = "Elsewhere"
    assert not facts.is_loaded(loaded)
    with transaction(loaded):
        assert facts.load(loaded, now=NOW) == facts.Loaded(0, 1)
    assert loaded.get_one(LocalGovernment, row.id).name == "Aartselaar"


def test_the_facts_load_on_both_databases(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        with transaction(session):
            assert facts.load(session, now=NOW).added == 481
        assert facts.is_loaded(session)
