"""The data of a person, for the programme team: as a file, who looked at them, and their removal."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.people import DataClosed
from app.domain.removal import obstacles
from app.domain.time import programme_day
from app.models.database import transaction
from app.queries.people_list import PersonLine, person_by_id
from app.queries.personal_data import is_closed_to, personal_data
from app.queries.removal import ties_of
from app.services.events import record
from app.services.removal import remove as remove_person
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.personal_data import as_file, obstacles_in_words
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)


class RemovalForm(FormModel):
    """Why the data of a person are removed."""

    reason: str = Field(max_length=500)


@router.get("/staff/people/{number}/data.json", name="staff.people.export")
def export(session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber) -> Response:
    """Send all that Tandem holds about a person as a file; that is logged.

    :raises DataClosed: it holds answers or scores that the reader may not see; a colleague, or the person, can do it.
    """
    _found(session, number)
    if is_closed_to(session, actor, number):
        raise DataClosed
    with transaction(session):
        record(session, actor, "person.exported", subject=("person", number), now=now)
    return as_file(personal_data(session, number, now=now), now)


@router.get("/staff/people/{number}/removal", name="staff.people.removal")
def removal(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, number: RowNumber) -> Response:
    """Say what removing a person's data does, and ask why it shall be."""
    return _removal_page(request, session, _found(session, number), blank(), now)


@router.post("/staff/people/{number}/removal", name="staff.people.remove")
def remove(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Remove a person's data."""
    person = _found(session, number)
    form = bind(RemovalForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                remove_person(session, actor, number, reason=form.cleaned.reason, now=now)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(request.app.state.addresses("staff.people.detail", number=number))
    return _removal_page(request, session, person, form, now, status_code=422)


def _removal_page(
    request: Request, session: Session, person: PersonLine, form: Form[Any], now: datetime, *, status_code: int = 200
) -> Response:
    ties = ties_of(session, person.id, today=programme_day(now))
    refusals = obstacles_in_words(request.state.locale, obstacles(ties), of_other=True)
    context = {"person": person, "obstacles": refusals, "form": form}
    return page(request, "staff/people/removal.html", context, status_code=status_code)


def _found(session: Session, number: int) -> PersonLine:
    """Give a person whose data are still there."""
    person = person_by_id(session, number)
    if person is None or person.removed_at is not None:
        raise HTTPException(404)
    return person
