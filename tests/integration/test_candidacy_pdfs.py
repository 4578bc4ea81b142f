"""The answers and the questions as PDF: who gets them, and with which mail."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.models import (
    Attachment,
    Candidacy,
    CandidacySubmission,
    ConflictOfInterest,
    Event,
    MailAttachment,
    PolicyField,
)
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.services import candidacies
from app.services.mail import send_due
from app.services.smtp import SmtpSender
from tests import pages, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit, test_mail
from tests.integration.candidacy_kit import actor_of, fill, session_on
from tests.integration.test_mail_files import attached
from tests.letterbox import Letterbox
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
OWN = "/candidacies/SDG-AAAAAA/answers.pdf"
STAFF = "/staff/candidacies/SDG-AAAAAA/answers.pdf"


def text_of(content: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return text.replace("\N{NO-BREAK SPACE}", " ")


def submitted(session: Session, of: Candidacy, actor: Actor) -> None:
    """Submit complete answers; the policy fields that they choose are on offer."""
    known = set(session.scalars(sa.select(col(PolicyField.code))))
    with transaction(session):
        for position, code in enumerate(("youth", "water"), 1):
            if code not in known:
                session.add(PolicyField(code=code, position=position, title_nl=code, title_fr=code, title_en=code))
    candidacy_kit.submitted(session, of, actor)


def give_back(session: Session) -> None:
    with transaction(session):
        row = sa.update(Candidacy).where(col(Candidacy.reference) == "SDG-AAAAAA")
        session.execute(row.values(state=CandidacyState.RETURNED))


def attach(session: Session, of: Candidacy, name: str, *, added: int, removed: int | None = None) -> None:
    with transaction(session):
        session.add(
            Attachment(
                candidacy_id=number(of),
                name=name,
                added_at=NOW + timedelta(hours=added),
                removed_at=None if removed is None else NOW + timedelta(hours=removed),
            )
        )


def test_authors_take_their_answers_as_they_are_saved_or_as_they_were_submitted(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    given = client.get(f"{OWN}?lang=nl")
    assert given.status_code == 200
    assert "Deze antwoorden zijn niet ingediend." in text_of(given.content)

    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    given = client.get(f"{OWN}?lang=fr")
    text = text_of(given.content)
    assert "Candidature de Alfa" in text
    assert "In turn." in text
    assert "ne sont pas déposées" not in text
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == "attachment; filename*=UTF-8''reponses-SDG-AAAAAA.pdf"
    assert given.headers["cache-control"] == "private, no-store"
    assert client.get(f"{OWN}?lang=fr").content == given.content


def test_what_was_submitted_stays_what_it_was_until_it_is_submitted_again(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    attach(session, world.candidacy_of_alfa, "earlier.pdf", added=-2, removed=-1)
    attach(session, world.candidacy_of_alfa, "with it.pdf", added=-1, removed=1)
    attach(session, world.candidacy_of_alfa, "later.pdf", added=1)
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    with transaction(session):
        session.execute(sa.update(CandidacySubmission).values(confirmed_by="General director of Alfa"))
    sign_in(client, app, world.candidate_of_a)

    text = text_of(client.get(f"{OWN}?lang=en").content)
    assert "with it.pdf" in text
    assert "earlier.pdf" not in text
    assert "later.pdf" not in text
    assert "Confirmed by: General director of Alfa" in text

    give_back(session)
    text = text_of(client.get(f"{OWN}?lang=en").content)
    assert "These answers are not submitted." in text
    assert "later.pdf" in text
    text = text_of(sign_in(client, app, world.vvsg_staff).get(f"{STAFF}?lang=en").content)
    assert "not submitted" not in text
    assert ("with it.pdf" in text, "later.pdf" in text) == (True, False)


def test_a_candidacy_that_was_submitted_before_submissions_were_kept_is_not_called_a_draft(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        row = sa.update(Candidacy).where(col(Candidacy.reference) == "SDG-AAAAAA")
        session.execute(row.values(state=CandidacyState.SUBMITTED, submitted_at=NOW))
    sign_in(client, app, world.candidate_of_a)

    text = text_of(client.get(f"{OWN}?lang=en").content)
    assert "Submitted: " in text
    assert "not submitted" not in text
    assert "In turn." in text


def test_nobody_else_gets_the_answers(
    client: TestClient, app: FastAPI, world: World, new_client: Callable[[], TestClient]
) -> None:
    assert client.get(OWN).status_code == 303
    assert client.get(STAFF).status_code == 303
    for person in (world.candidate_of_b, world.outsider, world.karongi_coordinator):
        other = sign_in(new_client(), app, person)
        assert other.get(OWN).status_code == 404, person.name
        assert other.get(STAFF).status_code == 404, person.name
    staff = sign_in(new_client(), app, world.vvsg_staff)
    assert staff.get(OWN).status_code == 404
    assert staff.get("/staff/candidacies/SDG-ZZZZZZ/answers.pdf").status_code == 404


def test_staff_take_the_answers_which_is_logged_once_a_day(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.vvsg_staff)

    for _ in range(2):
        assert "In turn." in text_of(client.get(STAFF).content)
    looks = session.scalars(sa.select(Event).where(col(Event.verb) == "candidacy.looked_at")).all()
    assert [(look.person_name, look.subject_id) for look in looks] == [
        ("Programme officer", world.candidacy_of_alfa.id)
    ]


def test_a_conflict_of_interest_keeps_the_answers_from_staff(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    with transaction(session):
        declared = {"candidacy_id": number(world.candidacy_of_alfa), "person_id": number(world.vvsg_staff)}
        session.add(ConflictOfInterest(**declared, declared_at=NOW, declared_by=number(world.vvsg_staff), reason="kin"))
    sign_in(client, app, world.vvsg_staff)

    assert client.get(STAFF).status_code == 404


@pytest.mark.usefixtures("world")
def test_the_questions_are_there_for_everybody_in_three_languages_and_made_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {language: client.get(f"/candidacies/questions.pdf?lang={language}") for language in ("nl", "fr", "en")}

    assert "De vragen van het kandidatuurformulier" in text_of(found["nl"].content)
    assert "Les questions du formulaire de candidature" in text_of(found["fr"].content)
    assert "The questions of the candidacy form" in text_of(found["en"].content)
    assert found["nl"].headers["content-type"] == "application/pdf"
    monkeypatch.setattr("app.routers.candidacy_pdfs.questions_file", None)
    again = client.get("/candidacies/questions.pdf?lang=nl")
    assert again.content == found["nl"].content
    tagged = {"If-None-Match": again.headers["etag"]}
    assert client.get("/candidacies/questions.pdf?lang=nl", headers=tagged).status_code == 304


def test_without_a_programme_there_are_no_questions(client: TestClient) -> None:
    assert client.get("/candidacies/questions.pdf").status_code == 404


def test_the_pages_lead_to_the_pdfs(
    client: TestClient, app: FastAPI, world: World, session: Session, new_client: Callable[[], TestClient]
) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    sign_in(client, app, world.candidate_of_a)
    for path in ("", "/check", "/submitted"):
        assert f'href="{OWN}"' in pages.get(client, f"/candidacies/SDG-AAAAAA{path}").html, path
    assert 'href="/candidacies/questions.pdf"' in pages.get(new_client(), "/candidacies/questions").html
    staff = sign_in(new_client(), app, world.vvsg_staff)
    assert f'href="{STAFF}"' in pages.get(staff, "/staff/candidacies/SDG-AAAAAA", heavy=True).html


def test_the_confirmation_brings_the_submitted_answers_in_the_language_of_each_reader(
    both: tuple[sa.Engine, World], sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    engine, world = both
    with session_on(engine) as session:
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        assert [row.file_id for row in session.scalars(sa.select(MailAttachment))] == [None]
        with transaction(session):  # what is changed later is not in the mail
            session.execute(sa.text("DELETE FROM candidacy_section"))

    assert send_due(engine, sender, clock=clock) == 1

    ((name, media_type, content),) = attached(letterbox.messages[0])
    language = world.candidate_of_a.language
    assert (name, media_type) == (
        f"{ {'nl': 'antwoorden', 'fr': 'reponses', 'en': 'answers'}[language] }-SDG-AAAAAA.pdf",
        "application/pdf",
    )
    assert "In turn." in text_of(content)
    assert content.startswith(b"%PDF-1.7")


def test_answers_that_were_removed_meanwhile_fail_the_mail_and_say_why(
    engine: sa.Engine, world: World, session: Session, sender: SmtpSender, clock: StandingClock
) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    with transaction(session):
        session.execute(sa.delete(CandidacySubmission))

    assert send_due(engine, sender, clock=clock) == 0
    assert "SubmissionGone" in test_mail.rows(engine)[0].last_error


def test_each_submission_goes_with_its_own_mail(world: World, session: Session) -> None:
    actor = actor_of(session, world.candidate_of_a)
    submitted(session, world.candidacy_of_alfa, actor)
    give_back(session)
    record = any_candidacy(session, "SDG-AAAAAA")
    assert record is not None
    with transaction(session):
        candidacies.submit(session, record, actor=actor, now=NOW + timedelta(hours=1))

    sources = session.scalars(sa.select(MailAttachment).order_by(col(MailAttachment.id))).all()
    numbers = session.scalars(sa.select(col(CandidacySubmission.id)).order_by(col(CandidacySubmission.id))).all()
    assert [(row.source or {})["submission_id"] for row in sources] == list(numbers)
    assert len(numbers) == 2
