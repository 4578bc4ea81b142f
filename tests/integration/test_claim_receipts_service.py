"""Receipts on both engines: kept as they were sent, noticed twice, removed with what they belong to, and in time."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import NotAllowed
from app.domain.claims import ClaimChanged, ClaimLocked
from app.domain.codes import ClaimState, Side
from app.domain.receipts import MAX_FILES, ReceiptUnknown, TooManyReceipts
from app.domain.retention import receipts_removed_on
from app.models import Claim, ClaimLine, Event, Receipt, StoredFile
from app.models.database import transaction
from app.queries.claim_receipts import twins_of
from app.queries.claims import claim_of
from app.queries.event_chain import broken_entries
from app.queries.looks import looks_at_person
from app.queries.personal_data import personal_data
from app.services import claim_receipts, claim_retention, claims
from app.services.claim_receipts import keep_receipt, look_at
from app.services.looks import note
from app.services.removal import remove as remove_person
from tests.factories import NOW, number
from tests.integration.budget_kit import open_halves
from tests.integration.claim_kit import SLUG, TRAIN, actor, approve, half, read, sent, started, submit, without_receipts
from tests.integration.receipt_kit import kept, laid, stored
from tests.personas import World, build_world
from tests.sample_files import pdf, photo

PHOTO = photo()
AFTER = datetime(2036, 1, 1, 9, tzinfo=UTC)


@pytest.fixture
def session(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def world(session: Session) -> World:
    made = build_world(session)
    with transaction(session):
        open_halves(session, made.partnership)
    without_receipts(session, made.programme)
    return made


def test_a_receipt_is_kept_as_it_was_sent_with_a_small_picture(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER))
    added = laid(session, claim, by, "Bus.JPG", PHOTO)
    assert added.twins == ()
    assert kept(session) == [("Bus.JPG", PHOTO)]
    assert stored(session) == ["Bus.JPG", "thumbnail.webp"]
    (receipt,) = read(session, claim.id).lines[0].receipts
    assert (receipt.sha256, receipt.size) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    assert receipt.thumbnail_id is not None
    laid(session, claim, by, "ticket.pdf", pdf())
    assert stored(session) == ["Bus.JPG", "thumbnail.webp", "ticket.pdf"]


def test_the_same_file_is_noticed_and_not_refused(session: Session, world: World) -> None:
    by, other = actor(session, world.karongi_participant), actor(session, world.gamma_coordinator)
    on = half(session, world.partnership, Side.PARTNER)
    claim = started(session, by, on, TRAIN, TRAIN)
    first = laid(session, claim, by, "Bus.jpg", PHOTO)
    second = laid(session, claim, by, "Again.jpg", PHOTO, line=1)
    assert [one.receipt_id for one in second.twins] == [first.id]
    foreign = started(session, other, half(session, world.partnership, Side.FLEMISH))
    third = laid(session, foreign, other, "Bus.jpg", PHOTO)
    assert [one.claim_id for one in third.twins] == [claim.id, claim.id]
    found = twins_of(session, by, claim.id)
    assert [(one.is_here, one.position, one.number) for one in found[first.id]] == [
        (True, 2, None),
        (False, None, None),
    ]
    seen_by_other = twins_of(session, other, foreign.id)[third.id]
    assert [(one.number, one.slug, one.day) for one in seen_by_other] == [(None, None, None)] * 2
    submit(session, read(session, claim.id), by)
    session.rollback()
    staff = twins_of(session, actor(session, world.vvsg_staff), foreign.id)[third.id]
    assert [(one.number, one.slug, one.day, one.state) for one in staff] == [
        (claim.number, SLUG, NOW, ClaimState.SUBMITTED)
    ] * 2


def test_the_same_form_sent_twice_adds_once(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER))
    ready = look_at("Bus.jpg", PHOTO)
    numbers = []
    for _ in range(2):
        with transaction(session):
            made = keep_receipt(session, claim.id, claim.lines[0].id, ready, page_key="page-one", actor=by, now=NOW)
        numbers.append(made.id)
    assert numbers[0] == numbers[1]
    assert len(kept(session)) == 1
    with transaction(session):
        assert claim_receipts.remove(session, claim.id, numbers[0], actor=by, now=NOW)
        assert not claim_receipts.remove(session, claim.id, numbers[0], actor=by, now=NOW)
    assert stored(session) == []
    with transaction(session):
        keep_receipt(session, claim.id, claim.lines[0].id, ready, page_key="page-one", actor=by, now=NOW)
    assert len(kept(session)) == 1


def test_only_the_claimant_and_only_before_it_is_sent(session: Session, world: World) -> None:
    by, staff = actor(session, world.karongi_participant), actor(session, world.vvsg_staff)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER))
    made = laid(session, claim, by, "Bus.jpg", PHOTO)
    with pytest.raises(NotAllowed):
        laid(session, claim, staff, "Mine.jpg", PHOTO)
    with pytest.raises(ClaimChanged):
        submit(session, claim, by)
    claim = submit(session, read(session, claim.id), by)
    for refused in (
        lambda: laid(session, claim, by, "Late.jpg", PHOTO),
        lambda: claim_receipts.remove(session, claim.id, made.id, actor=by, now=NOW),
        lambda: claim_receipts.remove_of_line(session, claim.id, claim.lines[0].id, actor=by, now=NOW),
    ):
        with pytest.raises(ClaimLocked):
            refused()
        session.rollback()
    with transaction(session):
        claims.give_back(session, claim.id, "Which bus?", version=claim.version, actor=staff, now=NOW)
    laid(session, claim, by, "Other.pdf", pdf())
    assert [name for name, _ in kept(session)] == ["Bus.jpg", "Other.pdf"]


def test_a_line_has_ten_receipts_at_most_however_many_are_sent_at_once(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER))
    engine = session.get_bind()

    def add(which: int) -> bool:
        with Session(engine, info={"base_url": ""}) as own:
            try:
                laid(own, claim, by, f"{which}.pdf", pdf(str(which)))
            except TooManyReceipts:
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(add, range(MAX_FILES + 4))) == MAX_FILES
    assert len(kept(session)) == MAX_FILES


def test_a_receipt_may_be_there_before_its_line(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER))
    with transaction(session):
        claim_receipts.add(session, claim.id, None, "Bus.jpg", PHOTO, actor=by, now=NOW)
    assert [one.line_id for one in read(session, claim.id).receipts] == [None]
    with transaction(session):
        assert claim_receipts.lay_at(session, claim.id, claim.lines[0].id, actor=by) == 1
        assert claim_receipts.lay_at(session, claim.id, claim.lines[0].id, actor=by) == 0
    assert [one.line_id for one in read(session, claim.id).receipts] == [claim.lines[0].id]
    other = started(session, by, half(session, world.partnership, Side.PARTNER))
    with pytest.raises(ReceiptUnknown), transaction(session):
        claim_receipts.add(session, claim.id, other.lines[0].id, "Bus.jpg", PHOTO, actor=by, now=NOW)


def test_the_receipts_of_a_line_go_with_it(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER), TRAIN, TRAIN)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    laid(session, claim, by, "Stays.pdf", pdf(), line=1)
    with transaction(session):
        assert claim_receipts.remove_of_line(session, claim.id, claim.lines[0].id, actor=by, now=NOW) == 1
    assert stored(session) == ["Stays.pdf"]
    with transaction(session):
        claims.remove_line(session, claim.id, claim.lines[1].id, actor=by, now=NOW)
    assert stored(session) == []


def test_files_go_after_the_years_of_the_rule_and_hashes_stay(session: Session, world: World) -> None:
    by, staff = actor(session, world.karongi_participant), actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.PARTNER)
    claim = started(session, by, on)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    approve(session, submit(session, read(session, claim.id), by), staff)
    ends_on = read(session, claim.id).ends_on
    due = datetime.combine(receipts_removed_on(ends_on, 7), NOW.timetz())
    assert (due.year, due.month, due.day) == (ends_on.year + 8, 1, 1)
    assert claim_retention.remove_files_due(session, due - timedelta(days=1)) == 0
    assert kept(session) == [("Bus.jpg", PHOTO)]
    assert claim_retention.remove_files_due(session, due) == 1
    assert claim_retention.remove_files_due(session, due) == 0
    assert kept(session) == [("Bus.jpg", b"")]
    assert stored(session) == ["Bus.jpg"]
    (receipt,) = read(session, claim.id).receipts
    assert (receipt.sha256, receipt.size) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    assert session.execute(sa.select(col(Receipt.removed_at))).scalar_one() == due
    assert list(broken_entries(session)) == []


def test_claims_that_led_to_nothing_are_emptied_in_time(session: Session, world: World) -> None:
    by, staff = actor(session, world.karongi_participant), actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.PARTNER)
    paid = sent(session, by, on)
    approve(session, paid, staff)
    draft, refused, waiting = started(session, by, on), sent(session, by, on), sent(session, by, on)
    laid(session, draft, by, "Secret bus.jpg", PHOTO)
    with transaction(session):
        claims.refuse(session, refused.id, "A secret", version=refused.version, actor=staff, now=NOW)
    due = NOW + timedelta(days=370)
    assert claim_retention.empty_due(session, NOW + timedelta(days=360)) == 0
    assert claim_retention.empty_due(session, due) == 2
    assert claim_retention.empty_due(session, due) == 0
    session.rollback()
    rows = session.scalars(sa.select(Claim).order_by(col(Claim.id))).all()
    assert [(one.id, one.emptied_at is not None) for one in rows] == [
        (paid.id, False),
        (draft.id, True),
        (refused.id, True),
        (waiting.id, False),
    ]
    assert [(one.title, one.decision_reason) for one in rows[1:3]] == [("", ""), ("", "…")]
    assert session.scalars(sa.select(col(ClaimLine.claim_id)).order_by(col(ClaimLine.id))).all() == [
        paid.id,
        waiting.id,
    ]
    assert stored(session) == []
    words = [str(one.details) for one in session.scalars(sa.select(Event))]
    assert not [one for one in words if "Secret" in one or "A secret" in one]
    assert list(broken_entries(session)) == []
    assert claim_of(session, by, SLUG, draft.number) is None


def test_a_draft_that_somebody_still_writes_is_kept(session: Session, world: World) -> None:
    by = actor(session, world.karongi_participant)
    draft = started(session, by, half(session, world.partnership, Side.PARTNER))
    later = NOW + timedelta(days=300)
    laid(session, draft, by, "Bus.jpg", PHOTO, now=later)
    assert claim_retention.empty_due(session, NOW + timedelta(days=400)) == 0
    assert claim_retention.empty_due(session, later + timedelta(days=370)) == 1


def test_who_goes_leaves_what_was_paid_and_takes_drafts_along(session: Session, world: World) -> None:
    by, staff = actor(session, world.karongi_participant), actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.PARTNER)
    name = world.karongi_participant.name
    paid = started(session, by, on, replace(TRAIN, description=f"Bus of {name}"))
    laid(session, paid, by, f"Bus {name}.jpg", PHOTO)
    paid = submit(session, read(session, paid.id), by)
    draft = started(session, by, on)
    laid(session, draft, by, "Draft.pdf", pdf())
    with transaction(session):
        remove_person(session, staff, number(world.karongi_participant), reason="", now=NOW)
    assert kept(session) == [("Bus ….jpg", PHOTO)]
    assert read(session, paid.id).lines[0].description == "Bus of …"
    assert claim_of(session, staff, SLUG, paid.number) is not None
    session.rollback()
    assert session.get_one(Claim, draft.id).emptied_at == NOW
    assert name not in str(session.scalars(sa.select(col(StoredFile.name))).all())


def test_a_person_takes_own_claims_along_and_sees_who_looked(session: Session, world: World) -> None:
    by, staff = actor(session, world.karongi_participant), actor(session, world.vvsg_staff)
    claim = started(session, by, half(session, world.partnership, Side.PARTNER), beneficiary_id=by.person_id)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    submit(session, read(session, claim.id), by)
    note(session, staff, "receipt.looked_at", ("claim", claim.id), now=NOW)
    found = personal_data(session, by.person_id or 0, now=NOW)["claims"]
    assert isinstance(found, list)
    assert [(one["title"], one["filled_in_by_you"], one["paid_to_you"]) for one in found] == [
        ("Journey to Brussels", True, True)
    ]
    assert [line["amount_cents"] for line in found[0]["lines"]] == [4_250]
    assert [one["sha256"] for one in found[0]["receipts"]] == [hashlib.sha256(PHOTO).hexdigest()]
    looks = [(one.verb, one.about) for one in looks_at_person(session, by.person_id or 0)]
    assert looks == [("receipt.looked_at", "Journey to Brussels")]
    assert personal_data(session, staff.person_id or 0, now=NOW)["claims"] == []
