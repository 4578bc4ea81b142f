"""A database session per request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session


async def _session(request: Request) -> AsyncIterator[Session]:
    # nothing is connected until the first query; what was not committed by ``transaction`` is rolled back here
    state = request.app.state
    session = Session(state.engine, expire_on_commit=False, info={"base_url": state.settings.base_url.rstrip("/")})
    request.state.database_session = session
    try:
        yield session
    finally:
        session.close()


SessionDep = Annotated[Session, Depends(_session)]
