"""The lines of a claim: typed together with the photo of the receipt, changed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.attachments import readable_name
from app.domain.claims import EDITABLE
from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.money import FIXED_RATES, Rate
from app.domain.receipts import check_size
from app.domain.time import programme_day
from app.models.database import transaction
from app.queries.claim_facts import ClaimFacts, LineFacts
from app.queries.exchange_rates import rate_on
from app.services import claim_receipts, claims
from app.services.claim_receipts import ReadyReceipt
from app.services.receipts import claim as claim_key
from app.services.receipts import settle
from app.web.access import SignedInDep
from app.web.body_limits import takes_up_to
from app.web.budget_pages import found_budget
from app.web.claim_forms import FIELDS, ConfirmForm, LineForm, line_of, line_values
from app.web.claim_pages import address_of, carry_out, changed_meanwhile, found_claim
from app.web.claim_view import line_choices, typed_advice
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.days import read_day
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.receipts import BODY_LIMIT_BYTES, FIELD, LIMITS, shown_receipts
from app.web.rendering import page, see_other
from app.web.uploads import UploadDep, files_of, read_whole

router = APIRouter(prefix="/partnerships/{slug}/claims/{number}/lines", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The files that came with a line: those that are good, and why others are not."""

    ready: Sequence[ReadyReceipt] = ()
    refused: Sequence[tuple[str, DomainError]] = ()


def counted(request: Request, session: SessionDep, actor: SignedInDep) -> None:
    """Count a sending of files before its body is read."""
    with transaction(session):
        claim_receipts.count_upload(session, actor=actor, now=now_of(request))


@router.get("/new", name="claims.line_new")
def new(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str) -> Response:
    """Show the form of a new line; its fields may come with the address, as they are asked for while one types."""
    claim = _editable(session, actor, slug, number)
    values = {"spent_on": _usual_day(claim, programme_day(now)), **_asked(request)}
    return _page(request, session, actor, claim, None, blank(values))


@router.post("/new", name="claims.add_line", dependencies=[Depends(counted)])
@takes_up_to(BODY_LIMIT_BYTES)
def add(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: UploadDep
) -> Response:
    """Add a line with its receipts in one step; what was sent of files is kept where the line is refused."""
    claim = _editable(session, actor, slug, number)
    return _save(request, session, actor, claim, None, data, now)


@router.get("/{line_id}", name="claims.line")
def line(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, line_id: RowNumber
) -> Response:
    """Show the form of a line."""
    claim = _editable(session, actor, slug, number)
    found = _typed_line(claim, line_id)
    return _page(request, session, actor, claim, found, blank({**line_values(found), **_asked(request)}))


@router.post("/{line_id}", name="claims.save_line", dependencies=[Depends(counted)])
@takes_up_to(BODY_LIMIT_BYTES)
def save(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    line_id: RowNumber,
    data: UploadDep,
) -> Response:
    """Change a line and add receipts to it; where it was changed meanwhile, both are shown."""
    claim = _editable(session, actor, slug, number)
    return _save(request, session, actor, claim, _typed_line(claim, line_id), data, now)


@router.get("/{line_id}/removal", name="claims.line_removal")
def removal(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, line_id: RowNumber
) -> Response:
    """Ask whether a line is really to be removed."""
    claim = _editable(session, actor, slug, number)
    return page(request, "claims/removal.html", {"claim": claim, "line": _line(claim, line_id), "form": blank()})


@router.post("/{line_id}/removal", name="claims.remove_line")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    line_id: RowNumber,
    data: FormDep,
) -> Response:
    """Remove a line with its receipts; sent twice, it is removed once."""
    claim = _editable(session, actor, slug, number)
    form = bind(ConfirmForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda _typed: claims.remove_line(session, claim.id, line_id, actor=actor, now=now),
        address=address_of(request, claim, done="removed"),
        now=now,
    )
    return done or see_other(address_of(request, claim))


def _save(
    request: Request,
    session: Session,
    actor: Actor,
    claim: ClaimFacts,
    line: LineFacts | None,
    data: FormData,
    now: datetime,
) -> Response:
    form = bind(LineForm, data)
    sent = _files(data)
    for name, refusal in sent.refused:
        form.errors.setdefault(FIELD, []).append(refusal)
        form.values.setdefault("refused", []).append(name)
    new = line_of(form, lambda currency, day: rate_on(session, currency, day))
    session.rollback()
    if new is not None and not form.errors:
        try:
            with transaction(session):
                if claim_key(session, form.sent, actor=actor, now=now) is None:
                    if line is None:
                        number = claims.add_line(session, claim.id, new, actor=actor, now=now)
                        claim_receipts.lay_at(session, claim.id, number, actor=actor)
                    else:
                        number = line.id
                        stamp = str(form.value("stamp"))
                        claims.change_line(session, claim.id, number, new, stamp=stamp, actor=actor, now=now)
                    _keep(session, claim, number, sent, form, actor, now)
                    settle(session, form.sent, "")
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, FIELD if "receipt" in refusal.code else ""))
        else:
            another = form.value("then") == "another"
            name = "claims.line_new" if another else "claims.detail"
            return see_other(address_of(request, claim, name, done="line"))
    _keep_for_later(session, claim, line, sent, form, actor, now)
    fresh = found_claim(session, actor, claim.slug, str(claim.number))
    return _page(request, session, actor, fresh, fresh.line(line.id) if line else None, form)


