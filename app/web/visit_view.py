"""A work visit in words: its steps with their status and what comes next, its programme by day, its delegation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import Request

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.codes import SessionStatus
from app.domain.time import programme_day
from app.domain.visit_programme import EventDays, days_between, event_days
from app.domain.visits import Balance, Travel, balance_of, check_can_prepare, check_can_send, same_way, unexplained
from app.language.catalogues import N_, gettext, ngettext
from app.language.moments import date_range
from app.queries.visit_parts import ItemRow, Progress
from app.queries.visits import VisitFacts

Task = dict[str, object]
NOTHING = Progress()


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the programme with its points; ``is_event``: on a day of the two-day event. Some days lie outside."""

    day: date
    items: tuple[ItemRow, ...]
    is_event: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class Direction:
    """Which visits of the years around it go the ``same`` way; ``silent``: nobody said why."""

    same: tuple[Travel, ...]
    silent: bool


def may_prepare(actor: Actor, visit: VisitFacts) -> bool:
    """Tell whether ``actor`` writes programme and report of the visit."""
    return not visit.is_cancelled and refusal(check_can_prepare, actor, visit.parties) is None


def may_send(actor: Actor, visit: VisitFacts) -> bool:
    """Tell whether ``actor`` says who travels."""
    return not visit.is_cancelled and refusal(check_can_send, actor, visit.parties) is None


def days_shown(visit: VisitFacts, items: Sequence[ItemRow]) -> list[DayShown]:
    """Give the days of the visit with their points, and days outside it that still have some."""
    inside = days_between(visit.first_day, visit.last_day)
    event = event_of(visit)
    days = sorted({*inside, *(item.day for item in items)})
    return [
        DayShown(
            day,
            tuple(item for item in items if item.day == day),
            event is not None and event.first_day <= day <= event.last_day,
            day not in inside,
        )
        for day in days
    ]


def event_of(visit: VisitFacts) -> EventDays | None:
    """Give the days of the event inside the visit, on the wall of the host."""
    event = visit.two_day
    return event_days(event.starts_at, event.ends_at, visit.zone) if event else None


def event_is_amiss(visit: VisitFacts) -> bool:
    """Tell whether the linked event no longer lies inside the visit, or was called off."""
    event = event_of(visit)
    if event is None or visit.two_day is None:
        return False
    return visit.two_day.status is SessionStatus.CANCELLED or not event.is_inside(visit.first_day, visit.last_day)


def balance(visit: VisitFacts) -> Balance:
    """Count the delegation against what the programme expects."""
    return balance_of((one.representing for one in visit.travellers), expected=visit.rules.delegation_size)


def direction_of(visit: VisitFacts, all_visits: Sequence[VisitFacts]) -> Direction:
    """Tell how the visit goes against those of the years around it."""
    if not visit.rules.visits.reverse:
        return Direction((), silent=False)
    travels = [one.travel for one in all_visits]
    starts_on = visit.programme_starts_on
    silent = {one.id for one in unexplained(travels, starts_on=starts_on)}
    return Direction(same_way(visit.travel, travels, starts_on=starts_on), visit.number in silent)


def is_late(visit: VisitFacts, now: datetime) -> bool:
    """Tell whether delegation and programme should be known by now."""
    return programme_day(now) > visit.first_day - timedelta(days=visit.rules.visits.lead_days)


def tasks_of(
    request: Request,
    visit: VisitFacts,
    progress: Progress,
    direction: Direction,
    now: datetime,
    between: Sequence[Task] = (),
) -> list[Task]:
    """Give the steps of a visit: days and direction, delegation, programme, ``between`` and the report."""
    locale = request.state.locale
    return [
        _days_task(request, visit, direction, locale),
        _delegation_task(request, visit, now, locale),
        _programme_task(request, visit, progress, now, locale),
        *between,
        _report_task(request, visit, progress, now, locale),
    ]


def _address(request: Request, name: str, visit: VisitFacts) -> str:
    return str(request.app.state.addresses(name, slug=visit.partnership.slug, number=visit.number))


def _task(title: str, href: str | None, status: tuple[str, str], hint: str = "") -> Task:
    return {"title": title, "href": href, "status": status[0], "shape": status[1], "hint": hint or None}


def _days_task(request: Request, visit: VisitFacts, direction: Direction, locale: str) -> Task:
    href = str(request.app.state.addresses("agenda.detail", number=visit.number))
    status = (gettext(locale, N_("Known")), "done")
    if direction.silent:
        status = (gettext(locale, N_("Same way as another year")), "attention")
    elif visit.session.status is SessionStatus.DRAFT:
        status = (gettext(locale, N_("Draft")), "doing")
    return _task(
        gettext(locale, N_("Days and direction")), href, status, date_range(locale, visit.first_day, visit.last_day)
    )


def _delegation_task(request: Request, visit: VisitFacts, now: datetime, locale: str) -> Task:
    count, expected = len(visit.travellers), visit.rules.delegation_size
    shape = "done" if count >= expected else ("doing" if count else "todo")
    if shape != "done" and is_late(visit, now):
        shape = "attention"
    status = ngettext(locale, "%(count)s traveller", "%(count)s travellers", count, count=count)
    hint = ngettext(
        locale,
        "The programme expects about %(count)s traveller.",
        "The programme expects about %(count)s travellers.",
        expected,
        count=expected,
    )
    return _task(
        gettext(locale, N_("Delegation")), _address(request, "visits.delegation", visit), (status, shape), hint
    )


def _programme_task(request: Request, visit: VisitFacts, progress: Progress, now: datetime, locale: str) -> Task:
    days = len(days_between(visit.first_day, visit.last_day))
    filled = min(progress.days_filled, days)
    shape = "done" if filled == days else ("doing" if filled else "todo")
    if event_is_amiss(visit) or (shape != "done" and is_late(visit, now)):
        shape = "attention"
    status = gettext(locale, N_("%(filled)s of %(days)s days filled in"), filled=filled, days=days)
    hint = gettext(locale, N_("The two-day event lies inside it.")) if visit.two_day else ""
    title = gettext(locale, N_("Programme day by day"))
    return _task(title, _address(request, "visits.programme", visit), (status, shape), hint)


def _report_task(request: Request, visit: VisitFacts, progress: Progress, now: datetime, locale: str) -> Task:
    href = _address(request, "visits.report", visit)
    if progress.report_sent:
        status = (gettext(locale, N_("Handed in")), "done")
    elif visit.is_over(now):
        status = (gettext(locale, N_("To be handed in")), "attention")
    elif progress.report_begun:
        status = (gettext(locale, N_("Begun")), "doing")
    else:
        status = (gettext(locale, N_("After the visit")), "todo")
    return _task(gettext(locale, N_("Report afterwards")), href, status)
