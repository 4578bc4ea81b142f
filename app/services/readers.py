"""What the programme team does with readers: appoint them, give them candidacies by hand or all at once."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.assessment import SCORABLE, UnableToScore
from app.domain.errors import DomainError
from app.matching.readers import Assignment, Wanted, assign
from app.models import Call, Candidacy, Person, Reader, Reading, Score
from app.queries.assessment import rules_of_call
from app.queries.candidacy_access import in_conflict
from app.queries.readings import Assessable, ReaderLine, assessable, conflicts_in_call, given_in_call, readers_of
from app.services.assessment import begin, lock, refresh_points
from app.services.events import record
from app.services.mail import Recipient, enqueue

_INSERTS: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class UnknownPerson(DomainError):
    """Nobody with this address is known."""

    code: ClassVar[str] = "reader_unknown"


class NotAReader(DomainError):
    """The person is not a reader of the programme."""

    code: ClassVar[str] = "not_a_reader"


class ReaderHasConflict(DomainError):
    """``reader`` has a conflict of interest on this candidacy."""

    code: ClassVar[str] = "reader_has_conflict"


class ReadingWritten(DomainError):
    """``reader`` has written scores, so the candidacy is not taken away."""

    code: ClassVar[str] = "reading_written"


class AssignmentChanged(DomainError):
    """Something changed since the proposal was shown."""

    code: ClassVar[str] = "assignment_changed"


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    """What a reader would have: by local government, what is new marked; and how many the reader has now."""

    reader: ReaderLine
    before: int
    given: tuple[tuple[Assessable, bool], ...]

    @property
    def new(self) -> tuple[Assessable, ...]:
        """The candidacies that the reader does not have yet."""
        return tuple(candidacy for candidacy, is_new in self.given if is_new)


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal: who reads what, what is taken back, what cannot be met. ``key`` tells two proposals apart."""

    loads: tuple[PlannedLoad, ...]
    taken: tuple[tuple[str, Assessable], ...]
    lacking: tuple[tuple[Assessable, int], ...]
    conflicts: int
    per_candidacy: int
    added: frozenset[tuple[int, int]]
    removed: frozenset[tuple[int, int]]
    key: str

    @property
    def changes_nothing(self) -> bool:
        """Whether all is as it is."""
        return not self.added and not self.removed


def appoint(session: Session, programme_id: int, address: str, *, actor: Actor, now: datetime) -> None:
    """Make a known person a reader of a programme; who is one stays one.

    :raises UnknownPerson: nobody with this address is known.
    """
    query = sa.select(col(Person.id), col(Person.name)).where(
        sa.func.lower(col(Person.email)) == address.lower(), col(Person.removed_at).is_(None)
    )
    found = session.execute(query).first()
    if found is None:
        raise UnknownPerson
    insert = _INSERTS[session.connection().dialect.name](Reader)
    values = {"programme_id": programme_id, "person_id": found[0], "added_at": now}
    made = session.execute(insert.values(values).on_conflict_do_nothing().returning(col(Reader.person_id))).first()
    if made is not None:
        record(session, actor, "reader.appointed", subject=("programme", programme_id), now=now, name=found[1])


def dismiss(session: Session, programme_id: int, person_id: int, *, actor: Actor, now: datetime) -> None:
    """End somebody's being a reader: what is not begun is taken back, what is written stays and can be finished."""
    name = _reader_name(session, programme_id, person_id)
    whose = sa.select(col(Reading.id)).join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
    mine = whose.where(col(Reading.person_id) == person_id, col(Candidacy.call_id).in_(_calls(programme_id)))
    unwritten = mine.where(~_is_written())
    session.execute(sa.delete(Reading).where(col(Reading.id).in_(unwritten.scalar_subquery())))
    of_reader = (col(Reader.programme_id) == programme_id, col(Reader.person_id) == person_id)
    session.execute(sa.delete(Reader).where(*of_reader))
    record(session, actor, "reader.dismissed", subject=("programme", programme_id), now=now, name=name)


