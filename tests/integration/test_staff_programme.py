"""The settings of a programme: pages for staff, versions, refusals, edit conflicts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.codes import SessionKind
from app.domain.programme import PeriodEndsBeforeStart, ProgrammeChanged
from app.domain.time import AmbiguousHour, SkippedHour
from app.models import AgendaSession, Event, Programme, ProgrammeVersion, TemplateSession
from app.models.database import transaction
from app.queries import programmes as read
from app.services import programmes as write
from app.services.programmes import Basics, Edit
from tests import factories, pages
from tests.factories import NOW, number
from tests.personas import World, sign_in

BASICS = Basics("Titel", "Titre", "Title", "Kort", "Bref", "Short", date(2026, 1, 1), date(2027, 12, 31), 3_500_000)
ROW = {
    "scope": "track",
    "kind": "joint_digital",
    "year": "1",
    "month": "3",
    "day": "12",
    "time": "14:00",
    "duration_minutes": "90",
    "zone_of": "flemish",
    "title_nl": "Eerste sessie",
}


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World) -> TestClient:
    """The programme officer's browser."""
    return sign_in(client, app, world.vvsg_staff)


def edit_of(world: World, version: int = 1, reason: str = "") -> Edit:
    actor = Actor(person_id=number(world.vvsg_staff), name="Programme officer")
    return Edit(number(world.programme), version, actor, NOW, reason)


def texts(**changes: str) -> dict[str, str]:
    values = {
        "title_nl": "Testprogramma",
        "title_fr": "Programme d'essai",
        "title_en": "Test programme",
        "summary_nl": "Een programma om te testen.",
        "summary_fr": "",
        "summary_en": "",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "budget": "35000",
        "version": "1",
    }
    return values | changes


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/staff/programme",
        "/staff/programme/new?source=test",
        "/staff/programme/test",
        "/staff/programme/test/versions",
        "/staff/programme/test/parts/texts",
        "/staff/programme/test/parts/rules",
        "/staff/programme/test/parts/call",
        "/staff/programme/test/tracks/rwanda",
        "/staff/programme/test/tracks/new",
        "/staff/programme/test/template/new",
    ],
)
def test_each_page_of_settings_is_sound(staff: TestClient, path: str, language: str) -> None:
    joint = "&" if "?" in path else "?"
    pages.get(staff, f"{path}{joint}lang={language}", heavy=True)


@pytest.mark.parametrize(
    "path", ["/staff/programme/none", "/staff/programme/test/parts/none", "/staff/programme/test/tracks/none"]
)
def test_settings_that_are_not_there_are_not_found(staff: TestClient, path: str) -> None:
    assert staff.get(path).status_code == 404


def test_settings_are_for_staff_alone(app: FastAPI, new_client: Callable[[], TestClient], world: World) -> None:
    for person in (world.ralga_staff, world.auditor, world.gamma_coordinator):
        assert sign_in(new_client(), app, person).get("/staff/programme").status_code == 404
    assert new_client().get("/staff/programme").status_code == 303


def test_saving_texts_keeps_a_version_with_what_differs(staff: TestClient, session: Session, world: World) -> None:
    changed = texts(title_nl="Nieuwe titel", summary_fr="Un programme pour tester.", reason="Gevraagd")
    answer = staff.post("/staff/programme/test/parts/texts", data=changed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/programme/test")
    found = read.versions_of(session, number(world.programme))
    assert [(one.version, one.person_name, one.reason) for one in found] == [
        (2, "Programme officer", "Gevraagd"),
        (1, None, ""),
    ]
    assert found[0].snapshot["title_nl"] == "Nieuwe titel"
    assert "Nieuwe titel" in pages.get(staff, "/staff/programme/test/versions", heavy=True).text()


def test_saving_the_same_again_makes_no_version(staff: TestClient, session: Session, world: World) -> None:
    same = texts(summary_fr="Un programme pour tester.", summary_en="A programme to test with.")
    assert staff.post("/staff/programme/test/parts/texts", data=same).status_code == 303
    assert [one.version for one in read.versions_of(session, number(world.programme))] == [1]


def test_a_form_that_is_sent_twice_is_carried_out_once(staff: TestClient, session: Session, world: World) -> None:
    changed = texts(title_nl="Nieuw", form_key="a-key-of-a-form")
    for _ in range(2):
        assert staff.post("/staff/programme/test/parts/texts", data=changed).status_code == 303
    assert len(read.versions_of(session, number(world.programme))) == 2


def test_an_edit_conflict_shows_both_texts(staff: TestClient) -> None:
    staff.post("/staff/programme/test/parts/texts", data=texts(title_nl="Van een collega"))
    answer = staff.post("/staff/programme/test/parts/texts", data=texts(title_nl="Van mij"))
    assert answer.status_code == 422
    pages.check(answer.text)
    assert "Van een collega" in answer.text
    assert "Van mij" in answer.text
    assert 'name="version" value="2"' in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"budget": "-5"}, "budget"),
        ({"budget": "veel"}, "budget"),
        ({"title_nl": ""}, "title_nl"),
        ({"starts_on": "morgen"}, "starts_on"),
    ],
)
def test_texts_that_cannot_be_are_refused_at_their_field(
    staff: TestClient, changes: dict[str, str], field: str
) -> None:
    answer = staff.post("/staff/programme/test/parts/texts", data=texts(**changes))
    assert answer.status_code == 422
    pages.check(answer.text)
    assert f'id="{field}-error"' in answer.text


