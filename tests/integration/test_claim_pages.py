import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import ClaimState, Role, Side
from app.models import Claim, Membership, Person
from app.models.database import transaction
from app.queries.own_reads import OwnReads
from app.queries.people import actor_of_person
from app.services import claims
from app.services.claim_lines import Heading
from app.services.tasks import tasks_of
from tests import pages
from tests.factories import NOW, number
from tests.integration.budget_kit import open_halves
from tests.integration.claim_kit import PATH, TRAIN, actor, approve, half, read, sent, started, without_receipts
from tests.personas import World, sign_in
from tests.sample_files import picture

KEY = {"form_key": "key-of-the-page-1"}
LINE = {
    "category": "travel",
    "description": "Train to Brussels",
    "spent_on": "2026-11-20",
    "amount": "42,50",
    "amount_currency": "EUR",
}
NewClient = Callable[[], TestClient]


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    return world


@pytest.fixture
def visit(app: FastAPI, new_client: NewClient) -> Callable[[Person], TestClient]:
    return lambda person: sign_in(new_client(), app, person)


def states(session: Session) -> list[ClaimState]:
    session.rollback()
    return list(session.scalars(sa.select(col(Claim.state)).order_by(col(Claim.id))))


def claim_on(session: Session, world: World, side: Side, by: Person, **heading: int) -> int:
    without_receipts(session, world.programme)
    return sent(session, actor(session, by), half(session, world.partnership, side), **heading).id


def test_from_a_photo_to_the_payment(session: Session, world: World, visit: Callable[[Person], TestClient]) -> None:
    mine, team = visit(world.karongi_participant), visit(world.vvsg_staff)
    form = {**KEY, "side": "partner", "title": "Journey", "beneficiary": str(world.karongi_participant.id)}
    made = mine.post(f"{PATH}/new", data=form, follow_redirects=False)
    assert (made.status_code, made.headers["location"]) == (303, f"{PATH}/1/lines/new")
    assert mine.post(f"{PATH}/new", data=form, follow_redirects=False).headers["location"] == f"{PATH}/1/lines/new"
    assert states(session) == [ClaimState.DRAFT]
    photo = {"receipts": ("bon.png", picture("PNG"), "image/png")}
    added = mine.post(f"{PATH}/1/lines/new", data={**KEY, **LINE}, files=photo, follow_redirects=False)
    assert added.headers["location"] == f"{PATH}/1?done=line"
    page = pages.get(mine, f"{PATH}/1")
    assert "bon.png" in page.html
    assert "Programme officer" in page.html
    assert team.get(f"{PATH}/1").status_code == 404
    version = re.search(r'name="version" value="(\d+)"', page.html)
    assert version is not None
    assert mine.post(f"{PATH}/1/submission", data={**KEY, "version": version[1]}).status_code == 303
    assert states(session) == [ClaimState.SUBMITTED]
    waiting = pages.get(team, f"{PATH}/1")
    version = re.search(r'name="version" value="(\d+)"', waiting.html)
    assert version is not None
    assert team.post(f"{PATH}/1/approval", data={**KEY, "version": version[1]}).status_code == 303
    assert states(session) == [ClaimState.APPROVED]
    assert team.post(f"{PATH}/1/payment", data={**KEY, "day": NOW.date().isoformat()}).status_code == 303
    assert re.search("22.November.2026", pages.get(mine, f"{PATH}/1?lang=en").html)
    pages.get(mine, PATH)
    pages.get(team, "/staff/claims")


