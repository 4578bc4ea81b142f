"""A database session per request."""

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.types import Scope

NAME = "database_session"


def session_of(request: Request) -> Session:
    """Give the session of a request. Nothing is connected until its first query; ``close_session`` ends it."""
    kept: dict[str, Session] = request.scope["state"]
    if NAME not in kept:
        state = request.app.state
        base_url = state.settings.base_url.rstrip("/")
        kept[NAME] = Session(state.engine, expire_on_commit=False, info={"base_url": base_url})
    return kept[NAME]


def release_connection(scope: Scope) -> None:
    """Hand the database connection back before the answer travels, however slow the reader's line is."""
    session: Session | None = scope["state"].get(NAME)
    if session is not None:
        session.rollback()


def close_session(scope: Scope) -> None:
    """End the session of a request; what was not committed by ``transaction`` is rolled back."""
    session: Session | None = scope["state"].pop(NAME, None)
    if session is not None:
        session.close()


async def _session(request: Request) -> Session:
    return session_of(request)


SessionDep = Annotated[Session, Depends(_session)]
