"""Public pages and feeds kept as bytes: rendered once per language, data version and minute, then sent as they are.

Every commit raises the data version, so a stored answer is never stale; who has it already gets a 304.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.domain.access import PUBLIC, Actor
from app.models.database import data_version
from app.web.rendering import keep_language

CAPACITY = 400
WORTH_COMPRESSING = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as bytes: what it was made from, and itself, plain and compressed."""

    made_from: Hashable
    body: bytes
    compressed: bytes
    etag: str
    media_type: str


class PageCache:
    """Answers by address and language; the least recently used one makes room."""

    def __init__(self) -> None:
        self._stored: OrderedDict[Hashable, Stored] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, made_from: Hashable) -> Stored | None:
        """Give the stored answer if it was made from exactly this."""
        with self._lock:
            stored = self._stored.get(key)
            if stored is None or stored.made_from != made_from:
                return None
            self._stored.move_to_end(key)
            return stored

    def put(self, key: Hashable, stored: Stored) -> None:
        """Keep an answer."""
        with self._lock:
            self._stored[key] = stored
            self._stored.move_to_end(key)
            while len(self._stored) > CAPACITY:
                self._stored.popitem(last=False)


def cached(request: Request, session: Session, render: Callable[[], Response], *, private: Hashable = None) -> Response:
    """Answer from the store, or render and keep it.

    ``render`` must depend on nothing but the address, the language, the data, the minute and ``private``. It must not
    be used for a page that shows who is signed in, unless that is part of ``private``.
    """
    cache: PageCache = request.app.state.pages
    locale = request.state.locale
    minute = int(request.app.state.clock().timestamp() // 60)
    scope = request.scope
    key = (scope["path"], scope["query_string"], locale, request.headers.get("hx-target"), private)
    made_from = (_version(request, session), minute)
    stored = cache.get(key, made_from)
    if stored is None:
        response = render()
        if response.status_code != 200:
            return response
        stored = _store(response, made_from)
        cache.put(key, stored)
    return _answer(request, stored, for_all=private is None and not request.cookies)


def cached_for(actor: Actor, request: Request, session: Session, render: Callable[[], Response]) -> Response:
    """Answer from the store: one page for the public, one for each person as they are now."""
    return cached(request, session, render, private=None if actor == PUBLIC else actor)


def _version(request: Request, session: Session) -> int:
    """Give the data version; the guard has read it where somebody is signed in."""
    read: int | None = request.state.data_version
    return data_version(session) if read is None else read


def _store(response: Response, made_from: Hashable) -> Stored:
    body = bytes(response.body)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Stored(made_from, body, gzip.compress(body, 6, mtime=0), etag, response.headers["content-type"])


def _answer(request: Request, stored: Stored, *, for_all: bool) -> Response:
    headers = {
        "ETag": stored.etag,
        "Cache-Control": "public, no-cache" if for_all else "private, no-cache",
        "Vary": "Cookie, Accept-Language, HX-Target, Accept-Encoding",
    }
    if stored.etag in request.headers.get("if-none-match", ""):
        response = Response(status_code=304, headers=headers)
    elif len(stored.body) > WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip", "Content-Type": stored.media_type}
        response = Response(stored.compressed, headers=headers)
    else:
        response = Response(stored.body, headers=headers | {"Content-Type": stored.media_type})
    keep_language(request, response)
    return response
