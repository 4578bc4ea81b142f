"""Any sequence of what people do with a budget, beside a model of plain dicts: both always say the same.

``TANDEM_EXAMPLES`` raises how many sequences are tried.
"""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.claims import NewLine
from app.domain.codes import Category, ClaimState, ConsentParty, Currency, EntryKind, Side, TransferState
from app.domain.errors import DomainError
from app.models import Claim, LedgerEntry, Partnership, Posting
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.claims import claim_by_id
from app.services import budget, claims, closing, transfers
from app.services.budget import Spending
from app.services.budget_corrections import put_in_place, take_back
from app.services.claim_lines import Heading
from tests import factories
from tests.factories import NOW, number
from tests.integration.budget_kit import check_books, open_halves
from tests.integration.claim_kit import actor, without_receipts
from tests.personas import World

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "8"))
GIVEN = 100_000
LATER = NOW + timedelta(days=90)
DAYS = (date(2026, 11, 20), date(2027, 2, 1))
PEOPLE = ("vvsg_staff", "gamma_coordinator", "karongi_coordinator", "karongi_participant")
COORDINATOR = {Side.FLEMISH: "gamma_coordinator", Side.PARTNER: "karongi_coordinator"}
OWN = {Side.FLEMISH: {"gamma_coordinator"}, Side.PARTNER: {"karongi_coordinator", "karongi_participant"}}
PARTY = {
    ConsentParty.FLEMISH: "gamma_coordinator",
    ConsentParty.PARTNER: "karongi_coordinator",
    ConsentParty.STAFF: "vvsg_staff",
}
SLUGS = count(1)
sides, people, days = st.sampled_from(Side), st.sampled_from(PEOPLE), st.sampled_from(DAYS)
amounts = st.integers(1, GIVEN // 5) | st.sampled_from((GIVEN, GIVEN + 1))
choice = st.integers(0, 30)
somebody = st.none() | st.none() | people
"""Nobody in particular: the rule takes who may, for else little would ever be done."""


@dataclass
class Booked:
    """An entry that may be corrected, as the model knows it."""

    kind: EntryKind
    side: Side
    cents: int
    commitment: int | None = None
    settled: int = 0
    claimant: str = ""


@dataclass
class Waiting:
    """A claim that waits for a decision."""

    side: Side
    cents: int
    day: date
    claimant: str
    commitment: int | None


class LedgerMachine(RuleBasedStateMachine):
    """Both halves of a partnership and a few people who use them."""

    session: Session
    world: World
    actors: dict[str, Actor]

    def __init__(self) -> None:
        super().__init__()
        self.partnership = self._opened()
        pair = ledger.halves_of(self.session, [number(self.partnership)])[number(self.partnership)]
        self.half = {half.side: half.allotment_id for half in pair}
        self.given = dict.fromkeys(Side, GIVEN)
        self.paid = dict.fromkeys(Side, 0)
        self.open: dict[int, int] = {}
        self.sides_of: dict[int, Side] = {}
        self.live: dict[int, Booked] = {}
        self.waiting: dict[int, Waiting] = {}
        self.transfers: dict[int, tuple[Side, int, set[ConsentParty]]] = {}
        self.closed: set[int] = set()
        self.moved = False
        self.rows: dict[type, list[Any]] = {LedgerEntry: [], Posting: []}

    def _opened(self) -> Partnership:
        session, world = self.session, self.world
        with transaction(session):
            made = factories.partnership(
                session, world.rwanda, world.gamma, world.karongi, slug=f"machine-{next(SLUGS)}", amount_cents=GIVEN
            )
            open_halves(session, made)
        return made

    def available(self, side: Side) -> int:
        committed = sum(left for key, left in self.open.items() if self.sides_of[key] is side)
        return self.given[side] - self.paid[side] - committed

    def spending(self, side: Side, cents: int, day: date, **more: Any) -> Spending:  # noqa: ANN401
        return Spending(self.half[side], cents, Currency.EUR, Category.TRAVEL, day, "Train", **more)

    def who(self, name: str) -> dict[str, Any]:
        return {"actor": self.actors[name], "now": LATER}

    def attempt(self, deed: Any, *, may: bool) -> Any:  # noqa: ANN401 - a deed and what it gives
        """Do something in a transaction; it is done exactly where the model says that it may be."""
        refusal, made = None, None
        try:
            with transaction(self.session):
                made = deed()
        except DomainError as fault:
            self.session.rollback()
            refusal = fault
        assert (refusal is None) is may, f"expected {'a deed' if may else 'a refusal'}: {refusal}"
        return made

    def picked(self, of: dict[int, Any], which: int) -> int:
        return sorted(of)[which % len(of)]

    @rule(side=sides, cents=amounts, day=days, name=people)
    def commit(self, side: Side, cents: int, day: date, name: str) -> None:
        may = (
            name in ("vvsg_staff", COORDINATOR[side]) and cents <= self.available(side) and day.year not in self.closed
        )
        wanted = self.spending(side, cents, day)
        made = self.attempt(lambda: budget.commit_money(self.session, wanted, **self.who(name)), may=may)
        if made:
            self._committed(made, side, cents)

    def _committed(self, made: int, side: Side, cents: int) -> None:
        self.sides_of[made], self.open[made] = side, cents
        self.live[made] = Booked(EntryKind.COMMITMENT, side, cents)

    @precondition(lambda self: self.open)
    @rule(which=choice, cents=amounts, day=days, name=people)
    def release(self, which: int, cents: int, day: date, name: str) -> None:
        key = self.picked(self.open, which)
        side = self.sides_of[key]
        may = name in ("vvsg_staff", COORDINATOR[side]) and cents <= self.open[key] and day.year not in self.closed
        facts = {"amount_cents": cents, "day": day, "description": "", **self.who(name)}
        made = self.attempt(lambda: budget.release(self.session, self.half[side], key, **facts), may=may)
        if made:
            self.open[key] -= cents
            self.live[made] = Booked(EntryKind.RELEASE, side, cents, key)

    @rule(side=sides, cents=amounts, day=days, of=somebody, which=choice)
    def claim(self, side: Side, cents: int, day: date, of: str | None, which: int) -> None:
        name = of or COORDINATOR[side]
        own = [key for key in sorted(self.open) if self.sides_of[key] is side]
        commitment = own[which % len(own)] if own and which % 2 else None
        line = NewLine(Category.TRAVEL, "Train", day, Currency.EUR, cents, commitment_id=commitment)

        def deed() -> int:
            made = claims.start(self.session, self.half[side], Heading("Journey"), **self.who(name))
            claims.add_line(self.session, made, line, **self.who(name))
            version = claim_by_id(self.session, made).version
            claims.submit(self.session, made, version=version, **self.who(name))
            return made

        may = name == "vvsg_staff" or name in OWN[side]
        made = self.attempt(deed, may=may and day.year not in self.closed)
        if made:
            self.waiting[made] = Waiting(side, cents, day, name, commitment)

    def decides(self, name: str, claim: Waiting) -> bool:
        """Tell who may decide: the team, or the other side's coordinator where the team claims."""
        if name == claim.claimant:
            return False
        if claim.claimant != "vvsg_staff":
            return name == "vvsg_staff"
        other = Side.PARTNER if claim.side is Side.FLEMISH else Side.FLEMISH
        return name == COORDINATOR[other]

    @precondition(lambda self: self.waiting)
    @rule(which=choice, of=somebody)
    def approve(self, which: int, of: str | None) -> None:
        key = self.picked(self.waiting, which)
        one = self.waiting[key]
        name = of or next(each for each in PEOPLE if self.decides(each, one))
        rest = self.open.get(one.commitment or 0, 0)
        fits = one.cents <= self.available(one.side) + rest and one.day.year not in self.closed
        version = self._version(key)
        made = self.attempt(
            lambda: claims.approve(self.session, key, version=version, **self.who(name)),
            may=self.decides(name, one) and fits,
        )
        if made:
            del self.waiting[key]
            self._pay(made[0], one.side, one.cents, one.commitment, one.claimant)

    def _pay(self, made: int, side: Side, cents: int, commitment: int | None, claimant: str) -> None:
        settled = min(cents, self.open.get(commitment or 0, 0))
        if commitment is not None:
            self.open[commitment] = self.open.get(commitment, 0) - settled
        self.paid[side] += cents
        self.live[made] = Booked(EntryKind.PAYMENT, side, cents, commitment, settled, claimant)

    @precondition(lambda self: self.waiting)
    @rule(which=choice, name=people)
    def give_back(self, which: int, name: str) -> None:
        key = self.picked(self.waiting, which)
        version, may = self._version(key), self.decides(name, self.waiting[key])
        facts = {"version": version, **self.who(name)}
        self.attempt(lambda: claims.give_back(self.session, key, "Which train?", **facts), may=may)
        if may:
            del self.waiting[key]

    def _version(self, key: int) -> int:
        version = claim_by_id(self.session, key).version
        self.session.rollback()
        return version

    @precondition(lambda self: self.live)
    @rule(which=choice, of=somebody, day=days, by=st.sampled_from((None, -1, 0, 1, 9)))
    def correct(self, which: int, of: str | None, day: date, by: int | None) -> None:
        key = self.picked(self.live, which)
        wrong, name = self.live[key], of or "vvsg_staff"
        cents = None if by is None else max(wrong.cents + by, 1)
        new = None if cents is None else self.spending(wrong.side, cents, day, replaces_id=key, reason="Wrong")

        def deed() -> list[int]:
            facts = {"day": day, "reason": "Wrong", **self.who(name)}
            made = [take_back(self.session, self.half[wrong.side], key, **facts)]
            return made if new is None else [*made, put_in_place(self.session, new, **self.who(name))]

        made = self.attempt(deed, may=self._may_correct(key, wrong, name, day, cents))
        if made:
            self._take_back(key, wrong)
            if cents is not None:
                self._replace(made[1], wrong, cents)

    def _may_correct(self, key: int, wrong: Booked, name: str, day: date, cents: int | None) -> bool:
        if name == wrong.claimant or day.year in self.closed:
            return False
        own = name == COORDINATOR[wrong.side] and wrong.kind is not EntryKind.PAYMENT
        if name != "vvsg_staff" and not own:
            return False
        available, rest = self.available(wrong.side), self.open.get(wrong.commitment or 0, 0)
        if wrong.kind is EntryKind.COMMITMENT:
            return self.open[key] == wrong.cents and (cents is None or cents <= available + wrong.cents)
        if wrong.kind is EntryKind.RELEASE:
            return wrong.cents <= available and (cents is None or cents <= rest + wrong.cents)
        return cents is None or cents <= wrong.cents

    def _take_back(self, key: int, wrong: Booked) -> None:
        del self.live[key]
        if wrong.kind is EntryKind.COMMITMENT:
            self.open[key] = 0
        elif wrong.kind is EntryKind.RELEASE:
            self.open[wrong.commitment or 0] += wrong.cents
        else:
            self.paid[wrong.side] -= wrong.cents
            if wrong.commitment is not None:
                self.open[wrong.commitment] += wrong.settled

    def _replace(self, made: int, wrong: Booked, cents: int) -> None:
        if wrong.kind is EntryKind.COMMITMENT:
            self._committed(made, wrong.side, cents)
        elif wrong.kind is EntryKind.RELEASE:
            self.open[wrong.commitment or 0] -= cents
            self.live[made] = Booked(EntryKind.RELEASE, wrong.side, cents, wrong.commitment)
        else:
            self._pay(made, wrong.side, cents, wrong.commitment, wrong.claimant)

    @rule(side=sides, cents=amounts, party=st.sampled_from(ConsentParty))
    def propose(self, side: Side, cents: int, party: ConsentParty) -> None:
        wanted = transfers.Proposal(number(self.partnership), side, cents, "They have a visit more", party)
        made = self.attempt(
            lambda: transfers.propose(self.session, wanted, **self.who(PARTY[party])), may=cents <= self.available(side)
        )
        if made:
            self.transfers[made] = (side, cents, {party})

    @precondition(lambda self: self.transfers)
    @rule(which=choice, party=st.sampled_from(ConsentParty), of=somebody)
    def consent(self, which: int, party: ConsentParty, of: str | None) -> None:
        key = self.picked(self.transfers, which)
        name = of or PARTY[party]
        side, cents, agreed = self.transfers[key]
        may = name == PARTY[party] and party not in agreed and cents <= self.available(side)
        given = transfers.Answer(party, agreed=True)
        last = len(agreed) == 2
        if not last:
            may = name == PARTY[party] and party not in agreed
        state = self.attempt(lambda: transfers.answer(self.session, key, given, **self.who(name)), may=may)
        if state is None:
            return
        agreed.add(party)
        assert (state is TransferState.DONE) is last
        if last:
            del self.transfers[key]
            self.moved = True
            self.given[side] -= cents
            self.given[Side.PARTNER if side is Side.FLEMISH else Side.FLEMISH] += cents

    @rule(name=people)
    def close(self, name: str) -> None:
        waits = any(one.day.year == 2026 for one in self.waiting.values())
        may = name == "vvsg_staff" and not waits and 2026 not in self.closed
        facts = self.who(name)
        self.attempt(lambda: closing.close_year(self.session, number(self.partnership), 2026, **facts), may=may)
        if may:
            self.closed.add(2026)

    @invariant()
    def model_and_books_agree(self) -> None:
        check_books(self.session, self.partnership)
        pair = ledger.halves_of(self.session, [number(self.partnership)])[number(self.partnership)]
        for half in pair:
            assert (half.amount_cents, half.paid_cents) == (self.given[half.side], self.paid[half.side])
            assert half.available_cents == self.available(half.side) >= 0
        assert self.moved or pair[0].amount_cents == pair[1].amount_cents
        found = ledger.open_commitments(self.session, number(self.partnership))
        assert {one.id: one.open_cents for one in found} == {key: left for key, left in self.open.items() if left}

    @invariant()
    def what_is_booked_never_changes(self) -> None:
        for table, before in self.rows.items():
            columns: Any = sa.inspect(table).local_table.c
            query = sa.select(*columns).where(columns.allotment_id.in_(self.half.values())).order_by(columns.id)
            after = [tuple(row) for row in self.session.execute(query)]
            assert after[: len(before)] == before
            self.rows[table] = after
        self.session.rollback()

    @invariant()
    def nobody_approves_an_own_claim(self) -> None:
        approved = sa.select(Claim).where(
            col(Claim.partnership_id) == number(self.partnership), col(Claim.state) == ClaimState.APPROVED
        )
        for one in self.session.scalars(approved):
            assert one.decided_by not in (None, one.claimant_id, one.submitted_by, one.beneficiary_id)
        self.session.rollback()


def test_any_sequence_keeps_the_ledger_as_the_model_says(session: Session, world: World) -> None:
    without_receipts(session, world.programme)
    actors = {name: actor(session, getattr(world, name)) for name in PEOPLE}

    class Machine(LedgerMachine):
        pass

    Machine.session, Machine.world, Machine.actors = session, world, actors
    checks = settings(
        max_examples=EXAMPLES,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=checks)
