"""Budget against actual: what the database holds, on both engines, and the pages about it."""

import gzip
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor, NotAllowed
from app.domain.budget import BudgetSettled, SessionElsewhere, YearClosed
from app.domain.budget_plan import Figures, PlanRemoved, YearOutside, forecast, total_of
from app.domain.codes import Account, Category, ClaimState, Country, Currency, RestRule, SessionStatus, Side
from app.domain.errors import DomainError
from app.language.catalogues import LOCALES
from app.models import (
    AgendaSession,
    CheckRun,
    Claim,
    ClosedYear,
    Event,
    PlannedSpending,
    Posting,
    Settlement,
    Transfer,
)
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.budget_plan import BudgetPlan, budget_plans, plans_of
from app.queries.people import actor_of_person
from app.services import budget
from app.services import budget_plans as service
from app.services.budget import Spending
from app.services.budget_plans import NewPlan
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.visit_costs_kit import TOTAL, Journey, approved, plan_visit, read_visit, saved
from tests.personas import World, build_world, sign_in

# The reader, programmes, tracks, partnerships, halves, four of the plans, claims, transfers, the check, and the page.
QUERIES = 12
PATH = "/partnerships/gamma-karongi/budget/plan"
FORM = {
    "side": "flemish",
    "amount": "1.250,50",
    "category": "training",
    "year": "2027",
    "description": "Training about participation",
    "form_key": "key-of-one-plan",
}


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def both_world(both: Session) -> World:
    return build_world(both)


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    def sign(who: str) -> TestClient:
        client = sign_in(new_client(), app, getattr(world, who))
        client.cookies.set("lang", "en")
        return client

    return sign


def read(session: Session, world: World) -> BudgetPlan:
    session.rollback()
    return budget_plans(session, [number(world.partnership)])[number(world.partnership)]


def total(session: Session, world: World) -> Figures:
    return total_of(cell.figures for cell in read(session, world).cells)


def allotment(session: Session, world: World, side: int = 0) -> int:
    return ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)][side].allotment_id


def staff(session: Session, world: World) -> Actor:
    return actor_of_person(session, number(world.vvsg_staff))


def planned(session: Session, world: World, cents: int = 100_000, *, side: int = 0, **more: object) -> int:
    facts: dict[str, object] = {"category": Category.TRAINING, "year": 2027, "description": "Training"}
    of = allotment(session, world, side)
    plan = NewPlan(allotment_id=of, amount_cents=cents, **{**facts, **more})  # type: ignore[arg-type]
    actor = staff(session, world)
    with transaction(session):
        return service.add(session, plan, actor=actor, now=NOW)


def spent(session: Session, world: World, cents: int, *, side: int = 0, **more: object) -> int:
    facts: dict[str, object] = {"category": Category.TRAINING, "day": date(2027, 2, 1), "description": "Room"}
    spending = Spending(allotment(session, world, side), cents, Currency.EUR, **{**facts, **more})  # type: ignore[arg-type]
    actor = staff(session, world)
    with transaction(session):
        return budget.pay(session, spending, actor=actor, now=NOW)


def words(page: pages.Page) -> str:
    return page.text().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def check_sums(session: Session, world: World) -> None:
    """Assert that the cells add up to the sums of both halves, and these to the postings."""
    plan = read(session, world)
    for half in ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)]:
        own = forecast(half, plan.cells)
        assert (own.figures.paid_cents, own.figures.committed_cents) == (half.paid_cents, half.committed_cents)
        for account, cents in ((Account.PAID, half.paid_cents), (Account.COMMITTED, half.committed_cents)):
            query = sa.select(sa.func.sum(col(Posting.amount_cents))).where(
                col(Posting.allotment_id) == half.allotment_id, col(Posting.account) == account
            )
            assert int(session.execute(query).scalar() or 0) == cents
        assert own.figures.forecast_cents >= own.figures.used_cents


def test_an_estimate_is_planned_and_counts_once_when_it_is_approved(both: Session, both_world: World) -> None:
    journey = plan_visit(both, both_world)
    assert total(both, both_world) == Figures()
    saved_only = Figures(planned_cents=TOTAL, to_come_cents=TOTAL)
    version = saved(both, journey)
    assert total(both, both_world) == saved_only
    with transaction(both):
        from app.services.visit_estimates import approve

        booked = approve(both, read_visit(both, journey), version=version, actor=journey.staff, now=NOW)
    assert total(both, both_world) == Figures(planned_cents=TOTAL, committed_cents=TOTAL)
    assert total(both, both_world).forecast_cents == TOTAL
    check_sums(both, both_world)
    with transaction(both):
        budget.release(
            both,
            allotment(both, both_world),
            booked[0],
            amount_cents=5_000,
            day=date(2027, 6, 20),
            description="Cheaper",
            actor=journey.staff,
            now=NOW,
        )
    assert total(both, both_world).difference_cents == -5_000
    check_sums(both, both_world)


