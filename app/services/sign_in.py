"""Sign in by mail: ask for a link and a code, use one of them, open and end sessions."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.sign_in import (
    ASKED_LIFETIME,
    CODE_DIGITS,
    MAILED_LIFETIME,
    MAX_TRIES,
    SENT_TWICE,
    SESSION_LIFETIME,
    CodeUsedUp,
    CodeWrong,
    LinkUsedUp,
    clean_address,
    clean_code,
    safe_path,
)
from app.models import Person, SignInRequest, WebSession
from app.queries.people import actor_of_person, secret_hash
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.rates import TooManyTries, hit

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ASKED_PER_ADDRESS = 10
ASKED_PER_CLIENT = 60
TYPED_PER_ADDRESS = 20
UNKNOWN_PER_ADDRESS = 2


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who wants to sign in. ``browser`` is a secret of the browser, ``client`` its network address."""

    address: str
    browser: str
    client: str
    language: str
    next_path: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that was signed in: the secret of its session and the path to go on to."""

    secret: str
    next_path: str


def ask(session: Session, asking: Asking, *, now: datetime) -> None:
    """Mail a link and a code; the code is good only in the browser that asks.

    An unknown address gets a mail that says so. In all that the browser can see, both are treated alike.

    :raises AddressInvalid: nothing can be sent there.
    :raises TooManyTries: this address, or this client, asked too often.
    """
    address = clean_address(asking.address)
    hit(session, f"sign_in.client:{asking.client}", limit=ASKED_PER_CLIENT, window=HOUR, now=now)
    hit(session, f"sign_in.address:{address}", limit=ASKED_PER_ADDRESS, window=HOUR, now=now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    link = _new_link(
        session,
        address,
        next_path=asking.next_path,
        expires_at=now + ASKED_LIFETIME,
        browser=asking.browser,
        code=code,
        now=now,
    )
    person = session.execute(sa.select(Person).where(col(Person.email) == address)).scalar_one_or_none()
    if person is None:
        _say_unknown(session, Recipient(address, "", asking.language), now=now)
        return
    to = Recipient(address, person.name, person.language, person.id)
    values = {"link": link, "code": code, "minutes": int(ASKED_LIFETIME.total_seconds() // 60)}
    enqueue(session, "sign_in", to=to, values=values, now=now)


def _say_unknown(session: Session, to: Recipient, *, now: datetime) -> None:
    try:
        hit(session, f"sign_in.unknown:{to.address}", limit=UNKNOWN_PER_ADDRESS, window=DAY, now=now)
    except TooManyTries:
        return
    enqueue(session, "no_account", to=to, values={}, now=now)


def request_link(
    session: Session, address: str, *, next_path: str, now: datetime, lasts: timedelta = MAILED_LIFETIME
) -> str:
    """Make a link that signs its reader in once and leads to ``next_path``; give its path, for a mail.

    :raises AddressInvalid: ``address`` is none.
    """
    nobody = secrets.token_urlsafe(32)
    return _new_link(
        session,
        clean_address(address),
        next_path=next_path,
        expires_at=now + lasts,
        browser=nobody,
        code=nobody,
        now=now,
    )


def _new_link(
    session: Session, address: str, *, next_path: str, expires_at: datetime, browser: str, code: str, now: datetime
) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        SignInRequest(
            email=address,
            link_hash=secret_hash(secret),
            code_hash=_code_hash(browser, code),
            browser_hash=secret_hash(browser),
            next_path=safe_path(next_path),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return f"/sign-in/link/{secret}"


def _code_hash(browser: str, code: str) -> str:
    """Hash a code together with the browser's secret: six figures alone could be found from their hash."""
    return secret_hash(f"{browser}:{code}")


def use_link(session: Session, secret: str, *, browser: str, old_secret: str | None, now: datetime) -> SignedIn:
    """Use a link up and sign the browser in; its earlier session ends.

    A form that is sent twice counts once: within a minute the same browser may use the link again.

    :raises LinkUsedUp: it was used, has expired, or never was.
    """
    table = SignInRequest
    statement = (
        sa.update(table)
        .where(
            col(table.link_hash) == secret_hash(secret),
            col(table.expires_at) > now,
            col(table.used_at).is_(None)
            | ((col(table.used_at) > now - SENT_TWICE) & (col(table.browser_hash) == secret_hash(browser))),
        )
        .values(used_at=sa.func.coalesce(col(table.used_at), now), browser_hash=secret_hash(browser))
        .returning(col(table.email), col(table.next_path))
    )
    used = session.execute(statement).one_or_none()
    if used is None:
        raise LinkUsedUp
    return _sign_in(session, used.email, used.next_path, old_secret=old_secret, now=now)


