"""Invented plans of what halves of budgets will pay: in one partnership more than there is, so that the page warns."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Category, Country, Side
from app.models import Allotment, LocalGovernment, Partnership, PartnershipSide, Programme
from app.services.budget_plans import NewPlan, add
from app.services.demo.ledger import TEAM

_PLANS: Final = {
    Country.BELGIUM: ((Category.TRAINING, 120_000, "Vorming over inspraak"), (Category.MATERIAL, 40_000, "Drukwerk")),
    Country.RWANDA: ((Category.INTERPRETATION, 90_000, "Interpreters for the workshops"),),
    Country.BENIN: ((Category.CONFERENCE, 150_000, "Journée sur l’économie locale"),),
}
_TOO_MUCH: Final = (Category.TRAINING, 1_700_000, "Training of all sectors")


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Plan something on every half in the last year of a programme; one half plans more than is left."""
    query = (
        sa.select(col(Allotment.id), col(PartnershipSide.side), col(LocalGovernment.country))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id))
        .where(col(Partnership.programme_id) == programme.id)
        .order_by(col(Allotment.id))
    )
    halves = session.execute(query).all()
    last = next((number for number, side, _country in reversed(halves) if side is Side.PARTNER), None)
    for number, _side, country in halves:
        for category, cents, words in (*_PLANS[country], *([_TOO_MUCH] if number == last else [])):
            plan = NewPlan(number or 0, category, programme.ends_on.year, cents, words)
            add(session, plan, actor=TEAM, now=now)
