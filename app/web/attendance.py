"""Attendance as pages show it: one's own word, and the list of a host with what was typed there."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.attendance import (
    Held,
    Line,
    Mark,
    Stage,
    check_can_attend,
    check_can_mark,
    check_can_see_list,
    check_can_undo,
    may,
)
from app.domain.codes import Presence, Reply, Side
from app.language.catalogues import N_, gettext
from app.queries.agenda import SessionRow
from app.queries.attendance import (
    Expected,
    Marked,
    OfSession,
    expected,
    governments_of,
    held,
    marks_of,
    own_mark,
    person_key,
)
from app.services.attendance import Guest
from app.web.forms import FieldRefused, FormModel, clean_text

SHOWN: Final = 250
"""So many people stand on one page; more are found by searching (a form takes 600 fields)."""
KEY: Final = re.compile(r"[pg]\d{1,9}")
NOT_KNOWN: Final = ""
Choice = tuple[str, int | None]


class AttendForm(FormModel):
    """For which local government somebody takes part; empty where there is only one."""

    government: int | None = Field(None, ge=1, le=2_147_483_647)


class ListForm(FormModel):
    """What stands beside the lines of a list: what the page showed, a guest, the reason of a correction."""

    seen: str = Field("", max_length=20_000)
    guest_name: str = Field("", max_length=200)
    guest_government: int | None = Field(None, ge=1, le=2_147_483_647)
    reason: str = Field("", max_length=500)

    @property
    def guest(self) -> Guest | None:
        """The guest who was typed, if there is one."""
        return Guest(self.guest_name, self.guest_government) if self.guest_name else None


@dataclass(frozen=True, slots=True)
class OwnAttendance:
    """What somebody may say of the own presence at a session, and what is known of it."""

    rules: Held
    governments: tuple[OfSession, ...]
    mark: Marked | None
    can_attend: bool
    can_undo: bool
    is_early: bool
    is_over: bool

    @property
    def is_present(self) -> bool:
        """Whether the person is known to be present."""
        return self.mark is not None and self.mark.presence is Presence.PRESENT


def own_attendance(session: Session, row: SessionRow, actor: Actor, now: datetime) -> OwnAttendance | None:
    """Give what ``actor`` may say of the own presence; none for whom the session does not concern (three queries).

    Who was there and is not invited any more still sees it.
    """
    if not actor.is_known or actor.person_id is None:
        return None
    found = expected(session, row, governments_of(session, row), person_id=actor.person_id)
    known = own_mark(session, row.id, actor.person_id)
    if not found and known is None:
        return None
    rules = held(session, row)
    return OwnAttendance(
        rules=rules,
        governments=found[0].governments if found else (),
        mark=known,
        can_attend=bool(found) and may(lambda: check_can_attend(rules, now=now)),
        can_undo=known is not None and may(lambda: check_can_undo(rules, known.source, now=now)),
        is_early=now < rules.opens_at,
        is_over=now >= rules.closes_at,
    )


def may_see_list(session: Session, row: SessionRow, actor: Actor) -> bool:
    """Tell whether ``actor`` may open the list of a session (at most one query)."""
    return actor.is_known and may(lambda: check_can_see_list(actor, held(session, row)))


@dataclass(frozen=True, slots=True)
class ListLine:
    """Somebody in the list. ``presence`` and ``government_id`` are what is stored, or what was typed and refused."""

    key: str
    person_id: int | None
    name: str
    detail: str
    governments: tuple[OfSession, ...]
    presence: str
    government_id: int | None
    reply: Reply | None
    known: Marked | None
    has_paper: bool = False

    @property
    def searched(self) -> str:
        """The words by which the line is found."""
        return folded(f"{self.name} {self.detail}")


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one side; those who belong to none come last."""

    side: Side | None
    lines: tuple[ListLine, ...]
    present: int
    total: int


@dataclass(frozen=True, slots=True)
class HostList:
    """The list of a session as its host sees it."""

    rules: Held
    stage: Stage
    may_mark: bool
    groups: tuple[Group, ...]
    governments: tuple[OfSession, ...]
    seen: str
    present: int
    absent: int
    hidden: int

    @property
    def is_late(self) -> bool:
        """Whether a change is a correction now."""
        return self.stage is Stage.LATE


def host_list(
    session: Session,
    row: SessionRow,
    actor: Actor,
    now: datetime,
    *,
    locale: str,
    q: str = "",
    typed: Mapping[str, Choice] | None = None,
) -> HostList:
    """Give the list for a page: those whom a search finds, what was typed over what is stored (four queries)."""
    rules = held(session, row)
    governments = governments_of(session, row)
    marks = marks_of(session, row.id)
    everybody = [
        _with_paper(line, actor) for line in _lines(locale, expected(session, row, governments), marks, typed or {})
    ]
    found = [line for line in everybody if folded(q) in line.searched]
    sides = {one.id: one.side for one in governments}
    return HostList(
        rules=rules,
        stage=rules.stage(now),
        may_mark=may(lambda: check_can_mark(actor, rules, now=now)),
        groups=_groups(everybody, found[:SHOWN], sides),
        governments=tuple(governments),
        seen=" ".join(_coded(one) for one in marks),
        present=sum(one.presence is Presence.PRESENT for one in marks),
        absent=sum(one.presence is Presence.ABSENT for one in marks),
        hidden=max(len(found) - SHOWN, 0),
    )


