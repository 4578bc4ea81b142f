"""People who mean no good, at claims, receipts and the ledger: who sees a draft, and what a hand-made form does."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.claims import NewLine
from app.domain.codes import Category, ClaimState, Currency, SessionStatus, Side
from app.models import Claim, LedgerEntry, Mail, Person, Receipt
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts
from tests import factories, pages, sample_files
from tests.factories import NOW, number
from tests.integration.budget_kit import open_halves
from tests.integration.claim_kit import DAY, PATH, actor, half, read, sent, started, without_receipts
from tests.integration.receipt_kit import kept, laid, sending
from tests.integration.test_hostile_agenda import dismiss
from tests.personas import World, sign_in

MARK = "planted"
BUDGET = "/partnerships/gamma-karongi/budget"
CLAIM = f"{PATH}/1"
LINE = {
    "category": "travel",
    "description": "Train",
    "spent_on": "2026-11-20",
    "amount": "10",
    "amount_currency": "EUR",
}
PAGES_OF_A_CLAIM = (
    CLAIM,
    f"{CLAIM}/heading",
    f"{CLAIM}/withdrawal",
    f"{CLAIM}/lines/new",
    f"{CLAIM}/lines/1",
    f"{CLAIM}/lines/1/receipts",
    f"{CLAIM}/receipts/1",
    f"{CLAIM}/receipts/1/thumbnail",
    f"{CLAIM}/receipts/1/removal",
)
OTHER_PAGES = (
    *("/my", "/my/tasks", "/account/data.json", "/partnerships/gamma-karongi", "/staff", "/staff/claims"),
    *("/staff/budget", "/staff/checks", "/staff/people", PATH, f"{PATH}?state=draft", BUDGET, f"{BUDGET}/plan"),
    *(f"{BUDGET}.csv", f"{BUDGET}.journal", f"{BUDGET}.beancount", f"{BUDGET}/receipts-2026.zip"),
)
Visit = Callable[[Person], TestClient]


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    without_receipts(session, world.programme)
    return world


@pytest.fixture
def visit(app: FastAPI, new_client: Callable[[], TestClient]) -> Visit:
    return lambda person: sign_in(new_client(), app, person)


def drafted(session: Session, world: World) -> ClaimFacts:
    """Start a claim whose title, line and file are marked; its money goes to somebody else."""
    mine = actor(session, world.karongi_participant)
    line = NewLine(Category.TRAVEL, f"{MARK} line", DAY, Currency.EUR, 4_250)
    beneficiary = number(world.karongi_coordinator)
    claim = started(session, mine, half(session, world.partnership, Side.PARTNER), line, beneficiary_id=beneficiary)
    with transaction(session):
        session.execute(sa.update(Claim).values(title=f"{MARK} title"))
    laid(session, claim, mine, f"{MARK}.png", sample_files.picture("PNG"))
    return read(session, claim.id)


def submitted(session: Session, world: World) -> ClaimFacts:
    """Send a claim of a participant of the partner's side."""
    return sent(session, actor(session, world.karongi_participant), half(session, world.partnership, Side.PARTNER))


def post(client: TestClient, path: str, **data: Any) -> Any:  # noqa: ANN401 - the answer of a test client
    """Send a form from a page of its own."""
    return client.post(path, data={"form_key": f"page-{next(factories.NUMBERS):08}", **data})


def test_a_draft_is_seen_by_nobody_else(session: Session, world: World, visit: Visit, client: TestClient) -> None:
    drafted(session, world)
    others = ("karongi_coordinator", "gamma_coordinator", "vvsg_staff", "ralga_staff", "auditor", "nikki_coordinator")
    for browser in (client, *(visit(getattr(world, name)) for name in others)):
        for path in PAGES_OF_A_CLAIM:
            assert browser.get(path).status_code in (303, 404), path
        for path in OTHER_PAGES:
            assert MARK not in browser.get(path).text, path
    assert MARK in visit(world.karongi_participant).get("/account/data.json").text
    session.rollback()
    assert not [one for one in session.scalars(sa.select(Mail)) if MARK in one.subject + one.text + one.html]


