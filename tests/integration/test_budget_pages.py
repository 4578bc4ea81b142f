import html
import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Category, Country, Currency, Role
from app.language.catalogues import LOCALES
from app.models import LedgerEntry, Person
from app.models.database import transaction
from app.queries import budget as ledger
from app.queries.people import actor_of_person
from app.services import budget
from app.services.budget import Spending
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration.budget_kit import open_halves
from tests.personas import World, sign_in

PATH = "/partnerships/gamma-karongi/budget"
SPENDING = {
    "kind": "commitment",
    "side": "flemish",
    "amount": "1.250,50",
    "amount_currency": "EUR",
    "day": "2026-11-20",
    "category": "travel",
    "description": "Train to Brussels",
    "form_key": "key-of-one-entry",
}


@pytest.fixture
def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> Callable[[str], TestClient]:
    return lambda who: sign_in(new_client(), app, getattr(world, who))


def book(session: Session, world: World, *, side: int = 0, cents: int = 10_000, times: int = 1) -> int:
    half = ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)][side]
    actor = actor_of_person(session, number(world.vvsg_staff))
    spending = Spending(half.allotment_id, cents, Currency.EUR, Category.TRAVEL, date(2026, 11, 20), "Tickets")
    with transaction(session):
        for _time in range(times):
            made = budget.commit_money(session, spending, actor=actor, now=NOW)
    return made


def left(session: Session, world: World) -> list[int]:
    session.rollback()
    return [
        half.available_cents
        for half in ledger.halves_of(session, [number(world.partnership)])[number(world.partnership)]
    ]


def words(page: pages.Page) -> str:
    return page.text().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "path",
    [
        PATH,
        f"{PATH}?side=partner",
        f"{PATH}/new",
        f"{PATH}/new?side=partner",
        f"{PATH}?on=2026-06-01",
        f"{PATH}?on=tomorrow",
        f"{PATH}/new?kind=commitment",
        f"{PATH}/new?kind=release",
        "/staff/budget",
        "/staff/budget?programme=test",
    ],
)
def test_every_page_is_sound_in_three_languages(
    as_person: Callable[[str], TestClient], session: Session, world: World, path: str, locale: str
) -> None:
    client = as_person("vvsg_staff")
    client.cookies.set("lang", locale)
    pages.get(client, path)
    book(session, world)
    pages.get(client, path)


def test_the_budget_shows_both_halves_and_what_is_left(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    book(session, world, cents=500_000)
    text = words(pages.get(as_person("karongi_participant"), PATH))
    assert "£" not in text
    assert "€12,500 left of €17,500" in text
    assert "€17,500 left of €17,500" in text
    assert "New commitment" not in text
    assert "New claim" in text
    assert text.index("Gamma") < text.index("Karongi")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("vvsg_staff", 200),
        ("auditor", 200),
        ("ralga_staff", 200),
        ("gamma_coordinator", 200),
        ("karongi_participant", 200),
        ("ancb_staff", 404),
        ("nikki_coordinator", 404),
        ("outsider", 404),
    ],
)
def test_a_budget_is_shown_to_those_whom_it_concerns(
    as_person: Callable[[str], TestClient], who: str, status: int
) -> None:
    client = as_person(who)
    assert client.get(PATH).status_code == status
    assert client.get(f"{PATH}.csv").status_code == status


@pytest.mark.parametrize(
    ("who", "side", "status"),
    [
        ("vvsg_staff", "flemish", 303),
        ("vvsg_staff", "partner", 303),
        ("gamma_coordinator", "flemish", 303),
        ("gamma_coordinator", "partner", 403),
        ("karongi_coordinator", "flemish", 403),
        ("karongi_coordinator", "partner", 303),
        ("karongi_participant", "partner", 403),
        ("ralga_staff", "partner", 403),
        ("auditor", "partner", 403),
        ("nikki_coordinator", "partner", 404),
        ("outsider", "partner", 404),
    ],
)
def test_people_book_on_their_own_side_only(
    as_person: Callable[[str], TestClient], session: Session, world: World, who: str, side: str, status: int
) -> None:
    client = as_person(who)
    assert client.post(f"{PATH}/new", data=SPENDING | {"side": side}).status_code == status
    assert client.get(f"{PATH}/new?side={side}").status_code == (200 if status == 303 else status)
    assert (left(session, world) != [1_750_000] * 2) is (status == 303)


