"""A visit of Gamma to Karongi with three travellers, unit rates and open halves of the budget."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Facts, Scope
from app.domain.codes import Category, CostUnit, Representing, SessionKind, Side
from app.domain.programme import Rules
from app.domain.visit_rules import UnitRate
from app.models import Allotment, LedgerEntry, Programme
from app.models.database import transaction
from app.queries.partnerships import partnership_by_slug
from app.queries.people import actor_of_person
from app.queries.visits import TravellerFacts, VisitFacts, visit_of
from app.services import agenda, budget
from app.services.visit_delegation import TravellerWords, add_traveller
from app.services.visit_estimates import Draft, approve, proposal_of, save
from tests.factories import NOW, number
from tests.personas import World

KEY, OTHER_KEY = "a2V5LW9mLXRoZS10ZXN0cy0tLS0tLS0tLS0tLS0tLS0=", "b3RoZXIta2V5LW9mLXRoZS10ZXN0cy0tLS0tLS0tLS0="
SLUG = "gamma-karongi"


def rate(code: str, category: Category, unit: CostUnit, cents: int) -> UnitRate:
    """Give a unit rate of the tests."""
    return UnitRate(code, f"{code} nl", f"{code} fr", f"{code} en", category, unit, cents, source="invented")


RATES = (
    rate("flight", Category.TRAVEL, CostUnit.TRAVELLER, 85_000),
    rate("night", Category.STAY, CostUnit.TRAVELLER_NIGHT, 9_000),
    rate("day", Category.STAY, CostUnit.TRAVELLER_DAY, 4_000),
    rate("visa", Category.VISA_INSURANCE, CostUnit.TRAVELLER, 5_000),
    rate("insurance", Category.VISA_INSURANCE, CostUnit.TRAVELLER, 3_000),
    rate("local_transport", Category.LOCAL_TRANSPORT, CostUnit.DAY, 8_000),
    rate("interpreter", Category.INTERPRETATION, CostUnit.DAY, 10_000),
)
"""Three travellers, five nights, six days: 594,000 cents together."""
TOTAL = 3 * 85_000 + 15 * 9_000 + 18 * 4_000 + 3 * 5_000 + 3 * 3_000 + 6 * 8_000 + 6 * 10_000


@dataclass(frozen=True)
class Journey:
    """A visit, and who works on it."""

    number: int
    staff: Actor
    gamma: Actor
    karongi: Actor

    @property
    def path(self) -> str:
        """Give the address of its page."""
        return f"/partnerships/{SLUG}/visits/{self.number}"


def plan_visit(session: Session, world: World, *, rates: tuple[UnitRate, ...] = RATES) -> Journey:
    """Write the visit: 7 to 12 June 2027, Gamma travels to Karongi."""
    staff, gamma, karongi = (
        actor_of_person(session, number(person))
        for person in (world.vvsg_staff, world.gamma_coordinator, world.karongi_coordinator)
    )
    facts = Facts(
        kind=SessionKind.WORK_VISIT,
        title_nl="Bezoek over inspraak",
        title_fr="Visite sur la participation",
        title_en="Visit about participation",
        wall_starts_at=datetime(2027, 6, 7, 9, 0),  # noqa: DTZ001 - a wall time
        zone="Africa/Kigali",
        duration_minutes=5 * 24 * 60 + 8 * 60,
        host_side=Side.PARTNER,
        languages=("en",),
    )
    with transaction(session):
        set_rates(session, world, rates)
        budget.open_allotments(session, number(world.partnership), 3_500_000, NOW)
        made = agenda.create(session, staff, facts, scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW)
    journey = Journey(made, staff, gamma, karongi)
    for name, person in (("", number(world.gamma_coordinator)), ("Second traveller", None), ("Third", None)):
        with transaction(session):
            words = TravellerWords(name, "Official", Representing.OFFICIAL, "nl", person)
            add_traveller(session, gamma, read_visit(session, journey), words, now=NOW)
    return journey


def set_rates(session: Session, world: World, rates: tuple[UnitRate, ...]) -> None:
    """Give the programme other rates."""
    row = session.get_one(Programme, number(world.programme))
    rules = Rules.from_data(row.rules)
    row.rules = replace(rules, visits=replace(rules.visits, unit_rates=rates)).to_data()
    session.flush()


def read_visit(session: Session, journey: Journey) -> VisitFacts:
    """Read the visit as staff sees it now."""
    partnership = partnership_by_slug(session, SLUG)
    assert partnership is not None
    found = visit_of(session, journey.staff, partnership, journey.number)
    assert found is not None
    return found


def first_traveller(session: Session, journey: Journey) -> TravellerFacts:
    """Give the traveller with an account."""
    return read_visit(session, journey).all_travellers[0]


def saved(session: Session, journey: Journey) -> int:
    """Save the proposal as it is; give its version."""
    with transaction(session):
        visit = read_visit(session, journey)
        return save(session, visit, Draft(proposal_of(visit), "economy", 0), actor=journey.gamma, now=NOW)


def approved(session: Session, journey: Journey) -> list[int]:
    """Save and approve the proposal."""
    version = saved(session, journey)
    with transaction(session):
        return approve(session, read_visit(session, journey), version=version, actor=journey.staff, now=NOW)


def ledger(session: Session) -> list[tuple[str, str, int]]:
    """Give kind, category and cents of each entry in the order of booking."""
    session.rollback()
    rows = session.scalars(sa.select(LedgerEntry).order_by(col(LedgerEntry.id)))
    return [(row.kind.value, row.category.value, row.amount_cents) for row in rows if row.category is not None]


def committed(session: Session) -> list[int]:
    """Give what is committed on each half, the Flemish half first."""
    session.rollback()
    return list(session.scalars(sa.select(col(Allotment.committed_cents)).order_by(col(Allotment.id))))
