"""Candidacies are emptied when their period is over: nothing that somebody wrote is left in any table."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, MailState, Role, Section
from app.domain.programme import Rules
from app.domain.retention import RetentionRules
from app.models import (
    Candidacy,
    CandidacyImport,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    Decision,
    Event,
    FormReceipt,
    Mail,
    Membership,
    Person,
    Programme,
    RateWindow,
    Reader,
    Reading,
    Score,
    SignInRequest,
    StoredFile,
    WebSession,
)
from app.models.database import transaction
from app.queries.event_chain import broken_entries
from app.queries.retention import emptied_candidacies, kept_candidacies
from app.services import retention, technical_retention
from app.services.jobs import JOBS, run_due
from tests.clients import StandingClock
from tests.factories import NOW, add, number
from tests.integration import marked
from tests.integration.candidacy_kit import both, session_on  # noqa: F401 - a fixture
from tests.personas import World

MARKER = "Zwanenzang"
LATER = NOW + timedelta(days=370)
Both = tuple[sa.Engine, World]

# what holds no words of people: codes, numbers, hashes
NO_WORDS = {
    "attachment.removed_at",
    "candidacy.language",
    "candidacy.reference",
    "candidacy_section.section",
    "candidacy_submission.id",
    "clarification.sections",
    "confirmation.language",
    "confirmation.secret_hash",
    "decision.track_slug",
    "mail.kind",
    "mail.language",
    "score.criterion",
    "stored_file.media_type",
    "stored_file.sha256",
}


@pytest.fixture
def decided(both: Both) -> Both:  # noqa: F811 - the fixture
    """The candidacy of Alfa was not selected a year ago, and every word about it is the marker."""
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            session.execute(
                sa.update(Candidacy)
                .where(col(Candidacy.id) == world.candidacy_of_alfa.id)
                .values(state=CandidacyState.NOT_SELECTED, submitted_at=NOW, assessment_points=7100)
            )
            session.execute(
                sa.update(Person).where(col(Person.id) == world.candidate_of_a.id).values(name=f"{MARKER} of Alfa")
            )
        marked.mark(session, world.candidacy_of_alfa, world.candidate_of_a, world.vvsg_staff, MARKER)
    return engine, world


def test_the_marker_stands_wherever_somebody_can_write(decided: Both) -> None:
    engine, _ = decided
    with session_on(engine) as session:
        everywhere = marked.found(session, MARKER)
    assert marked.words_of(marked.OF_A_CANDIDACY) - NO_WORDS <= everywhere


def test_nothing_that_somebody_wrote_is_left(decided: Both) -> None:
    engine, _ = decided
    with session_on(engine) as session:
        assert retention.empty_due(session, LATER) == 2  # and the draft of Beta
        assert marked.found(session, MARKER) == set()
        assert session.scalars(sa.select(col(StoredFile.id))).all() == []
        assert broken_entries(session) == []


def test_what_is_counted_stays(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        retention.empty_due(session, LATER)
        kept = session.get_one(Candidacy, world.candidacy_of_alfa.id)
        assert (kept.state, kept.emptied_at, kept.assessment_points) == (CandidacyState.NOT_SELECTED, LATER, 7100)
        assert (kept.local_government_id, kept.call_id, kept.submitted_at) == (world.alfa.id, world.call.id, NOW)
        sections = session.scalars(sa.select(CandidacySection).where(col(CandidacySection.candidacy_id) == kept.id))
        assert [(row.section, row.answers, row.person_id) for row in sections] == [
            (Section.THEME, {"tracks": ["rwanda"]}, None)
        ]
        points = session.scalars(sa.select(col(Score.points))).all()
        outcome = session.scalars(sa.select(col(Decision.outcome))).all()
        assert (points, outcome) == ([4], [CandidacyState.NOT_SELECTED])
        assert session.scalar(sa.select(sa.func.count()).select_from(Reading)) == 1


def test_the_log_says_what_happened_without_the_words(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        retention.empty_due(session, LATER)
        query = sa.select(col(Event.verb), col(Event.person_name), col(Event.details)).order_by(col(Event.id))
        alfa = number(world.candidacy_of_alfa)
        of_it = query.where(col(Event.subject_kind) == "candidacy", col(Event.subject_id) == alfa)
        assert [tuple(row) for row in session.execute(of_it)] == [
            ("candidacy.moved", "Programme officer", {"state": "returned", "reason": "…", "count": 3}),
            ("candidacy.emptied", "Tandem", {}),
        ]


def test_a_candidate_who_has_nothing_else_goes_too(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        with transaction(session):
            coordinator = Membership(
                person_id=number(world.candidate_of_b), role=Role.COORDINATOR, local_government_id=world.beta.id
            )
            add(session, coordinator)
        retention.empty_due(session, LATER)
        gone = session.get_one(Person, world.candidate_of_a.id)
        stays = session.get_one(Person, world.candidate_of_b.id)
        assert (gone.name, gone.email, gone.removed_at) == ("", f"removed-{gone.id}@removed.invalid", LATER)
        assert (stays.name, stays.removed_at) == ("Contact of Beta", None)
        assert session.scalars(sa.select(CandidacyMember)).all() == []


def test_a_candidate_who_reads_for_a_programme_stays(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        with transaction(session):
            person_id, programme_id = number(world.candidate_of_a), number(world.programme)
            add(session, Reader(programme_id=programme_id, person_id=person_id, added_at=NOW))
        retention.empty_due(session, LATER)
        assert session.get_one(Person, world.candidate_of_a.id).removed_at is None


def test_nothing_goes_before_its_day_and_nothing_twice(decided: Both) -> None:
    engine, _ = decided
    with session_on(engine) as session:
        assert retention.empty_due(session, NOW + timedelta(days=80)) == 0
        assert MARKER in str(session.scalars(sa.select(col(CandidacySection.answers))).all())
        assert retention.empty_due(session, LATER) == 2
        assert retention.empty_due(session, LATER + timedelta(days=1)) == 0


def test_the_period_is_that_of_the_programme(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        with transaction(session):
            programme = session.get_one(Programme, world.programme.id)
            rules = Rules.from_data(programme.rules)
            longer = replace(rules, retention=RetentionRules(not_selected_months=24, drafts_months=24))
            programme.rules = longer.to_data()
        assert retention.empty_due(session, LATER) == 0
        days = [(one.reference, one.removed_on) for one in kept_candidacies(session)]
        assert days == [("SDG-AAAAAA", date(2028, 11, 22)), ("SDG-BBBBBB", date(2028, 12, 11))]
        assert kept_candidacies(session, programme_id=0) == []


def test_what_was_emptied_is_listed(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        retention.empty_due(session, LATER)
        listed = emptied_candidacies(session, number(world.programme))
        assert [(one.government_name, one.emptied_at) for one in listed] == [("Beta", LATER), ("Alfa", LATER)]


def test_single_saves_go_earlier_than_the_candidacy(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        assert retention.forget_saves(session, NOW + timedelta(days=80)) == 0
        assert retention.forget_saves(session, NOW + timedelta(days=100)) == 1
        assert session.scalars(sa.select(CandidacySectionVersion)).all() == []
        assert session.scalar(sa.select(sa.func.count()).select_from(CandidacySection)) == 2
        assert retention.forget_saves(session, NOW + timedelta(days=101)) == 0
        verbs = sa.select(col(Event.verb)).where(col(Event.subject_id) == world.candidacy_of_alfa.id)
        assert "candidacy.saves_removed" in session.scalars(verbs).all()


def test_another_mail_of_the_same_people_stays(decided: Both) -> None:
    engine, world = decided
    with session_on(engine) as session:
        with transaction(session):
            add(session, mail(NOW, person_id=world.vvsg_staff.id, text="About SDG-CCCCCC"))
        retention.empty_due(session, LATER)
        assert session.scalars(sa.select(col(Mail.text))).all() == ["About SDG-CCCCCC"]


def mail(at: datetime, state: MailState = MailState.SENT, text: str = "x", person_id: int | None = None) -> Mail:
    return Mail(
        kind="invitation",
        recipient="somebody@example.org",
        person_id=person_id,
        language="nl",
        subject="x",
        text=text,
        html="x",
        state=state,
        created_at=at,
        next_attempt_at=at,
    )


def test_technical_data_go_when_their_time_is_over(both: Both) -> None:  # noqa: F811 - the fixture
    engine, world = both
    with session_on(engine) as session:
        for at in (NOW - timedelta(days=400), NOW):
            with transaction(session):
                _technical(session, world, at)
        assert technical_retention.clear(session, NOW + timedelta(hours=12)) == 6
        assert technical_retention.clear(session, NOW + timedelta(hours=12)) == 0
        for table in (SignInRequest, WebSession, RateWindow, FormReceipt, StoredFile):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 1, table
        mails = session.execute(sa.select(col(Mail.state), col(Mail.text)).order_by(col(Mail.id))).all()
        assert [tuple(row) for row in mails] == [("sent", ""), ("waiting", "x"), ("sent", "x"), ("waiting", "x")]


def _technical(session: Session, world: World, at: datetime) -> None:
    serial = at.isoformat()
    add(
        session,
        SignInRequest(
            email="a@example.org",
            link_hash=serial,
            code_hash="",
            browser_hash="",
            created_at=at,
            expires_at=at,
        ),
    )
    staff = number(world.vvsg_staff)
    add(session, WebSession(secret_hash=serial, person_id=staff, created_at=at, expires_at=at + timedelta(days=30)))
    add(session, RateWindow(key=serial, window_starts_at=at, count=1))
    add(session, FormReceipt(key=serial, created_at=at))
    add(session, mail(at))
    add(session, mail(at, MailState.WAITING))
    file = StoredFile(name="x.csv", media_type="text/csv", size=1, sha256="", content=b"x", created_at=at)
    add(session, file)
    call_id = number(world.call)
    add(session, CandidacyImport(call_id=call_id, file_id=file.id, created_at=at, person_id=staff, mapping={"a": "b"}))


def test_the_jobs_do_it(decided: Both, clock: StandingClock) -> None:
    engine, _ = decided
    clock.now = LATER
    done = run_due(engine, JOBS, clock=clock, base_url="http://testserver")
    assert done["retention.candidacies"] == 2
    assert done["retention.saves"] == 0
    assert done["retention.technical"] == 0
