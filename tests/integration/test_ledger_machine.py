"""Any sequence of what people do with a budget, beside ``LedgerModel``: both do and refuse the same, for its reasons.

Amounts are drawn beside what fits (a part, all of it, a cent more), so that the limits are met all the time. At the
end every kind of deed must have been done and refused, so that the test cannot become empty. ``TANDEM_EXAMPLES``
raises how many sequences are tried.
"""

import os
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.claims import NewLine
from app.domain.codes import Category, ConsentParty, Currency, EntryKind, RestRule, Role, Side, TransferState
from app.models import Membership
from app.models.database import transaction
from app.queries.claims import claim_by_id
from app.services import budget, budget_versions, claims, closing, transfers
from app.services.budget_corrections import put_in_place, take_back
from app.services.claim_lines import Heading
from tests import factories
from tests.factories import number
from tests.integration.budget_kit import check_books
from tests.integration.claim_kit import actor
from tests.integration.ledger_machine import (
    ENTRIES,
    LATER,
    Books,
    categories,
    cents_of,
    choice,
    days,
    deed,
    one_of,
    sides,
    sizes,
    somebody,
    team_often,
)
from tests.integration.ledger_model import (
    OWN,
    PEOPLE,
    SPEAKERS,
    TEAM,
    Asked,
    Booked,
    Line,
    Moving,
)
from tests.personas import World, build_world

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "30"))
STEPS = 30
KINDS = (
    *("commit", "release", "pay", "send", "send again", "approve", "return", "refuse", "withdraw"),
    *("correct", "replace", "propose", "agree", "disagree", "budget", "close", "settle"),
)
"""What people do; each is done and refused in every run."""


def _part(chance: Random) -> tuple[Any, ...]:
    """Draw what ``Books.line`` needs to know of a line of a claim."""
    return sizes(chance), days(chance), categories(chance), choice(chance)


