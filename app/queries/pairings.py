"""Reads of pairings: what is set on a board, the scenarios of a call, and the outcome of one candidate."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, ScenarioState, Side
from app.domain.texts import title_of
from app.language.reasons import Names, ReasonLine, Vocabulary, reason_lines
from app.models import (
    Call,
    Candidacy,
    Event,
    LocalGovernment,
    PairingBoard,
    PairingScenario,
    Partnership,
    PartnershipSide,
    Person,
)
from app.queries.candidacy_form import stored_form
from app.queries.programmes import ProgrammeFacts, current_programme, programmes, subjects_of, tracks_of
from app.queries.reference import goals, policy_fields

NOT_THEIR_OWN = frozenset({"assessment"})
"""Criteria that only the candidate itself and the programme team see."""


@dataclass(frozen=True, slots=True)
class StoredBoard:
    """What staff have set on a board; version 0 where nothing has been set yet."""

    settings: Mapping[str, Any]
    version: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A scenario in a list."""

    id: int
    name: str
    state: ScenarioState
    count: int
    total: int
    weakest: int | None
    created_at: datetime
    person_name: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kept pairing with its own data: settings and inputs, problem, solution, and the reasons of its pairs."""

    id: int
    call_id: int
    programme_id: int
    name: str
    state: ScenarioState
    settings: Mapping[str, Any]
    problem: Mapping[str, Any]
    solution: Mapping[str, Any]
    reasons: Mapping[str, Any]
    created_at: datetime
    published_at: datetime | None
    person_name: str


@dataclass(frozen=True, slots=True)
class OutcomeOfPair:
    """What a candidate is told: the decision and, if selected, with whom and why."""

    state: CandidacyState
    decided_at: datetime
    partner_name: str = ""
    partnership_slug: str = ""
    reasons: tuple[ReasonLine, ...] = ()
    motivation: str = ""


def board_programmes(session: Session) -> list[ProgrammeFacts]:
    """Give the programmes with a call, the newest first (one query)."""
    return [programme for programme in programmes(session) if programme.call is not None]


def programme_of_board(session: Session, slug: str, now: datetime) -> ProgrammeFacts | None:
    """Give the programme with ``slug``, else the one that counts at ``now``, if it has a call (two queries)."""
    if slug:
        return next((one for one in board_programmes(session) if one.slug == slug), None)
    current = current_programme(session, now)
    if current is not None and current.call is not None:
        return current
    return next(iter(board_programmes(session)), None)


def stored_board(session: Session, call_id: int) -> StoredBoard:
    """Give what is set on the board of a call (one query)."""
    query = sa.select(col(PairingBoard.settings), col(PairingBoard.version), col(PairingBoard.updated_at))
    row = session.execute(query.where(col(PairingBoard.call_id) == call_id)).first()
    return StoredBoard(*row) if row else StoredBoard({}, 0, None)


def scenarios_of(session: Session, call_id: int) -> list[ScenarioLine]:
    """Give the scenarios of a call, the latest first (one query)."""
    columns: tuple[Any, ...] = (
        PairingScenario.id,
        PairingScenario.name,
        PairingScenario.state,
        PairingScenario.solution,
        PairingScenario.created_at,
        sa.func.coalesce(col(Person.name), "").label("person_name"),
        PairingScenario.published_at,
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(PairingScenario.person_id))
        .where(col(PairingScenario.call_id) == call_id)
        .order_by(col(PairingScenario.created_at).desc(), col(PairingScenario.id).desc())
    )
    return [_line(row._asdict()) for row in session.execute(query)]


def scenario_by_id(session: Session, actor: Actor, scenario_id: int) -> Scenario | None:
    """Give a scenario: to the programme team any, to an auditor one that was published (one query)."""
    columns: tuple[Any, ...] = (
        PairingScenario.id,
        PairingScenario.call_id,
        Call.programme_id,
        PairingScenario.name,
        PairingScenario.state,
        PairingScenario.settings,
        PairingScenario.problem,
        PairingScenario.solution,
        PairingScenario.reasons,
        PairingScenario.created_at,
        PairingScenario.published_at,
        sa.func.coalesce(col(Person.name), ""),
    )
    query = (
        sa.select(*columns)
        .join(Call, col(Call.id) == col(PairingScenario.call_id))
        .outerjoin(Person, col(Person.id) == col(PairingScenario.person_id))
        .where(col(PairingScenario.id) == scenario_id, _visible(actor))
    )
    row = session.execute(query).first()
    return Scenario(*row) if row else None


def published_scenario_id(session: Session, call_id: int) -> int | None:
    """Give the published scenario of a call (one query)."""
    query = sa.select(col(PairingScenario.id)).where(
        col(PairingScenario.call_id) == call_id, col(PairingScenario.state) == ScenarioState.PUBLISHED
    )
    return session.execute(query).scalar()


def vocabulary(session: Session, locale: str, programme_id: int) -> Vocabulary:
    """Give the words for the reasons of a programme's pairs in one language (five queries)."""
    return vocabularies(session, [locale], programme_id)[locale]