def use_code(
    session: Session, typed: str, *, browser: str, old_secret: str | None, now: datetime
) -> SignedIn | CodeWrong | CodeUsedUp:
    """Try a code in the browser that asked for it; give the refusal, not raise it: a wrong try is to be committed.

    :raises TooManyTries: too many codes were typed for this address.
    """
    open_requests = _take_try(session, browser, now)
    if not open_requests:
        return CodeUsedUp()
    hit(session, f"sign_in.code:{open_requests[0].email}", limit=TYPED_PER_ADDRESS, window=DAY, now=now)
    wanted = _code_hash(browser, clean_code(typed))
    for asked in open_requests:
        if hmac.compare_digest(asked.code_hash, wanted):
            return _use_request(session, asked, old_secret=old_secret, now=now)
    tries_left = MAX_TRIES - min(asked.attempts for asked in open_requests)
    return CodeWrong(count=tries_left) if tries_left else CodeUsedUp()


def _take_try(session: Session, browser: str, now: datetime) -> Sequence[Any]:
    """Count a try on all that this browser asked for, before looking: tries at the same time stay within the limit."""
    table = SignInRequest
    statement = (
        sa.update(table)
        .where(
            col(table.browser_hash) == secret_hash(browser),
            col(table.expires_at) > now,
            col(table.attempts) < MAX_TRIES,
            col(table.used_at).is_(None) | (col(table.used_at) > now - SENT_TWICE),
        )
        .values(attempts=col(table.attempts) + 1)
        .returning(
            *(col(column) for column in (table.id, table.email, table.next_path, table.code_hash, table.attempts))
        )
    )
    return session.execute(statement).all()


def _use_request(session: Session, asked: Any, *, old_secret: str | None, now: datetime) -> SignedIn | CodeUsedUp:  # noqa: ANN401 - a row
    used_at = col(SignInRequest.used_at)
    statement = sa.update(SignInRequest).where(col(SignInRequest.id) == asked.id)
    session.execute(statement.values(used_at=sa.func.coalesce(used_at, now)))
    try:
        return _sign_in(session, asked.email, asked.next_path, old_secret=old_secret, now=now)
    except LinkUsedUp:
        return CodeUsedUp()


def _sign_in(session: Session, address: str, next_path: str, *, old_secret: str | None, now: datetime) -> SignedIn:
    person_id = session.execute(sa.select(col(Person.id)).where(col(Person.email) == address)).scalar()
    if person_id is None:
        raise LinkUsedUp
    if old_secret:
        end_session(session, old_secret, now=now)
    actor = actor_of_person(session, person_id)
    record(session, actor, "person.signed_in", subject=("person", person_id), now=now)
    return SignedIn(open_session(session, person_id, now=now), next_path or actor.home_url)


def open_session(session: Session, person_id: int, *, now: datetime, candidacy_id: int | None = None) -> str:
    """Open a session of 30 days; give its secret, for the cookie. With a ``candidacy_id`` it sees nothing else."""
    secret = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            secret_hash=secret_hash(secret),
            person_id=person_id,
            candidacy_id=candidacy_id,
            created_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    session.flush()
    return secret


def end_session(session: Session, secret: str, *, now: datetime) -> None:
    """End the session of a browser, if it has one."""
    _end(session, col(WebSession.secret_hash) == secret_hash(secret), now)


def end_own_session(session: Session, actor: Actor, session_id: int, *, now: datetime) -> None:
    """End one of the actor's own sessions, in whichever browser; one that is ended stays so."""
    _end(session, (col(WebSession.id) == session_id) & (col(WebSession.person_id) == actor.person_id), now)


def _end(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
    session.execute(sa.update(WebSession).where(which, col(WebSession.ended_at).is_(None)).values(ended_at=now))
