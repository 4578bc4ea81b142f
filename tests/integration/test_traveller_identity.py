"""Identity data of travellers: sealed in the file, read by few, noted, removed in time, never anywhere else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import cli
from app.domain.access import NotAllowed
from app.domain.identity import (
    BornInFuture,
    Identity,
    IdentityChanged,
    IdentityClosed,
    IdentityKeyMissing,
    IdentityUnreadable,
)
from app.models import Event, Mail, TravellerIdentity
from app.models.database import transaction
from app.queries.event_chain import broken_entries
from app.queries.looks import looks_at_person
from app.queries.personal_data import personal_data
from app.services import agenda
from app.services.removal import anonymise
from app.services.sealing import Seal, new_key
from app.services.traveller_identity import forget, kept, known_of, read, remove_due, reseal, save
from app.services.visit_delegation import remove_traveller
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration.visit_costs_kit import KEY, OTHER_KEY, Journey, first_traveller, plan_visit, read_visit
from tests.pages import check, get
from tests.personas import World, sign_in, world

__all__ = ["world"]  # fixtures
NUMBER, CONTACT = "XQ7734419", "Zwanenzang Zuster, +32 470 00 00 00"
IDENTITY = Identity("Reiziger Zwanenzang", NUMBER, "BE", date(1980, 2, 3), date(2030, 1, 1), CONTACT, "Zwanenallergie")
SEAL = Seal([KEY])
FORM = IDENTITY.to_data() | {"version": "0", "form_key": "identity-form"}
SECRETS = ("XQ7734419", "Zwanenzang", "Zwanenallergie", "1980-02-03")


@pytest.fixture
def journey(session: Session, world: World) -> Journey:
    """A visit with three travellers."""
    return plan_visit(session, world)


@pytest.fixture
def sealing(app: FastAPI) -> Callable[[str], None]:
    """Give the application its keys."""

    def give(keys: str) -> None:
        app.state.settings = app.state.settings.model_copy(update={"data_key": SecretStr(keys)})

    return give


def keep(session: Session, journey: Journey, *, seal: Seal = SEAL, version: int = 0) -> int:
    visit = read_visit(session, journey)
    with transaction(session):
        return save(
            session,
            visit,
            visit.all_travellers[0],
            IDENTITY,
            version=version,
            seal=seal,
            actor=journey.gamma,
            now=NOW,
        )


def test_what_is_sealed_is_read_again_and_stands_nowhere_in_the_file(
    session: Session, journey: Journey, tmp_path: Path
) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    stored = read(session, visit, visit.all_travellers[0], seal=SEAL, actor=journey.staff, now=NOW)
    assert stored is not None
    assert (stored.identity, stored.version) == (IDENTITY, 1)
    session.rollback()
    content = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("tandem.db*")))
    assert b"Second traveller" in content
    for secret in SECRETS:
        assert secret.encode() not in content


def test_words_typed_on_the_page_are_in_no_table_mail_log_or_export(
    session: Session,
    world: World,
    journey: Journey,
    client: TestClient,
    app: FastAPI,
    sealing: Callable[[str], None],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    sealing(KEY)
    path = f"{journey.path}/travellers/{first_traveller(session, journey).id}/identity"
    session.rollback()
    sign_in(client, app, world.gamma_coordinator)
    get(client, path)
    assert client.post(path, data=FORM).status_code == 303
    page = get(client, path)
    assert NUMBER in page.html
    assert client.get(path).headers["cache-control"] == "no-store"
    session.rollback()
    exported = repr(personal_data(session, number(world.gamma_coordinator), now=NOW))
    content = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("tandem.db*")))
    printed = "".join(capfd.readouterr())
    for secret in SECRETS:
        assert secret.encode() not in content
        assert secret not in exported + printed


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("vvsg_staff", 200),
        ("gamma_coordinator", 200),
        ("karongi_coordinator", 404),
        ("karongi_participant", 404),
        ("ralga_staff", 404),
        ("auditor", 404),
        ("nikki_coordinator", 404),
        ("outsider", 404),
    ],
)
def test_only_the_travelling_coordinator_and_staff_reach_the_page(
    session: Session,
    world: World,
    journey: Journey,
    client: TestClient,
    app: FastAPI,
    sealing: Callable[[str], None],
    who: str,
    status: int,
) -> None:
    sealing(KEY)
    keep(session, journey)
    path = f"{journey.path}/travellers/{first_traveller(session, journey).id}/identity"
    session.rollback()
    sign_in(client, app, getattr(world, who))
    assert client.get(path).status_code == status
    assert client.post(f"{path}/removal", data={}).status_code == (303 if status == 200 else 404)
    session.rollback()
    assert session.get(TravellerIdentity, first_traveller(session, journey).id) is None or status == 404


def test_the_service_refuses_others_and_the_host(session: Session, journey: Journey) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    one = visit.all_travellers[0]
    with pytest.raises(NotAllowed):
        read(session, visit, one, seal=SEAL, actor=journey.karongi, now=NOW)
    with pytest.raises(NotAllowed), transaction(session):
        save(session, visit, one, IDENTITY, version=1, seal=SEAL, actor=journey.karongi, now=NOW)
    with pytest.raises(NotAllowed), transaction(session):
        forget(session, visit, one, actor=journey.karongi, now=NOW)


def test_each_look_is_noted_once_a_day_and_shown_to_the_traveller(
    session: Session, world: World, journey: Journey
) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    one = visit.all_travellers[0]
    for actor in (journey.staff, journey.staff, journey.gamma):
        read(session, visit, one, seal=SEAL, actor=actor, now=NOW)
    looked = session.scalars(sa.select(Event).where(col(Event.verb) == "traveller.looked_at")).all()
    assert [(event.person_name, event.subject_id) for event in looked] == [("Programme officer", one.id)]
    shown = looks_at_person(session, number(world.gamma_coordinator))
    assert [(look.person_name, look.verb) for look in shown] == [("Programme officer", "traveller.looked_at")]


def test_a_save_over_somebody_elses_is_refused(session: Session, journey: Journey) -> None:
    assert keep(session, journey) == 1
    with pytest.raises(IdentityChanged):
        keep(session, journey)
    assert keep(session, journey, version=1) == 2


def test_a_date_of_birth_lies_in_the_past(session: Session, journey: Journey) -> None:
    visit = read_visit(session, journey)
    unborn = replace(IDENTITY, born_on=NOW.date())
    with pytest.raises(BornInFuture), transaction(session):
        save(session, visit, visit.all_travellers[0], unborn, version=0, seal=SEAL, actor=journey.gamma, now=NOW)


@pytest.mark.parametrize("keys", ["", "not-a-key", f"{KEY} not-a-key"])
def test_without_a_proper_key_nothing_is_taken_and_the_page_says_so(
    session: Session,
    world: World,
    journey: Journey,
    client: TestClient,
    app: FastAPI,
    sealing: Callable[[str], None],
    keys: str,
) -> None:
    sealing(keys)
    path = f"{journey.path}/travellers/{first_traveller(session, journey).id}/identity"
    session.rollback()
    sign_in(client, app, world.gamma_coordinator)
    assert "passport_number" not in get(client, path).html
    answer = client.post(path, data=FORM)
    assert answer.status_code == 422
    check(answer.text)
    session.rollback()
    assert session.scalars(sa.select(TravellerIdentity)).all() == []


def test_a_wrong_key_gives_a_clear_page(
    session: Session,
    world: World,
    journey: Journey,
    client: TestClient,
    app: FastAPI,
    sealing: Callable[[str], None],
) -> None:
    keep(session, journey)
    path = f"{journey.path}/travellers/{first_traveller(session, journey).id}/identity"
    session.rollback()
    sealing(OTHER_KEY)
    sign_in(client, app, world.vvsg_staff)
    page = get(client, path)
    assert 'name="passport_number"' not in page.html
    assert "notice--danger" in page.html
    assert client.post(path, data=FORM | {"version": "1"}).status_code == 422
    sealing(f"{OTHER_KEY} {KEY}")
    assert get(client, path).status == 200


def test_keys_are_turned(session: Session, journey: Journey) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    one = visit.all_travellers[0]
    both, new = Seal([OTHER_KEY, KEY]), Seal([OTHER_KEY])
    stored = read(session, visit, one, seal=both, actor=journey.gamma, now=NOW)
    assert stored is not None
    assert stored.identity == IDENTITY
    with pytest.raises(IdentityUnreadable):
        read(session, visit, one, seal=new, actor=journey.gamma, now=NOW)
    session.rollback()
    assert reseal(session, new) == (0, 1)
    assert reseal(session, both) == (1, 0)
    again = read(session, visit, one, seal=new, actor=journey.gamma, now=NOW)
    assert again == stored
    with pytest.raises(IdentityUnreadable):
        read(session, visit, one, seal=SEAL, actor=journey.gamma, now=NOW)


def test_data_of_one_traveller_put_in_the_place_of_another_are_not_theirs(session: Session, journey: Journey) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    first, second = visit.all_travellers[:2]
    with transaction(session):
        row = session.get_one(TravellerIdentity, first.id)
        session.add(TravellerIdentity(traveller_id=second.id, sealed=row.sealed, saved_at=NOW))
    with pytest.raises(IdentityUnreadable):
        read(session, visit, second, seal=SEAL, actor=journey.gamma, now=NOW)


def test_a_seal_says_nothing_of_its_keys() -> None:
    assert KEY not in repr(SEAL)
    assert Seal([new_key()]).is_ready
    for keys in ([], ["not-a-key"]):
        assert not Seal(keys).is_ready
        with pytest.raises(IdentityKeyMissing):
            Seal(keys).seal({})


def due(session: Session, day: date) -> int:
    session.rollback()
    return remove_due(session, NOW + (day - NOW.date()))


def removals(session: Session) -> list[tuple[str, object]]:
    rows = session.scalars(sa.select(Event).where(col(Event.verb) == "visit.identities_removed"))
    return [(row.person_name, row.details["count"]) for row in rows]


def test_data_go_sixty_days_after_the_visit_with_an_entry_in_the_log(session: Session, journey: Journey) -> None:
    keep(session, journey)
    assert [one.removed_on for one in kept(session)] == [date(2027, 8, 11)]
    assert due(session, date(2027, 8, 10)) == 0
    assert due(session, date(2027, 8, 11)) == 1
    assert due(session, date(2027, 8, 11)) == 0
    assert removals(session) == [("Tandem", 1)]
    assert known_of(session, read_visit(session, journey).id) == set()
    assert list(broken_entries(session)) == []


def test_data_go_sixty_days_after_a_cancellation(session: Session, journey: Journey) -> None:
    keep(session, journey)
    with transaction(session):
        agenda.cancel(session, journey.staff, journey.number, reason="Elections", now=NOW)
    assert due(session, NOW.date() + timedelta(days=59)) == 0
    assert due(session, NOW.date() + timedelta(days=60)) == 1


def test_data_go_sixty_days_after_a_traveller_fell_out(session: Session, journey: Journey) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    one = visit.all_travellers[0]
    with transaction(session):
        remove_traveller(session, journey.gamma, visit, one.id, version=one.version, now=NOW)
    gone = read_visit(session, journey)
    with pytest.raises(IdentityClosed), transaction(session):
        save(session, gone, gone.all_travellers[0], IDENTITY, version=1, seal=SEAL, actor=journey.gamma, now=NOW)
    assert due(session, NOW.date() + timedelta(days=59)) == 0
    assert due(session, NOW.date() + timedelta(days=60)) == 1


def test_nothing_is_taken_once_the_term_is_over(session: Session, journey: Journey) -> None:
    visit = read_visit(session, journey)
    late = NOW + (date(2027, 8, 11) - NOW.date())
    with pytest.raises(IdentityClosed), transaction(session):
        save(session, visit, visit.all_travellers[0], IDENTITY, version=0, seal=SEAL, actor=journey.gamma, now=late)


def test_data_go_with_the_person(session: Session, world: World, journey: Journey) -> None:
    keep(session, journey)
    with transaction(session):
        anonymise(session, number(world.gamma_coordinator), now=NOW)
    assert session.scalars(sa.select(TravellerIdentity)).all() == []


def test_what_is_removed_at_once_is_gone(session: Session, journey: Journey) -> None:
    keep(session, journey)
    visit = read_visit(session, journey)
    for found in (True, False):
        with transaction(session):
            assert forget(session, visit, visit.all_travellers[0], actor=journey.gamma, now=NOW) is found
    assert session.scalars(sa.select(Mail).where(col(Mail.text).contains(NUMBER))).all() == []


def test_the_data_can_still_be_read_after_the_visit_but_not_changed(
    session: Session,
    world: World,
    journey: Journey,
    client: TestClient,
    app: FastAPI,
    clock: StandingClock,
    sealing: Callable[[str], None],
) -> None:
    keep(session, journey)
    sealing(KEY)
    with transaction(session):
        agenda.cancel(session, journey.staff, journey.number, reason="Elections", now=NOW)
    path = f"{journey.path}/travellers/{first_traveller(session, journey).id}/identity"
    session.rollback()
    clock.now = NOW + timedelta(days=1)
    sign_in(client, app, world.gamma_coordinator)
    page = get(client, path)
    assert NUMBER in page.html
    assert 'name="passport_number"' not in page.html
    assert client.post(path, data=FORM | {"version": "1"}).status_code == 422


def test_the_commands_make_a_key_and_seal_anew(
    session: Session, journey: Journey, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(session, journey)
    made = CliRunner().invoke(cli, ["key"])
    assert Seal([made.stdout.strip()]).is_ready
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TANDEM_DATA_KEY", OTHER_KEY)
    assert CliRunner().invoke(cli, ["reseal"]).exit_code == 1
    monkeypatch.setenv("TANDEM_DATA_KEY", f"{OTHER_KEY} {KEY}")
    done = CliRunner().invoke(cli, ["reseal"])
    assert (done.exit_code, done.stdout) == (0, "Sealed with the first key: 1.\n")
    monkeypatch.setenv("TANDEM_DATA_KEY", OTHER_KEY)
    assert CliRunner().invoke(cli, ["reseal"]).exit_code == 0
