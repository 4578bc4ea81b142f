"""The page of a claim: shown, and shown again where a decision was refused."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import ClaimState
from app.domain.time import PROGRAMME_ZONE, programme_day, seen_from
from app.language.messages import has_message, message
from app.queries.budget import halves_of
from app.queries.claim_facts import ClaimFacts
from app.queries.claim_history import history_of_claim
from app.web.claim_pages import DONE, changed_meanwhile
from app.web.claim_view import SHAPES, TIERS, approvers_now, fit_of, rights, session_title, shown_lines
from app.web.clock import now_of
from app.web.forms import Form, blank
from app.web.receipts import shown_receipts
from app.web.rendering import page


def claim_page(
    request: Request, session: Session, actor: Actor, claim: ClaimFacts, form: Form[Any] | None = None, *, at: str = ""
) -> Response:
    """Show a claim; ``form`` was refused, and belongs to the part of the page that is named ``at``."""
    approvers = approvers_now(session, claim)
    half = next(
        one for one in halves_of(session, [claim.partnership_id])[claim.partnership_id] if one.side is claim.side
    )
    done = request.query_params.get("done", "")
    today = programme_day(now_of(request))
    waits = claim.state is ClaimState.SUBMITTED
    context = {
        "claim": claim,
        "lines": shown_lines(claim, request.state.locale),
        "session_title": session_title(claim, request.state.locale),
        "half": half,
        "shown": shown_receipts(request, session, claim),
        "may": rights(actor, claim, approvers),
        "approvers": approvers,
        "tiers": TIERS,
        "shapes": SHAPES,
        "fit": fit_of(session, claim, half) if waits or claim.state is ClaimState.RETURNED else None,
        "form": form or blank({"day": today.isoformat()}),
        "at": at,
        "history": _history(session, claim, request.state.locale),
        "conflict": form is not None and changed_meanwhile(form),
        "done": done if done in DONE and form is None else "",
        "contact": parseaddr(request.app.state.settings.mail_from)[1],
    }
    return page(request, "claims/detail.html", context, status_code=422 if form is not None else 200)


def _history(session: Session, claim: ClaimFacts, locale: str) -> list[tuple[datetime, str, str]]:
    """Give what was done to a claim: when (Brussels), by whom, and in words, the latest first."""
    return [
        (seen_from(entry.happened_at, PROGRAMME_ZONE), entry.person_name, message(locale, entry.verb, entry.details))
        for entry in history_of_claim(session, claim.id)
        if has_message(entry.verb)
    ]
