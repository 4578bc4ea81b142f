"""Partner profiles, for all who may write some: the programme team, sister associations, coordinators."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy_form import FormChoices
from app.domain.codes import Profile as Tag
from app.domain.codes import Section
from app.domain.errors import DomainError
from app.domain.partner import ProfileChanged, lacking
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.language.labels import label
from app.models.database import transaction
from app.queries.candidacy_form import form_choices, form_of
from app.queries.partners import Profile, addable, profile_of, profiles_of
from app.queries.programmes import ProgrammeFacts, choose_current, programmes, tracks_of
from app.queries.reference import city_links_of, municipalities_on
from app.services import partners as write
from app.services.receipts import claim, settle
from app.web.access import PartnerEditorDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.partner_forms import AddForm, read_profile, show_profile
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/partners", include_in_schema=False)
NEEDED = (Section.THEME, Section.LEARNING)


@router.get("", name="staff.partners.index")
def index(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, call: str = "") -> Response:
    """List the profiles that somebody may write; the programme team sees one programme at a time."""
    found = programmes(session)
    chosen = _chosen(found, call, now)
    profiles = profiles_of(session, actor, chosen.id if actor.is_staff and chosen else None)
    context = {
        "rows": [{"profile": one, "lacking": lacking(one.answers), "track": _track(request, one)} for one in profiles],
        "programmes": [(one.slug, title_of(one, request.state.locale)) for one in found],
        "call": chosen.slug if chosen else "",
        "is_staff": actor.is_staff,
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/partners/index.html", context)


@router.get("/new", name="staff.partners.new")
def new(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, call: str = "") -> Response:
    """Ask for whom a profile is added."""
    return _new_page(request, session, actor, _programme(session, call, now), blank(), now)


@router.post("/new", name="staff.partners.add")
def add(
    request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, data: FormDep, call: str = ""
) -> Response:
    """Add a profile, then go and fill it in."""
    programme = _programme(session, call, now)
    form = bind(AddForm, data)
    today = programme_day(now)
    if form.cleaned is not None:
        try:
            with transaction(session):
                location = claim(session, form.sent, actor=actor, now=now)
                if location is None:
                    _check_choice(session, actor, programme, form.cleaned, today)
                    made = write.add_profile(session, form.cleaned.track, form.cleaned.government, actor=actor, now=now)
                    location = request.app.state.addresses("staff.partners.edit", profile_id=made)
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal, "government")
    return _new_page(request, session, actor, programme, form, now, status_code=422)


@router.get("/{profile_id}", name="staff.partners.edit")
def edit(
    request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, profile_id: RowNumber, saved: str = ""
) -> Response:
    """Show a profile to be written."""
    profile = _profile(session, actor, profile_id)
    form = blank(show_profile(profile.answers, capacity=profile.capacity, version=profile.version))
    return _edit_page(request, session, profile, form, now, saved=bool(saved))


@router.post("/{profile_id}", name="staff.partners.save")
def save(
    request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, data: FormDep, profile_id: RowNumber
) -> Response:
    """Save a profile, complete or not; where somebody else saved meanwhile, both texts are shown."""
    profile = _profile(session, actor, profile_id)
    choices = _choices(session, profile, request.state.locale)
    codes = {one.code for one in municipalities_on(session, programme_day(now))}
    form, answers = read_profile(data, choices, profile.track_slug, codes)
    if form.cleaned is not None:
        known = {"capacity": form.cleaned.capacity, "version": form.cleaned.version}
        try:
            with transaction(session):
                write.save_profile(session, profile, answers=answers, actor=actor, now=now, **known)
            return see_other(request.app.state.addresses("staff.partners.edit", profile_id=profile_id, saved=1))
        except ProfileChanged as refusal:
            form.refuse(refusal)
            stored = _profile(session, actor, profile_id)
            form.values["version"] = stored.version
            return _edit_page(request, session, stored, form, now, conflict=True, status_code=409)
        except DomainError as refusal:
            form.refuse(refusal)
    return _edit_page(request, session, profile, form, now, status_code=422)


def _edit_page(
    request: Request,
    session: Session,
    profile: Profile,
    form: Form[Any],
    now: datetime,
    *,
    saved: bool = False,
    conflict: bool = False,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    choices = _choices(session, profile, locale)
    municipalities = municipalities_on(session, programme_day(now))
    kinds = [(tag.value, label(locale, tag)) for tag in Tag]
    names = {one.code: one.name for one in municipalities} | dict(kinds)
    context = {
        "profile": profile,
        "track": _track(request, profile),
        "form": form,
        "choices": choices,
        "kinds": kinds,
        "municipalities": [(one.code, one.name) for one in municipalities],
        "links": city_links_of(session, profile.code),
        "stored": _stored(profile, choices, names, locale) if conflict else None,
        "saved": saved,
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/partners/edit.html", context, status_code=status_code)


def _choices(session: Session, profile: Profile, locale: str) -> FormChoices:
    """Give the lists that both sides choose from, as the form of the programme has them today."""
    form = form_of(session, profile.programme_id).form
    return form_choices(session, profile.programme_id, locale, form, NEEDED)


def _stored(
    profile: Profile, choices: FormChoices, names: Mapping[str, str], locale: str
) -> dict[str, list[str] | str | int]:
    """Give what is stored of a profile in words, to be compared with what was typed."""
    answers = profile.answers
    fields = {choice.value: str(choice.title) for choice in choices.fields}
    subjects = {choice.value: str(choice.title) for choice in choices.subjects}
    return {
        **{
            kind: [
                f"{fields.get(code, code)} ({row['priority']}) {row.get('text') or ''}".strip()
                for code, row in (answers.get(kind) or {}).items()
            ]
            for kind in ("strengths", "challenges")
        },
        "subjects": [subjects.get(code, code) for code in answers.get("subjects") or ()],
        "goals": [str(goal) for goal in answers.get("goals") or ()],
        "languages": [f"{code}: {level}" for code, level in (answers.get("languages") or {}).items()],
        "profiles": [label(locale, Tag(tag)) for tag in answers.get("profiles") or ()],
        "wishes": [names.get(wish, wish) for wish in answers.get("wishes") or ()],
        "introduction": answers.get("introduction") or "",
        "capacity": profile.capacity,
    }


def _new_page(
    request: Request,
    session: Session,
    actor: Actor,
    programme: ProgrammeFacts,
    form: Form[Any],
    now: datetime,
    *,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    found = addable(session, actor, programme.id, programme_day(now))
    countries = {one.country for one in found}
    context = {
        "form": form,
        "call": programme.slug,
        "programme_title": title_of(programme, locale),
        "tracks": [
            (one.id, title_of(one, locale)) for one in tracks_of(session, programme.id) if one.country in countries
        ],
        "governments": [(one.id, f"{one.name} ({label(locale, one.country)})") for one in found],
    }
    return page(request, "staff/partners/new.html", context, status_code=status_code)


def _check_choice(session: Session, actor: Actor, programme: ProgrammeFacts, chosen: AddForm, day: date) -> None:
    """Refuse what the page did not offer: it does not exist for this person."""
    governments = {one.id for one in addable(session, actor, programme.id, day)}
    if chosen.government not in governments or chosen.track not in {one.id for one in tracks_of(session, programme.id)}:
        raise HTTPException(404)


def _track(request: Request, profile: Profile) -> Any:  # noqa: ANN401 - a text in some language
    return title_of(profile, request.state.locale)


def _profile(session: Session, actor: Actor, profile_id: int) -> Profile:
    profile = profile_of(session, actor, profile_id)
    if profile is None:
        raise HTTPException(404)
    return profile


def _chosen(found: list[ProgrammeFacts], slug: str, now: datetime) -> ProgrammeFacts | None:
    if slug:
        return next((one for one in found if one.slug == slug), None)
    return choose_current(found, now)


def _programme(session: Session, slug: str, now: datetime) -> ProgrammeFacts:
    programme = _chosen(programmes(session), slug, now)
    if programme is None:
        raise HTTPException(404)
    return programme
