from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.agenda import (
    ZONES,
    AlreadyAnnounced,
    Belonging,
    EndsBeforeStart,
    Facts,
    LinkNotSecure,
    SessionCancelled,
    SessionOver,
    StillDraft,
    TimeSkipped,
    TimeTwice,
    TitleMissing,
    TooLong,
    changed,
    check_can_cancel,
    check_can_discard,
    check_can_edit,
    check_can_write,
    check_facts,
    check_link,
    check_status,
    duration_between,
    period_of,
    zones_concerned,
)
from app.domain.codes import Country, Role, SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.time import readings, wall_in

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
RALGA = Actor(person_id=2, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
KARONGI = Actor(
    person_id=3, roles=frozenset({Role.COORDINATOR}), coordinates=frozenset({7}), participates=frozenset({7})
)
PARTICIPANT = Actor(person_id=4, roles=frozenset({Role.PARTICIPANT}), participates=frozenset({7}))
OF_KARONGI = Belonging(Country.RWANDA, frozenset({5, 7}))
OF_NIKKI = Belonging(Country.BENIN, frozenset({6, 8}))
OF_RWANDA = Belonging(Country.RWANDA)
OF_ALL = Belonging()
FACTS = Facts(
    kind=SessionKind.JOINT_DIGITAL,
    title_nl="Sessie",
    title_fr="",
    title_en="",
    wall_starts_at=datetime(2027, 1, 18, 14),  # noqa: DTZ001 – a wall time
    zone="Europe/Brussels",
    duration_minutes=90,
)
walls = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31))  # noqa: DTZ001 – wall times


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 – a wall time carries no zone


def test_a_session_ends_when_the_wall_says_so_even_over_a_change_of_clocks() -> None:
    week = period_of(wall(2027, 3, 22, 9), "Europe/Brussels", 9 * 24 * 60)
    assert week.starts_at == datetime(2027, 3, 22, 8, tzinfo=UTC)
    assert wall_in(week.ends_at, ZoneInfo("Europe/Brussels")) == wall(2027, 3, 31, 9)


