"""All receipts of a year in one ZIP: opened by Python, checked by sha256sum, read by who may and by nobody else."""

import csv
import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col
from starlette.testclient import TestClient

from app.domain.codes import Category, Currency, Side
from app.models import Event, StoredFile
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts
from app.services import budget, claim_retention
from app.services.budget import Spending
from tests import pages
from tests.factories import NOW
from tests.integration.budget_kit import open_halves
from tests.integration.claim_kit import TRAIN, actor, approve, half, read, sent, started, submit, without_receipts
from tests.integration.receipt_kit import laid
from tests.personas import World, sign_in
from tests.sample_files import pdf, photo

PHOTO = photo()
ADDRESS = "/partnerships/gamma-karongi/budget/receipts-{}.zip"
HOSTILE = "=HYPERLINK(1)..\u202e%2e%2e évil"
New = Callable[[], TestClient]


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    without_receipts(session, world.programme)
    return world


def paid(
    session: Session, world: World, by: SQLModel, side: Side, files: dict[str, bytes], **line: object
) -> ClaimFacts:
    """Let a claim with receipts be approved."""
    claimant = actor(session, by)
    claim = started(session, claimant, half(session, world.partnership, side), replace(TRAIN, **line))  # type: ignore[arg-type]
    for name, content in files.items():
        laid(session, claim, claimant, name, content)
    waiting = submit(session, read(session, claim.id), claimant, now=NOW + timedelta(days=60))
    approve(session, waiting, actor(session, world.vvsg_staff), now=NOW + timedelta(days=60))
    return read(session, claim.id)


def both_sides(session: Session, world: World) -> tuple[ClaimFacts, ClaimFacts]:
    hostile = {f"{HOSTILE}.jpg": PHOTO, "ticket.pdf": pdf()}
    francs = {"description": "=1+1", "currency": Currency.XOF, "amount_minor": 65_596}
    return (
        paid(session, world, world.gamma_coordinator, Side.FLEMISH, {"Trein.pdf": pdf("train")}),
        paid(session, world, world.karongi_participant, Side.PARTNER, hostile, **francs),
    )


def taken(client: TestClient, year: int = 2026) -> zipfile.ZipFile:
    answer = client.get(f"{ADDRESS.format(year)}?lang=en")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert f"gamma-karongi-receipts-{year}.zip" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def rows(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))


