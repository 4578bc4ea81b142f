"""Files that people give us: kept in the database, in the same transaction as what they belong to.

``file_removal`` takes them away again.
"""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import StoredFile


def keep(session: Session, name: str, media_type: str, content: bytes, now: datetime) -> int:
    """Store a file and give its id; the bytes go to the database and stay nowhere else.

    ``media_type`` is what the content showed (``domain.file_kinds``), never what a browser said.
    """
    statement = (
        sa.insert(StoredFile)
        .values(
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=now,
        )
        .returning(col(StoredFile.id))
    )
    made = session.execute(statement).scalar_one()
    assert made is not None  # noqa: S101 - a primary key
    return made
