"""The staff form of the rules about the budget: what is typed holds, is versioned in words, and stays with the rest."""

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.budget_rules import HINTS, BudgetRules, DayRate
from app.domain.codes import Category, Country, Currency, DayCount, HintForce, HintKind, Meal, RestRule, Side
from app.domain.programme import Rules
from app.domain.visit_rules import VisitRules
from app.language.catalogues import LOCALES
from app.language.settings_words import setting_name, setting_path
from app.models import Programme
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.services import programmes
from app.services.programmes import Edit
from app.web.budget_rules_form import amount_text
from tests import pages
from tests.factories import NOW, number
from tests.personas import World, sign_in

PATH = "/staff/programme/test/parts/budget"
RATE = {
    "day_rate_1_country": "BJ",
    "day_rate_1_category": "2",
    "day_rate_1_currency": "USD",
    "day_rate_1_amount": "61,50",
    "day_rate_1_valid_from": "2027-01-01",
    "day_rate_1_valid_until": "2027-12-31",
    "day_rate_1_source": "Decree",
}


class _Fields(HTMLParser):
    """Collect the values of a page's form."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take inputs, and of selects the option that is selected, else the first."""
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("name"):
            self.values[found["name"]] = found.get("value", "")
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and self._select and ("selected" in found or self._select not in self.values):
            self.values[self._select] = found.get("value", "")


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    return lambda who: sign_in(new_client(), app, getattr(world, who))


def shown(browser: TestClient) -> dict[str, str]:
    """Give the form as the page shows it."""
    parser = _Fields()
    parser.feed(browser.get(PATH).text.partition('method="post"')[2])
    return parser.values


def rules(session: Session, world: World) -> Rules:
    session.rollback()
    return Rules.from_data(session.get_one(Programme, number(world.programme), populate_existing=True).rules)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_form_as_shown_changes_nothing(
    as_person: Callable[[str], TestClient], session: Session, world: World, locale: str
) -> None:
    browser = as_person("vvsg_staff")
    browser.get(f"/?lang={locale}")
    pages.get(browser, PATH, heavy=True)
    assert browser.post(PATH, data=shown(browser)).status_code == 303
    assert rules(session, world).budget == BudgetRules()


def test_all_that_is_typed_is_saved_and_named_in_the_versions(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    browser = as_person("vvsg_staff")
    typed = shown(browser) | RATE
    typed |= {"odd_cent": "partner", "rest": "carried_over", "receipt_years": "10", "approval_days": "3"}
    typed |= {"day_count": "every_day", "breakfast": "10", "lunch": "30", "dinner": "40", "reason": "New decree"}
    typed |= {f"hint_{place}_{code}": "" for place in range(2, 21) for code in ("nl", "fr", "en")}
    typed |= {"hint_1_en": "Only so", "hint_1_kind": "offers", "hint_1_force": "refuses", "hint_1_above": "1.250,50"}
    typed |= {"hint_1_category": "travel", "hint_1_source": "Decree"}
    assert browser.post(PATH, data=typed).status_code == 303
    first = replace(HINTS[0], title_en="Only so", kind=HintKind.OFFERS, force=HintForce.REFUSES)
    assert rules(session, world).budget == BudgetRules(
        odd_cent=Side.PARTNER,
        rest=RestRule.CARRIED_OVER,
        receipt_years=10,
        approval_days=3,
        day_count=DayCount.EVERY_DAY,
        meal_cuts={Meal.BREAKFAST: 10, Meal.LUNCH: 30, Meal.DINNER: 40},
        day_rates=(DayRate(Country.BENIN, "2", Currency.USD, 61_50, "2027-01-01", "2027-12-31", "Decree"),),
        hints=(replace(first, category=Category.TRAVEL, above_cents=1_250_50, source="Decree"),),
    )
    browser.get("/?lang=en")
    versions = browser.get("/staff/programme/test/versions").text
    assert "New decree" in versions
    for words in ("Rules › Budget › Day rates › 1 › From", "Breakfast", "Kind of rule", "Which days give a day allow"):
        assert words in versions


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day_rate_1_source": ""}, "day_rate_1_source"),
        ({"day_rate_1_category": ""}, "day_rate_1_category"),
        ({"day_rate_1_valid_from": ""}, "day_rate_1_valid_from"),
        ({"day_rate_1_valid_until": "2026-12-31"}, "day_rate_1_valid_until"),
        ({"day_rate_1_amount": "abc"}, "day_rate_1_amount"),
        ({"day_rate_1_amount": "0"}, "day_rate_1_amount"),
        ({"day_rate_1_amount": "61,50", "day_rate_1_currency": "RWF"}, "day_rate_1_amount"),
        ({"breakfast": "60", "lunch": "60"}, "dinner"),
        ({"receipt_years": "0"}, "receipt_years"),
        ({"approval_days": "91"}, "approval_days"),
        ({"hint_1_source": ""}, "hint_1_source"),
        ({"hint_1_above": "x"}, "hint_1_above"),
    ],
)
def test_a_fault_stands_at_its_field(
    as_person: Callable[[str], TestClient], session: Session, world: World, wrong: dict[str, str], field: str
) -> None:
    browser = as_person("vvsg_staff")
    answer = browser.post(PATH, data=shown(browser) | RATE | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert rules(session, world).budget == BudgetRules()


def test_the_other_forms_keep_the_rules_about_the_budget(session: Session, world: World) -> None:
    actor = actor_of_person(session, number(world.vvsg_staff))
    kept = replace(
        BudgetRules(), receipt_years=9, day_rates=(DayRate(Country.RWANDA, "1", Currency.RWF, 5, "2027-01-01"),)
    )

    def edit() -> Edit:
        version = session.get_one(Programme, number(world.programme)).version
        return Edit(number(world.programme), version, actor, NOW)

    with transaction(session):
        programmes.save_budget(session, edit(), kept)
    with transaction(session):
        programmes.save_visits(session, edit(), VisitRules(lead_days=77))
    with transaction(session):
        programmes.save_rules(session, edit(), Rules(visit_days=6))
    found = rules(session, world)
    assert (found.budget, found.visits.lead_days, found.visit_days) == (kept, 77, 6)
    with transaction(session):
        programmes.save_budget(session, edit(), BudgetRules())
    assert (rules(session, world).visits.lead_days, rules(session, world).visit_days) == (77, 6)


def test_every_field_of_the_rules_has_words() -> None:
    for name in (*BudgetRules.__dataclass_fields__, *DayRate.__dataclass_fields__, *Meal):
        assert setting_name("nl", name) != name
    assert setting_path("en", ("rules", "budget", "hints", "vat", "kind")).endswith("Kind of rule")
    assert setting_name("en", "day_rate_3_valid_from") == "Day rate 3: From"


@pytest.mark.parametrize("minor", [0, 1, 99, 100, 61_50, 1_250_50])
def test_an_amount_is_written_as_it_is_read(minor: int) -> None:
    assert amount_text(minor, Currency.USD).replace(",", ".") == (
        f"{minor / 100:.2f}" if minor % 100 else str(minor // 100)
    )


@pytest.mark.parametrize("who", ["karongi_coordinator", "ralga_staff", "auditor"])
def test_nobody_else_finds_the_form(as_person: Callable[[str], TestClient], who: str) -> None:
    assert as_person(who).get(PATH).status_code == 404
