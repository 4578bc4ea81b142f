"""Reads for imports of candidacies: the files that were sent, and what their rows are read against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_import import ImportFacts, KnownGovernment
from app.domain.codes import CandidacyState, Country
from app.domain.time import programme_day
from app.language.import_words import vocabulary_of
from app.models import Call, Candidacy, CandidacyImport, LocalGovernment, Person, StoredFile
from app.queries.candidacies import partner_choices
from app.queries.candidacy_form import VersionedForm, form_of
from app.queries.reference import successor_of

LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """A file that was sent to be imported into a call; ``file_id`` is empty once it was removed."""

    id: int
    call_id: int
    programme_id: int
    opens_at: datetime
    closes_at: datetime
    mapping: Mapping[str, str]
    created_at: datetime
    person_name: str
    imported_at: datetime | None
    imported_count: int
    file_id: int | None
    file_name: str
    sha256: str


def import_by_id(session: Session, import_id: int) -> ImportRecord | None:
    """Give an import (one query)."""
    row = session.execute(_records().where(col(CandidacyImport.id) == import_id)).first()
    return ImportRecord(*row) if row else None


def latest_imports(session: Session) -> list[ImportRecord]:
    """Give the last imports, the latest first (one query)."""
    query = _records().order_by(col(CandidacyImport.created_at).desc(), col(CandidacyImport.id).desc())
    return [ImportRecord(*row) for row in session.execute(query.limit(LISTED))]


def content_of(session: Session, file_id: int | None) -> bytes | None:
    """Give the file, while it is kept (one query)."""
    return session.execute(sa.select(col(StoredFile.content)).where(col(StoredFile.id) == file_id)).scalar()


def import_facts(
    session: Session, call_id: int, programme_id: int, *, locale: str, now: datetime
) -> tuple[VersionedForm, ImportFacts]:
    """Give the latest form, and what rows are read against (four queries, and two per merged municipality)."""
    versioned = form_of(session, programme_id)
    partners = ((one.code, one.name) for one in partner_choices(session, programme_id))
    facts = ImportFacts(
        form=versioned.form,
        vocabulary=vocabulary_of(locale, versioned.form, partners),
        governments=_municipalities(session, now),
        applied=_applied(session, call_id),
        now=now,
    )
    return versioned, facts


def _municipalities(session: Session, now: datetime) -> tuple[KnownGovernment, ...]:
    """Give the municipalities of today, and those of before with what they merged into."""
    today = programme_day(now)
    query = (
        sa.select(
            col(LocalGovernment.id),
            col(LocalGovernment.code),
            col(LocalGovernment.name),
            (col(LocalGovernment.valid_from) <= today)
            & sa.or_(col(LocalGovernment.valid_to).is_(None), col(LocalGovernment.valid_to) >= today),
        )
        .where(col(LocalGovernment.country) == Country.BELGIUM)
        .order_by(col(LocalGovernment.valid_from), col(LocalGovernment.id))
    )
    rows = session.execute(query).all()
    current = [KnownGovernment(number, code, name) for number, code, name, valid in rows if valid and number]
    codes = {one.code for one in current}
    merged = {code: (number, name) for number, code, name, valid in rows if number and code not in codes}
    found = ((code, *facts, successor_of(session, code, today)) for code, facts in merged.items())
    return (*current, *(KnownGovernment(number, code, name, to.name) for code, number, name, to in found if to))


def _applied(session: Session, call_id: int) -> frozenset[int]:
    query = sa.select(col(Candidacy.local_government_id)).where(
        col(Candidacy.call_id) == call_id, col(Candidacy.state) != CandidacyState.WITHDRAWN
    )
    return frozenset(session.scalars(query))


def _records() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(CandidacyImport.id),
            col(CandidacyImport.call_id),
            col(Call.programme_id),
            col(Call.opens_at),
            col(Call.closes_at),
            col(CandidacyImport.mapping),
            col(CandidacyImport.created_at),
            col(Person.name),
            col(CandidacyImport.imported_at),
            col(CandidacyImport.imported_count),
            col(StoredFile.id),
            sa.func.coalesce(col(StoredFile.name), ""),
            sa.func.coalesce(col(StoredFile.sha256), ""),
        )
        .join(Call, col(Call.id) == col(CandidacyImport.call_id))
        .join(Person, col(Person.id) == col(CandidacyImport.person_id))
        .outerjoin(StoredFile, col(StoredFile.id) == col(CandidacyImport.file_id))
    )
