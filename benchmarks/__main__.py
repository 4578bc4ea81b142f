"""Run the measurements and print them: ``python -m benchmarks [--seconds 3] [--workers 1 2] [--url postgresql://…]``."""

import argparse
import asyncio
import gzip
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Role
from app.models import Candidacy, CandidacyMember, Membership, Person, WebSession
from app.models.database import create_engine, transaction
from app.queries.people import secret_hash
from benchmarks.client import Measured, fetch, load, request
from benchmarks.pages import READS, SAVE, Read, section_body
from benchmarks.servers import Server, running

COOKIES = {
    "staff": "benchmark-secret-of-staff",
    "member": "benchmark-secret-of-member",
    "candidate": "benchmark-secret-c",
}


def main() -> None:
    """Measure on one and two workers, each page beside its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--url", default="", help="an empty database; by default a new SQLite file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'bench.db'}"
        reference = prepare(url)
        print(
            f"{os.cpu_count()} processors; {'PostgreSQL' if given.url else 'SQLite'}; the client runs beside the servers"
        )
        for workers in given.workers:
            measure(url, reference, workers=workers, seconds=given.seconds)


def prepare(url: str) -> str:
    """Fill a database with the demo at Flemish scale; open sessions for its people; give a draft's reference."""
    environment = {**os.environ, "TANDEM_DEMO": "true", "TANDEM_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "app.cli", "demo", "--scale", "flanders"], env=environment, check=True)
    engine = create_engine(url)
    with Session(engine) as session, transaction(session):
        session.execute(sa.text("CREATE TABLE benchmark_row (saved_at TEXT, answers TEXT)"))
        reference, candidate = _draft(session)
        people = {"staff": _with_role(session, Role.STAFF), "member": _with_role(session, Role.COORDINATOR)}
        now = datetime.now(UTC)
        for name, person_id in {**people, "candidate": candidate}.items():
            session.add(
                WebSession(
                    secret_hash=secret_hash(COOKIES[name]),
                    person_id=person_id,
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
    engine.dispose()
    return reference


def _draft(session: Session) -> tuple[str, int]:
    query = (
        sa.select(col(Candidacy.reference), col(CandidacyMember.person_id))
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .where(col(Candidacy.state) == CandidacyState.DRAFT)
        .order_by(col(Candidacy.id))
    )
    reference, person_id = session.execute(query).tuples().first() or ("", 0)
    return reference, person_id


def _with_role(session: Session, role: Role) -> int:
    query = (
        sa.select(Person.id)  # type: ignore[call-overload]
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.role) == role)
        .order_by(col(Membership.id))
    )
    return int(session.execute(query).scalars().first() or 0)


def measure(url: str, reference: str, *, workers: int, seconds: float) -> None:
    """Measure every page and the save with so many workers, the limit in the same run."""
    print(f"\n{workers} worker(s)")
    with (
        running("app.main:application", url=url, workers=workers) as tandem,
        running("benchmarks.limits:application", url=url, workers=workers) as limit,
    ):
        figures = f"{'p50 ms':>9}{'p99 ms':>9}"
        print(f"{'page':34}{'req/s':>8}{figures}   {'limit':>8}{figures}{'ratio':>8}  bytes")
        for read in READS:
            _read(tandem, limit, read, seconds=seconds)
        _save(tandem, limit, reference, seconds=seconds)
        memory = ", ".join(f"{size:.0f}" for size in tandem.worker_megabytes())
        print(f"start until the first answer: {tandem.start_seconds:.2f} s; memory per worker: {memory} MB")
        if workers == 1:
            _first_visit(tandem)


def _headers(read: Read) -> list[tuple[str, str]]:
    found = [("Accept-Language", "nl")]
    if read.cookie:
        found.append(("Cookie", f"tandem={COOKIES[read.cookie]}"))
    return found


def _read(tandem: Server, limit: Server, read: Read, *, seconds: float) -> None:
    message = request(read.path, headers=_headers(read))
    status, _head, body = asyncio.run(fetch(tandem.port, message))
    if status != 200:
        print(f"{read.name:34} answered {status}")
        return
    stored = request(f"/stored/{len(body)}")
    first = load(tandem.port, lambda _: message, expect=(200,), seconds=seconds)
    bound = load(limit.port, lambda _: stored, expect=(200,), seconds=seconds)
    _row(read.name, first, bound, note=f"{len(body)}")


def _save(tandem: Server, limit: Server, reference: str, *, seconds: float) -> None:
    headers = [("Cookie", f"tandem={COOKIES['candidate']}"), ("Origin", f"http://127.0.0.1:{tandem.port}")]
    headers += [("Sec-Fetch-Site", "same-origin"), *SAVE.headers]
    path = SAVE.path.format(reference=reference)
    first = load(
        tandem.port,
        lambda number: request(path, headers=headers, body=section_body(number)),
        expect=SAVE.expect,
        seconds=seconds,
    )
    insert = request("/insert", body=b"x=1")
    bound = load(limit.port, lambda _: insert, expect=(303,), seconds=seconds)
    _row(SAVE.name, first, bound, note="insert and commit")


def _row(name: str, first: Measured, bound: Measured, *, note: str) -> None:
    faults = f"  {first.wrong} WRONG ANSWERS" if first.wrong or bound.wrong else ""
    ratio = first.per_second / bound.per_second
    print(f"{name:34}{_figures(first)}   {_figures(bound)}{ratio:8.2f}  {note}{faults}")


def _figures(found: Measured) -> str:
    return f"{found.per_second:8.0f}{found.p50_ms:9.1f}{found.p99_ms:9.1f}"


def _first_visit(tandem: Server) -> None:
    """Print what the first visit of the start page costs over the wire."""
    compressed = [("Accept-Encoding", "gzip"), ("Accept-Language", "nl")]
    _status, head, body = asyncio.run(fetch(tandem.port, request("/", headers=compressed)))
    html = gzip.decompress(body).decode()
    parts = [len(head) + len(body)]
    for piece in ("tandem.", "favicon."):
        for name in sorted({part.split('"')[0] for part in html.split("/static/")[1:] if part.startswith(piece)}):
            _, part_head, part_body = asyncio.run(fetch(tandem.port, request(f"/static/{name}", headers=compressed)))
            parts.append(len(part_head) + len(part_body))
    print(
        f"first visit of /: {len(parts)} requests, {sum(parts)} bytes over the wire, HTML {len(body)} bytes compressed"
    )


if __name__ == "__main__":
    main()
