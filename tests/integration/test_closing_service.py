from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import NotAllowed
from app.domain.budget import BudgetSettled, YearClosed
from app.domain.budget_rules import BudgetRules
from app.domain.closing import (
    BudgetNotOpen,
    NoSuccessor,
    NotReadyToSettle,
    RestReasonMissing,
    TooEarlyToSettle,
    YearAlreadyClosed,
    YearElsewhere,
    YearHasClaims,
    YearNotOver,
)
from app.domain.codes import Category, ClaimState, Currency, EntryKind, RestRule
from app.domain.errors import DomainError
from app.domain.programme import Rules
from app.models import ClosedYear, Mail, Programme, Settlement, VisitEstimate, WorkVisit
from app.models.database import transaction
from app.services import budget, closing
from app.services.budget import Spending
from tests import factories
from tests.factories import NOW, number
from tests.integration.money_kit import (
    Parties,
    at_once,
    booked,
    check_balanced,
    claim_on,
    commit,
    halves,
    opened,
    parties,
    proposed,
)
from tests.personas import World, build_world

NEXT_YEAR = datetime(2027, 2, 1, 9, tzinfo=UTC)
AT_THE_END = datetime(2027, 12, 31, 9, tzinfo=UTC)
AFTERWARDS = datetime(2028, 3, 1, 9, tzinfo=UTC)


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


def close(session: Session, who: Parties, year: int = 2026, *, now: datetime = NEXT_YEAR) -> None:
    with transaction(session):
        closing.close_year(session, who.partnership_id, year, reason="Audited", actor=who.staff, now=now)


def settle(
    session: Session,
    who: Parties,
    *,
    rest: RestRule | None = None,
    reason: str = "",
    now: datetime = AT_THE_END,
) -> None:
    with transaction(session):
        closing.settle(session, who.partnership_id, rest=rest, reason=reason, actor=who.staff, now=now)


def pay(session: Session, who: Parties, cents: int, *, day: date = date(2026, 11, 20)) -> int:
    half = halves(session, who.partnership_id)[0]
    spending = Spending(half.allotment_id, cents, Currency.EUR, Category.TRAVEL, day, "Train")
    with transaction(session):
        return budget.pay(session, spending, actor=who.staff, now=NOW)


def later_programme(session: Session, world: World) -> int:
    """Open another round of the same two governments after this one; give its partnership."""
    with transaction(session):
        programme = factories.programme(session, "later", starts_on=date(2028, 1, 1), ends_on=date(2029, 12, 31))
        return opened(session, world, slug="again", programme_id=number(programme))


def test_nothing_is_dated_in_a_closed_year_any_more(both: Session, who: Parties) -> None:
    paid = pay(both, who, 5_000)
    close(both, who)
    with pytest.raises(YearClosed):
        pay(both, who, 5_000)
    flemish = halves(both, who.partnership_id)[0]
    with pytest.raises(YearClosed):
        commit(both, flemish, 5_000, actor=who.flemish)
    with pytest.raises(YearClosed), transaction(both):
        budget.correct(
            both, flemish.allotment_id, paid, day=date(2026, 12, 1), reason="Wrong", actor=who.staff, now=NEXT_YEAR
        )
    with transaction(both):
        budget.correct(
            both, flemish.allotment_id, paid, day=date(2027, 2, 1), reason="Wrong", actor=who.staff, now=NEXT_YEAR
        )
    assert booked(both, who.partnership_id)[-1].entry_date == date(2027, 2, 1)
    row = both.scalars(sa.select(ClosedYear)).one()
    assert (row.year, row.reason, row.closed_by) == (2026, "Audited", who.staff.person_id)


def test_a_year_that_is_not_over_or_elsewhere_is_not_closed(both: Session, who: Parties) -> None:
    for year, refusal in ((2027, YearNotOver), (2025, YearElsewhere), (2028, YearElsewhere)):
        with pytest.raises(refusal):
            close(both, who, year)
    with pytest.raises(YearNotOver):
        close(both, who, 2026, now=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    close(both, who, 2026, now=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))  # midnight in Brussels
    with pytest.raises(YearAlreadyClosed):
        close(both, who)
    with pytest.raises(NotAllowed), transaction(both):
        closing.close_year(both, who.partnership_id, 2026, actor=who.flemish, now=NEXT_YEAR)
    with pytest.raises(BudgetNotOpen), transaction(both):
        closing.close_year(both, 999_999, 2026, actor=who.staff, now=NEXT_YEAR)


def test_claims_that_wait_keep_their_year_open(both: Session, who: Parties) -> None:
    half = halves(both, who.partnership_id)[0]
    waiting = claim_on(both, who, half)
    claim_on(both, who, half, state=ClaimState.RETURNED)
    claim_on(both, who, half, spent_on=date(2027, 1, 1))
    with pytest.raises(YearHasClaims) as refused:
        close(both, who)
    assert refused.value.params["claims"] == (waiting,)