def test_who_gets_the_money_takes_the_claim_along_once_it_was_sent(
    session: Session, world: World, visit: Visit
) -> None:
    claim = drafted(session, world)
    answer = post(visit(world.karongi_participant), f"{CLAIM}/submission", version=str(claim.version))
    assert answer.status_code == 303
    assert f"{MARK} title" in visit(world.karongi_coordinator).get("/account/data.json").text


def test_a_session_that_was_not_announced_is_named_to_nobody_who_books(
    session: Session, world: World, visit: Visit
) -> None:
    with transaction(session):
        row = factories.agenda_session(
            session, world.programme, of_partnership=world.partnership, status=SessionStatus.DRAFT, title=MARK
        )
    of = str(row.id)
    spending = LINE | {"kind": "commitment", "day": "2026-11-20", "session": of}
    plan = {"year": "2026", "side": "flemish", "category": "travel", "amount": "10", "session": of}
    for person in (world.karongi_participant, world.karongi_coordinator, world.gamma_coordinator):
        browser = visit(person)
        for path in (f"{PATH}/new", f"{BUDGET}/new", f"{BUDGET}/plan/new"):
            assert MARK not in browser.get(path).text, path
        refused = post(browser, f"{PATH}/new", title="Mine", session=of)
        assert (refused.status_code, MARK in refused.text) == (422, False)
        assert post(browser, f"{BUDGET}/new", **spending).status_code in (403, 422)
        assert post(browser, f"{BUDGET}/plan/new", **plan).status_code in (403, 422)
    team = visit(world.vvsg_staff)
    assert MARK in team.get(f"{BUDGET}/new").text
    assert post(team, f"{BUDGET}/new", **spending).status_code == 303


def test_who_left_reads_the_own_claim_and_changes_nothing(session: Session, world: World, visit: Visit) -> None:
    claim = drafted(session, world)
    dismiss(session, world, world.karongi_participant)
    gone = visit(world.karongi_participant)
    pages.get(gone, CLAIM)
    line = f"{CLAIM}/lines/{claim.lines[0].id}"
    assert post(gone, f"{CLAIM}/lines/new", **LINE).status_code in (403, 404)
    assert post(gone, line, **LINE, stamp=claim.lines[0].stamp).status_code in (403, 404)
    assert post(gone, f"{CLAIM}/receipts/{claim.receipts[0].id}/removal").status_code == 403
    files = sending(("more.png", sample_files.picture("PNG")))
    assert gone.post(f"{line}/receipts", data={"form_key": "k" * 9}, files=files).status_code == 403
    assert post(gone, f"{CLAIM}/submission", version=str(claim.version)).status_code in (403, 404, 422)
    after = read(session, claim.id)
    assert (after.state, after.lines, after.receipts) == (ClaimState.DRAFT, claim.lines, claim.receipts)


def test_who_decided_for_the_other_side_and_left_sees_it_no_more(session: Session, world: World, visit: Visit) -> None:
    submitted(session, world)
    decided = {"state": ClaimState.APPROVED, "decided_by": number(world.gamma_coordinator), "decided_at": NOW}
    with transaction(session):
        session.execute(sa.update(Claim).values(decided))
    assert visit(world.gamma_coordinator).get(CLAIM).status_code == 200
    dismiss(session, world, world.gamma_coordinator)
    assert visit(world.gamma_coordinator).get(CLAIM).status_code == 404


def test_only_the_claimant_is_asked_whether_to_withdraw(session: Session, world: World, visit: Visit) -> None:
    submitted(session, world)
    pages.get(visit(world.karongi_participant), f"{CLAIM}/withdrawal")
    for person in (world.auditor, world.ralga_staff, world.vvsg_staff, world.karongi_coordinator):
        assert visit(person).get(f"{CLAIM}/withdrawal").status_code == 403


