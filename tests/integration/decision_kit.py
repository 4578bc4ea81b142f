"""A call whose candidacies are assessed, ready to be decided on, in a test's database."""

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Role, Section
from app.models import Call, Candidacy, CandidacyMember, CandidacySection, Mail, Person, Track
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, any_candidacy
from app.queries.decision_table import DecisionTable, decision_table
from app.queries.people import actor_of_person
from app.services import candidacies, decision_rounds, decisions
from app.services.decision_letters import DecisionText, proposed_text
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import give, scored
from tests.personas import World, build_world

NAMES = ("alfa", "beta", "delta", "omega")
ALL_THE_POINTS = 5


@dataclass(frozen=True)
class Assessed:
    """The small world with one place per track, and four candidacies: Alfa has most points, Omega the fewest.

    All want Rwanda most; Beta would take Benin too, and writes in French.
    """

    world: World
    candidacies: dict[str, Candidacy]
    contacts: dict[str, Person]

    @property
    def call_id(self) -> int:
        """The id of the call."""
        return number(self.world.call)

    def id(self, name: str) -> int:
        """The id of a candidacy."""
        return number(self.candidacies[name])


def build_assessed(session: Session) -> Assessed:
    """Write the world, its candidacies and their scores."""
    world = build_world(session)
    with transaction(session):
        made = _build(session, world)
    session.expunge_all()
    return made


def _build(session: Session, world: World) -> Assessed:
    delta, omega = factories.government(session, "Delta"), factories.government(session, "Omega")
    contacts = {
        "alfa": world.candidate_of_a,
        "beta": world.candidate_of_b,
        "delta": factories.person(session, "Contact of Delta"),
        "omega": factories.person(session, "Contact of Omega"),
    }
    made = {
        "alfa": world.candidacy_of_alfa,
        "beta": world.candidacy_of_beta,
        "delta": factories.candidacy(session, world.call, delta, by=contacts["delta"], reference="SDG-DDDDDD"),
        "omega": factories.candidacy(session, world.call, omega, by=contacts["omega"], reference="SDG-QQQQQQ"),
    }
    session.execute(sa.update(Track).values(places=1))
    session.execute(sa.update(Person).where(col(Person.id) == number(contacts["beta"])).values(language="fr"))
    in_assessment = sa.update(Candidacy).where(col(Candidacy.id).in_([number(one) for one in made.values()]))
    session.execute(in_assessment.values(state=CandidacyState.IN_ASSESSMENT, submitted_at=NOW))
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == number(made["beta"])).values(language="fr"))
    readers = [factories.member(session, Role.STAFF, name=f"Reader {letter}") for letter in "XY"]
    for fewer, (name, candidacy) in enumerate(made.items()):
        _answer(session, candidacy, ["rwanda", "benin"] if name == "beta" else ["rwanda"])
        for reader in readers:
            scored(session, give(session, candidacy, reader), ALL_THE_POINTS - fewer)
    return Assessed(world, made, contacts)


def _answer(session: Session, candidacy: Candidacy, tracks: list[str]) -> None:
    answered: dict[Section, dict[str, Any]] = {
        Section.THEME: {"tracks": tracks, "subjects": [], "goals": [16], "partners": []},
        Section.CITY_LINKS: {"has_links": "no", "links": ""},
        Section.GOVERNMENT: {"administrative_name": "Secretary"},
    }
    for section, answers in answered.items():
        row = CandidacySection(candidacy_id=number(candidacy), section=section, answers=answers, saved_at=NOW)
        factories.add(session, row)


@pytest.fixture
def assessed(session: Session) -> Assessed:
    """The assessed call on SQLite."""
    session.info["base_url"] = "http://testserver"
    return build_assessed(session)


def session_on(engine: sa.Engine) -> Session:
    """Open a session as the application does."""
    return Session(engine, expire_on_commit=False, info={"base_url": "http://testserver"})


