"""A session as calendars and mails show it: for whom, where, in which zones, and as an entry for programs."""

from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from app.documents.calendar_entry import CalendarEntry
from app.domain.agenda import Scope, zones_concerned
from app.domain.codes import SessionKind, SessionStatus
from app.domain.texts import pick, title_of
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.queries.agenda import SessionRow

ONLINE_KINDS: Final = (SessionKind.JOINT_DIGITAL,)
STATUSES: Final[dict[SessionStatus, Literal["confirmed", "tentative", "cancelled"]]] = {
    SessionStatus.DRAFT: "tentative",
    SessionStatus.PUBLISHED: "confirmed",
    SessionStatus.CANCELLED: "cancelled",
}


def zones_for_reader(row: SessionRow, reader: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Give the zones in which a session is shown, the reader's own first."""
    concerned = zones_concerned(zone=row.zone, kind=row.kind, country=row.country)
    return tuple(dict.fromkeys((reader, *(ZoneInfo(zone) for zone in concerned))))


def place_text(row: SessionRow, locale: str) -> str:
    """Say where it is: the place, or online."""
    if row.place:
        return row.place
    return gettext(locale, N_("Online")) if row.link or row.kind in ONLINE_KINDS else ""


def for_whom(row: SessionRow, locale: str) -> str:
    """Say for whom it is: a partnership, a track, or everybody in the programme."""
    if row.scope is Scope.PARTNERSHIP:
        return f"{row.flemish_name} & {row.partner_name}"
    if row.scope is Scope.TRACK:
        return pick(locale, nl=row.track_title_nl, fr=row.track_title_fr, en=row.track_title_en).words
    return pick(locale, nl=row.programme_title_nl, fr=row.programme_title_fr, en=row.programme_title_en).words


def calendar_entry(row: SessionRow, locale: str, reader: ZoneInfo, *, base_url: str) -> CalendarEntry:
    """Make the entry of a session for calendar programs; its link is there for who is invited."""
    zone = ZoneInfo(row.zone)
    reason = row.cancel_reason if row.status is SessionStatus.CANCELLED else ""
    return CalendarEntry(
        uid=row.uid,
        sequence=row.sequence,
        status=STATUSES[row.status],
        starts_at=row.starts_at,
        zone=zone,
        wall_starts_at=row.wall_starts_at,
        wall_ends_at=row.wall_starts_at + timedelta(minutes=row.duration_minutes),
        title=title_of(row, locale).words,
        last_modified=row.changed_at,
        description="\n\n".join(filter(None, (reason, for_whom(row, locale), row.description))),
        location=row.place or row.link or place_text(row, locale),
        url=f"{base_url}/agenda/{row.id}",
        categories=(label(locale, row.kind),),
        languages=row.languages,
        other_zones=zones_for_reader(row, reader),
    )
