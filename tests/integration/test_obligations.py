"""How partnerships stand, as the programme team and both sides see it; the year as a band; what each side did."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import Country, Presence, PresenceSource, SessionKind, SessionStatus, Side
from app.models import AgendaSession, Attendance, BusyPeriod, LocalGovernment
from app.models.database import transaction
from app.services.public_holidays import public_holidays
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.agenda_kit import counted
from tests.personas import World, sign_in

YEAR = "/partnerships/gamma-karongi/year"


def present(session: Session, at: AgendaSession, government: LocalGovernment) -> None:
    """Let somebody of a government be there."""
    row = Attendance(
        session_id=number(at),
        guest_name="Somebody",
        local_government_id=number(government),
        presence=Presence.PRESENT,
        source=PresenceSource.HOST,
        marked_at=NOW,
    )
    factories.add(session, row)


@pytest.fixture
def year(session: Session, world: World) -> dict[str, AgendaSession]:
    """Three digital sessions (one without Karongi, one cancelled), one to come, a visit to Karongi that is over."""
    of = world.programme
    with transaction(session):
        made = {
            name: factories.agenda_session(
                session, of, of_track=world.rwanda, starts_at=NOW + timedelta(days=days), title=name
            )
            for name, days in (("Spring", -200), ("Summer", -150), ("Autumn", -60), ("Winter", 11))
        }
        made["Autumn"].status = SessionStatus.CANCELLED
        made["elsewhere"] = factories.agenda_session(
            session, of, of_track=world.benin, starts_at=NOW - timedelta(days=30), title="Elsewhere"
        )
        visit = factories.agenda_session(
            session,
            of,
            of_partnership=world.partnership,
            kind=SessionKind.WORK_VISIT,
            starts_at=datetime(2026, 10, 5, 7, tzinfo=UTC),
            title="Visit",
        )
        visit.host_side, visit.duration_minutes = Side.PARTNER, 6240
        visit.ends_at = visit.starts_at + timedelta(minutes=6240)
        made["visit"] = visit
        present(session, visit, world.gamma)
        for name in ("Spring", "Summer", "Autumn"):
            present(session, made[name], world.gamma)
        present(session, made["Spring"], world.karongi)
    return made


@pytest.mark.parametrize("locale", ["nl", "fr", "en"])
@pytest.mark.usefixtures("year")
def test_every_page_is_sound_in_every_language(app: FastAPI, client: TestClient, world: World, locale: str) -> None:
    sign_in(client, app, world.karongi_coordinator)
    for path in ("/my", "/my/tasks", YEAR, "/partnerships/gamma-karongi", "/partnerships/gamma-karongi/agenda"):
        pages.get(client, f"{path}?lang={locale}")
    sign_in(client, app, world.vvsg_staff)
    for path in ("/staff", "/staff/obligations", "/staff/programme/test", "/staff/programme/test/year", YEAR):
        pages.get(client, f"{path}?lang={locale}")


@pytest.mark.usefixtures("year")
def test_the_overview_says_how_each_side_stands_and_opens_what_counts(
    app: FastAPI, client: TestClient, world: World
) -> None:
    page = pages.get(sign_in(client, app, world.vvsg_staff), "/staff/obligations?lang=en")
    text = page.text().replace("\u00a0", " ")
    digital = "Counts Spring (en) 6 May 2026 Summer (en) 25 Jun 2026 Announced Winter (en) 3 Dec 2026"
    assert f"Planned 2 of 3, 1 more planned : Gamma, Digital sessions {digital}" in text
    assert "At risk 1 of 3, 1 more planned : Karongi, Digital sessions Counts Spring (en) 6 May 2026 Announced" in text
    assert "Done 1 of 1 : Gamma, Visit made" in text
    assert "At risk 0 of 1" in text
    assert "Autumn" not in text
    assert "Elsewhere" not in text


@pytest.mark.usefixtures("year")
def test_the_overview_is_limited_to_a_track_a_year_and_a_status(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.vvsg_staff)
    assert "Karongi" in pages.get(client, f"/staff/obligations?track={world.rwanda.id}").html
    for wanted in (f"track={world.benin.id}", "status=missed"):
        text = pages.get(client, f"/staff/obligations?{wanted}&lang=en").text()
        assert "No partnership stands so." in text
        assert "Karongi" not in text
    assert "Year 2: 1 January – 31 December 2027" in pages.get(
        client, "/staff/obligations?year=2&lang=en"
    ).text().replace("\u00a0", " ")
    assert pages.get(client, "/staff/obligations?year=nine&status=odd&track=x", status=200)
    assert client.get("/staff/obligations?programme=none").status_code == 404


@pytest.mark.usefixtures("year")
def test_what_needs_attention_comes_first_at_the_same_cost(
    app: FastAPI, client: TestClient, world: World, session: Session
) -> None:
    sign_in(client, app, world.vvsg_staff)
    with counted(app) as few:
        pages.get(client, "/staff/obligations")
    with transaction(session):
        for name in ("Delta", "Epsilon"):
            pair = factories.government(session, name), factories.government(session, f"{name} there")
            factories.partnership(session, world.rwanda, *pair, slug=name.lower())
    with counted(app) as many:
        page = pages.get(client, "/staff/obligations", heavy=True)
    assert len(many) == len(few)
    assert page.html.index("Delta") < page.html.index("Epsilon") < page.html.index("Gamma")


@pytest.mark.usefixtures("year")
def test_the_file_holds_every_obligation(app: FastAPI, client: TestClient, world: World) -> None:
    answer = sign_in(client, app, world.vvsg_staff).get("/staff/obligations.csv?lang=en")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2 * (4 + 3) + 4
    found = next(row for row in rows if row["government"] == "Karongi" and row["obligation"] == "Digital sessions")
    assert (found["year"], found["status"], found["needed"], found["counted"], found["planned"], found["until"]) == (
        "1",
        "At risk",
        "3",
        "1",
        "1",
        "2026-12-31",
    )
    assert client.get("/staff/obligations.csv?programme=none").status_code == 404


@pytest.mark.usefixtures("year")
def test_what_the_agenda_lacks_is_shown_where_staff_look(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.vvsg_staff)
    both = "Track rwanda. Year 1: 3 half-day meetings in the agenda, 5 expected. Plan another session"
    visit = "Track rwanda. Year 2: 0 work visits in the agenda, 1 expected. Ask the coordinators of both sides"
    for path in ("/staff", "/staff/programme/test", "/staff/obligations"):
        text = pages.get(client, f"{path}?lang=en").text()
        assert both in text
        assert visit in text
        assert "Year 1: 3 digital" not in text


def test_a_side_reads_what_it_must_do(
    app: FastAPI, client: TestClient, world: World, year: dict[str, AgendaSession]
) -> None:
    page = pages.get(sign_in(client, app, world.karongi_coordinator), "/my/tasks?lang=en")
    text = page.text().replace("\u00a0", " ")
    assert (
        "Take part in 2 more digital sessions Next one: Winter (en), Thursday 3 December 2026, 11:00 (Kigali) "
        "until 31 December 2026, in 39 days" in text
    )
    assert f'href="/agenda/{year["Winter"].id}"' in page.html
    assert "Plan 3 more half-day meetings with Gamma 1 attended and 1 announced of 5 until 31 December 2026" in text
    assert "What Karongi agreed to: 1 January – 31 December 2026" in text
    sign_in(client, app, world.karongi_participant)
    text = pages.get(client, "/my/tasks?lang=en").text()
    assert "Take part in 2 more digital sessions" in text
    assert "Plan" not in text.partition("agreed to")[0]


def test_in_the_last_year_the_missing_direction_is_a_task(
    app: FastAPI, client: TestClient, world: World, session: Session, year: dict[str, AgendaSession]
) -> None:
    with transaction(session):
        session.merge(world.programme).ends_on = date(2026, 12, 31)
    sign_in(client, app, world.karongi_coordinator)
    assert "Plan the visit to Gamma" in pages.get(client, "/my/tasks?lang=en").text()
    sign_in(client, app, world.gamma_coordinator)
    assert "Agree with Karongi on the week in which they visit you" in pages.get(client, "/my/tasks?lang=en").text()
    with transaction(session):
        session.merge(year["visit"]).status = SessionStatus.CANCELLED
    assert "Agree with Karongi on this year’s week of visit" in pages.get(client, "/my/tasks?lang=en").text()


def test_nothing_is_asked_of_who_belongs_to_no_side(app: FastAPI, client: TestClient, world: World) -> None:
    for person in (world.outsider, world.ralga_staff, world.vvsg_staff):
        text = pages.get(sign_in(client, app, person), "/my/tasks?lang=en").text()
        assert "Nothing at the moment." in text
        assert "agreed to" not in text


def test_the_year_of_a_partnership_holds_its_own_only(
    app: FastAPI, client: TestClient, world: World, session: Session, year: dict[str, AgendaSession]
) -> None:
    with transaction(session):
        other = factories.partnership(
            session, world.rwanda, world.alfa, factories.government(session, "Other", country=Country.RWANDA)
        )
        factories.agenda_session(session, world.programme, of_partnership=other, title="Theirs")
        for country, government in ((Country.RWANDA, None), (Country.BENIN, None), (None, world.gamma)):
            session.add(
                BusyPeriod(
                    country=country,
                    local_government_id=number(government) if government else None,
                    starts_on=date(2025, 12, 20),
                    ends_on=date(2026, 1, 5),
                    title_en=f"Busy {country or 'Gamma'}",
                    entered_at=NOW,
                )
            )
    page = pages.get(sign_in(client, app, world.vvsg_staff), f"{YEAR}?lang=en")
    text = page.text().replace("\u00a0", " ")
    assert "5–9 October 2026 Visit (en)" in text
    assert "20 December 2025 – 5 January 2026 Busy RW (Rwanda)" in text
    assert "Busy Gamma (Gamma)" in text
    assert "1 July 2026 Independence Day (Rwanda)" in text
    for absent in ("Theirs", "Elsewhere", "Autumn", "Busy BJ", "Benin"):
        assert absent not in text
    assert f'href="/agenda/{year["Winter"].id}"' in page.html
    text = pages.get(client, f"{YEAR}?year=2027&lang=en").text()
    assert "Visit (en)" not in text.partition("What was agreed")[0]
    assert "Independence Day" in text
    assert client.get(f"{YEAR}?year=2030").status_code == 404


@pytest.mark.usefixtures("year")
def test_the_year_is_for_who_sees_the_inside(app: FastAPI, client: TestClient, world: World) -> None:
    for person in (world.gamma_coordinator, world.ralga_staff, world.auditor):
        pages.get(sign_in(client, app, person), YEAR)
    for person in (world.nikki_coordinator, world.outsider, world.ancb_staff):
        assert sign_in(client, app, person).get(YEAR).status_code == 404
    for path in ("/staff/obligations", "/staff/obligations.csv", "/staff/programme/test/year"):
        assert client.get(path).status_code in (403, 404)
    sign_in(client, app, world.vvsg_staff)
    assert client.get("/staff/programme/none/year").status_code == 404
    assert client.get("/partnerships/none/year").status_code == 404


@pytest.mark.usefixtures("year")
def test_the_year_of_a_programme_names_whose_visit_it_is(app: FastAPI, client: TestClient, world: World) -> None:
    text = pages.get(sign_in(client, app, world.vvsg_staff), "/staff/programme/test/year?lang=en").text()
    text = text.replace("\u00a0", " ").replace("&amp;", "&")
    assert "5–9 October 2026 Gamma & Karongi" in text
    assert "Elsewhere (en) (Benin)" in text


@pytest.mark.usefixtures("year")
def test_the_meter_shows_the_public_no_money(app: FastAPI, client: TestClient, world: World) -> None:
    html = pages.get(client, "/partnerships/gamma-karongi?lang=en").html
    assert "Visits made: Gamma 1, Karongi 0. Sessions hosted: Gamma 0, Karongi 0." in html
    assert "Money spent" not in html
    html = pages.get(sign_in(client, app, world.gamma_coordinator), "/partnerships/gamma-karongi?lang=en").html
    assert "Money spent: Gamma €0, Karongi €0." in html.replace("€0.00", "€0")


def test_holidays_are_named_in_a_language_that_there_is() -> None:
    found = public_holidays(Country, date(2026, 5, 1), date(2026, 5, 1))
    assert [(one.country, one.words.said("nl").words, one.words.said("nl").language) for one in found] == [
        (Country.BELGIUM, "Dag van de Arbeid", "nl"),
        (Country.BENIN, "Labor Day", "en"),
        (Country.RWANDA, "Labor Day", "en"),
    ]
    assert public_holidays([], date(2026, 1, 1), date(2026, 12, 31)) == []
    across = public_holidays([Country.BELGIUM], date(2026, 12, 25), date(2027, 1, 1))
    assert [one.day for one in across] == [date(2026, 12, 25), date(2027, 1, 1)]
