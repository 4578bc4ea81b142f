"""What the board says of its pairs and settings: prices, marks, what is best, how sure, and many candidates."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.models import CityLink, ConflictOfInterest, PairingScenario
from app.models.database import transaction
from app.queries.pairings import stored_board
from app.services import pairing_memory
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board, facts
from tests.integration.test_staff_pairings import PATH, WEIGHTS, keep, mark
from tests.personas import sign_in

board = pairing_kit.board


@pytest.fixture
def officer(client: TestClient, app: FastAPI, board: Board) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, board.world.vvsg_staff)


def fragment(client: TestClient, path: str, name: str) -> str:
    answer = client.get(path, headers={"HX-Request": "true", "HX-Target": f"div#{name}"})
    assert answer.status_code == 200
    return re.sub(r'value="\w{32}"', "", answer.text).strip()


def test_a_change_answers_the_same_by_htmx_and_by_a_plain_form(officer: TestClient, board: Board) -> None:
    location = mark(officer, board, "lock")
    plain = re.sub(r'value="\w{32}"', "", pages.get(officer, location, heavy=True).html)
    assert fragment(officer, location, "board") in plain


def test_a_pair_says_its_price_with_its_unit(officer: TestClient, board: Board) -> None:
    words = pages.get(officer, f"{PATH}?pair={board.world.alfa.code},RW-karongi", heavy=True).text()
    assert re.search(r"Leaving this pair out would cost [\d,]+ points\.", words)
    words = pages.get(officer, f"{PATH}?pair={board.world.beta.code},RW-karongi", heavy=True).text()
    assert re.search(r"Forcing this pair would cost [\d,]+ points\.", words)
    assert "would rather have" in words


def test_every_lock_and_veto_says_what_it_costs_and_is_taken_back(officer: TestClient, board: Board) -> None:
    words = pages.get(officer, mark(officer, board, "lock"), heavy=True).text()
    assert re.search(r"This lock costs [\d,]+ points: without it the pairing would be that much better\.", words)
    assert "Take back" in words
    words = pages.get(officer, mark(officer, board, "veto"), heavy=True).text()
    assert "This exclusion costs nothing." in words
    assert "Nothing is locked or excluded." in pages.get(officer, mark(officer, board, "free"), heavy=True).text()


def test_a_lock_that_cannot_be_comes_back_with_its_reason_on_the_board(officer: TestClient, board: Board) -> None:
    data = {"left": board.world.alfa.code, "right": "BJ-0405", "mark": "lock", "form_key": "key-of-nikki"}
    response = officer.post(f"{PATH}/pairs", data=data)
    assert response.status_code == 422
    pages.check(response.text)
    assert "The candidate did not choose the track of this partner." in response.text


def test_what_is_best_is_set_and_kept(officer: TestClient, board: Board, session: Session) -> None:
    weakest = {**WEIGHTS, "objective": "weakest-first", "version": 0}
    assert officer.post(f"{PATH}/weights", data=weakest).status_code == 303
    words = pages.get(officer, f"{PATH}?pair={board.world.beta.code},RW-karongi", heavy=True).text()
    assert "The other pairs stay at least as strong as the weakest pair is now." in words
    scenario = keep(officer)
    assert "then the highest weakest pair" in pages.get(officer, scenario, heavy=True).text()
    session.rollback()
    kept = session.execute(sa.select(col(PairingScenario.problem), col(PairingScenario.solution))).one()
    problem: dict[str, Any] = kept[0]
    solution: dict[str, Any] = kept[1]
    assert problem["objective"] == "weakest-first"
    assert problem["options"] == {"alternatives": 10, "prices": True}
    assert len(solution["alternatives"]) == 10
    assert officer.post(f"{PATH}/weights", data={**weakest, "objective": "luck"}).status_code == 422


def test_numbers_set_on_an_older_board_are_kept_and_pass_the_second_time(officer: TestClient, board: Board) -> None:
    mark(officer, board, "lock")
    mine = {**WEIGHTS, "learning": 0, "theme": 60, "version": 0}
    refused = officer.post(f"{PATH}/weights", data=mine)
    assert refused.status_code == 422
    assert "Somebody changed the board in the meantime." in refused.text
    assert 'value="60"' in refused.text
    found = re.search(r'name="version" value="(\d+)"', refused.text)
    assert found
    assert officer.post(f"{PATH}/weights", data={**mine, "version": found.group(1)}).status_code == 303


def test_who_has_a_conflict_of_interest_sees_the_row_but_not_the_reasons(
    officer: TestClient, board: Board, session: Session
) -> None:
    path = f"{PATH}?pair={board.world.alfa.code},RW-karongi"
    assert "learn from Alfa" in pages.get(officer, path, heavy=True).text()
    with transaction(session):
        factories.add(
            session,
            ConflictOfInterest(
                candidacy_id=number(board.candidacies["alfa"]),
                person_id=number(board.world.vvsg_staff),
                reason="My sister works there.",
                declared_at=NOW,
                declared_by=number(board.world.vvsg_staff),
            ),
        )
    scenario = keep(officer)
    for closed in (path, f"{scenario}?pair={board.world.alfa.code},RW-karongi"):
        words = pages.get(officer, closed, heavy=True).text()
        assert "These reasons are closed to you" in words
        assert "learn from Alfa" not in words
        assert "Alfa" in words
    other = pages.get(officer, f"{PATH}?pair={board.world.beta.code},RW-karongi", heavy=True).text()
    assert "These reasons are closed to you" not in other
    call = facts(session, board).call
    assert call is not None
    stored = stored_board(session, call.id).settings
    session.rollback()
    for asked in ("lock", "veto", "free"):
        pair = {"left": board.world.alfa.code, "right": "RW-karongi", "mark": asked, "form_key": f"conflict-{asked}"}
        refused = officer.post(f"{PATH}/pairs", data=pair)
        assert refused.status_code == 422
        assert "You have a conflict of interest on this candidacy" in refused.text
    assert stored_board(session, call.id).settings == stored


def test_how_sure_a_pair_is_has_an_address_of_its_own(
    officer: TestClient, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_memory, "VARIATIONS", 20)
    path = f"{PATH}/robustness?pair={board.world.alfa.code},RW-karongi"
    page = pages.get(officer, path, heavy=True)
    assert "of 20 variations of the weights" in page.text()
    assert fragment(officer, path, "robustness") in page.html
    known = pages.get(officer, f"{PATH}?pair={board.world.alfa.code},RW-karongi", heavy=True)
    assert "of 20 variations of the weights" in known.text()
    assert officer.get(f"{PATH}/robustness?pair=a,b").status_code == 404
    assert officer.get(f"{PATH}/robustness?call=nothing").status_code == 404


def test_while_another_board_is_tried_the_page_says_so(officer: TestClient, board: Board) -> None:
    pairing_memory._shares.clear()
    assert pairing_memory._trying.acquire(blocking=False)
    try:
        words = pages.get(officer, f"{PATH}/robustness?pair={board.world.alfa.code},RW-karongi", heavy=True).text()
    finally:
        pairing_memory._trying.release()
    assert "Another board is being computed right now." in words


def test_many_candidates_come_forty_at_a_time_and_the_paired_are_always_there(
    officer: TestClient, board: Board, session: Session
) -> None:
    with transaction(session):
        for at in range(90):
            here = factories.government(session, f"Place {at:02}")
            made = factories.candidacy(session, board.world.call, here, state=board.candidacies["alfa"].state)
            made.submitted_at = NOW - timedelta(days=1)
    first = pages.get(officer, PATH, heavy=True)
    assert first.html.count('class="matrix__row"') == 40
    assert "Page 1 of 3" in first.text()
    assert "Omega" in re.findall(r'<ul class="pairing__pairs".*?</ul>', first.html, re.DOTALL)[0]
    last = pages.get(officer, f"{PATH}?page=99", heavy=True)
    assert last.html.count('class="matrix__row"') == 14
    paired = pages.get(officer, f"{PATH}?sort=pair", heavy=True).html
    assert paired.index("Omega") < paired.index("Place 05")
    assert len(gzip.compress(first.html.encode(), 5)) < 20_000


def test_a_lock_that_a_city_link_has_overtaken_costs_nothing_and_has_no_effect(
    officer: TestClient, board: Board, session: Session
) -> None:
    locked = mark(officer, board, "lock")
    with transaction(session):
        session.add(
            CityLink(
                flemish_code=board.world.beta.code,
                flemish_name="Beta",
                partner_code="RW-karongi",
                partner_name="Karongi",
                partner_country="RW",
                kind="city_link",
                certainty="sure",
                source="test",
            )
        )
    words = pages.get(officer, locked, heavy=True).text()
    assert "They have no effect now." in words
    assert "cost" not in words.split("Locked and excluded pairs")[1].split("Weights")[0]
    assert "Price" not in words
    asked = pages.get(officer, f"{PATH}/what-if?pair={board.world.beta.code},RW-karongi", heavy=True).text()
    assert "city link" in asked
    assert "locked already" not in asked


def test_who_comes_too_late_reads_what_somebody_else_set(officer: TestClient, board: Board) -> None:  # noqa: ARG001
    first = {**WEIGHTS, "learning": 30, "theme": 30, "version": 0}
    assert officer.post(f"{PATH}/weights", data=first).status_code == 303
    late = officer.post(f"{PATH}/weights", data={**WEIGHTS, "province_limit": 0, "version": 0})
    assert late.status_code == 422
    pages.check(late.text)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", late.text))
    assert "Theme: now 30 of 100; in your form 25 of 100." in words
    assert "At most this many candidates of a province: now 2; in your form no limit." in words
    assert "Working language: now" not in words