def test_a_receipt_is_reached_through_its_own_claim_only(session: Session, world: World, visit: Visit) -> None:
    claim = drafted(session, world)
    receipt = claim.receipts[0].id
    started(session, actor(session, world.karongi_coordinator), half(session, world.partnership, Side.PARTNER))
    boss = visit(world.karongi_coordinator)
    assert boss.get(f"{PATH}/2").status_code == 200
    for path in (f"{PATH}/2/receipts/{receipt}", f"{PATH}/2/lines/{claim.lines[0].id}/receipts"):
        assert boss.get(path).status_code == 404
    assert post(boss, f"{PATH}/2/receipts/{receipt}/removal").status_code == 404
    assert post(boss, f"{PATH}/2/lines/{claim.lines[0].id}", **LINE).status_code == 404
    assert len(kept(session)) == 1


def test_what_was_sent_is_changed_by_nobody(session: Session, world: World, visit: Visit) -> None:
    claim = drafted(session, world)
    mine = visit(world.karongi_participant)
    post(mine, f"{CLAIM}/submission", version=str(claim.version))
    before = read(session, claim.id)
    line, receipt = claim.lines[0].id, claim.receipts[0].id
    files = sending(("more.png", sample_files.picture("PNG")))
    answers = [
        post(mine, f"{CLAIM}/receipts/{receipt}/removal"),
        post(mine, f"{CLAIM}/lines/{line}/removal"),
        post(mine, f"{CLAIM}/lines/{line}", **LINE),
        post(mine, f"{CLAIM}/lines/new", **LINE),
        post(mine, f"{CLAIM}/heading", title="Other"),
        mine.post(f"{CLAIM}/lines/{line}/receipts", data={"form_key": "k" * 9}, files=files),
    ]
    assert {one.status_code for one in answers} <= {403, 404, 409, 422}
    assert read(session, claim.id) == before


@pytest.mark.parametrize(
    "amount", ["1e9", "-5", "NaN", "Infinity", "0", "0,001", "½", "²", "=1", "0x10", "1,2,3", "9" * 14, "9" * 39]
)
def test_what_is_no_amount_is_refused_and_given_back(session: Session, world: World, visit: Visit, amount: str) -> None:
    started(session, actor(session, world.karongi_coordinator), half(session, world.partnership, Side.PARTNER))
    refused = post(visit(world.karongi_coordinator), f"{CLAIM}/lines/new", **LINE | {"amount": amount})
    assert refused.status_code == 422
    assert f'value="{amount}"' in refused.text
    pages.check(refused.text)
    assert '<html lang="en"' in refused.text


@pytest.mark.parametrize("version", [None, "", "0", "-1", "1e3", "9" * 30, "2", "4"])
def test_an_approval_of_another_version_books_nothing(
    session: Session, world: World, visit: Visit, version: str | None
) -> None:
    claim = submitted(session, world)
    assert str(claim.version) != version
    before = session.execute(sa.select(sa.func.count()).select_from(LedgerEntry)).scalar_one()
    given = {} if version is None else {"version": version}
    assert post(visit(world.vvsg_staff), f"{CLAIM}/approval", **given).status_code == 422
    session.rollback()
    assert session.execute(sa.select(sa.func.count()).select_from(LedgerEntry)).scalar_one() == before
    assert read(session, claim.id).state is ClaimState.SUBMITTED


