"""Starting a candidacy: who, for which municipality, and when not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.candidacy import AlreadyApplied, CallClosed
from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacyMember, Mail, Person, WebSession
from app.models.database import transaction
from app.queries.candidacies import own_candidacy, section_of
from app.queries.eligibility import merger_of, mergers
from app.queries.programmes import open_call
from app.services import candidacy_start
from app.services.candidacy_start import Starter
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, session_on
from tests.pages import check, get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both


def start_form(world: World, **changes: str) -> dict[str, str]:
    return {
        "form_key": "start-key-1",
        "government": world.gamma.code,
        "name": "Colleague of Gamma",
        "email": "Colleague@Example.org",
        "language": "nl",
        **changes,
    }


def test_a_candidacy_is_started_with_a_person_a_limited_session_and_a_mail(
    client: TestClient, world: World, session: Session
) -> None:
    answer = client.post("/candidacies/new", data=start_form(world))
    assert answer.status_code == 303
    reference = answer.headers["location"].rpartition("/")[2]
    assert answer.headers["location"].startswith("/candidacies/SDG-")
    person = session.execute(sa.select(Person).where(col(Person.email) == "colleague@example.org")).scalar_one()
    opened = session.execute(sa.select(WebSession).where(col(WebSession.person_id) == person.id)).scalar_one()
    mail = session.execute(sa.select(Mail).where(col(Mail.person_id) == person.id)).scalar_one()
    assert opened.candidacy_id is not None
    assert mail.kind == "candidacy_started"
    assert reference in mail.text
    assert "/sign-in/link/" in mail.text
    page = get(client, answer.headers["location"])
    assert "Gamma" in page.text()
    section = section_of(session, opened.candidacy_id, Section.GOVERNMENT)
    assert section is not None
    assert section.answers == {
        "administrative_name": "Colleague of Gamma",
        "administrative_email": "colleague@example.org",
    }


def test_a_start_that_is_sent_twice_starts_once_and_lets_both_in(
    client: TestClient, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    first = client.post("/candidacies/new", data=start_form(world))
    again = new_client()
    second = again.post("/candidacies/new", data=start_form(world))
    assert second.headers["location"] == first.headers["location"]
    assert get(again, first.headers["location"]).status == 200
    assert session.execute(sa.select(sa.func.count()).select_from(Candidacy)).scalar_one() == 3


def test_who_is_no_author_any_more_is_not_let_in_by_sending_the_start_again(
    client: TestClient, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    where = client.post("/candidacies/new", data=start_form(world)).headers["location"]
    with transaction(session):
        started = session.execute(sa.select(Candidacy).order_by(col(Candidacy.id).desc()).limit(1)).scalar_one()
        session.execute(
            sa.update(CandidacyMember)
            .where(col(CandidacyMember.candidacy_id) == started.id)
            .values(person_id=world.candidate_of_a.id)
        )
    again = new_client()
    assert again.post("/candidacies/new", data=start_form(world)).status_code == 303
    assert "tandem" not in again.cookies
    assert again.get(where).status_code == 303
    assert client.get(where).status_code == 404


def test_nobody_makes_the_programme_team_an_author_by_typing_its_address(
    client: TestClient, world: World, session: Session
) -> None:
    answer = client.post("/candidacies/new?lang=en", data=start_form(world, email=world.vvsg_staff.email.upper()))
    assert answer.status_code == 422
    assert "The programme team assesses candidacies" in answer.text
    assert session.execute(sa.select(sa.func.count()).select_from(Candidacy)).scalar_one() == 2


def test_the_name_in_the_mail_to_an_address_that_anybody_typed_is_one_line(
    client: TestClient, world: World, session: Session
) -> None:
    client.post("/candidacies/new", data=start_form(world, name="Ada\r\n\r\nRead this: \n please"))
    assert "Ada Read this: please,\n" in session.execute(sa.select(col(Mail.text))).scalar_one()


def test_nobody_fills_a_mailbox_by_starting_and_withdrawing(
    client: TestClient, clock: StandingClock, world: World, session: Session
) -> None:
    answers = []
    for number in range(candidacy_start.STARTS_PER_ADDRESS + 1):
        clock.now += timedelta(hours=1)
        answers.append(client.post("/candidacies/new", data=start_form(world, form_key=f"start-key-{number}")))
        client.cookies.clear()
        with transaction(session):
            session.execute(sa.update(Candidacy).values(state=CandidacyState.WITHDRAWN))
    assert [answer.status_code for answer in answers[-2:]] == [303, 422]


def test_a_second_candidacy_of_the_municipality_says_what_to_do(client: TestClient, world: World) -> None:
    answer = client.post("/candidacies/new?lang=en", data=start_form(world, government=world.alfa.code))
    assert answer.status_code == 422
    check(answer.text)
    assert "Alfa has a candidacy for this call already. Ask the colleague" in answer.text


def test_a_withdrawn_candidacy_makes_room_for_another(client: TestClient, world: World, session: Session) -> None:
    with transaction(session):
        session.execute(
            sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_alfa.id).values(state="withdrawn")
        )
    answer = client.post("/candidacies/new", data=start_form(world, government=world.alfa.code))
    assert answer.status_code == 303


def test_a_merged_municipality_is_led_to_its_successor(client: TestClient, world: World, session: Session) -> None:
    with transaction(session):
        old = factories.government(session, "Oldtown", code="BE-old")
        old.valid_to = date(2024, 12, 31)
        old.successor_code = world.gamma.code
        namesake = factories.government(session, "Gamma", code="BE-old-gamma")
        namesake.valid_to = date(2024, 12, 31)
        namesake.successor_code = world.gamma.code
    shown = get(client, "/candidacies/new?lang=en")
    assert "Oldtown (now Gamma)" in shown.text()
    assert shown.text().count("Gamma") == 2
    for old_code, name in (("BE-old", "Oldtown"), ("BE-old-gamma", "Gamma")):
        told = get(client, f"/candidacies/new?lang=en&government={old_code}")
        assert f"{name} is part of Gamma since 1 January 2025." in told.text()
        assert f'name="instead" value="{world.gamma.code}"' in told.html
    fragment = client.get(
        "/candidacies/new?lang=en&government=BE-old-gamma", headers={"HX-Target": "div#eligibility"}
    ).text
    assert fragment.strip() in told.html
    assert f'<option value="{world.gamma.code}" selected>' in told.html
    answer = client.post("/candidacies/new?lang=en", data=start_form(world, government="BE-old"))
    assert answer.status_code == 422
    check(answer.text)
    assert "This municipality is now part of Gamma" in answer.text
    started = client.post("/candidacies/new", data=start_form(world, government="BE-old", instead=world.gamma.code))
    assert started.status_code == 303
    assert "Gamma" in get(client, started.headers["location"]).text()


def test_a_merger_of_a_merger_leads_to_the_last(session: Session, world: World) -> None:
    with transaction(session):
        for code, successor in (("BE-1", "BE-2"), ("BE-2", world.gamma.code), ("BE-x", "BE-y"), ("BE-y", "BE-x")):
            old = factories.government(session, f"Old {code}", code=code)
            old.valid_to = date(2024, 12, 31)
            old.successor_code = successor
    found = mergers(session, NOW.date())
    assert [(one.name, one.successor_name, one.since) for one in found] == [
        ("Old BE-1", "Gamma", date(2025, 1, 1)),
        ("Old BE-2", "Gamma", date(2025, 1, 1)),
    ]
    assert merger_of(session, "BE-1", NOW.date()) == found[0]
    assert merger_of(session, "BE-x", NOW.date()) is None
    assert merger_of(session, world.gamma.code, NOW.date()) is None


def test_who_has_applied_is_told_at_once_and_not_by_whom(client: TestClient, world: World) -> None:
    told = get(client, f"/candidacies/new?lang=en&government={world.alfa.code}").text()
    assert "Alfa has a candidacy for this call already." in told
    assert "Contact of Alfa" not in told
    assert "already" not in get(client, f"/candidacies/new?lang=en&government={world.gamma.code}").text()


def test_an_unknown_municipality_is_refused(client: TestClient, world: World) -> None:
    assert client.post("/candidacies/new", data=start_form(world, government="nowhere")).status_code == 422


def test_a_signed_in_person_starts_without_typing_name_and_address(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.outsider)
    page = get(client, "/candidacies/new")
    assert 'name="email"' not in page.html
    data = {"form_key": "start-key-2", "government": world.gamma.code, "language": "nl"}
    answer = client.post("/candidacies/new", data=data)
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    record = own_candidacy(session, actor_of(session, world.outsider), answer.headers["location"].rpartition("/")[2])
    assert record is not None


def test_a_closed_call_has_a_clear_page(client: TestClient, clock: StandingClock, world: World) -> None:
    clock.now = world.call.closes_at
    assert "The call closed on" in get(client, "/candidacies/new?lang=en").text()
    assert client.post("/candidacies/new", data=start_form(world)).status_code == 422


def test_a_call_that_opens_later_has_a_clear_page(client: TestClient, clock: StandingClock, world: World) -> None:
    clock.now = world.call.opens_at - timedelta(seconds=1)
    assert "The call opens on" in get(client, "/candidacies/new?lang=en").text()


def test_without_any_programme_nothing_can_be_started(client: TestClient) -> None:
    assert "There is no call at the moment" in get(client, "/candidacies/new?lang=en").text()


def test_two_colleagues_start_at_the_same_moment_and_one_is_refused(both: tuple[sa.Engine, World]) -> None:
    engine, world = both

    def start(serial: int) -> str:
        with session_on(engine) as session:
            starter = Starter(world.gamma.code, f"Colleague {serial}", f"colleague-{serial}@example.org", "nl")
            try:
                with transaction(session):
                    call = open_call(session, NOW)
                    return candidacy_start.start(session, starter, call=call, actor=Actor(), now=NOW).reference
            except AlreadyApplied:
                return "refused"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(start, range(4)))
    assert sorted(result == "refused" for result in results) == [False, True, True, True]


def test_a_start_after_the_call_is_refused(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    starter = Starter(world.gamma.code, "Colleague", "colleague@example.org", "nl")
    with session_on(engine) as session:
        call = open_call(session, NOW)
        with pytest.raises(CallClosed), transaction(session):
            candidacy_start.start(session, starter, call=call, actor=Actor(), now=world.call.closes_at)
