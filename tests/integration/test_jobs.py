"""Regular jobs: claimed in the database, each once per period, and one that fails stops no other."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import NoReturn

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from app.cli import cli
from app.main import create_app
from app.models import JobRun, Person
from app.models.database import create_engine, transaction
from app.services import jobs
from app.services.jobs import LEASE, RETRY_AFTER, Job, last_runs, run_due, run_jobs, run_now
from app.settings import Settings
from tests import factories
from tests.clients import NOW, StandingClock

HOUR = timedelta(hours=1)
BASE = "https://tandem.example.org"


def add_person(session: Session, _now: datetime) -> int:
    """Do something that can be counted."""
    with transaction(session):
        factories.person(session)
    return 1


def fail(_session: Session, _now: datetime) -> NoReturn:
    msg = "the disk is full"
    raise RuntimeError(msg)


HOURLY = Job("people.add", HOUR, add_person)
BROKEN = Job("broken", HOUR, fail)


def people(engine: sa.Engine) -> int:
    with Session(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def row(engine: sa.Engine, name: str) -> JobRun | None:
    with Session(engine) as session:
        return session.get(JobRun, name)


def due(engine: sa.Engine, clock: StandingClock, *some: Job) -> dict[str, int]:
    return run_due(engine, some, clock=clock, base_url=BASE)


def test_a_job_runs_once_per_period(both_engines: sa.Engine, clock: StandingClock) -> None:
    assert due(both_engines, clock, HOURLY) == {"people.add": 1}
    clock.now += HOUR - timedelta(seconds=1)
    assert due(both_engines, clock, HOURLY) == {}
    clock.now += timedelta(seconds=1)
    assert due(both_engines, clock, HOURLY) == {"people.add": 1}
    assert people(both_engines) == 2
    kept = row(both_engines, "people.add")
    assert kept is not None
    assert (kept.started_at, kept.due_at, kept.last_count) == (clock.now, clock.now + HOUR, 1)


def test_nothing_is_written_while_nothing_is_due(engine: sa.Engine, clock: StandingClock) -> None:
    due(engine, clock, HOURLY)
    written: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *seen: written.append(seen[2]))
    due(engine, clock, HOURLY)
    assert [statement.split()[0] for statement in written] == ["SELECT"]


def test_a_job_that_fails_is_tried_again_and_stops_no_other(both_engines: sa.Engine, clock: StandingClock) -> None:
    assert due(both_engines, clock, BROKEN, HOURLY) == {"people.add": 1}
    kept = row(both_engines, "broken")
    assert kept is not None
    assert (kept.finished_at, kept.last_error) == (None, "RuntimeError: the disk is full")
    assert due(both_engines, clock, BROKEN) == {}

    clock.now += RETRY_AFTER
    mended = Job("broken", HOUR, add_person)
    assert due(both_engines, clock, mended) == {"broken": 1}
    kept = row(both_engines, "broken")
    assert kept is not None
    assert (kept.finished_at, kept.last_error, kept.due_at) == (clock.now, "", clock.now + HOUR)


def test_what_a_job_did_before_it_failed_is_kept(engine: sa.Engine, clock: StandingClock) -> None:
    def half(session: Session, now: datetime) -> int:
        add_person(session, now)
        with transaction(session):
            factories.person(session)
            return fail(session, now)

    due(engine, clock, Job("half", HOUR, half))
    assert people(engine) == 1


def test_the_claim_of_a_process_that_died_ends(both_engines: sa.Engine, clock: StandingClock) -> None:
    with Session(both_engines) as session, transaction(session):
        session.add(JobRun(name="people.add", due_at=NOW + LEASE, started_at=NOW))
    assert due(both_engines, clock, HOURLY) == {}
    clock.now += LEASE
    assert due(both_engines, clock, HOURLY) == {"people.add": 1}


def test_of_many_threads_one_runs_the_job(database_url: str, clock: StandingClock) -> None:
    engine = create_engine(database_url, pool_size=16)
    start = Barrier(8)

    def race(_number: int) -> dict[str, int]:
        start.wait(timeout=30)
        return due(engine, clock, HOURLY)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(race, range(8)))
    assert sorted(outcomes, key=len) == [{}] * 7 + [{"people.add": 1}]
    assert people(engine) == 1
    engine.dispose()


RACE = """
import json, sys
from tests.clients import StandingClock
from tests.integration.test_jobs import HOURLY, due
from app.models.database import create_engine
sys.stdin.readline()
sys.stdout.write(json.dumps(due(create_engine(sys.argv[1]), StandingClock(), HOURLY)))
"""


def test_of_several_processes_one_runs_the_job(database_url: str) -> None:
    command = [sys.executable, "-c", RACE, database_url]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outcomes = [json.loads(racer.communicate("go\n", timeout=60)[0].splitlines()[-1]) for racer in racers]
    assert sorted(outcomes, key=len) == [{}, {}, {"people.add": 1}]


def test_a_job_knows_the_address_of_tandem(engine: sa.Engine, clock: StandingClock) -> None:
    seen: list[object] = []

    def look(session: Session, now: datetime) -> int:
        seen.extend([session.info["base_url"], now])
        return 0

    due(engine, clock, Job("look", HOUR, look))
    assert seen == [BASE, NOW]


def test_the_loop_outlives_a_database_that_fails_and_ends_when_told(tmp_path: object, clock: StandingClock) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/no/folder.db")
    stop = Event()
    engine_asked = Event()
    sa.event.listen(engine, "do_connect", lambda *_: engine_asked.set())
    with capture_logs() as logs, ThreadPoolExecutor(1) as pool:
        loop = pool.submit(run_jobs, engine, [HOURLY], clock=clock, base_url=BASE, stop=stop)
        assert engine_asked.wait(timeout=10)
        stop.set()
        loop.result(timeout=10)
    assert [entry["event"] for entry in logs] == ["jobs"]


def test_nothing_starts_once_it_is_told_to_stop(engine: sa.Engine, clock: StandingClock) -> None:
    stop = Event()
    stop.set()
    assert run_due(engine, [HOURLY], clock=clock, base_url=BASE, stop=stop) == {}


def test_by_hand_a_job_runs_though_it_is_not_due(both_engines: sa.Engine, clock: StandingClock) -> None:
    due(both_engines, clock, HOURLY)
    with Session(both_engines, info={"base_url": BASE}) as session:
        assert run_now(session, HOURLY, clock=clock) == 1
        with pytest.raises(RuntimeError):
            run_now(session, BROKEN, clock=clock)
        unknown = Job("unknown", HOUR, add_person)
        found = [(job.name, run.last_error if run else None) for job, run in last_runs(session, [BROKEN, unknown])]
    assert found == [("broken", "RuntimeError: the disk is full"), ("unknown", None)]


def test_the_web_process_runs_the_jobs(
    sqlite_url: str, engine: sa.Engine, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = Event()

    def look(_session: Session, _now: datetime) -> int:
        ran.set()
        return 0

    monkeypatch.setattr("app.main.JOBS", (Job("look", HOUR, look),))
    with TestClient(create_app(Settings(database_url=sqlite_url), at=clock)):
        assert ran.wait(timeout=10)
    assert row(engine, "look") is not None


def tandem(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_the_command_lists_the_jobs_and_runs_one(
    sqlite_url: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    monkeypatch.setattr(jobs, "JOBS", (HOURLY, BROKEN))
    with Session(engine) as session, transaction(session):
        session.add(JobRun(name="broken", due_at=NOW, started_at=NOW, last_error="RuntimeError: x"))
    listed = tandem("jobs").stdout.splitlines()
    assert listed == [
        "people.add: did not run yet",
        "broken: never finished; due 2026-11-22 09:00 UTC; failed since: RuntimeError: x",
    ]
    assert tandem("jobs", "--now", "people.add").stdout == "people.add: 1\n"
    assert "last run" in tandem("jobs").stdout
    refused = tandem("jobs", "--now", "x")
    assert (refused.exit_code, refused.stderr) == (1, "there is no job 'x': 'tandem jobs' lists them\n")
    assert people(engine) == 1
