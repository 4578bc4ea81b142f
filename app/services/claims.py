"""What people do with claims: fill one in, send it, withdraw it; return, refuse or approve one of others; pay it out.

Each locks its claim until the end of the transaction, so that of two who decide at the same moment one comes too late.
An approval books every line as a payment, all or nothing.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.budget import YearClosed
from app.domain.claims import (
    MOST_LINES,
    ClaimChanged,
    ClaimEmpty,
    NewLine,
    TooManyLines,
    check_can_claim,
    check_can_decide,
    check_can_edit,
    check_can_move,
    check_fits,
    check_not_ahead,
    check_paid_out,
    check_reason,
    may_mark_paid_out,
)
from app.domain.codes import ClaimState
from app.domain.cost_hints import check_costs
from app.domain.money import Rate
from app.domain.time import programme_day
from app.models import (
    Claim,
    ClaimEntry,
    ClaimLine,
    Partnership,
)
from app.queries.claim_access import approvers_of
from app.queries.claim_facts import ClaimFacts, LineFacts
from app.queries.claims import claim_by_id
from app.services import budget, claim_mails, claim_receipts
from app.services.budget import Spending
from app.services.claim_lines import Heading, asked, check_heading, line_values, open_cents
from app.services.events import record
from app.services.ledger import LockedHalf, lock
from app.services.visits import NoLongerThere


def start(session: Session, allotment_id: int, heading: Heading, *, actor: Actor, now: datetime) -> int:
    """Start a claim on a half; give its id. Only its claimant sees it until it is sent.

    :raises NotAllowed: the half is that of others.
    :raises BudgetSettled: nothing is booked any more.
    :raises UnknownBeneficiary, SessionElsewhere: see the domain.
    """
    half = lock(session, allotment_id)
    check_can_claim(actor, half.government_id)
    half.check_open(programme_day(now), within=False)
    check_heading(session, half, heading)
    session.get_one(Partnership, half.partnership_id, with_for_update=True)
    last = sa.select(sa.func.max(col(Claim.number))).where(col(Claim.partnership_id) == half.partnership_id)
    row = Claim(
        partnership_id=half.partnership_id,
        allotment_id=allotment_id,
        number=(session.execute(last).scalar() or 0) + 1,
        title=heading.title,
        session_id=heading.session_id,
        beneficiary_id=heading.beneficiary_id,
        claimant_id=_person(actor),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _note(session, row, "claim.started", actor=actor, now=now)


def change(session: Session, claim_id: int, heading: Heading, *, stamp: str, actor: Actor, now: datetime) -> None:
    """Change what a claim is for; ``stamp`` is that of the heading that was on the page.

    :raises ClaimChanged: somebody changed it meanwhile.
    :raises NotAllowed, ClaimLocked, UnknownBeneficiary, SessionElsewhere: see the domain.
    """
    row, claim = _editable(session, claim_id, actor)
    if claim.stamp != stamp:
        raise ClaimChanged
    check_heading(session, lock(session, row.allotment_id), heading)
    row.title, row.session_id, row.beneficiary_id = heading.title, heading.session_id, heading.beneficiary_id
    _changed(session, row)
    _note(session, row, "claim.changed", actor=actor, now=now)


def add_line(session: Session, claim_id: int, line: NewLine, *, actor: Actor, now: datetime) -> int:
    """Add a line to a claim; give its id.

    :raises TooManyLines: there is no room for more.
    :raises NotAllowed, ClaimLocked, RateNeeded, AmountIsZero, UnknownCommitment: see the domain.
    """
    row, claim = _editable(session, claim_id, actor)
    if len(claim.lines) >= MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    position = max((one.position for one in claim.lines), default=0) + 1
    made = ClaimLine(claim_id=claim_id, position=position, **line_values(session, row.allotment_id, line))
    session.add(made)
    _changed(session, row)
    _note(session, row, "claim.line_added", actor=actor, now=now, amount_cents=made.amount_cents)
    return made.id or 0


def change_line(
    session: Session, claim_id: int, line_id: int, line: NewLine, *, stamp: str, actor: Actor, now: datetime
) -> None:
    """Change a line; ``stamp`` is that of the line that was on the page.

    :raises ClaimChanged: somebody changed it meanwhile.
    :raises NoLongerThere: it was removed meanwhile.
    :raises NotAllowed, ClaimLocked, RateNeeded, AmountIsZero, UnknownCommitment: see the domain.
    """
    row, claim = _editable(session, claim_id, actor)
    if _line(claim, line_id).stamp != stamp:
        raise ClaimChanged
    made = session.get_one(ClaimLine, line_id)
    for name, value in line_values(session, row.allotment_id, line).items():
        setattr(made, name, value)
    _changed(session, row)
    _note(session, row, "claim.line_changed", actor=actor, now=now, amount_cents=made.amount_cents)


def remove_line(session: Session, claim_id: int, line_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a line with its receipts.

    :raises NoLongerThere: it was removed already.
    :raises NotAllowed, ClaimLocked: see the domain.
    """
    row, claim = _editable(session, claim_id, actor)
    line = _line(claim, line_id)
    claim_receipts.remove_of_line(session, claim_id, line_id, actor=actor, now=now)
    session.execute(sa.delete(ClaimLine).where(col(ClaimLine.id) == line_id))
    _changed(session, row)
    _note(session, row, "claim.line_removed", actor=actor, now=now, amount_cents=line.amount_cents)


