"""The pages of polls: by link and signed in, for who organises them, and what others do not see."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import PollState
from app.models import AgendaSession, Person, PersonalLink, Poll, PollOption
from app.models.database import transaction
from app.queries.polls import own_answers
from app.services import polls
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration.agenda_kit import key_of
from tests.integration.candidacy_kit import actor_of
from tests.integration.poll_kit import CLOSES, MAYBE, NO, STARTS, YES, link_of, mails, opened, option_ids, respond
from tests.pages import get
from tests.personas import World, sign_in, world

__all__ = ["world"]
NEW_POLL = {
    "kind": "bilateral",
    "title_en": "Talk about the market",
    "zone": "Africa/Kigali",
    "minutes": "90",
    "closes_day": "2026-12-01",
    "closes_time": "12:00",
    "day_1": "2026-12-03",
    "time_1": "14:00",
    "day_3": "2026-12-04",
    "time_3": "09:00",
}


def answers(session: Session, poll_id: int, *said: str, **more: str) -> dict[str, str]:
    """Fill in the form of the answers."""
    ids = option_ids(session, poll_id)
    session.rollback()
    return {f"moment_{option}": answer for option, answer in zip(ids, said, strict=False)} | more


def votes(session: Session, poll_id: int, who: Person) -> list[str]:
    session.rollback()
    own = own_answers(session, poll_id, number(who))
    return [said.value for said in own.votes.values()] if own else []


def plain(html: str) -> str:
    """Give the words of a page; spaces that do not break are spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ")


