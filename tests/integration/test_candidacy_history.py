"""Every saved version of a section can be looked at by its authors, and taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacyMember, CandidacySectionVersion
from app.models.database import transaction
from app.queries.candidacies import section_of
from app.queries.candidacy_history import version_of
from tests import personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.pages import check, get
from tests.personas import World, sign_in

world = personas.world
NewClient = Callable[[], TestClient]
HERE = "/candidacies/SDG-AAAAAA"
HISTORY = f"{HERE}/history"


@pytest.fixture
def author(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.candidate_of_a)


@pytest.fixture
def colleague(new_client: NewClient, app: FastAPI, session: Session, world: World) -> TestClient:
    with transaction(session):
        session.add(CandidacyMember(candidacy_id=number(world.candidacy_of_alfa), person_id=number(world.outsider)))
    return sign_in(new_client(), app, world.outsider)


def save(browser: TestClient, version: int, exchange: str, openness: str = "Much.") -> None:
    data = {"form_key": f"page-key-{version}", "version": str(version), "exchange": exchange, "openness": openness}
    assert browser.post(f"{HERE}/motivation", data=data).status_code == 303


def words_of(session: Session, world: World) -> tuple[object, int]:
    session.rollback()
    stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
    assert stored is not None
    return stored.answers["exchange"], stored.version


def test_saves_of_one_sitting_stand_together_and_every_version_can_be_read(
    author: TestClient, colleague: TestClient, clock: StandingClock
) -> None:
    assert "Nothing is saved yet" in get(author, f"{HISTORY}?lang=en").text()
    save(author, 0, "We learn.")
    clock.now += timedelta(minutes=5)
    save(author, 1, "We learn in turn.")
    clock.now += timedelta(minutes=10)
    save(colleague, 2, "We teach in turn.")
    page = get(author, f"{HISTORY}?lang=en")
    text = page.text().replace("\u00a0", " ")
    assert "Outsider 22 Nov 2026 at 10:15" in text
    assert "You 22 Nov 2026 at 10:05 2 versions since 22 Nov 2026 at 10:00" in text
    assert text.index("Outsider") < text.index("2 versions")
    assert f'href="{HISTORY}/motivation/3"' in page.html
    assert f'href="{HISTORY}/motivation/2"' in page.html
    assert f'href="{HISTORY}/motivation/1"' not in page.html
    theirs = get(colleague, f"{HISTORY}?lang=en").text()
    assert "Contact of Alfa" in theirs
    first = get(author, f"{HISTORY}/motivation/1?lang=en")
    assert "We learn." in first.text()
    assert "<ins>" not in first.html
    assert f'href="{HISTORY}/motivation/2"' in first.html
    last = get(author, f"{HISTORY}/motivation/3?lang=en")
    assert "This is the text as it is now" in last.text()
    assert "Take this text back" not in last.text()
    for missing in ("motivation/4", "motivation/0", "theme/1", "salary/1"):
        assert author.get(f"{HISTORY}/{missing}").status_code == 404, missing


def test_what_changed_is_marked_in_words_too(author: TestClient) -> None:
    save(author, 0, "We learn <b>much</b>.")
    save(author, 1, "We teach <b>much</b>.")
    page = get(author, f"{HISTORY}/motivation/2?lang=en")
    assert '<del><span class="visually-hidden">[removed:] </span>learn<span' in page.html
    assert '<ins><span class="visually-hidden">[added:] </span>teach<span' in page.html
    assert "&lt;b&gt;much&lt;/b&gt;." in page.html
    assert page.html.count("tag--attention") == 1
    assert "[ajouté\u202f:]" in get(author, f"{HISTORY}/motivation/2?lang=fr").html.replace("\u00a0", "\u202f")


def test_a_text_is_taken_back_as_a_new_version(author: TestClient, session: Session, world: World) -> None:
    save(author, 0, "The first words.")
    save(author, 1, "Other words.")
    address = f"{HISTORY}/motivation/1"
    assert "Take this text back" in get(author, f"{address}?lang=en").text()
    answer = author.post(address, data={"form_key": "back-key-1", "latest": "2"})
    assert answer.headers["location"] == f"{HISTORY}/motivation/3?done=taken"
    assert words_of(session, world) == ("The first words.", 3)
    assert "The text is back." in get(author, f"{HISTORY}/motivation/3?lang=en&done=taken").text()
    again = author.post(address, data={"form_key": "back-key-1", "latest": "2"})
    assert again.headers["location"] == f"{HISTORY}/motivation/3?done=taken"
    assert words_of(session, world) == ("The first words.", 3)
    kept = version_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION, 2)
    assert kept is not None
    assert kept.answers["exchange"] == "Other words."


def test_taking_back_never_overwrites_what_was_saved_meanwhile(
    author: TestClient, colleague: TestClient, session: Session, world: World
) -> None:
    save(author, 0, "The first words.")
    save(author, 1, "Other words.")
    save(colleague, 2, "Words of a colleague.")
    answer = author.post(f"{HISTORY}/motivation/1?lang=en", data={"form_key": "back-key-1", "latest": "2"})
    assert answer.status_code == 422
    check(answer.text)
    assert "Somebody saved this part in the meantime." in answer.text
    assert 'name="latest" value="3"' in answer.text
    assert words_of(session, world) == ("Words of a colleague.", 3)
    assert author.post(f"{HISTORY}/motivation/1", data={"latest": "many"}).status_code == 422
    assert author.post(f"{HISTORY}/motivation/9", data={"latest": "3"}).status_code == 404


def test_after_submission_versions_are_read_but_not_taken_back(
    author: TestClient, session: Session, world: World
) -> None:
    save(author, 0, "The first words.")
    save(author, 1, "Other words.")
    with transaction(session):
        session.execute(
            sa.update(Candidacy)
            .where(col(Candidacy.id) == number(world.candidacy_of_alfa))
            .values(state=CandidacyState.SUBMITTED, submitted_at=NOW)
        )
    page = get(author, f"{HISTORY}/motivation/1?lang=en")
    assert "This candidacy can no longer be changed" in page.text()
    assert "Take this text back" not in page.text()
    answer = author.post(f"{HISTORY}/motivation/1?lang=en", data={"form_key": "back-key-1", "latest": "2"})
    assert answer.status_code == 422
    assert words_of(session, world) == ("Other words.", 2)


def test_only_authors_see_versions(client: TestClient, app: FastAPI, world: World, new_client: NewClient) -> None:
    save(sign_in(new_client(), app, world.candidate_of_a), 0, "Private words.")
    for person in (world.candidate_of_b, world.vvsg_staff, world.auditor):
        sign_in(client, app, person)
        assert client.get(HISTORY).status_code == 404
        assert client.get(f"{HISTORY}/motivation/1").status_code == 404
        assert client.post(f"{HISTORY}/motivation/1", data={"latest": "1"}).status_code == 404
    client.cookies.clear()
    assert client.get(HISTORY).headers["location"].startswith("/sign-in")


def test_who_only_typed_an_address_learns_no_names(
    client: TestClient, app: FastAPI, colleague: TestClient, world: World
) -> None:
    save(colleague, 0, "Words of a colleague.")
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    for path in (HISTORY, f"{HISTORY}/motivation/1", HERE):
        assert world.outsider.name not in get(client, path).html
    assert "A colleague" in get(client, f"{HISTORY}?lang=en").text()


def test_a_long_history_is_paged_and_light(author: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        for version in range(1, 301):
            session.add(
                CandidacySectionVersion(
                    candidacy_id=number(world.candidacy_of_alfa),
                    section=list(Section)[version % 7],
                    version=(version + 6) // 7,
                    form_version=1,
                    answers={},
                    saved_at=NOW + timedelta(hours=version),
                    person_id=number(world.candidate_of_a),
                )
            )
    first = get(author, f"{HISTORY}?lang=en")
    assert "Page 1 of 8" in first.text()
    assert "Next page" in first.text()
    assert "Page 8 of 8" in get(author, f"{HISTORY}?lang=en&page=8").text()
    assert author.get(f"{HISTORY}?page=9").status_code == 404
