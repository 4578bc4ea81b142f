import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor, NotAllowed
from app.domain.budget import AllotmentExceeded, SessionElsewhere, UnknownCommitment
from app.domain.claims import (
    ApproverTier,
    ClaimChanged,
    ClaimEmpty,
    ClaimExceeded,
    ClaimLocked,
    ClaimReasonMissing,
    NewLine,
    NotApprover,
    OwnClaim,
    PaidOutTooEarly,
    UnableToMoveClaim,
    UnknownBeneficiary,
)
from app.domain.codes import Category, ClaimState, Currency, Role, Side
from app.domain.cost_hints import CostRefused
from app.domain.errors import DomainError
from app.domain.money import AmountIsZero, Rate, RateNeeded
from app.models import Claim, ClaimEntry, Membership
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.claim_access import approvers_of
from app.queries.claims import claim_of, claims_in, claims_to_decide, own_open_claims
from app.services import budget, claim_reminders, claims
from app.services.budget import Spending
from app.services.claim_lines import Heading
from app.services.visits import NoLongerThere
from tests import factories
from tests.factories import NOW, number
from tests.integration.budget_kit import check_books, open_halves
from tests.integration.claim_kit import (
    DAY,
    SLUG,
    TRAIN,
    actor,
    approve,
    half,
    mails,
    read,
    sent,
    started,
    submit,
    without_receipts,
)
from tests.personas import World, build_world

RWANDAN = NewLine(
    Category.STAY, "Hotel in Kigali", DAY, Currency.RWF, 90_000, Rate(Decimal("1650.5"), "National bank", DAY)
)


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def both_world(both: Session) -> World:
    made = build_world(both)
    with transaction(both):
        open_halves(both, made.partnership)
    without_receipts(both, made.programme)
    return made


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    without_receipts(session, world.programme)
    return world


def test_a_claim_from_draft_to_paid_out_on_both_engines(both: Session, both_world: World) -> None:
    participant, staff = actor(both, both_world.karongi_participant), actor(both, both_world.vvsg_staff)
    on = half(both, both_world.partnership, Side.PARTNER)
    claim = sent(both, participant, on, TRAIN, RWANDAN, beneficiary_id=participant.person_id)
    assert (claim.state, claim.number, claim.total_cents) == (ClaimState.SUBMITTED, 1, 4_250 + 5_453)
    assert mails(both) == [("claim_submitted", both_world.vvsg_staff.email)]
    entries = approve(both, claim, staff)
    claim = read(both, claim.id)
    assert (claim.state, claim.decided_by) == (ClaimState.APPROVED, staff.person_id)
    assert [line.entry_id for line in claim.lines] == entries
    booked = [ledger.entry(both, claim.partnership_id, one) for one in entries]
    assert [(one.amount_cents, one.rate, one.rate_source, one.category) for one in booked if one] == [
        (4_250, "1", "", Category.TRAVEL),
        (5_453, "1650.5", "National bank", Category.STAY),
    ]
    assert half(both, both_world.partnership, Side.PARTNER).paid_cents == 9_703
    with transaction(both):
        claims.mark_paid_out(both, claim.id, NOW.date(), actor=staff, now=NOW)
    assert read(both, claim.id).paid_out_on == NOW.date()
    assert mails(both)[1:] == [
        ("claim_approved", both_world.karongi_participant.email),
        ("claim_paid_out", both_world.karongi_participant.email),
    ]
    check_books(both, both_world.partnership)


