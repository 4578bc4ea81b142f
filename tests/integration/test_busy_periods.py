"""Days that do not suit: who enters them where, what is refused, and the words of a candidacy beside them."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.busy_periods import BusyDaysUnclear, BusyPeriodGone, BusyTitleMissing, Days
from app.domain.codes import CandidacyState, Country, Section
from app.models import BusyPeriod, CandidacySection, Person
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.services import busy_periods
from tests import factories, pages
from tests.factories import NOW, add, number
from tests.integration.agenda_kit import key_of
from tests.personas import World, sign_in

WEEK = {"starts_on": "2027-04-07", "ends_on": "2027-04-13", "title_en": "Week of the test"}
OF_PAIR = "/partnerships/gamma-karongi/agenda/weeks"
Browser = Callable[[Person], TestClient]


@pytest.fixture
def browser(app: FastAPI, new_client: Callable[[], TestClient]) -> Browser:
    return lambda person: sign_in(new_client(), app, person)


def send(client: TestClient, path: str, **values: str) -> int:
    data = {**WEEK, "form_key": key_of(client.get(path).text), **values}
    return client.post(path, data=data).status_code


def entered(session: Session) -> list[tuple[Country | None, int | None, date, date, str]]:
    session.rollback()
    rows = session.scalars(sa.select(BusyPeriod).order_by(col(BusyPeriod.id)))
    return [(row.country, row.local_government_id, row.starts_on, row.ends_on, row.title_en) for row in rows]


def test_staff_enter_and_remove_days_of_a_country(session: Session, browser: Browser, world: World) -> None:
    staff = browser(world.vvsg_staff)
    assert send(staff, "/staff/calendar", whose="RW") == 303
    assert entered(session) == [(Country.RWANDA, None, date(2027, 4, 7), date(2027, 4, 13), "Week of the test")]
    page = pages.get(staff, "/staff/calendar?lang=en")
    assert "7–13 April 2027 · Rwanda · Week of the test" in page.text().replace("\u00a0", " ")
    where = f"/staff/calendar/{session.scalars(sa.select(col(BusyPeriod.id))).one()}/removal"
    pages.get(staff, where)
    assert staff.post(where, data={"form_key": key_of(staff.get(where).text)}).status_code == 303
    assert entered(session) == []
    assert staff.get(where).status_code == 404


def test_a_coordinator_enters_days_of_the_own_side_only(session: Session, browser: Browser, world: World) -> None:
    coordinator = browser(world.karongi_coordinator)
    assert send(coordinator, OF_PAIR, whose=str(number(world.karongi))) == 303
    assert [send(coordinator, OF_PAIR, whose=whose) for whose in (str(number(world.gamma)), "RW", "x", "9999")] == [
        422
    ] * 4
    assert [row[1] for row in entered(session)] == [number(world.karongi)]
    page = pages.get(browser(world.gamma_coordinator), f"{OF_PAIR}?lang=en")
    assert "Karongi · Week of the test" in page.text()
    assert "/removal" not in page.html


def test_an_association_enters_days_of_its_local_governments(session: Session, browser: Browser, world: World) -> None:
    officer = browser(world.ralga_staff)
    assert send(officer, OF_PAIR, whose=str(number(world.karongi))) == 303
    assert send(officer, OF_PAIR, whose=str(number(world.gamma))) == 422
    assert len(entered(session)) == 1


def test_who_does_not_belong_there_sees_nothing_and_a_participant_no_form(browser: Browser, world: World) -> None:
    others = (world.nikki_coordinator, world.outsider, world.candidate_of_a, world.ancb_staff)
    assert [browser(person).get(OF_PAIR).status_code for person in others] == [404] * 4
    assert '<form class="flow"' not in pages.get(browser(world.karongi_participant), OF_PAIR).html
    assert [browser(person).get("/staff/calendar").status_code for person in (world.ralga_staff, world.outsider)] == [
        404,
        404,
    ]


def test_days_of_another_partnership_cannot_be_removed_from_here(
    session: Session, browser: Browser, world: World
) -> None:
    with transaction(session):
        row = add(
            session,
            BusyPeriod(
                local_government_id=number(world.nikki),
                starts_on=date(2027, 4, 7),
                ends_on=date(2027, 4, 8),
                title_en="X",
                entered_at=NOW,
            ),
        )
    coordinator = browser(world.karongi_coordinator)
    key = key_of(coordinator.get(OF_PAIR).text)
    assert coordinator.get(f"{OF_PAIR}/{row.id}/removal").status_code == 404
    assert coordinator.post(f"{OF_PAIR}/{row.id}/removal", data={"form_key": key}).status_code == 404
    assert len(entered(session)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_en": ""}, "Say in at least one language what these days are for."),
        ({"whose": "1"}, "Choose one of the options."),
        ({"whose": "999999999999"}, "Choose one of the options."),
        ({"ends_on": "2027-04-06"}, "The last day comes after the first"),
        ({"ends_on": "2027-08-06"}, "at most 62 days later"),
    ],
)
def test_days_that_say_too_little_are_refused_at_their_field(
    session: Session, browser: Browser, world: World, changes: dict[str, str], words: str
) -> None:
    staff = browser(world.vvsg_staff)
    key = key_of(staff.get("/staff/calendar?lang=en").text)
    answer = staff.post("/staff/calendar", data={**WEEK, "whose": "RW", "form_key": key, **changes})
    assert answer.status_code == 422
    assert words in answer.text.replace("\u00a0", " ")
    assert entered(session) == []


def test_the_service_refuses_by_itself(session: Session, world: World) -> None:
    def enter(person: Person, **values: object) -> None:
        days = {"starts_on": date(2027, 4, 7), "ends_on": date(2027, 4, 7), "title_nl": "X"} | values
        with transaction(session):
            actor = actor_of_person(session, number(person))
            assert actor is not None
            busy_periods.add(session, actor, Days(**days), now=NOW)  # type: ignore[arg-type]

    with pytest.raises(NotAllowed):
        enter(world.karongi_participant, government_id=number(world.karongi))
    with pytest.raises(NotAllowed):
        enter(world.ralga_staff, country=Country.RWANDA)
    with pytest.raises(BusyTitleMissing):
        enter(world.vvsg_staff, country=Country.RWANDA, title_nl="")
    with pytest.raises(BusyDaysUnclear):
        enter(world.vvsg_staff, country=Country.RWANDA, ends_on=date(2027, 4, 6))
    staff = actor_of_person(session, number(world.vvsg_staff))
    assert staff is not None
    with pytest.raises(BusyPeriodGone), transaction(session):
        busy_periods.remove(session, staff, 999, now=NOW)


def test_the_words_of_a_candidacy_are_shown_to_its_government_and_to_staff(
    session: Session, browser: Browser, world: World
) -> None:
    with transaction(session):
        candidacy = factories.candidacy(session, world.call, world.gamma, by=world.candidate_of_a, reference="SDG-GG")
        candidacy.state, candidacy.submitted_at = CandidacyState.SELECTED, NOW
        section = CandidacySection(
            candidacy_id=number(candidacy),
            section=Section.PROMISES,
            answers={"unsuitable_weeks": "De week van de kermis"},
            complete=True,
            saved_at=NOW,
        )
        session.add(section)
    readers = (world.vvsg_staff, world.gamma_coordinator, world.karongi_coordinator, world.ralga_staff)
    shown = ["De week van de kermis" in pages.get(browser(person), f"{OF_PAIR}?lang=nl").html for person in readers]
    assert shown == [True, True, False, False]
