"""What the tests of work visits share: a visit of the partnership, and forms sent by its people."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionKind, Side
from app.models import Person
from app.models.database import transaction
from app.queries.partnerships import partnership_by_slug
from app.queries.people import actor_of_person
from app.queries.visits import VisitFacts, visit_of
from app.services import agenda
from tests.factories import NOW, number
from tests.integration.agenda_kit import key_of
from tests.personas import World

PAIR = "/partnerships/gamma-karongi/visits"
WEEK = 6 * 24 * 60 + 8 * 60
VISIT = Facts(
    kind=SessionKind.WORK_VISIT,
    title_nl="Werkbezoek",
    title_fr="Visite de travail",
    title_en="Work visit",
    wall_starts_at=datetime(2026, 11, 30, 9),  # noqa: DTZ001 - a wall time
    zone="Africa/Kigali",
    duration_minutes=WEEK,
    host_side=Side.PARTNER,
    languages=("en",),
)


def plan(session: Session, world: World, facts: Facts = VISIT, by: Person | None = None) -> int:
    """Put a visit of the partnership in the agenda; give its number."""
    actor = actor_of_person(session, number(by or world.vvsg_staff))
    assert actor
    with transaction(session):
        return agenda.create(session, actor, facts, scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW)


def back(year: int = 2027, **changes: object) -> Facts:
    """Give the facts of a visit the other way, in a later year."""
    other_way = replace(
        VISIT,
        wall_starts_at=VISIT.wall_starts_at.replace(year=year, month=3),
        host_side=Side.FLEMISH,
        zone="Europe/Brussels",
    )
    return replace(other_way, **changes)  # type: ignore[arg-type]


def seen(session: Session, person: Person, visit: int) -> VisitFacts:
    """Give the visit as somebody sees it."""
    actor, partnership = actor_of_person(session, number(person)), partnership_by_slug(session, "gamma-karongi")
    assert actor
    assert partnership
    found = visit_of(session, actor, partnership, visit)
    assert found
    return found


def send(client: TestClient, page: str, path: str, /, **values: object) -> tuple[int, str]:
    """Send a form that stands on ``page``; give the status, and where it leads or what it says."""
    data = {"form_key": key_of(client.get(page).text), **values}
    answer = client.post(path, data=data, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.fixture
def visit(session: Session, world: World) -> int:
    """A visit to Karongi, nine days from now, for a week."""
    return plan(session, world)
