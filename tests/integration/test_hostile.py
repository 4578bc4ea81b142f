"""What somebody may send who means no good, or whose browser is odd: refused in words, never an error of ours."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col
from starlette.testclient import TestClient

from app.models import Candidacy, Mail, WebSession
from tests.personas import World, sign_in

BUDGET = "/partnerships/gamma-karongi/budget/new"
COMMITMENT = {
    "kind": "commitment",
    "side": "flemish",
    "amount": "10",
    "amount_currency": "EUR",
    "day": "2026-11-20",
    "category": "travel",
    "description": "Train",
}
ACCOUNT = {"name": "Ada", "language": "nl", "zone": "Europe/Brussels"}


@pytest.fixture
def coordinator(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.gamma_coordinator)


def count(session: Session, table: type[SQLModel]) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def multipart(fields: dict[str, bytes]) -> bytes:
    parts = [
        f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--X--\r\n"


@pytest.mark.parametrize("number", ["9" * 30, "9223372036854775808", "2147483648", "0", "-1"])
@pytest.mark.parametrize(("kind", "field"), [("commitment", "session"), ("release", "commitment")])
def test_a_number_that_no_row_has_is_refused_at_its_field(
    coordinator: TestClient, kind: str, field: str, number: str
) -> None:
    answer = coordinator.post(BUDGET, data=COMMITMENT | {"kind": kind, field: number})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize(
    ("charset", "name"), [("utf-7", b"A+2AA-da"), ("unicode_escape", b"A\\ud800da"), ("undefined", b"Ada")]
)
def test_half_a_character_is_dropped_or_refused(coordinator: TestClient, charset: str, name: bytes) -> None:
    body = multipart({**{key: value.encode() for key, value in ACCOUNT.items()}, "name": name})
    kind = f"multipart/form-data; boundary=X; charset={charset}"
    answer = coordinator.post("/account", content=body, headers={"content-type": kind})
    assert answer.status_code in (303, 400)
    assert coordinator.get("/account").status_code == 200


def test_a_body_without_a_length_has_the_same_limit(coordinator: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b"name="
        for _ in range(30):
            yield b"x" * 50_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = coordinator.post("/account", content=endless(), headers=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/partnerships/%00", "/candidacies/%00", "/api/v1/programmes/a%00b"])
def test_a_zero_byte_in_an_address_is_no_page(coordinator: TestClient, path: str) -> None:
    assert coordinator.get(path).status_code == 404


def test_a_zero_byte_in_a_search_is_dropped(client: TestClient, app: FastAPI, world: World) -> None:
    staff = sign_in(client, app, world.vvsg_staff)
    answer = staff.get("/staff/people?q=kar%00ongi&lang=en")
    assert "Karongi" in answer.text


def test_an_error_of_ours_has_the_security_headers_too(app: FastAPI, client: TestClient) -> None:
    app.state.engine.dispose()
    app.state.addresses = None  # breaks every page
    quiet = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    answer = quiet.get("/sign-in")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] in answer.text
    assert client.base_url == quiet.base_url


def test_who_goes_back_and_corrects_the_address_gets_a_mail_there(client: TestClient, session: Session) -> None:
    for address in ("typo@example.org", "right@example.org", "right@example.org"):
        client.post("/sign-in", data={"email": address, "form_key": "key-of-one-page"})
    sent_to = session.execute(sa.select(col(Mail.recipient)).order_by(col(Mail.id))).scalars()
    assert list(sent_to) == ["typo@example.org", "right@example.org"]
    assert "right@example.org" in client.get("/sign-in/code").text


def test_who_goes_back_and_books_another_amount_books_it(coordinator: TestClient, session: Session) -> None:
    for amount in ("10", "10", "11"):
        answer = coordinator.post(BUDGET, data=COMMITMENT | {"amount": amount, "form_key": "key-of-one-page"})
        assert answer.status_code == 303
    booked = (
        session.execute(sa.text("SELECT amount_cents FROM ledger_entry WHERE kind = 'commitment' ORDER BY id"))
        .scalars()
        .all()
    )
    assert booked == [1000, 1100]


def test_the_start_page_of_somebody_else_does_not_open_their_candidacy(
    client: TestClient, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    page = {"form_key": "key-of-one-page", "language": "nl"}
    first = {"name": "A", "email": "a@example.org", "government": world.gamma.code}
    client.post("/candidacies/new", data=page | first)
    other = new_client()
    answer = other.post(
        "/candidacies/new", data=page | {"name": "B", "email": "b@example.org", "government": world.gamma.code}
    )
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert count(session, WebSession) == 1


def test_a_key_of_another_form_starts_a_candidacy_of_its_own(
    coordinator: TestClient, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    before = count(session, Candidacy)
    coordinator.post("/account/feed", data={"form_key": "key-of-one-page"})
    start = {"name": "A", "email": "a@example.org", "government": world.gamma.code, "language": "nl"}
    answer = new_client().post("/candidacies/new", data=start | {"form_key": "key-of-one-page"})
    assert answer.status_code == 303
    session.rollback()
    assert count(session, Candidacy) == before + 1


def test_a_personal_feed_is_kept_by_no_cache_of_others(new_client: Callable[[], TestClient], world: World) -> None:
    answer = new_client().get(f"/my/agenda/{world.gamma_coordinator.feed_secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
