"""Reads before a candidacy is started: what merged into what, and whether a local government has applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Country
from app.models import Candidacy, LocalGovernment
from app.queries.reference import municipalities_on


@dataclass(frozen=True, slots=True)
class Merger:
    """A former municipality, and the one that carries it on ``since`` a day."""

    code: str
    name: str
    successor_code: str
    successor_name: str
    since: date


def mergers(session: Session, day: date) -> list[Merger]:
    """Give the Flemish municipalities that are part of another on ``day``, by name (two queries).

    One whose name lives on is left out: who looks for it finds the present one.
    """
    present = {one.code: one.name for one in municipalities_on(session, day)}
    ended = _ended(session, day)
    names = set(present.values())
    found = (
        Merger(code, name, successor, present[successor], since)
        for code, (name, since, _) in ended.items()
        if (successor := _last(code, ended)) in present and code not in present and name not in names
    )
    return sorted(found, key=lambda one: (one.name, one.code))


def merger_of(session: Session, code: str, day: date) -> Merger | None:
    """Give what became of a municipality that is part of another on ``day``, its name kept or not (two queries)."""
    present = {one.code: one.name for one in municipalities_on(session, day)}
    ended = _ended(session, day)
    if code in present or code not in ended or (successor := _last(code, ended)) not in present:
        return None
    name, since, _ = ended[code]
    return Merger(code, name, successor, present[successor], since)


def has_applied(session: Session, call_id: int, government_id: int) -> bool:
    """Tell whether a local government has a candidacy for a call, whoever writes it (one query)."""
    query = sa.select(col(Candidacy.id)).where(
        col(Candidacy.call_id) == call_id,
        col(Candidacy.local_government_id) == government_id,
        col(Candidacy.state) != CandidacyState.WITHDRAWN,
    )
    return session.execute(query.limit(1)).first() is not None


def _ended(session: Session, day: date) -> dict[str, tuple[str, date, str]]:
    """Give name, first day as a part of another, and code of the successor, by the code of a former municipality."""
    columns = (col(LocalGovernment.code), col(LocalGovernment.name), col(LocalGovernment.valid_to))
    query = (
        sa.select(*columns, col(LocalGovernment.successor_code))
        .where(
            col(LocalGovernment.country) == Country.BELGIUM,
            col(LocalGovernment.valid_to) < day,
            col(LocalGovernment.successor_code).is_not(None),
            col(LocalGovernment.successor_code) != col(LocalGovernment.code),
        )
        .order_by(col(LocalGovernment.valid_to), col(LocalGovernment.id))
    )
    rows: Iterable[Any] = session.execute(query)
    return {code: (name, last_day + timedelta(days=1), successor) for code, name, last_day, successor in rows}


def _last(code: str, ended: dict[str, tuple[str, date, str]]) -> str:
    """Follow mergers of mergers to the end."""
    seen: set[str] = set()
    while code in ended and code not in seen:
        seen.add(code)
        code = ended[code][2]
    return code
