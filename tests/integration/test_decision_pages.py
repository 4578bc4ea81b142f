"""The pages of decisions: staff choose, write and send; a candidate sees its own decision once it is sent."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState
from app.models import Candidacy, Decision, DecisionRound, Event, Mail, Reading, Track
from app.models.database import transaction
from app.services.decision_letters import DecisionText
from app.services.mail import send_due
from app.services.smtp import SmtpSender
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import decision_kit
from tests.integration.assessment_kit import count_of, declare, give
from tests.integration.decision_kit import Assessed, outcomes, propose, ready, send, table_of, withdraw, write
from tests.integration.test_mail_files import attached
from tests.letterbox import Letterbox
from tests.pages import get
from tests.personas import sign_in

assessed = decision_kit.assessed
INDEX = "/staff/decisions"
SENDING = "/staff/decisions/sending"
OF_ALFA = "/staff/decisions/SDG-AAAAAA"
NewClient = Callable[[], TestClient]


@pytest.fixture
def staff(client: TestClient, app: FastAPI, assessed: Assessed) -> TestClient:
    return sign_in(client, app, assessed.world.vvsg_staff)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def post(client: TestClient, path: str, *, shown: str = "", **fields: str) -> str:
    """Send a form of a page that was just opened; give where it led."""
    page = get(client, shown or path, heavy=True)
    response = client.post(path, data={"form_key": hidden(page.html, "form_key"), **fields})
    assert response.status_code == 303, response.text
    return response.headers["location"]


def shown_outcomes(client: TestClient) -> dict[str, str]:
    """Give the hidden and visible fields of the table of outcomes as the browser would send them."""
    html = get(client, INDEX, heavy=True).html
    fields = dict(re.findall(r'name="((?:was|position)_SDG-\w+)" value="([^"]*)"', html))
    for reference, options in re.findall(r'name="outcome_(SDG-\w+)">(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[f"outcome_{reference}"] = chosen[1] if chosen else ""
    return fields


def test_before_there_is_a_call_the_page_says_so(client: TestClient, app: FastAPI, session: Session) -> None:
    from app.domain.codes import Role
    from tests import factories

    with transaction(session):
        officer = factories.member(session, Role.STAFF)
    sign_in(client, app, officer)
    get(client, INDEX)
    assert client.get(SENDING).status_code == 404


def test_staff_take_over_the_proposal_and_change_it(staff: TestClient, session: Session, assessed: Assessed) -> None:
    page = get(staff, INDEX, heavy=True)
    assert "Uitkomsten voorstellen" in page.html
    assert post(staff, f"{INDEX}/proposal", shown=INDEX).endswith("done=proposed")
    fields = shown_outcomes(staff) | {"outcome_SDG-QQQQQQ": "reserve:rwanda", "position_SDG-QQQQQQ": ""}
    assert post(staff, f"{INDEX}/outcomes", shown=INDEX, **fields).endswith("done=outcomes")
    assert outcomes(session, assessed)["omega"] == "reserve:rwanda:2"
    text = get(staff, INDEX, heavy=True).text()
    assert "De rangschikking stelt voor: Niet geselecteerd" in text


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("position_SDG-QQQQQQ", "first", "Schrijf een geheel getal"),
        ("position_SDG-QQQQQQ", "1", "twee keer"),
        ("outcome_SDG-QQQQQQ", "chosen:rwanda", "Kies een van de mogelijkheden"),
        ("outcome_SDG-QQQQQQ", "selected:benin", "kies een uitkomst in een traject"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused_with_what_was_typed(
    staff: TestClient, session: Session, assessed: Assessed, name: str, typed: str, words: str
) -> None:
    propose(session, assessed)
    before = outcomes(session, assessed)
    fields = shown_outcomes(staff) | {"outcome_SDG-QQQQQQ": "reserve:rwanda"} | {name: typed}
    key = hidden(get(staff, INDEX, heavy=True).html, "form_key")
    answer = staff.post(f"{INDEX}/outcomes", data={"form_key": key, **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert outcomes(session, assessed) == before


def test_a_tie_is_shown_and_waits_for_people(staff: TestClient, session: Session, assessed: Assessed) -> None:
    with transaction(session):
        for table in ("score",):
            session.execute(sa.text(f"UPDATE {table} SET points = 4"))  # noqa: S608 - a fixed name
        session.execute(sa.update(Track).where(col(Track.slug) == "benin").values(places=0))
    text = get(staff, INDEX, heavy=True).text()
    assert "Gelijke punten: jij beslist" in text
    assert "Alfa, Beta, Delta en Omega hebben evenveel punten" in text
    post(staff, f"{INDEX}/proposal", shown=INDEX)
    assert outcomes(session, assessed) == {}


def test_who_comes_on_a_reserve_list_is_a_rule_of_the_programme(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    version = hidden(get(staff, INDEX, heavy=True).html, "version")
    post(staff, f"{INDEX}/rules", shown=INDEX, reserves="1", least_points="1000", version=version)
    rules = table_of(session, assessed).programme.rules.decision
    assert (rules.reserves, rules.least_points) == (1, 1000)
    key = hidden(get(staff, INDEX, heavy=True).html, "form_key")
    wrong = {"form_key": key, "reserves": "many", "least_points": "10001", "version": version}
    answer = staff.post(f"{INDEX}/rules", data=wrong)
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    stale = {"form_key": key, "reserves": "2", "least_points": "2000", "version": version}
    assert staff.post(f"{INDEX}/rules", data=stale).status_code == 422


def test_words_are_proposed_saved_and_lead_on_to_the_next(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    early = get(staff, OF_ALFA, heavy=True)
    assert "Kies eerst de uitkomst" in early.text()
    assert "Because of exchange." in early.html
    propose(session, assessed)
    page = get(staff, OF_ALFA, heavy=True)
    assert page.text().count("Voorstel: lees het") == 6
    fields = {f"reason_{code}": f"Why {code}." for code in table_of(session, assessed).criteria}
    where = post(staff, OF_ALFA, opening="Beste\r\nmensen", edit=hidden(page.html, "edit"), then="next", **fields)
    assert where == "/staff/decisions/SDG-BBBBBB?saved=SDG-AAAAAA"
    stored = table_of(session, assessed).records[assessed.id("alfa")]
    assert (stored.opening, stored.reasons["openness"]) == ("Beste\nmensen", "Why openness.")
    assert "Voorstel: lees het" not in get(staff, OF_ALFA, heavy=True).text()
    get(staff, where, heavy=True)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).where(col(Event.verb) == "candidacy.looked_at")) == 2


def test_the_second_editor_sees_both_texts(staff: TestClient, session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    page = get(staff, OF_ALFA, heavy=True)
    key, edit = hidden(page.html, "form_key"), hidden(page.html, "edit")
    write(session, assessed, assessed.id("alfa"), DecisionText("Somebody else’s words.", {"exchange": "Theirs."}))
    mine = {"form_key": key, "edit": edit, "opening": "My words.", "reason_exchange": "Mine."}
    answer = staff.post(OF_ALFA, data=mine)
    assert answer.status_code == 409
    for words in ("My words.", "Mine.", "Somebody else’s words.", "Theirs.", "Iemand anders bewaarde een andere tekst"):
        assert words in answer.text
    again = {**mine, "edit": hidden(answer.text, "edit")}
    assert staff.post(OF_ALFA, data=again).status_code == 303
    assert table_of(session, assessed).records[assessed.id("alfa")].opening == "My words."


def test_words_that_are_too_long_stay_on_the_page(staff: TestClient, session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    key = hidden(get(staff, OF_ALFA, heavy=True).html, "form_key")
    data = {"form_key": key, "edit": "1", "opening": "Kept.", "reason_exchange": "x" * 4001}
    answer = staff.post(OF_ALFA, data=data)
    assert answer.status_code == 422
    assert "Kept." in answer.text
    assert "hoogstens 4.000" in answer.text
    data = {"form_key": key, "edit": "one", "opening": "Kept."}
    assert staff.post(OF_ALFA, data=data).status_code == 422


def test_the_draft_of_the_letter_can_be_looked_at_before_sending_only(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    assert staff.get(f"{OF_ALFA}/letter.pdf").status_code == 404
    ready(session, assessed)
    answer = staff.get(f"{OF_ALFA}/letter.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert "Concept" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    send(session, assessed)
    assert staff.get(f"{OF_ALFA}/letter.pdf").status_code == 404


def test_the_confirmation_shows_exactly_what_goes_to_whom_and_sends_it(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    propose(session, assessed)
    assert "Ze kunnen nog niet verstuurd worden" in get(staff, SENDING).text()
    decision_kit.write_all(session, assessed)
    page = get(staff, SENDING)
    for name in ("Contact of Alfa", "Contact of Beta", "Contact of Delta", "Contact of Omega"):
        assert name in page.text()
    assert "4 mails vertrekken" in page.text()
    fields = {"plan": hidden(page.html, "plan"), "when": "now", "form_key": hidden(page.html, "form_key")}
    first = staff.post(SENDING, data=fields)
    assert first.headers["location"].endswith("done=sent")
    assert staff.post(SENDING, data=fields).headers["location"] == first.headers["location"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 4
    text = get(staff, INDEX, heavy=True).text()
    assert "Verstuurde beslissingen" in text
    get(staff, OF_ALFA, heavy=True)
    assert "Er wacht geen beslissing" in get(staff, SENDING).text()


def test_sending_later_needs_a_day_and_a_time_ahead_and_can_be_cancelled(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    page = get(staff, SENDING)
    fields = {"plan": hidden(page.html, "plan"), "form_key": hidden(page.html, "form_key"), "when": "later"}
    for more, words in (
        ({}, "Vul dit veld in"),
        ({"send_day": "2026-11-22", "send_time": "09:59"}, "moment dat nog komt"),
        ({"send_day": "2027-03-28", "send_time": "02:30"}, "klok"),
    ):
        answer = staff.post(SENDING, data={**fields, **more})
        assert answer.status_code == 422, more
        assert words in answer.text
    location = staff.post(SENDING, data={**fields, "send_day": "23/11/2026", "send_time": "9.00"}).headers["location"]
    assert location.endswith("done=planned")
    planned = session.scalars(sa.select(col(DecisionRound.send_at))).one()
    assert planned == NOW + timedelta(hours=23), "nine o’clock in Brussels is eight in UTC"
    text = get(staff, INDEX, heavy=True).text()
    assert "maandag 23 november 2026" in text
    assert "De uitkomsten bewaren" not in text
    assert "liggen tot dan vast" in get(staff, OF_ALFA, heavy=True).text()
    assert "liggen tot dan vast" in get(staff, SENDING).text()
    refused = staff.post(OF_ALFA, data={"form_key": "0123456789", "edit": "2", "opening": "Other."})
    assert refused.status_code == 422
    post(staff, f"{INDEX}/cancellation", shown=INDEX)
    assert staff.post(f"{INDEX}/cancellation", data={"form_key": "abcdefghij"}).status_code == 422
    assert "De uitkomsten bewaren" in get(staff, INDEX, heavy=True).text()


def test_more_than_the_places_asks_why(staff: TestClient, session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    with transaction(session):
        session.execute(sa.update(Track).values(places=0))
    page = get(staff, SENDING)
    assert "Waarom zijn er meer geselecteerd" in page.text()
    fields = {"plan": hidden(page.html, "plan"), "form_key": hidden(page.html, "form_key"), "when": "now"}
    assert staff.post(SENDING, data=fields).status_code == 422
    assert staff.post(SENDING, data={**fields, "exceeding": "The donor agreed."}).status_code == 303
    assert "The donor agreed." in get(staff, INDEX, heavy=True).text()


def test_a_withdrawal_before_the_sending_is_shown_with_its_free_place(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    withdraw(session, assessed, "alfa")
    for path in (INDEX, SENDING):
        text = get(staff, path, heavy=True).text()
        assert "Alfa trok de kandidatuur in" in text
        assert "er is 1 plaats vrij" in text


def test_who_has_a_conflict_of_interest_neither_reads_nor_decides(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    with transaction(session):
        declare(session, assessed.candidacies["alfa"], assessed.world.vvsg_staff)
    assert "Je hebt een belangenconflict" in get(staff, INDEX, heavy=True).text()
    row = get(staff, f"{INDEX}/sending", heavy=True).text().partition("SDG-AAAAAA")[2].partition("SDG-")[0]
    assert "Je hebt een belangenconflict" in row
    assert "Geselecteerd" not in row
    for path in (OF_ALFA, f"{OF_ALFA}/letter.pdf"):
        assert staff.get(path).status_code == 404
    assert staff.post(OF_ALFA, data={"opening": "Mine.", "edit": "2"}).status_code == 404
    fields = {"outcome_SDG-AAAAAA": "not_selected", "was_SDG-AAAAAA": "selected:rwanda:"}
    post(staff, f"{INDEX}/outcomes", shown=INDEX, **fields)
    assert outcomes(session, assessed)["alfa"] == "selected:rwanda"


def test_who_still_has_to_score_sees_nothing_of_the_others(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    with transaction(session):
        give(session, assessed.candidacies["alfa"], assessed.world.vvsg_staff)
    assert (
        "Werk eerst je eigen" in get(staff, INDEX, heavy=True).text() or "eigen" in get(staff, INDEX, heavy=True).text()
    )
    assert staff.get(OF_ALFA).status_code == 404
    with transaction(session):
        session.execute(sa.update(Reading).values(finished_at=NOW))
    get(staff, OF_ALFA, heavy=True)


def test_a_draft_or_an_unknown_reference_has_no_decision(
    staff: TestClient, session: Session, assessed: Assessed
) -> None:
    with transaction(session):
        of_alfa = sa.update(Candidacy).where(col(Candidacy.id) == assessed.id("alfa"))
        session.execute(of_alfa.values(state=CandidacyState.DRAFT))
    assert staff.get(OF_ALFA).status_code == 404
    assert staff.get("/staff/decisions/SDG-000000").status_code == 404


def test_a_candidate_sees_nothing_before_the_sending_and_then_only_its_own(
    client: TestClient, new_client: NewClient, app: FastAPI, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    people = {name: sign_in(new_client(), app, assessed.contacts[name]) for name in ("alfa", "beta", "delta", "omega")}
    for name, browser in people.items():
        path = f"/candidacies/{assessed.candidacies[name].reference}"
        assert "Because of" not in get(browser, path).html
        assert browser.get(f"{path}/decision.pdf").status_code == 404
    send(session, assessed)
    for name, browser in people.items():
        for other, candidacy in assessed.candidacies.items():
            path = f"/candidacies/{candidacy.reference}"
            if other == name:
                html = get(browser, f"{path}?lang=nl").html
                government = name.capitalize()
                assert f"{government}: Because of exchange." in html
                assert not [one for one in people if one != name and f"{one.capitalize()}: Because" in html]
                letter = browser.get(f"{path}/decision.pdf")
                assert letter.headers["content-type"] == "application/pdf"
                assert "no-store" in letter.headers["cache-control"]
            else:
                assert browser.get(path).status_code == 404
                assert browser.get(f"{path}/decision.pdf").status_code == 404
    assert client.get("/candidacies/SDG-AAAAAA/decision.pdf").status_code == 303
    outsider = sign_in(new_client(), app, assessed.world.outsider)
    assert outsider.get("/candidacies/SDG-AAAAAA/decision.pdf").status_code == 404


def test_what_candidates_read_says_what_to_do_now_also_after_moving_up(
    new_client: NewClient, app: FastAPI, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    send(session, assessed)
    of_delta = sign_in(new_client(), app, assessed.contacts["delta"])
    page = get(of_delta, "/candidacies/SDG-DDDDDD").text()
    assert "op nummer 1" in page
    assert "Je hoeft niets te doen om op de lijst te blijven" in page
    withdraw(session, assessed, "alfa")
    after = get(of_delta, "/candidacies/SDG-DDDDDD").text()
    assert "Delta is geselecteerd" in after
    assert "je stond eerst op de reservelijst" in after
    assert "Alfa" not in after
    of_alfa = sign_in(new_client(), app, assessed.contacts["alfa"])
    assert "Je trok de kandidatuur in na deze beslissing" in get(of_alfa, "/candidacies/SDG-AAAAAA").text()
    of_omega = sign_in(new_client(), app, assessed.contacts["omega"])
    assert "Je hoeft niets te doen." in get(of_omega, "/candidacies/SDG-QQQQQQ").text()


def test_a_look_of_staff_at_a_letter_is_logged(staff: TestClient, session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    send(session, assessed)
    for _ in range(2):
        assert staff.get("/candidacies/SDG-DDDDDD/decision.pdf").status_code == 200
    looks = sa.select(sa.func.count()).where(
        col(Event.verb) == "candidacy.looked_at", col(Event.subject_id) == assessed.id("delta")
    )
    assert session.scalar(looks) == 1


def test_a_letter_that_was_removed_is_gone_and_not_offered(
    new_client: NewClient, app: FastAPI, session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    send(session, assessed)
    with transaction(session):
        session.execute(sa.update(Decision).values(letter_id=None))
    browser = sign_in(new_client(), app, assessed.contacts["alfa"])
    assert browser.get("/candidacies/SDG-AAAAAA/decision.pdf").status_code == 404
    assert "decision.pdf" not in get(browser, "/candidacies/SDG-AAAAAA").html


def test_mails_arrive_in_each_members_language_with_the_letter_and_first_what_to_do(
    session: Session,
    engine: sa.Engine,
    assessed: Assessed,
    sender: SmtpSender,
    letterbox: Letterbox,
    clock: StandingClock,
) -> None:
    with transaction(session):
        assert number(assessed.world.ancb_staff)
    decision_kit.add_member(session, assessed, "alfa", assessed.world.ancb_staff)
    ready(session, assessed)
    send(session, assessed)
    assert send_due(engine, sender, clock=clock) == 5
    by_person = {str(one["To"]): one for one in letterbox.messages}
    mine = by_person[assessed.world.ancb_staff.email]
    assert mine["Content-Language"] == "fr"
    plain = mine.get_body(("plain",))
    assert plain is not None
    lines = [line for line in plain.get_content().splitlines() if line.strip()]
    assert lines[1].startswith("Informez votre collège")
    ((name, media_type, content),) = attached(mine)
    assert (name, media_type) == ("beslissing-SDG-AAAAAA.pdf", "application/pdf")
    words = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "Alfa" in words
    assert {len(attached(one)) for one in letterbox.messages} == {1}


@pytest.mark.usefixtures("assessed")
def test_more_candidacies_do_not_read_more_often(staff: TestClient, app: FastAPI, session: Session) -> None:
    statements = count_of(app.state.engine)
    get(staff, INDEX, heavy=True)
    few = len(statements)
    with transaction(session):
        withdrawn = sa.update(Candidacy).where(col(Candidacy.reference) != "SDG-AAAAAA")
        session.execute(withdrawn.values(state=CandidacyState.WITHDRAWN))
    statements.clear()
    get(staff, INDEX, heavy=True)
    assert len([one for one in statements if one.startswith("SELECT")]) <= few
