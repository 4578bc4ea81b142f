"""What is expected of each side, and how it stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codes import ObligationStatus, Presence, SessionKind, SessionStatus, Side
from app.domain.obligations import (
    ATTENTION,
    Attended,
    Expected,
    HeldSession,
    Obligation,
    agenda_clashes,
    is_for,
    obligations,
    programme_years,
    reciprocity,
    worst,
)
from app.domain.programme import Rules

YEARS = programme_years(date(2026, 1, 1), date(2027, 12, 31))
TODAY = date(2026, 11, 22)
RULES = Rules()
DONE, PLANNED, AT_RISK, MISSED = (
    ObligationStatus.DONE,
    ObligationStatus.PLANNED,
    ObligationStatus.AT_RISK,
    ObligationStatus.MISSED,
)
BOTH = {Side.FLEMISH: Presence.PRESENT, Side.PARTNER: Presence.PRESENT}


def held(number: int, day: date, kind: SessionKind = SessionKind.JOINT_DIGITAL, **more: object) -> HeldSession:
    made = HeldSession(number, kind, SessionStatus.PUBLISHED, day, day)
    return replace(made, **more)  # type: ignore[arg-type]


def visit(number: int, first: date, host: Side | None, **more: object) -> HeldSession:
    """A visit of a week with a delegation on record."""
    facts = {"last": first + timedelta(days=6), "host_side": host, "has_delegation": True, **more}
    return held(number, first, SessionKind.WORK_VISIT, **facts)


def one(
    sessions: list[HeldSession],
    attended: Attended,
    expected: Expected = Expected.DIGITAL,
    side: Side = Side.FLEMISH,
    year: int | None = 1,
    *,
    today: date = TODAY,
    rules: Rules = RULES,
) -> Obligation:
    found = obligations(rules, YEARS, sessions, attended, today=today)
    return next(each for each in found if (each.expected, each.side, each.year) == (expected, side, year))


def test_the_years_of_a_programme_begin_on_its_anniversary() -> None:
    years = programme_years(date(2024, 2, 29), date(2026, 1, 31))
    assert [(year.number, year.first, year.last) for year in years] == [
        (1, date(2024, 2, 29), date(2025, 2, 27)),
        (2, date(2025, 2, 28), date(2026, 1, 31)),
    ]


def test_everything_is_named_by_year_and_side_and_the_exchange_for_the_flemish_only() -> None:
    found = obligations(RULES, YEARS, [], {}, today=TODAY)
    flemish = [Expected.DIGITAL, Expected.MEETINGS, Expected.EXCHANGE, Expected.VISIT_WEEK]
    partner = [Expected.DIGITAL, Expected.MEETINGS, Expected.VISIT_WEEK]
    visits = [Expected.VISIT_MADE, Expected.VISIT_RECEIVED]
    by_side = {Side.FLEMISH: flemish, Side.PARTNER: partner}
    assert [(each.year, each.side, each.expected) for each in found] == [
        *((year, side, expected) for year in (1, 2) for side in Side for expected in by_side[side]),
        *((None, side, expected) for side in Side for expected in visits),
    ]
    assert {each.deadline for each in found} == {date(2026, 12, 31), date(2027, 12, 31)}


def test_what_is_expected_nought_times_is_left_out() -> None:
    rules = Rules(
        digital_sessions_expected=0, meetings_expected=0, physical_exchanges=0, visits_made=0, visits_received=0
    )
    assert obligations(rules, YEARS, [], {}, today=TODAY) == ()


def test_what_was_attended_counts_and_what_is_announced_is_planned() -> None:
    sessions = [held(1, date(2026, 3, 1)), held(2, date(2026, 6, 1)), held(3, date(2026, 12, 3))]
    found = one(sessions, {1: BOTH, 2: BOTH})
    assert (found.status, found.counting, found.coming) == (PLANNED, (1, 2), (3,))
    assert (found.needed, found.counted, found.planned, found.lacking, found.unplanned) == (3, 2, 1, 1, 0)


def test_a_session_that_the_other_side_attended_counts_for_that_side_only() -> None:
    sessions = [held(1, date(2026, 3, 1))]
    attended = {1: {Side.PARTNER: Presence.PRESENT, Side.FLEMISH: Presence.ABSENT}}
    assert one(sessions, attended).counting == ()
    assert one(sessions, attended, side=Side.PARTNER).counting == (1,)


def test_enough_attended_is_done_for_ever() -> None:
    sessions = [held(number, date(2026, number, 1)) for number in (1, 2, 3)]
    attended = dict.fromkeys((1, 2, 3), BOTH)
    assert [one(sessions, attended, today=day).status for day in (date(2026, 3, 1), date(2030, 1, 1))] == [DONE, DONE]


@pytest.mark.parametrize(
    ("today", "status"), [(date(2026, 12, 31), AT_RISK), (date(2027, 1, 1), MISSED), (date(2025, 6, 1), AT_RISK)]
)
def test_too_few_is_a_risk_until_the_year_is_over(today: date, status: ObligationStatus) -> None:
    assert one([], {}, today=today).status is status


def test_what_is_over_without_a_word_on_who_was_there_is_named_and_does_not_count() -> None:
    found = one([held(1, date(2026, 3, 1)), held(2, TODAY)], {})
    assert (found.counting, found.coming, found.unmarked) == ((), (2,), (1,))


def test_who_registers_before_a_session_does_not_make_it_count() -> None:
    found = one([held(1, date(2026, 12, 3))], {1: BOTH})
    assert (found.counting, found.coming) == ((), (1,))


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.DRAFT])
def test_cancelled_sessions_and_drafts_are_nothing(status: SessionStatus) -> None:
    found = one([held(1, date(2026, 3, 1), status=status), held(2, date(2026, 12, 3), status=status)], {1: BOTH})
    assert (found.counting, found.coming, found.unmarked) == ((), (), ())


def test_a_visit_counts_when_it_is_over_and_by_its_direction() -> None:
    sessions = [visit(1, date(2026, 5, 4), Side.PARTNER), visit(2, date(2027, 5, 3), Side.FLEMISH)]
    made = one(sessions, {}, Expected.VISIT_MADE, year=None)
    received = one(sessions, {}, Expected.VISIT_RECEIVED, year=None)
    assert (made.status, made.counting) == (DONE, (1,))
    assert (received.status, received.coming) == (PLANNED, (2,))
    assert one(sessions, {}, Expected.VISIT_RECEIVED, Side.PARTNER, None).counting == (1,)
    assert one(sessions, {}, Expected.VISIT_WEEK).status is DONE
    assert one(sessions, {}, Expected.VISIT_WEEK, year=2).status is PLANNED
    assert one(sessions, {}, Expected.VISIT_WEEK, today=date(2026, 5, 10)).status is PLANNED


def test_a_visit_to_which_nobody_travelled_does_not_count() -> None:
    sessions = [visit(1, date(2026, 5, 4), Side.PARTNER)]
    attended = {1: {Side.FLEMISH: Presence.ABSENT, Side.PARTNER: Presence.PRESENT}}
    for side in Side:
        assert one(sessions, attended, Expected.VISIT_WEEK, side).counting == ()


def test_a_visit_of_which_nobody_said_who_travelled_does_not_count() -> None:
    sessions = [visit(1, date(2026, 5, 4), Side.PARTNER, has_delegation=False)]
    there = {Side.PARTNER: Presence.PRESENT}
    known: list[dict[int, dict[Side, Presence]]] = [{}, {1: {}}, {1: there}]
    for attended in known:
        for side in Side:
            found = one(sessions, attended, Expected.VISIT_WEEK, side)
            assert (found.counting, found.coming, found.unmarked) == ((), (), (1,))
        assert reciprocity(sessions, attended, today=TODAY).visits == {Side.FLEMISH: 0, Side.PARTNER: 0}
    travelled = {1: {Side.FLEMISH: Presence.PRESENT}}
    assert one(sessions, travelled, Expected.VISIT_WEEK, Side.PARTNER).counting == (1,)
    assert one(sessions, travelled, Expected.VISIT_MADE, year=None).counting == (1,)
    assert reciprocity(sessions, travelled, today=TODAY).visits == {Side.FLEMISH: 1, Side.PARTNER: 0}


def test_marks_go_before_the_delegation() -> None:
    sessions = [visit(1, date(2026, 5, 4), Side.PARTNER)]
    nobody = {1: {Side.FLEMISH: Presence.ABSENT}}
    found = one(sessions, nobody, Expected.VISIT_RECEIVED, Side.PARTNER, None)
    assert (found.counting, found.unmarked) == ((), ())
    away = {1: {Side.PARTNER: Presence.ABSENT}}
    assert one(sessions, away, Expected.VISIT_MADE, year=None).counting == (1,)
    assert one(sessions, away, Expected.VISIT_RECEIVED, Side.PARTNER, None).counting == ()


def test_a_visit_without_a_host_is_a_week_and_has_no_direction() -> None:
    sessions = [visit(1, date(2026, 5, 4), None)]
    assert one(sessions, {}, Expected.VISIT_WEEK).counting == (1,)
    assert one(sessions, {}, Expected.VISIT_MADE, year=None).counting == ()
    assert one(sessions, {}, Expected.VISIT_RECEIVED, year=None).counting == ()


def test_visits_and_their_events_are_no_half_day_meetings() -> None:
    sessions = [
        visit(1, date(2026, 5, 4), Side.PARTNER),
        held(2, date(2026, 5, 5), SessionKind.THEMATIC),
        held(3, date(2026, 6, 5), SessionKind.BILATERAL),
        held(4, date(2026, 7, 5), SessionKind.PHYSICAL_EXCHANGE),
    ]
    attended = dict.fromkeys((1, 2, 3, 4), BOTH)
    assert one(sessions, attended, Expected.MEETINGS).counting == (3, 4)
    assert one(sessions, attended, Expected.MEETINGS, Side.PARTNER).counting == (3,)
    assert one(sessions, attended, Expected.EXCHANGE).counting == (4,)


def test_what_can_still_be_mended_needs_attention_first() -> None:
    found = obligations(RULES, YEARS, [], {}, today=TODAY)
    assert worst(found) is AT_RISK
    assert worst(()) is DONE
    assert worst([replace(found[0], status=MISSED), replace(found[0], status=PLANNED)]) is MISSED
    assert set(ATTENTION) == set(ObligationStatus)


def test_the_agenda_clashes_with_the_rules_year_by_year_while_it_can_be_mended() -> None:
    sessions = [
        *(held(number, date(2026, number, 1)) for number in (1, 2)),
        held(3, date(2026, 3, 1), status=SessionStatus.CANCELLED),
        *(held(10 + number, date(2027, number, 1)) for number in (1, 2, 3)),
        *(held(20 + number, date(2027, number, 8), SessionKind.BILATERAL) for number in (1, 2)),
        held(30, date(2026, 9, 1), SessionKind.PHYSICAL_EXCHANGE),
        held(31, date(2027, 9, 1), SessionKind.PHYSICAL_EXCHANGE),
        visit(32, date(2026, 10, 5), Side.PARTNER),
        visit(33, date(2027, 10, 4), Side.FLEMISH),
    ]
    found = agenda_clashes(RULES, YEARS, sessions, today=TODAY)
    assert [(each.expected, each.side, each.year, each.planned, each.needed) for each in found] == [
        (Expected.DIGITAL, Side.FLEMISH, 1, 2, 3),
        (Expected.MEETINGS, Side.FLEMISH, 1, 3, 5),
        (Expected.DIGITAL, Side.PARTNER, 1, 2, 3),
        (Expected.MEETINGS, Side.PARTNER, 1, 2, 5),
    ]
    assert agenda_clashes(RULES, YEARS, sessions, today=date(2027, 1, 1)) == ()


def test_reciprocity_counts_what_is_over() -> None:
    sessions = [
        visit(1, date(2026, 5, 4), Side.PARTNER),
        visit(2, date(2027, 5, 3), Side.FLEMISH),
        visit(3, date(2026, 6, 1), Side.FLEMISH, status=SessionStatus.CANCELLED),
        held(4, date(2026, 5, 5), SessionKind.THEMATIC, host_side=Side.PARTNER),
        held(5, date(2026, 6, 5), SessionKind.BILATERAL, host_side=Side.FLEMISH),
        held(6, date(2026, 7, 5), SessionKind.BILATERAL),
    ]
    found = reciprocity(sessions, {}, today=TODAY)
    assert found.visits == {Side.FLEMISH: 1, Side.PARTNER: 0}
    assert found.hosted == {Side.FLEMISH: 1, Side.PARTNER: 0}


days = st.dates(date(2025, 12, 1), date(2028, 1, 31))
one_session = st.builds(
    lambda number, kind, status, first, length, host, delegation: HeldSession(
        number, kind, status, first, first + timedelta(days=length), host, delegation
    ),
    st.integers(1, 10_000),
    st.sampled_from(SessionKind),
    st.sampled_from(SessionStatus),
    days,
    st.integers(0, 8),
    st.sampled_from([None, *Side]),
    st.booleans(),
)
several = st.lists(one_session, max_size=12, unique_by=lambda each: each.id)
presences = st.dictionaries(st.sampled_from(Side), st.sampled_from(Presence), max_size=2)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[HeldSession], dict[int, dict[Side, Presence]]]:
    sessions = draw(several)
    return sessions, {each.id: draw(presences) for each in sessions}


@settings(max_examples=150)
@given(cases(), days)
def test_a_cancelled_or_unattended_session_never_counts(
    case: tuple[list[HeldSession], dict[int, dict[Side, Presence]]], today: date
) -> None:
    sessions, attended = case
    by_id = {each.id: each for each in sessions}
    for found in obligations(RULES, YEARS, sessions, attended, today=today):
        for number in found.counting:
            session, presence = by_id[number], attended[number].get(found.side)
            assert session.status is SessionStatus.PUBLISHED
            assert session.first <= today
            assert is_for(session, found.expected, found.side)
            assert presence is not Presence.ABSENT
            assert presence is Presence.PRESENT or session.kind is SessionKind.WORK_VISIT
            if session.kind is SessionKind.WORK_VISIT:
                went = [mark for side, mark in attended[number].items() if side is not session.host_side]
                assert Presence.PRESENT in went or (session.has_delegation and not went)
                assert session.last < today
        assert not set(found.counting) & {*found.coming, *found.unmarked}
        assert all(by_id[number].status is SessionStatus.PUBLISHED for number in found.coming)
        assert (found.status is DONE) == (found.counted >= found.needed)


ORDER = {MISSED: 0, AT_RISK: 1, PLANNED: 2, DONE: 3}


@settings(max_examples=150)
@given(cases(), one_session, presences, days)
def test_one_more_session_never_makes_it_worse(
    case: tuple[list[HeldSession], dict[int, dict[Side, Presence]]],
    more: HeldSession,
    its: dict[Side, Presence],
    today: date,
) -> None:
    sessions, attended = case
    more = replace(more, id=20_000)
    before = obligations(RULES, YEARS, sessions, attended, today=today)
    after = obligations(RULES, YEARS, [*sessions, more], {**attended, more.id: its}, today=today)
    for old, new in zip(before, after, strict=True):
        assert ORDER[new.status] >= ORDER[old.status]
        assert set(old.counting) <= set(new.counting)


@settings(max_examples=150)
@given(cases(), days, st.integers(0, 400))
def test_as_days_go_by_what_is_done_stays_done_and_what_is_missed_stays_missed(
    case: tuple[list[HeldSession], dict[int, dict[Side, Presence]]], today: date, later: int
) -> None:
    sessions, attended = case
    before = obligations(RULES, YEARS, sessions, attended, today=today)
    after = obligations(RULES, YEARS, sessions, attended, today=today + timedelta(days=later))
    for old, new in zip(before, after, strict=True):
        assert set(old.counting) <= set(new.counting)
        assert new.counted + new.planned <= old.counted + old.planned
        assert old.status not in (DONE, MISSED) or new.status is old.status
        assert old.status is not AT_RISK or new.status in (AT_RISK, MISSED)


@settings(max_examples=100)
@given(cases(), days)
def test_the_order_of_sessions_does_not_matter(
    case: tuple[list[HeldSession], dict[int, dict[Side, Presence]]], today: date
) -> None:
    sessions, attended = case
    forth = obligations(RULES, YEARS, sessions, attended, today=today)
    assert forth == obligations(RULES, YEARS, sessions[::-1], attended, today=today)
