"""What the pages of the authors of a candidacy share: the section of an address, and times as they read them."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException

from app.domain.access import Actor
from app.domain.codes import Section
from app.domain.time import wall_in


async def existing_section(section: str) -> Section:
    """Give the section that an address names."""
    if section not in tuple(Section):
        raise HTTPException(404)
    return Section(section)


SectionDep = Annotated[Section, Depends(existing_section)]


def clock_of(actor: Actor, moment: datetime | None) -> datetime | None:
    """Give what the actor's clock showed (naive) at a moment (aware); none stays none."""
    return wall_in(moment, ZoneInfo(actor.zone)) if moment else None
