"""The page behind the link in a mail: choose which mails to get, without signing in."""

from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import LinkPurpose, MailChoice
from app.models.database import transaction
from app.queries.mail_choices import chosen_by
from app.queries.personal_links import LinkHolder, holder_of
from app.services.mail_choices import choose, switch_off
from app.services.rates import hit
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind
from app.web.mail_choices import MailsForm, mail_choices, mails_form
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/mails/{secret}")
UNKNOWN_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)
ONE_CLICK: Final = "List-Unsubscribe"


@router.get("", name="mails.show")
def show(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str, kind: str = "", saved: str = ""
) -> Response:
    """Show the kinds of mail, that of the mail switched off already; looking changes nothing."""
    holder = _holder(request, session, secret, now)
    ended = _choice(kind)
    chosen = chosen_by(session, holder.person_id)
    form = mails_form(chosen - ({ended} if ended else set()))
    return _page(request, holder, form, secret, ended=ended if ended in chosen else None, saved=bool(saved))


@router.post("", name="mails.save")
def save(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str, data: FormDep, kind: str = ""
) -> Response:
    """Save the choice; a mail program that asks for the end of one kind (RFC 8058) gets just that."""
    holder = _holder(request, session, secret, now)
    actor = Actor(person_id=holder.person_id, name=holder.name)
    ended = _choice(kind)
    if ONE_CLICK in data and ended is not None:
        with transaction(session):
            switch_off(session, actor, holder.person_id, ended, now=now)
        return Response(status_code=204)
    form = bind(MailsForm, data)
    if form.cleaned is None:
        return _page(request, holder, form, secret, status_code=422)
    with transaction(session):
        choose(session, actor, holder.person_id, form.cleaned.mails, now=now)
    return see_other(request.app.state.addresses("mails.show", secret=secret, saved="mails"))


def _holder(request: Request, session: Session, secret: str, now: datetime) -> LinkHolder:
    """Give whose link it is; unknown ones do not exist, and nobody tries many of them."""
    holder = holder_of(session, secret, LinkPurpose.MAIL, now=now)
    if holder is None:
        with transaction(session):
            key = f"mails.unknown:{client_address(request)}"
            hit(session, key, limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
        raise HTTPException(404)
    return holder


def _choice(kind: str) -> MailChoice | None:
    return MailChoice(kind) if kind in list(MailChoice) else None


def _page(
    request: Request,
    holder: LinkHolder,
    form: Form[MailsForm],
    secret: str,
    *,
    ended: MailChoice | None = None,
    saved: bool = False,
    status_code: int = 200,
) -> Response:
    context = {
        "form": form,
        "name": holder.name,
        "choices": mail_choices(request.state.locale),
        "secret": secret,
        "ended": ended,
        "saved": saved,
    }
    response: Response = page(request, "mails_choice/show.html", context, status_code=status_code)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
