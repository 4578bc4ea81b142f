from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, NotAllowed
from app.domain.budget import BudgetSettled, YearClosed
from app.domain.closing import BudgetNotOpen
from app.domain.codes import ConsentParty, EntryKind, RestRule, Role, Side, TransferState
from app.domain.money import AmountIsZero
from app.domain.transfers import (
    TransferAnswered,
    TransferClosed,
    TransferExceeded,
    TransferReasonMissing,
)
from app.models import ClosedYear, Event, Mail, Membership, Settlement, Transfer, TransferConsent
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.services import transfers
from app.services.transfers import Answer, Proposal
from tests import factories
from tests.factories import NOW, number
from tests.integration.money_kit import (
    Parties,
    agree,
    amounts,
    at_once,
    booked,
    check_balanced,
    commit,
    done,
    halves,
    parties,
    proposed,
    state_of,
)
from tests.personas import World, build_world

F, P, S = ConsentParty.FLEMISH, ConsentParty.PARTNER, ConsentParty.STAFF


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def world(both: Session) -> World:
    return build_world(both)


@pytest.fixture
def who(both: Session, world: World) -> Parties:
    return parties(both, world)


def mails(session: Session, kind: str) -> list[tuple[str, str]]:
    query = sa.select(col(Mail.recipient), col(Mail.language)).where(col(Mail.kind) == kind)
    return [(row.recipient, row.language) for row in session.execute(query.order_by(col(Mail.id)))]


