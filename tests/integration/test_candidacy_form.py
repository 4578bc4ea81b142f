"""The form as data: versions, drafts that are carried over, submissions that keep what they answered."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_form import OWN_PREFIX, CandidacyForm, Question
from app.domain.codes import QuestionKind, Section
from app.domain.form_rules import FormQuestionMissing
from app.domain.texts import Words
from app.models import CandidacySection, CandidacySectionVersion, CandidacySubmission, FormVersion
from app.models.database import transaction
from app.queries.candidacies import SavedSection, any_candidacy, section_of
from app.queries.candidacy_form import form_for, form_of, form_versions
from app.services import candidacy_form as forms
from app.services.candidacy_form import FormEdited, NothingToPublish
from tests.factories import NOW, number
from tests.integration.candidacy_kit import COMPLETE, actor_of, fill
from tests.pages import get
from tests.personas import World, sign_in

SECRET_QUESTION = OWN_PREFIX + "youth"


def with_question(form: CandidacyForm, *, required: bool = True) -> CandidacyForm:
    """Give a form with a question of one's own at the end of the motivation."""
    own = Question(SECRET_QUESTION, QuestionKind.TEXT, Words("Jeugdraad?", "", "Youth council?"), required=required)
    return changed(form, Section.MOTIVATION, add=own)


def changed(form: CandidacyForm, section: Section, *, add: Question | None = None, drop: str = "") -> CandidacyForm:
    parts = tuple(
        replace(part, questions=(*(one for one in part.questions if one.code != drop), *([add] if add else ())))
        if part.section is section
        else part
        for part in form.sections
    )
    return replace(form, sections=parts)


def publish(session: Session, world: World, form: CandidacyForm) -> int:
    actor, programme_id = actor_of(session, world.vvsg_staff), number(world.programme)
    with transaction(session):
        base = forms.working_copy(session, programme_id)
        edit = forms.save_copy(session, programme_id, form, edit=base.edit, actor=actor, now=NOW)
        return forms.publish(session, programme_id, edit=edit, note="", actor=actor, now=NOW)


def stored_motivation(session: Session, world: World) -> SavedSection | None:
    session.rollback()  # what was read before the page saved is old
    return section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)


def test_a_programme_without_a_version_has_the_reference_form_with_its_own_lists(
    session: Session, world: World
) -> None:
    found = form_of(session, number(world.programme))
    assert found.version == 1
    assert found.form.order == tuple(Section)
    assert found.form.codes_of("promises") == ("sessions", "visits")


def test_a_published_version_is_read_back_as_it_was_written(session: Session, world: World) -> None:
    form = with_question(form_of(session, number(world.programme)).form)
    assert publish(session, world, form) == 2
    assert form_of(session, number(world.programme)).form == form
    assert [one.version for one in form_versions(session, number(world.programme))] == [2, 1]


def test_the_copy_is_not_seen_before_it_is_published(session: Session, world: World) -> None:
    actor, programme_id = actor_of(session, world.vvsg_staff), number(world.programme)
    before = form_of(session, programme_id).form
    with transaction(session):
        forms.save_copy(session, programme_id, with_question(before), edit=0, actor=actor, now=NOW)
    assert form_of(session, programme_id).form == before
    with transaction(session):
        forms.discard_copy(session, programme_id, edit=1, actor=actor, now=NOW)
    assert forms.working_copy(session, programme_id).form == before


def test_of_two_editors_the_second_is_told(session: Session, world: World) -> None:
    actor, programme_id = actor_of(session, world.vvsg_staff), number(world.programme)
    form = form_of(session, programme_id).form
    with transaction(session):
        forms.save_copy(session, programme_id, with_question(form), edit=0, actor=actor, now=NOW)
    with pytest.raises(FormEdited), transaction(session):
        forms.save_copy(session, programme_id, form, edit=0, actor=actor, now=NOW)
    with pytest.raises(FormEdited), transaction(session):
        forms.publish(session, programme_id, edit=0, note="", actor=actor, now=NOW)


def test_a_form_that_changes_nothing_or_cannot_be_paired_is_not_published(session: Session, world: World) -> None:
    form = form_of(session, number(world.programme)).form
    with pytest.raises(NothingToPublish):
        publish(session, world, form)
    session.rollback()
    with pytest.raises(FormQuestionMissing):
        publish(session, world, changed(form, Section.THEME, drop="tracks"))


