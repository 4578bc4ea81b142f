"""What people do with a candidacy: start, write, submit, withdraw; and the programme team: look, move, decide."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import (
    DECISIONS,
    AlreadyApplied,
    CallPeriod,
    GovernmentMerged,
    UnableToEdit,
    UnableToMove,
    check_call_open,
    check_can_edit,
    check_can_move,
    check_can_submit,
    check_can_withdraw,
    reference,
)
from app.domain.candidacy_answers import Answers, check_lengths, status_of, statuses
from app.domain.candidacy_form import FormSection
from app.domain.codes import CandidacyState, Section, SectionStatus
from app.domain.confirmation import check_confirmed
from app.domain.drafts import Incoming, LastSave, Outcome, judge
from app.domain.eligibility import check_tracks
from app.domain.errors import DomainError
from app.domain.texts import NO_WORDS, title_of
from app.domain.time import PROGRAMME_ZONE
from app.models import (
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Person,
)
from app.queries.candidacies import (
    CandidacyRecord,
    SavedSection,
    has_partnership,
    looked_at_since,
    members_of,
    section_of,
    sections_of,
)
from app.queries.candidacy_form import VersionedForm, closed_tracks, form_for, form_of
from app.queries.late_admissions import period_of
from app.queries.programmes import CallFacts, rules_of
from app.queries.reference import Government, government_by_code, successor_of
from app.services import clarifications, reserves
from app.services.call_lock import hold_call
from app.services.candidacy_form import keep_first
from app.services.candidacy_lock import lock
from app.services.candidacy_mails import announce, announce_submission, announce_to_team, send_resume_link
from app.services.events import record
from app.services.rates import hit
from app.services.receipts import keep_location, last_location
from app.services.sign_in import open_session

ONE_PER_CALL: Final = "uq_candidacy_call_id_local_government_id"
LOOK_AGAIN_AFTER: Final = timedelta(days=1)
LIMIT_WINDOW: Final = timedelta(hours=1)
STARTS_PER_CLIENT: Final = 60
STARTS_PER_ADDRESS: Final = 10


class UnknownGovernment(DomainError):
    """No municipality has that code today."""

    code = "unknown_government"


@dataclass(frozen=True, slots=True)
class Starter:
    """Who starts a candidacy, for which local government; ``client`` is the network address, to limit how often."""

    government_code: str
    name: str
    email: str
    language: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A candidacy that was started; ``secret`` opens a session that sees it alone, where nobody was signed in."""

    reference: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save; ``stored`` is what the database holds now."""

    outcome: Outcome
    stored: SavedSection | None


def start(session: Session, starter: Starter, *, call: CallFacts | None, actor: Actor, now: datetime) -> Started:
    """Start a candidacy: the person if new, the draft, its first section, a session, and a mail with the way back.

    :raises CallNotOpen, CallClosed: no candidacies can be started.
    :raises GovernmentMerged, UnknownGovernment: the municipality does not exist today.
    :raises AlreadyApplied: it has a candidacy for this call.
    :raises TooManyTries: this address, or this client, started too many.
    """
    _limit(session, starter, now)
    check_call_open(CallPeriod(call.opens_at, call.closes_at) if call else None, now)
    assert call is not None  # noqa: S101 - the check above refuses otherwise
    government = _government(session, starter.government_code, now)
    person = _person(session, starter, actor, now)
    keep_first(session, call.programme_id, now=now)
    made = _insert(session, call, government, starter.language, now)
    candidacy_id, person_id = _number(made), _number(person)
    session.add(CandidacyMember(candidacy_id=candidacy_id, person_id=person_id, added_at=now))
    first_section = {"administrative_name": starter.name, "administrative_email": starter.email}
    _add_section(session, made, Section.GOVERNMENT, first_section, person_id, now)
    acting = actor if actor.is_known else Actor(person_id=person_id, name=person.name)
    record(
        session, acting, "candidacy.started", subject=("candidacy", candidacy_id), now=now, government=government.name
    )
    send_resume_link(session, person, made.reference, government.name, call.closes_at, now=now)
    secret = None if actor.is_known else open_session(session, person_id, now=now, candidacy_id=candidacy_id)
    return Started(made.reference, secret)


def start_again(session: Session, reference: str, *, actor: Actor, now: datetime) -> Started:
    """Answer a form that started ``reference`` and was sent twice: the first answer may never have arrived."""
    query = sa.select(col(Candidacy.id), col(CandidacyMember.person_id)).join(
        CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id)
    )
    row = session.execute(
        query.where(col(Candidacy.reference) == reference).order_by(col(CandidacyMember.person_id)).limit(1)
    ).one()
    secret = None if actor.is_known else open_session(session, row.person_id, now=now, candidacy_id=row.id)
    return Started(reference, secret)


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

    :raises UnableToMove: its state does not lead to ``target``.
    :raises ReasonMissing: the candidate is owed a reason.
    :raises PartnershipExists: it is to be withdrawn, and the local government has a partnership.
    """
    hold_call(session, candidacy.call_id)
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