@pytest.mark.usefixtures("world")
def test_others_sign_in_first(client: TestClient) -> None:
    for path in (PATH, f"{PATH}.csv", f"{PATH}/new", "/staff/budget"):
        assert client.get(path).headers["location"].startswith("/sign-in?next=/")
    answer = client.post(f"{PATH}/new", data=SPENDING)
    assert answer.status_code == 401
    assert 'href="/sign-in?next=/my"' in answer.text


@pytest.mark.parametrize("who", ["gamma_coordinator", "ralga_staff", "auditor", "outsider"])
def test_the_budgets_of_all_are_for_staff(as_person: Callable[[str], TestClient], who: str) -> None:
    assert as_person(who).get("/staff/budget").status_code == 404


def test_a_commitment_is_booked_and_shown(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("gamma_coordinator")
    answer = client.post(f"{PATH}/new", data=SPENDING)
    assert answer.status_code == 303
    client.cookies.set("lang", "en")
    text = words(pages.get(client, answer.headers["location"]))
    assert "The money is set aside €1,250.50 in the half of Gamma. After it, €16,249.50 was left." in text
    assert left(session, world) == [1_624_950, 1_750_000]


def test_a_form_that_is_sent_twice_books_once(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("gamma_coordinator")
    first, second = (client.post(f"{PATH}/new", data=SPENDING) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert left(session, world) == [1_624_950, 1_750_000]
    client.post(f"{PATH}/new", data=SPENDING | {"form_key": "key-of-another-payment"})
    assert left(session, world) == [1_499_900, 1_750_000]


def test_what_is_too_much_says_by_how_much_and_keeps_what_was_typed(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    answer = client.post(f"{PATH}/new", data=SPENDING | {"amount": "17.500,01"})
    assert answer.status_code == 422
    pages.check(answer.text)
    text = answer.text.replace("\u00a0", " ")
    assert "This is €0.01 too much: at most €17,500 fits in this half of the budget." in text
    assert 'href="#amount"' in text
    assert 'value="17.500,01"' in text
    assert "Train to Brussels" in text
    assert "key-of-one-entry" in text
    assert left(session, world) == [1_750_000] * 2
    assert client.post(f"{PATH}/new", data=SPENDING | {"amount": "17.500,00"}).status_code == 303
    assert left(session, world) == [0, 1_750_000]


def test_too_much_in_francs_says_what_would_fit_in_francs(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("karongi_coordinator")
    facts = {"side": "partner", "amount": "26 000 000", "amount_currency": "RWF"}
    rate = {"rate": "1452,30", "rate_source": "National Bank of Rwanda", "rate_date": "2026-11-19"}
    answer = client.post(f"{PATH}/new", data=SPENDING | facts | rate)
    assert answer.status_code == 422
    pages.check(answer.text)
    text = answer.text.replace("\u00a0", " ")
    assert "This is €402.64 too much: at most €17,500 fits" in text
    assert "RWF 26,000,000 is €17,902.64. At this rate, at most RWF 25,415,257 fits." in text
    fitting = client.post(f"{PATH}/new", data=SPENDING | facts | rate | {"amount": "25415257"})
    assert fitting.status_code == 303
    assert left(session, world) == [1_750_000, 0]
    page = words(pages.get(client, PATH))
    assert "RWF at 1,452.30 (National Bank of Rwanda), 19 Nov 2026" in page
    assert "€17,500 RWF 25,415,257" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "about 50"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "12,345.678"}, "amount"),
        ({"amount": "85000"}, "amount"),
        ({"amount_currency": "RWF"}, "rate"),
        ({"amount_currency": "RWF", "rate": "1452"}, "rate_source"),
        ({"amount_currency": "RWF", "rate": "1.452", "rate_source": "a", "rate_date": "2026-11-20"}, "rate"),
        ({"amount_currency": "USD"}, "rate"),
        ({"amount_currency": "GBP"}, "amount_currency"),
        ({"category": ""}, "category"),
        ({"category": "gifts"}, "category"),
        ({"description": ""}, "description"),
        ({"description": "x" * 301}, "description"),
        ({"day": ""}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2025-12-31"}, "day"),
        ({"session": "999"}, "session"),
        ({"kind": "release", "commitment": "999"}, "commitment"),
        ({"kind": "release", "commitment": ""}, "commitment"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    as_person: Callable[[str], TestClient], session: Session, world: World, changes: dict[str, str], field: str
) -> None:
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    answer = client.post(f"{PATH}/new", data=SPENDING | changes)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert re.search(rf'href="#{field}"', answer.text)
    assert left(session, world) == [1_750_000] * 2


def test_a_day_outside_the_period_is_refused_with_the_period(as_person: Callable[[str], TestClient]) -> None:
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    text = client.post(f"{PATH}/new", data=SPENDING | {"day": "2025-12-31"}).text.replace("\u00a0", " ")
    assert "Choose a day from 1 January 2026 to 31 December 2027: the period of the programme." in text


def test_a_commitment_is_released_in_part_and_then_wholly(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    client.post(f"{PATH}/new", data=SPENDING | {"amount": "500"})
    commitment = session.scalars(sa.select(col(LedgerEntry.id)).where(col(LedgerEntry.kind) == "commitment")).one()
    page = pages.get(client, f"{PATH}/new?kind=release&side=flemish&commitment={commitment}")
    assert 'value="Train to Brussels"' in page.html
    assert "20 Nov 2026 · Train to Brussels · €500 open" in words(page)
    released = {"kind": "release", "side": "flemish", "commitment": str(commitment), "day": "2026-11-22"}
    assert client.post(f"{PATH}/new", data=released | {"amount": "300", "form_key": "key-of-a-part"}).status_code == 303
    too_much = client.post(f"{PATH}/new", data=released | {"amount": "200,01", "form_key": "key-of-too-much"})
    assert too_much.status_code == 422
    assert "This is €0.01 too much: €200 is still open on this commitment." in too_much.text.replace("\u00a0", " ")
    done = client.post(f"{PATH}/new", data=released | {"form_key": "key-of-the-release"})
    assert "The money is free again" in words(pages.get(client, done.headers["location"]))
    assert left(session, world) == [1_750_000, 1_750_000]
    text = words(pages.get(client, f"{PATH}/new?kind=release"))
    assert "No commitment is open in this half: there is nothing to release." in text
    nothing = client.post(f"{PATH}/new", data=released | {"form_key": "key-of-nothing"})
    assert nothing.status_code == 422


def test_nobody_books_a_payment_by_a_form(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    for who in ("vvsg_staff", "gamma_coordinator"):
        client = as_person(who)
        for kind in ("payment", "correction", "transfer_in", ""):
            assert client.post(f"{PATH}/new", data=SPENDING | {"kind": kind}).status_code == 404
        answer = client.get(f"{PATH}/new?kind=payment")
        assert (answer.status_code, answer.headers["location"]) == (303, "/partnerships/gamma-karongi/claims/new")
    assert left(session, world) == [1_750_000] * 2


def test_a_refusal_says_which_open_commitments_of_that_half_could_be_released(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    of_half = book(session, world, cents=1_700_000)
    book(session, world, side=1, cents=123_400)
    client = as_person("gamma_coordinator")
    client.cookies.set("lang", "en")
    answer = client.post(f"{PATH}/new", data=SPENDING | {"amount": "600"})
    assert answer.status_code == 422
    pages.check(answer.text)
    text = answer.text.replace("\u00a0", " ")
    assert "This is €100 too much: at most €500 fits in this half of the budget." in text
    assert "Tickets, 20 Nov 2026: €17,000 open" in text
    assert f"kind=release&amp;side=flemish&amp;commitment={of_half}" in text
    assert "€1,234" not in text


def test_the_budget_is_shown_as_it_stood_on_a_day(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    with transaction(session):
        open_halves(session, world.partnership)
    book(session, world, cents=500_000)
    client = as_person("karongi_participant")
    client.cookies.set("lang", "en")
    before = words(pages.get(client, f"{PATH}?on=2026-11-19"))
    assert "On 19 November 2026" in before
    assert "every entry that is dated on 19 November 2026 or before" in before
    assert before.count("€17,500 left of €17,500") == 2
    after = words(pages.get(client, f"{PATH}?on=20/11/2026"))
    assert "€12,500 left of €17,500" in after
    assert "€0 left of €0" in words(pages.get(client, f"{PATH}?on=2025-12-31"))
    for wrong in ("2026-02-30", "tomorrow", "0001-01-01", "9" * 40):
        page = pages.get(client, f"{PATH}?on={wrong}")
        assert 'href="#on"' in page.html
        assert "€12,500 left of €17,500" in words(page)


def test_the_entries_are_part_of_their_page(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    book(session, world, times=30)
    client = as_person("karongi_coordinator")
    whole = pages.get(client, f"{PATH}?side=flemish&page=2").html
    part = client.get(
        f"{PATH}?side=flemish&page=2", headers={"HX-Request": "true", "HX-Target": "section#entries"}
    ).text
    assert part.strip().startswith('<section id="entries">')
    assert part.strip() in whole
    assert whole.count("Tickets") >= 5
    assert "Page 2 of 2" in part
    assert "Nothing was booked yet" in client.get(f"{PATH}?side=partner").text
    assert "More open commitments" in whole
    more = re.search(r'href="([^"]*after=[^"]*)"', whole)
    assert more is not None
    rest = pages.get(client, html.unescape(more[1])).html
    assert "The first open commitments" in rest
    assert "More open commitments" not in rest
    for odd in ("page=x", "page=-1", "page=99", "side=both", "booked=x", "booked=999", "after=x", "after=999999"):
        assert client.get(f"{PATH}?{odd}").status_code == 200


def count_queries(app: FastAPI, client: TestClient, path: str) -> int:
    statements: list[str] = []

    def note(*facts: object) -> None:
        statements.append(str(facts[2]))

    sa.event.listen(app.state.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    sa.event.remove(app.state.engine, "before_cursor_execute", note)
    return len([text for text in statements if text.startswith("SELECT")])


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv", f"{PATH}/new?side=partner", "/staff/budget"])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(
    app: FastAPI, as_person: Callable[[str], TestClient], session: Session, world: World, path: str
) -> None:
    client = as_person("vvsg_staff")
    book(session, world)
    book(session, world, side=1)
    one = count_queries(app, client, path)
    with transaction(session):
        for _more in range(2):
            here = factories.government(session)
            there = factories.government(session, country=Country.RWANDA)
            factories.partnership(session, world.rwanda, here, there)
            factories.agenda_session(session, world.programme, of_partnership=world.partnership)
    book(session, world, times=2)
    book(session, world, side=1, times=2)
    assert count_queries(app, client, path) == one <= 12


def test_staff_see_first_what_needs_attention(
    as_person: Callable[[str], TestClient], session: Session, world: World
) -> None:
    with transaction(session):
        here = factories.government(session, "Delta")
        there = factories.government(session, "Bugesera", country=Country.RWANDA)
        factories.partnership(session, world.rwanda, here, there, slug="delta-bugesera")
        elsewhere = factories.programme(session, "elsewhere", starts_on=date(2020, 1, 1), ends_on=date(2021, 12, 31))
        factories.partnership(session, factories.track(session, elsewhere, "other"), world.alfa, there, slug="past")
    book(session, world, cents=800_000)
    book(session, world, side=1, cents=800_000)
    client = as_person("vvsg_staff")
    client.cookies.set("lang", "en")
    text = words(pages.get(client, "/staff/budget"))
    assert "44% of the period has passed" in text
    assert "€27,000 left of €35,000" in text
    assert text.index("Delta") < text.index("Gamma")
    assert text.count("Behind the calendar") == 2
    assert "Alfa" not in text
    past = words(pages.get(client, "/staff/budget?programme=elsewhere"))
    assert "Alfa" in past
    assert "Gamma" not in past
    part = client.get("/staff/budget", headers={"HX-Request": "true", "HX-Target": "section#results"}).text
    assert part.strip().startswith('<section id="results">')
    assert words(pages.get(client, "/staff/budget?programme=nowhere")) == text


def test_without_any_programme_the_page_says_what_to_do(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session
) -> None:
    with transaction(session):
        person: Person = factories.member(session, Role.STAFF)
    client = sign_in(new_client(), app, person)
    client.cookies.set("lang", "en")
    assert "No budgets yet" in words(pages.get(client, "/staff/budget"))
