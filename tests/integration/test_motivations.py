"""Motivations: proposed from the reasons of the pairing, edited by staff, released once with their mails."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Role
from app.domain.errors import DomainError
from app.domain.motivation import MotivationReleased, MotivationsChanged, NothingToRelease
from app.models import Event, Mail, Membership, MotivationText, PartnershipMotivation, Person
from app.models.database import transaction
from app.models.migrations import migrate
from app.services import motivations
from app.services.motivations import Typed
from tests import factories
from tests.factories import NOW, number
from tests.integration import motivation_kit
from tests.integration.motivation_kit import (
    ALFA,
    DELTA,
    OMEGA,
    Published,
    build_published,
    found,
    of_programme,
    on,
    release,
    words,
)

published = motivation_kit.published


def write(session: Session, published: Published, text: str, *, version: int, language: str = "nl") -> tuple[str, ...]:
    one = found(session)
    with transaction(session):
        typed = {language: Typed(text, version)}
        return motivations.write(session, one, typed, actor=published.actor, now=NOW)


def texts(session: Session, slug: str = ALFA) -> dict[str, str]:
    return {one.language: one.text for one in words(session, slug).wordings}


def released_mails(session: Session) -> list[tuple[str, str]]:
    query = sa.select(col(Mail.recipient), col(Mail.language)).where(col(Mail.kind) == "motivation_released")
    return sorted((address, language) for address, language in session.execute(query))


def verbs(session: Session) -> list[str]:
    query = sa.select(col(Event.verb)).where(col(Event.verb).startswith("motivation")).order_by(col(Event.id))
    return list(session.scalars(query))


@pytest.mark.usefixtures("published")
def test_publishing_keeps_the_reasons_of_each_pair_without_what_only_staff_see(session: Session) -> None:
    codes = [one["code"] for one in words(session).motivation.criteria]
    assert codes == ["mutual_learning", "theme", "position", "language", "wishes"]
    kept = session.scalars(sa.select(PartnershipMotivation)).all()
    assert [one.shown_at for one in kept] == [None] * 3


def test_each_side_gets_a_proposal_in_its_language_and_in_those_of_its_people(
    session: Session, published: Published
) -> None:
    assert list(texts(session)) == ["nl", "en"]
    assert list(texts(session, OMEGA)) == ["nl", "fr"]
    with transaction(session):
        factories.member(
            session, Role.PARTICIPANT, name="Adviser", government=published.board.world.karongi, language="fr"
        )
    assert list(texts(session)) == ["nl", "en", "fr"]
    assert texts(session)["en"].startswith("Alfa and Karongi work together in Test programme.")


def test_what_is_written_counts_until_the_proposal_is_taken_again(both_engines: sa.Engine) -> None:
    with on(both_engines) as session:
        published = build_published(session)
        proposed = texts(session)
        assert write(session, published, "Ze passen goed bij elkaar.", version=0) == ()
        assert texts(session) == {**proposed, "nl": "Ze passen goed bij elkaar."}
        edited = words(session).wordings[0]
        assert (edited.version, edited.editor, edited.is_edited) == (1, "Programme officer", True)
        assert write(session, published, proposed["nl"], version=1) == ()
        assert texts(session) == proposed
        assert not words(session).is_edited
        assert verbs(session) == ["motivation.written", "motivation.proposed"]


def test_the_same_words_again_change_nothing(session: Session, published: Published) -> None:
    proposed = texts(session)["nl"]
    assert write(session, published, proposed, version=0) == ()
    for _ in range(2):
        assert write(session, published, "Anders.", version=0) == ()
    assert words(session).wordings[0].version == 1
    assert verbs(session) == ["motivation.written"]


def test_words_typed_on_top_of_older_ones_are_not_stored_in_any_language(
    session: Session, published: Published
) -> None:
    before = texts(session)
    write(session, published, "Van de een.", version=0)
    with transaction(session):
        typed = {"nl": Typed("Van de ander.", 0), "en": Typed("Of the other.", 0)}
        one = found(session)
        conflicts = motivations.write(session, one, typed, actor=published.actor, now=NOW)
    assert conflicts == ("nl",)
    assert texts(session) == {**before, "nl": "Van de een."}
    assert write(session, published, "Van de ander.", version=1) == ()


def test_words_of_before_a_return_to_the_proposal_do_not_overwrite_what_came_after(
    session: Session, published: Published
) -> None:
    proposed = texts(session)["nl"]
    write(session, published, "Eerste.", version=0)
    write(session, published, proposed, version=1)
    assert write(session, published, "Laat.", version=0) == ("nl",)
    assert texts(session)["nl"] == proposed


def test_two_staff_who_save_at_the_same_moment_lose_nothing(both_engines: sa.Engine) -> None:
    with on(both_engines) as session:
        published = build_published(session)
    start = Barrier(2)

    def one(text: str) -> tuple[str, ...]:
        with on(both_engines) as own:
            start.wait(timeout=30)
            return write(own, published, text, version=0)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, ["Van de een.", "Van de ander."]))
    assert sorted(outcomes) == [(), ("nl",)]
    with on(both_engines) as session:
        assert texts(session)["nl"] == ("Van de een.", "Van de ander.")[outcomes.index(())]
        assert session.scalar(sa.select(sa.func.count()).select_from(MotivationText)) == 1


def test_a_release_goes_to_the_people_of_both_sides_in_their_language(both_engines: sa.Engine) -> None:
    with on(both_engines) as session:
        published = build_published(session)
        session.info["base_url"] = "http://testserver"
        write(session, published, "Geschreven.", version=0)
        before = texts(session)
        release(session, published, ALFA)
        after = words(session)
        assert after.motivation.shown_at == NOW
        assert texts(session) == before
        world = published.board.world
        people = [world.candidate_of_a, world.karongi_coordinator, world.karongi_participant]
        assert released_mails(session) == sorted((one.email, one.language) for one in people)
        mail = session.scalars(sa.select(Mail).where(col(Mail.language) == "en", col(Mail.kind) == motivations.MAIL))
        text = mail.first()
        assert text is not None
        assert text.subject == "Why Alfa and Karongi are partners"
        assert text.text.split("\n\n")[1].startswith("You do not have to do anything now.")
        assert f"http://testserver/partnerships/{ALFA}/motivation" in text.text
        assert words(session, OMEGA).motivation.shown_at is None


def test_what_was_released_stands_as_it_is(session: Session, published: Published) -> None:
    before = texts(session)
    release(session, published, ALFA)
    with pytest.raises(MotivationReleased):
        write(session, published, "Toch anders.", version=1)
    with transaction(session):
        session.execute(sa.update(PartnershipMotivation).values(criteria=[]))
        session.execute(sa.update(Person).values(language="fr"))
    assert texts(session) == before


def test_all_at_once_releases_what_is_left_and_leaves_out_what_has_no_words(
    session: Session, published: Published
) -> None:
    release(session, published, ALFA)
    planned = motivations.plan(session, of_programme(session, published))
    assert [one.partnership.slug for one in planned.ready] == [DELTA, OMEGA]
    assert [one.partnership.slug for one in planned.lacking] == ["gamma-karongi"]
    assert [name for one in planned.ready for name in one.lonely] == ["Nyanza"]
    done = release(session, published)
    assert len(done.mails) == len(released_mails(session)) - 3 == 3
    assert words(session, "gamma-karongi").motivation.shown_at is None


def test_a_second_release_sends_nothing(session: Session, published: Published) -> None:
    one = found(session)
    key = motivations.plan(session, [one]).key
    release(session, published, ALFA)
    before = released_mails(session)
    with pytest.raises(NothingToRelease), transaction(session):
        motivations.release(session, [one], key=key, actor=published.actor, now=NOW)
    assert released_mails(session) == before
    assert verbs(session) == ["motivation.released"]


def test_two_releases_at_the_same_moment_release_once(both_engines: sa.Engine) -> None:
    with on(both_engines) as session:
        published = build_published(session)
        one = found(session)
        key = motivations.plan(session, [one]).key
    start = Barrier(2)

    def try_it(_number: int) -> str:
        with on(both_engines) as own:
            start.wait(timeout=30)
            try:
                with transaction(own):
                    motivations.release(own, [one], key=key, actor=published.actor, now=NOW)
            except DomainError as refusal:
                return refusal.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == ["done", NothingToRelease.code]
    with on(both_engines) as session:
        assert len(released_mails(session)) == 3


def test_a_release_of_something_else_than_was_shown_is_refused(session: Session, published: Published) -> None:
    one = found(session)
    of_before = motivations.plan(session, [one]).key
    write(session, published, "Anders.", version=0)
    of_words = motivations.plan(session, [one]).key
    with transaction(session):
        factories.member(session, Role.PARTICIPANT, name="New here", government=published.board.world.alfa)
    for key in (of_before, of_words, ""):
        with pytest.raises(MotivationsChanged), transaction(session):
            motivations.release(session, [one], key=key, actor=published.actor, now=NOW)
    assert released_mails(session) == []


def test_somebody_on_both_roles_gets_one_mail(session: Session, published: Published) -> None:
    world = published.board.world
    both = Membership(
        person_id=number(world.karongi_coordinator),
        role=Role.PARTICIPANT,
        local_government_id=number(world.karongi),
    )
    with transaction(session):
        session.add(both)
    release(session, published, ALFA)
    assert len(released_mails(session)) == 3


def test_a_partnership_without_a_pairing_gets_its_words_from_staff(session: Session, published: Published) -> None:
    one = found(session, "gamma-karongi")
    assert texts(session, "gamma-karongi") == {"nl": "", "en": ""}
    with pytest.raises(NothingToRelease):
        release(session, published, "gamma-karongi")
    with transaction(session):
        typed = {"nl": Typed("Omdat.", 0), "en": Typed("Because.", 0)}
        motivations.write(session, one, typed, actor=published.actor, now=NOW)
    release(session, published, "gamma-karongi")
    assert texts(session, "gamma-karongi") == {"nl": "Omdat.", "en": "Because."}


def test_the_migration_gives_partnerships_of_before_the_reasons_of_their_pair(both_engines: sa.Engine) -> None:
    with on(both_engines) as session:
        published = build_published(session)
        before = {one.partnership.slug: one.motivation.criteria for one in _all(session, published)}
    migrate(both_engines, "0002", down=True)
    migrate(both_engines)
    with on(both_engines) as session:
        assert {one.partnership.slug: one.motivation.criteria for one in _all(session, published)} == before
        assert [bool(before[slug]) for slug in (ALFA, DELTA, OMEGA)] == [True] * 3


def _all(session: Session, published: Published) -> list[motivations.Worded]:
    return motivations.worded(session, of_programme(session, published))
