"""The candidacy of an address, for those who write it: routes under ``/candidacies/{reference}`` name ``OwnDep``."""

from typing import Annotated

from fastapi import Depends, HTTPException

from app.queries.candidacies import CandidacyRecord, own_candidacy
from app.web.access import CandidateDep
from app.web.database import SessionDep


def own(session: SessionDep, actor: CandidateDep, reference: str) -> CandidacyRecord:
    """Give the candidacy that the actor may write; for others it does not exist."""
    found = own_candidacy(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


OwnDep = Annotated[CandidacyRecord, Depends(own)]