def note_look(session: Session, candidacy_id: int, *, actor: Actor, now: datetime) -> None:
    """Log that somebody of the programme team looked at a candidacy's personal data, once per person and day."""
    if needs_note(session, candidacy_id, actor=actor, now=now):
        record(session, actor, "candidacy.looked_at", subject=("candidacy", candidacy_id), now=now)


def needs_note(session: Session, candidacy_id: int, *, actor: Actor, now: datetime) -> bool:
    """Tell whether a look must still be logged (one query)."""
    return not looked_at_since(session, candidacy_id, actor.person_id, now - LOOK_AGAIN_AFTER)


def _limit(session: Session, starter: Starter, now: datetime) -> None:
    """Each start sends a mail to an address that anybody may type: only so many."""
    hit(session, f"candidacy.client:{starter.client}", limit=STARTS_PER_CLIENT, window=LIMIT_WINDOW, now=now)
    hit(session, f"candidacy.address:{starter.email}", limit=STARTS_PER_ADDRESS, window=LIMIT_WINDOW, now=now)


def _government(session: Session, code: str, now: datetime) -> Government:
    today = now.astimezone(PROGRAMME_ZONE).date()
    found = government_by_code(session, code, today)
    if found is not None:
        return found
    successor = successor_of(session, code, today)
    if successor is None:
        raise UnknownGovernment
    raise GovernmentMerged(successor=successor.name, successor_code=successor.code)


def _person(session: Session, starter: Starter, actor: Actor, now: datetime) -> Person:
    known = col(Person.id) == actor.person_id if actor.is_known else col(Person.email) == starter.email
    person = session.execute(sa.select(Person).where(known)).scalar()
    if person is None:
        person = Person(
            email=starter.email,
            name=starter.name,
            language=starter.language,
            feed_secret=secrets.token_urlsafe(32),
            created_at=now,
        )
        session.add(person)
        session.flush()
    return person


def _insert(session: Session, call: CallFacts, government: Government, language: str, now: datetime) -> Candidacy:
    made = Candidacy(
        reference=reference(secrets.choice),
        call_id=call.id,
        local_government_id=government.id,
        language=language,
        form_version=form_of(session, call.programme_id).version,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    try:
        session.flush()
    except sa.exc.IntegrityError as violation:
        if _is_second(violation):
            raise AlreadyApplied(government=government.name) from violation
        raise
    return made


def _is_second(violation: sa.exc.IntegrityError) -> bool:
    """Recognise the constraint: PostgreSQL names it, SQLite names its columns."""
    words = str(violation.orig)
    return ONE_PER_CALL in words or "candidacy.call_id, candidacy.local_government_id" in words


def _add_section(
    session: Session, of: Candidacy, section: Section, answers: Answers, person_id: int, now: datetime
) -> None:
    values: dict[str, Any] = {"answers": dict(answers), "saved_at": now, "person_id": person_id, "version": 1}
    session.add(CandidacySection(candidacy_id=_number(of), section=section, **values))
    session.add(
        CandidacySectionVersion(candidacy_id=_number(of), section=section, form_version=of.form_version, **values)
    )


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


def _number(row: Candidacy | Person) -> int:
    """Give the id of a row that was flushed."""
    assert row.id is not None  # noqa: S101 - flushed
    return row.id


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
