"""Partnerships whose halves were opened, with the people who speak for the three parties."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.codes import Category, ClaimState, ConsentParty, Currency, Side, TransferState
from app.domain.errors import DomainError
from app.models import Claim, ClaimLine, LedgerEntry, Partnership, PartnershipSide, Posting, Transfer
from app.models.database import transaction
from app.queries.budget import halves_of
from app.queries.people import actor_of_person
from app.services import budget, transfers
from app.services.budget import Spending
from app.services.transfers import Answer, Proposal
from tests import factories
from tests.factories import NOW, number
from tests.personas import World

BUDGET = 3_500_000


@dataclass(frozen=True)
class Parties:
    """A partnership whose halves were opened by the ledger itself, and one person per party."""

    partnership_id: int
    programme_id: int
    flemish: Actor
    partner: Actor
    staff: Actor

    def of(self, party: ConsentParty) -> Actor:
        """Give who speaks for a party."""
        return {"flemish": self.flemish, "partner": self.partner, "staff": self.staff}[party.value]


def parties(session: Session, world: World) -> Parties:
    """Open the halves of another partnership of the two governments of the world, in the same programme."""
    with transaction(session):
        made = opened(session, world, slug="opened")
    return Parties(
        made,
        number(world.programme),
        actor_of_person(session, number(world.gamma_coordinator)),
        actor_of_person(session, number(world.karongi_coordinator)),
        actor_of_person(session, number(world.vvsg_staff)),
    )


def opened(session: Session, world: World, *, slug: str, programme_id: int = 0, cents: int = BUDGET) -> int:
    """Add a partnership of the world's two governments with its halves opened by the ledger; give its id."""
    of = programme_id or number(world.programme)
    row = Partnership(slug=slug, programme_id=of, track_id=world.partnership.track_id, created_at=NOW)
    made = factories.add(session, row)
    sides = sa.select(PartnershipSide).where(col(PartnershipSide.partnership_id) == world.partnership.id)
    for side in session.scalars(sides.order_by(col(PartnershipSide.id))).all():
        half = PartnershipSide(
            partnership_id=number(made), side=side.side, local_government_id=side.local_government_id
        )
        factories.add(session, half)
    budget.open_allotments(session, number(made), cents, NOW)
    return number(made)


def halves(session: Session, partnership_id: int) -> tuple[Half, Half]:
    session.rollback()
    return halves_of(session, [partnership_id])[partnership_id]


def amounts(session: Session, partnership_id: int) -> tuple[int, int]:
    flemish, partner = halves(session, partnership_id)
    return flemish.amount_cents, partner.amount_cents


def commit(session: Session, half: Half, cents: int, *, actor: Actor, day: date = date(2026, 11, 20)) -> int:
    """Set money aside."""
    spending = Spending(half.allotment_id, cents, Currency.EUR, Category.TRAVEL, day, "Train")
    with transaction(session):
        return budget.commit_money(session, spending, actor=actor, now=NOW)


def proposed(
    session: Session, who: Parties, cents: int = 100_000, *, party: ConsentParty = ConsentParty.FLEMISH
) -> int:
    """Propose that the Flemish side gives; give the id."""
    wanted = Proposal(who.partnership_id, Side.FLEMISH, cents, "A visit more", party)
    with transaction(session):
        return transfers.propose(session, wanted, actor=who.of(party), now=NOW)


def agree(
    session: Session, transfer_id: int, who: Parties, party: ConsentParty, *, agreed: bool = True, words: str = ""
) -> TransferState:
    with transaction(session):
        return transfers.answer(session, transfer_id, Answer(party, agreed, words), actor=who.of(party), now=NOW)


def done(session: Session, who: Parties, cents: int = 100_000) -> int:
    """Carry a transfer out."""
    made = proposed(session, who, cents)
    agree(session, made, who, ConsentParty.PARTNER)
    assert agree(session, made, who, ConsentParty.STAFF) is TransferState.DONE
    return made


def state_of(session: Session, transfer_id: int) -> TransferState:
    session.rollback()
    return session.execute(sa.select(col(Transfer.state)).where(col(Transfer.id) == transfer_id)).scalar_one()


def booked(session: Session, partnership_id: int) -> list[LedgerEntry]:
    """Give all entries of a partnership in their order."""
    session.rollback()
    ids = [half.allotment_id for half in halves(session, partnership_id)]
    query = sa.select(LedgerEntry).where(col(LedgerEntry.allotment_id).in_(ids)).order_by(col(LedgerEntry.id))
    return list(session.scalars(query))


def check_balanced(session: Session) -> None:
    """Assert that the postings of every entry add up to nothing."""
    query = sa.select(col(Posting.entry_id)).group_by(col(Posting.entry_id))
    unbalanced = query.having(sa.func.sum(Posting.amount_cents) != 0).order_by(col(Posting.entry_id))
    assert session.scalars(unbalanced).all() == []


def claim_on(
    session: Session,
    who: Parties,
    half: Half,
    *,
    state: ClaimState = ClaimState.SUBMITTED,
    spent_on: date = date(2026, 11, 20),
    cents: int = 10_000,
) -> int:
    """Add a claim with one line, as it is stored; give its id."""
    by = who.flemish.person_id or 0
    with transaction(session):
        row = Claim(
            partnership_id=who.partnership_id,
            allotment_id=half.allotment_id,
            number=session.execute(sa.select(sa.func.count(col(Claim.id)))).scalar_one() + 1,
            state=state,
            title="Train to Brussels",
            claimant_id=by,
            submitted_by=by,
            submitted_at=NOW,
            decision_reason="?" if state is ClaimState.RETURNED else "",
            created_at=NOW,
        )
        made = number(factories.add(session, row))
        line = ClaimLine(
            claim_id=made,
            position=1,
            category=Category.TRAVEL,
            description="Train",
            spent_on=spent_on,
            currency=Currency.EUR,
            amount_minor=cents,
            rate="1",
            amount_cents=cents,
        )
        factories.add(session, line)
    return made


Deed = Callable[[Session], object]


def at_once(engine: sa.Engine, *deeds: Deed) -> list[DomainError | None]:
    """Do all at the same moment, each in a transaction of its own; give the refusal of each, or nothing."""
    start = Barrier(len(deeds))

    def do(deed: Deed) -> DomainError | None:
        with Session(engine, info={"base_url": "http://testserver"}) as session:
            session.connection()
            start.wait(timeout=30)
            try:
                with transaction(session):
                    deed(session)
            except DomainError as refusal:
                return refusal
            return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def later(moment: datetime, year: int) -> datetime:
    """Give the same moment of another year."""
    return moment.replace(year=year)
