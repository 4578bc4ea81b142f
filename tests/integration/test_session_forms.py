"""The form of a session in full: what it keeps, a series shown before it is made, drafts announced, changes of many."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import SessionStatus
from app.models import AgendaSession, Mail, Person
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from tests import pages
from tests.factories import number
from tests.integration.agenda_kit import FIELDS, Sessions, key_of, sessions
from tests.personas import World, sign_in

__all__ = ["sessions"]
OWN = "/partnerships/gamma-karongi/agenda"
SERIES = {"repeat": "weekly", "times": "3", "day": "2027-03-15", "zone": "Europe/Brussels"}
Browser = Callable[[Person], TestClient]


@pytest.fixture
def browser(app: FastAPI, new_client: Callable[[], TestClient]) -> Browser:
    """A browser of somebody who is signed in."""
    return lambda person: sign_in(new_client(), app, person)


def filled(html: str) -> dict[str, Any]:
    """Give what the form on a page holds, hidden fields included."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return FIELDS | dict(hidden)


def rows(session: Session) -> list[AgendaSession]:
    session.rollback()
    return list(session.scalars(sa.select(AgendaSession).order_by(col(AgendaSession.id))))


def test_everything_that_is_typed_is_kept_and_shown(browser: Browser, world: World, session: Session) -> None:
    staff = browser(world.vvsg_staff)
    more = {
        "of": f"partnership:{world.partnership.id}",
        "capacity": "12",
        "interpretation": ["fr", "nl"],
        "schedule": "14:00 Welcome\n14.30-15:00 - A walk <b>\nQuestions",
        "host_side": "partner",
        "place": "Karongi hall",
    }
    made = staff.post("/staff/sessions", data=filled(staff.get("/staff/sessions/new").text) | more)
    assert made.status_code == 303
    path = made.headers["location"]
    (row,) = rows(session)
    assert (row.capacity, row.interpretation, row.place) == (12, ["nl", "fr"], "Karongi hall")
    page = pages.get(staff, f"{path}?lang=en")
    for words in (
        "Interpretation into",
        "Dutch and French",
        "Number of places",
        "A walk",
        "14.30-15:00",
        "Questions",
    ):
        assert words in page.text()
    assert "A walk &lt;b&gt;" in page.html
    assert '<span class="session-programme__time">14:00</span>' in page.html
    edit = pages.get(staff, f"{path}/edit")
    assert 'value="12"' in edit.html
    assert "14:00 Welcome" in edit.html
    again = staff.post(f"{path}/edit", data=filled(edit.html) | more | {"capacity": "", "interpretation": []})
    assert again.status_code == 303
    (row,) = rows(session)
    assert (row.capacity, row.interpretation, row.schedule) == (None, [], more["schedule"])


@pytest.mark.parametrize("capacity", ["0", "-1", "many", "100000000000000000000"])
def test_places_are_a_number(browser: Browser, world: World, capacity: str) -> None:
    staff = browser(world.vvsg_staff)
    data = filled(staff.get("/staff/sessions/new").text) | {"of": f"programme:{world.programme.id}"}
    assert staff.post("/staff/sessions", data=data | {"capacity": capacity}).status_code == 422


def test_a_series_is_shown_before_it_is_made(browser: Browser, world: World, session: Session) -> None:
    gamma = browser(world.gamma_coordinator)
    data = filled(gamma.get(f"{OWN}/new?lang=en").text) | SERIES | {"status": "draft"}
    shown = gamma.post(OWN, data=data)
    assert shown.status_code == 200
    pages.check(shown.text)
    assert "3 sessions will be made" in shown.text
    plain = shown.text.replace("\u00a0", " ")
    assert "Monday 22 March 2027, 14:00–15:30 (Brussels) · 15:00 (Kigali)" in plain
    assert "Monday 29 March 2027, 14:00–15:30 (Brussels) · 14:00 (Kigali)" in plain
    assert rows(session) == []
    seen = filled(shown.text) | SERIES | {"status": "draft"}
    other = gamma.post(OWN, data=seen | {"day": "2027-03-16"})
    assert other.status_code == 200
    assert rows(session) == []
    assert [gamma.post(OWN, data=seen).status_code for _ in range(2)] == [303, 303]
    assert [row.wall_starts_at.date().isoformat() for row in rows(session)] == [
        "2027-03-15",
        "2027-03-22",
        "2027-03-29",
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"times": ""}, "how many sessions there are in all"),
        ({"until": "2027-05-01"}, "one of the two"),
        ({"times": "1"}, "at least two sessions"),
        ({"times": "61"}, "at most 60 sessions"),
        ({"starts": "02:30", "ends": "04:00"}, "The session of 28 March 2027 cannot take place"),
        ({"starts": "02:30", "ends": "04:00", "day": "2027-10-17"}, "The time of the session of 31 October 2027"),
        ({"repeat": "daily"}, "Choose one of"),
    ],
)
def test_what_is_no_series_is_refused_at_its_field(
    browser: Browser, world: World, typed: dict[str, str], words: str
) -> None:
    gamma = browser(world.gamma_coordinator)
    data = filled(gamma.get(f"{OWN}/new?lang=en").text) | SERIES | {"day": "2027-03-14"} | typed
    answer = gamma.post(OWN, data=data)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert words in answer.text.replace("\u00a0", " ")


def made_series(browser: Browser, world: World, status: str = "draft") -> TestClient:
    gamma = browser(world.gamma_coordinator)
    more = SERIES | {"status": status}
    shown = gamma.post(OWN, data=filled(gamma.get(f"{OWN}/new?lang=en").text) | more)
    assert gamma.post(OWN, data=filled(shown.text) | more).status_code == 303
    return gamma