def give(
    session: Session, candidacy_id: int, programme_id: int, person_id: int, *, actor: Actor, now: datetime
) -> None:
    """Give a candidacy to a reader by hand, and mail the reader; who has it keeps it.

    :raises NotAReader: the person is not a reader of the programme.
    :raises ReaderHasConflict: the reader has a conflict of interest.
    :raises UnableToScore: the candidacy is not assessed.
    """
    state = lock(session, candidacy_id)
    reader = next((one for one in readers_of(session, programme_id) if one.person_id == person_id), None)
    if reader is None:
        raise NotAReader
    if state not in SCORABLE:
        raise UnableToScore(state=state)
    blocked = sa.select(col(Candidacy.id)).where(col(Candidacy.id) == candidacy_id, in_conflict(person_id))
    if session.execute(blocked).first() is not None:
        raise ReaderHasConflict(reader=reader.name)
    if _insert(session, candidacy_id, person_id, actor, now):
        begin(session, candidacy_id, state, actor=actor, now=now)
        _record_given(session, actor, candidacy_id, [reader.name], now)
        _tell(session, reader, _of_call(session, candidacy_id, {candidacy_id}), now)


def take_back(session: Session, candidacy_id: int, person_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a candidacy from a reader who has written nothing yet.

    :raises ReadingWritten: there are scores, were they only a draft.
    """
    lock(session, candidacy_id)
    name = session.scalars(sa.select(col(Person.name)).where(col(Person.id) == person_id)).one_or_none() or ""
    of = (col(Reading.candidacy_id) == candidacy_id, col(Reading.person_id) == person_id)
    if session.execute(sa.select(col(Reading.id)).where(*of, _is_written())).first() is not None:
        raise ReadingWritten(reader=name)
    if session.execute(sa.delete(Reading).where(*of).returning(col(Reading.id))).first() is not None:
        record(session, actor, "assessment.taken", subject=("candidacy", candidacy_id), now=now, reader=name)
        refresh_points(session, candidacy_id, _call_id(session, candidacy_id))


def plan_assignment(session: Session, call_id: int, programme_id: int) -> Plan:
    """Propose who reads what in a call: what was written stays, loads are even, nobody gets a conflict."""
    readers = {one.person_id: one for one in readers_of(session, programme_id)}
    candidacies = {one.id: one for one in assessable(session, call_id)}
    conflicts = {pair for pair in conflicts_in_call(session, call_id, programme_id) if pair[1] in candidacies}
    given = [one for one in given_in_call(session, call_id) if one.candidacy_id in candidacies]
    written = {(one.person_id, one.candidacy_id) for one in given if one.written}
    current = {(one.person_id, one.candidacy_id) for one in given}
    per_candidacy = rules_of_call(session, call_id).readers
    found = _assigned(readers, candidacies, per_candidacy, conflicts, written, current)
    wanted = {(int(one), int(other)) for one, other in found.pairs}
    added, removed = frozenset(wanted - current), frozenset(current - wanted)
    return Plan(
        loads=tuple(_planned(one, wanted, current, candidacies) for one in readers.values()),
        taken=tuple(
            sorted(
                ((readers[one].name, candidacies[other]) for one, other in removed if one in readers),
                key=lambda entry: (entry[0], entry[1].government_name, entry[1].id),
            )
        ),
        lacking=tuple((candidacies[int(one)], count) for one, count in found.lacking.items()),
        conflicts=len(conflicts),
        per_candidacy=per_candidacy,
        added=added,
        removed=removed,
        key=_digest(added, removed),
    )


def carry_out(session: Session, call_id: int, programme_id: int, key: str, *, actor: Actor, now: datetime) -> Plan:
    """Give candidacies to readers as it was proposed, move them into assessment, and mail the readers what is new.

    :raises AssignmentChanged: the proposal would be another one by now.
    """
    for candidacy in sorted(assessable(session, call_id), key=lambda one: one.id):
        lock(session, candidacy.id)
    plan = plan_assignment(session, call_id, programme_id)
    if plan.key != key:
        raise AssignmentChanged
    for person_id, candidacy_id in sorted(plan.removed):
        of = (col(Reading.candidacy_id) == candidacy_id, col(Reading.person_id) == person_id)
        session.execute(sa.delete(Reading).where(*of))
    for person_id, candidacy_id in sorted(plan.added):
        _insert(session, candidacy_id, person_id, actor, now)
    _record_all(session, plan, actor, now)
    for load in plan.loads:
        if load.new:
            _tell(session, load.reader, load.new, now)
    return plan


def _assigned(
    readers: Collection[int],
    candidacies: Collection[int],
    per_candidacy: int,
    conflicts: Collection[tuple[int, int]],
    written: Collection[tuple[int, int]],
    current: Collection[tuple[int, int]],
) -> Assignment:
    """Ask the engine; who wrote something but is no reader any more keeps that and gets nothing else."""
    former = {person_id for person_id, _ in written} - set(readers)
    closed = {(one, other) for one in former for other in candidacies} - set(written)
    everybody = sorted({*readers, *former})
    return assign(
        Wanted(
            readers=tuple(_id(one) for one in everybody),
            candidacies=tuple(_id(one) for one in sorted(candidacies)),
            per_candidacy=per_candidacy,
            conflicts=_ids({*conflicts, *closed}),
            locked=_ids(written),
            current=_ids(current),
        )
    )


def _id(number: int) -> str:
    return f"{number:010d}"


def _ids(pairs: Collection[tuple[int, int]]) -> frozenset[tuple[str, str]]:
    return frozenset((_id(one), _id(other)) for one, other in pairs)


def _planned(
    reader: ReaderLine,
    wanted: Collection[tuple[int, int]],
    current: Collection[tuple[int, int]],
    candidacies: Mapping[int, Assessable],
) -> PlannedLoad:
    own = [(one, (reader.person_id, one.id) not in current) for one in candidacies.values()]
    given = tuple((one, is_new) for one, is_new in own if (reader.person_id, one.id) in wanted)
    return PlannedLoad(reader, sum(person_id == reader.person_id for person_id, _ in current), given)


def _digest(added: Collection[tuple[int, int]], removed: Collection[tuple[int, int]]) -> str:
    return hashlib.sha256(repr((sorted(added), sorted(removed))).encode()).hexdigest()[:32]


def _record_all(session: Session, plan: Plan, actor: Actor, now: datetime) -> None:
    names: dict[int, list[str]] = {}
    states = {}
    for load in plan.loads:
        for candidacy in load.new:
            names.setdefault(candidacy.id, []).append(load.reader.name)
            states[candidacy.id] = candidacy.state
    for candidacy_id in sorted(names):
        begin(session, candidacy_id, states[candidacy_id], actor=actor, now=now)
        _record_given(session, actor, candidacy_id, names[candidacy_id], now)


def _record_given(session: Session, actor: Actor, candidacy_id: int, readers: list[str], now: datetime) -> None:
    record(session, actor, "assessment.given", subject=("candidacy", candidacy_id), now=now, readers=readers)


def _tell(session: Session, reader: ReaderLine, candidacies: Sequence[Assessable], now: datetime) -> None:
    to = Recipient(reader.email, reader.name, reader.language, reader.person_id)
    enqueue(session, "reader_assigned", to=to, values={"candidacies": candidacies}, now=now)


def _insert(session: Session, candidacy_id: int, person_id: int, actor: Actor, now: datetime) -> bool:
    insert = _INSERTS[session.connection().dialect.name](Reading)
    values = {
        "candidacy_id": candidacy_id,
        "person_id": person_id,
        "assigned_at": now,
        "assigned_by": actor.person_id,
        "edit": 0,
    }
    made = insert.values(values).on_conflict_do_nothing().returning(col(Reading.id))
    return session.execute(made).first() is not None


def _is_written() -> sa.ColumnElement[bool]:
    written = sa.select(sa.literal(1)).select_from(Score).where(col(Score.reading_id) == col(Reading.id))
    return written.correlate(Reading).exists()


def _reader_name(session: Session, programme_id: int, person_id: int) -> str:
    name = next((one.name for one in readers_of(session, programme_id) if one.person_id == person_id), None)
    if name is None:
        raise NotAReader
    return name


def _calls(programme_id: int) -> sa.Select[int | None]:
    return sa.select(col(Call.id)).where(col(Call.programme_id) == programme_id)


def _call_id(session: Session, candidacy_id: int) -> int:
    return session.scalars(sa.select(col(Candidacy.call_id)).where(col(Candidacy.id) == candidacy_id)).one()


def _of_call(session: Session, candidacy_id: int, wanted: Collection[int]) -> list[Assessable]:
    return [one for one in assessable(session, _call_id(session, candidacy_id)) if one.id in wanted]
