"""What attendance asks of whoever receives: the list of who was there, while it is open."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from app.domain.access import Actor
from app.domain.agenda import Scope
from app.domain.attendance import HOST_DAYS
from app.domain.codes import SessionStatus, Side
from app.domain.tasks import Task, TaskReader
from app.domain.texts import title_of
from app.domain.time import wall_days
from app.language.catalogues import N_, gettext
from app.language.moments import moment_in
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.attendance import Listed, listed
from app.queries.own_reads import OwnReads

DAY: Final = timedelta(days=1)
OPEN: Final = timedelta(days=HOST_DAYS)


def to_list(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the sessions that are over and of which nobody wrote who was there: by the next day, else while it is open.

    A list is kept when the host wrote in it, or somebody is known of both sides of a partnership.
    """
    actor = reader.actor
    if not (actor.is_staff or actor.is_association or actor.coordinates):
        return
    over = Wanted(status=SessionStatus.PUBLISHED, ends_by=reader.now, ends_after=reader.now - OPEN - 2 * DAY)
    rows = [row for row in sessions_of(reads.session, actor, over, circle=reads.circle) if _receives(actor, row)]
    known = listed(reads.session, [row.id for row in rows]) if rows else {}
    for row in rows:
        last = wall_days(row.wall_starts_at, row.wall_starts_at + timedelta(minutes=row.duration_minutes))[1]
        if not _is_kept(row, known.get(row.id)) and reader.today <= last + OPEN:
            yield _task(row, reader, on_time=reader.today <= last + DAY)


def _task(row: SessionRow, reader: TaskReader, *, on_time: bool) -> Task:
    last = wall_days(row.wall_starts_at, row.wall_starts_at + timedelta(minutes=row.duration_minutes))[1]
    words = N_("Say who was there: %(title)s")
    return Task(
        key=f"attendance:{row.id}",
        title=gettext(reader.locale, words, title=title_of(row, reader.locale).words),
        path=f"/agenda/{row.id}/attendance",
        due_on=last + (DAY if on_time else OPEN),
        hint=moment_in(reader.locale, row.starts_at, reader.zone),
    )


def _receives(actor: Actor, row: SessionRow) -> bool:
    """Tell who is asked: the coordinators of who receives; for all others the team, and the country's association."""
    if row.scope is Scope.PARTNERSHIP:
        hosts = {Side.FLEMISH: row.flemish_id, Side.PARTNER: row.partner_id}
        own = set(hosts.values()) if row.host_side is None else {hosts[row.host_side]}
        return bool(own & actor.coordinates)
    return actor.is_staff or (actor.is_association and row.country in actor.countries)


def _is_kept(row: SessionRow, known: Listed | None) -> bool:
    both = {row.flemish_id, row.partner_id}
    return known is not None and (known.by_host or (row.scope is Scope.PARTNERSHIP and both <= known.governments))
