"""Polls on both databases: opened, answered, changed, reminded, fixed once, closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import NotAllowed
from app.domain.agenda import Scope, TimeSkipped, TimeTwice, TitleMissing
from app.domain.codes import LinkPurpose, PollState, Role, SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.polls import (
    AnswerMissing,
    ClosesInThePast,
    EverybodyAnswered,
    MomentOver,
    MomentsMissing,
    MomentTooEarly,
    MomentTwice,
    MomentUnknown,
    NobodyToAsk,
    PollClosed,
    PollFixed,
    PollOver,
    RemindedToday,
    TooManyMoments,
    winner,
)
from app.models import AgendaSession, Event, Membership, Person, PersonalLink, Poll, PollMember, PollVote
from app.models.database import transaction
from app.queries.polls import board_of, own_answers, poll_of, polls_of, polls_to_answer
from app.services import polls
from app.services.agenda import PlaceUnknown
from app.services.jobs import JOBS
from app.services.poll_reminders import remind, remind_due
from app.services.polls import PollUnknown, Where
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, session_on
from tests.integration.poll_kit import CLOSES, MAYBE, NEW, NO, STARTS, YES, link_of, mails, opened, option_ids, respond
from tests.personas import World

both = candidacy_kit.both
Both = tuple[sa.Engine, World]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def asked(session: Session, poll_id: int) -> list[str]:
    return [one.name for one in board_of(session, poll_id).members]


def rows(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(
        session.scalars(sa.select(col(Event.verb)).where(col(Event.subject_kind) == "poll").order_by(col(Event.id)))
    )


def test_everybody_of_both_sides_and_the_association_is_asked(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        everybody = ["Coordinator of Gamma", "Coordinator of Karongi", "Officer of RALGA", "Participant of Karongi"]
        assert asked(session, poll_id) == everybody
        sent = mails(session, "poll_invitation")
        assert sorted((one.recipient, one.language) for one in sent) == sorted(
            (one.email, one.language)
            for one in (
                world.gamma_coordinator,
                world.karongi_coordinator,
                world.karongi_participant,
                world.ralga_staff,
            )
        )
        assert len({link_of(session, one) for one in (world.gamma_coordinator, world.karongi_coordinator)}) == 2
        assert verbs(session) == ["poll.opened"]


def test_a_mail_has_the_last_moment_in_the_time_of_its_reader(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        opened(session, world)
        text = {one.person_id: one.text for one in mails(session, "poll_invitation")}
    assert "12.00\xa0uur (Brussel)" in text[number(world.gamma_coordinator)]
    assert "13:00 (Kigali)" in text[number(world.karongi_coordinator)]
    assert "Talk about the market" in text[number(world.karongi_coordinator)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title_nl": "", "title_fr": "", "title_en": ""}, TitleMissing),
        ({"closes_at": NOW}, ClosesInThePast),
        ({"wall_starts": STARTS[:1]}, MomentsMissing),
        ({"wall_starts": (*STARTS, STARTS[0])}, MomentTwice),
        ({"wall_starts": (datetime(2026, 12, 1, 12), *STARTS)}, MomentTooEarly),  # noqa: DTZ001 - a wall time
        ({"wall_starts": tuple(STARTS[0] + n * DAY for n in range(13))}, TooManyMoments),
    ],
)
def test_what_cannot_be_asked_is_refused(both: Both, changes: dict[str, Any], refusal: type[DomainError]) -> None:
    engine, world = both
    with session_on(engine) as session:
        with pytest.raises(refusal):
            opened(session, world, **changes)
        assert (rows(session, Poll), mails(session, "poll_invitation")) == (0, [])


@pytest.mark.parametrize(
    ("wall", "refusal"),
    [
        (datetime(2027, 3, 28, 2, 30), TimeSkipped),  # noqa: DTZ001 - a wall time
        (datetime(2027, 10, 31, 2, 30), TimeTwice),  # noqa: DTZ001 - a wall time
    ],
)
def test_an_hour_that_does_not_exist_or_comes_twice_is_refused_with_its_row(
    both: Both, wall: datetime, refusal: type[DomainError]
) -> None:
    engine, world = both
    with session_on(engine) as session, pytest.raises(refusal) as raised:
        opened(session, world, zone="Europe/Brussels", wall_starts=(STARTS[0], wall))
    assert (raised.value.params["row"], raised.value.params["which"]) == (2, "starts")


def test_only_who_plans_such_sessions_opens_a_poll(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        for other in (world.karongi_participant, world.nikki_coordinator, world.ancb_staff, world.auditor):
            with pytest.raises(NotAllowed):
                opened(session, world, by=other)
        with pytest.raises(NotAllowed):
            opened(session, world, kind=SessionKind.COACHING)
        for one in (world.vvsg_staff, world.ralga_staff, world.karongi_coordinator):
            opened(session, world, by=one)
        staff = actor_of(session, world.vvsg_staff)
        with pytest.raises(PlaceUnknown), transaction(session):
            polls.open_poll(session, staff, NEW, scope=Scope.TRACK, of=99, now=NOW)
        with transaction(session):
            session.execute(sa.delete(Membership).where(col(Membership.role) != Role.STAFF))
        with pytest.raises(NobodyToAsk):
            opened(session, world, by=world.vvsg_staff)
        assert rows(session, Poll) == 3


def test_who_changes_an_answer_has_only_the_last_one(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        respond(session, poll_id, world.karongi_coordinator, YES, YES, NO)
        respond(session, poll_id, world.karongi_coordinator, NO, MAYBE, YES, note="After 10", now=NOW + MINUTE)
        respond(session, poll_id, world.karongi_coordinator, NO, MAYBE, YES, note="After 10", now=NOW + 2 * MINUTE)
        own = own_answers(session, poll_id, number(world.karongi_coordinator))
        assert own is not None
        assert list(own.votes.values()) == [NO, MAYBE, YES]
        assert (own.note, own.answered_at, own.is_complete) == ("After 10", NOW + MINUTE, True)
        assert rows(session, PollVote) == 3
        assert verbs(session) == ["poll.opened", "poll.answered", "poll.answered"]


def test_every_moment_needs_an_answer_and_who_is_not_asked_gives_none(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        with pytest.raises(AnswerMissing) as raised:
            respond(session, poll_id, world.karongi_coordinator, YES, YES)
        assert raised.value.params == {"option": option_ids(session, poll_id)[2]}
        with pytest.raises(PollUnknown):
            respond(session, poll_id, world.outsider, YES, YES, YES)
        with pytest.raises(PollUnknown):
            respond(session, 99, world.karongi_coordinator, YES)
        assert rows(session, PollVote) == 0


def test_after_the_last_moment_no_answer_counts(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        with pytest.raises(PollOver):
            respond(session, poll_id, world.karongi_coordinator, YES, YES, YES, now=CLOSES)
        respond(session, poll_id, world.karongi_coordinator, YES, YES, YES, now=CLOSES - MINUTE)


def test_two_who_answer_twice_at_the_same_moment_leave_one_answer_each(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
    people = [world.karongi_coordinator, world.karongi_participant] * 3
    start = Barrier(len(people))

    def send(who: Person) -> None:
        with session_on(engine) as own:
            start.wait(timeout=30)
            respond(own, poll_id, who, YES, MAYBE, NO)

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(send, people))
    with session_on(engine) as session:
        assert rows(session, PollVote) == 6
        assert verbs(session).count("poll.answered") == 2


def test_moments_come_and_go_and_the_other_answers_stay(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        respond(session, poll_id, world.karongi_coordinator, YES, NO, MAYBE)
        actor = actor_of(session, world.gamma_coordinator)
        first, _second, _third = option_ids(session, poll_id)
        with transaction(session):
            polls.add_moment(session, actor, poll_id, STARTS[0] + timedelta(hours=1), now=NOW)
        with transaction(session):
            polls.remove_moment(session, actor, poll_id, first, now=NOW)
        own = own_answers(session, poll_id, number(world.karongi_coordinator))
        assert own is not None
        assert (list(own.votes.values()), own.is_complete) == ([NO, MAYBE], False)
        assert "Coordinator of Karongi" in [one.name for one in board_of(session, poll_id).waiting]
        refused: tuple[tuple[type[DomainError], Callable[[], None]], ...] = (
            (MomentTwice, lambda: polls.add_moment(session, actor, poll_id, STARTS[1], now=NOW)),
            (MomentTooEarly, lambda: polls.add_moment(session, actor, poll_id, STARTS[1] - 9 * DAY, now=NOW)),
            (MomentUnknown, lambda: polls.remove_moment(session, actor, poll_id, first, now=NOW)),
            (PollOver, lambda: polls.add_moment(session, actor, poll_id, STARTS[0], now=CLOSES)),
        )
        for refusal, act in refused:
            with pytest.raises(refusal), transaction(session):
                act()
        with transaction(session):
            polls.remove_moment(session, actor, poll_id, option_ids(session, poll_id)[0], now=NOW)
        with pytest.raises(MomentsMissing), transaction(session):
            polls.remove_moment(session, actor, poll_id, option_ids(session, poll_id)[0], now=NOW)


def test_what_is_chosen_stands_in_the_agenda_as_it_was_asked(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        actor = actor_of(session, world.gamma_coordinator)
        with transaction(session):
            where = Where(link="https://meet.example.org/1")
            session_id = polls.fix(session, actor, poll_id, option_ids(session, poll_id)[1], where=where, now=NOW)
        made = session.get_one(AgendaSession, session_id)
        poll = session.get_one(Poll, poll_id)
        assert (poll.state, poll.session_id) == (PollState.FIXED, session_id)
        assert (made.wall_starts_at, made.zone, made.duration_minutes) == (STARTS[1], "Africa/Kigali", 90)
        assert (made.partnership_id, made.kind, made.status) == (
            world.partnership.id,
            SessionKind.BILATERAL,
            SessionStatus.PUBLISHED,
        )
        assert (made.title_en, made.description, made.link) == (NEW.title_en, NEW.description, where.link)
        with pytest.raises(PollFixed):
            respond(session, poll_id, world.karongi_coordinator, YES, YES, YES)
        for act in (
            lambda: polls.fix(session, actor, poll_id, option_ids(session, poll_id)[0], now=NOW),
            lambda: polls.close(session, actor, poll_id, reason="No", now=NOW),
            lambda: polls.remove_moment(session, actor, poll_id, option_ids(session, poll_id)[0], now=NOW),
            lambda: remind(session, actor, poll_id, now=NOW),
        ):
            with pytest.raises(PollFixed), transaction(session):
                act()
        assert rows(session, AgendaSession) == 1


def test_two_who_choose_at_the_same_moment_make_one_session(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        options = option_ids(session, poll_id)
    people = (world.vvsg_staff, world.gamma_coordinator)
    start = Barrier(2)

    def choose(which: int) -> str:
        with session_on(engine) as own:
            actor = actor_of(own, people[which])
            own.rollback()
            start.wait(timeout=30)
            try:
                with transaction(own):
                    polls.fix(own, actor, poll_id, options[which], now=NOW)
            except PollFixed:
                return "refused"
            return "chosen"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(choose, range(2))) == ["chosen", "refused"]
    with session_on(engine) as session:
        assert rows(session, AgendaSession) == 1
        assert verbs(session).count("poll.fixed") == 1


def test_only_the_team_and_who_opened_it_choose_and_never_what_is_over(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        option = option_ids(session, poll_id)[0]
        for other in (world.karongi_coordinator, world.ralga_staff, world.outsider):
            with pytest.raises(NotAllowed), transaction(session):
                polls.fix(session, actor_of(session, other), poll_id, option, now=NOW)
        staff = actor_of(session, world.vvsg_staff)
        with pytest.raises(MomentOver), transaction(session):
            polls.fix(session, staff, poll_id, option, now=CLOSES + 3 * DAY)
        with pytest.raises(MomentUnknown), transaction(session):
            polls.fix(session, staff, poll_id, 99, now=NOW)
        with transaction(session):
            polls.fix(session, staff, poll_id, option, now=CLOSES + MINUTE)


def test_who_was_asked_reads_why_a_poll_was_closed(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        actor = actor_of(session, world.gamma_coordinator)
        with transaction(session):
            polls.close(session, actor, poll_id, reason="The market moved.", now=NOW)
        told = mails(session, "poll_closed")
        assert {one.person_id for one in told} == {
            world.karongi_coordinator.id,
            world.karongi_participant.id,
            world.ralga_staff.id,
        }
        assert all("The market moved." in one.text for one in told)
        with pytest.raises(PollClosed), transaction(session):
            polls.close(session, actor, poll_id, reason="Again", now=NOW)
        with pytest.raises(PollClosed):
            respond(session, poll_id, world.karongi_coordinator, YES, YES, YES)


def test_the_button_reminds_who_has_not_answered_once_a_day(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        respond(session, poll_id, world.karongi_coordinator, YES, YES, YES)
        actor = actor_of(session, world.gamma_coordinator)
        with transaction(session):
            assert remind(session, actor, poll_id, now=NOW) == 3
        with pytest.raises(RemindedToday), transaction(session):
            remind(session, actor, poll_id, now=NOW + DAY - MINUTE)
        with transaction(session):
            assert remind(session, actor, poll_id, now=NOW + DAY) == 3
        assert link_of(session, world.ralga_staff, "poll_reminder") != link_of(session, world.ralga_staff)
        for one in (world.gamma_coordinator, world.ralga_staff, world.karongi_participant):
            respond(session, poll_id, one, YES, YES, YES)
        with pytest.raises(EverybodyAnswered), transaction(session):
            remind(session, actor, poll_id, now=NOW + 2 * DAY)
        with pytest.raises(NotAllowed), transaction(session):
            remind(session, actor_of(session, world.ralga_staff), poll_id, now=NOW + 2 * DAY)


def test_two_days_before_the_end_who_has_not_answered_is_reminded_once(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        opened(session, world, closes_at=CLOSES + DAY)
        respond(session, poll_id, world.karongi_coordinator, YES, YES, YES)
        assert remind_due(session, CLOSES - 2 * DAY - MINUTE) == 0
        assert remind_due(session, CLOSES - 2 * DAY) == 3
        assert remind_due(session, CLOSES - 2 * DAY + MINUTE) == 0
        assert {one.person_id for one in mails(session, "poll_reminder")} == {
            world.gamma_coordinator.id,
            world.karongi_participant.id,
            world.ralga_staff.id,
        }
        assert rows(session, PersonalLink) == 8 + 3
        assert remind_due(session, CLOSES) == 4
        assert remind_due(session, CLOSES + DAY) == 0


def test_the_job_is_one_of_all() -> None:
    assert [one.run for one in JOBS if one.name == "polls.remind"] == [remind_due]


def test_the_best_moment_of_the_board(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        respond(session, poll_id, world.karongi_coordinator, YES, YES, MAYBE)
        respond(session, poll_id, world.gamma_coordinator, YES, NO, YES)
        respond(session, poll_id, world.ralga_staff, NO, YES, MAYBE)
        best = winner(board_of(session, poll_id).tallies, now=NOW)
        assert best is not None
        assert best.moment.id == option_ids(session, poll_id)[2]


def test_who_sees_which_polls(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        sees, looks_into = set(), set()
        for one in (
            world.vvsg_staff,
            world.ralga_staff,
            world.ancb_staff,
            world.auditor,
            world.gamma_coordinator,
            world.karongi_coordinator,
            world.karongi_participant,
            world.nikki_coordinator,
            world.outsider,
        ):
            actor = actor_of(session, one)
            if poll_of(session, actor, poll_id) is not None:
                sees.add(one.name)
            if [row.id for row in polls_of(session, actor)] == [poll_id]:
                looks_into.add(one.name)
        into = {"Programme officer", "Officer of RALGA", "Coordinator of Gamma", "Coordinator of Karongi"}
        assert (looks_into, sees) == (into, into | {"Participant of Karongi"})


def test_what_is_left_to_answer(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        who = number(world.karongi_participant)
        assert [one.id for one in polls_to_answer(session, who, now=NOW)] == [poll_id]
        assert polls_to_answer(session, who, now=CLOSES) == []
        assert polls_to_answer(session, number(world.outsider), now=NOW) == []
        respond(session, poll_id, world.karongi_participant, YES, NO, YES)
        assert polls_to_answer(session, who, now=NOW) == []


def test_links_are_for_this_poll_and_outlast_it(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        poll_id = opened(session, world)
        kept = session.scalars(sa.select(PersonalLink)).all()
        assert {(one.purpose, one.subject_id, one.expires_at) for one in kept} == {
            (LinkPurpose.POLL, poll_id, CLOSES + 60 * DAY)
        }
        assert rows(session, PollMember) == 4
