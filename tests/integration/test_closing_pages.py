"""A year is closed and a budget settled on the pages of the programme team, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import EntryKind, RestRule
from app.models import ClosedYear, Mail, Settlement, WebSession
from app.models.database import transaction
from app.queries.budget import open_commitments
from app.services import budget
from tests import pages
from tests.clients import StandingClock
from tests.integration.money_kit import Parties, booked, commit, halves, parties
from tests.personas import World, sign_in

CLOSING = "/staff/budget/partnerships/opened/closing"
SETTLEMENT = "/staff/budget/partnerships/opened/settlement"
NEXT_YEAR = datetime(2027, 2, 1, 9, tzinfo=UTC)
AT_THE_END = datetime(2027, 12, 31, 9, tzinfo=UTC)


@pytest.fixture
def who(session: Session, world: World) -> Parties:
    return parties(session, world)


@pytest.fixture
def staff_on(
    new_client: Callable[[], TestClient], app: FastAPI, session: Session, world: World, clock: StandingClock
) -> Callable[[datetime], TestClient]:
    def signed_in(now: datetime) -> TestClient:
        clock.now = now
        client = sign_in(new_client(), app, world.vvsg_staff)
        client.cookies.set("lang", "en")
        with transaction(session):
            session.execute(sa.update(WebSession).values(expires_at=now + timedelta(days=1)))
        return client

    return signed_in


def test_a_year_is_closed_for_one_budget_and_then_for_the_others(
    staff_on: Callable[[datetime], TestClient], session: Session, who: Parties, world: World
) -> None:
    staff = staff_on(NEXT_YEAR)
    assert "Close the year" in pages.get(staff, CLOSING).html
    data = {"form_key": "key-of-a-closing", "year": "2026", "reason": "Audited"}
    answers = [staff.post(CLOSING, data=data) for _twice in range(2)]
    assert [one.headers.get("location", "").endswith(CLOSING) for one in answers] == [True, True]
    shown = pages.get(staff, CLOSING).html
    assert "The year 2026 was closed on" in shown
    assert "There is no year to close" in shown
    again = staff.post(CLOSING, data=data | {"form_key": "key-of-another-one"})
    assert again.status_code == 422
    pages.check(again.text)

    overview = pages.get(staff, f"/staff/budget?programme={world.programme.slug}").html
    path = f"/staff/budget/programmes/{world.programme.slug}/years"
    assert path in overview
    assert "Closed: 2026." in pages.get(staff, path).html
    assert staff.post(path, data={"form_key": "key-of-a-programme", "year": "2026"}).status_code == 303
    session.rollback()
    closed = session.execute(sa.select(col(ClosedYear.partnership_id), col(ClosedYear.reason))).all()
    assert sorted(map(tuple, closed)) == sorted([(who.partnership_id, "Audited"), (world.partnership.id, "")])


def test_a_budget_is_settled_once_nothing_is_open(
    staff_on: Callable[[datetime], TestClient], session: Session, who: Parties
) -> None:
    commit(session, halves(session, who.partnership_id)[0], 5_000, actor=who.flemish)
    staff = staff_on(AT_THE_END)
    data = {"form_key": "key-of-a-settlement", "rest": "returned", "reason": ""}
    hindered = staff.post(SETTLEMENT, data=data)
    assert hindered.status_code == 422
    assert "Still open" in hindered.text
    pages.check(hindered.text)
    session.rollback()
    _release(session, who)
    data["form_key"] = "key-of-the-next-try"
    answers = [staff.post(SETTLEMENT, data=data) for _twice in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    shown = pages.get(staff, CLOSING).html
    assert "This budget is settled" in shown
    assert "Settle the budget</button>" not in shown
    session.rollback()
    assert session.scalars(sa.select(col(Settlement.rest))).all() == [RestRule.RETURNED]
    kinds = [one.kind for one in booked(session, who.partnership_id)]
    assert kinds.count(EntryKind.RETURN) == 2
    assert [half.available_cents for half in halves(session, who.partnership_id)] == [0, 0]
    assert session.scalars(sa.select(col(Mail.kind)).where(col(Mail.kind) == "budget_settled")).all()


def _release(session: Session, who: Parties) -> None:
    half = halves(session, who.partnership_id)[0]
    (open_one,) = open_commitments(session, who.partnership_id)
    session.rollback()
    with transaction(session):
        budget.release(
            session,
            half.allotment_id,
            open_one.id,
            day=AT_THE_END.date(),
            description="",
            actor=who.staff,
            now=AT_THE_END,
        )
