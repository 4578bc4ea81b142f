"""Writing attendance: on both databases, with the event log, and with two hosts at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import NotAllowed
from app.domain.attendance import (
    AttendanceNotYet,
    AttendanceOver,
    CorrectionNotTaken,
    CorrectionWithoutReason,
    GovernmentUnclear,
    Line,
    Mark,
    MarkedByHost,
    NoAttendance,
    NotExpected,
)
from app.domain.codes import LinkPurpose, Presence, PresenceSource, Reply, Role, SessionStatus, Side
from app.models import AgendaSession, Attendance, Event, Membership, Person, SessionReply
from app.models.database import transaction
from app.queries.agenda import SessionRow, session_of
from app.queries.attendance import (
    Counts,
    attended,
    counts_of,
    expected,
    governments_of,
    held,
    marks_of,
    own_mark,
    present_by_government,
)
from app.queries.circles import people_invited
from app.queries.people import actor_of_person
from app.queries.personal_links import holder_of
from app.services import attendance
from app.services.attendance import Guest, Sent
from app.services.attendance_removal import forget_guests
from app.services.removal import remove
from tests import factories
from tests.factories import NOW, add, number
from tests.personas import World, build_world

START = NOW - timedelta(minutes=15)
LATE = NOW + timedelta(days=9)
PRESENT, ABSENT = Presence.PRESENT, Presence.ABSENT


@pytest.fixture
def db(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def small(db: Session) -> World:
    return build_world(db)


def running(db: Session, world: World, **changes: object) -> SessionRow:
    """Add a session of Rwanda that runs now."""
    with transaction(db):
        made = factories.agenda_session(db, world.programme, of_track=world.rwanda, starts_at=START)
        for name, value in changes.items():
            setattr(made, name, value)
        db.flush()
    return seen(db, world.vvsg_staff, number(made))


def seen(db: Session, person: Person, session_id: int) -> SessionRow:
    row = session_of(db, actor_of_person(db, number(person)), session_id)
    assert row is not None
    return row


def attend(
    db: Session, row: SessionRow, person: Person, government: int | None = None, after: timedelta = timedelta()
) -> None:
    with transaction(db):
        actor = actor_of_person(db, number(person))
        attendance.attend(db, row, actor, now=NOW + after, government_id=government)


def undo(db: Session, row: SessionRow, person: Person) -> None:
    with transaction(db):
        attendance.undo(db, row, actor_of_person(db, number(person)), now=NOW)


def mark(
    db: Session,
    row: SessionRow,
    by: Person,
    *lines: Line,
    guest: Guest | None = None,
    reason: str = "",
    after: timedelta = timedelta(),
) -> tuple[str, ...]:
    with transaction(db):
        sent = Sent(lines, guest, reason)
        return attendance.mark(db, row, actor_of_person(db, number(by)), sent, now=NOW + after)


def line(person: Person, chosen: Presence | None, government: int | None, before: Presence | None = None) -> Line:
    def said(presence: Presence | None) -> Mark:
        return Mark(presence, government) if presence else Mark()

    return Line(f"p{number(person)}", said(before), said(chosen))


def verbs(db: Session) -> list[str]:
    query = sa.select(col(Event.verb)).where(col(Event.verb).startswith("attendance.")).order_by(col(Event.id))
    return list(db.scalars(query))


def details(db: Session) -> dict[str, object]:
    event = db.scalars(sa.select(Event).where(col(Event.verb).startswith("attendance."))).all()[-1]
    return dict(event.details)


def known(db: Session, row: SessionRow) -> list[tuple[str, Presence, PresenceSource, str]]:
    return [(one.person_name or one.guest_name, one.presence, one.source, one.reason) for one in marks_of(db, row.id)]


def test_one_tap_registers_once_for_the_own_government_and_is_taken_back(db: Session, small: World) -> None:
    row = running(db, small)
    for _ in range(2):
        attend(db, row, small.karongi_participant)
    mine = own_mark(db, row.id, number(small.karongi_participant))
    assert mine is not None
    assert (mine.presence, mine.source, mine.government_name) == (PRESENT, PresenceSource.LINK, "Karongi")
    assert verbs(db) == ["attendance.attended"]
    assert present_by_government(db, [row.id]) == {row.id: frozenset({small.karongi.id})}
    undo(db, row, small.karongi_participant)
    undo(db, row, small.karongi_participant)
    assert (marks_of(db, row.id), verbs(db)) == ([], ["attendance.attended", "attendance.undone"])


def test_nobody_registers_for_a_session_of_others_too_early_or_too_late(db: Session, small: World) -> None:
    row = running(db, small)
    refused: tuple[tuple[Person, timedelta, type[Exception]], ...] = (
        (small.nikki_coordinator, timedelta(), NotExpected),
        (small.outsider, timedelta(), NotExpected),
        (small.vvsg_staff, timedelta(), NotExpected),
        (small.karongi_participant, timedelta(hours=-1), AttendanceNotYet),
        (small.karongi_participant, timedelta(days=1), AttendanceOver),
    )
    for person, after, refusal in refused:
        with pytest.raises(refusal):
            attend(db, row, person, after=after)
    assert marks_of(db, row.id) == []


def test_an_officer_of_the_association_is_there_for_no_side(db: Session, small: World) -> None:
    row = running(db, small)
    attend(db, row, small.ralga_staff)
    assert known(db, row) == [("Officer of RALGA", PRESENT, PresenceSource.LINK, "")]
    assert present_by_government(db, [row.id]) == {}
    assert counts_of(db, [row.id]) == {row.id: Counts(present=1)}


def test_who_belongs_to_several_governments_says_for_which_it_counts(db: Session, small: World) -> None:
    row = running(db, small)
    person = small.karongi_participant
    with transaction(db):
        add(db, Membership(person_id=number(person), role=Role.PARTICIPANT, local_government_id=number(small.gamma)))
    with pytest.raises(GovernmentUnclear):
        attend(db, row, person)
    with pytest.raises(NotExpected):
        attend(db, row, person, number(small.nikki))
    attend(db, row, person, number(small.gamma))
    attend(db, row, person, number(small.karongi))
    assert present_by_government(db, [row.id]) == {row.id: frozenset({small.karongi.id})}
    assert len(marks_of(db, row.id)) == 1


def test_the_host_writes_many_at_once_and_guests_by_name(db: Session, small: World) -> None:
    row = running(db, small)
    gamma, karongi = number(small.gamma), number(small.karongi)
    lines = (line(small.gamma_coordinator, ABSENT, gamma), line(small.karongi_coordinator, PRESENT, karongi))
    for _ in range(2):
        assert mark(db, row, small.ralga_staff, *lines, guest=Guest("  Head  of a school ", karongi)) == ()
    assert known(db, row) == [
        ("Coordinator of Gamma", ABSENT, PresenceSource.HOST, ""),
        ("Coordinator of Karongi", PRESENT, PresenceSource.HOST, ""),
        ("Head of a school", PRESENT, PresenceSource.HOST, ""),
    ]
    assert verbs(db) == ["attendance.marked"]
    people = {"present": [number(small.karongi_coordinator)], "absent": [number(small.gamma_coordinator)]}
    assert details(db) == {"count": 3, "guests": 1, **people}
    assert counts_of(db, [row.id]) == {row.id: Counts(present=2, absent=1)}
    assert present_by_government(db, [row.id]) == {row.id: frozenset({karongi})}
    guest = next(one for one in marks_of(db, row.id) if one.guest_name)
    mark(db, row, small.ralga_staff, Line(guest.key, guest.mark, Mark()))
    assert counts_of(db, [row.id]) == {row.id: Counts(present=1, absent=1)}
    with pytest.raises(MarkedByHost):
        undo(db, row, small.karongi_coordinator)


def test_only_people_and_governments_of_the_session_are_written(db: Session, small: World) -> None:
    row = running(db, small)
    nikki, karongi = number(small.nikki), number(small.karongi)
    for sent in (
        line(small.nikki_coordinator, PRESENT, nikki),
        line(small.karongi_coordinator, PRESENT, nikki),
        Line("g99", Mark(), Mark(PRESENT, karongi)),
    ):
        with pytest.raises(NotExpected):
            mark(db, row, small.vvsg_staff, line(small.karongi_participant, PRESENT, karongi), sent)
    with pytest.raises(NotExpected):
        mark(db, row, small.vvsg_staff, guest=Guest("Somebody", nikki))
    assert mark(db, row, small.vvsg_staff, guest=Guest("  ", karongi)) == ()
    assert marks_of(db, row.id) == []


def test_who_keeps_the_list_and_when(db: Session, small: World) -> None:
    row = running(db, small, host_side=Side.PARTNER)
    karongi = number(small.karongi)
    one = line(small.karongi_participant, PRESENT, karongi)
    for person in (small.gamma_coordinator, small.karongi_participant, small.ancb_staff, small.auditor):
        with pytest.raises(NotAllowed):
            mark(db, row, person, one)
    with pytest.raises(AttendanceNotYet):
        mark(db, row, small.vvsg_staff, one, after=timedelta(hours=-1))
    assert mark(db, row, small.karongi_coordinator, one) == ()
    away = line(small.karongi_participant, ABSENT, karongi, before=PRESENT)
    with pytest.raises(NotAllowed):
        mark(db, row, small.karongi_coordinator, away, after=timedelta(days=9), reason="Went home early")


def test_both_sides_keep_the_list_of_their_partnership(db: Session, small: World) -> None:
    with transaction(db):
        made = factories.agenda_session(db, small.programme, of_partnership=small.partnership, starts_at=START)
    row = seen(db, small.vvsg_staff, number(made))
    assert held(db, row).hosts == {small.gamma.id, small.karongi.id}
    gamma = number(small.gamma)
    mark(db, row, small.karongi_coordinator, line(small.gamma_coordinator, PRESENT, gamma))
    mark(db, row, small.gamma_coordinator, line(small.gamma_coordinator, ABSENT, gamma, before=PRESENT))
    assert [one.presence for one in marks_of(db, row.id)] == [ABSENT]


def test_a_late_correction_needs_a_reason_that_is_kept_and_shown(db: Session, small: World) -> None:
    row = running(db, small)
    karongi = number(small.karongi)
    mark(db, row, small.ralga_staff, line(small.karongi_participant, ABSENT, karongi))
    there = line(small.karongi_participant, PRESENT, karongi, before=ABSENT)
    late = timedelta(days=9)
    with pytest.raises(CorrectionWithoutReason):
        mark(db, row, small.ralga_staff, there, after=late)
    gone = line(small.karongi_participant, None, karongi, before=ABSENT)
    with pytest.raises(CorrectionNotTaken):
        mark(db, row, small.ralga_staff, gone, after=late, reason="Wrong")
    assert mark(db, row, small.ralga_staff, there, after=late, reason=" Stood on the paper list ") == ()
    correction = ("Participant of Karongi", PRESENT, PresenceSource.CORRECTION, "Stood on the paper list")
    assert known(db, row) == [correction]
    assert verbs(db) == ["attendance.marked", "attendance.corrected"]
    assert details(db)["reason"] == "Stood on the paper list"


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.DRAFT])
def test_a_session_that_does_not_take_place_has_no_attendance(db: Session, small: World, status: SessionStatus) -> None:
    row = running(db, small)
    attend(db, row, small.karongi_participant)
    with transaction(db):
        db.execute(sa.update(AgendaSession).where(col(AgendaSession.id) == row.id).values(status=status))
    row = seen(db, small.vvsg_staff, row.id)
    with pytest.raises(NoAttendance):
        attend(db, row, small.karongi_coordinator)
    with pytest.raises(NoAttendance):
        mark(db, row, small.vvsg_staff, line(small.karongi_coordinator, PRESENT, number(small.karongi)))
    assert present_by_government(db, [row.id]) == {}
    me = number(small.karongi_participant)
    assert attended(db, actor_of_person(db, me), me) == []


def test_the_list_has_exactly_those_who_are_invited_who_is_coming_first(db: Session, small: World) -> None:
    with transaction(db):
        rows = [
            factories.agenda_session(db, small.programme, **scope)
            for scope in ({}, {"of_track": small.rwanda}, {"of_partnership": small.partnership})
        ]
        coming = SessionReply(
            person_id=number(small.ralga_staff), session_id=number(rows[1]), reply=Reply.COMING, replied_at=NOW
        )
        away = SessionReply(
            person_id=number(small.gamma_coordinator),
            session_id=number(rows[1]),
            reply=Reply.NOT_COMING,
            replied_at=NOW,
        )
        add(db, coming)
        add(db, away)
    for made in rows:
        row = seen(db, small.vvsg_staff, number(made))
        scope = {name: getattr(row, name) for name in ("programme_id", "track_id", "partnership_id")}
        listed = expected(db, row, governments_of(db, row))
        assert {one.person_id for one in listed} == {one.person_id for one in people_invited(db, **scope)}
    row = seen(db, small.vvsg_staff, number(rows[1]))
    listed = expected(db, row, governments_of(db, row))
    assert [(one.name, one.association, one.reply) for one in listed] == [
        ("Officer of RALGA", "ralga", Reply.COMING),
        ("Coordinator of Karongi", "", None),
        ("Participant of Karongi", "", None),
        ("Coordinator of Gamma", "", Reply.NOT_COMING),
    ]
    assert [side.side for side in governments_of(db, row)] == [Side.FLEMISH, Side.PARTNER]


def test_two_hosts_at_the_same_moment_lose_no_mark(both_engines: sa.Engine, db: Session, small: World) -> None:
    row = running(db, small)
    gamma, karongi = number(small.gamma), number(small.karongi)
    own = line(small.gamma_coordinator, PRESENT, gamma), line(small.karongi_coordinator, PRESENT, karongi)
    shared = line(small.karongi_participant, PRESENT, karongi), line(small.karongi_participant, ABSENT, karongi)
    start = Barrier(2)

    def write(which: int) -> tuple[str, ...]:
        with Session(both_engines) as session:
            by = (small.vvsg_staff, small.ralga_staff)[which]
            actor = actor_of_person(session, number(by))
            start.wait(timeout=30)
            with transaction(session):
                sent = Sent((own[which], shared[which]))
                return attendance.mark(session, row, actor, sent, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        conflicts = list(pool.map(write, range(2)))
    told = f"p{number(small.karongi_participant)}"
    assert sorted(conflicts) == [(), (told,)]
    db.rollback()
    stored = {one.person_name: one.presence for one in marks_of(db, row.id)}
    first = (PRESENT, ABSENT)[conflicts.index(())]
    assert stored == {
        "Coordinator of Gamma": PRESENT,
        "Coordinator of Karongi": PRESENT,
        "Participant of Karongi": first,
    }


def test_links_lead_to_the_session_and_end_a_week_after_the_day(db: Session, small: World) -> None:
    row = running(db, small)
    ids = [number(small.karongi_participant), number(small.gamma_coordinator)]
    with transaction(db):
        paths = attendance.attendance_paths(db, row, ids, NOW - timedelta(days=1))
    assert set(paths) == set(ids)
    secret = paths[ids[0]].removeprefix("/attend/")
    holder = holder_of(db, secret, LinkPurpose.ATTEND, now=NOW)
    assert holder is not None
    assert (holder.person_id, holder.subject_id) == (ids[0], row.id)
    ends = held(db, row).closes_at + timedelta(days=7)
    assert holder_of(db, secret, LinkPurpose.ATTEND, now=ends - timedelta(seconds=1)) is not None
    assert holder_of(db, secret, LinkPurpose.ATTEND, now=ends) is None
    assert holder_of(db, secret, LinkPurpose.POLL, now=NOW) is None


def test_own_sessions_are_seen_by_the_person_the_team_and_the_own_coordinator(db: Session, small: World) -> None:
    row = running(db, small)
    attend(db, row, small.karongi_participant)
    mark(db, row, small.vvsg_staff, line(small.gamma_coordinator, ABSENT, number(small.gamma)))
    me = number(small.karongi_participant)

    def seen_by(person: Person, whose: int = me) -> list[str]:
        return [one.title_en for one in attended(db, actor_of_person(db, number(person)), whose)]

    readers = (small.karongi_participant, small.vvsg_staff, small.karongi_coordinator)
    assert [seen_by(person) for person in readers] == [["Session (en)"]] * 3
    others = (small.gamma_coordinator, small.ancb_staff, small.auditor, small.outsider, small.candidate_of_a)
    assert [seen_by(person) for person in others] == [[]] * 5
    assert seen_by(small.gamma_coordinator, number(small.gamma_coordinator)) == []


def test_after_removal_the_attendance_still_counts_without_a_name(db: Session, small: World) -> None:
    row = running(db, small)
    name = small.karongi_participant.name
    attend(db, row, small.karongi_participant)
    mark(db, row, small.vvsg_staff, guest=Guest(f"Sister of {name}", number(small.karongi)))
    mark(
        db,
        row,
        small.vvsg_staff,
        line(small.gamma_coordinator, PRESENT, number(small.gamma)),
        reason=f"{name} saw it",
        after=timedelta(days=9),
    )
    with transaction(db):
        actor = actor_of_person(db, number(small.vvsg_staff))
        remove(db, actor, number(small.karongi_participant), reason="Asked", now=LATE)
    left = db.execute(sa.select(col(Attendance.guest_name), col(Attendance.reason))).all()
    assert not [words for words in left if name in words[0] + words[1]]
    assert counts_of(db, [row.id]) == {row.id: Counts(present=3)}
    assert present_by_government(db, [row.id]) == {row.id: frozenset({small.karongi.id, small.gamma.id})}
    assert attended(db, actor, number(small.karongi_participant)) == []


def test_names_of_guests_go_two_years_after_the_programme_and_the_count_stays(db: Session, small: World) -> None:
    row = running(db, small)
    mark(db, row, small.vvsg_staff, guest=Guest("Head of a school", number(small.karongi)))
    gamma = line(small.gamma_coordinator, PRESENT, number(small.gamma))
    mark(db, row, small.vvsg_staff, gamma, reason="Paper list", after=timedelta(days=9))
    ends = small.programme.ends_on
    due = datetime(ends.year + 2, ends.month, ends.day, 12, tzinfo=UTC)
    assert forget_guests(db, due - timedelta(days=1)) == 0
    assert [forget_guests(db, due), forget_guests(db, due)] == [2, 0]
    db.rollback()
    left = db.execute(sa.select(col(Attendance.guest_name), col(Attendance.reason)).order_by(col(Attendance.id))).all()
    assert [tuple(words) for words in left] == [("…", ""), ("", "…")]
    assert counts_of(db, [row.id]) == {row.id: Counts(present=2)}
