"""Confirmations by a second person: for the authors who ask, and for whoever holds the link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.confirmation import Moments, Standing, digest, standing
from app.models import Attachment, Candidacy, Confirmation, Person, StoredFile
from app.queries.attachments import present_in
from app.queries.candidacies import CandidacyRecord, sections_of
from app.queries.candidacy_form import form_for
from app.queries.people import secret_hash


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmation: of whom it is asked, by whom, and how it stands. ``note`` says why it was declined."""

    id: int
    reference: str
    name: str
    role: str
    email: str
    language: str
    note: str
    asked_by: int
    asker_name: str
    asker_email: str
    asked_at: datetime
    confirmed_at: datetime | None
    declined_at: datetime | None
    cancelled_at: datetime | None

    @property
    def moments(self) -> Moments:
        """When it was asked, and how it ended."""
        return Moments(self.asked_at, self.confirmed_at, self.declined_at, self.cancelled_at)

    @property
    def signature(self) -> str:
        """Who confirms, as it is kept with the submission: name and function."""
        return f"{self.name}, {self.role}" if self.role else self.name

    def standing(self, now: datetime) -> Standing:
        """Tell how it stands at ``now`` (aware)."""
        return standing(self.moments, now)


@dataclass(frozen=True, slots=True)
class FileToConfirm:
    """An attachment with its content."""

    name: str
    media_type: str
    content: bytes


def confirmation_by_secret(session: Session, secret: str) -> Asked | None:
    """Give the confirmation that a link opens, in whatever state; the secret alone is the key (one query)."""
    row = session.execute(_asked().where(col(Confirmation.secret_hash) == secret_hash(secret))).first()
    return Asked(*row) if row else None


def last_confirmation(session: Session, candidacy_id: int) -> Asked | None:
    """Give the confirmation of a candidacy that was asked last (one query)."""
    query = _asked().where(col(Confirmation.candidacy_id) == candidacy_id)
    row = session.execute(query.order_by(col(Confirmation.id).desc()).limit(1)).first()
    return Asked(*row) if row else None


def was_replaced(session: Session, confirmation: Asked) -> bool:
    """Tell whether somebody was asked again since, by a newer link (one query)."""
    same = sa.select(col(Confirmation.candidacy_id)).where(col(Confirmation.id) == confirmation.id).scalar_subquery()
    query = sa.select(col(Confirmation.id)).where(
        col(Confirmation.candidacy_id) == same,
        col(Confirmation.id) > confirmation.id,
        col(Confirmation.email) == confirmation.email,
    )
    return session.execute(query.limit(1)).first() is not None


def shown_digest(session: Session, candidacy: CandidacyRecord) -> str:
    """Give the digest of all that a confirmer is shown now (three queries)."""
    answers = {section.value: one.answers for section, one in sections_of(session, candidacy.id).items()}
    return digest(
        answers,
        form_version=form_for(session, candidacy).version,
        files=[one.id for one in present_in(session, candidacy.id)],
    )


def file_to_confirm(session: Session, candidacy_id: int, attachment_id: int) -> FileToConfirm | None:
    """Give an attachment of a candidacy for whoever may confirm it (one query)."""
    query = (
        sa.select(col(Attachment.name), col(StoredFile.media_type), col(StoredFile.content))
        .join(StoredFile, col(StoredFile.id) == col(Attachment.file_id))
        .where(
            col(Attachment.id) == attachment_id,
            col(Attachment.candidacy_id) == candidacy_id,
            col(Attachment.removed_at).is_(None),
        )
    )
    row = session.execute(query).first()
    return FileToConfirm(*row) if row else None


def _asked() -> sa.Select[*tuple[Any, ...]]:
    table = Confirmation
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(table.id),
            col(Candidacy.reference),
            *(col(column) for column in (table.name, table.role, table.email, table.language, table.note)),
            col(table.asked_by),
            col(Person.name),
            col(Person.email),
            *(col(column) for column in (table.asked_at, table.confirmed_at, table.declined_at, table.cancelled_at)),
        )
        .join(Candidacy, col(Candidacy.id) == col(table.candidacy_id))
        .join(Person, col(Person.id) == col(table.asked_by))
    )
    return query