def test_by_link_without_an_account_from_question_to_thanks_and_a_changed_mind(
    client: TestClient, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    link = link_of(session, world.karongi_coordinator)
    page = get(client, link)
    text = plain(page.html)
    assert 'lang="en"' in page.html
    assert "All times are those of Kigali" in text
    assert "Thursday 3 December 2026 14:00–15:30" in text
    assert "13:00 (Brussels)" in text
    # 00:30 in Kigali is 23:30 the day before in Brussels
    assert "Wednesday 9 December 2026 00:30–02:00 8 Dec 2026, 23:30 (Brussels)" in text
    assert page.html.count('type="radio"') == 9
    assert (
        client.post(link, data=answers(session, poll_id, "yes", "no", "if_need_be", note="After 10")).status_code == 303
    )
    thanks = plain(get(client, link).html)
    assert "Thank you, we have your answers" in thanks
    assert "Thursday 3 December 2026, 14:00–15:30 Yes" in thanks
    assert "Your note After 10" in thanks
    again = get(client, f"{link}?change=1")
    assert again.html.count("checked") == 3
    assert ">\nAfter 10</textarea>" in again.html
    client.post(link, data=answers(session, poll_id, "no", "no", "no"))
    assert votes(session, poll_id, world.karongi_coordinator) == ["no", "no", "no"]


def test_nobody_reads_what_others_answered_or_who_they_are(client: TestClient, session: Session, world: World) -> None:
    poll_id = opened(session, world)
    respond(session, poll_id, world.gamma_coordinator, YES, NO, MAYBE, note="Secret remark")
    link = link_of(session, world.karongi_participant)
    for path in (link, f"{link}?change=1"):
        html = get(client, path).html
        assert "Secret remark" not in html
        assert not [one for one in ("Coordinator of", "Officer of", "@example.org") if one in html]
        assert "checked" not in html


def test_every_moment_needs_an_answer_and_what_was_chosen_stays(
    client: TestClient, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    link = link_of(session, world.karongi_coordinator)
    sent = client.post(link, data=answers(session, poll_id, "yes", "perhaps"))
    assert sent.status_code == 422
    assert sent.text.count("Say for each moment whether it suits you.") == 4
    assert sent.text.count("checked") == 1
    too_long = client.post(link, data=answers(session, poll_id, "yes", "yes", "yes", note="x" * 501))
    assert too_long.status_code == 422
    assert votes(session, poll_id, world.karongi_coordinator) == []


def test_a_link_says_what_came_of_the_poll(
    client: TestClient, session: Session, world: World, clock: StandingClock
) -> None:
    fixed, closed, late = opened(session, world), opened(session, world), 0
    links = {}
    for poll_id in (fixed, closed):
        [mail] = [
            one
            for one in mails(session, "poll_invitation")
            if one.person_id == world.karongi_coordinator.id and f"poll:{poll_id}:" in str(one.unique_key)
        ]
        found = re.search(r"/polls/answer/[\w-]+", mail.text)
        assert found
        links[poll_id] = found[0]
    staff = actor_of(session, world.vvsg_staff)
    with transaction(session):
        polls.fix(session, staff, fixed, option_ids(session, fixed)[0], now=NOW)
        polls.close(session, staff, closed, reason="The market moved.", now=NOW)
    chosen = plain(get(client, links[fixed]).html)
    assert "A moment was chosen" in chosen
    assert "Thursday 3 December 2026, 14:00–15:30 (Kigali)" in chosen
    assert "Sign in to see the session" in chosen
    gone = plain(get(client, links[closed]).html)
    assert "No moment was chosen" in gone
    assert "The market moved." in gone
    assert client.post(links[fixed], data=answers(session, fixed, "yes", "yes", "yes")).status_code == 409
    late = opened(session, world)
    link = link_of(session, world.karongi_coordinator)
    clock.now = CLOSES
    assert "This poll takes no more answers" in plain(get(client, link).html)
    assert client.post(link, data=answers(session, late, "yes", "yes", "yes")).status_code == 409
    assert votes(session, late, world.karongi_coordinator) == []
    clock.now = CLOSES + timedelta(days=60)
    assert client.get(link).status_code == 404


def test_unknown_links_do_not_exist_and_are_not_tried_for_long(client: TestClient, world: World) -> None:
    assert world.programme.id
    assert {client.get(f"/polls/answer/none-{n}").status_code for n in range(60)} == {404}
    assert client.get("/polls/answer/none").status_code == 429


def test_a_moment_that_is_added_asks_for_one_more_answer(client: TestClient, session: Session, world: World) -> None:
    poll_id = opened(session, world)
    respond(session, poll_id, world.karongi_coordinator, YES, NO, MAYBE)
    actor = actor_of(session, world.gamma_coordinator)
    with transaction(session):
        polls.add_moment(session, actor, poll_id, STARTS[0] + timedelta(hours=2), now=NOW)
    page = get(client, link_of(session, world.karongi_coordinator))
    assert "A moment was added" in page.html
    assert page.html.count("checked") == 3


def test_signed_in_people_answer_too_and_find_it_on_their_page(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    sign_in(client, app, world.karongi_participant)
    assert "Say which moment suits you: Talk about the market" in get(client, "/my").html
    assert "Talk about the market" in get(client, "/partnerships/gamma-karongi/agenda").html
    assert client.get(f"/polls/{poll_id}").headers["location"] == f"/polls/{poll_id}/answer"
    get(client, f"/polls/{poll_id}/answer")
    sent = client.post(f"/polls/{poll_id}/answer", data=answers(session, poll_id, "yes", "yes", "no"))
    assert sent.headers["location"] == f"/polls/{poll_id}/answer"
    assert votes(session, poll_id, world.karongi_participant) == ["yes", "yes", "no"]
    assert "Say which moment suits you" not in get(client, "/my").html


@pytest.mark.parametrize("who", ["nikki_coordinator", "ancb_staff", "auditor", "outsider"])
def test_others_find_nothing(client: TestClient, app: FastAPI, session: Session, world: World, who: str) -> None:
    poll_id = opened(session, world)
    option = option_ids(session, poll_id)[0]
    session.rollback()
    sign_in(client, app, getattr(world, who))
    base = f"/polls/{poll_id}"
    paths = (base, f"{base}/answer", f"{base}/closing", f"{base}/moments/{option}", f"{base}/moments/{option}/removal")
    assert [client.get(path).status_code for path in paths] == [404] * 5
    posts = (f"{base}/answer", f"{base}/closing", f"{base}/moments/{option}", f"{base}/reminder", f"{base}/moments")
    assert [client.post(path, data={"reason": "Because"}).status_code for path in posts] == [404] * 5


def test_a_participant_does_not_decide_and_the_other_side_only_reads(
    client: TestClient, app: FastAPI, session: Session, world: World, new_client: Callable[[], TestClient]
) -> None:
    poll_id = opened(session, world)
    option = option_ids(session, poll_id)[0]
    session.rollback()
    base = f"/polls/{poll_id}"
    paths = (f"{base}/closing", f"{base}/moments/{option}", f"{base}/moments/{option}/removal")
    sign_in(client, app, world.karongi_participant)
    assert [client.get(path).status_code for path in paths] == [404] * 3
    other = sign_in(new_client(), app, world.karongi_coordinator)
    html = get(other, base).html
    assert "Who answered what" in html
    assert "Choose this moment" not in html
    assert [other.get(path).status_code for path in paths] == [403] * 3
    assert other.post(f"{base}/reminder").status_code == 403


def test_the_organiser_sees_the_order_with_its_reasons_and_who_answered_what(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    respond(session, poll_id, world.karongi_coordinator, YES, YES, NO, note="After 10")
    respond(session, poll_id, world.ralga_staff, MAYBE, YES, YES)
    sign_in(client, app, world.gamma_coordinator)
    client.cookies.set("lang", "en")
    html = get(client, f"/polls/{poll_id}").html
    text = plain(html)
    assert re.findall(r'poll-rank__when">([^<]+)<', html) == [
        "Friday 4\xa0December\xa02026, 08:00–09:30",
        "Thursday 3\xa0December\xa02026, 13:00–14:30",
        "Tuesday 8\xa0December\xa02026, from 23:30 to 01:00 the next day",
    ]
    assert text.index("Suggested") < text.index("Friday 4 December 2026, 08:00–09:30")
    assert "2 yes, 2 have not answered Nobody said no so far." in text
    assert "1 yes, 1 no, 2 have not answered Does not suit Coordinator of Karongi." in text
    assert "Coordinator of Karongi After 10 Yes Yes No" in text
    assert "Participant of Karongi No answer No answer No answer" in text
    assert "Not answered yet: Coordinator of Gamma and Participant of Karongi." in text


def test_choosing_lists_who_is_invited_and_leads_to_the_session(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    respond(session, poll_id, world.karongi_coordinator, NO, YES, YES)
    option = option_ids(session, poll_id)[0]
    session.rollback()
    sign_in(client, app, world.gamma_coordinator)
    client.cookies.set("lang", "en")
    path = f"/polls/{poll_id}/moments/{option}"
    page = get(client, path)
    text = plain(page.html)
    assert "4 people are invited" in text
    for name in ("Coordinator of Gamma", "Coordinator of Karongi", "Officer of RALGA", "Participant of Karongi"):
        assert f"<li>{name}</li>" in page.html
    assert "Does not suit Coordinator of Karongi." in text
    data = {"form_key": key_of(page.html), "link": "http://no", "host_side": ""}
    assert client.post(path, data=data).status_code == 422
    data["link"] = "https://meet.example.org/1"
    sent = [client.post(path, data=data) for _ in range(2)]
    assert len({one.headers["location"] for one in sent}) == 1
    session.rollback()
    [made] = session.scalars(sa.select(AgendaSession))
    assert (made.link, sent[0].headers["location"]) == ("https://meet.example.org/1", f"/agenda/{made.id}")
    assert session.get_one(Poll, poll_id).state is PollState.FIXED
    other = client.post(path, data={"form_key": "another-page", "host_side": ""})
    assert other.status_code == 409
    assert "A moment was chosen already." in other.text
    assert f"/agenda/{made.id}" in get(client, f"/polls/{poll_id}").html


def test_a_poll_is_closed_with_a_reason_and_only_once(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    sign_in(client, app, world.vvsg_staff)
    client.cookies.set("lang", "en")
    path = f"/polls/{poll_id}/closing"
    key = key_of(get(client, path).html)
    assert client.post(path, data={"form_key": key, "reason": " "}).status_code == 422
    assert client.post(path, data={"form_key": key, "reason": "The market moved."}).status_code == 303
    assert client.get(path).status_code == 409
    assert "Reason: The market moved." in plain(get(client, f"/polls/{poll_id}").html)
    assert len(mails(session, "poll_closed")) == 4


def test_the_button_reminds_and_then_says_why_it_does_not(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll_id = opened(session, world)
    sign_in(client, app, world.gamma_coordinator)
    client.cookies.set("lang", "en")
    page = get(client, f"/polls/{poll_id}")
    sent = client.post(f"/polls/{poll_id}/reminder", data={"form_key": key_of(page.html)})
    assert sent.status_code == 303
    assert len(mails(session, "poll_reminder")) == 4
    assert "People were reminded less than a day ago." in get(client, f"/polls/{poll_id}").html
    again = client.post(f"/polls/{poll_id}/reminder", data={"form_key": "another-page"})
    assert again.status_code == 409
    assert len(mails(session, "poll_reminder")) == 4


def test_moments_are_added_and_taken_out(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    poll_id = opened(session, world)
    sign_in(client, app, world.gamma_coordinator)
    client.cookies.set("lang", "en")
    base = f"/polls/{poll_id}"
    key = key_of(get(client, base).html)
    early = client.post(f"{base}/moments", data={"form_key": key, "day": "2026-11-30", "time": "10:00"})
    assert early.status_code == 422
    assert "This moment comes before the poll closes." in early.text
    data = {"form_key": key, "day": "2026-12-10", "time": "10:00"}
    assert [client.post(f"{base}/moments", data=data).status_code for _ in range(2)] == [303, 303]
    session.rollback()
    ids = option_ids(session, poll_id)
    assert len(ids) == 4
    session.rollback()
    path = f"{base}/moments/{ids[0]}/removal"
    key = key_of(get(client, path).html)
    assert client.post(path, data={"form_key": key}).status_code == 303
    session.rollback()
    assert option_ids(session, poll_id) == ids[1:]
    session.rollback()
    assert client.get(path).status_code == 404


def test_a_new_poll_from_the_form(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    sign_in(client, app, world.karongi_coordinator)
    page = get(client, "/polls/new")
    assert page.html.count('type="date"') == 5
    assert "Coaching" not in page.html
    data = {**NEW_POLL, "of": f"partnership:{world.partnership.id}", "form_key": key_of(page.html), "rows": "4"}
    sent = [client.post("/polls", data=data) for _ in range(2)]
    assert len({one.headers["location"] for one in sent}) == 1
    session.rollback()
    [poll] = session.scalars(sa.select(Poll))
    walls = session.scalars(sa.select(col(PollOption.wall_starts_at)).order_by(col(PollOption.starts_at))).all()
    assert walls == [datetime(2026, 12, 3, 14), datetime(2026, 12, 4, 9)]  # noqa: DTZ001 - wall times
    assert (poll.closes_at, poll.created_by) == (CLOSES - timedelta(hours=1), world.karongi_coordinator.id)
    assert "Talk about the market" in get(client, "/polls").html


def test_more_rows_keep_what_was_typed(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.karongi_coordinator)
    sent = client.post("/polls", data={"title_en": "Market", "day_1": "2026-12-03", "more": "1", "form_key": "k" * 12})
    assert sent.status_code == 200
    assert sent.text.count('name="day_') == 12
    assert 'value="Market"' in sent.text
    assert "2026-12-03" in sent.text
    assert "Something is not right yet" not in sent.text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"time_3": ""}, "time_3", "A moment needs a day and a time."),
        ({"day_3": "2026-12-03", "time_3": "14:00"}, "time_3", "This moment is in the poll already."),
        ({"day_3": "2026-11-30"}, "time_3", "This moment comes before the poll closes."),
        ({"day_3": "", "time_3": ""}, "day_1", "Propose 2 to 12 moments"),
        ({"closes_day": "2026-11-21"}, "closes_day", "Choose a last moment for answers that is still to come."),
        ({"title_en": ""}, "title_en", "Write a title in at least one language."),
        ({"of": "partnership:99"}, "of", "Choose for whom the session is."),
        ({"kind": "coaching"}, "kind", "changing it is up to someone else"),
        (
            {"zone": "Europe/Brussels", "day_3": "2027-03-28", "time_3": "02:30"},
            "time_3",
            "or 03:30 summer time (01:30 UTC)",
        ),
        (
            {"zone": "Europe/Brussels", "day_3": "2027-10-31", "time_3": "02:30"},
            "time_3",
            "or 02:30 winter time (01:30 UTC)",
        ),
        ({"zone": "Europe/Brussels", "closes_day": "2027-03-28", "closes_time": "02:30"}, "closes_time", "go forward"),
    ],
)
def test_a_fault_stands_at_its_field(
    client: TestClient, app: FastAPI, world: World, changes: dict[str, str], field: str, sentence: str
) -> None:
    sign_in(client, app, world.karongi_coordinator)
    data = {**NEW_POLL, "of": f"partnership:{world.partnership.id}", **changes}
    sent = client.post("/polls", data=data)
    assert sent.status_code == 422
    error = re.search(rf'id="{field}-error">(.*?)</p>', sent.text, re.DOTALL)
    assert error, re.findall(r'id="(\w+)-error"', sent.text)
    assert sentence in plain(error[1])
    assert f'href="#{field}"' in sent.text


def test_the_address_proposes_moments(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.vvsg_staff)
    query = "&".join(f"moment=2026-12-0{day}T14:00" for day in range(3, 8))
    address = f"/polls/new?{query}&moment=nonsense&zone=Africa/Kigali&minutes=120&kind=coaching"
    html = get(client, f"{address}&of=partnership:{world.partnership.id}").html
    for wanted in (
        'name="day_1" value="2026-12-03"',
        'name="time_5" value="14:00"',
        'name="minutes" value="120"',
        'value="Africa/Kigali" selected',
        'value="coaching" selected',
        f'value="partnership:{world.partnership.id}" selected',
        'name="closes_day" value="2026-11-29"',
    ):
        assert wanted in html, wanted
    assert 'name="day_6"' not in html


def test_links_are_stored_as_hashes_only(session: Session, world: World) -> None:
    opened(session, world)
    secret = link_of(session, world.karongi_coordinator).rpartition("/")[2]
    stored = session.scalars(sa.select(col(PersonalLink.secret_hash))).all()
    assert secret not in stored
    assert len(stored) == 4