@given(walls, st.sampled_from(ZONES), st.integers(min_value=1, max_value=31 * 24 * 60))
def test_no_session_has_two_instants_in_two_views(starts: datetime, zone: str, minutes: int) -> None:
    try:
        period = period_of(starts, zone, minutes)
    except (TimeSkipped, TimeTwice):
        assume(False)
    for view in readings(period.starts_at, [ZoneInfo(one) for one in ZONES]):
        both = {view.wall.replace(tzinfo=view.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        assert period.starts_at in both
    assert wall_in(period.starts_at, ZoneInfo(zone)) == starts
    assert wall_in(period.ends_at, ZoneInfo(zone)) == starts + timedelta(minutes=minutes)
    assert period.starts_at < period.ends_at


def test_a_skipped_hour_is_refused_with_what_could_be_meant() -> None:
    with pytest.raises(TimeSkipped) as refusal:
        period_of(wall(2027, 3, 28, 2, 30), "Europe/Brussels", 60)
    assert refusal.value.params == {
        "which": "starts",
        "wall": wall(2027, 3, 28, 2, 30),
        "zone": ZoneInfo("Europe/Brussels"),
        "time": time(2, 30),
        "first": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        "first_shown": time(1, 30),
        "first_utc": time(0, 30),
        "second": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        "second_shown": time(3, 30),
        "second_utc": time(1, 30),
    }


def test_an_hour_that_comes_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(TimeTwice) as refusal:
        period_of(wall(2027, 10, 31, 1, 30), "Europe/Brussels", 60)
    assert refusal.value.params == {
        "which": "ends",
        "wall": wall(2027, 10, 31, 2, 30),
        "zone": ZoneInfo("Europe/Brussels"),
        "time": time(2, 30),
        "first": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        "first_shown": time(2, 30),
        "first_utc": time(0, 30),
        "second": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
        "second_shown": time(2, 30),
        "second_utc": time(1, 30),
    }


def test_a_duration_is_what_the_wall_counts() -> None:
    assert duration_between(wall(2027, 4, 19, 9), wall(2027, 4, 23, 17)) == 4 * 24 * 60 + 8 * 60
    with pytest.raises(EndsBeforeStart):
        duration_between(wall(2027, 4, 19, 9), wall(2027, 4, 19, 9))
    with pytest.raises(TooLong):
        duration_between(wall(2027, 4, 19, 9), wall(2027, 6, 19, 9))


@pytest.mark.parametrize("link", ["http://example.org/a", "javascript:alert(1)", "https://", "https://a b", "HTTPS://"])
def test_a_link_that_is_not_secure_is_refused(link: str) -> None:
    with pytest.raises(LinkNotSecure):
        check_facts(replace(FACTS, link=link))


def test_a_session_needs_a_title_and_may_have_a_link() -> None:
    check_link("")
    assert check_facts(replace(FACTS, link="https://meet.example.org/1")).starts_at == datetime(
        2027, 1, 18, 13, tzinfo=UTC
    )
    with pytest.raises(TitleMissing):
        check_facts(replace(FACTS, title_nl=""))


EVERY_KIND = list(SessionKind)


@pytest.mark.parametrize(
    ("actor", "belonging", "kinds"),
    [
        (STAFF, OF_ALL, EVERY_KIND),
        (STAFF, OF_NIKKI, EVERY_KIND),
        (RALGA, OF_RWANDA, EVERY_KIND),
        (RALGA, OF_KARONGI, EVERY_KIND),
        (RALGA, OF_NIKKI, []),
        (RALGA, OF_ALL, []),
        (KARONGI, OF_KARONGI, [SessionKind.WORK_VISIT, SessionKind.BILATERAL]),
        (KARONGI, OF_NIKKI, []),
        (KARONGI, OF_RWANDA, []),
        (PARTICIPANT, OF_KARONGI, []),
        (PUBLIC, OF_KARONGI, []),
        (replace(KARONGI, candidacy_id=9), OF_KARONGI, []),
    ],
)
def test_each_role_writes_what_is_its_own(actor: Actor, belonging: Belonging, kinds: list[SessionKind]) -> None:
    assert [kind for kind in SessionKind if allowed(actor, belonging, kind)] == kinds


def allowed(actor: Actor, belonging: Belonging, kind: SessionKind) -> bool:
    try:
        check_can_write(actor, belonging=belonging, kind=kind)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("actor", "status", "ends_at", "refusal"),
    [
        (STAFF, SessionStatus.PUBLISHED, NOW + timedelta(days=1), None),
        (PARTICIPANT, SessionStatus.PUBLISHED, NOW + timedelta(days=1), NotAllowed),
        (STAFF, SessionStatus.CANCELLED, NOW + timedelta(days=1), SessionCancelled),
        (STAFF, SessionStatus.DRAFT, NOW + timedelta(days=1), StillDraft),
        (STAFF, SessionStatus.PUBLISHED, NOW, SessionOver),
    ],
)
def test_only_what_is_announced_and_to_come_is_cancelled(
    actor: Actor, status: SessionStatus, ends_at: datetime, refusal: type[DomainError] | None
) -> None:
    def check() -> None:
        check_can_cancel(
            actor, belonging=OF_KARONGI, kind=SessionKind.BILATERAL, status=status, ends_at=ends_at, now=NOW
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def test_a_cancelled_session_is_not_edited_and_only_a_draft_is_discarded() -> None:
    with pytest.raises(SessionCancelled):
        check_can_edit(STAFF, belonging=OF_ALL, kind=SessionKind.EVALUATION, status=SessionStatus.CANCELLED)
    check_can_discard(STAFF, belonging=OF_ALL, kind=SessionKind.EVALUATION, status=SessionStatus.DRAFT)
    with pytest.raises(AlreadyAnnounced):
        check_can_discard(STAFF, belonging=OF_ALL, kind=SessionKind.EVALUATION, status=SessionStatus.PUBLISHED)


def test_editing_announces_but_neither_hides_nor_cancels() -> None:
    check_status(SessionStatus.DRAFT, SessionStatus.PUBLISHED)
    check_status(SessionStatus.PUBLISHED, SessionStatus.PUBLISHED)
    with pytest.raises(AlreadyAnnounced):
        check_status(SessionStatus.PUBLISHED, SessionStatus.DRAFT)
    for before, after in (
        (SessionStatus.CANCELLED, SessionStatus.PUBLISHED),
        (SessionStatus.PUBLISHED, SessionStatus.CANCELLED),
    ):
        with pytest.raises(SessionCancelled):
            check_status(before, after)


def test_changes_are_named() -> None:
    assert changed(FACTS, FACTS) == frozenset()
    assert changed(FACTS, replace(FACTS, place="Karongi", duration_minutes=60)) == {"place", "duration_minutes"}


@pytest.mark.parametrize(
    ("zone", "kind", "country", "expected"),
    [
        ("Europe/Brussels", SessionKind.JOINT_DIGITAL, Country.RWANDA, ("Europe/Brussels", "Africa/Kigali")),
        ("Africa/Porto-Novo", SessionKind.WORK_VISIT, Country.BENIN, ("Europe/Brussels", "Africa/Porto-Novo")),
        ("Europe/Brussels", SessionKind.PHYSICAL_EXCHANGE, Country.RWANDA, ("Europe/Brussels",)),
        ("Europe/Brussels", SessionKind.EVALUATION, None, ZONES),
    ],
)
def test_zones_are_those_of_who_takes_part(
    zone: str, kind: SessionKind, country: Country | None, expected: tuple[str, ...]
) -> None:
    assert zones_concerned(zone=zone, kind=kind, country=country) == expected
