"""The ledger of a partnership as files: tables for spreadsheets, and plain text for accounting programs."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.documents.ledger_table import ledger_csv
from app.documents.ledger_workbook import ledger_workbook
from app.documents.plain_ledger import beancount_ledger, hledger_journal
from app.domain.access import Actor
from app.domain.books import Books
from app.domain.file_kinds import MEDIA_TYPES, FileKind
from app.queries.books import books_of
from app.web.access import SignedInDep
from app.web.budget_pages import found_budget
from app.web.database import SessionDep
from app.web.ledger_files import ledger_file

router = APIRouter(prefix="/partnerships/{slug}", include_in_schema=False)


@router.get("/budget.csv", name="budget.csv")
def csv(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Send all entries as CSV."""
    books = _books(session, actor, slug)
    content = ledger_csv(request.state.locale, books)
    return ledger_file(request, f"{slug}-budget.csv", "text/csv; charset=utf-8", content)


@router.get("/budget.xlsx", name="budget.xlsx")
def xlsx(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Send a summary and all entries as a workbook."""
    content = ledger_workbook(request.state.locale, _books(session, actor, slug))
    return ledger_file(request, f"{slug}-budget.xlsx", MEDIA_TYPES[FileKind.XLSX], content)


@router.get("/budget.journal", name="budget.journal")
def journal(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Send all entries as a journal of hledger."""
    content = hledger_journal(_books(session, actor, slug)).encode()
    return ledger_file(request, f"{slug}-budget.journal", "text/plain; charset=utf-8", content)


@router.get("/budget.beancount", name="budget.beancount")
def beancount(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Send all entries as a ledger of beancount."""
    content = beancount_ledger(_books(session, actor, slug)).encode()
    return ledger_file(request, f"{slug}-budget.beancount", "text/plain; charset=utf-8", content)


def _books(session: Session, actor: Actor, slug: str) -> Books:
    return books_of(session, found_budget(session, actor, slug))
