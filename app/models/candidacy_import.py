"""Files of candidacies from an earlier web form, on their way in."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class CandidacyImport(SQLModel, table=True):
    """A file that was sent to be imported into a call; ``mapping`` names the answer that each column holds."""

    __tablename__ = "candidacy_import"

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int = Field(foreign_key="person.id")
    imported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    imported_count: int = 0
