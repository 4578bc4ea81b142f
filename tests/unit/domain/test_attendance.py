"""Who may say when who was there, and what a list changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.agenda import Belonging
from app.domain.attendance import (
    AttendanceNotYet,
    AttendanceOver,
    Changes,
    CorrectionNotTaken,
    CorrectionWithoutReason,
    GovernmentUnclear,
    Held,
    Length,
    Line,
    Mark,
    MarkedByHost,
    NoAttendance,
    NotExpected,
    Stage,
    changes,
    check_can_attend,
    check_can_mark,
    check_can_see_list,
    check_can_undo,
    check_kept,
    check_reason,
    government_for,
    length_of,
    may,
)
from app.domain.codes import Country, Presence, PresenceSource, Role, SessionKind, SessionStatus
from app.domain.errors import DomainError

START = datetime(2026, 11, 24, 13, tzinfo=UTC)
END = START + timedelta(minutes=90)
PUBLISHED = SessionStatus.PUBLISHED
GAMMA, KARONGI, NIKKI = 3, 4, 5
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
RALGA = Actor(person_id=2, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
OF_GAMMA = Actor(person_id=3, coordinates=frozenset({GAMMA}), participates=frozenset({GAMMA}))
OF_KARONGI = Actor(person_id=4, coordinates=frozenset({KARONGI}), participates=frozenset({KARONGI}))
OF_NIKKI = Actor(person_id=5, coordinates=frozenset({NIKKI}), participates=frozenset({NIKKI}))
PARTICIPANT = Actor(person_id=6, participates=frozenset({KARONGI}))


def held(
    *,
    status: SessionStatus = PUBLISHED,
    kind: SessionKind = SessionKind.JOINT_DIGITAL,
    zone: str = "Africa/Kigali",
    ends_at: datetime = END,
    hosts: tuple[int, ...] = (KARONGI,),
) -> Held:
    belonging = Belonging(Country.RWANDA, frozenset({GAMMA, KARONGI}))
    return Held(status, kind, START, ends_at, zone, belonging, frozenset(hosts))


@pytest.mark.parametrize(
    ("zone", "closes_at"),
    [
        ("Africa/Kigali", datetime(2026, 11, 24, 22, tzinfo=UTC)),
        ("Africa/Porto-Novo", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("Europe/Brussels", datetime(2026, 11, 24, 23, tzinfo=UTC)),
    ],
)
def test_one_is_there_from_half_an_hour_before_until_the_end_of_the_day_there(zone: str, closes_at: datetime) -> None:
    rules, second = held(zone=zone), timedelta(seconds=1)
    check_can_attend(rules, now=START - timedelta(minutes=30))
    check_can_attend(rules, now=closes_at - second)
    with pytest.raises(AttendanceNotYet) as early:
        check_can_attend(rules, now=START - timedelta(minutes=30) - second)
    with pytest.raises(AttendanceOver) as late:
        check_can_attend(rules, now=closes_at)
    assert early.value.params == {"opens_at": START - timedelta(minutes=30)}
    assert late.value.params == {"closed_at": closes_at - timedelta(minutes=1)}
    assert isinstance(early.value.params["opens_at"], datetime)
    assert early.value.params["opens_at"].tzinfo == ZoneInfo(zone)


def test_the_last_day_of_several_counts_and_midnight_belongs_to_the_day_before() -> None:
    assert held(ends_at=START + timedelta(days=4)).last_day == date(2026, 11, 28)
    assert held(ends_at=datetime(2026, 11, 24, 22, tzinfo=UTC)).last_day == date(2026, 11, 24)
    assert held(ends_at=datetime(2026, 11, 24, 22, 1, tzinfo=UTC)).last_day == date(2026, 11, 25)


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_nobody_attends_a_draft_or_what_was_called_off(status: SessionStatus) -> None:
    rules = held(status=status)
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_can_attend(rules, now=START),
        lambda: check_can_mark(STAFF, rules, now=START),
        lambda: check_can_see_list(STAFF, rules),
        lambda: check_can_undo(rules, PresenceSource.LINK, now=START),
    )
    for check in checks:
        with pytest.raises(NoAttendance):
            check()
        assert not may(check)


def test_what_a_host_wrote_is_not_taken_back_by_the_person() -> None:
    check_can_undo(held(), PresenceSource.LINK, now=START)
    for source in (PresenceSource.HOST, PresenceSource.CORRECTION):
        with pytest.raises(MarkedByHost):
            check_can_undo(held(), source, now=START)
    with pytest.raises(AttendanceOver):
        check_can_undo(held(), PresenceSource.LINK, now=END + timedelta(days=1))


def answer(actor: Actor, rules: Held, now: datetime) -> str:
    try:
        return check_can_mark(actor, rules, now=now).value
    except DomainError as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("actor", "kind", "answers"),
    [
        (STAFF, SessionKind.JOINT_DIGITAL, ("attendance_not_yet", "host", "correction")),
        (RALGA, SessionKind.JOINT_DIGITAL, ("attendance_not_yet", "host", "correction")),
        (OF_KARONGI, SessionKind.JOINT_DIGITAL, ("attendance_not_yet", "host", "not_allowed")),
        (OF_KARONGI, SessionKind.BILATERAL, ("attendance_not_yet", "host", "correction")),
        (OF_GAMMA, SessionKind.JOINT_DIGITAL, ("not_allowed",) * 3),
        (OF_GAMMA, SessionKind.BILATERAL, ("attendance_not_yet", "host", "correction")),
        (OF_NIKKI, SessionKind.BILATERAL, ("not_allowed",) * 3),
        (PARTICIPANT, SessionKind.BILATERAL, ("not_allowed",) * 3),
        (PUBLIC, SessionKind.BILATERAL, ("not_allowed",) * 3),
    ],
)
def test_hosts_keep_the_list_for_a_week_and_afterwards_who_may_write_corrects(
    actor: Actor, kind: SessionKind, answers: tuple[str, ...]
) -> None:
    rules = held(kind=kind)
    closes = datetime(2026, 12, 1, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert rules.list_closes_at == closes
    assert tuple(answer(actor, rules, now) for now in (START - second, START, closes)) == answers
    assert answer(actor, rules, closes - second) == answers[1]
    assert [rules.stage(now) for now in (START - second, START, closes)] == [Stage.BEFORE, Stage.OPEN, Stage.LATE]


def test_a_started_candidacy_keeps_no_list() -> None:
    unproven = Actor(person_id=4, candidacy_id=1, coordinates=frozenset({KARONGI}))
    with pytest.raises(NotAllowed):
        check_can_see_list(unproven, held())
    check_can_see_list(OF_KARONGI, held())


def test_a_correction_says_why_and_keeps_a_mark() -> None:
    rules, late = held(), PresenceSource.CORRECTION
    check_reason(rules, PresenceSource.HOST, "")
    check_reason(rules, late, "Forgot")
    for reason in ("", "  ", " x "):
        with pytest.raises(CorrectionWithoutReason):
            check_reason(rules, late, reason)
    taken = Changes({"p1": Mark()}, ())
    check_kept(taken, PresenceSource.HOST)
    with pytest.raises(CorrectionNotTaken):
        check_kept(taken, late)


PRESENT, ABSENT = Mark(Presence.PRESENT, KARONGI), Mark(Presence.ABSENT, KARONGI)
MARKS = st.sampled_from([Mark(), PRESENT, ABSENT, Mark(Presence.PRESENT, GAMMA)])


def test_only_changed_lines_are_written_and_a_line_of_somebody_else_stays() -> None:
    lines = [
        Line("p1", Mark(), PRESENT),
        Line("p2", Mark(), Mark()),
        Line("p3", Mark(), PRESENT),
        Line("p4", PRESENT, Mark()),
        Line("p5", Mark(), PRESENT),
    ]
    stored = {"p2": ABSENT, "p3": ABSENT, "p4": PRESENT, "p5": PRESENT}
    assert changes(lines, stored) == Changes({"p1": PRESENT, "p4": Mark()}, ("p3",))


@given(before=MARKS, first=MARKS, second=MARKS)
def test_of_two_hosts_neither_loses_a_mark_without_being_told(before: Mark, first: Mark, second: Mark) -> None:
    stored = {"p1": before}
    stored |= changes([Line("p1", before, first)], stored).written
    assert stored["p1"] == first
    found = changes([Line("p1", before, second)], stored)
    stored |= found.written
    assert bool(found.conflicts) == (first != before and second not in (before, first))
    if found.conflicts:
        assert stored["p1"] == first
    else:
        assert stored["p1"] == (first if second == before else second)
    assert changes([Line("p1", before, second)], {"p1": second}) == Changes({}, ())


def test_attendance_counts_for_the_own_government_and_who_has_several_chooses() -> None:
    assert government_for([GAMMA], None) == GAMMA
    assert government_for([], None) is None
    assert government_for([GAMMA, KARONGI], KARONGI) == KARONGI
    with pytest.raises(GovernmentUnclear):
        government_for([GAMMA, KARONGI], None)
    with pytest.raises(NotExpected):
        government_for([GAMMA], NIKKI)


def test_the_length_is_minutes_within_a_day_and_days_beyond() -> None:
    morning = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - a wall time
    assert length_of(morning, 90) == Length(minutes=90)
    assert length_of(morning + timedelta(hours=13), 180) == Length(minutes=180)
    assert length_of(morning, 4 * 24 * 60 + 8 * 60) == Length(days=5)
    assert length_of(morning, 90) + Length(days=2) == Length(90, 2)
