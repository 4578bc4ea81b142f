"""City links that are known: facts to confirm, kept with the answers, used by the assessment."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.assessment import LinkFinding
from app.domain.codes import CandidacyState, Section
from app.models import CityLink
from app.models.database import transaction
from app.queries.assessment import standings
from app.queries.candidacies import section_of
from tests.factories import number
from tests.integration.candidacy_kit import fill
from tests.pages import get
from tests.personas import World, sign_in

PAGE = "/candidacies/SDG-AAAAAA/city_links"
SAID = {"known_link_name_1": "Dogbo (BJ)", "has_links": "no", "form_version": "1"}


@pytest.fixture(autouse=True)
def links(session: Session, world: World) -> None:
    """Two links of Alfa, one of which ended in our sources."""
    with transaction(session):
        for partner, until in (("Dogbo", ""), ("Kara", "2015")):
            session.add(
                CityLink(
                    flemish_code=world.alfa.code,
                    flemish_name="Alfa",
                    partner_name=partner,
                    partner_country="BJ",
                    kind="city_link",
                    until=until,
                    certainty="high",
                    source="test",
                )
            )


def stored(session: Session, world: World) -> dict[str, object]:
    session.rollback()
    found = section_of(session, number(world.candidacy_of_alfa), Section.CITY_LINKS)
    assert found is not None
    return dict(found.answers)


def test_each_known_link_is_shown_to_be_confirmed(client: TestClient, app: FastAPI, world: World) -> None:
    page = get(sign_in(client, app, world.candidate_of_a), f"{PAGE}?lang=en").text()
    assert "Your link with Dogbo (BJ)" in page
    assert "In our sources until 2015" in page


def test_who_has_no_known_links_is_not_asked(client: TestClient, app: FastAPI, world: World) -> None:
    page = get(sign_in(client, app, world.candidate_of_b), "/candidacies/SDG-BBBBBB/city_links?lang=en").text()
    assert "What we know already" not in page


def test_what_is_said_is_kept_and_shown_again(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    sign_in(client, app, world.candidate_of_a)
    assert client.post(PAGE, data={**SAID, "known_link_1": "ended", "version": "0"}).status_code == 303
    assert stored(session, world) == {"has_links": "no", "links": "", "known_links": {"Dogbo (BJ)": "ended"}}
    page = client.get(f"{PAGE}?lang=en").text
    assert 'name="known_link_1" value="ended" checked' in page
    assert "Dogbo (BJ): ended" in get(client, "/candidacies/SDG-AAAAAA/check?lang=en").text()


@pytest.mark.parametrize(
    "sent", [{"known_link_1": "perhaps"}, {"known_link_1": "active", "known_link_name_1": "X"}, {}]
)
def test_what_is_no_answer_or_about_another_link_is_not_kept(
    client: TestClient, app: FastAPI, world: World, session: Session, sent: dict[str, str]
) -> None:
    sign_in(client, app, world.candidate_of_a)
    assert client.post(PAGE, data={**SAID, **sent, "version": "0"}).status_code == 303
    assert stored(session, world)["known_links"] == {}


@pytest.mark.parametrize(
    ("state", "finding"),
    [("ended", LinkFinding.NONE), ("active", LinkFinding.DISPUTED), ("unknown", LinkFinding.DISPUTED)],
)
def test_the_assessment_counts_a_link_that_ended_no_more(
    session: Session, world: World, state: str, finding: LinkFinding
) -> None:
    answers = {"has_links": "no", "links": "", "known_links": {"Dogbo (BJ)": state}}
    fill(session, world.candidacy_of_alfa, {Section.CITY_LINKS: answers})
    with transaction(session):
        alfa = session.merge(world.candidacy_of_alfa)
        alfa.state, alfa.submitted_at = CandidacyState.SUBMITTED, alfa.created_at
    (standing,) = standings(session, number(world.call))
    assert standing.links is finding
