"""The page before publishing: it lists every mail, with every word, and exactly those go out."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Role
from app.models import Mail, Partnership
from app.models.database import transaction
from tests import factories, pages
from tests.integration import pairing_kit
from tests.integration.assessment_kit import declare
from tests.integration.pairing_kit import Board
from tests.integration.planned_mails import listed, sent
from tests.integration.test_staff_pairings import keep, plan_key
from tests.personas import sign_in

board = pairing_kit.board


@pytest.fixture
def officer(client: TestClient, app: FastAPI, board: Board) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, board.world.vvsg_staff)


def post(client: TestClient, scenario: str, board: Board, key: str, **data: str) -> int:
    form = {"form_key": "publish-key-1", "plan": key, f"outcome_{board.world.beta.code}": "reserve", **data}
    return client.post(f"{scenario}/publish", data=form).status_code


def crowd(session: Session, board: Board) -> None:
    """Add further people: staff of the programme, a second officer, a coordinator who reads French."""
    world = board.world
    with transaction(session):
        factories.member(session, Role.STAFF, name="Second programme officer")
        factories.member(session, Role.ASSOCIATION, name="Second of RALGA", association=world.ralga, language="fr")
        factories.member(session, Role.COORDINATOR, name="Second of Karongi", government=world.karongi, language="fr")
        factories.member(session, Role.PARTICIPANT, name="Nobody to write to", government=world.nikki)


@pytest.mark.parametrize("outcome", ["reserve", "not_selected"])
def test_exactly_the_mails_that_are_listed_go_out(
    officer: TestClient, board: Board, session: Session, outcome: str
) -> None:
    crowd(session, board)
    scenario, code = keep(officer), board.world.beta.code
    chosen = {f"outcome_{code}": outcome, f"reason_{code}": "Er zijn te weinig plaatsen.\nProbeer het opnieuw."}
    query = "&".join(f"{name}={value}" for name, value in chosen.items()).replace("\n", "%0A")
    html = pages.get(officer, f"{scenario}/publish?{query}", heavy=True).html
    shown = listed(html)
    assert sent(session) == []
    assert post(officer, scenario, board, plan_key(officer, scenario), **chosen) == 303
    assert sent(session) == shown
    assert len(shown) == 10
    assert f"{len(shown)} mails go out" in html


def test_the_words_of_each_mail_can_be_read_before(officer: TestClient, board: Board) -> None:
    html = pages.get(officer, f"{keep(officer)}/publish", heavy=True).html
    mails = {(address, subject): text for address, _, subject, text in listed(html)}
    karongi = board.world.karongi_coordinator.email
    assert "Karongi can learn from Alfa about:" in mails[karongi, "Your partner in Flanders is Alfa"]
    assert '<p class="pre-line" lang="fr">' in html


def test_mails_about_a_candidacy_with_a_conflict_of_interest_stay_closed_before_and_after(
    officer: TestClient, board: Board, session: Session
) -> None:
    scenario = keep(officer)
    reasons = "Karongi can learn from Alfa about:"
    assert reasons in pages.get(officer, f"{scenario}/publish", heavy=True).html
    with transaction(session):
        declare(session, board.candidacies["alfa"], board.world.vvsg_staff)
    html = pages.get(officer, f"{scenario}/publish", heavy=True).html
    assert reasons not in html
    assert "Your partner in Flanders is Alfa" in html
    closed = [row for row in html.split("<tr")[1:] if "You have a conflict of interest" in row]
    assert len(closed) == len([row for row in closed if "Alfa" in row]) == 2
    assert post(officer, scenario, board, plan_key(officer, scenario)) == 303
    mails = session.scalars(sa.select(col(Mail.id)).where(col(Mail.kind).in_(["pairing_selected", "partnership_new"])))
    pages_of_mails = [officer.get(f"/staff/mail/{one}").text for one in mails]
    assert sum("You have a conflict of interest" in page for page in pages_of_mails) == 2
    assert not any(reasons in page for page in pages_of_mails)


def test_who_came_in_the_meantime_is_shown_before_anything_is_published(
    officer: TestClient, board: Board, session: Session
) -> None:
    scenario = keep(officer)
    key = plan_key(officer, scenario)
    crowd(session, board)
    for stale in (key, ""):
        data = {"form_key": "publish-key-1", "plan": stale, f"outcome_{board.world.beta.code}": "reserve"}
        answer = officer.post(f"{scenario}/publish", data=data)
        assert answer.status_code == 422
        pages.check(answer.text)
        assert "changed since this page was opened" in answer.text
        assert len(listed(answer.text)) == 10
    assert sent(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Partnership)) == 1
    assert post(officer, scenario, board, plan_key(officer, scenario)) == 303


def test_what_the_form_itself_chooses_needs_no_second_look(officer: TestClient, board: Board, session: Session) -> None:
    scenario, code = keep(officer), board.world.beta.code
    key = plan_key(officer, scenario)
    chosen = {f"outcome_{code}": "not_selected", f"reason_{code}": "Te weinig plaatsen."}
    assert post(officer, scenario, board, key, **chosen) == 303
    kinds = sa.select(sa.func.count()).select_from(Mail).where(sa.column("kind") == "pairing_not_selected")
    assert session.scalar(kinds) == 1


def test_the_fragment_with_the_mails_is_part_of_its_page(officer: TestClient) -> None:
    path = f"{keep(officer)}/publish"
    whole = pages.get(officer, path, heavy=True).html
    part = officer.get(path, headers={"HX-Request": "true", "HX-Target": "section#mails"}).text.strip()
    assert part.startswith('<section id="mails"')
    assert part in whole
    assert 'name="plan"' in part


def test_publishing_makes_a_motivation_that_nobody_else_sees_yet(
    officer: TestClient, board: Board, app: FastAPI, new_client: Callable[[], TestClient]
) -> None:
    scenario = keep(officer)
    assert post(officer, scenario, board, plan_key(officer, scenario)) == 303
    assert "/staff/partnerships/motivations?call=test" in pages.get(officer, scenario, heavy=True).html
    pages.get(officer, "/partnerships/alfa-karongi-2026/motivation")
    candidate = sign_in(new_client(), app, board.world.candidate_of_a)
    assert candidate.get("/partnerships/alfa-karongi-2026/motivation").status_code == 404
