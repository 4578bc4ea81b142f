"""Record who did what: every service that changes something says so here."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.models.event import PendingEvent, append


def record(
    session: Session, actor: Actor, verb: str, *, subject: tuple[str, int | None], now: datetime, **details: object
) -> None:
    """Note that ``actor`` did ``verb`` to ``subject`` (its kind and id); written when the transaction commits.

    ``details`` are plain JSON values. ``verb`` is a code like ``candidacy.submitted``, put in words by
    ``language.messages``.
    """
    kind, number = subject
    if number is None:
        msg = f"{verb}: the {kind} has no id yet; flush first"
        raise ValueError(msg)
    append(
        session,
        PendingEvent(
            happened_at=now,
            person_id=actor.person_id,
            person_name=actor.name,
            verb=verb,
            subject_kind=kind,
            subject_id=number,
            details=details,
        ),
    )
