"""The page of a session: what its reader may see of it, and what the reader may do there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import check_can_edit
from app.domain.codes import SessionStatus
from app.domain.errors import DomainError
from app.domain.file_kinds import MEDIA_TYPES
from app.domain.replies import NotInvited, UnableToReply, check_can_reply
from app.domain.texts import title_of
from app.domain.time import wall_in
from app.language.messages import refusal_message
from app.language.moments import date_medium, moment_in
from app.queries.agenda import SessionRow
from app.queries.replies import is_invited, replies_to, standing_of
from app.queries.session_inside import DocumentFacts, MinutesFacts, documents_of, minutes_of
from app.services.session_minutes import check_may_write
from app.web import agenda as words
from app.web.attendance import may_see_list, own_attendance
from app.web.errors import error_page
from app.web.forms import blank
from app.web.session_forms import others_of

LINE_TIME: Final = re.compile(r"\s*(\d{1,2}[:.h]\d{2}(?:\s*[-–]\s*\d{1,2}[:.h]\d{2})?)\s+(?:[-–:]\s+)?(.+)")
_KINDS: Final = {media_type: kind.value.upper() for kind, media_type in MEDIA_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the programme of a session: its time, if it has one, and its words."""

    time: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document in a list, with its address and that of the page on which it is removed."""

    name: str
    kind: str
    size: int
    added: str
    href: str
    removal_href: str


def lines_of(schedule: str) -> list[Line]:
    """Read the programme of a session: a line may start with a time."""
    found = ((LINE_TIME.fullmatch(line), line.strip()) for line in schedule.split("\n") if line.strip())
    return [Line(match[1], match[2].strip()) if match else Line("", line) for match, line in found]


def session_context(
    request: Request, session: Session, actor: Actor, row: SessionRow, *, now: datetime
) -> dict[str, Any]:
    """Give all that the page of a session shows to ``actor`` (at most nine queries, however many are invited)."""
    locale, reader = request.state.locale, words.reader_zone(actor)
    edits = may_edit(actor, row)
    return {
        "session": row,
        "title": title_of(row, locale),
        "day": words.day_text(row, locale, reader),
        "times": words.times_shown(row, locale, reader),
        "clock_changes": words.clock_changes(row, locale, reader, now),
        "for_whom": words.for_whom(row, locale),
        "facts": words.facts(row, locale),
        "paragraphs": paragraphs(row.description),
        "schedule": lines_of(row.schedule),
        "is_over": row.ends_at <= now,
        "form": blank(),
        "may_edit": edits,
        "others": others_of(session, row, now=now) if edits else {"drafts": 0},
        "reply": _reply(session, actor, row, now=now),
        "comers": _comers(session, actor, row, edits=edits),
        "documents": shown_documents(request, actor, row, documents_of(session, row)),
        "minutes": _minutes(session, actor, row, locale),
        "writes_minutes": row.invited and may_write_minutes(session, actor, row),
        "attendance": own_attendance(session, row, actor, now),
        "keeps_list": may_see_list(session, row, actor),
        "zone": reader,
    }


def paragraphs(text: str) -> list[str]:
    """Give the lines of a text that hold something."""
    return [line for line in text.split("\n") if line.strip()]


def may_edit(actor: Actor, row: SessionRow) -> bool:
    """Tell whether ``actor`` may change the session."""
    return refusal_to_edit(actor, row) is None


def refusal_to_edit(actor: Actor, row: SessionRow) -> DomainError | None:
    """Give why ``actor`` may not change the session."""
    try:
        check_can_edit(actor, belonging=row.belonging, kind=row.kind, status=row.status)
    except DomainError as refused:
        return refused
    return None


def refused_page(request: Request, refused: DomainError) -> Response:
    """Answer that something is somebody else's to do, or cannot be done any more."""
    status_code = 403 if isinstance(refused, NotAllowed | NotInvited) else 409
    return error_page(request, status_code, reason=refusal_message(request.state.locale, refused))


def may_write_minutes(session: Session, actor: Actor, row: SessionRow) -> bool:
    """Tell whether ``actor`` may write the minutes (at most one query)."""
    try:
        check_may_write(session, actor, row)
    except DomainError:
        return False
    return True


def _reply(session: Session, actor: Actor, row: SessionRow, *, now: datetime) -> dict[str, Any] | None:
    """Give how it stands with the session: nothing for who is not invited, or before it is announced."""
    if not (row.invited and actor.is_known) or row.status is not SessionStatus.PUBLISHED:
        return None
    try:
        check_can_reply(status=row.status, starts_at=row.starts_at, now=now)
    except UnableToReply:
        asked = False
    else:
        asked = is_invited(session, row, actor.person_id)
    return {"standing": standing_of(session, row.id, actor.person_id), "capacity": row.capacity, "asked": asked}


def _comers(session: Session, actor: Actor, row: SessionRow, *, edits: bool) -> Sequence[Any]:
    """Give who answered what, for hosts: those who change the session, and coordinators of the side that receives."""
    hosts = {"flemish": row.flemish_id, "partner": row.partner_id}.get(row.host_side or "")
    if not edits and not (actor.is_known and hosts in actor.coordinates):
        return ()
    return replies_to(session, row.id)


def _minutes(session: Session, actor: Actor, row: SessionRow, locale: str) -> dict[str, Any] | None:
    found = minutes_of(session, row)
    return shown_minutes(actor, found, locale) if found.version else None


def shown_minutes(actor: Actor, found: MinutesFacts, locale: str) -> dict[str, Any]:
    """Put minutes in words: paragraphs, who saved them last and when."""
    at = moment_in(locale, found.edited_at, words.reader_zone(actor)) if found.edited_at else ""
    return {"paragraphs": paragraphs(found.text), "at": at, "name": found.name}


def shown_documents(
    request: Request, actor: Actor, row: SessionRow, documents: Sequence[DocumentFacts]
) -> list[ShownDocument]:
    """Put the documents of a session in words."""
    zone, addresses = words.reader_zone(actor), request.app.state.addresses
    return [
        ShownDocument(
            name=one.name,
            kind=_KINDS.get(one.media_type, ""),
            size=one.size,
            added=date_medium(request.state.locale, wall_in(one.added_at, zone).date()),
            href=addresses("agenda.document", number=row.id, document=one.id),
            removal_href=addresses("agenda.document_removal", number=row.id, document=one.id),
        )
        for one in documents
    ]