def rules(**changes: str) -> dict[str, str]:
    values = {
        "digital_sessions_expected": "3",
        "digital_sessions_organised": "2",
        "meetings_expected": "5",
        "physical_exchanges": "1",
        "visit_days": "7",
        "delegation_size": "3",
        "reminder_days": "7; 21 2",
        "answer_days": "10",
        "learning": "35",
        "theme": "25",
        "position": "15",
        "language": "10",
        "wishes": "15",
        "assessment_share": "30",
        "province_limit": "2",
        "promise_1_code": "sessions",
        "promise_1_nl": "We nemen deel.",
        "promise_3_en": "We learn in the open.",
        "version": "1",
    }
    return values | changes


def test_saving_rules_keeps_codes_and_names_the_clash(staff: TestClient, session: Session, world: World) -> None:
    assert staff.post("/staff/programme/test/parts/rules", data=rules()).status_code == 303
    saved = read.rules_of(session, number(world.programme))
    assert [(one.code, one.title_nl) for one in saved.promises] == [
        ("sessions", "We nemen deel."),
        ("we-learn-in-the-open", "We learn in the open."),
    ]
    assert (saved.reminder_days, saved.answer_days) == ((21, 7, 2), 10)
    shown = pages.get(staff, "/staff/programme/test/parts/rules?lang=en", heavy=True).html
    assert 'value="21, 7, 2"' in shown
    page = pages.get(staff, "/staff/programme/test?lang=en", heavy=True).text()
    assert "The programme expects 3 digital sessions a year and organises 2 of them." in page


def test_a_second_confirmation_is_a_rule_with_a_version(staff: TestClient, session: Session, world: World) -> None:
    asked = rules(second_confirmation="yes", confirmer_nl="de burgemeester", confirmer_en="the mayor")
    assert staff.post("/staff/programme/test/parts/rules", data=asked).status_code == 303
    saved = read.rules_of(session, number(world.programme))
    assert (saved.second_confirmation, saved.confirmer_nl, saved.confirmer_fr, saved.confirmer_en) == (
        True,
        "de burgemeester",
        "",
        "the mayor",
    )
    shown = pages.get(staff, "/staff/programme/test/parts/rules?lang=en", heavy=True).html
    assert 'name="second_confirmation" value="yes" checked' in shown
    assert 'value="the mayor"' in shown
    again = rules(version="2", reason="Nobody answered", confirmer_nl="de burgemeester")
    assert staff.post("/staff/programme/test/parts/rules", data=again).status_code == 303
    session.rollback()
    assert not read.rules_of(session, number(world.programme)).second_confirmation
    versions = pages.get(staff, "/staff/programme/test/versions?lang=en", heavy=True).text()
    assert "A second person confirms a candidacy" in versions
    assert "True" not in versions


def test_weights_that_are_not_a_hundred_are_refused(staff: TestClient) -> None:
    answer = staff.post("/staff/programme/test/parts/rules?lang=en", data=rules(learning="34"))
    assert answer.status_code == 422
    pages.check(answer.text)
    assert "Together the weights must be 100; now they are 99." in answer.text


@pytest.mark.parametrize("days", ["14, 7, two", "0", "7, 91"])
def test_days_of_reminders_must_be_days(staff: TestClient, days: str) -> None:
    answer = staff.post("/staff/programme/test/parts/rules?lang=en", data=rules(reminder_days=days))
    assert answer.status_code == 422
    assert 'id="reminder_days-error"' in answer.text


def call(**changes: str) -> dict[str, str]:
    values = {
        "opens_on": "2026-11-01",
        "opens_time": "09:00",
        "closes_on": "2026-12-10",
        "closes_time": "23:59",
        "version": "1",
    }
    return values | changes


