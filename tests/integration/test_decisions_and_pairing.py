"""Decisions first, then the pairing: only the selected are paired, each in its track; without decisions as before."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.domain.decisions import Chosen, DecisionsScheduled
from app.domain.pairing import PAIRABLE, pairable
from app.models import Candidacy, Mail, Track
from app.models.database import transaction
from app.queries.decision_table import decision_table
from app.queries.pairings import outcome_of
from app.services import decision_rounds, decisions, pairings
from app.services.decision_letters import DecisionText
from app.services.decisions import Choice
from app.services.pairing_publication import plan
from tests.factories import NOW, number
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board, facts, staff
from tests.integration.test_pairings import keep, publish_it

board = pairing_kit.board
OUTCOMES = {
    "alfa": "selected:rwanda",
    "beta": "selected:rwanda",
    "delta": "reserve:rwanda",
    "omega": "selected:benin",
}


def decide(session: Session, board: Board, **outcomes: str) -> None:
    """Prepare decisions with words for all."""
    actor, call_id = staff(session, board), number(board.world.call)
    with transaction(session):
        session.execute(sa.update(Candidacy).values(state=CandidacyState.IN_ASSESSMENT, submitted_at=NOW))
        session.execute(sa.update(Track).values(places=2))
    choices = [Choice(number(board.candidacies[name]), "", Chosen.of_key(key)) for name, key in outcomes.items()]
    with transaction(session):
        decisions.choose(session, call_id, choices, actor=actor, now=NOW)
    table = decision_table(session, call_id)
    text = DecisionText("Thank you.", dict.fromkeys(table.criteria, "Because."))
    for one in table.waiting:
        with transaction(session):
            decisions.write(session, call_id, one.candidacy_id, text, edit=1, actor=actor, now=NOW)


def send(session: Session, board: Board) -> None:
    actor, call_id = staff(session, board), number(board.world.call)
    key = decision_rounds.plan(session, call_id, now=NOW).key
    with transaction(session):
        decision_rounds.send_now(session, call_id, key=key, exceeding="", made={}, actor=actor, now=NOW)


def test_the_board_holds_the_selected_once_decisions_were_sent() -> None:
    assert pairable(decided=False) == PAIRABLE
    assert pairable(decided=True) == {CandidacyState.SELECTED}


def test_only_the_selected_are_paired_each_in_the_track_of_its_place(session: Session, board: Board) -> None:
    decide(session, board, **OUTCOMES)
    send(session, board)
    inputs = pairings.open_board(session, facts(session, board), now=NOW).board.inputs
    assert {one.name: one.profile.tracks for one in inputs.candidates} == {
        "Alfa": ("rwanda",),
        "Beta": ("rwanda",),
        "Omega": ("benin",),
    }


def test_publishing_then_only_tells_the_selected_their_partner(session: Session, board: Board) -> None:
    decide(session, board, **OUTCOMES)
    send(session, board)
    with transaction(session):
        session.execute(sa.delete(Mail).where(col(Mail.kind) == "none"))
    before = session.scalar(sa.select(sa.func.count()).select_from(Mail)) or 0
    scenario = keep(session, board)
    planned = plan(session, scenario, facts(session, board), {}, now=NOW)
    assert planned.decided
    assert not planned.decisions
    publish_it(session, board, scenario, {})
    session.rollback()
    states = {
        name: session.execute(sa.select(col(Candidacy.state)).where(col(Candidacy.id) == number(one))).scalar_one()
        for name, one in board.candidacies.items()
    }
    assert {name: state.value for name, state in states.items()} == {
        "alfa": "selected",
        "beta": "selected",
        "delta": "reserve",
        "omega": "selected",
    }
    kinds = session.scalars(sa.select(col(Mail.kind)).order_by(col(Mail.id)).offset(before)).all()
    assert "pairing_selected" in kinds
    assert not {"pairing_reserve", "pairing_not_selected"} & set(kinds)
    found = outcome_of(session, number(board.candidacies["omega"]), "en")
    assert found is not None
    assert found.partner_name == "Nikki"


def test_a_selected_one_without_a_partner_stays_selected_and_gets_no_mail(session: Session, board: Board) -> None:
    decide(session, board, alfa="selected:rwanda", beta="selected:rwanda", delta="not_selected", omega="not_selected")
    send(session, board)
    scenario = None
    with transaction(session):
        session.execute(
            sa.text("UPDATE partner_profile SET capacity = 0 WHERE local_government_id = :of"),
            {"of": number(board.nyanza)},
        )
    scenario = keep(session, board)
    planned = plan(session, scenario, facts(session, board), {}, now=NOW)
    assert len(planned.unpaired) == 1
    publish_it(session, board, scenario, {})
    alone = planned.unpaired[0].candidacy_id
    state = session.execute(sa.select(col(Candidacy.state)).where(col(Candidacy.id) == alone)).scalar_one()
    assert state is CandidacyState.SELECTED


def test_while_a_sending_is_planned_nothing_is_published(session: Session, board: Board) -> None:
    decide(session, board, **OUTCOMES)
    scenario = keep(session, board)
    assert plan(session, scenario, facts(session, board), {}, now=NOW).prepared
    actor, call_id = staff(session, board), number(board.world.call)
    key = decision_rounds.plan(session, call_id, now=NOW).key
    with transaction(session):
        decision_rounds.schedule(session, call_id, NOW.replace(hour=20), key=key, exceeding="", actor=actor, now=NOW)
    with pytest.raises(DecisionsScheduled):
        publish_it(session, board, scenario)
