"""Certificates of attendance as files: for the person, the programme team and the own coordinators."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.documents.attendance_pdf import Certificate, SessionAttended, certificate_pdf
from app.documents.pdf import PdfFile
from app.domain.access import Actor
from app.domain.slugs import slug
from app.domain.texts import Text, pick, title_of
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.queries.attendance import Attended, attended, name_of


def session_certificate(
    session: Session, actor: Actor, person_id: int, session_id: int, *, language: str, now: datetime
) -> PdfFile | None:
    """Make the certificate of a person for a session; none for who was not there, or may not know (two queries)."""
    found = attended(session, actor, person_id, session_id=session_id)
    return _file(session, person_id, found, language=language, now=now, year=None) if found else None


def year_certificate(
    session: Session, actor: Actor, person_id: int, programme: str, year: int, *, language: str, now: datetime
) -> PdfFile | None:
    """Make the certificate of all sessions of a programme's year; none where there are none (two queries)."""
    everything = attended(session, actor, person_id)
    found = [one for one in everything if (one.programme_slug, one.year) == (programme, year)]
    return _file(session, person_id, found, language=language, now=now, year=year) if found else None


def _file(
    session: Session, person_id: int, found: list[Attended], *, language: str, now: datetime, year: int | None
) -> PdfFile:
    person = name_of(session, person_id)
    certificate = Certificate(
        language=language,
        programme=_programme(found[0], language),
        person=person,
        sessions=tuple(_shown(one, language) for one in reversed(found)),
        made_at=now,
        year=year,
    )
    stem = gettext(language, N_("certificate"))
    what = str(year) if year is not None else title_of(found[0], language).words
    return PdfFile(f"{slug(f'{stem} {person} {what}')}.pdf", certificate_pdf(certificate))


def _programme(of: Attended, language: str) -> Text:
    titles = {code: getattr(of, f"programme_title_{code}") for code in ("nl", "fr", "en")}
    return pick(language, **titles)


def _shown(one: Attended, language: str) -> SessionAttended:
    first, last = one.days
    return SessionAttended(
        title=title_of(one, language),
        first=first,
        last=last,
        length=one.length,
        kind=label(language, one.kind),
        place=one.place,
        government=one.government_name,
    )
