import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.budget import (
    AllotmentExceeded,
    CommitmentExceeded,
    Half,
    NothingToRelease,
    OutsidePeriod,
    SessionElsewhere,
    UnknownCommitment,
)
from app.domain.codes import Category, Country, Currency, EntryKind, Side
from app.domain.errors import DomainError
from app.domain.money import AmountIsZero, Rate, RateNeeded
from app.domain.postings import Under, of_payment
from app.models import Allotment, Event, Partnership, PartnershipSide
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.budget import EntryFacts
from app.queries.people import actor_of_person
from app.services import budget
from app.services.budget import Spending
from app.services.ledger import NewEntry, book, lock
from tests import factories
from tests.factories import NOW, number
from tests.integration.budget_kit import check_books, open_halves
from tests.integration.race import race
from tests.personas import World, build_world

ROOT = Path(__file__).resolve().parents[2]
LAST_CENTS = 100_000
PIECE_CENTS = 15_000


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False) as made:
        yield made


@pytest.fixture
def both_world(both: Session) -> World:
    made = build_world(both)
    with transaction(both):
        open_halves(both, made.partnership)
    return made


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    return world


def halves(session: Session, world: World) -> tuple[Half, Half]:
    session.rollback()
    return ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)]


def spending(half: Half, amount: int, *, currency: Currency = Currency.EUR, **more: object) -> Spending:
    facts: dict[str, object] = {
        "category": Category.TRAVEL,
        "day": date(2026, 11, 20),
        "description": "Train to Brussels",
    }
    return Spending(half.allotment_id, amount, currency, **{**facts, **more})  # type: ignore[arg-type]


def staff(session: Session, world: World) -> Actor:
    return actor_of_person(session, number(world.vvsg_staff))


def sums(half: Half) -> tuple[int, int, int]:
    return half.paid_cents, half.committed_cents, half.available_cents


def check_ledger(session: Session, world: World) -> None:
    check_books(session, world.partnership)


def booked(session: Session, world: World) -> list[EntryFacts]:
    """Give what was booked after both halves were opened."""
    opened: list[EntryFacts] = []
    rows: list[EntryFacts] = []
    for row in ledger.all_entries(session, number(world.partnership)):
        (opened if row.kind is EntryKind.ALLOTMENT else rows).append(row)
    assert [(row.side, row.number, row.amount_cents) for row in opened] == [(side, 1, 1_750_000) for side in Side]
    return rows


def test_allotments_are_opened_equally_and_once(both: Session) -> None:
    with transaction(both):
        programme = factories.programme(both)
        track = factories.track(both, programme)
        made = factories.add(
            both, Partnership(slug="new", programme_id=number(programme), track_id=number(track), created_at=NOW)
        )
        for side, place in zip(Side, (factories.government(both), factories.government(both)), strict=True):
            factories.add(
                both,
                PartnershipSide(partnership_id=number(made), side=side, local_government_id=number(place)),
            )
    for _again in range(2):
        with transaction(both):
            budget.open_allotments(both, number(made), 3_500_001, NOW)
    flemish, partner = ledger.halves_of(both, [number(made)])[number(made)]
    assert (flemish.side, flemish.amount_cents) == (Side.FLEMISH, 1_750_001)
    assert (partner.side, partner.amount_cents) == (Side.PARTNER, 1_750_000)
    assert both.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))).all() == [
        "budget.raised",
        "budget.raised",
        "budget.opened",
    ]
    rows = ledger.all_entries(both, number(made))
    assert [(row.side, row.number, row.kind, row.amount_cents, row.available_cents) for row in rows] == [
        (Side.FLEMISH, 1, EntryKind.ALLOTMENT, 1_750_001, 1_750_001),
        (Side.PARTNER, 1, EntryKind.ALLOTMENT, 1_750_000, 1_750_000),
    ]
    check_books(both, made)


