"""What the state machine of the ledger stands on: books beside ``LedgerModel``, and a deck of deeds."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Category, Currency, Side
from app.domain.errors import DomainError
from app.domain.programme import Rules
from app.models import Partnership, PartnershipSide, Programme
from app.models.database import transaction
from app.queries.budget import halves_of
from app.services import budget
from app.services.budget import Spending
from tests import factories
from tests.factories import NOW, number
from tests.integration.claim_kit import without_receipts
from tests.integration.ledger_model import PEOPLE, LedgerModel, Line
from tests.personas import World

LATER = NOW + timedelta(days=90)
"""When all is done: one of the programme's years is over, and its last day has come."""
SERIALS = count(1)
Drawn = Callable[[Random], Any]
Method = TypeVar("Method", bound=Callable[..., None])


def one_of(*choices: Any) -> Drawn:  # noqa: ANN401
    """Draw each as often as any other: Hypothesis itself likes some so much that others never come."""
    return lambda chance: chance.choice(choices)


def sizes(chance: Random) -> tuple[str, int]:
    """Draw how much, see ``cents_of``."""
    return chance.choice(("part",) * 4 + ("all", "more")), chance.randrange(400)


days = one_of(date(2026, 11, 20), date(2027, 2, 1), date(2027, 2, 2))
sides, categories = one_of(*Side), one_of(Category.TRAVEL, Category.LOCAL_TRANSPORT)
choice = one_of(*range(30))
somebody = one_of(*(None,) * 5, *PEOPLE)
"""Nobody in particular: the deed takes who may, for else little would ever be done."""
team_often = one_of(*(None,) * 4, *PEOPLE, "officer", "both", "both")

ENTRIES = sa.text("SELECT * FROM ledger_entry WHERE allotment_id IN (:flemish, :partner) ORDER BY id")
POSTINGS = sa.text("SELECT * FROM posting WHERE allotment_id IN (:flemish, :partner) ORDER BY id")
SUMS = sa.text("SELECT * FROM budget_sum WHERE allotment_id = :half AND (paid_cents <> 0 OR committed_cents <> 0)")
OPEN = sa.text("SELECT entry_id, open_cents FROM commitment_balance WHERE allotment_id IN (:flemish, :partner)")
APPROVED = sa.text(
    "SELECT id FROM claim WHERE partnership_id = :partnership AND state = 'approved' AND (decided_by IS NULL"
    " OR decided_by IN (claimant_id, submitted_by, coalesce(beneficiary_id, 0)))"
)


