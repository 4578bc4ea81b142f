"""Before the programme team decides: what if, the alternatives, two pairings beside each other, and files to check."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.documents.pairing_files import PairingFiles, pairing_zip
from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.pairing import Mark
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.models.database import transaction
from app.queries import pairings as read
from app.queries.pairings import Scenario, ScenarioLine
from app.queries.programmes import ProgrammeFacts
from app.services import pairing_comparison as compare
from app.services.pairing_board import Board
from app.services.pairings import open_board
from app.services.receipts import claim, settle
from app.web.access import SignedInDep, StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import LARGEST_ROW, RowNumber
from app.web.pairing_comparison_view import (
    NOW,
    Compared,
    alternatives_view,
    beside_of,
    compared_view,
    numbers_of,
    pair_of,
)
from app.web.pairing_pages import found_programme, found_scenario, programme_of
from app.web.pairing_view import clash_sentences, read_pair
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/pairings", include_in_schema=False)


class AlternativeForm(FormModel):
    """Which alternative is kept, of which problem, and under what name."""

    rank: int = Field(ge=2, le=compare.ALTERNATIVES + 1)
    problem: str = Field(min_length=64, max_length=64)
    name: str = Field(max_length=120)


@router.get("/what-if", name="staff.pairings.what_if")
def what_if(
    request: Request,
    session: SessionDep,
    _actor: StaffDep,
    now: NowDep,
    call: str = "",
    pair: str = "",
    mark: str = Mark.LOCK,
) -> Response:
    """Show what a lock or veto would change, before it is set; once a pairing is published, the board says so."""
    programme = found_programme(session, call, now)
    if _is_published(session, programme):
        return see_other(request.app.state.addresses("staff.pairings.index", call=programme.slug))
    chosen = read_pair(pair)
    before = open_board(session, programme, now=now).board
    if chosen is None or mark not in set(Mark) or not (chosen[0] in before.candidates and chosen[1] in before.partners):
        raise HTTPException(404)
    refusal = None if mark == Mark.FREE else before.refusal(chosen)
    after = before if refusal else compare.what_if(before, chosen, Mark(mark))
    context = {
        "programme_title": title_of(programme, request.state.locale),
        "call": programme.slug,
        "pair": pair_of(before, chosen),
        "wanted": mark,
        "refusal": refusal,
        "clash": after.clash,
        "clash_sentences": _clash_sentences(request, after),
        "no_pairing_now": before.clash is not None,
        "numbers": numbers_of(before.pairing, after.pairing),
        "pairs": beside_of([before, after]),
        "form": blank(),
    }
    return page(request, "staff/pairings/what_if.html", context)


@router.get("/alternatives", name="staff.pairings.alternatives")
def alternatives(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, call: str = "", scenario: str = ""
) -> Response:
    """Show the best pairing and the next best ones, of a scenario, or of the board until a pairing is published."""
    if scenario:
        kept = found_scenario(session, actor, _row(scenario))
        programme = programme_of(session, kept)
        return _alternatives_page(request, programme, compare.board_of(kept), blank(), scenario=kept)
    programme = found_programme(session, call, now)
    if _is_published(session, programme):
        return see_other(request.app.state.addresses("staff.pairings.index", call=programme.slug))
    board = open_board(session, programme, now=now).board
    return _alternatives_page(request, programme, board, blank())


@router.post("/alternatives", name="staff.pairings.keep_alternative")
def keep_alternative(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, call: str = ""
) -> Response:
    """Keep an alternative as a scenario."""
    programme = found_programme(session, call, now)
    form = bind(AlternativeForm, data)
    if form.cleaned is not None:
        wanted = compare.Wanted(form.cleaned.rank, form.cleaned.problem)
        compare.reckon_alternative(session, programme, wanted, now=now)
        try:
            with transaction(session):
                location = claim(session, form.sent, actor=actor, now=now)
                if location is None:
                    made = compare.keep_alternative(session, programme, wanted, form.cleaned.name, actor=actor, now=now)
                    location = request.app.state.addresses("staff.pairings.detail", scenario_id=made)
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal, "name")
    board = open_board(session, programme, now=now).board
    return _alternatives_page(request, programme, board, form, status_code=422)


@router.get("/compare", name="staff.pairings.compare")
def compare_two(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    call: str = "",
    first: str = "",
    second: str = "",
) -> Response:
    """Show two pairings of a call beside each other: scenarios, or the board as it is now."""
    programme = _programme_of_compared(session, actor, call, first, now)
    assert programme.call is not None  # noqa: S101 - boards are those of programmes with a call
    scenarios = read.scenarios_of(session, programme.call.id)
    keys = _keys(scenarios)
    chosen = (first or next(iter(keys), ""), second or next((key for key in keys[1:] if key != first), ""))
    if any(key not in ("", *keys) for key in chosen):
        raise HTTPException(404)
    both = [_compared(session, actor, programme, key, now) for key in chosen] if _are_two(chosen) else []
    context = {
        "programme_title": title_of(programme, request.state.locale),
        "call": programme.slug,
        "brussels": PROGRAMME_ZONE,
        "chosen": chosen,
        "scenarios": scenarios,
        "board_key": NOW if NOW in keys else None,
        "view": compared_view(both[0], both[1], request.state.locale) if both else None,
    }
    return page(request, "staff/pairings/compare.html", context)


@router.get("/{scenario_id}/files.zip", name="staff.pairings.files")
def files(request: Request, session: SessionDep, actor: SignedInDep, scenario_id: RowNumber) -> Response:
    """Give problem and solution of a scenario in one ZIP, with how to check them."""
    scenario = found_scenario(session, actor, scenario_id)
    locale = request.state.locale
    given = PairingFiles(
        scenario.name,
        str(title_of(programme_of(session, scenario), locale)),
        scenario.created_at,
        scenario.problem,
        scenario.solution,
    )
    return download(f"pairing-{scenario.id}.zip", "application/zip", pairing_zip(given, locale))


def _alternatives_page(
    request: Request,
    programme: ProgrammeFacts,
    board: Board,
    form: Form[Any],
    *,
    scenario: Scenario | None = None,
    status_code: int = 200,
) -> Response:
    found = compare.alternatives_of(board)
    context = {
        "programme_title": title_of(programme, request.state.locale),
        "call": programme.slug,
        "scenario": scenario,
        "view": alternatives_view(board, found, request.state.locale) if board.chosen else None,
        "clash": board.clash,
        "clash_sentences": _clash_sentences(request, board),
        "form": form,
    }
    return page(request, "staff/pairings/alternatives.html", context, status_code=status_code)


def _clash_sentences(request: Request, board: Board) -> list[str]:
    return clash_sentences(request.state.locale, board.clash, board.inputs) if board.clash else []


def _keys(scenarios: Sequence[ScenarioLine]) -> list[str]:
    """Give what can be compared: the scenarios, the latest first, and the board unless a pairing was published."""
    kept = [str(one.id) for one in scenarios]
    return kept if any(one.published_at for one in scenarios) else [*kept, NOW]


def _are_two(chosen: tuple[str, str]) -> bool:
    return all(chosen) and chosen[0] != chosen[1]


def _compared(session: Session, actor: Actor, programme: ProgrammeFacts, key: str, now: datetime) -> Compared:
    if key == NOW:
        return Compared(open_board(session, programme, now=now).board)
    scenario = found_scenario(session, actor, _row(key))
    return Compared(compare.board_of(scenario), scenario)


def _row(text: str) -> int:
    """Read the number of a row; what is none is no such page."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= LARGEST_ROW):
        raise HTTPException(404)
    return int(text)


def _is_published(session: Session, programme: ProgrammeFacts) -> bool:
    return programme.call is not None and read.published_scenario_id(session, programme.call.id) is not None


def _programme_of_compared(session: Session, actor: Actor, call: str, first: str, now: datetime) -> ProgrammeFacts:
    """Give the programme whose call is named, else that of the first scenario, else the one of now."""
    if call or first in ("", NOW):
        return found_programme(session, call, now)
    return programme_of(session, found_scenario(session, actor, _row(first)))
