"""Reads of candidacies: one's own through the actor, the programme team's list, and answers for the pairing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import CallPeriod
from app.domain.codes import CandidacyState, Country, Role, Section
from app.models import (
    Call,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    Event,
    LateAdmission,
    LocalGovernment,
    Membership,
    PartnerProfile,
    Partnership,
    PartnershipSide,
    Person,
    Track,
)
from app.queries.candidacy_access import open_to_staff

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class CandidacyRecord:
    """A candidacy with what every page about it needs."""

    id: int
    reference: str
    state: CandidacyState
    language: str
    form_version: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    government_id: int
    government_code: str
    government_name: str
    region: str
    call_id: int
    opens_at: datetime
    closes_at: datetime
    programme_id: int

    @property
    def call(self) -> CallPeriod:
        """The period of the call."""
        return CallPeriod(self.opens_at, self.closes_at)


@dataclass(frozen=True, slots=True)
class SavedSection:
    """A section as it is stored, and who saved it last."""

    section: Section
    answers: Mapping[str, Any]
    version: int
    saved_at: datetime
    person_id: int | None
    person_name: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may write a candidacy."""

    person_id: int
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the event log about one record."""

    happened_at: datetime
    person_name: str
    verb: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """A partner that a candidate can prefer, while it has places (``capacity``)."""

    code: str
    name: str
    country: Country
    track: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A candidacy with the answers of all its sections merged into one mapping."""

    id: int
    reference: str
    state: CandidacyState
    government_id: int
    government_code: str
    government_name: str
    region: str
    population: int
    assessment_points: int | None
    answers: Mapping[str, Any] = field(default_factory=dict)


def own_candidacy(session: Session, actor: Actor, reference: str) -> CandidacyRecord | None:
    """Give a candidacy that ``actor`` may write, else ``None`` (one query)."""
    row = session.connection().execute(_OWN_BY_REFERENCE, {**_whose(actor), "reference": reference}).first()
    return CandidacyRecord(*row) if row else None


def own_section(
    session: Session, actor: Actor, reference: str, section: Section
) -> tuple[CandidacyRecord, SavedSection | None] | None:
    """Give a candidacy that ``actor`` may write, with what is stored of a section; else ``None`` (one query)."""
    given = {**_whose(actor), "reference": reference, "section": section}
    row = session.connection().execute(_OWN_SECTION, given).first()
    if row is None:
        return None
    facts, stored = row[:_WIDTH], row[_WIDTH:]
    return CandidacyRecord(*facts), SavedSection(*stored) if stored[0] is not None else None


def own_candidacies(session: Session, actor: Actor) -> list[CandidacyRecord]:
    """Give the candidacies that ``actor`` may write, the latest first (one query)."""
    return [CandidacyRecord(*row) for row in session.connection().execute(_OWN, _whose(actor))]


def any_candidacy(session: Session, reference: str) -> CandidacyRecord | None:
    """Give a candidacy for the programme team (one query)."""
    row = session.execute(_records().where(col(Candidacy.reference) == reference)).first()
    return CandidacyRecord(*row) if row else None


def candidacy_for_staff(session: Session, actor: Actor, reference: str) -> CandidacyRecord | None:
    """Give a candidacy that ``actor`` may read as the programme team: none with a conflict of interest (one query)."""
    query = _records().where(col(Candidacy.reference) == reference, open_to_staff(actor))
    row = session.execute(query).first()
    return CandidacyRecord(*row) if row else None


