"""The candidacy form as data: every version that was published, and the copy that staff work on."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class FormVersion(SQLModel, table=True):
    """A version of a programme's candidacy form; ``definition`` is read by ``domain.candidacy_form.CandidacyForm``.

    A published version never changes. The one that is not published is the copy that staff work on; ``edit`` rises with
    each save of it and tells two editors apart. ``digest`` is the SHA-256 of the definition.
    """

    __tablename__ = "form_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    version: int
    definition: dict[str, object] = Field(sa_type=sa.JSON)
    digest: str = Field(max_length=64)
    edit: int = 1
    saved_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", max_length=500)
