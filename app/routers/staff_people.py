"""People and their roles, for the programme team."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.codes import Role
from app.domain.errors import DomainError
from app.domain.people import (
    GIVEN,
    AddressTaken,
    RoleHeld,
    RoleNeedsAssociation,
    RoleNeedsGovernment,
)
from app.domain.sign_in import AddressInvalid
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.language.catalogues import LOCALES
from app.language.labels import label, language_name, own_name
from app.models.database import transaction
from app.queries.looks import looks_at_person
from app.queries.people_list import PAGE_SIZE, PersonLine, people, person_by_id, programmes_read_by, roles_of
from app.queries.reference import associations, governments_on
from app.services import people as service
from app.services.looks import note
from app.services.people import Grant, NewPerson
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import PageNumber, RowNumber
from app.web.personal_data import looks_in_words
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)
FIELDS: Final[dict[type[DomainError], str]] = {
    AddressInvalid: "email",
    AddressTaken: "email",
    RoleHeld: "role",
    RoleNeedsGovernment: "government",
    RoleNeedsAssociation: "association",
}


class RoleForm(FormModel):
    """A role, and the ids of the organisations that were chosen."""

    role: Role
    government: int | None = None
    association: int | None = None


class PersonForm(FormModel):
    """A person to be added; with ``invite`` a sign-in link is mailed at once."""

    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    language: str = Field(pattern="^(nl|fr|en)$")
    role: Role
    government: int | None = None
    association: int | None = None
    invite: list[str] = Field(default_factory=list)


@router.get("/staff/people", name="staff.people.index")
def index(
    request: Request, session: SessionDep, _actor: StaffDep, role: str = "", q: str = "", number: PageNumber = 1
) -> Response:
    """List people with their roles."""
    chosen = Role(role) if role in {known.value for known in Role} else None
    found, count = people(session, role=chosen, search=q.strip(), page=number)
    context = {
        "people": found,
        "roles": roles_of(session, [person.id for person in found]),
        "count": count,
        "role": role if chosen else "",
        "all_roles": list(Role),
        "languages": _languages(request),
        "q": q.strip(),
        "number": number,
        "pages": -(-count // PAGE_SIZE),
    }
    return page(request, "staff/people/index.html", context, fragments=("results",))


@router.get("/staff/people/new", name="staff.people.new")
def new(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep) -> Response:
    """Show the form for a new person."""
    return _new_page(request, session, blank({"language": "nl", "invite": ["yes"]}), now)


@router.post("/staff/people/new", name="staff.people.create")
def create(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Add a person with a role."""
    form = bind(PersonForm, data)
    _check_places(form, session, now)
    typed = form.cleaned
    if typed is None:
        return _new_page(request, session, form, now, status_code=422)
    wanted = NewPerson(typed.email, typed.name, typed.language)
    try:
        with transaction(session):
            location = claim(session, form.sent, actor=actor, now=now)
            if location is None:
                person_id = service.add(session, actor, wanted, _grant(typed), now=now)
                if typed.invite:
                    service.send_link(session, actor, person_id, now=now)
                location = request.app.state.addresses("staff.people.detail", number=person_id, done="added")
                settle(session, form.sent, location)
    except DomainError as refusal:
        form.refuse(refusal, FIELDS.get(type(refusal), ""))
        return _new_page(request, session, form, now, status_code=422)
    return see_other(location)


def _new_page(
    request: Request, session: Session, form: Form[PersonForm], now: datetime, *, status_code: int = 200
) -> Response:
    languages = [{"value": code, "label": own_name(code)} for code in LOCALES]
    context = {"form": form, "languages": languages, **_places(request, session, now)}
    return page(request, "staff/people/new.html", context, status_code=status_code)


@router.get("/staff/people/{number}", name="staff.people.detail")
def detail(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, done: str = ""
) -> Response:
    """Show a person with the roles, to give and to take; looking at it is logged."""
    if _found(session, number).removed_at is None:
        note(session, actor, "person.looked_at", ("person", number), now=now)
    return _detail_page(request, session, _found(session, number), blank(), now, done=done)


@router.post("/staff/people/{number}/roles", name="staff.people.give_role")
def give_role(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Give a person a role."""
    person = _found(session, number)
    form = bind(RoleForm, data)
    _check_places(form, session, now)
    if form.cleaned is not None:
        try:
            with transaction(session):
                service.give_role(session, actor, number, _grant(form.cleaned), now=now)
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(type(refusal), ""))
        else:
            return _to_detail(request, number, "given")
    return _detail_page(request, session, person, form, now, status_code=422)


@router.post("/staff/people/{number}/roles/{role_number}/end", name="staff.people.take_role")
def take_role(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, role_number: RowNumber
) -> Response:
    """Take a role from a person."""
    _found(session, number)
    with transaction(session):
        service.take_role(session, actor, number, role_number, now=now)
    return _to_detail(request, number, "taken")


@router.post("/staff/people/{number}/link", name="staff.people.send_link")
def send_link(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Mail a person a sign-in link."""
    _found(session, number)
    form = bind(FormModel, data)
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            service.send_link(session, actor, number, now=now)
            settle(session, form.sent, request.url.path)
    return _to_detail(request, number, "sent")


def _to_detail(request: Request, number: int, done: str) -> Response:
    return see_other(request.app.state.addresses("staff.people.detail", number=number, done=done))


def _found(session: Session, number: int) -> PersonLine:
    person = person_by_id(session, number)
    if person is None:
        raise HTTPException(404)
    return person


def _detail_page(
    request: Request,
    session: Session,
    person: PersonLine,
    form: Form[RoleForm],
    now: datetime,
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    context = {
        "person": person,
        "roles": roles_of(session, [person.id]).get(person.id, ()),
        "reads": programmes_read_by(session, person.id, request.state.locale),
        "form": form,
        "done": done,
        "languages": _languages(request),
        "looks": looks_in_words(request.state.locale, looks_at_person(session, person.id)),
        "brussels": PROGRAMME_ZONE,
        **_places(request, session, now),
    }
    return page(request, "staff/people/detail.html", context, status_code=status_code)


def _languages(request: Request) -> dict[str, str]:
    return {code: language_name(request.state.locale, code) for code in LOCALES}


def _places(request: Request, session: Session, now: datetime) -> dict[str, Sequence[Any]]:
    """Give the choices of the role form: roles, local governments with their country, associations."""
    locale = request.state.locale
    governments = governments_on(session, programme_day(now))
    return {
        "given_roles": [{"value": role.value, "label": label(locale, role)} for role in GIVEN],
        "governments": [(one.id, f"{one.name} – {label(locale, one.country)}") for one in governments],
        "associations": [(one.id, one.name) for one in associations(session)],
    }


def _grant(typed: RoleForm | PersonForm) -> Grant:
    return Grant(typed.role, typed.government, typed.association)


def _check_places(form: Form[Any], session: Session, now: datetime) -> None:
    """Refuse organisations that were not among the choices."""
    typed = form.cleaned
    if typed is None:
        return
    if typed.association is not None and typed.association not in {one.id for one in associations(session)}:
        form.refuse(RoleNeedsAssociation(), "association")
    today = programme_day(now)
    if typed.government is not None and typed.government not in {one.id for one in governments_on(session, today)}:
        form.refuse(RoleNeedsGovernment(), "government")