class LedgerMachine(Books):
    """What people do with both halves."""

    @deed(3, side=sides, size=sizes, day=days, category=categories, name=somebody)
    def commit(self, side: Side, size: tuple[str, int], day: date, category: Category, name: str | None) -> None:
        by = self.first(name, TEAM)
        line = Line(cents_of(size, self.model.available(side)), day, category)
        reasons = self.model.against_booking(by, side) | self.model.against_day(day)
        reasons |= self.model.against_spending(side, line)
        deed = self.spending(side, line)
        made = self.attempt("commit", reasons, lambda: budget.commit_money(self.session, deed, **self.who(by)))
        if made:
            self.model.book(made, Booked(EntryKind.COMMITMENT, side, line))

    @deed(2, when=lambda self: self.model.open, which=choice, size=sizes, day=days, name=somebody)
    def release(self, which: int, size: tuple[str, int], day: date, name: str | None) -> None:
        key = self.picked(self.model.open, which)
        one, by = self.model.commitment(key), self.first(name, TEAM)
        cents = cents_of(size, self.model.open[key])
        reasons = self.model.against_booking(by, one.side) | self.model.against_day(day)
        facts = {"amount_cents": cents, "day": day, "description": "", **self.who(by)}
        made = self.attempt(
            "release",
            reasons | self.model.against_release(key, cents),
            lambda: budget.release(self.session, self.half[one.side], key, **facts),
        )
        if made:
            line = Line(cents, one.line.day, one.line.category, key)
            self.model.book(made, Booked(EntryKind.RELEASE, one.side, line, released_on=day))

    @deed(3, side=sides, size=sizes, day=days, category=categories, which=choice)
    def pay(self, side: Side, size: tuple[str, int], day: date, category: Category, which: int) -> None:
        """Book as the approval of a claim does, for which its caller has seen who may."""
        line = self.line(side, size, day, category, which)
        reasons = self.model.against_day(day) | self.model.against_spending(side, line)
        deed, facts = self.spending(side, line), {"commitment_id": line.commitment, **self.who("officer")}
        made = self.attempt("pay", reasons, lambda: budget.pay(self.session, deed, **facts))
        if made:
            self.model.book(made, Booked(EntryKind.PAYMENT, side, line))

    @deed(
        4,
        side=sides,
        parts=lambda chance: [_part(chance) for _ in range(chance.randint(1, 2))],
        name=team_often,
        gets=team_often,
    )
    def send(self, side: Side, parts: list[Any], name: str | None, gets: str | None) -> None:
        by, getting = self.first(name, OWN[side]), gets if gets in OWN[side] else None
        lines = [self.line(side, *part) for part in parts]
        beneficiary = self.actors[getting].person_id if getting else None
        heading = Heading("Journey", beneficiary_id=beneficiary)

        def deed() -> int:
            made = claims.start(self.session, self.half[side], heading, **self.who(by))
            for one in lines:
                facts = (one.category, "Train", one.day, Currency.EUR, one.cents)
                new = NewLine(*facts, commitment_id=one.commitment)
                claims.add_line(self.session, made, new, **self.who(by))
            version = claim_by_id(self.session, made).version
            claims.submit(self.session, made, version=version, **self.who(by))
            return made

        reasons = set() if by in TEAM | OWN[side] else {"not_allowed"}
        made = self.attempt("send", reasons | self.model.against_day(*(one.day for one in lines)), deed)
        if made:
            self.model.claims[made] = Asked(side, lines, by, frozenset({by, getting or by}))

    def _version(self, key: int) -> int:
        version = claim_by_id(self.session, key).version
        self.session.rollback()
        return version

    @deed(5, when=lambda self: self.model.claims, which=choice, name=somebody)
    def approve(self, which: int, name: str | None) -> None:
        key = self.picked(self.model.claims, which)
        one = self.model.claims[key]
        by = self.first(name, self.model.deciders(one))
        reasons = self.model.against_deciding(by, one) | self.model.against_day(*(line.day for line in one.lines))
        reasons |= self.model.against_spending(one.side, *one.lines, code="claim_exceeded")
        facts = {"version": self._version(key), **self.who(by)}
        made = self.attempt("approve", reasons, lambda: claims.approve(self.session, key, **facts))
        for entry, line in zip(made or [], one.lines, strict=False):
            self.model.book(entry, Booked(EntryKind.PAYMENT, one.side, line, involved=one.involved))
        if made:
            assert len(made) == len(one.lines)
            del self.model.claims[key]

    @deed(4, when=lambda self: self.model.claims, which=choice, name=somebody)
    def give_back(self, which: int, name: str | None) -> None:
        one = self._declined("return", claims.give_back, which, name)
        if one:
            self.model.claims[one].waits = False

    @deed(1, when=lambda self: self.model.claims, which=choice, name=somebody)
    def refuse(self, which: int, name: str | None) -> None:
        one = self._declined("refuse", claims.refuse, which, name)
        if one:
            del self.model.claims[one]

    def _declined(self, kind: str, how: Callable[..., None], which: int, name: str | None) -> int | None:
        """Return or refuse a claim; give it where that was done."""
        key = self.picked(self.model.claims, which)
        one = self.model.claims[key]
        by = self.first(name, self.model.deciders(one))
        facts = {"version": self._version(key), **self.who(by)}
        reasons = self.model.against_deciding(by, one)
        self.attempt(kind, reasons, lambda: how(self.session, key, "Which train?", **facts))
        return None if reasons else key

    @deed(3, when=lambda self: self.model.claims, which=choice, name=somebody)
    def send_again(self, which: int, name: str | None) -> None:
        key = self._own(which)
        one = self.model.claims[key]
        by = self.first(name, {one.claimant})
        reasons = self._against_claimant(one, by) | self.model.against_day(*(line.day for line in one.lines))
        reasons |= {"unable_to_move_claim"} if one.waits else set()
        facts = {"version": self._version(key), **self.who(by)}
        self.attempt("send again", reasons, lambda: claims.submit(self.session, key, **facts))
        one.waits = one.waits or not reasons

    @deed(1, when=lambda self: self.model.claims, which=choice, name=somebody)
    def withdraw(self, which: int, name: str | None) -> None:
        key = self.picked(self.model.claims, which)
        one = self.model.claims[key]
        by = self.first(name, {one.claimant})
        reasons = self._against_claimant(one, by)
        self.attempt("withdraw", reasons, lambda: claims.withdraw(self.session, key, **self.who(by)))
        if not reasons:
            del self.model.claims[key]

    def _own(self, which: int) -> int:
        """Give a claim that was returned, where there is one, as long as ``which`` is not large."""
        asked = self.model.claims
        return self.picked([key for key in asked if not asked[key].waits and which < 25] or asked, which)

    def _against_claimant(self, one: Asked, by: str) -> set[str]:
        return set() if by == one.claimant else {"not_allowed"}

    @deed(
        6,
        when=lambda self: self.model.live,
        which=choice,
        name=team_often,
        day=days,
        category=categories,
        by_cents=one_of(None, -9, -1, 0, 1),
    )
    def correct(self, which: int, name: str | None, day: date, category: Category, by_cents: int | None) -> None:
        model = self.model
        claimed = [key for key, one in model.live.items() if one.involved and which % 3 == 0]
        key = self.picked(model.gone if model.gone and which % 8 == 7 else claimed or model.live, which)
        wrong = model.commitment(key)
        by = self.first(name, TEAM - wrong.involved or TEAM)
        new = self._new(wrong, day, category, by_cents)
        reasons, after = model.against_correcting(key, by, day), deepcopy(model)
        if key in model.live:
            after.take_back(key, day)
            reasons |= after.against_replacing(wrong, new) if new else set()

        def deed() -> list[int]:
            facts = {"day": day, "reason": "Wrong", **self.who(by)}
            made = [take_back(self.session, self.half[wrong.side], key, **facts)]
            if new:
                spending = self.spending(wrong.side, new, replaces_id=key, reason="Wrong")
                made.append(put_in_place(self.session, spending, **self.who(by)))
            return made

        made = self.attempt("replace" if new else "correct", reasons, deed)
        if made:
            self.model = after
        if made and new:
            key = wrong.line.commitment or 0
            under = after.commitment(key).line if wrong.kind is EntryKind.RELEASE else new
            line = Line(new.cents, under.day, under.category, wrong.line.commitment)
            released_on = new.day if wrong.kind is EntryKind.RELEASE else None
            booked = Booked(wrong.kind, wrong.side, line, involved=wrong.involved, released_on=released_on)
            after.book(made[1], booked)

    def _new(self, wrong: Booked, day: date, category: Category, by_cents: int | None) -> Line | None:
        if by_cents is None:
            return None
        return Line(max(wrong.line.cents + by_cents, 1), day, category, wrong.line.commitment)

    @deed(2, giver=sides, size=sizes, party=one_of(*ConsentParty), name=somebody)
    def propose(self, giver: Side, size: tuple[str, int], party: ConsentParty, name: str | None) -> None:
        by, cents = self.first(name, SPEAKERS[party]), cents_of(size, self.model.available(giver))
        wanted = transfers.Proposal(number(self.partnership), giver, cents, "They have a visit more", party)
        reasons = self.model.against_transfer(giver, cents) | (set() if by in SPEAKERS[party] else {"not_allowed"})
        made = self.attempt("propose", reasons, lambda: transfers.propose(self.session, wanted, **self.who(by)))
        if made:
            self.model.transfers[made] = Moving(giver, cents, {party: by})

    @deed(6, when=lambda self: self.model.transfers, which=choice, name=team_often)
    def agree(self, which: int, name: str | None) -> None:
        self._answer(which, name, agrees=True)

    @deed(1, when=lambda self: self.model.transfers, which=choice, name=somebody)
    def disagree(self, which: int, name: str | None) -> None:
        self._answer(which, name, agrees=False)

    def _answer(self, which: int, name: str | None, *, agrees: bool) -> None:
        """Answer for a party that has not, or where ``which`` is large for one that may have."""
        moving = self.model.transfers
        key = self.picked([key for key in moving if not moving[key].ended and which < 25] or moving, which)
        one = moving[key]
        waiting = [party for party in ConsentParty if party not in one.agreed]
        party = self._party(waiting, which)
        by = self.first(name, SPEAKERS[party] - set(one.agreed.values()) or SPEAKERS[party])
        reasons = self.model.against_answer(one, party, by, agrees=agrees)
        given = transfers.Answer(party, agrees, "" if agrees else "We need it")
        facts = {"given": given, **self.who(by)}
        kind = "agree" if agrees else "disagree"
        state = self.attempt(kind, reasons, lambda: transfers.answer(self.session, key, **facts))
        if state is not None:
            self._answered(one, party, by, state, agrees=agrees)

    def _party(self, waiting: list[ConsentParty], which: int) -> ConsentParty:
        return waiting[which % len(waiting)] if waiting and which < 25 else ConsentParty.STAFF

    def _answered(self, one: Moving, party: ConsentParty, by: str, state: TransferState, *, agrees: bool) -> None:
        if not agrees:
            assert state is TransferState.REFUSED
            one.ended = True
            return
        one.agreed[party] = by
        one.ended = len(one.agreed) == len(ConsentParty)
        assert state is (TransferState.DONE if one.ended else TransferState.OPEN)
        if one.ended:
            self.done["transfer", "done"] += 1
            self.model.moved.subtract({one.giver: one.cents})
            self.model.moved.update({other: one.cents for other in Side if other is not one.giver})

    @deed(2, by_cents=one_of(-900, -301, -40, -1, 1, 2, 101))
    def budget(self, by_cents: int) -> None:
        """Raise or lower what the programme gives, as its next version does."""
        cents = max(self.model.budget + by_cents, 0)

        def deed() -> list[int]:
            wanted = budget_versions.NewBudget(cents, "Another grant")
            plan = budget_versions.check(self.session, self.programme, wanted)
            facts = {"version": 2, "reason": wanted.reason, **self.who("officer")}
            return budget_versions.book_changes(self.session, plan, **facts)

        if self.attempt("budget", self.model.against_budget(cents), deed) is not None:
            self.model.budget = cents

    @deed(
        2,
        when=lambda self: len(self.rows[ENTRIES]) > STEPS // 4,
        name=team_often,
        year=one_of(2026, 2026, 2026, 2027),
    )
    def close(self, name: str | None, year: int) -> None:
        by = self.first(name, TEAM)
        reasons = self.model.against_closing(by, year, LATER.date())
        facts = self.who(by)
        self.attempt(
            "close", reasons, lambda: closing.close_year(self.session, number(self.partnership), year, **facts)
        )
        if not reasons:
            self.model.closed.add(year)

    def teardown(self) -> None:
        """Bring the budget to its end: it is settled once all that is open was released or answered."""
        if not getattr(self, "sound", False):
            return
        if self._is_open():
            self._settle({"not_ready_to_settle"})
            self._end_all()
        check_books(self.session, self.partnership)
        self._settle(set())
        check_books(self.session, self.partnership)

    def _settle(self, reasons: set[str]) -> None:
        rest = {"rest": RestRule.RETURNED, "reason": "The end", **self.who("officer")}
        self.attempt("settle", reasons, lambda: closing.settle(self.session, number(self.partnership), **rest))

    def _is_open(self) -> bool:
        moving = any(not one.ended for one in self.model.transfers.values())
        return moving or any(self.model.open.values()) or bool(self.model.claims)

    def _end_all(self) -> None:
        for which in range(len(self.model.open)):
            self.release(which=which, size=("all", 0), day=LATER.date(), name=None)
        for key in list(self.model.claims):
            claim = self.model.claims[key]
            if claim.waits:
                self.refuse(which=sorted(self.model.claims).index(key), name=None)
            else:
                self.withdraw(which=0, name=None)
        for which in range(len(self.model.transfers)):
            self.disagree(which=which, name=None)


