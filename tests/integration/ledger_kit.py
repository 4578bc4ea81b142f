"""A ledger with every kind of entry, as the services and the writer of the ledger make it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.books import Books
from app.domain.budget import Half
from app.domain.codes import Category, Currency, EntryKind, Side
from app.domain.money import Rate
from app.domain.postings import Move, Under, of_allotment, of_return, of_transfer
from app.models import Allotment, PartnershipSide
from app.models.database import transaction
from app.queries.books import books_of
from app.queries.budget import budget_of, halves_of
from app.queries.people import actor_of_person
from app.services import budget
from app.services.budget import Spending
from app.services.ledger import NewEntry, book, lock
from tests import factories
from tests.factories import NOW, number
from tests.personas import World

SLUG = "gamma-karongi"
PATH = f"/partnerships/{SLUG}/budget"
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "a;=1+1",
    'say "hello" \\ | ; comment: date:2020-01-01, [2020-01-01]',
    "two\nlines\r\nthree\u2028four",
    "שלום \u202eabc\u202c السلام",
    "emoji \N{ROCKET} \x1b escape",
    "{{ braces }} #tag ^link *bold*",
    "'apostrophe",
    " 2026-01-01 open Assets:Evil",
)
FRANCS = Rate(Decimal("1452.30"), 'National Bank of Rwanda; "average" | 3 Nov', date(2026, 11, 3))
DOLLARS = Rate(Decimal("1.0875"), "ECB", date(2026, 11, 4))


def actor_of(session: Session, world: World) -> Actor:
    return actor_of_person(session, number(world.vvsg_staff))


def halves(session: Session, world: World) -> tuple[Half, Half]:
    return halves_of(session, [number(world.partnership)])[number(world.partnership)]


def books(session: Session, world: World) -> Books:
    """Read the books as staff do."""
    session.rollback()
    found = budget_of(session, actor_of(session, world), SLUG)
    assert found is not None
    return books_of(session, found)


def open_halves(session: Session, world: World) -> None:
    """Open both halves with an entry each, as a pairing that is published does: the factory only writes their sums."""
    query = sa.select(col(PartnershipSide.id)).where(col(PartnershipSide.partnership_id) == number(world.partnership))
    session.execute(sa.delete(Allotment).where(col(Allotment.side_id).in_(query)))
    budget.open_allotments(session, number(world.partnership), 3_500_000, NOW, actor=actor_of(session, world))


class Booker:
    """Book on the two halves of the world's partnership, in the transaction of whoever asks."""

    def __init__(self, session: Session, world: World, *, now: datetime = NOW) -> None:
        self.session, self.now = session, now
        self.actor = actor_of(session, world)
        self.half = {half.side: half.allotment_id for half in halves(session, world)}

    def spend(self, side: Side, minor: int, category: Category, day: date, text: str, **more: Any) -> Spending:  # noqa: ANN401
        currency = more.pop("currency", Currency.EUR)
        return Spending(self.half[side], minor, currency, category, day, text, **more)

    def commit(self, spending: Spending) -> int:
        return budget.commit_money(self.session, spending, actor=self.actor, now=self.now)

    def pay(self, spending: Spending, commitment_id: int | None = None) -> int:
        return budget.pay(self.session, spending, commitment_id=commitment_id, actor=self.actor, now=self.now)

    def correct(self, side: Side, entry: int, day: date, reason: str) -> int:
        return budget.correct(
            self.session, self.half[side], entry, day=day, reason=reason, actor=self.actor, now=self.now
        )

    def release(self, side: Side, commitment: int, cents: int | None, day: date, text: str) -> int:
        return budget.release(
            self.session,
            self.half[side],
            commitment,
            amount_cents=cents,
            day=day,
            description=text,
            actor=self.actor,
            now=self.now,
        )

    def entry(self, side: Side, kind: EntryKind, cents: int, moves: Sequence[Move], day: date, text: str = "") -> int:
        """Write an entry of a kind that no service of ``budget`` books."""
        half = lock(self.session, self.half[side])
        return book(self.session, half, NewEntry(kind, day, text, cents), moves, actor=self.actor, now=self.now)


def book_everything(session: Session, world: World, *, texts: Sequence[str] = HOSTILE) -> None:
    """Book every kind of entry over two years, in four currencies; descriptions are taken from ``texts``."""
    said = iter([*texts, *(f"Text {one}" for one in range(40))])
    with transaction(session):
        open_halves(session, world)
        visit = number(factories.agenda_session(session, world.programme, of_partnership=world.partnership))
        made = Booker(session, world)
        flemish, partner = Side.FLEMISH, Side.PARTNER
        stay, travel, other = Category.STAY, Category.TRAVEL, Category.OTHER
        first = made.commit(made.spend(flemish, 50_000, stay, date(2026, 11, 1), next(said), session_id=visit))
        second = made.commit(made.spend(partner, 400_000, travel, date(2026, 3, 1), next(said)))
        made.release(partner, second, 12_345, date(2026, 4, 1), next(said))
        made.pay(made.spend(partner, 150_000, travel, date(2027, 2, 1), next(said)), second)
        made.pay(made.spend(flemish, 20_050, stay, date(2026, 11, 2), next(said), session_id=visit), first)
        rwf = made.spend(
            partner, 85_000, other, date(2026, 11, 3), next(said), currency=Currency.RWF, rate=FRANCS, session_id=visit
        )
        francs = made.pay(rwf)
        made.pay(made.spend(partner, 65_596, other, date(2026, 12, 31), next(said), currency=Currency.XOF))
        made.pay(
            made.spend(
                partner, 12_399, Category.TRAINING, date(2026, 1, 1), next(said), currency=Currency.USD, rate=DOLLARS
            )
        )
        made.correct(partner, francs, date(2027, 1, 5), next(said))
        again = made.spend(
            partner, 80_500, other, date(2027, 1, 5), next(said), currency=Currency.RWF, rate=FRANCS,
            replaces_id=francs, reason=next(said),
        )  # fmt: skip
        made.pay(again)
        third = made.commit(made.spend(flemish, 777, Category.MATERIAL, date(2026, 5, 5), next(said)))
        made.correct(flemish, third, date(2026, 5, 6), next(said))
        _between_sides(made, said)
        for text in said:
            made.pay(made.spend(flemish, 101, Category.INTERPRETATION, date(2026, 6, 6), text))


def _between_sides(made: Booker, said: Any) -> None:  # noqa: ANN401 - an iterator of texts
    day = date(2026, 7, 1)
    out, back = Side.FLEMISH, Side.PARTNER
    made.entry(out, EntryKind.TRANSFER_OUT, 10_000, of_transfer(10_000, Under(2026)), day, next(said))
    made.entry(back, EntryKind.TRANSFER_IN, 10_000, of_transfer(-10_000, Under(2026)), day, next(said))
    for side in Side:
        made.entry(side, EntryKind.ALLOTMENT, 25_001, of_allotment(25_001, Under(2026)), day)
        made.entry(side, EntryKind.REDUCTION, 5_001, of_allotment(-5_001, Under(2026)), day)
    made.entry(out, EntryKind.RETURN, 3_003, of_return(3_003, Under(2027)), date(2027, 12, 1), "Rest")
    made.entry(back, EntryKind.CARRY_OVER, 4_004, of_return(4_004, Under(2027)), date(2027, 12, 1), "Rest")


def later(days: int) -> datetime:
    """Give a moment so many days after ``NOW``."""
    return NOW + timedelta(days=days)
