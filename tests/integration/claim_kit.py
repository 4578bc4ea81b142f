"""Claims in tests: started, filled in and sent by people of the small world."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.budget_rules import HINTS, BudgetRules
from app.domain.claims import NewLine
from app.domain.codes import Category, Currency, HintForce, HintKind, Side
from app.domain.programme import Rules
from app.models import Mail, Partnership, Programme
from app.models.database import transaction
from app.queries.budget import halves_of
from app.queries.claim_facts import ClaimFacts
from app.queries.claims import claim_by_id
from app.queries.people import actor_of_person
from app.services import claims
from app.services.claim_lines import Heading
from tests.factories import NOW, number

SLUG = "gamma-karongi"
PATH = f"/partnerships/{SLUG}/claims"
DAY = date(2026, 11, 20)
TRAIN = NewLine(Category.TRAVEL, "Train to Brussels", DAY, Currency.EUR, 4_250)


def actor(session: Session, person: SQLModel) -> Actor:
    """Give a person as the services see them."""
    found = actor_of_person(session, number(person))
    session.rollback()
    return found


def half(session: Session, partnership: Partnership, side: Side) -> Half:
    """Give a half of a partnership."""
    session.rollback()
    halves = halves_of(session, [number(partnership)])[number(partnership)]
    session.rollback()
    return halves[0 if side is Side.FLEMISH else 1]


def without_receipts(session: Session, programme: Programme) -> None:
    """Let the rule about receipts only warn: most tests are about something else."""
    hints = tuple(replace(hint, force=HintForce.WARNS) if hint.kind is HintKind.RECEIPT else hint for hint in HINTS)
    with transaction(session):
        row = session.get_one(Programme, number(programme))
        row.rules = {**row.rules, "budget": Rules(budget=BudgetRules(hints=hints)).budget.to_data()}
        session.add(row)


def started(session: Session, by: Actor, on: Half, *lines: NewLine, **heading: Any) -> ClaimFacts:  # noqa: ANN401
    """Start a claim with lines."""
    with transaction(session):
        made = claims.start(session, on.allotment_id, Heading("Journey to Brussels", **heading), actor=by, now=NOW)
        for line in lines or (TRAIN,):
            claims.add_line(session, made, line, actor=by, now=NOW)
    return read(session, made)


def sent(session: Session, by: Actor, on: Half, *lines: NewLine, **heading: Any) -> ClaimFacts:  # noqa: ANN401
    """Start a claim with lines and send it."""
    claim = started(session, by, on, *lines, **heading)
    return submit(session, claim, by)


def submit(session: Session, claim: ClaimFacts, by: Actor, *, now: datetime = NOW) -> ClaimFacts:
    """Send a claim as it stands."""
    with transaction(session):
        claims.submit(session, claim.id, version=claim.version, actor=by, now=now)
    return read(session, claim.id)


def approve(session: Session, claim: ClaimFacts, by: Actor, *, now: datetime = NOW) -> list[int]:
    """Approve a claim as it stands."""
    with transaction(session):
        return claims.approve(session, claim.id, version=claim.version, actor=by, now=now)


def read(session: Session, claim_id: int) -> ClaimFacts:
    """Read a claim anew."""
    session.rollback()
    found = claim_by_id(session, claim_id)
    session.rollback()
    return found


def mails(session: Session) -> list[tuple[str, str]]:
    """Give kind and recipient of every mail about claims, in order."""
    session.rollback()
    query = sa.select(col(Mail.kind), col(Mail.recipient)).where(col(Mail.kind).like("claim%")).order_by(col(Mail.id))
    found = [(kind, recipient) for kind, recipient in session.execute(query)]
    session.rollback()
    return found
