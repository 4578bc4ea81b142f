"""The smallest valid rows; what a test depends on is visible in the test.

Each function adds one row and flushes. Call them inside ``transaction(session)``.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from app.domain.codes import (
    CandidacyState,
    Country,
    GovernmentKind,
    Role,
    SessionKind,
    SessionStatus,
    Side,
)
from app.domain.programme import Promise, Rules
from app.models import (
    AgendaSession,
    Allotment,
    Association,
    Call,
    Candidacy,
    CandidacyMember,
    LocalGovernment,
    Membership,
    PartnerProfile,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    Subject,
    Track,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBERS = count(1)
ROW = TypeVar("ROW", bound=SQLModel)
KINDS = {
    Country.BELGIUM: GovernmentKind.MUNICIPALITY,
    Country.RWANDA: GovernmentKind.DISTRICT,
    Country.BENIN: GovernmentKind.COMMUNE,
}


def number(row: SQLModel) -> int:
    """Give the id of a row that was flushed."""
    made = getattr(row, "id", None)
    assert isinstance(made, int)
    return made


def add(session: Session, row: ROW) -> ROW:
    """Add a row and give it its id."""
    session.add(row)
    session.flush()
    return row


def person(
    session: Session, name: str = "", *, email: str = "", language: str = "nl", zone: str = "Europe/Brussels"
) -> Person:
    """Add a person without any role."""
    serial = next(NUMBERS)
    return add(
        session,
        Person(
            email=email or f"person-{serial}@example.org",
            name=name or f"Person {serial}",
            language=language,
            zone=zone,
            feed_secret=f"feed-secret-{serial:020d}",
            created_at=NOW,
        ),
    )


def member(
    session: Session,
    role: Role,
    *,
    name: str = "",
    government: LocalGovernment | None = None,
    association: Association | None = None,
    language: str = "nl",
    zone: str = "Europe/Brussels",
) -> Person:
    """Add a person with a role."""
    made = person(session, name, language=language, zone=zone)
    add(
        session,
        Membership(
            person_id=number(made),
            role=role,
            local_government_id=number(government) if government else None,
            association_id=number(association) if association else None,
        ),
    )
    return made


def association(session: Session, code: str = "ralga", country: Country = Country.RWANDA) -> Association:
    """Add an association."""
    return add(session, Association(code=code, name=code.upper(), country=country))


def government(
    session: Session, name: str = "", *, country: Country = Country.BELGIUM, region: str = "", code: str = ""
) -> LocalGovernment:
    """Add a local government."""
    serial = next(NUMBERS)
    return add(
        session,
        LocalGovernment(
            code=code or f"{country.value}-{serial}",
            name=name or f"Government {serial}",
            country=country,
            kind=KINDS[country],
            region=region or "Antwerpen",
            population=20_000 + serial,
            population_year=2020,
            latitude_hundredths=5100,
            longitude_hundredths=440,
            valid_from=date(2019, 1, 1),
        ),
    )


def programme(
    session: Session, slug: str = "", *, starts_on: date = date(2026, 1, 1), ends_on: date = date(2027, 12, 31)
) -> Programme:
    """Add a programme with two promises and a budget of EUR 35,000 per partnership."""
    promises = (
        Promise(
            "sessions",
            "We nemen deel aan de sessies.",
            "Nous participons aux sessions.",
            "We take part in the sessions.",
        ),
        Promise("visits", "We gaan op bezoek en ontvangen.", "Nous visitons et recevons.", "We visit and receive."),
    )
    return add(
        session,
        Programme(
            slug=slug or f"programme-{next(NUMBERS)}",
            title_nl="Testprogramma",
            title_fr="Programme d'essai",
            title_en="Test programme",
            summary_nl="Een programma om te testen.",
            summary_fr="Un programme pour tester.",
            summary_en="A programme to test with.",
            starts_on=starts_on,
            ends_on=ends_on,
            budget_cents=3_500_000,
            rules=Rules(promises=promises).to_data(),
        ),
    )


def track(
    session: Session,
    of: Programme,
    slug: str = "rwanda",
    *,
    country: Country = Country.RWANDA,
    places: int = 4,
    of_association: Association | None = None,
) -> Track:
    """Add a track with two subjects."""
    sister = of_association or association(session, f"association-{next(NUMBERS)}", country)
    made = add(
        session,
        Track(
            programme_id=number(of),
            association_id=number(sister),
            slug=slug,
            position=next(NUMBERS),
            country=country,
            language="fr" if country is Country.BENIN else "en",
            places=places,
            title_nl=f"Traject {slug}",
            title_fr=f"Volet {slug}",
            title_en=f"Track {slug}",
            goals=[16],
        ),
    )
    for position, code in enumerate(("voice", "reach")):
        add(
            session,
            Subject(track_id=number(made), code=code, position=position, title_nl=code, title_fr=code, title_en=code),
        )
    return made


def call(
    session: Session,
    of: Programme,
    *,
    opens_at: datetime = NOW - timedelta(days=10),
    closes_at: datetime = NOW + timedelta(days=19),
) -> Call:
    """Add a call that is open at ``NOW``."""
    return add(session, Call(programme_id=number(of), opens_at=opens_at, closes_at=closes_at))


def candidacy(
    session: Session,
    of: Call,
    of_government: LocalGovernment,
    *,
    by: Person | None = None,
    state: CandidacyState = CandidacyState.DRAFT,
    reference: str = "",
) -> Candidacy:
    """Add a candidacy without answers, and its first member."""
    writer = by or person(session)
    made = add(
        session,
        Candidacy(
            reference=reference or f"SDG-{next(NUMBERS):06d}",
            call_id=number(of),
            local_government_id=number(of_government),
            state=state,
            language="nl",
            created_at=NOW,
            updated_at=NOW,
            submitted_at=None if state is CandidacyState.DRAFT else NOW,
        ),
    )
    add(session, CandidacyMember(candidacy_id=number(made), person_id=number(writer)))
    return made


def profile(session: Session, of: Track, of_government: LocalGovernment, *, capacity: int = 1) -> PartnerProfile:
    """Add an empty partner profile."""
    return add(
        session,
        PartnerProfile(
            track_id=number(of), local_government_id=number(of_government), capacity=capacity, updated_at=NOW
        ),
    )


def partnership(
    session: Session,
    of: Track,
    flemish: LocalGovernment,
    partner: LocalGovernment,
    *,
    slug: str = "",
    amount_cents: int = 1_750_000,
) -> Partnership:
    """Add a partnership with its two sides and their allotments."""
    made = add(
        session,
        Partnership(
            slug=slug or f"partnership-{next(NUMBERS)}",
            programme_id=of.programme_id,
            track_id=number(of),
            created_at=NOW,
        ),
    )
    for side, of_government in ((Side.FLEMISH, flemish), (Side.PARTNER, partner)):
        half = add(
            session,
            PartnershipSide(partnership_id=number(made), side=side, local_government_id=number(of_government)),
        )
        add(session, Allotment(side_id=number(half), amount_cents=amount_cents))
    return made


def agenda_session(
    session: Session,
    of: Programme,
    *,
    starts_at: datetime = NOW + timedelta(days=4, hours=4),
    of_track: Track | None = None,
    of_partnership: Partnership | None = None,
    kind: SessionKind = SessionKind.JOINT_DIGITAL,
    status: SessionStatus = SessionStatus.PUBLISHED,
    title: str = "Session",
) -> AgendaSession:
    """Add a session of 90 minutes; its wall time is that of Brussels in winter (UTC+1)."""
    serial = next(NUMBERS)
    return add(
        session,
        AgendaSession(
            uid=f"{serial}@testserver",
            programme_id=number(of),
            track_id=number(of_track) if of_track else None,
            partnership_id=number(of_partnership) if of_partnership else None,
            kind=kind,
            status=status,
            title_nl=f"{title} (nl)",
            title_fr=f"{title} (fr)",
            title_en=f"{title} (en)",
            wall_starts_at=(starts_at + timedelta(hours=1)).replace(tzinfo=None),
            zone="Europe/Brussels",
            duration_minutes=90,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            changed_at=NOW,
        ),
    )