def test_commitments_payments_and_releases_change_the_sums_with_the_entry(both: Session, both_world: World) -> None:
    flemish, _partner = halves(both, both_world)
    actor = actor_of_person(both, number(both_world.gamma_coordinator))
    with transaction(both):
        commitment = budget.commit_money(both, spending(flemish, 500_000), actor=actor, now=NOW)
    assert sums(halves(both, both_world)[0]) == (0, 500_000, 1_250_000)
    with transaction(both):
        budget.pay(both, spending(flemish, 300_000), commitment_id=commitment, actor=actor, now=NOW)
    assert sums(halves(both, both_world)[0]) == (300_000, 200_000, 1_250_000)
    with transaction(both):
        budget.pay(both, spending(flemish, 50_000), actor=actor, now=NOW)
    assert sums(halves(both, both_world)[0]) == (350_000, 200_000, 1_200_000)
    with transaction(both):
        facts = {"day": date(2026, 11, 22), "description": "", "actor": actor, "now": NOW}
        budget.release(both, flemish.allotment_id, commitment, amount_cents=80_000, **facts)  # type: ignore[arg-type]
    assert sums(halves(both, both_world)[0]) == (350_000, 120_000, 1_280_000)
    with transaction(both):
        budget.pay(both, spending(flemish, 200_000), commitment_id=commitment, actor=actor, now=NOW)
    assert sums(halves(both, both_world)[0]) == (550_000, 0, 1_200_000)
    assert sums(halves(both, both_world)[1]) == (0, 0, 1_750_000)
    rows = booked(both, both_world)
    assert [(row.kind, row.amount_cents, row.settled_cents, row.available_cents) for row in rows] == [
        (EntryKind.COMMITMENT, 500_000, 0, 1_250_000),
        (EntryKind.PAYMENT, 300_000, 300_000, 1_250_000),
        (EntryKind.PAYMENT, 50_000, 0, 1_200_000),
        (EntryKind.RELEASE, 80_000, 0, 1_280_000),
        (EntryKind.PAYMENT, 200_000, 120_000, 1_200_000),
    ]
    assert [row.commitment for row in rows] == [None, "Train to Brussels", None, *["Train to Brussels"] * 2]
    assert {row.person_name for row in rows} == {"Coordinator of Gamma"}
    assert both.scalars(sa.select(col(Event.verb)).order_by(col(Event.id)).offset(2)).all() == [
        "budget.committed",
        "budget.paid",
        "budget.paid",
        "budget.released",
        "budget.paid",
    ]
    check_ledger(both, both_world)


def test_a_release_without_an_amount_takes_all_that_is_open(both: Session, both_world: World) -> None:
    flemish, _partner = halves(both, both_world)
    actor = staff(both, both_world)
    with transaction(both):
        commitment = budget.commit_money(both, spending(flemish, 500), actor=actor, now=NOW)
        assert [row.open_cents for row in ledger.open_commitments(both, number(both_world.partnership))] == [500]
        budget.pay(both, spending(flemish, 200), commitment_id=commitment, actor=actor, now=NOW)
        assert [row.open_cents for row in ledger.open_commitments(both, number(both_world.partnership))] == [300]
    facts = {"day": date(2026, 11, 22), "description": "", "actor": actor, "now": NOW}
    with pytest.raises(CommitmentExceeded) as refusal, transaction(both):
        budget.release(both, flemish.allotment_id, commitment, amount_cents=301, **facts)  # type: ignore[arg-type]
    assert refusal.value.params == {"over_cents": 1, "open_cents": 300}
    with transaction(both):
        budget.release(both, flemish.allotment_id, commitment, **facts)  # type: ignore[arg-type]
    assert ledger.open_commitments(both, number(both_world.partnership)) == []
    with pytest.raises(NothingToRelease), transaction(both):
        budget.release(both, flemish.allotment_id, commitment, **facts)  # type: ignore[arg-type]
    assert sums(halves(both, both_world)[0]) == (200, 0, 1_749_800)


