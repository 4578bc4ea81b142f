"""Reads for the assessment of a call: where every candidacy stands, in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.assessment import AssessmentRules, Given, LinkFinding, find_links
from app.domain.candidacy_answers import KNOWN_LINKS
from app.domain.codes import CandidacyState, Section
from app.domain.programme import Rules
from app.domain.standing import ReaderScores, Standing, own_points, summarise
from app.models import (
    Call,
    Candidacy,
    CandidacySection,
    CandidacySubmission,
    CityLink,
    Event,
    LocalGovernment,
    Person,
    Programme,
    Reading,
    Score,
)
from app.queries.candidacy_access import in_conflict

Condition = sa.ColumnElement[bool]
Query = sa.Select[*tuple[Any, ...]]
REOPENED: Final = "assessment.reopened"
ASSESSED: Final = frozenset(CandidacyState) - {CandidacyState.DRAFT, CandidacyState.WITHDRAWN}


def rules_of_call(session: Session, call_id: int) -> AssessmentRules:
    """Give the criteria of a call's programme (one query)."""
    query = sa.select(col(Programme.rules)).join(Call, col(Call.programme_id) == col(Programme.id))
    return Rules.from_data(session.scalars(query.where(col(Call.id) == call_id)).one()).assessment


def standings(session: Session, call_id: int) -> list[Standing]:
    """Give every candidacy of a call that was submitted and not withdrawn, by local government (eight queries).

    Readers with a conflict of interest are left out, with all that they gave. Nothing is hidden here from anybody: ask
    ``candidacy_access`` what somebody may see.
    """
    chosen = sa.and_(col(Candidacy.call_id) == call_id, col(Candidacy.state).in_(sorted(ASSESSED)))
    return _standings(session, chosen, rules_of_call(session, call_id))


def standing_of(session: Session, candidacy_id: int, call_id: int) -> Standing:
    """Give one candidacy, in whatever state (eight queries)."""
    return _standings(session, col(Candidacy.id) == candidacy_id, rules_of_call(session, call_id))[0]


def _standings(session: Session, chosen: Condition, rules: AssessmentRules) -> list[Standing]:
    answers = _answers(session, chosen)
    links = _links(session, chosen)
    readings = _readings(session, chosen)
    return [
        _standing(row, answers.get(row.id, {}), links.get(row.id, ()), readings.get(row.id, ()), rules)
        for row in session.execute(_candidacies(chosen))
    ]


def _standing(
    row: Any,  # noqa: ANN401 - a row of the query below
    answers: Mapping[str, Any],
    known: Sequence[str],
    readings: Sequence[ReaderScores],
    rules: AssessmentRules,
) -> Standing:
    ended = {name for name, state in (answers.get(KNOWN_LINKS) or {}).items() if state == "ended"}
    known = [name for name in known if name not in ended]
    finding = find_links(str(answers.get("has_links") or ""), known)
    return Standing(
        candidacy_id=row.id,
        reference=row.reference,
        state=row.state,
        language=row.language,
        government_name=row.name,
        region=row.region,
        tracks=tuple(answers.get("tracks") or ()),
        readings=tuple(_weighed(one, finding, rules) for one in readings),
        links=finding,
        known_links=tuple(known),
        summary=summarise([one.scores for one in readings if one.finished], finding, rules),
    )


def _weighed(one: ReaderScores, finding: LinkFinding, rules: AssessmentRules) -> ReaderScores:
    return replace(one, points=own_points(one.scores, finding, rules)) if one.finished else one


def _candidacies(chosen: Condition) -> Query:
    columns: tuple[Any, ...] = (Candidacy.id, Candidacy.reference, Candidacy.state, Candidacy.language)
    query = sa.select(*columns, col(LocalGovernment.name), col(LocalGovernment.region))
    query = query.join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
    return query.where(chosen).order_by(col(LocalGovernment.name), col(Candidacy.id))


