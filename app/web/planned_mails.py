"""Mails before they go out: to whom, in which language, and every word, for the pages that ask to confirm them."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.services.mail import Recipient
from app.services.pairing_mails import PlannedMail, words_of


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as it will go out."""

    to: Recipient
    subject: str
    text: str


def shown_mails(mails: Iterable[PlannedMail], *, base_url: str) -> list[ShownMail]:
    """Write the mails of a plan, in their order."""
    written = [(mail.to, words_of(mail, base_url=base_url)) for mail in mails]
    return [ShownMail(to, words.subject, words.text) for to, words in written]
