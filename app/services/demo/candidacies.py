"""Invented candidacies and partner profiles for the open call."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Role, Section
from app.domain.slugs import slug
from app.models import (
    Call,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Clarification,
    LocalGovernment,
    Membership,
    PartnerProfile,
    Programme,
)
from app.models.base import identity
from app.services.candidacy_form import keep_first
from app.services.demo.people import person
from app.services.demo.places import ids_by_code, rows
from app.services.demo.programmes import track_ids

ASSESSED = {CandidacyState.IN_ASSESSMENT: 7400, CandidacyState.SUBMITTED: None}
# What the demo's drafts have not written yet.
UNWRITTEN = (Section.MOTIVATION, Section.INVOLVEMENT, Section.PROMISES)
MOTIVATION = {
    "exchange": "We zoeken een partner die met dezelfde vragen worstelt als wij. "
    "We tonen wat bij ons werkt en wat niet, en we willen even veel halen als brengen.",
    "openness": "Onze ploeg wil haar eigen aanpak tegen het licht houden. "
    "We staan open voor een andere kijk op wat wij vanzelfsprekend vinden.",
}
INVOLVEMENT = {
    "political": "De schepen voor internationale samenwerking trekt het dossier; "
    "de gemeenteraad krijgt elk jaar een verslag.",
    "administrative": "Twee diensten werken samen: participatie en lokale economie. "
    "Ieder maakt een halve dag per maand vrij.",
    "others": "De jeugdraad, de handelaarsvereniging en één middelbare school doen mee.",
    "college_date": "2026-10-12",
}
TEXTS = {
    "strengths": "Hier hebben we de voorbije jaren veel in geïnvesteerd en ervaring mee opgebouwd.",
    "challenges": "Hier zoeken we nieuwe ideeën en iemand die al verder staat.",
}


def fields(text: str, kind: str) -> dict[str, dict[str, object]]:
    """Read ``youth:1 water:2`` as policy fields with their priority."""
    pairs = (part.split(":") for part in text.split())
    return {code: {"priority": int(priority), "text": TEXTS[kind]} for code, priority in pairs}


def levels(text: str) -> dict[str, int]:
    """Read ``en:3 fr:1`` as languages with their level."""
    return {code: int(level) for code, level in (part.split(":") for part in text.split())}


def load_profiles(session: Session, programme: Programme, *, now: datetime) -> list[int]:
    """Add the partners of the open call; give the ids of their local governments."""
    tracks = track_ids(session, programme)
    codes = ids_by_code(session)
    for row in rows("partners.csv"):
        answers: dict[str, object] = {
            "strengths": fields(row["strengths"], "strengths"),
            "challenges": fields(row["challenges"], "challenges"),
            "subjects": [f"{row['track']}:{subject}" for subject in row["subjects"].split()],
            "goals": [int(goal) for goal in row["goals"].split()],
            "languages": levels(row["languages"]),
            "profiles": row["profiles"].split(),
            "wishes": row["wishes"].split(),
            "introduction": "",
        }
        session.add(
            PartnerProfile(
                track_id=tracks[row["track"]], local_government_id=codes[row["code"]], answers=answers, updated_at=now
            )
        )
    session.flush()
    return [codes[row["code"]] for row in rows("partners.csv")]


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add the candidacies of the open call with their contacts."""
    call = session.execute(sa.select(Call).where(col(Call.programme_id) == programme.id)).scalar_one()
    governments = {
        government.code: government
        for government in session.execute(
            sa.select(LocalGovernment).where(col(LocalGovernment.code).like("DEMO-%"))
        ).scalars()
    }
    promises = [str(promise["code"]) for promise in _promises(programme)]
    keep_first(session, identity(programme), now=now - timedelta(days=60))
    for order, row in enumerate(rows("candidacies.csv"), start=1):
        government = governments[row["code"]]
        contact = person(
            session, f"contact-{slug(government.name)}@example.org", f"Contact van {government.name}", now=now
        )
        state = CandidacyState(row["state"])
        saved_at = now - timedelta(days=order, hours=2)
        candidacy = Candidacy(
            reference=f"SDG-DEM{order:03d}",
            call_id=identity(call),
            local_government_id=identity(government),
            state=state,
            language="nl",
            created_at=saved_at - timedelta(days=2),
            updated_at=saved_at,
            submitted_at=None if state is CandidacyState.DRAFT else saved_at,
            assessment_points=ASSESSED.get(state),
        )
        session.add(candidacy)
        session.flush()
        session.add(CandidacyMember(candidacy_id=identity(candidacy), person_id=contact))
        answers = _answers(row, government.name, promises)
        if state is CandidacyState.DRAFT:
            answers = {section: given for section, given in answers.items() if section not in UNWRITTEN}
        _write(session, identity(candidacy), answers, state=state, contact=contact, saved_at=saved_at)
        if state is CandidacyState.RETURNED:
            session.add(_question(identity(candidacy), asked_by=_of_team(session), now=now))


