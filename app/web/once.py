"""Carry a form out once: sent twice, it does nothing twice and leads to the same page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.models.database import transaction
from app.services.receipts import claim, settle
from app.web.forms import Form
from app.web.rendering import see_other


def carry_out(
    session: Session,
    actor: Actor,
    form: Form[Any],
    deed: Callable[[Any], str],
    *,
    refuse: Callable[[DomainError], None],
    now: datetime,
) -> Response | None:
    """Do ``deed`` with what was typed, in one transaction, and lead to the address that it gives.

    None where the form was not filled in well, or where the domain refused it: ``refuse`` then shows that at a field.
    """
    if form.cleaned is None:
        return None
    try:
        with transaction(session):
            address = claim(session, form.sent, actor=actor, now=now)
            if address is None:
                address = deed(form.cleaned)
                settle(session, form.sent, address)
    except DomainError as refusal:
        refuse(refusal)
        return None
    return see_other(address)