def test_a_form_of_another_site_approves_nothing(session: Session, world: World, visit: Visit) -> None:
    claim = submitted(session, world)
    team = visit(world.vvsg_staff)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = team.post(f"{CLAIM}/approval", data={"version": str(claim.version)}, headers=headers)
        assert answer.status_code == 403
    assert read(session, claim.id).state is ClaimState.SUBMITTED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.jpg", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("bomb.png", sample_files.bomb_png()),
        ("empty.png", b""),
        ("large.jpg", sample_files.jpeg() + b"x" * 11_000_000),
    ],
    ids=["html", "svg", "bomb", "empty", "large"],
)
def test_what_is_no_receipt_is_not_kept(
    session: Session, world: World, visit: Visit, name: str, content: bytes
) -> None:
    on = half(session, world.partnership, Side.PARTNER)
    claim = started(session, actor(session, world.karongi_coordinator), on)
    path = f"{CLAIM}/lines/{claim.lines[0].id}/receipts"
    answer = visit(world.karongi_coordinator).post(path, data={"form_key": "k" * 9}, files=sending((name, content)))
    assert (answer.status_code, name in answer.text) == (422, True)
    pages.check(answer.text)
    session.rollback()
    assert session.scalars(sa.select(Receipt)).all() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\windows\\a.png", "a.png"),
        ("bill\u202egnp.exe", "billgnp.exe.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("a\r\nSet-Cookie: x=1.png", None),
    ],
)
def test_the_name_of_a_receipt_does_nothing(
    session: Session, world: World, visit: Visit, name: str, shown: str | None
) -> None:
    by, on = actor(session, world.karongi_coordinator), half(session, world.partnership, Side.PARTNER)
    claim = started(session, by, on)
    laid(session, claim, by, name, sample_files.picture("PNG"))
    [(stored, _content)] = kept(session)
    assert shown in (None, stored)
    browser = visit(world.karongi_coordinator)
    page = pages.get(browser, CLAIM)
    assert "<img src=x" not in page.html
    answer = browser.get(f"{CLAIM}/receipts/{read(session, claim.id).receipts[0].id}")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "set-cookie" not in answer.headers


HOSTILE = (
    '=1+1;=2\r\nBcc: all@example.org\r\r2026-01-01 * "x"\n  Assets:Evil  1 EUR\u2028<script>alert(1)</script> #eval(1)'
)


def test_words_of_a_claim_are_words_in_mails_and_files(session: Session, world: World, visit: Visit) -> None:
    mine, team = visit(world.karongi_participant), visit(world.vvsg_staff)
    assert post(mine, f"{PATH}/new", title=HOSTILE[:160], side="partner").status_code == 303
    assert post(mine, f"{CLAIM}/lines/new", **LINE | {"description": HOSTILE}).status_code == 303
    [claim_id] = session.scalars(sa.select(col(Claim.id))).all()
    version = read(session, claim_id or 0).version
    assert post(mine, f"{CLAIM}/submission", version=str(version)).status_code == 303
    assert post(team, f"{CLAIM}/approval", version=str(version + 1)).status_code == 303
    session.rollback()
    sent_mails = list(session.scalars(sa.select(Mail).where(col(Mail.kind).like("claim%"))))
    assert len(sent_mails) >= 2
    for one in sent_mails:
        assert len(one.subject.splitlines()) == 1
        assert "<script>" not in one.html
    pages.get(team, CLAIM)
    assert "<script>alert" not in team.get(BUDGET).text
    lines = team.get(f"{BUDGET}.journal").text.splitlines() + team.get(f"{BUDGET}.beancount").text.splitlines()
    assert not [line for line in lines if line.startswith('2026-01-01 * "x"') or "Assets:Evil  1" in line[:20]]
    table = team.get(f"{BUDGET}.csv").text
    assert "'=1+1;'=2" in table
    for path in (f"{BUDGET}.xlsx", f"{BUDGET}/statements/2026.pdf", f"{BUDGET}/receipts-2026.zip"):
        assert team.get(path).status_code == 200, path


def test_a_file_of_the_ledger_is_answered_anew_to_each_reader(world: World, visit: Visit) -> None:
    team = visit(world.vvsg_staff)
    known = team.get(f"{BUDGET}.csv").headers["etag"]
    for person, status in ((world.auditor, 200), (world.outsider, 404), (world.nikki_coordinator, 404)):
        answer = visit(person).get(f"{BUDGET}.csv", headers={"if-none-match": known, "accept-language": "fr"})
        assert answer.status_code in (status, 304 if status == 200 else status)
        assert "public" not in answer.headers.get("cache-control", "")
