"""Motivations for the programme team: what is proposed, edited and released."""

from datetime import datetime
from typing import Any, NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.errors import DomainError
from app.domain.motivation import TEXT_LIMIT
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import language_name
from app.models.database import transaction
from app.queries.partnerships import PartnershipFacts, partnership_by_slug, partnerships
from app.queries.programmes import ProgrammeFacts, choose_current, programmes
from app.services import motivations
from app.services.motivations import Typed, Worded, worded
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, FormModel, bind, blank
from app.web.motivation_view import weighed
from app.web.planned_mails import shown_mails
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/partnerships", include_in_schema=False)


class WordsForm(FormModel):
    """The words of a motivation by language, each with the version that it was typed on."""

    text_nl: str = Field("", max_length=TEXT_LIMIT)
    text_fr: str = Field("", max_length=TEXT_LIMIT)
    text_en: str = Field("", max_length=TEXT_LIMIT)
    version_nl: int = Field(0, ge=0, le=10**9)
    version_fr: int = Field(0, ge=0, le=10**9)
    version_en: int = Field(0, ge=0, le=10**9)


class ReleaseForm(FormModel):
    """What the page showed."""

    plan: str = Field("", max_length=64)


class Chosen(NamedTuple):
    """The programme that a page is about, and its partnerships; one alone where the address names it."""

    programme: ProgrammeFacts | None
    listed: list[PartnershipFacts]


@router.get("/motivations", name="staff.motivations.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, call: str = "") -> Response:
    """List the partnerships of a programme with the state of their motivation."""
    locale, chosen = request.state.locale, _chosen(session, call, "", now)
    context = {
        "programmes": [(one.slug, title_of(one, locale)) for one in programmes(session)],
        "call": chosen.programme.slug if chosen.programme else "",
        "listed": worded(session, chosen.listed),
        "brussels": PROGRAMME_ZONE,
        "done": request.query_params.get("done", ""),
    }
    return page(request, "staff/motivations/index.html", context)


@router.get("/motivations/release", name="staff.motivations.confirm")
def confirm(
    request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, call: str = "", partnership: str = ""
) -> Response:
    """Show what both sides will read, and every mail that goes out."""
    return _release_page(request, session, _chosen(session, call, partnership, now), blank())


@router.post("/motivations/release", name="staff.motivations.release")
def release(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    data: FormDep,
    call: str = "",
    partnership: str = "",
) -> Response:
    """Release to both sides, once."""
    chosen, form = _chosen(session, call, partnership, now), bind(ReleaseForm, data)
    location = request.app.state.addresses("staff.motivations.index", call=call, done="released")
    if form.cleaned is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    motivations.release(session, chosen.listed, key=form.cleaned.plan, actor=actor, now=now)
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal)
    return _release_page(request, session, chosen, form, status_code=422)


@router.get("/{slug}/motivation", name="staff.motivations.detail")
def detail(request: Request, session: SessionDep, _actor: StaffDep, slug: str) -> Response:
    """Show the words of both sides beside each other, to be edited until they are released."""
    found = _found(session, slug)
    values = {f"text_{one.language}": one.text for one in found.wordings}
    versions = {f"version_{one.language}": one.version for one in found.wordings}
    return _words_page(request, session, found, blank({**values, **versions}))


@router.post("/{slug}/motivation", name="staff.motivations.save")
def save(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, data: FormDep) -> Response:
    """Store the words; what somebody else stored meanwhile is shown beside them. Or fill in what is proposed."""
    found, form = _found(session, slug), bind(WordsForm, data)
    proposals = {one.language: one.proposed for one in found.wordings if one.proposed}
    again = str(data.get("proposal", ""))
    if again in proposals and not found.is_released:
        form.values[f"text_{again}"] = proposals[again]
        return _words_page(request, session, found, form, proposed=again)
    typed = _typed(form, data, found)
    if form.cleaned is None:
        return _words_page(request, session, found, form, status_code=422)
    try:
        with transaction(session):
            conflicts = motivations.write(session, found.partnership, typed, actor=actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _words_page(request, session, _found(session, slug), form, status_code=422)
    if conflicts:
        return _conflict_page(request, session, _found(session, slug), form, conflicts)
    return see_other(request.app.state.addresses("staff.motivations.detail", slug=slug, saved="1"))


def _typed(form: Form[WordsForm], data: FormData, found: Worded) -> dict[str, Typed]:
    """Give what was typed in each language that the page asked for; none of them may be empty."""
    cleaned, typed = form.cleaned, {}
    for language in [one.language for one in found.wordings if f"text_{one.language}" in data]:
        if not form.value(f"text_{language}").strip():
            form.refuse(FieldRefused("required"), f"text_{language}")
        elif cleaned is not None:
            values = cleaned.model_dump()
            typed[language] = Typed(values[f"text_{language}"], values[f"version_{language}"])
    return typed


def _conflict_page(
    request: Request, session: Session, found: Worded, form: Form[Any], conflicts: tuple[str, ...]
) -> Response:
    """Show both texts; saving again keeps what is in the fields."""
    theirs = {one.language: one for one in found.wordings if one.language in conflicts}
    for language, one in theirs.items():
        form.values[f"version_{language}"] = one.version
    return _words_page(request, session, found, form, theirs=theirs, status_code=409)


def _words_page(
    request: Request,
    session: Session,
    found: Worded,
    form: Form[Any],
    *,
    theirs: dict[str, Any] | None = None,
    proposed: str = "",
    status_code: int = 200,
) -> Response:
    locale, flemish, *others = request.state.locale, *found.wordings
    context = {
        "partnership": found.partnership,
        "motivation": found,
        "form": form,
        "columns": {"flemish": [flemish], "partner": others[:1]},
        "more": others[1:],
        "names": {one.language: language_name(locale, one.language) for one in found.wordings},
        "theirs": theirs or {},
        "proposed": proposed,
        "lines": weighed(session, found.motivation, locale),
        "saved": request.query_params.get("saved", "") and not form.errors,
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/motivations/detail.html", context, status_code=status_code)


def _release_page(
    request: Request, session: Session, chosen: Chosen, form: Form[Any], *, status_code: int = 200
) -> Response:
    planned = motivations.plan(session, chosen.listed)
    locale = request.state.locale
    context = {
        "call": request.query_params.get("call", ""),
        "only": request.query_params.get("partnership", ""),
        "programme_title": title_of(chosen.programme, locale) if chosen.programme else None,
        "plan": planned,
        "lonely": [name for one in planned.ready for name in one.lonely],
        "mails": shown_mails(planned.mails, base_url=session.info["base_url"]),
        "form": form,
    }
    return page(request, "staff/motivations/release.html", context, status_code=status_code)


def _chosen(session: Session, call: str, partnership: str, now: datetime) -> Chosen:
    """Find the programme, or the one partnership, that an address names; without a name, the current programme."""
    found = programmes(session)
    if partnership:
        one = partnership_by_slug(session, partnership)
        if one is None:
            raise HTTPException(404)
        return Chosen(next(row for row in found if row.id == one.programme_id), [one])
    chosen = next((one for one in found if one.slug == call), None) if call else choose_current(found, now)
    if call and chosen is None:
        raise HTTPException(404)
    return Chosen(chosen, partnerships(session, chosen.id) if chosen else [])


def _found(session: Session, slug: str) -> Worded:
    partnership = partnership_by_slug(session, slug)
    if partnership is None:
        raise HTTPException(404)
    return worded(session, [partnership])[0]
