"""Write the candidacy form of a programme: keep its first version, work on a copy, publish the next version."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy_answers import statuses
from app.domain.candidacy_form import CandidacyForm, Option
from app.domain.codes import CandidacyState, Section, SectionStatus
from app.domain.errors import DomainError
from app.domain.form_rules import FIELDS, check_form, check_succession
from app.models import Call, Candidacy, CandidacySection, FormVersion, Person, Programme
from app.queries.candidacy_form import VersionedForm, form_history, form_of, live_lists
from app.services.events import record


class FormEdited(DomainError):
    """Somebody else saved the copy of the form since this page was opened."""

    code = "form_edited"


class NothingToPublish(DomainError):
    """The copy of the form says the same as the version that is published."""

    code = "nothing_to_publish"


class FormSettingAltered(DomainError):
    """Tracks, subjects, goals and promises are settings of the programme: the form only shows them."""

    code = "form_setting_altered"


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """The form that staff work on, with the lists of today; ``edit`` rises with every save, by whomever.

    ``saved_at`` is empty where nothing was changed since ``base`` was published.
    """

    form: CandidacyForm
    edit: int
    base: VersionedForm
    saved_at: datetime | None = None
    person_name: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether there is something that candidates do not see yet."""
        return digest_of(self.form) != digest_of(self.base.form)


def keep_first(session: Session, programme_id: int, *, now: datetime, actor: Actor | None = None) -> None:
    """Store version 1 of a form, so that it stands from the first candidacy on; where there is one, do nothing."""
    if _newest(session, programme_id) is None:
        form = form_of(session, programme_id).form
        person_id = actor.person_id if actor else None
        session.add(_row(programme_id, 1, form, edit=0, now=now, person_id=person_id, published=True))
        session.flush()


def working_copy(session: Session, programme_id: int) -> WorkingCopy:
    """Give the copy that staff work on, or the published form where there is none (eight queries)."""
    base, edit = form_of(session, programme_id), _edit(session, programme_id)
    query = (
        sa.select(FormVersion, sa.func.coalesce(col(Person.name), ""))
        .outerjoin(Person, col(Person.id) == col(FormVersion.person_id))
        .where(*_unpublished(programme_id))
    )
    row = session.execute(query).first()
    if row is None:
        return WorkingCopy(base.form, edit, base)
    form = CandidacyForm.from_data(row[0].definition).with_lists(_programme_lists(session, programme_id))
    return WorkingCopy(form, edit, base, row[0].saved_at, row[1])


def save_copy(
    session: Session, programme_id: int, form: CandidacyForm, *, edit: int, actor: Actor, now: datetime
) -> int:
    """Save the copy that staff work on, and give its edit number; candidates see nothing of it yet.

    :raises FormEdited: ``edit`` is not that of the copy as it is stored.
    :raises FormQuestionAltered, FormKindReserved, FormCodeTwice: answers would change their meaning.
    :raises FormSettingAltered: a list differs that belongs to the settings of the programme.
    """
    lock(session, programme_id)
    keep_first(session, programme_id, now=now)
    if edit != _edit(session, programme_id):
        raise FormEdited
    check_succession(form, form_history(session, programme_id))
    settings = _programme_lists(session, programme_id)
    if any(form.lists.get(name, ()) != options for name, options in settings.items()):
        raise FormSettingAltered
    row = _copy(session, programme_id)
    if row is None:
        version = (_newest(session, programme_id) or 1) + 1
        row = _row(programme_id, version, form, edit=edit + 1, now=now, person_id=actor.person_id)
        session.add(row)
    else:
        row.definition, row.digest, row.edit = form.to_data(), digest_of(form), edit + 1
        row.saved_at, row.person_id = now, actor.person_id
    session.flush()
    return row.edit


def discard_copy(session: Session, programme_id: int, *, edit: int, actor: Actor, now: datetime) -> None:
    """Throw away the copy that staff work on.

    :raises NothingToPublish: there is none.
    :raises FormEdited: somebody saved it since.
    """
    lock(session, programme_id)
    row = _copy(session, programme_id)
    if edit != _edit(session, programme_id):
        raise FormEdited
    if row is None:
        raise NothingToPublish
    session.delete(row)
    session.flush()
    # the number of the copy lives on, so that a page that showed it is never taken for one of the next copy
    published = col(FormVersion.programme_id) == programme_id, col(FormVersion.version) == row.version - 1
    session.execute(sa.update(FormVersion).where(*published).values(edit=edit + 1))
    record(session, actor, "form.discarded", subject=("programme", programme_id), now=now)