def test_amounts_in_francs_keep_their_rate(session: Session, world: World) -> None:
    _flemish, partner = halves(session, world)
    rate = Rate(Decimal("1452.30"), "National Bank of Rwanda", date(2026, 11, 19))
    with transaction(session):
        budget.pay(
            session, spending(partner, 85_000, currency=Currency.RWF, rate=rate), actor=staff(session, world), now=NOW
        )
        budget.pay(session, spending(partner, 100_000, currency=Currency.XOF), actor=staff(session, world), now=NOW)
    facts = [
        (row.currency, row.amount_minor, row.rate, row.rate_source, row.rate_date, row.amount_cents)
        for row in booked(session, world)
    ]
    assert facts == [
        (Currency.RWF, 85_000, "1452.30", "National Bank of Rwanda", date(2026, 11, 19), 5_853),
        (Currency.XOF, 100_000, "655.957", "Council Decision 98/683/EC", None, 15_245),
    ]


def test_what_does_not_fit_is_refused_and_nothing_is_written(session: Session, world: World) -> None:
    flemish, _partner = halves(session, world)
    for write in (budget.commit_money, budget.pay):
        with pytest.raises(AllotmentExceeded) as refusal, transaction(session):
            write(session, spending(flemish, 1_750_001), actor=staff(session, world), now=NOW)
        assert refusal.value.params == {"over_cents": 1, "available_cents": 1_750_000, "reason": ""}
    session.rollback()
    assert booked(session, world) == []
    assert session.scalars(sa.select(col(Event.verb))).all() == ["budget.raised"] * 2


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"day": date(2025, 12, 31)}, OutsidePeriod),
        ({"day": date(2028, 1, 1)}, OutsidePeriod),
        ({"currency": Currency.RWF}, RateNeeded),
        ({"currency": Currency.XOF, "amount": 3}, AmountIsZero),
        ({"amount": 0}, AmountIsZero),
        ({"amount": -5}, AmountIsZero),
        ({"session_id": -1}, SessionElsewhere),
    ],
)
def test_what_may_not_be_entered_is_refused(
    session: Session, world: World, changes: dict[str, object], refused: type[DomainError]
) -> None:
    flemish, _partner = halves(session, world)
    facts = {"amount": 100, **changes}
    with pytest.raises(refused), transaction(session):
        budget.pay(session, spending(flemish, **facts), actor=staff(session, world), now=NOW)  # type: ignore[arg-type]


def test_only_sessions_of_the_partnership_itself_count(session: Session, world: World) -> None:
    flemish, _partner = halves(session, world)
    with transaction(session):
        own = factories.agenda_session(session, world.programme, of_partnership=world.partnership)
        of_track = factories.agenda_session(session, world.programme, of_track=world.rwanda)
    actor = staff(session, world)
    with transaction(session):
        budget.pay(session, spending(flemish, 100, session_id=number(own)), actor=actor, now=NOW)
    with pytest.raises(SessionElsewhere), transaction(session):
        budget.pay(session, spending(flemish, 100, session_id=number(of_track)), actor=actor, now=NOW)
    assert [row.id for row in ledger.sessions_to_book_on(session, number(world.partnership))] == [number(own)]


def test_a_commitment_of_the_other_half_or_no_commitment_at_all_is_unknown(session: Session, world: World) -> None:
    flemish, partner = halves(session, world)
    actor = staff(session, world)
    with transaction(session):
        elsewhere = budget.commit_money(session, spending(partner, 100), actor=actor, now=NOW)
        payment = budget.pay(session, spending(flemish, 100), actor=actor, now=NOW)
    for wrong in (elsewhere, payment, 999):
        with pytest.raises(UnknownCommitment), transaction(session):
            budget.pay(session, spending(flemish, 100), commitment_id=wrong, actor=actor, now=NOW)
    for wrong in (elsewhere, payment, 999):
        with pytest.raises(UnknownCommitment), transaction(session):
            budget.release(
                session, flemish.allotment_id, wrong, day=date(2026, 11, 22), description="", actor=actor, now=NOW
            )


