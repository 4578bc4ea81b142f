"""The pages of receipts: sent by a form, fetched by those who may see the claim, refused with a sentence."""

import hashlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Side
from app.domain.file_kinds import FileKind
from app.domain.receipts import MAX_BYTES, MAX_FILES
from app.models import Event, Receipt, StoredFile
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts
from app.services import claim_receipts, claim_retention
from tests import pages
from tests.factories import NOW
from tests.integration.budget_kit import open_halves
from tests.integration.claim_kit import PATH, TRAIN, actor, half, read, started, submit, without_receipts
from tests.integration.receipt_kit import kept, laid, sending
from tests.personas import World, sign_in
from tests.sample_files import bomb_png, heic, of_size, office, pdf, photo, picture

PHOTO = photo()
KEY = {"form_key": "key-of-one-page"}


@pytest.fixture
def world(session: Session, world: World) -> World:
    with transaction(session):
        open_halves(session, world.partnership)
    without_receipts(session, world.programme)
    return world


@pytest.fixture
def claimant(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.karongi_participant)


@pytest.fixture
def claim(session: Session, world: World) -> ClaimFacts:
    by = actor(session, world.karongi_participant)
    return started(session, by, half(session, world.partnership, Side.PARTNER), TRAIN, TRAIN)


def page_of(claim: ClaimFacts, line: int = 0) -> str:
    return f"{PATH}/{claim.number}/lines/{claim.lines[line].id}/receipts"


def address(session: Session, claim: ClaimFacts, name: str) -> str:
    session.rollback()
    query = sa.select(col(Receipt.id)).join(StoredFile, col(StoredFile.id) == col(Receipt.file_id))
    return f"{PATH}/{claim.number}/receipts/{session.scalars(query.where(col(StoredFile.name) == name)).one()}"


