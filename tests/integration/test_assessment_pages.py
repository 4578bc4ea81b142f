"""The pages of readers and of the programme team: own scores first, nothing typed is lost, the line at the places."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState, Role, Section
from app.models import Candidacy, Person, Reader, Reading, Score
from app.models.database import transaction
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import CRITERIA, count_of, give, scored
from tests.integration.candidacy_kit import COMPLETE, fill
from tests.pages import get
from tests.personas import World, sign_in

ALFA = "SDG-AAAAAA"
PAGE = f"/assessments/{ALFA}"
STAFF_PAGE = f"/staff/assessment/{ALFA}"
WHOLE = {f"points_{code}": "4" for code in CRITERIA} | {f"reason_{code}": f"Because of {code}." for code in CRITERIA}


@pytest.fixture
def given(world: World, session: Session) -> World:
    """Alfa is submitted and given to two readers: the outsider and somebody of the programme team."""
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        move(session, world.candidacy_of_alfa, CandidacyState.SUBMITTED)
        for person in (world.outsider, world.vvsg_staff):
            session.add(Reader(programme_id=number(world.programme), person_id=number(person), added_at=NOW))
            give(session, world.candidacy_of_alfa, person)
    return world


@pytest.fixture
def reader(given: World, app: FastAPI, client: TestClient) -> TestClient:
    return sign_in(client, app, given.outsider)


@pytest.fixture
def staff(given: World, app: FastAPI, new_client: Callable[[], TestClient]) -> TestClient:
    return sign_in(new_client(), app, given.vvsg_staff)


def move(session: Session, candidacy: Candidacy, state: CandidacyState) -> None:
    of = col(Candidacy.id) == number(candidacy)
    session.execute(sa.update(Candidacy).where(of).values(state=state, submitted_at=NOW))


def send(client: TestClient, path: str, data: dict[str, str]) -> tuple[int, str]:
    response = client.post(path, data=data, follow_redirects=False)
    return response.status_code, response.headers.get("location", "")


def finished(session: Session, person: Person, points: int) -> None:
    with transaction(session):
        reading = session.scalars(sa.select(Reading).where(col(Reading.person_id) == number(person))).one()
        scored(session, reading, points)


def test_a_reader_sees_what_is_to_be_read_in_the_menu_on_the_list_and_beside_the_answers(reader: TestClient) -> None:
    assert 'href="/assessments"' in get(reader, "/my?lang=en").html
    assert "0 of 1 finished" in get(reader, "/assessments?lang=en").text()
    shown = get(reader, f"{PAGE}?lang=en")
    assert "In turn." in shown.text()
    assert "Equal exchange" in shown.text()
    assert "All scores" not in shown.text()


def test_who_was_given_nothing_finds_nothing(world: World, app: FastAPI, client: TestClient) -> None:
    sign_in(client, app, world.outsider)
    assert client.get("/assessments").status_code == 404
    assert client.get(PAGE).status_code == 404
    assert 'href="/assessments"' not in get(client, "/my").html


def test_an_appointed_reader_without_candidacies_is_told_so(
    world: World, session: Session, app: FastAPI, client: TestClient
) -> None:
    with transaction(session):
        session.add(Reader(programme_id=number(world.programme), person_id=number(world.outsider), added_at=NOW))
    sign_in(client, app, world.outsider)
    assert "Nothing to read yet" in get(client, "/assessments?lang=en").text()


def test_a_draft_is_saved_and_shown_again(reader: TestClient, session: Session) -> None:
    sent = {"edit": "0", "points_openness": "3", "reason_openness": "Half a thought", "step": "save"}
    assert send(reader, PAGE, sent) == (303, f"{PAGE}?done=saved")
    shown = get(reader, f"{PAGE}?lang=en").html
    assert "Half a thought" in shown
    assert session.execute(sa.select(col(Score.criterion), col(Score.points))).all() == [("openness", 3)]
    assert "1 of 4 criteria" in get(reader, "/assessments?lang=en").text()


def test_finishing_names_all_that_lacks_and_keeps_what_was_typed(reader: TestClient, session: Session) -> None:
    sent = WHOLE | {"edit": "0", "step": "finish", "points_openness": "", "reason_commitment": ""}
    answer = reader.post(f"{PAGE}?lang=en", data=sent)
    assert answer.status_code == 422
    assert "Choose a number of points." in answer.text
    assert "Write why you give these points" in answer.text
    assert "Because of openness." in answer.text
    assert session.scalars(sa.select(sa.func.count()).select_from(Score)).one() == 4
    assert 'name="edit" value="1"' in answer.text


def test_own_scores_come_first_then_those_of_others(
    reader: TestClient, staff: TestClient, session: Session, given: World
) -> None:
    finished(session, given.vvsg_staff, 1)
    assert "Because of openness." not in get(reader, PAGE).html
    assert send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"}) == (303, f"{PAGE}?done=finished")
    shown = get(reader, f"{PAGE}?lang=en")
    assert "All scores" in shown.text()
    assert "Programme officer" in shown.text()
    assert "Clearly apart" in shown.text()
    assert "mean 2.5 of 5" in shown.text()
    assert get(staff, STAFF_PAGE)


def test_the_own_scores_of_the_programme_team_come_first_too(staff: TestClient, session: Session, given: World) -> None:
    finished(session, given.outsider, 5)
    detail = get(staff, f"{STAFF_PAGE}?lang=en").text()
    assert "Your own scores come first" in detail
    assert "Because of openness." not in detail
    assert "9,100" not in detail
    listed = get(staff, "/staff/assessment?lang=en").text()
    assert "After your own scores" in listed
    assert "10,000" not in listed.replace("of 10,000", "")
    assert "1 candidacy is left out" in listed
    finished(session, given.vvsg_staff, 2)
    assert "Because of openness." in get(staff, f"{STAFF_PAGE}?lang=en").text()


def test_two_tabs_show_both_texts(reader: TestClient) -> None:
    send(reader, PAGE, WHOLE | {"edit": "0", "step": "save"})
    other = WHOLE | {"edit": "0", "step": "save", "reason_openness": "From the other tab", "points_openness": "1"}
    answer = reader.post(f"{PAGE}?lang=en", data=other)
    assert answer.status_code == 409
    assert "From the other tab" in answer.text
    assert "Because of openness." in answer.text
    assert "Saved in the other window" in answer.text
    assert send(reader, PAGE, other | {"edit": "1"}) == (303, f"{PAGE}?done=saved")


def test_the_same_form_sent_twice_does_nothing_twice(reader: TestClient) -> None:
    for _ in range(2):
        assert send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"})[0] == 303
    again = {"form_key": "0123456789abcdef"}
    for _ in range(2):
        assert send(reader, f"{PAGE}/reopening", again) == (303, f"{PAGE}?done=reopened")
    assert reader.post(f"{PAGE}/reopening", data={"form_key": "fedcba9876543210"}).status_code == 409


def test_finished_scores_stand(reader: TestClient) -> None:
    send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"})
    answer = reader.post(f"{PAGE}?lang=en", data=WHOLE | {"edit": "1", "step": "save", "reason_openness": "Other"})
    assert answer.status_code == 409
    assert "Your scores stand." in answer.text


def test_scores_beyond_the_scale_are_refused(reader: TestClient) -> None:
    answer = reader.post(PAGE, data=WHOLE | {"edit": "0", "points_openness": "6", "reason_exchange": "x" * 2001})
    assert answer.status_code == 422
    assert "x" * 2001 in answer.text


def test_changed_after_seeing_the_others_is_shown(
    reader: TestClient, staff: TestClient, session: Session, given: World
) -> None:
    finished(session, given.vvsg_staff, 1)
    send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"})
    send(reader, f"{PAGE}/reopening", {})
    assert "do not count until you finish" in get(reader, f"{PAGE}?done=reopened&lang=en").text()
    assert "Changed after seeing the others" in get(staff, f"{STAFF_PAGE}?lang=en").text()
    assert "Changed after seeing the others" in get(staff, "/staff/assessment?lang=en").text()


def test_notes_of_the_discussion_are_for_who_finished(
    reader: TestClient, staff: TestClient, session: Session, given: World
) -> None:
    assert reader.post(f"{PAGE}/notes", data={"text": "Too early"}).status_code == 422
    send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"})
    sent = {"text": "We agreed on 4.", "form_key": "0123456789abcdef"}
    for _ in range(2):
        assert send(reader, f"{PAGE}/notes", sent) == (303, f"{PAGE}?done=noted")
    assert get(reader, f"{PAGE}?done=noted").html.count("We agreed on 4.") == 1
    assert reader.post(f"{PAGE}/notes", data={"text": ""}).status_code == 422
    assert staff.post(f"{STAFF_PAGE}/notes", data={"text": "Not yet"}).status_code == 422
    finished(session, given.vvsg_staff, 2)
    assert send(staff, f"{STAFF_PAGE}/notes", {"text": "Seen."}) == (303, f"{STAFF_PAGE}?done=noted")
    assert "Seen." in get(staff, f"{STAFF_PAGE}?done=noted").html


def test_a_declared_conflict_closes_the_candidacy_for_its_reader(reader: TestClient, staff: TestClient) -> None:
    get(reader, f"{PAGE}/conflict")
    assert reader.post(f"{PAGE}/conflict", data={"reason": ""}).status_code == 422
    sent = {"reason": "My brother works there."}
    assert send(reader, f"{PAGE}/conflict", sent) == (303, "/assessments-conflict")
    assert "noted" in get(reader, "/assessments-conflict?lang=en").text()
    for path in (PAGE, f"{PAGE}/conflict"):
        assert reader.get(path).status_code == 404
    shown = get(staff, f"{STAFF_PAGE}?lang=en").text()
    assert "My brother works there." in shown


def test_readers_are_added_and_removed(staff: TestClient, world: World) -> None:
    call = number(world.call)
    unknown = staff.post(f"/staff/assessment/readers?call={call}&lang=en", data={"email": "nobody@example.org"})
    assert unknown.status_code == 422
    assert "Nobody with this address is known." in unknown.text
    added = send(staff, f"/staff/assessment/readers?call={call}", {"email": world.auditor.email})
    assert added == (303, f"/staff/assessment?call={call}&done=appointed")
    assert "Auditor" in get(staff, f"/staff/assessment?call={call}&done=appointed").text()
    end = f"/staff/assessment/readers/{number(world.auditor)}/end?call={call}"
    assert send(staff, end, {})[0] == 303
    assert staff.post(end, data={}).status_code == 409
    assert "Auditor" not in get(staff, f"/staff/assessment?call={call}&done=dismissed").text()


def test_who_reads_what_is_proposed_then_carried_out(staff: TestClient, world: World, session: Session) -> None:
    with transaction(session):
        session.add(Reader(programme_id=number(world.programme), person_id=number(world.auditor), added_at=NOW))
        for position in range(3):
            factories.candidacy(
                session, world.call, factories.government(session, f"G{position}"), state=CandidacyState.SUBMITTED
            )
    path = f"/staff/assessment/assignment?call={number(world.call)}"
    shown = get(staff, f"{path}&lang=en")
    assert "Each candidacy gets 2 readers" in shown.text()
    key = shown.html.partition('name="plan" value="')[2].partition('"')[0]
    assert staff.post(path, data={"plan": "0" * 32}).status_code == 409
    assert send(staff, path, {"plan": key})[0] == 303
    assert session.scalars(sa.select(sa.func.count()).select_from(Reading)).one() == 8
    assert "given out like this already" in get(staff, f"{path}&lang=en").text()
    assert "each get a mail" in get(staff, "/staff/assessment?done=assigned&lang=en").text()


def test_without_readers_or_enough_of_them_the_proposal_says_so(
    world: World, session: Session, app: FastAPI, client: TestClient
) -> None:
    sign_in(client, app, world.vvsg_staff)
    assert "There are no readers yet" in get(client, "/staff/assessment/assignment?lang=en").text()
    assert "each candidacy needs 2 readers" in get(client, "/staff/assessment?lang=en").text()
    with transaction(session):
        move(session, world.candidacy_of_alfa, CandidacyState.SUBMITTED)
        session.add(Reader(programme_id=number(world.programme), person_id=number(world.outsider), added_at=NOW))
    shown = get(client, "/staff/assessment/assignment?lang=en").text()
    assert "Too few readers without a conflict of interest for Alfa: 1 more is needed." in shown


def test_by_hand_a_reader_is_added_and_taken_away(staff: TestClient, world: World, session: Session) -> None:
    with transaction(session):
        session.add(Reader(programme_id=number(world.programme), person_id=number(world.auditor), added_at=NOW))
    assert "Auditor" in get(staff, STAFF_PAGE).text()
    assert staff.post(f"{STAFF_PAGE}/readers", data={"reader": "1000000"}).status_code == 422
    given = send(staff, f"{STAFF_PAGE}/readers", {"reader": str(number(world.auditor))})
    assert given == (303, f"{STAFF_PAGE}?done=given")
    end = f"{STAFF_PAGE}/readers/{number(world.auditor)}/end"
    assert send(staff, end, {}) == (303, f"{STAFF_PAGE}?done=taken")
    finished(session, world.outsider, 3)
    assert staff.post(f"{STAFF_PAGE}/readers/{number(world.outsider)}/end", data={}).status_code == 409
    for done in ("given", "taken"):
        get(staff, f"{STAFF_PAGE}?done={done}")


@pytest.fixture
def ranked(world: World, session: Session) -> list[Candidacy]:
    """Six candidacies for Rwanda (4 places), read by two, the first by nobody; the fourth and fifth are equal."""
    made = []
    with transaction(session):
        for position, points in enumerate((None, 5, 4, 3, 2, 2)):
            one = factories.candidacy(
                session, world.call, factories.government(session, f"G{position}"), state=CandidacyState.IN_ASSESSMENT
            )
            if points is not None:
                for person in (world.outsider, world.auditor):
                    scored(session, give(session, one, person), points - (person is world.auditor))
            made.append(one)
    for one in made:
        fill(session, one, {Section.THEME: COMPLETE[Section.THEME], Section.CITY_LINKS: COMPLETE[Section.CITY_LINKS]})
    return made


def test_the_ranking_has_a_line_at_the_places_and_shows_ties(
    ranked: list[Candidacy], world: World, session: Session, app: FastAPI, client: TestClient
) -> None:
    sign_in(client, app, world.vvsg_staff)
    with transaction(session):
        world.rwanda.places = 4
        session.merge(world.rwanda)
    shown = get(client, "/staff/assessment?lang=en").text().partition("Ranking")[2]
    order = [shown.index(name) for name in ("G1", "G2", "G3", "G4", "The line: 4 places", "G5", "Without finished")]
    assert order == sorted(order)
    assert "Equal points on both sides of the line" in shown
    assert len(ranked) == 6


@pytest.mark.parametrize("sort", ["points", "-points", "government", "spread", "-disagreement", "progress", "nonsense"])
@pytest.mark.parametrize("show", ["", "apart", "waiting"])
def test_the_list_is_sorted_and_filtered_on_the_server(
    ranked: list[Candidacy], world: World, app: FastAPI, client: TestClient, sort: str, show: str
) -> None:
    sign_in(client, app, world.vvsg_staff)
    shown = get(client, f"/staff/assessment?sort={sort}&show={show}&track=rwanda&lang=en").html
    results = shown.partition('id="results"')[2].partition("</section>")[0]
    found = [name for name in ("G0", "G1", "G2", "G3", "G4", "G5") if f">{name}<" in results]
    expected = {"": 6, "apart": 0, "waiting": 1}
    assert len(found) == expected[show]
    if sort == "points" and not show:
        places = [results.index(f">{name}<") for name in ("G5", "G3", "G2", "G1", "G0")]
        assert places == sorted(places)
    assert len(ranked) == 6


def test_the_list_costs_as_many_queries_for_three_as_for_one(
    world: World, session: Session, app: FastAPI, client: TestClient
) -> None:
    sign_in(client, app, world.vvsg_staff)
    costs = []
    for _ in range(2):
        with transaction(session):
            for _ in range(2):
                government = factories.government(session)
                one = factories.candidacy(session, world.call, government, state=CandidacyState.IN_ASSESSMENT)
                scored(session, give(session, one, world.outsider), 3)
        statements = count_of(app.state.engine)
        get(client, "/staff/assessment")
        costs.append(len([one for one in statements if one.startswith("SELECT")]))
    assert costs[0] == costs[1]


def test_without_a_call_there_is_nothing_to_assess(session: Session, app: FastAPI, client: TestClient) -> None:
    with transaction(session):
        alone = factories.member(session, Role.STAFF)
    sign_in(client, app, alone)
    assert client.get("/staff/assessment").status_code == 200
    assert client.get("/staff/assessment/assignment").status_code == 404


def test_what_is_left_to_read_stands_on_the_own_page(reader: TestClient) -> None:
    assert "Read and score 1 candidacy" in get(reader, "/my?lang=en").text()
    send(reader, PAGE, WHOLE | {"edit": "0", "step": "finish"})
    assert "Read and score" not in get(reader, "/my?lang=en").text()


def test_the_list_under_the_filters_is_part_of_its_page(
    ranked: list[Candidacy], world: World, app: FastAPI, client: TestClient
) -> None:
    sign_in(client, app, world.vvsg_staff)
    path = "/staff/assessment?show=waiting"
    fragment = client.get(path, headers={"HX-Request": "true", "HX-Target": "section#results"}).text
    assert fragment.strip().startswith('<section id="results"')
    assert fragment.strip() in client.get(path).text
    assert len(ranked) == 6


@pytest.mark.parametrize("query", ["call=0", "call=x", "track=%00", "sort=--points", "show=all"])
def test_an_address_that_makes_no_sense_shows_the_usual_list(
    ranked: list[Candidacy], world: World, app: FastAPI, client: TestClient, query: str
) -> None:
    sign_in(client, app, world.vvsg_staff)
    assert "G1" in get(client, f"/staff/assessment?{query}").html
    assert len(ranked) == 6
