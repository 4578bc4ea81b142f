"""Reads of receipts, through the eyes of whoever asks; a list never touches their contents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import ClaimState
from app.models import Claim, ClaimLine, Partnership, Receipt, StoredFile
from app.queries.claim_access import joined, may_see


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A receipt that is asked for, or its small picture: where its bytes are. ``claimant_id``: whose claim it is."""

    id: int
    claim_id: int
    claimant_id: int
    file_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TwinFacts:
    """Where else the content of a receipt is.

    ``is_here``: in the same claim, at the line ``position``. ``number``, ``slug`` and ``day`` (when the claim was sent,
    else begun) are given only where the reader may see that other claim.
    """

    receipt_id: int
    is_here: bool
    position: int | None = None
    number: int | None = None
    slug: str | None = None
    day: datetime | None = None
    state: ClaimState | None = None


def receipt_file(
    session: Session, actor: Actor, slug: str, number: int, receipt_id: int, *, small: bool = False
) -> ReceiptFile | None:
    """Give a receipt of a claim that ``actor`` may see, or its small picture, without the content (one query)."""
    which = col(Receipt.thumbnail_id) if small else col(Receipt.file_id)
    columns: tuple[Any, ...] = (
        col(Receipt.id),
        col(Claim.id),
        col(Claim.claimant_id),
        *(col(getattr(StoredFile, name)) for name in ("id", "name", "media_type", "size", "sha256")),
        col(Receipt.removed_at),
    )
    query = joined(sa.select(*columns)).join(Receipt, col(Receipt.claim_id) == col(Claim.id))
    query = query.join(StoredFile, col(StoredFile.id) == which)
    found = col(Receipt.id) == receipt_id, col(Claim.number) == number, col(Partnership.slug) == slug
    row = session.execute(query.where(*found, may_see(actor))).first()
    return None if row is None else ReceiptFile(*row)


def removed_receipts(session: Session, claim_id: int) -> set[int]:
    """Give the receipts of a claim whose period is over, so that their files are gone (one query)."""
    query = sa.select(col(Receipt.id)).where(col(Receipt.claim_id) == claim_id, col(Receipt.removed_at).is_not(None))
    return {number for number in session.scalars(query) if number is not None}


def twins_of(session: Session, actor: Actor, claim_id: int) -> dict[int, list[TwinFacts]]:
    """Give for the receipts of a claim where else the same content is, those in this claim first (one query).

    Of a claim that ``actor`` may not see nothing is said but that it is used there.
    """
    other, file = aliased(Receipt), aliased(StoredFile)
    visible = sa.exists(joined(sa.select(sa.literal(1))).where(col(Claim.id) == col(other.claim_id), may_see(actor)))
    columns: tuple[Any, ...] = (
        col(Receipt.id),
        col(other.id),
        col(other.claim_id) == claim_id,
        col(ClaimLine.position),
        visible.correlate(other),
        *_CLAIM,
    )
    query = (
        sa.select(*columns)
        .select_from(Receipt)
        .join(StoredFile, col(StoredFile.id) == col(Receipt.file_id))
        .join(file, (col(file.sha256) == col(StoredFile.sha256)) & (col(file.id) != col(StoredFile.id)))
        .join(other, col(other.file_id) == col(file.id))
        .join(_OF_OTHER, col(_OF_OTHER.id) == col(other.claim_id))
        .join(_PLACE, col(_PLACE.id) == col(_OF_OTHER.partnership_id))
        .outerjoin(ClaimLine, col(ClaimLine.id) == col(other.line_id))
        .where(col(Receipt.claim_id) == claim_id)
        .order_by(col(Receipt.id), col(other.claim_id) != claim_id, col(other.id))
    )
    found: dict[int, list[TwinFacts]] = {}
    rows: Iterable[Any] = session.execute(query)
    for receipt_id, twin_id, is_here, position, may_know, *claim in rows:
        shown = _twin(twin_id, claim, is_here=bool(is_here), position=position, may_know=bool(may_know))
        found.setdefault(receipt_id, []).append(shown)
    return found


_OF_OTHER, _PLACE = aliased(Claim, name="twin_claim"), aliased(Partnership, name="twin_partnership")
_CLAIM: tuple[Any, ...] = (
    col(_OF_OTHER.number),
    col(_PLACE.slug),
    col(_OF_OTHER.created_at),
    col(_OF_OTHER.submitted_at),
    col(_OF_OTHER.state),
)


def _twin(twin_id: int, claim: list[Any], *, is_here: bool, position: int | None, may_know: bool) -> TwinFacts:
    if is_here or not may_know:
        return TwinFacts(twin_id, is_here, position if is_here else None)
    number, slug, created_at, submitted_at, state = claim
    return TwinFacts(twin_id, False, None, number, slug, submitted_at or created_at, state)