def test_an_auditor_takes_all_and_checks_the_hashes(
    client: TestClient, app: FastAPI, session: Session, world: World, tmp_path: Path
) -> None:
    flemish, partner = both_sides(session, world)
    archive = taken(sign_in(client, app, world.auditor))
    files = [name for name in archive.namelist() if "/" in name]
    assert [one.lines[0].entry_id is None for one in (flemish, partner)] == [False, False]
    assert files == [
        "flemish/entry-0002_claim-0001_01_Trein.pdf",
        "partner/entry-0002_claim-0002_01_HYPERLINK-1-..-2e-2e-vil.jpg",
        "partner/entry-0002_claim-0002_02_ticket.pdf",
    ]
    assert sorted(hashlib.sha256(archive.read(name)).hexdigest() for name in files) == sorted(
        hashlib.sha256(content).hexdigest() for content in (PHOTO, pdf(), pdf("train"))
    )
    archive.extractall(tmp_path)
    checked = subprocess.run(
        [str(shutil.which("sha256sum")), "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == 3
    (tmp_path / files[0]).write_bytes(b"changed")
    again = subprocess.run(
        [str(shutil.which("sha256sum")), "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert again.returncode == 1


def test_the_index_can_be_computed_with_and_holds_no_formula(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    both_sides(session, world)
    first, second, third = rows(taken(sign_in(client, app, world.vvsg_staff)))
    assert (first["Entry"], first["Day"], first["Local government"], first["Claim number"]) == (
        "2",
        "2026-11-20",
        "Gamma",
        "1",
    )
    assert (first["Entered in EUR"], first["Rate"], first["Amount in EUR"]) == ("42.50", "", "42.50")
    assert (second["Entered in XOF"], second["Rate"], second["Amount in EUR"]) == ("65596", "655.957", "100.00")
    assert second["Description"] == "'=1+1"
    assert second["Name as it was sent"].startswith("'=HYPERLINK")
    assert (second["SHA-256"], third["SHA-256"]) == tuple(
        hashlib.sha256(content).hexdigest() for content in (PHOTO, pdf())
    )
    assert second["Category"] == "Travel"
    cells = [cell for row in (first, second, third) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_page_opens_from_a_folder(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    both_sides(session, world)
    archive = taken(sign_in(client, app, world.vvsg_staff))
    html = archive.read("index.html").decode()
    pages.check(html)
    links = re.findall(r'(?:href|src)="([^"]+)"', html)
    assert set(links) - {"index.css"} == {name for name in archive.namelist() if "/" in name}
    assert not re.search(r"https?://|<script|<style|url_for", html)
    assert "sha256sum -c SHA256SUMS" in html


def test_coordinators_take_their_own_side_and_others_nothing(
    new_client: New, app: FastAPI, session: Session, world: World
) -> None:
    both_sides(session, world)
    own = {"karongi_coordinator": {"partner"}, "gamma_coordinator": {"flemish"}}
    for person in ("vvsg_staff", "auditor", "ralga_staff", "karongi_coordinator", "gamma_coordinator"):
        archive = taken(sign_in(new_client(), app, getattr(world, person)))
        sides = {name.partition("/")[0] for name in archive.namelist() if "/" in name}
        assert sides == own.get(person, {"flemish", "partner"}), person
        assert len(rows(archive)) == sum({"flemish": 1, "partner": 2}[side] for side in sides)
    for person in ("karongi_participant", "ancb_staff", "nikki_coordinator", "outsider"):
        assert sign_in(new_client(), app, getattr(world, person)).get(ADDRESS.format(2026)).status_code == 404
    assert new_client().get(ADDRESS.format(2026)).status_code == 303
    session.rollback()
    noted = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "receipts.exported")).all()
    assert [one["count"] for one in noted] == [3, 3, 3, 2, 1]


def test_only_what_was_paid_in_the_year_is_in_it(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    by = actor(session, world.karongi_participant)
    waiting = sent(session, by, half(session, world.partnership, Side.PARTNER))
    assert waiting.state == "submitted"
    paid(session, world, world.karongi_participant, Side.PARTNER, {"Bus.jpg": PHOTO}, spent_on=date(2026, 12, 31))
    paid(session, world, world.karongi_participant, Side.PARTNER, {"Late.pdf": pdf()}, spent_on=date(2027, 1, 1))
    staff = sign_in(client, app, world.vvsg_staff)
    assert [row["Name as it was sent"] for row in rows(taken(staff))] == ["Bus.jpg"]
    assert [row["Name as it was sent"] for row in rows(taken(staff, 2027))] == ["Late.pdf"]
    empty = taken(staff, 2030)
    assert rows(empty) == []
    assert empty.read("SHA256SUMS") == b""
    assert "No payment of an approved claim" in empty.read("index.html").decode()
    for wrong in ("1999", "2101", "20x6", "202６"):
        assert staff.get(ADDRESS.format(wrong)).status_code == 404


def test_a_corrected_entry_is_marked_and_its_file_is_there_once(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    claim = paid(session, world, world.karongi_participant, Side.PARTNER, {"Bus.jpg": PHOTO})
    staff = actor(session, world.vvsg_staff)
    wrong = claim.lines[0].entry_id or 0
    new = Spending(claim.allotment_id, 4_000, Currency.EUR, Category.TRAVEL, TRAIN.spent_on, "Train, corrected")
    with transaction(session):
        where = {"day": NOW.date(), "reason": "Typed wrongly"}
        budget.correct(session, claim.allotment_id, wrong, **where, actor=staff, now=NOW)  # type: ignore[arg-type]
        budget.pay(session, replace(new, replaces_id=wrong, reason="Typed wrongly"), actor=staff, now=NOW)
    archive = taken(sign_in(client, app, world.vvsg_staff))
    found = rows(archive)
    assert [(row["Entry"], row["Kind"], row["Corrected by entry"], row["Replaced by entry"]) for row in found] == [
        ("2", "Payment", "3", "4"),
        ("3", "Correction", "", ""),
        ("4", "Payment", "", ""),
    ]
    assert len({row["File"] for row in found}) == 1
    assert len([name for name in archive.namelist() if "/" in name]) == 1
    assert "Corrected by entry 3." in archive.read("index.html").decode()


def test_what_has_no_file_any_more_keeps_its_hash(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    paid(session, world, world.karongi_participant, Side.PARTNER, {"Bus.jpg": PHOTO})
    paid(session, world, world.karongi_participant, Side.PARTNER, {})
    claim_retention.remove_files_due(session, NOW.replace(year=2060))
    archive = taken(sign_in(client, app, world.vvsg_staff))
    assert [name for name in archive.namelist() if "/" in name] == []
    gone, none = rows(archive)
    assert (gone["SHA-256"], gone["File"]) == (hashlib.sha256(PHOTO).hexdigest(), "")
    assert "it was removed" in gone["Remark"]
    assert none["Remark"] == "No receipt."
    session.rollback()
    assert session.scalars(sa.select(col(StoredFile.content))).all() == [b""]
