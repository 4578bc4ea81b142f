"""Reminders of sessions: who gets which, when, once for each moment, in whose language and time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import LinkPurpose, MailChoice, Reply, SessionStatus
from app.models import AgendaSession, Event, Mail, MailPreference, PersonalLink, SessionReply
from app.models.database import transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.services import agenda, digests, session_reminders, task_mails
from app.services.jobs import JOBS
from app.services.mail_choices import choose
from tests import factories
from tests.factories import NOW, number
from tests.personas import World, build_world

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
# a Friday, five days after the clocks in Brussels went back: 14:00 there, 15:00 in Kigali
STARTS = datetime(2026, 10, 30, 13, 0, tzinfo=UTC)
TOLD = STARTS - 20 * DAY
WEEK_BEFORE = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
DAY_BEFORE = STARTS - DAY


@pytest.fixture
def both(both_engines: sa.Engine) -> Iterator[tuple[Session, World]]:
    """The small world, on SQLite and on PostgreSQL."""
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as session:
        yield session, build_world(session)


def planned(session: Session, world: World, *, told_at: datetime = TOLD, **values: object) -> AgendaSession:
    """Announce a session of the partnership."""
    with transaction(session):
        made = factories.agenda_session(
            session, world.programme, starts_at=STARTS, of_partnership=world.partnership, title="Markets"
        )
        made.link, made.changed_at = "https://meet.example.org/1", told_at
        for name, value in values.items():
            setattr(made, name, value)
    return made


def mails(session: Session, kind: str = "session_reminder") -> list[Mail]:
    session.rollback()
    return list(session.scalars(sa.select(Mail).where(col(Mail.kind) == kind).order_by(col(Mail.id))))


def staff(session: Session, world: World) -> Actor:
    found = actor_of_person(session, number(world.vvsg_staff))
    session.rollback()
    return found


def test_everybody_invited_is_reminded_a_week_and_a_day_before_each_once(both: tuple[Session, World]) -> None:
    session, world = both
    planned(session, world)
    written = []
    for moment in (WEEK_BEFORE, DAY_BEFORE):
        written += [session_reminders.remind(session, at) for at in (moment - SECOND, moment, moment, moment + SECOND)]
    assert written == [0, 4, 0, 0] * 2
    assert session_reminders.remind(session, STARTS) == 0
    found = mails(session)
    people = (world.ralga_staff, world.gamma_coordinator, world.karongi_coordinator, world.karongi_participant)
    assert [mail.person_id for mail in found] == [number(person) for person in people] * 2
    assert len({mail.unique_key for mail in found}) == 8
    logged = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "session.reminded")).all()
    assert [details["count"] for details in logged] == [4, 4]


def test_a_reminder_says_when_where_and_what_to_do_in_the_readers_language_and_time(
    both: tuple[Session, World],
) -> None:
    session, world = both
    made = planned(session, world, description="Bring your figures.", schedule="14:00 Welcome")
    session_reminders.remind(session, WEEK_BEFORE)
    by_person = {mail.person_id: mail for mail in mails(session)}
    kigali, brussels = (by_person[number(one)] for one in (world.karongi_participant, world.gamma_coordinator))
    text = kigali.text.replace("\xa0", " ")
    assert kigali.subject.replace("\xa0", " ") == "Reminder: Markets (en), Friday 30 October 2026, 15:00–16:30 (Kigali)"
    for words in (
        "Friday 30 October 2026, 15:00–16:30 (Kigali)\n14:00 (Brussels)",
        "Brussels changes its clock between now and then: 14:00 there will be 15:00 in Kigali instead of 14:00",
        "https://meet.example.org/1",
        "Bring your figures.",
        "14:00 Welcome",
        "http://testserver/reply/",
        f"http://testserver/agenda/{made.id}",
        "?kind=week_before",
    ):
        assert words in text, words
    assert "vrijdag 30 oktober 2026, 14.00–15.30 uur (Brussel)" in brussels.text.replace("\xa0", " ")
    purposes = session.scalars(sa.select(col(PersonalLink.purpose)).order_by(col(PersonalLink.id))).all()
    assert sorted(purposes) == [LinkPurpose.MAIL] * 4 + [LinkPurpose.REPLY] * 4


def test_who_is_not_coming_or_wants_no_such_mail_is_left_alone(both: tuple[Session, World]) -> None:
    session, world = both
    made = planned(session, world)
    with transaction(session):
        for person, reply in (
            (world.karongi_participant, Reply.NOT_COMING),
            (world.karongi_coordinator, Reply.COMING),
            (world.ralga_staff, Reply.WAITING),
        ):
            session.add(SessionReply(session_id=number(made), person_id=number(person), reply=reply, replied_at=TOLD))
        session.add(
            MailPreference(person_id=number(world.gamma_coordinator), choice=MailChoice.WEEK_BEFORE, wanted=False)
        )
    assert session_reminders.remind(session, WEEK_BEFORE) == 2
    assert session_reminders.remind(session, DAY_BEFORE) == 3
    found = mails(session)
    assert [mail.person_id for mail in found[:2]] == [number(world.ralga_staff), number(world.karongi_coordinator)]
    assert "You are on the waiting list." in found[0].text
    assert "You said that you are coming." in found[1].text
    assert "?kind=day_before" in found[2].text


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_nobody_is_reminded_of_what_is_a_draft_or_called_off(
    both: tuple[Session, World], status: SessionStatus
) -> None:
    session, world = both
    planned(session, world, status=status)
    assert session_reminders.remind(session, WEEK_BEFORE) == 0
    assert session_reminders.remind(session, DAY_BEFORE) == 0


def test_a_session_that_moves_is_reminded_of_anew_at_its_new_moment(both: tuple[Session, World]) -> None:
    session, world = both
    made = planned(session, world)
    assert session_reminders.remind(session, WEEK_BEFORE) == 4
    row = session_of(session, staff(session, world), number(made))
    assert row is not None
    later = made.wall_starts_at + 14 * DAY
    session.rollback()
    with transaction(session):
        facts = replace(row.facts, wall_starts_at=later)
        agenda.edit(session, staff(session, world), number(made), facts, now=WEEK_BEFORE + timedelta(hours=1))
    assert session_reminders.remind(session, DAY_BEFORE) == 0
    assert session_reminders.remind(session, STARTS + 7 * DAY) == 4
    assert session_reminders.remind(session, DAY_BEFORE + 14 * DAY) == 4
    assert len({mail.unique_key for mail in mails(session)}) == 12


def test_what_is_announced_late_is_reminded_of_once(both: tuple[Session, World]) -> None:
    session, world = both
    planned(session, world, told_at=STARTS - 3 * DAY)
    moments = [STARTS - timedelta(hours=hours) for hours in range(72, 0, -1)]
    assert sum(session_reminders.remind(session, moment) for moment in moments) == 4


def test_what_is_announced_on_the_last_day_is_not_reminded_of(both: tuple[Session, World]) -> None:
    session, world = both
    planned(session, world, told_at=STARTS - timedelta(hours=20))
    moments = [STARTS - timedelta(hours=hours) for hours in range(20, 0, -1)]
    assert sum(session_reminders.remind(session, moment) for moment in moments) == 0


def test_a_change_of_words_takes_no_reminder_away(both: tuple[Session, World]) -> None:
    session, world = both
    made = planned(session, world)
    row = session_of(session, staff(session, world), number(made))
    assert row is not None
    session.rollback()
    with transaction(session):
        actor = staff(session, world)
        first = replace(row.facts, wall_starts_at=made.wall_starts_at + timedelta(minutes=15))
        agenda.edit(session, actor, number(made), first, now=TOLD)
        agenda.edit(session, actor, number(made), replace(first, description="News"), now=DAY_BEFORE - SECOND)
    assert session_reminders.remind(session, DAY_BEFORE + timedelta(minutes=15)) == 4


def test_the_jobs_that_write_mails_run_by_themselves() -> None:
    found = {job.name: job.run for job in JOBS}
    assert (found["agenda.remind"], found["agenda.digest"]) == (session_reminders.remind, digests.send)
    assert found["tasks.mail"] == task_mails.send


# Monday 23 November 2026, the day after NOW
MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_the_overview_comes_once_a_week_to_who_wants_it(both: tuple[Session, World]) -> None:
    session, world = both
    with transaction(session):
        for days, title in ((4, "Near"), (15, "Far")):
            factories.agenda_session(
                session, world.programme, starts_at=NOW + days * DAY, of_partnership=world.partnership, title=title
            )
        person = number(world.karongi_participant)
        everything = frozenset(MailChoice)
        choose(session, Actor(person_id=person, name="Participant of Karongi"), person, everything, now=NOW)
    # six in the morning in Kigali is four in UTC
    before, sent = MONDAY - timedelta(hours=1, seconds=1), MONDAY - timedelta(hours=1)
    assert [digests.send(session, at) for at in (NOW, before, sent, sent + SECOND, MONDAY + DAY)] == [0, 0, 1, 0, 0]
    assert digests.send(session, sent + 7 * DAY) == 1
    first, second = mails(session, "digest")
    assert first.person_id == number(world.karongi_participant)
    assert ("Near (en)" in first.text, "Far (en)" in first.text) == (True, False)
    assert ("Near (en)" in second.text, "Far (en)" in second.text) == (False, True)
    assert "?kind=digest" in first.text


def test_the_reminder_of_the_day_before_has_the_link_to_tell_that_one_is_there(both: tuple[Session, World]) -> None:
    session, world = both
    made = planned(session, world)
    with transaction(session):
        waits = number(world.ralga_staff)
        session.add(SessionReply(session_id=number(made), person_id=waits, reply=Reply.WAITING, replied_at=TOLD))
    session_reminders.remind(session, WEEK_BEFORE)
    assert not any("/attend/" in mail.text + mail.html for mail in mails(session))
    session_reminders.remind(session, DAY_BEFORE)
    last = mails(session)[4:]
    assert [mail.person_id for mail in last if "/attend/" not in mail.text] == [number(world.ralga_staff)]
    assert all(("/attend/" in mail.text) == ("/attend/" in mail.html) for mail in last)
    kigali = next(mail for mail in last if mail.person_id == number(world.karongi_participant))
    assert "On the day: tell that you are there" in kigali.text
    assert len({mail.text.partition("/attend/")[2][:20] for mail in last}) == 4


def test_a_person_to_whom_none_can_be_written_stops_nobody(both: tuple[Session, World]) -> None:
    session, world = both
    planned(session, world)
    broken = number(world.gamma_coordinator)
    with transaction(session):
        session.merge(world.gamma_coordinator).zone = "Not/A zone"
    assert session_reminders.remind(session, DAY_BEFORE) == 3
    assert broken not in [mail.person_id for mail in mails(session)]
    assert session_reminders.remind(session, DAY_BEFORE) == 0
    with transaction(session):
        session.merge(world.gamma_coordinator).zone = "Europe/Brussels"
    assert session_reminders.remind(session, DAY_BEFORE) == 1
    assert [mail.person_id for mail in mails(session)][3:] == [broken]


def test_a_session_of_which_nothing_can_be_told_stops_no_other(both: tuple[Session, World]) -> None:
    session, world = both
    first = planned(session, world, zone="Not/A zone")
    planned(session, world)
    assert session_reminders.remind(session, DAY_BEFORE) == 4
    assert all(f"/agenda/{first.id}" not in mail.text for mail in mails(session))


def test_an_overview_that_cannot_be_written_stops_no_other(both: tuple[Session, World]) -> None:
    session, world = both
    planned(session, world)
    monday = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
    with transaction(session):
        for person in (world.gamma_coordinator, world.karongi_coordinator):
            session.add(MailPreference(person_id=number(person), choice=MailChoice.DIGEST, wanted=True))
        session.merge(world.gamma_coordinator).zone = "Not/A zone"
    assert digests.send(session, monday) == 1
    assert [mail.person_id for mail in mails(session, "digest")] == [number(world.karongi_coordinator)]