def test_a_programme_closes_what_may_be_closed_and_says_why_the_rest_stays_open(
    both: Session, who: Parties, world: World
) -> None:
    with transaction(both):
        other = opened(both, world, slug="other")
    claim_on(both, who, halves(both, who.partnership_id)[0])
    with transaction(both):
        outcome = closing.close_programme_year(both, who.programme_id, 2026, actor=who.staff, now=NEXT_YEAR)
    assert outcome.closed == (number(world.partnership), other)
    assert {key: type(one) for key, one in outcome.hindered.items()} == {who.partnership_id: YearHasClaims}
    with pytest.raises(NotAllowed), transaction(both):
        closing.close_programme_year(both, who.programme_id, 2026, actor=who.flemish, now=NEXT_YEAR)


def test_the_rest_is_returned_and_nothing_is_booked_after(both: Session, who: Parties) -> None:
    paid = pay(both, who, 50_000)
    settle(both, who, now=AFTERWARDS)
    flemish, partner = halves(both, who.partnership_id)
    assert (flemish.returned_cents, flemish.available_cents) == (1_700_000, 0)
    assert (partner.returned_cents, partner.available_cents) == (1_750_000, 0)
    entries = booked(both, who.partnership_id)[-2:]
    assert [(one.kind, one.amount_cents, one.entry_date) for one in entries] == [
        (EntryKind.RETURN, 1_700_000, date(2028, 3, 1)),
        (EntryKind.RETURN, 1_750_000, date(2028, 3, 1)),
    ]
    check_balanced(both)
    with pytest.raises(BudgetSettled), transaction(both):
        budget.correct(
            both, flemish.allotment_id, paid, day=date(2027, 12, 1), reason="Late", actor=who.staff, now=AFTERWARDS
        )
    with pytest.raises(BudgetSettled):
        settle(both, who)
    with pytest.raises(BudgetSettled):
        close(both, who)
    mails = both.scalars(sa.select(col(Mail.recipient)).where(col(Mail.kind) == "budget_settled")).all()
    assert set(mails) == {who.flemish.email, who.partner.email}


def test_a_half_without_a_rest_gets_no_entry(both: Session, who: Parties) -> None:
    pay(both, who, 1_750_000)
    settle(both, who)
    assert [one.kind for one in booked(both, who.partnership_id)] == ["allotment", "allotment", "payment", "return"]


def test_a_budget_is_settled_from_the_last_day_by_the_team(both: Session, who: Parties) -> None:
    with pytest.raises(TooEarlyToSettle):
        settle(both, who, now=datetime(2027, 12, 30, 22, 59, tzinfo=UTC))
    with pytest.raises(NotAllowed), transaction(both):
        closing.settle(both, who.partnership_id, actor=who.flemish, now=AT_THE_END)
    with pytest.raises(BudgetNotOpen), transaction(both):
        closing.settle(both, 999_999, actor=who.staff, now=AT_THE_END)
    settle(both, who, now=datetime(2027, 12, 30, 23, 0, tzinfo=UTC))


def test_whatever_is_open_is_named(both: Session, who: Parties, world: World) -> None:
    flemish = halves(both, who.partnership_id)[0]
    commitment = commit(both, flemish, 5_000, actor=who.flemish)
    claims = [claim_on(both, who, flemish), claim_on(both, who, flemish, state=ClaimState.RETURNED)]
    claim_on(both, who, flemish, state=ClaimState.DRAFT)
    transfer = proposed(both, who)
    with transaction(both):
        visit = factories.agenda_session(both, world.programme)
        visit.partnership_id = who.partnership_id
        work = factories.add(both, WorkVisit(session_id=number(visit), created_at=NOW))
        factories.add(both, VisitEstimate(visit_id=number(work), total_cents=5, saved_at=NOW))
    with pytest.raises(NotReadyToSettle) as refused:
        settle(both, who)
    found = refused.value.params["obstacles"]
    assert (found.commitments, found.claims) == ((commitment,), tuple(claims))  # type: ignore[attr-defined]
    assert (found.transfers, found.visits) == ((transfer,), (number(visit),))  # type: ignore[attr-defined]
    both.rollback()
    assert both.scalars(sa.select(Settlement)).all() == []


def test_another_way_than_the_rule_needs_a_reason_and_a_successor(both: Session, who: Parties, world: World) -> None:
    with pytest.raises(RestReasonMissing):
        settle(both, who, rest=RestRule.CARRIED_OVER)
    with pytest.raises(NoSuccessor):
        settle(both, who, rest=RestRule.CARRIED_OVER, reason="They go on")
    again = later_programme(both, world)
    pay(both, who, 50_000)
    settle(both, who, rest=RestRule.CARRIED_OVER, reason="They go on")
    assert [half.amount_cents for half in halves(both, again)] == [1_750_000 + 1_700_000, 1_750_000 + 1_750_000]
    entries = booked(both, again)[-2:]
    assert [(one.kind, one.description, one.reason, one.programme_version) for one in entries] == [
        (EntryKind.ALLOTMENT, "opened", "They go on", None)
    ] * 2
    assert {one.entry_date for one in entries} == {date(2028, 1, 1)}
    gone = booked(both, who.partnership_id)[-2:]
    assert [(one.kind, one.description) for one in gone] == [(EntryKind.CARRY_OVER, "again")] * 2
    assert both.scalars(sa.select(col(Settlement.successor_id))).one() == again
    check_balanced(both)


