"""What the pages of the agenda share: lists by month or year, filters, rows through the actor, calendars."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import SessionKind
from app.domain.texts import title_of
from app.language.labels import choices, label
from app.queries.agenda import SessionRow, Wanted, count_of, session_of, sessions_of, years_of
from app.queries.circles import Circle, circle_of
from app.queries.partnerships import PartnershipFacts, partnership_by_slug
from app.queries.programmes import all_tracks, programmes
from app.services.calendar_entries import calendar_entry
from app.web.agenda import all_shown, by_month, reader_zone

PAGE_SIZE = 40
LOOK_AGAIN = timedelta(hours=4)
YEARS = range(2000, 2101)
Choices = list[tuple[object, str]]


def whole(text: str) -> int | None:
    """Read a number in an address; anything else is none."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def kind_of(text: str) -> SessionKind | None:
    """Read a kind of session in an address; anything else is none."""
    return SessionKind(text) if text in list(SessionKind) else None


def found(session: Session, actor: Actor, number: str) -> SessionRow:
    """Give the session with that number; 404 where ``actor`` sees none (two queries)."""
    known = whole(number)
    row = session_of(session, actor, known) if known is not None else None
    if row is None:
        raise HTTPException(404)
    return row


def inside(session: Session, actor: Actor, slug: str) -> tuple[PartnershipFacts, Circle]:
    """Give the partnership with that slug and the actor's circle; 404 for who does not see its inside (two queries)."""
    circle = circle_of(session, actor)
    partnership = partnership_by_slug(session, slug)
    sees = partnership is not None and (circle.everything or actor.is_auditor or partnership.id in circle.partnerships)
    if partnership is None or not sees:
        raise HTTPException(404)
    return partnership, circle


def agenda_list(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    locale: str,
    now: datetime,
    year: int | None,
    number: int,
    circle: Circle | None = None,
) -> dict[str, object]:
    """Give a page of the sessions to come by month, or of those of ``year`` that are over, the latest first.

    Four queries, one less if ``circle`` is known.
    """
    own = circle_of(session, actor) if circle is None else circle
    over = replace(wanted, ends_by=now)
    asked = replace(wanted, ends_after=now) if year is None else _of_year(over, year)
    pages = max(-(-count_of(session, actor, asked, circle=own) // PAGE_SIZE), 1)
    number = min(max(number, 1), pages)
    rows = sessions_of(session, actor, replace(asked, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE), circle=own)
    return {
        "months": by_month(all_shown(rows, locale, reader_zone(actor))),
        "years": years_of(session, actor, over, circle=own),
        "year": year,
        "number": number,
        "pages": pages,
    }


def _of_year(over: Wanted, year: int) -> Wanted:
    if year not in YEARS:
        raise HTTPException(404)
    first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return replace(over, starts_from=first, starts_before=after, latest_first=True)


def filter_choices(session: Session, locale: str) -> dict[str, Choices]:
    """Give the choices of the filters: programmes, tracks and kinds (two queries)."""
    rounds = {one.id: one for one in programmes(session)}
    tracks = [(track, rounds[track.programme_id]) for track in all_tracks(session)]
    return {
        "programmes": [(one.id, title_of(one, locale).words) for one in rounds.values()],
        "tracks": [
            (track.id, f"{label(locale, track.country)} {of.starts_on.year}–{of.ends_on.year}") for track, of in tracks
        ],
        "kinds": [*choices(locale, SessionKind)],
    }


def calendar(request: Request, rows: Sequence[SessionRow], actor: Actor, *, name: str, locale: str) -> Response:
    """Answer with sessions as a calendar, in the language and for the place of whom it is for."""
    from app.documents.calendar import calendar_bytes

    base_url = request.app.state.settings.base_url.rstrip("/")
    entries = [calendar_entry(row, locale, reader_zone(actor), base_url=base_url) for row in rows]
    content = calendar_bytes(entries, name=name, locale=locale, refresh=LOOK_AGAIN)
    return Response(content, headers={"Content-Type": "text/calendar; charset=utf-8"})
