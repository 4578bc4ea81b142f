"""Inviting colleagues to write along, and removing them."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.candidacy_people import MOST_PEOPLE, LastAuthor
from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacyMember, CandidacySectionVersion, Event, Mail, Person
from app.models.database import transaction
from app.queries.candidacies import own_candidacy
from app.services import candidacy_people
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, session_on
from tests.pages import check, get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
NewClient = Callable[[], TestClient]
PEOPLE = "/candidacies/SDG-AAAAAA/people"
BEA = {"name": "Colleague of Alfa", "email": "Bea@example.org", "language": "fr", "form_key": "invite-key-1"}


@pytest.fixture
def author(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.candidate_of_a)


def mails(session: Session, kind: str) -> list[Mail]:
    session.rollback()
    return list(session.execute(sa.select(Mail).where(col(Mail.kind) == kind).order_by(col(Mail.id))).scalars())


def verbs(session: Session) -> list[str]:
    session.rollback()
    query = sa.select(col(Event.verb)).where(col(Event.subject_kind) == "candidacy").order_by(col(Event.id))
    return list(session.execute(query).scalars())


def person_at(session: Session, address: str) -> Person:
    session.rollback()
    return session.execute(sa.select(Person).where(col(Person.email) == address)).scalar_one()


def test_a_new_colleague_writes_along_at_once_and_signs_in_by_the_mailed_link(
    author: TestClient, new_client: NewClient, session: Session
) -> None:
    answer = author.post(PEOPLE, data=BEA)
    assert answer.headers["location"] == f"{PEOPLE}?done=invited"
    (mail,) = mails(session, "candidacy_invitation")
    assert (mail.recipient, mail.language) == ("bea@example.org", "fr")
    link = re.search(r"http://testserver(/sign-in/link/\S+)", mail.text)
    assert link
    first_words = mail.text.split("\n\n")[1]
    assert first_words.startswith("Ouvrez ce lien pour participer à la rédaction")
    assert "Contact of Alfa" in first_words
    colleague = new_client()
    assert colleague.post(link[1]).headers["location"] == "/candidacies/SDG-AAAAAA"
    assert get(colleague, f"{PEOPLE}?lang=en").text().count("Colleague of Alfa") == 2
    assert colleague.post(link[1]).status_code in (303, 410)
    assert verbs(session) == ["candidacy.author_invited"]
    shown = get(author, f"{PEOPLE}?lang=en&done=invited").text()
    assert "Your colleague can write along now" in shown
    assert "22 Nov 2026, invited by Contact of Alfa" in shown.replace("\u00a0", " ")


def test_the_page_says_what_somebody_saved_last(author: TestClient, session: Session, world: World) -> None:
    assert "Nothing yet" in get(author, f"{PEOPLE}?lang=en").text()
    with transaction(session):
        for version, section in ((1, Section.THEME), (1, Section.MOTIVATION)):
            session.add(
                CandidacySectionVersion(
                    candidacy_id=number(world.candidacy_of_alfa),
                    section=section,
                    version=version,
                    form_version=1,
                    answers={},
                    saved_at=NOW + timedelta(minutes=5 if section is Section.MOTIVATION else 1),
                    person_id=number(world.candidate_of_a),
                )
            )
    shown = get(author, f"{PEOPLE}?lang=en").text().replace("\u00a0", " ")
    assert "Motivation, on 22 Nov 2026 at 10:05" in shown
    assert "Theme and country, on" not in shown


def test_the_same_form_again_invites_nobody_twice(author: TestClient, session: Session) -> None:
    for _ in range(2):
        assert author.post(PEOPLE, data=BEA).status_code == 303
    assert len(mails(session, "candidacy_invitation")) == 1


def test_the_same_address_again_is_said_clearly(author: TestClient, session: Session) -> None:
    author.post(PEOPLE, data=BEA)
    again = {**BEA, "email": " BEA@example.org", "name": "Somebody", "form_key": "invite-key-2"}
    answer = author.post(f"{PEOPLE}?lang=en", data=again)
    assert answer.status_code == 422
    check(answer.text)
    assert "Somebody with this address writes along already." in answer.text
    assert 'id="email-error"' in answer.text
    assert len(mails(session, "candidacy_invitation")) == 1


def test_inviting_a_known_address_shows_nothing_of_that_person(
    author: TestClient, session: Session, world: World
) -> None:
    known = world.karongi_coordinator
    typed = {**BEA, "email": known.email, "name": "Typed name", "language": "nl"}
    unknown = {**BEA, "email": "nobody@example.org", "name": "Typed name", "form_key": "invite-key-2"}
    first, second = author.post(PEOPLE, data=typed), author.post(PEOPLE, data=unknown)
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    shown = get(author, f"{PEOPLE}?lang=en").text()
    assert known.name not in shown
    assert shown.count("Typed name") == 4
    assert person_at(session, known.email).name == known.name
    assert [(mail.recipient, mail.language) for mail in mails(session, "candidacy_invitation")] == [
        (known.email, "en"),
        ("nobody@example.org", "fr"),
    ]
    assert known.name in mails(session, "candidacy_invitation")[0].text
    confirming = get(author, f"{PEOPLE}/{number(known)}/removal?lang=en").text()
    assert known.name not in confirming


def test_the_programme_team_is_not_made_an_author(author: TestClient, session: Session, world: World) -> None:
    answer = author.post(f"{PEOPLE}?lang=en", data={**BEA, "email": world.vvsg_staff.email})
    assert answer.status_code == 422
    assert "The programme team assesses candidacies" in answer.text
    assert mails(session, "candidacy_invitation") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"email": "bea"}, "email"), ({"language": "de"}, "language"), ({"email": ""}, "email")],
)
def test_what_cannot_be_is_said_at_its_field(author: TestClient, changes: dict[str, str], field: str) -> None:
    answer = author.post(PEOPLE, data={**BEA, **changes})
    assert answer.status_code == 422
    check(answer.text)
    assert f'id="{field}-error"' in answer.text


def test_who_only_typed_an_address_invites_nobody_and_sees_nobody(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    shown = get(client, f"{PEOPLE}?lang=en")
    assert "Confirm your address first" in shown.text()
    assert world.candidate_of_a.name not in shown.html
    assert 'name="email"' not in shown.html
    answer = client.post(f"{PEOPLE}?lang=en", data=BEA)
    assert answer.status_code == 422
    check(answer.text)
    assert client.get(f"{PEOPLE}/{number(world.candidate_of_a)}/removal").status_code == 404
    assert client.post(f"{PEOPLE}/{number(world.candidate_of_a)}/removal").status_code == 404
    assert mails(session, "candidacy_invitation") == []


def test_others_find_nothing(client: TestClient, app: FastAPI, world: World) -> None:
    for person in (world.candidate_of_b, world.vvsg_staff, world.auditor):
        sign_in(client, app, person)
        assert client.get(PEOPLE).status_code == 404
        assert client.post(PEOPLE, data=BEA).status_code == 404
        assert client.get(f"{PEOPLE}/{number(world.candidate_of_a)}/removal").status_code == 404
        assert client.post(f"{PEOPLE}/{number(world.candidate_of_a)}/removal").status_code == 404


def test_a_removed_colleague_is_told_and_finds_nothing_any_more(
    author: TestClient, app: FastAPI, new_client: NewClient, session: Session
) -> None:
    author.post(PEOPLE, data=BEA)
    bea = person_at(session, "bea@example.org")
    colleague = sign_in(new_client(), app, bea)
    assert colleague.get("/candidacies/SDG-AAAAAA").status_code == 200
    address = f"{PEOPLE}/{number(bea)}/removal"
    shown = get(author, f"{address}?lang=en").text()
    assert "Remove Colleague of Alfa" in shown
    for _ in range(2):
        author.post(address, data={"form_key": "remove-key-1"})
    assert colleague.get("/candidacies/SDG-AAAAAA").status_code == 404
    (mail,) = mails(session, "candidacy_author_removed")
    assert (mail.recipient, mail.language) == ("bea@example.org", "fr")
    assert "Contact of Alfa" in mail.text
    assert verbs(session) == ["candidacy.author_invited", "candidacy.author_removed"]
    assert "has a mail that says so" in get(author, f"{PEOPLE}?lang=en&done=removed").text()


def test_who_started_it_may_be_removed_and_anybody_may_leave_but_the_last(
    author: TestClient, app: FastAPI, new_client: NewClient, session: Session, world: World
) -> None:
    own = f"{PEOPLE}/{number(world.candidate_of_a)}/removal"
    assert "You are the only one" in get(author, f"{own}?lang=en").text()
    alone = author.post(f"{own}?lang=en")
    assert alone.status_code == 422
    check(alone.text)
    author.post(PEOPLE, data=BEA)
    bea = person_at(session, "bea@example.org")
    colleague = sign_in(new_client(), app, bea)
    assert "Leave this candidacy" in get(colleague, f"{PEOPLE}/{number(bea)}/removal?lang=en").text()
    assert colleague.post(f"{PEOPLE}/{number(bea)}/removal").headers["location"] == "/my"
    (mail,) = mails(session, "candidacy_author_removed")
    assert "comme vous l’avez demandé" in mail.text
    author.post(PEOPLE, data={**BEA, "form_key": "invite-key-2"})
    assert colleague.post(own).headers["location"] == f"{PEOPLE}?done=removed"
    assert author.get(PEOPLE).status_code == 404


@pytest.mark.parametrize("state", [CandidacyState.SELECTED, CandidacyState.NOT_SELECTED, CandidacyState.WITHDRAWN])
def test_after_the_decision_people_stay_as_they_are(
    author: TestClient, session: Session, state: CandidacyState
) -> None:
    author.post(PEOPLE, data=BEA)
    bea = number(person_at(session, "bea@example.org"))
    with transaction(session):
        session.execute(
            sa.update(Candidacy).where(col(Candidacy.reference) == "SDG-AAAAAA").values(state=state, submitted_at=NOW)
        )
    shown = get(author, f"{PEOPLE}?lang=en")
    assert "who wrote it no longer changes" in shown.text()
    assert "Colleague of Alfa" in shown.text()
    assert 'name="email"' not in shown.html
    assert author.post(PEOPLE, data={**BEA, "email": "new@example.org", "form_key": "invite-key-2"}).status_code == 422
    assert "no longer changes" in get(author, f"{PEOPLE}/{bea}/removal?lang=en").text()
    assert author.post(f"{PEOPLE}/{bea}/removal").status_code == 422


def test_invitations_are_limited(author: TestClient, clock: StandingClock, session: Session) -> None:
    limit = min(candidacy_people.INVITED_PER_ADDRESS, candidacy_people.INVITED_PER_PERSON)
    for serial in range(limit):
        invited = {**BEA, "form_key": f"invite-key-{serial}"}
        assert author.post(PEOPLE, data=invited).status_code == 303
        bea = number(person_at(session, "bea@example.org"))
        assert author.post(f"{PEOPLE}/{bea}/removal").status_code == 303
    over = {**BEA, "form_key": "invite-key-over"}
    answer = author.post(f"{PEOPLE}?lang=en", data=over)
    assert answer.status_code == 422
    assert "This was tried too often" in answer.text
    clock.now += timedelta(days=1)
    assert author.post(PEOPLE, data=over).status_code == 303


def test_a_full_page_of_people_is_light(author: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        for serial in range(MOST_PEOPLE - 1):
            person = factories.person(session, f"Colleague {serial} of the municipality of Alfa")
            session.add(
                CandidacyMember(
                    candidacy_id=number(world.candidacy_of_alfa),
                    person_id=number(person),
                    added_at=NOW,
                    invited_by=number(world.candidate_of_a),
                    name=f"Colleague {serial} of the municipality of Alfa",
                )
            )
    get(author, PEOPLE)
    answer = author.post(f"{PEOPLE}?lang=en", data=BEA)
    assert answer.status_code == 422
    assert f"At most {MOST_PEOPLE} people" in answer.text


def test_two_authors_never_remove_each_other(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session, transaction(session):
        session.add(CandidacyMember(candidacy_id=number(world.candidacy_of_alfa), person_id=number(world.outsider)))

    def remove(pair: tuple[Person, Person]) -> bool:
        with session_on(engine) as session:
            actor = actor_of(session, pair[0])
            record = own_candidacy(session, actor, "SDG-AAAAAA")
            assert record is not None
            try:
                with transaction(session):
                    candidacy_people.remove(session, record, number(pair[1]), actor=actor, now=NOW)
            except LastAuthor:
                return False
            return True

    pairs = [(world.candidate_of_a, world.outsider), (world.outsider, world.candidate_of_a)]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, pairs)) == [False, True]
    with session_on(engine) as session:
        query = sa.select(sa.func.count()).where(col(CandidacyMember.candidacy_id) == number(world.candidacy_of_alfa))
        assert session.execute(query).scalar() == 1
