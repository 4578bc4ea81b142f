"""Let one local government in after the call has closed, and take that back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import CallNotOpen, CallPeriod
from app.domain.codes import CandidacyState
from app.domain.late_admissions import AdmissionGone, check_can_admit, check_can_end, check_needed
from app.domain.time import PROGRAMME_ZONE
from app.models import Call, Candidacy, LateAdmission
from app.queries.candidacies import any_candidacy, members_of
from app.queries.late_admissions import Admission, admission_by_id, admission_of
from app.queries.reference import Government
from app.services.candidacy_lock import lock
from app.services.candidacy_mails import announce
from app.services.events import record

# FOR NO KEY UPDATE: who submits meanwhile refers to the call, and must not have to wait for it.
ONE_AT_A_TIME: Final = {"key_share": True}


@dataclass(frozen=True, slots=True)
class Latecomer:
    """Which local government is let in to which call, until when (aware), and why."""

    call_id: int
    government: Government
    until: datetime
    reason: str


def admit(session: Session, latecomer: Latecomer, *, actor: Actor, now: datetime) -> Admission:
    """Let a local government in, or prolong its admission; the members of its draft, if it has one, are told.

    :raises CallNotOpen: there is no such call, or it opens later.
    :raises AdmissionReasonMissing, UntilPassed, AdmissionNotLater: the admission is not complete.
    :raises AdmissionNotNeeded: it has submitted.
    """
    call = session.get(Call, latecomer.call_id, with_for_update=ONE_AT_A_TIME, populate_existing=True)
    if call is None:
        raise CallNotOpen(opens_at=None)
    check_can_admit(CallPeriod(call.opens_at, call.closes_at), latecomer.until, latecomer.reason, now)
    reference, state = _candidacy(session, latecomer.call_id, latecomer.government.id, now)
    check_needed(state, government=latecomer.government.name)
    _store(session, latecomer, actor, now)
    made = admission_of(session, latecomer.call_id, latecomer.government.id)
    assert made is not None  # noqa: S101 - stored above
    details = {"until": latecomer.until.isoformat(), "reason": latecomer.reason}
    _tell(session, "candidacy.admitted", "candidacy_admitted", made, reference, actor=actor, now=now, **details)
    return made


def end(session: Session, admission_id: int, *, actor: Actor, now: datetime) -> None:
    """Take an admission back; the members of the draft, if there is one, are told when the call itself is over.

    :raises AdmissionGone: it was taken back before.
    :raises AdmissionUsed: the candidacy was submitted.
    """
    found = admission_by_id(session, admission_id)
    if found is None:
        raise AdmissionGone
    session.get(Call, found.call_id, with_for_update=ONE_AT_A_TIME, populate_existing=True)
    reference, state = _candidacy(session, found.call_id, found.government_id, now)
    check_can_end(state, government=found.government_name)
    gone = sa.delete(LateAdmission).where(col(LateAdmission.id) == admission_id).returning(col(LateAdmission.id))
    if session.execute(gone).scalar() is None:
        raise AdmissionGone
    _tell(session, "candidacy.admission_ended", "candidacy_admission_ended", found, reference, actor=actor, now=now)


def _candidacy(
    session: Session, call_id: int, government_id: int, now: datetime
) -> tuple[str | None, CandidacyState | None]:
    """Give reference and state of the local government's candidacy, and lock it: it may be submitted just now."""
    query = sa.select(col(Candidacy.id), col(Candidacy.reference)).where(
        col(Candidacy.call_id) == call_id,
        col(Candidacy.local_government_id) == government_id,
        col(Candidacy.state) != CandidacyState.WITHDRAWN,
    )
    row = session.execute(query).first()
    return (row.reference, lock(session, row.id, now)) if row else (None, None)


def _store(session: Session, latecomer: Latecomer, actor: Actor, now: datetime) -> None:
    """Insert or replace the admission; whoever admits has locked the call, so nobody else does so now."""
    here = (
        col(LateAdmission.call_id) == latecomer.call_id,
        col(LateAdmission.local_government_id) == latecomer.government.id,
    )
    session.execute(sa.delete(LateAdmission).where(*here))
    session.add(
        LateAdmission(
            call_id=latecomer.call_id,
            local_government_id=latecomer.government.id,
            until=latecomer.until,
            reason=latecomer.reason,
            admitted_at=now,
            admitted_by=actor.person_id or 0,
        )
    )
    session.flush()


def _tell(
    session: Session,
    verb: str,
    mail: str,
    admission: Admission,
    reference: str | None,
    *,
    actor: Actor,
    now: datetime,
    **details: object,
) -> None:
    """Record it with the candidacy, or with the call where there is none, and mail its members."""
    candidacy = any_candidacy(session, reference) if reference else None
    subject = ("candidacy", candidacy.id) if candidacy else ("call", admission.call_id)
    record(session, actor, verb, subject=subject, now=now, government=admission.government_name, **details)
    if candidacy is not None:
        members = members_of(session, candidacy.id)
        announce(session, mail, candidacy, members, now=now, until=admission.until, zone=PROGRAMME_ZONE)
