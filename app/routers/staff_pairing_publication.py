"""Publishing a scenario: the page that shows all that will happen, and the deed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.pairing_words import change_sentence
from app.language.reasons import unpaired_reason
from app.models.database import transaction
from app.queries import pairings as read
from app.queries.pairings import Scenario
from app.queries.readings import own_conflicts
from app.services.pairing_mails import Decision
from app.services.pairing_publication import plan, publish
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.pairing_pages import found_scenario, programme_of
from app.web.planned_mails import shown_mails
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/pairings/{scenario_id}/publish", include_in_schema=False)


@router.get("", name="staff.pairings.confirm")
def confirm(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, scenario_id: RowNumber) -> Response:
    """Show everything that publishing a scenario will do."""
    scenario = found_scenario(session, actor, scenario_id)
    form = blank(dict(request.query_params))
    return _confirm_page(request, session, actor, scenario, form, now)


@router.post("", name="staff.pairings.publish")
def publish_scenario(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, scenario_id: RowNumber, data: FormDep
) -> Response:
    """Publish a scenario, once."""
    form: Form[FormModel] = replace(
        bind(FormModel, data), values={name: value for name, value in data.items() if isinstance(value, str)}
    )
    location = request.app.state.addresses("staff.pairings.detail", scenario_id=scenario_id)
    decisions = _decisions(form.values)
    for code, decision in decisions.items():
        if decision.state is CandidacyState.NOT_SELECTED and not decision.reason:
            form.refuse(FieldRefused("required"), f"reason_{code}")
    if not form.errors:
        try:
            with transaction(session):
                scenario = found_scenario(session, actor, scenario_id)
                earlier = claim(session, form.sent, actor=actor, now=now)
                if earlier is None:
                    programme, key = programme_of(session, scenario), str(form.value("plan"))
                    publish(session, scenario, programme, decisions, key=key, actor=actor, now=now)
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal)
    scenario = found_scenario(session, actor, scenario_id)
    return _confirm_page(request, session, actor, scenario, form, now, status_code=422)


def _confirm_page(
    request: Request,
    session: Session,
    actor: Actor,
    scenario: Scenario,
    form: Form[Any],
    now: datetime,
    *,
    status_code: int = 200,
) -> Response:
    locale, programme = request.state.locale, programme_of(session, scenario)
    planned = plan(session, scenario, programme, _decisions(form.values), now=now)
    blocked = own_conflicts(session, actor, scenario.call_id)
    conflicts = {one.reference for one in planned.candidates if one.candidacy_id in blocked}
    published_id = read.published_scenario_id(session, scenario.call_id)
    context = {
        "scenario": scenario,
        "programme_title": title_of(programme, locale),
        "call": programme.slug,
        "budget_cents": programme.budget_cents,
        "closes_at": programme.call.closes_at if programme.call else None,
        "brussels": PROGRAMME_ZONE,
        "plan": planned,
        "changes": [change_sentence(locale, one, planned.names) for one in planned.stale],
        "mails": shown_mails(planned.mails, base_url=session.info["base_url"], conflicts=conflicts),
        "form": form,
        "reason": unpaired_reason("nl"),
        "published": published_id is not None,
        "published_id": published_id,
        "call_is_open": programme.call is not None and programme.call.is_open(now),
    }
    return page(request, "staff/pairings/publish.html", context, fragments=("mails",), status_code=status_code)


def _decisions(values: Mapping[str, Any]) -> dict[str, Decision]:
    """Read what staff chose for each candidate without a pair."""
    chosen = {}
    for name, value in values.items():
        code = name.removeprefix("outcome_")
        if code != name and value in (CandidacyState.RESERVE, CandidacyState.NOT_SELECTED):
            chosen[code] = Decision(CandidacyState(value), _reason(values, code, value))
    return chosen


def _reason(values: Mapping[str, Any], code: str, outcome: str) -> str:
    reason = str(values.get(f"reason_{code}", "")).strip()[:2000]
    return reason if outcome == CandidacyState.NOT_SELECTED else ""
