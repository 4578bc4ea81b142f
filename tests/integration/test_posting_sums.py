"""The database itself keeps the sums of postings, the number of the last entry and the end of the log."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Allotment, BudgetSum, CommitmentBalance, Event, LedgerEntry, LogHead
from app.models.database import transaction
from tests.integration.budget_kit import open_halves
from tests.personas import build_world

COLUMNS = "(entry_id, allotment_id, account, amount_cents, year, category, session_id, commitment_id)"


def test_a_posting_that_a_hand_writes_is_in_the_sums(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        world = build_world(session)
        with transaction(session):
            open_halves(session, world.partnership)
        half, last = session.execute(
            sa.select(col(Allotment.id), col(Allotment.last_number)).order_by(col(Allotment.id)).limit(1)
        ).one()
        (opening,) = session.scalars(sa.select(LedgerEntry).where(col(LedgerEntry.allotment_id) == half))
        assert (opening.number, last) == (1, 1)
        assert (
            session.scalars(sa.select(col(Event.hash)).order_by(col(Event.id).desc())).first()
            == session.scalars(sa.select(col(LogHead.hash))).one()
        )
        session.rollback()

        def post(account: str, cents: int, category: str = "'travel'", commitment: str = "NULL") -> None:
            values = f"{opening.id}, {half}, '{account}', {cents}, 2026, {category}, NULL, {commitment}"
            with transaction(session):
                session.execute(sa.text(f"INSERT INTO posting {COLUMNS} VALUES ({values})"))  # noqa: S608 - no input

        post("committed", 700, commitment=str(opening.id))
        post("paid", 300)
        post("committed", -200)
        post("returned", 50, category="NULL")
        post("programme", -10, category="NULL")
        row = session.scalars(sa.select(Allotment).where(col(Allotment.id) == half)).one()
        assert (row.amount_cents, row.paid_cents, row.committed_cents, row.returned_cents) == (1_750_010, 300, 500, 50)
        (under,) = session.scalars(sa.select(BudgetSum))
        assert (under.year, under.session_key, under.paid_cents, under.committed_cents) == (2026, 0, 300, 500)
        assert session.scalars(sa.select(col(CommitmentBalance.open_cents))).all() == [700]
        session.rollback()
        with pytest.raises(IntegrityError, match="ck_allotment"):
            post("paid", 1_750_000)
        session.rollback()
        session.expire_all()
        assert session.scalars(sa.select(col(Allotment.paid_cents)).where(col(Allotment.id) == half)).one() == 300
