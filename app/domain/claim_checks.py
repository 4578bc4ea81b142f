"""What must hold of claims, their lines and their receipts, computed again from the rows (DESIGN §7)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.codes import ClaimState, EntryKind
from app.domain.ledger_checks import Finding, Params


@dataclass(frozen=True, slots=True)
class ClaimPeople:
    """Who had to do with a claim that was approved."""

    partnership: str
    number: int
    claimant_id: int
    submitted_by: int | None
    beneficiary_id: int | None
    decided_by: int | None


@dataclass(frozen=True, slots=True)
class LinkedEntry:
    """An entry of the ledger that belongs to a line of a claim; ``entered``: what of it must be as in the line."""

    id: int
    allotment_id: int
    kind: EntryKind
    amount_cents: int
    corrects_id: int | None = None
    replaces_id: int | None = None
    entered: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of a claim with its entries; ``entered``: category, day, commitment, session, amount and rate."""

    partnership: str
    number: int
    position: int
    state: ClaimState
    allotment_id: int
    amount_cents: int
    entries: Sequence[LinkedEntry] = ()
    entered: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """A receipt, or its small picture, with what is kept about its file; ``is_elsewhere``: of another claim's line."""

    partnership: str
    claim_number: int
    name: str
    size: int
    sha256: str
    is_removed: bool = False
    is_elsewhere: bool = False


def check_people(claim: ClaimPeople) -> Iterator[Finding]:
    """Give what does not hold of an approval: nobody approves what is his or her own."""
    own = {claim.claimant_id, claim.submitted_by, claim.beneficiary_id}
    if claim.decided_by is None or claim.submitted_by is None or claim.decided_by in own:
        yield Finding("claim_people", {"partnership": claim.partnership, "claim": claim.number})


def check_line(line: LineFacts) -> Iterator[Finding]:
    """Give what does not hold of a line.

    A line of an approved claim has one payment of its own, on the same half and as it was entered; all else that
    belongs to it takes back an entry of the same line or stands in its place. A line of another claim has nothing.
    """
    params: Params = {"partnership": line.partnership, "claim": line.number, "line": line.position}
    if line.state is not ClaimState.APPROVED:
        if line.entries:
            yield Finding("claim_not_approved", params)
        return
    own = {entry.id for entry in line.entries}
    first = [entry for entry in line.entries if entry.corrects_id is None and entry.replaces_id is None]
    rest = [entry.corrects_id or entry.replaces_id for entry in line.entries if entry not in first]
    is_paid = [(one.kind, one.amount_cents, one.allotment_id, one.entered) for one in first] == [
        (EntryKind.PAYMENT, line.amount_cents, line.allotment_id, line.entered)
    ]
    if not is_paid or not own.issuperset(rest):
        yield Finding("claim_line", params)


def check_content(receipt: ReceiptFacts, content: bytes) -> Iterator[Finding]:
    """Give what does not hold of a receipt's file: its size and SHA-256 are those of its content, until it is removed.

    Of one that was removed nothing is there any more.
    """
    params: Params = {"partnership": receipt.partnership, "claim": receipt.claim_number, "name": receipt.name}
    if receipt.is_elsewhere:
        yield Finding("receipt_elsewhere", params)
    if receipt.is_removed:
        if content:
            yield Finding("receipt_not_removed", params)
    elif len(content) != receipt.size or hashlib.sha256(content).hexdigest() != receipt.sha256:
        yield Finding("receipt_content", params)
