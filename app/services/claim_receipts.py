"""What people do with the receipts of a claim: add, lay at a line, remove; only its claimant, and before it is sent.

A file is kept byte for byte as it was sent: its SHA-256 proves it. Only the small picture beside it is ours.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents import thumbnails
from app.domain.access import Actor
from app.domain.claims import check_can_edit
from app.domain.receipts import PICTURES, CheckedReceipt, ReceiptUnknown, check_room, examine
from app.models import Claim, ClaimLine, Receipt, StoredFile
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.files import keep
from app.services.rates import hit
from app.services.receipts import claim as claim_key
from app.services.receipts import settle

UPLOADS_PER_PERSON: Final = 120
LIMIT_WINDOW: Final = timedelta(hours=1)
KEY_LENGTH: Final = 40
_THUMBNAIL_NAME: Final = "thumbnail.webp"


@dataclass(frozen=True, slots=True)
class Twin:
    """Where the same bytes are already; whether the reader may know more is ``queries.claim_receipts.twins_of``."""

    receipt_id: int
    claim_id: int
    line_id: int | None


@dataclass(frozen=True, slots=True)
class AddedReceipt:
    """A receipt that was kept, and the receipts that have the same content: noticed, not refused."""

    id: int
    twins: tuple[Twin, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadyReceipt:
    """A file that was looked at, with its small picture where it is one that can be shown."""

    file: CheckedReceipt
    thumbnail: bytes | None


def count_upload(session: Session, *, actor: Actor, now: datetime) -> None:
    """Count one sending of receipts, before they are read.

    :raises TooManyTries: this person sent too often.
    """
    hit(session, f"receipt.person:{actor.person_id}", limit=UPLOADS_PER_PERSON, window=LIMIT_WINDOW, now=now)


def look_at(name: str, content: bytes) -> ReadyReceipt:
    """Look at a file and make its small picture; do it before the transaction, it takes up to a second.

    :raises ReceiptTooLarge, EmptyFile, DamagedFile, ReceiptKindUnknown: see ``domain.receipts.examine``.
    :raises PictureBroken, PictureTooLarge: see ``documents.thumbnails``.
    """
    file = examine(name, content)
    return ReadyReceipt(file, thumbnails.thumbnail(content) if file.kind in PICTURES else None)


def add(
    session: Session, claim_id: int, line_id: int | None, name: str, content: bytes, *, actor: Actor, now: datetime
) -> AddedReceipt:
    """Look at a file and keep it as a receipt of a line, see ``look_at`` and ``keep_receipt``."""
    return keep_receipt(session, claim_id, line_id, look_at(name, content), actor=actor, now=now)


def keep_receipt(
    session: Session,
    claim_id: int,
    line_id: int | None,
    ready: ReadyReceipt,
    *,
    page_key: str = "",
    actor: Actor,
    now: datetime,
) -> AddedReceipt:
    """Keep a file as a receipt of a line, or (without ``line_id``) of a line that is not there yet.

    The same file from the same page (``page_key``) for the same line does nothing twice while it is there.

    :raises NotAllowed, ClaimLocked: see ``domain.claims.check_can_edit``.
    :raises ReceiptUnknown: the claim has no such line.
    :raises TooManyReceipts: the line has no place left.
    """
    key = _key(page_key, claim_id, line_id, ready.file)
    earlier = claim_key(session, key, actor=actor, now=now) if page_key else None
    _lock_to_edit(session, claim_id, actor)
    present = _present(session, claim_id, line_id)
    if earlier and int(earlier) in present:
        return AddedReceipt(int(earlier), _twins(session, int(earlier), ready.file.sha256))
    check_room(len(present))
    made = _insert(session, claim_id, line_id, ready, actor=actor, now=now)
    if page_key:
        settle(session, key, str(made))
    return AddedReceipt(made, _twins(session, made, ready.file.sha256))


def lay_at(session: Session, claim_id: int, line_id: int, *, actor: Actor) -> int:
    """Lay the receipts that were sent before their line was there at that line; give how many.

    :raises NotAllowed, ClaimLocked, ReceiptUnknown, TooManyReceipts: as ``keep_receipt``.
    """
    _lock_to_edit(session, claim_id, actor)
    waiting, present = _present(session, claim_id, None), _present(session, claim_id, line_id)
    if waiting:
        check_room(len(present) + len(waiting) - 1)
        moved = sa.update(Receipt).where(col(Receipt.id).in_(waiting)).values(line_id=line_id)
        session.execute(moved)
    return len(waiting)


def remove(session: Session, claim_id: int, receipt_id: int, *, actor: Actor, now: datetime) -> bool:
    """Remove a receipt with its file; tell whether it was there.

    :raises NotAllowed, ClaimLocked: see ``domain.claims.check_can_edit``.
    """
    _lock_to_edit(session, claim_id, actor)
    return _remove(session, claim_id, col(Receipt.id) == receipt_id, actor=actor, now=now) > 0


def remove_of_line(session: Session, claim_id: int, line_id: int, *, actor: Actor, now: datetime) -> int:
    """Remove all receipts of a line that is about to go; give how many.

    :raises NotAllowed, ClaimLocked: see ``domain.claims.check_can_edit``.
    """
    _lock_to_edit(session, claim_id, actor)
    return _remove(session, claim_id, col(Receipt.line_id) == line_id, actor=actor, now=now)


def remove_rows(session: Session, which: sa.ColumnElement[bool]) -> list[str]:
    """Remove receipts with their files whoever asks, in the caller's transaction; give the names of the files."""
    columns: tuple[Any, ...] = (col(Receipt.id), col(Receipt.file_id), col(Receipt.thumbnail_id), col(StoredFile.name))
    query = sa.select(*columns).join(StoredFile, col(StoredFile.id) == col(Receipt.file_id)).where(which)
    found = session.execute(query.order_by(col(Receipt.id))).all()
    session.execute(sa.delete(Receipt).where(col(Receipt.id).in_([row[0] for row in found])))
    remove_unused(session, _numbers(found))
    return [row[3] for row in found]


