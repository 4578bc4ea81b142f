"""Before a candidacy exists: the questions to read, and the start page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import CallPeriod, check_call_open, refusal
from app.domain.candidacy_answers import LONGEST
from app.domain.candidacy_form import CandidacyForm, FormChoices
from app.domain.codes import Profile, QuestionKind
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE
from app.models.database import transaction
from app.queries.candidacies import merged_municipalities
from app.queries.candidacy_form import form_choices, form_of
from app.queries.programmes import CallFacts, current_programme
from app.queries.reference import municipalities_on
from app.services import candidacies
from app.services.receipts import claim, settle
from app.web.access import AnyoneDep
from app.web.candidacy_forms import Email
from app.web.clock import NowDep
from app.web.cookies import remember_session
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.pagecache import cached
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)


class KnownStartForm(FormModel):
    """The start page for somebody who is signed in."""

    government: str = Field(max_length=32)
    language: str = Field("nl", pattern="^(nl|fr|en)$")


class StartForm(KnownStartForm):
    """The start page for everybody else."""

    name: str = Field(max_length=LONGEST[QuestionKind.TEXT])
    email: Email = Field(max_length=LONGEST[QuestionKind.EMAIL])


@router.get("/candidacies/questions", name="candidacies.questions")
def questions(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep) -> Response:
    """Show all questions, to read and print before starting."""

    def render() -> Response:
        programme = current_programme(session, now)
        form = form_of(session, programme.id).form if programme else CandidacyForm()
        choices = form_choices(session, programme.id, request.state.locale, form) if programme else FormChoices()
        context = {"parts": form.sections, "choices": choices, "profile_codes": tuple(Profile), "programme": programme}
        return page(request, "candidacies/questions.html", context)

    return _kept_for_public(request, session, actor, render)


@router.get("/candidacies/new", name="candidacies.new")
def new(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, government: str = "") -> Response:
    """Show the start page, or say that no call is open."""
    values = {"government": government, "language": request.state.locale}
    return _start_page(request, session, actor, now, blank(values))


@router.post("/candidacies/new", name="candidacies.create")
def create(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, data: FormDep) -> Response:
    """Start a candidacy."""
    form: Form[Any] = bind(KnownStartForm if actor.is_known else StartForm, data)
    if form.cleaned is None:
        return _start_page(request, session, actor, now, form, status_code=422)
    try:
        with transaction(session):
            started = _start_once(session, form, actor, request, now)
    except DomainError as refused:
        form.refuse(refused, "government")
        form.values["government"] = refused.params.get("successor_code", form.value("government"))
        return _start_page(request, session, actor, now, form, status_code=422)
    response = see_other(request.app.state.addresses("candidacies.detail", reference=started.reference))
    if started.secret is not None:
        remember_session(request, response, started.secret)
    return response


def _start_once(
    session: Session, form: Form[Any], actor: Actor, request: Request, now: datetime
) -> candidacies.Started:
    earlier = claim(session, form.sent, actor=actor, now=now)
    if earlier:
        return candidacies.start_again(session, earlier, actor=actor, now=now)
    typed: Any = form.cleaned
    starter = candidacies.Starter(
        government_code=typed.government,
        name=actor.name if actor.is_known else typed.name,
        email=actor.email if actor.is_known else typed.email,
        language=typed.language,
        client=client_address(request),
    )
    call = _call(session, now)
    started = candidacies.start(session, starter, call=call, actor=actor, now=now)
    settle(session, form.sent, started.reference)
    return started


def _call(session: Session, now: datetime) -> CallFacts | None:
    programme = current_programme(session, now)
    return programme.call if programme else None


def _start_page(
    request: Request,
    session: Session,
    actor: Actor,
    now: datetime,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    programme = current_programme(session, now)
    call = programme.call if programme else None
    period = CallPeriod(call.opens_at, call.closes_at) if call else None
    closed = refusal(check_call_open, period, now)
    context: dict[str, object] = {"programme": programme, "call": call, "zone": PROGRAMME_ZONE, "form": form}
    if closed is not None:
        return page(request, "candidacies/closed.html", {**context, "reason": closed}, status_code=status_code)
    today = now.astimezone(PROGRAMME_ZONE).date()
    context["municipalities"] = [(one.code, one.name) for one in municipalities_on(session, today)]
    context["merged"] = merged_municipalities(session, today)
    context["known"] = actor.is_known
    return page(request, "candidacies/new.html", context, status_code=status_code)


def _kept_for_public(request: Request, session: Session, actor: Actor, render: Callable[[], Response]) -> Response:
    return cached(request, session, render) if actor.person_id is None else render()