def people(session: Session, world: World) -> dict[str, Actor]:
    """Give who acts: one of them is of the team and coordinates Gamma too."""
    with transaction(session):
        both = factories.member(session, Role.STAFF, name="Officer and coordinator of Gamma")
        of_gamma = Membership(person_id=number(both), role=Role.COORDINATOR, local_government_id=number(world.gamma))
        factories.add(session, of_gamma)
    rows = (world.vvsg_staff, both, world.gamma_coordinator, world.karongi_coordinator, world.karongi_participant)
    return dict(zip(PEOPLE, (actor(session, row) for row in rows), strict=True))


def test_any_sequence_keeps_the_ledger_as_the_model_says(both_engines: sa.Engine) -> None:
    on_sqlite = both_engines.dialect.name == "sqlite"
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as session:
        world = build_world(session)

        class Machine(LedgerMachine):
            pass

        Machine.session, Machine.world, Machine.actors = session, world, people(session, world)
        Machine.done = Counter()
        checks = settings(
            max_examples=EXAMPLES if on_sqlite else EXAMPLES // 4,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Machine, settings=checks)
    wanted = [(kind, how) for kind in KINDS for how in ("done", "refused")] + [("transfer", "done")]
    assert not on_sqlite or [key for key in wanted if not Machine.done[key]] == [], Machine.done
