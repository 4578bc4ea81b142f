"""What people do with a candidacy: write, submit, withdraw; and the programme team: move, decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import (
    DECISIONS,
    UnableToEdit,
    UnableToMove,
    check_can_edit,
    check_can_move,
    check_can_move_by_hand,
    check_can_submit,
    check_can_withdraw,
)
from app.domain.candidacy_answers import Answers, check_lengths, status_of, statuses
from app.domain.candidacy_form import FormSection
from app.domain.codes import CandidacyState, Section, SectionStatus
from app.domain.confirmation import check_confirmed
from app.domain.drafts import Incoming, LastSave, Outcome, judge
from app.domain.eligibility import check_tracks
from app.domain.texts import NO_WORDS, title_of
from app.models import (
    Candidacy,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
)
from app.queries.candidacies import (
    CandidacyRecord,
    SavedSection,
    has_partnership,
    members_of,
    section_of,
    sections_of,
)
from app.queries.candidacy_form import VersionedForm, closed_tracks, form_for
from app.queries.late_admissions import period_of
from app.queries.programmes import rules_of
from app.services import clarifications, reserves
from app.services.assessment import refresh_read
from app.services.call_lock import hold_call
from app.services.candidacy_lock import lock
from app.services.candidacy_mails import announce, announce_submission, announce_to_team
from app.services.events import record
from app.services.receipts import keep_location, last_location


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save; ``stored`` is what the database holds now."""

    outcome: Outcome
    stored: SavedSection | None