def test_the_call_is_stored_as_instants_of_brussels(staff: TestClient, session: Session) -> None:
    assert staff.post("/staff/programme/test/parts/call", data=call()).status_code == 303
    found = read.open_call(session, NOW)
    assert found is not None
    assert found.opens_at == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert found.closes_at == datetime(2026, 12, 10, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens_on": "2026-03-29", "opens_time": "02:30"}, "opens_time"),
        ({"closes_on": "2027-10-31", "closes_time": "02:30"}, "closes_time"),
        ({"closes_on": "2026-10-01"}, "closes_on"),
        ({"closes_on": "2028-01-01"}, "closes_on"),
    ],
)
def test_a_call_that_cannot_be_is_refused_at_its_field(staff: TestClient, changes: dict[str, str], field: str) -> None:
    answer = staff.post("/staff/programme/test/parts/call", data=call(**changes))
    assert answer.status_code == 422
    pages.check(answer.text)
    assert f'id="{field}-error"' in answer.text


def test_skipped_and_doubled_hours_are_refused_by_the_service(session: Session, world: World) -> None:
    for wall, refusal in ((datetime(2026, 3, 29, 2, 30), SkippedHour), (datetime(2026, 10, 25, 2, 30), AmbiguousHour)):  # noqa: DTZ001
        with pytest.raises(refusal), transaction(session):
            write.save_call(session, edit_of(world), opens=wall, closes=datetime(2027, 1, 1))  # noqa: DTZ001


def track(world: World, **changes: str) -> dict[str, Any]:
    values = {
        "association": str(number(world.ralga)),
        "country": "RW",
        "language": "en",
        "places": "3",
        "title_nl": "Rwanda · burgerparticipatie",
        "goals": ["16", "5"],
        "subject_1_code": "voice",
        "subject_1_nl": "Stem",
        "subject_2_en": "Open data",
        "version": "1",
    }
    return values | changes


def test_saving_a_track_keeps_removes_and_adds_subjects(staff: TestClient, session: Session, world: World) -> None:
    assert staff.post("/staff/programme/test/tracks/rwanda", data=track(world)).status_code == 303
    saved = read.tracks_of(session, number(world.programme))[0]
    assert (saved.places, saved.goals) == (3, [5, 16])
    subjects = read.subjects_of(session, number(world.programme))[saved.id]
    assert [(one.code, one.title_nl) for one in subjects] == [("voice", "Stem"), ("open-data", "Open data")]


def test_a_track_can_be_closed_and_opened_again(staff: TestClient, session: Session, world: World) -> None:
    for version, choice in enumerate(("no", "yes"), 1):
        changed = track(world, is_open=choice, version=str(version))
        assert staff.post("/staff/programme/test/tracks/rwanda", data=changed).status_code == 303
        session.rollback()
        assert read.tracks_of(session, number(world.programme))[0].is_open == (choice == "yes")
        shown = pages.get(staff, "/staff/programme/test/tracks/rwanda", heavy=True).html
        assert f'name="is_open" value="{choice}" checked' in shown


def test_a_new_track_gets_a_slug_of_its_own(staff: TestClient, session: Session, world: World) -> None:
    assert staff.post("/staff/programme/test/tracks/new", data=track(world)).status_code == 303
    slugs = [one.slug for one in read.tracks_of(session, number(world.programme))]
    assert slugs == ["rwanda", "benin", "rwanda-2"]


def test_fewer_places_than_none_are_refused(staff: TestClient, world: World) -> None:
    answer = staff.post("/staff/programme/test/tracks/rwanda", data=track(world, places="-1"))
    assert answer.status_code == 422
    assert 'id="places-error"' in answer.text


def test_a_track_belongs_to_a_known_association(staff: TestClient, world: World) -> None:
    for association in ("9999", "99999999999999999999"):
        answer = staff.post("/staff/programme/test/tracks/rwanda", data=track(world, association=association))
        assert answer.status_code == 422
        assert 'id="association-error"' in answer.text


def test_a_row_that_is_not_there_cannot_be_removed(staff: TestClient) -> None:
    for row in ("77", "99999999999999999999"):
        address = f"/staff/programme/test/template/{row}/removal"
        assert (staff.get(address).status_code, staff.post(address, data={"version": "1"}).status_code) == (404, 404)


