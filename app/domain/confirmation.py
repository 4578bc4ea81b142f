"""A second person confirms a candidacy before it is submitted, where the programme asks for it.

Who asks never confirms: not signed in as the same person, and not at the same mailbox under another spelling. A
colleague who writes along may confirm what another colleague submits: they are two people. The rule holds when it is
asked and again at the moment of confirming; a candidacy that was returned is confirmed again before it is submitted
again, because its answers are new.
"""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from app.domain.errors import DomainError

LIFETIME: Final = timedelta(days=30)
NOTE_LIMIT: Final = 2000
_INVISIBLE: Final = "Cf"


class ConfirmationNeeded(DomainError):
    """The programme asks that a second person confirms: nobody submits alone."""

    code = "confirmation_needed"


class ConfirmationNotAsked(DomainError):
    """The programme does not ask for a second person: submit directly."""

    code = "confirmation_not_asked"


class SamePerson(DomainError):
    """Who asks for a confirmation does not give it."""

    code = "same_person"


class ConfirmationOpen(DomainError):
    """``name`` was asked already and has not answered yet."""

    code = "confirmation_open"


class ConfirmationEnded(DomainError):
    """This question is not open any more: answered, taken back, or too old."""

    code = "confirmation_ended"


class AnswersChanged(DomainError):
    """Somebody changed the candidacy after these answers were shown."""

    code = "answers_changed"


class NoteMissing(DomainError):
    """Who does not confirm says why: the colleagues have to do something with it."""

    code = "note_missing"


class Standing(Enum):
    """How it stands with a confirmation."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Moments:
    """When a confirmation was asked, and how it ended; all aware."""

    asked_at: datetime
    confirmed_at: datetime | None = None
    declined_at: datetime | None = None
    cancelled_at: datetime | None = None


def standing(moments: Moments, now: datetime) -> Standing:
    """Tell how it stands with a confirmation at ``now`` (aware): open over [asked_at, asked_at + 30 days)."""
    ended = (
        (moments.confirmed_at, Standing.CONFIRMED),
        (moments.declined_at, Standing.DECLINED),
        (moments.cancelled_at, Standing.CANCELLED),
        (moments.asked_at if now >= moments.asked_at + LIFETIME else None, Standing.EXPIRED),
    )
    return next((found for moment, found in ended if moment is not None), Standing.OPEN)


def check_open(moments: Moments, now: datetime) -> None:
    """Refuse unless a confirmation can still be answered.

    :raises ConfirmationEnded: it cannot.
    """
    if standing(moments, now) is not Standing.OPEN:
        raise ConfirmationEnded


def check_confirmed(confirmed_by: str, *, needed: bool) -> None:
    """Refuse a submission that nobody confirmed, where the programme asks for it (``needed``).

    :raises ConfirmationNeeded: nobody did.
    """
    if needed and not confirmed_by:
        raise ConfirmationNeeded


def check_second_person(asker: str, confirmer: str) -> None:
    """Refuse a confirmer whose address is the mailbox of the asker.

    :raises SamePerson: it is.
    """
    if mailbox(asker) == mailbox(confirmer):
        raise SamePerson


def check_may_confirm(
    *, asked_by: int, asker: str, confirmer: str, reader_id: int | None = None, reader: str = ""
) -> None:
    """Refuse at the moment of confirming whoever turns out to be the asker.

    ``reader_id`` and ``reader`` are the person and the address as which the browser is signed in, if it is.

    :raises SamePerson: the confirmer's address, or whoever is signed in, is the asker.
    """
    check_second_person(asker, confirmer)
    if reader_id == asked_by:
        raise SamePerson
    if reader:
        check_second_person(asker, reader)


def check_note(note: str) -> None:
    """Refuse to decline without a reason.

    :raises NoteMissing: there is none.
    """
    if not note.strip():
        raise NoteMissing


def mailbox(address: str) -> str:
    """Give an address in the one form in which two spellings of a mailbox are equal.

    Unicode is normalised (NFKC, RFC 6532), signs that nobody sees are dropped, case is folded, what follows a plus sign
    in the local part goes (RFC 5233, as most mail servers have it), and a domain is written in its ASCII form.
    """
    plain = unicodedata.normalize("NFKC", address).casefold().strip()
    visible = "".join(sign for sign in plain if unicodedata.category(sign) != _INVISIBLE)
    local, _, domain = visible.rpartition("@")
    return f"{local.partition('+')[0]}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def digest(answers: Mapping[str, Mapping[str, Any]], *, form_version: int, files: Collection[int] = ()) -> str:
    """Give the SHA-256 (hex) of all that a confirmer was shown: answers by section, version of the form, attachments.

    Sections without an answer count like sections that were never opened.
    """
    filled = {str(section): dict(one) for section, one in answers.items() if any(one.values())}
    facts = [form_version, sorted(files), filled]
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
