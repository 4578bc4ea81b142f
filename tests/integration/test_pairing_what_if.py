"""Looking before deciding: what a lock or veto would change, and the next best pairings, which can be kept."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.pairing import AlreadyPublished, BoardChanged, Ids, Mark, NameTaken
from app.domain.pairing_comparison import AlternativeGone, loss
from app.domain.programme import PairingRules
from app.matching.json_format import problem_from_json, problem_sha256, solution_from_json
from app.matching.problem import Options
from app.matching.solve import solve
from app.matching.verify import verify
from app.models import PairingBoard, PairingScenario, PartnerProfile
from app.models.database import transaction
from app.queries.pairings import Scenario, scenario_by_id
from app.services import pairing_comparison as compare
from app.services import pairings
from app.services.pairing_board import Board as Solved
from tests import pages
from tests.factories import NOW
from tests.integration import pairing_kit
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


def keep_alternative(session: Session, board: Board, wanted: compare.Wanted, name: str = "Other") -> Scenario:
    actor = staff(session, board)
    with transaction(session):
        made = compare.keep_alternative(session, facts(session, board), wanted, name, actor=actor, now=NOW)
    found = scenario_by_id(session, actor, made)
    assert found is not None
    return found


def wanted(found: Solved, rank: int) -> compare.Wanted:
    return compare.Wanted(rank, problem_sha256(found.problem))


def pairs_in(scenario: Scenario) -> set[Ids]:
    return {(pair["left"], pair["right"]) for pair in scenario.solution["pairs"]}


def possible(found: Solved) -> list[Ids]:
    return [pair for pair in found.points if found.refusal(pair) is None]


def page_of(client: TestClient, path: str) -> str:
    return pages.get(client, f"{PATH}/{path}", heavy=True).text()


def what_if(board: Board, partner: str = "RW-karongi", how: str = "lock") -> str:
    return f"what-if?pair={board.world.beta.code},{partner}&mark={how}"


# What if


def test_the_price_of_a_pair_is_what_forcing_it_or_leaving_it_out_loses(session: Session, board: Board) -> None:
    found = solved(session, board)
    solution = solve(replace(found.problem, options=Options(prices=True)))
    prices = {(price.left, price.right): price for price in solution.prices or ()}
    assert set(prices) == set(possible(found))
    for pair, price in prices.items():
        how = Mark.VETO if pair in found.chosen else Mark.LOCK
        other = compare.what_if(found, pair, how)
        lost = loss(found.pairing, other.pairing)
        assert (price.points, price.pairs) == ((None, 0) if other.clash else (lost.points, lost.pairs)), pair


def test_what_if_shows_both_pairings_and_the_loss_and_sets_nothing(
    officer: TestClient, session: Session, board: Board
) -> None:
    found = solved(session, board)
    pair = (board.world.beta.code, "RW-karongi")
    lost = found.pairing.total - compare.what_if(found, pair, Mark.LOCK).pairing.total
    assert lost > 0
    words = page_of(officer, what_if(board))
    assert "What if Beta & Karongi are a pair?" in words.replace("&amp;", "&")
    assert f"It costs {lost:,} points of the total. 2 candidates get another outcome." in words
    moved = words[words.index("What changes (2)") : words.index("What stays (2)")]
    assert re.search(r"Alfa Karongi [\d,]+ no partner Loses the partner", moved)
    assert re.search(r"Beta no partner Karongi locked [\d,]+ Gets a partner", moved)
    assert "Delta Nyanza" in words[words.index("What stays (2)") :]
    session.rollback()
    assert session.execute(sa.select(sa.func.count()).select_from(PairingBoard)).scalar_one() == 0


def test_the_button_sets_what_was_looked_at(officer: TestClient, session: Session, board: Board) -> None:
    html = pages.get(officer, f"{PATH}/{what_if(board)}", heavy=True).html
    form = re.search(r'<form class="cluster what-if__deed" action="([^"]+)".*?</form>', html, re.DOTALL)
    assert form
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group(0)))
    assert data.pop("mark") == "lock"
    sent = [officer.post(form.group(1), data={**data, "mark": "lock"}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    session.rollback()
    stored = session.execute(sa.select(col(PairingBoard.version), col(PairingBoard.settings))).one()
    assert (stored.version, stored.settings["locks"]) == (1, [[board.world.beta.code, "RW-karongi"]])
    words = page_of(officer, what_if(board))
    assert "This pair is locked already." in words
    assert "Lock this pair" not in words


def test_a_veto_and_taking_a_lock_back_can_be_looked_at_too(
    officer: TestClient, session: Session, board: Board
) -> None:
    alfa = f"{board.world.alfa.code},RW-karongi"
    words = page_of(officer, f"what-if?pair={alfa}&mark=veto")
    assert "are kept apart?" in words
    assert "Exclude this pair" in words
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    words = page_of(officer, what_if(board, how="free"))
    assert "The total gains" in words
    assert "Take it away" in words


def test_a_pair_that_is_in_already_changes_nothing(officer: TestClient, board: Board) -> None:
    words = page_of(officer, f"what-if?pair={board.world.alfa.code},RW-karongi&mark=lock")
    assert "Nothing else changes: the best pairing stays as it is. Nothing has been set yet." in words
    assert "What changes" not in words


def test_what_cannot_be_forced_says_what_clashes_and_has_no_button(
    officer: TestClient, session: Session, board: Board
) -> None:
    mark(session, board, board.world.alfa, board.world.karongi, Mark.LOCK)
    words = page_of(officer, what_if(board))
    assert "No pairing is possible" in words
    assert "Beta" in words[words.index("No pairing is possible") :]
    assert "No pairing meets all conditions at once" not in words
    assert "Lock this pair" not in words
    assert "Both pairings" not in words


def test_a_pair_that_can_never_be_says_why(officer: TestClient, board: Board) -> None:
    words = page_of(officer, what_if(board, "BJ-0405"))
    assert "The candidate did not choose the track of this partner." in words
    assert "Lock this pair" not in words


def test_where_nothing_is_possible_now_what_if_may_help(officer: TestClient, session: Session, board: Board) -> None:
    mark(session, board, board.world.alfa, board.world.karongi, Mark.LOCK)
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    assert "There is no pairing now. With this there is one, of" in page_of(officer, what_if(board, how="free"))


def test_after_publishing_nothing_is_offered_any_more(officer: TestClient, session: Session, board: Board) -> None:
    publish_it(session, board, keep(session, board, "First"))
    for path in (what_if(board), "alternatives"):
        answer = officer.get(f"{PATH}/{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?call=test")


@pytest.mark.parametrize(
    "query", ["", "pair=x", "pair=a,b", "pair={beta},nobody", "pair={beta},RW-karongi&mark=x", "call=no"]
)
def test_no_such_question_is_no_such_page(officer: TestClient, board: Board, query: str) -> None:
    assert officer.get(f"{PATH}/what-if?{query.format(beta=board.world.beta.code)}").status_code == 404


# Alternatives


def test_the_alternatives_stand_beside_the_best(officer: TestClient, session: Session, board: Board) -> None:
    found = solved(session, board)
    others = compare.alternatives_of(found)
    assert 1 < len(others) <= compare.ALTERNATIVES
    html = pages.get(officer, f"{PATH}/alternatives", heavy=True).html
    table = html[html.index('<table class="spread">') : html.index("</table>")]
    assert table.count('<th scope="col">') == len(others) + 1
    names = found.inputs.names()
    best = dict(tuple(found.chosen))
    partners = [{pair.left: pair.right for pair in one.pairs} for one in others]
    differing = sum(one.get(code) != best.get(code) for one in partners for code in found.candidates)
    assert table.count('class="spread__differs"') == differing > 0
    assert table.count("different:") == differing
    lists = html[html.index('class="spread__lists"') : html.index("Keep one of them")]
    assert lists.count("<li>") == differing
    assert f"{names[board.world.alfa.code]}: " in lists


@pytest.mark.parametrize("rank", range(2, 8))
def test_any_alternative_can_be_kept_and_is_then_proved_to_be_the_best(
    session: Session, board: Board, rank: int
) -> None:
    found = solved(session, board)
    other = next(one for one in compare.alternatives_of(found) if one.rank == rank)
    scenario = keep_alternative(session, board, wanted(found, rank))
    assert pairs_in(scenario) == {(pair.left, pair.right) for pair in other.pairs} != set(found.chosen)
    assert scenario.solution["total"] == other.total
    verify(problem_from_json(dict(scenario.problem)), solution_from_json(dict(scenario.solution)))
    assert set(map(tuple, scenario.settings["locks"])) <= pairs_in(scenario)
    assert solved(session, board).settings.locks == ()


def test_pairs_that_must_stay_out_are_excluded(session: Session, board: Board) -> None:
    found = solved(session, board)
    fewer = list(found.chosen)[:-1]
    made = compare.made_best(found, fewer)
    assert set(made.chosen) == set(fewer)
    assert made.settings.vetoes


def test_what_the_board_has_is_made_best_without_a_lock(session: Session, board: Board) -> None:
    found = solved(session, board)
    assert compare.made_best(found, list(found.chosen)) is found


def test_an_alternative_of_another_board_or_of_no_rank_is_refused(session: Session, board: Board) -> None:
    found = solved(session, board)
    with pytest.raises(AlternativeGone):
        keep_alternative(session, board, wanted(found, 999))
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    with pytest.raises(BoardChanged):
        keep_alternative(session, board, wanted(found, 2))
    assert session.execute(sa.select(sa.func.count()).select_from(PairingScenario)).scalar_one() == 0


def test_names_are_taken_once_and_nothing_is_kept_after_publishing(session: Session, board: Board) -> None:
    found = solved(session, board)
    scenario = keep_alternative(session, board, wanted(found, 2))
    with pytest.raises(NameTaken):
        keep_alternative(session, board, wanted(found, 3))
    publish_it(session, board, scenario)
    with pytest.raises(AlreadyPublished):
        keep_alternative(session, board, wanted(found, 3), "Third")


def test_the_form_keeps_once_and_says_what_is_wrong(officer: TestClient, session: Session, board: Board) -> None:
    fingerprint = problem_sha256(solved(session, board).problem)
    good = {"rank": "2", "name": "Second best", "problem": fingerprint, "form_key": "a-key-of-a-page"}
    sent = [officer.post(f"{PATH}/alternatives", data=good) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    for wrong, words in (
        ({"name": ""}, "Fill this in"),
        ({"rank": "99"}, ""),
        ({"rank": "x"}, ""),
        ({"problem": "0" * 64}, "changed"),
        ({"name": "Second best", "rank": "3"}, "Second best"),
    ):
        answer = officer.post(f"{PATH}/alternatives", data={**good, "form_key": f"key-{words}-{wrong}"[:64], **wrong})
        assert answer.status_code == 422, wrong
        pages.check(answer.text)
        assert words in answer.text
    session.rollback()
    assert session.execute(sa.select(sa.func.count()).select_from(PairingScenario)).scalar_one() == 1


def test_a_scenario_has_its_own_alternatives_and_no_form(officer: TestClient, session: Session, board: Board) -> None:
    scenario = keep(session, board, "First")
    before = compare.alternatives_of(compare.board_of(scenario))
    assert before == compare.alternatives_of(solved(session, board))
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    words = page_of(officer, f"alternatives?scenario={scenario.id}")
    assert "Alternatives to First" in words
    assert f"{before[0].total:,}" in words
    assert "Keep as a scenario" not in words


def test_a_scenario_shows_what_it_kept_and_an_older_one_what_can_be_computed(session: Session, board: Board) -> None:
    scenario = keep(session, board, "First")
    kept = compare.alternatives_of(compare.board_of(scenario))
    fewer = {**scenario.solution, "alternatives": scenario.solution["alternatives"][:1]}
    assert compare.alternatives_of(compare.board_of(replace(scenario, solution=fewer))) == kept[:1]
    none = {name: value for name, value in scenario.solution.items() if name != "alternatives"}
    assert compare.alternatives_of(compare.board_of(replace(scenario, solution=none))) == kept


def test_without_a_pairing_or_an_alternative_the_page_says_so(
    officer: TestClient, session: Session, board: Board
) -> None:
    found = solved(session, board)
    for pair in set(possible(found)) - {(board.world.alfa.code, "RW-karongi")}:
        with transaction(session):
            pairings.mark_pair(session, facts(session, board), pair, Mark.VETO, actor=staff(session, board), now=NOW)
    lonely = solved(session, board)
    if compare.alternatives_of(lonely):
        mark(session, board, board.world.alfa, board.world.karongi, Mark.LOCK)
    assert "No other pairing is possible" in page_of(officer, "alternatives")
    change(session, PartnerProfile, board.karongi_profile, capacity=0)
    change(session, PartnerProfile, board.nyanza_profile, capacity=0)
    change(session, PartnerProfile, board.nikki_profile, capacity=0)
    assert "Nothing to pair yet" in page_of(officer, "alternatives")


@pytest.mark.parametrize("query", ["scenario=x", "scenario=0", "scenario=999", "scenario=99999999999", "call=nothing"])
def test_no_such_alternatives_are_no_such_page(officer: TestClient, query: str) -> None:
    assert officer.get(f"{PATH}/alternatives?{query}").status_code == 404