def publish(session: Session, programme_id: int, *, edit: int, note: str, actor: Actor, now: datetime) -> int:
    """Publish the copy that staff work on, and give its version: drafts go on with it, submissions keep theirs.

    Nobody is mailed: what changed stands above each draft until its writers have seen it.

    :raises FormEdited: somebody saved it since.
    :raises NothingToPublish: it changes nothing.
    :raises FormQuestionMissing: or another refusal of ``check_form``.
    """
    lock(session, programme_id)
    row = _copy(session, programme_id)
    before = form_of(session, programme_id).form
    if edit != _edit(session, programme_id):
        raise FormEdited
    if row is None:
        raise NothingToPublish
    form = CandidacyForm.from_data(row.definition).with_lists(_programme_lists(session, programme_id))
    check_form(form)
    if digest_of(form) == digest_of(before):
        raise NothingToPublish
    row.definition, row.digest, row.note, row.edit = form.to_data(), digest_of(form), note, edit + 1
    row.published_at, row.person_id = now, actor.person_id
    session.flush()
    _judge_drafts(session, programme_id, form)
    subject = ("programme", programme_id)
    record(session, actor, "form.published", subject=subject, now=now, version=row.version, note=note)
    return row.version


def follow_settings(session: Session, programme_id: int, *, actor: Actor, now: datetime) -> None:
    """Publish a version when tracks, subjects or promises of the programme changed, so that none changes unseen.

    Nothing happens before the form has a first version. The copy that staff work on stays as it is, one version on.
    """
    if _newest(session, programme_id) is None:
        return
    before = form_of(session, programme_id)
    form = before.form.with_lists(_programme_lists(session, programme_id))
    if digest_of(form) == digest_of(before.form):
        return
    copy = _copy(session, programme_id)
    if copy is not None:
        copy.version += 1
        session.flush()
    version, edit = before.version + 1, _edit(session, programme_id)
    session.add(_row(programme_id, version, form, edit=edit, now=now, person_id=actor.person_id, published=True))
    session.flush()
    _judge_drafts(session, programme_id, form)
    record(session, actor, "form.published", subject=("programme", programme_id), now=now, version=version, note="")


def digest_of(form: CandidacyForm) -> str:
    """Give the SHA-256 (hex) of a form's definition, over a canonical JSON text."""
    text = json.dumps(form.to_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _programme_lists(session: Session, programme_id: int) -> dict[str, tuple[Option, ...]]:
    """Give the lists that are edited among the settings of the programme; policy fields are edited in the form."""
    return {name: options for name, options in live_lists(session, programme_id).items() if name != FIELDS}


def _row(
    programme_id: int,
    version: int,
    form: CandidacyForm,
    *,
    edit: int,
    now: datetime,
    person_id: int | None,
    published: bool = False,
) -> FormVersion:
    return FormVersion(
        programme_id=programme_id,
        version=version,
        definition=form.to_data(),
        digest=digest_of(form),
        edit=edit,
        saved_at=now,
        person_id=person_id,
        published_at=now if published else None,
    )


def lock(session: Session, programme_id: int) -> None:
    """Let one editor of a programme's form in at a time, to the end of the transaction."""
    session.execute(sa.select(col(Programme.id)).where(col(Programme.id) == programme_id).with_for_update())


def _newest(session: Session, programme_id: int) -> int | None:
    query = sa.select(sa.func.max(col(FormVersion.version))).where(col(FormVersion.programme_id) == programme_id)
    return session.execute(query.where(col(FormVersion.published_at).is_not(None))).scalar()


def _copy(session: Session, programme_id: int) -> FormVersion | None:
    return session.execute(sa.select(FormVersion).where(*_unpublished(programme_id))).scalar()


def _unpublished(programme_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return col(FormVersion.programme_id) == programme_id, col(FormVersion.published_at).is_(None)


def _edit(session: Session, programme_id: int) -> int:
    """Give the number of the last save of this form; 0 where nobody saved it yet."""
    query = sa.select(sa.func.max(col(FormVersion.edit))).where(col(FormVersion.programme_id) == programme_id)
    return session.execute(query).scalar() or 0


def _judge_drafts(session: Session, programme_id: int, form: CandidacyForm) -> None:
    """Note anew which sections of the drafts are complete: what the form asks has changed."""
    query = (
        sa.select(CandidacySection)
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .where(col(Call.programme_id) == programme_id, col(Candidacy.state) == CandidacyState.DRAFT)
        .order_by(col(CandidacySection.id))
    )
    for row in session.execute(query).scalars():
        section = Section(row.section)
        row.complete = statuses(form, {section: row.answers}).get(section) is SectionStatus.DONE
    session.flush()