def test_the_third_consent_books_two_legs_of_the_same_cents(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    assert amounts(both, who.partnership_id) == (1_750_000, 1_750_000)
    assert agree(both, made, who, P) is TransferState.OPEN
    assert amounts(both, who.partnership_id) == (1_750_000, 1_750_000)
    assert agree(both, made, who, S) is TransferState.DONE
    assert amounts(both, who.partnership_id) == (1_650_000, 1_850_000)
    _open_f, _open_p, out, into = booked(both, who.partnership_id)
    assert (out.kind, into.kind) == (EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN)
    for leg in (out, into):
        assert (leg.transfer_id, leg.amount_cents, leg.currency, leg.reason) == (made, 100_000, "EUR", "A visit more")
    assert out.available_cents == 1_650_000
    assert into.available_cents == 1_850_000
    check_balanced(both)


def test_who_must_answer_is_asked_and_all_three_hear_the_outcome(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    asked = mails(both, "transfer_asked")
    assert {address for address, _language in asked} == {who.partner.email, who.staff.email}
    assert dict(asked)[who.staff.email] == who.staff.language
    agree(both, made, who, P)
    agree(both, made, who, S)
    assert {address for address, _ in mails(both, "transfer_ended")} == {who.flemish.email, who.partner.email}


def test_a_refusal_needs_words_and_ends_it(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    with pytest.raises(TransferReasonMissing):
        agree(both, made, who, P, agreed=False, words="  ")
    assert agree(both, made, who, P, agreed=False, words="We need it here") is TransferState.REFUSED
    with pytest.raises(TransferClosed):
        agree(both, made, who, S)
    assert amounts(both, who.partnership_id) == (1_750_000, 1_750_000)


def test_nobody_answers_twice_or_for_two_parties(both: Session, who: Parties, world: World) -> None:
    with transaction(both):
        side = halves(both, who.partnership_id)[1]
        both.add(
            Membership(
                person_id=number(world.gamma_coordinator),
                role=Role.COORDINATOR,
                local_government_id=side.government_id,
            )
        )
    two_hats = actor_of_person(both, number(world.gamma_coordinator))
    made = proposed(both, who)
    with pytest.raises(TransferAnswered) as refused, transaction(both):
        transfers.answer(both, made, Answer(P, agreed=True), actor=two_hats, now=NOW)
    assert refused.value.params["reason"] == "person"
    with pytest.raises(TransferAnswered), transaction(both):
        transfers.answer(both, made, Answer(F, agreed=True), actor=two_hats, now=NOW)
    with pytest.raises(NotAllowed):
        agree_as = Answer(S, agreed=True)
        with transaction(both):
            transfers.answer(both, made, agree_as, actor=two_hats, now=NOW)
    rows = both.scalars(sa.select(TransferConsent)).all()
    assert [(row.party, row.person_id) for row in rows] == [(F, two_hats.person_id)]


@pytest.mark.parametrize("party", list(ConsentParty))
def test_only_the_own_party_proposes(both: Session, who: Parties, party: ConsentParty) -> None:
    for other in ConsentParty:
        wanted = Proposal(who.partnership_id, Side.PARTNER, 5, "Why", other)
        if other is party:
            continue
        with pytest.raises(NotAllowed), transaction(both):
            transfers.propose(both, wanted, actor=who.of(party), now=NOW)
    with pytest.raises(NotAllowed), transaction(both):
        transfers.propose(both, Proposal(who.partnership_id, Side.PARTNER, 5, "Why", party), actor=PUBLIC, now=NOW)
    both.rollback()
    assert both.scalars(sa.select(Transfer)).all() == []


def test_a_proposal_needs_a_reason_an_amount_and_the_money(both: Session, who: Parties) -> None:
    for cents, reason, refusal in (
        (0, "Why", AmountIsZero),
        (1, "  ", TransferReasonMissing),
        (1_750_001, "Why", TransferExceeded),
    ):
        wanted = Proposal(who.partnership_id, Side.FLEMISH, cents, reason, F)
        with pytest.raises(refusal), transaction(both):
            transfers.propose(both, wanted, actor=who.flemish, now=NOW)


def test_halves_that_are_not_open_give_nothing(both: Session, who: Parties) -> None:
    with pytest.raises(BudgetNotOpen), transaction(both):
        transfers.propose(both, Proposal(999_999, Side.FLEMISH, 1, "Why", F), actor=who.flemish, now=NOW)


def test_the_last_consent_keeps_nothing_where_the_money_is_gone(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    agree(both, made, who, P)
    commit(both, halves(both, who.partnership_id)[0], 1_700_000, actor=who.flemish)
    with pytest.raises(TransferExceeded) as refused:
        agree(both, made, who, S)
    assert (refused.value.params["over_cents"], refused.value.params["available_cents"]) == (50_000, 50_000)
    assert state_of(both, made) is TransferState.OPEN
    answered = both.scalars(sa.select(col(TransferConsent.party)).order_by(col(TransferConsent.party))).all()
    assert answered == [F, P]
    assert amounts(both, who.partnership_id) == (1_750_000, 1_750_000)


def test_only_who_proposed_withdraws_while_it_is_open(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    with pytest.raises(NotAllowed), transaction(both):
        transfers.withdraw(both, made, actor=who.partner, now=NOW)
    with transaction(both):
        transfers.withdraw(both, made, actor=who.flemish, now=NOW)
    with pytest.raises(TransferClosed), transaction(both):
        transfers.withdraw(both, made, actor=who.flemish, now=NOW)
    with pytest.raises(TransferClosed):
        agree(both, made, who, P)
    assert state_of(both, made) is TransferState.WITHDRAWN


def test_a_settled_budget_and_a_closed_year_refuse(both: Session, who: Parties) -> None:
    made = proposed(both, who)
    agree(both, made, who, P)
    with transaction(both):
        factories.add(both, ClosedYear(partnership_id=who.partnership_id, year=NOW.year, closed_at=NOW))
    with pytest.raises(YearClosed):
        agree(both, made, who, S)
    with transaction(both):
        factories.add(both, Settlement(partnership_id=who.partnership_id, settled_at=NOW, rest=RestRule.RETURNED))
    with pytest.raises(BudgetSettled):
        agree(both, made, who, S)
    with pytest.raises(BudgetSettled):
        proposed(both, who)


def test_two_last_consents_at_the_same_moment_book_once(both: Session, both_engines: sa.Engine, who: Parties) -> None:
    with transaction(both):
        second = factories.member(both, Role.STAFF, name="Second officer")
    other = actor_of_person(both, number(second))
    made = proposed(both, who)
    agree(both, made, who, P)
    both.rollback()
    outcomes = at_once(
        both_engines,
        *(
            lambda session, actor=actor: transfers.answer(session, made, Answer(S, agreed=True), actor=actor, now=NOW)
            for actor in (who.staff, other)
        ),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "TransferClosed"]
    assert amounts(both, who.partnership_id) == (1_650_000, 1_850_000)
    assert len(booked(both, who.partnership_id)) == 4


def test_every_step_is_told_on_the_partnership(both: Session, who: Parties) -> None:
    done(both, who)
    verbs = both.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))).all()
    assert verbs[-6:] == [
        "transfer.proposed",
        "transfer.agreed",
        "transfer.agreed",
        "budget.transferred_out",
        "budget.transferred_in",
        "transfer.done",
    ]
