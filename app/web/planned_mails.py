"""Mails before they go out: to whom, in which language, and every word, for the pages that ask to confirm them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.services.mail import Recipient
from app.services.pairing_mails import PlannedMail, words_of


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as it will go out; ``closed``: its words are not for the reader, and not given."""

    to: Recipient
    subject: str
    text: str
    closed: bool = False


def shown_mails(mails: Iterable[PlannedMail], *, base_url: str, conflicts: Collection[str] = ()) -> list[ShownMail]:
    """Write the mails of a plan, in their order.

    Those about a candidacy whose reference is in ``conflicts`` stay closed, as they do once they were sent.
    """
    return [_shown(mail, base_url, any(reference in mail.key for reference in conflicts)) for mail in mails]


def _shown(mail: PlannedMail, base_url: str, closed: bool) -> ShownMail:
    words = words_of(mail, base_url=base_url)
    return ShownMail(mail.to, words.subject, "" if closed else words.text, closed)