def _of_team(session: Session) -> int:
    """Give the id of somebody of the programme team."""
    query = sa.select(col(Membership.person_id)).where(col(Membership.role) == Role.STAFF)
    return session.execute(query.order_by(col(Membership.id)).limit(1)).scalar_one()


def _question(candidacy_id: int, *, asked_by: int, now: datetime) -> Clarification:
    return Clarification(
        candidacy_id=candidacy_id,
        sections=[Section.INVOLVEMENT.value],
        reason="Welke twee diensten werken mee, en wie neemt het initiatief?",
        until=now + timedelta(days=6),
        asked_at=now - timedelta(days=1),
        asked_by=asked_by,
    )


def _write(
    session: Session,
    candidacy_id: int,
    answers: Mapping[Section, dict[str, object]],
    *,
    state: CandidacyState,
    contact: int,
    saved_at: datetime,
) -> None:
    """Store the answers as if somebody had saved each section once, and then submitted them."""
    complete = state is not CandidacyState.DRAFT
    for section, given in answers.items():
        kept: dict[str, Any] = {"answers": given, "saved_at": saved_at, "person_id": contact, "version": 1}
        session.add(CandidacySection(candidacy_id=candidacy_id, section=section, complete=complete, **kept))
        session.add(CandidacySectionVersion(candidacy_id=candidacy_id, section=section, form_version=1, **kept))
    if complete:
        session.add(
            CandidacySubmission(
                candidacy_id=candidacy_id,
                number=1,
                form_version=1,
                answers={section.value: given for section, given in answers.items()},
                submitted_at=saved_at,
                person_id=contact,
            )
        )


def _promises(programme: Programme) -> list[Mapping[str, Any]]:
    found: Any = programme.rules["promises"]
    return list(found)


def _answers(row: Mapping[str, str], name: str, promises: list[str]) -> dict[Section, dict[str, object]]:
    address = slug(name)
    return {
        Section.GOVERNMENT: {
            "administrative_name": f"Contact van {name}",
            "administrative_email": f"contact-{address}@example.org",
            "administrative_phone": "",
            "political_name": f"Schepen van {name}",
            "political_role": "Schepen voor internationale samenwerking",
            "profiles": row["profiles"].split(),
        },
        Section.THEME: {
            "tracks": row["tracks"].split(),
            "subjects": row["subjects"].split(),
            "goals": [int(goal) for goal in row["goals"].split()],
            "partners": row["partners"].split(),
        },
        Section.LEARNING: {
            "strengths": fields(row["strengths"], "strengths"),
            "challenges": fields(row["challenges"], "challenges"),
        },
        Section.MOTIVATION: dict(MOTIVATION),
        Section.INVOLVEMENT: dict(INVOLVEMENT),
        Section.PROMISES: {
            "promises": promises,
            "direction": row["direction"],
            "languages": levels(row["languages"]),
            "unsuitable_weeks": "",
        },
        Section.CITY_LINKS: {
            "has_links": row["has_links"],
            "links": "Een stedenband sinds 2012, nu op een laag pitje." if row["has_links"] == "yes" else "",
        },
    }
