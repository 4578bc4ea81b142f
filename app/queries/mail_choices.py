"""Which mails people chose."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import MailChoice
from app.domain.mail_choices import OFF_UNLESS_CHOSEN, wanted
from app.models import MailPreference, Person


def chosen_by(session: Session, person_id: int) -> frozenset[MailChoice]:
    """Give the kinds of mail that a person gets (one query)."""
    columns: tuple[Any, ...] = (MailPreference.choice, MailPreference.wanted)
    rows = session.execute(sa.select(*columns).where(col(MailPreference.person_id) == person_id)).all()
    return wanted([row.choice for row in rows if row.wanted], [row.choice for row in rows if not row.wanted])


def who_want(session: Session, person_ids: Collection[int], choice: MailChoice) -> frozenset[int]:
    """Give those of these people who get mails of that kind (one query)."""
    query = sa.select(col(MailPreference.person_id)).where(
        col(MailPreference.choice) == choice, col(MailPreference.wanted) == (choice in OFF_UNLESS_CHOSEN)
    )
    named = frozenset(session.scalars(query))
    return frozenset(person_ids) & named if choice in OFF_UNLESS_CHOSEN else frozenset(person_ids) - named


def everybody_who_wants(session: Session, choice: MailChoice) -> list[int]:
    """Give all people who get mails of that kind, in order of their number (two queries)."""
    ids = session.scalars(sa.select(col(Person.id)).where(col(Person.removed_at).is_(None)).order_by(col(Person.id)))
    everybody = [number for number in ids if number is not None]
    some = who_want(session, everybody, choice)
    return [number for number in everybody if number in some]
