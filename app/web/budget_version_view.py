"""What another budget of a programme changes in the halves that are open, as the form of its texts shows it."""

from typing import Any

from sqlalchemy.orm import Session

from app.domain.budget_versions import Plan
from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.money import parse_amount
from app.queries.programmes import ProgrammeFacts
from app.services.budget_versions import planned
from app.web.forms import Form


def budget_plan_of(session: Session, programme: ProgrammeFacts, form: Form[Any]) -> Plan | None:
    """Give the plan of the budget that was typed; none where no half is open or it is no amount (five queries)."""
    try:
        cents = parse_amount(str(form.value("budget")), Currency.EUR)
    except DomainError:
        return None
    plan = planned(session, programme.id, cents)
    return plan if plan.changes or plan.settled else None