def test_the_estimate_of_a_cancelled_visit_is_no_plan(session: Session, world: World) -> None:
    journey = plan_visit(session, world)
    saved(session, journey)
    with transaction(session):
        session.get_one(AgendaSession, journey.number).status = SessionStatus.CANCELLED
    assert total(session, world) == Figures()


def test_a_plan_is_used_up_and_removed_without_a_trace_in_the_ledger(both: Session, both_world: World) -> None:
    number_of_plan = planned(both, both_world, 100_000)
    spent(both, both_world, 30_000)
    assert total(both, both_world) == Figures(planned_cents=100_000, paid_cents=30_000, to_come_cents=70_000)
    check_sums(both, both_world)
    actor = staff(both, both_world)
    with transaction(both):
        service.remove(both, number_of_plan, actor=actor, now=NOW)
    assert total(both, both_world) == Figures(paid_cents=30_000)
    assert plans_of(both, number(both_world.partnership)) == []
    row = both.get_one(PlannedSpending, number_of_plan)
    assert (row.removed_at, row.removed_by) == (NOW, actor.person_id)
    verbs = both.scalars(sa.select(col(Event.verb)).where(col(Event.verb).like("budget.plan%"))).all()
    assert sorted(verbs) == ["budget.plan_removed", "budget.planned"]
    with pytest.raises(PlanRemoved), transaction(both):
        service.remove(both, number_of_plan, actor=actor, now=NOW)


def test_a_closed_year_and_a_settled_budget_bring_nothing_more_and_take_no_plans(
    both: Session, both_world: World
) -> None:
    planned(both, both_world, 100_000)
    planned(both, both_world, 50_000, year=2026)
    with transaction(both):
        both.add(ClosedYear(partnership_id=number(both_world.partnership), year=2026, closed_at=NOW))
    assert total(both, both_world) == Figures(planned_cents=150_000, to_come_cents=100_000)
    with pytest.raises(YearClosed):
        planned(both, both_world, year=2026)
    with transaction(both):
        both.add(Settlement(partnership_id=number(both_world.partnership), settled_at=NOW, rest=RestRule.RETURNED))
    assert total(both, both_world) == Figures(planned_cents=150_000)
    assert read(both, both_world).is_settled
    with pytest.raises(BudgetSettled):
        planned(both, both_world)


def test_plans_are_refused_outside_the_programme_and_for_a_session_elsewhere(session: Session, world: World) -> None:
    refused: list[tuple[type[DomainError], dict[str, object]]] = [
        (YearOutside, {"year": 2025}),
        (YearOutside, {"year": 2028}),
        (SessionElsewhere, {"session_id": 999}),
    ]
    for refusal, facts in refused:
        with pytest.raises(refusal):
            planned(session, world, **facts)  # type: ignore[arg-type]
    plan = NewPlan(allotment(session, world, 1), Category.STAY, 2027, 100, "Room")
    for person in (world.gamma_coordinator, world.karongi_participant, world.auditor):
        with pytest.raises(NotAllowed), transaction(session):
            service.add(session, plan, actor=actor_of_person(session, number(person)), now=NOW)
    assert session.scalars(sa.select(col(PlannedSpending.id))).all() == []


def test_the_number_of_queries_does_not_grow(session: Session, world: World, engine: sa.Engine) -> None:
    of = number(world.partnership)

    def counted() -> int:
        session.rollback()
        seen: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        budget_plans(session, [of])
        return len([one for one in seen if one.startswith("SELECT")])

    planned(session, world)
    before = counted()
    for category in (Category.STAY, Category.TRAVEL, Category.OTHER):
        planned(session, world, category=category)
        spent(session, world, 1_000, category=category)
    assert (before, counted()) == (4, 4)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "query", ["", "?by=year", "?by=session", "?by=session&side=partner", "?by=nothing&side=nobody"]
)
def test_every_page_is_sound_in_three_languages(
    as_person: Callable[[str], TestClient], session: Session, world: World, query: str, locale: str
) -> None:
    client = as_person("vvsg_staff")
    client.cookies.set("lang", locale)
    pages.get(client, PATH + query)
    journey: Journey = plan_visit(session, world)
    approved(session, journey)
    planned(session, world, session_id=journey.number)
    plan = planned(session, world, 2_000_000, side=1)
    for path in (PATH + query, f"{PATH}/new", f"{PATH}/{plan}/removal"):
        pages.get(client, path)