@pytest.mark.parametrize(
    ("who", "flemish_too", "partner_too"),
    [
        ("vvsg_staff", True, True),
        ("gamma_coordinator", True, False),
        ("karongi_coordinator", False, True),
        ("karongi_participant", False, False),
        ("ralga_staff", False, False),
        ("auditor", False, False),
        ("nikki_coordinator", False, False),
        ("outsider", False, False),
        (None, False, False),
    ],
)
def test_people_book_on_their_own_side_only(
    session: Session, world: World, who: str | None, flemish_too: bool, partner_too: bool
) -> None:
    actor = PUBLIC if who is None else actor_of_person(session, number(getattr(world, who)))
    for half, may in zip(halves(session, world), (flemish_too, partner_too), strict=True):
        if may:
            with transaction(session):
                budget.commit_money(session, spending(half, 100), actor=actor, now=NOW)
        else:
            with pytest.raises(NotAllowed), transaction(session):
                budget.commit_money(session, spending(half, 100), actor=actor, now=NOW)
    with transaction(session):
        commitments = [
            budget.commit_money(session, spending(half, 100), actor=staff(session, world), now=NOW)
            for half in halves_inside(session, world)
        ]
    facts = {"day": date(2026, 11, 22), "description": "", "actor": actor, "now": NOW}
    whose = zip(halves(session, world), commitments, (flemish_too, partner_too), strict=True)
    for half, commitment, may in whose:
        if may:
            with transaction(session):
                budget.release(session, half.allotment_id, commitment, **facts)  # type: ignore[arg-type]
        else:
            with pytest.raises(NotAllowed), transaction(session):
                budget.release(session, half.allotment_id, commitment, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("vvsg_staff", True),
        ("auditor", True),
        ("ralga_staff", True),
        ("gamma_coordinator", True),
        ("karongi_coordinator", True),
        ("karongi_participant", True),
        ("ancb_staff", False),
        ("nikki_coordinator", False),
        ("candidate_of_a", False),
        ("outsider", False),
        (None, False),
    ],
)
def test_a_budget_is_read_by_its_people_its_association_staff_and_auditors(
    session: Session, world: World, who: str | None, may: bool
) -> None:
    actor = PUBLIC if who is None else actor_of_person(session, number(getattr(world, who)))
    found = ledger.budget_of(session, actor, "gamma-karongi")
    assert (found is not None) is may
    if found is not None:
        assert (found.name, found.country, found.starts_on) == ("Gamma & Karongi", Country.RWANDA, date(2026, 1, 1))
    assert ledger.budget_of(session, actor, "elsewhere") is None


def halves_inside(session: Session, world: World) -> tuple[Half, Half]:
    return ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)]


def test_sums_per_category_and_session_add_up_to_the_halves(both: Session, both_world: World) -> None:
    flemish, partner = halves(both, both_world)
    actor = staff(both, both_world)
    with transaction(both):
        visit = factories.agenda_session(both, both_world.programme, of_partnership=both_world.partnership)
        flight = spending(flemish, 90_000, session_id=number(visit))
        commitment = budget.commit_money(both, flight, actor=actor, now=NOW)
        budget.pay(
            both, spending(flemish, 100_000, category=Category.STAY), commitment_id=commitment, actor=actor, now=NOW
        )
        second = budget.commit_money(both, flight, actor=actor, now=NOW)
        budget.pay(both, spending(flemish, 20_000, category=Category.STAY), commitment_id=second, actor=actor, now=NOW)
        budget.pay(both, spending(partner, 5_000, category=Category.OTHER), actor=actor, now=NOW)
    by_category = ledger.sums_by_category(both, number(both_world.partnership))
    nothing = ledger.Sum()
    assert by_category == [
        ledger.CategorySums(Category.TRAVEL, {Side.FLEMISH: ledger.Sum(0, 70_000), Side.PARTNER: nothing}),
        ledger.CategorySums(Category.STAY, {Side.FLEMISH: ledger.Sum(120_000, 0), Side.PARTNER: nothing}),
        ledger.CategorySums(Category.OTHER, {Side.FLEMISH: nothing, Side.PARTNER: ledger.Sum(5_000, 0)}),
    ]
    by_session = ledger.sums_by_session(both, number(both_world.partnership))
    assert [(row.title_en, row.sides[Side.FLEMISH], row.sides[Side.PARTNER]) for row in by_session] == [
        ("Session (en)", ledger.Sum(0, 70_000), nothing),
        (None, ledger.Sum(120_000, 0), ledger.Sum(5_000, 0)),
    ]
    check_ledger(both, both_world)


