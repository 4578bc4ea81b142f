"""Reads for signing in and for a person's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.sign_in import MAX_TRIES
from app.models import Person, SignInRequest, WebSession
from app.queries.people import secret_hash


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that can still be used: whom it signs in, and in which language to greet them."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser in which the person is signed in; ``is_this`` is the one that asks."""

    id: int
    created_at: datetime
    expires_at: datetime
    is_this: bool


def open_link(session: Session, secret: str, *, now: datetime) -> OpenLink | None:
    """Give whom a link would sign in; ``None`` when it is used up (one query)."""
    query = (
        sa.select(col(Person.email), col(Person.name))
        .join(SignInRequest, col(SignInRequest.email) == col(Person.email))
        .where(
            col(SignInRequest.link_hash) == secret_hash(secret),
            col(SignInRequest.used_at).is_(None),
            col(SignInRequest.expires_at) > now,
        )
    )
    row = session.execute(query).one_or_none()
    return OpenLink(*row) if row else None


def address_waiting(session: Session, browser: str, *, now: datetime) -> str | None:
    """Give the address for which a code can be typed in this browser: that of the last mail (one query)."""
    query = (
        sa.select(col(SignInRequest.email))
        .where(
            col(SignInRequest.browser_hash) == secret_hash(browser),
            col(SignInRequest.used_at).is_(None),
            col(SignInRequest.expires_at) > now,
            col(SignInRequest.attempts) < MAX_TRIES,
        )
        .order_by(col(SignInRequest.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def own_sessions(session: Session, actor: Actor, *, secret: str | None, now: datetime) -> Sequence[OwnSession]:
    """List the browsers in which the actor is signed in, newest first; ``secret`` is that of the browser that asks."""
    query = (
        sa.select(
            col(WebSession.id), col(WebSession.created_at), col(WebSession.expires_at), col(WebSession.secret_hash)
        )
        .where(
            col(WebSession.person_id) == actor.person_id,
            col(WebSession.ended_at).is_(None),
            col(WebSession.expires_at) > now,
        )
        .order_by(col(WebSession.created_at).desc(), col(WebSession.id).desc())
    )
    own = secret_hash(secret) if secret else ""
    return [
        OwnSession(row.id, row.created_at, row.expires_at, row.secret_hash == own) for row in session.execute(query)
    ]


def feed_secret(session: Session, actor: Actor) -> str:
    """Give the secret of the actor's own calendar feed."""
    return session.execute(sa.select(col(Person.feed_secret)).where(col(Person.id) == actor.person_id)).scalar_one()
