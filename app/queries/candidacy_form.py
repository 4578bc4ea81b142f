"""Reads of the candidacy form: its versions, the one that a candidacy answers, and what can be chosen in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_form import CandidacyForm, Choice, FormChoices, Option, choices_of
from app.domain.codes import CandidacyState, Section
from app.domain.eligibility import why_not
from app.domain.texts import Text, Words
from app.language.messages import message
from app.language.reference_form import reference_form
from app.models import Call, Candidacy, Decision, FormVersion, Goal, Person, PolicyField
from app.queries.candidacies import CandidacyRecord, partner_choices
from app.queries.programmes import TrackFacts, rules_of, subjects_of, tracks_of

ALL = frozenset(Section)
KEPT_PARSED = 64


@dataclass(frozen=True, slots=True)
class VersionedForm:
    """A form and its version; one that was never stored is version 1, with ``published_at`` empty."""

    version: int
    form: CandidacyForm
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FormVersionFacts:
    """A version of a form in the list of them."""

    version: int
    published_at: datetime | None
    saved_at: datetime
    person_name: str
    note: str


def form_of(session: Session, programme_id: int, version: int | None = None) -> VersionedForm:
    """Give a published form of a programme: the one named, if there is such, else the latest (one small query).

    A programme that never kept a version has the reference form, with its lists as they are now.
    """
    row = _stored(session, programme_id, version) or _stored(session, programme_id, None)
    if row is None:
        return VersionedForm(1, reference_form().with_lists(live_lists(session, programme_id)))
    return VersionedForm(row.version, _parsed(session, row.id, row.digest), row.published_at)


def stored_form(session: Session, programme_id: int) -> CandidacyForm:
    """Give the latest published form as it is stored, or the reference form without any lists (one small query)."""
    row = _stored(session, programme_id, None)
    return _parsed(session, row.id, row.digest) if row else reference_form()


def form_for(session: Session, candidacy: CandidacyRecord, page_version: int | None = None) -> VersionedForm:
    """Give the form that a candidacy answers: a draft the latest, or that of the page on which it was typed."""
    if candidacy.state is CandidacyState.DRAFT:
        return form_of(session, candidacy.programme_id, page_version)
    return form_of(session, candidacy.programme_id, candidacy.form_version)


def form_versions(session: Session, programme_id: int) -> list[FormVersionFacts]:
    """Give all versions of a form, the copy that staff work on included, the newest first (one query)."""
    query = (
        sa.select(
            col(FormVersion.version),
            col(FormVersion.published_at),
            col(FormVersion.saved_at),
            sa.func.coalesce(col(Person.name), ""),
            col(FormVersion.note),
        )
        .outerjoin(Person, col(Person.id) == col(FormVersion.person_id))
        .where(col(FormVersion.programme_id) == programme_id)
        .order_by(col(FormVersion.version).desc())
    )
    return [FormVersionFacts(*row) for row in session.execute(query)]


def form_history(session: Session, programme_id: int) -> list[CandidacyForm]:
    """Give every form that candidates of a programme ever saw, the newest first; the reference form comes last.

    One query, and one more for each version that this process has not read yet.
    """
    query = _PUBLISHED.order_by(col(FormVersion.version).desc())
    rows = session.execute(query, {"programme_id": programme_id}).all()
    return [*(_parsed(session, row.id, row.digest) for row in rows), reference_form()]


def form_choices(
    session: Session, programme_id: int, locale: str, form: CandidacyForm, sections: Collection[Section] = ALL
) -> FormChoices:
    """Give what can be chosen in a form, in the reader's language (two queries where it has tracks and partners).

    What is full or closed is among them, with the reason.
    """
    if Section.THEME not in sections:
        return choices_of(form, locale)
    closed = closed_tracks(session, programme_id)
    reasons = {slug: message(locale, code) for slug, (code, _) in closed.items()}
    full = message(locale, "partner_full")
    partners = tuple(
        Choice(
            partner.code,
            Text(partner.name, locale),
            partner.track,
            reasons.get(partner.track, "") or ("" if partner.capacity > 0 else full),
        )
        for partner in partner_choices(session, programme_id)
    )
    choices = choices_of(form, locale, partners)
    tracks = tuple(replace(track, closed=reasons.get(track.value, "")) for track in choices.tracks)
    return replace(choices, tracks=tracks)


def closed_tracks(session: Session, programme_id: int) -> dict[str, tuple[str, TrackFacts]]:
    """Give the tracks that cannot be chosen, by slug, with the code of the reason (two queries)."""
    taken = _places_taken(session, programme_id)
    found = (
        (track, why_not(is_open=track.is_open, places=track.places, taken=taken.get(track.slug, 0)))
        for track in tracks_of(session, programme_id)
    )
    return {track.slug: (why, track) for track, why in found if why is not None}


def _places_taken(session: Session, programme_id: int) -> dict[str, int]:
    """Count the places of each track that sent decisions have given to candidacies, withdrawn ones left out."""
    query = (
        sa.select(col(Decision.track_slug), sa.func.count())
        .join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .where(
            col(Call.programme_id) == programme_id,
            col(Decision.sent_at).is_not(None),
            col(Candidacy.state) == CandidacyState.SELECTED,
        )
        .group_by(col(Decision.track_slug))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def live_lists(session: Session, programme_id: int) -> dict[str, tuple[Option, ...]]:
    """Give the lists of a programme as its settings and the reference facts have them now (five queries)."""
    tracks = tracks_of(session, programme_id)
    subjects = subjects_of(session, programme_id)
    wanted = {number for track in tracks for number in track.goals}
    goals = session.execute(sa.select(Goal).order_by(col(Goal.number))).scalars()
    fields = session.execute(
        sa.select(PolicyField).order_by(col(PolicyField.position), col(PolicyField.code))
    ).scalars()
    promises = rules_of(session, programme_id).promises
    return {
        "tracks": tuple(Option(track.slug, _words(track)) for track in tracks),
        "subjects": tuple(
            Option(f"{track.slug}:{subject.code}", _words(subject), track.slug)
            for track in tracks
            for subject in subjects.get(track.id, ())
        ),
        "goals": tuple(
            Option(str(goal.number), _words(goal, before=f"{goal.number}. "))
            for goal in goals
            if goal.number in wanted or not wanted
        ),
        "fields": tuple(Option(field.code, _words(field)) for field in fields),
        "promises": tuple(Option(promise.code, _words(promise)) for promise in promises),
    }


def _words(row: object, *, before: str = "") -> Words:
    titles: Mapping[str, str] = {code: getattr(row, f"title_{code}") for code in ("nl", "fr", "en")}
    return Words(**{code: before + title if title else "" for code, title in titles.items()})


def _stored(session: Session, programme_id: int, version: int | None) -> sa.Row[Any] | None:
    given = {"programme_id": programme_id, "version": version}
    row: sa.Row[Any] | None = session.connection().execute(_NAMED if version else _LATEST, given).first()
    return row


def _parsed(session: Session, row_id: int, digest: str) -> CandidacyForm:
    """Give a stored definition as a form; what has the same digest is read and parsed once per process."""
    kept = _PARSED.get(digest)
    if kept is None:
        data = session.execute(sa.select(col(FormVersion.definition)).where(col(FormVersion.id) == row_id)).scalar_one()
        while len(_PARSED) >= KEPT_PARSED:
            _PARSED.pop(next(iter(_PARSED)), None)
        kept = _PARSED[digest] = CandidacyForm.from_data(data)
    return kept


_PARSED: dict[str, CandidacyForm] = {}
_COLUMNS: tuple[Any, ...] = (
    col(FormVersion.id),
    col(FormVersion.version),
    col(FormVersion.digest),
    col(FormVersion.published_at),
)
_PUBLISHED: sa.Select[Any] = sa.select(*_COLUMNS).where(
    col(FormVersion.programme_id) == sa.bindparam("programme_id"), col(FormVersion.published_at).is_not(None)
)
# built once: every page of a candidacy, and every save while somebody types, runs one of them
_LATEST = _PUBLISHED.order_by(col(FormVersion.version).desc()).limit(1)
_NAMED = _PUBLISHED.where(col(FormVersion.version) == sa.bindparam("version"))