def test_a_photo_is_kept_when_the_amount_is_wrong(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    without_receipts(session, world.programme)
    mine = visit(world.gamma_coordinator)
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    with transaction(session):
        made = claims.start(session, on.allotment_id, Heading("Journey"), actor=by, now=NOW)
    photo = {"receipts": ("bon.png", picture("PNG"), "image/png")}
    refused = mine.post(f"{PATH}/1/lines/new", data={**KEY, **LINE, "amount": "much"}, files=photo)
    assert (refused.status_code, "bon.png" in refused.text) == (422, True)
    pages.check(refused.text)
    good = mine.post(f"{PATH}/1/lines/new", data={**KEY, **LINE}, files={"receipts": ("", b"", "")})
    assert good.status_code == 303
    assert [(line.amount_cents, len(line.receipts)) for line in read(session, made).lines] == [(4_250, 1)]


def test_two_tabs_show_both(session: Session, world: World, visit: Callable[[Person], TestClient]) -> None:
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    claim = started(session, by, on)
    mine, line = visit(world.gamma_coordinator), claim.lines[0]
    path = f"{PATH}/1/lines/{line.id}"
    stamp = {"stamp": line.stamp}
    first = mine.post(path, data={**KEY, **LINE, **stamp, "description": "First tab"}, follow_redirects=False)
    assert first.status_code == 303
    second = mine.post(path, data={**KEY, **LINE, **stamp, "description": "Second tab"})
    assert second.status_code == 422
    assert "First tab" in second.text
    assert 'value="Second tab"' in second.text
    pages.check(second.text)


def test_what_does_not_fit_says_what_would(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    without_receipts(session, world.programme)
    on = half(session, world.partnership, Side.FLEMISH)
    by = actor(session, world.gamma_coordinator)
    large = type(TRAIN)(TRAIN.category, "Flights", TRAIN.spent_on, TRAIN.currency, on.available_cents + 5_000)
    claim = sent(session, by, on, large)
    team = visit(world.vvsg_staff)
    team.cookies.set("language", "en")
    assert "50" in pages.get(team, f"{PATH}/1?lang=en").html
    refused = team.post(f"{PATH}/1/approval", data={**KEY, "version": str(claim.version)})
    pages.check(refused.text)
    assert refused.status_code == 422
    assert "€50 too much" in refused.text
    assert "€17,500" in refused.text
    assert states(session) == [ClaimState.SUBMITTED]


POSTS = ("submission", "withdrawal", "approval", "return", "refusal", "payment", "heading", "lines/new")


def test_a_request_made_by_hand_changes_nothing(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    claim = read(session, claim_on(session, world, Side.PARTNER, world.karongi_participant))
    before = claim.version
    people = (
        world.nikki_coordinator,
        world.gamma_coordinator,
        world.karongi_coordinator,
        world.karongi_participant,
        world.auditor,
        world.ralga_staff,
        world.outsider,
    )
    for person in people:
        client = visit(person)
        for post in POSTS:
            if (person, post) == (world.karongi_participant, "withdrawal"):
                continue
            words = {**KEY, **LINE, "version": str(before), "reason": "Mine", "day": "2026-11-22", "title": "Mine"}
            answer = client.post(f"{PATH}/1/{post}", data=words, follow_redirects=False)
            assert answer.status_code in (403, 404, 422), (person.name, post, answer.status_code)
    after = read(session, claim.id)
    assert (after.state, after.version, after.lines) == (ClaimState.SUBMITTED, before, claim.lines)


def test_who_may_not_see_it_gets_404_everywhere(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    claim_on(session, world, Side.PARTNER, world.karongi_participant)
    for person in (world.nikki_coordinator, world.gamma_coordinator, world.outsider):
        client = visit(person)
        assert client.get(f"{PATH}/1").status_code == 404
        assert client.get(f"{PATH}/1/withdrawal").status_code == 404
    assert visit(world.outsider).get(PATH).status_code == 404
    assert "Journey" not in visit(world.gamma_coordinator).get(PATH).text
    assert visit(world.karongi_coordinator).get("/staff/claims").status_code in (403, 404)
    assert visit(world.vvsg_staff).get(f"{PATH}/99").status_code == 404
    assert visit(world.vvsg_staff).get(f"{PATH}/x").status_code == 404


def test_where_nobody_can_decide_the_page_says_whom_to_ask(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    claim_on(session, world, Side.FLEMISH, world.gamma_coordinator)
    with transaction(session):
        gone = col(Membership.role).in_([Role.STAFF, Role.ASSOCIATION])
        other = col(Membership.person_id) == number(world.karongi_coordinator)
        session.execute(sa.delete(Membership).where(sa.or_(gone, other)))
    page = pages.get(visit(world.gamma_coordinator), f"{PATH}/1?lang=en")
    assert "Nobody can decide" in page.html
    assert "mailto:" in page.html


def titles(session: Session, person: Person, days: int = 0) -> list[str]:
    who = actor_of_person(session, number(person))
    now = NOW + timedelta(days=days)
    found = tasks_of(session, who, locale="en", now=now, reads=OwnReads(session, who, now.date()))
    session.rollback()
    return [task.title for task in found if "claim" in task.key]


def test_tasks_of_claimant_and_approver(session: Session, world: World) -> None:
    without_receipts(session, world.programme)
    by, on = actor(session, world.gamma_coordinator), half(session, world.partnership, Side.FLEMISH)
    draft = started(session, by, on)
    assert titles(session, world.gamma_coordinator) == ["Send the claim “Journey to Brussels”"]
    with transaction(session):
        claims.submit(session, draft.id, version=draft.version, actor=by, now=NOW)
    assert titles(session, world.gamma_coordinator) == []
    assert titles(session, world.vvsg_staff) == ["Decide over the claim “Journey to Brussels”"]
    assert titles(session, world.karongi_coordinator) == []
    approve(session, read(session, draft.id), actor(session, world.vvsg_staff))
    assert titles(session, world.vvsg_staff) == []


def test_a_claim_shows_what_happened_to_it(
    session: Session, world: World, visit: Callable[[Person], TestClient]
) -> None:
    claim = read(session, claim_on(session, world, Side.PARTNER, world.karongi_coordinator))
    page = visit(world.karongi_coordinator).get(f"{PATH}/{claim.number}").text
    history = page[page.index("What happened to this claim") :]
    assert "was started" in history
    assert history.index("was sent") < history.index("was started"), "the latest comes first"
