"""The pages of motivations: staff read, edit and release them; both sides then read them, also on paper."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Role
from app.language.messages import has_message
from app.models import Event
from app.models.database import transaction
from tests import factories, pages
from tests.integration import motivation_kit
from tests.integration.motivation_kit import ALFA, DELTA, OMEGA, Published, release, words
from tests.integration.planned_mails import listed, sent
from tests.integration.test_staff_pairings import queries
from tests.personas import sign_in

published = motivation_kit.published
NewClient = Callable[[], TestClient]
PAGE, PDF = f"/partnerships/{ALFA}/motivation", f"/partnerships/{ALFA}/motivation.pdf"
EDIT, LIST = f"/staff/partnerships/{ALFA}/motivation", "/staff/partnerships/motivations"
RELEASE = f"{LIST}/release"
MEMBERS = ("candidate_of_a", "karongi_coordinator", "karongi_participant", "ralga_staff", "auditor", "vvsg_staff")
OTHERS = ("nikki_coordinator", "ancb_staff", "outsider", "candidate_of_b")


@pytest.fixture
def officer(client: TestClient, app: FastAPI, published: Published) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, published.board.world.vvsg_staff)


@pytest.fixture
def browser_of(app: FastAPI, new_client: NewClient, published: Published) -> Callable[..., TestClient]:
    """Open a browser of somebody of the world."""

    def open_one(person: str, language: str = "en") -> TestClient:
        made = new_client()
        made.cookies.set("lang", language)
        return sign_in(made, app, getattr(published.board.world, person))

    return open_one


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', html)
    assert found
    return found.group(1)


def save(client: TestClient, path: str = EDIT, **typed: str | int) -> tuple[int, str]:
    form = {"form_key": "key-of-words", **{name: str(value) for name, value in typed.items()}}
    answer = client.post(path, data=form)
    if answer.text:
        pages.check(answer.text)
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_pages_are_sound_in_three_languages(officer: TestClient, language: str) -> None:
    officer.cookies.set("lang", language)
    paths = [LIST, RELEASE, f"{RELEASE}?partnership={ALFA}", EDIT, PAGE, "/staff/partnerships"]
    before = {path: pages.get(officer, path).html for path in paths}
    assert save(officer, text_nl="Geschreven.", version_nl=0)[0] == 303
    page = pages.get(officer, f"{RELEASE}?partnership={ALFA}").html
    form = {"form_key": "key-of-release", "plan": hidden(page, "plan")}
    assert officer.post(f"{RELEASE}?partnership={ALFA}", data=form).status_code == 303
    assert all(pages.get(officer, path).html != before[path] for path in paths[:-1])


def test_before_the_release_there_is_nothing_for_anybody_but_staff(
    officer: TestClient, browser_of: Callable[..., TestClient]
) -> None:
    assert "Not released yet" in pages.get(officer, PAGE).text()
    assert officer.get(PDF).status_code == 200
    for person in (*MEMBERS[:-1], *OTHERS):
        visitor = browser_of(person)
        assert [visitor.get(path).status_code for path in (PAGE, PDF)] == [404, 404], person


def test_after_the_release_both_sides_and_who_helps_them_read_it(
    session: Session, published: Published, browser_of: Callable[..., TestClient]
) -> None:
    release(session, published, ALFA)
    for person in MEMBERS:
        visitor = browser_of(person)
        text = pages.get(visitor, PAGE).text()
        assert "Alfa and Karongi work together in Test programme." in text, person
        assert "Assessment of the candidacy" not in text
        assert visitor.get(PDF).status_code == 200
    for person in OTHERS:
        visitor = browser_of(person)
        assert [visitor.get(path).status_code for path in (PAGE, PDF)] == [404, 404], person
    assert browser_of("candidate_of_a").get(f"/partnerships/{OMEGA}/motivation").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: TestClient) -> None:
    assert client.get(PAGE).headers["location"].startswith("/sign-in")


def test_a_partnership_that_is_not_there_is_not_found(officer: TestClient) -> None:
    for path in ("/partnerships/x/motivation", "/staff/partnerships/x/motivation", f"{LIST}?call=x"):
        assert officer.get(path).status_code == 404
    assert officer.get(f"{RELEASE}?partnership=x").status_code == 404


@pytest.mark.parametrize("person", [*MEMBERS[:-1], *OTHERS])
def test_the_pages_of_staff_do_not_exist_for_others(browser_of: Callable[..., TestClient], person: str) -> None:
    visitor = browser_of(person)
    assert [visitor.get(path).status_code for path in (LIST, RELEASE, EDIT)] == [404] * 3
    assert [visitor.post(path, data={}).status_code for path in (RELEASE, EDIT)] == [404] * 2


def test_each_reads_the_own_language_and_a_fallback_says_which_it_is(
    session: Session, published: Published, browser_of: Callable[..., TestClient]
) -> None:
    release(session, published, ALFA)
    html = pages.get(browser_of("karongi_coordinator", "fr"), PAGE).html
    assert '<div class="flow" lang="en">' in html
    assert "autre langue : English" in re.sub("[\u00a0\u202f]", " ", html)
    html = pages.get(browser_of("candidate_of_a", "nl"), PAGE).html
    assert "Alfa en Karongi werken samen in Testprogramma." in html
    assert '<div class="flow" lang=' not in html
    html = pages.get(browser_of("candidate_of_a", "nl"), f"{PAGE}?language=en").html
    assert '<div class="flow" lang="en">' in html


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Waarom Alfa en Karongi partners zijn"), ("en", "Why Alfa and Karongi are partners")],
)
def test_the_paper_is_tagged_and_says_its_title_and_language(
    session: Session, published: Published, browser_of: Callable[..., TestClient], language: str, title: str
) -> None:
    release(session, published, ALFA)
    answer = browser_of("karongi_coordinator").get(f"{PDF}?language={language}")
    assert answer.headers["content-type"] == "application/pdf"
    assert f"{ALFA}.pdf" in answer.headers["content-disposition"]
    read = PdfReader(io.BytesIO(answer.content))
    root = read.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)  # type: ignore[index]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()  # type: ignore[index]
    assert read.metadata is not None
    assert read.metadata.title == title
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read.pages))
    said = {one.language: one.text for one in words(session).wordings}
    team, day = {
        "nl": ("Het programmateam, VVSG", "22 november 2026"),
        "en": ("The programme team, VVSG", "22 November"),
    }[language]
    for wanted in (said[language], team, day, "Alfa", "Karongi", "Western Province"):
        assert wanted in text


def test_a_draft_on_paper_says_that_it_is_one(officer: TestClient) -> None:
    read = PdfReader(io.BytesIO(officer.get(f"{PDF}?language=en").content))
    assert "This is a draft of the programme team." in read.pages[0].extract_text()


def test_what_is_typed_is_kept_when_something_is_not_right(officer: TestClient, session: Session) -> None:
    before = words(session)
    status, html = save(officer, text_nl="Wat ik typte.", version_nl=0, text_en="  ", version_en=0)
    assert status == 422
    assert "Wat ik typte." in html
    assert 'href="#text_en"' in html
    status, html = save(officer, text_nl="x" * 4001, version_nl=0)
    assert (status, "x" * 4001 in html) == (422, True)
    assert words(session) == before


def test_an_edit_conflict_shows_both_texts_and_the_next_save_decides(officer: TestClient, session: Session) -> None:
    assert save(officer, text_nl="Van de een.", version_nl=0)[0] == 303
    status, html = save(officer, text_nl="Van de ander.", version_nl=0)
    assert status == 409
    assert "Somebody else saved other words" in html
    assert "Van de ander.</textarea>" in html
    assert '<p class="pre-line" lang="nl">Van de een.</p>' in html
    assert words(session).wordings[0].text == "Van de een."
    assert save(officer, text_nl="Van de ander.", version_nl=hidden(html, "version_nl"))[0] == 303
    assert words(session).wordings[0].text == "Van de ander."


def test_the_proposal_can_be_taken_again_without_losing_what_is_typed_elsewhere(
    officer: TestClient, session: Session
) -> None:
    proposed = words(session).wordings[0].text
    save(officer, text_nl="Eigen woorden.", version_nl=0)
    typed: dict[str, str | int] = {
        "text_nl": "Eigen woorden.",
        "version_nl": 1,
        "text_en": "Typed, not saved.",
        "version_en": 0,
    }
    status, html = save(officer, EDIT, **typed, proposal="nl")
    assert status == 200
    assert f"{proposed}</textarea>" in html.replace("&#34;", '"')
    assert "Typed, not saved.</textarea>" in html
    assert words(session).wordings[0].text == "Eigen woorden."
    assert save(officer, text_nl=proposed, version_nl=hidden(html, "version_nl"))[0] == 303
    assert not words(session).is_edited


def test_exactly_the_mails_that_are_listed_go_out_once(
    officer: TestClient, session: Session, published: Published
) -> None:
    with transaction(session):
        factories.member(session, Role.STAFF, name="Second programme officer")
        factories.member(
            session, Role.COORDINATOR, name="Second of Karongi", government=published.board.world.karongi, language="fr"
        )
    html = pages.get(officer, RELEASE).html
    shown = listed(html)
    assert "No person belongs to Nyanza." in html
    assert "gamma-karongi" in html
    form = {"form_key": "key-of-release", "plan": hidden(html, "plan")}
    for _ in range(2):
        answer = officer.post(RELEASE, data=form)
        assert (answer.status_code, answer.headers["location"].endswith("done=released")) == (303, True)
    assert sent(session, "motivation_released") == shown
    assert len(shown) == 7
    again = officer.post(RELEASE, data={**form, "form_key": "another-key-2"})
    assert again.status_code == 422
    assert "<li>No motivation waits to be released.</li>" in again.text
    assert sent(session, "motivation_released") == shown


def test_who_releases_what_changed_meanwhile_sees_it_first(officer: TestClient, session: Session) -> None:
    html = pages.get(officer, f"{RELEASE}?partnership={ALFA}").html
    save(officer, text_nl="Intussen bewerkt.", version_nl=0)
    form = {"form_key": "key-of-release", "plan": hidden(html, "plan")}
    answer = officer.post(f"{RELEASE}?partnership={ALFA}", data=form)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert "Something changed since this page was opened" in answer.text
    assert "Intussen bewerkt." in answer.text
    assert sent(session, "motivation_released") == []


def test_released_words_are_shown_without_fields_and_cannot_be_saved(
    officer: TestClient, session: Session, published: Published
) -> None:
    release(session, published, ALFA)
    html = pages.get(officer, EDIT).html
    assert "<textarea" not in html
    status, html = save(officer, text_nl="Toch anders.", version_nl=1)
    assert status == 422
    assert "it stands as it is" in html


def test_the_way_there_is_shown_once_it_is_released(
    session: Session, published: Published, browser_of: Callable[..., TestClient]
) -> None:
    member, stranger = browser_of("karongi_coordinator"), browser_of("outsider")
    here = f"/partnerships/{ALFA}"
    for path in (here, "/my"):
        assert PAGE not in pages.get(member, path).html
    release(session, published, ALFA)
    for path in (here, "/my"):
        assert PAGE in pages.get(member, path).html
    assert PAGE not in pages.get(stranger, here).html


def test_pages_take_as_many_queries_for_more_partnerships(
    officer: TestClient, app: FastAPI, session: Session, published: Published
) -> None:
    before = {path: queries(app, officer, path) for path in (LIST, RELEASE)}
    world = published.board.world
    with transaction(session):
        for name in ("Kappa", "Lambda"):
            here = factories.government(session, name)
            there = factories.government(session, f"{name} there", country=world.karongi.country)
            factories.member(session, Role.COORDINATOR, name=f"Of {name}", government=here)
            factories.partnership(session, world.rwanda, here, there)
    assert {path: queries(app, officer, path) for path in (LIST, RELEASE)} == before
    assert max(before.values()) <= 40


def test_what_was_done_stands_in_the_event_log_in_words(
    officer: TestClient, session: Session, published: Published
) -> None:
    save(officer, text_nl="Bewerkt.", version_nl=0)
    release(session, published, ALFA, DELTA)
    of_partnership = sa.select(col(Event.verb), col(Event.details)).where(
        col(Event.subject_kind) == "partnership",
        col(Event.subject_id) == words(session).partnership.id,
        col(Event.verb).startswith("motivation"),
    )
    rows = session.execute(of_partnership.order_by(col(Event.id))).all()
    assert [row.verb for row in rows] == ["motivation.written", "motivation.released"]
    assert rows[-1].details == {"count": 3}
    assert all(has_message(row.verb) for row in rows)