def submit(session: Session, claim_id: int, *, version: int, actor: Actor, now: datetime) -> None:
    """Send a claim to whoever decides over it, and tell them; ``version`` is what was on the page.

    :raises NotAllowed, UnableToMoveClaim: it is that of somebody else, or was sent.
    :raises ClaimChanged: it was changed meanwhile: what is sent is what was read.
    :raises ClaimEmpty, CostRefused: it has no line, or a rule about costs stops it.
    :raises LineAhead: the day of a line is still to come.
    :raises BudgetSettled, OutsidePeriod, YearClosed: nothing is booked on a line's day (any more).
    """
    row, claim = _locked(session, claim_id)
    check_can_move(row.state, ClaimState.SUBMITTED)
    check_can_edit(actor, row.state, claimant_id=row.claimant_id)
    check_can_claim(actor, claim.government_id)
    _check_version(row, version)
    if not claim.lines:
        raise ClaimEmpty
    check_costs(claim.rules.hints, [claim.cost_facts(line) for line in claim.lines])
    _check_days(lock(session, row.allotment_id), claim, "line")
    check_not_ahead([line.spent_on for line in claim.lines], today=programme_day(now))
    row.state, row.submitted_by, row.submitted_at, row.reminded_at = ClaimState.SUBMITTED, _person(actor), now, None
    _changed(session, row)
    _note(session, row, "claim.submitted", actor=actor, now=now, amount_cents=claim.total_cents)
    claim_mails.tell_submitted(session, claim_by_id(session, claim_id), now=now)


def withdraw(session: Session, claim_id: int, *, actor: Actor, now: datetime) -> None:
    """Withdraw an own claim over which nobody has decided.

    :raises NotAllowed, UnableToMoveClaim: it is that of somebody else, or was decided.
    """
    row, claim = _locked(session, claim_id)
    if actor.person_id != claim.claimant_id or not actor.is_known:
        raise NotAllowed
    check_can_move(row.state, ClaimState.WITHDRAWN)
    row.state = ClaimState.WITHDRAWN
    _changed(session, row)
    _note(session, row, "claim.withdrawn", actor=actor, now=now)


