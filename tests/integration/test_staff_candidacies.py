"""Candidacies for the programme team, and for the pairing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.candidacy import UnableToMove
from app.domain.codes import CandidacyState, Role
from app.models import Candidacy, CandidacyMember, Event, Mail
from app.models.database import transaction
from app.queries.candidacies import answers_of, any_candidacy
from app.services import candidacies
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import COMPLETE, actor_of, session_on, state_of, submitted
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both


@pytest.fixture
def session_with_mail(session: Session) -> Session:
    """A session that can write mails."""
    session.info["base_url"] = "http://testserver"
    return session


def test_staff_find_filter_and_sort(client: TestClient, app: FastAPI, world: World, session_with_mail: Session) -> None:
    submitted(session_with_mail, world.candidacy_of_alfa, actor_of(session_with_mail, world.candidate_of_a))
    sign_in(client, app, world.vvsg_staff)

    def references(query: str) -> list[str]:
        html = get(client, f"/staff/candidacies?lang=en&{query}").html
        return [name for name in ("SDG-AAAAAA", "SDG-BBBBBB") if f'<td data-label="Reference">{name}</td>' in html]

    assert references("") == ["SDG-AAAAAA", "SDG-BBBBBB"]
    assert references("state=submitted") == ["SDG-AAAAAA"]
    assert references("track=rwanda") == ["SDG-AAAAAA"]
    assert references("track=benin") == []
    assert references("province=Antwerpen&state=draft") == ["SDG-BBBBBB"]
    assert references("province=Limburg") == []
    assert references("q=bet") == ["SDG-BBBBBB"]
    assert references("q=sdg-aaa") == ["SDG-AAAAAA"]
    assert references("q=%25") == []
    assert references("call=999&sort=nonsense&page=99&state=nonsense") == ["SDG-AAAAAA", "SDG-BBBBBB"]
    for sort in ("government", "-government", "reference", "province", "state", "-submitted", "saved"):
        html = get(client, f"/staff/candidacies?sort={sort}").html
        assert html.index("SDG-AAAAAA") != html.index("SDG-BBBBBB")
    first = get(client, "/staff/candidacies?sort=-government").html
    assert first.index(">Beta<") < first.index(">Alfa<")
    fragment = client.get("/staff/candidacies", headers={"HX-Target": "section#results"}).text
    assert fragment.strip() in get(client, "/staff/candidacies").html


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.vvsg_staff)
    with transaction(session):
        session.execute(
            sa.delete(CandidacyMember).where(col(CandidacyMember.candidacy_id) == world.candidacy_of_beta.id)
        )
        session.execute(sa.delete(Candidacy).where(col(Candidacy.id) == world.candidacy_of_beta.id))
    counts = []
    for name in ("Delta", "Epsilon", "Zeta"):
        statements: list[str] = []

        def count(*facts: object, seen: list[str] = statements) -> None:
            seen.append(str(facts[2]))

        sa.event.listen(app.state.engine, "before_cursor_execute", count)
        get(client, "/staff/candidacies")
        sa.event.remove(app.state.engine, "before_cursor_execute", count)
        counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))
        with transaction(session):
            factories.candidacy(session, world.call, factories.government(session, name))
    assert counts[0] == counts[1] == counts[2] <= 6


def test_the_list_can_be_taken_along_as_csv(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    with transaction(session):
        factories.candidacy(session, world.call, factories.government(session, "=cmd()"), reference="SDG-CCCCCC")
    sign_in(client, app, world.vvsg_staff)
    answer = client.get("/staff/candidacies.csv?lang=en&q=SDG-CCCCCC")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Reference,Municipality,Province,First choice,State,Parts completed,Submitted,Last changed"
    assert lines[1].startswith("SDG-CCCCCC,'=cmd(),Antwerpen,,Draft,0,,2026-11-22T09:00")
    assert len(lines) == 2


def test_the_list_without_a_call_says_what_to_do(client: TestClient, app: FastAPI, session: Session) -> None:
    with transaction(session):
        staff = factories.member(session, Role.STAFF)
    sign_in(client, app, staff)
    get(client, "/staff/candidacies")
    assert client.get("/staff/candidacies.csv").status_code == 404


def test_only_staff_see_the_list_and_looking_is_logged_once_a_day(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World, session: Session
) -> None:
    for person in (world.candidate_of_a, world.ralga_staff, world.auditor):
        sign_in(client, app, person)
        for path in ("", ".csv", "/SDG-AAAAAA"):
            assert client.get(f"/staff/candidacies{path}").status_code == 404
        assert client.post("/staff/candidacies/SDG-AAAAAA/state", data={}).status_code == 404
    sign_in(client, app, world.vvsg_staff)
    assert client.get("/staff/candidacies/SDG-XXXXXX").status_code == 404

    def looks() -> int:
        session.rollback()
        query = sa.select(sa.func.count()).select_from(Event).where(col(Event.verb) == "candidacy.looked_at")
        return session.execute(query).scalar_one()

    for _ in range(2):
        get(client, "/staff/candidacies/SDG-AAAAAA")
    assert looks() == 1
    clock.now += timedelta(days=1, seconds=1)
    get(client, "/staff/candidacies/SDG-AAAAAA")
    assert looks() == 2


def test_a_move_that_the_candidate_feels_needs_a_reason_and_tells_all_members(
    client: TestClient, app: FastAPI, world: World, session_with_mail: Session
) -> None:
    session = session_with_mail
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    sign_in(client, app, world.vvsg_staff)
    address = "/staff/candidacies/SDG-AAAAAA/state"
    without = client.post(f"{address}?lang=en", data={"form_key": "move-key-1", "state": "withdrawn"})
    assert without.status_code == 422
    assert "Write the reason" in without.text
    for number_of, state in enumerate(("selected", "returned", "submitted", "nonsense"), 2):
        data = {"form_key": f"move-key-{number_of}", "state": state, "reason": "Because."}
        assert client.post(address, data=data).status_code == 422
    data = {"form_key": "move-key-9", "state": "withdrawn", "reason": "The council decided otherwise."}
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert "The council decided otherwise." in get(client, "/staff/candidacies/SDG-AAAAAA?lang=en").text()
    session.rollback()
    mails = session.execute(sa.select(Mail).where(col(Mail.kind) == "candidacy_withdrawn")).scalars().all()
    assert len(mails) == 1
    assert "The council decided otherwise." in mails[0].text


def test_nobody_decides_on_a_single_candidacy_without_a_letter(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    sign_in(client, app, world.vvsg_staff)
    page = "/staff/candidacies/SDG-AAAAAA"
    assert client.post(f"{page}/state", data={"state": "in_assessment"}).status_code == 303
    assert 'value="withdrawn"' in get(client, page).html
    for state in ("selected", "reserve", "not_selected"):
        assert f'value="{state}"' not in get(client, page).html
        refused = client.post(f"{page}/state?lang=en", data={"state": state, "reason": "Because."})
        assert refused.status_code == 422, state


def test_a_decision_is_recorded_without_a_mail(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        staff = actor_of(session, world.vvsg_staff)
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        number_of = number(world.candidacy_of_alfa)
        with pytest.raises(UnableToMove), transaction(session):
            candidacies.decide(session, number_of, CandidacyState.SELECTED, actor=staff, now=NOW)
        with pytest.raises(UnableToMove), transaction(session):
            candidacies.decide(session, number_of, CandidacyState.IN_ASSESSMENT, actor=staff, now=NOW)
        record = any_candidacy(session, "SDG-AAAAAA")
        assert record is not None
        with transaction(session):
            candidacies.move(session, record, CandidacyState.IN_ASSESSMENT, reason="", actor=staff, now=NOW)
            candidacies.decide(session, number_of, CandidacyState.SELECTED, actor=staff, now=NOW)
        kinds = session.execute(sa.select(col(Mail.kind)).order_by(col(Mail.id))).scalars().all()
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SELECTED
    assert kinds == ["candidacy_submitted"]


def test_answers_for_the_pairing_are_merged_in_two_queries(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        statements: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        found = answers_of(session, number(world.call), {CandidacyState.SUBMITTED})
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2
    assert [one.reference for one in found] == ["SDG-AAAAAA"]
    assert found[0].answers == {key: value for answers in COMPLETE.values() for key, value in answers.items()}
    assert (found[0].government_name, found[0].region) == ("Alfa", "Antwerpen")
