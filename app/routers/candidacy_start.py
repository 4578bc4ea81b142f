"""Before a candidacy exists: the questions to read, and the start page."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import AlreadyApplied, CallPeriod, check_call_open, refusal
from app.domain.candidacy_answers import LONGEST
from app.domain.candidacy_form import CandidacyForm, FormChoices
from app.domain.candidacy_people import AssessesCandidacies
from app.domain.codes import Profile, QuestionKind
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models.database import transaction
from app.queries.candidacy_form import form_choices, form_of
from app.queries.eligibility import Merger, has_applied, merger_of, mergers
from app.queries.late_admissions import call_of_latecomer
from app.queries.programmes import CallFacts, current_programme, open_call
from app.queries.reference import Government, government_by_code, municipalities_on
from app.services import candidacy_start
from app.services.receipts import claim, settle
from app.web.access import AnyoneDep
from app.web.candidacy_forms import Email
from app.web.clock import NowDep
from app.web.cookies import remember_session
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.pagecache import cached
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other, wanted_fragment

router = APIRouter(include_in_schema=False)
ELIGIBILITY = "eligibility"


class KnownStartForm(FormModel):
    """The start page for somebody who is signed in."""

    government: str = Field(max_length=32)
    instead: str = Field("", max_length=32)
    language: str = Field("nl", pattern="^(nl|fr|en)$")

    @property
    def chosen(self) -> str:
        """The municipality: the one into which the chosen one merged, where that was pressed."""
        return self.instead or self.government


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
        form.refuse(refused, "email" if isinstance(refused, AssessesCandidacies) else "government")
        form.values["government"] = form.value("instead") or form.value("government")
        return _start_page(request, session, actor, now, form, status_code=422)
    response = see_other(request.app.state.addresses("candidacies.detail", reference=started.reference))
    if started.secret is not None:
        remember_session(request, response, started.secret)
    return response


def _start_once(
    session: Session, form: Form[Any], actor: Actor, request: Request, now: datetime
) -> candidacy_start.Started:
    typed: Any = form.cleaned
    email = actor.email if actor.is_known else typed.email
    earlier = claim(session, form.sent, actor=actor, now=now)
    if earlier:
        return candidacy_start.start_again(session, earlier, email=email, actor=actor, now=now)
    starter = candidacy_start.Starter(
        government_code=typed.chosen,
        name=actor.name if actor.is_known else " ".join(typed.name.split()),
        email=email,
        language=typed.language,
        client=client_address(request),
    )
    call = _call(session, typed.chosen, now)
    started = candidacy_start.start(session, starter, call=call, actor=actor, now=now)
    settle(session, form.sent, started.reference)
    return started


def _call(session: Session, code: str, now: datetime) -> CallFacts | None:
    """Give the call that is open, or is so for one local government that was let in late; else the one of today."""
    programme = current_programme(session, now)
    call = programme.call if programme else None
    if call is not None and call.is_open(now):
        return call
    government = government_by_code(session, code, _today(now)) if code else None
    late = call_of_latecomer(session, government.id, now) if government is not None else None
    return late or call


def _today(now: datetime) -> date:
    return programme_day(now)


def _start_page(
    request: Request,
    session: Session,
    actor: Actor,
    now: datetime,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    code = str(form.value("government"))
    merged = merger_of(session, code, _today(now)) if code else None
    if merged is not None and merged.name == merged.successor_name:  # not in the list under that name
        form.values["government"] = merged.successor_code
    call = _call(session, merged.successor_code if merged else code, now)
    period = CallPeriod(call.opens_at, call.closes_at) if call else None
    closed = refusal(check_call_open, period, now)
    context: dict[str, object] = {"call": call, "zone": PROGRAMME_ZONE, "form": form}
    if call is None or closed is not None:
        return page(request, "candidacies/closed.html", {**context, "reason": closed}, status_code=status_code)
    context |= _chosen(session, call, code, merged, now)
    if wanted_fragment(request, (ELIGIBILITY,)) is None:
        context |= {"municipalities": _municipalities(session, context, now), "known": actor.is_known}
        context["mergers"] = [] if context["late"] else mergers(session, _today(now))
    return page(request, "candidacies/new.html", context, fragments=(ELIGIBILITY,), status_code=status_code)


def _chosen(session: Session, call: CallFacts, code: str, merged: Merger | None, now: datetime) -> dict[str, object]:
    """Give what is known of the municipality that is chosen: merged, applied already, let in late."""
    government = government_by_code(session, merged.successor_code if merged else code, _today(now)) if code else None
    late = government is not None and not _is_open_to_all(session, call, now)
    applied = government is not None and has_applied(session, call.id, government.id)
    return {
        "chosen": government,
        "merged": merged,
        "late": late,
        "applied": AlreadyApplied(government=government.name) if government is not None and applied else None,
    }


def _is_open_to_all(session: Session, call: CallFacts, now: datetime) -> bool:
    everybody = open_call(session, now)
    return everybody is not None and everybody.id == call.id


def _municipalities(session: Session, context: Mapping[str, object], now: datetime) -> list[tuple[str, str]]:
    """Give what can be chosen: all of today, or the one that was let in late."""
    chosen = context["chosen"]
    if context["late"] and isinstance(chosen, Government):
        return [(chosen.code, chosen.name)]
    return [(one.code, one.name) for one in municipalities_on(session, _today(now))]


def _kept_for_public(request: Request, session: Session, actor: Actor, render: Callable[[], Response]) -> Response:
    return cached(request, session, render) if actor.person_id is None else render()
