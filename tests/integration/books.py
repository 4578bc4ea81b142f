"""A partnership whose books have something of everything, all of it right."""

import hashlib
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Category, ClaimState, ConsentParty, Currency, EntryKind, Role, Side, TransferState
from app.domain.money import Rate, parse_rate
from app.domain.postings import Under, of_transfer
from app.models import (
    Allotment,
    Claim,
    ClaimEntry,
    ClaimLine,
    Receipt,
    StoredFile,
    Transfer,
    TransferConsent,
)
from app.models.database import transaction
from app.services import budget, ledger
from app.services.budget import Spending
from app.services.ledger import NewEntry
from app.services.people import COMMAND_LINE
from tests.factories import NOW, number
from tests.personas import World, build_world

DAY = date(2026, 11, 22)
CONTENT = b"%PDF-1.7 a receipt"
TRANSFERRED = 30_000


@dataclass(frozen=True, slots=True)
class Books:
    """The world with the two halves of its partnership."""

    world: World
    flemish: int
    partner: int


def open_books(session: Session) -> Books:
    """Open the budget of the world's partnership as publishing a pairing does."""
    world = build_world(session)
    with transaction(session):
        session.execute(sa.delete(Allotment))
        budget.open_allotments(session, number(world.partnership), 3_500_000, NOW)
    halves = session.scalars(sa.select(col(Allotment.id)).order_by(col(Allotment.id))).all()
    session.rollback()
    return Books(world, *(one or 0 for one in halves))


def full_books(session: Session) -> Books:
    """Commitments, payments, a release, a correction with its replacement, a transfer, and a claim with a receipt."""
    books = open_books(session)
    with transaction(session):
        _spend(session, books)
        _transfer(session, books)
        _claim(session, books)
    return books


def spending(allotment_id: int, minor: int, words: str, **more: object) -> Spending:
    """EUR on travel, unless told otherwise."""
    facts = {"currency": Currency.EUR, "category": Category.TRAVEL, "day": DAY, **more}
    return Spending(allotment_id=allotment_id, amount_minor=minor, description=words, **facts)  # type: ignore[arg-type]


def _spend(session: Session, books: Books) -> None:
    facts = {"actor": COMMAND_LINE, "now": NOW}
    staff = Actor(person_id=number(books.world.vvsg_staff), roles=frozenset({Role.STAFF}))
    tickets = budget.commit_money(session, spending(books.flemish, 200_000, "Tickets"), actor=staff, now=NOW)
    budget.pay(session, spending(books.flemish, 150_000, "Tickets"), commitment_id=tickets, **facts)  # type: ignore[arg-type]
    budget.release(
        session, books.flemish, tickets, amount_cents=20_000, day=DAY, description="Cheaper", actor=staff, now=NOW
    )
    rate = Rate(parse_rate("1452.30"), "Bank statement", DAY)
    francs = spending(books.partner, 500_000, "Bus", currency=Currency.RWF, rate=rate)
    wrong = budget.pay(session, francs, **facts)  # type: ignore[arg-type]
    budget.correct(session, books.partner, wrong, day=DAY, reason="Typing error", **facts)  # type: ignore[arg-type]
    right = spending(books.partner, 50_000, "Bus", currency=Currency.RWF, rate=rate, replaces_id=wrong, reason="Bus")
    budget.pay(session, right, **facts)  # type: ignore[arg-type]


def _transfer(session: Session, books: Books) -> None:
    world = books.world
    people = (world.gamma_coordinator, world.karongi_coordinator, world.vvsg_staff)
    transfer = Transfer(
        partnership_id=number(world.partnership),
        from_side=Side.FLEMISH,
        amount_cents=TRANSFERRED,
        reason="More to host",
        state=TransferState.DONE,
        proposed_at=NOW,
        proposed_by=number(people[0]),
        ended_at=NOW,
    )
    session.add(transfer)
    session.flush()
    for party, person in zip(ConsentParty, people, strict=True):
        session.add(
            TransferConsent(
                transfer_id=number(transfer), party=party, person_id=number(person), agreed=True, given_at=NOW
            )
        )
    halves = ledger.lock_partnership(session, number(world.partnership))
    for kind, side, sign in (
        (EntryKind.TRANSFER_OUT, Side.FLEMISH, 1),
        (EntryKind.TRANSFER_IN, Side.PARTNER, -1),
    ):
        entry = NewEntry(kind, DAY, "", TRANSFERRED, transfer_id=number(transfer))
        moves = of_transfer(sign * TRANSFERRED, Under(DAY.year))
        ledger.book(session, halves[side], entry, moves, actor=COMMAND_LINE, now=NOW)


def _claim(session: Session, books: Books) -> None:
    world = books.world
    claim = Claim(
        partnership_id=number(world.partnership),
        allotment_id=books.flemish,
        number=1,
        state=ClaimState.APPROVED,
        title="Train",
        claimant_id=number(world.gamma_coordinator),
        submitted_by=number(world.gamma_coordinator),
        submitted_at=NOW,
        decided_by=number(world.vvsg_staff),
        decided_at=NOW,
        created_at=NOW,
    )
    session.add(claim)
    session.flush()
    line = ClaimLine(
        claim_id=number(claim),
        position=1,
        category=Category.TRAVEL,
        description="Train",
        spent_on=DAY,
        currency=Currency.EUR,
        amount_minor=1_250,
        rate="1",
        amount_cents=1_250,
    )
    file = StoredFile(
        name="Train.pdf",
        media_type="application/pdf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        content=CONTENT,
        created_at=NOW,
    )
    session.add_all((line, file))
    session.flush()
    session.add(Receipt(claim_id=number(claim), line_id=number(line), file_id=number(file), added_at=NOW))
    staff = Actor(person_id=number(world.vvsg_staff), name="Programme officer")
    entry = budget.pay(session, spending(books.flemish, 1_250, "Train"), actor=staff, now=NOW)
    session.add(ClaimEntry(entry_id=entry, line_id=number(line)))
