"""The outbox: mails that are written in the same transaction as what they tell, and sent afterwards."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import MailState
from app.models.base import UtcDateTime, code_type


class Mail(SQLModel, table=True):
    """A mail for one recipient, in that person's language. ``unique_key`` makes sure that it is written once.

    ``calendar``: an iCalendar object that goes with it as an invitation (RFC 6047), with its METHOD.
    """

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_due", "state", "next_attempt_at"),)

    id: int | None = Field(default=None, primary_key=True)
    unique_key: str | None = Field(default=None, max_length=200, unique=True)
    kind: str = Field(max_length=64)
    recipient: str = Field(max_length=254, index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    language: str = Field(max_length=2)
    subject: str = Field(max_length=300)
    text: str
    html: str
    calendar: str = Field(default="", sa_column_kwargs={"server_default": ""})
    state: MailState = Field(default=MailState.WAITING, sa_type=code_type(MailState, "state"))
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = Field(default="", max_length=500)


class MailAttachment(SQLModel, table=True):
    """A file that goes with a mail: one that is stored, or one that is made of ``source`` when the mail is sent.

    ``source`` is read by ``services.mail_files``: the kind of document and the record that it shows.
    """

    __tablename__ = "mail_attachment"
    __table_args__ = (sa.CheckConstraint("(file_id IS NULL) = (source IS NOT NULL)", name="one_source"),)

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    source: dict[str, object] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