def _lines(
    locale: str, people: Iterable[Expected], marks: Sequence[Marked], typed: Mapping[str, Choice]
) -> list[ListLine]:
    """Put people who are expected first, then those who are not invited any more, then guests."""
    stored = {one.key: one for one in marks}
    lines = [_of_person(one, stored.pop(person_key(one.person_id), None), typed) for one in people]
    return [*lines, *(_of_mark(locale, one, typed) for one in stored.values())]


def _of_person(person: Expected, known: Marked | None, typed: Mapping[str, Choice]) -> ListLine:
    key = person_key(person.person_id)
    first = person.governments[0].id if person.governments else None
    presence, government_id = typed.get(key, _stored(known))
    return ListLine(
        key=key,
        person_id=person.person_id,
        name=person.name,
        detail=" · ".join(one.name for one in person.governments) or person.association.upper(),
        governments=person.governments,
        presence=presence,
        government_id=first if government_id is None else government_id,
        reply=person.reply,
        known=known,
    )


def _of_mark(locale: str, known: Marked, typed: Mapping[str, Choice]) -> ListLine:
    note = N_("No longer invited") if known.person_id is not None else N_("Guest")
    presence, _ = typed.get(known.key, _stored(known))
    return ListLine(
        key=known.key,
        person_id=known.person_id,
        name=known.person_name if known.person_id is not None else known.guest_name,
        detail=" · ".join(filter(None, (known.government_name, gettext(locale, note)))),
        governments=(),
        presence=presence,
        government_id=known.government_id,
        reply=None,
        known=known,
    )


def _with_paper(line: ListLine, actor: Actor) -> ListLine:
    """Say of a line whether ``actor`` may see the certificates of that person."""
    known = line.known
    if known is None or known.presence is not Presence.PRESENT or not line.person_id or not line.name:
        return line
    sees = actor.is_staff or line.person_id == actor.person_id or known.government_id in actor.coordinates
    return replace(line, has_paper=sees)


def _stored(known: Marked | None) -> Choice:
    return (known.presence.value, known.government_id) if known else (NOT_KNOWN, None)


def _groups(everybody: list[ListLine], shown: list[ListLine], sides: Mapping[int, Side]) -> tuple[Group, ...]:
    groups = []
    for side in (*Side, None):
        members = [line for line in everybody if _side(line, sides) is side]
        if members:
            present = sum(one.known is not None and one.known.presence is Presence.PRESENT for one in members)
            lines = tuple(line for line in shown if _side(line, sides) is side)
            groups.append(Group(side, lines, present, len(members)))
    return tuple(groups)


def _side(line: ListLine, sides: Mapping[int, Side]) -> Side | None:
    return sides.get(line.government_id) if line.government_id is not None else None


def _coded(one: Marked) -> str:
    return f"{one.key}:{one.presence.value}:{one.government_id or ''}"


def read_typed(data: FormData) -> dict[str, Choice]:
    """Read the lines of a list that was sent: presence and local government by key.

    :raises FieldRefused: something else than present, absent or not known.
    """
    typed: dict[str, Choice] = {}
    for key, value in data.multi_items():
        if KEY.fullmatch(key):
            if not isinstance(value, str) or value not in (NOT_KNOWN, *Presence):
                raise FieldRefused("not_a_choice")
            typed[key] = (value, _number(data.get(f"{key}-for")))
    return typed


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value) else None


def read_lines(typed: Mapping[str, Choice], seen: str, shown: HostList) -> tuple[Line, ...]:
    """Give the lines that were sent, beside what the page showed; who has one local government needs no choice."""
    before = _read_seen(seen)
    only = {line.key: line.government_id for group in shown.groups for line in group.lines}
    lines = []
    for key, (presence, government_id) in typed.items():
        was = before.get(key, Mark())
        counts_for = government_id or was.government_id or only.get(key)
        chosen = Mark(Presence(presence), counts_for) if presence else Mark()
        lines.append(Line(key, was, chosen))
    return tuple(lines)


def _read_seen(seen: str) -> dict[str, Mark]:
    """Read what a page showed; anything else than that is nothing: it would only be a conflict."""
    found = {}
    for part in seen.split():
        key, _, rest = part.partition(":")
        presence, _, government_id = rest.partition(":")
        if presence in list(Presence):
            found[key] = Mark(Presence(presence), _number(government_id))
    return found


def names_of(shown: HostList, keys: Iterable[str]) -> list[str]:
    """Give the names of lines, for a sentence."""
    names = {line.key: line.name for group in shown.groups for line in group.lines}
    return [names.get(key, "…") for key in keys]


def folded(text: str) -> str:
    """Give text as a search compares it: without accents and capitals."""
    plain = unicodedata.normalize("NFKD", clean_text(text)).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).strip()
