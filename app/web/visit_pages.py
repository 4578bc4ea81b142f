"""What the pages of work visits share: a visit found through the actor, and where its pages are."""

from fastapi import HTTPException
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.queries.visits import VisitFacts, visit_of
from app.web.agenda_pages import inside, whole


def found_visit(session: Session, actor: Actor, slug: str, number: str) -> VisitFacts:
    """Give the visit of a partnership with that number; 404 where ``actor`` sees none (at most seven queries)."""
    partnership, circle = inside(session, actor, slug)
    known = whole(number)
    visit = visit_of(session, actor, partnership, known, circle=circle) if known is not None else None
    if visit is None:
        raise HTTPException(404)
    return visit
