"""A person's data are removed: nothing says any more who it was, and the log still holds."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Role
from app.domain.people import LastStaff
from app.domain.removal import OnlyCoordinator, OnlyMember, PersonRemoved, Ties
from app.domain.sign_in import LinkUsedUp
from app.models import (
    Attachment,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    Confirmation,
    Event,
    Membership,
    Person,
    Programme,
    Reader,
    StoredFile,
)
from app.models.database import transaction
from app.queries.event_chain import broken_entries
from app.queries.removal import ties_of
from app.services import people
from app.services.files import keep
from app.services.removal import remove
from app.services.sign_in import request_link, use_link
from tests import factories
from tests.factories import NOW, add, number
from tests.integration import marked
from tests.integration.candidacy_kit import actor_of, both, session_on  # noqa: F401 - a fixture
from tests.personas import World

NAME = "Zwanenzang Peeters"
ADDRESS = "zwanenzang@example.org"
TODAY = NOW.date()
Both = tuple[sa.Engine, World]


@pytest.fixture
def known(both: Both) -> Both:  # noqa: F811 - the fixture
    """The candidate of Alfa has an unusual name, wrote a lot, and has a colleague."""
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            values = {"name": NAME, "email": ADDRESS}
            session.execute(sa.update(Person).where(col(Person.id) == world.candidate_of_a.id).values(**values))
            alfa = number(world.candidacy_of_alfa)
            add(session, CandidacyMember(candidacy_id=alfa, person_id=number(world.outsider)))
            add(
                session,
                Reader(programme_id=number(world.programme), person_id=number(world.candidate_of_a), added_at=NOW),
            )
        writer = session.get_one(Person, world.candidate_of_a.id)
        marked.mark(session, world.candidacy_of_alfa, writer, world.vvsg_staff, f"Ask {NAME} ({ADDRESS})")
        with transaction(session):
            session.execute(sa.update(Confirmation).values(email=ADDRESS))
        marked.mark_person(session, writer)
    return engine, world


def carry_out(engine: sa.Engine, world: World, *, by: Person | None = None, reason: str = "") -> Session:
    session = session_on(engine)
    actor = actor_of(session, by or world.candidate_of_a)
    with transaction(session):
        remove(session, actor, number(world.candidate_of_a), reason=reason, now=NOW)
    return session


def test_nothing_says_any_more_who_it_was(known: Both) -> None:
    engine, world = known
    with session_on(engine) as before:
        assert len(marked.found(before, "zwanenzang")) > 20
    with carry_out(engine, world) as session:
        # what is in a file is not ours to change; the last four are no place where Tandem writes somebody else's name
        of_files = {"stored_file.content", "stored_file.name"}
        of_marker = {"mail_attachment.source", "mail.unique_key", "mail.last_error", "mail.recipient"}
        assert marked.found(session, "zwanenzang") == of_files | of_marker
        assert marked.remembers(session, world.candidate_of_a) == (0, 0, 0, 0)
        assert broken_entries(session) == []


def test_the_name_of_an_attached_file_says_nothing_any_more(known: Both) -> None:
    engine, world = known
    with session_on(engine) as session:
        with transaction(session):
            name = f"cv {NAME}.pdf"
            file_id = keep(session, name, "application/pdf", b"%PDF-1.7", NOW)
            alfa = number(world.candidacy_of_alfa)
            add(session, Attachment(candidacy_id=alfa, file_id=file_id, name=name, added_at=NOW))
        with transaction(session):
            remove(session, Actor(person_id=world.candidate_of_a.id), number(world.candidate_of_a), reason="", now=NOW)
        kept = session.execute(sa.select(col(StoredFile.name)).where(col(StoredFile.id) == file_id)).scalar_one()
    assert "Zwanenzang" not in kept


def test_the_contact_is_open_again_in_the_draft(known: Both) -> None:
    engine, world = known
    with carry_out(engine, world) as session:
        query = sa.select(CandidacySection).where(col(CandidacySection.section) == "government")
        row = session.scalars(query).one()
        assert (row.answers["administrative_name"], row.answers["administrative_email"], row.complete) == (
            "",
            "",
            False,
        )
        asked = session.scalars(sa.select(Confirmation)).one()
        assert (asked.cancelled_at, ADDRESS in asked.email) == (NOW, False)


def test_the_log_keeps_what_was_done(known: Both) -> None:
    engine, world = known
    with carry_out(engine, world, by=world.vvsg_staff, reason=f"{NAME} asked by telephone") as session:
        query = sa.select(col(Event.person_name), col(Event.verb), col(Event.details)).order_by(col(Event.id))
        assert [tuple(row) for row in session.execute(query)] == [
            ("Programme officer", "candidacy.moved", {"state": "returned", "reason": "Ask … (…)", "count": 3}),
            ("", "person.changed", {}),
            ("Tandem", "person.added", {"name": "…"}),
            ("Tandem", "mail.retried", {"recipient": "…"}),
            ("", "candidacy.started", {"government": "Alfa"}),
            ("Tandem", "candidacy.invited", {"who": "… <…>"}),
            ("Tandem", "claim.emptied", {}),
            ("Programme officer", "person.removed", {"reason": "… asked by telephone"}),
        ]


def test_who_removes_their_own_data_is_not_named(known: Both) -> None:
    engine, world = known
    with carry_out(engine, world) as session:
        last = session.scalars(sa.select(Event).order_by(col(Event.id).desc())).first()
        assert last is not None
        assert (last.verb, last.person_name, last.person_id) == ("person.removed_self", "", world.candidate_of_a.id)


def test_the_same_address_is_a_new_person_afterwards(known: Both) -> None:
    engine, world = known
    with carry_out(engine, world) as session:
        with transaction(session):
            link = request_link(session, ADDRESS, next_path="", now=NOW)
        with pytest.raises(LinkUsedUp), transaction(session):
            use_link(session, link.rpartition("/")[2], browser="b", old_secret=None, now=NOW)
        with transaction(session):
            new = people.add(session, people.COMMAND_LINE, people.NewPerson(ADDRESS, "Somebody", "nl"), None, now=NOW)
        assert new != world.candidate_of_a.id
        with pytest.raises(PersonRemoved), transaction(session):
            remove(session, people.COMMAND_LINE, number(world.candidate_of_a), reason="", now=NOW)


def test_who_is_removed_gets_no_role_and_no_link(known: Both) -> None:
    engine, world = known
    with carry_out(engine, world) as session:
        gone = number(world.candidate_of_a)
        with pytest.raises(PersonRemoved), transaction(session):
            people.give_role(session, people.COMMAND_LINE, gone, people.Grant(Role.AUDITOR), now=NOW)
        with pytest.raises(PersonRemoved), transaction(session):
            people.send_link(session, people.COMMAND_LINE, gone, now=NOW)


def test_what_hangs_on_one_person_alone_is_named(both: Both) -> None:  # noqa: F811 - the fixture
    engine, world = both
    with session_on(engine) as session:
        assert ties_of(session, number(world.candidate_of_a), today=TODAY) == Ties(candidacies=("SDG-AAAAAA",))
        assert ties_of(session, number(world.gamma_coordinator), today=TODAY) == Ties(governments=("Gamma",))
        assert ties_of(session, number(world.nikki_coordinator), today=TODAY) == Ties()
        assert ties_of(session, number(world.vvsg_staff), today=TODAY) == Ties(is_last_staff=True)
        assert ties_of(session, number(world.karongi_participant), today=TODAY) == Ties()


def test_a_second_person_unties(both: Both) -> None:  # noqa: F811 - the fixture
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            add(
                session, CandidacyMember(candidacy_id=number(world.candidacy_of_alfa), person_id=number(world.outsider))
            )
            factories.member(session, Role.COORDINATOR, government=world.gamma)
            factories.member(session, Role.STAFF)
        for person in (world.candidate_of_a, world.gamma_coordinator, world.vvsg_staff):
            assert ties_of(session, number(person), today=TODAY) == Ties()


def test_what_is_over_ties_nobody(both: Both) -> None:  # noqa: F811 - the fixture
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            closed = sa.update(Candidacy).values(state=CandidacyState.WITHDRAWN)
            session.execute(closed)
            session.execute(sa.update(Programme).values(ends_on=TODAY - timedelta(days=1)))
        assert ties_of(session, number(world.candidate_of_a), today=TODAY) == Ties()
        assert ties_of(session, number(world.gamma_coordinator), today=TODAY) == Ties()


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("candidate_of_a", OnlyMember), ("gamma_coordinator", OnlyCoordinator), ("vvsg_staff", LastStaff)],
)
def test_a_tie_refuses_the_removal(both: Both, name: str, refusal: type[Exception]) -> None:  # noqa: F811 - the fixture
    engine, world = both
    person: Person = getattr(world, name)
    with session_on(engine) as session:
        with pytest.raises(refusal), transaction(session):
            remove(session, Actor(name="Tandem"), number(person), reason="", now=NOW)
        assert session.get_one(Person, person.id).removed_at is None


def test_a_coordinator_of_nothing_that_runs_can_go(both: Both) -> None:  # noqa: F811 - the fixture
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            remove(session, Actor(name="Tandem"), number(world.nikki_coordinator), reason="", now=NOW)
        roles = sa.select(Membership).where(col(Membership.person_id) == world.nikki_coordinator.id)
        assert session.scalars(roles).all() == []
