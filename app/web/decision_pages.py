"""What the pages of decisions have in common: the call that is looked at, who may see what, and refusals in words."""

from typing import Any, Final, NamedTuple

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.decisions import Chosen
from app.domain.errors import DomainError
from app.language.catalogues import N_, gettext
from app.language.messages import refusal_message
from app.queries.candidacy_list import CallChoice, calls
from app.queries.decision_table import DecisionTable
from app.queries.decisions import DecisionRecord
from app.services.decision_rounds import Plan
from app.web.assessment_lists import visible
from app.web.decision_view import Hidden, fault_words, missing, outcome_text, titles_of
from app.web.forms import Form
from app.web.rendering import see_other

WHY_HIDDEN: Final = {
    "blocked": N_("You have a conflict of interest"),
    "own_first": N_("Finish your own scores first."),
}


class ChosenCall(NamedTuple):
    """The call that is looked at, among all."""

    calls: list[CallChoice]
    call: CallChoice


def chosen_call(request: Request, session: Session) -> ChosenCall | None:
    """Give the call that the address names, else the latest; none where there is no call."""
    found = calls(session, request.state.locale)
    wanted = request.query_params.get("call", "")
    named = next((call for call in found if str(call.id) == wanted), None)
    return ChosenCall(found, named or found[0]) if found else None


def needed_call(request: Request, session: Session) -> ChosenCall:
    """Give the call that the address names, else the latest."""
    chosen = chosen_call(request, session)
    if chosen is None:
        raise HTTPException(404)
    return chosen


def to_index(request: Request, chosen: ChosenCall, done: str) -> Response:
    """Go back to the decisions of a call, which say what was done."""
    return see_other(request.app.state.addresses("staff.decisions.index", call=chosen.call.id, done=done))


def hidden_from(session: Session, actor: Actor, table: DecisionTable) -> Hidden:
    """Give the candidacies on which somebody may not decide: a conflict of interest, or own scores first."""
    seen = visible(session, actor, table.call_id, table.standings)
    own_first = {one.candidacy_id: "own_first" for one in seen.own_first}
    return own_first | {one.candidacy_id: "blocked" for one in seen.blocked}


def errors_of(locale: str, table: DecisionTable, form: Form[Any]) -> list[tuple[str | None, str]]:
    """Put the faults of a form in words, each with the field at which it is shown."""
    return [(name or None, _words(locale, table, fault)) for name, faults in form.errors.items() for fault in faults]


def shown_outcome(locale: str, table: DecisionTable, hidden: Hidden, record: DecisionRecord, chosen: Chosen) -> str:
    """Name the outcome of a decision that waits, or say why somebody does not see it."""
    why = hidden.get(record.candidacy_id)
    return gettext(locale, WHY_HIDDEN[why]) if why else outcome_text(locale, table, chosen)


def planned_context(locale: str, table: DecisionTable, planned: Plan, hidden: Hidden) -> dict[str, Any]:
    """Give what pages say of a sending: what is missing, and what staff should know before."""
    faults = [one for one in planned.faults if one.code != "places_exceeded"]
    return {
        "missing": missing(locale, table, faults),
        "over": [fault_words(locale, table, one) for one in planned.over],
        "withdrawn": [(one, shown_outcome(locale, table, hidden, one, one.chosen)) for one in planned.withdrawn],
        "free": _free(locale, table, planned),
        "round": table.round,
    }


def _words(locale: str, table: DecisionTable, fault: DomainError) -> str:
    if {"track", "criterion"} & fault.params.keys():
        return fault_words(locale, table, fault)
    return refusal_message(locale, fault)


def _free(locale: str, table: DecisionTable, planned: Plan) -> list[tuple[str, int]]:
    """Give the places that nobody has, once everybody has an outcome."""
    if len(table.decided) < len(table.waiting) or not table.waiting:
        return []
    titles = titles_of(locale, table)
    return [(titles.get(track, track), number) for track, number in planned.free.items()]
