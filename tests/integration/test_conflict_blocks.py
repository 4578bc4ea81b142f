"""A conflict of interest blocks each page of a candidacy, for the programme team too; only that it exists stays."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import Role
from app.models import Candidacy, Mail, MailAttachment
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.services.files import keep
from app.services.mail import Recipient, enqueue
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import declare
from tests.integration.candidacy_kit import fill
from tests.pages import get
from tests.personas import World, sign_in

ALFA = "SDG-AAAAAA"


@pytest.fixture
def blocked(world: World, session: Session, app: FastAPI, client: TestClient) -> TestClient:
    """Somebody of the programme team with a conflict on Alfa."""
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        declare(session, world.candidacy_of_alfa, world.vvsg_staff)
        session.get_one(Candidacy, number(world.candidacy_of_alfa)).submitted_at = NOW
    return sign_in(client, app, world.vvsg_staff)


@pytest.mark.parametrize(
    "path",
    [
        f"/staff/candidacies/{ALFA}",
        f"/staff/assessment/{ALFA}",
        f"/assessments/{ALFA}",
        f"/assessments/{ALFA}/conflict",
        f"/candidacies/{ALFA}",
        f"/candidacies/{ALFA}/answers.pdf",
    ],
)
def test_pages_of_the_candidacy_do_not_exist(blocked: TestClient, path: str) -> None:
    assert blocked.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/staff/candidacies/{ALFA}/state",
        f"/staff/assessment/{ALFA}/notes",
        f"/staff/assessment/{ALFA}/readers",
        f"/staff/assessment/{ALFA}/readers/1/end",
        f"/assessments/{ALFA}",
        f"/assessments/{ALFA}/notes",
        f"/assessments/{ALFA}/reopening",
        f"/assessments/{ALFA}/conflict",
    ],
)
def test_nothing_can_be_written(blocked: TestClient, path: str) -> None:
    assert blocked.post(path, data={"text": "x", "reason": "x"}).status_code == 404


def test_the_list_says_that_it_exists_and_why_there_is_no_more(blocked: TestClient, world: World) -> None:
    listed = get(blocked, "/staff/candidacies?lang=en")
    row = next(line for line in listed.html.split("<tr>") if "Alfa" in line)
    assert "You have a conflict of interest" in row
    assert f"/staff/candidacies/{ALFA}" not in row
    assert "Track rwanda" not in row
    assert "Beta" in listed.html
    assert "Alfa" not in get(blocked, "/staff/candidacies?track=rwanda&lang=en").html.partition('id="results"')[2]
    export = blocked.get("/staff/candidacies.csv?lang=en").text
    assert "Track rwanda" not in export
    assert number(world.candidacy_of_alfa)


def test_a_colleague_without_a_conflict_sees_all(
    blocked: TestClient, session: Session, app: FastAPI, world: World
) -> None:
    with transaction(session):
        colleague = factories.member(session, Role.STAFF, name="Second officer")
    sign_in(blocked, app, colleague)
    assert "In turn." in get(blocked, f"/staff/candidacies/{ALFA}").html
    assert "Traject rwanda" in get(blocked, "/staff/candidacies").html
    assert world.alfa.name == "Alfa"


def test_mails_to_the_candidate_show_no_words_and_no_files(blocked: TestClient, session: Session) -> None:
    to = Recipient("contact@example.org", "Contact of Alfa", "en")
    with transaction(session):
        number_of_file = keep(session, "answers.pdf", "application/pdf", b"%PDF-1.7", NOW)
        values = {"candidacy": any_candidacy(session, ALFA), "reason": "Words of Alfa"}
        enqueue(session, "candidacy_withdrawn", to=to, values=values, now=NOW, files=[number_of_file])
    mail = session.execute(sa.select(Mail)).scalar_one()
    file = session.execute(sa.select(MailAttachment)).scalar_one()
    page = get(blocked, f"/staff/mail/{mail.id}?lang=en")
    assert "You have a conflict of interest" in page.html
    assert "Words of Alfa" not in page.html
    assert "answers.pdf" not in page.html
    assert blocked.get(f"/staff/mail/{mail.id}/files/{file.id}").status_code == 404
    assert blocked.post(f"/staff/mail/{mail.id}/links").status_code == 404
