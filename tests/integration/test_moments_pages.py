"""Finding a moment: the page for who makes sessions, what it looks at, and where its proposals lead."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import Country, Role
from app.models import BusyPeriod, Person
from app.models.database import transaction
from tests import factories, pages
from tests.factories import NOW, add, number
from tests.integration.agenda_kit import counted
from tests.personas import World, sign_in

TUESDAY, THURSDAY = "2027-01-19", "2027-01-21"


def address(of: str, **changes: object) -> str:
    asked = {"of": of, "first": TUESDAY, "last": THURSDAY, "minutes": 60, "zone": "Europe/Brussels"}
    return f"/moments?{urlencode({'lang': 'en', 'kind': 'bilateral'} | asked | changes, doseq=True)}"


def of_pair(world: World) -> str:
    return f"partnership:{number(world.partnership)}"


def proposed(page: pages.Page) -> list[str]:
    return [part.split('"')[0] for part in page.html.split('name="moment" value="')[1:]]


@pytest.fixture
def coordinator(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> TestClient:
    return sign_in(new_client(), app, world.karongi_coordinator)


def test_the_best_moments_are_proposed_with_all_times_and_reasons(coordinator: TestClient, world: World) -> None:
    page = pages.get(coordinator, address(of_pair(world)))
    assert proposed(page)[0] == "2027-01-19T09:00"
    assert {"2027-01-20T09:00", "2027-01-21T09:00"} < set(proposed(page))
    assert len(proposed(page)) == 6
    text = page.text().replace("\u00a0", " ")
    assert "Tuesday 19 January 2027, 10:00–11:00" in text
    assert "Kigali, your time" in text
    assert "09:00" in text
    assert "Within the working hours of all." in text


def test_holidays_named_days_and_other_sessions_are_passed_over(
    session: Session, coordinator: TestClient, world: World
) -> None:
    with transaction(session):
        add(session, busy(date(2027, 1, 19), government_id=number(world.gamma)))
        add(session, busy(date(2027, 1, 20), country=Country.RWANDA))
        starts = datetime(2027, 1, 21, 6, tzinfo=UTC)
        taken = factories.agenda_session(session, world.programme, of_partnership=world.partnership, starts_at=starts)
        taken.ends_at = starts + timedelta(hours=4)
    assert proposed(pages.get(coordinator, address(of_pair(world))))[0] == "2027-01-21T13:00"
    new_year = pages.get(coordinator, address(of_pair(world), first="2027-01-01", last="2027-01-01"))
    assert "Nobody is free together" in new_year.text()
    found = unescape(new_year.text())
    assert "Belgium: public holiday (New Year's Day)." in found
    week = pages.get(coordinator, address(of_pair(world), last=TUESDAY))
    assert "Gamma: these days do not suit (Kermis)." in week.text()


def busy(day: date, *, country: Country | None = None, government_id: int | None = None) -> BusyPeriod:
    return BusyPeriod(
        country=country,
        local_government_id=government_id,
        starts_on=day,
        ends_on=day,
        title_nl="Kermis",
        title_fr="Kermis",
        title_en="Kermis",
        entered_at=NOW,
    )


def test_only_the_people_who_must_be_there_are_looked_at(
    session: Session, coordinator: TestClient, world: World
) -> None:
    with transaction(session):
        add(session, busy(date(2027, 1, 19), government_id=number(world.gamma)))
    only = number(world.karongi_coordinator)
    page = pages.get(coordinator, address(of_pair(world), last=TUESDAY, who=[only]))
    assert "1 person was looked at." in page.text()
    everybody = pages.get(coordinator, address(of_pair(world), last=TUESDAY))
    assert "to the first, 1 person cannot come." in everybody.text().replace("\u00a0", " ")


def test_a_proposal_leads_to_the_form_of_a_session_and_to_a_poll(coordinator: TestClient, world: World) -> None:
    page = pages.get(coordinator, address(of_pair(world)))
    link = next(one for one in page.html.split('href="') if one.startswith("/partnerships/gamma-karongi/agenda/new?"))
    target = link.split('"')[0].replace("&amp;", "&")
    assert parse_qs(target.partition("?")[2]) == {
        "day": [TUESDAY],
        "starts": ["09:00"],
        "ends": ["10:00"],
        "zone": ["Europe/Brussels"],
        "kind": ["bilateral"],
    }
    form = pages.get(coordinator, target).html
    assert 'value="2027-01-19"' in form
    assert 'value="09:00"' in form
    assert 'value="10:00"' in form
    asked = {"of": of_pair(world), "kind": "bilateral", "zone": "Europe/Brussels", "minutes": "60"}
    moments = ["2027-01-19T09:00", "2027-01-20T09:00"]
    poll = pages.get(coordinator, f"/polls/new?{urlencode(asked | {'moment': moments}, doseq=True)}").html
    assert 'value="2027-01-19"' in poll
    assert 'value="2027-01-20"' in poll


def test_who_makes_no_sessions_there_finds_nothing(
    app: FastAPI, new_client: Callable[[], TestClient], world: World
) -> None:
    def seen(person: Person, of: str) -> int:
        return sign_in(new_client(), app, person).get(address(of)).status_code

    track, programme = f"track:{number(world.rwanda)}", f"programme:{number(world.programme)}"
    assert [seen(world.nikki_coordinator, of) for of in (of_pair(world), track, programme)] == [404, 404, 404]
    assert [seen(world.karongi_coordinator, of) for of in (of_pair(world), track)] == [200, 404]
    assert [seen(world.karongi_participant, of_pair(world)), seen(world.outsider, of_pair(world))] == [404, 404]
    assert [seen(world.ralga_staff, of) for of in (of_pair(world), track, programme)] == [200, 200, 404]
    assert [seen(world.vvsg_staff, of) for of in (of_pair(world), track, programme)] == [200, 200, 200]
    assert seen(world.vvsg_staff, "partnership:999999") == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last": "2027-01-01"}, "Choose a last day that comes after the first"),
        ({"last": "2028-01-01"}, "at most 92 days later"),
        ({"minutes": 5}, "15 or more"),
        ({"first": "nonsense"}, "Write an existing day"),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field(
    coordinator: TestClient, world: World, changes: dict[str, object], words: str
) -> None:
    page = pages.get(coordinator, address(of_pair(world), **changes))
    assert words in page.text().replace("\u00a0", " ")
    assert proposed(page) == []


def test_the_empty_form_offers_the_own_partnerships(coordinator: TestClient) -> None:
    page = pages.get(coordinator, "/moments?lang=en")
    assert "Gamma &amp; Karongi" in page.html
    assert proposed(page) == []


def test_nothing_is_found_in_what_is_over(coordinator: TestClient, world: World) -> None:
    page = pages.get(coordinator, address(of_pair(world), first="2026-01-05", last="2026-01-06"))
    assert "No moment found" in page.text()


def test_the_queries_do_not_grow_with_the_people(
    app: FastAPI, session: Session, coordinator: TestClient, world: World
) -> None:
    coordinator.get(address(of_pair(world)))
    with counted(app) as few:
        coordinator.get(address(of_pair(world)))
    with transaction(session):
        for count in range(5):
            factories.member(session, Role.PARTICIPANT, name=f"More {count}", government=world.karongi)
            factories.agenda_session(session, world.programme, of_partnership=world.partnership)
    with counted(app) as many:
        coordinator.get(address(of_pair(world)))
    assert len(few) == len(many)


def test_a_clock_that_changes_in_between_is_said(coordinator: TestClient, world: World) -> None:
    page = pages.get(coordinator, address(of_pair(world), first="2027-06-01", last="2027-06-01"))
    text = page.text().replace("\u00a0", " ")
    assert (
        "Brussels changes its clock between now and then: 09:00 there will be 09:00 in Kigali instead of 10:00." in text
    )