def test_a_removal_that_is_sent_twice_leads_to_the_same_place(
    staff: TestClient, session: Session, world: World
) -> None:
    staff.post("/staff/programme/test/template/new", data={**ROW, "version": "1"})
    row = read.template_of(session, number(world.programme))[0].id
    form = {"version": "2", "form_key": "key-of-a-removal"}
    answers = [staff.post(f"/staff/programme/test/template/{row}/removal", data=form) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/staff/programme/test")] * 2


def test_a_template_row_is_added_changed_and_removed(staff: TestClient, session: Session, world: World) -> None:
    assert staff.post("/staff/programme/test/template/new", data={**ROW, "version": "1"}).status_code == 303
    row = read.template_of(session, number(world.programme))[0]
    assert (row.title_nl, row.time, row.month) == ("Eerste sessie", "14:00", 3)
    pages.get(staff, f"/staff/programme/test/template/{row.id}", heavy=True)
    address = f"/staff/programme/test/template/{row.id}"
    assert staff.post(address, data={**ROW, "month": "4", "version": "2"}).status_code == 303
    session.rollback()
    assert read.template_of(session, number(world.programme))[0].month == 4
    pages.get(staff, f"{address}/removal", heavy=True)
    assert staff.post(f"{address}/removal", data={"version": "2"}).status_code == 422
    assert staff.post(f"{address}/removal", data={"version": "3"}).status_code == 303
    session.rollback()
    assert read.template_of(session, number(world.programme)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"year": "3"}, "year"), ({"month": "2", "day": "30"}, "day"), ({"duration_minutes": "0"}, "duration_minutes")],
)
def test_a_template_row_that_cannot_be_is_refused(staff: TestClient, changes: dict[str, str], field: str) -> None:
    answer = staff.post("/staff/programme/test/template/new", data={**ROW, "version": "1", **changes})
    assert answer.status_code == 422
    pages.check(answer.text)
    assert f'id="{field}-error"' in answer.text


def test_a_copy_has_rules_tracks_and_template_but_no_call(staff: TestClient, session: Session, world: World) -> None:
    staff.post("/staff/programme/test/template/new", data={**ROW, "version": "1"})
    form = texts(title_nl="Ronde twee", starts_on="2028-01-01", ends_on="2029-12-31", source="test")
    answer = staff.post("/staff/programme", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/programme/ronde-twee")
    made = read.programme_by_slug(session, "ronde-twee")
    assert made is not None
    assert made.call is None
    assert made.rules == read.rules_of(session, number(world.programme))
    assert [one.slug for one in read.tracks_of(session, made.id)] == ["rwanda", "benin"]
    assert sorted(map(len, read.subjects_of(session, made.id).values())) == [2, 2]
    assert [one.title_nl for one in read.template_of(session, made.id)] == ["Eerste sessie"]
    assert [one.version for one in read.versions_of(session, made.id)] == [1]


def test_a_programme_is_made_from_scratch_and_its_address_is_its_own(session: Session, world: World) -> None:
    with transaction(session):
        made = [
            write.create(session, basics=BASICS, source_id=None, actor=edit_of(world).actor, now=NOW).slug
            for _ in range(2)
        ]
    assert made == ["titel", "titel-2"]


def test_a_copy_that_cannot_be_is_shown_again(staff: TestClient) -> None:
    answer = staff.post("/staff/programme", data=texts(ends_on="2025-01-01"))
    assert answer.status_code == 422
    pages.check(answer.text)


def test_the_service_refuses_an_old_version_and_writes_nothing(session: Session, world: World) -> None:
    with pytest.raises(ProgrammeChanged), transaction(session):
        write.save_basics(session, edit_of(world, version=7), BASICS)
    backwards = Basics(**{**BASICS_VALUES, "ends_on": date(2025, 1, 1)})
    with pytest.raises(PeriodEndsBeforeStart), transaction(session):
        write.save_basics(session, edit_of(world), backwards)
    assert session.scalar(sa.select(sa.func.count()).select_from(ProgrammeVersion)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


BASICS_VALUES: dict[str, Any] = {name: getattr(BASICS, name) for name in Basics.__dataclass_fields__}


def test_saving_works_on_both_databases_and_is_logged(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        with transaction(session):
            made = write.create(session, basics=BASICS, source_id=None, actor=Actor(name="Officer"), now=NOW)
        edit = Edit(made.id or 0, 1, Actor(name="Officer"), NOW)
        with transaction(session):
            assert write.save_basics(session, edit, Basics(**{**BASICS_VALUES, "title_nl": "Anders"})) == 2
        with pytest.raises(ProgrammeChanged), transaction(session):
            write.save_basics(session, edit, BASICS)
        verbs = list(session.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))))
        assert verbs == ["programme.created", "programme.texts_changed"]


def test_removing_a_template_row_leaves_its_sessions(session: Session, world: World) -> None:
    with transaction(session):
        row = TemplateSession(
            programme_id=number(world.programme), position=1, scope="programme", kind=SessionKind.JOINT_DIGITAL,
            year=1, month=1, day=1, time="14:00", duration_minutes=90, title_nl="Rij",
        )  # fmt: skip
        session.add(row)
        session.flush()
        held = factories.agenda_session(session, world.programme)
        held.template_id = row.id
    with transaction(session):
        write.remove_template_row(session, edit_of(world), number(row))
    assert session.scalar(sa.select(sa.func.count()).select_from(AgendaSession)) == 1
    assert session.get_one(Programme, number(world.programme)).version == 2