def test_drafts_are_seen_by_who_prepares_them_and_announced_with_one_button(
    browser: Browser, world: World, session: Session
) -> None:
    gamma = made_series(browser, world)
    first, second, third = (row.id for row in rows(session))
    prepare = (world.gamma_coordinator, world.karongi_coordinator, world.ralga_staff, world.vvsg_staff)
    others = (world.karongi_participant, world.nikki_coordinator, world.ancb_staff, world.auditor, world.outsider)
    assert {browser(person).get(f"/agenda/{first}").status_code for person in prepare} == {200}
    assert {browser(person).get(f"/agenda/{first}").status_code for person in others} == {404}
    page = pages.get(gamma, f"/agenda/{first}")
    assert "Announce it with the 2 other drafts" in page.text()
    data = {"form_key": key_of(page.html), "reach": "one"}
    assert browser(world.karongi_participant).post(f"/agenda/{first}/publication", data=data).status_code == 404
    assert [gamma.post(f"/agenda/{first}/publication", data=data).status_code for _ in range(2)] == [303, 303]
    assert [row.status.value for row in rows(session)] == ["published", "draft", "draft"]
    assert browser(world.karongi_participant).get(f"/agenda/{first}").status_code == 200
    page = pages.get(gamma, f"/agenda/{third}")
    data = {"form_key": key_of(page.html), "reach": "following"}
    gamma.post(f"/agenda/{third}/publication", data=data)
    assert {row.status for row in rows(session)} == {SessionStatus.PUBLISHED}
    sent = session.scalars(sa.select(col(Mail.recipient)).where(col(Mail.kind) == "session_published")).all()
    people = (world.karongi_coordinator, world.karongi_participant, world.ralga_staff)
    assert sorted(sent) == sorted(person.email for person in people for _ in range(2))
    session.rollback()
    assert gamma.post(f"/agenda/{second}/publication", data={"form_key": "z" * 32, "reach": "x"}).status_code == 400
    answer = browser(world.karongi_participant).post(f"/agenda/{second}/publication", data={"form_key": "z" * 32})
    assert answer.status_code == 403


def test_a_change_is_for_one_or_for_those_that_follow(browser: Browser, world: World, session: Session) -> None:
    gamma = made_series(browser, world, "published")
    first, second, third = (row.id for row in rows(session))
    page = pages.get(gamma, f"/agenda/{second}/edit")
    assert "This one and the 1 that follows it in the series" in page.text()
    data = filled(page.html) | {"day": "2027-03-23", "starts": "10:00", "ends": "11:00", "zone": "Europe/Brussels"}
    assert gamma.post(f"/agenda/{second}/edit", data=data | {"reach": "following"}).status_code == 303
    assert [row.wall_starts_at.isoformat() for row in rows(session)] == [
        "2027-03-15T14:00:00",
        "2027-03-23T10:00:00",
        "2027-03-30T10:00:00",
    ]
    page = pages.get(gamma, f"/agenda/{third}/edit")
    assert "follows it in the series" not in page.text()
    again = filled(pages.get(gamma, f"/agenda/{first}/edit").html) | {"day": "2027-03-14", "zone": "Europe/Brussels"}
    night = again | {"starts": "02:30", "ends": "04:00", "reach": "following", "day": "2027-03-20"}
    refused = gamma.post(f"/agenda/{first}/edit", data=night)
    assert refused.status_code == 422
    assert "The session of 28 March 2027" in refused.text.replace("\u00a0", " ")
    cancel = filled(pages.get(gamma, f"/agenda/{second}/cancel").html) | {"reason": "Mourning", "reach": "following"}
    assert gamma.post(f"/agenda/{second}/cancel", data=cancel).status_code == 303
    assert [row.status.value for row in rows(session)] == ["published", "cancelled", "cancelled"]


def test_drafts_of_a_series_are_deleted_together(browser: Browser, world: World, session: Session) -> None:
    gamma = made_series(browser, world)
    first = rows(session)[0].id
    page = pages.get(gamma, f"/agenda/{first}/cancel")
    assert "This one and the 2 that follow it in the series" in page.text()
    data = {"form_key": key_of(page.html), "reach": "following"}
    assert gamma.post(f"/agenda/{first}/cancel", data=data).headers["location"] == "/my/agenda"
    assert rows(session) == []


def test_an_association_prepares_everything_for_its_country_and_nothing_else(
    browser: Browser, world: World, session: Session, sessions: Sessions
) -> None:
    ralga = browser(world.ralga_staff)
    path = f"/agenda/{sessions['draft'].id}"
    page = pages.get(ralga, path)
    assert ralga.post(f"{path}/publication", data={"form_key": key_of(page.html)}).status_code == 303
    row = session_of(session, actor_of_person(session, number(world.ralga_staff)), number(sessions["draft"]))
    assert row
    assert row.status is SessionStatus.PUBLISHED
    session.rollback()
    assert ralga.get(f"/agenda/{sessions['programme'].id}/edit").status_code == 403
    data = filled(ralga.get("/staff/sessions/new").text) | SERIES | {"of": f"track:{world.benin.id}"}
    shown = ralga.post("/staff/sessions", data=data)
    assert (
        ralga.post("/staff/sessions", data=filled(shown.text) | data | {"seen": filled(shown.text)["seen"]}).status_code
        == 422
    )
    own = data | {"of": f"track:{world.rwanda.id}"}
    shown = ralga.post("/staff/sessions", data=own)
    assert ralga.post("/staff/sessions", data=own | {"seen": filled(shown.text)["seen"]}).status_code == 303
    assert len({one.series for one in rows(session)} - {""}) == 1
