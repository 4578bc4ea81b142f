"""Invented transfers between the sides: one carried out in the finished pilot, one waiting in the running round."""

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import ConsentParty, Side
from app.models import Mail, Partnership, Programme
from app.queries.budget import halves_of
from app.queries.people import actor_of_person
from app.queries.transfers import speakers
from app.services import transfers
from app.services.mail import BASE_URL
from app.services.transfers import Answer, Proposal

CARRIED_OUT_CENTS = 25_000
WAITING_CENTS = 60_000
CARRIED_OUT = "Le district paie la traduction pour les deux côtés."
WAITING = "De delegatie telt een reiziger minder; aan de andere kant komt er een opleiding bij."


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Carry one transfer out where the programme is over, else propose one that waits for the two others."""
    of_programme = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme.id)
    number = session.scalars(of_programme.order_by(col(Partnership.id).desc()).limit(1)).first()
    if number is None:
        return
    session.info.setdefault(BASE_URL, "http://localhost")  # of mails that are not kept
    people = _people(session, number)
    if programme.ends_on < now.date():
        at = datetime.combine(programme.ends_on, time(9), UTC) - timedelta(days=120)
        wanted = Proposal(number, Side.FLEMISH, CARRIED_OUT_CENTS, CARRIED_OUT, ConsentParty.PARTNER)
        made = transfers.propose(session, wanted, actor=people[ConsentParty.PARTNER], now=at)
        for days, party in enumerate((ConsentParty.FLEMISH, ConsentParty.STAFF), start=2):
            answered_at = at + timedelta(days=days)
            transfers.answer(session, made, Answer(party, agreed=True), actor=people[party], now=answered_at)
    elif programme.starts_on <= now.date():
        wanted = Proposal(number, Side.FLEMISH, WAITING_CENTS, WAITING, ConsentParty.FLEMISH)
        transfers.propose(session, wanted, actor=people[ConsentParty.FLEMISH], now=now - timedelta(days=2))
    of_transfers = col(Mail.kind).in_(("transfer_asked", "transfer_ended"))
    session.execute(sa.delete(Mail).where(of_transfers))  # they were read long ago


def _people(session: Session, partnership_id: int) -> dict[ConsentParty, Actor]:
    flemish, partner = halves_of(session, [partnership_id])[partnership_id]
    found = speakers(session, flemish.government_id, partner.government_id)
    return {party: actor_of_person(session, some[0].person_id) for party, some in found.items()}
