"""The candidacy of an address, for those who write it: routes under ``/candidacies/{reference}`` name ``OwnDep``."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.domain.time import wall_in
from app.queries.candidacies import CandidacyRecord, SavedSection, own_candidacy
from app.queries.clarifications import OpenQuestion, open_question
from app.web.access import CandidateDep
from app.web.database import SessionDep


def own(session: SessionDep, actor: CandidateDep, reference: str) -> CandidacyRecord:
    """Give the candidacy that the actor may write; for others it does not exist."""
    found = own_candidacy(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


OwnDep = Annotated[CandidacyRecord, Depends(own)]


def asked_of(session: Session, candidacy: CandidacyRecord) -> OpenQuestion | None:
    """Give what the programme team asks about a candidacy that it returned."""
    return open_question(session, candidacy.id) if candidacy.state is CandidacyState.RETURNED else None


def saved_at(saved: SavedSection, actor: Actor) -> datetime:
    """Give when a section was saved, as the reader's clock showed it."""
    return wall_in(saved.saved_at, ZoneInfo(actor.zone))
