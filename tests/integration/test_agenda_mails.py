"""Mails about sessions as they arrive: in the reader's language and time, with an invitation that names nobody else."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionKind, SessionStatus
from app.domain.series import Repeat, Repetition
from app.models import Mail
from app.models.database import transaction
from app.queries.agenda import SessionRow, session_of
from app.queries.people import actor_of_person
from app.services import agenda, series
from app.services.agenda_mails import tell_published
from app.services.mail import send_due
from app.services.smtp import SmtpSender
from tests.calendar_programs import calendar_parts
from tests.clients import NOW, StandingClock
from tests.factories import number
from tests.letterbox import Letterbox
from tests.personas import World

# a Friday; the clocks in Brussels go forward two days later
FACTS = Facts(
    kind=SessionKind.BILATERAL,
    title_nl="Markten",
    title_fr="Marchés",
    title_en="Markets",
    wall_starts_at=datetime(2027, 3, 26, 14, 0),  # noqa: DTZ001 - a wall time
    zone="Europe/Brussels",
    duration_minutes=90,
    link="https://meet.example.org/1",
)
MONDAY = replace(FACTS, wall_starts_at=datetime(2027, 3, 29, 14, 0))  # noqa: DTZ001 - a wall time


class Post:
    """Sends what waits over a real server, and gives it by recipient."""

    def __init__(self, engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock) -> None:
        self._way, self._letterbox = (engine, sender, clock), letterbox

    def fetch(self) -> dict[str, EmailMessage]:
        self._letterbox.messages.clear()
        engine, sender, clock = self._way
        send_due(engine, sender, clock=clock)
        found = {str(message["To"]): message for message in self._letterbox.messages}
        assert len(found) == len(self._letterbox.messages)
        return found


@pytest.fixture
def post(engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock) -> Post:
    return Post(engine, sender, letterbox, clock)


@pytest.fixture
def staff(session: Session, world: World) -> Actor:
    found = actor_of_person(session, number(world.vvsg_staff))
    session.rollback()
    return found


def announced(session: Session, world: World, by: Actor, facts: Facts = FACTS) -> int:
    with transaction(session):
        return agenda.create(session, by, facts, scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW)


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\xa0", " ").replace("\r\n", "\n")


def test_an_invitation_is_a_form_of_the_mail_and_names_its_recipient_alone(
    session: Session, world: World, staff: Actor, post: Post
) -> None:
    announced(session, world, staff)
    found = post.fetch()
    people = (world.ralga_staff, world.gamma_coordinator, world.karongi_coordinator, world.karongi_participant)
    assert sorted(found) == sorted(person.email for person in people)
    message = found[world.gamma_coordinator.email]
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    calendar = parts[2]
    assert (calendar.get_param("method"), calendar.get_content_charset()) == ("REQUEST", "utf-8")
    (event,) = Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:tandem@example.org"
    assert str(event["ATTENDEE"]) == f"mailto:{world.gamma_coordinator.email}"
    assert str(event["LOCATION"]) == "https://meet.example.org/1"
    others = {person.email for person in people} - {world.gamma_coordinator.email}
    assert not any(address in message.as_string() for address in others)
    assert "vrijdag 26 maart 2027, 14.00–15.30 uur (Brussel)\n15.00 uur (Kigali)" in plain(message)
    assert "http://testserver/reply/" in plain(message)


def test_several_sessions_go_in_one_mail_with_an_invitation_each(
    session: Session, world: World, staff: Actor, post: Post
) -> None:
    drafts = [announced(session, world, staff, replace(one, status=SessionStatus.DRAFT)) for one in (FACTS, MONDAY)]
    rows = [row(session, staff, one) for one in drafts]
    with transaction(session):
        tell_published(session, staff, rows, now=NOW)
        tell_published(session, staff, rows, now=NOW)
    found = post.fetch()
    assert len(found) == 4
    message = found[world.karongi_participant.email]
    invitations = calendar_parts(message)
    assert [part.get_param("method") for part in invitations] == ["REQUEST", "REQUEST"]
    assert [part.get_filename() for part in invitations] == ["1.ics", "2.ics"]
    uids = [str(Calendar.from_ical(part.get_content()).walk("VEVENT")[0]["UID"]) for part in invitations]
    assert uids == [one.uid for one in rows]
    assert plain(message).count("/reply/") == 2


def row(session: Session, staff: Actor, one: int) -> SessionRow:
    found = session_of(session, staff, one)
    session.rollback()
    assert found is not None
    return found


def test_what_changed_stands_first_old_and_new_with_the_change_of_the_clocks(
    session: Session, world: World, staff: Actor, post: Post
) -> None:
    one = announced(session, world, staff)
    post.fetch()
    with transaction(session):
        agenda.edit(session, staff, one, MONDAY, now=NOW)
    found = post.fetch()
    text = plain(found[world.karongi_participant.email])
    assert text.startswith(
        "New time: Monday 29 March 2027, 14:00–15:30 (Kigali)\n14:00 (Brussels)\n\n"
        "It was: Friday 26 March 2027, 15:00–16:30 (Kigali)\n14:00 (Brussels)\n\n"
        "Brussels changes its clock between now and then: 14:00 there will be 14:00 in Kigali instead of 15:00"
    )
    (part,) = calendar_parts(found[world.karongi_participant.email])
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert (part.get_param("method"), str(event["SEQUENCE"]), str(event["STATUS"])) == ("REQUEST", "1", "CONFIRMED")


def test_a_session_called_off_is_cancelled_in_calendars_and_the_actor_gets_no_mail(
    session: Session, world: World, post: Post
) -> None:
    coordinator = actor_of_person(session, number(world.karongi_coordinator))
    session.rollback()
    one = announced(session, world, coordinator)
    assert world.karongi_coordinator.email not in post.fetch()
    with transaction(session):
        agenda.cancel(session, coordinator, one, reason="National mourning", now=NOW)
    found = post.fetch()
    assert sorted(found) == sorted(
        person.email for person in (world.ralga_staff, world.gamma_coordinator, world.karongi_participant)
    )
    (part,) = calendar_parts(found[world.karongi_participant.email])
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert (part.get_param("method"), str(event["SEQUENCE"]), str(event["STATUS"])) == ("CANCEL", "1", "CANCELLED")
    session.rollback()
    assert set(session.scalars(sa.select(col(Mail.calendar)))) == {""}


def test_words_of_the_organizer_and_long_names_keep_to_the_form() -> None:
    from app.documents.invitations import Party, addressed

    text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    organizer = Party('Équipe "du programme"\r\nX-EVIL:1 ' + "é" * 60, "tandem@example.org")
    (made,) = addressed(text, organizer=organizer, attendee=Party("", "ada@example.org"))
    assert all(len(line.encode()) <= 75 for line in made.text.split("\r\n"))
    assert "\r\nX-EVIL" not in made.text
    with pytest.raises(ValueError, match="method"):
        addressed(text.replace("METHOD:REQUEST\r\n", ""), organizer=organizer, attendee=organizer)


def test_a_series_that_moves_and_is_called_off_writes_to_each_person_once(
    session: Session, world: World, staff: Actor, post: Post
) -> None:
    weekly = Repetition(Repeat.WEEKLY, 3)
    with transaction(session):
        made = series.create(
            session, staff, FACTS, weekly, scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW
        )
    post.fetch()
    with transaction(session):
        later = replace(FACTS, wall_starts_at=FACTS.wall_starts_at.replace(hour=15), place="Karongi")
        series.edit_following(session, staff, made[0], later, now=NOW)
    found = post.fetch()
    assert len(found) == 4
    message = found[world.karongi_participant.email]
    assert sequences(message) == [("REQUEST", 1)] * 3
    text = plain(message)
    assert str(message["Subject"]) == "Changed: 3 sessions, Markets"
    assert text.index("New time: Friday 26 March 2027") < text.index("New time: Friday 2 April 2027")
    assert text.count("New place: Karongi") == 3
    assert text.index("New time") < text.index("Hello")
    with transaction(session):
        series.cancel_following(session, staff, made[1], reason="A strike", now=NOW)
    found = post.fetch()
    assert len(found) == 4
    message = found[world.karongi_participant.email]
    assert sequences(message) == [("CANCEL", 2)] * 2
    assert plain(message).count("A strike") == 1
    assert str(message["Subject"]) == "Cancelled: 2 sessions, Markets"


def sequences(message: EmailMessage) -> list[tuple[object, int]]:
    """Give method and sequence of each invitation of a mail."""
    parts = calendar_parts(message)
    events = [Calendar.from_ical(part.get_content()).walk("VEVENT")[0] for part in parts]
    return [(part.get_param("method"), int(str(event["SEQUENCE"]))) for part, event in zip(parts, events, strict=True)]