def test_the_rule_of_the_programme_says_where_the_rest_goes(both: Session, who: Parties, world: World) -> None:
    later_programme(both, world)
    with transaction(both):
        programme = both.get_one(Programme, who.programme_id)
        rules = Rules.from_data(programme.rules)
        kept = BudgetRules.from_data({**rules.budget.to_data(), "rest": "carried_over"})
        programme.rules = {**rules.to_data(), "budget": kept.to_data()}
    settle(both, who)
    assert both.scalars(sa.select(col(Settlement.rest))).one() is RestRule.CARRIED_OVER


def test_a_settlement_and_a_commitment_at_the_same_moment(both: Session, both_engines: sa.Engine, who: Parties) -> None:
    half = halves(both, who.partnership_id)[0]
    spending = Spending(half.allotment_id, 5_000, Currency.EUR, Category.TRAVEL, date(2027, 12, 1), "Train")
    outcomes = at_once(
        both_engines,
        lambda session: closing.settle(session, who.partnership_id, actor=who.staff, now=AT_THE_END),
        lambda session: budget.commit_money(session, spending, actor=who.flemish, now=AT_THE_END),
    )
    names = [type(one).__name__ for one in outcomes]
    assert names in (["NoneType", "BudgetSettled"], ["NotReadyToSettle", "NoneType"])
    flemish = halves(both, who.partnership_id)[0]
    settled = both.scalars(sa.select(Settlement)).all()
    assert (flemish.committed_cents, len(settled)) == ((5_000, 0) if outcomes[0] else (0, 1))


def test_who_waited_for_a_settlement_reads_it_anew(both: Session, both_engines: sa.Engine, who: Parties) -> None:
    """A half that has no rest is not changed by its settlement: who waited for its lock must still see the end."""
    paid = pay(both, who, 1_750_000)
    half = halves(both, who.partnership_id)[0]
    day = date(2027, 12, 1)
    at_once(
        both_engines,
        lambda session: closing.settle(session, who.partnership_id, actor=who.staff, now=AT_THE_END),
        lambda session: budget.correct(
            session, half.allotment_id, paid, day=day, reason="Wrong", actor=who.staff, now=AT_THE_END
        ),
    )
    flemish = halves(both, who.partnership_id)[0]
    kinds = [one.kind for one in booked(both, who.partnership_id) if one.allotment_id == half.allotment_id]
    assert flemish.available_cents == 0
    assert kinds in (["allotment", "payment"], ["allotment", "payment", "correction", "return"])


def test_closing_a_year_and_a_payment_in_it_at_the_same_moment(
    both: Session, both_engines: sa.Engine, who: Parties
) -> None:
    half = halves(both, who.partnership_id)[0]
    spending = Spending(half.allotment_id, 5_000, Currency.EUR, Category.TRAVEL, date(2026, 12, 1), "Train")
    outcomes = at_once(
        both_engines,
        lambda session: closing.close_year(session, who.partnership_id, 2026, actor=who.staff, now=NEXT_YEAR),
        lambda session: budget.pay(session, spending, actor=who.staff, now=NEXT_YEAR),
    )
    assert outcomes[0] is None
    paid = [one for one in booked(both, who.partnership_id) if one.kind is EntryKind.PAYMENT]
    assert [type(one).__name__ for one in outcomes[1:]] == (["NoneType"] if paid else ["YearClosed"])


@pytest.mark.parametrize(("day", "refusal"), [(date(2026, 12, 1), YearClosed), (date(2027, 12, 1), BudgetSettled)])
def test_who_waits_for_the_lock_sees_what_ended_meanwhile(
    both: Session, both_engines: sa.Engine, who: Parties, day: date, refusal: type[DomainError]
) -> None:
    half = halves(both, who.partnership_id)[0]
    spending = Spending(half.allotment_id, 5_000, Currency.EUR, Category.TRAVEL, day, "Train")
    with ThreadPoolExecutor(1) as pool:
        with transaction(both):
            if refusal is YearClosed:
                closing.close_year(both, who.partnership_id, 2026, actor=who.staff, now=NEXT_YEAR)
            else:
                closing.settle(both, who.partnership_id, actor=who.staff, now=AT_THE_END)
            waiting = pool.submit(
                at_once, both_engines, lambda session: budget.pay(session, spending, actor=who.staff, now=AT_THE_END)
            )
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.7)
        assert [type(one) for one in waiting.result(timeout=30)] == [refusal]
