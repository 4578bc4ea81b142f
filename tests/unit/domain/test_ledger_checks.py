from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.codes import Category, ConsentParty, Currency, EntryKind, Side, TransferState
from app.domain.ledger_checks import (
    Against,
    EntryFacts,
    Finding,
    HalfChecks,
    HalfFacts,
    Leg,
    Params,
    TransferFacts,
    check_halves,
    check_transfer,
    expected_moves,
)
from app.domain.postings import (
    Move,
    Sums,
    Under,
    of_allotment,
    of_commitment,
    of_payment,
    of_release,
    of_return,
    of_transfer,
    reversed_on,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 11, 22)
YEAR = Under(2026)
TRAVEL = Under(2026, Category.TRAVEL, 3)


def entry(kind: EntryKind = EntryKind.ALLOTMENT, cents: int = 1_000, **more: object) -> EntryFacts:
    facts: dict[str, object] = {
        "id": 7,
        "number": 1,
        "category": Category.TRAVEL,
        "session_id": 3,
        "commitment_id": None,
        "corrects_id": None,
        "transfer_id": None,
        "programme_version": None,
        "entry_date": DAY,
        "currency": Currency.EUR,
        "amount_minor": cents,
        "rate": "1",
        "settled_cents": 0,
        "available_cents": cents,
        "created_at": NOW,
    }
    return EntryFacts(kind=kind, amount_cents=cents, **{**facts, **more})  # type: ignore[arg-type]


def half(side: Side = Side.FLEMISH, **more: object) -> HalfFacts:
    facts: dict[str, object] = {"kept": Sums(1_000), "last_number": 1, "programme_id": 1, **more}
    return HalfFacts(1, 1, "A & B", side, **facts)  # type: ignore[arg-type]


def codes(checks: HalfChecks, one: EntryFacts, moves: list[Move], against: Against | None = None) -> list[str]:
    return [finding.code for finding in checks.look_at(one, moves, against or Against())]


def test_a_half_that_was_opened_rightly_has_no_finding() -> None:
    checks = HalfChecks(half())
    assert codes(checks, entry(), of_allotment(1_000, YEAR)) == []
    assert list(checks.end()) == []
    assert (checks.given_cents, checks.version) == (0, None)


def test_what_no_version_gave_was_carried_over() -> None:
    checks = HalfChecks(half())
    codes(checks, entry(programme_version=1), of_allotment(1_000, YEAR))
    codes(checks, entry(cents=70, number=2), of_allotment(70, YEAR))
    assert (checks.given_cents, checks.sums.amount_cents) == (1_000, 1_070)


def test_the_version_that_gave_last_counts() -> None:
    checks = HalfChecks(half())
    codes(checks, entry(programme_version=3), of_allotment(1_000, YEAR))
    codes(checks, entry(EntryKind.REDUCTION, 400, programme_version=2, number=2), of_allotment(-400, YEAR))
    assert (checks.given_cents, checks.version) == (600, 3)


def test_numbers_that_are_missing_or_twice_are_found() -> None:
    checks = HalfChecks(half())
    assert codes(checks, entry(number=2), of_allotment(1_000, YEAR)) == ["numbers"]
    double = entry(EntryKind.RETURN, 1_000, number=2, available_cents=0)
    assert codes(checks, double, of_return(1_000, YEAR)) == ["numbers"]
    assert [finding.code for finding in checks.end()] == ["returned_cents", "last_number"]


def test_what_is_below_nothing_is_found() -> None:
    assert codes(HalfChecks(half()), entry(EntryKind.RETURN, 5, available_cents=-5), of_return(5, YEAR)) == [
        "below_nothing"
    ]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"closed": {2026: NOW}}, []),
        ({"closed": {2026: NOW - timedelta(seconds=1)}}, ["year_closed"]),
        ({"closed": {2025: NOW - timedelta(days=1)}}, []),
        ({"settled_at": NOW}, []),
        ({"settled_at": NOW - timedelta(seconds=1)}, ["settled"]),
    ],
)
def test_an_entry_after_the_closing_is_found(more: dict[str, object], found: list[str]) -> None:
    assert codes(HalfChecks(half(Side.FLEMISH, **more)), entry(), of_allotment(1_000, YEAR)) == found


@pytest.mark.parametrize(
    ("one", "moves", "against"),
    [
        (entry(EntryKind.REDUCTION), of_allotment(-1_000, YEAR), Against()),
        (entry(EntryKind.TRANSFER_OUT), of_transfer(1_000, YEAR), Against()),
        (entry(EntryKind.TRANSFER_IN), of_transfer(-1_000, YEAR), Against()),
        (entry(EntryKind.RETURN), of_return(1_000, YEAR), Against()),
        (entry(EntryKind.COMMITMENT), of_commitment(1_000, replace(TRAVEL, commitment_id=7)), Against()),
        (entry(EntryKind.RELEASE), of_release(1_000, YEAR), Against(YEAR)),
        (entry(EntryKind.RELEASE), of_release(1_000, TRAVEL), Against()),
        (entry(EntryKind.PAYMENT), of_payment(1_000, TRAVEL), Against()),
        (entry(EntryKind.PAYMENT, settled_cents=400), of_payment(1_000, TRAVEL), Against()),
        (
            entry(EntryKind.PAYMENT, settled_cents=400),
            of_payment(1_000, TRAVEL, settled_cents=400, commitment=YEAR),
            Against(YEAR),
        ),
        (
            entry(EntryKind.CORRECTION),
            reversed_on(of_payment(1_000, TRAVEL), DAY),
            Against(None, of_payment(1_000, TRAVEL)),
        ),
    ],
)
def test_each_kind_has_its_postings(one: EntryFacts, moves: list[Move], against: Against) -> None:
    assert expected_moves(one, against) == [moves]


