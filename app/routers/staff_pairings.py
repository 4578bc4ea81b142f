"""The pairing board of the programme team, and its scenarios."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.pairing import BoardChanged, BoardSettings, Mark, WeightsDoNotSum
from app.domain.programme import PairingRules
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.catalogues import gettext
from app.language.pairing_words import OBJECTIVES, RULES, rule_words
from app.models.database import transaction
from app.queries import pairings as read
from app.queries.pairings import Scenario
from app.queries.programmes import ProgrammeFacts
from app.queries.readings import own_conflicts
from app.services import pairings as write
from app.services.pairing_board import Board
from app.services.pairing_comparison import board_of
from app.services.receipts import claim, settle
from app.web.access import SignedInDep, StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import PageNumber, RowNumber
from app.web.pairing_pages import found_programme, found_scenario, programme_of
from app.web.pairing_panel import panel_of
from app.web.pairing_robustness import robustness_view
from app.web.pairing_view import (
    BY_NAME,
    Looking,
    clash_sentences,
    difference_of,
    marks_of,
    matrix_of,
    pairs_of,
    read_pair,
    tiles_of,
)
from app.web.rendering import page, see_other, wanted_fragment

router = APIRouter(prefix="/staff/pairings", include_in_schema=False)
FRAGMENTS = ("board", "reasons")


class MarkForm(FormModel):
    """A lock or veto on a pair, or neither."""

    left: str = Field(max_length=64)
    right: str = Field(max_length=64)
    mark: Mark


class RulesForm(FormModel):
    """Weights in percent, how many candidates of a province there may be (0 is no limit), and what is best."""

    learning: int = Field(ge=0, le=100)
    theme: int = Field(ge=0, le=100)
    position: int = Field(ge=0, le=100)
    language: int = Field(ge=0, le=100)
    wishes: int = Field(ge=0, le=100)
    assessment_share: int = Field(ge=0, le=100)
    province_limit: int = Field(ge=0, le=100)
    objective: Literal["total", "weakest-first"]
    version: int = Field(ge=0)


class ScenarioForm(FormModel):
    """The name of a scenario."""

    name: str = Field(max_length=120)


@router.get("", name="staff.pairings.index")
def index(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    at: PageNumber = 1,
    call: str = "",
    pair: str = "",
    sort: str = BY_NAME,
    left: str = "",
    right: str = "",
    changed: str = "",
) -> Response:
    """Show the board of a call."""
    programme = read.programme_of_board(session, call, now)
    if programme is None:
        if call:
            raise HTTPException(404)
        return page(request, "staff/pairings/empty.html")
    shown = read_pair(pair or f"{left},{right}")
    looking = Looking(request.url.path, request.state.locale, programme.slug, shown, sort, at)
    return _board_page(request, session, actor, programme, looking, now, changed=changed)


@router.post("/pairs", name="staff.pairings.mark")
def mark(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    data: FormDep,
    at: PageNumber = 1,
    call: str = "",
    sort: str = BY_NAME,
) -> Response:
    """Lock or veto a pair, or take that back; the board solves again."""
    programme = found_programme(session, call, now)
    form = bind(MarkForm, data)
    if form.cleaned is None:
        raise HTTPException(400)
    pair = (form.cleaned.left, form.cleaned.right)
    address = request.app.state.addresses("staff.pairings.index")
    looking = Looking(address, request.state.locale, programme.slug, pair, sort, at)
    try:
        with transaction(session):
            key = f"{form.sent}-{form.cleaned.mark}"
            location = claim(session, key, actor=actor, now=now)
            if location is None:
                version = write.mark_pair(session, programme, pair, form.cleaned.mark, actor=actor, now=now)
                location = looking.href(changed=str(version))
                settle(session, key, location)
        return see_other(location)
    except DomainError as refusal:
        form.refuse(refusal)
    return _board_page(request, session, actor, programme, looking, now, forms={"mark": form}, status_code=422)


@router.post("/weights", name="staff.pairings.weigh")
def weigh(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    data: FormDep,
    at: PageNumber = 1,
    call: str = "",
    pair: str = "",
    sort: str = BY_NAME,
) -> Response:
    """Set weights, limits and what is best; the board solves again."""
    programme = found_programme(session, call, now)
    address = request.app.state.addresses("staff.pairings.index")
    looking = Looking(address, request.state.locale, programme.slug, read_pair(pair), sort, at)
    form = bind(RulesForm, data)
    if form.cleaned is not None:
        values = form.cleaned.model_dump()
        settings = {"version": values.pop("version"), "objective": values.pop("objective")}
        try:
            with transaction(session):
                rules = PairingRules(**values)
                made = write.set_rules(session, programme, rules, **settings, actor=actor, now=now)
            return see_other(looking.href(changed=str(made)))
        except DomainError as refusal:
            form.refuse(refusal, "learning" if isinstance(refusal, WeightsDoNotSum) else "")
    return _board_page(request, session, actor, programme, looking, now, forms={"rules": form}, status_code=422)


@router.post("/scenarios", name="staff.pairings.keep")
def keep(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, call: str = ""
) -> Response:
    """Keep what the board shows as a scenario."""
    programme = found_programme(session, call, now)
    form = bind(ScenarioForm, data)
    if form.cleaned is not None:
        write.reckon_ahead(session, programme, now=now)
        try:
            with transaction(session):
                location = claim(session, form.sent, actor=actor, now=now)
                if location is None:
                    made = write.keep_scenario(session, programme, form.cleaned.name, actor=actor, now=now)
                    location = request.app.state.addresses("staff.pairings.detail", scenario_id=made)
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal, "name")
    looking = Looking(request.app.state.addresses("staff.pairings.index"), request.state.locale, programme.slug)
    return _board_page(request, session, actor, programme, looking, now, forms={"name": form}, status_code=422)


@router.get("/{scenario_id}", name="staff.pairings.detail")
def detail(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    scenario_id: RowNumber,
    at: PageNumber = 1,
    pair: str = "",
    sort: str = BY_NAME,
) -> Response:
    """Show a scenario as it was kept."""
    scenario = found_scenario(session, actor, scenario_id)
    programme = programme_of(session, scenario)
    looking = Looking(request.url.path, request.state.locale, "", read_pair(pair), sort, at)
    board = board_of(scenario)
    panel = _panel(session, actor, board, looking, (scenario.programme_id, scenario.call_id), scenario.reasons)
    context = {
        **_view(request, board, looking),
        "panel": panel,
        "scenario": scenario,
        "programme_title": title_of(programme, looking.locale),
        "programme_slug": programme.slug,
        "is_staff": actor.is_staff,
        "open_to_publish": read.published_scenario_id(session, scenario.call_id) is None,
        "objective": gettext(looking.locale, OBJECTIVES[board.settings.objective]),
        "set_rules": _set_rules(board, looking.locale),
    }
    return page(request, "staff/pairings/detail.html", context, fragments=FRAGMENTS)


@router.get("/{scenario_id}/problem.json", name="staff.pairings.problem")
def problem(session: SessionDep, actor: SignedInDep, scenario_id: RowNumber) -> Response:
    """Give the problem of a scenario as a file of the pairing format."""
    return _file(found_scenario(session, actor, scenario_id), "problem")


@router.get("/{scenario_id}/solution.json", name="staff.pairings.solution")
def solution(session: SessionDep, actor: SignedInDep, scenario_id: RowNumber) -> Response:
    """Give the solution of a scenario as a file of the pairing format."""
    return _file(found_scenario(session, actor, scenario_id), "solution")


def _board_page(
    request: Request,
    session: Session,
    actor: Actor,
    programme: ProgrammeFacts,
    looking: Looking,
    now: datetime,
    *,
    changed: str = "",
    forms: Mapping[str, Form[Any]] | None = None,
    status_code: int = 200,
) -> Response:
    assert programme.call is not None  # noqa: S101 - boards are those of programmes with a call
    compare = {int(changed)} if changed.isascii() and changed.isdigit() and len(changed) < 10 else ()
    opened = write.open_board(session, programme, now=now, compare=compare)
    scenarios = read.scenarios_of(session, programme.call.id)
    context = {
        **_view(request, opened.board, looking),
        "panel": _panel(session, actor, opened.board, looking, (programme.id, programme.call.id)),
        "robustness": robustness_view(opened.board, looking, known_only=True),
        "programme_title": title_of(programme, looking.locale),
        "programmes": [(one.slug, title_of(one, looking.locale)) for one in read.board_programmes(session)],
        "version": opened.stored.version,
        "difference": difference_of(opened.board, opened.before),
        "rules": blank(_rule_values(opened.board.settings, opened.stored.version)),
        "name": blank(),
        "mark": blank(),
        **(forms or {}),
        "meanwhile": _meanwhile((forms or {}).get("rules"), opened.board, looking.locale),
        "scenarios": scenarios,
        "published": next((one for one in scenarios if one.published_at is not None), None),
    }
    return page(request, "staff/pairings/index.html", context, fragments=FRAGMENTS, status_code=status_code)


def _panel(
    session: Session,
    actor: Actor,
    board: Board,
    looking: Looking,
    of: tuple[int, int],
    kept: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """Give the pair that is open, if one is; ``of`` are the ids of the programme and its call."""
    if looking.pair is None:
        return None
    programme_id, call_id = of
    words = read.vocabulary(session, looking.locale, programme_id)
    conflicts = own_conflicts(session, actor, call_id) if actor.is_staff else frozenset()
    return panel_of(board, looking, words, kept, conflicts)


def _view(request: Request, board: Board, looking: Looking) -> dict[str, Any]:
    """Give what both boards show; without the matrix where only the reasons of a pair are asked for."""
    clash = board.clash
    names = board.inputs.names()
    reasons_alone = wanted_fragment(request, FRAGMENTS) == "reasons"
    return {
        "looking": looking,
        "brussels": PROGRAMME_ZONE,
        "board_is_empty": not (board.inputs.candidates and board.inputs.partners),
        "matrix_view": None if reasons_alone else matrix_of(board, looking),
        "tiles": tiles_of(board),
        "pairs": pairs_of(board, looking),
        "marks": marks_of(board, looking),
        "unpaired": board.unpaired(),
        "candidates": [(one.profile.id, one.name) for one in board.inputs.candidates],
        "partners": [(one.profile.id, one.name) for one in board.inputs.partners],
        "clash": clash,
        "clash_sentences": clash_sentences(looking.locale, clash, board.inputs) if clash else [],
        "set_aside": [(names.get(left, left), names.get(right, right)) for left, right in board.set_aside],
    }


def _meanwhile(form: Form[Any] | None, board: Board, locale: str) -> list[tuple[str, str, str]]:
    """Give what somebody else set otherwise than the form that came too late: its name, what is set, what was typed."""
    if form is None or not isinstance(form.error(""), BoardChanged):
        return []
    found = [
        (gettext(locale, RULES[name]), rule_words(locale, name, value), rule_words(locale, name, int(form.value(name))))
        for name, value in asdict(board.settings.rules).items()
        if int(form.value(name)) != value
    ]
    now, typed = board.settings.objective, form.value("objective")
    if now != typed:
        label = gettext(locale, "What is best")
        found.insert(0, (label, gettext(locale, OBJECTIVES[now]), gettext(locale, OBJECTIVES[typed])))
    return found


def _set_rules(board: Board, locale: str) -> list[tuple[str, str]]:
    rules = asdict(board.settings.rules).items()
    return [(gettext(locale, RULES[name]), rule_words(locale, name, value)) for name, value in rules]


def _rule_values(settings: BoardSettings, version: int) -> dict[str, object]:
    return {**settings.to_data()["rules"], "objective": settings.objective, "version": version}


def _file(scenario: Scenario, name: str) -> Response:
    """Answer with a part of a scenario as a file."""
    data: Mapping[str, Any] = getattr(scenario, name)
    headers = {"Content-Disposition": f'attachment; filename="pairing-{scenario.id}-{name}.json"'}
    return JSONResponse(dict(data), headers=headers)
