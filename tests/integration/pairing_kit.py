"""Submitted candidacies and partners that can be paired, on top of the small world."""

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Country, Role, Section, SessionKind
from app.models import Candidacy, CandidacySection, LocalGovernment, PartnerProfile, TemplateSession
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.queries.programmes import ProgrammeFacts, programme_by_id
from tests import factories
from tests.factories import NOW, number
from tests.personas import World, build_world


@dataclass(frozen=True)
class Board:
    """The small world with four candidates and three partners; Omega chose Benin too, the others Rwanda alone."""

    world: World
    delta: LocalGovernment
    omega: LocalGovernment
    nyanza: LocalGovernment
    karongi_profile: PartnerProfile
    nyanza_profile: PartnerProfile
    nikki_profile: PartnerProfile
    candidacies: dict[str, Candidacy]


def session_on(engine: sa.Engine) -> Session:
    """Open a session as the application does."""
    return Session(engine, expire_on_commit=False, info={"base_url": "http://testserver"})


def fields(**priorities: int) -> dict[str, Any]:
    """Give policy fields with their priorities as they are stored."""
    return {code: {"priority": priority, "text": ""} for code, priority in priorities.items()}


def build_board(session: Session) -> Board:
    """Write the world and its candidates and partners."""
    world = build_world(session)
    with transaction(session):
        return _build(session, world)


def _build(session: Session, world: World) -> Board:
    delta = factories.government(session, "Delta")
    omega = factories.government(session, "Omega", region="Limburg")
    nyanza = factories.government(session, "Nyanza", country=Country.RWANDA, region="South", code="RW-nyanza")
    for one, region in ((world.beta, "Limburg"), (world.alfa, "Antwerpen")):
        session.merge(one).region = region
    candidacies = {
        "alfa": world.candidacy_of_alfa,
        "beta": world.candidacy_of_beta,
        "delta": factories.candidacy(session, world.call, delta, reference="SDG-DDDDDD"),
        "omega": factories.candidacy(session, world.call, omega, reference="SDG-QQQQQQ"),
    }
    ids = [number(one) for one in candidacies.values()]
    submitted = sa.update(Candidacy).where(col(Candidacy.id).in_(ids))
    session.execute(submitted.values(state=CandidacyState.SUBMITTED, submitted_at=NOW))
    _answer(session, candidacies["alfa"], {"youth": 1}, {"water": 1}, partners=["RW-karongi"])
    _answer(session, candidacies["beta"], {"youth": 2, "waste": 2}, {"water": 2})
    _answer(session, candidacies["delta"], {"waste": 1}, {"tourism": 1})
    _answer(
        session, candidacies["omega"], {"markets": 1}, {"energy": 1}, tracks=["benin", "rwanda"], languages={"fr": 3}
    )
    of_karongi = _profile(session, world.rwanda, world.karongi, {"water": 1}, {"youth": 1})
    of_nyanza = _profile(session, world.rwanda, nyanza, {"tourism": 1, "water": 2}, {"waste": 1, "youth": 3})
    of_nikki = _profile(session, world.benin, world.nikki, {"energy": 1}, {"markets": 1}, languages={"fr": 3})
    session.add(
        TemplateSession(
            programme_id=number(world.programme),
            position=1,
            scope="partnership",
            kind=SessionKind.BILATERAL,
            year=1,
            month=3,
            day=2,
            time="10:00",
            duration_minutes=60,
            title_nl="Kennismaking",
        )
    )
    session.flush()
    return Board(world, delta, omega, nyanza, of_karongi, of_nyanza, of_nikki, candidacies)


def _answer(
    session: Session,
    candidacy: Candidacy,
    strengths: dict[str, int],
    challenges: dict[str, int],
    *,
    tracks: list[str] | None = None,
    partners: list[str] | None = None,
    languages: dict[str, int] | None = None,
) -> None:
    theme = {"tracks": tracks or ["rwanda"], "subjects": ["rwanda:voice"], "goals": [16], "partners": partners or []}
    learning = {"strengths": fields(**strengths), "challenges": fields(**challenges)}
    promises = {"promises": ["sessions", "visits"], "direction": "no_preference", "languages": languages or {"en": 2}}
    answered: tuple[tuple[Section, dict[str, Any]], ...] = (
        (Section.THEME, theme),
        (Section.LEARNING, learning),
        (Section.PROMISES, promises),
        (Section.GOVERNMENT, {"profiles": ["rural"]}),
    )
    for section, answers in answered:
        factories.add(
            session,
            CandidacySection(
                candidacy_id=number(candidacy), section=section, answers=answers, complete=True, saved_at=NOW
            ),
        )


def _profile(
    session: Session,
    track: Any,  # noqa: ANN401 - a track of the world
    government: LocalGovernment,
    strengths: dict[str, int],
    challenges: dict[str, int],
    *,
    languages: dict[str, int] | None = None,
) -> PartnerProfile:
    made = factories.profile(session, track, government)
    made.answers = {
        "strengths": fields(**strengths),
        "challenges": fields(**challenges),
        "subjects": [f"{track.slug}:voice"],
        "goals": [16],
        "languages": languages or {"en": 3},
        "profiles": ["rural"],
        "wishes": [],
        "introduction": "",
    }
    session.flush()
    return made


def facts(session: Session, board: Board) -> ProgrammeFacts:
    """Give the programme of the board as services want it."""
    found = programme_by_id(session, number(board.world.programme))
    assert found is not None
    return found


def staff(session: Session, board: Board) -> Actor:
    """Give the programme officer as an actor."""
    return actor_of_person(session, number(board.world.vvsg_staff))


def coordinators(session: Session, government: LocalGovernment) -> list[str]:
    """Give the names of who coordinates a local government."""
    from app.models import Membership, Person

    query = (
        sa.select(col(Person.name))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.local_government_id) == number(government), col(Membership.role) == Role.COORDINATOR)
        .order_by(col(Person.name))
    )
    return list(session.scalars(query))


@pytest.fixture
def board(session: Session) -> Board:
    """The board on SQLite."""
    session.info["base_url"] = "http://testserver"
    return build_board(session)