def test_the_page_says_what_is_planned_used_and_left_at_the_end(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    planned(session, world, 500_000)
    spent(session, world, 100_000)
    planned(session, world, 2_000_000, side=1, category=Category.STAY)
    client = as_person("karongi_participant")
    text = words(pages.get(client, PATH))
    assert "Gamma: €16,500 available now, €12,500 left at the end." in text
    assert "Karongi: €17,500 available now, -€2,500 left at the end." in text
    assert "Karongi plans more than what is left" in text
    assert "Gamma plans more" not in text
    assert "Plan an expense" not in text
    assert "Take out" not in text
    part = client.get(f"{PATH}?side=flemish", headers={"HX-Request": "true", "HX-Target": "section#figures"}).text
    assert part.strip().startswith('<section id="figures"')
    assert "Stay" not in part
    assert "Training" in part


def test_a_session_that_is_not_announced_has_no_name_for_participants(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    journey = plan_visit(session, world)
    planned(session, world, session_id=journey.number)
    with transaction(session):
        session.get_one(AgendaSession, journey.number).status = SessionStatus.DRAFT
    text = words(pages.get(as_person("karongi_participant"), f"{PATH}?by=session"))
    assert "Visit about participation" not in text
    assert "A session that is not announced yet" in text
    assert words(pages.get(as_person("gamma_coordinator"), f"{PATH}?by=session")).count("Visit about participation") > 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("vvsg_staff", 200),
        ("auditor", 200),
        ("ralga_staff", 200),
        ("gamma_coordinator", 200),
        ("karongi_participant", 200),
        ("ancb_staff", 404),
        ("nikki_coordinator", 404),
        ("outsider", 404),
    ],
)
def test_the_page_is_shown_to_those_whom_it_concerns(
    as_person: Callable[[str], TestClient], who: str, status: int
) -> None:
    assert as_person(who).get(PATH).status_code == status


@pytest.mark.parametrize(
    ("who", "side", "status"),
    [
        ("vvsg_staff", "flemish", 303),
        ("vvsg_staff", "partner", 303),
        ("gamma_coordinator", "flemish", 303),
        ("gamma_coordinator", "partner", 403),
        ("karongi_coordinator", "partner", 303),
        ("karongi_participant", "partner", 403),
        ("ralga_staff", "partner", 403),
        ("auditor", "partner", 403),
        ("nikki_coordinator", "partner", 404),
        ("outsider", "partner", 404),
    ],
)
def test_people_plan_and_take_out_on_their_own_side_only(
    as_person: Callable[[str], TestClient], session: Session, world: World, who: str, side: str, status: int
) -> None:
    there = planned(session, world, side=0 if side == "flemish" else 1)
    client = as_person(who)
    shown = 200 if status == 303 else status
    assert client.get(f"{PATH}/new?side={side}").status_code == shown
    assert client.get(f"{PATH}/{there}/removal").status_code == shown
    assert client.post(f"{PATH}/new", data=FORM | {"side": side}).status_code == status
    assert client.post(f"{PATH}/{there}/removal", data={"form_key": "key-of-removal"}).status_code == status
    session.rollback()
    assert (session.get_one(PlannedSpending, there).removed_at is not None) is (status == 303)
    assert session.scalar(sa.select(sa.func.count(col(PlannedSpending.id)))) == (2 if status == 303 else 1)


