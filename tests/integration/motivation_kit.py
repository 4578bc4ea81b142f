"""A published pairing, whose motivations wait to be read, edited and released."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.models.database import transaction
from app.queries.pairings import scenario_by_id
from app.queries.partnerships import PartnershipFacts, partnership_by_slug, partnerships
from app.services import motivations, pairings
from app.services.motivations import Worded, worded
from app.services.pairing_mails import Decision
from app.services.pairing_publication import plan, publish
from tests.factories import NOW, number
from tests.integration.pairing_kit import Board, build_board, facts, session_on, staff

ALFA, OMEGA, DELTA = "alfa-karongi-2026", "omega-nikki-2026", "delta-nyanza-2026"


@dataclass(frozen=True)
class Published:
    """The board with its pairing published: Alfa with Karongi, Delta with Nyanza (nobody there), Omega with Nikki."""

    board: Board
    actor: Actor


def build_published(session: Session) -> Published:
    """Write the board, keep the pairing and publish it."""
    board = build_board(session)
    actor, programme = staff(session, board), facts(session, board)
    with transaction(session):
        made = pairings.keep_scenario(session, programme, "First", actor=actor, now=NOW)
    scenario = scenario_by_id(session, actor, made)
    assert scenario is not None
    unpaired = plan(session, scenario, programme, {}, now=NOW).unpaired
    with transaction(session):
        decisions = {one.profile.id: Decision(CandidacyState.RESERVE) for one in unpaired}
        publish(session, scenario, programme, decisions, actor=actor, now=NOW)
    return Published(board, actor)


def found(session: Session, slug: str = ALFA) -> PartnershipFacts:
    """Give a partnership."""
    session.rollback()
    partnership = partnership_by_slug(session, slug)
    assert partnership is not None
    return partnership


def words(session: Session, slug: str = ALFA) -> Worded:
    """Give the motivation of a partnership as it is now."""
    return worded(session, [found(session, slug)])[0]


def of_programme(session: Session, published: Published) -> list[PartnershipFacts]:
    """Give all partnerships of the programme."""
    session.rollback()
    return partnerships(session, number(published.board.world.programme))


def release(session: Session, published: Published, *slugs: str) -> motivations.ReleasePlan:
    """Release motivations as their page shows them."""
    chosen = [found(session, slug) for slug in slugs] or of_programme(session, published)
    key = motivations.plan(session, chosen).key
    with transaction(session):
        return motivations.release(session, chosen, key=key, actor=published.actor, now=NOW)


@pytest.fixture
def published(session: Session) -> Published:
    """The published pairing on SQLite."""
    session.info["base_url"] = "http://testserver"
    return build_published(session)


def on(engine: sa.Engine) -> Session:
    """Open a session as the application does."""
    return session_on(engine)
