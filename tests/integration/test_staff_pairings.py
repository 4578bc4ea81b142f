"""The pages of the board, its scenarios and publishing: as a browser sees them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Role
from app.matching.json_format import problem_from_json, problem_sha256
from app.models import Candidacy, Mail, PairingBoard, PairingScenario, Partnership
from app.models.database import transaction
from tests import factories, pages
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board
from tests.personas import sign_in

board = pairing_kit.board
PATH = "/staff/pairings"
WEIGHTS = {
    "learning": 35,
    "theme": 25,
    "position": 15,
    "language": 10,
    "wishes": 15,
    "assessment_share": 30,
    "province_limit": 2,
    "objective": "total",
}


@pytest.fixture
def officer(client: TestClient, app: FastAPI, board: Board) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, board.world.vvsg_staff)


def form_key(html: str) -> str:
    found = re.search(r'name="form_key" value="(\w+)"', html)
    assert found
    return found.group(1)


def mark(client: TestClient, board: Board, how: str, *, key: str = "") -> str:
    data = {"left": board.world.beta.code, "right": "RW-karongi", "mark": how, "form_key": key or f"key-of-{how}-1"}
    response = client.post(f"{PATH}/pairs", data=data)
    assert response.status_code == 303
    return response.headers["location"]


def keep(client: TestClient, name: str = "First") -> str:
    response = client.post(f"{PATH}/scenarios", data={"name": name, "form_key": f"key-of-{name}"})
    assert response.status_code == 303
    return response.headers["location"]


def publish(client: TestClient, board: Board, scenario: str, **data: str) -> int:
    outcomes = {f"outcome_{board.world.beta.code}": "reserve", **data}
    form = {"form_key": "publish-key-1", "plan": plan_key(client, scenario), **outcomes}
    return client.post(f"{scenario}/publish", data=form).status_code


def plan_key(client: TestClient, scenario: str) -> str:
    found = re.search(r'name="plan" value="(\w+)"', client.get(f"{scenario}/publish").text)
    return found.group(1) if found else ""


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_pages_are_sound_in_three_languages(officer: TestClient, board: Board, language: str) -> None:
    officer.cookies.set("lang", language)
    scenario = keep(officer)
    pair = f"{board.world.alfa.code},RW-karongi"
    for path in (PATH, f"{PATH}?pair={pair}", f"{PATH}?sort=points", scenario, f"{scenario}?pair={pair}"):
        assert "Karongi" in pages.get(officer, path, heavy=True).text()
    assert "Contact of Alfa" in pages.get(officer, f"{scenario}/publish", heavy=True).text()
    assert publish(officer, board, scenario) == 303
    for path in (
        PATH,
        scenario,
        f"{scenario}/publish",
        "/staff/partnerships",
        "/partnerships/alfa-karongi-2026/people",
    ):
        pages.get(officer, path, heavy=True)


def test_the_fragments_are_parts_of_their_page(officer: TestClient, board: Board) -> None:
    path = f"{PATH}?pair={board.world.alfa.code},RW-karongi"
    whole = re.sub(r'value="\w{32}"', "", pages.get(officer, path, heavy=True).html)
    for fragment, start in (("board", '<div id="board"'), ("reasons", '<section class="card flow" id="reasons"')):
        answer = officer.get(path, headers={"HX-Request": "true", "HX-Target": f"div#{fragment}"}).text
        part = re.sub(r'value="\w{32}"', "", answer).strip()
        assert part.startswith(start)
        assert part in whole


def test_a_pair_opens_its_reasons(officer: TestClient, board: Board) -> None:
    words = pages.get(officer, f"{PATH}?pair={board.world.alfa.code},RW-karongi", heavy=True).text()
    assert "Karongi can learn from Alfa about: youth." in words
    assert "There is no assessment yet. This counts half." in words
    assert "Unknown, counted half" in words


def test_a_pair_that_cannot_be_says_why_and_has_no_lock(officer: TestClient, board: Board) -> None:
    page = pages.get(officer, f"{PATH}?left={board.world.alfa.code}&right=BJ-0405", heavy=True)
    assert "The candidate did not choose the track of this partner." in page.text()
    assert 'value="lock"' not in page.html


def test_odd_addresses_show_the_board(officer: TestClient) -> None:
    for odd in ("pair=x", "pair=a,b", "sort=nobody", "left=a", "changed=x"):
        pages.get(officer, f"{PATH}?{odd}", heavy=True)
    assert officer.get(f"{PATH}?call=nothing").status_code == 404


def test_a_lock_says_what_it_changed_and_undo_takes_it_back(officer: TestClient, board: Board) -> None:
    words = pages.get(officer, mark(officer, board, "lock"), heavy=True).text()
    assert "What your change did" in words
    assert "Beta: now with Karongi" in words
    assert "The total went from" in words
    words = pages.get(officer, mark(officer, board, "free"), heavy=True).text()
    assert "Beta: no longer with Karongi" in words


def test_a_form_sent_twice_changes_the_board_once(officer: TestClient, board: Board, session: Session) -> None:
    assert mark(officer, board, "lock", key="the-same-key") == mark(officer, board, "lock", key="the-same-key")
    assert session.execute(sa.select(col(PairingBoard.version))).scalar() == 1
    mark(officer, board, "veto", key="the-same-key")
    session.rollback()
    assert session.execute(sa.select(col(PairingBoard.version))).scalar() == 2


def test_locks_that_clash_are_named(officer: TestClient, board: Board) -> None:
    mark(officer, board, "lock")
    data = {"left": board.world.alfa.code, "right": "RW-karongi", "mark": "lock", "form_key": "another-key"}
    location = officer.post(f"{PATH}/pairs", data=data).headers["location"]
    words = pages.get(officer, location, heavy=True).text()
    assert "No pairing is possible" in words
    assert "Karongi is locked with Alfa and Beta, but has only 1 place. Take back a lock or give more places." in words
    for condition in ("Alfa is locked with Karongi", "Beta is locked with Karongi", "at most 1 place for Karongi"):
        assert condition in words


def test_weights_that_do_not_sum_to_100_come_back_with_a_sentence(officer: TestClient) -> None:
    response = officer.post(f"{PATH}/weights", data={**WEIGHTS, "learning": 40, "version": 0})
    assert response.status_code == 422
    pages.check(response.text)
    assert "The weights add up to 105. Make them add up to 100." in response.text
    assert 'value="40"' in response.text
    odd = officer.post(f"{PATH}/weights", data={**WEIGHTS, "learning": "many", "version": 0})
    assert odd.status_code == 422


def test_weights_are_set_and_the_board_says_so(officer: TestClient) -> None:
    response = officer.post(f"{PATH}/weights", data={**WEIGHTS, "learning": 0, "theme": 60, "version": 0})
    assert response.status_code == 303
    assert "What your change did" in pages.get(officer, response.headers["location"], heavy=True).text()


def test_a_scenario_needs_a_name_of_its_own(officer: TestClient) -> None:
    keep(officer)
    for name in ("First", ""):
        response = officer.post(f"{PATH}/scenarios", data={"name": name, "form_key": "another-key"})
        assert response.status_code == 422
        pages.check(response.text)


def test_a_scenario_leaves_as_files_of_the_format(officer: TestClient) -> None:
    scenario = keep(officer)
    problem = officer.get(f"{scenario}/problem.json")
    solution = json.loads(officer.get(f"{scenario}/solution.json").text)
    assert problem.headers["content-disposition"].startswith("attachment")
    assert solution["problem_sha256"] == problem_sha256(problem_from_json(problem.json()))
    assert solution["count"] == 3


def test_the_confirmation_lists_every_mail_and_follows_the_choices(officer: TestClient, board: Board) -> None:
    path = f"{keep(officer)}/publish"
    words = pages.get(officer, path, heavy=True).text()
    assert "8 mails go out" in words
    assert "Beta staat op de reservelijst" in words
    assert "Your partner in Flanders is Alfa" in words
    assert "Nobody of Nyanza has an account" in words
    code = board.world.beta.code
    chosen = pages.get(officer, f"{path}?outcome_{code}=not_selected&reason_{code}=x", heavy=True).text()
    assert "Beta is niet geselecteerd" in chosen


def test_publishing_twice_publishes_once(officer: TestClient, board: Board, session: Session) -> None:
    scenario = keep(officer)
    key = plan_key(officer, scenario)
    assert [publish(officer, board, scenario, plan=key), publish(officer, board, scenario, plan=key)] == [303, 303]
    assert session.execute(sa.select(sa.func.count()).select_from(Partnership)).scalar() == 4
    assert session.execute(sa.select(sa.func.count()).select_from(Mail)).scalar() == 8
    other = officer.post(f"{scenario}/publish", data={"form_key": "another-key-2"})
    assert other.status_code == 422
    late = pages.get(officer, f"{scenario}/publish", heavy=True)
    assert "A pairing of this call is published" in late.text()
    assert "Nothing has happened yet" not in late.text()
    assert f'action="{scenario}/publish"' not in late.html


def test_a_candidate_reads_the_own_outcome_on_the_own_page(
    officer: TestClient, new_client: Callable[[], TestClient], app: FastAPI, board: Board
) -> None:
    candidate = sign_in(new_client(), app, board.world.candidate_of_a)
    candidate.cookies.set("lang", "en")
    path = "/candidacies/SDG-AAAAAA"
    assert "Your partner is" not in pages.get(candidate, path).text()
    publish(officer, board, keep(officer))
    words = pages.get(candidate, path).text()
    assert "Your partner is Karongi" in words
    assert "Karongi can learn from Alfa about: youth." in words
    assert "Nyanza" not in words
    other = sign_in(new_client(), app, board.world.candidate_of_b)
    other.cookies.set("lang", "en")
    assert "You are on the reserve list" in pages.get(other, "/candidacies/SDG-BBBBBB").text()


def test_not_selected_needs_a_reason(officer: TestClient, board: Board, session: Session) -> None:
    code = board.world.beta.code
    scenario = keep(officer)
    response = officer.post(
        f"{scenario}/publish", data={"form_key": "publish-key-1", f"outcome_{code}": "not_selected"}
    )
    assert response.status_code == 422
    pages.check(response.text)
    assert f'href="#reason_{code}"' in response.text
    assert session.execute(sa.select(col(PairingScenario.published_at))).scalar() is None


def test_a_stale_scenario_says_what_changed(officer: TestClient, board: Board, session: Session) -> None:
    scenario = keep(officer)
    with transaction(session):
        session.execute(sa.update(Candidacy).where(col(Candidacy.reference) == "SDG-AAAAAA").values(state="withdrawn"))
    words = pages.get(officer, f"{scenario}/publish", heavy=True).text()
    assert "Alfa is no longer a candidate." in words
    assert "Publish this pairing" not in words
    assert publish(officer, board, scenario) == 422


@pytest.mark.parametrize(
    "person", ["ralga_staff", "karongi_coordinator", "candidate_of_a", "outsider", "gamma_coordinator"]
)
def test_for_others_the_board_does_not_exist(
    officer: TestClient, new_client: Callable[[], TestClient], app: FastAPI, board: Board, person: str
) -> None:
    scenario = keep(officer)
    other = sign_in(new_client(), app, getattr(board.world, person))
    for path in (PATH, scenario, f"{scenario}/publish", f"{scenario}/problem.json", "/staff/partnerships"):
        assert other.get(path).status_code == 404
    assert publish(other, board, scenario) == 404
    data = {"left": board.world.beta.code, "right": "RW-karongi", "mark": "lock"}
    assert other.post(f"{PATH}/pairs", data=data).status_code == 404
    assert other.post(f"{PATH}/weights", data=WEIGHTS).status_code == 404
    assert other.post(f"{PATH}/scenarios", data={"name": "x"}).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: TestClient) -> None:
    assert client.get(PATH).headers["location"].startswith("/sign-in")


def test_an_auditor_reads_a_published_pairing(
    officer: TestClient, new_client: Callable[[], TestClient], app: FastAPI, board: Board
) -> None:
    scenario = keep(officer)
    auditor = sign_in(new_client(), app, board.world.auditor)
    assert auditor.get(scenario).status_code == 404
    publish(officer, board, scenario)
    pages.get(auditor, scenario, heavy=True)
    assert auditor.get(f"{scenario}/publish").status_code == 404


def test_people_of_a_partnership_are_for_those_who_belong_to_it(
    new_client: Callable[[], TestClient], app: FastAPI, board: Board
) -> None:
    path = "/partnerships/gamma-karongi/people"
    for person in ("gamma_coordinator", "karongi_participant", "ralga_staff", "vvsg_staff"):
        member = sign_in(new_client(), app, getattr(board.world, person))
        assert "Coordinator of Karongi" in pages.get(member, path).text()
    for person in ("nikki_coordinator", "ancb_staff", "outsider", "candidate_of_a"):
        assert sign_in(new_client(), app, getattr(board.world, person)).get(path).status_code == 404


def test_without_a_call_the_page_says_what_to_do_first(client: TestClient, app: FastAPI, session: Session) -> None:
    with transaction(session):
        person = factories.member(session, Role.STAFF)
    pages.get(sign_in(client, app, person), PATH)


def queries(app: FastAPI, client: TestClient, path: str) -> int:
    statements: list[str] = []

    def note(*facts: object) -> None:
        statements.append(str(facts[2]))

    sa.event.listen(app.state.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    sa.event.remove(app.state.engine, "before_cursor_execute", note)
    return len([text for text in statements if text.startswith("SELECT")])


def test_pages_take_as_many_queries_for_more_rows(
    officer: TestClient, app: FastAPI, board: Board, session: Session
) -> None:
    scenario = keep(officer)
    paths = (PATH, scenario, f"{scenario}/publish", "/staff/partners", "/staff/partnerships")
    before = {path: queries(app, officer, path) for path in paths}
    with transaction(session):
        for name in ("Kappa", "Lambda", "Sigma"):
            here = factories.government(session, name)
            there = factories.government(session, f"{name} there", country=board.world.karongi.country)
            factories.candidacy(session, board.world.call, here, state=board.candidacies["alfa"].state)
            factories.profile(session, board.world.rwanda, there)
            factories.partnership(session, board.world.rwanda, here, there)
    assert {path: queries(app, officer, path) for path in paths} == before
    assert max(before.values()) <= 35


def test_the_solver_is_not_loaded_with_the_web_process() -> None:
    code = "import app.main, sys; sys.exit(any(name.split('.')[0] in ('numpy', 'ortools') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["", "   ", "\t\r\n"])
def test_a_scenario_has_a_name(officer: TestClient, session: Session, name: str) -> None:
    response = officer.post(f"{PATH}/scenarios", data={"name": name, "form_key": "key-of-nameless"})
    assert response.status_code == 422
    session.rollback()
    assert session.execute(sa.select(sa.func.count()).select_from(PairingScenario)).scalar() == 0