def _answers(session: Session, chosen: Condition) -> dict[int, dict[str, Any]]:
    query = (
        sa.select(col(CandidacySection.candidacy_id), col(CandidacySection.answers))
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .where(chosen, col(CandidacySection.section).in_((Section.THEME, Section.CITY_LINKS)))
        .order_by(col(CandidacySection.id))
    )
    merged: dict[int, dict[str, Any]] = {}
    for candidacy_id, answers in session.execute(query):
        merged.setdefault(candidacy_id, {}).update(answers)
    for candidacy_id, submitted in session.execute(_submitted(chosen)):
        merged[candidacy_id] = {**submitted.get(Section.THEME, {}), **submitted.get(Section.CITY_LINKS, {})}
    return merged


def _submitted(chosen: Condition) -> Query:
    """Give what was submitted of those that are returned, the last at the end: what is being typed is nobody's yet."""
    query: Query = sa.select(col(CandidacySubmission.candidacy_id), col(CandidacySubmission.answers))
    query = query.join(Candidacy, col(Candidacy.id) == col(CandidacySubmission.candidacy_id))
    returned = col(Candidacy.state) == CandidacyState.RETURNED
    return query.where(chosen, returned).order_by(col(CandidacySubmission.number), col(CandidacySubmission.id))


def _links(session: Session, chosen: Condition) -> dict[int, list[str]]:
    """Give the known links that go on, those of merged parts included, by candidacy; named as the form names them."""
    applying: Any = aliased(LocalGovernment)
    own: Any = aliased(LocalGovernment)
    same = sa.or_(own.code == applying.code, own.successor_code == applying.code)
    query: Query = (
        sa.select(col(Candidacy.id), col(CityLink.partner_name), col(CityLink.partner_country))
        .join(applying, applying.id == col(Candidacy.local_government_id))
        .join(own, same)
        .join(CityLink, col(CityLink.flemish_code) == own.code)
        .where(chosen, col(CityLink.until) == "", col(CityLink.kind) == "city_link")
        .distinct()
        .order_by(col(Candidacy.id), col(CityLink.partner_name))
    )
    found: dict[int, list[str]] = {}
    for candidacy_id, partner, country in session.execute(query):
        found.setdefault(candidacy_id, []).append(f"{partner} ({country})")
    return found


def _readings(session: Session, chosen: Condition) -> dict[int, list[ReaderScores]]:
    """Give the readers of each candidacy with their scores, by name; whoever has a conflict is left out."""
    scores, reopened = _scores(session, chosen), _reopened(session, chosen)
    query: Query = (
        sa.select(
            col(Reading.id),
            col(Reading.candidacy_id),
            col(Reading.person_id),
            col(Person.name),
            col(Reading.finished_at).is_not(None),
        )
        .join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
        .join(Person, col(Person.id) == col(Reading.person_id))
        .where(chosen, sa.not_(in_conflict(col(Reading.person_id))))
        .order_by(col(Person.name), col(Person.id))
    )
    found: dict[int, list[ReaderScores]] = {}
    for reading_id, candidacy_id, person_id, name, finished in session.execute(query):
        again = (candidacy_id, person_id) in reopened
        found.setdefault(candidacy_id, []).append(
            ReaderScores(person_id, name, finished, scores.get(reading_id, {}), reopened=again)
        )
    return found


def _scores(session: Session, chosen: Condition) -> dict[int, dict[str, Given]]:
    query = (
        sa.select(col(Score.reading_id), col(Score.criterion), col(Score.points), col(Score.reason))
        .join(Reading, col(Reading.id) == col(Score.reading_id))
        .join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
        .where(chosen)
        .order_by(col(Score.reading_id), col(Score.criterion))
    )
    found: dict[int, dict[str, Given]] = {}
    for reading_id, criterion, points, reason in session.execute(query):
        found.setdefault(reading_id, {})[criterion] = Given(points, reason)
    return found


def _reopened(session: Session, chosen: Condition) -> set[tuple[int, int]]:
    """Give (candidacy, person) of whoever reopened scores when those of others could be seen, from the event log."""
    query = (
        sa.select(col(Event.subject_id), col(Event.person_id), col(Event.details))
        .join(Candidacy, col(Candidacy.id) == col(Event.subject_id))
        .where(chosen, col(Event.subject_kind) == "candidacy", col(Event.verb) == REOPENED)
        .order_by(col(Event.id))
    )
    return {
        (subject_id, person_id)
        for subject_id, person_id, details in session.execute(query)
        if person_id is not None and details.get("count")
    }
