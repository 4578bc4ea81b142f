"""Corrections: who takes an entry back, what may stand in its place, and how all three are shown together."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.budget import CannotCorrect, Half, YearClosed
from app.domain.codes import Category, ClaimState, Currency, EntryKind, Side
from app.domain.errors import DomainError
from app.domain.money import Rate
from app.language.catalogues import LOCALES
from app.models import Claim, ClaimEntry, ClaimLine, ClosedYear
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.budget_entry import chains_of, history_of
from app.queries.people import actor_of_person
from app.services import budget
from app.services.budget import Spending
from app.services.budget_corrections import put_in_place, take_back
from tests import pages
from tests.factories import NOW, add, number
from tests.integration.budget_kit import check_books, open_halves
from tests.personas import World, sign_in

PATH = "/partnerships/gamma-karongi/budget"
DAY = date(2026, 11, 22)
RATE = Rate(Decimal(1450), "National Bank of Rwanda", date(2026, 11, 20))
FORM = {
    "reason": "The amount was read wrongly",
    "day": "2026-11-22",
    "outcome": "replace",
    "amount": "400",
    "amount_currency": "EUR",
    "new_day": "2026-11-20",
    "category": "stay",
    "description": "Hotel",
    "form_key": "key-of-a-correction",
}


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    return world


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    def client(who: str) -> TestClient:
        made = sign_in(new_client(), app, getattr(world, who))
        made.cookies.set("lang", "en")
        return made

    return client


def half_of(session: Session, world: World, side: Side = Side.FLEMISH) -> Half:
    halves = ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)]
    return halves[side is Side.PARTNER]


def spending(half: Half, cents: int = 50_000, **more: Any) -> Spending:  # noqa: ANN401 - fields of a spending
    facts: dict[str, Any] = {"day": date(2026, 11, 20), "description": "Train", "currency": Currency.EUR, **more}
    return Spending(half.allotment_id, cents, category=Category.TRAVEL, **facts)


def who(session: Session, world: World, name: str = "vvsg_staff") -> dict[str, Any]:
    return {"actor": actor_of_person(session, number(getattr(world, name))), "now": NOW}


def claimed(session: Session, world: World, *, claimant: str = "gamma_coordinator", beneficiary: str = "") -> int:
    """Book a payment of a claim that was approved; give the id of the entry."""
    half, person = half_of(session, world), number(getattr(world, claimant))
    claim = Claim(
        partnership_id=number(world.partnership), allotment_id=half.allotment_id, number=1, title="Journey",
        claimant_id=person, submitted_by=person, submitted_at=NOW, state=ClaimState.APPROVED, created_at=NOW,
        decided_by=number(world.outsider), decided_at=NOW,
        beneficiary_id=number(getattr(world, beneficiary)) if beneficiary else None,
    )  # fmt: skip
    line = ClaimLine(
        claim_id=number(add(session, claim)), position=1, category=Category.TRAVEL, description="Train", spent_on=DAY,
        currency=Currency.EUR, amount_minor=50_000, rate="1", amount_cents=50_000,
    )  # fmt: skip
    add(session, line)
    made = budget.pay(session, spending(half), **who(session, world))
    session.add(ClaimEntry(entry_id=made, line_id=number(line)))
    return made


def correct(session: Session, half: Half, entry: int, with_: Spending | None, **actor: Any) -> None:  # noqa: ANN401
    with transaction(session):
        take_back(session, half.allotment_id, entry, day=DAY, reason="Wrong", **actor)
        if with_ is not None:
            put_in_place(session, with_, **actor)


def test_a_payment_is_taken_back_and_replaced_and_keeps_its_tie_to_the_claim(session: Session, world: World) -> None:
    half = half_of(session, world)
    with transaction(session):
        wrong = claimed(session, world)
    correct(session, half, wrong, spending(half, 40_000, replaces_id=wrong, reason="Wrong"), **who(session, world))
    rows = ledger.all_entries(session, number(world.partnership))[2:]
    assert [(row.number, row.kind, row.amount_cents, row.corrects_id, row.replaces_id) for row in rows] == [
        (2, EntryKind.PAYMENT, 50_000, None, None),
        (3, EntryKind.CORRECTION, 50_000, wrong, None),
        (4, EntryKind.PAYMENT, 40_000, None, wrong),
    ]
    tied = session.execute(sa.select(col(ClaimEntry.entry_id), col(ClaimEntry.line_id))).all()
    assert len({line for _entry, line in tied}) == 1
    assert sorted(entry for entry, _line in tied) == [row.id for row in rows]
    after = half_of(session, world)
    assert (after.paid_cents, after.available_cents) == (40_000, 1_710_000)
    for row in rows:
        assert [one.id for one in history_of(session, number(world.partnership), row)] == [one.id for one in rows]
        chain = chains_of(session, [row])[row.id]
        assert [
            (one.wrong.number, one.reversal.number, one.replacement and one.replacement.number) for one in chain
        ] == [(2, 3, 4)]
    check_books(session, world.partnership)


@pytest.mark.parametrize(("cents", "fits"), [(50_000, True), (50_001, False)])
def test_what_replaces_a_payment_is_never_more(session: Session, world: World, cents: int, fits: bool) -> None:
    half = half_of(session, world)
    with transaction(session):
        wrong = claimed(session, world)
    new = spending(half, cents, replaces_id=wrong, reason="Wrong")
    if fits:
        correct(session, half, wrong, new, **who(session, world))
    else:
        with pytest.raises(CannotCorrect) as refusal:
            correct(session, half, wrong, new, **who(session, world))
        assert refusal.value.params == {"reason": "higher"}
    session.rollback()
    assert half_of(session, world).paid_cents == 50_000
    assert len(ledger.all_entries(session, number(world.partnership))) == (5 if fits else 3)
    check_books(session, world.partnership)


@pytest.mark.parametrize(
    ("name", "involved", "refused"),
    [
        ("vvsg_staff", {}, None),
        ("vvsg_staff", {"claimant": "vvsg_staff"}, CannotCorrect),
        ("vvsg_staff", {"beneficiary": "vvsg_staff"}, CannotCorrect),
        ("gamma_coordinator", {}, CannotCorrect),
        ("gamma_coordinator", {"claimant": "karongi_participant"}, NotAllowed),
        ("karongi_coordinator", {}, NotAllowed),
        ("auditor", {}, NotAllowed),
        ("ralga_staff", {}, NotAllowed),
        ("outsider", {}, NotAllowed),
    ],
)
def test_only_staff_who_had_no_part_in_it_correct_a_payment(
    session: Session, world: World, name: str, involved: dict[str, str], refused: type[DomainError] | None
) -> None:
    half = half_of(session, world)
    with transaction(session):
        wrong = claimed(session, world, **involved)
    if refused is None:
        correct(session, half, wrong, None, **who(session, world, name))
    else:
        with pytest.raises(refused):
            correct(session, half, wrong, None, **who(session, world, name))
        session.rollback()
    assert half_of(session, world).paid_cents == (50_000 if refused else 0)


@pytest.mark.parametrize(("name", "may"), [("gamma_coordinator", True), ("karongi_coordinator", False)])
def test_coordinators_correct_commitments_and_releases_of_their_half(
    session: Session, world: World, name: str, may: bool
) -> None:
    half = half_of(session, world)
    facts: dict[str, Any] = {"day": DAY, "description": ""}
    with transaction(session):
        wrong = budget.commit_money(session, spending(half), **who(session, world))
        released = budget.release(
            session, half.allotment_id, wrong, amount_cents=20_000, **facts, **who(session, world)
        )
    again = spending(half, 30_000, replaces_id=released, reason="Wrong")
    if not may:
        with pytest.raises(NotAllowed):
            correct(session, half, released, again, **who(session, world, name))
        return
    with pytest.raises(CannotCorrect) as refusal:
        correct(session, half, wrong, None, **who(session, world, name))
    assert refusal.value.params == {"reason": "used"}
    session.rollback()
    correct(session, half, released, again, **who(session, world, name))
    assert half_of(session, world).committed_cents == 20_000
    with pytest.raises(CannotCorrect) as refusal:
        correct(session, half, released, None, **who(session, world, name))
    assert refusal.value.params == {"reason": "corrected"}
    session.rollback()
    check_books(session, world.partnership)


def test_nothing_is_taken_back_before_it_was(session: Session, world: World) -> None:
    half = half_of(session, world)
    with transaction(session):
        wrong = budget.commit_money(session, spending(half, day=DAY), **who(session, world))
    facts: dict[str, Any] = {"reason": "Wrong", **who(session, world)}
    with pytest.raises(CannotCorrect) as refusal, transaction(session):
        take_back(session, half.allotment_id, wrong, day=DAY - timedelta(days=1), **facts)
    assert refusal.value.params == {"reason": "early"}
    with transaction(session):
        take_back(session, half.allotment_id, wrong, day=DAY, **facts)
    check_books(session, world.partnership)


def test_nothing_stands_in_the_place_of_what_was_not_taken_back_or_was_replaced(session: Session, world: World) -> None:
    half = half_of(session, world)
    with transaction(session):
        wrong = claimed(session, world)
    new = spending(half, 10_000, replaces_id=wrong, reason="Wrong")
    for reason in ("kind", "corrected"):
        with pytest.raises(CannotCorrect) as refusal, transaction(session):
            put_in_place(session, new, **who(session, world))
        assert refusal.value.params == {"reason": reason}
        session.rollback()
        if reason == "kind":
            correct(session, half, wrong, new, **who(session, world))


def test_a_correction_of_a_closed_year_is_dated_in_an_open_one_and_says_so(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    half = half_of(session, world)
    with transaction(session):
        claimed(session, world)
        session.add(ClosedYear(partnership_id=number(world.partnership), year=2026, closed_at=NOW))
    with pytest.raises(YearClosed), transaction(session):
        budget.commit_money(session, spending(half), **who(session, world))
    client = as_person("vvsg_staff")
    page = pages.get(client, f"{PATH}/entries/flemish-2/correction")
    assert "The year 2026 is closed" in page.text()
    refused = client.post(f"{PATH}/entries/flemish-2/correction", data=FORM)
    assert (refused.status_code, 'href="#day"' in refused.text) == (422, True)
    refused = client.post(f"{PATH}/entries/flemish-2/correction", data=FORM | {"day": "2027-01-05"})
    assert (refused.status_code, 'href="#new_day"' in refused.text) == (422, True)
    dated = {"day": "2027-01-05", "new_day": "2027-01-05"}
    assert client.post(f"{PATH}/entries/flemish-2/correction", data=FORM | dated).status_code == 303
    assert "The correction counts in 2027, not in 2026." in pages.get(client, f"{PATH}/entries/flemish-2").text()
    check_books(session, world.partnership)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"outcome": ""}, "outcome"),
        ({"amount": ""}, "amount"),
        ({"amount": "a lot"}, "amount"),
        ({"amount": "500,01"}, "amount"),
        ({"amount_currency": "USD"}, "rate"),
        ({"category": ""}, "category"),
        ({"description": ""}, "description"),
        ({"new_day": ""}, "new_day"),
        ({"new_day": "2025-12-31"}, "new_day"),
        ({"day": "2028-01-01"}, "day"),
        ({"day": "yesterday"}, "day"),
        ({"day": "2026-11-19"}, "day"),
        ({"session": "999"}, "session"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_booked(
    as_person: Callable[[str], TestClient], session: Session, world: World, changes: dict[str, str], field: str
) -> None:
    with transaction(session):
        claimed(session, world)
    answer = as_person("vvsg_staff").post(f"{PATH}/entries/flemish-2/correction", data=FORM | changes)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert f'href="#{field}"' in answer.text
    assert changes.get("description", "Hotel") in answer.text
    session.rollback()
    assert len(ledger.all_entries(session, number(world.partnership))) == 3


@pytest.mark.parametrize("locale", LOCALES)
def test_all_three_are_shown_together_in_words(
    as_person: Callable[[str], TestClient], session: Session, world: World, locale: str
) -> None:
    with transaction(session):
        claimed(session, world)
        paid = spending(half_of(session, world, Side.PARTNER), 85_000, currency=Currency.RWF, rate=RATE)
        budget.pay(session, paid, **who(session, world))
    client = as_person("vvsg_staff")
    answers = [client.post(f"{PATH}/entries/flemish-2/correction", data=FORM) for _twice in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [
        (303, answers[0].headers["location"])
    ] * 2
    client.cookies.set("lang", locale)
    listed = pages.get(client, answers[0].headers["location"])
    shown = [pages.get(client, f"{PATH}/entries/flemish-{one}") for one in (1, 2, 3, 4)]
    francs = pages.get(client, f"{PATH}/entries/partner-2").text().replace("\u202f", " ").replace("\u00a0", " ")
    assert "National Bank of Rwanda" in francs
    if locale == "en":
        text = listed.text().replace("\u00a0", " ").replace(" ;", ";")
        assert (
            text.count("Corrected: no. 2, Payment, €500; taken back by: no. 3, Correction, €500; in its place: no. 4")
            == 3
        )
        assert "This entry was wrong and is taken back." in text
        assert "The entry is corrected" in text
        assert "RWF 85,000" in francs
        assert all("Claim 1: Journey" in page.text() for page in shown[1:])
        assert "Opening of this half" in shown[0].text()
    assert listed.html.count("<del>") >= 4
    assert all(f"{PATH}/entries/flemish-2" in page.html for page in shown[2:])
    session.rollback()
    assert len(ledger.all_entries(session, number(world.partnership))) == 6
    check_books(session, world.partnership)


@pytest.mark.parametrize(
    ("name", "key", "status"),
    [
        ("vvsg_staff", "flemish-2", 200),
        ("gamma_coordinator", "flemish-2", 403),
        ("gamma_coordinator", "flemish-3", 200),
        ("karongi_coordinator", "flemish-3", 403),
        ("karongi_participant", "flemish-3", 403),
        ("auditor", "flemish-2", 403),
        ("nikki_coordinator", "flemish-2", 404),
        ("outsider", "flemish-2", 404),
        ("vvsg_staff", "flemish-1", 404),
        ("vvsg_staff", "flemish-99", 404),
        ("vvsg_staff", "north-2", 404),
        ("vvsg_staff", "x", 404),
    ],
)
def test_who_opens_the_page_of_a_correction(
    as_person: Callable[[str], TestClient], session: Session, world: World, name: str, key: str, status: int
) -> None:
    with transaction(session):
        claimed(session, world)
        budget.commit_money(session, spending(half_of(session, world)), **who(session, world))
    client = as_person(name)
    assert client.get(f"{PATH}/entries/{key}/correction").status_code == status
    assert client.post(f"{PATH}/entries/{key}/correction", data=FORM).status_code == (303 if status == 200 else status)
    seen = 404 if name in ("nikki_coordinator", "outsider") or key in ("flemish-99", "north-2", "x") else 200
    assert client.get(f"{PATH}/entries/{key}").status_code == seen