def test_entries_come_in_pages_the_last_booked_first(session: Session, world: World) -> None:
    flemish, partner = halves(session, world)
    actor = staff(session, world)
    with transaction(session):
        made = [
            budget.pay(session, spending(half, 100), actor=actor, now=NOW)
            for half in (flemish, partner, flemish, flemish)
        ]
    key = number(world.partnership)
    first, second = ledger.entries(session, key, size=3), ledger.entries(session, key, size=3, page=2)
    opened = [row.id for row in ledger.all_entries(session, key) if row.kind is EntryKind.ALLOTMENT][::-1]
    assert ([row.id for row in first.rows], first.page, first.pages) == (made[:0:-1], 1, 2)
    assert ([row.id for row in second.rows], second.page, second.pages) == ([made[0], *opened], 2, 2)
    assert ledger.entries(session, key, size=3, page=9).page == 2
    of_partner = ledger.entries(session, key, side=Side.PARTNER)
    assert [row.id for row in of_partner.rows] == [made[1], opened[0]]
    assert ledger.entry(session, key, made[0]) == second.rows[0]
    assert ledger.entry(session, key + 1, made[0]) is None


def leave(session: Session, world: World, cents: int) -> Half:
    """Pay all but ``cents`` of the Flemish half."""
    flemish = halves(session, world)[0]
    with transaction(session):
        budget.pay(session, spending(flemish, flemish.available_cents - cents), actor=staff(session, world), now=NOW)
    return halves(session, world)[0]


def assert_exactly_what_fits(session: Session, world: World, outcomes: list[dict[str, int]], kind: EntryKind) -> None:
    booked = sorted(outcome["entry"] for outcome in outcomes if "entry" in outcome)
    refused = [outcome for outcome in outcomes if "entry" not in outcome]
    session.rollback()
    assert len(booked) == LAST_CENTS // PIECE_CENTS == 6
    assert len(refused) == 14
    assert refused == [{"over_cents": 5_000, "available_cents": 10_000}] * 14
    rows = [row for row in ledger.all_entries(session, number(world.partnership)) if row.kind is kind][-6:]
    assert [row.id for row in rows] == booked
    assert [row.available_cents for row in rows] == [85_000, 70_000, 55_000, 40_000, 25_000, 10_000]
    assert len({row.description for row in rows}) == 6
    assert halves(session, world)[0].available_cents == 10_000
    check_ledger(session, world)


@pytest.mark.parametrize("kind", [EntryKind.PAYMENT, EntryKind.COMMITMENT])
def test_of_twenty_writers_exactly_those_that_fit_are_booked(
    both: Session, both_world: World, database_url: str, kind: EntryKind
) -> None:
    flemish = leave(both, both_world, LAST_CENTS)
    outcomes = race(database_url, flemish.allotment_id, kind=kind, writers=20, piece_cents=PIECE_CENTS)
    assert_exactly_what_fits(both, both_world, outcomes, kind)


def test_of_four_processes_with_five_writers_each_exactly_those_that_fit_are_booked(
    both: Session, both_world: World, database_url: str
) -> None:
    flemish = leave(both, both_world, LAST_CENTS)
    command = [sys.executable, "-m", "tests.integration.race", database_url, str(flemish.allotment_id), "5"]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _process in range(4)]
    outcomes: list[dict[str, int]] = []
    for process in processes:
        out, _error = process.communicate(timeout=60)
        assert process.returncode == 0
        outcomes += json.loads(out)
    assert_exactly_what_fits(both, both_world, outcomes, EntryKind.PAYMENT)