def test_what_is_missing_is_refused_before_it_is_sent(session: Session, world: World) -> None:
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    with transaction(session):
        empty = claims.start(session, on.allotment_id, Heading("Nothing yet"), actor=by, now=NOW)
    with pytest.raises(ClaimEmpty):
        submit(session, read(session, empty), by)
    outside = started(session, by, on, replace(TRAIN, spent_on=date(2031, 1, 1)))
    with pytest.raises(CostRefused):
        submit(session, outside, by)
    with transaction(session):
        programme = session.get_one(type(world.programme), number(world.programme))
        programme.rules = {name: value for name, value in programme.rules.items() if name != "budget"}
    bare = started(session, by, on)
    with pytest.raises(CostRefused) as refused:
        submit(session, bare, by)
    assert refused.value.params["reason"] == "receipt"
    allowance = started(session, by, on, replace(TRAIN, per_diem={"days": []}))
    assert submit(session, allowance, by).state is ClaimState.SUBMITTED


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (replace(RWANDAN, rate=None), RateNeeded),
        (replace(RWANDAN, amount_minor=1), AmountIsZero),
        (replace(TRAIN, commitment_id=999_999), UnknownCommitment),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(
    session: Session, world: World, line: NewLine, refusal: type[DomainError]
) -> None:
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    with pytest.raises(refusal):
        started(session, by, on, line)
    session.rollback()


def test_the_beneficiary_is_of_the_side_and_the_session_of_the_partnership(session: Session, world: World) -> None:
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    with pytest.raises(UnknownBeneficiary):
        started(session, by, on, beneficiary_id=number(world.karongi_coordinator))
    session.rollback()
    with transaction(session):
        elsewhere = factories.agenda_session(session, world.programme)
    with pytest.raises(SessionElsewhere):
        started(session, by, on, session_id=number(elsewhere))


def test_only_people_of_the_side_and_staff_claim_on_a_half(session: Session, world: World) -> None:
    on = half(session, world.partnership, Side.FLEMISH)
    for person in (
        world.karongi_coordinator,
        world.nikki_coordinator,
        world.auditor,
        world.ralga_staff,
        world.outsider,
    ):
        with pytest.raises(NotAllowed):
            started(session, actor(session, person), on)
        session.rollback()
    assert started(session, actor(session, world.vvsg_staff), on).number == 1


