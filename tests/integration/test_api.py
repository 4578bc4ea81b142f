"""The public JSON API: what it answers equals its own description, and nothing more than the public pages say."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import SessionStatus
from app.models.database import transaction
from app.services import reference
from tests import factories
from tests.factories import NOW
from tests.personas import World


def read(client: TestClient, path: str) -> Any:  # noqa: ANN401 - JSON
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_programmes_are_listed_with_their_call(client: TestClient, world: World) -> None:
    assert read(client, "/programmes") == {
        "items": [
            {
                "slug": world.programme.slug,
                "title": {"nl": "Testprogramma", "fr": "Programme d'essai", "en": "Test programme"},
                "summary": {
                    "nl": "Een programma om te testen.",
                    "fr": "Un programme pour tester.",
                    "en": "A programme to test with.",
                },
                "starts_on": "2026-01-01",
                "ends_on": "2027-12-31",
                "budget_cents": 3_500_000,
                "call": {"opens_at": "2026-11-12T09:00:00Z", "closes_at": "2026-12-11T09:00:00Z", "open": True},
            }
        ],
        "page": 1,
        "size": 50,
        "total": 1,
    }


@pytest.mark.usefixtures("world")
def test_a_programme_has_its_tracks_and_subjects(client: TestClient) -> None:
    found = read(client, "/programmes/test")
    assert found == read(client, "/programmes/current")
    assert [(track["slug"], track["association"], track["places"]) for track in found["tracks"]] == [
        ("rwanda", "RALGA", 4),
        ("benin", "ANCB", 4),
    ]
    assert [subject["code"] for subject in found["tracks"][0]["subjects"]] == ["voice", "reach"]


@pytest.mark.usefixtures("world")
def test_a_partnership_has_two_sides(client: TestClient) -> None:
    found = read(client, "/partnerships/gamma-karongi")
    assert (found["flemish"]["name"], found["partner"]["name"]) == ("Gamma", "Karongi")
    assert (found["programme"], found["track"]) == ("test", "rwanda")
    assert read(client, "/partnerships?programme=test")["items"] == [found]
    assert read(client, "/partnerships?programme=none")["total"] == 0


def test_only_what_is_announced_to_everybody_is_listed(client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        factories.agenda_session(session, world.programme, title="Open")
        factories.agenda_session(session, world.programme, status=SessionStatus.CANCELLED, title="Off")
        factories.agenda_session(session, world.programme, status=SessionStatus.DRAFT, title="Draft")
        factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Inner")
        factories.agenda_session(session, world.programme, starts_at=NOW - timedelta(days=9), title="Past")
    every = read(client, "/sessions")
    assert [(one["title"]["en"], one["status"]) for one in every["items"]] == [
        ("Past (en)", "published"),
        ("Open (en)", "published"),
        ("Off (en)", "cancelled"),
    ]
    assert "link" not in every["items"][0]
    assert read(client, "/sessions?ends_after=2026-11-22T09:00:00")["total"] == 2
    second = read(client, "/sessions?size=1&page=2")
    assert (second["items"], second["total"]) == ([every["items"][1]], 3)


def test_local_governments_are_those_of_a_day(client: TestClient, session: Session) -> None:
    with transaction(session):
        reference.load(session, now=NOW)
    assert read(client, "/local-governments?country=BE&day=2024-12-31&size=1")["total"] == 300
    assert read(client, "/local-governments?country=BE&size=1")["total"] == 285
    every = read(client, "/local-governments?size=500")
    assert every["total"] == 285 + 30 + 77
    karongi = next(one for one in every["items"] if one["code"] == "RW-karongi")
    assert karongi == {
        "code": "RW-karongi",
        "name": "Karongi",
        "country": "RW",
        "kind": "district",
        "region": "Western Province",
        "population": 373_869,
        "population_year": 2022,
        "latitude": karongi["latitude"],
        "longitude": karongi["longitude"],
        "valid_from": "2019-01-01",
        "valid_to": None,
        "successor_code": None,
    }


@pytest.mark.parametrize("path", ["/programmes/none", "/programmes/current", "/partnerships/none"])
def test_what_is_not_there_is_said_in_json(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is none."})


@pytest.mark.parametrize(
    "path", ["/programmes?page=0", "/sessions?size=501", "/local-governments?country=FR", "/local-governments?day=x"]
)
def test_a_question_that_makes_no_sense_is_refused(client: TestClient, path: str) -> None:
    assert client.get(f"/api/v1{path}").status_code == 422


def test_the_description_names_every_public_path_and_no_page(client: TestClient) -> None:
    description = read(client, "/openapi.json")
    assert sorted(description["paths"]) == [
        "/api/v1/local-governments",
        "/api/v1/pairings/solve",
        "/api/v1/partnerships",
        "/api/v1/partnerships/{slug}",
        "/api/v1/programmes",
        "/api/v1/programmes/{slug}",
        "/api/v1/schemas/{name}",
        "/api/v1/sessions",
    ]
    page = client.get("/api/v1").text
    assert all(path in page for path in description["paths"])
