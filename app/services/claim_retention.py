"""Remove what is kept of claims once its time is over: files of receipts, and claims that led to nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState
from app.domain.retention import REMOVED, receipts_removed_on
from app.domain.time import programme_day
from app.models import Claim, ClaimLine, Event, Partnership, Receipt, StoredFile
from app.models.database import transaction
from app.queries.claim_retention import OVER, over_claims
from app.queries.programmes import programmes
from app.services.claim_receipts import remove_rows
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.one_by_one import one_by_one
from app.services.people import COMMAND_LINE
from app.services.redaction import take_out

_WITH_REASON: Final = (ClaimState.RETURNED, ClaimState.REFUSED)


def remove_files_due(session: Session, now: datetime) -> int:
    """Remove the files of receipts whose period is over (a job), partnership by partnership; give how many.

    Their names, sizes and hashes stay, with claim, lines and entries: what was paid can still be followed, and an
    original that somebody kept can be recognised.
    """
    today, done = programme_day(now), 0
    for programme in programmes(session):
        if receipts_removed_on(programme.ends_on, programme.rules.budget.receipt_years) <= today:
            done += sum(_remove_files(session, number, now) for number in _partnerships(session, programme.id))
    return done


def _partnerships(session: Session, programme_id: int) -> list[int]:
    """Give the partnerships of a programme of which files of receipts are kept."""
    query = (
        sa.select(col(Claim.partnership_id))
        .join(Receipt, col(Receipt.claim_id) == col(Claim.id))
        .join(Partnership, col(Partnership.id) == col(Claim.partnership_id))
        .where(col(Partnership.programme_id) == programme_id, col(Receipt.removed_at).is_(None))
        .distinct()
        .order_by(col(Claim.partnership_id))
    )
    return list(session.scalars(query))


def _remove_files(session: Session, partnership_id: int, now: datetime) -> int:
    """Empty the files of a partnership's receipts and remove their small pictures, in a transaction of its own."""
    claims = sa.select(col(Claim.id)).where(col(Claim.partnership_id) == partnership_id)
    which = col(Receipt.claim_id).in_(claims), col(Receipt.removed_at).is_(None)
    columns: tuple[Any, ...] = (col(Receipt.id), col(Receipt.file_id), col(Receipt.thumbnail_id))
    with transaction(session):
        found: list[Any] = list(session.execute(sa.select(*columns).where(*which).with_for_update()))
        files = [row.file_id for row in found]
        session.execute(sa.update(StoredFile).where(col(StoredFile.id).in_(files)).values(content=b""))
        gone = sa.update(Receipt).where(col(Receipt.id).in_([row.id for row in found]))
        session.execute(gone.values(removed_at=now, thumbnail_id=None))
        remove_unused(session, [row.thumbnail_id for row in found])
        subject = ("partnership", partnership_id)
        record(session, COMMAND_LINE, "receipts.removed_files", subject=subject, now=now, count=len(found))
    return len(found)


def empty_due(session: Session, now: datetime) -> int:
    """Empty the claims that led to nothing and whose period is over (a job), one by one; give how many."""
    due = [claim.id for claim in over_claims(session, today=programme_day(now))]
    return one_by_one(session, due, lambda number: _empty_if_due(session, number, now), of="claim")


def _empty_if_due(session: Session, claim_id: int, now: datetime) -> bool:
    """Empty a claim unless somebody changed it since: who writes at this moment is first."""
    with transaction(session):
        session.execute(sa.select(col(Claim.id)).where(col(Claim.id) == claim_id).with_for_update())
        still = over_claims(session, today=programme_day(now), claim_id=claim_id)
        empty(session, [claim.id for claim in still], now=now)
    return bool(still)


def empty(session: Session, claim_ids: Iterable[int], *, now: datetime) -> None:
    """Take words, lines and receipts out of claims without entries, in the caller's transaction.

    What stays: the number, the half, who filled it in, the state and the dates, so that no number is used twice.
    """
    for number in claim_ids:
        remove_rows(session, col(Receipt.claim_id) == number)
        session.execute(sa.delete(ClaimLine).where(col(ClaimLine.claim_id) == number))
        reason = sa.case((col(Claim.state).in_(_WITH_REASON), REMOVED), else_="")
        emptied = sa.update(Claim).where(col(Claim.id) == number, col(Claim.state).in_(OVER))
        session.execute(
            emptied.values(title="", decision_reason=reason, session_id=None, beneficiary_id=None, emptied_at=now)
        )
        take_out(session, (col(Event.subject_kind) == "claim") & (col(Event.subject_id) == number), now=now)
        record(session, COMMAND_LINE, "claim.emptied", subject=("claim", number), now=now)
