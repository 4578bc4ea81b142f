"""One local government that is let in after the call has closed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.candidacy import CallClosed, CallNotOpen
from app.domain.codes import CandidacyState
from app.domain.late_admissions import AdmissionGone, AdmissionNotLater, AdmissionNotNeeded, AdmissionUsed
from app.models import Event, LateAdmission, LocalGovernment, Mail
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, any_candidacy
from app.queries.late_admissions import Admission, admissions_of, call_of_latecomer
from app.queries.reference import government_by_code
from app.services import candidacies, late_admissions
from app.services.late_admissions import Latecomer
from tests import personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, fill, session_on, state_of, submitted
from tests.integration.test_clarifications import at_once
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
PAGE = "/staff/late-admissions"


def latecomer(session: Session, world: World, of: LocalGovernment, *, days: int = 3) -> Latecomer:
    government = government_by_code(session, of.code, NOW.date())
    assert government is not None
    until = world.call.closes_at + timedelta(days=days)
    return Latecomer(number(world.call), government, until, "The mail server was away.")


def admit(session: Session, world: World, of: LocalGovernment, *, days: int = 3) -> Admission:
    with transaction(session):
        return late_admissions.admit(
            session,
            latecomer(session, world, of, days=days),
            actor=actor_of(session, world.vvsg_staff),
            now=world.call.closes_at,
        )


def record_of(session: Session) -> CandidacyRecord:
    found = any_candidacy(session, "SDG-AAAAAA")
    assert found is not None
    return found


def test_a_draft_is_let_in_and_submitted_in_time_only(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        fill(session, world.candidacy_of_alfa)
        author = actor_of(session, world.candidate_of_a)
        late = world.call.closes_at + timedelta(days=1)
        with pytest.raises(CallClosed), transaction(session):
            candidacies.submit(session, record_of(session), actor=author, now=late)
        made = admit(session, world, world.alfa)
        assert record_of(session).closes_at == made.until == world.call.closes_at + timedelta(days=3)
        with pytest.raises(CallClosed), transaction(session):
            candidacies.submit(session, record_of(session), actor=author, now=made.until)
        with transaction(session):
            candidacies.submit(session, record_of(session), actor=author, now=late)
        staff = actor_of(session, world.vvsg_staff)
        with pytest.raises(AdmissionUsed), transaction(session):
            late_admissions.end(session, made.id, actor=staff, now=late)
        with pytest.raises(AdmissionNotNeeded):
            admit(session, world, world.alfa)
        kinds = session.scalars(sa.select(col(Mail.kind)).order_by(col(Mail.id))).all()
        details = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "candidacy.admitted")).one()
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED
    assert kinds == ["candidacy_admitted", "candidacy_submitted"]
    assert details["reason"] == "The mail server was away."


def test_who_has_nothing_yet_can_start_and_all_others_cannot(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        admit(session, world, world.gamma, days=3)
        prolonged = admit(session, world, world.gamma, days=5)
        assert [one.until for one in admissions_of(session, number(world.call))] == [prolonged.until]
        late = world.call.closes_at + timedelta(days=4)
        found = call_of_latecomer(session, number(world.gamma), late)
        assert found is not None
        assert (found.id, found.closes_at) == (world.call.id, prolonged.until)
        assert call_of_latecomer(session, number(world.gamma), prolonged.until) is None
        assert call_of_latecomer(session, number(world.beta), late) is None
        staff = actor_of(session, world.vvsg_staff)
        with transaction(session):
            late_admissions.end(session, prolonged.id, actor=staff, now=late)
        with pytest.raises(AdmissionGone), transaction(session):
            late_admissions.end(session, prolonged.id, actor=staff, now=late)
        assert call_of_latecomer(session, number(world.gamma), late) is None
        subjects = session.execute(
            sa.select(col(Event.verb), col(Event.subject_kind)).where(col(Event.verb).startswith("candidacy.admi"))
        ).all()
        assert [tuple(row) for row in subjects] == [
            ("candidacy.admitted", "call"),
            ("candidacy.admitted", "call"),
            ("candidacy.admission_ended", "call"),
        ]
        assert session.scalars(sa.select(col(Mail.kind))).all() == []


def test_nobody_is_late_before_the_call_opens_or_while_it_lasts_longer(session: Session, world: World) -> None:
    staff = Actor(person_id=world.vvsg_staff.id)
    wanted = latecomer(session, world, world.alfa)
    with pytest.raises(CallNotOpen), transaction(session):
        late_admissions.admit(session, wanted, actor=staff, now=world.call.opens_at - timedelta(seconds=1))
    with pytest.raises(AdmissionNotLater), transaction(session):
        late_admissions.admit(session, latecomer(session, world, world.alfa, days=0), actor=staff, now=NOW)
    with pytest.raises(CallNotOpen), transaction(session):
        late_admissions.admit(session, Latecomer(999, wanted.government, wanted.until, "?"), actor=staff, now=NOW)


@pytest.mark.parametrize("attempt", range(3))
def test_submitting_and_taking_back_never_both_happen(both: tuple[sa.Engine, World], attempt: int) -> None:
    engine, world = both
    with session_on(engine) as session:
        fill(session, world.candidacy_of_alfa)
        made = admit(session, world, world.alfa)
        staff, author = actor_of(session, world.vvsg_staff), actor_of(session, world.candidate_of_a)
        candidacy, late = record_of(session), world.call.closes_at + timedelta(days=1, minutes=attempt)

    def submit(session: Session) -> None:
        candidacies.submit(session, candidacy, actor=author, now=late)

    def end(session: Session) -> None:
        late_admissions.end(session, made.id, actor=staff, now=late)

    outcomes = at_once(engine, submit, end)
    state = state_of(engine, world.candidacy_of_alfa)
    assert (outcomes, state) in (
        (["done", "admission_used"], CandidacyState.SUBMITTED),
        (["call_closed", "done"], CandidacyState.DRAFT),
    )


@pytest.fixture
def session_with_mail(session: Session) -> Session:
    """A session that can write mails."""
    session.info["base_url"] = "http://testserver"
    return session


def form(world: World, **changes: str) -> dict[str, str]:
    values = {
        "form_key": "an-admission-1",
        "call": str(world.call.id),
        "government": world.gamma.code,
        "until_day": "2026-12-15",
        "until_time": "17:00",
        "reason": "The council met later.",
    }
    return {**values, **changes}


def test_staff_let_somebody_in_who_starts_and_the_page_tells_the_address(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World
) -> None:
    clock.now = world.call.closes_at + timedelta(hours=1)
    assert "closed on" in get(client, f"/candidacies/new?lang=en&government={world.gamma.code}").text()
    sign_in(client, app, world.vvsg_staff)
    assert "Nobody was let in late." in get(client, f"{PAGE}?lang=en").text()
    for changes, field in (
        ({"government": "nowhere"}, "government"),
        ({"reason": " "}, "reason"),
        ({"until_day": "2026-12-01"}, "until_day"),
        ({"until_day": ""}, "until_day"),
        ({"call": "99999"}, "call"),
    ):
        answer = client.post(f"{PAGE}?lang=en", data=form(world, form_key=f"faulty-{field}", **changes))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    for _ in range(2):
        assert client.post(PAGE, data=form(world)).status_code == 303
    shown = get(client, f"{PAGE}?lang=en")
    assert "The council met later." in shown.text()
    assert f"/candidacies/new?government={world.gamma.code}" in shown.html
    client.cookies.clear()
    assert "closed on" in get(client, "/candidacies/new?lang=en").text()
    assert "closed on" in get(client, f"/candidacies/new?lang=en&government={world.beta.code}").text()
    page = get(client, f"/candidacies/new?lang=en&government={world.gamma.code}")
    assert "The call is closed, but Gamma was let in" in page.text()
    assert "Alfa" not in page.text()
    start = {"form_key": "a-start-1", "name": "Colleague", "email": "colleague@example.org", "language": "nl"}
    refused = client.post("/candidacies/new", data={**start, "government": world.ralga.code})
    assert refused.status_code == 422
    started = client.post("/candidacies/new", data={**start, "government": world.gamma.code})
    assert started.status_code == 303
    assert "15 December 2026, 17:00" in get(client, f"{started.headers['location']}?lang=en").text()


def test_taking_back_is_asked_about_first_and_tells_the_authors(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World, session_with_mail: Session
) -> None:
    session = session_with_mail
    made = admit(session, world, world.alfa)
    clock.now = world.call.closes_at + timedelta(hours=1)
    sign_in(client, app, world.vvsg_staff)
    assert "can no longer submit" in get(client, f"{PAGE}/{made.id}/removal?lang=en").text()
    for _ in range(2):
        assert client.post(f"{PAGE}/{made.id}/removal", data={"form_key": "a-removal-1"}).status_code == 303
    assert client.post(f"{PAGE}/{made.id}/removal", data={"form_key": "a-removal-2"}).status_code == 404
    assert client.get(f"{PAGE}/{made.id}/removal").status_code == 404
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(LateAdmission)) == 0
    kinds = session.scalars(sa.select(col(Mail.kind)).order_by(col(Mail.id))).all()
    assert kinds == ["candidacy_admitted", "candidacy_admission_ended"]


def test_an_admission_that_served_is_kept(
    client: TestClient, app: FastAPI, world: World, session_with_mail: Session
) -> None:
    session = session_with_mail
    made = admit(session, world, world.alfa)
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    sign_in(client, app, world.vvsg_staff)
    assert "so it is kept" in get(client, f"{PAGE}/{made.id}/removal?lang=en").text()
    answer = client.post(f"{PAGE}/{made.id}/removal?lang=en", data={"form_key": "a-removal-1"})
    assert answer.status_code == 409
    assert f"{PAGE}/{made.id}/removal" not in get(client, f"{PAGE}?lang=en").html
