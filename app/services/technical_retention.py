"""Remove technical data whose time is over; the periods stand, with their reasons, in ``domain.retention``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain import retention
from app.domain.codes import MailState
from app.models import CandidacyImport, FormReceipt, Mail, RateWindow, SignInRequest, WebSession
from app.models.database import transaction
from app.services.file_removal import remove_unused
from app.services.mail_removal import remove_attachments
from app.services.personal_links import forget_links


def clear(session: Session, now: datetime) -> int:
    """Remove everything technical that is over, kind by kind in a transaction of its own; give how many rows."""
    done = 0
    for step in STEPS:
        with transaction(session):
            done += step(session, now)
    return done


def _sign_in_requests(session: Session, now: datetime) -> int:
    return _delete(session, col(SignInRequest.id), col(SignInRequest.expires_at) < now - retention.SIGN_IN_REQUESTS)


def _sessions(session: Session, now: datetime) -> int:
    limit = now - retention.SESSIONS
    is_over = (col(WebSession.ended_at) < limit) | (col(WebSession.expires_at) < limit)
    return _delete(session, col(WebSession.id), is_over)


def _rate_windows(session: Session, now: datetime) -> int:
    return _delete(session, col(RateWindow.key), col(RateWindow.window_starts_at) < now - retention.RATE_WINDOWS)


def _form_receipts(session: Session, now: datetime) -> int:
    return _delete(session, col(FormReceipt.key), col(FormReceipt.created_at) < now - retention.FORM_RECEIPTS)


def _personal_links(session: Session, now: datetime) -> int:
    return forget_links(session, now=now)


def _mail_words(session: Session, now: datetime) -> int:
    old = (
        (col(Mail.created_at) < now - retention.MAIL_WORDS)
        & (col(Mail.state) != MailState.WAITING)
        & (col(Mail.text) != "")
    )
    remove_attachments(session, old)
    blank = sa.update(Mail).where(old).values(subject="", text="", html="", calendar="", last_error="")
    return len(session.scalars(blank.returning(col(Mail.id))).all())


def _import_files(session: Session, now: datetime) -> int:
    old = (col(CandidacyImport.created_at) < now - retention.IMPORT_FILES) & col(CandidacyImport.file_id).is_not(None)
    files = session.scalars(sa.select(col(CandidacyImport.file_id)).where(old)).all()
    session.execute(sa.update(CandidacyImport).where(old).values(file_id=None, mapping={}))
    return remove_unused(session, files)


def _delete(session: Session, key: Any, which: sa.ColumnElement[bool]) -> int:  # noqa: ANN401 - a column of any table
    return len(session.scalars(sa.delete(key.class_).where(which).returning(key)).all())


STEPS: Final[tuple[Callable[[Session, datetime], int], ...]] = (
    _sign_in_requests,
    _sessions,
    _rate_windows,
    _form_receipts,
    _personal_links,
    _mail_words,
    _import_files,
)
