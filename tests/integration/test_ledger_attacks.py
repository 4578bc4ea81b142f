"""What could go around the rules of the ledger: closed years, amounts beyond all measure, days to come, two at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.budget import BudgetSettled, CannotCorrect, OutsidePeriod, YearClosed
from app.domain.budget_rules import HINTS, BudgetRules
from app.domain.claims import LineAhead, NewLine
from app.domain.codes import Category, Currency, HintForce, HintKind, RestRule, Side
from app.domain.cost_hints import CostRefused
from app.domain.errors import DomainError
from app.domain.money import MOST_CENTS, AmountIsZero, AmountTooLarge, Rate
from app.domain.per_diem import DayClaimed
from app.domain.programme import Rules
from app.language.messages import refusal_message
from app.models import Claim, ClaimLine, ClosedYear, Programme
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts
from app.queries.people import actor_of_person
from app.queries.visits import VisitFacts
from app.services import budget, budget_plans, checks, claims, closing, day_allowances
from app.services.budget import Spending
from app.services.budget_corrections import put_in_place, take_back
from app.services.budget_plans import NewPlan
from app.services.day_allowances import Wanted
from tests import factories
from tests.factories import NOW, number
from tests.integration.claim_kit import TRAIN, approve, half, sent, started, without_receipts
from tests.integration.claim_kit import actor as seen_as
from tests.integration.money_kit import Parties, at_once, halves, opened, parties
from tests.integration.test_day_allowances import visit_with_rates, wanted
from tests.personas import World, build_world

AT_THE_END = datetime(2027, 12, 31, 9, tzinfo=UTC)


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def world(both: Session) -> World:
    return build_world(both)


@pytest.fixture
def who(both: Session, world: World) -> Parties:
    made = parties(both, world)
    without_receipts(both, world.programme)
    return made


def francs(minor: int, rate: str) -> NewLine:
    """A line in francs at a rate."""
    of = Rate(Decimal(rate), "Bank", date(2026, 11, 20))
    return replace(TRAIN, currency=Currency.RWF, amount_minor=minor, rate=of)


def test_an_amount_beyond_all_measure_or_below_a_cent_is_refused(both: Session, who: Parties) -> None:
    flemish = halves(both, who.partnership_id)[0]
    for line, refusal in (
        (francs(10**15 - 1, "0.000001"), AmountTooLarge),
        (replace(TRAIN, amount_minor=MOST_CENTS + 1), AmountTooLarge),
        (francs(1, "1452.30"), AmountIsZero),
    ):
        with pytest.raises(refusal):
            started(both, who.flemish, flemish, line)
    assert started(both, who.flemish, flemish, replace(TRAIN, amount_minor=MOST_CENTS)).total_cents == MOST_CENTS
    with pytest.raises(AmountTooLarge) as refused, transaction(both):
        plan = NewPlan(flemish.allotment_id, Category.TRAVEL, 2027, 10**17, "Train")
        budget_plans.add(both, plan, actor=who.flemish, now=NOW)
    assert "€" in refusal_message("nl", refused.value)


def test_the_period_of_the_programme_stops_a_claim_whatever_its_rules_say(
    both: Session, who: Parties, world: World
) -> None:
    flemish = halves(both, who.partnership_id)[0]
    before = replace(TRAIN, spent_on=date(2025, 12, 31))
    for hints, refusal in (
        (tuple(replace(one, force=HintForce.WARNS) for one in HINTS), CostRefused),
        (tuple(one for one in HINTS if one.kind not in (HintKind.PERIOD, HintKind.RECEIPT)), OutsidePeriod),
    ):
        with transaction(both):
            row = both.get_one(Programme, number(world.programme))
            row.rules = {**row.rules, "budget": Rules(budget=BudgetRules(hints=hints)).budget.to_data()}
        with pytest.raises(refusal):
            sent(both, who.flemish, flemish, before)


def test_what_is_still_to_come_is_not_sent(both: Session, who: Parties) -> None:
    flemish = halves(both, who.partnership_id)[0]
    sent(both, who.flemish, flemish, replace(TRAIN, spent_on=NOW.date()))
    with pytest.raises(LineAhead) as refused:
        sent(both, who.flemish, flemish, TRAIN, replace(TRAIN, spent_on=NOW.date() + timedelta(days=1)))
    assert refused.value.params == {"line": 2, "day": date(2026, 11, 23)}


def test_a_claim_in_a_closed_year_says_what_to_do(both: Session, who: Parties) -> None:
    flemish = halves(both, who.partnership_id)[0]
    waiting, draft = sent(both, who.flemish, flemish), started(both, who.flemish, flemish)
    with transaction(both):  # closed before claims that wait kept a year open
        both.add(ClosedYear(partnership_id=who.partnership_id, year=2026, closed_at=NOW, reason=""))
    with pytest.raises(YearClosed) as approval, transaction(both):
        claims.approve(both, waiting.id, version=waiting.version, actor=who.staff, now=AT_THE_END)
    assert "Return the claim" in refusal_message("en", approval.value)
    with pytest.raises(YearClosed) as sending, transaction(both):
        claims.submit(both, draft.id, version=draft.version, actor=who.flemish, now=AT_THE_END)
    assert "Line 1" in refusal_message("en", sending.value)
    with transaction(both):
        claims.give_back(both, waiting.id, "In 2027", version=waiting.version, actor=who.staff, now=AT_THE_END)


def test_a_draft_on_a_budget_that_was_settled_is_only_withdrawn(both: Session, who: Parties) -> None:
    draft = started(both, who.flemish, halves(both, who.partnership_id)[0])
    with transaction(both):
        closing.settle(both, who.partnership_id, actor=who.staff, now=AT_THE_END)
    with pytest.raises(BudgetSettled), transaction(both):
        claims.submit(both, draft.id, version=draft.version, actor=who.flemish, now=AT_THE_END)
    with transaction(both):
        claims.withdraw(both, draft.id, actor=who.flemish, now=AT_THE_END)


def test_what_is_carried_over_is_no_inequality(both: Session, who: Parties, world: World) -> None:
    with transaction(both):
        programme = factories.programme(both, "later", starts_on=date(2028, 1, 1), ends_on=date(2029, 12, 31))
        opened(both, world, slug="again", programme_id=number(programme))
    claim = sent(both, who.flemish, halves(both, who.partnership_id)[0])
    with transaction(both):
        claims.approve(both, claim.id, version=claim.version, actor=who.staff, now=NOW)
    before = checks.examine(both)
    with transaction(both):
        facts = {"rest": RestRule.CARRIED_OVER, "reason": "Goes on"}
        closing.settle(both, who.partnership_id, **facts, actor=who.staff, now=AT_THE_END)  # type: ignore[arg-type]
    assert checks.examine(both).findings == before.findings


def claim_it(visit: VisitFacts, what: Wanted, by: Actor, session: Session) -> None:
    """Claim an allowance."""
    day_allowances.claim(session, visit, what, actor=by, now=NOW)


def send_it(claim: ClaimFacts, by: Actor, session: Session) -> None:
    """Send a claim as it was read."""
    claims.submit(session, claim.id, version=claim.version, actor=by, now=NOW)


def test_two_who_claim_the_same_days_at_the_same_moment(both_engines: sa.Engine, both: Session, world: World) -> None:
    _, visit = visit_with_rates(both, world)
    people = [actor_of_person(both, number(one)) for one in (world.gamma_coordinator, world.vvsg_staff)]
    what = wanted(visit)
    both.rollback()
    answers = at_once(both_engines, *(partial(claim_it, visit, what, by) for by in people))
    assert [type(one) for one in answers if one] == [DayClaimed]
    assert both.scalar(sa.select(sa.func.count(col(ClaimLine.id)))) == 1


def test_an_allowance_into_a_draft_that_is_sent_at_the_same_moment(
    both_engines: sa.Engine, both: Session, world: World
) -> None:
    without_receipts(both, world.programme)
    _, visit = visit_with_rates(both, world)
    by = seen_as(both, world.gamma_coordinator)
    on = half(both, world.partnership, Side.FLEMISH)
    for _again in range(5):
        draft = started(both, by, on, session_id=visit.number)
        what = wanted(visit, claim_id=draft.id)
        answers = at_once(both_engines, partial(claim_it, visit, what, by), partial(send_it, draft, by))
        assert any(isinstance(one, DomainError) for one in answers)
        with transaction(both):
            both.execute(sa.delete(ClaimLine))
            both.execute(sa.update(Claim).values(state="withdrawn"))


def test_taking_back_and_again_leaves_nothing_behind(both: Session, who: Parties) -> None:
    flemish = halves(both, who.partnership_id)[0]
    spending = Spending(flemish.allotment_id, 10_000, Currency.EUR, Category.TRAVEL, NOW.date(), "Train")
    facts = {"day": NOW.date(), "actor": who.staff, "now": NOW}
    with transaction(both):
        aside = budget.commit_money(both, spending, actor=who.staff, now=NOW)
        paid = budget.pay(both, replace(spending, amount_minor=4_000), commitment_id=aside, actor=who.staff, now=NOW)
        budget.release(both, flemish.allotment_id, aside, description="", **facts)  # type: ignore[arg-type]
        budget.correct(both, flemish.allotment_id, paid, reason="Wrong", **facts)  # type: ignore[arg-type]
    after = halves(both, who.partnership_id)[0]
    assert (after.paid_cents, after.committed_cents) == (0, 4_000)


def test_nobody_pays_in_the_place_of_what_somebody_else_took_back(both: Session, who: Parties) -> None:
    flemish = halves(both, who.partnership_id)[0]
    claim = sent(both, who.flemish, flemish)
    (paid,) = approve(both, claim, who.staff)
    facts = {"day": NOW.date(), "reason": "Wrong", "now": NOW}
    with transaction(both):
        take_back(both, flemish.allotment_id, paid, actor=who.staff, **facts)  # type: ignore[arg-type]
    again = Spending(
        flemish.allotment_id, 1, Currency.EUR, Category.TRAVEL, NOW.date(), "Train", replaces_id=paid, reason="Wrong"
    )
    for by, refusal in ((who.flemish, CannotCorrect), (who.partner, NotAllowed)):
        with pytest.raises(refusal), transaction(both):
            put_in_place(both, again, actor=by, now=NOW)
    with transaction(both):
        put_in_place(both, again, actor=who.staff, now=NOW)
    assert halves(both, who.partnership_id)[0].paid_cents == 1
