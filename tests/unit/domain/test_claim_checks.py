import hashlib
from dataclasses import replace

import pytest

from app.domain.claim_checks import (
    ClaimPeople,
    LineFacts,
    LinkedEntry,
    ReceiptFacts,
    check_content,
    check_line,
    check_people,
)
from app.domain.codes import ClaimState, EntryKind

PAID = LinkedEntry(1, 9, EntryKind.PAYMENT, 500)
BACK = LinkedEntry(2, 9, EntryKind.CORRECTION, 500, corrects_id=1)
AGAIN = LinkedEntry(3, 9, EntryKind.PAYMENT, 400, replaces_id=1)
LINE = LineFacts("A & B", 1, 1, ClaimState.APPROVED, 9, 500, (PAID,))


@pytest.mark.parametrize(
    ("submitted_by", "beneficiary", "decided_by", "is_right"),
    [
        (2, 3, 4, True),
        (2, None, 4, True),
        (2, 3, 1, False),
        (2, 3, 2, False),
        (2, 3, 3, False),
        (2, 3, None, False),
        (None, 3, 4, False),
    ],
)
def test_nobody_approves_what_is_his_or_her_own(
    submitted_by: int | None, beneficiary: int | None, decided_by: int | None, is_right: bool
) -> None:
    claim = ClaimPeople("A & B", 1, 1, submitted_by, beneficiary, decided_by)
    assert [finding.code for finding in check_people(claim)] == ([] if is_right else ["claim_people"])


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (LINE, []),
        (replace(LINE, entries=(PAID, BACK)), []),
        (replace(LINE, entries=(PAID, BACK, AGAIN)), []),
        (replace(LINE, entries=()), ["claim_line"]),
        (replace(LINE, entries=(PAID, replace(PAID, id=5))), ["claim_line"]),
        (replace(LINE, amount_cents=501), ["claim_line"]),
        (replace(LINE, allotment_id=8), ["claim_line"]),
        (replace(LINE, entries=(PAID, replace(AGAIN, replaces_id=77))), ["claim_line"]),
        (replace(LINE, state=ClaimState.REFUSED), ["claim_not_approved"]),
        (replace(LINE, state=ClaimState.REFUSED, entries=()), []),
    ],
)
def test_a_line_has_exactly_its_payment(line: LineFacts, found: list[str]) -> None:
    assert [finding.code for finding in check_line(line)] == found


@pytest.mark.parametrize(
    ("more", "content", "found"),
    [
        ({}, b"abc", []),
        ({}, b"abd", ["receipt_content"]),
        ({"size": 4}, b"abc", ["receipt_content"]),
        ({"is_removed": True}, b"", []),
        ({"is_removed": True}, b"abc", ["receipt_not_removed"]),
        ({"is_elsewhere": True}, b"abc", ["receipt_elsewhere"]),
    ],
)
def test_a_receipt_is_the_file_that_was_given(more: dict[str, bool], content: bytes, found: list[str]) -> None:
    receipt = ReceiptFacts("A & B", 1, "x.pdf", 3, hashlib.sha256(b"abc").hexdigest())
    assert [finding.code for finding in check_content(replace(receipt, **more), content)] == found  # type: ignore[arg-type]