def vocabularies(session: Session, locales: Collection[str], programme_id: int) -> dict[str, Vocabulary]:
    """Give those words in each of these languages (three queries, and two for each language).

    Policy fields are those of its form, and the others that the reference facts have: older answers may name them.
    """
    own = stored_form(session, programme_id).lists.get("fields", ())
    slugs = {track.id: track.slug for track in tracks_of(session, programme_id)}
    subjects = {
        f"{slugs[track_id]}:{subject.code}": subject
        for track_id, of_track in subjects_of(session, programme_id).items()
        for subject in of_track
    }
    return {
        locale: Vocabulary(
            locale,
            fields={
                **{one.code: str(one.title) for one in policy_fields(session, locale)},
                **{one.code: str(one.title.said(locale)) for one in own},
            },
            subjects={code: str(title_of(subject, locale)) for code, subject in subjects.items()},
            goals={one.number: str(one.title) for one in goals(session, locale)},
        )
        for locale in locales
    }


def outcome_of(session: Session, candidacy_id: int, locale: str) -> OutcomeOfPair | None:
    """Give the outcome of a candidacy once the pairing is published, for its own candidate (up to eight queries).

    Fetch the candidacy through the actor first.
    """
    columns: tuple[Any, ...] = (
        Candidacy.state,
        Candidacy.local_government_id,
        LocalGovernment.code,
        LocalGovernment.name,
        PairingScenario.id.label("scenario_id"),  # type: ignore[union-attr]
        PairingScenario.published_at,
        PairingScenario.reasons,
        Call.programme_id,
    )
    query = (
        sa.select(*columns)
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .join(PairingScenario, col(PairingScenario.call_id) == col(Candidacy.call_id))
        .where(col(Candidacy.id) == candidacy_id, col(PairingScenario.state) == ScenarioState.PUBLISHED)
    )
    row = session.execute(query).first()
    if row is None or row.state not in (
        CandidacyState.SELECTED,
        CandidacyState.RESERVE,
        CandidacyState.NOT_SELECTED,
    ):
        return None
    if row.state is not CandidacyState.SELECTED:
        return OutcomeOfPair(row.state, row.published_at, motivation=_reason_of(session, candidacy_id))
    return _selected(session, row, locale)


def _selected(session: Session, row: Any, locale: str) -> OutcomeOfPair:  # noqa: ANN401 - a row of columns
    flemish, partner = aliased(PartnershipSide), aliased(PartnershipSide)
    columns: tuple[Any, ...] = (Partnership.slug, LocalGovernment.name)
    query = (
        sa.select(*columns)
        .join(flemish, sa.and_(col(flemish.partnership_id) == col(Partnership.id), col(flemish.side) == Side.FLEMISH))
        .join(partner, sa.and_(col(partner.partnership_id) == col(Partnership.id), col(partner.side) == Side.PARTNER))
        .join(LocalGovernment, col(LocalGovernment.id) == col(partner.local_government_id))
        .where(
            col(Partnership.scenario_id) == row.scenario_id,
            col(flemish.local_government_id) == row.local_government_id,
        )
        .order_by(col(Partnership.id))
    )
    found = session.execute(query).first()
    if found is None:
        return OutcomeOfPair(row.state, row.published_at)
    slug, partner_name = found
    criteria: list[Mapping[str, Any]] = next(iter(row.reasons.get(row.code, {}).values()), [])
    words = vocabulary(session, locale, row.programme_id)
    lines = reason_lines(words, Names(row.name, partner_name), criteria)
    return OutcomeOfPair(row.state, row.published_at, partner_name, slug, tuple(lines))


def _reason_of(session: Session, candidacy_id: int) -> str:
    """Give the reason of the last decision on a candidacy, as the event log has it (one query)."""
    query = sa.select(col(Event.details)).where(
        col(Event.subject_kind) == "candidacy",
        col(Event.subject_id) == candidacy_id,
        col(Event.verb) == "candidacy.moved",
    )
    details = session.execute(query.order_by(col(Event.id).desc()).limit(1)).scalar()
    return str((details or {}).get("reason", ""))


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_staff:
        return sa.true()
    if actor.is_auditor:
        return col(PairingScenario.state) != ScenarioState.KEPT
    return sa.false()


def _line(values: dict[str, Any]) -> ScenarioLine:
    solution = values.pop("solution")
    return ScenarioLine(**values, count=solution["count"], total=solution["total"], weakest=solution["weakest"])
