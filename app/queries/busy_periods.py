"""Reads of days that do not suit, and of what candidacies said about them in words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Country, Section
from app.models import BusyPeriod, Call, Candidacy, CandidacySection, LocalGovernment
from app.queries.candidacy_access import open_to_staff


@dataclass(frozen=True, slots=True)
class BusyRow:
    """Days [starts_on, ends_on] that do not suit a country, or a local government; ``title_of`` tells what for.

    ``of_country`` is where that is, in both cases.
    """

    id: int
    country: Country | None
    government_id: int | None
    government_name: str
    of_country: Country
    starts_on: date
    ends_on: date
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class SaidInWords:
    """What a candidacy answered to "Which weeks do not suit you?"; no machine has read it."""

    government_id: int
    government_name: str
    words: str


def national_periods(session: Session, *, ends_from: date) -> list[BusyRow]:
    """Give the days that do not suit whole countries and are not over on ``ends_from``, by day (one query)."""
    return _read(session, col(BusyPeriod.country).is_not(None), col(BusyPeriod.ends_on) >= ends_from)


def local_periods(session: Session, *, ends_from: date) -> list[BusyRow]:
    """Give the days that do not suit local governments and are not over on ``ends_from``, by day (one query)."""
    return _read(session, col(BusyPeriod.local_government_id).is_not(None), col(BusyPeriod.ends_on) >= ends_from)


def periods_for(
    session: Session, countries: Collection[Country], government_ids: Collection[int], first: date, last: date | None
) -> list[BusyRow]:
    """Give what does not suit these countries and governments within [first, last], by day (one query)."""
    whose = sa.or_(
        col(BusyPeriod.country).in_(sorted(countries)),
        col(BusyPeriod.local_government_id).in_(sorted(government_ids)),
    )
    until = [] if last is None else [col(BusyPeriod.starts_on) <= last]
    return _read(session, whose, col(BusyPeriod.ends_on) >= first, *until)


def period_by_id(session: Session, number: int) -> BusyRow | None:
    """Give one entry (one query)."""
    return next(iter(_read(session, col(BusyPeriod.id) == number)), None)


def _read(session: Session, *conditions: sa.ColumnElement[bool]) -> list[BusyRow]:
    columns: tuple[Any, ...] = (
        BusyPeriod.id,
        BusyPeriod.country,
        BusyPeriod.local_government_id,
        sa.func.coalesce(col(LocalGovernment.name), ""),
        sa.func.coalesce(col(LocalGovernment.country), col(BusyPeriod.country)),
        BusyPeriod.starts_on,
        BusyPeriod.ends_on,
        BusyPeriod.title_nl,
        BusyPeriod.title_fr,
        BusyPeriod.title_en,
    )
    query = (
        sa.select(*columns)
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(BusyPeriod.local_government_id))
        .where(*conditions)
        .order_by(col(BusyPeriod.starts_on), col(BusyPeriod.id))
    )
    return [BusyRow(*row) for row in session.execute(query)]


def country_of_government(session: Session, government_id: int) -> Country | None:
    """Give the country of a local government (one query)."""
    query = sa.select(col(LocalGovernment.country)).where(col(LocalGovernment.id) == government_id)
    return session.execute(query).scalar()


def said_in_words(
    session: Session, actor: Actor, programme_id: int, government_ids: Collection[int]
) -> list[SaidInWords]:
    """Give what the candidacies of these governments in that programme said about weeks, in words (one query).

    Only to the programme team, unless there is a conflict of interest, and to people of the local government itself.
    """
    ids = sorted(set(government_ids))
    readable = sa.or_(open_to_staff(actor), col(Candidacy.local_government_id).in_(sorted(actor.participates)))
    columns: tuple[Any, ...] = (LocalGovernment.id, LocalGovernment.name, CandidacySection.answers)
    query = (
        sa.select(*columns)
        .select_from(Candidacy)
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .join(CandidacySection, col(CandidacySection.candidacy_id) == col(Candidacy.id))
        .where(
            col(Call.programme_id) == programme_id,
            col(Candidacy.local_government_id).in_(ids),
            col(Candidacy.state).not_in([CandidacyState.DRAFT, CandidacyState.WITHDRAWN]),
            col(CandidacySection.section) == Section.PROMISES,
            readable,
        )
        .order_by(col(LocalGovernment.name), col(Candidacy.id))
    )
    said = [
        SaidInWords(number, name, str(answers.get("unsuitable_weeks") or "").strip())
        for number, name, answers in session.execute(query)
    ]
    return [one for one in said if one.words]
