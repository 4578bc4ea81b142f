"""What the pages of the pairing find by their address; what is not there, or not for the reader, is no page (404)."""

from datetime import datetime

from fastapi import HTTPException
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.queries import pairings as read
from app.queries.pairings import Scenario
from app.queries.programmes import ProgrammeFacts, programme_by_id


def found_programme(session: Session, slug: str, now: datetime) -> ProgrammeFacts:
    """Find the programme of a board by its slug, without one that of ``now``."""
    programme = read.programme_of_board(session, slug, now)
    if programme is None:
        raise HTTPException(404)
    return programme


def found_scenario(session: Session, actor: Actor, scenario_id: int) -> Scenario:
    """Find a scenario through the actor."""
    scenario = read.scenario_by_id(session, actor, scenario_id)
    if scenario is None:
        raise HTTPException(404)
    return scenario


def programme_of(session: Session, scenario: Scenario) -> ProgrammeFacts:
    """Give the programme of a scenario."""
    programme = programme_by_id(session, scenario.programme_id)
    assert programme is not None  # noqa: S101 - a foreign key says so
    return programme
