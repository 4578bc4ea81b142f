"""Two of the programme team at the same board at the same moment; and what is solved before the database is held."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.pairing import BoardChanged, Mark, NameTaken
from app.domain.programme import PairingRules
from app.matching.json_format import problem_sha256
from app.models import Allotment, PairingScenario, Programme
from app.models.database import transaction
from app.queries.pairings import scenario_by_id, stored_board
from app.services import pairing_comparison as compare
from app.services import pairings, programmes
from app.services.pairing_mails import Decision
from app.services.pairing_memory import solved
from app.services.pairing_publication import publish
from app.services.programmes import Basics, Edit
from tests.factories import NOW, number
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board, build_board, facts, session_on, staff

board = pairing_kit.board


def at_once(engine: sa.Engine, deeds: Sequence[Callable[[Session], object]]) -> list[str]:
    """Do these at the same moment, each in a transaction of its own; give what became of them, sorted."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[Session], object]) -> str:
        with session_on(engine) as own:
            own.connection()
            start.wait(timeout=30)
            try:
                with transaction(own):
                    deed(own)
            except DomainError as refusal:
                return refusal.code
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def test_two_marks_at_the_same_moment_are_both_set(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        made = build_board(session)
        actor, programme = staff(session, made), facts(session, made)
    world = made.world
    pairs = {(world.alfa.code, world.karongi.code), (made.delta.code, made.nyanza.code)}
    deeds = [
        lambda own, pair=pair: pairings.mark_pair(own, programme, pair, Mark.LOCK, actor=actor, now=NOW)
        for pair in sorted(pairs)
    ]
    assert at_once(both_engines, deeds) == ["done", "done"]
    with session_on(both_engines) as session:
        stored = stored_board(session, number(world.call))
        assert {tuple(pair) for pair in stored.settings["locks"]} == pairs
        assert stored.version == 2


def test_of_two_who_weigh_the_same_version_one_is_told(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        made = build_board(session)
        actor, programme = staff(session, made), facts(session, made)
    deeds = [
        lambda own, limit=limit: pairings.set_rules(
            own, programme, PairingRules(province_limit=limit), version=0, actor=actor, now=NOW
        )
        for limit in (3, 4)
    ]
    assert at_once(both_engines, deeds) == sorted([BoardChanged.code, "done"])


def test_of_two_scenarios_of_one_name_one_is_kept(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        made = build_board(session)
        actor, programme = staff(session, made), facts(session, made)
        wanted = compare.Wanted(2, problem_sha256(pairings.open_board(session, programme, now=NOW).board.problem))
    outcomes = at_once(
        both_engines,
        [
            lambda own: pairings.keep_scenario(own, programme, "Spring", actor=actor, now=NOW),
            lambda own: compare.keep_alternative(own, programme, wanted, "Spring", actor=actor, now=NOW),
        ],
    )
    assert outcomes == sorted(["done", NameTaken.code])
    with session_on(both_engines) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PairingScenario)) == 1


def test_halves_that_are_made_while_the_budget_changes_get_the_new_amount(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        made = build_board(session)
        actor, before = staff(session, made), facts(session, made)
        decisions = {made.world.beta.code: Decision(CandidacyState.RESERVE)}
        with transaction(session):
            kept = pairings.keep_scenario(session, before, "Spring", actor=actor, now=NOW)
        stored = session.get_one(Programme, before.id)
        values = {one.name: getattr(stored, one.name) for one in fields(Basics)} | {"budget_cents": 3_600_000}
        version = stored.version
    edit = Edit(before.id, version, actor, NOW, "The donor gives more")

    def publication(own: Session) -> None:
        scenario = scenario_by_id(own, actor, kept)
        assert scenario is not None
        publish(own, scenario, before, decisions, actor=actor, now=NOW)

    def new_budget(own: Session) -> None:
        programmes.save_basics(own, edit, Basics(**values))

    assert at_once(both_engines, [publication, new_budget]) == ["done", "done"]
    with session_on(both_engines) as session:
        halves = session.execute(sa.select(col(Allotment.amount_cents))).scalars().all()
    assert set(halves) == {1_800_000}
    assert len(halves) >= 4


@pytest.mark.parametrize("rank", [1, 2])
def test_nothing_is_solved_while_a_scenario_is_stored(session: Session, board: Board, rank: int) -> None:
    actor, programme = staff(session, board), facts(session, board)
    wanted = compare.Wanted(rank, problem_sha256(pairings.open_board(session, programme, now=NOW).board.problem))
    solved.cache_clear()
    if rank == 1:
        pairings.reckon_ahead(session, programme, now=NOW)
    else:
        compare.reckon_alternative(session, programme, wanted, now=NOW)
    before = solved.cache_info().misses
    with transaction(session):
        if rank == 1:
            pairings.keep_scenario(session, programme, "First", actor=actor, now=NOW)
        else:
            compare.keep_alternative(session, programme, wanted, "Second", actor=actor, now=NOW)
    assert solved.cache_info().misses == before > 0
