"""The candidacy that an address names, fetched through the actor, for pages of its authors; times as they read them."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException

from app.domain.access import Actor
from app.domain.codes import Section
from app.domain.time import wall_in
from app.queries.candidacies import CandidacyRecord, own_candidacy
from app.web.access import CandidateDep
from app.web.database import SessionDep


def own(session: SessionDep, actor: CandidateDep, reference: str) -> CandidacyRecord:
    """Give the candidacy that the actor may write; for others it does not exist."""
    found = own_candidacy(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


async def existing_section(section: str) -> Section:
    """Give the section that an address names."""
    if section not in tuple(Section):
        raise HTTPException(404)
    return Section(section)


OwnDep = Annotated[CandidacyRecord, Depends(own)]
SectionDep = Annotated[Section, Depends(existing_section)]


def clock_of(actor: Actor, moment: datetime | None) -> datetime | None:
    """Give what the actor's clock showed (naive) at a moment (aware); none stays none."""
    return wall_in(moment, ZoneInfo(actor.zone)) if moment else None
