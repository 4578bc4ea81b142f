"""The yearly statements of a partnership's budget: the years, a year's figures, its PDF, and who confirms them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.documents.pdf import MEDIA_TYPE
from app.documents.statement_pdf import StatementPaper, statement_pdf
from app.documents.statement_sheet import firmness, title
from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.partnerships import partnership_by_slug
from app.queries.programmes import programme_by_id
from app.services import statements
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.ledger_files import ledger_file
from app.web.rendering import page, see_other
from app.web.statement_pages import (
    FoundStatement,
    check_side,
    found_books,
    found_statement,
    shown_statement,
    standings,
)

router = APIRouter(prefix="/partnerships/{slug}/budget/statements", include_in_schema=False)


class ConfirmForm(FormModel):
    """The side for which the figures are confirmed, and the figures that were seen."""

    side: str = ""
    digest: str = ""


@router.get("", name="statements.index")
def index(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str) -> Response:
    """List the years that have a statement, and the files of the ledger."""
    budget, books = found_books(session, actor, slug)
    locale = request.state.locale
    years = [
        {
            "year": one.statement.year,
            "firmness": firmness(locale, one),
            "confirmed": sum(side.counts for side in one.sides),
            "is_final": one.is_final,
        }
        for one in standings(session, budget, books, now)
    ]
    return page(request, "statements/index.html", {"budget": budget, "slug": slug, "years": years})


@router.get("/{year}.pdf", name="statements.pdf")
def pdf(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, year: str) -> Response:
    """Send the statement of a year as PDF."""
    found = found_statement(session, actor, slug, year, now)
    locale = request.state.locale
    paper = StatementPaper(locale, _programme(session, slug, locale), found.books, found.standing)
    return ledger_file(request, f"{slug}-{year}.pdf", MEDIA_TYPE, statement_pdf(paper))


@router.get("/{year}", name="statements.detail")
def detail(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, year: str, done: str = ""
) -> Response:
    """Show the figures of a year, and who confirmed them."""
    found = found_statement(session, actor, slug, year, now)
    return _page(request, found, actor, now, blank({}), done=bool(done))


@router.post("/{year}/confirmation", name="statements.confirm")
def confirm(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, year: str, data: FormDep
) -> Response:
    """Confirm the figures of a year for a side."""
    found = found_statement(session, actor, slug, year, now)
    form = bind(ConfirmForm, data)
    side = check_side(found.budget, actor, str(data.get("side", "")))
    if form.cleaned is not None:
        location = str(request.app.state.addresses("statements.detail", slug=slug, year=year, done=side.value))
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    digest = form.cleaned.digest
                    statements.confirm(
                        session, found.budget, found.standing.statement.year, side, digest=digest, actor=actor, now=now
                    )
                    settle(session, form.sent, location)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(location)
    return _page(request, found_statement(session, actor, slug, year, now), actor, now, form)


def _page(
    request: Request, found: FoundStatement, actor: Actor, now: datetime, form: Form[Any], *, done: bool = False
) -> Response:
    locale = request.state.locale
    context = {
        "budget": found.budget,
        "slug": found.budget.slug,
        "year": found.standing.statement.year,
        "title": title(locale, found.standing.statement.year),
        "statement": shown_statement(locale, found, actor, now),
        "standing": found.standing,
        "digest": found.standing.statement.digest,
        "form": form,
        "done": done and any(one.counts for one in found.standing.sides),
    }
    return page(request, "statements/detail.html", context, status_code=422 if form.errors else 200)


def _programme(session: Session, slug: str, locale: str) -> str:
    partnership = partnership_by_slug(session, slug)
    programme = programme_by_id(session, partnership.programme_id) if partnership else None
    return title_of(programme, locale).words if programme else ""
