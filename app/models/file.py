"""Files that people give us or that we hand out, kept in the database beside what they belong to."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class StoredFile(SQLModel, table=True):
    """The bytes of a file. ``sha256`` is their hash in hex, ``media_type`` what the content showed (never the name)."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=120)
    size: int
    sha256: str = Field(max_length=64, index=True)
    content: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