def test_several_are_sent_at_once_and_fetched_as_they_were(
    claimant: TestClient, session: Session, claim: ClaimFacts
) -> None:
    pages.get(claimant, page_of(claim))
    files = (("Bus.JPG", PHOTO), ("ticket.pdf", pdf()), ("scan.webp", picture("WEBP")), ("hotel.HEIC", heic()))
    answer = claimant.post(page_of(claim), data=KEY, files=sending(*files))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page_of(claim)}?done=added")
    assert kept(session) == list(files)
    shown = pages.get(claimant, f"{page_of(claim)}?done=added&lang=en").text()
    for words in ("Bus.JPG", "PDF", "HEIC", "WebP", "Show 2 pictures", "The receipts are kept."):
        assert words in shown
    fetched = claimant.get(address(session, claim, "Bus.JPG"))
    assert fetched.content == PHOTO
    assert fetched.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('Bus.JPG')}"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.headers["content-type"] == "image/jpeg"
    assert "private" in fetched.headers["cache-control"]
    small = claimant.get(f"{address(session, claim, 'Bus.JPG')}/thumbnail")
    assert (small.headers["content-type"], small.headers["x-content-type-options"]) == ("image/webp", "nosniff")
    assert 100 < len(small.content) <= 12_000
    again = claimant.get(
        f"{address(session, claim, 'Bus.JPG')}/thumbnail", headers={"If-None-Match": small.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert claimant.get(f"{address(session, claim, 'ticket.pdf')}/thumbnail").status_code == 404


def test_small_pictures_wait_until_they_are_asked_for(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    laid(session, claim, actor(session, world.karongi_participant), "Bus.jpg", PHOTO)
    html = pages.get(claimant, page_of(claim)).html
    assert '<details class="details" >' in html
    assert 'loading="lazy"' in html


def test_what_is_refused_holds_up_no_other_and_says_why(
    claimant: TestClient, session: Session, claim: ClaimFacts
) -> None:
    hostile = {
        "page.jpg": (b"<html><script>alert(1)</script></html>", "not a photo or a PDF"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "not a photo or a PDF"),
        "plan.docx": (office(FileKind.DOCX), "not a photo or a PDF"),
        "empty.pdf": (b"", "empty"),
        "bomb.png": (bomb_png(), "64 million points"),
        "cut.jpg": (PHOTO[:2000], "damaged"),
        "half.png": (bomb_png(width=900, height=9000), "cannot be opened"),
        "large.pdf": (of_size(MAX_BYTES + 1), "larger than 10 MB"),
    }
    files = [(name, content) for name, (content, _) in hostile.items()]
    answer = claimant.post(f"{page_of(claim)}?lang=en", data=KEY, files=sending(*files, ("good.pdf", pdf())))
    assert answer.status_code == 422
    pages.check(answer.text)
    text = answer.text
    for name, (_, why) in hostile.items():
        assert name in text
        assert why in text
    assert kept(session) == [("good.pdf", pdf())]


def test_names_are_made_harmless(claimant: TestClient, session: Session, claim: ClaimFacts) -> None:
    names = {
        "x" * 300 + ".pdf": "x" * 196 + ".pdf",
        "../../etc/bon.pdf": "bon.pdf",
        "\u202efdp.exe": "fdp.exe.pdf",
        "a\x00b.pdf": "a%00b.pdf",
        "<script>.pdf": "<script>.pdf",
        "": "receipt.pdf",
    }
    for place, name in enumerate(names):
        claimant.post(page_of(claim), data=KEY, files=sending((name, pdf(str(place)))))
    found = [name for name, _ in kept(session)]
    assert set(found) <= set(names.values())
    assert {"x" * 196 + ".pdf", "bon.pdf", "fdp.exe.pdf", "<script>.pdf"} <= set(found)
    html = pages.get(claimant, page_of(claim)).html
    assert "<script>.pdf" not in html
    assert "\u202e" not in html


def test_nothing_chosen_is_said(claimant: TestClient, claim: ClaimFacts) -> None:
    answer = claimant.post(f"{page_of(claim)}?lang=en", data=KEY, files=sending(("", b"")))
    assert answer.status_code == 422
    assert "Choose one or more files first." in answer.text


def test_the_form_goes_when_there_is_no_room(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    for which in range(MAX_FILES):
        laid(session, claim, actor(session, world.karongi_participant), f"{which}.pdf", pdf(str(which)))
    page = pages.get(claimant, f"{page_of(claim)}?lang=en")
    assert 'type="file"' not in page.html
    assert "There are 10 receipts at this line" in page.text()
    answer = claimant.post(f"{page_of(claim)}?lang=en", data=KEY, files=sending(("more.pdf", pdf("more"))))
    assert answer.status_code == 422
    assert "There are 10 receipts at this line already" in answer.text


def test_a_twin_is_said_with_its_number_only_to_who_may_see_it(
    client: TestClient,
    new_client: Callable[[], TestClient],
    app: FastAPI,
    session: Session,
    world: World,
    claim: ClaimFacts,
) -> None:
    by, other = actor(session, world.karongi_participant), actor(session, world.gamma_coordinator)
    foreign = started(session, other, half(session, world.partnership, Side.FLEMISH))
    laid(session, foreign, other, "Bus.jpg", PHOTO)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    laid(session, claim, by, "Again.jpg", PHOTO, line=1)
    own = pages.get(sign_in(client, app, world.karongi_participant), f"{page_of(claim)}?lang=en").text()
    assert "The same file is at line 2 of this claim too." in own
    assert "The same file is used in another claim that you cannot see." in own
    assert "The same file is twice in this claim." not in own
    laid(session, claim, by, "Third.jpg", PHOTO, line=1)
    other_line = pages.get(sign_in(client, app, world.karongi_participant), f"{page_of(claim, 1)}?lang=en").text()
    assert "The same file is twice in this claim." in other_line
    assert f"claim {foreign.number}" not in own
    submit(session, read(session, foreign.id), other)
    submit(session, read(session, claim.id), by)
    staff = sign_in(new_client(), app, world.vvsg_staff)
    assert f"The same file is in claim {foreign.number} of" in pages.get(staff, f"{page_of(claim)}?lang=en").text()


def test_other_peoples_receipts_are_not_there(
    new_client: Callable[[], TestClient], app: FastAPI, session: Session, world: World, claim: ClaimFacts
) -> None:
    by = actor(session, world.karongi_participant)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    file = address(session, claim, "Bus.jpg")
    addresses = (file, f"{file}/thumbnail", f"{file}/removal", page_of(claim))

    def answers(person: str) -> set[int]:
        browser = sign_in(new_client(), app, getattr(world, person))
        return {browser.get(one).status_code for one in addresses}

    here = ("vvsg_staff", "auditor", "ralga_staff", "karongi_coordinator")
    elsewhere = ("gamma_coordinator", "nikki_coordinator", "outsider", "ancb_staff")
    for person in (*here, *elsewhere):
        assert answers(person) == {404}, person
    assert new_client().get(file).status_code == 303
    submit(session, read(session, claim.id), by)
    for person in elsewhere:
        assert answers(person) == {404}, person
    for person in here:
        browser = sign_in(new_client(), app, getattr(world, person))
        assert browser.get(file).content == PHOTO, person
        assert browser.get(f"{file}/removal").status_code == 404
        posted = browser.post(page_of(claim), data=KEY, files=sending(("x.pdf", pdf())))
        assert posted.status_code == (422 if person in ("vvsg_staff", "karongi_coordinator") else 403), person
    session.rollback()
    looks = session.scalars(sa.select(col(Event.person_name)).where(col(Event.verb) == "receipt.looked_at")).all()
    assert sorted(looks) == sorted(
        getattr(world, one).name for one in ("vvsg_staff", "auditor", "ralga_staff", "karongi_coordinator")
    )
    assert len(kept(session)) == 1


def test_a_receipt_of_another_claim_is_not_found_by_this_ones_address(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    other = actor(session, world.gamma_coordinator)
    foreign = started(session, other, half(session, world.partnership, Side.FLEMISH))
    made = laid(session, foreign, other, "Bus.jpg", PHOTO)
    for path in ("", "/thumbnail", "/removal"):
        assert claimant.get(f"{PATH}/{claim.number}/receipts/{made.id}{path}").status_code == 404
    assert claimant.post(f"{PATH}/{claim.number}/receipts/{made.id}/removal", data=KEY).status_code == 404
    assert len(kept(session)) == 1


def test_a_receipt_is_removed_once_after_a_question(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    laid(session, claim, actor(session, world.karongi_participant), "Bus.jpg", PHOTO)
    file = address(session, claim, "Bus.jpg")
    assert "Bus.jpg" in pages.get(claimant, f"{file}/removal").text()
    for _ in range(2):
        answer = claimant.post(f"{file}/removal", data=KEY)
        assert answer.status_code in (303, 404)
    assert kept(session) == []
    assert "The receipt is removed." in pages.get(claimant, f"{page_of(claim)}?done=removed&lang=en").text()


def test_after_it_was_sent_nothing_changes(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    by = actor(session, world.karongi_participant)
    laid(session, claim, by, "Bus.jpg", PHOTO)
    file = address(session, claim, "Bus.jpg")
    submit(session, read(session, claim.id), by)
    page = pages.get(claimant, f"{page_of(claim)}?lang=en")
    assert 'type="file"' not in page.html
    assert "/removal" not in page.html
    assert "This claim was sent" in page.text()
    assert claimant.get(f"{file}/removal").status_code == 404
    assert claimant.post(f"{file}/removal", data=KEY).status_code in (409, 422)
    answer = claimant.post(page_of(claim), data=KEY, files=sending(("x.pdf", pdf())))
    assert answer.status_code == 422
    assert [hashlib.sha256(content).hexdigest() for _, content in kept(session)] == [hashlib.sha256(PHOTO).hexdigest()]


def test_a_file_whose_time_is_over_is_said_to_be_gone(
    claimant: TestClient, session: Session, world: World, claim: ClaimFacts
) -> None:
    laid(session, claim, actor(session, world.karongi_participant), "Bus.jpg", PHOTO)
    file = address(session, claim, "Bus.jpg")
    claim_retention.remove_files_due(session, NOW.replace(year=2060))
    assert claimant.get(file).status_code == 404
    assert claimant.get(f"{file}/thumbnail").status_code == 404
    page = pages.get(claimant, f"{page_of(claim)}?lang=en")
    assert "its hash are still here" in page.text()
    assert file not in page.html.replace(f"{file}/removal", "")


def test_too_many_sendings_are_stopped(
    claimant: TestClient, claim: ClaimFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_receipts, "UPLOADS_PER_PERSON", 1)
    for status in (303, 429):
        assert claimant.post(page_of(claim), data=KEY, files=sending(("x.pdf", pdf()))).status_code == status
