"""Forms of transfers between the sides, closed years and settlements, and how one is carried out once."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import ConsentParty, RestRule, Side
from app.domain.errors import DomainError
from app.web import once
from app.web.forms import Form, FormModel

FIELDS: Final = {
    "not_an_amount": "amount",
    "too_many_decimals": "amount",
    "amount_is_zero": "amount",
    "transfer_exceeded": "amount",
    "transfer_reason": "reason",
    "transfer_answered": "party",
    "rest_reason": "reason",
    "no_successor": "rest",
    "year_not_over": "year",
    "year_elsewhere": "year",
    "year_already_closed": "year",
    "year_has_claims": "year",
}


class ProposalForm(FormModel):
    """A transfer that somebody proposes, for a party."""

    from_side: Side
    amount: Annotated[str, Field(max_length=20)]
    reason: Annotated[str, Field(max_length=500)]
    party: ConsentParty | None = None


class AnswerForm(FormModel):
    """What somebody answers to a proposal, for a party."""

    answer: Literal["agree", "refuse"]
    words: Annotated[str, Field(max_length=500)] = ""
    party: ConsentParty | None = None


class YearForm(FormModel):
    """A year to be closed, and why."""

    year: Annotated[int, Field(ge=1900, le=2200)]
    reason: Annotated[str, Field(max_length=500)] = ""


class SettlementForm(FormModel):
    """What becomes of the rest of both halves, and why."""

    rest: RestRule
    reason: Annotated[str, Field(max_length=500)] = ""


def carry_out(
    session: Session,
    actor: Actor,
    form: Form[Any],
    deed: Callable[[Any], str],
    *,
    now: datetime,
    elsewhere: dict[str, str] | None = None,
) -> Response | None:
    """Do ``deed`` once with what was typed and lead to the address that it gives; none where it was refused.

    ``elsewhere``: the fields of refusals that this form has otherwise than ``FIELDS`` says.
    """

    def refuse(refusal: DomainError) -> None:
        form.refuse(refusal, {**FIELDS, **(elsewhere or {})}.get(refusal.code, ""))

    return once.carry_out(session, actor, form, deed, refuse=refuse, now=now)
