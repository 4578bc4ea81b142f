"""Two pairings beside each other: scenarios of a call, or the board as it is now."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState
from app.domain.pairing import Changed, Mark
from app.domain.programme import PairingRules
from app.language.pairing_words import RULES
from app.models import Candidacy, PairingScenario, PartnerProfile
from app.models.database import transaction
from app.queries.pairings import Scenario
from app.services import pairing_comparison as compare
from app.services import pairings
from app.web.pairing_comparison_view import Compared, compared_view
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration import pairing_kit
from tests.integration.agenda_kit import counted
from tests.integration.pairing_kit import Board, facts, staff
from tests.integration.test_pairings import change, keep, mark, publish_it, solved
from tests.personas import sign_in

board = pairing_kit.board
PATH = "/staff/pairings"
NO_WEIGHTS = PairingRules(learning=0, theme=0, position=0, language=100, wishes=0)


@pytest.fixture
def officer(client: TestClient, app: FastAPI, board: Board) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, board.world.vvsg_staff)


def weigh(session: Session, board: Board, rules: PairingRules) -> None:
    programme, actor = facts(session, board), staff(session, board)
    version = pairings.open_board(session, programme, now=NOW).stored.version
    with transaction(session):
        pairings.set_rules(session, programme, rules, version=version, actor=actor, now=NOW)


def page_of(client: TestClient, path: str) -> str:
    return pages.get(client, f"{PATH}/{path}", heavy=True).text()


def what_if(board: Board, partner: str = "RW-karongi", how: str = "lock") -> str:
    return f"what-if?pair={board.world.beta.code},{partner}&mark={how}"


# Two beside each other


def two(session: Session, board: Board) -> tuple[Scenario, Scenario]:
    first = keep(session, board, "First")
    weigh(session, board, NO_WEIGHTS)
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    return first, keep(session, board, "Second")


def test_two_scenarios_stand_beside_each_other(officer: TestClient, session: Session, board: Board) -> None:
    first, second = two(session, board)
    words = page_of(officer, f"compare?first={first.id}&second={second.id}")
    assert "Learning from each other 35 of 100 0 of 100" in words
    assert "Working language 10 of 100 100 of 100" in words
    assert re.search(r"Beta (&|&amp;) Karongi nothing set Locked", words)
    assert "Their totals cannot be compared" in words
    assert words.count("cannot be compared") == 3
    assert "Nothing: both were made from the same candidates, partners, places and answers." in words
    assert "Alfa Karongi" in words[words.index("What changes") :]


def test_under_other_weights_each_pair_has_its_points_under_both(session: Session, board: Board) -> None:
    sides = [Compared(compare.board_of(one), one) for one in two(session, board)]
    view = compared_view(sides[0], sides[1], "en")
    first, second = (side.board for side in sides)
    assert view["totals"][0][0] == first.pairing.total
    assert view["totals"][1][1] == second.pairing.total
    # all that both boards could pair have points in either problem: those of the pairs must be found there
    assert view["totals"][1][0] == sum(second.points[pair] or 0 for pair in first.chosen)
    assert view["totals"][0][1] == sum(first.points[pair] or 0 for pair in second.chosen)
    assert view["totals"][0][0] >= view["totals"][0][1]
    alone = compared_view(sides[0], sides[0], "en")
    assert (alone["totals"], alone["settings"], alone["marks"], alone["changes"]) == ([], [], [], [])
    assert alone["pairs"]["moved"] == []


def test_the_board_of_now_is_compared_and_what_came_in_between_is_told(
    officer: TestClient, session: Session, board: Board
) -> None:
    change(session, PartnerProfile, board.nyanza_profile, capacity=0)
    scenario = keep(session, board, "First")
    mark(session, board, board.world.alfa, board.world.karongi, Mark.VETO)
    change(session, PartnerProfile, board.nyanza_profile, capacity=1)
    change(session, PartnerProfile, board.nikki_profile, capacity=0)
    kept_board, today = compare.board_of(scenario), solved(session, board)
    assert compare.input_changes(kept_board, today) == (
        Changed("partner_gone", "BJ-0405"),
        Changed("partner_added", "RW-nyanza"),
    )
    for query in (f"first={scenario.id}&second=board", f"first=board&second={scenario.id}"):
        words = page_of(officer, f"compare?{query}")
        assert "Nyanza is a partner now." in words
        assert "Nikki is no longer a partner." in words
        assert "From “First” to “The board as it is now”" in words
        assert "Objective, weights and limits are the same." in words
        assert "Excluded" in words


def test_the_older_of_two_scenarios_comes_first_in_what_changed(
    officer: TestClient, session: Session, board: Board
) -> None:
    change(session, PartnerProfile, board.nyanza_profile, capacity=0)
    older = keep(session, board, "Older")
    change(session, PartnerProfile, board.nyanza_profile, capacity=1)
    newer = keep(session, board, "Newer")
    with transaction(session):
        row = sa.update(PairingScenario).where(col(PairingScenario.id) == older.id)
        session.execute(row.values(created_at=NOW - timedelta(days=1)))
    for first, second in ((older, newer), (newer, older)):
        words = page_of(officer, f"compare?first={first.id}&second={second.id}")
        assert "From “Older” to “Newer”" in words
        assert "Nyanza is a partner now." in words


def test_other_answers_are_told_though_the_pair_was_excluded(session: Session, board: Board) -> None:
    for partner in (board.world.karongi, board.nyanza):
        mark(session, board, board.world.alfa, partner, Mark.VETO)
    scenario = keep(session, board, "First")
    change(session, Candidacy, board.candidacies["alfa"], assessment_points=9_000)
    changed = compare.input_changes(compare.board_of(scenario), solved(session, board))
    assert changed == (Changed("answers_changed", board.world.alfa.code),)


def test_without_choosing_the_latest_stands_beside_the_one_before(
    officer: TestClient, session: Session, board: Board
) -> None:
    assert "There is nothing to compare yet" in page_of(officer, "compare")
    first = keep(session, board, "First")
    assert "So are locks and vetoes." in page_of(officer, "compare")
    assert f'<option value="{first.id}" selected>' in pages.get(officer, f"{PATH}/compare", heavy=True).html
    publish_it(session, board, first)
    assert "There is nothing to compare yet" in page_of(officer, "compare")


def test_the_same_twice_asks_for_another(officer: TestClient, session: Session, board: Board) -> None:
    scenario = keep(session, board, "First")
    words = page_of(officer, f"compare?first={scenario.id}&second={scenario.id}")
    assert "These are one and the same. Choose two different ones." in words
    assert "What changes" not in words


def test_a_scenario_of_another_call_is_not_compared(officer: TestClient, session: Session, board: Board) -> None:
    scenario = keep(session, board, "First")
    with transaction(session):
        programme = factories.programme(session, slug="another-programme")
        call = factories.call(session, programme)
        columns = {name: getattr(scenario, name) for name in ("settings", "problem", "solution", "reasons")}
        other = factories.add(session, PairingScenario(call_id=number(call), name="Other", created_at=NOW, **columns))
    assert officer.get(f"{PATH}/compare?first={scenario.id}&second={other.id}").status_code == 404
    assert officer.get(f"{PATH}/compare?call=another-programme&first={scenario.id}").status_code == 404
    assert "another-programme" in pages.get(officer, f"{PATH}/compare?first={other.id}", heavy=True).html


@pytest.mark.parametrize(
    "query", ["first=x", "first=999", "second=999", "second=-1", "first=99999999999999", "call=no"]
)
def test_no_such_comparison_is_no_such_page(officer: TestClient, session: Session, board: Board, query: str) -> None:
    keep(session, board, "First")
    assert officer.get(f"{PATH}/compare?{query}").status_code == 404


def test_every_weight_and_limit_has_its_words() -> None:
    assert set(RULES) == set(PairingRules.__slots__)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_pages_are_sound_in_three_languages(
    officer: TestClient, session: Session, board: Board, language: str
) -> None:
    first, second = two(session, board)
    officer.cookies.set("lang", language)
    for path in (
        what_if(board, how="free"),
        what_if(board, "RW-nyanza"),
        "alternatives",
        f"alternatives?scenario={first.id}",
        f"compare?first={first.id}&second={second.id}",
        str(first.id),
    ):
        page_of(officer, path)


def test_more_candidates_ask_no_more_queries(app: FastAPI, officer: TestClient, session: Session, board: Board) -> None:
    first, second = two(session, board)
    pair = f"{board.world.alfa.code},RW-nyanza"
    paths = (f"what-if?pair={pair}", "alternatives", f"compare?first={first.id}&second=board")

    def counts() -> list[int]:
        found = []
        for path in paths:
            with counted(app) as statements:
                assert officer.get(f"{PATH}/{path}").status_code == 200
            found.append(len(statements))
        return found

    many = counts()
    for name in ("beta", "delta", "omega"):
        change(session, Candidacy, board.candidacies[name], state=CandidacyState.RETURNED)
    assert len(solved(session, board).candidates) == 1
    assert counts() == many
    assert max(many) < 30
    assert second.id != first.id
