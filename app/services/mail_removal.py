"""Remove mails, with the files that go with them alone."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Mail, MailAttachment
from app.services.file_removal import remove_unused


def remove_mails(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Remove mails, those that still wait included; give how many."""
    remove_attachments(session, which)
    return len(session.scalars(sa.delete(Mail).where(which).returning(col(Mail.id))).all())


def remove_attachments(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Remove what goes with mails."""
    of_mails = col(MailAttachment.mail_id).in_(sa.select(col(Mail.id)).where(which))
    files = session.scalars(sa.delete(MailAttachment).where(of_mails).returning(col(MailAttachment.file_id))).all()
    remove_unused(session, files)