def has_partnership(session: Session, candidacy_id: int) -> bool:
    """Tell whether the local government of a candidacy has a partnership in its programme (one query)."""
    query = (
        sa.select(col(Partnership.id))
        .join(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .join(Candidacy, col(Candidacy.local_government_id) == col(PartnershipSide.local_government_id))
        .join(Call, sa.and_(col(Call.id) == col(Candidacy.call_id), col(Call.programme_id) == Partnership.programme_id))
        .where(col(Candidacy.id) == candidacy_id)
    )
    return session.execute(query.limit(1)).first() is not None


def sections_of(session: Session, candidacy_id: int) -> dict[Section, SavedSection]:
    """Give what is stored of each section, in the order of the form (one query)."""
    rows = session.connection().execute(_SECTIONS, {"candidacy_id": candidacy_id})
    found = {row.section: row for row in rows}
    return {section: SavedSection(*found[section]) for section in Section if section in found}


def section_of(session: Session, candidacy_id: int, section: Section) -> SavedSection | None:
    """Give what is stored of one section (one query)."""
    row = session.connection().execute(_ONE_SECTION, {"candidacy_id": candidacy_id, "section": section}).first()
    return SavedSection(*row) if row else None


def members_of(session: Session, candidacy_id: int) -> list[Member]:
    """Give everybody who may write a candidacy, by name (one query)."""
    query: Query = (
        sa.select(col(Person.id), col(Person.name), col(Person.email), col(Person.language))
        .join(CandidacyMember, col(CandidacyMember.person_id) == col(Person.id))
        .where(col(CandidacyMember.candidacy_id) == candidacy_id)
        .order_by(col(Person.name), col(Person.id))
    )
    return [Member(*row) for row in session.execute(query)]


def team(session: Session) -> list[Member]:
    """Give the people of the programme team, by name (one query)."""
    query: Query = (
        sa.select(col(Person.id), col(Person.name), col(Person.email), col(Person.language))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.role) == Role.STAFF, col(Person.removed_at).is_(None))
        .order_by(col(Person.name), col(Person.id))
    )
    return [Member(*row) for row in session.execute(query)]


def log_of(session: Session, candidacy_id: int) -> list[LogEntry]:
    """Give what was done to a candidacy, exports of its call included, the latest first (one query)."""
    own = (col(Event.subject_kind) == "candidacy") & (col(Event.subject_id) == col(Candidacy.id))
    exported = (
        (col(Event.subject_kind) == "call")
        & (col(Event.subject_id) == col(Candidacy.call_id))
        & (col(Event.verb) == "candidacies.exported")
        & (col(Event.happened_at) >= col(Candidacy.created_at))
    )
    query = (
        sa.select(col(Event.happened_at), col(Event.person_name), col(Event.verb), col(Event.details))
        .join(Candidacy, own | exported)
        .where(col(Candidacy.id) == candidacy_id)
        .order_by(col(Event.id).desc())
    )
    return [LogEntry(*row) for row in session.execute(query)]


def partner_choices(session: Session, programme_id: int) -> list[PartnerChoice]:
    """Give the partners of a programme's tracks, by track and name (one query)."""
    query = (
        sa.select(
            col(LocalGovernment.code),
            col(LocalGovernment.name),
            col(LocalGovernment.country),
            col(Track.slug),
            col(PartnerProfile.capacity),
        )
        .join(PartnerProfile, col(PartnerProfile.local_government_id) == col(LocalGovernment.id))
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .where(col(Track.programme_id) == programme_id)
        .order_by(col(Track.position), col(LocalGovernment.name), col(LocalGovernment.id))
    )
    return [PartnerChoice(*row) for row in session.execute(query)]


