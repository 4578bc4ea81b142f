"""Decisions: proposed, chosen, written, sent together exactly once, and what a withdrawal changes."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.candidacy import UnableToMove
from app.domain.codes import CandidacyState, ScenarioState
from app.domain.decisions import (
    NOT_SELECTED,
    RESERVE,
    SELECTED,
    Chosen,
    DecisionChanged,
    DecisionMissing,
    DecisionReasonMissing,
    DecisionSent,
    DecisionsScheduled,
    DecisionTrackMissing,
    NotAssessedYet,
    NothingToSend,
    PlacesExceeded,
    ReserveTwice,
    RoundChanged,
    RoundGone,
    SendMomentPassed,
)
from app.domain.drafts import Outcome
from app.domain.errors import DomainError
from app.models import (
    Candidacy,
    Decision,
    DecisionRound,
    Event,
    Mail,
    MailAttachment,
    PairingScenario,
    StoredFile,
    Track,
)
from app.models.database import transaction
from app.queries.decisions import letter_file, sent_decision, sent_rounds, tracks_of_selected
from app.queries.people import actor_of_person
from app.services import candidacies, decision_rounds, decisions
from app.services.decision_letters import DecisionText, draft_of, proposed_text
from app.services.decisions import Choice
from app.services.jobs import JOBS, run_due
from tests import factories
from tests.factories import NOW, number
from tests.integration import decision_kit
from tests.integration.decision_kit import (
    Assessed,
    build_assessed,
    mails,
    outcomes,
    propose,
    ready,
    record_of,
    send,
    session_on,
    staff,
    states,
    table_of,
    withdraw,
    write,
    write_all,
)

assessed = decision_kit.assessed
LATER = NOW + timedelta(hours=5)
READY = {"alfa": "selected:rwanda", "beta": "selected:benin", "delta": "reserve:rwanda:1", "omega": "not_selected"}


def choose(session: Session, of: Assessed, **chosen: Chosen) -> int:
    """Choose outcomes on a page that shows what is stored."""
    actor = staff(session, of)
    decided = table_of(session, of).decided
    choices = [Choice(of.id(name), decisions.shown_as(decided.get(of.id(name))), one) for name, one in chosen.items()]
    with transaction(session):
        return decisions.choose(session, of.call_id, choices, actor=actor, now=NOW)


def schedule(session: Session, of: Assessed, send_at: datetime = LATER, *, exceeding: str = "") -> None:
    actor = staff(session, of)
    key = decision_rounds.plan(session, of.call_id, now=NOW).key
    with transaction(session):
        decision_rounds.schedule(session, of.call_id, send_at, key=key, exceeding=exceeding, actor=actor, now=NOW)


def cancel(session: Session, of: Assessed) -> None:
    actor = staff(session, of)
    with transaction(session):
        decision_rounds.cancel(session, of.call_id, actor=actor, now=NOW)


def faults(session: Session, of: Assessed) -> list[str]:
    session.rollback()
    return [fault.code for fault in decision_rounds.plan(session, of.call_id, now=NOW).faults]


def events(session: Session, verb: str) -> list[dict[str, object]]:
    session.rollback()
    return list(session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == verb).order_by(col(Event.id))))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def letter(session: Session, of: Assessed, name: str) -> bytes:
    query = sa.select(col(StoredFile.content)).join(Decision, col(Decision.letter_id) == col(StoredFile.id))
    session.rollback()
    return session.execute(query.where(col(Decision.candidacy_id) == of.id(name))).scalar_one()


def test_the_ranking_proposes_and_proposing_again_adds_nothing(session: Session, assessed: Assessed) -> None:
    assert table_of(session, assessed).proposal().chosen.keys() == {assessed.id(name) for name in READY}
    assert propose(session, assessed) == 4
    assert outcomes(session, assessed) == READY
    assert propose(session, assessed) == 0
    assert len(events(session, "decisions.proposed")) == 1


def test_staff_choose_otherwise_and_gaps_close(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    assert choose(session, assessed, omega=Chosen(RESERVE, "rwanda")) == 1
    assert outcomes(session, assessed)["omega"] == "reserve:rwanda:2"
    assert choose(session, assessed, omega=Chosen(RESERVE, "rwanda", 1), delta=Chosen(RESERVE, "rwanda", 7)) == 2
    assert outcomes(session, assessed) == {**READY, "omega": "reserve:rwanda:1", "delta": "reserve:rwanda:2"}
    assert choose(session, assessed, omega=Chosen(NOT_SELECTED)) == 2
    assert outcomes(session, assessed) == READY
    assert choose(session, assessed, omega=Chosen(NOT_SELECTED)) == 0


def test_choosing_is_refused_where_it_makes_no_sense(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    with pytest.raises(ReserveTwice):
        choose(session, assessed, omega=Chosen(RESERVE, "rwanda", 1))
    with pytest.raises(DecisionTrackMissing):
        choose(session, assessed, omega=Chosen(SELECTED, "benin"))
    stale = Choice(assessed.id("omega"), "selected:rwanda:", Chosen(RESERVE, "rwanda"))
    with pytest.raises(DecisionChanged), transaction(session):
        decisions.choose(session, assessed.call_id, [stale], actor=staff(session, assessed), now=NOW)
    with transaction(session):
        returned = sa.update(Candidacy).where(col(Candidacy.id) == assessed.id("omega"))
        session.execute(returned.values(state=CandidacyState.RETURNED))
    with pytest.raises(NotAssessedYet):
        choose(session, assessed, omega=Chosen(RESERVE, "rwanda"))
    assert outcomes(session, assessed) == READY


def test_what_a_page_did_not_change_is_not_written_over_what_somebody_else_chose(
    session: Session, assessed: Assessed
) -> None:
    propose(session, assessed)
    old = Choice(assessed.id("omega"), "not_selected:", Chosen(NOT_SELECTED))
    choose(session, assessed, omega=Chosen(RESERVE, "rwanda", 2))
    with transaction(session):
        count = decisions.choose(session, assessed.call_id, [old], actor=staff(session, assessed), now=NOW)
    assert count == 0
    assert outcomes(session, assessed)["omega"] == "reserve:rwanda:2"


def test_words_are_proposed_from_the_readers_without_their_names_in_the_candidates_language(
    session: Session, assessed: Assessed
) -> None:
    table = table_of(session, assessed)
    alfa, beta, *_ = table.waiting
    text = proposed_text(table, alfa)
    assert text.reasons["exchange"] == "Because of exchange."
    assert text.reasons["city_links"].startswith("Dit wordt berekend.")
    assert "Alfa" in text.opening
    assert "Reader" not in repr(text)
    assert proposed_text(table, beta).reasons["city_links"].startswith("Ceci est calculé.")


def test_two_editors_both_keep_their_words_and_the_second_sees_the_first(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    first, second = DecisionText("First.", {"exchange": "a"}), DecisionText("Second.", {"exchange": "b"})
    of = assessed.id("alfa")
    assert write(session, assessed, of, first, edit=1).outcome is Outcome.STORE
    assert write(session, assessed, of, first, edit=1).outcome is Outcome.UNCHANGED
    conflict = write(session, assessed, of, second, edit=1)
    assert (conflict.outcome, conflict.stored.opening, conflict.stored.edit) == (Outcome.CONFLICT, "First.", 2)
    assert write(session, assessed, of, second, edit=2).stored.opening == "Second."


def test_another_outcome_takes_the_opening_out_but_keeps_it_in_the_log(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    before = table_of(session, assessed).records[assessed.id("omega")]
    choose(session, assessed, omega=Chosen(RESERVE, "rwanda"))
    after = table_of(session, assessed).records[assessed.id("omega")]
    assert (after.opening, after.edit, after.reasons) == ("", before.edit + 1, before.reasons)
    assert events(session, "decision.chosen")[-1]["opening"] == before.opening
    assert faults(session, assessed) == ["decision_opening_missing"]


def test_nothing_is_sent_without_outcome_words_and_places(session: Session, assessed: Assessed) -> None:
    assert set(faults(session, assessed)) == {"decision_missing"}
    with pytest.raises(DecisionMissing):
        send(session, assessed)
    with pytest.raises(DecisionMissing):
        write(session, assessed, assessed.id("alfa"), DecisionText("", {}), edit=1)
    ready(session, assessed)
    assert faults(session, assessed) == []
    stored = table_of(session, assessed).records[assessed.id("alfa")]
    write(session, assessed, assessed.id("alfa"), DecisionText(stored.opening, {**stored.reasons, "openness": " "}))
    with pytest.raises(DecisionReasonMissing) as refusal:
        send(session, assessed)
    assert refusal.value.params == {"government": "Alfa", "criterion": "openness"}
    assert mails(session) == []


def test_more_than_the_places_are_sent_only_with_a_reason_that_is_kept(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    choose(session, assessed, delta=Chosen(SELECTED, "rwanda"))
    write_all(session, assessed)
    with pytest.raises(PlacesExceeded):
        send(session, assessed)
    assert send(session, assessed, exceeding="The donor pays for a second place.") == 4
    assert sent_rounds(session, assessed.call_id)[0].exceeding == "The donor pays for a second place."


def test_sending_moves_keeps_letters_and_mails_each_its_own(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    assert send(session, assessed) == 4
    assert states(session, assessed) == {
        "alfa": "selected",
        "beta": "selected",
        "delta": "reserve",
        "omega": "not_selected",
    }
    assert mails(session) == [
        ("decision_selected", "Contact of Alfa"),
        ("decision_selected", "Contact of Beta"),
        ("decision_reserve", "Contact of Delta"),
        ("decision_not_selected", "Contact of Omega"),
    ]
    attached = sa.select(col(Mail.person_id), col(Decision.candidacy_id)).join(
        MailAttachment, col(MailAttachment.mail_id) == col(Mail.id)
    )
    attached = attached.join(Decision, col(Decision.letter_id) == col(MailAttachment.file_id))
    assert {tuple(row) for row in session.execute(attached)} == {
        (number(assessed.contacts[name]), assessed.id(name)) for name in READY
    }
    assert events(session, "decisions.sent") == [{"count": 4}]
    with pytest.raises(NothingToSend):
        send(session, assessed)


def test_the_letter_is_a_tagged_pdf_in_the_candidates_language_with_every_reason(
    session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    send(session, assessed)
    of_beta = PdfReader(io.BytesIO(letter(session, assessed, "beta")))
    root = of_beta.root_object
    assert str(root["/Lang"]) == "fr"
    assert "/StructTreeRoot" in root
    words = text_of(letter(session, assessed, "delta"))
    assert "Beslissing over de kandidatuur van Delta" in words
    assert "op nummer 1" in words
    for code in ("exchange", "openness", "involvement", "commitment"):
        assert f"Delta: Because of {code}." in words
    assert "Omega" not in words


def test_a_draft_of_the_letter_says_that_it_is_one(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    table = table_of(session, assessed)
    draft = text_of(draft_of(session, table, table.records[assessed.id("alfa")], now=NOW))
    assert "Concept: Beslissing over de kandidatuur van Alfa" in draft
    send(session, assessed)
    assert "Concept" not in text_of(letter(session, assessed, "alfa"))


def test_a_page_that_shows_something_else_sends_nothing(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    actor = staff(session, assessed)
    key = decision_rounds.plan(session, assessed.call_id, now=NOW).key
    decision_kit.add_member(session, assessed, "alfa", assessed.world.outsider)
    with pytest.raises(RoundChanged), transaction(session):
        decision_rounds.send_now(session, assessed.call_id, key=key, exceeding="", made={}, actor=actor, now=NOW)


def test_what_was_sent_stands_as_it_is(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    send(session, assessed)
    with pytest.raises(DecisionSent):
        write(session, assessed, assessed.id("alfa"), DecisionText("Other.", {}))
    assert choose(session, assessed, alfa=Chosen(NOT_SELECTED)) == 0
    assert propose(session, assessed) == 0


def test_before_sending_a_candidate_sees_nothing_and_afterwards_only_its_own(
    session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    of_alfa = actor_of_person(session, number(assessed.contacts["alfa"]))
    assert sent_decision(session, assessed.id("alfa")) is None
    assert letter_file(session, of_alfa, "SDG-AAAAAA") is None
    send(session, assessed)
    found = sent_decision(session, assessed.id("delta"))
    assert found is not None
    assert (found.outcome, found.state, found.position) == (RESERVE, RESERVE, 1)
    own = letter_file(session, of_alfa, "SDG-AAAAAA")
    assert own is not None
    assert own.is_own
    for actor in (of_alfa, PUBLIC, actor_of_person(session, number(assessed.world.outsider))):
        assert letter_file(session, actor, "SDG-DDDDDD") is None
    looked = letter_file(session, staff(session, assessed), "SDG-DDDDDD")
    assert looked is not None
    assert not looked.is_own


def test_a_planned_sending_holds_everything_still_until_it_is_cancelled(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    with pytest.raises(SendMomentPassed):
        schedule(session, assessed, NOW)
    schedule(session, assessed)
    for attempt in (
        lambda: choose(session, assessed, omega=Chosen(RESERVE, "rwanda")),
        lambda: write(session, assessed, assessed.id("alfa"), DecisionText("Other.", {})),
        lambda: propose(session, assessed),
        lambda: send(session, assessed),
        lambda: schedule(session, assessed),
    ):
        with pytest.raises(DecisionsScheduled):
            attempt()
    assert mails(session) == []
    cancel(session, assessed)
    with pytest.raises(RoundGone):
        cancel(session, assessed)
    assert decision_rounds.send_due(session, LATER) == 0
    assert send(session, assessed) == 4


def test_the_job_sends_when_the_moment_has_come_and_only_once(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    schedule(session, assessed)
    assert decision_rounds.send_due(session, LATER - timedelta(seconds=1)) == 0
    assert decision_rounds.send_due(session, LATER) == 4
    assert decision_rounds.send_due(session, LATER) == 0
    assert len(mails(session)) == 4
    sent = session.scalars(sa.select(col(DecisionRound.sent_at))).one()
    assert sent == LATER


def test_a_candidacy_withdrawn_after_planning_is_left_out_and_its_place_stays_free(
    session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    schedule(session, assessed)
    withdraw(session, assessed, "alfa")
    planned = decision_rounds.plan(session, assessed.call_id, now=NOW)
    assert [one.government_name for one in planned.withdrawn] == ["Alfa"]
    assert planned.free == {"rwanda": 1}
    assert decision_rounds.send_due(session, LATER) == 3
    assert states(session, assessed)["delta"] == "reserve"
    assert sent_decision(session, assessed.id("alfa")) is None


def test_a_reserve_withdrawn_before_the_sending_leaves_no_gap(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    choose(session, assessed, omega=Chosen(RESERVE, "rwanda", 2))
    write_all(session, assessed)
    schedule(session, assessed)
    withdraw(session, assessed, "delta")
    assert decision_rounds.send_due(session, LATER) == 3
    stored = session.execute(sa.select(Decision).where(col(Decision.candidacy_id) == assessed.id("omega"))).scalar_one()
    assert stored.reserve_position == 1
    assert "op nummer 1" in text_of(letter(session, assessed, "omega"))


def test_a_candidacy_that_was_returned_meanwhile_waits_for_another_round(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    schedule(session, assessed)
    with transaction(session):
        of_delta = sa.update(Candidacy).where(col(Candidacy.id) == assessed.id("delta"))
        session.execute(of_delta.values(state=CandidacyState.RETURNED))
    assert decision_rounds.send_due(session, LATER) == 3
    left = table_of(session, assessed).records[assessed.id("delta")]
    assert (left.sent_at, left.round_id) == (None, None)
    with transaction(session):
        session.execute(of_delta.values(state=CandidacyState.IN_ASSESSMENT))
    assert send(session, assessed) == 1
    assert states(session, assessed)["delta"] == "reserve"


def test_a_later_round_goes_on_after_the_reserves_of_the_first(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    with transaction(session):
        of_omega = sa.update(Candidacy).where(col(Candidacy.id) == assessed.id("omega"))
        session.execute(of_omega.values(state=CandidacyState.WITHDRAWN))
    send(session, assessed)
    with transaction(session):
        session.execute(of_omega.values(state=CandidacyState.IN_ASSESSMENT))
    choose(session, assessed, omega=Chosen(RESERVE, "rwanda"))
    write_all(session, assessed)
    assert outcomes(session, assessed)["omega"] == "reserve:rwanda:2"
    assert send(session, assessed) == 1


def test_the_first_reserve_moves_up_when_a_selected_one_withdraws(session: Session, assessed: Assessed) -> None:
    propose(session, assessed)
    choose(session, assessed, omega=Chosen(RESERVE, "rwanda", 2))
    write_all(session, assessed)
    send(session, assessed)
    before = len(mails(session))
    withdraw(session, assessed, "alfa")
    assert states(session, assessed) == {
        "alfa": "withdrawn",
        "beta": "selected",
        "delta": "selected",
        "omega": "reserve",
    }
    written = mails(session)[before:]
    assert [kind for kind, _ in written] == [
        "candidacy_withdrawn",
        "decision_moved_up",
        *["decision_moved_up_team"] * 3,
    ]
    assert written[1] == ("decision_moved_up", "Contact of Delta")
    assert events(session, "decision.moved_up") == [{"government": "Alfa"}]
    told = session.execute(sa.select(Mail).where(col(Mail.kind) == "decision_moved_up")).scalar_one()
    assert "Alfa" not in told.text + told.html + told.subject
    of_delta, of_omega = (sent_decision(session, assessed.id(name)) for name in ("delta", "omega"))
    assert of_delta is not None
    assert of_omega is not None
    assert (of_delta.outcome, of_delta.state, of_delta.position) == (RESERVE, SELECTED, None)
    assert of_omega.position == 1
    assert tracks_of_selected(session, assessed.call_id) == {
        assessed.id("beta"): "benin",
        assessed.id("delta"): "rwanda",
    }


def test_staff_withdrawing_a_selected_one_lets_the_reserve_move_up_too(session: Session, assessed: Assessed) -> None:
    ready(session, assessed)
    send(session, assessed)
    found = record_of(session, assessed, "alfa")
    actor = staff(session, assessed)
    with transaction(session):
        candidacies.move(session, found, CandidacyState.WITHDRAWN, reason="They asked us.", actor=actor, now=NOW)
    assert states(session, assessed)["delta"] == "selected"


@pytest.mark.parametrize("stays", ["published", "full", "nobody"])
def test_nobody_moves_up_by_itself_where_people_must_decide(session: Session, assessed: Assessed, stays: str) -> None:
    ready(session, assessed)
    send(session, assessed)
    with transaction(session):
        if stays == "published":
            _published_scenario(session, assessed)
        if stays == "full":
            session.execute(sa.update(Track).values(places=0))
    withdraw(session, assessed, "beta" if stays == "nobody" else "alfa")
    assert states(session, assessed)["delta"] == "reserve"
    assert events(session, "decision.place_free") == [{"why": stays}]
    assert [kind for kind, _ in mails(session)[-3:]] == ["decision_place_free_team"] * 3


def _published_scenario(session: Session, of: Assessed) -> None:
    row = PairingScenario(
        call_id=of.call_id,
        name="One",
        state=ScenarioState.PUBLISHED,
        settings={},
        problem={},
        solution={},
        reasons={},
        created_at=NOW,
        published_at=NOW,
    )
    factories.add(session, row)


def test_withdrawing_before_the_sending_or_from_the_reserve_list_moves_nobody_up(
    session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    withdraw(session, assessed, "beta")
    assert faults(session, assessed) == []
    send(session, assessed)
    withdraw(session, assessed, "delta")
    assert states(session, assessed) == {
        "alfa": "selected",
        "beta": "withdrawn",
        "delta": "withdrawn",
        "omega": "not_selected",
    }
    assert events(session, "decision.moved_up") == events(session, "decision.place_free") == []


def _at_once(engine: sa.Engine, deeds: list[object]) -> list[object]:
    """Do several things at the same moment, each over a connection of its own; give the result or refusal of each."""
    start = Barrier(len(deeds))

    def do(deed: object) -> object:
        with session_on(engine) as session:
            start.wait(timeout=30)
            try:
                return deed(session)  # type: ignore[operator]
            except DomainError as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def _sender(of: Assessed, actor: Actor, key: str) -> object:
    def deed(session: Session) -> int:
        made = decision_rounds.prepare_letters(session, of.call_id, now=NOW)
        with transaction(session):
            return decision_rounds.send_now(session, of.call_id, key=key, exceeding="", made=made, actor=actor, now=NOW)

    return deed


def _sent_once(engine: sa.Engine, count: int) -> None:
    with session_on(engine) as session:
        assert [kind for kind, _ in mails(session) if kind.startswith("decision_")] == [
            "decision_selected",
            "decision_selected",
            "decision_reserve",
            "decision_not_selected",
        ][-count:]
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == count
        assert len(events(session, "decisions.sent")) == 1


def test_sent_by_several_at_once_everything_goes_out_once(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        of = build_assessed(session)
        ready(session, of)
        actor = staff(session, of)
        key = decision_rounds.plan(session, of.call_id, now=NOW).key
    found = _at_once(both_engines, [_sender(of, actor, key) for _ in range(4)])
    assert sorted(found, key=str) == [4, "nothing_to_send", "nothing_to_send", "nothing_to_send"]
    _sent_once(both_engines, 4)


def test_the_job_in_several_processes_and_a_cancellation_agree(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        of = build_assessed(session)
        ready(session, of)
        schedule(session, of)
        actor = staff(session, of)

    def cancelling(session: Session) -> str:
        with transaction(session):
            decision_rounds.cancel(session, of.call_id, actor=actor, now=LATER)
        return "cancelled"

    def sending(session: Session) -> int:
        return decision_rounds.send_due(session, LATER)

    found = _at_once(both_engines, [sending, sending, cancelling, sending])
    if "cancelled" in found:
        assert [one for one in found if one != "cancelled"] == [0, 0, 0]
        with session_on(both_engines) as session:
            assert mails(session) == []
    else:
        assert sorted(found, key=str) == [0, 0, 4, "round_gone"]
        _sent_once(both_engines, 4)


def test_a_withdrawal_during_the_sending_either_is_left_out_or_lets_the_reserve_move_up(
    both_engines: sa.Engine,
) -> None:
    with session_on(both_engines) as session:
        of = build_assessed(session)
        ready(session, of)
        schedule(session, of)
    found = _at_once(
        both_engines,
        [lambda session: decision_rounds.send_due(session, LATER), lambda session: withdraw(session, of, "alfa")],
    )
    with session_on(both_engines) as session:
        now = states(session, of)
    assert now["alfa"] == "withdrawn"
    assert (found[0], now["delta"]) in ((3, "reserve"), (4, "selected"))


def test_two_who_withdraw_at_once_let_two_reserves_move_up(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        of = build_assessed(session)
        propose(session, of)
        with transaction(session):
            session.execute(sa.update(Track).where(col(Track.slug) == "rwanda").values(places=2))
        choose(
            session,
            of,
            beta=Chosen(SELECTED, "rwanda"),
            delta=Chosen(RESERVE, "rwanda", 1),
            omega=Chosen(RESERVE, "rwanda", 2),
        )
        write_all(session, of)
        send(session, of)
    _at_once(
        both_engines,
        [lambda session: withdraw(session, of, "alfa"), lambda session: withdraw(session, of, "beta")],
    )
    with session_on(both_engines) as session:
        assert states(session, of) == {
            "alfa": "withdrawn",
            "beta": "withdrawn",
            "delta": "selected",
            "omega": "selected",
        }
        assert [name for kind, name in mails(session) if kind == "decision_moved_up"].count("Contact of Delta") == 1


def test_the_job_is_among_those_that_run_by_themselves(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        of = build_assessed(session)
        ready(session, of)
        schedule(session, of)
    job = [one for one in JOBS if one.name == "decisions.send"]
    assert run_due(both_engines, job, clock=lambda: LATER, base_url="http://testserver") == {"decisions.send": 4}


def test_a_decision_on_a_candidacy_that_is_not_in_assessment_any_more_is_not_forced(
    session: Session, assessed: Assessed
) -> None:
    ready(session, assessed)
    send(session, assessed)
    with pytest.raises(UnableToMove), transaction(session):
        candidacies.decide(session, assessed.id("omega"), SELECTED, actor=staff(session, assessed), now=NOW)
