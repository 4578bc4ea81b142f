"""People, what they are in the programme, and how they sign in."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import LinkPurpose, MailChoice, Role
from app.models.base import UtcDateTime, code_type


class Person(SQLModel, table=True):
    """Somebody with an address. ``feed_secret`` opens the personal calendar feed and can be renewed."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    language: str = Field(max_length=2)
    zone: str = Field(default="Europe/Brussels", max_length=64)
    feed_secret: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A role of a person, on a local government or an association where the role needs one.

    A candidate's right hangs on the candidacy itself (``CandidacyMember``).
    """

    __tablename__ = "membership"
    __table_args__ = (
        sa.Index(
            "uq_membership_person_id_role",
            "person_id",
            "role",
            unique=True,
            sqlite_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
            postgresql_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
        ),
        sa.UniqueConstraint("person_id", "role", "local_government_id"),
        sa.UniqueConstraint("person_id", "role", "association_id"),
        sa.CheckConstraint(
            "(role IN ('coordinator', 'participant')) = (local_government_id IS NOT NULL)", name="local_government"
        ),
        sa.CheckConstraint("(role = 'association') = (association_id IS NOT NULL)", name="association"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=code_type(Role, "role"))
    local_government_id: int | None = Field(default=None, foreign_key="local_government.id", index=True)
    association_id: int | None = Field(default=None, foreign_key="association.id")


class SignInRequest(SQLModel, table=True):
    """A mailed link and six-digit code, each stored as a hash, good once and for a short time."""

    __tablename__ = "sign_in_request"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    link_hash: str = Field(max_length=64, unique=True)
    code_hash: str = Field(max_length=64)
    browser_hash: str = Field(max_length=64)
    next_path: str = Field(default="/my", max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0


class WebSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds the secret, this row its hash.

    With ``candidacy_id`` the browser only started that candidacy: its address is not confirmed, it sees nothing else.
    """

    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    candidacy_id: int | None = Field(default=None, foreign_key="candidacy.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RateWindow(SQLModel, table=True):
    """How often something was tried within a window: shared by all processes."""

    __tablename__ = "rate_window"

    key: str = Field(max_length=200, primary_key=True)
    window_starts_at: datetime = Field(sa_type=UtcDateTime)
    count: int = 0


class FormReceipt(SQLModel, table=True):
    """A form that was carried out, by its idempotency key: sent again, it leads to the same place and does nothing."""

    __tablename__ = "form_receipt"

    key: str = Field(max_length=64, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    location: str = Field(default="", max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PersonalLink(SQLModel, table=True):
    """A link in a mail with which somebody does one thing without signing in; stored as a hash.

    ``subject_id``: the session or poll that it is about; none for the mails that a person gets.
    """

    __tablename__ = "personal_link"

    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: LinkPurpose = Field(sa_type=code_type(LinkPurpose, "purpose"))
    subject_id: int | None = None
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class MailPreference(SQLModel, table=True):
    """What somebody chose for a kind of mail; without a row the default of the kind counts."""

    __tablename__ = "mail_preference"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    choice: MailChoice = Field(sa_column=sa.Column(code_type(MailChoice, "choice"), primary_key=True))
    wanted: bool