def give_back(session: Session, claim_id: int, reason: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Return a claim to its claimant with a question or a reason; it can be changed and sent again.

    :raises OwnClaim, NotApprover, UnableToMoveClaim, ClaimChanged, ClaimReasonMissing: see the domain.
    """
    _decide(session, claim_id, ClaimState.RETURNED, reason, version=version, actor=actor, now=now)


def refuse(session: Session, claim_id: int, reason: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Refuse a claim for good, with a reason.

    :raises OwnClaim, NotApprover, UnableToMoveClaim, ClaimChanged, ClaimReasonMissing: see the domain.
    """
    _decide(session, claim_id, ClaimState.REFUSED, reason, version=version, actor=actor, now=now)


def approve(session: Session, claim_id: int, *, version: int, actor: Actor, now: datetime) -> list[int]:
    """Approve a claim and book each line as a payment, all or nothing; give the ids of the entries.

    :raises ClaimExceeded: the lines do not fit together; by how much, and what would.
    :raises OwnClaim, NotApprover, UnableToMoveClaim, ClaimChanged: see the domain.
    :raises OutsidePeriod, YearClosed, BudgetSettled: nothing is booked on a line's day (any more).
    """
    row, claim = _decidable(session, claim_id, ClaimState.APPROVED, version=version, actor=actor)
    half = lock(session, row.allotment_id)
    _check_days(half, claim, "claim")
    check_fits(asked(claim), available_cents=half.sums.available_cents, open_cents=open_cents(session, claim))
    booked = []
    for line in claim.lines:
        entry = budget.pay(session, _spending(claim, line), commitment_id=line.commitment_id, actor=actor, now=now)
        session.add(ClaimEntry(entry_id=entry, line_id=line.id))
        booked.append(entry)
    _close(session, row, ClaimState.APPROVED, "", actor=actor, now=now)
    return booked


def mark_paid_out(session: Session, claim_id: int, day: date, *, actor: Actor, now: datetime) -> None:
    """Note on which day the money of an approved claim was paid out, and tell who gets it; a wrong day is replaced.

    :raises NotAllowed: it is not this person's to say.
    :raises UnableToMoveClaim: it is not approved.
    :raises PaidOutTooEarly: the day lies before the approval or is still to come.
    """
    row, claim = _locked(session, claim_id)
    if not may_mark_paid_out(actor, claim.government_id, beneficiary_id=claim.beneficiary_id):
        raise NotAllowed
    if row.state is not ClaimState.APPROVED or row.decided_at is None:
        raise NotAllowed
    check_paid_out(day, decided_on=programme_day(row.decided_at), today=programme_day(now))
    if row.paid_out_on == day:
        return
    row.paid_out_on, row.paid_out_by = day, _person(actor)
    _changed(session, row)
    _note(session, row, "claim.paid_out", actor=actor, now=now, day=day.isoformat())
    claim_mails.tell_paid_out(session, claim_by_id(session, claim_id), now=now)


def _decide(
    session: Session, claim_id: int, target: ClaimState, reason: str, *, version: int, actor: Actor, now: datetime
) -> None:
    row, _claim = _decidable(session, claim_id, target, version=version, actor=actor)
    check_reason(target, reason)
    _close(session, row, target, reason.strip(), actor=actor, now=now)


def _decidable(
    session: Session, claim_id: int, target: ClaimState, *, version: int, actor: Actor
) -> tuple[Claim, ClaimFacts]:
    """Lock a claim and see that ``actor`` may decide over what was on the page."""
    row, claim = _locked(session, claim_id)
    approvers = approvers_of(session, claim_id, claim.involved)
    check_can_decide(actor, row.state, target, involved=claim.involved, approvers=approvers)
    _check_version(row, version)
    return row, claim


def _close(session: Session, row: Claim, target: ClaimState, reason: str, *, actor: Actor, now: datetime) -> None:
    row.state, row.decision_reason = target, reason
    row.decided_by, row.decided_at = _person(actor), now
    _changed(session, row)
    claim = claim_by_id(session, row.id or 0)
    _note(session, row, f"claim.{target.value}", actor=actor, now=now, amount_cents=claim.total_cents)
    claim_mails.tell_decided(session, claim, now=now)


def _locked(session: Session, claim_id: int) -> tuple[Claim, ClaimFacts]:
    """Lock a claim until the end of the transaction and read it."""
    query = sa.select(Claim).where(col(Claim.id) == claim_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    return row, claim_by_id(session, claim_id)


def hold(session: Session, claim_id: int) -> None:
    """Lock a claim, if there is one, before any half: whoever locks both does it in this order."""
    session.execute(sa.select(col(Claim.id)).where(col(Claim.id) == claim_id).with_for_update())


def _editable(session: Session, claim_id: int, actor: Actor) -> tuple[Claim, ClaimFacts]:
    row, claim = _locked(session, claim_id)
    check_can_edit(actor, row.state, claimant_id=row.claimant_id)
    check_can_claim(actor, claim.government_id)
    return row, claim


def _line(claim: ClaimFacts, line_id: int) -> LineFacts:
    line = claim.line(line_id)
    if line is None:
        raise NoLongerThere
    return line


def _check_days(half: LockedHalf, claim: ClaimFacts, reason: str) -> None:
    """Refuse lines on whose day nothing is booked; a closed year names the line, and ``reason`` who has to act."""
    for place, line in enumerate(claim.lines, start=1):
        try:
            half.check_open(line.spent_on)
        except YearClosed as closed:
            raise YearClosed(**closed.params, line=place, reason=reason) from closed


def _check_version(row: Claim, version: int) -> None:
    if row.version != version:
        raise ClaimChanged


def _spending(claim: ClaimFacts, line: LineFacts) -> Spending:
    return Spending(
        allotment_id=claim.allotment_id,
        amount_minor=line.amount_minor,
        currency=line.currency,
        category=line.category,
        day=line.spent_on,
        description=line.description,
        rate=Rate(Decimal(line.rate), line.rate_source, line.rate_date),
        session_id=claim.session_id,
    )


def _changed(session: Session, row: Claim) -> None:
    """Write a claim with its next version."""
    row.version += 1
    session.add(row)
    session.flush()


def _note(session: Session, row: Claim, verb: str, *, actor: Actor, now: datetime, **details: object) -> int:
    number: Final = row.id or 0
    record(session, actor, verb, subject=("claim", number), now=now, number=row.number, **details)
    return number


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def number_of(session: Session, claim_id: int) -> int:
    """Give the number of a claim in its partnership (one query)."""
    return session.execute(sa.select(col(Claim.number)).where(col(Claim.id) == claim_id)).scalar_one()
