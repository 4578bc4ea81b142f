"""Criteria are edited by the programme team, kept with the programme, and count at once."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.assessment import AssessmentRules
from app.domain.codes import CandidacyState
from app.domain.programme import Rules
from app.models import Candidacy, Event, Programme
from app.models.database import transaction
from app.web.assessment_rules_form import assessment_values
from app.web.programme_forms import rules_values
from tests.factories import NOW, number
from tests.integration.assessment_kit import give, scored
from tests.integration.candidacy_kit import fill
from tests.pages import get
from tests.personas import World, sign_in

PATH = "/staff/programme/test/parts/assessment"


@pytest.fixture
def staff(world: World, app: FastAPI, client: TestClient) -> TestClient:
    return sign_in(client, app, world.vvsg_staff)


def typed(**changed: str) -> dict[str, str]:
    return {**assessment_values(Rules()), "version": "1", **changed}


def stored(session: Session) -> AssessmentRules:
    session.expire_all()
    rules = session.scalars(sa.select(col(Programme.rules))).one()
    return Rules.from_data(rules).assessment


def test_the_form_shows_the_criteria_and_room_for_one_more(staff: TestClient) -> None:
    shown = get(staff, f"{PATH}?lang=en", heavy=True)
    assert 'name="criterion_6_nl"' in shown.html
    assert 'name="criterion_7_nl"' not in shown.html
    assert "Equal exchange" in get(staff, "/staff/programme/test?lang=en", heavy=True).text()


def test_a_criterion_is_added_and_one_removed(staff: TestClient, session: Session) -> None:
    gone = {f"criterion_2_{name}": "" for name in ("nl", "fr", "en")}
    new = {"criterion_6_nl": "Haalbaar plan", "criterion_6_en": "Openness", "criterion_6_weight": "20"}
    answer = staff.post(PATH, data=typed(readers="3", **gone, **new), follow_redirects=False)
    assert answer.status_code == 303
    found = stored(session)
    assert [(one.code, one.weight, one.computed) for one in found.criteria] == [
        ("exchange", 30, False),
        ("involvement", 20, False),
        ("commitment", 20, False),
        ("city_links", 10, True),
        ("openness", 20, False),
    ]
    assert found.readers == 3
    assert "Haalbaar plan" in get(staff, "/staff/programme/test/versions?lang=nl", heavy=True).text()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"criterion_1_weight": "31"}, "now they are 101"),
        ({"readers": "0"}, "Write 1 or more."),
        ({"criterion_1_weight": "x"}, "Write a whole number"),
    ],
)
def test_criteria_that_make_no_whole_are_refused_with_what_was_typed(
    staff: TestClient, session: Session, changed: dict[str, str], words: str
) -> None:
    answer = staff.post(f"{PATH}?lang=en", data=typed(**changed))
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(session) == AssessmentRules()


def test_saving_the_other_rules_keeps_the_criteria(staff: TestClient, session: Session) -> None:
    staff.post(PATH, data=typed(readers="4"))
    rules = rules_values(Rules.from_data(session.scalars(sa.select(col(Programme.rules))).one()))
    answer = staff.post(
        "/staff/programme/test/parts/rules", data={**rules, "version": "2", "visit_days": "5"}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert stored(session).readers == 4


def test_new_weights_give_new_points_at_once(staff: TestClient, session: Session, world: World) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        candidacy = session.get_one(Candidacy, number(world.candidacy_of_alfa))
        candidacy.state, candidacy.submitted_at = CandidacyState.IN_ASSESSMENT, NOW
        candidacy.assessment_points = 7000
        points = {"exchange": 5, "openness": 0, "involvement": 5, "commitment": 5}
        scored(session, give(session, world.candidacy_of_alfa, world.outsider), points)
    staff.post(PATH, data=typed(criterion_1_weight="50", criterion_2_weight="0"))
    session.expire_all()
    assert session.get_one(Candidacy, number(world.candidacy_of_alfa)).assessment_points == 10_000
    verbs = session.execute(sa.select(col(Event.verb), col(Event.details))).all()
    assert ("assessment.recomputed", {"count": 1}) in [tuple(row) for row in verbs]


def test_somebody_who_saved_in_between_is_compared_with(staff: TestClient) -> None:
    staff.post(PATH, data=typed(readers="4"))
    answer = staff.post(f"{PATH}?lang=en", data=typed(readers="5", criterion_1_help_en="Typed"))
    assert answer.status_code == 422
    assert "Criterion 1: Help in English" in answer.text
