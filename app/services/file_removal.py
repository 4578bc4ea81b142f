"""Remove stored files that nothing refers to any more."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Attachment, CandidacyImport, Decision, MailAttachment, Receipt, SessionDocument, StoredFile

_REFERENCES = (
    Attachment.file_id,
    CandidacyImport.file_id,
    Decision.letter_id,
    MailAttachment.file_id,
    Receipt.file_id,
    Receipt.thumbnail_id,
    SessionDocument.file_id,
)


def remove_unused(session: Session, file_ids: Iterable[int | None]) -> int:
    """Remove those of some files to which nothing refers any more; give how many."""
    wanted = sorted({number for number in file_ids if number is not None})
    if not wanted:
        return 0
    number = col(StoredFile.id)
    unused = [~sa.exists().where(col(reference) == number) for reference in _REFERENCES]
    removed = session.execute(sa.delete(StoredFile).where(number.in_(wanted), *unused).returning(number))
    return len(removed.all())