def save_section(
    session: Session,
    candidacy: CandidacyRecord,
    section: Section,
    incoming: Incoming,
    *,
    form: VersionedForm,
    page_key: str,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Store what was typed in one section, unless somebody else stored something else since; every save is kept.

    ``form`` is the one that the page showed and ``page_key`` the key of that page. A conflict stores nothing and gives
    both texts.

    :raises UnableToEdit: it was submitted, decided or withdrawn.
    :raises SectionNotAsked: it was returned with a question about other sections.
    :raises AnswersTooLong: an answer is longer than what is stored.
    """
    part = form.form.part(section) or FormSection(section, NO_WORDS)
    check_lengths(part, incoming.answers)
    state = lock(session, candidacy.id, now)
    check_can_edit(state)
    clarifications.check_may_save(session, candidacy.id, section, state)
    stored = section_of(session, candidacy.id, section)
    outcome = judge(
        stored.answers if stored else None,
        stored.version if stored else 0,
        incoming,
        _last_save(session, page_key, section) if incoming.edit else None,
    )
    if outcome is Outcome.STORE:
        stored = _store(session, candidacy, part, form, incoming.answers, stored, actor=actor, now=now)
    if incoming.edit and outcome is not Outcome.CONFLICT and stored is not None:
        led_to = f"{section}:{stored.version}:{incoming.edit}"
        keep_location(session, page_key, led_to, actor=actor, now=now)
    return Saved(outcome, stored)


def see_form(session: Session, candidacy: CandidacyRecord, version: int, *, actor: Actor, now: datetime) -> None:
    """Note up to which version of the form the candidates were told what changed.

    :raises UnableToEdit: it is no draft any more, so it keeps the form that it answered.
    """
    state = lock(session, candidacy.id, now)
    if state is not CandidacyState.DRAFT:
        raise UnableToEdit(state=state)
    latest = form_for(session, candidacy).version
    if candidacy.form_version < version <= latest:
        _set(session, candidacy.id, form_version=version)
        record(session, actor, "candidacy.form_seen", subject=("candidacy", candidacy.id), now=now, version=version)


def check_ready(session: Session, candidacy: CandidacyRecord, *, now: datetime) -> None:
    """Refuse, for the reasons of ``submit``, unless a candidacy may be submitted as it is stored."""
    answers = {section: saved.answers for section, saved in sections_of(session, candidacy.id).items()}
    sections = statuses(form_for(session, candidacy).form, answers)
    check_can_submit(candidacy.state, period_of(session, candidacy.id), now, sections)
    clarifications.check_may_answer(session, candidacy.id, candidacy.state, now=now)


def submit(
    session: Session, candidacy: CandidacyRecord, *, actor: Actor, now: datetime, confirmed_by: str = ""
) -> None:
    """Submit a candidacy and tell all its members; under a race exactly one submission happens.

    ``confirmed_by`` is the second person who confirmed it: only ``services.confirmations`` knows one.

    :raises UnableToSubmit: it was submitted already, decided or withdrawn.
    :raises CallNotOpen, CallClosed: outside the call, for one that was not let in late.
    :raises SectionsMissing: not every section is complete.
    :raises TracksNotOpen: it is a draft that chose a track which is full or closed by now.
    :raises AnswerTooLate: it was returned with a question, and the time to answer is over.
    :raises ConfirmationNeeded: the programme asks for a second person, and nobody confirmed.
    """
    state = lock(session, candidacy.id, now)
    answers = {section: saved.answers for section, saved in sections_of(session, candidacy.id).items()}
    form = form_for(session, candidacy)
    check_can_submit(state, period_of(session, candidacy.id), now, statuses(form.form, answers))
    check_choices(session, candidacy, answers, state)
    check_confirmed(confirmed_by, needed=rules_of(session, candidacy.programme_id).second_confirmation)
    clarifications.answer(session, candidacy.id, state, now=now)
    _set(session, candidacy.id, state=CandidacyState.SUBMITTED, submitted_at=now, form_version=form.version)
    _keep_submission(session, candidacy.id, form, answers, actor=actor, now=now, confirmed_by=confirmed_by)
    refresh_read(session, col(Candidacy.id) == candidacy.id)
    record(session, actor, "candidacy.submitted", subject=("candidacy", candidacy.id), now=now)
    members = members_of(session, candidacy.id)
    announce_submission(session, candidacy, members, form=form.form, answers=answers, now=now)


def check_choices(
    session: Session, candidacy: CandidacyRecord, answers: Mapping[Section, Answers], state: CandidacyState
) -> None:
    """Refuse a draft that chose what is full or closed by now (one query); what was submitted before stays.

    :raises TracksNotOpen: it did.
    """
    if state is not CandidacyState.DRAFT:
        return
    closed = closed_tracks(session, candidacy.programme_id)
    chosen = answers.get(Section.THEME, {}).get("tracks") or ()
    check_tracks(chosen, {slug: title_of(track, candidacy.language).words for slug, (_, track) in closed.items()})


def withdraw(session: Session, candidacy: CandidacyRecord, *, actor: Actor, now: datetime) -> None:
    """Withdraw a candidacy, tell all its members, and the programme team if it had been submitted.

    The event says at which state it stood: where it was selected, the first on the reserve list gets the place.

    :raises UnableToWithdraw: it was not selected, or is withdrawn already.
    :raises PartnershipExists: the local government has a partnership.
    """
    hold_call(session, candidacy.call_id)
    state = lock(session, candidacy.id, now)
    check_can_withdraw(state, partnered=has_partnership(session, candidacy.id))
    _set(session, candidacy.id, state=CandidacyState.WITHDRAWN)
    clarifications.drop(session, candidacy.id, now=now)
    record(session, actor, "candidacy.withdrawn", subject=("candidacy", candidacy.id), now=now, state=state.value)
    announce(session, "candidacy_withdrawn", candidacy, members_of(session, candidacy.id), now=now, reason="")
    told = reserves.after_withdrawal(session, candidacy, was=state, now=now)
    if state is not CandidacyState.DRAFT and not told:
        announce_to_team(session, "candidacy_withdrawn_team", candidacy, now=now, state=state)


def move(
    session: Session, candidacy: CandidacyRecord, target: CandidacyState, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Move a candidacy for the programme team; the candidate is told where there is something to do or to know.

    :raises UnableToMove: its state does not lead to ``target``, or only together with others (see ``decide``).
    :raises ReasonMissing: the candidate is owed a reason.
    :raises PartnershipExists: it is to be withdrawn, and the local government has a partnership.
    """
    hold_call(session, candidacy.call_id)
    check_can_move_by_hand(lock(session, candidacy.id, now), target, reason=reason)
    state = _move(session, candidacy.id, target, reason=reason, actor=actor, now=now)
    if target is CandidacyState.WITHDRAWN:
        clarifications.drop(session, candidacy.id, now=now)
        members = members_of(session, candidacy.id)
        announce(session, "candidacy_withdrawn", candidacy, members, now=now, reason=reason)
        reserves.after_withdrawal(session, candidacy, was=state, now=now)


def decide(
    session: Session, candidacy_id: int, state: CandidacyState, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Record the decision on a candidacy: selected, reserve or not selected (for which a reason is needed).

    No mail is sent: whoever publishes the decision tells the members (``queries.candidacies.members_of``).

    :raises UnableToMove: ``state`` is no decision, or the candidacy is not in assessment (or on the reserve list).
    :raises ReasonMissing: not selected, without a reason.
    """
    if state not in DECISIONS:
        raise UnableToMove(state=state, target=state)
    _move(session, candidacy_id, state, reason=reason, actor=actor, now=now)


def _keep_submission(
    session: Session,
    candidacy_id: int,
    form: VersionedForm,
    answers: Mapping[Section, Answers],
    *,
    actor: Actor,
    now: datetime,
    confirmed_by: str,
) -> None:
    """Keep all answers as they were submitted, with the form that they answer and the second person, if any."""
    query = sa.select(sa.func.count()).where(col(CandidacySubmission.candidacy_id) == candidacy_id)
    session.add(
        CandidacySubmission(
            candidacy_id=candidacy_id,
            number=session.execute(query).scalar_one() + 1,
            form_version=form.version,
            answers={section.value: dict(given) for section, given in answers.items()},
            submitted_at=now,
            person_id=actor.person_id,
            confirmed_by=confirmed_by,
        )
    )
    session.flush()


def _set(session: Session, candidacy_id: int, **values: object) -> None:
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == candidacy_id).values(**values))


def _move(
    session: Session, candidacy_id: int, target: CandidacyState, *, reason: str, actor: Actor, now: datetime
) -> CandidacyState:
    """Move a candidacy and give the state in which it was."""
    state = lock(session, candidacy_id, now)
    check_can_move(state, target, reason=reason)
    if target is CandidacyState.WITHDRAWN:
        check_can_withdraw(state, partnered=has_partnership(session, candidacy_id))
    _set(session, candidacy_id, state=target)
    details = {"state": target.value, "reason": reason}
    record(session, actor, "candidacy.moved", subject=("candidacy", candidacy_id), now=now, **details)
    return state


def _last_save(session: Session, page_key: str, section: Section) -> LastSave | None:
    """Give the last save of a page: its receipt leads to ``section:version:edit``."""
    name, _, rest = last_location(session, page_key).partition(":")
    if name != section:
        return None
    version, _, edit = rest.partition(":")
    return LastSave(int(version), int(edit))


def _store(
    session: Session,
    candidacy: CandidacyRecord,
    part: FormSection,
    form: VersionedForm,
    answers: Mapping[str, Any],
    stored: SavedSection | None,
    *,
    actor: Actor,
    now: datetime,
) -> SavedSection:
    section = part.section
    kept: dict[str, Any] = {
        "answers": dict(answers),
        "version": stored.version + 1 if stored else 1,
        "saved_at": now,
        "person_id": actor.person_id,
    }
    done = status_of(part, answers, offered=form.form.offered) is SectionStatus.DONE
    values = {**kept, "complete": done}
    if stored is None:
        session.add(CandidacySection(candidacy_id=candidacy.id, section=section, **values))
    else:
        session.connection().execute(_REPLACE, {"of": candidacy.id, "named": section, **values})
    version = {"candidacy_id": candidacy.id, "section": section, "form_version": form.version, **kept}
    session.connection().execute(_KEEP_VERSION, version)
    return SavedSection(section, kept["answers"], kept["version"], now, actor.person_id, actor.name)


# built once: a draft is saved every second and a half while somebody types
_REPLACE = (
    sa.update(CandidacySection)
    .where(
        col(CandidacySection.candidacy_id) == sa.bindparam("of"),
        col(CandidacySection.section) == sa.bindparam("named"),
    )
    .values({name: sa.bindparam(name) for name in ("answers", "complete", "version", "saved_at", "person_id")})
)
_KEEP_VERSION = sa.insert(CandidacySectionVersion)
