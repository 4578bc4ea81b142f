"""Certificates of attendance as PDF: for one session, or for all of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.documents.pdf import Block, Column, Document, Facts, Letterhead, Paragraph, Said, Signature, Table, make_pdf
from app.domain.attendance import Length
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext, ngettext
from app.language.moments import date_long, date_range, hours

SENDER = "VVSG"


@dataclass(frozen=True, slots=True)
class SessionAttended:
    """A session as a certificate names it; ``first`` and ``last`` are days where it took place."""

    title: Said
    first: date
    last: date
    length: Length
    kind: str
    place: str
    government: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says, in ``language``: who took part in which sessions, in order of time.

    ``year``: of which year these are all the sessions; None for one session alone. ``made_at`` (aware) is shown as a
    day in Brussels.
    """

    language: str
    programme: Said
    person: str
    sessions: tuple[SessionAttended, ...]
    made_at: datetime
    year: int | None = None


def certificate_pdf(certificate: Certificate) -> bytes:
    """Make a certificate as PDF/UA-1; the same values give the same bytes."""
    return make_pdf(certificate_document(certificate))


def certificate_document(certificate: Certificate) -> Document:
    """Put a certificate in words, block by block."""
    locale = certificate.language
    blocks = _of_one(certificate) if certificate.year is None else _of_year(certificate)
    return Document(
        title=gettext(locale, N_("Certificate of attendance")),
        language=locale,
        organisation=f"{SENDER} · {certificate.programme}",
        made_at=certificate.made_at,
        letterhead=Letterhead((SENDER, certificate.programme), (certificate.person,), _facts(certificate)),
        blocks=(*blocks, _signature(locale)),
    )


def _facts(certificate: Certificate) -> tuple[tuple[Said, Said], ...]:
    locale = certificate.language
    day = date_long(locale, programme_day(certificate.made_at))
    return ((gettext(locale, N_("Date")), day),)


def _of_one(certificate: Certificate) -> tuple[Block, ...]:
    locale, (one,) = certificate.language, certificate.sessions
    words = N_("VVSG certifies that %(person)s took part in this session of the SDG partnerships.")
    rows = (
        (N_("Session"), one.title),
        (N_("Kind"), one.kind),
        (N_("When"), date_range(locale, one.first, one.last)),
        (N_("Length"), length_text(locale, one.length)),
        (N_("Place"), one.place),
        (N_("Took part for"), one.government),
        (N_("Programme"), certificate.programme),
    )
    return (
        Paragraph(gettext(locale, words, person=certificate.person)),
        Facts(tuple((gettext(locale, name), said) for name, said in rows if said)),
    )


def _of_year(certificate: Certificate) -> tuple[Block, ...]:
    locale, sessions = certificate.language, certificate.sessions
    words = N_("VVSG certifies that %(person)s took part in these sessions of the SDG partnerships in %(year)s.")
    columns = (
        Column(gettext(locale, N_("When")), 3),
        Column(gettext(locale, N_("Session")), 4),
        Column(gettext(locale, N_("Took part for")), 3),
        Column(gettext(locale, N_("Length")), 3),
    )
    rows = tuple(
        (date_range(locale, one.first, one.last), one.title, one.government, length_text(locale, one.length))
        for one in sessions
    )
    total = ngettext(locale, "%(num)s session", "%(num)s sessions", len(sessions))
    return (
        Paragraph(gettext(locale, words, person=certificate.person, year=str(certificate.year))),
        Table(gettext(locale, N_("Sessions in %(year)s"), year=str(certificate.year)), columns, rows),
        Facts(((gettext(locale, N_("Together")), f"{total}, {length_text(locale, _total(sessions))}"),)),
    )


def _total(sessions: Sequence[SessionAttended]) -> Length:
    return sum((one.length for one in sessions), Length())


def length_text(locale: str, length: Length) -> str:
    """Say how long: "1 hour 30 minutes", "5 days", or both: "5 days and 1 hour 30 minutes"."""
    days = ngettext(locale, "%(num)s day", "%(num)s days", length.days)
    time = hours(locale, timedelta(minutes=length.minutes))
    if not length.days:
        return time
    return gettext(locale, N_("%(days)s and %(time)s"), days=days, time=time) if length.minutes else days


def _signature(locale: str) -> Block:
    team = gettext(locale, N_("The programme team"))
    return Signature(gettext(locale, N_("On behalf of the programme,")), (team, SENDER))
