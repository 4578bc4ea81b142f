"""What people do with the attachments of a candidacy: add, remove."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.attachments import CheckedFile, check_can_add
from app.domain.candidacy import check_can_edit
from app.models import Attachment
from app.queries.attachments import present_in
from app.services.candidacy_lock import lock
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.files import keep
from app.services.rates import hit
from app.services.receipts import claim, settle

UPLOADS_PER_PERSON: Final = 60
UPLOADS_PER_CLIENT: Final = 30
"""Of people whose address is not confirmed yet."""
LIMIT_WINDOW: Final = timedelta(hours=1)
KEY_LENGTH: Final = 40


def count_upload(session: Session, *, actor: Actor, client: str, now: datetime) -> None:
    """Count one sending of files, before they are read; ``client`` is the network address.

    :raises TooManyTries: this person, or this client, sent too often.
    """
    hit(session, f"attachment.person:{actor.person_id}", limit=UPLOADS_PER_PERSON, window=LIMIT_WINDOW, now=now)
    if not actor.is_known:
        hit(session, f"attachment.client:{client}", limit=UPLOADS_PER_CLIENT, window=LIMIT_WINDOW, now=now)


def add(session: Session, candidacy_id: int, file: CheckedFile, *, page_key: str, actor: Actor, now: datetime) -> int:
    """Attach a file to a candidacy and give the attachment's id; under a race there are never too many.

    The same file from the same page (``page_key``) again does nothing twice while it is there.

    :raises UnableToEdit: the candidacy was submitted, decided or withdrawn.
    :raises SameAttachment: its content is attached already.
    :raises TooManyAttachments: there is no place left.
    """
    key = _key(page_key, candidacy_id, file)
    earlier = claim(session, key, actor=actor, now=now)
    check_can_edit(lock(session, candidacy_id, now))
    present = present_in(session, candidacy_id)
    if earlier and any(str(one.id) == earlier for one in present):
        return int(earlier)
    check_can_add(file.sha256, [(one.name, one.sha256) for one in present])
    made = _insert(session, candidacy_id, file, actor=actor, now=now)
    settle(session, key, str(made))
    return made


def remove(session: Session, candidacy_id: int, attachment_id: int, *, actor: Actor, now: datetime) -> bool:
    """Remove an attachment with its content; what stays is that it was there. Tell whether it was there to remove.

    :raises UnableToEdit: the candidacy was submitted, decided or withdrawn.
    """
    check_can_edit(lock(session, candidacy_id, now))
    of_candidacy = col(Attachment.id) == attachment_id, col(Attachment.candidacy_id) == candidacy_id
    query = sa.select(Attachment).where(*of_candidacy, col(Attachment.removed_at).is_(None))
    found = session.execute(query).scalar_one_or_none()
    if found is None or found.file_id is None:
        return False
    file_id, found.file_id, found.removed_at = found.file_id, None, now
    session.flush()
    remove_unused(session, [file_id])
    subject = ("candidacy", candidacy_id)
    record(session, actor, "attachment.removed", subject=subject, now=now, name=found.name)
    return True


def _key(page_key: str, candidacy_id: int, file: CheckedFile) -> str:
    """Give the key of one file of one page for one candidacy."""
    facts = (page_key, candidacy_id, file.name, file.sha256)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:KEY_LENGTH]


def _insert(session: Session, candidacy_id: int, file: CheckedFile, *, actor: Actor, now: datetime) -> int:
    row = Attachment(
        candidacy_id=candidacy_id,
        file_id=keep(session, file.name, file.media_type, file.content, now),
        name=file.name,
        added_at=now,
        person_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    record(session, actor, "attachment.added", subject=("candidacy", candidacy_id), now=now, name=file.name)
    return row.id