def test_a_form_that_is_sent_twice_plans_once_and_takes_out_once(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("gamma_coordinator")
    for _again in range(2):
        answer = client.post(f"{PATH}/new", data=FORM)
        assert answer.status_code == 303
        assert answer.headers["location"].endswith("/budget/plan?done=planned")
    (one,) = plans_of(session, number(world.partnership))
    assert (one.amount_cents, one.year, one.category, one.side) == (125_050, 2027, Category.TRAINING, Side.FLEMISH)
    for key, status in (("key-of-removal", 303), ("key-of-removal", 303), ("another-key", 409)):
        assert client.post(f"{PATH}/{one.id}/removal", data={"form_key": key}).status_code == status
    assert "taken out already" in words(pages.get(client, f"{PATH}/{one.id}/removal"))
    assert client.get(f"{PATH}/999/removal").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount": "much"}, "amount", "amount"),
        ({"amount": "0"}, "amount", "Write a larger amount"),
        ({"year": "2031"}, "year", "The programme runs from 2026 to 2027: choose one of its years."),
        ({"category": ""}, "category", ""),
        ({"session": "999"}, "session", "session"),
        ({"description": " "}, "description", ""),
    ],
)
def test_bad_input_is_said_at_its_field(
    as_person: Callable[[str], TestClient], session: Session, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = as_person("gamma_coordinator").post(f"{PATH}/new", data=FORM | typed)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert f'href="#{field}"' in answer.text
    assert sentence in answer.text
    session.rollback()
    assert session.scalars(sa.select(col(PlannedSpending.id))).all() == []


def wait_for_decisions(session: Session, world: World) -> None:
    """Send a claim eight days ago and one today, and propose a transfer."""
    facts: dict[str, Any] = {
        "partnership_id": number(world.partnership),
        "allotment_id": allotment(session, world),
        "title": "Train",
        "claimant_id": number(world.gamma_coordinator),
        "submitted_by": number(world.gamma_coordinator),
        "state": ClaimState.SUBMITTED,
        "created_at": NOW,
    }
    with transaction(session):
        session.add_all(
            [
                Claim(number=1, submitted_at=NOW - timedelta(days=8), **facts),
                Claim(number=2, submitted_at=NOW, **facts),
                Transfer(
                    partnership_id=number(world.partnership),
                    from_side=Side.FLEMISH,
                    amount_cents=100,
                    reason="Visit",
                    proposed_at=NOW,
                    proposed_by=number(world.gamma_coordinator),
                ),
                CheckRun(
                    ran_at=NOW,
                    findings=[
                        {"code": "sum", "params": {"partnership": "Gamma & Karongi"}},
                        {"code": "events", "params": {}},
                    ],
                ),
            ]
        )


def test_the_team_reads_why_a_budget_needs_attention(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    wait_for_decisions(session, world)
    planned(session, world, 2_000_000)
    client = as_person("vvsg_staff")
    text = words(pages.get(client, "/staff/budget"))
    told = [
        "The daily check found something that does not hold",
        "Gamma plans €2,500 more than what is left",
        "Gamma: 0% of the money is used, 44% of the time has passed",
        "Karongi: 0% of the money is used, 44% of the time has passed",
        "1 claim waits too long for an approval",
        "1 transfer waits for a consent",
        "The daily check found 1 thing that does not hold",
    ]
    places = [text.index(words_of) for words_of in told]
    assert places == sorted(places)
    assert "is not closed" not in text
    assert "not settled" not in text


def test_the_team_chooses_a_programme_and_a_track(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    with transaction(session):
        here = factories.government(session, "Delta")
        factories.partnership(session, world.benin, here, world.nikki, slug="delta-nikki")
    planned(session, world, 100_000)
    spent(session, world, 20_000, side=1)
    client = as_person("vvsg_staff")
    both = words(pages.get(client, "/staff/budget"))
    assert "Delta" in both
    assert "Gamma" in both
    assert "Whole programme €70,000 €1,000 €0 €200 €69,800 €1,200 €68,800" in " ".join(both.split())
    only = words(pages.get(client, "/staff/budget?track=benin"))
    assert "Delta" in only
    assert "Gamma" not in only
    assert "Whole programme" not in only
    assert words(pages.get(client, "/staff/budget?track=nowhere")) == both


def test_the_overview_takes_as_many_queries_for_sixty_partnerships_as_for_one(
    as_person: Callable[[str], TestClient], session: Session, world: World, engine: sa.Engine
) -> None:
    seen: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    client = as_person("vvsg_staff")

    def counted() -> int:
        seen.clear()
        assert client.get("/staff/budget").status_code == 200
        return len([one for one in seen if one.startswith("SELECT")])

    planned(session, world)
    first = counted()
    with transaction(session):
        for order in range(59):
            here = factories.government(session, f"Here {order}")
            there = factories.government(session, f"There {order}", country=Country.RWANDA)
            factories.partnership(session, world.rwanda, here, there, slug=f"pair-{order}")
    assert counted() == first <= QUERIES
    assert len(gzip.compress(client.get("/staff/budget").content)) <= 14 * 1024
