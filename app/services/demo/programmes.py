"""The demo's three programmes: the pilot, one that runs today, one with an open call."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country, SessionKind
from app.domain.programme import Promise, Rules
from app.models import Association, Call, Programme, Subject, TemplateSession, Track
from app.models.base import identity
from app.services.demo.places import FOLDER
from app.services.demo.rates import set_day_rates
from app.services.demo.visit_costs import set_rates
from app.services.programme_versions import keep_version

PILOT_OPENED = datetime(2023, 10, 3, 7, 0, tzinfo=UTC)
PILOT_CLOSED = datetime(2023, 11, 30, 22, 59, tzinfo=UTC)


def content() -> dict[str, Any]:
    """Read the demo's texts."""
    data: dict[str, Any] = json.loads((FOLDER / "programmes.json").read_text(encoding="utf-8"))
    return data


def load(session: Session, *, now: datetime) -> dict[str, Programme]:
    """Add the programmes with their tracks, calls and agenda templates; give them by key."""
    data = content()
    return {row["key"]: _programme(session, row, data["shared"], now=now) for row in data["programmes"]}


def _programme(session: Session, row: dict[str, Any], shared: dict[str, Any], *, now: datetime) -> Programme:
    first_year = row.get("first_year") or _first_year(row["key"], now)
    years = f"{first_year}–{first_year + 1}"
    promises = tuple(Promise(**promise) for promise in shared["promises"])
    texts: dict[str, Any] = {
        f"title_{code}": row[f"title_{code}"] if "first_year" in row else f"{row[f'title_{code}']} {years}"
        for code in ("nl", "fr", "en")
    }
    texts |= {name: shared[name] for name in ("summary_nl", "summary_fr", "summary_en")}
    programme = Programme(
        slug=row.get("slug") or f"sdg-{first_year}-{first_year + 1}",
        **texts,
        starts_on=date(first_year, 1, 1),
        ends_on=date(first_year + 1, 12, 31),
        budget_cents=3_500_000,
        rules=replace(Rules(), promises=promises).to_data(),
    )
    session.add(programme)
    session.flush()
    set_rates(session, programme)
    set_day_rates(session, programme)
    opens_at, closes_at = _call(row["key"], first_year, now)
    session.add(Call(programme_id=identity(programme), opens_at=opens_at, closes_at=closes_at))
    _tracks(session, programme, shared["tracks"], row["places"])
    for position, template in enumerate(shared["template"], start=1):
        kind = SessionKind(template["kind"])
        session.add(TemplateSession(programme_id=identity(programme), position=position, **{**template, "kind": kind}))
    session.flush()
    keep_version(session, programme, actor=None, now=now)
    return programme


def _first_year(key: str, now: datetime) -> int:
    running = now.year if now.month >= 3 else now.year - 1
    return running if key == "running" else running + 1


def _call(key: str, first_year: int, now: datetime) -> tuple[datetime, datetime]:
    if key == "pilot":
        return PILOT_OPENED, PILOT_CLOSED
    if key == "running":
        return datetime(first_year - 1, 9, 1, 7, 0, tzinfo=UTC), datetime(first_year - 1, 10, 31, 22, 59, tzinfo=UTC)
    evening = now.replace(hour=22, minute=59, second=0, microsecond=0)
    morning = now.replace(hour=7, minute=0, second=0, microsecond=0)
    return morning - timedelta(days=30), evening + timedelta(days=19)


def _tracks(session: Session, programme: Programme, tracks: list[dict[str, Any]], places: dict[str, int]) -> None:
    associations = association_ids(session)
    for position, data in enumerate(tracks, start=1):
        facts = {name: value for name, value in data.items() if name not in ("subjects", "association", "country")}
        track = Track(
            programme_id=identity(programme),
            association_id=associations[data["association"]],
            position=position,
            country=Country(data["country"]),
            places=places[data["slug"]],
            **facts,
        )
        session.add(track)
        session.flush()
        for order, subject in enumerate(data["subjects"], start=1):
            session.add(Subject(track_id=identity(track), position=order, **subject))


def association_ids(session: Session) -> dict[str, int]:
    """Give the id of each association by its code."""
    rows = session.execute(sa.select(Association).order_by(col(Association.id))).scalars()
    return {row.code: identity(row) for row in rows}


def track_ids(session: Session, programme: Programme) -> dict[str, int]:
    """Give the id of each track of a programme by its slug."""
    query = sa.select(Track).where(col(Track.programme_id) == programme.id).order_by(col(Track.id))
    return {row.slug: identity(row) for row in session.execute(query).scalars()}
