"""The saved versions of a candidacy's sections, for its authors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_history import Save
from app.domain.codes import Section
from app.models import CandidacySectionVersion, Person


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A version of a section with its answers, and the form on which they were typed."""

    save: Save
    form_version: int
    answers: Mapping[str, Any]


def saves_of(session: Session, candidacy_id: int) -> list[Save]:
    """Give every save of a candidacy without its answers, by section and version (one query)."""
    query = _saves(*_SAVE).where(col(CandidacySectionVersion.candidacy_id) == candidacy_id)
    ordered = query.order_by(col(CandidacySectionVersion.section), col(CandidacySectionVersion.version))
    return [Save(*row) for row in session.execute(ordered)]


def version_of(session: Session, candidacy_id: int, section: Section, version: int) -> SavedVersion | None:
    """Give one version of a section (one query)."""
    row = session.execute(_up_to(candidacy_id, section, version)).first()
    found = _version(row) if row else None
    return found if found and found.save.version == version else None


def version_before(session: Session, candidacy_id: int, section: Section, version: int) -> SavedVersion | None:
    """Give the version that a version replaced; the first one replaced none (one query)."""
    row = session.execute(_up_to(candidacy_id, section, version - 1)).first()
    return _version(row) if row else None


def latest_version(session: Session, candidacy_id: int, section: Section) -> int:
    """Give the number of the latest version of a section, 0 if it was never saved (one query)."""
    table = CandidacySectionVersion
    query = sa.select(sa.func.max(col(table.version))).where(
        col(table.candidacy_id) == candidacy_id, col(table.section) == section
    )
    return session.execute(query).scalar() or 0


def _up_to(candidacy_id: int, section: Section, version: int) -> sa.Select[Any]:
    table = CandidacySectionVersion
    query = _saves(*_SAVE, col(table.form_version), col(table.answers)).where(
        col(table.candidacy_id) == candidacy_id, col(table.section) == section, col(table.version) <= version
    )
    return query.order_by(col(table.version).desc()).limit(1)


def _saves(*columns: Any) -> sa.Select[Any]:  # noqa: ANN401 - columns
    return sa.select(*columns).outerjoin(Person, col(Person.id) == col(CandidacySectionVersion.person_id))


def _version(row: sa.Row[Any]) -> SavedVersion:
    return SavedVersion(Save(*row[: len(_SAVE)]), row.form_version, row.answers)


_SAVE: tuple[Any, ...] = (
    col(CandidacySectionVersion.section),
    col(CandidacySectionVersion.version),
    col(CandidacySectionVersion.saved_at),
    col(CandidacySectionVersion.person_id),
    sa.func.coalesce(col(Person.name), ""),
)