def cents_of(size: tuple[str, int], limit: int) -> int:
    """Give an amount beside what fits: a third of it at most, all of it, or more."""
    how, some = size
    return {"part": 1 + some % max(limit // 3, 1), "all": max(limit, 1), "more": limit + 1 + some % 3}[how]


def words(refusal: DomainError) -> str:
    """Say a refusal as the model does."""
    if "over_cents" in refusal.params and "shortfalls" not in refusal.params:
        fits = refusal.params.get("available_cents", refusal.params.get("open_cents"))
        return f"{refusal.code} by {refusal.params['over_cents']} of {fits}"
    with_reason = refusal.code in {"cannot_correct", "transfer_answered"}
    return f"{refusal.code}: {refusal.params['reason']}" if with_reason else refusal.code


@dataclass(frozen=True)
class Deed:
    """Something that people do, ``when`` there is what it needs, and what is drawn for it."""

    do: Callable[..., None]
    when: Callable[[Any], object]
    draws: Mapping[str, Drawn]


DEEDS: list[Deed] = []
"""A deck of which each is taken once before it is shuffled anew: a short run leaves nothing out."""


def deed(times: int, *, when: Callable[[Any], object] = lambda _: True, **draws: Drawn) -> Callable[[Method], Method]:
    """Put a method into the deck so many times."""

    def noted(method: Method) -> Method:
        DEEDS.extend([Deed(method, when, draws)] * times)
        return method

    return noted


class Books(RuleBasedStateMachine):
    """Both halves of a partnership, beside the model of them; the deeds themselves are the test's."""

    session: Session
    world: World
    actors: dict[str, Actor]
    done: Counter[tuple[str, str]]

    @initialize(cents=st.integers(600, 1400), odd=st.sampled_from(Side))
    def open(self, cents: int, odd: Side) -> None:
        """Open both halves of a partnership of its own, with people who are there already."""
        self.deck: list[Deed] = []
        self.steps = count()
        self.model, self.sound = LedgerModel(cents, odd), False
        with transaction(self.session):
            programme = factories.programme(self.session, ends_on=LATER.date())
            self.programme, self.partnership = number(programme), self._partnership(programme)
        without_receipts(self.session, programme)
        with transaction(self.session):
            row = self.session.get_one(Programme, self.programme)
            rules = Rules.from_data(row.rules)
            row.rules = replace(rules, budget=replace(rules.budget, odd_cent=odd)).to_data()
            self.session.add(row)
            self.session.flush()
            budget.open_allotments(self.session, number(self.partnership), cents, NOW)
        pair = halves_of(self.session, [number(self.partnership)])[number(self.partnership)]
        self.half = {half.side: half.allotment_id for half in pair}
        self.rows: dict[Any, list[Any]] = {ENTRIES: [], POSTINGS: []}

    def _partnership(self, programme: Programme) -> Partnership:
        """Add a partnership of Gamma and Karongi in a programme of its own, so that its budget can change."""
        session, world = self.session, self.world
        track = factories.track(session, programme, of_association=world.ralga)
        row = Partnership(
            slug=f"machine-{next(SERIALS)}",
            programme_id=number(programme),
            track_id=number(track),
            created_at=NOW,
        )
        made = factories.add(session, row)
        for side, government in ((Side.FLEMISH, world.gamma), (Side.PARTNER, world.karongi)):
            half = PartnershipSide(partnership_id=number(made), side=side, local_government_id=number(government))
            factories.add(session, half)
        return made

    def who(self, name: str) -> dict[str, Any]:
        """Give who does something, and when."""
        return {"actor": self.actors[name], "now": LATER}

    def attempt(self, kind: str, reasons: set[str], deed: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it gives
        """Do something in a transaction; it is done or refused as the model says, and by the rules of the domain."""
        self.sound, refusal, made = False, None, None
        try:
            with transaction(self.session):
                made = deed()
        except DomainError as fault:
            refusal = fault
        assert ({words(refusal)} if refusal else set()) <= reasons, f"{kind}: {refusal} instead of {reasons}"
        assert refusal or not reasons, f"{kind}: done in spite of {reasons}"
        assert not refusal or not isinstance(refusal.__cause__, IntegrityError), "only the database refused"
        self.done[kind, "refused" if refusal else "done"] += 1
        return made

    def first(self, name: str | None, among: Iterable[str]) -> str:
        """Give who was drawn, or else the first of those who may."""
        return name or min(among)

    def picked(self, keys: Iterable[int], which: int) -> int:
        """Give one of some ids."""
        found = sorted(keys)
        return found[which % len(found)]

    def spending(self, side: Side, line: Line, **more: Any) -> Spending:  # noqa: ANN401
        """Give a line as the services want it."""
        return Spending(self.half[side], line.cents, Currency.EUR, line.category, line.day, "Train", **more)

    def line(self, side: Side, size: tuple[str, int], day: date, category: Category, which: int) -> Line:
        """Give a line that is paid out of a commitment, where ``which`` is odd and there is one."""
        own = self.model.open_on(side) if which % 2 else []
        commitment = self.picked(own, which // 2) if own else None
        limit = self.model.available(side) + self.model.open.get(commitment or 0, 0)
        return Line(cents_of(size, limit), day, category, commitment)

    @rule(drawn=st.integers(0, 2**32))
    def next_deed(self, drawn: int) -> None:
        """Do the first thing of the deck that can be done now."""
        chance = Random(f"{self.model.budget} {next(self.steps)} {drawn}")  # noqa: S311 - what people do
        while not any(one.when(self) for one in self.deck):
            self.deck += chance.sample(DEEDS, k=len(DEEDS))
        one = next(one for one in self.deck if one.when(self))
        self.deck.remove(one)
        one.do(self, **{name: draw(chance) for name, draw in one.draws.items()})

    @invariant()
    def the_books_hold(self) -> None:
        """Compare all that is kept with the model, and with what was booked before."""
        self._the_books_are_the_model()
        self._what_is_booked_stays_and_adds_up()
        self.session.rollback()
        self.sound = True

    def _the_books_are_the_model(self) -> None:
        pair = halves_of(self.session, [number(self.partnership)])[number(self.partnership)]
        for half in pair:
            side = half.side
            assert half.available_cents == self.model.available(side) >= 0
            assert half.amount_cents == self.model.given(side)
            rows = self.session.execute(SUMS, {"half": self.half[side]}).all()
            under = {(row.year, Category(row.category)): (row.paid_cents, row.committed_cents) for row in rows}
            paid, committed = self.model.paid_of(side), self.model.committed(side)
            assert under == {key: (paid[key], committed[key]) for key in {*paid, *committed}}
        if not self.model.moved:
            assert abs(pair[0].amount_cents - pair[1].amount_cents) == self.model.budget % 2
        found = self.session.execute(OPEN, self._halves()).all()
        assert {row.entry_id: row.open_cents for row in found} == self.model.open
        assert self.session.execute(APPROVED, {"partnership": number(self.partnership)}).all() == []

    def _halves(self) -> dict[str, int]:
        return {side.value: allotment for side, allotment in self.half.items()}

    def _what_is_booked_stays_and_adds_up(self) -> None:
        new: dict[Any, list[Any]] = {}
        for query, before in self.rows.items():
            after = list(self.session.execute(query, self._halves()))
            assert after[: len(before)] == before
            new[query], self.rows[query] = after[len(before) :], after
        moved: Counter[int] = Counter()
        for row in new[POSTINGS]:
            moved[row.entry_id] += row.amount_cents
        assert dict(moved) == {row.id: 0 for row in new[ENTRIES]}
        assert not [row for row in new[ENTRIES] if int(str(row.entry_date)[:4]) in self.model.closed]
