"""Publish a pairing: everything that follows from it, planned for the confirmation page and done in one transaction."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Role, ScenarioState, Side
from app.domain.decisions import DecisionsScheduled
from app.domain.pairing import (
    AlreadyPublished,
    BoardSettings,
    Changed,
    PublicationChanged,
    ScenarioStale,
    changes,
    check_outcomes,
)
from app.domain.slugs import slug
from app.domain.time import programme_day
from app.matching.json_format import problem_to_json
from app.models import Call, Membership, PairingScenario, Partnership, PartnershipMotivation, PartnershipSide, Programme
from app.queries.candidacies import any_candidacy
from app.queries.decisions import planned_round, wait_to_be_sent, were_sent
from app.queries.pairing_inputs import CandidateInput, Inputs, inputs_of
from app.queries.pairing_people import (
    coordinators_by_government,
    members_by_candidacy,
    officers_by_track,
    slugs_taken,
)
from app.queries.pairings import NOT_THEIR_OWN, Scenario, published_scenario_id, vocabularies
from app.queries.programmes import ProgrammeFacts
from app.services.agenda import lay_out_programme
from app.services.budget import open_allotments
from app.services.candidacies import decide, move
from app.services.events import record
from app.services.mail import enqueue
from app.services.pairing_board import problem_of
from app.services.pairing_mails import Audience, Decision, PlannedMail, PlannedPair, plan_mails


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing does; ``stale`` says what changed since, and then nothing is done.

    ``lonely`` are the codes of partners without a coordinator: somebody must invite their people. ``decided``: the
    decisions of the call were sent, so that publishing only tells the selected who their partner is; whoever is
    without one stays selected and gets no mail. ``prepared``: decisions wait to be sent, which should come first.
    ``key`` stands for every mail, but for what the outcomes of candidates without a pair make of theirs.
    """

    pairs: tuple[PlannedPair, ...]
    unpaired: tuple[CandidateInput, ...]
    decisions: Mapping[str, Decision]
    mails: tuple[PlannedMail, ...]
    lonely: frozenset[str]
    stale: tuple[Changed, ...]
    names: Mapping[str, str]
    decided: bool = False
    prepared: bool = False

    @property
    def candidates(self) -> tuple[CandidateInput, ...]:
        """Everybody whom it concerns on the Flemish side: those with a pair, then those without."""
        return (*(pair.candidate for pair in self.pairs), *self.unpaired)

    @property
    def key(self) -> str:
        """What the page that was read stands for: with another key, other mails would go out."""
        unpaired = {one.reference for one in self.unpaired}
        facts = [
            (mail.to, None) if mail.values.get("reference") in unpaired else (mail.to, mail.kind, mail.values)
            for mail in self.mails
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def plan(
    session: Session,
    scenario: Scenario,
    programme: ProgrammeFacts,
    decisions: Mapping[str, Decision],
    *,
    now: datetime,
) -> Plan:
    """Plan what publishing a scenario would do now; who is not in ``decisions`` goes to the reserve list.

    Once the decisions of the call were sent, ``decisions`` play no part.
    """
    inputs = Inputs.from_data(scenario.settings["inputs"])
    today = inputs_of(session, scenario.call_id, programme.id, programme_day(now))
    pairs = _pairs(session, scenario, programme, inputs)
    paired = {pair.candidate.profile.id for pair in pairs}
    unpaired = tuple(one for one in inputs.candidates if one.profile.id not in paired)
    decided = were_sent(session, scenario.call_id)
    open_ones = () if decided else unpaired
    chosen = {one.profile.id: decisions.get(one.profile.id, Decision(CandidacyState.RESERVE)) for one in open_ones}
    audience = _audience(session, programme, inputs, pairs)
    return Plan(
        pairs=pairs,
        unpaired=unpaired,
        decisions=chosen,
        mails=tuple(plan_mails(programme, pairs, [(one, chosen[one.profile.id]) for one in open_ones], audience)),
        lonely=frozenset(one.partner.profile.id for one in pairs if one.partner.government_id not in audience.partners),
        stale=changes(scenario.problem, _problem_today(scenario, programme, today)),
        names=inputs.names() | today.names(),
        decided=decided,
        prepared=wait_to_be_sent(session, scenario.call_id),
    )


def publish(
    session: Session,
    scenario: Scenario,
    programme: ProgrammeFacts,
    decisions: Mapping[str, Decision],
    *,
    key: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Publish a scenario: candidacies decided, partnerships with people, agenda and budget made, mails written.

    Call it in a transaction, with the scenario read inside it. ``key`` is that of the plan that somebody read and
    confirmed; None: nobody did.

    :raises AlreadyPublished: a pairing of the call was published.
    :raises DecisionsScheduled: decisions of the call are to be sent.
    :raises ScenarioStale: what it was computed from has changed since.
    :raises PublicationChanged: other mails would go out than under ``key``.
    :raises OutcomeMissing: a candidate without a pair has no outcome.
    :raises ReasonMissing: not selected, without a reason.
    """
    budget_cents = _lock(session, scenario, programme)
    scheduled = planned_round(session, scenario.call_id)
    if scheduled is not None:
        raise DecisionsScheduled(send_at=scheduled.send_at)
    planned = plan(session, scenario, programme, decisions, now=now)
    if planned.stale:
        raise ScenarioStale(changes=planned.stale)
    if key is not None and key != planned.key:
        raise PublicationChanged
    states = {code: decision.state for code, decision in decisions.items()}
    if not planned.decided:
        check_outcomes([(one.profile.id, one.name) for one in planned.unpaired], states)
    _mark_published(session, scenario, now)
    if not planned.decided:
        _decide(session, planned, actor, now)
    made = [_partnership(session, scenario, programme, pair, actor=actor, now=now) for pair in planned.pairs]
    lay_out_programme(session, programme.id, made, now=now, actor=actor)
    for partnership_id in made:
        open_allotments(session, partnership_id, budget_cents, now, actor=actor)
    for mail in planned.mails:
        unique_key = f"pairing-{scenario.id}:{mail.key}"
        enqueue(session, mail.kind, to=mail.to, values=mail.values, now=now, unique_key=unique_key)
    subject = ("pairing_scenario", scenario.id)
    record(session, actor, "pairing.published", subject=subject, now=now, name=scenario.name, count=len(made))


def _pairs(session: Session, scenario: Scenario, programme: ProgrammeFacts, inputs: Inputs) -> tuple[PlannedPair, ...]:
    candidates = {one.profile.id: one for one in inputs.candidates}
    partners = {one.profile.id: one for one in inputs.partners}
    tracks = {one.slug: one for one in inputs.tracks}
    chosen = [
        (candidates[pair["left"]], partners[pair["right"]], pair["points"]) for pair in scenario.solution["pairs"]
    ]
    year = programme.starts_on.year
    wanted = [slug(f"{candidate.name} {partner.name} {year}") for candidate, partner, _ in chosen]
    free = _free_slugs(wanted, slugs_taken(session, wanted))
    return tuple(
        PlannedPair(
            candidate,
            partner,
            tracks[partner.profile.track],
            points,
            address,
            tuple(scenario.reasons[candidate.profile.id][partner.profile.id]),
        )
        for (candidate, partner, points), address in zip(chosen, free, strict=True)
    )


def _free_slugs(wanted: Collection[str], taken: frozenset[str]) -> list[str]:
    """Give each an address of its own: one that is taken gets a number."""
    used, free = set(taken), []
    for address in wanted:
        number, tried = 1, address
        while tried in used:
            number += 1
            tried = f"{address}-{number}"
        used.add(tried)
        free.append(tried)
    return free


def _audience(session: Session, programme: ProgrammeFacts, inputs: Inputs, pairs: tuple[PlannedPair, ...]) -> Audience:
    audience = Audience(
        members_by_candidacy(session, [one.candidacy_id for one in inputs.candidates]),
        coordinators_by_government(session, [pair.partner.government_id for pair in pairs]),
        officers_by_track(session, {pair.track.id for pair in pairs}),
        {},
    )
    words = vocabularies(session, sorted(audience.languages()), programme.id)
    return Audience(audience.candidates, audience.partners, audience.officers, words)


def _problem_today(scenario: Scenario, programme: ProgrammeFacts, today: Inputs) -> dict[str, Any]:
    settings = BoardSettings.from_data(scenario.settings, programme.rules.pairing)
    return problem_to_json(problem_of(today, settings))


def _lock(session: Session, scenario: Scenario, programme: ProgrammeFacts) -> int:
    """Let one publication of a call happen at a time, and no save of its programme; give the budget as it is now.

    Who changes the budget holds the programme too, and raises the halves that are there: those of today must be made
    with the amount of before, or of after. The programme comes first, as where its call is saved.
    """
    query = sa.select(Programme).where(col(Programme.id) == programme.id)
    held = session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).one()
    session.execute(sa.select(col(Call.id)).where(col(Call.id) == scenario.call_id).with_for_update())
    if published_scenario_id(session, scenario.call_id) is not None:
        raise AlreadyPublished
    return held.budget_cents


def _mark_published(session: Session, scenario: Scenario, now: datetime) -> None:
    statement = sa.update(PairingScenario).where(
        col(PairingScenario.id) == scenario.id, col(PairingScenario.state) == ScenarioState.KEPT
    )
    try:
        changed = session.execute(
            statement.values(state=ScenarioState.PUBLISHED, published_at=now).returning(col(PairingScenario.id))
        ).scalar()
    except IntegrityError as violation:
        raise AlreadyPublished from violation
    if changed is None:
        raise AlreadyPublished


def _decide(session: Session, planned: Plan, actor: Actor, now: datetime) -> None:
    outcomes = [(pair.candidate, Decision(CandidacyState.SELECTED)) for pair in planned.pairs]
    outcomes += [(one, planned.decisions[one.profile.id]) for one in planned.unpaired]
    for candidate, decision in outcomes:
        candidacy = any_candidacy(session, candidate.reference)
        assert candidacy is not None  # noqa: S101 - a stale scenario was refused
        if candidacy.state is CandidacyState.SUBMITTED:
            move(session, candidacy, CandidacyState.IN_ASSESSMENT, reason="", actor=actor, now=now)
        decide(session, candidacy.id, decision.state, actor=actor, now=now, reason=decision.reason)


def _partnership(
    session: Session,
    scenario: Scenario,
    programme: ProgrammeFacts,
    pair: PlannedPair,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Make a partnership with both sides; who wrote the candidacy coordinates the Flemish side."""
    made = Partnership(
        slug=pair.slug,
        programme_id=programme.id,
        track_id=pair.track.id,
        scenario_id=scenario.id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    assert made.id is not None  # noqa: S101 - flushed
    governments = {Side.FLEMISH: pair.candidate.government_id, Side.PARTNER: pair.partner.government_id}
    for side, government_id in governments.items():
        session.add(PartnershipSide(partnership_id=made.id, side=side, local_government_id=government_id))
    criteria = [dict(one) for one in pair.criteria if one["code"] not in NOT_THEIR_OWN]
    session.add(PartnershipMotivation(partnership_id=made.id, criteria=criteria))
    session.flush()
    _coordinators(session, pair.candidate)
    names = {"flemish": pair.candidate.name, "partner": pair.partner.name}
    record(session, actor, "partnership.made", subject=("partnership", made.id), now=now, **names)
    return made.id


def _coordinators(session: Session, candidate: CandidateInput) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for person in members_by_candidacy(session, [candidate.candidacy_id]).get(candidate.candidacy_id, ()):
        statement = insert(Membership).values(
            person_id=person.person_id, role=Role.COORDINATOR, local_government_id=candidate.government_id
        )
        session.execute(statement.on_conflict_do_nothing())
