"""The demo at the scale of Flanders, for measuring: every municipality a candidate, and forty partnerships.

Everything is made by rule from the reference list; nothing of it says anything about a real municipality.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.domain.codes import (
    CandidacyState,
    Category,
    Country,
    Currency,
    Role,
    Section,
    Side,
)
from app.domain.slugs import slug
from app.models import (
    Allotment,
    Call,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    PolicyField,
    Programme,
)
from app.models.base import identity
from app.models.database import transaction
from app.services.agenda import lay_out_programme
from app.services.budget import Spending, commit_money, open_allotments, pay
from app.services.candidacy_form import keep_first
from app.services.demo.candidacies import INVOLVEMENT, MOTIVATION, TEXTS
from app.services.demo.partnerships import opened_at
from app.services.demo.programmes import track_ids
from app.services.people import COMMAND_LINE

PARTNERSHIPS = 40
ENTRIES_PER_SIDE = 24
ENTRY_CENTS = 60_000
STATES = (CandidacyState.SUBMITTED, CandidacyState.IN_ASSESSMENT, CandidacyState.SUBMITTED, CandidacyState.DRAFT)


def load(session: Session, *, now: datetime) -> None:
    """Add the candidacies to the open call and the partnerships to the running programme, once."""
    programmes = session.execute(sa.select(Programme).order_by(col(Programme.starts_on).desc())).scalars().all()
    opened, running = programmes[0], programmes[1]
    municipalities = _governments(session, Country.BELGIUM)
    if session.execute(sa.select(col(Candidacy.id)).where(col(Candidacy.reference) == "SDG-FL0000")).first():
        return
    with transaction(session):
        _candidacies(session, opened, municipalities, now=now)
    with transaction(session):
        partners = [*_governments(session, Country.RWANDA), *_governments(session, Country.BENIN)]
        made = _partnerships(session, running, municipalities[:PARTNERSHIPS], partners, now=now)
        lay_out_programme(session, identity(running), made, now=now)
        _ledger(session, running, made, now=now)


def _governments(session: Session, country: Country) -> Sequence[LocalGovernment]:
    query = (
        sa.select(LocalGovernment)
        .where(
            col(LocalGovernment.country) == country,
            col(LocalGovernment.valid_to).is_(None),
            col(LocalGovernment.code).not_like("DEMO-%"),
        )
        .order_by(col(LocalGovernment.code))
    )
    return session.execute(query).scalars().all()


def _candidacies(
    session: Session, programme: Programme, municipalities: Sequence[LocalGovernment], *, now: datetime
) -> None:
    call = session.execute(sa.select(Call).where(col(Call.programme_id) == programme.id)).scalar_one()
    keep_first(session, identity(programme), now=now - timedelta(days=60))
    codes = session.execute(sa.select(col(PolicyField.code)).order_by(col(PolicyField.position))).scalars().all()
    people = [
        _person(f"candidate-{order}@example.org", f"Contact {order}", now=now) for order in range(len(municipalities))
    ]
    session.add_all(people)
    session.flush()
    for order, (government, writer) in enumerate(zip(municipalities, people, strict=True)):
        state = STATES[order % len(STATES)]
        candidacy = Candidacy(
            reference=f"SDG-FL{order:04d}",
            call_id=identity(call),
            local_government_id=identity(government),
            state=state,
            language="nl",
            created_at=now - timedelta(days=20, minutes=order),
            updated_at=now - timedelta(days=order % 15, minutes=order),
            submitted_at=None if state is CandidacyState.DRAFT else now - timedelta(days=order % 15, minutes=order),
        )
        session.add(candidacy)
        session.flush()
        session.add(CandidacyMember(candidacy_id=identity(candidacy), person_id=identity(writer)))
        session.add_all(_saved(candidacy, _sections(candidacy, government, writer, codes, order, now=now)))


def _sections(
    candidacy: Candidacy,
    government: LocalGovernment,
    writer: Person,
    codes: Sequence[str],
    order: int,
    *,
    now: datetime,
) -> list[CandidacySection]:
    answers: dict[Section, dict[str, Any]] = {
        Section.GOVERNMENT: {
            "administrative_name": writer.name,
            "administrative_email": writer.email,
            "administrative_phone": "",
            "political_name": f"Mandataris van {government.name}",
            "political_role": "Schepen",
            "profiles": [("urban", "rural", "border")[order % 3]],
        },
        Section.THEME: {
            "tracks": [["rwanda", "benin"], ["benin"], ["rwanda"], ["benin", "rwanda"]][order % 4],
            "subjects": ["rwanda:youth", "benin:markets"],
            "goals": [16, 8],
            "partners": [],
        },
        Section.LEARNING: {
            "strengths": _picked(codes, order, "strengths"),
            "challenges": _picked(codes, order + 7, "challenges"),
        },
        Section.MOTIVATION: dict(MOTIVATION),
        Section.INVOLVEMENT: dict(INVOLVEMENT),
        Section.PROMISES: {
            "promises": ["equal", "sessions", "visits", "time", "involve", "feedback"],
            "direction": "no_preference",
            "languages": {"en": 1 + order % 3, "fr": 1 + (order + 1) % 3},
            "unsuitable_weeks": "",
        },
        Section.CITY_LINKS: {"has_links": "no", "links": ""},
    }
    return [
        CandidacySection(
            candidacy_id=identity(candidacy),
            section=section,
            answers=given,
            complete=True,
            saved_at=now - timedelta(days=order % 15),
            person_id=identity(writer),
        )
        for section, given in answers.items()
    ]


def _saved(candidacy: Candidacy, sections: list[CandidacySection]) -> list[SQLModel]:
    """Give the sections with what saving and submitting them would have kept."""
    names = ("candidacy_id", "section", "answers", "saved_at", "person_id", "version")
    rows: list[SQLModel] = [*sections]
    rows += [
        CandidacySectionVersion(form_version=1, **{name: getattr(one, name) for name in names}) for one in sections
    ]
    if candidacy.submitted_at is not None:
        answers: dict[str, object] = {Section(one.section).value: one.answers for one in sections}
        rows.append(
            CandidacySubmission(
                candidacy_id=identity(candidacy),
                number=1,
                form_version=1,
                answers=answers,
                submitted_at=candidacy.submitted_at,
                person_id=sections[0].person_id,
            )
        )
    return rows


def _picked(codes: Sequence[str], start: int, kind: str) -> dict[str, dict[str, object]]:
    chosen = [codes[(start + step * 5) % len(codes)] for step in range(3)]
    return {code: {"priority": priority, "text": TEXTS[kind]} for priority, code in enumerate(chosen, start=1)}


def _partnerships(
    session: Session,
    programme: Programme,
    municipalities: Sequence[LocalGovernment],
    partners: Sequence[LocalGovernment],
    *,
    now: datetime,
) -> list[int]:
    tracks = track_ids(session, programme)
    track_of = {Country.RWANDA: tracks["rwanda"], Country.BENIN: tracks["benin"]}
    made: list[int] = []
    for flemish, partner in zip(municipalities, partners, strict=False):
        partnership = Partnership(
            slug=slug(f"{flemish.name} {partner.name} maat"),
            programme_id=identity(programme),
            track_id=track_of[partner.country],
            created_at=now,
        )
        session.add(partnership)
        session.flush()
        for side, government in ((Side.FLEMISH, flemish), (Side.PARTNER, partner)):
            session.add(
                PartnershipSide(
                    partnership_id=identity(partnership), side=side, local_government_id=identity(government)
                )
            )
            coordinator = _person(
                f"coordinator-{government.code.lower()}@example.org", f"Coordinator {government.code}", now=now
            )
            session.add(coordinator)
            session.flush()
            session.add(
                Membership(
                    person_id=identity(coordinator), role=Role.COORDINATOR, local_government_id=identity(government)
                )
            )
        session.flush()
        open_allotments(session, identity(partnership), programme.budget_cents, now=opened_at(programme, now))
        made.append(identity(partnership))
    return made


def _ledger(session: Session, programme: Programme, partnership_ids: Sequence[int], *, now: datetime) -> None:
    query = (
        sa.select(col(Allotment.id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(col(PartnershipSide.partnership_id).in_(partnership_ids))
        .order_by(col(Allotment.id))
    )
    team = Actor(person_id=1, roles=frozenset({Role.STAFF}))
    categories = list(Category)
    for allotment_id in session.scalars(query).all():
        for order in range(ENTRIES_PER_SIDE):
            spending = Spending(
                allotment_id=allotment_id or 0,
                amount_minor=ENTRY_CENTS,
                currency=Currency.EUR,
                category=categories[order % len(categories)],
                day=programme.starts_on + timedelta(days=order * 30),
                description=f"Boeking {order + 1}",
            )
            if order % 3:
                pay(session, spending, actor=COMMAND_LINE, now=now)
            else:
                commit_money(session, spending, actor=team, now=now)


def _person(email: str, name: str, *, now: datetime) -> Person:
    return Person(email=email, name=name, language="nl", feed_secret=secrets.token_urlsafe(24), created_at=now)