def answers_of(
    session: Session, call_id: int, states: Collection[CandidacyState], *, code: str | None = None
) -> list[Answered]:
    """Give the candidacies of a call in any of ``states`` with all their answers, by local government (two queries).

    With the ``code`` of a local government, only its own.
    """
    chosen = [col(Candidacy.call_id) == call_id, col(Candidacy.state).in_(sorted(states))]
    if code is not None:
        government = sa.select(col(LocalGovernment.id)).where(col(LocalGovernment.code) == code)
        chosen.append(col(Candidacy.local_government_id).in_(government))
    sections = (
        sa.select(col(CandidacySection.candidacy_id), col(CandidacySection.answers))
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .where(*chosen)
        .order_by(col(CandidacySection.id))
    )
    merged: dict[int, dict[str, Any]] = {}
    for candidacy_id, answers in session.execute(sections):
        merged.setdefault(candidacy_id, {}).update(answers)
    query: Query = (
        sa.select(
            col(Candidacy.id),
            col(Candidacy.reference),
            col(Candidacy.state),
            col(LocalGovernment.id).label("government_id"),
            col(LocalGovernment.code).label("government_code"),
            col(LocalGovernment.name).label("government_name"),
            col(LocalGovernment.region),
            col(LocalGovernment.population),
            col(Candidacy.assessment_points),
        )
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .where(*chosen)
        .order_by(col(LocalGovernment.name), col(Candidacy.id))
    )
    return [Answered(**row._asdict(), answers=merged.get(row.id, {})) for row in session.execute(query)]


_LATER = col(LateAdmission.until) > col(Call.closes_at)


def _records() -> Query:
    return (
        sa.select(
            col(Candidacy.id),
            col(Candidacy.reference),
            col(Candidacy.state),
            col(Candidacy.language),
            col(Candidacy.form_version),
            col(Candidacy.created_at),
            col(Candidacy.updated_at),
            col(Candidacy.submitted_at),
            col(LocalGovernment.id),
            col(LocalGovernment.code),
            col(LocalGovernment.name),
            col(LocalGovernment.region),
            col(Call.id),
            col(Call.opens_at),
            # for its local government: who is let in late has until then
            sa.case((_LATER, col(LateAdmission.until)), else_=col(Call.closes_at)),
            col(Call.programme_id),
        )
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .outerjoin(
            LateAdmission,
            sa.and_(
                col(LateAdmission.call_id) == col(Candidacy.call_id),
                col(LateAdmission.local_government_id) == col(Candidacy.local_government_id),
            ),
        )
    )


def _of_actor(query: Query) -> Query:
    """Keep what ``_whose`` names: what a person is a member of, or the one candidacy that a browser only started."""
    only = sa.bindparam("only_id", type_=sa.Integer)
    return query.join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id)).where(
        col(CandidacyMember.person_id) == sa.bindparam("person_id"),
        sa.or_(only.is_(None), col(Candidacy.id) == only),
    )


def _whose(actor: Actor) -> dict[str, int | None]:
    return {"person_id": actor.person_id, "only_id": actor.candidacy_id}


def _sections() -> Query:
    query: Query = sa.select(*_SECTION).outerjoin(Person, col(Person.id) == col(CandidacySection.person_id))
    return query.where(col(CandidacySection.candidacy_id) == sa.bindparam("candidacy_id"))


_SECTION: tuple[Any, ...] = (
    col(CandidacySection.section),
    col(CandidacySection.answers),
    col(CandidacySection.version),
    col(CandidacySection.saved_at),
    col(CandidacySection.person_id),
    sa.func.coalesce(col(Person.name), ""),
)
_NAMED = col(CandidacySection.section) == sa.bindparam("section")

# built once, and run on the connection itself: a draft is saved every second and a half while somebody types
_OWN = _of_actor(_records()).order_by(col(Candidacy.created_at).desc(), col(Candidacy.id).desc())
_OWN_BY_REFERENCE = _of_actor(_records()).where(col(Candidacy.reference) == sa.bindparam("reference"))
_OWN_SECTION = (
    _OWN_BY_REFERENCE.outerjoin(
        CandidacySection, sa.and_(col(CandidacySection.candidacy_id) == col(Candidacy.id), _NAMED)
    )
    .outerjoin(Person, col(Person.id) == col(CandidacySection.person_id))
    .add_columns(*_SECTION)
)
_WIDTH = len(_OWN_BY_REFERENCE.selected_columns)
_SECTIONS = _sections()
_ONE_SECTION = _sections().where(_NAMED)
