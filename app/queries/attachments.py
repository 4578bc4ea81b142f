"""Reads of attachments, through the actor; a list never touches their contents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Attachment, Candidacy, Person, StoredFile
from app.queries.candidacy_access import readable_by, written_by

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """An attachment as it is listed; ``size`` in bytes, ``sha256`` in hex, ``person_name`` is who added it."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    person_name: str


@dataclass(frozen=True, slots=True)
class AttachmentFile:
    """An attachment that is asked for. ``is_own``: whoever asks writes the candidacy, so it is no look from outside."""

    id: int
    candidacy_id: int
    file_id: int
    name: str
    media_type: str
    sha256: str
    is_own: bool


def attachments_of(session: Session, actor: Actor, candidacy_id: int) -> list[AttachmentFacts]:
    """Give the attachments of a candidacy as far as ``actor`` may read them, the oldest first (one query)."""
    query = _listed().where(col(Attachment.candidacy_id) == candidacy_id, readable_by(actor))
    return [AttachmentFacts(*row) for row in session.execute(query)]


def attachment_file(session: Session, actor: Actor, reference: str, attachment_id: int) -> AttachmentFile | None:
    """Give an attachment that ``actor`` may read, without its content; else ``None`` (one query)."""
    query: Query = _present(
        col(Attachment.id),
        col(Attachment.candidacy_id),
        col(StoredFile.id),
        col(Attachment.name),
        col(StoredFile.media_type),
        col(StoredFile.sha256),
        written_by(actor),
    ).where(col(Attachment.id) == attachment_id, col(Candidacy.reference) == reference, readable_by(actor))
    row = session.execute(query).first()
    return AttachmentFile(*row) if row else None


def content_of(session: Session, file_id: int) -> bytes | None:
    """Give the content of a stored file; ``None`` if it was removed in the meantime (one query)."""
    found: bytes | None = session.execute(
        sa.select(col(StoredFile.content)).where(col(StoredFile.id) == file_id)
    ).scalar_one_or_none()
    return found


def present_in(session: Session, candidacy_id: int) -> list[AttachmentFacts]:
    """Give all attachments of a candidacy, the oldest first, for what is decided about them (one query)."""
    query = _listed().where(col(Attachment.candidacy_id) == candidacy_id)
    return [AttachmentFacts(*row) for row in session.execute(query)]


def _listed() -> Query:
    query: Query = _present(
        col(Attachment.id),
        col(Attachment.name),
        col(StoredFile.media_type),
        col(StoredFile.size),
        col(StoredFile.sha256),
        col(Attachment.added_at),
        sa.func.coalesce(col(Person.name), ""),
    )
    query = query.outerjoin(Person, col(Person.id) == col(Attachment.person_id))
    return query.order_by(col(Attachment.added_at), col(Attachment.id))


def _present(*columns: Any) -> Query:  # noqa: ANN401 - columns and conditions of any type
    """Select of attachments that were not removed, each with its file and its candidacy."""
    query: Query = (
        sa.select(*columns)
        .select_from(Attachment)
        .join(StoredFile, col(StoredFile.id) == col(Attachment.file_id))
        .join(Candidacy, col(Candidacy.id) == col(Attachment.candidacy_id))
        .where(col(Attachment.removed_at).is_(None))
    )
    return query
