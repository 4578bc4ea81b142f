"""Writing the agenda: on both databases, with the event log and the mails that follow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import NotAllowed
from app.domain.agenda import AlreadyAnnounced, Facts, Scope, TimeSkipped
from app.domain.codes import (
    CandidacyState,
    Category,
    Currency,
    Direction,
    EntryKind,
    Section,
    SessionKind,
    SessionStatus,
    Side,
)
from app.models import (
    AgendaSession,
    Allotment,
    CandidacySection,
    Event,
    LedgerEntry,
    Mail,
    Person,
    TemplateSession,
)
from app.models.database import transaction
from app.queries.agenda import Wanted, count_of, session_of, sessions_of, years_of
from app.queries.people import actor_of_person
from app.services import agenda
from app.services.agenda import PlaceUnknown, SessionBooked, SessionUnknown
from tests import factories
from tests.factories import NOW, number
from tests.personas import World, build_world

FACTS = Facts(
    kind=SessionKind.BILATERAL,
    title_nl="Overleg",
    title_fr="Concertation",
    title_en="Meeting",
    wall_starts_at=datetime(2027, 1, 18, 14),  # noqa: DTZ001 - a wall time
    zone="Africa/Kigali",
    duration_minutes=90,
    link="https://meet.example.org/1",
)


@pytest.fixture
def db(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def small(db: Session) -> World:
    return build_world(db)


def create(db: Session, by: Person, facts: Facts, scope: Scope, of: int) -> int:
    with transaction(db):
        return agenda.create(db, actor_of_person(db, number(by)), facts, scope=scope, of=of, now=NOW)


def edit(db: Session, by: Person, session_id: int, facts: Facts, now: datetime = NOW) -> frozenset[str]:
    with transaction(db):
        return agenda.edit(db, actor_of_person(db, number(by)), session_id, facts, now=now)


def mails(db: Session) -> list[tuple[str, str]]:
    """Give the mails but the invitations: these have tests of their own."""
    query = sa.select(col(Mail.recipient), col(Mail.subject)).where(col(Mail.kind) != "session_published")
    rows = db.execute(query.order_by(col(Mail.id)))
    return [(recipient, subject) for recipient, subject in rows]


def verbs(db: Session) -> list[str]:
    return list(db.execute(sa.select(col(Event.verb)).order_by(col(Event.id))).scalars())


def test_a_session_is_written_with_its_instants(db: Session, small: World) -> None:
    made = create(db, small.karongi_coordinator, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    row = db.get_one(AgendaSession, made)
    assert (row.starts_at, row.ends_at) == (
        datetime(2027, 1, 18, 12, tzinfo=UTC),
        datetime(2027, 1, 18, 13, 30, tzinfo=UTC),
    )
    assert (row.wall_starts_at, row.zone, row.sequence) == (FACTS.wall_starts_at, "Africa/Kigali", 0)
    assert (row.programme_id, row.track_id) == (number(small.programme), None)
    assert row.uid.endswith("@testserver")
    assert len(row.uid.partition("@")[0]) == 24
    assert verbs(db) == ["session.created"]
    assert mails(db) == []


def test_who_may_not_write_writes_nothing(db: Session, small: World) -> None:
    for person in (small.nikki_coordinator, small.karongi_participant, small.ancb_staff, small.outsider, small.auditor):
        with pytest.raises(NotAllowed):
            create(db, person, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    digital = replace(FACTS, kind=SessionKind.JOINT_DIGITAL)
    for person, scope, of in (
        (small.karongi_coordinator, Scope.PARTNERSHIP, number(small.partnership)),
        (small.ralga_staff, Scope.TRACK, number(small.benin)),
        (small.ralga_staff, Scope.PROGRAMME, number(small.programme)),
    ):
        with pytest.raises(NotAllowed):
            create(db, person, digital, scope, of)
    with pytest.raises(PlaceUnknown):
        create(db, small.vvsg_staff, FACTS, Scope.TRACK, 999)
    assert db.execute(sa.select(sa.func.count()).select_from(AgendaSession)).scalar() == 0
    assert create(db, small.ralga_staff, digital, Scope.TRACK, number(small.rwanda))


def test_a_time_that_does_not_exist_is_refused(db: Session, small: World) -> None:
    skipped = replace(FACTS, zone="Europe/Brussels", wall_starts_at=datetime(2027, 3, 28, 2, 30))  # noqa: DTZ001
    with pytest.raises(TimeSkipped):
        create(db, small.vvsg_staff, skipped, Scope.PARTNERSHIP, number(small.partnership))


def test_moving_raises_the_sequence_and_tells_whom_it_concerns(db: Session, small: World) -> None:
    made = create(db, small.karongi_coordinator, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    moved = replace(FACTS, wall_starts_at=datetime(2027, 1, 19, 15))  # noqa: DTZ001 - a wall time
    assert edit(db, small.karongi_coordinator, made, moved) == {"wall_starts_at"}
    assert db.get_one(AgendaSession, made).sequence == 1
    assert mails(db) == [
        (small.ralga_staff.email, "New time: Meeting"),
        (small.gamma_coordinator.email, "Nieuw tijdstip: Overleg"),
        (small.karongi_participant.email, "New time: Meeting"),
    ]
    theirs = col(Mail.recipient) == small.gamma_coordinator.email, col(Mail.kind) == "session_moved"
    query = sa.select(col(Mail.text)).where(*theirs)
    text = db.execute(query).scalar_one()
    parts = text.replace("\u00a0", " ").split("\n\n")
    assert [part.partition("\n")[0] for part in parts[:2]] == [
        "Nieuw tijdstip: dinsdag 19 januari 2027, 14.00–15.30 uur (Brussel)",
        "Het was: maandag 18 januari 2027, 13.00–14.30 uur (Brussel)",
    ]
    assert "http://testserver/agenda/" in text


def test_saving_the_same_changes_nothing(db: Session, small: World) -> None:
    made = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    assert edit(db, small.vvsg_staff, made, FACTS) == frozenset()
    assert db.get_one(AgendaSession, made).sequence == 0
    assert verbs(db) == ["session.created"]


def test_words_are_changed_without_a_mail(db: Session, small: World) -> None:
    made = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    edit(db, small.vvsg_staff, made, replace(FACTS, description="Meer", schedule="14:00 Welkom", capacity=3))
    row = db.get_one(AgendaSession, made)
    assert (row.sequence, row.schedule) == (0, "14:00 Welkom")
    edit(db, small.vvsg_staff, made, replace(FACTS, title_nl="Anders"))
    assert db.get_one(AgendaSession, made).sequence == 1
    assert mails(db) == []


def test_languages_interpretation_and_host_are_told(db: Session, small: World) -> None:
    made = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    spoken = replace(FACTS, languages=("en", "nl"), interpretation=("fr",), host_side=Side.PARTNER)
    edit(db, small.vvsg_staff, made, spoken)
    assert db.get_one(AgendaSession, made).sequence == 1
    assert {subject for _, subject in mails(db)} == {"Changed: Meeting", "Gewijzigd: Overleg"}
    assert len(mails(db)) == 4
    text = db.scalars(sa.select(col(Mail.text)).where(col(Mail.subject) == "Changed: Meeting")).first()
    assert text
    for words in ("languages are now: English and Dutch", "interpretation into: French", "receives is now: Karongi"):
        assert words in text
    edit(db, small.vvsg_staff, made, FACTS)
    assert len(mails(db)) == 8


def test_drafts_and_what_is_over_move_silently(db: Session, small: World) -> None:
    draft = replace(FACTS, status=SessionStatus.DRAFT)
    made = create(db, small.vvsg_staff, draft, Scope.PARTNERSHIP, number(small.partnership))
    edit(db, small.vvsg_staff, made, replace(draft, place="Karongi"))
    over = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    edit(db, small.vvsg_staff, over, replace(FACTS, place="Karongi"), now=NOW + timedelta(days=100))
    assert mails(db) == []


def test_cancelling_marks_tells_and_stays(db: Session, small: World) -> None:
    made = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    with transaction(db):
        staff = actor_of_person(db, number(small.vvsg_staff))
        agenda.cancel(db, staff, made, reason="Rouw", now=NOW)
    row = db.get_one(AgendaSession, made)
    assert (row.status, row.sequence, row.cancel_reason) == (SessionStatus.CANCELLED, 1, "Rouw")
    assert [subject for _, subject in mails(db)] == [
        "Cancelled: Meeting",
        "Geannuleerd: Overleg",
        "Cancelled: Meeting",
        "Cancelled: Meeting",
    ]
    assert verbs(db) == ["session.created", "session.cancelled"]


def test_a_draft_is_deleted_unless_money_hangs_on_it(db: Session, small: World) -> None:
    staff = actor_of_person(db, number(small.vvsg_staff))
    draft = replace(FACTS, status=SessionStatus.DRAFT)
    free = create(db, small.vvsg_staff, draft, Scope.PARTNERSHIP, number(small.partnership))
    booked = create(db, small.vvsg_staff, draft, Scope.PARTNERSHIP, number(small.partnership))
    shown = create(db, small.vvsg_staff, FACTS, Scope.PARTNERSHIP, number(small.partnership))
    with transaction(db):
        allotment = db.execute(sa.select(Allotment).order_by(col(Allotment.id)).limit(1)).scalar_one()
        db.add(
            LedgerEntry(
                allotment_id=number(allotment),
                number=2,
                kind=EntryKind.COMMITMENT,
                category=Category.TRAVEL,
                session_id=booked,
                entry_date=date(2026, 11, 1),
                description="Ticket",
                currency=Currency.EUR,
                amount_minor=100,
                rate="1",
                amount_cents=100,
                available_cents=1_749_900,
                created_at=NOW,
            )
        )
    with transaction(db):
        agenda.discard(db, staff, free, now=NOW)
    with pytest.raises(SessionBooked), transaction(db):
        agenda.discard(db, staff, booked, now=NOW)
    with pytest.raises(AlreadyAnnounced), transaction(db):
        agenda.discard(db, staff, shown, now=NOW)
    with pytest.raises(SessionUnknown), transaction(db):
        agenda.discard(db, staff, free, now=NOW)
    kept = db.execute(sa.select(col(AgendaSession.id)).order_by(col(AgendaSession.id))).scalars()
    assert list(kept) == [booked, shown]


@pytest.fixture
def template(db: Session, small: World) -> World:
    rows = (
        ("programme", SessionKind.INTRODUCTORY, 1, 2, 5, 180),
        ("track", SessionKind.JOINT_DIGITAL, 1, 3, 18, 90),
        ("partnership", SessionKind.WORK_VISIT, 1, 10, 12, 6240),
        ("partnership", SessionKind.WORK_VISIT, 2, 4, 19, 6240),
    )
    with transaction(db):
        for position, (scope, kind, year, month, day, minutes) in enumerate(rows):
            db.add(
                TemplateSession(
                    programme_id=number(small.programme),
                    position=position,
                    scope=scope,
                    kind=kind,
                    year=year,
                    month=month,
                    day=day,
                    time="10:00",
                    duration_minutes=minutes,
                    zone_of="flemish",
                    title_nl="Sessie",
                )
            )
    return small


def laid_out(db: Session) -> list[tuple[SessionKind, int | None, int | None, Side | None, str]]:
    columns = (AgendaSession.kind, AgendaSession.track_id, AgendaSession.partnership_id, AgendaSession.host_side)
    query = sa.select(*(col(one) for one in columns), col(AgendaSession.zone)).order_by(col(AgendaSession.starts_at))
    return [tuple(row) for row in db.execute(query)]


def lay_out(db: Session, world: World, *partnerships: int) -> int:
    with transaction(db):
        return agenda.lay_out_programme(db, number(world.programme), partnerships, NOW)


def test_laying_out_twice_adds_nothing(db: Session, template: World) -> None:
    pair = number(template.partnership)
    assert lay_out(db, template, pair) == 4
    first = laid_out(db)
    rwanda = number(template.rwanda)
    assert first == [
        (SessionKind.INTRODUCTORY, None, None, None, "Europe/Brussels"),
        (SessionKind.JOINT_DIGITAL, rwanda, None, None, "Europe/Brussels"),
        (SessionKind.WORK_VISIT, None, pair, Side.PARTNER, "Africa/Kigali"),
        (SessionKind.WORK_VISIT, None, pair, Side.FLEMISH, "Europe/Brussels"),
    ]
    assert lay_out(db, template, pair) == 0
    assert laid_out(db) == first
    assert verbs(db) == ["agenda.laid_out"]


def test_a_later_partnership_gets_its_own_sessions_only(db: Session, template: World) -> None:
    lay_out(db, template, number(template.partnership))
    with transaction(db):
        delta = factories.government(db, "Delta")
        nyanza = factories.government(db, "Nyanza", country=template.karongi.country)
        later = factories.partnership(db, template.rwanda, delta, nyanza)
    assert lay_out(db, template, number(template.partnership), number(later)) == 2
    assert [row[2] for row in laid_out(db)].count(number(later)) == 2


def test_the_direction_of_year_one_is_that_of_the_candidacy(db: Session, template: World) -> None:
    with transaction(db):
        candidacy = factories.candidacy(db, template.call, template.gamma, state=CandidacyState.SELECTED)
        db.add(
            CandidacySection(
                candidacy_id=number(candidacy),
                section=Section.PROMISES,
                answers={"direction": Direction.PARTNER_TRAVELS.value},
                saved_at=NOW,
            )
        )
    lay_out(db, template, number(template.partnership))
    assert [row[3] for row in laid_out(db) if row[0] is SessionKind.WORK_VISIT] == [Side.FLEMISH, Side.PARTNER]


def test_what_was_cancelled_is_not_laid_out_again(db: Session, template: World) -> None:
    pair = number(template.partnership)
    lay_out(db, template, pair)
    query = sa.select(AgendaSession).where(col(AgendaSession.partnership_id) == pair)
    visit = number(db.execute(query.order_by(col(AgendaSession.starts_at).desc()).limit(1)).scalar_one())
    with transaction(db):
        agenda.cancel(db, actor_of_person(db, number(template.vvsg_staff)), visit, reason="Geen visum", now=NOW)
    assert lay_out(db, template, pair) == 0


@pytest.fixture
def full(db: Session, small: World) -> dict[str, int]:
    """One session of each scope, a draft among them, and one of Benin."""
    with transaction(db):
        beta_nikki = factories.partnership(db, small.benin, small.beta, small.nikki, slug="beta-nikki")
        of = small.programme
        made = {
            "programme": factories.agenda_session(db, of),
            "rwanda": factories.agenda_session(db, of, of_track=small.rwanda),
            "benin": factories.agenda_session(db, of, of_track=small.benin),
            "karongi": factories.agenda_session(db, of, of_partnership=small.partnership),
            "nikki": factories.agenda_session(db, of, of_partnership=beta_nikki),
            "draft": factories.agenda_session(db, of, of_track=small.rwanda, status=SessionStatus.DRAFT),
        }
        for row in made.values():
            row.link = "https://meet.example.org/1"
    return {name: number(row) for name, row in made.items()}


PUBLIC_NAMES = {"programme", "rwanda", "benin"}
SEEN = {
    "vvsg_staff": (PUBLIC_NAMES | {"karongi", "nikki", "draft"}, PUBLIC_NAMES | {"karongi", "nikki", "draft"}),
    "auditor": (PUBLIC_NAMES | {"karongi", "nikki"}, set()),
    "ralga_staff": (PUBLIC_NAMES | {"karongi", "draft"}, {"programme", "rwanda", "karongi", "draft"}),
    "ancb_staff": (PUBLIC_NAMES | {"nikki"}, {"programme", "benin", "nikki"}),
    "karongi_coordinator": (PUBLIC_NAMES | {"karongi"}, {"programme", "rwanda", "karongi"}),
    "karongi_participant": (PUBLIC_NAMES | {"karongi"}, {"programme", "rwanda", "karongi"}),
    "nikki_coordinator": (PUBLIC_NAMES | {"nikki"}, {"programme", "benin", "nikki"}),
    "candidate_of_a": (PUBLIC_NAMES, set()),
    "outsider": (PUBLIC_NAMES, set()),
}


@pytest.mark.parametrize("persona", SEEN)
def test_everybody_sees_what_is_theirs_and_links_where_invited(
    db: Session, small: World, full: dict[str, int], persona: str
) -> None:
    seen, invited = SEEN[persona]
    actor = actor_of_person(db, number(getattr(small, persona)))
    names = {session_id: name for name, session_id in full.items()}
    rows = sessions_of(db, actor)
    assert {names[row.id] for row in rows} == seen
    assert {names[row.id] for row in rows if row.link} == invited
    assert {names[row.id] for row in sessions_of(db, actor, Wanted(own=True))} == invited & seen
    assert {name for name, session_id in full.items() if session_of(db, actor, session_id)} == seen
    assert count_of(db, actor) == len(seen)
    assert years_of(db, actor) == [(2026, len(seen))]


def test_a_session_that_only_started_a_candidacy_sees_the_public_part(
    db: Session, small: World, full: dict[str, int]
) -> None:
    actor = replace(actor_of_person(db, number(small.karongi_coordinator)), candidacy_id=1)
    assert {row.id for row in sessions_of(db, actor)} == {full[name] for name in PUBLIC_NAMES}
    assert not any(row.link for row in sessions_of(db, actor))


def test_lists_are_filtered(db: Session, small: World, full: dict[str, int]) -> None:
    actor = actor_of_person(db, number(small.vvsg_staff))

    def names(wanted: Wanted) -> set[str]:
        found = {row.id for row in sessions_of(db, actor, wanted)}
        return {name for name, session_id in full.items() if session_id in found}

    assert names(Wanted(track_id=number(small.rwanda))) == {"rwanda", "karongi", "draft"}
    assert names(Wanted(partnership_id=number(small.partnership))) == {"karongi"}
    assert names(Wanted(programme_id=number(small.programme), announced=True)) == set(full) - {"draft"}
    assert names(Wanted(kind=SessionKind.EVALUATION)) == set()
    assert names(Wanted(status=SessionStatus.DRAFT)) == {"draft"}
    assert names(Wanted(ends_after=NOW + timedelta(days=5))) == set()
    assert names(Wanted(ends_by=NOW + timedelta(days=5))) == set(full)
    assert names(Wanted(starts_from=NOW, starts_before=NOW + timedelta(days=4))) == set()
    assert len(sessions_of(db, actor, Wanted(limit=2, offset=1))) == 2


def test_both_governments_of_a_session_are_known(db: Session, small: World, full: dict[str, int]) -> None:
    row = session_of(db, actor_of_person(db, number(small.vvsg_staff)), full["karongi"])
    assert row is not None
    assert (row.flemish_name, row.partner_name, row.slug) == ("Gamma", "Karongi", "gamma-karongi")
    assert row.belonging.governments == {number(small.gamma), number(small.karongi)}