def _numbers(found: Iterable[Any]) -> list[int | None]:
    return [number for row in found for number in (row[1], row[2])]


def _remove(session: Session, claim_id: int, which: sa.ColumnElement[bool], *, actor: Actor, now: datetime) -> int:
    names = remove_rows(session, (col(Receipt.claim_id) == claim_id) & which)
    for name in names:
        record(session, actor, "receipt.removed", subject=("claim", claim_id), now=now, name=name)
    return len(names)


def _lock_to_edit(session: Session, claim_id: int, actor: Actor) -> None:
    """Lock a claim to the end of the transaction, so that nobody sends it meanwhile, and give it another version.

    Whoever opened it before then does not send receipts that were not on the page.
    """
    which = sa.update(Claim).where(col(Claim.id) == claim_id).values(version=Claim.version + 1)
    state, claimant_id = session.execute(which.returning(col(Claim.state), col(Claim.claimant_id))).one()
    check_can_edit(actor, state, claimant_id=claimant_id)


def _present(session: Session, claim_id: int, line_id: int | None) -> list[int]:
    """Give the receipts of a line of the claim.

    :raises ReceiptUnknown: the claim has no such line.
    """
    if line_id is not None:
        line = sa.select(col(ClaimLine.id)).where(col(ClaimLine.id) == line_id, col(ClaimLine.claim_id) == claim_id)
        if session.execute(line).first() is None:
            raise ReceiptUnknown
    of_line = col(Receipt.line_id).is_(None) if line_id is None else col(Receipt.line_id) == line_id
    query = sa.select(col(Receipt.id)).where(col(Receipt.claim_id) == claim_id, of_line)
    return [number for number in session.scalars(query) if number is not None]


def _twins(session: Session, receipt_id: int, sha256: str) -> tuple[Twin, ...]:
    columns: tuple[Any, ...] = (col(Receipt.id), col(Receipt.claim_id), col(Receipt.line_id))
    query = sa.select(*columns).join(StoredFile, col(StoredFile.id) == col(Receipt.file_id))
    query = query.where(col(StoredFile.sha256) == sha256, col(Receipt.id) != receipt_id)
    return tuple(Twin(*row) for row in session.execute(query.order_by(col(Receipt.id))))


def _key(page_key: str, claim_id: int, line_id: int | None, file: CheckedReceipt) -> str:
    """Give the key of one file of one page for one line."""
    facts = (page_key, "receipt", claim_id, line_id, file.name, file.sha256)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:KEY_LENGTH]


def _insert(
    session: Session, claim_id: int, line_id: int | None, ready: ReadyReceipt, *, actor: Actor, now: datetime
) -> int:
    file, small = ready.file, ready.thumbnail
    row = Receipt(
        claim_id=claim_id,
        line_id=line_id,
        file_id=keep(session, file.name, file.media_type, file.content, now),
        thumbnail_id=None if small is None else keep(session, _THUMBNAIL_NAME, thumbnails.MEDIA_TYPE, small, now),
        added_at=now,
        added_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    record(session, actor, "receipt.added", subject=("claim", claim_id), now=now, name=file.name)
    return row.id
