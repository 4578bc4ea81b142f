"""Letting one local government in after the call has closed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain import late_admissions
from app.domain.candidacy import CallNotOpen, CallPeriod
from app.domain.clarifications import UntilPassed
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError

CLOSES = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
CALL = CallPeriod(CLOSES - timedelta(days=30), CLOSES)
NEXT_DAY = CLOSES + timedelta(days=1)


@pytest.mark.parametrize("now", [CLOSES - timedelta(days=2), CLOSES, CLOSES + timedelta(hours=5)])
def test_one_can_be_let_in_once_the_call_has_opened(now: datetime) -> None:
    late_admissions.check_can_admit(CALL, NEXT_DAY, "The server was away.", now)


@pytest.mark.parametrize(
    ("until", "reason", "now", "refusal"),
    [
        (NEXT_DAY, "Why", CALL.opens_at - timedelta(seconds=1), CallNotOpen),
        (NEXT_DAY, "  ", CLOSES, late_admissions.AdmissionReasonMissing),
        (NEXT_DAY, "Why", NEXT_DAY, UntilPassed),
        (CLOSES, "Why", CLOSES - timedelta(days=1), late_admissions.AdmissionNotLater),
    ],
)
def test_an_admission_has_a_reason_and_goes_on_after_the_call(
    until: datetime, reason: str, now: datetime, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        late_admissions.check_can_admit(CALL, until, reason, now)


@pytest.mark.parametrize("state", [None, *CandidacyState])
def test_who_has_submitted_needs_no_admission_and_keeps_the_one_that_served(state: CandidacyState | None) -> None:
    if state in (None, CandidacyState.DRAFT):
        late_admissions.check_needed(state, government="Alfa")
        late_admissions.check_can_end(state, government="Alfa")
        return
    with pytest.raises(late_admissions.AdmissionNotNeeded):
        late_admissions.check_needed(state, government="Alfa")
    with pytest.raises(late_admissions.AdmissionUsed):
        late_admissions.check_can_end(state, government="Alfa")
