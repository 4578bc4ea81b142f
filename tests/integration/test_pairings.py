"""The board: what is computed, what staff set, what a scenario keeps, and what publishing does, exactly once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.candidacy import ReasonMissing
from app.domain.codes import CandidacyState, ScenarioState, Side
from app.domain.errors import DomainError
from app.domain.pairing import (
    AlreadyPublished,
    BoardChanged,
    Changed,
    Mark,
    NameTaken,
    NothingToKeep,
    OutcomeMissing,
    ScenarioStale,
    UnableToPair,
    WeightsDoNotSum,
)
from app.matching.clash import LockHeld, NoPairing, PlacesHeld, VetoHeld
from app.models import (
    AgendaSession,
    Allotment,
    Candidacy,
    CityLink,
    Event,
    LocalGovernment,
    Mail,
    PairingScenario,
    PartnerProfile,
    Partnership,
    PartnershipSide,
    Track,
)
from app.models.database import transaction
from app.queries.pairings import Scenario, outcome_of, scenario_by_id, scenarios_of
from app.queries.people import actor_of_person
from app.services import pairings
from app.services.pairing_board import Board as Solved
from app.services.pairing_mails import Decision
from app.services.pairing_publication import plan, publish
from app.web.pairing_view import clash_sentences
from tests import factories
from tests.factories import NOW, number
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board, build_board, coordinators, facts, session_on, staff

board = pairing_kit.board
RESERVE, NOT_SELECTED = Decision(CandidacyState.RESERVE), Decision(CandidacyState.NOT_SELECTED, "Too few places.")


def solved(session: Session, board: Board) -> Solved:
    return pairings.open_board(session, facts(session, board), now=NOW).board


def by_name(session: Session, board: Board) -> dict[str, str]:
    found = solved(session, board)
    return {found.candidates[left].name: found.partners[right].name for left, right in found.chosen}


def mark(session: Session, board: Board, candidate: LocalGovernment, partner: LocalGovernment, how: Mark) -> int:
    with transaction(session):
        pair = (candidate.code, partner.code)
        return pairings.mark_pair(session, facts(session, board), pair, how, actor=staff(session, board), now=NOW)


def keep(session: Session, board: Board, name: str = "First") -> Scenario:
    actor = staff(session, board)
    with transaction(session):
        made = pairings.keep_scenario(session, facts(session, board), name, actor=actor, now=NOW)
    found = scenario_by_id(session, actor, made)
    assert found is not None
    return found


def publish_it(
    session: Session, board: Board, scenario: Scenario, decisions: dict[str, Decision] | None = None
) -> None:
    actor, programme = staff(session, board), facts(session, board)
    if decisions is None:
        unpaired = plan(session, scenario, programme, {}, now=NOW).unpaired
        decisions = {one.profile.id: RESERVE for one in unpaired}
    with transaction(session):
        publish(session, scenario, programme, decisions, actor=actor, now=NOW)


def count(session: Session, model: type[SQLModel]) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def change(session: Session, model: type[SQLModel], row: SQLModel, **values: object) -> None:
    with transaction(session):
        key = col(model.id)  # type: ignore[attr-defined]
        session.execute(sa.update(model).where(key == number(row)).values(**values))


def state_of(session: Session, board: Board, name: str) -> CandidacyState:
    key = col(Candidacy.id) == number(board.candidacies[name])
    return session.execute(sa.select(col(Candidacy.state)).where(key)).scalar_one()


def test_the_board_shows_the_best_pairing_of_all(session: Session, board: Board) -> None:
    found = solved(session, board)
    candidates, partners = list(found.candidates), list(found.partners)
    best = max(
        (len(made), sum(found.points[pair] or 0 for pair in made))
        for order in permutations(candidates, len(partners))
        for made in [
            [pair for pair in zip(order, partners, strict=True) if found.points[pair] is not None],
        ]
    )
    assert (len(found.chosen), found.pairing.total) == best
    assert by_name(session, board) == {"Alfa": "Karongi", "Delta": "Nyanza", "Omega": "Nikki"}
    assert [one.name for one in found.unpaired()] == ["Beta"]


def test_only_submitted_candidacies_and_partners_with_places_are_on_the_board(session: Session, board: Board) -> None:
    change(session, Candidacy, board.candidacies["beta"], state=CandidacyState.RETURNED)
    change(session, Candidacy, board.candidacies["delta"], state=CandidacyState.IN_ASSESSMENT)
    change(session, PartnerProfile, board.nyanza_profile, capacity=0)
    found = solved(session, board)
    assert {one.name for one in found.inputs.candidates} == {"Alfa", "Delta", "Omega"}
    assert {one.name for one in found.inputs.partners} == {"Karongi", "Nikki"}


def test_a_lock_and_a_veto_change_the_answer_and_undo_brings_it_back(session: Session, board: Board) -> None:
    best = by_name(session, board)
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    assert by_name(session, board)["Beta"] == "Karongi"
    mark(session, board, board.world.beta, board.world.karongi, Mark.VETO)
    assert by_name(session, board) == best
    mark(session, board, board.world.alfa, board.world.karongi, Mark.VETO)
    assert by_name(session, board).get("Alfa") != "Karongi"
    mark(session, board, board.world.alfa, board.world.karongi, Mark.FREE)
    assert by_name(session, board) == best


def test_the_board_remembers_the_pairing_before_the_last_change(session: Session, board: Board) -> None:
    before = solved(session, board).pairing
    assert mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK) == 1
    opened = pairings.open_board(session, facts(session, board), now=NOW, compare={1})
    assert (opened.stored.version, opened.before) == (1, before)
    assert opened.board.pairing != before


def test_a_pair_in_a_track_that_was_not_chosen_cannot_be_locked(session: Session, board: Board) -> None:
    with pytest.raises(UnableToPair) as refusal:
        mark(session, board, board.world.alfa, board.world.nikki, Mark.LOCK)
    assert refusal.value.params == {"reason": "not_chosen"}
    with pytest.raises(UnableToPair):
        mark(session, board, board.world.gamma, board.world.nikki, Mark.VETO)


def test_a_city_link_keeps_two_apart_and_says_so(session: Session, board: Board) -> None:
    alfa, karongi = board.world.alfa, board.world.karongi
    link = CityLink(
        flemish_code=alfa.code,
        flemish_name="Alfa",
        partner_code=karongi.code,
        partner_name="Karongi",
        partner_country="RW",
        kind="city_link",
        source="test",
        certainty="sure",
    )
    with transaction(session):
        session.add(link)
    found = solved(session, board)
    assert (alfa.code, karongi.code) not in found.chosen
    refusal = found.refusal((alfa.code, karongi.code))
    assert refusal is not None
    assert refusal.params == {"reason": "city_link"}
    with pytest.raises(UnableToPair):
        mark(session, board, alfa, karongi, Mark.LOCK)


def test_a_lock_of_somebody_who_left_is_set_aside_not_lost(session: Session, board: Board) -> None:
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    change(session, Candidacy, board.candidacies["beta"], state=CandidacyState.WITHDRAWN)
    found = solved(session, board)
    assert found.set_aside == ((board.world.beta.code, board.world.karongi.code),)
    assert found.solution is not None


def test_places_of_a_track_hold(session: Session, board: Board) -> None:
    change(session, Track, board.world.rwanda, places=1)
    assert by_name(session, board) == {"Alfa": "Karongi", "Omega": "Nikki"}


def test_the_limit_per_province_holds(session: Session, board: Board) -> None:
    programme = facts(session, board)
    with transaction(session):
        rules = replace(programme.rules.pairing, province_limit=1)
        pairings.set_rules(session, programme, rules, version=0, actor=staff(session, board), now=NOW)
    found = solved(session, board)
    regions = [found.candidates[left].region for left, _ in found.chosen]
    assert sorted(regions) == ["Antwerpen", "Limburg"]


def test_locks_beyond_the_places_clash_and_the_board_names_them(session: Session, board: Board) -> None:
    mark(session, board, board.world.alfa, board.world.karongi, Mark.LOCK)
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    found = solved(session, board)
    assert found.solution is None
    assert found.clash is not None
    alfa, beta = board.world.alfa.code, board.world.beta.code
    assert found.clash.constraints == (
        *(LockHeld(code, "RW-karongi") for code in sorted([alfa, beta])),
        PlacesHeld("right", "RW-karongi", "max", 1),
    )
    assert found.pairing.pairs == ()
    with pytest.raises(NothingToKeep):
        keep(session, board)


def test_what_clashes_is_told_by_the_names_of_tracks_and_provinces(session: Session, board: Board) -> None:
    clash = NoPairing(
        (
            VetoHeld(board.world.alfa.code, "RW-karongi"),
            PlacesHeld("group", "province:Antwerpen", "max", 2),
            PlacesHeld("group", "track:rwanda", "min", 1),
        )
    )
    told = clash_sentences("nl", clash, solved(session, board).inputs)
    assert told == [
        "Deze voorwaarden kunnen niet allemaal tegelijk gelden. Hef er een van op, of versoepel er een.",
        "voor Alfa is Karongi uitgesloten",
        "hoogstens 2 plaatsen voor Antwerpen (provincie)",
        "minstens 1 paar voor Traject rwanda",
    ]


def test_weights_are_refused_unless_they_sum_to_100(session: Session, board: Board) -> None:
    programme, actor = facts(session, board), staff(session, board)
    with pytest.raises(WeightsDoNotSum), transaction(session):
        rules = replace(programme.rules.pairing, learning=36)
        pairings.set_rules(session, programme, rules, version=0, actor=actor, now=NOW)
    assert pairings.open_board(session, programme, now=NOW).stored.version == 0


def test_weights_set_on_top_of_another_version_are_refused_but_the_same_ones_pass(
    session: Session, board: Board
) -> None:
    programme, actor = facts(session, board), staff(session, board)
    rules = replace(programme.rules.pairing, learning=40, theme=20)
    for _ in range(2):
        with transaction(session):
            assert pairings.set_rules(session, programme, rules, version=0, actor=actor, now=NOW) == 1
    with pytest.raises(BoardChanged), transaction(session):
        others = replace(rules, learning=30, theme=30)
        pairings.set_rules(session, programme, others, version=0, actor=actor, now=NOW)


def test_a_scenario_keeps_what_it_was(session: Session, board: Board) -> None:
    scenario = keep(session, board)
    before = (scenario.problem, scenario.solution, scenario.reasons)
    change(session, PartnerProfile, board.karongi_profile, answers={})
    mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    again = scenario_by_id(session, staff(session, board), scenario.id)
    assert again is not None
    assert (again.problem, again.solution, again.reasons) == before
    assert again.solution["total"] != solved(session, board).pairing.total
    chosen = {(pair["left"], pair["right"]) for pair in again.solution["pairs"]}
    assert {(left, right) for left, of in again.reasons.items() for right in of} == chosen


def test_two_scenarios_of_a_call_have_two_names(session: Session, board: Board) -> None:
    keep(session, board)
    with pytest.raises(NameTaken):
        keep(session, board)
    keep(session, board, "Second")
    assert [one.name for one in scenarios_of(session, number(board.world.call))] == ["Second", "First"]


def test_publishing_does_everything_once(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        board = build_board(session)
        scenario = keep(session, board)
        publish_it(session, board, scenario, {board.world.beta.code: NOT_SELECTED})
        assert {name: state_of(session, board, name) for name in board.candidacies} == {
            "alfa": CandidacyState.SELECTED,
            "beta": CandidacyState.NOT_SELECTED,
            "delta": CandidacyState.SELECTED,
            "omega": CandidacyState.SELECTED,
        }
        _check_partnerships(session, board, scenario)
        _check_mails(session)
        with pytest.raises(AlreadyPublished):
            publish_it(session, board, scenario, {board.world.beta.code: RESERVE})
        assert count(session, Partnership) == 4


def _check_partnerships(session: Session, board: Board, scenario: Scenario) -> None:
    made = sa.select(Partnership).where(col(Partnership.scenario_id) == scenario.id).order_by(col(Partnership.slug))
    partnerships = list(session.scalars(made))
    assert [one.slug for one in partnerships] == ["alfa-karongi-2026", "delta-nyanza-2026", "omega-nikki-2026"]
    ids = [number(one) for one in partnerships]
    sides = list(session.scalars(sa.select(PartnershipSide).where(col(PartnershipSide.partnership_id).in_(ids))))
    assert sorted(one.side for one in sides) == [Side.FLEMISH] * 3 + [Side.PARTNER] * 3
    halves = sa.select(col(Allotment.amount_cents)).where(col(Allotment.side_id).in_([number(one) for one in sides]))
    assert list(session.scalars(halves)) == [1_750_000] * 6
    sessions = sa.select(col(AgendaSession.partnership_id)).order_by(col(AgendaSession.partnership_id))
    assert set(session.scalars(sessions)) >= set(ids)
    assert coordinators(session, board.world.alfa) == ["Contact of Alfa"]
    assert coordinators(session, board.world.karongi) == ["Coordinator of Karongi"]
    assert coordinators(session, board.world.beta) == []
    verbs = [
        verb for verb in session.scalars(sa.select(col(Event.verb))) if verb.startswith(("pairing", "partnership"))
    ]
    assert sorted(verbs) == ["pairing.kept", "pairing.published", *["partnership.made"] * 3]
    state = session.execute(sa.select(col(PairingScenario.state), col(PairingScenario.published_at))).one()
    assert tuple(state) == (ScenarioState.PUBLISHED, NOW)


def _check_mails(session: Session) -> None:
    columns = (col(Mail.kind), col(Mail.language), col(Mail.subject), col(Mail.text))
    mails = session.execute(sa.select(*columns).order_by(col(Mail.id))).all()
    kinds = [(mail.kind, mail.language) for mail in mails]
    assert sorted(kinds) == sorted(
        [
            *[("pairing_selected", "nl")] * 3,
            ("partnership_new", "en"),
            ("partnership_new", "fr"),
            ("pairing_not_selected", "nl"),
            ("partnership_informed", "en"),
            ("partnership_informed", "fr"),
        ]
    )
    words = {(mail.kind, mail.language): mail for mail in mails}
    assert words["partnership_new", "en"].subject == "Your partner in Flanders is Alfa"
    assert "Karongi can learn from Alfa about:" in words["partnership_new", "en"].text
    assert "assessment" not in words["partnership_new", "en"].text
    assert "Too few places." in words["pairing_not_selected", "nl"].text
    assert "Alfa & Karongi" in words["partnership_informed", "en"].text


def test_two_publishes_at_the_same_moment_publish_one(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        board = build_board(session)
        scenarios = [keep(session, board, name) for name in ("First", "Second")]
        decisions = {board.world.beta.code: RESERVE}
        actor, programme = staff(session, board), facts(session, board)
    start = Barrier(2)

    def one(scenario: Scenario) -> str:
        with session_on(both_engines) as own:
            start.wait(timeout=30)
            try:
                with transaction(own):
                    publish(own, scenario, programme, decisions, actor=actor, now=NOW)
            except DomainError as refusal:
                return refusal.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, scenarios)) == ["done", AlreadyPublished.code]
    with session_on(both_engines) as session:
        assert count(session, Partnership) == 4
        assert count(session, Mail) == 8


def test_a_stale_scenario_is_refused_and_nothing_of_it_happens(session: Session, board: Board) -> None:
    scenario = keep(session, board)
    change(session, Candidacy, board.candidacies["alfa"], state=CandidacyState.WITHDRAWN)
    with pytest.raises(ScenarioStale) as refusal:
        publish_it(session, board, scenario)
    assert refusal.value.params["changes"] == (Changed("candidate_gone", board.world.alfa.code),)
    assert (count(session, Partnership), count(session, Mail)) == (1, 0)


def test_a_candidacy_that_came_since_makes_a_scenario_stale(session: Session, board: Board) -> None:
    with transaction(session):
        late = factories.government(session, "Late")
    scenario = keep(session, board)
    with transaction(session):
        factories.candidacy(session, board.world.call, late, state=CandidacyState.SUBMITTED)
    planned = plan(session, scenario, facts(session, board), {}, now=NOW)
    assert planned.stale == (Changed("candidate_added", late.code),)


def test_every_candidate_without_a_pair_gets_an_outcome_with_its_reason(session: Session, board: Board) -> None:
    scenario = keep(session, board)
    with pytest.raises(OutcomeMissing):
        publish_it(session, board, scenario, {})
    with pytest.raises(ReasonMissing):
        publish_it(session, board, scenario, {board.world.beta.code: Decision(CandidacyState.NOT_SELECTED)})
    assert state_of(session, board, "alfa") is CandidacyState.SUBMITTED


def test_nothing_is_set_on_a_board_that_is_published(session: Session, board: Board) -> None:
    publish_it(session, board, keep(session, board))
    with pytest.raises(AlreadyPublished):
        mark(session, board, board.world.beta, board.world.karongi, Mark.LOCK)
    with pytest.raises(AlreadyPublished):
        keep(session, board, "Second")


def test_partners_without_people_are_named(session: Session, board: Board) -> None:
    planned = plan(session, keep(session, board), facts(session, board), {}, now=NOW)
    assert planned.lonely == {board.nyanza.code}


def test_an_address_that_is_taken_gets_a_number(session: Session, board: Board) -> None:
    change(session, Partnership, board.world.partnership, slug="alfa-karongi-2026")
    planned = plan(session, keep(session, board), facts(session, board), {}, now=NOW)
    assert planned.pairs[0].slug == "alfa-karongi-2026-2"


def test_a_candidate_reads_the_outcome_of_the_own_pair(session: Session, board: Board) -> None:
    scenario = keep(session, board)
    assert outcome_of(session, number(board.candidacies["alfa"]), "en") is None
    publish_it(session, board, scenario, {board.world.beta.code: NOT_SELECTED})
    selected = outcome_of(session, number(board.candidacies["alfa"]), "en")
    assert selected is not None
    assert (selected.state, selected.partner_name) == (CandidacyState.SELECTED, "Karongi")
    assert selected.partnership_slug == "alfa-karongi-2026"
    assert "Karongi can learn from Alfa" in selected.reasons[0].sentence
    assert not any("Nyanza" in line.sentence for line in selected.reasons)
    others = outcome_of(session, number(board.candidacies["beta"]), "en")
    assert others is not None
    assert (others.state, others.motivation) == (CandidacyState.NOT_SELECTED, "Too few places.")


def test_an_auditor_reads_what_is_published_and_nobody_else_reads_anything(session: Session, board: Board) -> None:
    scenario = keep(session, board)
    auditor = actor_of_person(session, number(board.world.auditor))
    assert scenario_by_id(session, auditor, scenario.id) is None
    publish_it(session, board, scenario)
    assert scenario_by_id(session, auditor, scenario.id) is not None
    for person in (board.world.ralga_staff, board.world.karongi_coordinator, board.world.candidate_of_a):
        assert scenario_by_id(session, actor_of_person(session, number(person)), scenario.id) is None
