"""Which mails somebody gets who never chose, and which kind a reminder is."""

from collections.abc import Collection
from typing import Final

from app.domain.codes import MailChoice

OFF_UNLESS_CHOSEN: Final = frozenset({MailChoice.DIGEST})
ON_UNLESS_CHOSEN: Final = frozenset(MailChoice) - OFF_UNLESS_CHOSEN
LAST_DAYS: Final = 2


def reminder_choice(days: int) -> MailChoice:
    """Give the kind of a reminder so many days before a session: the last two days are "the day before"."""
    return MailChoice.DAY_BEFORE if days <= LAST_DAYS else MailChoice.WEEK_BEFORE


def wanted(on: Collection[MailChoice], off: Collection[MailChoice]) -> frozenset[MailChoice]:
    """Give the kinds that somebody gets who switched these on and off."""
    return (ON_UNLESS_CHOSEN | frozenset(on)) - frozenset(off)