def test_the_database_itself_is_the_last_guard(
    both: Session, both_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    flemish = leave(both, both_world, 10_000)
    monkeypatch.setattr(budget, "check_can_pay", lambda *_facts, **_more: None)
    with pytest.raises(AllotmentExceeded) as refusal, transaction(both):
        budget.pay(both, spending(flemish, 15_000), actor=staff(both, both_world), now=NOW)
    assert refusal.value.params == {"over_cents": 5_000, "available_cents": 10_000, "reason": ""}
    assert halves(both, both_world)[0].available_cents == 10_000
    check_ledger(both, both_world)


def test_another_violated_constraint_is_not_taken_for_a_refusal(both: Session, both_world: World) -> None:
    flemish, actor = halves(both, both_world)[0], staff(both, both_world)
    moves = of_payment(-100, Under(2026, Category.TRAVEL))
    entry = NewEntry(EntryKind.PAYMENT, date(2026, 11, 20), "Less than nothing", 100, category=Category.TRAVEL)
    with pytest.raises(IntegrityError, match="ck_allotment_paid"), transaction(both):
        book(both, lock(both, flemish.allotment_id), entry, moves, actor=actor, now=NOW)
    check_ledger(both, both_world)


def test_postings_that_do_not_add_up_to_nothing_are_not_written(both: Session, both_world: World) -> None:
    flemish, actor = halves(both, both_world)[0], staff(both, both_world)
    entry = NewEntry(EntryKind.PAYMENT, date(2026, 11, 20), "Lost", 100, category=Category.TRAVEL)
    moves = of_payment(100, Under(2026, Category.TRAVEL))[:1]
    with pytest.raises(ValueError, match="do not add up"), transaction(both):
        book(both, lock(both, flemish.allotment_id), entry, moves, actor=actor, now=NOW)
    both.rollback()
    assert booked(both, both_world) == []
    check_ledger(both, both_world)


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("ck_allotment_(available|rest)", "UPDATE allotment SET paid_cents = amount_cents + 1"),
        ("ck_allotment_(available|rest)", "UPDATE allotment SET amount_cents = paid_cents + committed_cents - 1"),
        ("ck_allotment_rest", "UPDATE allotment SET returned_cents = amount_cents - paid_cents - committed_cents + 1"),
        ("ck_allotment_rest", "UPDATE allotment SET returned_cents = -1"),
        ("ck_allotment_paid", "UPDATE allotment SET paid_cents = -1"),
        ("ck_allotment_committed", "UPDATE allotment SET committed_cents = -1"),
        ("ck_commitment_balance_open", "UPDATE commitment_balance SET open_cents = -1"),
        ("rows of ledger_entry are only added", "UPDATE ledger_entry SET description = 'something else'"),
        ("rows of ledger_entry are only added", "UPDATE ledger_entry SET amount_cents = amount_cents"),
        ("rows of ledger_entry are only added", "DELETE FROM ledger_entry WHERE kind = 'payment'"),
        ("rows of posting are only added", "UPDATE posting SET amount_cents = amount_cents + 1"),
        ("rows of posting are only added", "DELETE FROM posting"),
    ],
)
def test_the_database_refuses_to_go_below_nothing_and_to_change_what_is_booked(
    both: Session, both_world: World, constraint: str, statement: str
) -> None:
    commit_and_pay(both, both_world)
    with pytest.raises(IntegrityError, match=constraint), transaction(both):
        both.execute(sa.text(statement))
    check_ledger(both, both_world)


