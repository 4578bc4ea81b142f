"""Checklists and invitation letters of a visit, and the rules about visits on the form of staff."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.codes import Category, Side
from app.domain.programme import Rules
from app.models import Mail, MailAttachment, Programme, Traveller, TravellerCheck, VisitEstimate
from app.models.database import transaction
from app.queries.mail import files_of_mail
from app.services import agenda
from app.services.mail_files import fetch
from app.services.removal import anonymise
from app.services.visit_checklists import CheckGone, checks_of, move_with_visit, tick
from app.services.visit_estimates import Draft, proposal_of, save
from app.services.visit_letters import NobodyToInvite, letter_file, send
from tests.factories import NOW, number
from tests.integration.visit_costs_kit import Journey, approved, plan_visit, read_visit
from tests.pages import check, get
from tests.personas import World, sign_in, world

__all__ = ["world"]  # fixtures
TODAY = NOW.date()


@pytest.fixture
def journey(session: Session, world: World) -> Journey:
    """A visit with three travellers."""
    return plan_visit(session, world)


def dues(session: Session) -> dict[str, date]:
    session.rollback()
    first = sa.select(sa.func.min(col(TravellerCheck.traveller_id))).scalar_subquery()
    rows = session.scalars(sa.select(TravellerCheck).where(col(TravellerCheck.traveller_id) == first))
    return {row.code: row.due_on for row in rows}


def check_of(session: Session, journey: Journey, code: str) -> int:
    session.rollback()
    first = next(iter(checks_of(session, read_visit(session, journey)).values()))
    return next(one.id for one in first if one.code == code)


def test_due_days_follow_the_visit_except_of_what_is_done(session: Session, journey: Journey) -> None:
    before = dues(session)
    assert before["passport"] == date(2027, 3, 9)
    with transaction(session):
        number_ = check_of(session, journey, "passport")
        tick(session, read_visit(session, journey), number_, done_on=TODAY, actor=journey.gamma, now=NOW)
    facts = read_visit(session, journey).session.facts
    with transaction(session):
        later = replace(facts, wall_starts_at=facts.wall_starts_at + timedelta(days=7))
        agenda.edit(session, journey.staff, journey.number, later, now=NOW)
    after = dues(session)
    assert after == {code: day if code == "passport" else day + timedelta(days=7) for code, day in before.items()}


def test_a_change_of_the_hour_moves_no_due_day(session: Session, journey: Journey) -> None:
    before = dues(session)
    with transaction(session):
        assert move_with_visit(session, journey.number, timedelta(hours=5)) == 0
    assert dues(session) == before


def test_each_ticks_what_is_theirs(session: Session, journey: Journey) -> None:
    visit = read_visit(session, journey)
    stay, visa = check_of(session, journey, "stay"), check_of(session, journey, "visa")
    with transaction(session):
        tick(session, visit, stay, done_on=TODAY, actor=journey.karongi, now=NOW)
    for actor, item in ((journey.karongi, visa), (journey.gamma, stay)):
        with pytest.raises(NotAllowed), transaction(session):
            tick(session, visit, item, done_on=TODAY, actor=actor, now=NOW)
    with pytest.raises(CheckGone), transaction(session):
        tick(session, visit, 999_999, done_on=TODAY, actor=journey.staff, now=NOW)
    session.rollback()
    row = session.get_one(TravellerCheck, stay)
    assert (row.done_on, row.done_by) == (TODAY, journey.karongi.person_id)


def test_the_page_shows_each_side_its_own_and_what_is_overdue_first(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    with transaction(session):
        session.execute(
            sa.update(TravellerCheck).where(col(TravellerCheck.code) == "ticket").values(due_on=TODAY - timedelta(1))
        )
    path = f"{journey.path}/checklist"
    sign_in(client, app, world.gamma_coordinator)
    html = get(client, path).html
    assert html.index("Vluchten geboekt") < html.index("Paspoort nog zes maanden geldig")
    sign_in(client, app, world.karongi_coordinator)
    host = get(client, path).text()
    assert "Invitation letter received" in host
    for hidden in ("Passport valid", "Vaccinations", "Passport data"):
        assert hidden not in host
    item = check_of(session, journey, "stay")
    form = {"check": str(item), "done": "yes", "done_on": TODAY.isoformat(), "form_key": "tick-one"}
    session.rollback()
    for _ in range(2):
        assert client.post(path, data=form).status_code == 303
    assert client.post(path, data=form | {"done_on": "2030-01-01"}).status_code == 422
    session.rollback()
    assert session.get_one(TravellerCheck, item).done_on == TODAY
    assert client.post(path, data={"check": str(item), "done": "no", "form_key": "tick-two"}).status_code == 303
    session.rollback()
    assert session.get_one(TravellerCheck, item, populate_existing=True).done_on is None


@pytest.mark.parametrize("who", ["ralga_staff", "auditor", "karongi_participant", "nikki_coordinator", "outsider"])
@pytest.mark.parametrize("page", ["checklist", "letters", "invitation.pdf"])
def test_others_see_neither_lists_nor_letters(
    world: World, journey: Journey, client: TestClient, app: FastAPI, who: str, page: str
) -> None:
    sign_in(client, app, getattr(world, who))
    assert client.get(f"{journey.path}/{page}").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", b"nl"), ("fr", b"fr"), ("en", b"en")],
)
def test_a_letter_in_each_language_is_tagged_and_the_same_again(
    session: Session, journey: Journey, language: str, words: bytes
) -> None:
    approved(session, journey)
    visit = read_visit(session, journey)
    for traveller_id in (None, visit.travellers[0].id):
        made = letter_file(session, visit, traveller_id=traveller_id, language=language, written_at=NOW)
        again = letter_file(session, visit, traveller_id=traveller_id, language=language, written_at=NOW)
        assert made == again
        assert made.content.startswith(b"%PDF-")
        assert b"/MarkInfo" in made.content
        assert b"/Lang (" + words in made.content or b"/Lang(" + words in made.content


def test_letters_go_to_travellers_and_coordinators_with_the_file(
    session: Session, world: World, journey: Journey
) -> None:
    with pytest.raises(NotAllowed), transaction(session):
        send(session, read_visit(session, journey), language="en", actor=journey.gamma, now=NOW)
    visit = read_visit(session, journey)
    with transaction(session):
        session.execute(sa.delete(MailAttachment))
        session.execute(sa.delete(Mail))
        assert send(session, visit, language="fr", actor=journey.karongi, now=NOW) == 1
    mails = session.scalars(sa.select(Mail).order_by(col(Mail.id))).all()
    assert [(one.kind, one.recipient) for one in mails] == [
        ("visit_invitation", world.gamma_coordinator.email),
        ("visit_invitation", world.gamma_coordinator.email),
    ]
    for one in mails:
        files = files_of_mail(session, number(one))
        assert len(files) == 1
        assert fetch(session, files[0]).content.startswith(b"%PDF-")


def test_nobody_is_invited_to_an_empty_visit(session: Session, journey: Journey) -> None:
    with transaction(session):
        session.execute(sa.update(Traveller).values(removed_at=NOW))
    visit = read_visit(session, journey)
    with pytest.raises(NobodyToInvite), transaction(session):
        send(session, visit, language="fr", actor=journey.karongi, now=NOW)
    with pytest.raises(NobodyToInvite):
        letter_file(session, visit, traveller_id=None, language="fr", written_at=NOW)


def test_the_host_sends_and_both_sides_take_away(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    sign_in(client, app, world.gamma_coordinator)
    assert "form_key" not in get(client, f"{journey.path}/letters").html.split("<main")[1].split("</main")[0]
    answer = client.get(f"{journey.path}/invitation.pdf?language=fr")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert client.get(f"{journey.path}/invitation.pdf?traveller=99").status_code == 404
    assert client.post(f"{journey.path}/letters", data={"language": "fr"}).status_code == 422
    sign_in(client, app, world.karongi_coordinator)
    get(client, f"{journey.path}/letters")
    for _ in range(2):
        answer = client.post(f"{journey.path}/letters", data={"language": "fr", "form_key": "letters-1"})
        assert answer.status_code == 303
    get(client, answer.headers["location"].removeprefix("http://testserver"))
    session.rollback()
    assert len(session.scalars(sa.select(Mail).where(col(Mail.kind) == "visit_invitation")).all()) == 2


def rules_form(client: TestClient) -> dict[str, str]:
    """Give every field of the form as it is shown."""
    import html5lib

    page = get(client, "/staff/programme/test/parts/visits", heavy=True)
    root, space = html5lib.parse(page.html), "{http://www.w3.org/1999/xhtml}"
    form = next(one for one in root.iter(f"{space}form") if "/parts/visits" in (one.get("action") or ""))
    values = {}
    for one in form.iter():
        name = one.get("name")
        if not name or one.get("type") == "checkbox":
            continue
        chosen = [
            option.get("value") or "" for option in one.iter(f"{space}option") if option.get("selected") is not None
        ]
        values[name] = (chosen or [""])[0] if one.tag == f"{space}select" else one.get("value") or ""
    return values


def test_staff_keep_the_rules_as_they_are_by_saving_the_form(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    sign_in(client, app, world.vvsg_staff)
    before = Rules.from_data(session.get_one(Programme, number(world.programme)).rules).visits
    session.rollback()
    form = rules_form(client)
    assert client.post("/staff/programme/test/parts/visits", data=form).status_code == 303
    session.rollback()
    session.expire_all()
    assert Rules.from_data(session.get_one(Programme, number(world.programme)).rules).visits == before
    assert journey.number


def test_staff_change_a_rate_and_see_each_fault_at_its_field(
    session: Session, world: World, journey: Journey, client: TestClient, app: FastAPI
) -> None:
    sign_in(client, app, world.vvsg_staff)
    path = "/staff/programme/test/parts/visits"
    form = rules_form(client)
    for name, value in (
        ("rate_1_amount", ""),
        ("rate_1_amount", "a lot"),
        ("airport_1_latitude", "91"),
        ("price_year", ""),
    ):
        answer = client.post(path, data=form | {name: value})
        assert answer.status_code == 422, name
        check(answer.text)
        assert f'id="{name}-error"' in answer.text
    changed = form | {
        "rate_1_amount": "1.250,50",
        "rate_2_nl": "",
        "rate_2_fr": "",
        "rate_2_en": "",
        "identity_days": "30",
    }
    assert client.post(path, data=changed).status_code == 303
    session.rollback()
    session.expire_all()
    visits = Rules.from_data(session.get_one(Programme, number(world.programme)).rules).visits
    assert (visits.unit_rates[0].amount_cents, visits.identity_days) == (125_050, 30)
    assert "night" not in {one.code for one in visits.unit_rates}
    assert proposal_of(read_visit(session, journey))[1].unit_cents is None
    get(client, "/staff/programme/test", heavy=True)
    get(client, "/staff/programme/test/versions", heavy=True)


def test_a_person_is_taken_out_of_the_notes_of_an_estimate(session: Session, world: World, journey: Journey) -> None:
    name = "Zwanenzang Peeters"
    with transaction(session):
        world.karongi_participant.name = name
        session.add(session.merge(world.karongi_participant))
        visit = read_visit(session, journey)
        lines = [replace(one, note=f"Asked by {name}") for one in proposal_of(visit)]
        save(session, visit, Draft(tuple(lines), "economy", 0), actor=journey.gamma, now=NOW)
    with transaction(session):
        anonymise(session, number(world.karongi_participant), now=NOW)
    session.expire_all()
    stored = session.scalars(sa.select(VisitEstimate)).one()
    assert name not in repr(stored.lines)
    assert stored.lines[0]["note"] == "Asked by …"
    assert (stored.lines[0]["category"], stored.lines[0]["side"]) == (Category.TRAVEL, Side.FLEMISH)
