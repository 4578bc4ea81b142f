"""Take a person out of what is kept about the papers and costs of visits."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.retention import without_person
from app.models import Traveller, TravellerIdentity, VisitEstimate


def take_out_person(session: Session, person_id: int, words: tuple[str, str]) -> None:
    """Remove the identity data of a person's journeys, and the ``words`` (address, name) from estimates.

    Quantities and prices stay: they were approved and booked.
    """
    own = sa.select(col(Traveller.id)).where(col(Traveller.person_id) == person_id)
    session.execute(sa.delete(TravellerIdentity).where(col(TravellerIdentity.traveller_id).in_(own)))
    for estimate in session.scalars(sa.select(VisitEstimate).order_by(col(VisitEstimate.visit_id))):
        lines = [_without(line, words) for line in estimate.lines]
        if lines != estimate.lines:
            estimate.lines = lines


def _without(line: dict[str, object], words: tuple[str, str]) -> dict[str, object]:
    """Take words out of what somebody typed in a line; codes and sources of the programme stay."""
    typed = ("note", "title_nl", "title_fr", "title_en") if line["code"] == "own" else ("note",)
    return line | {name: without_person(line[name], words) for name in typed}
