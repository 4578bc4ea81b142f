"""Run the measurements and print them.

``python -m benchmarks [--only pages|board|pairing|moments|ledger] [--seconds 3] [--workers 1 2] [--url postgresql://…]``
"""

import argparse
import asyncio
import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Role
from app.models import Candidacy, CandidacyMember, Membership, Person, WebSession
from app.models.database import create_engine, transaction
from app.queries.people import secret_hash
from benchmarks.board import measure_board
from benchmarks.client import CONNECTIONS, Measured, fetch, load, request
from benchmarks.ledger import measure_ledger
from benchmarks.moments import measure_moments
from benchmarks.pages import READS, SAVE, Read, section_body
from benchmarks.pairing import measure_pairing
from benchmarks.servers import Server, running

WRITERS = tuple(f"writer-{number}" for number in range(CONNECTIONS))
COOKIES = {name: f"benchmark-secret-of-{name}" for name in ("staff", "member", *WRITERS)}


def main() -> None:
    """Measure on one and two workers, each page beside its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--url", default="", help="an empty database; by default a new SQLite file")
    parser.add_argument("--only", choices=("pages", "board", "pairing", "moments", "ledger"))
    given = parser.parse_args()
    if given.only in (None, "pairing"):
        measure_pairing()
    if given.only in (None, "moments"):
        measure_moments()
    if given.only in (None, "ledger"):
        measure_ledger(load_demo, "benchmark-secret-of-ledger")
    if given.only in ("pairing", "moments", "ledger"):
        return
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'bench.db'}"
        references = prepare(url)
        engine = "PostgreSQL" if given.url else "SQLite"
        print(f"{os.cpu_count()} processors; {engine}; the client runs beside the servers")
        for workers in given.workers if given.only != "board" else ():
            measure(url, references, workers=workers, seconds=given.seconds)
        if given.only != "pages":
            measure_board(url, COOKIES["staff"])


def load_demo(url: str, *more: str) -> None:
    """Fill a database with the demo."""
    environment = {**os.environ, "TANDEM_DEMO": "true", "TANDEM_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "app.cli", "demo", *more], env=environment, check=True)


def prepare(url: str) -> list[str]:
    """Fill a database with the demo at Flemish scale; open sessions for its people; give the drafts' references."""
    load_demo(url, "--scale", "flanders")
    engine = create_engine(url)
    with Session(engine) as session, transaction(session):
        session.execute(sa.text("CREATE TABLE benchmark_row (saved_at TEXT, answers TEXT)"))
        drafts = _drafts(session)
        people = {"staff": _with_role(session, Role.STAFF), "member": _with_role(session, Role.COORDINATOR)}
        people |= {name: person_id for name, (_, person_id) in zip(WRITERS, drafts, strict=True)}
        now = datetime.now(UTC)
        for name, person_id in people.items():
            session.add(
                WebSession(
                    secret_hash=secret_hash(COOKIES[name]),
                    person_id=person_id,
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
    engine.dispose()
    return [reference for reference, _ in drafts]


def _drafts(session: Session) -> list[tuple[str, int]]:
    """Give the references of drafts with their writers, one for each connection."""
    query = (
        sa.select(col(Candidacy.reference), col(CandidacyMember.person_id))
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .where(col(Candidacy.state) == CandidacyState.DRAFT)
        .order_by(col(Candidacy.id))
        .limit(CONNECTIONS)
    )
    return [(reference, person_id) for reference, person_id in session.execute(query)]


def _with_role(session: Session, role: Role) -> int:
    query = (
        sa.select(Person.id)  # type: ignore[call-overload]
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.role) == role)
        .order_by(col(Membership.id))
    )
    return int(session.execute(query).scalars().first() or 0)


def measure(url: str, references: Sequence[str], *, workers: int, seconds: float) -> None:
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
        _save(tandem, limit, references, seconds=seconds)
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


def _save(tandem: Server, limit: Server, references: Sequence[str], *, seconds: float) -> None:
    """Save a section as the page does while somebody types: each connection writes its own draft."""
    versions = [_stored_version(tandem, number, reference) for number, reference in enumerate(references)]
    counts = [0] * len(references)

    def next_save(number: int) -> bytes:
        counts[number] += 1
        path = SAVE.path.format(reference=references[number])
        body = section_body(counts[number], versions[number], f"benchmark-{tandem.port}-{number}")
        return request(path, headers=_save_headers(tandem, number), body=body)

    def learn(number: int, head: bytes) -> None:
        found = re.search(rb"saved-version: (\d+)", head, re.IGNORECASE)
        versions[number] = int(found.group(1)) if found else versions[number]

    first = load(tandem.port, next_save, expect=SAVE.expect, seconds=seconds, learn=learn)
    insert = request("/insert", body=b"x=1")
    bound = load(limit.port, lambda _: insert, expect=(303,), seconds=seconds)
    _row(SAVE.name, first, bound, note="insert and commit")


def _save_headers(tandem: Server, number: int) -> list[tuple[str, str]]:
    own = [("Cookie", f"tandem={COOKIES[f'writer-{number}']}"), ("Origin", f"http://127.0.0.1:{tandem.port}")]
    return [*own, ("Sec-Fetch-Site", "same-origin"), *SAVE.headers]


def _stored_version(tandem: Server, number: int, reference: str) -> int:
    message = request(SAVE.path.format(reference=reference), headers=_save_headers(tandem, number))
    _status, _head, body = asyncio.run(fetch(tandem.port, message))
    found = re.search(rb'name="version" value="(\d+)"', body)
    return int(found.group(1)) if found else 0


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
