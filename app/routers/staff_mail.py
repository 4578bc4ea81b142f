"""The outbox, for the programme team."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.mails import without_secrets
from app.domain.access import Actor
from app.domain.codes import MailState
from app.models.database import transaction
from app.queries.mail import (
    PAGE_SIZE,
    MailFacts,
    MailFile,
    counts_by_state,
    files_of_mail,
    is_closed_to,
    mail_by_id,
    mails,
)
from app.services import mail as outbox
from app.services.looks import note
from app.services.mail_files import UnableToMakeFile, fetch
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.numbers import PageNumber, RowNumber
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)


@router.get("/staff/mail", name="staff.mail.index")
def index(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    state: str = "",
    q: str = "",
    number: PageNumber = 1,
) -> Response:
    """List the mails of the outbox."""
    chosen = MailState(state) if state in {known.value for known in MailState} else None
    found, count = mails(session, state=chosen, search=q.strip(), page=number)
    context = {
        "mails": found,
        "count": count,
        "counts": counts_by_state(session),
        "state": state if chosen else "",
        "q": q.strip(),
        "number": number,
        "pages": -(-count // PAGE_SIZE),
        "zone": ZoneInfo(actor.zone),
        "sends": bool(request.app.state.settings.smtp_host),
    }
    return page(request, "staff/mail/index.html", context, fragments=("results",))


@router.get("/staff/mail/{number}", name="staff.mail.detail")
def detail(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber) -> Response:
    """Show a mail; the secrets of sign-in links are left out, and that somebody looked at it is logged.

    With a conflict of interest, of a mail about the candidacy only what became of it is shown.
    """
    found = _found(session, number)
    if is_closed_to(session, actor, number):
        return _mail_page(request, actor, replace(found, text="", html=""), (), closed=True)
    note(session, actor, "mail.looked_at", ("mail", number), now=now)
    return _mail_page(request, actor, found, files_of_mail(session, number))


@router.get("/staff/mail/{number}/files/{file}", name="staff.mail.file")
def file(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber, file: RowNumber
) -> Response:
    """Give a file that goes with a mail; that somebody looked at it is recorded."""
    found = _open(session, actor, number)
    files = files_of_mail(session, number)
    wanted = next((one for one in files if one.id == file), None)
    if wanted is None:
        raise HTTPException(404)
    try:
        made = fetch(session, wanted)
    except UnableToMakeFile as fault:
        return _mail_page(request, actor, found, files, fault=str(fault), status_code=409)
    with transaction(session):
        outbox.note_file_shown(session, actor, number, recipient=found.recipient, name=wanted.name, now=now)
    return download(made.name, made.media_type, made.content)


@router.post("/staff/mail/{number}/links", name="staff.mail.links")
def links(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber) -> Response:
    """Show a mail that was not delivered with its sign-in link, to hand it over in another way; that is recorded."""
    found = _open(session, actor, number)
    with transaction(session):
        outbox.note_link_shown(session, actor, number, recipient=found.recipient, now=now)
    return _mail_page(request, actor, found, files_of_mail(session, number), with_secrets=True)


@router.post("/staff/mail/{number}/retry", name="staff.mail.retry")
def retry(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, number: RowNumber) -> Response:
    """Send a mail again that failed."""
    _found(session, number)
    with transaction(session):
        outbox.retry(session, actor, number, now=now)
    return see_other(request.app.state.addresses("staff.mail.detail", number=number))


def _found(session: Session, number: int) -> MailFacts:
    found = mail_by_id(session, number)
    if found is None:
        raise HTTPException(404)
    return found


def _open(session: Session, actor: Actor, number: int) -> MailFacts:
    """Give a mail whose words somebody may read."""
    found = _found(session, number)
    if is_closed_to(session, actor, number):
        raise HTTPException(404)
    return found


def _mail_page(
    request: Request,
    actor: Actor,
    found: MailFacts,
    files: Sequence[MailFile],
    *,
    with_secrets: bool = False,
    closed: bool = False,
    fault: str = "",
    status_code: int = 200,
) -> Response:
    hidden = without_secrets(found.text)
    context = {
        "mail": found,
        "files": files,
        "fault": fault,
        "closed": closed,
        "zone": ZoneInfo(actor.zone),
        "text": found.text if with_secrets else hidden,
        "html": found.html if with_secrets else without_secrets(found.html),
        "can_show_links": hidden != found.text and not with_secrets,
    }
    return page(request, "staff/mail/detail.html", context, status_code=status_code)
