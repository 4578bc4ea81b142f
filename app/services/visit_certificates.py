"""Certificates of those who took part in a work visit, as PDF in the language that is asked for."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.slugs import slug
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.language.moments import date_range
from app.queries.programmes import programme_by_id
from app.queries.visits import TravellerFacts, VisitFacts

SENDER = "VVSG"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file and its name."""

    name: str
    content: bytes


def certificate(session: Session, visit: VisitFacts, traveller: TravellerFacts, *, language: str) -> Certificate:
    """Make the certificate of a traveller, dated the end of the visit; the same values give the same bytes."""
    from app.documents.pdf import Document, Facts, Heading, Paragraph, Signature, make_pdf

    programme = programme_by_id(session, visit.session.programme_id)
    of_programme = title_of(programme, language).words if programme else ""
    title = gettext(language, N_("Certificate of participation"))
    words = gettext(
        language,
        N_("VVSG certifies that this person took part in the work visit of %(travelling)s to %(host)s."),
        travelling=visit.travelling.name,
        host=visit.hosting.name,
    )
    facts = [
        (gettext(language, N_("Function")), traveller.function),
        (gettext(language, N_("On behalf of")), visit.travelling.name),
        (gettext(language, N_("Days of the visit")), date_range(language, visit.first_day, visit.last_day)),
        (gettext(language, N_("Programme")), of_programme),
    ]
    document = Document(
        title=title,
        language=language,
        organisation=f"{SENDER} · {of_programme}",
        made_at=visit.session.ends_at,
        blocks=(
            Heading(traveller.name),
            Paragraph(words),
            Facts(tuple(row for row in facts if row[1])),
            Signature(gettext(language, N_("For the programme team")), (SENDER,)),
        ),
    )
    return Certificate(f"{slug(title)}-{slug(traveller.name)}.pdf", make_pdf(document))
