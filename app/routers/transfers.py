"""Transfers between the sides: all of them, for ever; a proposal; the answers of the three parties."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.codes import ConsentParty, Currency, Side
from app.domain.money import parse_amount
from app.domain.time import PROGRAMME_ZONE
from app.domain.transfers import TransferExceeded, parties_of
from app.language.labels import label
from app.queries.budget import BudgetFacts, open_commitments
from app.queries.transfers import TransferFacts, speakers_of, transfer_of, transfers_of
from app.services import transfers
from app.services.transfers import Answer, Proposal
from app.web.access import SignedInDep
from app.web.budget_pages import found_budget
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.rendering import page
from app.web.transfer_forms import AnswerForm, ProposalForm, carry_out

router = APIRouter(prefix="/partnerships/{slug}/transfers", include_in_schema=False)


@router.get("", name="transfers.index")
def index(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """List the transfers of a partnership, the last proposed first."""
    budget = found_budget(session, actor, slug)
    context = {
        "budget": budget,
        "transfers": transfers_of(session, budget.partnership_id),
        "may_propose": bool(_parties(actor, budget)),
        "zone": PROGRAMME_ZONE,
    }
    return page(request, "transfers/index.html", context)


@router.get("/new", name="transfers.new")
def new(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Show the form of a proposal."""
    budget = found_budget(session, actor, slug)
    return _form_page(request, session, budget, _speaks(actor, budget), blank({}))


@router.post("/new", name="transfers.create")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Propose a transfer."""
    budget = found_budget(session, actor, slug)
    parties = _speaks(actor, budget)
    form = bind(ProposalForm, data)
    _ask_party(form, parties)

    def deed(typed: ProposalForm) -> str:
        proposal = Proposal(
            budget.partnership_id,
            typed.from_side,
            parse_amount(typed.amount, Currency.EUR),
            typed.reason,
            _party(typed.party, parties),
        )
        made = transfers.propose(session, proposal, actor=actor, now=now)
        return str(request.app.state.addresses("transfers.detail", slug=slug, number=made))

    done = carry_out(session, actor, form, deed, now=now)
    return done or _form_page(request, session, found_budget(session, actor, slug), parties, form)


@router.get("/{number}", name="transfers.detail")
def detail(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber) -> Response:
    """Show a transfer: who proposed it and why, and what each party answered."""
    budget = found_budget(session, actor, slug)
    return _detail_page(request, session, actor, budget, _transfer(session, budget, number), blank({}))


@router.post("/{number}/answer", name="transfers.answer")
def answer(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: RowNumber, data: FormDep
) -> Response:
    """Consent to a transfer, or refuse it."""
    budget = found_budget(session, actor, slug)
    transfer = _transfer(session, budget, number)
    parties = _speaks(actor, budget)
    own = [one for one in parties if one in transfer.waiting] or parties
    form = bind(AnswerForm, data)
    _ask_party(form, own)

    def deed(typed: AnswerForm) -> str:
        given = Answer(_party(typed.party, own), typed.answer == "agree", typed.words)
        transfers.answer(session, transfer.id, given, actor=actor, now=now)
        return str(request.app.state.addresses("transfers.detail", slug=slug, number=transfer.id))

    own_fields = {"transfer_reason": "words", "transfer_exceeded": ""}
    done = carry_out(session, actor, form, deed, now=now, elsewhere=own_fields)
    if done is not None:
        return done
    budget = found_budget(session, actor, slug)
    return _detail_page(request, session, actor, budget, _transfer(session, budget, number), form)


@router.post("/{number}/withdrawal", name="transfers.withdraw")
def withdraw(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: RowNumber, data: FormDep
) -> Response:
    """Withdraw a proposal."""
    budget = found_budget(session, actor, slug)
    transfer = _transfer(session, budget, number)
    if actor.person_id != transfer.proposed_by:
        raise NotAllowed
    form = bind(FormModel, data)

    def deed(_typed: FormModel) -> str:
        transfers.withdraw(session, transfer.id, actor=actor, now=now)
        return str(request.app.state.addresses("transfers.detail", slug=slug, number=transfer.id))

    done = carry_out(session, actor, form, deed, now=now)
    return done or _detail_page(request, session, actor, budget, _transfer(session, budget, number), form)


def _form_page(
    request: Request, session: Session, budget: BudgetFacts, parties: list[ConsentParty], form: Form[Any]
) -> Response:
    locale = request.state.locale
    context = {
        "budget": budget,
        "form": form,
        "parties": [(party.value, label(locale, party)) for party in parties],
        "exceeded": _exceeded(form),
        "commitments": _commitments(session, budget, form, Side(form.value("from_side")) if _exceeded(form) else None),
    }
    return page(request, "transfers/new.html", context, status_code=422 if form.errors else 200)


def _detail_page(
    request: Request, session: Session, actor: Actor, budget: BudgetFacts, transfer: TransferFacts, form: Form[Any]
) -> Response:
    locale = request.state.locale
    parties = [one for one in _parties(actor, budget) if one in transfer.waiting]
    has_answered = actor.person_id in {one.person_id for one in transfer.answers.values()}
    people = speakers_of(session, transfer) if transfer.waiting else {}
    context = {
        "budget": budget,
        "transfer": transfer,
        "state": transfer.state.value,
        "form": form,
        "answers": [(label(locale, party), party, transfer.answers.get(party)) for party in ConsentParty],
        "people": {party: [one.name for one in people.get(party, ())] for party in transfer.waiting},
        "parties": [] if has_answered else [(party.value, label(locale, party)) for party in parties],
        "has_answered": has_answered and bool(parties),
        "may_withdraw": bool(transfer.waiting) and actor.person_id == transfer.proposed_by,
        "exceeded": _exceeded(form),
        "commitments": _commitments(session, budget, form, transfer.from_side),
        "zone": PROGRAMME_ZONE,
    }
    return page(request, "transfers/detail.html", context, status_code=422 if form.errors else 200)


def _exceeded(form: Form[Any]) -> TransferExceeded | None:
    found = [one for errors in form.errors.values() for one in errors if isinstance(one, TransferExceeded)]
    return found[0] if found else None


def _commitments(session: Session, budget: BudgetFacts, form: Form[Any], side: Side | None) -> list[Any]:
    """Give what could be released where the side that gives has too little left."""
    if _exceeded(form) is None:
        return []
    return list(open_commitments(session, budget.partnership_id, side=side))


def _party(chosen: ConsentParty | None, parties: list[ConsentParty]) -> ConsentParty:
    """Give the party somebody answers for: the one that is chosen, or the only one that there is."""
    return chosen if chosen is not None else parties[0]


def _ask_party(form: Form[Any], parties: list[ConsentParty]) -> None:
    """Ask who speaks for several parties for which one it is."""
    if form.cleaned is not None and form.cleaned.party is None and len(parties) > 1:
        form.refuse(FieldRefused("required"), "party")


def _transfer(session: Session, budget: BudgetFacts, number: int) -> TransferFacts:
    transfer = transfer_of(session, budget.partnership_id, number)
    if transfer is None:
        raise HTTPException(404)
    return transfer


def _parties(actor: Actor, budget: BudgetFacts) -> list[ConsentParty]:
    return list(parties_of(actor, {half.side: half.government_id for half in budget.halves}))


def _speaks(actor: Actor, budget: BudgetFacts) -> list[ConsentParty]:
    """Give the parties for which a person may answer.

    :raises NotAllowed: there is none.
    """
    parties = _parties(actor, budget)
    if not parties:
        raise NotAllowed
    return parties
