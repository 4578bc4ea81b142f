"""Invitations in mails (iMIP, RFC 6047): who invites whom is written as a mail goes out.

``Mail.calendar`` holds one iCalendar object per session, one after the other: RFC 5546 allows only one UID in an
invitation. Works on text alone: what writes calendars takes long to load.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

_OBJECTS: Final = re.compile(r"BEGIN:VCALENDAR\r\n.*?\r\nEND:VCALENDAR\r\n", re.DOTALL)
_METHOD: Final = re.compile(r"\r\nMETHOD:([A-Z]+)\r\n")
_EVENT: Final = "\r\nBEGIN:VEVENT\r\n"
_OCTETS_IN_LINE: Final = 75


@dataclass(frozen=True, slots=True)
class Party:
    """Who invites, or who is invited."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One iCalendar object, ready to go with a mail, and its method (RFC 5546)."""

    method: str
    text: str


def together(calendars: Sequence[str]) -> str:
    """Return the calendars of several sessions as ``Mail.calendar`` holds them."""
    return "".join(calendars)


def addressed(calendar: str, *, organizer: Party, attendee: Party) -> list[Invitation]:
    """Return the invitations of a mail, from ``organizer`` and to ``attendee`` alone.

    Nobody answers them by mail (``RSVP=FALSE``): who is invited answers on a page.
    """
    lines = (
        _line(f"ORGANIZER{_named(organizer)}:mailto:{organizer.address}"),
        _line(
            f"ATTENDEE{_named(attendee)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
            f":mailto:{attendee.address}"
        ),
    )
    parties = _EVENT + "\r\n".join(lines) + "\r\n"
    return [Invitation(_method(text), text.replace(_EVENT, parties)) for text in _OBJECTS.findall(calendar)]


def add_invitations(made: EmailMessage, invitations: Sequence[Invitation]) -> None:
    """Put invitations into a message that has its words.

    One is a form of the mail beside text and HTML, by which Outlook and Gmail know an invitation; of several each is a
    file that goes with it, because these programs would show the first and hide the others.
    """
    if len(invitations) == 1:
        (only,) = invitations
        made.add_alternative(only.text, subtype="calendar", cte="base64", params={"method": only.method})
        return
    for number, one in enumerate(invitations, start=1):
        name = f"{number}.ics"
        made.add_attachment(one.text, subtype="calendar", cte="base64", filename=name, params={"method": one.method})


def _method(text: str) -> str:
    found = _METHOD.search(text)
    if found is None:
        msg = "an invitation has a method"
        raise ValueError(msg)
    return found[1]


def _named(party: Party) -> str:
    name = "".join(letter for letter in party.name if letter.isprintable() and letter != '"')
    return f';CN="{name}"' if name else ""


def _line(text: str) -> str:
    """Fold a content line (RFC 5545 §3.1): at most 75 octets, letters whole."""
    lines, line = [], ""
    for letter in text:
        if len((line + letter).encode()) > _OCTETS_IN_LINE:
            lines.append(line)
            line = " "
        line += letter
    return "\r\n".join([*lines, line])
