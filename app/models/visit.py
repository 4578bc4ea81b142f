"""Work visits: the programme of the days, the delegation, its costs, and the report afterwards."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import CheckBy, Representing, Side
from app.models.base import UtcDateTime, code_type


class WorkVisit(SQLModel, table=True):
    """What is prepared for a work visit. Its days, its state and who receives are those of its session in the agenda.

    ``two_day_id``: the thematic event inside it; one of the track may lie inside the visits of several partnerships.
    """

    __tablename__ = "work_visit"

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="agenda_session.id", unique=True)
    two_day_id: int | None = Field(default=None, foreign_key="agenda_session.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class VisitItem(SQLModel, table=True):
    """A point of the visit's programme; ``starts`` and ``ends`` are ``HH:MM`` on the wall of the host, or empty."""

    __tablename__ = "visit_item"

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="work_visit.id", index=True)
    day: date
    starts: str = Field(default="", max_length=5)
    ends: str = Field(default="", max_length=5)
    title: str = Field(max_length=200)
    place: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=1000)
    responsible: Side | None = Field(default=None, sa_type=code_type(Side, "responsible"))
    version: int = 1
    edited_at: datetime = Field(sa_type=UtcDateTime)
    edited_by: int | None = Field(default=None, foreign_key="person.id")


class Traveller(SQLModel, table=True):
    """A member of the delegation; ``person_id`` where it is somebody with an account. ``removed_at``: does not come."""

    __tablename__ = "traveller"
    __table_args__ = (sa.UniqueConstraint("visit_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="work_visit.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    name: str = Field(max_length=200)
    function: str = Field(default="", max_length=160)
    representing: Representing = Field(sa_type=code_type(Representing, "representing"))
    language: str = Field(max_length=2)
    version: int = 1
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TravellerIdentity(SQLModel, table=True):
    """Identity data of a traveller, sealed with the key of the settings; removed some time after the visit."""

    __tablename__ = "traveller_identity"

    traveller_id: int = Field(foreign_key="traveller.id", primary_key=True)
    sealed: bytes = Field(sa_type=sa.LargeBinary)
    version: int = 1
    saved_at: datetime = Field(sa_type=UtcDateTime)
    saved_by: int | None = Field(default=None, foreign_key="person.id")


class TravellerCheck(SQLModel, table=True):
    """An item on a traveller's checklist, as the rules of the programme had it when the traveller was added."""

    __tablename__ = "traveller_check"
    __table_args__ = (sa.UniqueConstraint("traveller_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    traveller_id: int = Field(foreign_key="traveller.id")
    code: str = Field(max_length=32)
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    by: CheckBy = Field(sa_type=code_type(CheckBy, "by"))
    due_on: date
    done_on: date | None = None
    done_by: int | None = Field(default=None, foreign_key="person.id")


class VisitEstimate(SQLModel, table=True):
    """What a visit is expected to cost and to emit: as last saved, or as approved (then it stands as it is).

    ``lines`` and ``emission`` are read by ``domain.visit_costs`` and ``domain.emissions``.
    """

    __tablename__ = "visit_estimate"
    __table_args__ = (sa.CheckConstraint("total_cents >= 0", name="total"),)

    visit_id: int = Field(foreign_key="work_visit.id", primary_key=True)
    lines: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    emission: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    total_cents: int = Field(default=0, sa_type=sa.BigInteger)
    version: int = 1
    saved_at: datetime = Field(sa_type=UtcDateTime)
    saved_by: int | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by: int | None = Field(default=None, foreign_key="person.id")


class VisitCommitment(SQLModel, table=True):
    """A commitment in the ledger that an approved estimate booked."""

    __tablename__ = "visit_commitment"

    entry_id: int = Field(foreign_key="ledger_entry.id", primary_key=True)
    visit_id: int = Field(foreign_key="work_visit.id", index=True)


class VisitReport(SQLModel, table=True):
    """What came of a visit, as last saved; ``sent_at``: handed in."""

    __tablename__ = "visit_report"

    visit_id: int = Field(foreign_key="work_visit.id", primary_key=True)
    language: str = Field(max_length=2)
    held: str = Field(default="", max_length=4000)
    met: str = Field(default="", max_length=4000)
    agreements: str = Field(default="", max_length=4000)
    lesson_one: str = Field(default="", max_length=2000)
    lesson_two: str = Field(default="", max_length=2000)
    version: int = 1
    edited_at: datetime = Field(sa_type=UtcDateTime)
    edited_by: int | None = Field(default=None, foreign_key="person.id")
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
