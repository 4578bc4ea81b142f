"""The programme of a work visit, day by day, and the two-day event inside it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import Facts, duration_between
from app.domain.codes import SessionKind, SessionStatus
from app.domain.texts import title_of
from app.domain.visit_programme import ItemFacts, days_between, event_days, skeleton
from app.domain.visits import other
from app.language.catalogues import LOCALES, N_, gettext
from app.language.moments import date_range, date_with_weekday
from app.language.visit_words import point_title
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.circles import belonging_of
from app.queries.visit_parts import ItemRow, items_of
from app.queries.visits import VisitFacts
from app.services import visit_programme
from app.web import visit_view as view
from app.web.access import SignedInDep
from app.web.agenda_forms import may_manage
from app.web.agenda_pages import whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.rendering import page
from app.web.visit_forms import CopyForm, EventForm, ItemForm, NewEventForm, VersionForm, item_facts, item_values
from app.web.visit_pages import address_of, carry_out, changed_meanwhile, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}", include_in_schema=False)


class SkeletonForm(FormModel):
    """A form that only confirms."""


@router.get("/programme", name="visits.programme")
def programme(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Show the programme of a visit, day by day."""
    return _programme_page(request, session, actor, found_visit(session, actor, slug, number), blank())


@router.get("/programme/new", name="visits.item_new")
def new(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, day: str = "") -> Response:
    """Show an empty form for a point of the programme."""
    visit = found_visit(session, actor, slug, number)
    known = {one.isoformat() for one in days_between(visit.first_day, visit.last_day)}
    values = {"day": day if day in known else visit.first_day.isoformat(), "responsible": visit.host_side.value}
    return _item_page(request, actor, visit, blank(values), None)


