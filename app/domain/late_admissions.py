"""One local government for which a call stays open longer, and why (DESIGN §4)."""

from datetime import datetime
from typing import ClassVar, Final

from app.domain.candidacy import CallNotOpen, CallPeriod
from app.domain.clarifications import check_until
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError

ADMISSION_REASON_LIMIT: Final = 2000


class AdmissionReasonMissing(DomainError):
    """Letting somebody in after the call needs a reason, which is kept."""

    code: ClassVar[str] = "admission_reason_missing"


class AdmissionNotLater(DomainError):
    """A late admission ends after the call itself, which closes at ``closes_at``."""

    code: ClassVar[str] = "admission_not_later"


class AdmissionNotNeeded(DomainError):
    """The local government ``government`` has submitted already."""

    code: ClassVar[str] = "admission_not_needed"


class AdmissionUsed(DomainError):
    """The local government ``government`` submitted thanks to the admission, which is therefore kept."""

    code: ClassVar[str] = "admission_used"


class AdmissionGone(DomainError):
    """The admission was withdrawn before."""

    code: ClassVar[str] = "admission_gone"


def check_can_admit(call: CallPeriod, until: datetime, reason: str, now: datetime) -> None:
    """Refuse unless one local government may be let in until ``until`` at ``now`` (both aware).

    :raises CallNotOpen: the call has not opened yet: nobody can be late.
    :raises AdmissionReasonMissing: without a reason.
    :raises UntilPassed: it would be over already.
    :raises AdmissionNotLater: it would end with the call, or before.
    """
    if now < call.opens_at:
        raise CallNotOpen(opens_at=call.opens_at)
    if not reason.strip():
        raise AdmissionReasonMissing
    check_until(until, now)
    if until <= call.closes_at:
        raise AdmissionNotLater(closes_at=call.closes_at)


def check_needed(state: CandidacyState | None, *, government: str) -> None:
    """Refuse to let in who has submitted; ``state`` is that of the candidacy, ``None`` where there is none.

    :raises AdmissionNotNeeded: it is neither a draft nor missing.
    """
    if state not in (None, CandidacyState.DRAFT):
        raise AdmissionNotNeeded(government=government)


def check_can_end(state: CandidacyState | None, *, government: str) -> None:
    """Refuse to take an admission back once it served.

    :raises AdmissionUsed: the candidacy was submitted.
    """
    if state not in (None, CandidacyState.DRAFT):
        raise AdmissionUsed(government=government)
