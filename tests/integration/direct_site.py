"""The demo without a browser between: requests go straight into the application, and what they wrote is taken back."""

import gc
import logging
import re
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import sqlalchemy as sa
import structlog
from anyio.from_thread import start_blocking_portal
from starlette.types import Message, Scope

from app.main import quieten_garbage_collector
from app.web.pagecache import PageCache
from tests.integration.found_forms import BASE, PEOPLE, VISITOR, DemoSite
from tests.integration.generated_forms import Sent

# To lock a candidacy is no change of it (`services/candidacy_lock.py`).
WRITING = re.compile(r"(?:INSERT(?: OR \w+)? INTO|UPDATE(?! candidacy SET updated_at)|DELETE FROM) (\w+)")
# What every commit raises, and what counts tries: nothing of anybody stands there.
COUNTERS = frozenset({"log_head", "rate_window"})
HOST = BASE.removeprefix("http://")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by their small names, the body; and which tables were written."""

    status: int
    headers: dict[str, str]
    body: bytes
    written: frozenset[str]


class DirectSite:
    """The demo as its people see it, cheap to ask and to bring back to how it was."""

    def __init__(self, site: DemoSite) -> None:
        self.app = site.app
        self.written: set[str] = set()
        self._collects_after = gc.get_threshold()
        self._hear(site.app.state.engine)
        self._cookies = {person: site.client(person).cookies.get("tandem", "") for person in PEOPLE}
        self._cookies[VISITOR] = ""
        self._file = sqlite3.connect(site.file, isolation_level=None)
        self._file.execute("PRAGMA synchronous=OFF")
        self._kept = sqlite3.connect(":memory:")
        self._file.backup(self._kept)
        self._thread = ExitStack()
        self._portal = self._thread.enter_context(start_blocking_portal())

    def __enter__(self) -> Self:
        quieten_garbage_collector()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # nothing is said
        return self

    def __exit__(self, *_fault: type[BaseException] | BaseException | TracebackType | None) -> None:
        structlog.reset_defaults()
        gc.unfreeze()
        gc.collect()
        gc.set_threshold(*self._collects_after)
        self._thread.close()
        self._file.close()
        self._kept.close()

    def _hear(self, engine: sa.Engine) -> None:
        """Hear of what is written, and do not wait for the disk: nothing of this outlives the test."""
        pending: set[str] = set()

        def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
            if found := WRITING.match(statement):
                pending.add(found[1])

        def committed(_connection: sa.Connection) -> None:
            self.written |= pending
            pending.clear()

        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        sa.event.listen(engine, "before_cursor_execute", executed)
        sa.event.listen(engine, "commit", committed)
        sa.event.listen(engine, "rollback", lambda _connection: pending.clear())
        engine.dispose()

    def take_back(self, then: str = "") -> None:
        """Bring everything back to how it was, and run a statement more."""
        self._kept.backup(self._file)
        self._file.execute(then)
        self.app.state.pages = PageCache()

    def forget_limits(self) -> None:
        """Let everybody try again: here it is not the limits that are tested."""
        self._file.execute("DELETE FROM rate_window")

    def post(self, sent: Sent) -> Answer:
        """Send a form."""
        return self._ask("POST", sent.person, sent.path, sent.headers, sent.body)

    def get(self, person: str, path: str) -> Answer:
        """Look at a page."""
        return self._ask("GET", person, path)

    def _ask(
        self, method: str, person: str, path: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> Answer:
        path, _, query = path.partition("?")
        own = (("host", HOST), ("cookie", f"tandem={self._cookies[person]}"), ("content-length", str(len(body))))
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50_000),
            "root_path": "",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (*own, *headers) if value],
            "app": self.app,
        }
        self.written.clear()
        status, given, content = self._portal.call(_answer, self.app, scope, body)
        return Answer(status, given, content, frozenset(self.written - COUNTERS))


async def _answer(app: object, scope: Scope, body: bytes) -> tuple[int, dict[str, str], bytes]:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    came: list[Message] = []

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        came.append(message)

    await app(scope, receive, send)  # type: ignore[operator]
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in came[0]["headers"]}
    return came[0]["status"], headers, b"".join(message.get("body", b"") for message in came[1:])
