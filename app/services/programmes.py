"""Write the settings of a programme; every save that changes something keeps a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda_rules import AgendaRules, check_agenda_rules
from app.domain.agenda_template import TemplateRow
from app.domain.assessment import AssessmentRules, check_assessment
from app.domain.budget_rules import BudgetRules, check_budget_rules
from app.domain.codes import Country
from app.domain.decisions import DecisionRules, check_decision_rules
from app.domain.programme import (
    ProgrammeChanged,
    Rules,
    TemplateRowGone,
    UnknownAssociation,
    check_budget,
    check_call,
    check_period,
    check_places,
    check_rules,
    check_template_day,
    check_template_length,
    years_of,
)
from app.domain.retention import RetentionRules, check_retention
from app.domain.slugs import slug
from app.domain.time import PROGRAMME_ZONE, instant
from app.domain.visit_rules import VisitRules, check_visit_rules
from app.models import Association, Call, Programme, ProgrammeVersion, Subject, TemplateSession, Track
from app.models.base import identity
from app.services import budget_versions
from app.services.assessment import refresh_call
from app.services.budget_versions import NewBudget
from app.services.candidacy_form import follow_settings
from app.services.events import record
from app.services.programme_copies import copy_parts
from app.services.programme_versions import keep_version, snapshot_of

SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Edit:
    """Who saves which programme when and why, and the version that the form was opened with."""

    programme_id: int
    version: int
    actor: Actor
    now: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Basics:
    """Texts in three languages, the period and the budget per partnership in euro cents."""

    title_nl: str
    title_fr: str
    title_en: str
    summary_nl: str
    summary_fr: str
    summary_en: str
    starts_on: date
    ends_on: date
    budget_cents: int


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """A subject of a track; a new one has no code yet."""

    title_nl: str
    title_fr: str = ""
    title_en: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """A track as staff set it; its slug is made from its English or Dutch title when it is new."""

    association_id: int
    country: Country
    language: str
    places: int
    title_nl: str
    title_fr: str = ""
    title_en: str = ""
    summary_nl: str = ""
    summary_fr: str = ""
    summary_en: str = ""
    goals: tuple[int, ...] = ()
    is_open: bool = True
    subjects: tuple[SubjectWords, ...] = field(default=())


def create(
    session: Session, *, basics: Basics, source_id: int | None, actor: Actor, now: datetime, reason: str = ""
) -> Programme:
    """Make a programme; with a source, its rules, tracks, subjects and agenda template are copied, its call is not.

    :raises PeriodEndsBeforeStart: or another refusal of the domain.
    """
    _check_basics(basics)
    source = session.get_one(Programme, source_id) if source_id is not None else None
    rules = source.rules if source is not None else Rules().to_data()
    made = Programme(slug=_free_slug(session, basics.title_nl), rules=rules, **_values(basics))
    session.add(made)
    session.flush()
    if source is not None:
        copy_parts(session, source, made)
    keep_version(session, made, actor=actor, now=now, reason=reason)
    record(session, actor, "programme.created", subject=("programme", made.id), now=now, slug=made.slug)
    return made


def save_basics(session: Session, edit: Edit, basics: Basics, *, seen: str | None = None) -> int:
    """Save texts, period and budget; give the version that now counts. Another budget raises or lowers open halves.

    ``seen``: the key of what the person saw that another budget changes, see ``services.budget_versions``.

    :raises ProgrammeChanged: somebody saved in between.
    :raises BudgetBelowUse, BudgetReasonMissing, BudgetPlanUnseen: see ``domain.budget_versions``.
    :raises PeriodEndsBeforeStart: or another refusal of the domain.
    """
    programme = _open(session, edit)
    _check_basics(basics)
    plan = None
    if basics.budget_cents != programme.budget_cents:
        wanted = NewBudget(basics.budget_cents, edit.reason, seen)
        plan = budget_versions.check(session, edit.programme_id, wanted)
    _set(programme, _values(basics))
    version = _close(session, programme, edit, "programme.texts_changed")
    if plan is not None:
        budget_versions.book_changes(session, plan, version=version, reason=edit.reason, actor=edit.actor, now=edit.now)
    return version


def save_rules(session: Session, edit: Edit, rules: Rules) -> int:
    """Save the rules, promises and weights; give the version that now counts. What other forms save stays.

    :raises ProgrammeChanged: somebody saved in between.
    :raises WeightsNotHundred: or another refusal of the domain.
    """
    programme = _open(session, edit)
    check_rules(rules)
    kept = Rules.from_data(programme.rules)
    programme.rules = replace(
        rules,
        retention=kept.retention,
        decision=kept.decision,
        assessment=kept.assessment,
        agenda=kept.agenda,
        visits=kept.visits,
        budget=kept.budget,
    ).to_data()
    return _close(session, programme, edit, "programme.rules_changed")


def save_retention(session: Session, edit: Edit, retention: RetentionRules) -> int:
    """Save how long candidacies are kept; give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises MonthsOutOfRange: a period is too short or too long.
    """
    check_retention(retention)
    return _save_part(session, edit, retention=retention)


def save_assessment(session: Session, edit: Edit, assessment: AssessmentRules) -> int:
    """Save the criteria and compute the points of candidacies anew; give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises CriteriaNotHundred: or another refusal of ``assessment.check_assessment``.
    """
    programme = _open(session, edit)
    check_assessment(assessment)
    programme.rules = replace(Rules.from_data(programme.rules), assessment=assessment).to_data()
    session.flush()
    _recompute(session, edit)
    return _close(session, programme, edit, "programme.rules_changed")


def save_decision_rules(session: Session, edit: Edit, decision: DecisionRules) -> int:
    """Save who stands on a reserve list; give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises DecisionRuleOutOfRange: a number makes no sense.
    """
    check_decision_rules(decision)
    return _save_part(session, edit, decision=decision)


def save_agenda_rules(session: Session, edit: Edit, agenda: AgendaRules) -> int:
    """Save working hours, reminders and the day of the weekly overview; give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises WorkingHoursUnclear: or another refusal of ``agenda_rules.check_agenda_rules``.
    """
    check_agenda_rules(agenda)
    return _save_part(session, edit, agenda=agenda)


def save_visits(session: Session, edit: Edit, visits: VisitRules) -> int:
    """Save the rules about work visits; give the version that now counts. What is approved or ticked off stays.

    :raises ProgrammeChanged: somebody saved in between.
    :raises VisitRuleOutOfRange: a number makes no sense.
    """
    check_visit_rules(visits)
    return _save_part(session, edit, visits=visits)


def save_budget(session: Session, edit: Edit, budget: BudgetRules) -> int:
    """Save the rules about the budget; give the version that now counts. What is booked or claimed stays.

    :raises ProgrammeChanged: somebody saved in between.
    :raises BudgetRuleOutOfRange: a number makes no sense.
    """
    check_budget_rules(budget)
    return _save_part(session, edit, budget=budget)


def _save_part(session: Session, edit: Edit, **part: object) -> int:
    programme = _open(session, edit)
    programme.rules = replace(Rules.from_data(programme.rules), **part).to_data()  # type: ignore[arg-type]
    return _close(session, programme, edit, "programme.rules_changed")


def save_call(session: Session, edit: Edit, *, opens: datetime, closes: datetime) -> int:
    """Save the period of the call from two wall times in Brussels (naive); give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises SkippedHour: a time does not exist on its day.
    :raises AmbiguousHour: a time comes twice on its day.
    :raises CallEndsBeforeStart: or another refusal of the domain.
    """
    programme = _open(session, edit)
    opens_at, closes_at = instant(opens, PROGRAMME_ZONE), instant(closes, PROGRAMME_ZONE)
    check_call(opens_at, closes_at, ends_on=programme.ends_on)
    call = session.scalars(sa.select(Call).where(col(Call.programme_id) == programme.id)).one_or_none()
    if call is None:
        session.add(Call(programme_id=edit.programme_id, opens_at=opens_at, closes_at=closes_at))
    else:
        _set(call, {"opens_at": opens_at, "closes_at": closes_at})
    return _close(session, programme, edit, "programme.call_changed")


def save_track(session: Session, edit: Edit, settings: TrackSettings, *, track_slug: str | None) -> int:
    """Save a track with its subjects, or add one (no slug); give the version that now counts.

    A subject whose words are gone is removed; answers that chose it keep its code.

    :raises ProgrammeChanged: somebody saved in between.
    :raises PlacesNegative: there are fewer places than none.
    :raises UnknownAssociation: there is no such association.
    """
    programme = _open(session, edit)
    check_places(settings.places)
    if session.get(Association, settings.association_id) is None:
        raise UnknownAssociation
    tracks = list(session.scalars(sa.select(Track).where(col(Track.programme_id) == programme.id)))
    track = next((one for one in tracks if one.slug == track_slug), None)
    if track is None:
        track = _new_track(settings, edit.programme_id, tracks)
        session.add(track)
    _set(track, _track_values(settings))
    session.flush()
    _save_subjects(session, track, settings.subjects)
    return _close(session, programme, edit, "programme.track_changed")


def save_template_row(session: Session, edit: Edit, row: TemplateRow) -> int:
    """Save a row of the agenda template, or add one (id 0); give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises TemplateDayMissing: or another refusal of the domain.
    """
    programme = _open(session, edit)
    check_template_day(row.year, row.month, row.day, years=years_of(programme.starts_on, programme.ends_on))
    check_template_length(time.fromisoformat(row.time), row.duration_minutes)
    stored = _template_row(session, edit, row.id)
    if stored is None:
        stored = TemplateSession(programme_id=edit.programme_id, position=0, **_row_values(row))
        session.add(stored)
    _set(stored, _row_values(row))
    return _close(session, programme, edit, "programme.template_changed")


def remove_template_row(session: Session, edit: Edit, row_id: int) -> int:
    """Remove a row of the agenda template; sessions that were laid out from it stay. Give the version that now counts.

    :raises ProgrammeChanged: somebody saved in between.
    :raises TemplateRowGone: it was removed before.
    """
    programme = _open(session, edit)
    stored = _template_row(session, edit, row_id)
    if stored is None:
        raise TemplateRowGone
    session.delete(stored)
    return _close(session, programme, edit, "programme.template_changed")


def _open(session: Session, edit: Edit) -> Programme:
    programme = session.get_one(Programme, edit.programme_id, with_for_update=True, populate_existing=True)
    if programme.version != edit.version:
        raise ProgrammeChanged(version=programme.version)
    query = sa.select(col(ProgrammeVersion.id)).where(
        col(ProgrammeVersion.programme_id) == edit.programme_id, col(ProgrammeVersion.version) == edit.version
    )
    if session.scalar(query) is None:  # laid down by other means than these forms: keep what it was
        keep_version(session, programme, actor=None, now=edit.now)
    return programme


def _close(session: Session, programme: Programme, edit: Edit, verb: str) -> int:
    session.flush()
    last = session.scalars(
        sa.select(col(ProgrammeVersion.snapshot))
        .where(col(ProgrammeVersion.programme_id) == programme.id)
        .order_by(col(ProgrammeVersion.version).desc())
        .limit(1)
    ).one()
    if snapshot_of(session, programme) == last:
        return programme.version
    programme.version += 1
    keep_version(session, programme, actor=edit.actor, now=edit.now, reason=edit.reason)
    follow_settings(session, identity(programme), actor=edit.actor, now=edit.now)
    subject = ("programme", programme.id)
    record(session, edit.actor, verb, subject=subject, now=edit.now, version=programme.version, reason=edit.reason)
    return programme.version


def _recompute(session: Session, edit: Edit) -> None:
    calls = session.scalars(sa.select(col(Call.id)).where(col(Call.programme_id) == edit.programme_id)).all()
    changed = sum(refresh_call(session, call_id or 0) for call_id in calls)
    if changed:
        subject = ("programme", edit.programme_id)
        record(session, edit.actor, "assessment.recomputed", subject=subject, now=edit.now, count=changed)


def _check_basics(basics: Basics) -> None:
    check_period(basics.starts_on, basics.ends_on)
    check_budget(basics.budget_cents)


def _values(facts: object) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in type(facts).__dataclass_fields__}  # type: ignore[attr-defined]


def _set(row: object, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _track_values(settings: TrackSettings) -> dict[str, Any]:
    values = _values(settings) | {"goals": sorted(settings.goals)}
    del values["subjects"]
    return values


def _row_values(row: TemplateRow) -> dict[str, Any]:
    values = _values(row) | {"scope": row.scope.value, "zone_of": row.zone_of.value}
    del values["id"]
    return values


def _new_track(settings: TrackSettings, programme_id: int, tracks: Sequence[Track]) -> Track:
    words = (settings.title_en or settings.title_nl).partition("·")[0]
    name = _free(slug(words)[:30] or "track", {one.slug for one in tracks})
    position = max((one.position for one in tracks), default=0) + 1
    return Track(programme_id=programme_id, slug=name, position=position, **_track_values(settings))


def _save_subjects(session: Session, track: Track, subjects: Sequence[SubjectWords]) -> None:
    stored = list(session.scalars(sa.select(Subject).where(col(Subject.track_id) == track.id)))
    by_code = {one.code: one for one in stored}
    kept: set[str] = set()
    for position, words in enumerate(subjects):
        code = words.code or _free(slug(words.title_en or words.title_nl)[:28] or "subject", {*by_code, *kept})
        values = {"title_nl": words.title_nl, "title_fr": words.title_fr, "title_en": words.title_en}
        row = by_code.get(code)
        if row is None:
            row = Subject(track_id=track.id or 0, code=code, position=position, title_nl=words.title_nl)
            session.add(row)
        _set(row, values | {"position": position})
        kept.add(code)
    for row in stored:
        if row.code not in kept:
            session.delete(row)


def _template_row(session: Session, edit: Edit, row_id: int) -> TemplateSession | None:
    query = sa.select(TemplateSession).where(
        col(TemplateSession.id) == row_id, col(TemplateSession.programme_id) == edit.programme_id
    )
    return session.scalars(query).one_or_none()


def _free_slug(session: Session, title: str) -> str:
    return _free(slug(title)[:SLUG_LENGTH] or "programme", set(session.scalars(sa.select(col(Programme.slug)))))


def _free(wish: str, taken: set[str]) -> str:
    number, found = 1, wish
    while found in taken:
        number += 1
        found = f"{wish}-{number}"
    return found
