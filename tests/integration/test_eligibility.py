"""What can no longer be chosen is said at its field, and refused at submission."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.candidacy import PartnershipExists
from app.domain.codes import CandidacyState
from app.domain.eligibility import TracksNotOpen
from app.models import Candidacy, Event, Mail, PartnerProfile, Track
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.queries.candidacy_form import closed_tracks
from app.services import candidacies
from tests import factories, personas
from tests.factories import NOW, number
from tests.integration import candidacy_kit, decision_kit
from tests.integration.candidacy_kit import actor_of, fill, session_on, state_of, submitted
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
ALFA = "/candidacies/SDG-AAAAAA"


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"places": 0}, "This track has no places"), ({"is_open": False}, "This track is closed")],
)
def test_a_track_that_is_full_or_closed_is_shown_with_its_reason(
    client: TestClient, app: FastAPI, world: World, session: Session, values: dict[str, object], reason: str
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        session.execute(sa.update(Track).where(col(Track.slug) == "rwanda").values(**values))
    sign_in(client, app, world.candidate_of_a)
    page = get(client, f"{ALFA}/theme?lang=en").html
    assert '<option value="rwanda" disabled selected>Track rwanda – ' in page
    assert f'id="track_1-error"><span class="visually-hidden">Error:</span> {reason}' in page
    assert "This cannot be chosen any more: Traject rwanda." in get(client, f"{ALFA}/check?lang=en").text()
    answer = client.post(f"{ALFA}/submission?lang=en", data={"form_key": "a-submission-1"})
    assert answer.status_code == 422
    assert "This cannot be chosen any more" in answer.text
    typed = {"form_key": "an-edit-1", "version": "1", "track_1": "rwanda", "subjects": "rwanda:voice"}
    assert client.post(f"{ALFA}/theme", data=typed).status_code == 422


def test_a_partner_without_places_cannot_be_preferred(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    with transaction(session):
        session.execute(sa.delete(PartnerProfile))
        factories.profile(session, world.rwanda, world.karongi, capacity=0)
        factories.profile(session, world.benin, world.nikki)
    sign_in(client, app, world.candidate_of_a)
    page = get(client, f"{ALFA}/theme?lang=en").html
    assert f'<option value="{world.karongi.code}" disabled>Karongi – This partner has no place.</option>' in page


def test_what_was_submitted_before_a_track_closed_stays(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        author = actor_of(session, world.candidate_of_a)
        fill(session, world.candidacy_of_alfa)
        with transaction(session):
            session.execute(sa.update(Track).values(places=0))
        record = any_candidacy(session, "SDG-AAAAAA")
        assert record is not None
        with pytest.raises(TracksNotOpen), transaction(session):
            candidacies.submit(session, record, actor=author, now=NOW)
        with transaction(session):
            returned = {"state": CandidacyState.RETURNED, "submitted_at": NOW}
            session.execute(sa.update(Candidacy).where(col(Candidacy.id) == record.id).values(**returned))
        with transaction(session):
            candidacies.submit(session, record, actor=author, now=NOW)
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED


@pytest.mark.parametrize(
    ("state", "team_is_told"),
    [
        (CandidacyState.DRAFT, 0),
        (CandidacyState.IN_ASSESSMENT, 1),
        (CandidacyState.SELECTED, 1),
        (CandidacyState.RESERVE, 1),
    ],
)
def test_a_candidate_withdraws_until_there_is_a_partnership(
    client: TestClient, app: FastAPI, world: World, session: Session, state: CandidacyState, team_is_told: int
) -> None:
    with transaction(session):
        session.execute(
            sa.update(Candidacy)
            .where(col(Candidacy.id) == world.candidacy_of_alfa.id)
            .values(state=state, submitted_at=NOW)
        )
    sign_in(client, app, world.candidate_of_a)
    assert f"{ALFA}/withdrawal" in get(client, ALFA).html
    shown = get(client, f"{ALFA}/withdrawal?lang=en").text()
    words = {
        CandidacyState.SELECTED: "Alfa gives up its place",
        CandidacyState.RESERVE: "Alfa leaves the reserve list",
    }
    assert words.get(state, "will not be assessed") in shown
    for _ in range(2):
        assert client.post(f"{ALFA}/withdrawal", data={"form_key": "a-withdrawal-1"}).status_code == 303
    session.rollback()
    kinds = session.scalars(sa.select(col(Mail.kind))).all()
    assert (kinds.count("candidacy_withdrawn"), kinds.count("candidacy_withdrawn_team")) == (1, team_is_told)
    details = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "candidacy.withdrawn")).one()
    assert details["state"] == state.value
    if state is CandidacyState.SELECTED:
        told = session.execute(sa.select(Mail).where(col(Mail.kind) == "candidacy_withdrawn_team")).scalar_one()
        assert told.text.split("\n\n")[1].startswith("Bied de plaats van Alfa (SDG-AAAAAA)")


def test_nobody_withdraws_from_a_partnership(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    session.info["base_url"] = "http://testserver"
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    with transaction(session):
        selected = sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_alfa.id)
        session.execute(selected.values(state=CandidacyState.SELECTED))
        factories.partnership(session, world.rwanda, world.alfa, world.karongi)
    sign_in(client, app, world.candidate_of_a)
    assert f"{ALFA}/withdrawal" not in get(client, ALFA).html
    assert "has a partnership already" in get(client, f"{ALFA}/withdrawal?lang=en").text()
    assert client.post(f"{ALFA}/withdrawal", data={"form_key": "a-withdrawal-1"}).status_code == 409
    record = any_candidacy(session, "SDG-AAAAAA")
    assert record is not None
    for actor in (world.vvsg_staff,):
        with pytest.raises(PartnershipExists), transaction(session):
            candidacies.move(
                session,
                record,
                CandidacyState.WITHDRAWN,
                reason="They ask.",
                actor=actor_of(session, actor),
                now=NOW,
            )
    assert number(world.candidacy_of_alfa) == record.id


def test_a_track_whose_places_are_given_away_is_full(session: Session) -> None:
    assessed = decision_kit.build_assessed(session)
    programme_id = number(assessed.world.programme)
    assert closed_tracks(session, programme_id) == {}
    decision_kit.ready(session, assessed)
    decision_kit.send(session, assessed)
    assert {slug: why for slug, (why, _) in closed_tracks(session, programme_id).items()} == {
        "rwanda": "track_full",
        "benin": "track_full",
    }
