"""The demonstration's own pages: sign in as anybody with one click, read all mails. Elsewhere they do not exist."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.mails import with_links
from app.domain.codes import Role
from app.models.database import transaction
from app.queries.mail import PAGE_SIZE, files_of_mail, mail_by_id, mails
from app.queries.people import actor_of_person
from app.queries.people_list import PersonLine, personas, reader_personas, roles_of
from app.services.mail_files import UnableToMakeFile, fetch
from app.services.sign_in import end_session, open_session
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.cookies import remember_session, session_secret
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.numbers import PageNumber, RowNumber
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)
GROUPS: Final = {
    Role.STAFF: 2,
    Role.ASSOCIATION: 2,
    Role.COORDINATOR: 4,
    Role.PARTICIPANT: 4,
    Role.CANDIDATE: 4,
    Role.AUDITOR: 2,
}


@router.get("/demo", name="demo.index")
def index(request: Request, session: SessionDep, _actor: AnyoneDep) -> Response:
    """List the invented people by role."""
    _check_demo(request)
    groups = _groups(session)
    everybody = [person.id for found in groups.values() for person in found]
    context = {"groups": groups, "roles": roles_of(session, everybody), "readers": reader_personas(session)}
    return page(request, "demo/index.html", context)


@router.post("/demo/people/{number}", name="demo.sign_in")
def sign_in(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, number: RowNumber) -> Response:
    """Sign in as one of the invented people."""
    _check_demo(request)
    known = [*(person for found in _groups(session).values() for person in found), *reader_personas(session)]
    if number not in {person.id for person in known}:
        raise HTTPException(404)
    old_secret = session_secret(request)
    with transaction(session):
        if old_secret:
            end_session(session, old_secret, now=now)
        secret = open_session(session, number, now=now)
    response = see_other(actor_of_person(session, number).home_url)
    remember_session(request, response, secret)
    return response


@router.get("/demo/mailbox", name="demo.mailbox")
def mailbox(
    request: Request, session: SessionDep, _actor: AnyoneDep, recipient: str = "", number: PageNumber = 1
) -> Response:
    """List all mails, newest first."""
    _check_demo(request)
    found, count = mails(session, search=recipient.strip(), page=number)
    context = {"mails": found, "recipient": recipient.strip(), "number": number, "pages": -(-count // PAGE_SIZE)}
    return page(request, "demo/mailbox.html", context, fragments=("results",))


@router.get("/demo/mailbox/{number}", name="demo.mail")
def mail(request: Request, session: SessionDep, _actor: AnyoneDep, number: RowNumber) -> Response:
    """Show a mail with links that work."""
    _check_demo(request)
    found = mail_by_id(session, number)
    if found is None:
        raise HTTPException(404)
    text = with_links(found.text, base_url=request.app.state.settings.base_url.rstrip("/"))
    return page(request, "demo/mail.html", {"mail": found, "text": text, "files": files_of_mail(session, number)})


@router.get("/demo/mailbox/{number}/files/{file}", name="demo.mail_file")
def mail_file(request: Request, session: SessionDep, _actor: AnyoneDep, number: RowNumber, file: RowNumber) -> Response:
    """Give a file that goes with a mail."""
    _check_demo(request)
    wanted = next((one for one in files_of_mail(session, number) if one.id == file), None)
    if wanted is None:
        raise HTTPException(404)
    try:
        made = fetch(session, wanted)
    except UnableToMakeFile as fault:
        raise HTTPException(404) from fault
    return download(made.name, made.media_type, made.content)


def _check_demo(request: Request) -> None:
    if not request.app.state.settings.demo:
        raise HTTPException(404)


def _groups(session: Session) -> dict[Role, list[PersonLine]]:
    return {role: list(personas(session, role, limit=limit)) for role, limit in GROUPS.items()}