def commit_and_pay(session: Session, world: World) -> int:
    flemish, actor = halves(session, world)[0], staff(session, world)
    with transaction(session):
        commitment = budget.commit_money(session, spending(flemish, 500), actor=actor, now=NOW)
        return budget.pay(session, spending(flemish, 200), commitment_id=commitment, actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("amount_minor", {"amount_minor": 0}),
        ("amount_cents", {"amount_cents": 0, "settled_cents": 0}),
        ("release", {"kind": "release", "commitment_id": None, "settled_cents": 0}),
        ("commitment", {"kind": "commitment", "settled_cents": 0}),
        ("settled_cents", {"settled_cents": 201}),
        ("settled_cents", {"settled_cents": -1}),
        ("settles_commitment", {"kind": "commitment", "commitment_id": None, "settled_cents": 1}),
        ("settles_commitment", {"commitment_id": None}),
        ("available_cents", {"available_cents": -1}),
        ("corrects", {"kind": "correction"}),
        ("corrects", {"corrects_id": 1}),
        ("has_category", {"category": None}),
        ("has_category", {"kind": "return", "commitment_id": None, "settled_cents": 0}),
        (
            "(ck_ledger_entry_|failed: )kind",
            {"kind": "gift", "category": None, "commitment_id": None, "settled_cents": 0},
        ),
        ("(ck_ledger_entry_|failed: )category", {"category": "gift"}),
        ("(ck_ledger_entry_|failed: )currency", {"currency": "GBP"}),
        ("(uq_ledger_entry_allotment_id_number|ledger_entry.number)", {"number": 3}),
        *[
            ("(?i)foreign key", {name: 999_999})
            for name in ("allotment_id", "session_id", "commitment_id", "replaces_id", "transfer_id", "person_id")
        ],
    ],
)
def test_the_database_refuses_an_entry_that_no_code_may_write(
    both: Session, both_world: World, constraint: str, changes: dict[str, object]
) -> None:
    payment = commit_and_pay(both, both_world)
    row = dict(both.execute(sa.text("SELECT * FROM ledger_entry WHERE id = :id"), {"id": payment}).mappings().one())
    del row["id"]
    row |= {"number": 99, **changes}
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    wanted = constraint if "(" in constraint else f"ck_ledger_entry_{constraint}\\b"
    with pytest.raises(IntegrityError, match=wanted), transaction(both):
        both.execute(sa.text(f"INSERT INTO ledger_entry ({names}) VALUES ({values})"), row)  # noqa: S608 - no input
    check_ledger(both, both_world)


def test_an_entry_is_taken_back_once_at_most(both: Session, both_world: World) -> None:
    payment = commit_and_pay(both, both_world)
    actor, half = staff(both, both_world), halves(both, both_world)[0]
    with transaction(both):
        facts = {"day": date(2026, 11, 22), "reason": "Booked twice", "actor": actor, "now": NOW}
        taken_back = budget.correct(both, half.allotment_id, payment, **facts)  # type: ignore[arg-type]
    row = dict(both.execute(sa.text("SELECT * FROM ledger_entry WHERE id = :id"), {"id": taken_back}).mappings().one())
    del row["id"]
    row["number"] = 99
    statement = f"INSERT INTO ledger_entry ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"  # noqa: S608
    with pytest.raises(IntegrityError, match="corrects_id"), transaction(both):
        both.execute(sa.text(statement), row)
    check_ledger(both, both_world)


def test_a_side_has_one_allotment(both: Session, both_world: World) -> None:
    flemish = halves(both, both_world)[0]
    with pytest.raises(IntegrityError), transaction(both):
        factories.add(both, Allotment(side_id=flemish.side_id, amount_cents=1))


@pytest.mark.parametrize("rows", [1, 3])
def test_reads_take_the_same_number_of_queries_however_many_rows(session: Session, world: World, rows: int) -> None:
    actor = staff(session, world)
    key = number(world.partnership)
    with transaction(session):
        for _row in range(rows):
            budget.commit_money(session, spending(halves_inside(session, world)[0], 100), actor=actor, now=NOW)
    expected = {
        ledger.halves_of: 1,
        ledger.entries: 2,
        ledger.all_entries: 1,
        ledger.open_commitments: 1,
        ledger.sums_by_category: 1,
        ledger.sums_by_session: 1,
    }
    for read, allowed in expected.items():
        statements: list[str] = []
        bind = session.get_bind()

        def note(*facts: object, into: list[str] = statements) -> None:
            into.append(str(facts[2]))

        sa.event.listen(bind, "before_cursor_execute", note)
        read(session, [key] if read is ledger.halves_of else key)  # type: ignore[operator]
        sa.event.remove(bind, "before_cursor_execute", note)
        assert len([text for text in statements if text.startswith("SELECT")]) == allowed
