"""Estimates of visits: proposed, approved once on the right halves, released after a cancellation; pages and races."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.agenda import Scope
from app.domain.budget import AllotmentExceeded
from app.domain.codes import EntryKind, Side
from app.domain.errors import DomainError
from app.domain.visit_costs import EstimateApproved, EstimateChanged, NothingEstimated, RateMissing
from app.domain.visit_report import VisitCancelled
from app.models import AgendaSession, Allotment, LedgerEntry, VisitEstimate
from app.models.database import transaction
from app.queries.visit_costs import estimate_of, open_of_visit
from app.services import agenda
from app.services.visit_estimates import Draft, EstimateExceeded, approve, proposal_of, release_open, save
from tests.factories import NOW, number
from tests.integration.visit_costs_kit import (
    RATES,
    TOTAL,
    Journey,
    approved,
    committed,
    ledger,
    plan_visit,
    read_visit,
    saved,
    set_rates,
)
from tests.pages import check, get
from tests.personas import World, build_world, sign_in, world

__all__ = ["world"]  # fixtures


@pytest.fixture
def journey(session: Session, world: World) -> Journey:
    """A visit with three travellers."""
    return plan_visit(session, world)


def lines_of(session: Session, journey: Journey, side: Side) -> Draft:
    lines = proposal_of(read_visit(session, journey))
    return Draft(tuple(replace(line, side=side) for line in lines), "economy", 0)


def test_approval_books_one_commitment_per_category_on_the_half_that_travels(
    session: Session, journey: Journey
) -> None:
    assert len(approved(session, journey)) == 5
    assert ledger(session) == [
        ("commitment", "travel", 255_000),
        ("commitment", "stay", 207_000),
        ("commitment", "local_transport", 48_000),
        ("commitment", "visa_insurance", 24_000),
        ("commitment", "interpretation", 60_000),
    ]
    assert committed(session) == [TOTAL, 0]
    visit = read_visit(session, journey)
    stored = estimate_of(session, visit.id)
    assert stored is not None
    assert (stored.total_cents, stored.is_approved, stored.approved_by) == (TOTAL, True, "Programme officer")
    assert {one.session_id for one in open_of_visit(session, visit.id, visit.partnership.id)} == {journey.number}


def test_a_line_of_the_host_is_booked_on_the_half_of_the_host(session: Session, journey: Journey) -> None:
    visit = read_visit(session, journey)
    lines = [replace(one, side=Side.PARTNER) if one.code == "interpreter" else one for one in proposal_of(visit)]
    with transaction(session):
        version = save(session, visit, Draft(tuple(lines), "economy", 0), actor=journey.karongi, now=NOW)
    with transaction(session):
        approve(session, read_visit(session, journey), version=version, actor=journey.staff, now=NOW)
    assert committed(session) == [TOTAL - 60_000, 60_000]


def test_approval_beyond_a_half_says_by_how_much_and_what_would_fit(session: Session, journey: Journey) -> None:
    with transaction(session):
        session.execute(sa.update(Allotment).values(amount_cents=TOTAL - 1))
    version = saved(session, journey)
    with pytest.raises(AllotmentExceeded) as caught, transaction(session):
        approve(session, read_visit(session, journey), version=version, actor=journey.staff, now=NOW)
    assert caught.value.params == {
        "over_cents": 1,
        "available_cents": TOTAL - 1,
        "government": "Gamma",
        "reason": "",
    }
    assert isinstance(caught.value, EstimateExceeded)
    assert (ledger(session), committed(session)) == ([], [0, 0])
    with transaction(session):
        session.execute(sa.update(Allotment).values(amount_cents=TOTAL))
    with transaction(session):
        approve(session, read_visit(session, journey), version=version, actor=journey.staff, now=NOW)
    assert committed(session) == [TOTAL, 0]


def test_an_approved_estimate_stands(session: Session, world: World, journey: Journey) -> None:
    approved(session, journey)
    before = ledger(session)
    visit = read_visit(session, journey)
    stored = estimate_of(session, visit.id)
    with pytest.raises(EstimateApproved), transaction(session):
        approve(session, visit, version=1, actor=journey.staff, now=NOW)
    with pytest.raises(EstimateApproved), transaction(session):
        save(session, visit, Draft(proposal_of(visit), "business", 1), actor=journey.staff, now=NOW)
    with transaction(session):
        set_rates(session, world, tuple(replace(one, amount_cents=1) for one in RATES))
    assert estimate_of(session, read_visit(session, journey).id) == stored
    assert ledger(session) == before


@pytest.mark.parametrize("who", ["gamma", "karongi"])
def test_who_proposes_does_not_approve(session: Session, journey: Journey, who: str) -> None:
    saved(session, journey)
    with pytest.raises(NotAllowed), transaction(session):
        approve(session, read_visit(session, journey), version=1, actor=getattr(journey, who), now=NOW)
    assert ledger(session) == []


def test_approval_is_of_what_was_read(session: Session, journey: Journey) -> None:
    saved(session, journey)
    visit = read_visit(session, journey)
    with transaction(session):
        save(session, visit, Draft(proposal_of(visit), "business", 1), actor=journey.karongi, now=NOW)
    with pytest.raises(EstimateChanged), transaction(session):
        approve(session, visit, version=1, actor=journey.staff, now=NOW)
    with pytest.raises(EstimateChanged), transaction(session):
        save(session, visit, Draft(proposal_of(visit), "economy", 1), actor=journey.gamma, now=NOW)


def test_approval_needs_an_estimate_with_every_price(session: Session, world: World, journey: Journey) -> None:
    with pytest.raises(NothingEstimated), transaction(session):
        approve(session, read_visit(session, journey), version=0, actor=journey.staff, now=NOW)
    with transaction(session):
        set_rates(session, world, RATES[:1])
    version = saved(session, journey)
    with pytest.raises(RateMissing), transaction(session):
        approve(session, read_visit(session, journey), version=version, actor=journey.staff, now=NOW)


def cancelled(session: Session, journey: Journey) -> None:
    with transaction(session):
        agenda.cancel(session, journey.staff, journey.number, reason="Elections", now=NOW)


def test_money_of_a_cancelled_visit_is_released_once_and_only_then(session: Session, journey: Journey) -> None:
    approved(session, journey)
    with pytest.raises(NotAllowed), transaction(session):
        release_open(session, read_visit(session, journey), actor=journey.staff, now=NOW)
    cancelled(session, journey)
    with pytest.raises(NotAllowed), transaction(session):
        release_open(session, read_visit(session, journey), actor=journey.gamma, now=NOW)
    with transaction(session):
        assert release_open(session, read_visit(session, journey), actor=journey.staff, now=NOW) == TOTAL
    with transaction(session):
        assert release_open(session, read_visit(session, journey), actor=journey.staff, now=NOW) == 0
    assert committed(session) == [0, 0]


def test_a_cancelled_visit_is_not_approved(session: Session, journey: Journey) -> None:
    saved(session, journey)
    cancelled(session, journey)
    with pytest.raises(VisitCancelled), transaction(session):
        approve(session, read_visit(session, journey), version=1, actor=journey.staff, now=NOW)


def test_a_visit_that_was_called_off_after_the_page_was_read_is_not_approved(
    session: Session, journey: Journey
) -> None:
    saved(session, journey)
    visit = read_visit(session, journey)
    with transaction(session):
        agenda.cancel(session, journey.staff, journey.number, reason="No flights", now=NOW)
    with pytest.raises(VisitCancelled), transaction(session):
        approve(session, visit, version=1, actor=journey.staff, now=NOW)
    assert committed(session) == [0, 0]


def test_a_commitment_has_the_title_of_its_visit_in_whatever_language_there_is(
    session: Session, journey: Journey
) -> None:
    saved(session, journey)
    with transaction(session):
        session.execute(sa.update(AgendaSession).values(title_nl="", title_en=""))
    visit = read_visit(session, journey)
    with transaction(session):
        approve(session, visit, version=1, actor=journey.staff, now=NOW)
    words = session.scalars(
        sa.select(col(LedgerEntry.description)).where(col(LedgerEntry.kind) == EntryKind.COMMITMENT)
    )
    assert set(words) == {"Visite sur la participation"}


def test_six_who_approve_at_the_same_moment_book_once(both_engines: sa.Engine) -> None:
    info = {"base_url": "http://testserver"}
    with Session(both_engines, expire_on_commit=False, info=info) as session:
        journey = plan_visit(session, build_world(session))
        version = saved(session, journey)
    start = Barrier(6)

    def attempt(_: int) -> str:
        with Session(both_engines, info=info) as own:
            visit = read_visit(own, journey)
            own.rollback()
            start.wait(timeout=30)
            try:
                with transaction(own):
                    approve(own, visit, version=version, actor=journey.staff, now=NOW)
            except DomainError as refusal:
                return refusal.code
            return "approved"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(attempt, range(6)))
    assert outcomes == ["approved", *["estimate_approved"] * 5]
    with Session(both_engines) as session:
        assert committed(session) == [TOTAL, 0]
        assert len(ledger(session)) == 5


def test_visits_approved_at_the_same_moment_never_exceed_the_half_that_pays_for_all(both_engines: sa.Engine) -> None:
    info = {"base_url": "http://testserver"}
    with Session(both_engines, expire_on_commit=False, info=info) as session:
        small = build_world(session)
        first = plan_visit(session, small)
        facts = read_visit(session, first).session.facts
        session.rollback()
        with transaction(session):
            more = [
                agenda.create(
                    session, first.staff, facts, scope=Scope.PARTNERSHIP, of=number(small.partnership), now=NOW
                )
                for _ in range(3)
            ]
        journeys = [first, *(replace(first, number=one) for one in more)]
        versions = [saved(session, one) for one in journeys]
    start = Barrier(len(journeys))

    def attempt(place: int) -> str:
        with Session(both_engines, info=info) as own:
            visit = read_visit(own, journeys[place])
            own.rollback()
            start.wait(timeout=30)
            try:
                with transaction(own):
                    approve(own, visit, version=versions[place], actor=first.staff, now=NOW)
            except DomainError as refusal:
                return refusal.code
            return "approved"

    with ThreadPoolExecutor(len(journeys)) as pool:
        outcomes = sorted(pool.map(attempt, range(len(journeys))))
    assert 2 * TOTAL <= 1_750_000 < 3 * TOTAL
    assert outcomes == ["approved", "approved", "estimate_exceeded", "estimate_exceeded"]
    with Session(both_engines) as session:
        assert committed(session) == [2 * TOTAL, 0]


def form_of(html: str, session: Session, journey: Journey) -> dict[str, str]:
    """Fill the form in as it is proposed."""
    key = html.rsplit('name="form_key" value="', maxsplit=1)[-1].split('"', maxsplit=1)[0]
    values = {"form_key": key, "version": "0", "travel_class": "economy"}
    for place, line in enumerate(proposal_of(read_visit(session, journey)), start=1):
        price = "" if line.unit_cents is None else str(line.unit_cents // 100)
        name = f"line_{place}"
        values |= {f"{name}_code": line.code, f"{name}_quantity": str(line.quantity), f"{name}_price": price}
        values |= {f"{name}_side": line.side.value, f"{name}_note": ""}
    return values


def test_a_coordinator_proposes_and_staff_approves_on_the_page(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    path = f"{journey.path}/estimate"
    sign_in(client, app, world.gamma_coordinator)
    values = form_of(get(client, path).html, session, journey)
    values |= {"own_1_title": "Geschenk", "own_1_category": "other", "own_1_quantity": "2", "own_1_price": "12,50"}
    for _ in range(2):
        assert client.post(path, data=values).status_code == 303
    page = get(client, path)
    assert "Geschenk" in page.html
    assert "approval" not in page.html
    assert "6.362" in page.text()
    assert "invented" in page.text()
    assert client.post(f"{path}/approval", data={"version": "1"}).status_code in (403, 404)
    assert ledger(session) == []
    sign_in(client, app, world.vvsg_staff)
    get(client, path, heavy=True)
    for _ in range(2):
        assert client.post(f"{path}/approval", data={"version": "1", "form_key": "approve-1"}).status_code == 303
    assert committed(session) == [TOTAL + 2_500, 0]
    page = get(client, path)
    assert "save_estimate" not in page.html
    assert "line_1_quantity" not in page.html


def test_typed_words_stay_with_every_fault_at_its_field(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    path = f"{journey.path}/estimate"
    sign_in(client, app, world.gamma_coordinator)
    values = form_of(get(client, path).html, session, journey)
    values |= {"line_1_quantity": "2", "line_2_price": "nothing", "own_1_price": "5"}
    answer = client.post(path, data=values)
    assert answer.status_code == 422
    check(answer.text, path)
    for name in ("line_1_note", "line_2_price", "own_1_title"):
        assert f'id="{name}-error"' in answer.text
    assert 'value="nothing"' in answer.text
    assert session.get(VisitEstimate, read_visit(session, journey).id) is None


def test_too_much_is_said_at_the_estimate(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    with transaction(session):
        session.execute(sa.update(Allotment).values(amount_cents=TOTAL - 10_000))
    saved(session, journey)
    sign_in(client, app, world.vvsg_staff)
    answer = client.post(f"{journey.path}/estimate/approval", data={"version": "1", "form_key": "approve-1"})
    assert answer.status_code == 422
    check(answer.text)
    assert "Dit is € 100 te veel" in re.sub(r"\s+", " ", answer.text)
    assert "Gamma" in answer.text
    assert ledger(session) == []


def test_a_missing_rate_is_named_and_the_page_of_a_cancelled_visit_offers_the_release(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    with transaction(session):
        set_rates(session, world, RATES[:-1])
    saved(session, journey)
    sign_in(client, app, world.gamma_coordinator)
    assert "<li>Tolk</li>" in get(client, f"{journey.path}/estimate").html
    with transaction(session):
        set_rates(session, world, RATES)
        session.execute(sa.delete(VisitEstimate))
    approved(session, journey)
    cancelled(session, journey)
    assert "/estimate/release" not in get(client, f"{journey.path}/estimate").html
    assert client.post(f"{journey.path}/estimate", data={"version": "1"}).status_code == 422
    sign_in(client, app, world.vvsg_staff)
    assert "/estimate/release" in get(client, f"{journey.path}/estimate").html
    get(client, journey.path)
    answer = client.post(f"{journey.path}/estimate/release", data={"form_key": "release-1"})
    assert answer.status_code == 303
    assert committed(session) == [0, 0]


@pytest.mark.parametrize(("who", "status"), [("nikki_coordinator", 404), ("ancb_staff", 404), ("outsider", 404)])
def test_others_see_no_estimate(
    world: World, journey: Journey, client: TestClient, app: FastAPI, who: str, status: int
) -> None:
    sign_in(client, app, getattr(world, who))
    assert client.get(f"{journey.path}/estimate").status_code == status
    assert client.post(f"{journey.path}/estimate", data={}).status_code == status


@pytest.mark.parametrize("who", ["ralga_staff", "auditor", "karongi_participant"])
def test_who_reads_the_budget_reads_the_estimate_and_changes_nothing(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI, who: str
) -> None:
    saved(session, journey)
    sign_in(client, app, getattr(world, who))
    assert "line_1_quantity" not in get(client, f"{journey.path}/estimate").html
    assert client.post(f"{journey.path}/estimate", data={}).status_code == 403
    assert number(world.partnership)
