"""Versions of a programme's settings: everything on its forms, as plain values."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.models import Association, Call, Programme, ProgrammeVersion, Subject, TemplateSession, Track

_LANGUAGES = ("nl", "fr", "en")


def keep_version(
    session: Session, programme: Programme, *, actor: Actor | None, now: datetime, reason: str = ""
) -> None:
    """Keep the programme as it is under its present version; nobody did it where there is no actor."""
    session.add(
        ProgrammeVersion(
            programme_id=programme.id or 0,
            version=programme.version,
            saved_at=now,
            person_id=actor.person_id if actor is not None else None,
            reason=reason,
            snapshot=snapshot_of(session, programme),
        )
    )
    session.flush()


def snapshot_of(session: Session, programme: Programme) -> dict[str, Any]:
    """Give all settings of a programme as JSON values: texts, period, budget, rules, call, tracks, template."""
    call = session.scalars(sa.select(Call).where(col(Call.programme_id) == programme.id)).one_or_none()
    return {
        **_texts(programme, "title", "summary"),
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "budget_cents": programme.budget_cents,
        "rules": programme.rules,
        "call": {"opens_at": call.opens_at.isoformat(), "closes_at": call.closes_at.isoformat()} if call else {},
        "tracks": _tracks(session, programme),
        "template": _template(session, programme),
    }


def _texts(row: SQLModel, *names: str) -> dict[str, str]:
    return {f"{name}_{code}": getattr(row, f"{name}_{code}") for name in names for code in _LANGUAGES}


def _tracks(session: Session, programme: Programme) -> list[dict[str, Any]]:
    codes = {row.id: row.code for row in session.scalars(sa.select(Association))}
    of_programme = col(Track.programme_id) == programme.id
    subjects = sa.select(Subject).join(Track, col(Track.id) == col(Subject.track_id)).where(of_programme)
    rows = session.scalars(subjects.order_by(col(Subject.position), col(Subject.id))).all()
    tracks = session.scalars(sa.select(Track).where(of_programme).order_by(col(Track.position), col(Track.id)))
    return [
        {
            "slug": track.slug,
            "association": codes[track.association_id],
            "country": track.country.value,
            "language": track.language,
            "places": track.places,
            "is_open": track.is_open,
            **_texts(track, "title", "summary"),
            "goals": track.goals,
            "subjects": [{"code": row.code, **_texts(row, "title")} for row in rows if row.track_id == track.id],
        }
        for track in tracks
    ]


def _template(session: Session, programme: Programme) -> list[dict[str, Any]]:
    query = sa.select(TemplateSession).where(col(TemplateSession.programme_id) == programme.id)
    names = ("scope", "year", "month", "day", "time", "duration_minutes", "zone_of")
    return [
        {
            "key": row.id,
            "kind": row.kind.value,
            **{name: getattr(row, name) for name in names},
            **_texts(row, "title"),
        }
        for row in session.scalars(query.order_by(col(TemplateSession.id)))
    ]
