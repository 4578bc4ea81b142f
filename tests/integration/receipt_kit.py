"""Receipts in tests: laid at a claim, sent by a form, and read again from the database."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Receipt, StoredFile
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts
from app.services import claim_receipts
from app.services.claim_receipts import AddedReceipt
from tests.factories import NOW

Sent = list[tuple[str, tuple[str, bytes, str]]]


def laid(
    session: Session, claim: ClaimFacts, by: Actor, name: str, content: bytes, *, line: int = 0, now: datetime = NOW
) -> AddedReceipt:
    """Lay a file at a line of a claim."""
    with transaction(session):
        return claim_receipts.add(session, claim.id, claim.lines[line].id, name, content, actor=by, now=now)


def sending(*files: tuple[str, bytes], media_type: str = "application/x-anything") -> Sent:
    """Give files as a browser sends them: what it says about their kind counts for nothing."""
    return [("receipts", (name, content, media_type)) for name, content in files]


def kept(session: Session) -> list[tuple[str, bytes]]:
    """Give name and content of every receipt, in order."""
    session.rollback()
    query = sa.select(col(StoredFile.name), col(StoredFile.content))
    query = query.join(Receipt, col(Receipt.file_id) == col(StoredFile.id)).order_by(col(Receipt.id))
    found = [(name, content) for name, content in session.execute(query)]
    session.rollback()
    return found


def stored(session: Session) -> Sequence[str]:
    """Give the names of all stored files, small pictures among them."""
    session.rollback()
    return session.scalars(sa.select(col(StoredFile.name)).order_by(col(StoredFile.id))).all()
