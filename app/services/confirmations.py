"""Have a second person confirm a candidacy, by a secret link, before it is submitted."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy_people import AddressUnconfirmed
from app.domain.confirmation import (
    LIFETIME,
    AnswersChanged,
    ConfirmationEnded,
    ConfirmationNotAsked,
    ConfirmationOpen,
    Standing,
    check_may_confirm,
    check_note,
    check_open,
    check_second_person,
)
from app.domain.sign_in import clean_address
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models import Candidacy, Confirmation
from app.queries.candidacies import CandidacyRecord, any_candidacy, members_of
from app.queries.confirmations import Asked, confirmation_by_secret, last_confirmation, shown_digest
from app.queries.people import actor_of_person, secret_hash
from app.queries.programmes import rules_of
from app.services import candidacies
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.rates import hit

DAY: Final = timedelta(days=1)
ASKED_PER_PERSON: Final = 20
ASKED_PER_CANDIDACY: Final = 10
ASKED_PER_ADDRESS: Final = 10
REMINDED_PER_CANDIDACY: Final = 3
ANSWERED_PER_LINK: Final = 60
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Confirmer:
    """Who is asked to confirm, as the asker typed it; ``role`` is the office, such as alderman."""

    name: str
    role: str
    address: str
    language: str


def ask(session: Session, candidacy: CandidacyRecord, confirmer: Confirmer, *, actor: Actor, now: datetime) -> None:
    """Mail somebody the link with which a candidacy that is complete is confirmed and submitted.

    :raises AddressUnconfirmed: the actor only typed an address so far: nobody knows yet who asks.
    :raises ConfirmationNotAsked: the programme does not ask for a second person.
    :raises ConfirmationOpen: somebody was asked already.
    :raises AddressInvalid, SamePerson: nothing can be sent there, or it is the actor's own mailbox.
    :raises TooManyTries: too often today; whatever ``candidacies.check_ready`` raises: it cannot be submitted now.
    """
    if not actor.is_known:
        raise AddressUnconfirmed
    address = clean_address(confirmer.address)
    _lock(session, candidacy.id)
    if not rules_of(session, candidacy.programme_id).second_confirmation:
        raise ConfirmationNotAsked
    candidacies.check_ready(session, candidacy, now=now)
    check_second_person(actor.email, address)
    _close_old(session, candidacy.id, now)
    for key, limit in (
        (f"confirmation.person:{actor.person_id}", ASKED_PER_PERSON),
        (f"confirmation.candidacy:{candidacy.id}", ASKED_PER_CANDIDACY),
        (f"confirmation.address:{address}", ASKED_PER_ADDRESS),
    ):
        hit(session, key, limit=limit, window=DAY, now=now)
    chosen = replace(confirmer, address=address)
    secret = _add(session, candidacy, chosen, asked_by=actor.person_id or 0, now=now)
    record(
        session,
        actor,
        "candidacy.confirmation_asked",
        subject=("candidacy", candidacy.id),
        now=now,
        name=confirmer.name,
    )
    _send(session, "confirmation_asked", candidacy, chosen, secret, asker=actor.name, now=now)


def remind(session: Session, candidacy: CandidacyRecord, *, actor: Actor, now: datetime) -> None:
    """Mail who was asked once more, with a new link; the old one says that there is a newer mail.

    :raises AddressUnconfirmed: see ``ask``.
    :raises ConfirmationEnded: nobody is asked at the moment.
    :raises TooManyTries: often enough for today.
    """
    if not actor.is_known:
        raise AddressUnconfirmed
    _lock(session, candidacy.id)
    asked = _open_one(session, candidacy.id, now)
    hit(session, f"confirmation.reminder:{candidacy.id}", limit=REMINDED_PER_CANDIDACY, window=DAY, now=now)
    _end(session, asked.id, cancelled_at=now)
    chosen = Confirmer(asked.name, asked.role, asked.email, asked.language)
    secret = _add(session, candidacy, chosen, asked_by=asked.asked_by, now=now)
    record(
        session,
        actor,
        "candidacy.confirmation_reminded",
        subject=("candidacy", candidacy.id),
        now=now,
        name=asked.name,
    )
    _send(session, "confirmation_reminder", candidacy, chosen, secret, asker=asked.asker_name, now=now)


def cancel(session: Session, candidacy: CandidacyRecord, *, actor: Actor, now: datetime) -> None:
    """Take the question back, and tell who was asked that nothing is expected any more.

    :raises AddressUnconfirmed: see ``ask``.
    :raises ConfirmationEnded: nobody is asked at the moment.
    """
    if not actor.is_known:
        raise AddressUnconfirmed
    _lock(session, candidacy.id)
    asked = _open_one(session, candidacy.id, now)
    _end(session, asked.id, cancelled_at=now)
    record(
        session,
        actor,
        "candidacy.confirmation_cancelled",
        subject=("candidacy", candidacy.id),
        now=now,
        name=asked.name,
    )
    to = Recipient(asked.email, asked.name, asked.language)
    values = {"candidacy": candidacy, "asker": actor.name}
    enqueue(
        session,
        "confirmation_cancelled",
        to=to,
        values=values,
        now=now,
        unique_key=f"confirmation_cancelled:{candidacy.reference}:{asked.id}",
    )


def confirm(session: Session, secret: str, *, shown: str, reader: Actor, now: datetime) -> None:
    """Confirm and submit a candidacy in one: whoever holds the link does, if it is not the one who asks.

    ``shown`` is the digest of the answers that the page showed, ``reader`` as whom the browser is signed in.

    :raises ConfirmationEnded: the link is unknown, was used, was taken back, or is too old.
    :raises SamePerson: who asks opened the link.
    :raises AnswersChanged: the answers are not those that were shown.
    :raises TooManyTries: too often; whatever ``candidacies.submit`` raises: it cannot be submitted now.
    """
    asked, candidacy = _to_answer(session, secret, reader, now)
    if shown != shown_digest(session, candidacy):
        raise AnswersChanged
    _end(session, asked.id, confirmed_at=now)
    confirming = Actor(person_id=reader.person_id if reader.is_known else None, name=asked.signature)
    record(session, confirming, "candidacy.confirmed", subject=("candidacy", candidacy.id), now=now)
    asker = actor_of_person(session, asked.asked_by)
    candidacies.submit(session, candidacy, actor=asker, now=now, confirmed_by=asked.signature)
    to = Recipient(asked.email, asked.name, asked.language)
    enqueue(session, "confirmation_done", to=to, values={"candidacy": candidacy}, now=now)


def decline(session: Session, secret: str, *, note: str, reader: Actor, now: datetime) -> None:
    """Answer "not yet", with the reason, which the one who asks gets by mail; then somebody can be asked again.

    :raises ConfirmationEnded, SamePerson, TooManyTries: see ``confirm``.
    :raises NoteMissing: the reason is empty.
    """
    check_note(note)
    asked, candidacy = _to_answer(session, secret, reader, now)
    _end(session, asked.id, declined_at=now, note=note)
    declining = Actor(person_id=reader.person_id if reader.is_known else None, name=asked.signature)
    record(session, declining, "candidacy.confirmation_declined", subject=("candidacy", candidacy.id), now=now)
    members = members_of(session, candidacy.id)
    for member in [one for one in members if one.person_id == asked.asked_by] or members:
        to = Recipient(member.email, member.name, member.language, member.person_id)
        values = {"candidacy": candidacy, "confirmer": asked.signature, "note": note}
        enqueue(session, "confirmation_declined", to=to, values=values, now=now)


def _to_answer(session: Session, secret: str, reader: Actor, now: datetime) -> tuple[Asked, CandidacyRecord]:
    """Lock the candidacy that a link is about, and give both as they are now if this reader may answer."""
    found = confirmation_by_secret(session, secret)
    candidacy = any_candidacy(session, found.reference) if found else None
    if candidacy is None:
        raise ConfirmationEnded
    _lock(session, candidacy.id)
    asked, candidacy = confirmation_by_secret(session, secret), any_candidacy(session, candidacy.reference)
    assert asked is not None and candidacy is not None  # noqa: S101, PT018 - found above, and rows are never deleted
    hit(session, f"confirmation.answer:{asked.id}", limit=ANSWERED_PER_LINK, window=HOUR, now=now)
    check_open(asked.moments, now)
    check_may_confirm(
        asked_by=asked.asked_by,
        asker=asked.asker_email,
        confirmer=asked.email,
        reader_id=reader.person_id,
        reader=reader.email,
    )
    return asked, candidacy


def _lock(session: Session, candidacy_id: int) -> None:
    """Lock a candidacy to the end of the transaction: of two askers or two answers one comes first."""
    query = sa.select(col(Candidacy.id)).where(col(Candidacy.id) == candidacy_id).with_for_update()
    session.execute(query).scalar_one()


def _close_old(session: Session, candidacy_id: int, now: datetime) -> None:
    """Make room for a new question: one that is too old is closed, an open one stays."""
    last = last_confirmation(session, candidacy_id)
    if last is None:
        return
    found = last.standing(now)
    if found is Standing.OPEN:
        raise ConfirmationOpen(name=last.name)
    if found is Standing.EXPIRED:
        _end(session, last.id, cancelled_at=now)


def _open_one(session: Session, candidacy_id: int, now: datetime) -> Asked:
    last = last_confirmation(session, candidacy_id)
    if last is None:
        raise ConfirmationEnded
    check_open(last.moments, now)
    return last


def _add(session: Session, candidacy: CandidacyRecord, confirmer: Confirmer, *, asked_by: int, now: datetime) -> str:
    """Store a question; give the secret of its link, which is stored as a hash alone."""
    secret = secrets.token_urlsafe(32)
    session.add(
        Confirmation(
            candidacy_id=candidacy.id,
            secret_hash=secret_hash(secret),
            name=confirmer.name,
            role=confirmer.role,
            email=confirmer.address,
            language=confirmer.language,
            asked_by=asked_by,
            asked_at=now,
        )
    )
    session.flush()
    return secret


def _end(session: Session, confirmation_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    session.execute(sa.update(Confirmation).where(col(Confirmation.id) == confirmation_id).values(**values))


def _send(
    session: Session,
    kind: str,
    candidacy: CandidacyRecord,
    confirmer: Confirmer,
    secret: str,
    *,
    asker: str,
    now: datetime,
) -> None:
    values = {
        "candidacy": candidacy,
        "asker": asker,
        "link": f"/confirmations/{secret}",
        "expires_on": programme_day(now + LIFETIME),
        "zone": PROGRAMME_ZONE,
        "closed": now >= candidacy.closes_at,
    }
    to = Recipient(confirmer.address, confirmer.name, confirmer.language)
    # the words do not name the reference, and by it the mails of a candidacy are found
    key = f"{kind}:{candidacy.reference}:{secret_hash(secret)[:16]}"
    enqueue(session, kind, to=to, values=values, now=now, unique_key=key)
