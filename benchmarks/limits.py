"""The limit: the same framework doing the least that any page or save must do."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio.to_thread
import sqlalchemy as sa
from fastapi import FastAPI, Response

from app.main import quieten_garbage_collector
from app.models.database import WRITES, create_engine

engine = create_engine(os.environ.get("TANDEM_DATABASE_URL", "sqlite://"))
BODIES: dict[int, bytes] = {}


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = 4
    quieten_garbage_collector()
    yield


application = FastAPI(lifespan=_lifespan)


@application.get("/stored/{size}")
def stored(size: int) -> Response:
    """Send a stored page of ``size`` bytes after one query."""
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT version FROM log_head WHERE id = 1")).scalar_one()
    body = BODIES.setdefault(size, b"x" * size)
    return Response(body, media_type="text/html")


@application.post("/insert")
def insert() -> Response:
    """Insert one row of the size of a section and commit."""
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(
            sa.text("INSERT INTO benchmark_row (saved_at, answers) VALUES (:at, :answers)"),
            {"at": datetime.now(UTC).isoformat(), "answers": "x" * 800},
        )
        connection.commit()
    return Response(status_code=303, headers={"Location": "/"})
