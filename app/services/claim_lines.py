"""What a line and the heading of a claim hold, checked against the half that they are on."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.budget import SessionElsewhere, UnknownCommitment
from app.domain.claims import Asked, NewLine, UnknownBeneficiary
from app.domain.codes import EntryKind, SessionStatus
from app.domain.money import check_cents, rate_for, to_cents
from app.models import AgendaSession, CommitmentBalance, LedgerEntry, Membership
from app.queries.claim_facts import ClaimFacts
from app.services.ledger import LockedHalf


@dataclass(frozen=True, slots=True)
class Heading:
    """What a claim is for, in which session, and who gets the money: nobody is the local government itself."""

    title: str
    session_id: int | None = None
    beneficiary_id: int | None = None


def line_values(session: Session, allotment_id: int, line: NewLine) -> dict[str, Any]:
    """Give the columns of a line, its euro cents computed once.

    :raises RateNeeded, AmountIsZero, AmountTooLarge, UnknownCommitment: see the domain.
    """
    rate = rate_for(line.currency, line.rate)
    cents = to_cents(line.amount_minor, line.currency, rate.value)
    check_cents(cents)
    _check_commitment(session, allotment_id, line.commitment_id)
    own = {one.name: getattr(line, one.name) for one in fields(NewLine) if one.name != "rate"}
    return own | {
        "rate": format(rate.value, "f"),
        "rate_source": rate.source,
        "rate_date": rate.day,
        "amount_cents": cents,
    }


def _check_commitment(session: Session, allotment_id: int, commitment_id: int | None) -> None:
    if commitment_id is None:
        return
    query = sa.select(col(LedgerEntry.id)).where(
        col(LedgerEntry.id) == commitment_id,
        col(LedgerEntry.allotment_id) == allotment_id,
        col(LedgerEntry.kind) == EntryKind.COMMITMENT,
    )
    if session.execute(query).first() is None:
        raise UnknownCommitment


def check_heading(session: Session, half: LockedHalf, heading: Heading) -> None:
    """Refuse a session of others, and a beneficiary who is not of this side.

    :raises SessionElsewhere, UnknownBeneficiary: see the domain.
    """
    if heading.session_id is not None:
        query = sa.select(col(AgendaSession.partnership_id)).where(
            col(AgendaSession.id) == heading.session_id, col(AgendaSession.status) != SessionStatus.DRAFT
        )
        if session.execute(query).scalar() != half.partnership_id:
            raise SessionElsewhere
    if heading.beneficiary_id is not None and heading.beneficiary_id not in _people(session, half.government_id):
        raise UnknownBeneficiary


def _people(session: Session, government_id: int) -> Collection[int]:
    query = sa.select(col(Membership.person_id)).where(col(Membership.local_government_id) == government_id)
    return set(session.scalars(query.order_by(col(Membership.person_id))))


def asked(claim: ClaimFacts) -> list[Asked]:
    """Give what the lines of a claim ask of its half."""
    return [Asked(line.amount_cents, line.commitment_id) for line in claim.lines]


def open_cents(session: Session, claim: ClaimFacts) -> dict[int, int]:
    """Give what is open on the commitments that a claim uses up (one query)."""
    wanted = sorted({line.commitment_id for line in claim.lines if line.commitment_id is not None})
    if not wanted:
        return {}
    balance = col(CommitmentBalance.entry_id)
    query = sa.select(balance, col(CommitmentBalance.open_cents)).where(balance.in_(wanted)).order_by(balance)
    return {row.entry_id: row.open_cents for row in session.execute(query)}
