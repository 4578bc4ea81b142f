"""Invented ledger entries and details of sessions: until today, in each side's own currency and language."""

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Category, Country, Currency, Role, SessionKind, Side
from app.domain.money import LOCAL_CURRENCY, Rate, rate_for
from app.models import AgendaSession, Allotment, LocalGovernment, Partnership, PartnershipSide, Programme
from app.services.budget import Spending, commit_money, pay
from app.services.demo.people import LANGUAGES
from app.services.demo.places import rows
from app.services.people import COMMAND_LINE

TEAM = Actor(person_id=1, name="Programmateam VVSG", roles=frozenset({Role.STAFF}))
RWF_RATE = Decimal("1452.30")


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Book what the demo's partnerships of a programme spent until today, each a little differently.

    No claim asked for these payments, so nobody booked them: they were brought over.
    """
    query = (
        sa.select(col(Allotment.id), col(PartnershipSide.side), col(LocalGovernment.country))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id))
        .where(col(Partnership.programme_id) == programme.id)
        .order_by(col(Allotment.id))
    )
    for order, (allotment_id, side, country) in enumerate(session.execute(query).all()):
        _book(session, programme, allotment_id or 0, side, country, factor=100 + order * 3 % 17, now=now)
    _describe_sessions(session, programme)


def _book(
    session: Session,
    programme: Programme,
    allotment_id: int,
    side: Side,
    country: Country,
    *,
    factor: int,
    now: datetime,
) -> None:
    commitment_id: int | None = None
    for row in rows("ledger.csv"):
        day = _day(programme, int(row["month"]), int(row["day"]))
        if row["side"] != side or day > now.date():
            continue
        spending = _spending(row, allotment_id, country, factor, day)
        if row["kind"] == "commitment":
            commitment_id = commit_money(session, spending, actor=TEAM, now=now)
        elif row["kind"] == "settlement":
            pay(session, spending, commitment_id=commitment_id, actor=COMMAND_LINE, now=now)
        else:
            pay(session, spending, actor=COMMAND_LINE, now=now)


def _spending(row: dict[str, str], allotment_id: int, country: Country, factor: int, day: date) -> Spending:
    currency = LOCAL_CURRENCY[country]
    euros = Decimal(row["amount_eur"]) * factor / 100
    rate = Rate(RWF_RATE, source="Bank statement (demo)", day=day) if currency is Currency.RWF else None
    per_euro = rate_for(currency, rate).value
    unit = Decimal(100) if currency is Currency.EUR else Decimal(1)
    return Spending(
        allotment_id=allotment_id,
        amount_minor=int((euros * per_euro * unit).quantize(Decimal(1), ROUND_HALF_EVEN)),
        currency=currency,
        category=Category(row["category"]),
        day=day,
        description=row[f"description_{LANGUAGES[country]}"],
        rate=rate,
    )


def _day(programme: Programme, month: int, day: int) -> date:
    years, months = divmod(month - 1, 12)
    return date(programme.starts_on.year + years, months + 1, day)


def _describe_sessions(session: Session, programme: Programme) -> None:
    query = (
        sa.select(AgendaSession).where(col(AgendaSession.programme_id) == programme.id).order_by(col(AgendaSession.id))
    )
    for row in session.execute(query).scalars().all():
        if row.kind is SessionKind.JOINT_DIGITAL:
            row.link = f"https://meet.example.org/{row.uid[:10]}"
        elif not row.place and row.kind is not SessionKind.WORK_VISIT:
            row.place = "Demozaal, Brussel"
