"""Day allowances of a visit: who sees them, what a claim of one holds, and that no day is claimed twice."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.budget_rules import DayRate
from app.domain.claims import NewLine
from app.domain.codes import Category, ClaimState, Country, Currency, Meal, Role
from app.domain.money import Rate, RateNeeded
from app.domain.per_diem import AllowanceChanged, AllowanceIncomplete, AllowanceNothing, DayClaimed
from app.domain.programme import Rules
from app.language.catalogues import LOCALES
from app.models import Claim, ClaimLine, ExchangeRate, Person, Programme
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import claims, day_allowances
from app.services.day_allowances import Wanted, allowance_of, seen_of
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.visit_costs_kit import Journey, plan_visit
from tests.integration.visit_kit import seen
from tests.personas import World, build_world, sign_in

RATE = DayRate(Country.RWANDA, "1", Currency.USD, 50_25, "2026-01-01", "", "Invented")
"""Fifty dollars and a quarter."""


def set_rates(session: Session, world: World, *rates: DayRate) -> None:
    """Give the programme day rates."""
    with transaction(session):
        programme = session.get_one(Programme, number(world.programme))
        rules = Rules.from_data(programme.rules)
        programme.rules = replace(rules, budget=replace(rules.budget, day_rates=rates)).to_data()


def put_rate(session: Session, value: str = "1.25") -> None:
    """Put a rate of the dollar in the list."""
    with transaction(session):
        session.add(
            ExchangeRate(currency=Currency.USD, rate_date=NOW.date(), value=value, source="ECB", entered_at=NOW)
        )


def visit_with_rates(session: Session, world: World) -> tuple[Journey, VisitFacts]:
    """Plan the visit of Gamma to Karongi, with a day rate and an exchange rate."""
    journey = plan_visit(session, world)
    set_rates(session, world, RATE)
    put_rate(session)
    return journey, seen(session, world.gamma_coordinator, journey.number)


def wanted(visit: VisitFacts, traveller: TravellerFacts | None = None, **changes: object) -> Wanted:
    """Want the allowance of the first traveller, without meals."""
    allowance = allowance_of(visit, "1", {})
    made = Wanted(traveller or visit.travellers[0], "1", {}, seen_of(allowance), "Day allowances", "Day allowance")
    return replace(made, **changes)  # type: ignore[arg-type]


def claim(session: Session, visit: VisitFacts, what: Wanted, by: Person) -> int:
    """Claim it; give the number of the claim."""
    with transaction(session):
        return day_allowances.claim(session, visit, what, actor=actor_of_person(session, number(by)), now=NOW)


def lines(session: Session) -> list[ClaimLine]:
    session.rollback()
    return list(session.scalars(sa.select(ClaimLine).order_by(col(ClaimLine.id))))


def test_an_allowance_becomes_a_line_with_its_reasons(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as session:
        world = build_world(session)
        _, visit = visit_with_rates(session, world)
        meals = {day: frozenset({Meal.LUNCH}) for day in (date(2027, 1, 1), *_days(visit)[:1])}
        allowance = allowance_of(visit, "1", meals)
        what = wanted(visit, meals=meals, seen=seen_of(allowance))
        claim(session, visit, what, world.gamma_coordinator)
        (line,) = lines(session)
        days = _days(visit)
        exact = Decimal("50.25") * (len(days) - 1) + Decimal("50.25") * Decimal("0.65")
        assert line.amount_minor == round(exact * 100)
        assert (line.category, line.currency, line.rate, line.rate_source) == (Category.STAY, "USD", "1.25", "ECB")
        assert line.per_diem is not None
        assert [one["day"] for one in line.per_diem["days"]] == [day.isoformat() for day in days]  # type: ignore[attr-defined]
        assert line.per_diem["days"][0]["meals"] == ["lunch"]  # type: ignore[index]
        assert line.per_diem["traveller"] == visit.travellers[0].id
        assert "name" not in line.per_diem


def test_a_day_of_a_traveller_is_claimed_once(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as session:
        world = build_world(session)
        _, visit = visit_with_rates(session, world)
        first = claim(session, visit, wanted(visit), world.gamma_coordinator)
        with pytest.raises(DayClaimed) as refused:
            claim(session, visit, wanted(visit), world.vvsg_staff)
        assert refused.value.params["number"] == str(first)
        second = claim(session, visit, wanted(visit, visit.travellers[1]), world.gamma_coordinator)
        assert second != first
        assert len(lines(session)) == 2


def test_a_claim_that_was_withdrawn_holds_no_day(session: Session, world: World) -> None:
    _, visit = visit_with_rates(session, world)
    claim(session, visit, wanted(visit), world.gamma_coordinator)
    with transaction(session):
        session.execute(sa.update(Claim).values(state=ClaimState.WITHDRAWN))
    claim(session, visit, wanted(visit), world.gamma_coordinator)
    assert len(lines(session)) == 2


def test_a_line_goes_to_an_own_draft_of_the_same_visit_and_person(session: Session, world: World) -> None:
    _, visit = visit_with_rates(session, world)
    first = claim(session, visit, wanted(visit), world.gamma_coordinator)
    with transaction(session):
        row = session.scalars(sa.select(Claim)).one()
        actor = actor_of_person(session, number(world.gamma_coordinator))
        claims.remove_line(session, number(row), number(lines(session)[0]), actor=actor, now=NOW)
        bus = NewLine(Category.TRAVEL, "Bus", NOW.date(), Currency.EUR, 500)
        claims.add_line(session, number(row), bus, actor=actor, now=NOW)
    assert claim(session, visit, wanted(visit, claim_id=row.id), world.gamma_coordinator) == first
    assert [line.position for line in lines(session)] == [1, 2]
    with pytest.raises(NotAllowed):
        claim(session, visit, wanted(visit, visit.travellers[1], claim_id=999), world.gamma_coordinator)


def test_what_is_claimed_is_what_was_on_the_page(session: Session, world: World) -> None:
    journey, visit = visit_with_rates(session, world)
    set_rates(session, world, replace(RATE, amount_minor=60_00))
    changed = seen(session, world.gamma_coordinator, journey.number)
    with pytest.raises(AllowanceChanged):
        claim(session, changed, wanted(visit), world.gamma_coordinator)


def test_without_a_day_rate_nothing_is_claimed(session: Session, world: World) -> None:
    journey, visit = visit_with_rates(session, world)
    set_rates(session, world)
    bare = seen(session, world.gamma_coordinator, journey.number)
    with pytest.raises(AllowanceIncomplete):
        claim(session, bare, wanted(visit), world.gamma_coordinator)
    fed = {day: frozenset(Meal) for day in _days(visit)}
    rules = replace(visit.rules, budget=replace(visit.rules.budget, meal_cuts={Meal.DINNER: 100}))
    with pytest.raises(AllowanceNothing):
        claim(session, replace(visit, rules=rules), wanted(visit, meals=fed), world.gamma_coordinator)
    assert lines(session) == []


def test_without_an_exchange_rate_one_is_written(session: Session, world: World) -> None:
    journey = plan_visit(session, world)
    set_rates(session, world, RATE)
    visit = seen(session, world.gamma_coordinator, journey.number)
    with pytest.raises(RateNeeded):
        claim(session, visit, wanted(visit), world.gamma_coordinator)
    own = Rate(Decimal("1.1"), "Bank", NOW.date())
    claim(session, visit, wanted(visit, rate=own), world.gamma_coordinator)
    assert (lines(session)[0].rate, lines(session)[0].rate_source) == ("1.1", "Bank")


@pytest.mark.parametrize("who", ["karongi_coordinator", "ralga_staff", "auditor", "outsider"])
def test_others_do_not_claim_it(session: Session, world: World, who: str) -> None:
    _, visit = visit_with_rates(session, world)
    with pytest.raises(NotAllowed):
        claim(session, visit, wanted(visit), getattr(world, who))
    assert lines(session) == []


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    return lambda who: sign_in(new_client(), app, getattr(world, who))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("rated", [True, False])
def test_the_pages_hold(
    as_person: Callable[[str], TestClient], session: Session, world: World, locale: str, rated: bool
) -> None:
    journey, visit = visit_with_rates(session, world)
    if not rated:
        set_rates(session, world)
    browser = as_person("gamma_coordinator")
    browser.get(f"/?lang={locale}")
    pages.get(browser, journey.path)
    pages.get(browser, f"{journey.path}/allowances")
    page = pages.get(browser, f"{journey.path}/allowances/{visit.travellers[0].id}?meals={_days(visit)[0]}:lunch")
    assert ('name="seen"' in page.html) is rated


def test_a_coordinator_claims_from_the_page_once(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    journey, visit = visit_with_rates(session, world)
    browser = as_person("gamma_coordinator")
    path = f"{journey.path}/allowances/{visit.travellers[0].id}"
    page = pages.get(browser, f"{path}?meals={_days(visit)[0]}:dinner")
    sent = {
        name: re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', page.html)
        for name in ("form_key", "seen", "category", "meals")
    }
    assert sent["meals"] == [f"{_days(visit)[0]}:dinner"]
    for _ in range(2):
        answer = browser.post(path, data=sent)
        assert answer.status_code == 303
    assert len(lines(session)) == 1
    assert "45" in browser.get(answer.headers["location"]).text
    assert 'name="seen"' not in pages.get(browser, path).html
    again = browser.post(path, data=sent | {"form_key": "another-key-of-the-page"})
    assert again.status_code == 422
    assert len(lines(session)) == 1


@pytest.mark.parametrize("who", ["karongi_coordinator", "nikki_coordinator", "candidate_of_a", "outsider"])
def test_others_find_no_such_page(
    as_person: Callable[[str], TestClient], session: Session, world: World, who: str
) -> None:
    journey, visit = visit_with_rates(session, world)
    browser = as_person(who)
    assert browser.get(f"{journey.path}/allowances").status_code == 404
    path = f"{journey.path}/allowances/{visit.travellers[0].id}"
    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"seen": "x", "form_key": "key-of-somebody"}).status_code == 404


def test_a_traveller_sees_only_the_own_allowance(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World
) -> None:
    journey, visit = visit_with_rates(session, world)
    with transaction(session):
        own = factories.member(session, Role.PARTICIPANT, name="Participant of Gamma", government=world.gamma)
        session.flush()
        session.execute(
            sa.text("UPDATE traveller SET person_id = :person WHERE id = :id"),
            {"person": number(own), "id": visit.travellers[0].id},
        )
    browser = sign_in(new_client(), app, own)
    assert pages.get(browser, f"{journey.path}/allowances/{visit.travellers[0].id}").status == 200
    assert browser.get(f"{journey.path}/allowances/{visit.travellers[1].id}").status_code == 404
    assert visit.travellers[1].name not in pages.get(browser, f"{journey.path}/allowances").html
    again = seen(session, own, journey.number)
    claim(session, again, wanted(again), own)
    session.rollback()
    assert session.scalars(sa.select(col(Claim.beneficiary_id))).one() == own.id


def _days(visit: VisitFacts) -> list[date]:
    return [one.day for one in allowance_of(visit, "1", {}).days]
