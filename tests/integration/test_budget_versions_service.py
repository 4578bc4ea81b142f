from collections.abc import Iterator
from dataclasses import fields
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.budget import AllotmentExceeded
from app.domain.budget_versions import BudgetBelowUse, BudgetPlanUnseen, BudgetReasonMissing
from app.domain.codes import Category, Currency, EntryKind, RestRule, Side
from app.models import Programme, ProgrammeVersion, Settlement
from app.models.database import transaction
from app.services import budget, budget_versions, programmes
from app.services.budget import Spending
from app.services.programmes import Basics, Edit
from tests import factories
from tests.factories import NOW
from tests.integration.money_kit import (
    Parties,
    amounts,
    at_once,
    booked,
    check_balanced,
    commit,
    done,
    halves,
    parties,
)
from tests.personas import World, build_world


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def world(both: Session) -> World:
    return build_world(both)


@pytest.fixture
def who(both: Session, world: World) -> Parties:
    return parties(both, world)


def save(
    session: Session, who: Parties, cents: int, *, reason: str = "The donor gives more", seen: str | None = None
) -> int:
    session.rollback()
    stored = session.get_one(Programme, who.programme_id, populate_existing=True)
    values = {one.name: getattr(stored, one.name) for one in fields(Basics)} | {"budget_cents": cents}
    edit = Edit(who.programme_id, stored.version, who.staff, NOW, reason)
    session.rollback()
    with transaction(session):
        return programmes.save_basics(session, edit, Basics(**values), seen=seen)


def test_a_raise_books_both_sides_of_every_open_partnership_with_its_version(
    both: Session, who: Parties, world: World
) -> None:
    done(both, who)  # what went to the other side stays there
    version = save(both, who, 3_600_001)
    assert amounts(both, who.partnership_id) == (1_650_000 + 50_001, 1_850_000 + 50_000)
    assert amounts(both, world.partnership.id or 0) == (1_800_001, 1_800_000)
    entries = booked(both, who.partnership_id)[-2:]
    assert [(one.kind, one.amount_cents, one.programme_version, one.reason) for one in entries] == [
        (EntryKind.ALLOTMENT, 50_001, version, "The donor gives more"),
        (EntryKind.ALLOTMENT, 50_000, version, "The donor gives more"),
    ]
    check_balanced(both)


def test_a_lowering_books_reductions_and_the_odd_cent_rule_changes_nothing_that_was_booked(
    both: Session, who: Parties
) -> None:
    save(both, who, 3_400_001, reason="Less")
    assert amounts(both, who.partnership_id) == (1_700_001, 1_700_000)
    assert [one.kind for one in booked(both, who.partnership_id)[-2:]] == [EntryKind.REDUCTION] * 2
    before = [(one.id, one.amount_cents) for one in booked(both, who.partnership_id)]
    with transaction(both):
        programme = both.get_one(Programme, who.programme_id)
        programme.rules = {**programme.rules, "budget": {"odd_cent": Side.PARTNER.value}}
    assert [(one.id, one.amount_cents) for one in booked(both, who.partnership_id)] == before
    save(both, who, 3_400_003, reason="More")
    assert amounts(both, who.partnership_id) == (1_700_001, 1_700_002)


def test_a_lowering_below_what_is_used_changes_nothing_and_says_what_is_possible(both: Session, who: Parties) -> None:
    commit(both, halves(both, who.partnership_id)[1], 1_700_000, actor=who.staff)
    with pytest.raises(BudgetBelowUse) as refused:
        save(both, who, 3_300_000, reason="Less")
    assert refused.value.params["lowest_cents"] == 3_400_000
    shortfalls = refused.value.params["shortfalls"]
    assert isinstance(shortfalls, tuple)
    (short,) = shortfalls
    assert (short.partnership, short.side, short.over_cents) == ("Gamma & Karongi", Side.PARTNER, 50_000)
    both.rollback()
    assert both.get_one(Programme, who.programme_id, populate_existing=True).budget_cents == 3_500_000
    save(both, who, 3_400_000, reason="Less")
    assert halves(both, who.partnership_id)[1].available_cents == 0


def test_a_change_needs_a_reason_and_the_plan_that_was_seen(both: Session, who: Parties) -> None:
    with pytest.raises(BudgetReasonMissing):
        save(both, who, 3_600_000, reason="")
    with pytest.raises(BudgetPlanUnseen):
        save(both, who, 3_600_000, seen="")
    key = budget_versions.planned(both, who.programme_id, 3_600_000).key
    save(both, who, 3_600_000, seen=key)
    assert amounts(both, who.partnership_id) == (1_800_000, 1_800_000)


def test_settled_partnerships_stay_as_they_are(both: Session, who: Parties) -> None:
    with transaction(both):
        factories.add(both, Settlement(partnership_id=who.partnership_id, settled_at=NOW, rest=RestRule.RETURNED))
    assert budget_versions.planned(both, who.programme_id, 3_600_000).settled == 1
    save(both, who, 3_600_000)
    assert amounts(both, who.partnership_id) == (1_750_000, 1_750_000)


def test_texts_alone_book_nothing(both: Session, who: Parties) -> None:
    save(both, who, 3_500_000, reason="")
    assert len(booked(both, who.partnership_id)) == 2


def test_a_lowering_and_a_commitment_at_the_same_moment(both: Session, both_engines: sa.Engine, who: Parties) -> None:
    stored = both.get_one(Programme, who.programme_id, populate_existing=True)
    values = {one.name: getattr(stored, one.name) for one in fields(Basics)} | {"budget_cents": 3_000_000}
    edit = Edit(who.programme_id, stored.version, who.staff, NOW, "Less")
    half = halves(both, who.partnership_id)[0]
    spending = Spending(half.allotment_id, 1_600_000, Currency.EUR, Category.TRAVEL, date(2026, 11, 20), "Train")
    outcomes = at_once(
        both_engines,
        lambda session: programmes.save_basics(session, edit, Basics(**values)),
        lambda session: budget.commit_money(session, spending, actor=who.staff, now=NOW),
    )
    assert [type(one) for one in outcomes] in ([type(None), AllotmentExceeded], [BudgetBelowUse, type(None)])
    assert halves(both, who.partnership_id)[0].available_cents >= 0
    versions = both.scalars(sa.select(col(ProgrammeVersion.version))).all()
    assert len(versions) == (2 if outcomes[0] is None else 0)