def staff(session: Session, of: Assessed) -> Actor:
    """Give the programme officer as an actor."""
    return actor_of_person(session, number(of.world.vvsg_staff))


def propose(session: Session, of: Assessed) -> int:
    """Take over what the ranking proposes."""
    actor = staff(session, of)
    with transaction(session):
        return decisions.accept_proposal(session, of.call_id, actor=actor, now=NOW)


def write_all(session: Session, of: Assessed) -> None:
    """Save the proposed words of every decision."""
    table = table_of(session, of)
    for standing in table.waiting:
        text = proposed_text(table, standing)
        reasons = {code: f"{standing.government_name}: {words}" for code, words in text.reasons.items()}
        write(session, of, standing.candidacy_id, DecisionText(text.opening, reasons))


def write(session: Session, of: Assessed, candidacy_id: int, text: DecisionText, *, edit: int | None = None) -> Any:  # noqa: ANN401 - what the service gives
    """Save words of one decision, by default on top of what is stored."""
    actor = staff(session, of)
    stored = table_of(session, of).records[candidacy_id].edit if edit is None else edit
    with transaction(session):
        return decisions.write(session, of.call_id, candidacy_id, text, edit=stored, actor=actor, now=NOW)


def ready(session: Session, of: Assessed) -> None:
    """Prepare everything: Alfa selected for Rwanda, Beta for Benin, Delta the only reserve, Omega not selected."""
    propose(session, of)
    write_all(session, of)


def table_of(session: Session, of: Assessed) -> DecisionTable:
    """Read the decisions anew."""
    session.rollback()
    return decision_table(session, of.call_id)


def outcomes(session: Session, of: Assessed) -> dict[str, str]:
    """Give what is decided, by name, as ``selected:rwanda`` or ``reserve:rwanda:1``."""
    table = table_of(session, of)
    names = {of.id(name): name for name in of.candidacies}
    stored = {number: one.chosen for number, one in table.records.items()}
    return {names[key]: decisions.shown_as(one).rstrip(":") for key, one in stored.items()}


def send(session: Session, of: Assessed, *, exceeding: str = "") -> int:
    """Send everything now."""
    actor = staff(session, of)
    key = decision_rounds.plan(session, of.call_id, now=NOW).key
    made = decision_rounds.prepare_letters(session, of.call_id, now=NOW)
    with transaction(session):
        return decision_rounds.send_now(
            session, of.call_id, key=key, exceeding=exceeding, made=made, actor=actor, now=NOW
        )


def withdraw(session: Session, of: Assessed, name: str) -> None:
    """Let a candidate withdraw."""
    actor = actor_of_person(session, number(of.contacts[name]))
    found = record_of(session, of, name)
    with transaction(session):
        candidacies.withdraw(session, found, actor=actor, now=NOW)


def record_of(session: Session, of: Assessed, name: str) -> CandidacyRecord:
    """Read a candidacy."""
    found = any_candidacy(session, of.candidacies[name].reference)
    assert found is not None
    return found


def states(session: Session, of: Assessed) -> dict[str, str]:
    """Give where the candidacies stand."""
    session.rollback()
    return {name: record_of(session, of, name).state.value for name in of.candidacies}


def mails(session: Session) -> list[tuple[str, str]]:
    """Give the mails as (kind, recipient's name), in the order in which they were written."""
    session.rollback()
    query = sa.select(col(Mail.kind), col(Person.name)).join(Person, col(Person.id) == col(Mail.person_id))
    return [(kind, name) for kind, name in session.execute(query.order_by(col(Mail.id)))]


def add_member(session: Session, of: Assessed, name: str, person: Person) -> None:
    """Let somebody else write a candidacy too."""
    with transaction(session):
        session.add(CandidacyMember(candidacy_id=of.id(name), person_id=number(person)))


def close_call(session: Session, of: Assessed) -> None:
    """Let the call be over."""
    with transaction(session):
        session.execute(sa.update(Call).where(col(Call.id) == of.call_id).values(closes_at=NOW))
