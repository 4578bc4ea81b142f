"""What the pages of yearly statements share: a statement found through the actor, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import HTTPException
from sqlalchemy.orm import Session

from app.documents.statement_sheet import SheetTable, confirmed_words, figures, firmness
from app.domain.access import Actor, NotAllowed
from app.domain.books import Books
from app.domain.candidacy import refusal
from app.domain.codes import Side
from app.domain.errors import DomainError
from app.domain.statements import Standing, check_can_confirm, standing_of, statement_of, years_of
from app.domain.time import programme_day
from app.language.labels import label
from app.language.messages import refusal_message
from app.queries.books import books_of
from app.queries.budget import BudgetFacts
from app.queries.statements import closed_years, confirmations_of
from app.web.budget_pages import found_budget

MOST_ROWS = 30
"""So many rows of a list stand on the page; the PDF holds all."""


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A budget, its books and the statement of a year."""

    budget: BudgetFacts
    books: Books
    standing: Standing


def found_books(session: Session, actor: Actor, slug: str) -> tuple[BudgetFacts, Books]:
    """Give a budget and its books; 404 where ``actor`` sees none."""
    budget = found_budget(session, actor, slug)
    return budget, books_of(session, budget)


def found_statement(session: Session, actor: Actor, slug: str, year: str, now: datetime) -> FoundStatement:
    """Give the statement of a year; 404 where there is none that ``actor`` sees."""
    budget, books = found_books(session, actor, slug)
    standing = next((one for one in standings(session, budget, books, now) if str(one.statement.year) == year), None)
    if standing is None:
        raise HTTPException(404)
    return FoundStatement(budget, books, standing)


def standings(session: Session, budget: BudgetFacts, books: Books, now: datetime) -> list[Standing]:
    """Give every year's statement with how firm it is, the latest first (two queries)."""
    today = programme_day(now)
    confirmed, closed = confirmations_of(session, budget.partnership_id), closed_years(session, budget.partnership_id)
    return [
        standing_of(
            books,
            statement_of(books, year),
            confirmations=confirmed.get(year, []),
            closed_at=closed.get(year),
            today=today,
        )
        for year in years_of(books, today)
    ]


def shown_statement(locale: str, found: FoundStatement, actor: Actor, now: datetime) -> dict[str, Any]:
    """Give what the page of a statement shows."""
    made = figures(locale, found.books, found.standing)
    lists = [_cut(one) for one in (made.open, made.corrections, made.rates)]
    return {
        "firmness": firmness(locale, found.standing),
        "confirmed": [
            {"side": one.side.value, "counts": one.counts, "words": confirmed_words(locale, found.books, one)}
            for one in found.standing.sides
        ],
        "tables": [made.halves, *([made.categories] if made.categories.rows else [])],
        "lists": [one for one in lists if one["table"].rows],
        "count": sum(len(one.rows) for one in made.entries),
        "confirmable": [_confirmable(locale, found, actor, now, side) for side in own_sides(found.budget, actor)],
    }


def own_sides(budget: BudgetFacts, actor: Actor) -> list[Side]:
    """Give the sides for which somebody coordinates."""
    return [half.side for half in budget.halves if half.government_id in actor.coordinates]


def _confirmable(locale: str, found: FoundStatement, actor: Actor, now: datetime, side: Side) -> dict[str, Any]:
    refused = _refusal(found, actor, now, side)
    return {
        "side": side.value,
        "name": found.books.government(side),
        "label": label(locale, side),
        "refusal": None if refused is None else refusal_message(locale, refused),
        "counts": next(one.counts for one in found.standing.sides if one.side is side),
    }


def _refusal(found: FoundStatement, actor: Actor, now: datetime, side: Side) -> DomainError | None:
    half = next(half for half in found.budget.halves if half.side is side)
    known = [one.confirmation for one in found.standing.sides if one.confirmation is not None]
    return refusal(
        check_can_confirm,
        actor,
        found.standing.statement,
        side=side,
        government_id=half.government_id,
        today=programme_day(now),
        confirmations=known,
    )


def check_side(budget: BudgetFacts, actor: Actor, side: str) -> Side:
    """Read a side that somebody coordinates.

    :raises NotAllowed: it is none of theirs.
    """
    for one in own_sides(budget, actor):
        if one.value == side:
            return one
    raise NotAllowed


def _cut(table: SheetTable) -> dict[str, Any]:
    return {"table": table, "rows": table.rows[:MOST_ROWS], "more": max(len(table.rows) - MOST_ROWS, 0)}
