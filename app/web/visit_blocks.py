"""The blocks of a visit's page that are about money and papers: checklist, letters, estimate."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.queries.visits import VisitFacts

Task = dict[str, object]


def blocks(
    request: Request, session: Session, actor: Actor, visit: VisitFacts, now: datetime
) -> tuple[dict[str, object], list[Task]]:
    """Give what the templates of the blocks need, and their tasks for the list on top of the page.

    A task is a mapping of ``components/task_list.html``: title, href, status, shape, hint.
    """
    del request, session, actor, visit, now
    return {}, []