def test_after_it_was_sent_nothing_changes_until_it_is_returned(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    claim = sent(session, by, half(session, world.partnership, Side.FLEMISH))
    line = claim.lines[0]
    changes = (
        lambda: claims.add_line(session, claim.id, TRAIN, actor=by, now=NOW),
        lambda: claims.change_line(session, claim.id, line.id, TRAIN, stamp=line.stamp, actor=by, now=NOW),
        lambda: claims.remove_line(session, claim.id, line.id, actor=by, now=NOW),
        lambda: claims.change(session, claim.id, Heading("Other"), stamp=claim.stamp, actor=by, now=NOW),
    )
    for change in changes:
        with pytest.raises(ClaimLocked), transaction(session):
            change()
    with transaction(session):
        claims.give_back(session, claim.id, "Which train?", version=claim.version, actor=staff, now=NOW)
    returned = read(session, claim.id)
    assert (returned.state, returned.decision_reason) == (ClaimState.RETURNED, "Which train?")
    with transaction(session):
        claims.change_line(
            session, claim.id, line.id, replace(TRAIN, description="Train of 9.07"), stamp=line.stamp, actor=by, now=NOW
        )
    again = submit(session, read(session, claim.id), by)
    assert (again.state, again.lines[0].description) == (ClaimState.SUBMITTED, "Train of 9.07")
    assert [kind for kind, _to in mails(session)] == ["claim_submitted", "claim_returned", "claim_submitted"]


def test_two_tabs_lose_nothing(session: Session, world: World) -> None:
    by = actor(session, world.gamma_coordinator)
    claim = started(session, by, half(session, world.partnership, Side.FLEMISH))
    line = claim.lines[0]
    with transaction(session):
        changed = replace(TRAIN, amount_minor=5_000)
        claims.change_line(session, claim.id, line.id, changed, stamp=line.stamp, actor=by, now=NOW)
    with pytest.raises(ClaimChanged), transaction(session):
        claims.change_line(session, claim.id, line.id, TRAIN, stamp=line.stamp, actor=by, now=NOW)
    with pytest.raises(ClaimChanged):
        submit(session, claim, by)
    with transaction(session):
        claims.change(session, claim.id, Heading("Other title"), stamp=claim.stamp, actor=by, now=NOW)
    with pytest.raises(ClaimChanged), transaction(session):
        claims.change(session, claim.id, Heading("Third title"), stamp=claim.stamp, actor=by, now=NOW)
    with transaction(session):
        claims.remove_line(session, claim.id, line.id, actor=by, now=NOW)
    with pytest.raises(NoLongerThere), transaction(session):
        claims.remove_line(session, claim.id, line.id, actor=by, now=NOW)


def test_an_approver_decides_over_the_version_that_was_read(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    seen = sent(session, by, half(session, world.partnership, Side.FLEMISH))
    with transaction(session):
        claims.give_back(session, seen.id, "More, please", version=seen.version, actor=staff, now=NOW)
    submit(session, read(session, seen.id), by)
    with pytest.raises(ClaimChanged):
        approve(session, seen, staff)
    assert half(session, world.partnership, Side.FLEMISH).paid_cents == 0


def everybody(world: World) -> list[SQLModel]:
    return [value for value in vars(world).values() if type(value).__name__ == "Person"]


def test_nobody_but_an_approver_who_is_not_involved_approves(session: Session, world: World) -> None:
    staff = actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.FLEMISH)
    claim = sent(session, actor(session, world.gamma_coordinator), on)
    for person in everybody(world):
        if person is world.vvsg_staff:
            continue
        with pytest.raises((OwnClaim, NotApprover)):
            approve(session, claim, actor(session, person))
        session.rollback()
    assert half(session, world.partnership, Side.FLEMISH).paid_cents == 0
    approve(session, claim, staff)
    with pytest.raises(UnableToMoveClaim):
        approve(session, read(session, claim.id), staff)


def test_a_claim_of_staff_goes_to_the_other_side_and_then_to_the_association(session: Session, world: World) -> None:
    staff, karongi = actor(session, world.vvsg_staff), actor(session, world.karongi_coordinator)
    claim = sent(session, staff, half(session, world.partnership, Side.FLEMISH))
    with pytest.raises(OwnClaim):
        approve(session, claim, staff)
    assert approvers_of(session, claim.id, claim.involved).tier is ApproverTier.OTHER_SIDE
    assert claim_of(session, karongi, SLUG, claim.number) is not None
    assert [row.id for row in claims_to_decide(session, karongi)] == [claim.id]
    session.rollback()
    with transaction(session):
        session.execute(sa.delete(Membership).where(col(Membership.person_id) == number(world.karongi_coordinator)))
    ralga = actor(session, world.ralga_staff)
    assert approvers_of(session, claim.id, claim.involved).tier is ApproverTier.ASSOCIATION
    assert [row.id for row in claims_to_decide(session, ralga)] == [claim.id]
    approve(session, claim, ralga)
    with transaction(session):
        session.execute(sa.delete(Membership).where(col(Membership.role) == Role.ASSOCIATION))
    stuck = sent(session, staff, half(session, world.partnership, Side.FLEMISH))
    assert approvers_of(session, stuck.id, stuck.involved).people == ()


def test_a_member_of_the_team_who_belongs_to_the_side_does_not_decide(session: Session, world: World) -> None:
    (government,) = actor(session, world.karongi_coordinator).coordinates
    session.rollback()
    with transaction(session):
        session.add(
            Membership(person_id=number(world.vvsg_staff), role=Role.PARTICIPANT, local_government_id=government)
        )
    staff, gamma = actor(session, world.vvsg_staff), actor(session, world.gamma_coordinator)
    own = sent(session, actor(session, world.karongi_participant), half(session, world.partnership, Side.PARTNER))
    with pytest.raises(NotApprover):
        approve(session, own, staff)
    session.rollback()
    assert claims_to_decide(session, staff) == []
    assert approvers_of(session, own.id, own.involved).tier is ApproverTier.OTHER_SIDE
    approve(session, own, gamma)
    other = sent(session, gamma, half(session, world.partnership, Side.FLEMISH))
    approve(session, other, staff)


def test_the_query_and_the_domain_name_the_same_approvers(session: Session, world: World) -> None:
    with transaction(session):
        second = factories.member(session, Role.STAFF, name="Second officer")
    on = half(session, world.partnership, Side.PARTNER)
    made = [
        sent(session, actor(session, world.karongi_participant), on, beneficiary_id=number(world.karongi_coordinator)),
        sent(session, actor(session, world.vvsg_staff), on),
        sent(session, actor(session, second), on),
    ]
    for claim, person in itertools.product(made, [*everybody(world), second]):
        who = actor(session, person)
        decides = claim.id in {row.id for row in claims_to_decide(session, who)}
        assert decides == approvers_of(session, claim.id, claim.involved).include(who), (claim.number, who.name)
        session.rollback()


def test_the_database_itself_refuses_an_approval_by_one_who_is_involved(both: Session, both_world: World) -> None:
    by = actor(both, both_world.gamma_coordinator)
    claim = sent(both, by, half(both, both_world.partnership, Side.FLEMISH))
    approved = sa.update(Claim).where(col(Claim.id) == claim.id).values(state="approved", decided_by=by.person_id)
    with pytest.raises(IntegrityError, match="ck_claim_two_people"), transaction(both):
        both.execute(approved)


def test_who_sees_a_claim(session: Session, world: World) -> None:
    participant = actor(session, world.karongi_participant)
    on = half(session, world.partnership, Side.PARTNER)
    draft = started(session, participant, on)

    def readers(claim_number: int) -> set[str]:
        session.rollback()
        people = [actor(session, person) for person in everybody(world)]
        return {one.name for one in people if claim_of(session, one, SLUG, claim_number) is not None}

    assert readers(draft.number) == {"Participant of Karongi"}
    assert [row.id for row in own_open_claims(session, participant)] == [draft.id]
    submit(session, draft, participant)
    after = {"Participant of Karongi", "Coordinator of Karongi", "Programme officer", "Officer of RALGA", "Auditor"}
    assert readers(draft.number) == after
    listed = claims_in(session, actor(session, world.gamma_coordinator))
    assert list(listed.rows) == []


def test_a_claim_that_does_not_fit_books_nothing_and_says_what_would(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.FLEMISH)
    large = replace(TRAIN, amount_minor=on.available_cents - 1_000)
    claim = sent(session, by, on, large, TRAIN)
    with pytest.raises(ClaimExceeded) as refused:
        approve(session, claim, staff)
    assert refused.value.params == {"over_cents": 3_250, "available_cents": on.available_cents, "reason": ""}
    session.rollback()
    assert half(session, world.partnership, Side.FLEMISH) == on
    assert session.execute(sa.select(sa.func.count()).select_from(ClaimEntry)).scalar() == 0
    assert read(session, claim.id).state is ClaimState.SUBMITTED


def test_an_approval_uses_up_the_commitment(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    on = half(session, world.partnership, Side.FLEMISH)
    spending = Spending(on.allotment_id, on.available_cents, Currency.EUR, Category.TRAVEL, DAY, "All of it")
    with transaction(session):
        aside = budget.commit_money(session, spending, actor=staff, now=NOW)
    claim = sent(session, by, on, replace(TRAIN, commitment_id=aside))
    approve(session, claim, staff)
    after = half(session, world.partnership, Side.FLEMISH)
    assert (after.paid_cents, after.committed_cents) == (4_250, on.available_cents - 4_250)
    check_books(session, world.partnership)


def test_a_return_and_a_refusal_need_words_and_a_withdrawn_claim_is_over(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    claim = sent(session, by, half(session, world.partnership, Side.FLEMISH))
    for deed in (claims.give_back, claims.refuse):
        with pytest.raises(ClaimReasonMissing), transaction(session):
            deed(session, claim.id, "  ", version=claim.version, actor=staff, now=NOW)
    with pytest.raises(NotAllowed), transaction(session):
        claims.withdraw(session, claim.id, actor=staff, now=NOW)
    with transaction(session):
        claims.withdraw(session, claim.id, actor=by, now=NOW)
    with pytest.raises(UnableToMoveClaim):
        approve(session, read(session, claim.id), staff)


def test_money_is_paid_out_once_approved_and_not_by_who_gets_it(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    claim = sent(session, by, half(session, world.partnership, Side.FLEMISH), beneficiary_id=by.person_id)
    with pytest.raises(NotAllowed), transaction(session):
        claims.mark_paid_out(session, claim.id, NOW.date(), actor=staff, now=NOW)
    approve(session, claim, staff)
    with pytest.raises(NotAllowed), transaction(session):
        claims.mark_paid_out(session, claim.id, NOW.date(), actor=by, now=NOW)
    with pytest.raises(PaidOutTooEarly), transaction(session):
        claims.mark_paid_out(session, claim.id, NOW.date() + timedelta(days=1), actor=staff, now=NOW)


def test_approvers_are_reminded_after_some_days_and_again(session: Session, world: World) -> None:
    by, staff = actor(session, world.gamma_coordinator), actor(session, world.vvsg_staff)
    claim = sent(session, by, half(session, world.partnership, Side.FLEMISH))
    run = [claim_reminders.remind(session, NOW + timedelta(days=days)) for days in (4, 5, 5, 9, 10, 11)]
    assert run == [0, 1, 0, 0, 1, 0]
    assert [one for one in mails(session) if one[0] == "claim_reminder"] == [
        ("claim_reminder", world.vvsg_staff.email)
    ] * 2
    approve(session, read(session, claim.id), staff)
    assert claim_reminders.remind(session, NOW + timedelta(days=30)) == 0


def together(engine: sa.Engine, *deeds: object) -> list[object]:
    """Do all at the same moment, each with its own connection; give what each gave or was refused with."""
    start = Barrier(len(deeds))

    def run(deed: object) -> object:
        with Session(engine, info={"base_url": "http://testserver"}) as session:
            session.connection()
            start.wait(timeout=30)
            try:
                with transaction(session):
                    return deed(session)  # type: ignore[operator]
            except DomainError as refusal:
                return type(refusal)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_approvals_at_the_same_moment_one_counts(
    both: Session, both_engines: sa.Engine, both_world: World
) -> None:
    with transaction(both):
        second = factories.member(both, Role.STAFF, name="Second officer")
    claim = sent(both, actor(both, both_world.gamma_coordinator), half(both, both_world.partnership, Side.FLEMISH))
    people = [actor(both, both_world.vvsg_staff), actor(both, second)]

    def deed(who: Actor) -> object:
        return lambda session: claims.approve(session, claim.id, version=claim.version, actor=who, now=NOW)

    outcomes = together(both_engines, *(deed(who) for who in people))
    assert sorted(isinstance(one, list) for one in outcomes) == [False, True]
    assert UnableToMoveClaim in outcomes
    assert half(both, both_world.partnership, Side.FLEMISH).paid_cents == 4_250
    check_books(both, both_world.partnership)


def test_an_approval_and_another_entry_for_the_last_euro_do_not_both_pass(
    both: Session, both_engines: sa.Engine, both_world: World
) -> None:
    on = half(both, both_world.partnership, Side.FLEMISH)
    staff = actor(both, both_world.vvsg_staff)
    claim = sent(both, actor(both, both_world.gamma_coordinator), on, replace(TRAIN, amount_minor=on.available_cents))
    spending = Spending(on.allotment_id, 100, Currency.EUR, Category.TRAVEL, DAY, "The last euro")
    outcomes = together(
        both_engines,
        lambda session: claims.approve(session, claim.id, version=claim.version, actor=staff, now=NOW),
        lambda session: budget.commit_money(session, spending, actor=staff, now=NOW),
    )
    assert sum(isinstance(one, type) for one in outcomes) == 1
    assert {one for one in outcomes if isinstance(one, type)} <= {ClaimExceeded, AllotmentExceeded}
    assert half(both, both_world.partnership, Side.FLEMISH).available_cents >= 0
    check_books(both, both_world.partnership)
