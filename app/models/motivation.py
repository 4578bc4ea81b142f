"""Why the two sides of a partnership were paired: the reasons, the words in each language, and their release."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class PartnershipMotivation(SQLModel, table=True):
    """The reasons of the pair as the published pairing has them, without the assessment; ``shown_at``: released.

    Before ``shown_at`` only the programme team sees anything of it; from then on it stands as it is.
    """

    __tablename__ = "partnership_motivation"

    partnership_id: int = Field(foreign_key="partnership.id", primary_key=True)
    criteria: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_by: int | None = Field(default=None, foreign_key="person.id")


class MotivationText(SQLModel, table=True):
    """The words in one language; while they are empty, what is proposed counts. ``version`` grows with each save."""

    __tablename__ = "motivation_text"
    __table_args__ = (sa.CheckConstraint("language IN ('nl', 'fr', 'en')", name="language"),)

    partnership_id: int = Field(foreign_key="partnership.id", primary_key=True)
    language: str = Field(primary_key=True, max_length=2)
    text: str = Field(default="", max_length=4000)
    version: int = 1
    edited_at: datetime = Field(sa_type=UtcDateTime)
    edited_by: int | None = Field(default=None, foreign_key="person.id")