def test_a_carry_over_goes_out_or_comes_in() -> None:
    assert expected_moves(entry(EntryKind.CARRY_OVER), Against()) == [of_return(1_000, YEAR), of_allotment(1_000, YEAR)]


def test_a_correction_of_another_amount_is_found() -> None:
    checks = HalfChecks(half())
    codes(checks, entry(), of_allotment(1_000, YEAR))
    codes(checks, entry(EntryKind.PAYMENT, 400, number=2, available_cents=600), of_payment(400, TRAVEL))
    back = reversed_on(of_payment(400, TRAVEL), DAY)
    correction = entry(EntryKind.CORRECTION, 400, number=3, available_cents=1_000, corrects_id=2)
    assert codes(checks, correction, back, Against(None, of_payment(400, TRAVEL), 399)) == ["postings"]


@pytest.mark.parametrize(
    ("one", "moves", "found"),
    [
        (entry(amount_minor=999), of_allotment(1_000, YEAR), ["conversion"]),
        (entry(currency=Currency.XOF, amount_minor=6_560, rate="656"), of_allotment(1_000, YEAR), ["fixed_rate"]),
        (entry(currency=Currency.RWF, amount_minor=14_523, rate="1452.30"), of_allotment(1_000, YEAR), []),
        (entry(), of_allotment(1_000, YEAR)[1:], ["unbalanced", "left"]),
        (entry(), of_allotment(999, YEAR), ["postings", "left"]),
        (entry(EntryKind.TRANSFER_IN), of_transfer(-1_000, YEAR), ["transfer_unknown"]),
        (entry(EntryKind.TRANSFER_IN, transfer_id=1), of_transfer(-1_000, YEAR), []),
    ],
)
def test_what_does_not_fit_is_found(one: EntryFacts, moves: list[Move], found: list[str]) -> None:
    assert codes(HalfChecks(half()), one, moves) == found


def test_both_halves_get_their_share_of_the_version_that_gave() -> None:
    def checked(side: Side, cents: int, version: int | None = 1) -> HalfChecks:
        checks = HalfChecks(half(side))
        codes(checks, entry(cents=cents, programme_version=version), of_allotment(cents, YEAR))
        return checks

    shares = {(1, 1): (2_001, Side.PARTNER)}
    flemish, partner = checked(Side.FLEMISH, 1_000), checked(Side.PARTNER, 1_001)
    assert list(check_halves([flemish, partner], shares)) == []
    assert list(check_halves([], shares)) == []
    assert list(check_halves([checked(Side.FLEMISH, 5, None), checked(Side.PARTNER, 6, None)], shares)) == []
    more = checked(Side.PARTNER, 1_002)
    place: Params = {"partnership": "A & B", "side": "partner", "version": 1}
    assert list(check_halves([flemish, more], shares)) == [
        Finding("unequal", {"partnership": "A & B", "flemish_cents": 1_000, "partner_cents": 1_002}),
        Finding("share", {**place, "stored_cents": 1_002, "computed_cents": 1_001}),
    ]


LEGS = (Leg(EntryKind.TRANSFER_OUT, Side.PARTNER, 5), Leg(EntryKind.TRANSFER_IN, Side.FLEMISH, 5))
AGREED = tuple((party, number) for number, party in enumerate(ConsentParty))


@pytest.mark.parametrize(
    ("state", "legs", "agreed", "found"),
    [
        (TransferState.DONE, LEGS, AGREED, []),
        (TransferState.OPEN, (), AGREED[:1], []),
        (TransferState.OPEN, LEGS, (), ["transfer_legs"]),
        (TransferState.DONE, LEGS[:1], AGREED, ["transfer_legs"]),
        (TransferState.DONE, (*LEGS, LEGS[0]), AGREED, ["transfer_legs"]),
        (TransferState.DONE, LEGS, AGREED[:2], ["transfer_consents"]),
        (TransferState.DONE, LEGS, [(party, 1) for party in ConsentParty], ["transfer_consents"]),
    ],
)
def test_a_transfer_has_its_legs_and_three_consents(
    state: TransferState, legs: tuple[Leg, ...], agreed: tuple[tuple[ConsentParty, int], ...], found: list[str]
) -> None:
    transfer = TransferFacts("A & B", state, Side.PARTNER, 5, legs, agreed)
    assert [finding.code for finding in check_transfer(transfer)] == found


def test_findings_that_say_the_same_have_the_same_key() -> None:
    assert Finding("a", {"x": 1, "y": 2}).key == Finding("a", {"y": 2, "x": 1}).key
    assert Finding("a", {"x": 1}).key != Finding("a", {"x": 2}).key