@router.post("/programme", name="visits.item_add")
def add(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Add a point to the programme."""
    visit = found_visit(session, actor, slug, number)
    form = bind(ItemForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_programme.add_items(session, actor, visit, [item_facts(typed)], now=now),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    return done or _item_page(request, actor, visit, form, None, status_code=422)


@router.post("/programme/copy", name="visits.copy_day")
def copy(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Repeat a day of the programme on another."""
    visit = found_visit(session, actor, slug, number)
    form = bind(CopyForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_programme.copy_day(session, actor, visit, typed.day, typed.to, now=now),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    return done or _programme_page(request, session, actor, visit, form, status_code=422)


@router.post("/programme/skeleton", name="visits.skeleton")
def lay_skeleton(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Fill the days that are still empty with the usual points, in the language of the visit."""
    visit = found_visit(session, actor, slug, number)
    form = bind(SkeletonForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda _typed: visit_programme.add_items(
            session, actor, visit, _usual_items(visit, items_of(session, visit.id), request.state.locale), now=now
        ),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    return done or _programme_page(request, session, actor, visit, form, status_code=422)


def _usual_items(visit: VisitFacts, items: list[ItemRow], locale: str) -> list[ItemFacts]:
    language = next((code for code in visit.session.languages if code in LOCALES), locale)
    filled = {item.day for item in items}
    return [
        ItemFacts(
            day=one.day,
            title=point_title(language, one.point),
            starts=one.starts,
            ends=one.ends,
            responsible=visit.host_side if one.by_host else other(visit.host_side),
        )
        for one in skeleton(visit.first_day, visit.last_day, view.event_of(visit))
        if one.day not in filled
    ]


@router.get("/programme/{item}", name="visits.item")
def item(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, item: str) -> Response:
    """Show the form of a point of the programme."""
    visit = found_visit(session, actor, slug, number)
    row = _found_item(session, visit, item)
    return _item_page(request, actor, visit, blank(item_values(row)), row)


@router.post("/programme/{item}", name="visits.item_save")
def save(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    item: str,
    data: FormDep,
) -> Response:
    """Change a point of the programme; where somebody else saved meanwhile, both texts are shown."""
    visit = found_visit(session, actor, slug, number)
    row = _found_item(session, visit, item)
    form = bind(ItemForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_programme.change_item(
            session, actor, visit, row.id, item_facts(typed), version=typed.version, now=now
        ),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    return done or _item_page(request, actor, visit, form, _found_item(session, visit, item), status_code=422)


@router.post("/programme/{item}/remove", name="visits.item_remove")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    item: str,
    data: FormDep,
) -> Response:
    """Take a point out of the programme."""
    visit = found_visit(session, actor, slug, number)
    row = _found_item(session, visit, item)
    form = bind(VersionForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_programme.remove_item(session, actor, visit, row.id, version=typed.version, now=now),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    if done is not None:
        return done
    shown = blank(item_values(row))
    shown.errors = form.errors
    return _item_page(request, actor, visit, shown, row, status_code=422)


@router.get("/event", name="visits.event")
def event(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Show which thematic event lies inside the visit."""
    visit = found_visit(session, actor, slug, number)
    linked = visit.two_day.id if visit.two_day else ""
    return _event_page(request, session, actor, visit, blank({"event": linked}), blank(_usual_event(visit)))


@router.post("/event", name="visits.event_link")
def link(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Say which thematic event lies inside the visit, or that none does."""
    visit = found_visit(session, actor, slug, number)
    form = bind(EventForm, data)

    def deed(typed: EventForm) -> None:
        if typed.event is None:
            visit_programme.unlink_event(session, actor, visit, now=now)
        else:
            visit_programme.link_event(session, actor, visit, typed.event, now=now)

    address = address_of(request, "visits.programme", visit)
    done = carry_out(session, actor, form, deed, address=address, now=now)
    if done is not None:
        return done
    return _event_page(request, session, actor, visit, form, blank(_usual_event(visit)), status_code=422)


@router.post("/event/new", name="visits.event_create")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Put the two-day event in the agenda, inside the visit."""
    visit = found_visit(session, actor, slug, number)
    form = bind(NewEventForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_programme.create_event(
            session, actor, visit, _event_facts(visit, typed, request.state.locale), now=now
        ),
        address=address_of(request, "visits.programme", visit),
        now=now,
    )
    linked = visit.two_day.id if visit.two_day else ""
    return done or _event_page(request, session, actor, visit, blank({"event": linked}), form, status_code=422)


def _event_facts(visit: VisitFacts, typed: NewEventForm, locale: str) -> Facts:
    starts_at, ends_at = datetime.combine(typed.day, typed.starts), datetime.combine(typed.last_day, typed.ends)
    titles = {f"title_{code}": typed.title if code == locale else "" for code in LOCALES}
    return Facts(
        kind=SessionKind.THEMATIC,
        title_nl=titles["title_nl"],
        title_fr=titles["title_fr"],
        title_en=titles["title_en"],
        wall_starts_at=starts_at,
        zone=visit.zone,
        duration_minutes=duration_between(starts_at, ends_at),
        place=typed.place,
        languages=visit.session.languages,
        host_side=visit.host_side,
    )


def _usual_event(visit: VisitFacts) -> dict[str, object]:
    days = days_between(visit.first_day, visit.last_day)
    first = days[min(2, len(days) - 1)]
    last = days[min(3, len(days) - 1)]
    return {"day": first.isoformat(), "starts": "09:00", "last_day": last.isoformat(), "ends": "17:00"}


def _found_item(session: Session, visit: VisitFacts, item: str) -> ItemRow:
    row = next((one for one in items_of(session, visit.id) if one.id == whole(item)), None)
    if row is None:
        raise HTTPException(404)
    return row


def _programme_page(
    request: Request, session: Session, actor: Actor, visit: VisitFacts, form: Form[Any], *, status_code: int = 200
) -> Response:
    days = view.days_shown(visit, items_of(session, visit.id))
    locale = request.state.locale
    context = {
        "event_title": title_of(visit.two_day, locale) if visit.two_day else None,
        "days_with_points": [(one.day.isoformat(), date_with_weekday(locale, one.day)) for one in days if one.items],
        "days_of_visit": _day_choices(visit, locale),
        "visit": visit,
        "days": days,
        "form": form,
        "may_write": view.may_prepare(actor, visit),
        "event_amiss": view.event_is_amiss(visit),
        "has_empty_days": any(not one.items for one in days),
        "sides": {side.side.value: side.name for side in visit.partnership.sides},
    }
    return page(request, "visits/programme.html", context, status_code=status_code)


def _item_page(
    request: Request,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    row: ItemRow | None,
    *,
    status_code: int = 200,
) -> Response:
    if not view.may_prepare(actor, visit):
        raise NotAllowed
    context = {
        "visit": visit,
        "form": form,
        "row": row,
        "conflict": changed_meanwhile(form),
        "day_choices": _day_choices(visit, request.state.locale),
        "sides": {side.side.value: side.name for side in visit.partnership.sides},
    }
    return page(request, "visits/item.html", context, status_code=status_code)


def _event_page(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    new_form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    if not view.may_prepare(actor, visit):
        raise NotAllowed
    context = {
        "visit": visit,
        "form": form,
        "new_form": new_form,
        "event_choices": _event_choices(session, actor, visit, request.state.locale),
        "may_create": may_manage(actor, belonging_of(visit.partnership)),
    }
    return page(request, "visits/event.html", context, status_code=status_code)


def _day_choices(visit: VisitFacts, locale: str) -> list[tuple[str, str]]:
    days = days_between(visit.first_day, visit.last_day)
    return [(day.isoformat(), date_with_weekday(locale, day)) for day in days]


def _event_choices(session: Session, actor: Actor, visit: VisitFacts, locale: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [{"value": "", "label": gettext(locale, N_("No event"))}]
    for row in _events_inside(session, actor, visit):
        days = event_days(row.starts_at, row.ends_at, visit.zone)
        hint = date_range(locale, days.first_day, days.last_day)
        found.append({"value": row.id, "label": title_of(row, locale).words, "hint": hint})
    return found


def _events_inside(session: Session, actor: Actor, visit: VisitFacts) -> list[SessionRow]:
    wanted = Wanted(programme_id=visit.session.programme_id, kind=SessionKind.THEMATIC)
    places = {(None, visit.partnership.id), (visit.partnership.track_id, None), (None, None)}
    return [
        row
        for row in sessions_of(session, actor, wanted)
        if (row.track_id, row.partnership_id) in places
        and row.status is not SessionStatus.CANCELLED
        and event_days(row.starts_at, row.ends_at, visit.zone).is_inside(visit.first_day, visit.last_day)
    ]
