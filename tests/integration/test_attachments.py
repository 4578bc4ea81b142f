"""Attachments: who adds, removes and fetches them, what is refused, and what the database holds afterwards."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.responses import Response
from starlette.testclient import TestClient

from app.domain.attachments import MAX_BYTES, MAX_FILES, TooManyAttachments, examine
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.file_kinds import EXTENSIONS, MEDIA_TYPES, FileKind
from app.models import Attachment, Candidacy, ConflictOfInterest, Event, Reading, StoredFile
from app.models.database import create_engine, transaction
from app.queries.attachments import attachments_of, content_of
from app.services import attachments
from app.services.attachments import UPLOADS_PER_CLIENT
from tests import personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, session_on
from tests.pages import check, get
from tests.personas import World, sign_in
from tests.sample_files import SAMPLES, jpeg, of_size, office, open_document, package, pdf, png

world = personas.world
both = candidacy_kit.both
PAGE = "/candidacies/SDG-AAAAAA/attachments"
KEY = {"form_key": "key-of-one-page"}
Sent = list[tuple[str, tuple[str, bytes, str]]]


@pytest.fixture
def candidate(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.candidate_of_a)


def sent(*files: tuple[str, bytes], media_type: str = "application/x-anything") -> Sent:
    return [("files", (name, content, media_type)) for name, content in files]


def names(session: Session) -> list[str]:
    session.rollback()
    query = sa.select(col(Attachment.name)).where(col(Attachment.removed_at).is_(None)).order_by(col(Attachment.id))
    return list(session.execute(query).scalars())


def address_of(session: Session, name: str) -> str:
    session.rollback()
    found = session.execute(sa.select(col(Attachment.id)).where(col(Attachment.name) == name)).scalar_one()
    return f"{PAGE}/{found}"


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.execute(sa.select(col(Event.verb)).order_by(col(Event.id))).scalars())


def attached(session: Session, world: World, *contents: bytes) -> None:
    """Attach PDFs as the candidate of Alfa did."""
    actor = actor_of(session, world.candidate_of_a)
    for place, content in enumerate(contents, start=1):
        with transaction(session):
            file = examine(f"file {place}.pdf", content)
            of = number(world.candidacy_of_alfa)
            attachments.add(session, of, file, page_key="page", actor=actor, now=NOW)


# adding


def test_the_pages_are_sound_in_three_languages(candidate: TestClient, world: World, session: Session) -> None:
    for language in ("nl", "fr", "en"):
        get(candidate, f"{PAGE}?lang={language}")
    attached(session, world, *(pdf(str(place)) for place in range(MAX_FILES)))
    for language in ("nl", "fr", "en"):
        assert 'type="file"' not in get(candidate, f"{PAGE}?lang={language}&done=added").html
        get(candidate, f"{address_of(session, 'file 1.pdf')}/removal?lang={language}")


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_file_of_each_kind_comes_back_as_it_was(candidate: TestClient, session: Session, kind: FileKind) -> None:
    content = SAMPLES[kind]
    name = f"Verslag van het schepencollege – “één”{EXTENSIONS[kind][0]}"
    answer = candidate.post(PAGE, data=KEY, files=sent((name, content), media_type="text/html"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=added")
    got = candidate.get(address_of(session, name))
    assert got.content == content
    assert got.headers["content-type"] == MEDIA_TYPES[kind]
    assert got.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert got.headers["cache-control"] == "private, no-cache"
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert "content-encoding" not in got.headers
    row = session.execute(sa.select(StoredFile)).scalar_one()
    assert (row.sha256, row.size, row.media_type) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
        MEDIA_TYPES[kind],
    )
    assert verbs(session) == ["attachment.added"]


def test_a_file_that_has_not_changed_is_not_sent_again(candidate: TestClient, session: Session, world: World) -> None:
    attached(session, world, pdf())
    address = address_of(session, "file 1.pdf")
    etag = candidate.get(address).headers["etag"]
    answer = candidate.get(address, headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert candidate.get(address, headers={"if-none-match": '"other"'}).status_code == 200


HOSTILE = {
    "page.pdf": (b"<!doctype html><script>alert(1)</script>", "This is not a PDF"),
    "picture.png": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "This is not a PDF"),
    "behind.png": (png(more=b"<script>alert(1)</script>"), "This file is damaged"),
    "bomb.docx": (package({"[Content_Types].xml": b" " * 50_000_000}), "This file is damaged"),
    "bomb.odt": (package({"mimetype": b"a" * 50_000_000}), "This file is damaged"),
    "macros.docm": (office(FileKind.DOCX, more={"word/vbaProject.bin": b"x"}), "This document holds macros"),
    "script.odt": (open_document(more={"Scripts/python/a.py": b"x"}), "This document holds macros"),
    "cut.jpg": (jpeg()[:-2], "This file is damaged"),
    "nothing.pdf": (b"", "This file is empty"),
    "large.pdf": (of_size(MAX_BYTES + 1), "This file is larger than 10 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_refused_is_told_by_name_and_nothing_is_kept(
    candidate: TestClient, session: Session, name: str
) -> None:
    content, words = HOSTILE[name]
    answer = candidate.post(f"{PAGE}?lang=en", data=KEY, files=sent((name, content), media_type="application/pdf"))
    assert answer.status_code == 422
    check(answer.text, name)
    assert f"<bdi>{name}</bdi>: {words}" in answer.text
    assert answer.text.count(f"<bdi>{name}</bdi>") == 2
    assert 'id="files-error"' in answer.text
    assert 'href="#files"' in answer.text
    assert session.execute(sa.select(sa.func.count()).select_from(StoredFile)).scalar_one() == 0


def test_good_files_are_kept_beside_refused_ones(candidate: TestClient, session: Session) -> None:
    files = sent(("one.pdf", pdf("1")), ("bad.pdf", b"<html>"), ("two.pdf", pdf("2")))
    answer = candidate.post(f"{PAGE}?lang=en", data=KEY, files=files)
    assert answer.status_code == 422
    assert names(session) == ["one.pdf", "two.pdf"]
    assert answer.text.count("one.pdf") == 2  # in the list: once to read, once for who hears the page
    assert "<bdi>bad.pdf</bdi>: This is not" in answer.text
    assert "<bdi>two.pdf</bdi>: " not in answer.text


def test_a_name_of_300_characters_with_a_turn_is_cleaned(candidate: TestClient, session: Session) -> None:
    candidate.post(PAGE, data=KEY, files=sent(("nota\u202e" + "x" * 300 + "fdp.exe", pdf())))
    assert names(session) == ["nota" + "x" * 192 + ".pdf"]
    assert candidate.get(address_of(session, names(session)[0])).status_code == 200


def test_a_name_is_words_and_never_markup(candidate: TestClient) -> None:
    answer = candidate.post(PAGE, data=KEY, files=sent(("<img src=x onerror=alert(1)>.pdf", b"no")))
    assert "<img" not in answer.text
    assert "&lt;img src=x" in answer.text


def test_the_largest_file_is_taken(candidate: TestClient, session: Session) -> None:
    answer = candidate.post(PAGE, data=KEY, files=sent(("large.pdf", of_size(MAX_BYTES))))
    assert answer.status_code == 303
    assert len(candidate.get(address_of(session, "large.pdf")).content) == MAX_BYTES


def test_five_of_the_largest_fit_in_one_sending(candidate: TestClient, session: Session) -> None:
    files = sent(*((f"{place}.pdf", of_size(MAX_BYTES, str(place))) for place in range(MAX_FILES)))
    assert candidate.post(PAGE, data=KEY, files=files).status_code == 303
    assert len(names(session)) == MAX_FILES


def test_a_sixth_file_is_refused_until_one_is_removed(candidate: TestClient, session: Session) -> None:
    files = sent(*((f"{place}.pdf", pdf(str(place))) for place in range(MAX_FILES + 1)))
    answer = candidate.post(f"{PAGE}?lang=en", data=KEY, files=files)
    assert answer.status_code == 422
    assert "<bdi>5.pdf</bdi>: There are 5 attachments already" in answer.text
    assert names(session) == [f"{place}.pdf" for place in range(MAX_FILES)]
    candidate.post(f"{address_of(session, '0.pdf')}/removal", data=KEY)
    assert candidate.post(PAGE, data={"form_key": "another-page"}, files=files[-1:]).status_code == 303
    assert names(session) == [f"{place}.pdf" for place in range(1, MAX_FILES + 1)]


def test_the_same_content_is_refused_by_the_name_that_it_has(candidate: TestClient, session: Session) -> None:
    candidate.post(PAGE, data=KEY, files=sent(("one.pdf", pdf())))
    answer = candidate.post(f"{PAGE}?lang=en", data={"form_key": "another-page"}, files=sent(("two.pdf", pdf())))
    assert "<bdi>two.pdf</bdi>: The same file is attached already, as “one.pdf”." in answer.text
    assert names(session) == ["one.pdf"]


def test_a_form_that_is_sent_twice_attaches_once_and_says_the_same(candidate: TestClient, session: Session) -> None:
    answers = [candidate.post(PAGE, data=KEY, files=sent(("one.pdf", pdf()))) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{PAGE}?done=added"] * 2
    assert names(session) == ["one.pdf"]
    candidate.post(f"{address_of(session, 'one.pdf')}/removal", data=KEY)
    assert candidate.post(PAGE, data=KEY, files=sent(("one.pdf", pdf()))).status_code == 303
    assert names(session) == ["one.pdf"]


@pytest.mark.parametrize("files", [[], sent(("", b""))])
def test_a_form_without_a_file_asks_for_one(candidate: TestClient, files: Sent) -> None:
    answer = candidate.post(f"{PAGE}?lang=en", data=KEY, files=files)
    assert answer.status_code == 422
    assert "Choose one or more files first." in answer.text


def test_a_body_that_is_no_form_is_refused(candidate: TestClient) -> None:
    kind = {"content-type": "multipart/form-data"}
    assert candidate.post(PAGE, content=b"no boundary", headers=kind).status_code == 400
    kind = {"content-type": "multipart/form-data; boundary=X"}
    assert candidate.post(PAGE, content=b"--X\r\nno head", headers=kind).status_code in (400, 422)
    many = sent(*((f"{place}.pdf", b"x") for place in range(30)))
    assert candidate.post(PAGE, data=KEY, files=many).status_code == 400


# how much a request may hold


def test_more_than_five_of_the_largest_is_refused_before_it_is_read(candidate: TestClient) -> None:
    head = {"content-type": "multipart/form-data; boundary=X", "content-length": str(6 * MAX_BYTES)}
    assert candidate.post(PAGE, content=iter([b"--X"]), headers=head).status_code == 413


def test_a_body_without_a_length_has_the_limit_of_its_route(candidate: TestClient) -> None:
    def endless(size: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield b'--X\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-'
        for _ in range(size // 500_000):
            yield b"x" * 500_000
        yield b"\r\n--X--\r\n"

    head = {"content-type": "multipart/form-data; boundary=X"}
    assert candidate.post(PAGE, content=endless(5_000_000), headers=head).status_code == 422
    assert candidate.post(PAGE, content=endless(60_000_000), headers=head).status_code == 413


def test_other_routes_take_no_more_than_before(candidate: TestClient) -> None:
    large = sent(("a.pdf", b"x" * 1_100_000))
    for path in ("/account", "/candidacies/SDG-AAAAAA/motivation", f"{PAGE}/1/removal", f"{PAGE}/1", "/nowhere"):
        assert candidate.post(path, data=KEY, files=large).status_code == 413, path


def test_nothing_is_read_of_who_may_not_send(
    client: TestClient, app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object, **__: object) -> None:
        pytest.fail("the body was read")

    monkeypatch.setattr("starlette.requests.Request.form", unread)
    assert client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 303
    sign_in(client, app, world.candidate_of_b)
    assert client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 404


def test_sending_too_often_is_refused(
    client: TestClient, app: FastAPI, world: World, clock: StandingClock, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    for _ in range(UPLOADS_PER_CLIENT):
        assert client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 303
    answer = client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf())))
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    clock.now += timedelta(hours=1)
    assert client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 303
    assert names(session) == ["a.pdf"]


# who


def test_another_candidate_sees_nothing(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    attached(session, world, pdf())
    address = address_of(session, "file 1.pdf")
    for person in (world.candidate_of_b, world.outsider, world.ralga_staff, world.auditor, world.gamma_coordinator):
        sign_in(client, app, person)
        for path in (PAGE, address, f"{address}/removal"):
            assert client.get(path).status_code == 404, (person.name, path)
        assert client.post(f"{address}/removal", data=KEY).status_code == 404
        assert client.post(PAGE, data=KEY, files=sent(("b.pdf", pdf("b")))).status_code == 404
    assert names(session) == ["file 1.pdf"]


def test_an_attachment_is_found_under_its_own_candidacy_only(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    attached(session, world, pdf())
    wrong = address_of(session, "file 1.pdf").replace("SDG-AAAAAA", "SDG-BBBBBB")
    sign_in(client, app, world.candidate_of_b)
    assert [client.get(wrong).status_code, client.get(f"{wrong}/removal").status_code] == [404, 404]
    assert client.post(f"{wrong}/removal", data=KEY).status_code == 404
    sign_in(client, app, world.vvsg_staff)
    assert client.get(wrong).status_code == 404
    assert names(session) == ["file 1.pdf"]


def test_a_browser_that_only_started_the_candidacy_attaches_too(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    assert client.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 303
    assert client.get(address_of(session, "a.pdf")).status_code == 200


def test_nobody_fetches_a_file_without_signing_in(client: TestClient, world: World, session: Session) -> None:
    attached(session, world, pdf())
    assert client.get(address_of(session, "file 1.pdf")).status_code == 303


def test_a_look_of_the_programme_team_is_logged_and_one_s_own_is_not(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    attached(session, world, pdf())
    address = address_of(session, "file 1.pdf")
    sign_in(client, app, world.candidate_of_a)
    assert client.get(address).content == pdf()
    assert verbs(session) == ["attachment.added"]
    sign_in(client, app, world.vvsg_staff)
    assert [client.get(address).content for _ in range(2)] == [pdf(), pdf()]
    assert verbs(session) == ["attachment.added", "candidacy.looked_at"]
    assert client.get(PAGE).status_code == 404


def test_a_reader_fetches_what_is_given_to_them_unless_there_is_a_conflict(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    attached(session, world, pdf())
    address = address_of(session, "file 1.pdf")
    of, reader = number(world.candidacy_of_alfa), number(world.outsider)
    sign_in(client, app, world.outsider)
    assert client.get(address).status_code == 404
    with transaction(session):
        session.add(Reading(candidacy_id=of, person_id=reader, assigned_at=NOW))
    assert client.get(address).status_code == 200
    assert verbs(session) == ["attachment.added", "candidacy.looked_at"]
    for person in (reader, number(world.vvsg_staff)):
        with transaction(session):
            session.add(
                ConflictOfInterest(
                    candidacy_id=of, person_id=person, reason="Cousin", declared_at=NOW, declared_by=person
                )
            )
    assert client.get(address).status_code == 404
    sign_in(client, app, world.vvsg_staff)
    assert client.get(address).status_code == 404
    assert attachments_of(session, actor_of(session, world.vvsg_staff), of) == []


# removing, and when


def test_a_removed_file_is_gone_from_the_database(candidate: TestClient, world: World, session: Session) -> None:
    attached(session, world, pdf("1"), pdf("2"))
    address = address_of(session, "file 1.pdf")
    answers = [candidate.post(f"{address}/removal", data=KEY) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{PAGE}?done=removed"] * 2
    session.rollback()
    kept = session.execute(sa.select(col(StoredFile.content))).scalars().all()
    assert kept == [pdf("2")]
    row = session.execute(sa.select(Attachment).where(col(Attachment.name) == "file 1.pdf")).scalar_one()
    assert (row.file_id, row.removed_at) == (None, NOW)
    assert verbs(session) == ["attachment.added", "attachment.added", "attachment.removed"]
    assert [candidate.get(path).status_code for path in (address, f"{address}/removal")] == [404, 404]
    assert candidate.post(f"{address}/removal", data={"form_key": "another-page"}).status_code == 404


def test_a_file_that_goes_while_it_is_asked_for_is_no_page(
    candidate: TestClient, world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached(session, world, pdf())
    assert content_of(session, 999) is None
    monkeypatch.setattr("app.routers.candidacy_attachments.content_of", lambda *_: None)
    assert candidate.get(address_of(session, "file 1.pdf")).status_code == 404


@pytest.mark.parametrize("state", [state for state in CandidacyState if state not in ("draft", "returned")])
def test_after_submission_the_attachments_stay_as_they_are(
    candidate: TestClient, world: World, session: Session, state: CandidacyState
) -> None:
    attached(session, world, pdf())
    with transaction(session):
        change = sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_alfa.id)
        session.execute(change.values(state=state, submitted_at=NOW))
    address = address_of(session, "file 1.pdf")
    shown = get(candidate, f"{PAGE}?lang=en").html
    assert 'type="file"' not in shown
    assert "/removal" not in shown
    assert candidate.get(address).content == pdf()
    assert candidate.get(f"{address}/removal").headers["location"] == PAGE
    assert candidate.post(f"{address}/removal", data=KEY).status_code == 409
    answer = candidate.post(PAGE, data=KEY, files=sent(("b.pdf", pdf("b"))))
    assert answer.status_code == 422
    check(answer.text)
    assert names(session) == ["file 1.pdf"]


def test_a_candidacy_that_was_returned_takes_attachments(candidate: TestClient, world: World, session: Session) -> None:
    with transaction(session):
        change = sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_alfa.id)
        session.execute(change.values(state=CandidacyState.RETURNED, submitted_at=NOW))
    assert candidate.post(PAGE, data=KEY, files=sent(("a.pdf", pdf()))).status_code == 303


# at the same time


def test_the_fifth_place_goes_to_one_of_two(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        attached(session, world, *(pdf(str(place)) for place in range(MAX_FILES - 1)))
        actor = actor_of(session, world.candidate_of_a)
    of = number(world.candidacy_of_alfa)
    url = engine.url.render_as_string(hide_password=False)

    def attach(place: int) -> bool:
        own_engine = create_engine(url)
        try:
            with session_on(own_engine) as own, transaction(own):
                file = examine(f"last {place}.pdf", pdf(f"last {place}"))
                attachments.add(own, of, file, page_key=f"page {place}", actor=actor, now=NOW)
        except TooManyAttachments:
            return False
        finally:
            own_engine.dispose()
        return True

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attach, range(6)))
    assert outcomes.count(True) == 1
    with session_on(engine) as session:
        assert len(names(session)) == MAX_FILES
        assert session.execute(sa.select(sa.func.count()).select_from(StoredFile)).scalar_one() == MAX_FILES


def test_a_file_is_kept_and_removed_on_both_engines(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    content = SAMPLES[FileKind.XLSX]
    of = number(world.candidacy_of_alfa)
    with session_on(engine) as session:
        actor = actor_of(session, world.candidate_of_a)
        with transaction(session):
            made = attachments.add(session, of, examine("a.xlsx", content), page_key="p", actor=actor, now=NOW)
        (found,) = attachments_of(session, actor, of)
        assert (found.id, found.name, found.size, found.person_name) == (
            made,
            "a.xlsx",
            len(content),
            "Contact of Alfa",
        )
        file_id = session.execute(sa.select(col(Attachment.file_id))).scalar_one()
        assert file_id is not None
        assert content_of(session, file_id) == content
        with transaction(session):
            assert attachments.remove(session, of, made, actor=actor, now=NOW)
        with transaction(session):
            assert not attachments.remove(session, of, made, actor=actor, now=NOW)
        assert attachments_of(session, actor, of) == []
        assert content_of(session, file_id) is None


# memory


def test_a_refusal_does_not_hold_the_file_that_was_refused(
    candidate: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[DomainError] = []

    def look(*given: object, **_more: object) -> Response:
        context = given[2]
        assert isinstance(context, dict)
        seen.extend(refusal for _, refusal in context["refused"])
        return Response(status_code=422)

    monkeypatch.setattr("app.routers.candidacy_attachments.page", look)
    candidate.post(PAGE, data=KEY, files=sent(("a.docx", package({"a": "b"})[:-9]), ("b.pdf", b"no")))
    assert [(one.code, one.__traceback__, one.__cause__, one.__context__) for one in seen] == [
        ("file_damaged", None, None, None),
        ("file_kind_unknown", None, None, None),
    ]
