"""What people do with the documents of a session: add, remove."""

import hashlib
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import check_can_edit
from app.domain.attachments import CheckedFile
from app.domain.session_inside import check_fits
from app.models import SessionDocument
from app.queries.agenda import SessionRow
from app.queries.session_inside import documents_of
from app.services import agenda
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.files import keep
from app.services.receipts import claim, settle

KEY_LENGTH: Final = 40


def add(session: Session, actor: Actor, number: int, file: CheckedFile, *, page_key: str, now: datetime) -> None:
    """Add a document to a session; the same file from the same page (``page_key``) again does nothing twice.

    :raises SessionUnknown: the actor sees no such session; NotAllowed, SessionCancelled: see ``check_can_edit``.
    :raises SameAttachment: its content is there already.
    :raises TooManyAttachments: there is no place left.
    """
    key = hashlib.sha256(repr((page_key, number, file.name, file.sha256)).encode()).hexdigest()[:KEY_LENGTH]
    is_first = claim(session, key, actor=actor, now=now) is None
    present = [(one.name, one.sha256) for one in documents_of(session, _to_edit(session, actor, number))]
    if not is_first and any(sha256 == file.sha256 for _, sha256 in present):
        return
    check_fits(file.sha256, present)
    file_id = keep(session, file.name, file.media_type, file.content, now)
    session.add(SessionDocument(session_id=number, file_id=file_id, added_at=now, added_by=actor.person_id))
    session.flush()
    record(session, actor, "session.document_added", subject=("session", number), now=now, name=file.name)
    settle(session, key, str(file_id))


def remove(session: Session, actor: Actor, number: int, document_id: int, *, now: datetime) -> bool:
    """Remove a document with its content; tell whether it was there.

    :raises SessionUnknown: the actor sees no such session; NotAllowed, SessionCancelled: see ``check_can_edit``.
    """
    row = _to_edit(session, actor, number)
    found = next((one for one in documents_of(session, row) if one.id == document_id), None)
    if found is None:
        return False
    session.execute(sa.delete(SessionDocument).where(col(SessionDocument.id) == document_id))
    remove_unused(session, [found.file_id])
    record(session, actor, "session.document_removed", subject=("session", number), now=now, name=found.name)
    return True


def _to_edit(session: Session, actor: Actor, number: int) -> SessionRow:
    row = agenda.locked(session, actor, number)
    check_can_edit(actor, belonging=row.belonging, kind=row.kind, status=row.status)
    return row