def _keep(
    session: Session, claim: ClaimFacts, line_id: int | None, sent: Sent, form: Form[Any], actor: Actor, now: datetime
) -> None:
    for ready in sent.ready:
        claim_receipts.keep_receipt(session, claim.id, line_id, ready, page_key=form.key, actor=actor, now=now)


def _keep_for_later(
    session: Session,
    claim: ClaimFacts,
    line: LineFacts | None,
    sent: Sent,
    form: Form[Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the good files of a line that was refused, so that nobody has to take a photo twice."""
    if not sent.ready:
        return
    try:
        with transaction(session):
            _keep(session, claim, line.id if line else None, sent, form, actor, now)
    except DomainError as refusal:
        form.refuse(refusal, FIELD)


def _files(data: FormData) -> Sent:
    """Look at the files, before the transaction."""
    ready: list[ReadyReceipt] = []
    refused: list[tuple[str, DomainError]] = []
    for file in files_of(data, FIELD):
        try:
            check_size(file.size or 0)
            ready.append(claim_receipts.look_at(file.filename or "", read_whole(file)))
        except DomainError as refusal:
            refusal.__traceback__ = refusal.__cause__ = refusal.__context__ = None
            refused.append((readable_name(file.filename or ""), refusal))
    return Sent(ready, refused)


def _editable(session: Session, actor: Actor, slug: str, number: str) -> ClaimFacts:
    """Give a claim that this person may change now; who only reads it is told so."""
    claim = found_claim(session, actor, slug, number)
    if claim.claimant_id != actor.person_id or claim.state not in EDITABLE:
        raise HTTPException(403)
    return claim


def _line(claim: ClaimFacts, line_id: int) -> LineFacts:
    found = claim.line(line_id)
    if found is None:
        raise HTTPException(404)
    return found


def _typed_line(claim: ClaimFacts, line_id: int) -> LineFacts:
    """Give a line that somebody typed: a day allowance is computed, and computed anew or removed."""
    found = _line(claim, line_id)
    if found.is_day_allowance:
        raise HTTPException(404)
    return found


def _asked(request: Request) -> dict[str, str]:
    """Give what was typed so far, where a part of the form is asked for again."""
    names = [name for name in LineForm.model_fields if name in request.query_params]
    return {name: request.query_params[name][:300] for name in names}


def _usual_day(claim: ClaimFacts, today: date) -> str:
    last = claim.lines[-1].spent_on if claim.lines else today
    return min(max(last, claim.starts_on), claim.ends_on).isoformat()


def _proposed(session: Session, form: Form[Any]) -> tuple[str, Rate | None]:
    """Give the currency that is chosen where it needs a rate, and the rate of its day."""
    code = str(form.value("amount_currency"))
    currency = Currency(code) if code in list(Currency) else Currency.EUR
    if currency in FIXED_RATES:
        return "", None
    try:
        day = read_day(form.value("spent_on"))
    except ValueError:
        return currency.value, None
    return currency.value, rate_on(session, currency, day)


def _page(
    request: Request, session: Session, actor: Actor, claim: ClaimFacts, line: LineFacts | None, form: Form[Any]
) -> Response:
    budget = found_budget(session, actor, claim.slug)
    known = line_choices(session, request.state.locale, claim, budget)
    form.values.setdefault("amount_currency", known["currencies"][0].value)
    conflict = changed_meanwhile(form)
    if conflict and line is not None:
        form.values["stamp"] = line.stamp
    currency, proposed = _proposed(session, form)
    context = {
        "claim": claim,
        "line": line,
        "form": form,
        "conflict": conflict,
        "rate_currency": currency,
        "proposed": proposed,
        "advice": typed_advice(claim, request.state.locale, str(form.value("category")), line=line),
        "shown": shown_receipts(request, session, claim).get(line.id if line else None, []),
        "limits": LIMITS,
        "done": request.query_params.get("done", "") if not form.errors else "",
        **known,
    }
    fragments = ("rate_block", "line_advice")
    return page(request, "claims/line.html", context, fragments=fragments, status_code=422 if form.errors else 200)
