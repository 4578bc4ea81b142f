"""Invitation letters for a work visit: from the government that receives to those who come, in one language."""

from dataclasses import dataclass
from datetime import date, datetime

from app.documents.letter_pdf import Letter, letter_pdf
from app.documents.pdf import Block, Column, Heading, Paragraph, Points, Room, Table
from app.domain.codes import Category
from app.language.catalogues import N_, gettext
from app.language.formats import join
from app.language.labels import label
from app.language.moments import date_long, date_range, date_with_weekday

ROOM_TO_SIGN = 3


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited."""

    name: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the visit's programme; ``time`` in words, empty where none is set."""

    day: date
    time: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Payer:
    """What a government pays, as it was estimated."""

    government: str
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the letter says; one guest gets a letter of one's own, several one together."""

    language: str
    programme: str
    reference: str
    written_at: datetime
    host: str
    host_region: str
    travelling: str
    guests: tuple[Guest, ...]
    first_day: date
    last_day: date
    purpose: str
    points: tuple[Point, ...] = ()
    payers: tuple[Payer, ...] = ()


def invitation_name(language: str, reference: str, guest: str = "") -> str:
    """Give the name of the file."""
    words = gettext(language, N_("Invitation"))
    return f"{' '.join(filter(None, (words, reference, guest))).replace('/', '-')}.pdf"


def invitation_pdf(invitation: Invitation) -> bytes:
    """Make the letter as PDF/UA-1; the same invitation gives the same bytes."""
    return letter_pdf(invitation_letter(invitation))


def invitation_letter(invitation: Invitation) -> Letter:
    """Put an invitation in words."""
    locale = invitation.language
    return Letter(
        language=locale,
        programme=invitation.programme,
        addressee=_addressee(invitation),
        reference=invitation.reference,
        written_at=invitation.written_at,
        subject=gettext(locale, N_("Invitation for a work visit to %(host)s"), host=invitation.host),
        opening=_opening(invitation),
        contact=invitation.host,
        signer=(gettext(locale, N_("For %(government)s: name, function and stamp"), government=invitation.host),),
        sender=tuple(filter(None, (invitation.host, invitation.host_region))),
        blocks=(*_guests(invitation), *_programme(invitation), *_costs(invitation), Room(ROOM_TO_SIGN)),
    )


def _addressee(invitation: Invitation) -> tuple[str, ...]:
    if len(invitation.guests) != 1:
        return (gettext(invitation.language, N_("The delegation of %(government)s"), government=invitation.travelling),)
    guest = invitation.guests[0]
    return tuple(filter(None, (guest.name, guest.function, invitation.travelling)))


def _opening(invitation: Invitation) -> str:
    locale = invitation.language
    words = N_(
        "%(host)s invites you for a work visit of %(days)s. The visit is part of the partnership of %(travelling)s and "
        "%(host)s in the programme %(programme)s, in which both governments learn from each other on an equal footing."
    )
    purpose = N_("The visit is about: %(purpose)s. It begins on %(first)s and ends on %(last)s.")
    return "\n".join(
        (
            gettext(
                locale,
                words,
                host=invitation.host,
                travelling=invitation.travelling,
                programme=invitation.programme,
                days=date_range(locale, invitation.first_day, invitation.last_day),
            ),
            gettext(
                locale,
                purpose,
                purpose=invitation.purpose,
                first=date_long(locale, invitation.first_day),
                last=date_long(locale, invitation.last_day),
            ),
        )
    )


def _guests(invitation: Invitation) -> tuple[Block, ...]:
    if len(invitation.guests) == 1:
        return ()
    lines = tuple(", ".join(filter(None, (guest.name, guest.function))) for guest in invitation.guests)
    return (Heading(gettext(invitation.language, N_("Who is invited"))), Points(lines))


def _programme(invitation: Invitation) -> tuple[Block, ...]:
    if not invitation.points:
        return ()
    locale = invitation.language
    titles = (N_("Day"), N_("Time"), N_("What"), N_("Where"))
    columns = tuple(Column(gettext(locale, title), share) for title, share in zip(titles, (3, 2, 4, 3), strict=True))
    rows = tuple(
        (date_with_weekday(locale, point.day), point.time, point.title, point.place) for point in invitation.points
    )
    title = gettext(locale, N_("Programme of the visit"))
    return (Heading(title), Table(title, columns, rows))


def _costs(invitation: Invitation) -> tuple[Block, ...]:
    locale = invitation.language
    heading = Heading(gettext(locale, N_("Who pays what")))
    budget = gettext(
        locale,
        N_("The costs are paid out of the budget of the partnership, which both governments share equally."),
    )
    if not invitation.payers:
        return (heading, Paragraph(budget))
    words = N_("%(government)s pays: %(costs)s.")
    lines = tuple(
        gettext(
            locale,
            words,
            government=payer.government,
            costs=join(locale, [label(locale, one).lower() for one in payer.categories]),
        )
        for payer in invitation.payers
    )
    return (heading, Paragraph(budget), Points(lines))