def test_a_draft_is_carried_over_with_a_notice_of_what_changed(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    assert "The form has changed" not in get(client, "/candidacies/SDG-AAAAAA?lang=en").text()
    publish(session, world, with_question(form_of(session, number(world.programme)).form))
    page = get(client, "/candidacies/SDG-AAAAAA?lang=en").text()
    assert "New question: Youth council?" in page
    kept = stored_motivation(session, world)
    assert kept is not None
    assert kept.answers == COMPLETE[Section.MOTIVATION]
    client.post("/candidacies/SDG-AAAAAA/form-changes", data={"form_version": "2"})
    assert "The form has changed" not in get(client, "/candidacies/SDG-AAAAAA?lang=en").text()


def test_what_the_form_asks_anew_makes_a_draft_incomplete_again(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    publish(session, world, with_question(form_of(session, number(world.programme)).form))
    done = session.execute(
        sa.select(col(CandidacySection.section), col(CandidacySection.complete)).order_by(col(CandidacySection.section))
    )
    assert {row.section for row in done if not row.complete} == {Section.MOTIVATION}
    sign_in(client, app, world.candidate_of_a)
    answer = client.post("/candidacies/SDG-AAAAAA/submission?lang=en", data={"form_key": "key-12345"})
    assert answer.status_code == 422
    assert "Motivation" in answer.text


def test_words_typed_on_the_page_of_an_older_form_are_all_kept(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    form = form_of(session, number(world.programme)).form
    publish(session, world, with_question(form))
    publish(session, world, changed(form, Section.MOTIVATION, drop="openness"))
    sign_in(client, app, world.candidate_of_a)
    typed = {"exchange": "New words", "openness": "Words to a question that is gone", SECRET_QUESTION: "Yes, one"}
    data = {**typed, "version": "1", "form_version": "2", "form_key": "key-12345"}
    client.post("/candidacies/SDG-AAAAAA/motivation", data=data)
    stored = stored_motivation(session, world)
    assert stored is not None
    assert stored.answers == typed
    kept = session.execute(
        sa.select(col(CandidacySectionVersion.version), col(CandidacySectionVersion.form_version))
    ).all()
    assert [tuple(row) for row in kept] == [(2, 2)]


def test_answers_to_questions_that_this_page_does_not_ask_stay(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    form = form_of(session, number(world.programme)).form
    publish(session, world, changed(form, Section.MOTIVATION, drop="openness"))
    sign_in(client, app, world.candidate_of_a)
    client.post(
        "/candidacies/SDG-AAAAAA/motivation", data={"exchange": "Other words", "version": "1", "form_version": "2"}
    )
    stored = stored_motivation(session, world)
    assert stored is not None
    assert stored.answers == {"exchange": "Other words", "openness": COMPLETE[Section.MOTIVATION]["openness"]}


def test_a_submission_keeps_the_form_and_the_answers_that_it_gave(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    assert client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "key-12345"}).status_code == 303
    session.rollback()
    publish(session, world, with_question(form_of(session, number(world.programme)).form))
    record = any_candidacy(session, "SDG-AAAAAA")
    assert record is not None
    assert form_for(session, record).version == 1
    assert "Youth council?" not in get(client, "/candidacies/SDG-AAAAAA/check?lang=en").text()
    assert "The form has changed" not in get(client, "/candidacies/SDG-AAAAAA?lang=en").text()
    kept = session.execute(sa.select(CandidacySubmission)).scalar_one()
    assert (kept.number, kept.form_version) == (1, 1)
    assert kept.answers == {section.value: answers for section, answers in COMPLETE.items()}


def test_a_section_that_the_call_does_not_use_does_not_exist(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    form = form_of(session, number(world.programme)).form
    publish(session, world, replace(form, sections=tuple(p for p in form.sections if p.section != Section.CITY_LINKS)))
    sign_in(client, app, world.candidate_of_a)
    assert client.get("/candidacies/SDG-AAAAAA/city_links").status_code == 404
    fill(session, world.candidacy_of_alfa, {one: a for one, a in COMPLETE.items() if one != Section.CITY_LINKS})
    assert client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "key-12345"}).status_code == 303


def test_a_change_of_promises_is_a_version_of_the_form(session: Session, world: World) -> None:
    programme_id, actor = number(world.programme), actor_of(session, world.vvsg_staff)
    with transaction(session):
        forms.keep_first(session, programme_id, now=NOW)
        forms.follow_settings(session, programme_id, actor=actor, now=NOW)
    assert form_of(session, programme_id).version == 1
    with transaction(session):
        rules: dict[str, Any] = dict(world.programme.rules)
        rules["promises"] = rules["promises"][:1]
        session.execute(sa.update(type(world.programme)).values(rules=rules))
        forms.follow_settings(session, programme_id, actor=actor, now=NOW)
    found = form_of(session, programme_id)
    assert found.version == 2
    assert found.form.codes_of("promises") == ("sessions",)


def test_saving_every_version_of_a_section_is_kept(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    for version, words in enumerate(["One", "Two", "Two", "Three"]):
        data = {"exchange": words, "openness": "", "version": str(min(version, 2)), "form_version": "1"}
        client.post("/candidacies/SDG-AAAAAA/motivation", data=data)
    rows = session.execute(sa.select(CandidacySectionVersion).order_by(col(CandidacySectionVersion.version))).scalars()
    assert [(row.version, row.answers["exchange"]) for row in rows] == [(1, "One"), (2, "Two"), (3, "Three")]


def test_a_form_that_was_stored_once_is_not_stored_again(session: Session, world: World) -> None:
    with transaction(session):
        forms.keep_first(session, number(world.programme), now=NOW)
        forms.keep_first(session, number(world.programme), now=NOW)
    assert session.execute(sa.select(sa.func.count()).select_from(FormVersion)).scalar_one() == 1
