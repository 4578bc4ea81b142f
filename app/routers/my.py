"""A person's own pages: what is next, what to do, what is left; the own agenda and its calendar."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.texts import title_of
from app.domain.time import wall_in
from app.language.catalogues import N_, gettext
from app.language.moments import relative_day
from app.models.database import transaction
from app.queries.accounts import feed_secret
from app.queries.agenda import SessionRow, Wanted, next_session_of, sessions_of
from app.queries.budget import halves_of
from app.queries.circles import owner_of_feed
from app.queries.motivations import released
from app.queries.own_reads import OwnReads
from app.queries.partnerships import PartnershipFacts
from app.queries.people import actor_of_person
from app.services.rates import hit
from app.services.tasks import tasks_of
from app.web import agenda as words
from app.web.access import AnyoneDep, SignedInDep
from app.web.agenda_pages import agenda_list, calendar, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.own_standings import own_standings
from app.web.pagecache import cached, cached_for
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other
from app.web.year_band import Reader, sessions_band

router = APIRouter(prefix="/my", include_in_schema=False)
KEPT_IN_FEEDS = timedelta(days=400)
TASKS_SHOWN = 3
UNKNOWN_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)


@router.get("", name="my.index")
def index(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep) -> Response:
    """Show what is next, what to do and what is left."""
    if actor.is_staff and not actor.participates:
        return see_other(str(request.app.state.addresses("staff.index")))

    def render() -> Response:
        return page(request, "my/index.html", _overview(request, session, actor, now))

    return cached_for(actor, request, session, render)


def _overview(request: Request, session: Session, actor: Actor, now: datetime) -> dict[str, object]:
    locale, reader = request.state.locale, words.reader_zone(actor)
    today = wall_in(now, reader).date()
    reads = OwnReads(session, actor, today)
    pairs = _running(reads)
    found = tasks_of(session, actor, locale=locale, now=now, reads=reads)
    upcoming = next_session_of(session, actor, now=now, circle=reads.circle)
    looks = Reader(actor, locale, today, reads.circle)
    return {
        "partnerships": _partnerships(session, pairs),
        "next": _next(upcoming, locale, actor, now) if upcoming else None,
        "tasks": found[:TASKS_SHOWN],
        "more_tasks": max(len(found) - TASKS_SHOWN, 0),
        "profiles": [] if actor.is_association else [profile for profile in reads.profiles if not profile.is_empty],
        "candidacies": reads.candidacies,
        "prepares": actor.is_association,
        "today": today,
        "band": sessions_band(session, looks, Wanted(own=True), today.year) if pairs else None,
    }


@router.get("/tasks", name="my.tasks")
def tasks(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep) -> Response:
    """Show everything that somebody must do."""

    def render() -> Response:
        locale, today = request.state.locale, wall_in(now, words.reader_zone(actor)).date()
        reads = OwnReads(session, actor, today)
        found = tasks_of(session, actor, locale=locale, now=now, reads=reads)
        stands = own_standings(reads, locale)
        return page(request, "my/tasks.html", {"tasks": found, "today": today, "stands": stands})

    return cached_for(actor, request, session, render)


def _running(reads: OwnReads) -> Sequence[PartnershipFacts]:
    """Leave out what is over, unless nothing else is left; what has begun comes before what is still to begin."""
    found = reads.partnerships
    known = {one.id: one for one in reads.programmes} if found else {}
    left = [one for one in found if known[one.programme_id].ends_on >= reads.today]
    return sorted(left, key=lambda one: known[one.programme_id].starts_on > reads.today) or found


def _partnerships(session: Session, pairs: Sequence[PartnershipFacts]) -> list[dict[str, object]]:
    ids = [pair.id for pair in pairs]
    halves, motivated = (halves_of(session, ids), released(session, ids)) if ids else ({}, frozenset())
    return [
        {
            "facts": pair,
            "halves": [_half(half) for half in halves[pair.id]] if pair.id in halves else None,
            "has_motivation": pair.id in motivated,
        }
        for pair in pairs
    ]


def _half(half: Half) -> dict[str, object]:
    return {
        "name": half.government_name,
        "allotment": half.amount_cents,
        "paid": half.paid_cents,
        "committed": half.committed_cents,
        "returned": half.returned_cents,
    }


def _next(row: SessionRow, locale: str, actor: Actor, now: datetime) -> dict[str, object]:
    reader = words.reader_zone(actor)
    day = wall_in(row.starts_at, reader).date()
    is_running = row.starts_at <= now
    return {
        "row": row,
        "title": title_of(row, locale),
        "day": words.day_text(row, locale, reader),
        "away": gettext(locale, N_("now")) if is_running else relative_day(locale, day, wall_in(now, reader).date()),
        "meta": " · ".join(value for _name, value in words.facts(row, locale)),
        "times": words.times_shown(row, locale, reader),
        "clock_changes": words.clock_changes(row, locale, reader, now),
    }


@router.get("/agenda", name="my.agenda")
def agenda(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, year: str = "", number: str = "1"
) -> Response:
    """Show the own sessions, and the address with which a calendar follows them."""
    locale = request.state.locale

    def render() -> Response:
        wanted = Wanted(own=True, announced=True)
        context = agenda_list(
            session, actor, wanted, locale=locale, now=now, year=whole(year), number=whole(number) or 1
        )
        path = request.app.state.addresses("my.feed", secret=feed_secret(session, actor))
        base_url = request.app.state.settings.base_url.rstrip("/")
        context |= {"feed_url": f"{base_url}{path}", "zone": words.reader_zone(actor)}
        return page(request, "my/agenda.html", context, fragments=("results",))

    return cached_for(actor, request, session, render)


@router.get("/agenda/{secret}.ics", name="my.feed")
def feed(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Send somebody's own sessions as a calendar; who knows the address needs no sign-in, and nobody tries many."""

    def render() -> Response:
        owner = owner_of_feed(session, secret)
        if owner is None:
            with transaction(session):
                key = f"feed.unknown:{client_address(request)}"
                hit(session, key, limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
            raise HTTPException(404)
        person = actor_of_person(session, owner)
        locale = person.language or request.state.locale
        wanted = Wanted(own=True, announced=True, ends_after=now - KEPT_IN_FEEDS)
        rows = sessions_of(session, person, wanted)
        return calendar(request, rows, person, name=gettext(locale, N_("My SDG partnership")), locale=locale)

    return cached(request, session, render, private=secret)
